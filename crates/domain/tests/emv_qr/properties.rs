//! What holds for every code.

use proptest::prelude::*;
use soban_domain::emv_qr::{
    BerContent, BerObject, BerTag, Content, CustomerQr, Field, MerchantQr, Object,
};
use soban_domain::money::Won;

use crate::codes::{BC, EMVCO, crc, shown, tag};

/// Up to `most` characters of printable ASCII.
fn printable(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::char::range(' ', '~'), 1..=most).prop_map(String::from_iter)
}

/// Up to `most` characters of Korean, Latin, Chinese and beyond the first plane.
fn words(most: usize) -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        prop::char::range('가', '힣'),
        prop::char::range(' ', '~'),
        prop::char::range('一', '龥'),
        prop::char::range('🍜', '🍲'),
    ];
    prop::collection::vec(letter, 1..=most).prop_map(String::from_iter)
}

/// A template of the tags 80 to 99, 65 to 79 or an account beyond what the hub makes.
fn extra() -> impl Strategy<Value = Object> {
    let fields = prop::collection::btree_map(1_u8..=99, words(8), 0..3);
    let template = (prop_oneof![27_u8..=51, 80_u8..=99], printable(16), fields);
    let template = template.prop_map(|(number, id, more)| {
        let mut fields = vec![Field {
            tag: tag(0),
            value: id,
        }];
        fields.extend(
            more.into_iter()
                .map(|(n, value)| Field { tag: tag(n), value }),
        );
        Object {
            tag: tag(number),
            content: Content::Template(fields),
        }
    });
    let plain =
        (65_u8..=79, words(20)).prop_map(|(number, value)| Object::text(tag(number), value));
    prop_oneof![template, plain]
}

/// Any code that can be built, with its objects in any order.
fn merchant_code() -> impl Strategy<Value = MerchantQr> {
    let names = (words(25), words(15), printable(25));
    let extras = prop::collection::vec(extra(), 0..4);
    let order = prop::collection::vec(any::<u32>(), 20);
    let parts = (1_i64..=9_999_999_999_999, names, extras, order);
    parts.prop_map(|(amount, (name, city, bill), extras, order)| {
        let builder = shown(Won(amount)).korean(&name, &city).bill_number(&bill);
        let mut objects = builder.build().unwrap().objects().to_vec();
        for object in extras {
            if objects.iter().all(|there| there.tag != object.tag) {
                objects.push(object);
            }
        }
        let mut keyed: Vec<_> = order.into_iter().zip(objects).collect();
        keyed.sort_by_key(|(key, _)| *key);
        let objects = keyed.into_iter().map(|(_, object)| object).collect();
        MerchantQr::new(objects).unwrap()
    })
}

/// Bytes of up to a length that takes the long form.
fn raw(tags: &'static [&'static str]) -> impl Strategy<Value = BerObject> {
    let bytes = prop::collection::vec(any::<u8>(), 0..140);
    (prop::sample::select(tags), bytes).prop_map(|(tag, bytes)| object(tag, bytes))
}

fn object(tag: &str, bytes: Vec<u8>) -> BerObject {
    BerObject {
        tag: tag.parse().unwrap(),
        content: BerContent::Bytes(bytes),
    }
}

fn template(tag: BerTag, objects: Vec<BerObject>) -> BerObject {
    let mut kept: Vec<BerObject> = Vec::new();
    for object in objects {
        if kept.iter().all(|there| there.tag != object.tag) {
            kept.push(object);
        }
    }
    BerObject {
        tag,
        content: BerContent::Template(kept),
    }
}

const UNKNOWN: &[&str] = &[
    "9F26", "9F27", "82", "C1", "DF01", "5F50", "9F10", "BF0C", "65",
];

/// Any code that can be built: one to three applications, perhaps common data.
fn customer_code() -> impl Strategy<Value = CustomerQr> {
    let unknown = || prop::collection::vec(raw(UNKNOWN), 0..2);
    let aid = prop::collection::vec(any::<u8>(), 5..=16);
    let digits = prop::collection::vec(0_u8..=9, 12..=19);
    let application = (aid, digits, printable(16), unknown(), unknown());
    let application = application.prop_map(|(aid, digits, label, more, inner)| {
        let mut objects = vec![
            object("4F", aid),
            object("57", track(&digits)),
            object("50", label.into_bytes()),
            template(BerTag::APPLICATION_TRANSPARENT, inner),
        ];
        objects.extend(more);
        template(BerTag::APPLICATION, objects)
    });
    let common = (printable(26), unknown()).prop_map(|(name, inner)| {
        let inner = template(BerTag::COMMON_TRANSPARENT, inner);
        template(
            BerTag::COMMON,
            vec![object("5F20", name.into_bytes()), inner],
        )
    });
    let parts = (
        prop::collection::vec(application, 1..=3),
        prop::option::of(common),
    );
    parts.prop_filter_map("longer than a code", |(mut objects, common)| {
        objects.extend(common);
        CustomerQr::new(objects).ok()
    })
}

