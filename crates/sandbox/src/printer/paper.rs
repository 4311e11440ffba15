//! What came out: lines, images, symbols and cuts, as data that can be read and drawn.
//!
//! Guarantees: everything is bounded, and a job says when something of it was not kept.
//! Deliberately absent: drawing (see `svg`) and deciding (see `machine`).

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::Moment;

/// Things on one job's paper.
const MAX_ITEMS: usize = 5_000;
/// Bytes of a job kept for reading.
const MAX_RAW: usize = 256 * 1024;
/// Bytes of dots kept for one job.
const MAX_DOTS: usize = 512 * 1024;
/// Remarks of each kind.
const MAX_REMARKS: usize = 200;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Align {
    #[default]
    Left,
    Center,
    Right,
}

/// How a stretch of text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Look {
    pub(crate) bold: bool,
    pub(crate) underline: bool,
    pub(crate) invert: bool,
    pub(crate) width: u8,
    pub(crate) height: u8,
    pub(crate) hangul: bool,
}

/// Letters next to each other that look alike, and their width in dots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) dots: u32,
    #[serde(flatten)]
    pub(crate) look: Look,
    /// Blank paper, moved over rather than printed.
    pub(crate) gap: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bitmap {
    pub(crate) bytes_wide: usize,
    pub(crate) rows: usize,
    pub(crate) scale: (u8, u8),
    /// Empty when the job had no room left for it.
    pub(crate) dots: Vec<u8>,
}

/// One thing on the paper, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Line {
        align: Align,
        runs: Vec<Run>,
    },
    Feed {
        dots: u32,
    },
    Image {
        align: Align,
        bitmap: Bitmap,
    },
    Qr {
        align: Align,
        data: Vec<u8>,
        module: u8,
        level: u8,
    },
    Barcode {
        align: Align,
        kind: u8,
        data: Vec<u8>,
        height: u8,
        text: bool,
    },
    Cut {
        partial: bool,
    },
}

impl Item {
    fn view(&self) -> Value {
        match self {
            Self::Line { align, runs } => {
                json!({ "type": "line", "align": align, "text": text(runs), "runs": runs })
            }
            Self::Feed { dots } => json!({ "type": "feed", "dots": dots }),
            Self::Image { align, bitmap } => json!({
                "type": "image", "align": align, "width": bitmap.bytes_wide * 8,
                "height": bitmap.rows, "kept": !bitmap.dots.is_empty(),
            }),
            Self::Qr {
                align,
                data,
                module,
                ..
            } => json!({
                "type": "qr", "align": align, "data": String::from_utf8_lossy(data),
                "module": module,
            }),
            Self::Barcode {
                align, kind, data, ..
            } => json!({
                "type": "barcode", "align": align, "kind": kind,
                "data": String::from_utf8_lossy(data),
            }),
            Self::Cut { partial } => json!({ "type": "cut", "partial": partial }),
        }
    }
}

fn text(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// A pulse to the cash drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Pulse {
    /// Pin of the connector: 2 or 5.
    pub(crate) pin: u8,
    pub(crate) on_ms: u32,
    pub(crate) off_ms: u32,
    /// It came as a real-time order, not in the job's order.
    pub(crate) real_time: bool,
    pub(crate) at: Moment,
}

/// What was printed from one `ESC @`, or one connection, to the next.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// Counted from 1 for each printer; given when the first thing comes out.
    pub(crate) number: Option<u64>,
    pub(crate) connection: u64,
    pub(crate) started: Moment,
    pub(crate) closed: bool,
    pub(crate) raw: Vec<u8>,
    pub(crate) raw_truncated: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) items_dropped: u64,
    dots_kept: usize,
    pub(crate) pulses: Vec<Pulse>,
    pub(crate) process_ids: Vec<String>,
    /// Letters the ROM does not have, as hex.
    pub(crate) letters_lost: Vec<String>,
    /// Commands not known, as hex.
    pub(crate) unknown: Vec<String>,
    /// Commands known but not obeyed where they stood, in words.
    pub(crate) refused: Vec<String>,
}

impl Job {
    pub(crate) fn new(connection: u64, now: Moment) -> Self {
        Self {
            number: None,
            connection,
            started: now,
            closed: false,
            raw: Vec::new(),
            raw_truncated: false,
            items: Vec::new(),
            items_dropped: 0,
            dots_kept: 0,
            pulses: Vec::new(),
            process_ids: Vec::new(),
            letters_lost: Vec::new(),
            unknown: Vec::new(),
            refused: Vec::new(),
        }
    }

    pub(crate) fn keep_raw(&mut self, raw: &[u8]) {
        let room = MAX_RAW.saturating_sub(self.raw.len());
        if raw.len() > room {
            self.raw_truncated = true;
        }
        self.raw.extend_from_slice(&raw[..raw.len().min(room)]);
    }

    pub(crate) fn add(&mut self, mut item: Item) {
        if self.items.len() >= MAX_ITEMS {
            self.items_dropped += 1;
            return;
        }
        if let Item::Image { bitmap, .. } = &mut item {
            if self.dots_kept + bitmap.dots.len() > MAX_DOTS {
                bitmap.dots = Vec::new();
            }
            self.dots_kept += bitmap.dots.len();
        }
        self.items.push(item);
    }

    pub(crate) fn remark(list: &mut Vec<String>, remark: String) {
        if list.len() < MAX_REMARKS {
            list.push(remark);
        }
    }

    /// The lines of text, without what is not text.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.items
            .iter()
            .filter_map(|item| match item {
                Item::Line { runs, .. } => Some(text(runs)),
                _ => None,
            })
            .collect()
    }

    /// Where the paper was cut: the items of each slip.
    pub(crate) fn slips(&self) -> Vec<&[Item]> {
        self.items
            .split_inclusive(|item| matches!(item, Item::Cut { .. }))
            .collect()
    }

    pub(crate) fn cuts(&self) -> usize {
        self.items
            .iter()
            .filter(|item| matches!(item, Item::Cut { .. }))
            .count()
    }

    pub(crate) fn view(&self) -> Value {
        let qr: Vec<_> = self
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Qr { data, .. } => Some(String::from_utf8_lossy(data)),
                _ => None,
            })
            .collect();
        json!({
            "job": self.number,
            "connection": self.connection,
            "at": self.started,
            "closed": self.closed,
            "raw_hex": hex(&self.raw),
            "raw_truncated": self.raw_truncated,
            "lines": self.lines(),
            "qr": qr,
            "cuts": self.cuts(),
            "drawer_pulses": self.pulses,
            "process_ids": self.process_ids,
            "letters_lost": self.letters_lost,
            "unknown_commands": self.unknown,
            "refused_commands": self.refused,
            "items": self.items.iter().map(Item::view).collect::<Vec<_>>(),
            "items_dropped": self.items_dropped,
        })
    }
}

/// Lower-case hex without spaces.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
