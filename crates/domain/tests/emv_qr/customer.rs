//! Customers' codes: samples, hand-made ones, flaws, and what must not show.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use soban_domain::emv_qr::{
    BASE64_MOST, BadCustomerQr, BerContent, BerObject, BerTag, CustomerQr, Revealed, Shown,
};

use crate::codes::{COMMON, TRACK_2};

/// `CPV01` in its object.
const FORMAT: &str = "85054350563031";
/// An application of the Korean local scheme: AID and label.
const KOREAN: &str = "61104F07D410000001401050054B4C534331";

fn hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The code of these bytes.
fn code(text: &str) -> String {
    STANDARD.encode(hex(text))
}

fn korean() -> String {
    format!("{FORMAT}{KOREAN}")
}

/// EMVCo's test data gives its applications, its languages and masked numbers, and comes
/// back to the letter.
#[test]
fn emvcos_codes_read() {
    let one = CustomerQr::decode(TRACK_2).unwrap();
    let ids: Vec<_> = one.applications().map(|a| a.id()).collect();
    assert_eq!(ids, ["A0000000555555"]);
    assert_eq!(
        one.masked()[1].shown,
        Shown::Number("123456******3458".to_owned())
    );
    assert_eq!(one.encode(), TRACK_2);
    let two = CustomerQr::decode(COMMON).unwrap();
    let offers: Vec<_> = two
        .applications()
        .map(|a| (a.id(), a.label().map(str::to_owned)))
        .collect();
    let offer = |id: &str, label: &str| (id.to_owned(), Some(label.to_owned()));
    assert_eq!(
        offers,
        [
            offer("A0000000555555", "Product1"),
            offer("A0000000666666", "Product2")
        ]
    );
    assert_eq!(two.languages(), ["ru", "es", "de", "en"]);
    assert_eq!(two.encode(), COMMON);
    let last = two.masked().pop().unwrap();
    let within = [BerTag::COMMON, BerTag::COMMON_TRANSPARENT];
    assert_eq!((last.object, last.within.as_slice()), (3, &within[..]));
    assert_eq!(last.shown, Shown::Hidden(4));
}

/// A hand-made code of the Korean scheme, with objects that nobody knows, on every level
/// and with a long length, comes back to the letter.
#[test]
fn what_is_unknown_is_kept() {
    let unknown = "DF01026162";
    let long = format!("C18180{}", "5A".repeat(128));
    let inner = format!("4F07D4100000014010{long}6305{unknown}");
    let length = inner.len() / 2;
    let text = code(&format!("{FORMAT}6181{length:02X}{inner}C00161"));
    let read = CustomerQr::decode(&text).unwrap();
    assert_eq!(read.applications().next().unwrap().id(), "D4100000014010");
    assert_eq!(read.applications().next().unwrap().label(), None);
    assert!(read.languages().is_empty());
    assert_eq!(read.encode(), text);
}

/// Each flaw has its name, and a code before it is fine.
#[test]
fn flaws_are_named() {
    use BadCustomerQr as Bad;
    let good = korean();
    assert_eq!(
        CustomerQr::decode(&code(&good)).map(|c| c.encode()),
        Ok(code(&good))
    );
    let value = |tag| Bad::BadValue { tag };
    let application = Some(BerTag::APPLICATION);
    let cases = [
        (format!("61{}", &good[16..]), Bad::FormatNotFirst),
        (good.replace("3031", "3032"), Bad::UnknownFormat),
        (
            good.replace("85054350563031", "850443505630"),
            Bad::UnknownFormat,
        ),
        (FORMAT.to_owned(), Bad::NoApplication),
        (format!("{FORMAT}6200"), Bad::NoApplication),
        (format!("{FORMAT}6100"), Bad::NoAid),
        (format!("{good}6100"), Bad::NoAid),
        (format!("{good}{FORMAT}"), Bad::Duplicate { within: None }),
        (format!("{good}62006200"), Bad::Duplicate { within: None }),
        (
            format!("{FORMAT}61124F07D41000000140104F07D4100000014010"),
            Bad::Duplicate {
                within: application,
            },
        ),
        (format!("{good}61"), Bad::Truncated { at: 26 }),
        (good[..good.len() - 2].to_owned(), Bad::Truncated { at: 8 }),
        (format!("{good}620550059999"), Bad::Truncated { at: 26 }),
        (format!("{good}6203500299"), Bad::Truncated { at: 28 }),
        (format!("{good}0000"), Bad::TagForm { at: 26 }),
        (format!("{good}DF810100"), Bad::TagForm { at: 26 }),
        (format!("{good}C080"), Bad::LengthForm { at: 27 }),
        (format!("{good}C081017F"), Bad::LengthForm { at: 27 }),
        (format!("{FORMAT}61064F04D4100000"), value(BerTag::AID)),
        (
            format!("{good}6202501B").replace("501B", "5000"),
            value(BerTag::LABEL),
        ),
        (format!("{good}620350011B"), value(BerTag::LABEL)),
        (format!("{good}62045702123F"), value(BerTag::TRACK_2)),
        (format!("{good}62045702D123"), value(BerTag::TRACK_2)),
        (format!("{good}62055703123DFF"), value(BerTag::TRACK_2)),
        (format!("{good}62045A02123D"), value(BerTag::NUMBER)),
        (format!("{good}62035A01FF"), value(BerTag::NUMBER)),
        (format!("{good}62045A021F23"), value(BerTag::NUMBER)),
        (format!("{good}62035F2000"), value(BerTag::HOLDER)),
        (format!("{good}62065F2D036B6F65"), value(BerTag::LANGUAGE)),
        (format!("{good}62055F2D023031"), value(BerTag::LANGUAGE)),
        (format!("{good}62055F34020101"), value(BerTag::SEQUENCE)),
    ];
    for (bytes, wrong) in cases {
        assert_eq!(CustomerQr::decode(&code(&bytes)), Err(wrong), "{bytes}");
    }
    let texts = [
        (String::new(), Bad::FormatNotFirst),
        ("=".to_owned(), Bad::NotBase64),
        (TRACK_2.trim_end_matches('=').to_owned(), Bad::NotBase64),
        (TRACK_2.replace("8=", "9="), Bad::NotBase64),
        (format!(" {TRACK_2}"), Bad::NotBase64),
        (format!("{TRACK_2}\n"), Bad::NotBase64),
        ("소반".to_owned(), Bad::NotBase64),
        ("A".repeat(BASE64_MOST + 4), Bad::CodeTooLong),
        ("A".repeat(BASE64_MOST), Bad::FormatNotFirst),
    ];
    for (text, wrong) in texts {
        assert_eq!(CustomerQr::decode(&text), Err(wrong), "{text}");
    }
}

