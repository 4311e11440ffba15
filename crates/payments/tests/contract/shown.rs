//! What of the codes that we show the port's suite does not look at: an app that refused may
//! be tried again, and the last try is not the only one.

use serde_json::{Value, json};
use soban_domain::payment::Method;
use soban_engine::ports::Gateway;
use soban_engine::ports::gateway::{Held, Reverse, Standing};
use soban_payments::Mpm;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::shop::{ask, held};
use crate::street::{Street, mpm};

async fn begun(street: &Street) -> (Mpm, Held) {
    let gateway = Mpm::new(mpm(Some(&street.sandbox.mpm_base()))).unwrap();
    let offer = gateway.offer(&ask()).await.unwrap();
    (gateway, held(ask(), offer))
}

/// A payment whose app refused is open and not unpaid, and is paid by the next try, by
/// refusing it twice and paying the same code.
#[tokio::test]
async fn an_app_that_refused_may_pay_yet() {
    let street = Street::open().await;
    let (gateway, held) = begun(&street).await;
    for _ in 0..2 {
        street.guest_quits(Method::Qr, &held.offer).await;
        let standing = gateway.inquire(&held).await;
        assert!(matches!(standing, Standing::Open { .. }), "{standing:?}");
    }
    street.guest_pays(Method::Qr, &held.offer).await;
    let standing = gateway.inquire(&held).await;
    assert!(matches!(standing, Standing::Paid(_)), "{standing:?}");
    assert_eq!(gateway.reverse(&held, None).await, Reverse::Done);
    assert_eq!(gateway.inquire(&held).await, Standing::SentBack);
}

/// A try of our code as the scheme tells of it.
fn tried(held: &Held, state: &str) -> Value {
    json!({
        "QR_REFERENCE_ID": held.offer.gateway_id, "MERCHANT_ID": "000000001", "STATE": state,
        "AMOUNT": held.amount.0, "CANCELED_AMOUNT": 0, "AUTH_ID": "30001234",
        "PAID_AT": "1970-01-01T09:01:00+09:00",
    })
}

/// A scheme that answers an inquiry by the last try and a list by what it is given, or by
/// a failure.
async fn scheme(last: Value, listed: Option<Vec<Value>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let mut head = [0; 4096];
            let read = line.read(&mut head).await.unwrap_or_default();
            let is_list = String::from_utf8_lossy(&head[..read]).contains("?date=");
            let (status, body) = match (is_list, &listed) {
                (false, _) => (200, last.to_string()),
                (true, Some(rows)) => (200, json!({ "PAYMENTS": rows }).to_string()),
                (true, None) => (500, String::new()),
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _ = line.write_all(answer.as_bytes()).await;
            let _ = line.shutdown().await;
        }
    });
    format!("http://{address}")
}

/// Where the last try failed, the list tells of the one that did not; without a list nobody
/// knows, and another's row is not ours: by asking a scheme whose list has each.
#[tokio::test]
async fn a_try_that_failed_hides_no_payment() {
    let street = Street::open().await;
    let (_, held) = begun(&street).await;
    let last = tried(&held, "19");
    let mut other = tried(&held, "15");
    other["QR_REFERENCE_ID"] = json!("OTHER");
    let paid = vec![other.clone(), last.clone(), tried(&held, "15")];
    let said = |listed| {
        let (last, held) = (last.clone(), held.clone());
        async move {
            let base = scheme(last, listed).await;
            Mpm::new(mpm(Some(&base))).unwrap().inquire(&held).await
        }
    };
    let standing = said(Some(paid)).await;
    assert!(matches!(standing, Standing::Paid(_)), "{standing:?}");
    let standing = said(Some(vec![other, last.clone()])).await;
    assert!(matches!(standing, Standing::Open { .. }), "{standing:?}");
    let standing = said(None).await;
    assert!(
        matches!(standing, Standing::NoAnswer { .. }),
        "{standing:?}"
    );
}
