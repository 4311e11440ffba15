//! Damaged codes by the hundred thousand, the same ones on every run.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use soban_domain::emv_qr::{CustomerQr, MerchantQr};

use crate::codes::{BC, COMMON, EMVCO, TRACK_2, summed};

/// How many codes each decoder gets.
const ROUNDS: u32 = 100_000;

/// SplitMix64: chance that comes out the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap();
        usize::try_from(self.next() % bound).unwrap()
    }

    /// One to three changes: an item put in, taken out, replaced, repeated or cut off.
    fn damage<T: Clone>(&mut self, items: &mut Vec<T>, other: impl Fn(&mut Chance) -> T) {
        for _ in 0..=self.below(3) {
            let at = self.below(items.len());
            match self.below(8) {
                0 => items.truncate(at),
                1 => items.insert(at, other(self)),
                2 if at < items.len() => drop(items.remove(at)),
                3 => {
                    let to = (at + 1 + self.below(12)).min(items.len());
                    let piece = items[at..to].to_vec();
                    let into = self.below(items.len());
                    items.splice(into..into, piece);
                }
                _ if at < items.len() => items[at] = other(self),
                _ => items.push(other(self)),
            }
        }
    }
}

/// The name of an error without what it holds.
fn name(wrong: &dyn std::fmt::Debug) -> String {
    let text = format!("{wrong:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}

fn letter(chance: &mut Chance) -> char {
    let letters = [
        '0', '1', '2', '4', '9', '.', 'A', 'a', ' ', '*', '소', '반', '\u{7}', '🍜',
    ];
    letters[chance.below(letters.len())]
}

/// Damaged merchants' codes, half of them with a sum that fits again, are answered
/// without a panic; what is taken comes back to the letter, and most errors occur.
#[test]
fn damaged_merchants_codes_are_answered() {
    let mut chance = Chance(3);
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let sample = if chance.below(2) == 0 { EMVCO } else { BC };
        let mut letters: Vec<char> = sample.chars().collect();
        let again = chance.below(2) == 0;
        if again {
            letters.truncate(letters.len() - 8);
        }
        chance.damage(&mut letters, letter);
        let mut text: String = letters.into_iter().collect();
        if again {
            text = summed(&text);
        }
        let met = match MerchantQr::decode(&text) {
            Ok(code) => {
                assert_eq!(code.encode(), text);
                "taken".to_owned()
            }
            Err(wrong) => name(&wrong),
        };
        *counts.entry(met).or_default() += 1;
    }
    assert!(counts.len() >= 20, "too few kinds were met: {counts:#?}");
    assert!(counts["taken"] > ROUNDS / 1_000, "{counts:#?}");
    assert!(counts["BadCrc"] > ROUNDS / 10, "{counts:#?}");
}

/// Damaged customers' codes are answered without a panic; what is taken comes back to
/// the letter, and most errors occur.
#[test]
fn damaged_customers_codes_are_answered() {
    let mut chance = Chance(4);
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let sample = if chance.below(2) == 0 {
            TRACK_2
        } else {
            COMMON
        };
        let text = if chance.below(4) == 0 {
            let mut letters: Vec<char> = sample.chars().collect();
            chance.damage(&mut letters, letter);
            letters.into_iter().collect()
        } else {
            let mut bytes = STANDARD.decode(sample).unwrap();
            chance.damage(&mut bytes, |chance| {
                let often = [
                    0x4F, 0x50, 0x57, 0x61, 0x62, 0x63, 0x80, 0x81, 0x85, 0x00, 0xFF,
                ];
                often[chance.below(often.len())]
            });
            STANDARD.encode(bytes)
        };
        let met = match CustomerQr::decode(&text) {
            Ok(code) => {
                assert_eq!(code.encode(), text);
                "taken".to_owned()
            }
            Err(wrong) => name(&wrong),
        };
        *counts.entry(met).or_default() += 1;
    }
    assert!(counts.len() >= 11, "too few kinds were met: {counts:#?}");
    assert!(counts["taken"] > ROUNDS / 1_000, "{counts:#?}");
}
