//! What is set for QR codes and barcodes before they are printed.
//!
//! Guarantees: a symbol wider than the paper is not printed, as on real printers, and the job
//! says so. Deliberately absent: symbols other than QR, and micro QR.

use qrcode::EcLevel;

use super::machine::Machine;
use super::paper::Item;
use crate::html::QrSymbol;

/// Most bytes of data one symbol holds.
const MAX_DATA: usize = 7089;

#[derive(Clone, Debug)]
pub(crate) struct Symbols {
    module: u8,
    level: u8,
    data: Vec<u8>,
    pub(super) bar_height: u8,
    pub(super) bar_width: u8,
    pub(super) bar_text: u8,
}

impl Default for Symbols {
    fn default() -> Self {
        Self {
            module: 3,
            level: 48,
            data: Vec::new(),
            bar_height: 162,
            bar_width: 3,
            bar_text: 0,
        }
    }
}

/// The printer's number for an error correction level.
pub(crate) fn level(number: u8) -> EcLevel {
    match number {
        49 => EcLevel::M,
        50 => EcLevel::Q,
        51 => EcLevel::H,
        _ => EcLevel::L,
    }
}

impl Machine {
    /// `GS ( k` for QR: function and parameters.
    pub(super) fn qr(&mut self, function: u8, data: &[u8]) {
        match (function, data) {
            (67, [size @ 1..=16, ..]) => self.symbols.module = *size,
            (69, [level @ 48..=51, ..]) => self.symbols.level = *level,
            (80, [48, data @ ..]) if data.len() <= MAX_DATA => {
                self.symbols.data = data.to_vec();
            }
            (81, _) => self.print_qr(),
            (65, _) => {}
            _ => self.refuse(&format!("QR function {function}")),
        }
    }

    fn print_qr(&mut self) {
        if !self.line.is_empty() {
            self.refuse("QR in the middle of a line");
            return;
        }
        let Symbols {
            module,
            level: number,
            data,
            ..
        } = self.symbols.clone();
        let Some(symbol) = QrSymbol::of(&data, level(number)) else {
            self.refuse("QR without data, or with too much");
            return;
        };
        if symbol.width as u32 * u32::from(module) > self.width_dots() {
            self.refuse("QR wider than the paper");
            return;
        }
        self.print(Item::Qr {
            align: self.style.align,
            data,
            module,
            level: number,
        });
    }

    pub(super) fn barcode(&mut self, kind: u8, data: &[u8]) {
        if !self.line.is_empty() {
            self.refuse("barcode in the middle of a line");
            return;
        }
        self.print(Item::Barcode {
            align: self.style.align,
            kind,
            data: data.to_vec(),
            height: self.symbols.bar_height,
            text: self.symbols.bar_text != 0,
        });
    }
}
