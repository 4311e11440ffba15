//! Merchants' codes: samples, what the hub makes, and their JSON.

use soban_domain::emv_qr::{
    Account, BadMerchantQr, Initiation, Local, MerchantQr, Object, Place, Tag,
};
use soban_domain::money::Won;

use crate::codes::{BC, EMVCO, shown, summed, tag};

fn of(number: u8) -> Place {
    Place::of(tag(number))
}

fn within(number: u8, sub: u8) -> Place {
    Place::within(tag(number), tag(sub))
}

/// EMVCo's own sample gives the fields that its annex lists, and comes back to the letter.
#[test]
fn emvcos_sample_reads() {
    let code = MerchantQr::decode(EMVCO).unwrap();
    assert_eq!(code.initiation(), Some(Initiation::Dynamic));
    assert_eq!((code.category(), code.country()), ("4111", "CN"));
    assert_eq!((code.name(), code.city()), ("BEST TRANSPORT", "BEIJING"));
    assert_eq!(
        (code.currency(), code.amount_text()),
        ("156", Some("23.72"))
    );
    assert_eq!(code.amount(), None, "yuan are no won");
    let local = Local {
        language: "ZH",
        name: "最佳运输",
        city: Some("北京"),
    };
    assert_eq!(code.local(), Some(local));
    assert_eq!(code.store_label(), Some("1234"));
    assert_eq!(code.terminal_label(), Some("A6008667"));
    let ids: Vec<_> = code
        .accounts()
        .map(|account| match account {
            Account::Template { tag, id, fields } => (tag.number(), id, fields.len()),
            Account::Number { tag, .. } => panic!("{tag} is a template"),
        })
        .collect();
    assert_eq!(ids, [(29, "D15600000000", 2), (31, "D15600000001", 2)]);
    let unreserved = code.objects().iter().find(|object| object.tag == tag(91));
    assert_eq!(unreserved.unwrap().field(tag(7)), Some("12345678"));
    assert_eq!(code.encode(), EMVCO);
}

/// BC's sample gives its amount in won, its accounts and its Korean name, and comes back
/// to the letter.
#[test]
fn bcs_sample_reads() {
    let code = MerchantQr::decode(BC).unwrap();
    assert_eq!(code.amount(), Some(Won(3_251)));
    assert_eq!((code.category(), code.country()), ("7210", "KR"));
    assert_eq!((code.name(), code.city()), ("CleanTopia", "KYUNGGI-DO"));
    assert_eq!(code.postal_code(), Some("13204"));
    assert_eq!(code.reference_label(), Some("MQ2020900009793"));
    assert_eq!(code.store_label(), Some("000000001"));
    assert_eq!(code.terminal_label(), Some("00000001"));
    assert_eq!(code.bill_number(), None);
    let local = Local {
        language: "ko",
        name: "비씨카드",
        city: Some("경기도"),
    };
    assert_eq!(code.local(), Some(local));
    let accounts: Vec<Account<'_>> = code.accounts().collect();
    let number = "2600041026000410751128724000000";
    assert_eq!(
        accounts[0],
        Account::Number {
            tag: tag(15),
            number
        }
    );
    assert!(matches!(
        accounts[1],
        Account::Template {
            id: "D4100000014010",
            ..
        }
    ));
    assert_eq!(code.encode(), BC);
}

/// What the hub makes reads back as it was meant, and its text is the one worked out by
/// hand.
#[test]
fn a_built_code_is_as_meant() {
    let code = shown(Won(12_500)).build().unwrap();
    let parts = [
        "000201010212",
        "26310014D41000000140100509000000001",
        "5204581253034105405125005802KR",
        "5913SOBAN NOODLES6005SEOUL610504524",
        "62340309000000001",
        "0506A127-1",
        "0707KIOSK-1",
        "64200002ko0104소반국수0202서울",
    ];
    assert_eq!(code.encode(), summed(&parts.concat()));
    let read = MerchantQr::decode(&code.encode()).unwrap();
    assert_eq!(read, code);
    assert_eq!(read.amount(), Some(Won(12_500)));
    let sticker = MerchantQr::fixed()
        .account_number(tag(15), "2600041026000410")
        .category("5812")
        .merchant("SOBAN", "SEOUL")
        .bill_number("***")
        .build()
        .unwrap();
    assert_eq!(sticker.initiation(), Some(Initiation::Static));
    assert_eq!(
        (sticker.amount(), sticker.bill_number()),
        (None, Some("***"))
    );
}

