//! A QR code as an inline drawing.
//!
//! Guarantees: black on white whatever the colours of the screen, with the quiet zone of
//! four modules that readers ask for. Deliberately absent: reading codes.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the code.
const QUIET: usize = 4;

/// Draws a text as a QR code; nothing where it is too long for one.
pub fn qr(text: &str, label: String) -> Option<AnyView> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let side = code.width() + 2 * QUIET;
    let view_box = format!("0 0 {side} {side}");
    let path = modules(&code);
    Some(
        view! {
            <svg class="qr" viewBox=view_box role="img" aria-label=label shape-rendering="crispEdges">
                <path d=path></path>
            </svg>
        }
        .into_any(),
    )
}

/// The dark modules as one path: a stroke for each run in a row.
fn modules(code: &QrCode) -> String {
    let width = code.width();
    let mut path = String::new();
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = line[column..]
                .iter()
                .take_while(|module| **module == Color::Dark)
                .count();
            if run > 0 {
                let (x, y) = (column + QUIET, row + QUIET);
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            column += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every dark module is drawn and no light one: the runs of the path are counted
    /// against the code's own modules.
    #[test]
    fn the_path_covers_the_dark_modules() {
        let code = QrCode::new(b"https://example.com/pay/0123456789").unwrap();
        let dark = code
            .to_colors()
            .into_iter()
            .filter(|module| *module == Color::Dark)
            .count();
        let drawn: usize = modules(&code)
            .split('h')
            .skip(1)
            .filter_map(|part| part.split('v').next()?.parse::<usize>().ok())
            .sum();
        assert_eq!(drawn, dark);
    }
}
