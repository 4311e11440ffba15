//! Our ids in the few letters that a VAN's or a scheme's field takes.
//!
//! Guarantees: 20 letters of `0-9A-Z` that hold the low 100 bits of a UUIDv7: its 74 random
//! bits and 18 hours of its clock, so that two of ours never meet. Deliberately absent: the
//! way back; whoever has the short id looks for it among what is kept.

use uuid::Uuid;

/// Crockford's base 32: no letter that is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of five bits each.
const LENGTH: u32 = 20;

/// The short form of an id.
pub(crate) fn short(id: Uuid) -> String {
    let bits = id.as_u128();
    (0..LENGTH)
        .rev()
        .map(|place| {
            let five = (bits >> (5 * place)) & 31;
            let letter = usize::try_from(five).ok().and_then(|at| LETTERS.get(at));
            char::from(letter.copied().unwrap_or(b'0'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A short id has 20 letters and digits; one that is known is spelled as it was when it
    /// was sent first.
    #[test]
    fn a_known_id_keeps_its_spelling() {
        let id = Uuid::from_u128(0x0194_1f29_7c00_7abc_8def_0123_4567_89ab);
        assert_eq!(short(id), "JZ00FAY8VVR14D2PF2DB");
        assert_eq!(short(Uuid::from_u128(1)), "00000000000000000001");
    }

    proptest! {
        /// Two ids that differ in their random bits differ in short.
        #[test]
        fn different_ids_stay_different(a in any::<u128>(), b in any::<u128>()) {
            let low = (1u128 << 100) - 1;
            let same = short(Uuid::from_u128(a)) == short(Uuid::from_u128(b));
            prop_assert_eq!(same, a & low == b & low);
        }
    }
}
