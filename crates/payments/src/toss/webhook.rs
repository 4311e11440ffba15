//! The calls that Toss Payments makes to the shop (docs.tosspayments.com/guides/webhook).
//!
//! Facts: `PAYMENT_STATUS_CHANGED` and `CANCEL_STATUS_CHANGED` carry the payment in `data`;
//! `DEPOSIT_CALLBACK` names `orderId` at its top. They are not signed, come again until they
//! are answered with 200, and can overtake each other: `DONE`, then an older `ABORTED`.
//!
//! Guarantees: whatever a call says, it is a reason to ask and nothing more; so repeats and
//! reversed order change nothing, and a forged one costs an inquiry. Deliberately absent: the
//! status. Whoever would read it here might believe it.

use serde::Deserialize;
use soban_domain::ids::AttemptId;

use crate::line::object;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: Option<String>,
    order_id: Option<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    order_id: Option<String>,
}

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Something about a payment changed: it is to be asked for.
    Ask(AttemptId),
    /// A call of the vendor's about nothing of ours.
    Nothing,
    /// No call of the vendor's.
    Malformed,
}

/// Reads a call's body.
pub fn read(body: &[u8]) -> Told {
    let Some(event) = object::<Event>(body) else {
        return Told::Malformed;
    };
    let of_payment = match event.event_type.as_deref() {
        Some("PAYMENT_STATUS_CHANGED" | "CANCEL_STATUS_CHANGED" | "DEPOSIT_CALLBACK") => true,
        // A deposit's older form names no type.
        None => event.order_id.is_some(),
        Some(_) => false,
    };
    let named = event.data.and_then(|data| data.order_id).or(event.order_id);
    match named.filter(|_| of_payment) {
        Some(order) => order.parse().map_or(Told::Nothing, Told::Ask),
        None => Told::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "01941f29-7c00-7000-8000-000000000001";

    fn event(kind: &str, status: &str, order: &str) -> String {
        format!(
            r#"{{"eventType":"{kind}","createdAt":"2026-11-22T10:00:00.000000","data":{{"orderId":"{order}","status":"{status}"}}}}"#
        )
    }

    /// DONE and the ABORTED that overtook it are the same reason to ask, as is a repeat; a
    /// deposit's call names its order at the top.
    #[test]
    fn every_status_is_the_same_reason_to_ask() {
        let ours = Told::Ask(ID.parse().unwrap());
        for status in ["DONE", "ABORTED", "DONE", "EXPIRED", "SOMETHING_NEW"] {
            let body = event("PAYMENT_STATUS_CHANGED", status, ID);
            assert_eq!(read(body.as_bytes()), ours, "{status}");
        }
        let deposit =
            format!(r#"{{"createdAt":"","secret":"s","status":"DONE","orderId":"{ID}"}}"#);
        assert_eq!(read(deposit.as_bytes()), ours);
    }

    /// Events about something else, and orders that are not ours, are about nothing; what is
    /// no event is told from them.
    #[test]
    fn other_events_are_about_nothing() {
        for body in [
            event("PAYOUT_STATUS_CHANGED", "DONE", ID),
            event("METHOD_UPDATED", "DONE", ID),
            event("PAYMENT_STATUS_CHANGED", "DONE", "not-ours"),
            "{}".to_owned(),
        ] {
            assert_eq!(read(body.as_bytes()), Told::Nothing, "{body}");
        }
        for body in ["", "[]", "DONE", "{", r#"{"data":1}"#] {
            assert_eq!(read(body.as_bytes()), Told::Malformed, "{body}");
        }
    }

    proptest! {
        /// No body brings the reader down.
        #[test]
        fn nothing_brings_it_down(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }
    }
}
