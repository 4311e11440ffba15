//! What a printer says, taken apart (reference: printing, section 3).
//!
//! Guarantees: all replies share one stream, and any of them may come at any time: the
//! parser goes by the bytes alone, however they were cut into packets, and keeps no more
//! than a block's worth of them.
//!
//! Deliberately absent: sockets and waiting.

use soban_engine::ports::printer::{Health, Trouble};

/// The most bytes of a block reply that are kept. A process id has six.
const BLOCK_MOST: usize = 128;

/// One reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To `DLE EOT n`. It does not say which n.
    RealTime(u8),
    /// Automatic status: unasked.
    Auto([u8; 4]),
    /// To `GS r n`.
    Buffered(u8),
    /// A block, without the NUL that ends it; its first byte says which.
    Block(Vec<u8>),
    /// A byte that begins none of these.
    Stray(u8),
}

impl Reply {
    /// The id, where this is the answer to `GS ( H`.
    pub fn process_id(&self) -> Option<[u8; 4]> {
        match self {
            Reply::Block(block) => match block.as_slice() {
                [0x37, 0x22, a, b, c, d] => Some([*a, *b, *c, *d]),
                _ => None,
            },
            Reply::RealTime(_) | Reply::Auto(_) | Reply::Buffered(_) | Reply::Stray(_) => None,
        }
    }
}

/// Takes a printer's bytes apart.
#[derive(Clone, Debug, Default)]
pub struct StatusParser {
    state: State,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Between,
    /// Within an automatic status.
    Auto(Vec<u8>),
    /// Within a block.
    Block(Vec<u8>),
}

impl StatusParser {
    /// A parser at the start of a stream.
    pub fn new() -> StatusParser {
        StatusParser::default()
    }

    /// Takes one byte; gives the reply that it completes.
    pub fn push(&mut self, byte: u8) -> Option<Reply> {
        match std::mem::take(&mut self.state) {
            State::Between => self.begin(byte),
            State::Auto(mut held) if byte & 0x90 == 0 => {
                held.push(byte);
                match <[u8; 4]>::try_from(held) {
                    Ok(all) => Some(Reply::Auto(all)),
                    Err(held) => {
                        self.state = State::Auto(held);
                        None
                    }
                }
            }
            // No part of the group: what was begun is dropped, this byte begins anew.
            State::Auto(_) => self.begin(byte),
            State::Block(held) if byte == 0 => Some(Reply::Block(held)),
            State::Block(mut held) => {
                if held.len() < BLOCK_MOST {
                    held.push(byte);
                }
                self.state = State::Block(held);
                None
            }
        }
    }

    fn begin(&mut self, byte: u8) -> Option<Reply> {
        match byte {
            0x35 | 0x37 | 0x3B | 0x3D | 0x5F => {
                self.state = State::Block(vec![byte]);
                None
            }
            _ if byte & 0x93 == 0x10 => {
                self.state = State::Auto(vec![byte]);
                None
            }
            _ if byte & 0x93 == 0x12 => Some(Reply::RealTime(byte)),
            _ if byte & 0x90 == 0 => Some(Reply::Buffered(byte)),
            _ => Some(Reply::Stray(byte)),
        }
    }
}

/// The answers to `DLE EOT` 1 to 4, together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Printer.
    pub printer: u8,
    /// Cause of being offline.
    pub offline: u8,
    /// Cause of an error.
    pub error: u8,
    /// Roll sensor.
    pub roll: u8,
}

impl Survey {
    /// What is the matter, the cause that staff can see first.
    pub fn trouble(self) -> Option<Trouble> {
        let on = |byte: u8, bits: u8| byte & bits != 0;
        if on(self.offline, 0x04) {
            Some(Trouble::CoverOpen)
        } else if on(self.offline, 0x20) || on(self.roll, 0x60) {
            Some(Trouble::PaperOut)
        } else if on(self.offline, 0x40) || on(self.error, 0x2C) {
            Some(Trouble::Error)
        } else if on(self.printer, 0x08) || on(self.error, 0x40) {
            Some(Trouble::Offline)
        } else {
            None
        }
    }

    /// How the printer is.
    pub fn health(self) -> Health {
        Health {
            trouble: self.trouble(),
            paper_low: self.roll & 0x0C != 0,
        }
    }
}

