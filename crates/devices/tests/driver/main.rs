//! The printer driver against a printer that follows a script: every way in which a
//! real one keeps silent, lies or dies, and what may be said of the job then.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod peer;

use std::time::Duration;

use peer::{Ids, Peer, Script};
use soban_devices::{Charset, NetPrinters, PrinterProfile, Proof, Timings};
use soban_domain::ids::{PrintJobId, PrinterId};
use soban_domain::paper::Paper;
use soban_engine::ports::printer::{Health, Printed, Printers, Trouble};
use uuid::Uuid;

fn printer() -> PrinterId {
    "kitchen".parse().unwrap()
}

/// The driver's own times, but for what a printer on this machine needs no time for.
fn timings() -> Timings {
    Timings {
        flush_every: Duration::from_millis(100),
        drain: Duration::from_millis(200),
        gap: Duration::from_millis(20),
        ..Timings::default()
    }
}

/// Times for printers that keep silent: the less is waited, the sooner it shows.
fn hasty() -> Timings {
    Timings {
        answer: Duration::from_secs(1),
        flush_for: Duration::from_millis(300),
        proof: Duration::from_millis(300),
        ..timings()
    }
}

fn printers(addr: &str, proof: Option<Proof>, timings: Timings) -> NetPrinters {
    let profile = PrinterProfile {
        charset: Charset::Cp949,
        columns: 32,
        proof,
        ..PrinterProfile::new(printer(), addr)
    };
    NetPrinters::new(vec![profile], timings, 41)
}

fn paper() -> Paper {
    let mut paper = Paper::new();
    paper.text("김치찌개 2");
    paper
}

async fn print(printers: &NetPrinters) -> Printed {
    let job = PrintJobId(Uuid::nil());
    printers.print(&printer(), job, &paper()).await
}

