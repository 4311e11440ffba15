//! A printer on a socket that follows a script and keeps every byte it got.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::BODY;

/// How the printer answers `GS ( H`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ids {
    /// With the id.
    Echo,
    /// Never.
    Never,
    /// With another id.
    Wrong,
}

/// How the printer behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    /// Answers to `DLE EOT` 1 to 4.
    pub(crate) status: [u8; 4],
    /// The same once the body was seen, where they change.
    pub(crate) status_after_body: Option<[u8; 4]>,
    /// How it answers `GS ( H`.
    pub(crate) ids: Ids,
    /// Whether it answers `GS r`.
    pub(crate) tells_paper: bool,
    /// Says its automatic status before each answer.
    pub(crate) chatter: bool,
    /// Sends its answers byte by byte.
    pub(crate) bytewise: bool,
    /// Bytes that an unfinished picture takes before anything is heard.
    pub(crate) swallows: usize,
    /// Hangs up as soon as it has the body.
    pub(crate) hang_up_after_body: bool,
}

impl Default for Script {
    fn default() -> Script {
        Script {
            status: [0x12; 4],
            status_after_body: None,
            ids: Ids::Echo,
            tells_paper: true,
            chatter: false,
            bytewise: false,
            swallows: 0,
            hang_up_after_body: false,
        }
    }
}

/// The printer.
pub(crate) struct Peer {
    pub(crate) addr: String,
    finished: mpsc::UnboundedReceiver<Vec<u8>>,
}

impl Peer {
    /// Listens on a free port of this machine.
    pub(crate) async fn start(script: Script) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        let (done, finished) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let got = serve(stream, script).await;
                if done.send(got).is_err() {
                    return;
                }
            }
        });
        Peer { addr, finished }
    }

    /// An address where nobody listens.
    pub(crate) async fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().to_string()
    }

    /// All bytes of the next connection, once it has ended.
    pub(crate) async fn connection(&mut self) -> Vec<u8> {
        self.finished.recv().await.unwrap()
    }
}

async fn serve(mut stream: TcpStream, script: Script) -> Vec<u8> {
    let mut got = Vec::new();
    let mut at = 0;
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return got,
            Ok(read) => got.extend_from_slice(&buffer[..read]),
        }
        if script.hang_up_after_body && has_body(&got) {
            return got;
        }
        at = at.max(script.swallows.min(got.len()));
        while let Some((length, answer)) = heed(&got[at..], script, has_body(&got)) {
            at += length;
            say(&mut stream, script, &answer).await;
        }
    }
}

fn has_body(got: &[u8]) -> bool {
    got.windows(BODY.len()).any(|window| window == BODY)
}

/// How many bytes make the next command and what is answered to it; nothing where more
/// bytes are needed.
fn heed(heard: &[u8], script: Script, body: bool) -> Option<(usize, Vec<u8>)> {
    let status = script
        .status_after_body
        .filter(|_| body)
        .unwrap_or(script.status);
    match heard {
        [] | [0x10] | [0x10, 0x04] | [0x1D] | [0x1D, 0x72] => None,
        [0x10, 0x04, n @ 1..=4, ..] => Some((3, vec![status[usize::from(*n) - 1]])),
        [0x1D, 0x72, _, ..] if script.tells_paper => Some((3, vec![0x00])),
        [0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, a, b, c, d, ..] => {
            let answer = match script.ids {
                Ids::Echo => vec![0x37, 0x22, *a, *b, *c, *d, 0x00],
                Ids::Wrong => vec![0x37, 0x22, *a, *b, *c, *d ^ 1, 0x00],
                Ids::Never => vec![],
            };
            Some((11, answer))
        }
        [0x1D, 0x28, ..] if heard.len() < 11 => None,
        [_, ..] => Some((1, vec![])),
    }
}

async fn say(stream: &mut TcpStream, script: Script, answer: &[u8]) {
    let mut bytes = answer.to_vec();
    if script.chatter && !answer.is_empty() {
        bytes.splice(..0, [0x10, 0x00, 0x03, 0x0F]);
    }
    let packet = if script.bytewise {
        1
    } else {
        bytes.len().max(1)
    };
    for part in bytes.chunks(packet) {
        // The driver may have hung up: then it does not want the answer.
        if stream.write_all(part).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}
