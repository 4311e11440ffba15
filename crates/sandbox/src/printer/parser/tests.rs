//! The parser and the machine behind it: commands measured right, packets irrelevant.

use proptest::prelude::*;

use super::super::machine::Machine;
use super::super::token::{Piece, RealTime, Token};
use super::*;
use crate::clock::SandboxClock;
use crate::config::PrinterModel;

fn parse(bytes: &[u8]) -> Vec<Piece> {
    let mut parser = Parser::default();
    let mut pieces = Vec::new();
    for byte in bytes {
        parser.push(*byte, &mut pieces);
    }
    pieces
}

fn tokens(bytes: &[u8]) -> Vec<Token> {
    parse(bytes).into_iter().map(|piece| piece.token).collect()
}

/// Every command the project sends must be measured exactly; each is followed by one letter, which must come out as a letter.
#[test]
fn commands_are_measured_exactly() {
    let commands: [&[u8]; 29] = [
        b"\x1b@",
        b"\x1b!\x08",
        b"\x1b \x00",
        b"\x1b-\x01",
        b"\x1bE\x01",
        b"\x1ba\x01",
        b"\x1bd\x03",
        b"\x1bJ\x18",
        b"\x1bt\x00",
        b"\x1bR\x0d",
        b"\x1bp\x00\x19\xfa",
        b"\x1bD\x08\x10\x00",
        b"\x1b(A\x02\x00\x30\x31",
        b"\x1c&",
        b"\x1c.",
        b"\x1cS\x00\x00",
        b"\x1c-\x01",
        b"\x1cW\x01",
        b"\x1d!\x11",
        b"\x1dB\x01",
        b"\x1dVB\x00",
        b"\x1dV\x01",
        b"\x1da\xff",
        b"\x1dr1",
        b"\x1d(H\x06\x00\x30\x300001",
        b"\x1d(D\x03\x00\x14\x01\x00",
        b"\x1d(k\x03\x001Q0",
        b"\x1dkI\x04{B12",
        b"\x1dv0\x00\x01\x00\x02\x00\xff\xff",
    ];
    for command in commands {
        let mut bytes = command.to_vec();
        bytes.push(b'A');
        let pieces = parse(&bytes);
        let last = pieces.last().unwrap();
        assert_eq!(last.token, Token::Letter(b'A'), "{command:x?}");
        assert_eq!(pieces.len(), 2, "{command:x?}");
        assert_eq!(pieces[0].raw, command);
        assert_ne!(pieces[0].token, Token::Unknown, "{command:x?}");
    }
}

/// A drawer command two bytes short must eat the next two letters, as printers do; the escpos crate's form is sent.
#[test]
fn a_short_drawer_command_eats_text() {
    assert_eq!(
        tokens(b"\x1bp\x00ABC"),
        [
            Token::Pulse {
                pin: 0,
                on: b'A',
                off: b'B'
            },
            Token::Letter(b'C')
        ]
    );
}

/// Two-byte letters must be pairs only in Hangul mode, which `ESC @` ends; the same bytes are read in each state.
#[test]
fn pairs_need_hangul_mode() {
    assert_eq!(
        tokens(&[0xB1, 0xE8]),
        [Token::Letter(0xB1), Token::Letter(0xE8)]
    );
    assert_eq!(
        tokens(&[0x1C, 0x26, 0xB1, 0xE8])[1..],
        [Token::Pair(0xB1, 0xE8)]
    );
    assert_eq!(
        tokens(&[0x1C, 0x26, 0xB1, 0x0A])[1..],
        [Token::Stray(0xB1), Token::LineFeed]
    );
    assert_eq!(
        tokens(&[0x1C, 0x26, 0x1B, 0x40, 0xB1])[2..],
        [Token::Letter(0xB1)]
    );
}

/// Real-time orders between commands must be tokens of their own, not text; three kinds stand between letters.
#[test]
fn real_time_orders_stand_between_commands() {
    assert_eq!(
        tokens(b"A\x10\x04\x01\x10\x05\x02\x10\x14\x01\x00\x02B"),
        [
            Token::Letter(b'A'),
            Token::RealTime(RealTime::Status(1)),
            Token::RealTime(RealTime::ClearBuffers),
            Token::RealTime(RealTime::Pulse(0, 2)),
            Token::Letter(b'B'),
        ]
    );
}

