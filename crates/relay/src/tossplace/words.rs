//! The POS's states and codes, and what they mean here.
//!
//! Facts: states REQUESTED, OPENED, COMPLETED, CANCELLED are Toss Place's; READY is the
//! step between that other systems have (Deliverect's PICKUP_READY). Rejection codes are
//! those of Deliveroo's sync status, the best ready-made list, with our own `day_closed`
//! and the kitchen's reasons of Deliveroo's picking API.
//!
//! Guarantees: an unknown state or code ends nothing.

use soban_domain::text::is_control;
use soban_engine::ports::pos::{PosAnswer, PosProgress};

/// The most characters of the vendor's words that are kept.
const WORDS_MOST: usize = 120;

/// What a state says of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The POS holds it.
    Requested,
    /// The POS confirmed it.
    Opened,
    /// To be picked up.
    Ready,
    /// Handed over.
    Completed,
    /// Refused or taken back at the POS.
    Withdrawn,
    /// A state that nobody listed. The POS holds the order, and more is not known.
    Unlisted,
}

impl State {
    /// Reads a state.
    pub(super) fn of(name: &str) -> State {
        match name {
            "REQUESTED" => State::Requested,
            "OPENED" => State::Opened,
            "READY" => State::Ready,
            "COMPLETED" => State::Completed,
            "CANCELLED" => State::Withdrawn,
            _ => State::Unlisted,
        }
    }

    /// As an answer to a sending or a look-up.
    pub(super) fn answer(self, reason: Option<&str>) -> PosAnswer {
        match self {
            State::Requested | State::Unlisted => PosAnswer::Delivered,
            State::Opened | State::Ready | State::Completed => PosAnswer::Accepted,
            State::Withdrawn => PosAnswer::Rejected {
                code: reason.map_or("other", code_of).to_owned(),
                words: clean(reason.unwrap_or_default()),
            },
        }
    }

    /// As news; none where it tells nothing new.
    pub(super) fn progress(self) -> Option<PosProgress> {
        match self {
            State::Requested | State::Unlisted => None,
            State::Opened => Some(PosProgress::Accepted),
            State::Ready => Some(PosProgress::Ready),
            State::Completed => Some(PosProgress::Done),
            State::Withdrawn => Some(PosProgress::Rejected),
        }
    }
}

/// What a code in a refusal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Refused for good, with the code of the vocabulary.
    Refused(&'static str),
    /// Not taken now; it may be later.
    NotNow,
    /// Nothing for certain.
    Unknown,
}

/// Every code that is listed, and what it says. What is not here says nothing.
const TABLE: [(&str, Meaning); 21] = {
    use Meaning::{NotNow, Refused, Unknown};
    [
        ("price_mismatched", Refused("price_mismatched")),
        ("pos_item_id_mismatched", Refused("pos_item_id_mismatched")),
        ("pos_item_id_not_found", Refused("pos_item_id_not_found")),
        ("items_out_of_stock", Refused("items_out_of_stock")),
        ("location_offline", NotNow),
        ("location_not_supported", Refused("location_not_supported")),
        ("unsupported_order_type", Refused("unsupported_order_type")),
        ("no_webhook_url", Refused("no_webhook_url")),
        ("webhook_failed", Refused("webhook_failed")),
        ("timed_out", Unknown),
        ("no_sync_confirmation", Unknown),
        ("day_closed", NotNow),
        ("other", Refused("other")),
        // Kitchen reasons, given by staff at the POS.
        ("INGREDIENT_UNAVAILABLE", Refused("items_out_of_stock")),
        ("CLOSING_EARLY", Refused("other")),
        ("BUSY", Refused("other")),
        ("OTHER", Refused("other")),
        // The protocol's own.
        ("malformed", Refused("other")),
        ("request_in_progress", Unknown),
        // The POS holds another revision than the one before ours: only a look shows
        // which.
        ("revision_out_of_order", Unknown),
        ("order_ended", Refused("other")),
    ]
};

/// What a code says.
pub(super) fn meaning_of(code: &str) -> Meaning {
    TABLE
        .iter()
        .find(|(listed, _)| *listed == code)
        .map_or(Meaning::Unknown, |(_, meaning)| *meaning)
}

/// The vocabulary's word for the reason of an order that the POS took back.
fn code_of(reason: &str) -> &'static str {
    match meaning_of(reason) {
        Meaning::Refused(code) => code,
        Meaning::NotNow | Meaning::Unknown => "other",
    }
}

/// The vendor's words, printable and short.
pub(super) fn clean(words: &str) -> String {
    words
        .chars()
        .filter(|c| !is_control(*c))
        .take(WORDS_MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rejection vocabulary as the project's reference lists it.
    const VOCABULARY: [&str; 14] = [
        "price_mismatched",
        "pos_item_id_mismatched",
        "pos_item_id_not_found",
        "items_out_of_stock",
        "location_offline",
        "location_not_supported",
        "unsupported_order_type",
        "no_webhook_url",
        "webhook_failed",
        "timed_out",
        "no_sync_confirmation",
        "other",
        "day_closed",
        "BUSY",
    ];

    /// Every code of the vocabulary is in the table; a refusal's code is of the vocabulary;
    /// a code that nobody listed says nothing.
    #[test]
    fn the_vocabulary_is_whole() {
        for code in VOCABULARY {
            assert!(TABLE.iter().any(|(listed, _)| *listed == code), "{code}");
        }
        for (_, meaning) in TABLE {
            if let Meaning::Refused(code) = meaning {
                assert!(VOCABULARY.contains(&code), "{code}");
            }
        }
        assert_eq!(meaning_of("brand_new"), Meaning::Unknown);
        assert_eq!(meaning_of(""), Meaning::Unknown);
    }

    /// What the reference calls unknown is never a refusal and never absent.
    #[test]
    fn unknown_stays_unknown() {
        for code in ["timed_out", "no_sync_confirmation", "request_in_progress"] {
            assert_eq!(meaning_of(code), Meaning::Unknown, "{code}");
        }
    }

    /// Each state is read as the reference's table says, as an answer and as news; an
    /// unknown one means only that the POS has the order.
    #[test]
    fn states_are_read() {
        use PosProgress as P;
        let cases = [
            ("REQUESTED", PosAnswer::Delivered, None),
            ("OPENED", PosAnswer::Accepted, Some(P::Accepted)),
            ("READY", PosAnswer::Accepted, Some(P::Ready)),
            ("COMPLETED", PosAnswer::Accepted, Some(P::Done)),
            ("ARCHIVED", PosAnswer::Delivered, None),
        ];
        for (name, answer, progress) in cases {
            assert_eq!(State::of(name).answer(None), answer, "{name}");
            assert_eq!(State::of(name).progress(), progress, "{name}");
        }
        let withdrawn = State::of("CANCELLED");
        assert_eq!(withdrawn.progress(), Some(P::Rejected));
        let reasons = [
            (Some("INGREDIENT_UNAVAILABLE"), "items_out_of_stock"),
            (Some("items_out_of_stock"), "items_out_of_stock"),
            (Some("day_closed"), "other"),
            (Some("nobody knows"), "other"),
            (None, "other"),
        ];
        for (reason, code) in reasons {
            let words = reason.unwrap_or_default().to_owned();
            let code = code.to_owned();
            assert_eq!(
                withdrawn.answer(reason),
                PosAnswer::Rejected { code, words }
            );
        }
    }
}
