//! Codes to test with.

use soban_domain::emv_qr::{MerchantQr, MerchantQrBuilder, Tag};
use soban_domain::money::Won;

/// The sample of EMVCo's specification (Annex B): yuan, Chinese language template, an
/// unreserved template.
pub(crate) const EMVCO: &str = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";

/// A sample of BC Card's MPM interface: 3,251 won, Korean language template.
pub(crate) const BC: &str = "0002010102121531260004102600041075112872400000026310014D41000000140100509000000001520472105303410540432515802KR5910CleanTopia6010KYUNGGI-DO610513204625603090000000010515MQ202090000979306081000011407080000000164210002ko0104비씨카드0203경기도630439F0";

/// A customer's code of EMVCo's test data: one application with track 2.
pub(crate) const TRACK_2: &str = "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=";

/// A customer's code of EMVCo's test data: two applications, common data with card
/// number, name, languages and a cryptogram.
pub(crate) const COMMON: &str = "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==";

/// CRC-16/CCITT-FALSE bit by bit, by its definition.
pub(crate) fn crc(bytes: &[u8]) -> u16 {
    let mut crc = 0xFFFF_u16;
    for &byte in bytes {
        crc ^= u16::from(byte) << 8;
        for _ in 0..8 {
            let carry = crc & 0x8000 != 0;
            crc <<= 1;
            if carry {
                crc ^= 0x1021;
            }
        }
    }
    crc
}

/// The body, ended by tag 63 with the right sum.
pub(crate) fn summed(body: &str) -> String {
    let text = format!("{body}6304");
    let crc = crc(text.as_bytes());
    format!("{text}{crc:04X}")
}

pub(crate) fn tag(number: u8) -> Tag {
    Tag::new(number).expect("a tag has two digits")
}

/// What a store's hub shows for one payment.
pub(crate) fn shown(amount: Won) -> MerchantQrBuilder {
    MerchantQr::dynamic(amount)
        .account(tag(26), "D4100000014010", &[(tag(5), "000000001")])
        .category("5812")
        .merchant("SOBAN NOODLES", "SEOUL")
        .postal_code("04524")
        .korean("소반국수", "서울")
        .store_label("000000001")
        .reference_label("A127-1")
        .terminal_label("KIOSK-1")
}