/// A header that claims gigabytes must neither be kept nor put the stream out of step; the block is swallowed and text follows.
#[test]
fn a_monstrous_block_is_swallowed() {
    let mut parser = Parser::default();
    let mut pieces = Vec::new();
    // 65,535 bytes wide and 40 rows: 2.6 million bytes of dots.
    for byte in [0x1D, 0x76, 0x30, 0, 0xFF, 0xFF, 40, 0] {
        parser.push(byte, &mut pieces);
    }
    for _ in 0..65_535 * 40 {
        parser.push(0xAA, &mut pieces);
    }
    parser.push(b'A', &mut pieces);
    let tokens: Vec<_> = pieces.into_iter().map(|piece| piece.token).collect();
    assert_eq!(tokens, [Token::Oversize(65_535 * 40), Token::Letter(b'A')]);
}

/// A stretch of stream that is likely to mean something.
fn stretch() -> impl Strategy<Value = Vec<u8>> {
    let fixed = |bytes: &'static [u8]| Just(bytes.to_vec());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::collection::vec(0xB0u8..=0xC8, 2..20),
        "[a-z 0-9]{0,60}".prop_map(String::into_bytes),
        fixed(b"\x1b@"),
        fixed(b"\x1c&"),
        fixed(b"\n"),
        fixed(b"\x1dVB\x00"),
        fixed(b"\x1b!\x38"),
        fixed(b"\x1d(H\x06\x00\x30\x300001"),
        fixed(b"\x1dr1"),
        fixed(b"\x1da\xff"),
        fixed(b"\x10\x04\x01"),
        fixed(b"\x10\x05\x02"),
        fixed(b"\x1bp\x00\x19\xfa"),
        prop::collection::vec(any::<u8>(), 40)
            .prop_map(|dots| { [&b"\x1dv0\x00\x05\x00\x08\x00"[..], &dots].concat() }),
        fixed(b"\x1d(k\x07\x001P0abcd\x1d(k\x03\x001Q0"),
    ]
}

/// A stream of such stretches, and the places where it is cut into packets.
fn stream() -> impl Strategy<Value = (Vec<u8>, Vec<prop::sample::Index>)> {
    let bytes = prop::collection::vec(stretch(), 0..40).prop_map(|all| all.concat());
    (
        bytes,
        prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    )
}

fn packets(bytes: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.push(0);
    places.push(bytes.len());
    places.sort_unstable();
    places
        .windows(2)
        .map(|pair| bytes[pair[0]..pair[1]].to_vec())
        .collect()
}

proptest! {
    /// However the stream is cut, paper and answers must be the same; one machine gets it whole, one in packets.
    #[test]
    fn packets_do_not_matter((bytes, cuts) in stream(), realtime_in_data: bool) {
        let now = SandboxClock::default().now();
        let model = PrinterModel { realtime_in_data, ..PrinterModel::default() };
        let outcome = |packets: &[Vec<u8>]| {
            let mut machine = Machine::new(48, model, now);
            machine.connected(now);
            let mut answers = Vec::new();
            for packet in packets {
                machine.receive(packet, now);
                answers.extend(machine.take_answers());
            }
            machine.disconnected();
            let paper: Vec<_> = machine.jobs().map(|job| job.view()).collect();
            (paper, answers, machine.pulses, machine.bytes_lost)
        };
        let whole = outcome(std::slice::from_ref(&bytes));
        prop_assert_eq!(outcome(&packets(&bytes, &cuts)), whole);
    }

    /// No byte may be lost or made up by the parser; the raw bytes of all tokens are put together again.
    #[test]
    fn every_byte_is_in_one_token((bytes, _) in stream()) {
        let mut parser = Parser::default();
        let mut pieces = Vec::new();
        for byte in &bytes {
            parser.push(*byte, &mut pieces);
        }
        let whole: Vec<u8> = pieces.iter().flat_map(|piece| piece.raw.clone()).collect();
        prop_assert!(bytes.starts_with(&whole));
        let oversize = pieces.iter().any(|piece| matches!(piece.token, Token::Oversize(_)));
        let swallowing = parser.swallow.is_some();
        prop_assert!(oversize || swallowing || bytes[whole.len()..] == parser.held[..]);
    }

    /// Any bytes at all must leave a printer that still answers; noise first, then a flush and a question.
    #[test]
    fn noise_never_breaks_the_printer(noise in prop::collection::vec(any::<u8>(), 0..600)) {
        let now = SandboxClock::default().now();
        let mut machine = Machine::new(48, PrinterModel::default(), now);
        machine.receive(&noise, now);
        machine.take_answers();
        machine.receive(&[0x10, 0x04, 0x02], now);
        prop_assert_eq!(machine.take_answers().last().copied(), Some(0x12));
    }
}
