//! CRC-16/CCITT-FALSE, which ends every merchant's code.
//!
//! Guarantees: finds every single wrong character of one byte, since it finds every
//! burst of up to sixteen bits.
//!
//! Deliberately absent: any protection from intent. Whoever writes a code can count.

/// The checksum of `bytes`: polynomial 0x1021, beginning with 0xFFFF, nothing reflected,
/// nothing added at the end.
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc: u16, &byte| {
        // Eight steps of the division at once: the polynomial has few terms.
        let mut top = (crc >> 8) ^ u16::from(byte);
        top ^= top >> 4;
        (crc << 8) ^ (top << 12) ^ (top << 5) ^ top
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The division bit by bit, as the definition has it.
    fn by_definition(bytes: &[u8]) -> u16 {
        let mut crc = 0xFFFF_u16;
        for &byte in bytes {
            crc ^= u16::from(byte) << 8;
            for _ in 0..8 {
                let carry = crc & 0x8000 != 0;
                crc <<= 1;
                if carry {
                    crc ^= 0x1021;
                }
            }
        }
        crc
    }

    /// The catalogue's check value for CRC-16/CCITT-FALSE comes out.
    #[test]
    fn the_check_value_comes_out() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
        assert_eq!(crc16(b""), 0xFFFF);
    }

    proptest! {
        /// The short way is the long way, for any bytes.
        #[test]
        fn it_is_the_division(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            prop_assert_eq!(crc16(&bytes), by_definition(&bytes));
        }
    }
}
