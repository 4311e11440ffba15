//! Lines that are dead or lead elsewhere: bare sockets, no HTTP server.

use std::net::SocketAddr;
use std::time::Duration;

use soban_engine::ports::pos::{PosAnswer, PosHealth, PosLink};
use soban_relay::TossPlace;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::counter::{order, settings};

fn link_to(address: SocketAddr) -> TossPlace {
    let mut config = settings(&format!("http://{address}"));
    config.timeout_connect = Duration::from_millis(500);
    config.timeout_read = Duration::from_millis(500);
    TossPlace::new(config).unwrap()
}

/// A server that reads a request's head and says `answer` to it, to everybody who
/// connects. An answer of nothing keeps the line open.
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

/// Where nobody listens the order is certainly not there; but a look-up that reaches
/// nobody says nothing.
#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let link = link_to(address);
    let due = PosAnswer::Absent {
        evidence: "no_connection".to_owned(),
    };
    assert_eq!(link.send(&order(1)).await, due);
    let seen = link.look_up(order(1).order.id, 1).await;
    assert!(matches!(seen, PosAnswer::NoAnswer { .. }), "{seen:?}");
    assert_eq!(link.health().await, PosHealth::Unreachable);
    assert!(link.news(0).await.is_err());
}

/// A line that stands and stays silent, breaks, says too much or what is no answer tells
/// nothing, sending or looking. Each is tried.
#[tokio::test]
async fn broken_lines_tell_nothing() {
    let ok = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    let mut too_long = b"HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n".to_vec();
    too_long.resize(too_long.len() + 3_000_000, b' ');
    let another =
        r#"{"orderKey":"00000000-0000-0000-0000-0000000000ff","revision":1,"state":"OPENED"}"#;
    let answers = [
        Vec::new(),
        b"HTTP/1.1 200".to_vec(),
        b"SSH-2.0-elsewhere\r\n".to_vec(),
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\n<html>".to_vec(),
        b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n".to_vec(),
        ok("[]"),
        ok("{}"),
        ok(another),
        too_long,
    ];
    for answer in answers {
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(60)]).into_owned();
        let link = link_to(server(answer).await);
        let seen = link.look_up(order(1).order.id, 1).await;
        assert!(
            matches!(seen, PosAnswer::NoAnswer { .. }),
            "{shown}: {seen:?}"
        );
        assert_eq!(link.health().await, PosHealth::Unreachable, "{shown}");
        assert!(link.news(0).await.is_err(), "{shown}");
        // A wrong address takes no order; every other of these may have.
        if !shown.contains("404") {
            let sent = link.send(&order(1)).await;
            assert!(
                matches!(sent, PosAnswer::NoAnswer { .. }),
                "{shown}: {sent:?}"
            );
        }
    }
}
