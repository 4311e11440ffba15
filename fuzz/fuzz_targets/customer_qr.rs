//! Whatever a scanner gives for a customer's code is answered, and what is taken comes
//! back to the letter and can be masked. The input is tried as it is and as the bytes
//! that base64 would hold.

#![no_main]

use libfuzzer_sys::fuzz_target;
use soban_domain::emv_qr::CustomerQr;

fuzz_target!(|bytes: &[u8]| {
    try_it(bytes);
    try_it(base64(bytes).as_bytes());
});

fn try_it(text: &[u8]) {
    if let Ok(code) = CustomerQr::decode_bytes(text) {
        assert_eq!(code.encode().as_bytes(), text);
        let _ = (code.masked(), code.languages(), code.applications().count());
    }
}

/// Base64 by its definition, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..4 {
            let six = bits >> (18 - 6 * place) & 63;
            let letter = if place <= group.len() {
                LETTERS[six as usize]
            } else {
                b'='
            };
            text.push(char::from(letter));
        }
    }
    text
}