/// Track 2 of a card number.
fn track(digits: &[u8]) -> Vec<u8> {
    let mut half: Vec<u8> = digits.to_vec();
    half.extend([0xD, 2, 9, 1, 2, 2, 0, 1]);
    if half.len() % 2 == 1 {
        half.push(0xF);
    }
    half.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The text with another character at that place, wherever that is.
fn changed(text: &str, place: prop::sample::Index, letter: char) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let place = place.index(letters.len());
    let other = letters[place] != letter;
    letters[place] = letter;
    other.then(|| letters.into_iter().collect())
}

/// True where the text ends in the sum of what is before it.
fn sum_fits(text: &str) -> bool {
    let Some((body, sum)) = text.split_at_checked(text.len() - 4) else {
        return false;
    };
    sum == format!("{:04X}", crc(body.as_bytes()))
}

proptest! {
    /// Every merchant's code that can be built, in any order of its objects, reads back
    /// as it was; as text and as JSON.
    #[test]
    fn merchants_codes_come_back(code in merchant_code()) {
        let text = code.encode();
        let read = MerchantQr::decode(&text);
        prop_assert_eq!(read.as_ref(), Ok(&code));
        prop_assert_eq!(read.unwrap().encode(), text);
        let json = serde_json::to_string(&code).unwrap();
        prop_assert_eq!(serde_json::from_str::<MerchantQr>(&json).unwrap(), code);
    }

    /// Every customer's code that can be built reads back as it was; as text and as JSON.
    #[test]
    fn customers_codes_come_back(code in customer_code()) {
        let text = code.encode();
        let read = CustomerQr::decode(&text);
        prop_assert_eq!(read.as_ref(), Ok(&code));
        let json = serde_json::to_string(&code.reveal()).unwrap();
        let parts: soban_domain::emv_qr::Revealed = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(CustomerQr::new(parts.objects), Ok(code));
    }

    /// Another character of one byte in the place of one such character is always found.
    #[test]
    fn a_misread_character_is_found(code in merchant_code(), at: prop::sample::Index, letter in prop::char::range(' ', '~')) {
        let text = code.encode();
        let Some(other) = changed(&text, at, letter) else { return Ok(()) };
        prop_assume!(other.len() == text.len());
        prop_assert!(MerchantQr::decode(&other).is_err(), "{}", other);
    }

    /// Any other character anywhere is found, unless the sum happens to fit what is then
    /// a code of its own.
    #[test]
    fn any_other_character_is_found(code in merchant_code(), at: prop::sample::Index, letter: char) {
        if let Some(other) = changed(&code.encode(), at, letter) {
            prop_assert!(MerchantQr::decode(&other).is_err() || sum_fits(&other), "{}", other);
        }
    }

    /// No text and no bytes make a decoder panic.
    #[test]
    fn anything_is_answered(text: String, bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = MerchantQr::decode(&text);
        let _ = MerchantQr::decode(&format!("000201{text}"));
        let _ = MerchantQr::decode_bytes(&bytes);
        let _ = CustomerQr::decode(&text);
        let _ = CustomerQr::decode_bytes(&bytes);
    }

    /// However a sample is cut, it is refused.
    #[test]
    fn a_cut_code_is_refused(at: prop::sample::Index, emvco: bool) {
        let letters: Vec<char> = if emvco { EMVCO } else { BC }.chars().collect();
        let cut: String = letters[..at.index(letters.len())].iter().collect();
        prop_assert!(MerchantQr::decode(&cut).is_err());
    }

    /// A masked code holds neither the card number nor the name, whatever they are.
    #[test]
    fn masks_hide(digits in prop::collection::vec(0_u8..=9, 12..=19), name in "[A-Z]{5,20}/[A-Z]{2}") {
        let objects = vec![object("4F", vec![0xD4; 7]), object("57", track(&digits)), object("5F20", name.clone().into_bytes())];
        let code = CustomerQr::new(vec![template(BerTag::APPLICATION, objects)]).unwrap();
        let seen = serde_json::to_string(&code.masked()).unwrap() + &format!("{code:?}");
        let number: String = digits.iter().map(ToString::to_string).collect();
        prop_assert!(!seen.contains(&number) && !seen.contains(&name));
        let masked = seen.split('"').find(|part| part.contains('*')).unwrap();
        prop_assert!(masked.chars().filter(|c| *c == '*').count() >= 4);
        prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 10);
    }
}
