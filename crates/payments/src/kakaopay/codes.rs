//! KakaoPay's error codes, and what each tells about the money.
//!
//! The codes and their meanings are the vendor's (error table of online payment v1); the
//! classes are ours, because the vendor says what a code means and not whether money
//! moved. Every listed code is here; one that is not listed is [`Class::Unknown`].
//!
//! Deliberately absent: a class that ends a payment. Even a listed refusal is believed
//! only once an inquiry shows no success.

/// What a code tells when it answers an approval or a reversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing for certain.
    Unknown,
    /// The guest has not finished, or somebody forged a return: the payment lives on.
    StillOpen,
    /// A listed refusal.
    Refused,
    /// Our settings or our program are wrong: this call did nothing, an earlier one may
    /// have.
    Setup,
}

/// Every listed code, its class and a short name of our own, for evidence.
const TABLE: [(i64, Class, &str); 40] = {
    use Class::{Refused as R, Setup as C, StillOpen as O, Unknown as U};
    [
        (-400, C, "no_authorization"),
        (-401, C, "bad_key"),
        (-403, C, "not_enabled"),
        (-404, C, "wrong_url"),
        (-429, U, "quota"),
        (-500, U, "server_error"),
        (-503, U, "unavailable"),
        (-701, O, "not_authenticated"),
        (-702, U, "already_paid"),
        (-703, R, "bad_point_amount"),
        (-704, R, "bad_amount"),
        (-705, R, "unsupported_method"),
        (-706, C, "other_order"),
        (-707, C, "other_user"),
        (-708, O, "bad_return_token"),
        (-710, U, "above_the_rest"),
        (-711, C, "above_the_original"),
        (-721, C, "no_such_tid"),
        (-722, R, "wrong_amount"),
        (-723, R, "expired"),
        (-724, R, "wrong_amount"),
        (-725, R, "wrong_amount"),
        (-726, C, "wrong_order_information"),
        (-730, C, "wrong_app_information"),
        (-731, C, "wrong_cid"),
        (-732, C, "wrong_gid"),
        (-733, C, "wrong_cid_secret"),
        (-750, C, "recurring_only"),
        (-751, C, "recurring_only"),
        (-752, C, "recurring_only"),
        (-753, C, "recurring_only"),
        (-761, R, "not_a_kakaotalk_user"),
        (-780, U, "approval_failed"),
        (-781, U, "reversal_failed"),
        (-782, C, "recurring_only"),
        (-783, U, "not_approvable"),
        (-784, U, "not_reversible"),
        (-785, U, "in_progress"),
        (-797, R, "above_the_limit"),
        (-798, C, "address_not_allowed"),
    ]
};

/// The class and short name of a code.
pub(super) fn class_of(code: i64) -> (Class, &'static str) {
    TABLE
        .iter()
        .find(|(listed, _, _)| *listed == code)
        .map_or((Class::Unknown, "unlisted"), |(_, class, name)| {
            (*class, name)
        })
}

/// True for codes that may be gone when asked again: worth another try while nothing is
/// at stake.
pub(super) fn is_passing(code: i64) -> bool {
    matches!(code, -429 | -500 | -503)
}

/// The vendor's table as the project's reference has it, written down a second time:
/// the letter is the class (R refused, C setup, O still open, U unknown).
#[cfg(test)]
pub(super) const REFERENCE: &str = "
    -400 C  -401 C  -403 C  -404 C  -429 U  -500 U  -503 U
    -701 O  -702 U  -703 R  -704 R  -705 R  -706 C  -707 C  -708 O
    -710 U  -711 C  -721 C  -722 R  -723 R  -724 R  -725 R  -726 C
    -730 C  -731 C  -732 C  -733 C  -750 C  -751 C  -752 C  -753 C
    -761 R  -780 U  -781 U  -782 C  -783 U  -784 U  -785 U  -797 R  -798 C";

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of the reference has its class here and no code is here that is not of
    /// the reference, by comparing both lists.
    #[test]
    fn every_listed_code_has_its_class() {
        let words: Vec<&str> = REFERENCE.split_whitespace().collect();
        let mut listed = Vec::new();
        for pair in words.chunks(2) {
            let code: i64 = pair[0].parse().unwrap();
            let class = match pair[1] {
                "R" => Class::Refused,
                "C" => Class::Setup,
                "O" => Class::StillOpen,
                _ => Class::Unknown,
            };
            let (found, name) = class_of(code);
            assert_eq!(found, class, "{code}");
            assert_ne!(name, "unlisted", "{code}");
            listed.push(code);
        }
        listed.sort_unstable();
        let mut here: Vec<i64> = TABLE.iter().map(|(code, _, _)| *code).collect();
        here.sort_unstable();
        assert_eq!(here, listed);
    }

    /// What nobody listed tells nothing, whatever its sign or size.
    #[test]
    fn unlisted_codes_tell_nothing() {
        for code in [0, 1, -1, -2, -700, -709, -999, i64::MIN, i64::MAX] {
            assert_eq!(class_of(code), (Class::Unknown, "unlisted"), "{code}");
        }
    }
}
