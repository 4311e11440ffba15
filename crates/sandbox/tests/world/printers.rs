//! Printers over raw TCP: what is printed, what is answered, and what happens in trouble.

use encoding_rs::EUC_KR;
use serde_json::json;

use crate::harness::{World, eventually};

const PREAMBLE: &[u8] = &[
    0x1B, 0x40, 0x1C, 0x53, 0, 0, 0x1B, 0x20, 0, 0x1B, 0x74, 0, 0x1C, 0x26, 0x1B, 0x52, 0x0D,
];
const CUT: &[u8] = &[0x1D, 0x56, 0x42, 0x00];

fn ticket(lines: &[&str]) -> Vec<u8> {
    let mut bytes = PREAMBLE.to_vec();
    for line in lines {
        bytes.extend_from_slice(&EUC_KR.encode(line).0);
        bytes.push(0x0A);
    }
    bytes
}

fn process_id(id: &[u8; 4]) -> Vec<u8> {
    let mut bytes = vec![0x1D, 0x28, 0x48, 6, 0, 0x30, 0x30];
    bytes.extend_from_slice(id);
    bytes
}

/// Goal: Korean text, cut, drawer and both proofs of print; method: one whole job, its answers and its ledger compared.
#[tokio::test]
async fn a_korean_receipt_is_printed_and_proven() {
    let world = World::start().await;
    let mut host = world.host("receipt").await;
    for n in 1..=4 {
        assert_eq!(host.status(n).await, 0x12);
    }
    let mut job = ticket(&["영수증 127번", "김치찌개 x2   22,000원", "똠얌꿍 뷁"]);
    job.extend_from_slice(&[0x1B, 0x70, 0x00, 0x19, 0xFA]);
    job.extend_from_slice(&process_id(b"0001"));
    job.extend_from_slice(&[0x1D, 0x72, 0x31]);
    job.extend_from_slice(CUT);
    host.send(&job).await;
    assert_eq!(
        host.hear(8).await,
        [0x37, 0x22, b'0', b'0', b'0', b'1', 0, 0]
    );
    assert!(host.finish().await.is_empty());
    let printed = world.printed("receipt").await;
    let jobs = printed["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 1);
    let job_view = &jobs[0];
    assert_eq!(
        job_view["lines"],
        json!(["영수증 127번", "김치찌개 x2   22,000원", "똠얌꿍 뷁"])
    );
    assert_eq!(job_view["cuts"], 1);
    assert_eq!(job_view["process_ids"], json!(["0001"]));
    let pulse = &job_view["drawer_pulses"][0];
    assert_eq!(
        (&pulse["pin"], &pulse["on_ms"], &pulse["off_ms"]),
        (&json!(2), &json!(50), &json!(500))
    );
    assert_eq!(printed["condition"]["drawer_open"], true);
    for list in ["letters_lost", "unknown_commands", "refused_commands"] {
        assert_eq!(job_view[list], json!([]), "{list}");
    }
    let raw = job_view["raw_hex"].as_str().unwrap();
    assert!(raw.starts_with("1b401c5300001b2000") && raw.ends_with("1d564200"));
}

/// Goal: letters outside KS X 1001 vanish on a printer that has only those; method: the same words on both ROMs.
#[tokio::test]
async fn a_small_rom_loses_letters() {
    let world = World::start().await;
    world.handle("kitchen", json!({"rom": "ksx1001"})).await;
    let mut host = world.host("kitchen").await;
    host.send(&ticket(&["똠얌꿍 김치"])).await;
    host.finish().await;
    let job = &world.printed("kitchen").await["jobs"][0];
    assert_eq!(job["lines"], json!(["얌꿍 김치"]));
    assert_eq!(job["letters_lost"], json!(["8c63"]));
}

/// Goal: without `FS &` Hangul is not Hangul; method: the same bytes without the mode.
#[tokio::test]
async fn hangul_needs_its_mode() {
    let world = World::start().await;
    let mut host = world.host("kitchen").await;
    let mut bytes = vec![0x1B, 0x40];
    bytes.extend_from_slice(&EUC_KR.encode("김").0);
    bytes.push(0x0A);
    host.send(&bytes).await;
    host.finish().await;
    let job = &world.printed("kitchen").await["jobs"][0];
    assert_eq!(job["lines"], json!(["\u{FFFD}\u{FFFD}"]));
}

/// Goal: 48 columns are 24 Hangul letters and not one more; method: 24 fit on a line, 25 wrap, and without `FS S` 24 wrap.
#[tokio::test]
async fn columns_are_counted_in_dots() {
    let world = World::start().await;
    let mut host = world.host("kitchen").await;
    let (full, over) = ("가".repeat(24), "가".repeat(25));
    host.send(&ticket(&[&full, &over])).await;
    let mut clone = vec![0x1B, 0x40, 0x1C, 0x26];
    clone.extend_from_slice(&EUC_KR.encode(&full).0);
    clone.push(0x0A);
    host.send(&clone).await;
    host.finish().await;
    let printed = world.printed("kitchen").await;
    assert_eq!(printed["jobs"][0]["lines"], json!([full, full, "가"]));
    assert_eq!(
        printed["jobs"][1]["lines"],
        json!(["가".repeat(22), "가가"])
    );
}

/// Goal: prices set by position stand at the right edge and are read with a space; method: `ESC $` to 420 dots, widths summed.
#[tokio::test]
async fn text_can_be_placed_by_dots() {
    let world = World::start().await;
    let mut host = world.host("receipt").await;
    host.send(b"soup\x1b$\xa4\x019,000\n").await;
    host.finish().await;
    let line = &world.printed("receipt").await["jobs"][0]["items"][0];
    assert_eq!(line["text"], "soup 9,000");
    let dots: Vec<_> = line["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["dots"].as_u64().unwrap())
        .collect();
    assert_eq!(dots, [48, 420 - 48, 60]);
}

/// Goal: out of paper the printer says so, proves nothing, and prints when fed; method: a job sent into the trouble, then paper.
#[tokio::test]
async fn paper_out_holds_the_job_and_the_proof() {
    let world = World::start().await;
    world.handle("kitchen", json!({"paper": "out"})).await;
    let mut host = world.host("kitchen").await;
    assert_eq!(host.status(1).await, 0x1A);
    assert_eq!(host.status(2).await, 0x32);
    assert_eq!(host.status(4).await, 0x7E);
    let mut job = ticket(&["김치찌개"]);
    job.extend_from_slice(&process_id(b"0042"));
    job.extend_from_slice(&[0x1D, 0x72, 0x31]);
    host.send(&job).await;
    // The status is the next byte heard: neither proof came before it.
    assert_eq!(host.status(1).await, 0x1A);
    let printed = world.printed("kitchen").await;
    assert_eq!(
        (&printed["online"], &printed["jobs"]),
        (&json!(false), &json!([]))
    );
    assert_ne!(printed["waiting_bytes"], 0);
    world.handle("kitchen", json!({"paper": "plenty"})).await;
    assert_eq!(host.hear(8).await, *b"\x37\x22\x30\x30\x34\x32\x00\x00");
    assert_eq!(
        world.printed("kitchen").await["jobs"][0]["lines"],
        json!(["김치찌개"])
    );
}

/// Goal: paper can run out in the middle of a job; method: after two of four lines, then fed.
#[tokio::test]
async fn paper_runs_out_in_the_middle() {
    let world = World::start().await;
    world
        .handle("kitchen", json!({"paper": "out", "after_lines": 2}))
        .await;
    let mut host = world.host("kitchen").await;
    assert_eq!(host.status(1).await, 0x12);
    host.send(&ticket(&["one", "two", "three", "four"])).await;
    assert_eq!(host.status(2).await, 0x32);
    assert_eq!(
        world.printed("kitchen").await["jobs"][0]["lines"],
        json!(["one", "two"])
    );
    world.handle("kitchen", json!({"paper": "plenty"})).await;
    assert_eq!(host.status(2).await, 0x12);
    assert_eq!(
        world.printed("kitchen").await["jobs"][0]["lines"],
        json!(["one", "two", "three", "four"])
    );
}

/// Goal: trouble is told unasked to who wants it, and near-end still prints; method: ASB on, three changes, four bytes each.
#[tokio::test]
async fn automatic_status_tells_of_changes() {
    let world = World::start().await;
    let mut host = world.host("bar").await;
    host.send(&[0x1D, 0x61, 0xFF]).await;
    assert_eq!(host.hear(4).await, [0x10, 0, 0, 0x0F]);
    world.handle("bar", json!({"paper": "near_end"})).await;
    assert_eq!(host.hear(4).await, [0x10, 0, 0x03, 0x0F]);
    host.send(b"still prints\n\x1dr1").await;
    assert_eq!(host.hear(1).await, [0x03]);
    world.handle("bar", json!({"cover_open": true})).await;
    assert_eq!(host.hear(4).await, [0x38, 0, 0x03, 0x0F]);
    world
        .handle("bar", json!({"cover_open": false, "paper": "plenty"}))
        .await;
    assert_eq!(host.hear(4).await, [0x10, 0, 0, 0x0F]);
    assert_eq!(
        world.printed("bar").await["jobs"][0]["lines"],
        json!(["still prints"])
    );
}

/// Goal: a job cut off inside an image swallows the next host's text until NULs fill it; method: 8 of 1,000 image bytes, then text, then the flush.
#[tokio::test]
async fn a_broken_image_swallows_the_next_job() {
    let world = World::start().await;
    world
        .handle("kitchen", json!({"realtime_in_data": false}))
        .await;
    let mut first = world.host("kitchen").await;
    first.send(&[0x1D, 0x76, 0x30, 0, 10, 0, 100, 0]).await;
    first.send(&[0xFF; 8]).await;
    first.finish().await;
    let mut second = world.host("kitchen").await;
    let lost = ticket(&["KIMCHI"]);
    second.send(&lost).await;
    second.send(&[0x10, 0x04, 1]).await;
    second.send(&[0; 8192]).await;
    // Asked inside the image it stayed silent: the first byte heard answers the second question.
    assert_eq!(second.status(4).await, 0x12);
    second.send(&ticket(&["TOFU"])).await;
    second.finish().await;
    let jobs = world.printed("kitchen").await["jobs"].clone();
    let text = jobs.to_string();
    assert!(!text.contains("KIMCHI") && text.contains("TOFU"), "{text}");
    assert_eq!(jobs[0]["items"][0]["type"], "image");
}

/// Goal: real-time bytes inside an image are obeyed unless switched off; method: a drawer order as pixels, before and after `GS ( D`.
#[tokio::test]
async fn pixels_can_open_the_drawer() {
    let world = World::start().await;
    let mut host = world.host("receipt").await;
    let mut image = vec![0x1D, 0x76, 0x30, 0, 5, 0, 1, 0];
    image.extend_from_slice(&[0x10, 0x14, 0x01, 0x00, 0x01]);
    host.send(&image).await;
    host.send(&[0x1D, 0x28, 0x44, 3, 0, 20, 1, 0]).await;
    host.send(&image).await;
    host.finish().await;
    let printed = world.printed("receipt").await;
    assert_eq!(printed["drawer_pulses"], 1);
    assert_eq!(printed["jobs"][0]["drawer_pulses"][0]["real_time"], true);
}

/// Goal: one host at a time; method: a second one is closed at once, a third is served after the first left.
#[tokio::test]
async fn one_host_at_a_time() {
    let world = World::start().await;
    let mut first = world.host("receipt").await;
    assert_eq!(first.status(1).await, 0x12);
    let mut second = world.host("receipt").await;
    assert!(second.hear_to_end().await.is_empty());
    assert_eq!(first.status(1).await, 0x12);
    first.finish().await;
    let mut third = world.host("receipt").await;
    assert_eq!(third.status(1).await, 0x12);
    let printed = world.printed("receipt").await;
    assert_eq!(
        (&printed["connections"], &printed["refused_connections"]),
        (&json!(2), &json!(1))
    );
}

/// Goal: without power the port is closed and what waited is gone; method: cover open, a job, plug out, plug in.
#[tokio::test]
async fn without_power_there_is_nobody() {
    let world = World::start().await;
    world.handle("receipt", json!({"cover_open": true})).await;
    let mut host = world.host("receipt").await;
    host.send(&ticket(&["gone"])).await;
    assert_eq!(host.status(2).await, 0x16);
    world.handle("receipt", json!({"power": false})).await;
    assert!(host.hear_to_end().await.is_empty());
    world
        .handle("receipt", json!({"power": true, "cover_open": false}))
        .await;
    let addr = world.sandbox.printer_addrs()[0].1;
    eventually(async || tokio::net::TcpStream::connect(addr).await.is_ok()).await;
    let printed = world.printed("receipt").await;
    assert_eq!(printed["jobs"], json!([]));
    assert_ne!(printed["bytes_lost"], 0);
}

/// Goal: a printer without the process id stays silent to it but answers `GS r`; method: both asked, one byte heard.
#[tokio::test]
async fn some_models_know_no_process_id() {
    let world = World::start().await;
    world.handle("bar", json!({"process_id": false})).await;
    let mut host = world.host("bar").await;
    let mut job = ticket(&["아이스 아메리카노"]);
    job.extend_from_slice(&process_id(b"0007"));
    job.extend_from_slice(&[0x1D, 0x72, 0x31]);
    host.send(&job).await;
    assert_eq!(host.hear(1).await, [0x00]);
}

/// Goal: a QR is read back as its data and drawn, one too wide is not; method: the five steps of the command, twice.
#[tokio::test]
async fn a_qr_is_drawn_from_its_data() {
    let world = World::start().await;
    let qr = |data: &[u8], module: u8| {
        let mut bytes = vec![0x1D, 0x28, 0x6B, 4, 0, 0x31, 0x41, 0x32, 0];
        bytes.extend_from_slice(&[0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x43, module]);
        bytes.extend_from_slice(&[0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x45, 0x31]);
        let length = (data.len() + 3) as u16;
        bytes.extend_from_slice(&[0x1D, 0x28, 0x6B]);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&[0x31, 0x50, 0x30]);
        bytes.extend_from_slice(data);
        bytes.extend_from_slice(&[0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x51, 0x30]);
        bytes
    };
    let mut host = world.host("receipt").await;
    host.send(&qr(b"https://soban.test/r/1", 6)).await;
    host.send(&qr(&[b'x'; 500], 16)).await;
    host.send(CUT).await;
    host.finish().await;
    let job = &world.printed("receipt").await["jobs"][0];
    assert_eq!(job["qr"], json!(["https://soban.test/r/1"]));
    assert_eq!(job["refused_commands"], json!(["QR wider than the paper"]));
    let svg = world
        .text(&world.url("/printers/receipt/jobs/1/slips/0"))
        .await;
    assert!(svg.starts_with("<svg") && svg.contains("scale(6)"));
}

/// Goal: an image comes back dot for dot; method: a 16 by 2 raster, its picture's pixel bytes compared.
#[tokio::test]
async fn an_image_comes_back_dot_for_dot() {
    let world = World::start().await;
    let mut host = world.host("receipt").await;
    host.send(&[0x1D, 0x76, 0x30, 0, 2, 0, 2, 0, 0xA5, 0x01, 0xFF, 0x80])
        .await;
    host.send(CUT).await;
    host.finish().await;
    let url = world.url("/printers/receipt/jobs/1/slips/0/images/0");
    let picture = world
        .client
        .get(url)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(&picture[..2], b"BM");
    assert_eq!(&picture[62..], [0xFF, 0x80, 0, 0, 0xA5, 0x01, 0, 0]);
}

/// Goal: commands that need the start of a line are ignored in the middle, unknown ones are listed; method: both in one job.
#[tokio::test]
async fn misplaced_and_unknown_commands_are_told() {
    let world = World::start().await;
    let mut host = world.host("receipt").await;
    host.send(b"half a line").await;
    host.send(CUT).await;
    host.send(&[0x1B, 0x99, 0x0A]).await;
    host.send(CUT).await;
    host.finish().await;
    let job = &world.printed("receipt").await["jobs"][0];
    assert_eq!(
        job["refused_commands"],
        json!(["cut in the middle of a line"])
    );
    assert_eq!(job["unknown_commands"], json!(["1b99"]));
    assert_eq!(
        (&job["cuts"], &job["lines"]),
        (&json!(1), &json!(["half a line"]))
    );
}
