//! Drawing a slip as it would lie on the counter.
//!
//! Guarantees: a dot of the print head is a unit of the picture, every stretch of text is
//! exactly as wide as the printer made it, QR symbols are drawn from their data, images are
//! linked by number. Deliberately absent: the printer's own letter shapes.

use super::paper::{Align, Item, Look, Run};
use super::symbols::level;
use crate::html::{QrSymbol, escape};

/// Dots from one line to the next at single height.
const LINE: u32 = 30;
/// Blank paper around the print.
const MARGIN: u32 = 24;

struct Sheet {
    width: u32,
    y: u32,
    drawn: String,
}

/// Draws one slip; `image` gives the address of the n-th thing on it.
pub(crate) fn draw(items: &[Item], width: u32, image: impl Fn(usize) -> String) -> String {
    let mut sheet = Sheet {
        width,
        y: 0,
        drawn: String::new(),
    };
    for (at, item) in items.iter().enumerate() {
        sheet.item(item, &image(at));
    }
    let (full, height) = (width + 2 * MARGIN, sheet.y + 2 * MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{MARGIN} -{MARGIN} {full} {height}\" \
         font-family=\"'D2Coding','Noto Sans Mono CJK KR','Noto Sans CJK KR',monospace\" \
         fill=\"#2a241e\">{}</svg>",
        sheet.drawn
    )
}

impl Sheet {
    fn left(&self, align: Align, wide: u32) -> u32 {
        let room = self.width.saturating_sub(wide);
        match align {
            Align::Left => 0,
            Align::Center => room / 2,
            Align::Right => room,
        }
    }

    fn item(&mut self, item: &Item, image: &str) {
        match item {
            Item::Line { align, runs } => self.line(*align, runs),
            Item::Feed { dots } => self.y += dots,
            Item::Image { align, bitmap } => {
                let wide = bitmap.bytes_wide as u32 * 8 * u32::from(bitmap.scale.0);
                let high = bitmap.rows as u32 * u32::from(bitmap.scale.1);
                let x = self.left(*align, wide);
                let y = self.y;
                self.drawn.push_str(&format!(
                    "<image href=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" \
                     preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"/>",
                    escape(image)
                ));
                self.y += high;
            }
            Item::Qr {
                align,
                data,
                module,
                level: number,
            } => {
                self.qr(*align, data, *module, *number);
            }
            Item::Barcode {
                align,
                kind,
                data,
                height,
                ..
            } => {
                self.barcode(*align, *kind, data, *height);
            }
            Item::Cut { partial } => self.cut(*partial),
        }
    }

    fn line(&mut self, align: Align, runs: &[Run]) {
        let tallest = runs.iter().map(|run| run.look.height).max().unwrap_or(1);
        let height = LINE * u32::from(tallest);
        let wide: u32 = runs.iter().map(|run| run.dots).sum();
        let mut x = self.left(align, wide);
        let base = self.y + height - 7;
        for run in runs {
            self.run(run, x, base);
            x += run.dots;
        }
        self.y += height;
    }

    fn run(&mut self, run: &Run, x: u32, base: u32) {
        let Run {
            text, dots, look, ..
        } = run;
        let Look { width, height, .. } = *look;
        let (w, h) = (u32::from(width), u32::from(height));
        let top = base + 7 - LINE * h;
        if look.invert {
            self.drawn.push_str(&format!(
                "<rect x=\"{x}\" y=\"{top}\" width=\"{dots}\" height=\"{}\"/>",
                LINE * h
            ));
        }
        if !text.trim().is_empty() {
            let weight = if look.bold { 700 } else { 400 };
            let size = if look.hangul { 23 } else { 20 };
            let fill = if look.invert { " fill=\"#fffdf9\"" } else { "" };
            self.drawn.push_str(&format!(
                "<text transform=\"translate({x} {base}) scale({w} {h})\" font-size=\"{size}\" \
                 font-weight=\"{weight}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" \
                 xml:space=\"preserve\"{fill}>{}</text>",
                dots / w,
                escape(text)
            ));
        }
        if look.underline {
            let y = base + 4;
            self.drawn.push_str(&format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{dots}\" height=\"2\"/>"
            ));
        }
    }

    fn qr(&mut self, align: Align, data: &[u8], module: u8, number: u8) {
        let Some(symbol) = QrSymbol::of(data, level(number)) else {
            return;
        };
        let side = symbol.width as u32 * u32::from(module);
        let (x, y) = (self.left(align, side), self.y + 6);
        self.drawn.push_str(&format!(
            "<path shape-rendering=\"crispEdges\" transform=\"translate({x} {y}) scale({module})\" \
             d=\"{}\"/>",
            symbol.path()
        ));
        self.y += side + 12;
    }

    /// A box that names the code: its bars are not worked out.
    fn barcode(&mut self, align: Align, kind: u8, data: &[u8], height: u8) {
        let wide = (self.width * 2 / 3).min(380);
        let high = u32::from(height.max(40));
        let (x, y) = (self.left(align, wide), self.y + 4);
        let (cx, cy) = (x + wide / 2, y + high / 2 + 6);
        self.drawn.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"none\" \
             stroke=\"#2a241e\" stroke-width=\"2\"/><text x=\"{cx}\" y=\"{cy}\" font-size=\"20\" \
             text-anchor=\"middle\">barcode {kind}: {}</text>",
            escape(&String::from_utf8_lossy(data))
        ));
        self.y += high + 8;
    }

    fn cut(&mut self, partial: bool) {
        let y = self.y + 14;
        let right = self.width + MARGIN;
        let (dash, word) = if partial {
            ("8 8", "부분 절단 · partial cut")
        } else {
            ("none", "절단 · cut")
        };
        self.drawn.push_str(&format!(
            "<g class=\"cut\" opacity=\".45\"><path d=\"M-{MARGIN} {y}H{right}\" stroke=\"#2a241e\" \
             stroke-width=\"2\" stroke-dasharray=\"{dash}\"/><text x=\"{}\" y=\"{}\" \
             font-size=\"15\" text-anchor=\"end\">{word}</text></g>",
            self.width,
            y + 19
        ));
        self.y += 36;
    }
}
