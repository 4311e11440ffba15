//! What answers mean, tried on answers in the vendor's shape.

use reqwest::StatusCode;
use serde_json::{Value, json};
use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::moment::Timestamp;
use soban_domain::payment::Offer;
use soban_domain::tax::TaxParts;

use super::*;

const TID: &str = "T123456789";
const NUMBER: &str = "57R07NF6YY02938NKRKB";
const CODE: &str = "281006020102030405060708";
/// 2023-07-15T21:18:22 in Korea.
const SAMPLE_TIME: Timestamp = Timestamp(1_689_423_502_000);

fn held() -> Held {
    Held {
        attempt: AttemptId(uuid::Uuid::from_u128(1)),
        order: OrderId(uuid::Uuid::from_u128(2)),
        amount: Won(2200),
        tax: TaxParts::of(Won(2200), Won(0), Won(0)),
        offer: Offer {
            gateway_id: NUMBER.to_owned(),
            mobile_url: String::new(),
            pc_url: String::new(),
            qr: None,
            expires: SAMPLE_TIME.plus_seconds(180),
        },
        sent_at: Some(SAMPLE_TIME),
        approval: None,
        refunded: Won(0),
    }
}

fn sample() -> Value {
    json!({
        "respCd": "0000", "respMsg": "정상 승인", "tid": TID, "svcId": "SVC_SIMPLE",
        "mercTrxNo": NUMBER, "vanTrxNo": "12345678901234567890", "aprvNo": "00456789",
        "aprvDt": "20230715", "aprvTm": "211822", "trxAmt": 2200, "vatAmt": 200,
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut answer = sample();
    answer[field] = value;
    answer
}

fn heard(status: u16, body: impl ToString) -> Call {
    Ok(Heard {
        status: StatusCode::from_u16(status).unwrap(),
        body: body.to_string().into_bytes(),
    })
}

/// A contract's list.
fn codes() -> Codes {
    let listed = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    Codes {
        refusals: listed(&["8001", "8004"]),
        undone: listed(&["8030"]),
        refund_refusals: listed(&["8031", "9001"]),
    }
}

fn approved(call: Call) -> Approve {
    approve(call, &held(), (TID, &codes(), CODE))
}

/// The vendor's shape is the proof; its numbers may come as text.
#[test]
fn the_vendors_shape_is_proof() {
    let due = Approve::Approved(Approval {
        number: "00456789".to_owned(),
        amount: Won(2200),
        kind: "CARD".to_owned(),
        at: SAMPLE_TIME,
        by: None,
    });
    assert_eq!(approved(heard(200, sample())), due);
    assert_eq!(approved(heard(200, with("trxAmt", json!("2200")))), due);
}

/// Terminal, number and amount, changed alone, make a mismatch that names the field; left
/// out, an answer that proves nothing, as does a missing number of the approval.
#[test]
fn each_compared_field_counts() {
    for (field, other) in [
        ("tid", json!("T000000000")),
        ("mercTrxNo", json!("OTHER")),
        ("trxAmt", json!(2210)),
    ] {
        let answer = approved(heard(200, with(field, other)));
        assert!(
            matches!(&answer, Approve::Mismatched { evidence } if evidence.starts_with(field)),
            "{answer:?}"
        );
    }
    for field in ["tid", "mercTrxNo", "trxAmt", "aprvNo"] {
        let answer = approved(heard(200, with(field, Value::Null)));
        assert!(
            matches!(answer, Approve::Unknown { .. }),
            "{field}: {answer:?}"
        );
    }
}

/// Every listed refusal is final; every other code, a failing server, a broken line and a
/// body that is no answer tell nothing; only where no connection stood was nothing sent.
#[test]
fn only_listed_refusals_are_final() {
    for code in &codes().refusals {
        let answer = approved(heard(200, json!({"respCd": code, "respMsg": "거절"})));
        assert!(
            matches!(&answer, Approve::Declined { evidence } if evidence.starts_with(code.as_str())),
            "{code}: {answer:?}"
        );
    }
    let quiet = [
        heard(200, json!({"respCd": "8010", "respMsg": "중복"})),
        heard(200, json!({"respCd": "7777"})),
        heard(200, json!({"respCd": "8030"})),
        heard(200, json!({"respCd": "8031"})),
        heard(200, json!({"respCd": ""})),
        heard(200, "<html>"),
        heard(200, "[]"),
        heard(500, json!({"respCd": "8001", "respMsg": "잔액 부족"})),
        Err(Unheard::Broken("timed_out")),
    ];
    for call in quiet {
        let shown = format!("{call:?}");
        let answer = approved(call);
        assert!(
            matches!(
                answer,
                Approve::Unknown {
                    cause: Cause::NoAnswer,
                    ..
                }
            ),
            "{shown}: {answer:?}"
        );
    }
    let unsent = approved(Err(Unheard::NotSent));
    assert!(matches!(unsent, Approve::NotSent { .. }));
}

/// The code that was read is in no evidence, even where the VAN says it back.
#[test]
fn the_code_is_not_told() {
    let echo = json!({"respCd": "8004", "respMsg": format!("없는 바코드 {CODE}")});
    let answer = approved(heard(200, echo));
    assert!(!format!("{answer:?}").contains("2810060"), "{answer:?}");
}

/// Without a contract's list every code but success is unknown, of each call, by trying
/// codes that a stand-in speaks.
#[test]
fn an_unlisted_code_means_nothing() {
    let none = Codes::default();
    for code in ["8001", "8003", "8005", "8030", "8031", "9001", "9003"] {
        let said = || heard(200, json!({"respCd": code, "respMsg": "?", "trxAmt": 2200}));
        let approval = approve(said(), &held(), (TID, &none, CODE));
        assert!(matches!(approval, Approve::Unknown { .. }), "{approval:?}");
        let reversal = reversed(said(), &held(), (&none, CODE));
        assert!(matches!(reversal, Reverse::Unknown { .. }), "{reversal:?}");
        let void = voided(said(), Won(2200), &none);
        assert!(matches!(void, Refunded::Unknown { .. }), "{void:?}");
    }
}

/// A net-cancel is done by its code alone and for this payment alone; one that was undone
/// before is done.
#[test]
fn a_net_cancel_needs_its_confirmation() {
    let told = |call| reversed(call, &held(), (&codes(), CODE));
    assert_eq!(told(heard(200, json!({"respCd": "0000"}))), Reverse::Done);
    assert_eq!(told(heard(200, sample())), Reverse::Done);
    let before = json!({"respCd": "8030", "respMsg": "이미 취소된 거래"});
    assert_eq!(told(heard(200, before)), Reverse::Done);
    for call in [
        heard(200, with("mercTrxNo", json!("OTHER"))),
        heard(200, json!({"respCd": "8030", "mercTrxNo": "OTHER"})),
        heard(200, json!({"respCd": "8031"})),
        heard(
            200,
            json!({"respCd": "8020", "respMsg": "원거래와 전문이 다름"}),
        ),
        heard(500, json!({"respCd": "0000"})),
        heard(200, ""),
        Err(Unheard::Broken("timed_out")),
    ] {
        let shown = format!("{call:?}");
        let said = told(call);
        assert!(matches!(said, Reverse::Unknown { .. }), "{shown}: {said:?}");
    }
    let unsent = told(Err(Unheard::NotSent));
    assert!(matches!(unsent, Reverse::NotSent { .. }));
}

/// A void is done, refused by a listed code, or unknown; one that was done before is done.
#[test]
fn a_void_is_read() {
    let told = |code: &str, amount: i64| {
        let body = json!({"respCd": code, "trxAmt": amount, "aprvNo": "1"});
        voided(heard(200, body), Won(2200), &codes())
    };
    let number = Some("1".to_owned());
    assert_eq!(told("0000", 2200), Refunded::Done { number });
    assert_eq!(told("8030", 2200), Refunded::Done { number: None });
    for code in &codes().refund_refusals {
        let said = told(code, 2200);
        assert!(matches!(said, Refunded::Refused { .. }), "{code}: {said:?}");
    }
    for (code, amount) in [("0000", 2199), ("7777", 2200), ("8001", 2200)] {
        let said = told(code, amount);
        assert!(matches!(said, Refunded::Unknown { .. }), "{code}: {said:?}");
    }
}
