//! A document as a picture of its paper.
//!
//! Guarantees: the dots of a printer of that width, drawn with one font.
//!
//! Deliberately absent: the letters of a certain make; each printer has its own.

use soban_domain::paper::{Line, Paper, lay_out};

use crate::bitmap::Bitmap;
use crate::profile::DOTS_OF_COLUMN;
use crate::{draw, qr};

/// White around the print, in dots.
const MARGIN: usize = 24;

/// Why there is no picture.
#[derive(Debug)]
pub struct NoPicture(png::EncodingError);

impl std::fmt::Display for NoPicture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "the picture could not be written: {}", self.0)
    }
}

impl std::error::Error for NoPicture {}

/// Draws a document on a paper of so many columns, as PNG.
///
/// # Errors
/// [`NoPicture`] where the PNG encoder refuses, as it would for a paper without rows.
pub fn to_png(paper: &Paper, columns: u16) -> Result<Vec<u8>, NoPicture> {
    let sheet = sheet(paper, columns);
    let mut out = Vec::new();
    let (wide, high) = (sheet.dots(), sheet.rows());
    let size = |dots: usize| u32::try_from(dots).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut out, size(wide), size(high));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let white_is_one: Vec<u8> = sheet.bytes().iter().map(|byte| !byte).collect();
    let mut writer = encoder.write_header().map_err(NoPicture)?;
    writer.write_image_data(&white_is_one).map_err(NoPicture)?;
    writer.finish().map_err(NoPicture)?;
    Ok(out)
}

/// The whole paper in dots.
fn sheet(paper: &Paper, columns: u16) -> Bitmap {
    let dots = usize::from(columns) * DOTS_OF_COLUMN;
    let strips: Vec<Bitmap> = lay_out(paper, columns)
        .iter()
        .flat_map(|line| strips(line, columns, dots))
        .collect();
    let rows: usize = strips.iter().map(Bitmap::rows).sum();
    let mut sheet = Bitmap::new(dots + 2 * MARGIN, rows + 2 * MARGIN);
    let mut y = MARGIN;
    for strip in &strips {
        sheet.stamp(strip, MARGIN, y);
        y += strip.rows();
    }
    sheet
}

/// A line as it would be printed: a symbol that does not fit becomes its words there too.
fn strips(line: &Line, columns: u16, dots: usize) -> Vec<Bitmap> {
    match line {
        Line::Text(line) => vec![draw::draw(line, columns)],
        Line::Blank => vec![Bitmap::new(dots, draw::LINE_ROWS)],
        Line::Qr { data } => match qr::draw(data, dots) {
            Some(symbol) => vec![symbol],
            None => words(data, columns),
        },
        Line::Cut => vec![dashes(dots)],
        Line::Drawer => Vec::new(),
    }
}

fn words(text: &str, columns: u16) -> Vec<Bitmap> {
    let mut paper = Paper::new();
    paper.text(text);
    let lines = lay_out(&paper, columns).into_iter();
    let drawn = lines.filter_map(|line| match line {
        Line::Text(line) => Some(draw::draw(&line, columns)),
        Line::Blank | Line::Qr { .. } | Line::Cut | Line::Drawer => None,
    });
    drawn.collect()
}

/// Where the paper is cut.
fn dashes(dots: usize) -> Bitmap {
    let mut strip = Bitmap::new(dots, draw::LINE_ROWS);
    for x in (0..dots).filter(|x| x % 16 < 8) {
        strip.blacken(x, draw::LINE_ROWS / 2);
    }
    strip
}

#[cfg(test)]
mod tests {
    use soban_domain::paper::Block;

    use super::*;

    /// A picture of paper is a PNG whose QR symbol an independent reader reads back.
    #[test]
    fn a_picture_shows_the_paper() {
        let mut paper = Paper::new();
        paper.text("소반식당").add(Block::Qr {
            data: "soban".to_owned(),
        });
        let file = to_png(&paper, 32).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        assert_eq!(info.width, 32 * 12 + 48);
        let row = info.line_size;
        let grey = |x: usize, y: usize| {
            if bytes[y * row + x / 8] & (0x80 >> (x % 8)) == 0 {
                0
            } else {
                255
            }
        };
        let size = |dots: u32| usize::try_from(dots).unwrap();
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(size(info.width), size(info.height), grey);
        assert_eq!(image.detect_grids()[0].decode().unwrap().1, "soban");
    }
}
