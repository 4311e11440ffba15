//! Merchants' codes with one flaw each, and codes at the edge of having one.

use soban_domain::emv_qr::{BadMerchantQr, MerchantQr, Place};

use crate::codes::{summed, tag};

fn of(number: u8) -> Place {
    Place::of(tag(number))
}

fn within(number: u8, sub: u8) -> Place {
    Place::within(tag(number), tag(sub))
}

/// All mandatory objects of a code, to hang one flaw on.
const GOOD: &str = "000201010212151612345678901234565204581253034105802KR5905SOBAN6005SEOUL";

/// A right sum does not excuse anything: each flaw of structure has its name.
#[test]
fn flaws_of_structure_are_named() {
    use BadMerchantQr as Bad;
    let good = summed(GOOD);
    assert!(MerchantQr::decode(&good).is_ok());
    let long = format!("{good}{}", "0".repeat(512));
    let cases = [
        (String::new(), Bad::FormatNotFirst),
        ("hello".to_owned(), Bad::FormatNotFirst),
        ("00".to_owned(), Bad::Truncated { at: 1 }),
        (summed("000202"), Bad::UnknownFormat),
        (summed("00030101"), Bad::UnknownFormat),
        (summed(&GOOD[6..]), Bad::FormatNotFirst),
        (long, Bad::CodeTooLong),
        (GOOD.to_owned(), Bad::CrcMissing),
        (good[..good.len() - 1].to_owned(), Bad::Truncated { at: 72 }),
        (good[..20].to_owned(), Bad::Truncated { at: 13 }),
        (format!("{good}0101x"), Bad::CrcNotLast),
        (format!("{GOOD}6304abcd"), Bad::CrcForm),
        (format!("{GOOD}6303ABC"), Bad::CrcForm),
        (summed(&format!("{GOOD}6308")), Bad::CrcForm),
        (summed(&format!("{GOOD}6304ABCD")), Bad::CrcNotLast),
        (summed(&format!("{GOOD}0x01a")), Bad::NotDigits { at: 72 }),
        (summed(&format!("{GOOD}99-1")), Bad::NotDigits { at: 74 }),
        (
            summed(&format!("{GOOD}000201")),
            Bad::Duplicate { place: of(0) },
        ),
        (
            summed(&format!("{GOOD}010211")),
            Bad::Duplicate { place: of(1) },
        ),
        // A template whose fields do not fill it, and one whose field is cut.
        (
            summed(&format!("{GOOD}620705051234")),
            Bad::Truncated { at: 76 },
        ),
        (summed(&format!("{GOOD}62020a")), Bad::NotDigits { at: 76 }),
        (
            summed(&format!("{GOOD}62100501a0501b")),
            Bad::Duplicate {
                place: within(62, 5),
            },
        ),
    ];
    for (text, wrong) in cases {
        assert_eq!(MerchantQr::decode(&text), Err(wrong), "{text}");
    }
    let told = u16::from_str_radix(&good[good.len() - 4..], 16).unwrap();
    let misread = good.replace("SEOUL", "SEOVL");
    let Err(Bad::BadCrc {
        told: said,
        counted,
    }) = MerchantQr::decode(&misread)
    else {
        panic!("a misread code is taken");
    };
    assert_eq!(said, told);
    assert_ne!(counted, told);
    let bytes = [GOOD.as_bytes(), &[0xFF]].concat();
    assert_eq!(
        MerchantQr::decode_bytes(&bytes),
        Err(Bad::NotUtf8 { at: 72 })
    );
    assert_eq!(
        MerchantQr::decode_bytes(&[0xFF; 3_000]),
        Err(Bad::CodeTooLong)
    );
}

