//! What an ESC/POS printer can be told, as this one understands it.
//!
//! Guarantees: each token is one command, one letter or one real-time order, and carries what
//! the interpreter needs. Deliberately absent: page mode and NV memory; such commands are
//! measured, so that the stream stays in step, and then recorded as not obeyed.

/// One thing the stream said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// One byte that is a letter of the code page.
    Letter(u8),
    /// Two bytes that are one Hangul letter (only after `FS &`).
    Pair(u8, u8),
    /// A first byte of a pair whose second byte is none.
    Stray(u8),
    LineFeed,
    Tab,
    /// `ESC @`
    Initialize,
    /// `FS &` and `FS .`
    Hangul(bool),
    /// `ESC a`
    Align(u8),
    /// `ESC E`, `ESC G`
    Bold(bool),
    /// `ESC -`
    Underline(u8),
    /// `FS -`
    HangulUnderline(u8),
    /// `GS !`: times wider, times higher.
    Size(u8, u8),
    /// `ESC !`
    PrintMode(u8),
    /// `FS !`
    HangulMode(u8),
    /// `FS W`
    HangulDouble(bool),
    /// `GS B`
    Invert(bool),
    /// `ESC M`
    Font(u8),
    /// `ESC SP`, dots
    LetterSpace(u8),
    /// `ESC $`, dots from the left
    Position(u32),
    /// `ESC \\`, dots to the right of where the line has come to
    Skip(u32),
    /// `FS S`, dots before and after
    HangulSpace(u8, u8),
    /// `ESC d`, lines
    FeedLines(u8),
    /// `ESC J`, dots
    FeedDots(u8),
    /// `GS V`: partial or full, and how far to feed first.
    Cut {
        partial: bool,
        feed: Option<u8>,
    },
    /// `ESC p`: connector pin and times in units of 2 ms.
    Pulse {
        pin: u8,
        on: u8,
        off: u8,
    },
    /// `GS a`
    AutoStatus(u8),
    /// `GS r`
    Transmit(u8),
    /// `GS ( H` function 48
    ProcessId([u8; 4]),
    /// `GS ( D`: whether the real-time pulse is obeyed from now on.
    RealTimePulse(bool),
    /// `GS v 0`, and where in the raw bytes the dots begin.
    Raster(Dots),
    /// `GS ( L` / `GS 8 L` function 112: kept until printed.
    StoreGraphics(Dots),
    /// `GS ( L` function 2 or 50
    PrintGraphics,
    /// `GS ( k` for QR: function and its data's place in the raw bytes.
    Qr {
        function: u8,
        data: usize,
    },
    /// `GS h`, `GS w`, `GS H`
    BarcodeHeight(u8),
    BarcodeWidth(u8),
    BarcodeText(u8),
    /// `GS k`: kind and the data's place in the raw bytes.
    Barcode {
        kind: u8,
        from: usize,
        to: usize,
    },
    /// `DLE EOT`, `DLE ENQ`, `DLE DC4` found between commands.
    RealTime(RealTime),
    /// Understood, and of no consequence for this paper.
    Quiet,
    /// Block data longer than the printer keeps; swallowed.
    Oversize(usize),
    /// Not a command this printer knows.
    Unknown,
}

/// A rectangle of dots inside the raw bytes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dots {
    pub(crate) bytes_wide: usize,
    pub(crate) rows: usize,
    /// Times wider and higher.
    pub(crate) scale: (u8, u8),
    /// Where the first byte of dots is.
    pub(crate) from: usize,
}

/// Orders obeyed on receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RealTime {
    /// `DLE EOT n`
    Status(u8),
    /// `DLE ENQ 1`
    Recover,
    /// `DLE ENQ 2`, `DLE DC4 8`
    ClearBuffers,
    /// `DLE DC4 1 m t`: pin and time in units of 100 ms.
    Pulse(u8, u8),
    /// The others, which this printer does not have.
    Other,
}

/// A token with the bytes it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) token: Token,
    pub(crate) raw: Vec<u8>,
}
