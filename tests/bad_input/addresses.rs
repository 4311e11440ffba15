//! Addresses that the hub does not have, methods that it does not take, and ways out of
//! its folders.

use soban_tests::world::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Sends a request line as it is, which a tidy client would not; the whole answer.
async fn raw(world: &World, line: &str) -> String {
    let mut stream = TcpStream::connect(world.hub()).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status and the body of an answer.
fn parts(answer: &str) -> (u16, &str) {
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status.unwrap_or(0), body)
}

/// Unknown addresses and wrong methods get a 4xx in words, never a 5xx; no dots lead out
/// of a folder, plain or encoded: the store's file and secrets are asked for by each way.
#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let world = World::start();
    let quiet = world.quiet().await;
    let cases = [
        ("GET /nowhere", 404),
        ("GET /rpc/ping", 405),
        ("PUT /rpc/ping", 405),
        ("POST /kiosk", 405),
        ("DELETE /menu/abc", 405),
        ("GET /rpc", 404),
        ("GET /menu/0000", 404),
        ("GET /menu/%00", 404),
        ("GET /pay/nonsense/elsewhere", 404),
        ("GET /pay/nonsense/ok", 404),
        ("GET /pay/nonsense/ok?pg_token=a&pg_token=b", 400),
        ("GET /events", 400),
        ("GET /events?from=-1", 400),
        ("GET /events?from=1&screen=Kiosk%201", 400),
        ("GET /media/pictures/..%2f..%2fsoban.db", 404),
        ("GET /media/pictures/../../soban.db", 404),
        ("GET /media/pictures/.webp", 404),
        ("GET /media/pictures/rice.webp%00.png", 404),
        ("GET /app/..%2f..%2fsecrets.toml", 404),
        ("GET /app/../../data/secrets.toml", 404),
        ("GET /app//etc/passwd", 404),
        ("GET /app/%2e%2e/%2e%2e/data/secrets.toml", 404),
    ];
    for (line, status) in cases {
        let answer = raw(&world, line).await;
        let (got, body) = parts(&answer);
        assert_eq!(got, status, "{line}: {answer}");
        assert!(!body.trim().is_empty(), "{line} is refused without a word");
        assert!(!body.contains("secret_key"), "{line}: {body}");
    }
    assert_eq!(world.guest().hello().await.seq, quiet.seq);
}

/// A payer's browser that comes home to a payment of nothing gets a page that says so,
/// and the address with the token is left.
#[tokio::test]
async fn a_strange_way_home_is_a_page() {
    let world = World::start();
    let nothing = Uuid::now_v7();
    let phone = soban_tests::phone::Phone::default();
    let base = format!("http://{}/pay", world.hub());
    for way in ["ok?pg_token=abc", "ok", "quit", "fail"] {
        let page = phone.open(&format!("{base}/{nothing}/{way}")).await;
        assert_eq!(
            (page.status.as_u16(), page.state()),
            (200, "unknown"),
            "{way}"
        );
        assert_eq!(page.url.query(), None, "{way}");
    }
    let page = phone.open(&format!("{base}/nonsense")).await;
    assert_eq!(page.state(), "unknown");
}