/// Trouble in a word, for logs and evidence.
pub(crate) fn in_words(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unreachable => "unreachable",
        Trouble::PaperOut => "out of paper",
        Trouble::CoverOpen => "cover open",
        Trouble::Error => "error",
        Trouble::Offline => "offline",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(bytes: &[u8]) -> Vec<Reply> {
        let mut parser = StatusParser::new();
        bytes.iter().filter_map(|byte| parser.push(*byte)).collect()
    }

    /// Replies as they come on the wire, mixed: an automatic status right between a
    /// question's answers is one group, though three of its bytes look like answers.
    #[test]
    fn mixed_replies_are_told_apart() {
        let stream = [
            0x12, 0x38, 0x00, 0x03, 0x0F, 0x16, 0x37, 0x22, b'0', b'0', b'4', b'2', 0x00, 0x0C,
        ];
        let replies = parse(&stream);
        assert_eq!(
            replies,
            [
                Reply::RealTime(0x12),
                Reply::Auto([0x38, 0x00, 0x03, 0x0F]),
                Reply::RealTime(0x16),
                Reply::Block(b"7\"0042".to_vec()),
                Reply::Buffered(0x0C),
            ]
        );
        assert_eq!(replies[3].process_id(), Some(*b"0042"));
    }

    /// A status cut off by something else does not swallow it.
    #[test]
    fn a_broken_group_is_dropped() {
        let replies = parse(&[0x10, 0x00, 0x12, 0x00]);
        assert_eq!(replies, [Reply::RealTime(0x12), Reply::Buffered(0x00)]);
    }

    /// The bits of the reference's table, each with what it means for the store.
    #[test]
    fn bits_mean_trouble() {
        let fine = Survey {
            printer: 0x12,
            offline: 0x12,
            error: 0x12,
            roll: 0x12,
        };
        assert_eq!(
            fine.health(),
            Health {
                trouble: None,
                paper_low: false
            }
        );
        let cases = [
            (
                Survey {
                    printer: 0x1A,
                    offline: 0x16,
                    ..fine
                },
                Trouble::CoverOpen,
            ),
            (
                Survey {
                    printer: 0x1A,
                    offline: 0x32,
                    ..fine
                },
                Trouble::PaperOut,
            ),
            (Survey { roll: 0x72, ..fine }, Trouble::PaperOut),
            (
                Survey {
                    offline: 0x52,
                    ..fine
                },
                Trouble::Error,
            ),
            (
                Survey {
                    error: 0x1A,
                    ..fine
                },
                Trouble::Error,
            ),
            (
                Survey {
                    error: 0x32,
                    ..fine
                },
                Trouble::Error,
            ),
            (
                Survey {
                    error: 0x52,
                    ..fine
                },
                Trouble::Offline,
            ),
            (
                Survey {
                    printer: 0x1A,
                    ..fine
                },
                Trouble::Offline,
            ),
        ];
        for (survey, trouble) in cases {
            assert_eq!(survey.trouble(), Some(trouble), "{survey:x?}");
        }
        let low = Survey { roll: 0x1E, ..fine };
        assert_eq!(
            low.health(),
            Health {
                trouble: None,
                paper_low: true
            }
        );
        // The drawer and the feed button are nobody's trouble.
        assert_eq!(
            Survey {
                printer: 0x56,
                ..fine
            }
            .trouble(),
            None
        );
    }

    fn any_reply() -> impl Strategy<Value = Reply> {
        prop_oneof![
            any::<u8>().prop_map(|b| Reply::RealTime(b & 0x6C | 0x12)),
            any::<[u8; 4]>().prop_map(|[a, b, c, d]| {
                Reply::Auto([a & 0x6C | 0x10, b & 0x6F, c & 0x6F, d & 0x6F])
            }),
            any::<u8>()
                .prop_map(|b| b & 0x6F)
                .prop_filter("a block's head", |b| {
                    ![0x35, 0x37, 0x3B, 0x3D, 0x5F].contains(b)
                })
                .prop_map(Reply::Buffered),
            "[ -~]{4}".prop_map(|id| Reply::Block([b"7\"", id.as_bytes()].concat())),
        ]
    }

    fn wire(reply: &Reply) -> Vec<u8> {
        match reply {
            Reply::RealTime(b) | Reply::Buffered(b) | Reply::Stray(b) => vec![*b],
            Reply::Auto(all) => all.to_vec(),
            Reply::Block(block) => [block.as_slice(), &[0]].concat(),
        }
    }

    proptest! {
        /// Any sequence of replies comes out as it went in, however the stream is cut.
        #[test]
        fn replies_survive_any_cut(replies in prop::collection::vec(any_reply(), 0..30), cut in 1usize..9) {
            let stream: Vec<u8> = replies.iter().flat_map(wire).collect();
            let mut parser = StatusParser::new();
            let mut got = Vec::new();
            for packet in stream.chunks(cut) {
                got.extend(packet.iter().filter_map(|byte| parser.push(*byte)));
            }
            prop_assert_eq!(got, replies);
        }

        /// Any bytes at all leave the parser small and able to hear the next reply: after
        /// noise, a NUL to end a block and a second answer, the answer is heard.
        #[test]
        fn noise_is_survived(noise in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut parser = StatusParser::new();
            for byte in noise {
                if let Some(Reply::Block(block)) = parser.push(byte) {
                    prop_assert!(block.len() <= BLOCK_MOST);
                }
            }
            parser.push(0);
            prop_assert_eq!(parser.push(0x12), Some(Reply::RealTime(0x12)));
        }
    }
}
