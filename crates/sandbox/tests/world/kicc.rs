//! The VAN: customer codes, approval, net-cancel and cancel.

use std::time::Duration;

use serde_json::{Value, json};
use soban_sandbox::{Endpoint, FaultKind, FaultRule};

use crate::harness::{World, but, opened};
use crate::toss::truth;

pub(crate) async fn van_raw(
    world: &World,
    call: &str,
    body: &Value,
) -> reqwest::Result<reqwest::Response> {
    let url = format!("{}/smpy/kiccpay/{call}", world.sandbox.kicc_base());
    world.client.post(url).json(body).send().await
}

/// A call to the VAN; the answer is always a 200.
pub(crate) async fn van(world: &World, call: &str, body: &Value) -> Value {
    let (status, body) = opened(van_raw(world, call, body).await.unwrap()).await;
    assert_eq!(status, 200);
    body
}

/// A new code on a guest's phone.
pub(crate) async fn code(world: &World, wallet: &str) -> Value {
    let (status, code) = world.post("/kicc/codes", json!({ "wallet": wallet })).await;
    assert_eq!(status, 201, "{code}");
    code
}

pub(crate) fn approve_body(number: &str, token: &Value) -> Value {
    json!({
        "tid": "T123456789",
        "svcId": "SVC_SIMPLE",
        "bizrNo": "1208147521",
        "mercTrxNo": number,
        "tokenKey": token,
        "alotMonth": "00",
        "trxAmt": 11000,
        "vatAmt": 1000,
        "svcAmt": 0,
        "taxFreeAmt": 0,
        "tranDt": "20261127",
        "tranTm": "120000",
    })
}

/// What net-cancel sends of an approval.
pub(crate) fn reverse_body(approve: &Value) -> Value {
    but(
        approve.clone(),
        json!({"taxFreeAmt": null, "userData": null}),
    )
}

fn void_body(number: &str, approved: &Value) -> Value {
    json!({
        "tid": "T123456789",
        "svcId": "SVC_SIMPLE",
        "bizrNo": "1208147521",
        "mercTrxNo": number,
        "wcc": "T",
        "cndTrxNo": approved["vanTrxNo"],
        "alotMonth": "00",
        "trxAmt": 11000,
        "vatAmt": 1000,
        "svcAmt": 0,
        "tranDt": "20261127",
        "tranTm": "130000",
        "orgAprvDt": approved["aprvDt"],
        "orgAprvNo": approved["aprvNo"],
    })
}

/// Goal: barcode and QR of a code both pay, once between them, and neither is in the ledger; method: one each, the twin afterwards, the ledger searched.
#[tokio::test]
async fn a_code_pays_once() {
    let world = World::start().await;
    for (number, form, twin) in [("m-1", "barcode", "qr"), ("m-2", "qr", "barcode")] {
        let code = code(&world, "ok").await;
        assert_eq!(code["barcode"].as_str().unwrap().len(), 24);
        let body = but(
            approve_body(number, &code[form]),
            json!({"userData": "kiosk-1"}),
        );
        let answer = van(&world, "reqAprv", &body).await;
        assert_eq!(answer["respCd"], "0000", "{answer}");
        assert_eq!(answer["trxAmt"], 11000);
        assert_eq!(answer["userData"], "kiosk-1");
        assert_eq!(answer["aprvNo"].as_str().unwrap().len(), 8);
        assert_eq!(answer["vanTrxNo"].as_str().unwrap().len(), 20);
        assert!(answer["cardNo"].as_str().unwrap().contains("****"));
        let again = approve_body(&format!("{number}-b"), &code[twin]);
        assert_eq!(van(&world, "reqAprv", &again).await["respCd"], "8003");
        let truth = truth(&world, number).await;
        assert_eq!(
            (&truth["approvals"], &truth["live"]),
            (&json!(1), &json!(11000))
        );
        let ledger = world.get("/ledger/kicc").await.to_string();
        for secret in [&code["barcode"], &code["qr"]] {
            assert!(!ledger.contains(secret.as_str().unwrap()));
        }
    }
}