/// The largest code fits and one byte more does not, built from parts as from JSON.
#[test]
fn size_has_a_bound() {
    let object = |tag: BerTag, length: usize| BerObject {
        tag,
        content: BerContent::Bytes(vec![0; length]),
    };
    let build = |length: usize| {
        let application = BerObject {
            tag: BerTag::APPLICATION,
            content: BerContent::Template(vec![object(BerTag::AID, 7)]),
        };
        CustomerQr::new(vec![application, object("C1".parse().unwrap(), length)])
    };
    // 768 bytes less 7 of the format, 11 of the application and 4 of this one's head.
    let largest = build(746).unwrap().encode();
    assert_eq!(largest.len(), BASE64_MOST);
    assert!(CustomerQr::decode(&largest).is_ok());
    assert_eq!(build(747), Err(BadCustomerQr::CodeTooLong));
    assert_eq!(build(100_000), Err(BadCustomerQr::CodeTooLong));
}

/// Parts that make no code are refused: templates out of place, the format among them.
#[test]
fn parts_are_checked() {
    let read = |json: serde_json::Value| {
        let parts: Revealed = serde_json::from_value(json).map_err(|e| e.to_string())?;
        CustomerQr::new(parts.objects).map_err(|e| e.to_string())
    };
    let aid = serde_json::json!({ "tag": "4F", "hex": "d4100000014010" });
    let good = serde_json::json!({ "objects": [{ "tag": "61", "objects": [aid] }] });
    assert!(read(good).is_ok());
    let cases = [
        (
            serde_json::json!([{ "tag": "61", "hex": "00" }]),
            "template or none",
        ),
        (
            serde_json::json!([{ "tag": "C1", "objects": [] }]),
            "template or none",
        ),
        (
            serde_json::json!([{ "tag": "85", "hex": "4350563031" }]),
            "tag 85",
        ),
        (
            serde_json::json!([{ "tag": "C1", "hex": "0" }]),
            "pairs of digits",
        ),
        (serde_json::json!([{ "tag": "C1" }]), "pairs of digits"),
        (serde_json::json!([{ "tag": "C1", "bytes": "" }]), "bytes"),
        (serde_json::json!([{ "tag": "00", "hex": "" }]), "no tag"),
    ];
    for (objects, named) in cases {
        let said = read(serde_json::json!({ "objects": objects })).unwrap_err();
        assert!(said.contains(named), "{said}");
    }
    let code = CustomerQr::decode(COMMON).unwrap();
    let json = serde_json::to_value(code.reveal()).unwrap();
    assert_eq!(read(json), Ok(code));
}

/// Neither `Debug` nor the masked view nor any error of a damaged code holds the card
/// number's middle, the name, the cryptogram, or an object that nobody knows.
#[test]
fn a_customers_code_does_not_show() {
    // Card number, name, cryptogram, and a telephone number in an unknown object.
    let secrets = [
        "1234567890",
        "567890",
        "CARDHOLDER",
        "584FD385",
        "01012345678",
    ];
    let unknown = "C10B3031303132333435363738";
    let bytes = STANDARD.decode(COMMON).unwrap();
    let text = STANDARD.encode([bytes, hex(unknown)].concat());
    let code = CustomerQr::decode(&text).unwrap();
    let revealed = serde_json::to_string(&code.reveal()).unwrap();
    assert!(
        revealed.contains("1234567890123458"),
        "the secrets are in it"
    );
    let masked = code.masked();
    let shown: String = masked
        .iter()
        .map(|line| format!("{} {}\n", line.tag, line.shown))
        .collect();
    assert!(shown.contains("5A 123456******3458"), "{shown}");
    assert!(shown.contains("5F20 (14 bytes)"), "{shown}");
    let json = serde_json::to_string(&masked).unwrap();
    let debug = format!("{code:?} {:?} {masked:?}", code.reveal());
    let apps = format!("{:?}", code.applications().collect::<Vec<_>>());
    for secret in secrets {
        for said in [&shown, &json, &debug, &apps] {
            assert!(!said.contains(secret), "{secret} shows in {said}");
        }
    }
    for end in 0..text.len() {
        if let Err(wrong) = CustomerQr::decode(&text[..end]) {
            let said = format!("{wrong} {wrong:?}");
            assert!(
                secrets.iter().all(|secret| !said.contains(secret)),
                "{said}"
            );
        }
    }
}
