//! Lines that are dead, silent, endless or lead elsewhere: bare sockets, no HTTP server.

use std::net::SocketAddr;
use std::time::Duration;

use soban_domain::moment::Timestamp;
use soban_domain::payment::{Cause, Offer};
use soban_engine::ports::gateway::{Approve, Gateway, Held, ReturnToken, Reverse, Standing};
use soban_payments::kakaopay::BadConfig;
use soban_payments::{BadAddress, KakaoPay};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::shop::{ask, contract, held};

fn gateway_at(address: SocketAddr) -> KakaoPay {
    let mut config = contract(&format!("http://{address}"));
    config.timeout_connect = Duration::from_millis(500);
    config.timeout_read = Duration::from_millis(500);
    KakaoPay::new(config).unwrap()
}

fn some_held() -> Held {
    let offer = Offer {
        gateway_id: "T1234567890123456789".to_owned(),
        mobile_url: "http://127.0.0.1/m".to_owned(),
        pc_url: "http://127.0.0.1/p".to_owned(),
        qr: None,
        expires: Timestamp(0),
    };
    held(ask(), offer)
}

fn token() -> ReturnToken {
    ReturnToken::new("tokentokentoken").unwrap()
}

/// A server that reads a request's head and says `answer` to it, whatever it is; to
/// everybody who connects. An answer of nothing keeps the line open.
async fn server(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut line, _)) = listener.accept().await {
            let mut head = [0; 4096];
            let _ = line.read(&mut head).await;
            if answer.is_empty() {
                kept.push(line);
            } else {
                let _ = line.write_all(&answer).await;
                let _ = line.shutdown().await;
            }
        }
    });
    address
}

/// Where nobody listens, nothing was sent, and every call says so.
#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let gateway = gateway_at(address);
    let fault = gateway.offer(&ask()).await.unwrap_err();
    assert_eq!(
        (fault.passing, fault.code.as_str()),
        (true, "no_connection")
    );
    let held = some_held();
    assert!(matches!(
        gateway.approve(&held, &token()).await,
        Approve::NotSent { .. }
    ));
    assert!(matches!(
        gateway.reverse(&held, None).await,
        Reverse::NotSent { .. }
    ));
    assert!(matches!(
        gateway.inquire(&held).await,
        Standing::NoAnswer { .. }
    ));
}

/// A line that stands and stays silent, breaks, says too much, or says what is no answer
/// leaves everything unknown, and is never "not sent". Each is tried.
#[tokio::test]
async fn broken_lines_are_unknown() {
    let too_long = {
        let mut text = b"HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n".to_vec();
        text.resize(text.len() + 300_000, b' ');
        text
    };
    let answers: [(&str, Vec<u8>); 7] = [
        ("timed_out", Vec::new()),
        ("connection_broken", b"HTTP/1.1 200".to_vec()),
        ("connection_broken", b"SSH-2.0-elsewhere\r\n".to_vec()),
        ("answer_too_long", too_long),
        (
            "unreadable",
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]".to_vec(),
        ),
        (
            "http 302",
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
                .to_vec(),
        ),
        (
            "http 502",
            b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>".to_vec(),
        ),
    ];
    for (due, answer) in answers {
        let gateway = gateway_at(server(answer).await);
        match gateway.approve(&some_held(), &token()).await {
            Approve::Unknown { cause, evidence } => {
                assert_eq!((cause, evidence.as_str()), (Cause::NoAnswer, due));
            }
            other => panic!("{due}: {other:?}"),
        }
        let standing = gateway.inquire(&some_held()).await;
        assert!(
            matches!(standing, Standing::NoAnswer { .. }),
            "{due}: {standing:?}"
        );
    }
}

/// An answer that names a page of a script, a strange id or no time makes no offer.
#[tokio::test]
async fn offers_that_cannot_be_used() {
    let page = "https://pay.example/x";
    let good = ("T1234567890123456789", page, page, "2026-11-22T10:00:00");
    let cases = [
        (("", page, page, good.3), "tid"),
        (("T12345678901234567890", page, page, good.3), "tid"),
        (("T1234; DROP", page, page, good.3), "tid"),
        (
            (good.0, "javascript:alert(1)", page, good.3),
            "next_redirect_mobile_url",
        ),
        (
            (good.0, page, "file:///etc/passwd", good.3),
            "next_redirect_pc_url",
        ),
        (
            (good.0, page, "pay.example", good.3),
            "next_redirect_pc_url",
        ),
        ((good.0, page, page, "today"), "created_at"),
    ];
    let ready = |(tid, mobile, pc, at): (&str, &str, &str, &str)| {
        let body = serde_json::json!({
            "tid": tid, "next_redirect_mobile_url": mobile,
            "next_redirect_pc_url": pc, "created_at": at,
        })
        .to_string();
        format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    let offer = gateway_at(server(ready(good)).await)
        .offer(&ask())
        .await
        .unwrap();
    assert_eq!(offer.expires, Timestamp(1_795_309_200_000 + 900_000));
    for (answer, field) in cases {
        let gateway = gateway_at(server(ready(answer)).await);
        let fault = gateway.offer(&ask()).await.unwrap_err();
        assert_eq!((fault.code.as_str(), fault.passing), ("unreadable", false));
        assert!(fault.words.contains(field), "{field}: {fault}");
    }
}

/// Settings that cannot be, or that would show the key to the internet, are refused by
/// name.
#[test]
fn settings_are_checked() {
    let with = |change: fn(&mut soban_payments::KakaoPayConfig)| {
        let mut config = contract("http://127.0.0.1:7790/kakaopay");
        change(&mut config);
        KakaoPay::new(config).map(drop)
    };
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(
        with(|c| c.base_url = "https://open-api.kakaopay.com".into()),
        Ok(())
    );
    assert_eq!(
        with(|c| c.base_url = "http://192.168.0.7:7790/kakaopay".into()),
        Ok(())
    );
    let bad = [
        with(|c| c.base_url = "http://open-api.kakaopay.com".into()),
        with(|c| c.base_url = "kakaopay".into()),
        with(|c| c.base_url = "https://user@kakaopay/".into()),
        with(|c| c.cid = "TC0ONETIME1".into()),
        with(|c| c.cid_secret = Some(soban_domain::secret::Secret::new("x".repeat(25)))),
        with(|c| c.secret_key = soban_domain::secret::Secret::new("a b")),
    ];
    let due = [
        BadConfig::Address(BadAddress::PlainHttp),
        BadConfig::Address(BadAddress::NoAddress),
        BadConfig::Address(BadAddress::NoAddress),
        BadConfig::Cid,
        BadConfig::CidSecret,
        BadConfig::Key,
    ];
    assert_eq!(bad, due.map(Err));
}