/// Goal: wallets refuse, run short and run out of time; method: one of each, then the ledger at zero.
#[tokio::test]
async fn wallets_refuse() {
    let world = World::start().await;
    let short = code(&world, "short").await;
    let refused = code(&world, "refused").await;
    let old = code(&world, "ok").await;
    for (token, due) in [
        (&short["barcode"], "8001"),
        (&refused["barcode"], "8005"),
        (&json!("280000000000000000000000"), "8004"),
    ] {
        let answer = van(&world, "reqAprv", &approve_body("m-1", token)).await;
        assert_eq!(answer["respCd"], due, "{answer}");
    }
    world.sandbox.clock().advance(Duration::from_secs(180));
    let answer = van(&world, "reqAprv", &approve_body("m-1", &old["barcode"])).await;
    assert_eq!(answer["respCd"], "8002");
    assert_eq!(world.get("/ledger/truth").await["payments"], json!([]));
    let (status, _) = world.post("/kicc/codes", json!({"wallet": "rich"})).await;
    assert_eq!(status, 422);
}

/// Goal: fields are required with their lengths, shop and number must fit; method: the good body with one field spoilt at a time.
#[tokio::test]
async fn approval_checks_its_fields() {
    let world = World::start().await;
    let token = code(&world, "ok").await["barcode"].clone();
    let good = approve_body("m-1", &token);
    for (change, due) in [
        (json!({"tid": "T000000000"}), "9002"),
        (json!({"svcId": "SVC_OTHER"}), "9002"),
        (json!({"bizrNo": "120-81-475"}), "9001"),
        (json!({"mercTrxNo": "m".repeat(41)}), "9001"),
        (json!({"tokenKey": null}), "9001"),
        (json!({"alotMonth": "0"}), "9001"),
        (json!({"trxAmt": 0}), "9001"),
        (json!({"trxAmt": "11000"}), "9001"),
        (json!({"vatAmt": null}), "9001"),
        (json!({"tranDt": "2026-11-2"}), "9001"),
        (json!({"tranTm": "1200"}), "9001"),
        (json!({"userData": "x".repeat(513)}), "9001"),
    ] {
        let answer = van(&world, "reqAprv", &but(good.clone(), change.clone())).await;
        assert_eq!(answer["respCd"], due, "{change}");
    }
    assert_eq!(van(&world, "reqAprv", &good).await["respCd"], "0000");
    let other = code(&world, "ok").await["barcode"].clone();
    let again = van(&world, "reqAprv", &approve_body("m-1", &other)).await;
    assert_eq!(again["respCd"], "8010", "a number serves once");
}

/// Goal: net-cancel undoes exactly the approval it describes, as often as it is sent; method: each field changed, then the right data twice.
#[tokio::test]
async fn net_cancel_undoes_what_it_describes() {
    let world = World::start().await;
    let token = code(&world, "ok").await["barcode"].clone();
    let body = approve_body("m-1", &token);
    van(&world, "reqAprv", &body).await;
    let good = reverse_body(&body);
    for change in [
        json!({"bizrNo": "1348672683"}),
        json!({"tokenKey": "280000000000000000000000"}),
        json!({"alotMonth": "03"}),
        json!({"trxAmt": 11001}),
        json!({"vatAmt": 999}),
        json!({"svcAmt": 1}),
        json!({"tranDt": "20261128"}),
        json!({"tranTm": "120001"}),
    ] {
        let answer = van(&world, "reqRtran", &but(good.clone(), change.clone())).await;
        assert_eq!(answer["respCd"], "8020", "{change}");
    }
    assert_eq!(truth(&world, "m-1").await["live"], 11000);
    for _ in 0..2 {
        assert_eq!(van(&world, "reqRtran", &good).await["respCd"], "0000");
        let truth = truth(&world, "m-1").await;
        assert_eq!(
            (&truth["sent_back"], &truth["status"]),
            (&json!(11000), &json!("REVERSED"))
        );
    }
}