/// What a script makes of a job whose proof is known to be a process id.
async fn printed_by(script: Script, timings: Timings) -> (Printed, Peer) {
    let peer = Peer::start(script).await;
    let printed = print(&printers(&peer.addr, Some(Proof::ProcessId), timings)).await;
    (printed, peer)
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The words of [`paper`] in CP949, with their line feed.
const BODY: &[u8] = b"\xb1\xe8\xc4\xa1\xc2\xee\xb0\xb3 2\n";

/// A well printer: the bytes come in the order of the reference, and the job is proved.
#[tokio::test]
async fn a_job_is_proved_by_its_id() {
    let (printed, mut peer) = printed_by(Script::default(), timings()).await;
    assert_eq!(printed, Printed::Proved);
    let bytes = peer.connection().await;
    let wanted = [
        &[0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 3, 0x10, 0x04, 4][..],
        &[
            0x1B, 0x40, 0x1D, 0x61, 0x00, 0x1C, 0x53, 0x00, 0x00, 0x1B, 0x20, 0x00,
        ],
        &[0x1B, 0x74, 0x00, 0x1C, 0x26, 0x1B, 0x52, 0x0D],
        BODY,
        &[
            0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, b'0', b'0', b'4', b'2',
        ],
        &[0x1D, 0x72, 0x31],
        &[0x1D, 0x56, 0x42, 0x00],
    ]
    .concat();
    assert_eq!(bytes, wanted);
}

/// Out of paper, cover open or in error, a printer gets no byte of the body.
#[tokio::test]
async fn a_printer_in_trouble_gets_nothing() {
    let cases = [
        ([0x1A, 0x32, 0x12, 0x7E], Trouble::PaperOut),
        ([0x1A, 0x16, 0x12, 0x12], Trouble::CoverOpen),
        ([0x1A, 0x52, 0x1A, 0x12], Trouble::Error),
        ([0x1A, 0x12, 0x12, 0x12], Trouble::Offline),
    ];
    for (status, trouble) in cases {
        let script = Script {
            status,
            ..Script::default()
        };
        let (printed, mut peer) = printed_by(script, timings()).await;
        assert_eq!(printed, Printed::NotSent { trouble });
        assert!(!has(&peer.connection().await, BODY));
    }
}

/// Nobody at the address: not sent.
#[tokio::test]
async fn nobody_there_is_not_sent() {
    let addr = Peer::nobody().await;
    let printed = print(&printers(&addr, None, timings())).await;
    let trouble = Trouble::Unreachable;
    assert_eq!(printed, Printed::NotSent { trouble });
    let health = printers(&addr, None, timings()).health(&printer()).await;
    assert_eq!(health.trouble, Some(trouble));
}

/// Silence after the body is no proof, and staff read what the printer says of itself.
#[tokio::test]
async fn silence_after_the_body_is_no_proof() {
    let script = Script {
        ids: Ids::Never,
        ..Script::default()
    };
    let (printed, mut peer) = printed_by(script, hasty()).await;
    let Printed::NoProof { evidence } = printed else {
        panic!("{printed:?}");
    };
    assert!(evidence.contains("no proof within 300 ms"), "{evidence}");
    assert!(evidence.contains("says that it is well"), "{evidence}");
    assert!(has(&peer.connection().await, BODY));
}

/// Paper that ends within the job is no proof either, and is named.
#[tokio::test]
async fn paper_that_ends_within_the_job_is_named() {
    let script = Script {
        ids: Ids::Never,
        status_after_body: Some([0x1A, 0x32, 0x12, 0x7E]),
        ..Script::default()
    };
    let (printed, _peer) = printed_by(script, hasty()).await;
    let Printed::NoProof { evidence } = printed else {
        panic!("{printed:?}");
    };
    assert!(evidence.contains("out of paper"), "{evidence}");
}

/// The id of another job proves nothing of this one.
#[tokio::test]
async fn a_wrong_id_is_no_proof() {
    let script = Script {
        ids: Ids::Wrong,
        ..Script::default()
    };
    let (printed, _peer) = printed_by(script, hasty()).await;
    assert!(matches!(printed, Printed::NoProof { .. }), "{printed:?}");
}

/// A printer that hangs up after the body leaves the outcome unknown.
#[tokio::test]
async fn hanging_up_after_the_body_is_no_proof() {
    let script = Script {
        hang_up_after_body: true,
        ..Script::default()
    };
    let (printed, _peer) = printed_by(script, timings()).await;
    assert!(matches!(printed, Printed::NoProof { .. }), "{printed:?}");
}

/// Unasked statuses in front of every answer, and answers that come byte by byte, change
/// nothing.
#[tokio::test]
async fn chatter_changes_nothing() {
    let script = Script {
        chatter: true,
        bytewise: true,
        ..Script::default()
    };
    let (printed, _peer) = printed_by(script, timings()).await;
    assert_eq!(printed, Printed::Proved);
}

/// A printer that waits for the rest of an old picture is filled up and then prints.
#[tokio::test]
async fn an_unfinished_picture_is_filled_up() {
    let script = Script {
        swallows: 9_000,
        ..Script::default()
    };
    let (printed, mut peer) = printed_by(script, timings()).await;
    assert_eq!(printed, Printed::Proved);
    assert!(has(&peer.connection().await, BODY));
}

/// A printer that never answers is offline, and nothing was sent.
#[tokio::test]
async fn a_mute_printer_is_offline() {
    let script = Script {
        swallows: usize::MAX,
        ..Script::default()
    };
    let (printed, mut peer) = printed_by(script, hasty()).await;
    assert_eq!(
        printed,
        Printed::NotSent {
            trouble: Trouble::Offline
        }
    );
    assert!(!has(&peer.connection().await, BODY));
}

/// What a printer can prove is found out at its first job and remembered: one with
/// process ids is asked for its id once more, one without is judged by its status.
#[tokio::test]
async fn the_proof_is_found_out_once() {
    for (ids, proof) in [(Ids::Echo, Proof::ProcessId), (Ids::Never, Proof::Buffered)] {
        let mut peer = Peer::start(Script {
            ids,
            ..Script::default()
        })
        .await;
        let printers = printers(&peer.addr, None, timings());
        assert_eq!(printers.proof(&printer()), None);
        assert_eq!(print(&printers).await, Printed::Proved, "{proof:?}");
        assert_eq!(printers.proof(&printer()), Some(proof));
        assert_eq!(print(&printers).await, Printed::Proved, "{proof:?}");
        let questions = |bytes: &[u8]| {
            bytes
                .windows(5)
                .filter(|five| *five == [0x1D, 0x28, 0x48, 0x06, 0x00])
                .count()
        };
        let (first, second) = (peer.connection().await, peer.connection().await);
        let wanted = if proof == Proof::ProcessId {
            (2, 1)
        } else {
            (1, 0)
        };
        assert_eq!((questions(&first), questions(&second)), wanted);
    }
}

/// Without process ids, trouble that shows after the last line takes the proof away, and
/// so does silence.
#[tokio::test]
async fn a_status_proves_only_while_all_is_well() {
    let ended = Script {
        status_after_body: Some([0x1A, 0x32, 0x12, 0x7E]),
        ..Script::default()
    };
    let mute = Script {
        tells_paper: false,
        ..Script::default()
    };
    for script in [ended, mute] {
        let peer = Peer::start(script).await;
        let printed = print(&printers(&peer.addr, Some(Proof::Buffered), hasty())).await;
        assert!(matches!(printed, Printed::NoProof { .. }), "{printed:?}");
    }
}

/// Two jobs at once come out one after the other, each on a connection of its own, whole.
#[tokio::test]
async fn jobs_take_turns() {
    let mut peer = Peer::start(Script::default()).await;
    let printers = printers(&peer.addr, Some(Proof::ProcessId), timings());
    let both = tokio::join!(print(&printers), print(&printers));
    assert_eq!(both, (Printed::Proved, Printed::Proved));
    for _ in 0..2 {
        let bytes = peer.connection().await;
        assert_eq!(
            bytes
                .windows(BODY.len())
                .filter(|window| *window == BODY)
                .count(),
            1
        );
    }
}

/// Health asks and prints nothing: little paper is a warning, not a trouble.
#[tokio::test]
async fn health_asks_and_prints_nothing() {
    let script = Script {
        status: [0x12, 0x12, 0x12, 0x1E],
        ..Script::default()
    };
    let mut peer = Peer::start(script).await;
    let health = printers(&peer.addr, None, timings())
        .health(&printer())
        .await;
    assert_eq!(
        health,
        Health {
            trouble: None,
            paper_low: true
        }
    );
    let asked = [0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 3, 0x10, 0x04, 4];
    assert_eq!(peer.connection().await, asked);
}

/// A printer that is not in the settings has no columns and prints nothing.
#[tokio::test]
async fn an_unknown_printer_prints_nothing() {
    let printers = NetPrinters::new(Vec::new(), timings(), 1);
    assert_eq!(printers.columns(&printer()), None);
    let printed = print(&printers).await;
    assert_eq!(
        printed,
        Printed::NotSent {
            trouble: Trouble::Unreachable
        }
    );
}
