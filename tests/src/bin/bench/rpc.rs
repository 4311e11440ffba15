//! What the dispatch table costs over a bare axum handler.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use axum::Json;
use axum::routing::post;
use serde_json::Value;
use soban_hub::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::disk::fresh;
use crate::hub::options;
use crate::report::{Limit, Report};
use crate::stats::{Ratio, median};

const ROUNDS: usize = 40;
const WARM_UPS: usize = 4;
const LINES: usize = 4;
/// Calls of each line in a round.
const CALLS: usize = 500;

/// `POST /rpc/ping` in a second ÷ a bare axum JSON echo in a second, over kept lines.
pub(crate) async fn overhead(folder: &Path, report: &mut Report) {
    let place = fresh(folder);
    let Options { config, data, .. } = options(place.path());
    let hub = soban_hub::start(Options {
        config,
        data,
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        secrets: Some(crate::hub::secrets()),
    })
    .await
    .expect("a hub");
    let echo = bare_echo().await;
    let (mut ratios, mut ours, mut theirs) = (vec![], vec![], vec![]);
    for round in 0..WARM_UPS + ROUNDS {
        let (pings, echoes) = if round % 2 == 0 {
            let pings = calls_a_second(hub.address(), "/rpc/ping").await;
            (pings, calls_a_second(echo, "/echo").await)
        } else {
            let echoes = calls_a_second(echo, "/echo").await;
            (calls_a_second(hub.address(), "/rpc/ping").await, echoes)
        };
        if round < WARM_UPS {
            continue;
        }
        ratios.push(pings / echoes);
        ours.push(pings);
        theirs.push(echoes);
    }
    report.ratio(
        "RPC ping/s ÷ bare axum echo/s",
        Ratio::of(&ratios),
        Limit::AtLeast(0.85),
    );
    report.figure("RPC pings", median(&ours), "/s");
    report.figure("bare axum echoes", median(&theirs), "/s");
    hub.stop().await;
}

async fn bare_echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let echo = axum::Router::new().route(
        "/echo",
        post(|Json(body): Json<Value>| async move { Json(body) }),
    );
    tokio::spawn(async move { axum::serve(listener, echo).await });
    address
}

async fn calls_a_second(address: SocketAddr, path: &'static str) -> f64 {
    let begin = Instant::now();
    let lines: Vec<_> = (0..LINES)
        .map(|_| tokio::spawn(calls(address, path)))
        .collect();
    for line in lines {
        line.await.expect("a line");
    }
    (LINES * CALLS) as f64 / begin.elapsed().as_secs_f64()
}

/// Calls over one kept line, by a client that does as little as one can.
async fn calls(address: SocketAddr, path: &str) {
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n\
         content-length: 2\r\n\r\n{{}}"
    );
    let mut stream = TcpStream::connect(address).await.expect("a line");
    stream.set_nodelay(true).expect("a line without delay");
    let mut answer = vec![0; 4096];
    for _ in 0..CALLS {
        stream.write_all(request.as_bytes()).await.expect("a call");
        let mut got = 0;
        while !is_whole(&answer[..got]) {
            got += stream.read(&mut answer[got..]).await.expect("an answer");
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{path} is refused");
    }
}

/// True once head and body are there. The body ends with a brace and a brace only.
fn is_whole(answer: &[u8]) -> bool {
    let text = std::str::from_utf8(answer).unwrap_or_default();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}
