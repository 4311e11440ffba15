//! Whatever a scanner gives for a merchant's code is answered, and what is taken comes
//! back to the letter. The input is tried as it is and with a checksum that fits, which
//! chance alone would hardly find.

#![no_main]

use libfuzzer_sys::fuzz_target;
use soban_domain::emv_qr::{MerchantQr, crc16};

fuzz_target!(|bytes: &[u8]| {
    try_it(bytes);
    let mut summed = [bytes, b"6304"].concat();
    let crc = crc16(&summed);
    summed.extend(format!("{crc:04X}").bytes());
    try_it(&summed);
});

fn try_it(bytes: &[u8]) {
    if let Ok(code) = MerchantQr::decode_bytes(bytes) {
        assert_eq!(code.encode().as_bytes(), bytes);
        let _ = (code.amount(), code.local(), code.accounts().count());
    }
}
