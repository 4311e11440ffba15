//! `soban qr`: as a program of its own, by arguments, standard input and exit codes.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a program that cannot be started stops the test"
)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A sample of BC Card's MPM interface: 3,251 won.
const BC: &str = "0002010102121531260004102600041075112872400000026310014D41000000140100509000000001520472105303410540432515802KR5910CleanTopia6010KYUNGGI-DO610513204625603090000000010515MQ202090000979306081000011407080000000164210002ko0104비씨카드0203경기도630439F0";

/// A customer's code of EMVCo's test data, of card 1234567890123458 and its holder.
const CUSTOMER: &str = "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==";

/// What a run ended with.
struct Ended {
    code: Option<i32>,
    out: String,
    errors: String,
}

/// Runs `soban qr` with these arguments and that standard input.
fn qr(args: &[&str], input: &[u8]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_soban"))
        .arg("qr")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("soban can be started");
    let mut stdin = child.stdin.take().unwrap();
    // One that does not read ends before all is written, and that is no flaw.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn good(args: &[&str], input: &str) -> String {
    let ended = qr(args, input.as_bytes());
    assert_eq!(ended.code, Some(0), "{args:?}: {}", ended.errors);
    assert!(ended.errors.is_empty(), "{args:?}: {}", ended.errors);
    ended.out
}

/// What is refused ends with 1 and one sentence, and prints nothing else.
fn refused(args: &[&str], input: &[u8]) -> String {
    let ended = qr(args, input);
    assert_eq!(ended.code, Some(1), "{args:?}: {}", ended.errors);
    assert!(ended.out.is_empty(), "{args:?}: {}", ended.out);
    let one = ended.errors.starts_with("soban: ") && ended.errors.lines().count() == 1;
    assert!(one, "{args:?}: {}", ended.errors);
    ended.errors
}

/// A merchant's code is listed with its amount and its Korean name, from an argument and
/// from a line of standard input alike.
#[test]
fn a_merchants_code_is_listed() {
    let listed = good(&["decode", BC], "");
    for words in [
        "3,251 won",
        "12 (dynamic)",
        "410 (won)",
        "비씨카드",
        "MQ202090000979",
    ] {
        assert!(listed.contains(words), "{words} is not in {listed}");
    }
    let reference = listed.lines().find(|line| line.starts_with("62-05"));
    assert_eq!(
        reference,
        Some("62-05  reference               MQ2020900009793")
    );
    assert_eq!(good(&["decode", "-"], &format!("{BC}\n")), listed);
    assert_eq!(good(&["decode", "-"], &format!("{BC}\r\n")), listed);
}

/// The JSON of decode is what encode takes, and the code that was decoded comes back;
/// from a file as from standard input.
#[test]
fn decode_and_encode_are_opposites() {
    let json = good(&["decode", BC, "--json"], "");
    let parts: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(parts["objects"][5]["value"], "3251");
    assert_eq!(good(&["encode", "--json", "-"], &json), format!("{BC}\n"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("code.json");
    std::fs::write(&file, &json).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(good(&["encode", "--json", file], ""), format!("{BC}\n"));
    let json = good(
        &["decode", "-", "--customer", "--json", "--reveal"],
        CUSTOMER,
    );
    let again = good(&["encode", "--customer", "--json", "-"], &json);
    assert_eq!(again, format!("{CUSTOMER}\n"));
}

/// A customer's code is shown masked, as a listing and as JSON, and whole only when asked
/// for; a masked one makes no code.
#[test]
fn a_customers_code_is_masked() {
    let listed = good(&["decode", "-", "--customer"], CUSTOMER);
    assert!(
        listed.contains("card number             123456******3458"),
        "{listed}"
    );
    assert!(listed.contains("3: 62-64-9F26"), "{listed}");
    let json = good(&["decode", "-", "--customer", "--json"], CUSTOMER);
    for said in [&listed, &json] {
        for secret in ["1234567890", "CARDHOLDER", "43415244", "584FD385"] {
            assert!(!said.contains(secret), "{secret} shows in {said}");
        }
    }
    let whole = good(
        &["decode", "-", "--customer", "--json", "--reveal"],
        CUSTOMER,
    );
    assert!(whole.contains("1234567890123458"), "{whole}");
    let wrong = refused(&["encode", "--customer", "--json", "-"], json.as_bytes());
    assert!(wrong.contains("--reveal"), "{wrong}");
}

/// What is no code ends with 1 and the flaw's name: misread, cut, no text, too long, of
/// the other kind.
#[test]
fn a_wrong_code_is_named() {
    let misread = BC.replace("3251", "3252");
    let long = "0".repeat(2_000_000);
    let cases: [(&[&str], &[u8], &str); 8] = [
        (
            &["decode", &misread],
            b"",
            "the checksum is 39F0 in the code",
        ),
        (&["decode", &BC[..40]], b"", "character 13"),
        (&["decode", ""], b"", "begins with tag 00"),
        (&["decode", "-"], b"", "begins with tag 00"),
        (&["decode", "-"], b"0002\xFF", "byte 5"),
        (&["decode", "-"], long.as_bytes(), "512"),
        (&["decode", CUSTOMER], b"", "begins with tag 00"),
        (&["decode", "-", "--customer"], BC.as_bytes(), "base64"),
    ];
    for (args, input, named) in cases {
        let said = refused(args, input);
        assert!(said.contains(named), "{args:?}: {said}");
    }
}

/// JSON that makes no code ends with 1 and names file, line and rule; what was in a
/// customer's is not repeated.
#[test]
fn wrong_parts_are_named() {
    let json = good(&["decode", BC, "--json"], "");
    let point = json.replace("\"3251\"", "\"32.51\"");
    let said = refused(&["encode", "--json", "-"], point.as_bytes());
    assert!(
        said.contains("standard input: tag 54 is no amount in won"),
        "{said}"
    );
    let said = refused(&["encode", "--json", "-"], b"{ \"objects\": [}");
    assert!(said.contains("line 1 column 15"), "{said}");
    let said = refused(&["encode", "--json", "no-such.json"], b"");
    assert!(said.contains("no-such.json: "), "{said}");
    let card = "1234567890123458";
    for parts in [
        format!("{{ \"objects\": \"{card}\" }}"),
        format!("{{ \"objects\": [{{ \"tag\": \"61\", \"{card}\": 1 }}] }}"),
        format!("{{ \"objects\": [{{ \"tag\": \"5A\", \"hex\": {card} }}] }}"),
        format!("{{ \"objects\": \"{card}\" "),
    ] {
        let said = refused(&["encode", "--customer", "--json", "-"], parts.as_bytes());
        assert!(!said.contains(card), "{said}");
    }
}

/// Arguments that make no sense end with 2 and say so on standard error.
#[test]
fn bad_usage_is_2() {
    let cases: [&[&str]; 8] = [
        &[],
        &["read"],
        &["decode"],
        &["decode", BC, BC],
        &["decode", CUSTOMER, "--customer", "--reveal"],
        &["decode", BC, "--json", "--reveal"],
        &["encode"],
        &["encode", "code.json"],
    ];
    for args in cases {
        let ended = qr(args, b"");
        assert_eq!(ended.code, Some(2), "{args:?}");
        assert!(!ended.errors.is_empty() && ended.out.is_empty(), "{args:?}");
    }
}