/// A builder refuses what breaks a rule, by name: amounts, lengths, letters, places.
#[test]
fn a_builder_refuses() {
    let refused = |builder: soban_domain::emv_qr::MerchantQrBuilder| builder.build().unwrap_err();
    for amount in [0, -1, i64::MIN, 10_000_000_000_000] {
        let wrong = refused(shown(Won(amount)));
        assert!(
            matches!(
                wrong,
                BadMerchantQr::BadAmount { .. } | BadMerchantQr::TooLong { .. }
            ),
            "{amount}: {wrong}"
        );
    }
    assert!(shown(Won(9_999_999_999_999)).build().is_ok());
    let place = within(64, 1);
    let long = BadMerchantQr::TooLong { place, most: 25 };
    assert_eq!(
        refused(shown(Won(1)).korean(&"가".repeat(26), "서울")),
        long
    );
    assert!(
        shown(Won(1))
            .korean(&"가".repeat(25), "서울")
            .build()
            .is_ok()
    );
    let place = of(59);
    let twice = BadMerchantQr::Duplicate { place };
    assert_eq!(refused(shown(Won(1)).merchant("A", "B")), twice);
    let plain = MerchantQr::dynamic(Won(1))
        .account_number(tag(15), "1")
        .category("5812");
    assert_eq!(
        refused(plain.clone().merchant("소반", "SEOUL")),
        BadMerchantQr::NotAscii { place }
    );
    let place = of(26);
    let empty = plain
        .clone()
        .merchant("A", "B")
        .account_number(tag(26), "1");
    assert_eq!(refused(empty), BadMerchantQr::NoTemplate { place });
    let place = of(16);
    let template = plain.merchant("A", "B").account(tag(16), "1", &[]);
    assert_eq!(refused(template), BadMerchantQr::NotATemplate { place });
    let accounts = (26..32).fold(shown(Won(1)), |builder, number| {
        builder.account(tag(number + 1), "ID", &[(tag(1), &"7".repeat(80))])
    });
    assert_eq!(refused(accounts), BadMerchantQr::CodeTooLong);
    let framed = vec![Object::text(tag(63), "39F0")];
    assert_eq!(
        MerchantQr::new(framed),
        Err(BadMerchantQr::Framing { place: of(63) })
    );
}

/// The JSON of a code reads back, says nothing of tags 00 and 63, and takes no flaw and
/// no unknown word.
#[test]
fn json_keeps_the_rules() {
    let code = MerchantQr::decode(BC).unwrap();
    let json = serde_json::to_value(&code).unwrap();
    assert_eq!(
        json["objects"][0],
        serde_json::json!({ "tag": "01", "value": "12" })
    );
    let field = serde_json::json!({ "tag": "00", "value": "D4100000014010" });
    assert_eq!(json["objects"][2]["fields"][0], field);
    assert_eq!(
        serde_json::from_value::<MerchantQr>(json.clone()).unwrap(),
        code
    );
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut json = json.clone();
        change(&mut json);
        serde_json::from_value::<MerchantQr>(json)
            .unwrap_err()
            .to_string()
    };
    let point = refused(&|json| json["objects"][5]["value"] = "32.51".into());
    assert!(point.contains("tag 54"), "{point}");
    let word = refused(&|json| json["objects"][5]["amount"] = 1.into());
    assert!(word.contains("amount"), "{word}");
    let both = refused(&|json| json["objects"][2]["value"] = "x".into());
    assert!(both.contains("tag 26"), "{both}");
    let tag = refused(&|json| json["objects"][0]["tag"] = "1".into());
    assert!(tag.contains("two digits"), "{tag}");
}

/// `Debug` shows what hangs on the wall and hides a telephone number, also in an error.
#[test]
fn debug_hides_telephone_numbers() {
    let code = shown(Won(1))
        .additional(tag(2), "01012345678")
        .build()
        .unwrap();
    let debug = format!("{code:?} {:?}", code.objects());
    assert!(
        debug.contains("SOBAN NOODLES") && debug.contains("62-02"),
        "{debug}"
    );
    assert!(!debug.contains("01012345678"), "{debug}");
    let fields = code.objects().iter().flat_map(|object| object.fields());
    let debug: String = fields.map(|field| format!("{field:?}")).collect();
    assert!(!debug.contains("01012345678"), "{debug}");
    assert_eq!(Tag::new(100), None);
}