/// Each rule about a value refuses by its name and place what breaks it.
#[test]
fn flaws_of_values_are_named() {
    use BadMerchantQr as Bad;
    let place = of(54);
    let cases = [
        (
            "5204581X",
            Bad::NotNumber {
                place: of(52),
                digits: 4,
            },
        ),
        (
            "5203581",
            Bad::NotNumber {
                place: of(52),
                digits: 4,
            },
        ),
        ("010213", Bad::BadInitiation),
        ("5802kr", Bad::BadLetters { place: of(58) }),
        ("5803KOR", Bad::BadLetters { place: of(58) }),
        ("5900", Bad::Empty { place: of(59) }),
        ("5901\u{7}", Bad::Control { place: of(59) }),
        ("5901\u{202e}", Bad::Control { place: of(59) }),
        (
            "5926ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Bad::TooLong {
                place: of(59),
                most: 25,
            },
        ),
        (
            "6016ABCDEFGHIJKLMNOP",
            Bad::TooLong {
                place: of(60),
                most: 15,
            },
        ),
        ("5902소반", Bad::NotAscii { place: of(59) }),
        (
            "611112345678901",
            Bad::TooLong {
                place: of(61),
                most: 10,
            },
        ),
        ("540512.50", Bad::BadWon { place }),
        ("5404500.", Bad::BadWon { place }),
        ("54040500", Bad::BadWon { place }),
        ("54010", Bad::BadAmount { place }),
        ("5403000", Bad::BadAmount { place }),
        ("5402-5", Bad::BadAmount { place }),
        ("5402+5", Bad::BadAmount { place }),
        ("54051,500", Bad::BadAmount { place }),
        ("54021e", Bad::BadAmount { place }),
        ("5401５", Bad::BadAmount { place }),
        ("541412345678901234", Bad::TooLong { place, most: 13 }),
        ("550204", Bad::BadTip),
        ("550202", Bad::Missing { place: of(56) }),
        ("550203", Bad::Missing { place: of(57) }),
        ("5603500", Bad::Unexpected { place: of(56) }),
        ("55020157031.5", Bad::Unexpected { place: of(57) }),
        ("550203560350057011", Bad::Unexpected { place: of(56) }),
        ("55020257015", Bad::Missing { place: of(56) }),
        ("55020257011560550.00", Bad::BadWon { place: of(56) }),
        ("55020357010", Bad::BadPercent { place: of(57) }),
        ("5502035703100", Bad::BadPercent { place: of(57) }),
        ("55020357051.234", Bad::BadPercent { place: of(57) }),
        ("6200", Bad::Empty { place: of(62) }),
        (
            "62300526ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Bad::TooLong {
                place: within(62, 5),
                most: 25,
            },
        ),
        (
            "62080504소반국수",
            Bad::NotAscii {
                place: within(62, 5),
            },
        ),
        (
            "64080104소반국수",
            Bad::Missing {
                place: within(64, 0),
            },
        ),
        (
            "64060002ko",
            Bad::Missing {
                place: within(64, 1),
            },
        ),
        (
            "64150003kor0104소반국수",
            Bad::BadLetters {
                place: within(64, 0),
            },
        ),
        (
            "27080504abcd",
            Bad::Missing {
                place: within(27, 0),
            },
        ),
        (
            "80080504abcd",
            Bad::Missing {
                place: within(80, 0),
            },
        ),
    ];
    for (part, wrong) in cases {
        assert_eq!(MerchantQr::decode(&with(part)), Err(wrong), "{part}");
    }
}

/// Values at the edge of what is allowed are taken and come back to the letter.
#[test]
fn edges_are_taken() {
    let good = [
        "54011",
        "54131234567890123",
        "550201",
        "5502025603500",
        "55020357041.25",
        "55020357011",
        "64140002KO0104소반국수",
        "70041234",
        "62145010anything:)",
        "99140002ID0704이야기요",
    ];
    for part in good {
        let text = with(part);
        let code = MerchantQr::decode(&text).unwrap_or_else(|wrong| panic!("{part}: {wrong}"));
        assert_eq!(code.encode(), text);
    }
}

/// The good code with that part in the place of the one with the same tag, or at its end.
fn with(part: &str) -> String {
    let first = &part[..2];
    let mut body = String::new();
    let mut rest = GOOD;
    let mut placed = false;
    while !rest.is_empty() {
        let length: usize = rest[2..4].parse().unwrap();
        let (object, more) = rest.split_at(4 + length);
        if object.starts_with(first) {
            body.push_str(part);
            placed = true;
        } else {
            body.push_str(object);
        }
        rest = more;
    }
    if !placed {
        body.push_str(part);
    }
    summed(&body)
}

/// What every code must have, taken away piece by piece, is missed by name.
#[test]
fn what_is_missing_is_named() {
    for number in [52, 53, 58, 59, 60] {
        let code = MerchantQr::decode(&summed(GOOD)).unwrap();
        let mut objects = code.objects().to_vec();
        objects.retain(|object| object.tag != tag(number));
        let place = of(number);
        assert_eq!(
            MerchantQr::new(objects),
            Err(BadMerchantQr::Missing { place })
        );
    }
    let code = MerchantQr::decode(&summed(GOOD)).unwrap();
    let mut objects = code.objects().to_vec();
    objects.retain(|object| object.tag != tag(15));
    assert_eq!(MerchantQr::new(objects), Err(BadMerchantQr::NoAccount));
}

/// Other currencies may have a point, with or without digits behind it.
#[test]
fn other_currencies_have_points() {
    for amount in ["98.73", "98", "98.", "0.5", "0000000000001"] {
        let part = format!("54{:02}{amount}", amount.len());
        let text = with(&part).replace("5303410", "5303840");
        let text = summed(&text[..text.len() - 8]);
        let code = MerchantQr::decode(&text).unwrap_or_else(|wrong| panic!("{amount}: {wrong}"));
        assert_eq!((code.amount_text(), code.amount()), (Some(amount), None));
    }
}
