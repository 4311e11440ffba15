//! The payer's app reads the merchant's QR: EMVCo merchant-presented mode, as far as an app
//! needs it.
//!
//! Guarantees: a text whose lengths, first tag, checksum or amount is wrong is refused by name
//! and never half-read. Lengths count characters; the checksum is CRC-16/CCITT-FALSE over UTF-8
//! bytes (payments reference, section 5.2). Deliberately absent: making codes.

/// What the app shows and books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// The merchant's number: 05 of the application's template, else what names the shop best.
    pub(super) merchant: String,
    pub(super) name: String,
    /// In won; none: the payer types it.
    pub(super) amount: Option<i64>,
    /// 62-05; none on a sticker.
    pub(super) reference: Option<String>,
    /// A new code for each payment (tag 01 is 12), not a sticker.
    pub(super) dynamic: bool,
}

type Tags = Vec<(String, String)>;

fn split(text: &str) -> Option<Tags> {
    let letters: Vec<char> = text.chars().collect();
    let mut rest = letters.as_slice();
    let mut tags = Vec::new();
    while !rest.is_empty() {
        let (head, tail) = rest.split_at_checked(4)?;
        if !head.iter().all(char::is_ascii_digit) {
            return None;
        }
        let length: usize = head[2..].iter().collect::<String>().parse().ok()?;
        let (value, tail) = tail.split_at_checked(length)?;
        tags.push((head[..2].iter().collect(), value.iter().collect()));
        rest = tail;
    }
    Some(tags)
}

fn get<'a>(tags: &'a Tags, id: &str) -> Option<&'a str> {
    let found = tags.iter().find(|(tag, _)| tag == id);
    found.map(|(_, value)| value.as_str())
}

/// CRC-16/CCITT-FALSE.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}

/// Reads a code's text.
pub(super) fn read(text: &str) -> Result<Offer, &'static str> {
    let tags = split(text).ok_or("QR의 길이가 맞지 않습니다.")?;
    if tags
        .first()
        .map(|(tag, value)| (tag.as_str(), value.as_str()))
        != Some(("00", "01"))
    {
        return Err("결제 QR이 아닙니다.");
    }
    let (front, sum) = text
        .split_at_checked(text.len().saturating_sub(4))
        .ok_or("QR의 길이가 맞지 않습니다.")?;
    let last = tags.last().map(|(tag, _)| tag.as_str());
    if last != Some("63") || format!("{:04X}", checksum(front.as_bytes())) != sum {
        return Err("QR이 훼손되었습니다.");
    }
    if get(&tags, "53") != Some("410") {
        return Err("원화 결제 QR이 아닙니다.");
    }
    let amount = match get(&tags, "54") {
        None => None,
        Some(digits) => {
            let won: Option<i64> = Some(digits)
                .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|digits| digits.parse().ok())
                .filter(|won| *won > 0);
            Some(won.ok_or("QR의 금액이 올바르지 않습니다.")?)
        }
    };
    let extra = get(&tags, "62").and_then(split).unwrap_or_default();
    let reference = get(&extra, "05").filter(|text| !text.is_empty());
    Ok(Offer {
        merchant: merchant(&tags, &extra),
        name: name(&tags),
        amount,
        reference: reference.map(str::to_owned),
        dynamic: get(&tags, "01") == Some("12"),
    })
}

fn merchant(tags: &Tags, extra: &Tags) -> String {
    let templates = tags
        .iter()
        .filter(|(tag, _)| ("26"..="51").contains(&tag.as_str()))
        .filter_map(|(_, value)| split(value));
    for template in templates {
        let other = || template.iter().find(|(tag, _)| tag != "00");
        let number = get(&template, "05").or_else(|| other().map(|(_, value)| value.as_str()));
        if let (Some(_), Some(number)) = (get(&template, "00"), number) {
            return number.to_owned();
        }
    }
    get(extra, "03")
        .or_else(|| get(tags, "59"))
        .unwrap_or("unknown")
        .to_owned()
}

fn name(tags: &Tags) -> String {
    let local = get(tags, "64").and_then(split).unwrap_or_default();
    get(&local, "01")
        .or_else(|| get(tags, "59"))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// BC's published sample.
    const SAMPLE: &str = "0002010102121531260004102600041075112872400000026310014D41000000140100509000000001520472105303410540432515802KR5910CleanTopia6010KYUNGGI-DO610513204625603090000000010515MQ202090000979306081000011407080000000164210002ko0104비씨카드0203경기도630439F0";

    /// The vendor's own sample must read as its documentation says; every field is compared.
    #[test]
    fn the_published_sample_is_read() {
        let offer = Offer {
            merchant: "000000001".into(),
            name: "비씨카드".into(),
            amount: Some(3251),
            reference: Some("MQ2020900009793".into()),
            dynamic: true,
        };
        assert_eq!(read(SAMPLE), Ok(offer));
    }

    /// A damaged code must be refused; each letter of the sample is changed in turn.
    #[test]
    fn damage_is_noticed() {
        for (at, letter) in SAMPLE.char_indices() {
            let other = if letter == '7' { "8" } else { "7" };
            let mut text = SAMPLE.to_owned();
            text.replace_range(at..at + letter.len_utf8(), other);
            assert!(read(&text).is_err(), "{at}");
        }
    }

    proptest! {
        /// No text may bring the reader down; arbitrary ones and cut samples are read.
        #[test]
        fn nothing_brings_it_down(text in "\\PC*", cut in 0usize..200) {
            let _ = read(&text);
            let cut: String = SAMPLE.chars().take(cut).collect();
            prop_assert!(read(&cut).is_err());
        }
    }
}
