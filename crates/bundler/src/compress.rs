//! Packed copies, made once here so that no server packs while a guest waits.
//!
//! Guarantees: brotli and gzip at their best; a copy exists only where it is smaller.
//! Deliberately absent: formats that are packed already (fonts, pictures, sounds).

use std::io::Write;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// A file's packed copies.
pub(crate) struct Packed {
    pub(crate) br: Option<Vec<u8>>,
    pub(crate) gz: Option<Vec<u8>>,
}

const PACKABLE: [&str; 8] = [
    ".html", ".js", ".css", ".wasm", ".svg", ".json", ".txt", ".ttf",
];

/// Packs one file, if its kind can be packed.
pub(crate) fn pack(path: &str, bytes: &[u8]) -> Result<Packed> {
    if !PACKABLE.iter().any(|ending| path.ends_with(ending)) {
        return Ok(Packed { br: None, gz: None });
    }
    let pays = |packed: Vec<u8>| (packed.len() < bytes.len()).then_some(packed);
    Ok(Packed {
        br: pays(brotli(bytes)?),
        gz: pays(gzip(bytes)?),
    })
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// A browser must get the same bytes back: both copies are unpacked again.
    #[test]
    fn both_copies_unpack_to_the_file() {
        let text = "소반 ".repeat(500).into_bytes();
        let packed = pack("app/a.js", &text).unwrap();
        let mut from_br = Vec::new();
        brotli::BrotliDecompress(&mut packed.br.unwrap().as_slice(), &mut from_br).unwrap();
        assert_eq!(from_br, text);
        let mut from_gz = Vec::new();
        flate2::read::GzDecoder::new(packed.gz.unwrap().as_slice())
            .read_to_end(&mut from_gz)
            .unwrap();
        assert_eq!(from_gz, text);
    }

    /// No copy that costs more than it saves: three bytes and a font are offered.
    #[test]
    fn nothing_is_packed_that_does_not_pay() {
        for (path, bytes) in [("app/a.js", vec![1, 2, 3]), ("app/f.woff2", vec![0; 900])] {
            let packed = pack(path, &bytes).unwrap();
            assert!(packed.br.is_none() && packed.gz.is_none(), "{path}");
        }
    }
}