/// Goal: net-cancel of what never came succeeds and bars the number; method: net-cancel first, the approval after it, another number with the same code.
#[tokio::test]
async fn net_cancel_bars_what_never_came() {
    let world = World::start().await;
    let token = code(&world, "ok").await["barcode"].clone();
    let body = approve_body("m-1", &token);
    let reverse = reverse_body(&body);
    for _ in 0..2 {
        assert_eq!(van(&world, "reqRtran", &reverse).await["respCd"], "0000");
    }
    assert_eq!(van(&world, "reqAprv", &body).await["respCd"], "8010");
    assert_eq!(world.get("/ledger/kicc").await["barred"], json!(["m-1"]));
    let next = approve_body("m-2", &token);
    assert_eq!(van(&world, "reqAprv", &next).await["respCd"], "0000");
}

/// Goal: a late approval gets past the net-cancel and a second one undoes it; method: the reply breaks, net-cancel, five minutes, net-cancel again.
#[tokio::test]
async fn a_late_approval_needs_a_second_net_cancel() {
    let world = World::start().await;
    let token = code(&world, "ok").await["barcode"].clone();
    let body = approve_body("m-1", &token);
    let rule = FaultRule::next(Endpoint::KiccApprove, FaultKind::LateApproval, 1);
    world.sandbox.fault(rule).unwrap();
    assert!(van_raw(&world, "reqAprv", &body).await.is_err());
    let reverse = reverse_body(&body);
    assert_eq!(van(&world, "reqRtran", &reverse).await["respCd"], "0000");
    world.sandbox.clock().advance(Duration::from_secs(299));
    assert_eq!(truth(&world, "m-1").await, Value::Null);
    world.sandbox.clock().advance(Duration::from_secs(2));
    assert_eq!(truth(&world, "m-1").await["live"], 11000);
    assert_eq!(van(&world, "reqRtran", &reverse).await["respCd"], "0000");
    assert_eq!(truth(&world, "m-1").await["live"], 0);
    assert_eq!(truth(&world, "m-1").await["approvals"], 1);
}

/// Goal: a cancel is in full, by either number, once; method: wrong sums and originals, then by the VAN's and the merchant's number.
#[tokio::test]
async fn a_cancel_goes_back_in_full_and_once() {
    let world = World::start().await;
    for (number, key) in [("m-1", "T"), ("m-2", "G")] {
        let token = code(&world, "ok").await["barcode"].clone();
        let approved = van(&world, "reqAprv", &approve_body(number, &token)).await;
        let mut good = void_body("c-1", &approved);
        if key == "G" {
            good = but(good, json!({"wcc": "G", "cndTrxNo": number}));
        }
        for (change, due) in [
            (json!({"trxAmt": 5000, "vatAmt": 455}), "8032"),
            (json!({"orgAprvNo": "1"}), "8032"),
            (json!({"orgAprvDt": "20000101"}), "8032"),
            (json!({"cndTrxNo": "nobody"}), "8031"),
            (json!({"wcc": "X"}), "9001"),
        ] {
            let answer = van(&world, "reqCancel", &but(good.clone(), change.clone())).await;
            assert_eq!(answer["respCd"], due, "{change}");
        }
        assert_eq!(truth(&world, number).await["live"], 11000);
        let answer = van(&world, "reqCancel", &good).await;
        assert_eq!(
            (&answer["respCd"], &answer["trxAmt"]),
            (&json!("0000"), &json!(11000))
        );
        assert_eq!(van(&world, "reqCancel", &good).await["respCd"], "8030");
        let truth = truth(&world, number).await;
        assert_eq!(
            (&truth["sent_back"], &truth["live"]),
            (&json!(11000), &json!(0))
        );
    }
}

/// Goal: the phone's page and its look at a code are there; method: the page, a code before and after it paid, one nobody made.
#[tokio::test]
async fn the_phone_sees_its_code_used() {
    let world = World::start().await;
    assert!(world.text(&world.url("/kicc/")).await.contains("손님 지갑"));
    let code = code(&world, "ok").await;
    assert!(code["qr_svg"].as_str().unwrap().starts_with("<svg"));
    let look = format!("/kicc/codes/{}", code["barcode"].as_str().unwrap());
    assert_eq!(world.get(&look).await["used"], false);
    van(&world, "reqAprv", &approve_body("m-1", &code["barcode"])).await;
    assert_eq!(world.get(&look).await["used"], true);
    let nobody = world.client.get(world.url("/kicc/codes/1"));
    assert_eq!(nobody.send().await.unwrap().status(), 404);
}
