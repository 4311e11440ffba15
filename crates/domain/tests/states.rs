//! The machines as whole tables: complete, closed under their states, and documented.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fixture that does not fit stops the test"
)]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use soban_domain::cash_receipt::{CashReceiptEffect, CashReceiptEvent, CashReceiptState, Doing};
use soban_domain::machine::{Machine, pages, table};
use soban_domain::order::{OrderEffect, OrderEvent, OrderState};
use soban_domain::payment::{PaymentEffect, PaymentEvent, PaymentState};
use soban_domain::print::{PrintEffect, PrintEvent, PrintState};
use soban_domain::refund::{RefundEffect, RefundEvent, RefundState};
use soban_domain::relay::{RelayEffect, RelayEvent, RelayState};

/// The names of all variants of an enum, asked of serde: its refusal of an unknown one
/// lists those that it knows.
fn variants<T: DeserializeOwned + Debug>() -> BTreeSet<String> {
    let refusal = serde_json::from_str::<T>("\"?\"").unwrap_err().to_string();
    let (_, list) = refusal
        .split_once("expected")
        .expect("serde lists variants");
    list.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The name under which serde writes a value, without what it carries.
fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value).unwrap() {
        serde_json::Value::String(name) => name,
        serde_json::Value::Object(map) => map.keys().next().unwrap().clone(),
        other => panic!("{other} is no variant"),
    }
}

/// Tries every pair of a machine. Nothing may panic, every next state must be a listed
/// one, a refusal must name the pair, and no state or event may be missing from the lists.
fn every_pair<M>()
where
    M: Machine + Serialize + DeserializeOwned,
    M::Event: Serialize + DeserializeOwned,
{
    let states = M::states();
    let events = M::events();
    let named: BTreeSet<String> = states.iter().map(name).collect();
    assert_eq!(named, variants::<M>(), "{}: states()", M::NAME);
    let named: BTreeSet<String> = events.iter().map(name).collect();
    assert_eq!(named, variants::<M::Event>(), "{}: events()", M::NAME);
    let mut allowed = 0;
    for &state in &states {
        for &event in &events {
            match state.next(event) {
                Ok((next, _)) => {
                    allowed += 1;
                    assert!(
                        states.contains(&next),
                        "{state:?} {event:?} leads out: {next:?}"
                    );
                }
                Err(refusal) => {
                    assert_eq!(refusal.machine, M::NAME);
                    assert_eq!(refusal.state, format!("{state:?}"));
                    assert_eq!(refusal.event, format!("{event:?}"));
                }
            }
        }
    }
    assert_eq!(table::<M>().len(), allowed, "{}: table()", M::NAME);
}

/// Every pair of every machine has an answer, by trying all of them.
#[test]
fn every_pair_is_answered() {
    every_pair::<OrderState>();
    every_pair::<PaymentState>();
    every_pair::<RefundState>();
    every_pair::<CashReceiptState>();
    every_pair::<RelayState>();
    every_pair::<PrintState>();
}

/// The pages under `docs/state` say what the code says, by rendering them and comparing.
#[test]
fn pages_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/state");
    for (name, page) in pages() {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            there.replace("\r\n", "\n") == page,
            "docs/state/{name} is stale: run `cargo xtask states` and commit what it wrote"
        );
    }
}

/// The number of a good walk's effects of one kind.
fn count<E: PartialEq>(effects: &[E], effect: &E) -> usize {
    effects.iter().filter(|there| *there == effect).count()
}

/// Walks a machine along events, all of which must be allowed.
fn walk<M: Machine>(from: M, events: &[M::Event]) -> (M, Vec<M::Effect>) {
    let mut state = from;
    let mut done = Vec::new();
    for &event in events {
        let (next, effects) = state.next(event).unwrap();
        state = next;
        done.extend(effects);
    }
    (state, done)
}

/// The good life of an order: paid, released once, taken, ready, handed over, with every
/// remote state coming twice.
#[test]
fn an_order_is_handed_over() {
    use OrderEvent as E;
    let (end, effects) = walk(
        OrderState::Placed,
        &[
            E::PaymentStarted,
            E::Paid,
            E::PosAccepted,
            E::PosAccepted,
            E::PosReady,
            E::PosAccepted,
            E::PosReady,
            E::PosDone,
            E::PosDone,
        ],
    );
    assert_eq!(end, OrderState::Done);
    assert_eq!(effects, [OrderEffect::Release]);
}

/// An order cannot be left while its payment is under way, nor released again, by
/// trying both events on the states concerned.
#[test]
fn an_order_under_payment_stays() {
    assert!(OrderState::Paying.next(OrderEvent::Left).is_err());
    for state in OrderState::states() {
        let releases = state
            .next(OrderEvent::Paid)
            .is_ok_and(|(_, effects)| effects.contains(&OrderEffect::Release));
        let unpaid = matches!(
            state,
            OrderState::Placed | OrderState::Paying | OrderState::AtCounter
        );
        assert_eq!(releases, unpaid, "{state:?}");
    }
}

/// A lost answer, a failed inquiry and an inquiry that says "paid" make one paid order.
#[test]
fn a_lost_answer_is_asked_after() {
    use PaymentEvent as E;
    use soban_domain::payment::Cause;
    let (end, effects) = walk(
        PaymentState::Prepared,
        &[
            E::AskStarted,
            E::Offered,
            E::GuestReturned,
            E::GuestReturned,
            E::AnsweredUnknown(Cause::NoAnswer),
            E::InquiryFailed,
            E::Restarted,
            E::InquiredPaid,
            E::InquiredPaid,
        ],
    );
    assert_eq!(end, PaymentState::Approved);
    assert_eq!(count(&effects, &PaymentEffect::Paid), 1);
    assert_eq!(count(&effects, &PaymentEffect::Approve), 1);
}

/// No state sends an approval but on a guest's return or after an inquiry said that the
/// gateway still waits, by searching the whole table.
#[test]
fn approvals_are_sent_for_a_reason() {
    for row in table::<PaymentState>() {
        if row.effects.iter().any(|effect| effect == "Approve") {
            let asked = row.from == "Waiting" && row.event == "GuestReturned";
            let again = row.from.starts_with("Unknown(") && row.event == "ApproveAgain";
            assert!(asked || again, "{row:?}");
        }
    }
}

/// A refund whose answer was lost, and which the gateway then knows nothing of, is sent
/// again; the program stops on the second try and the inquiry finds it done: booked once.
#[test]
fn a_lost_refund_is_asked_after() {
    use RefundEvent as E;
    let (end, effects) = walk(
        RefundState::Prepared,
        &[
            E::SendStarted,
            E::NoAnswer,
            E::InquiryFailed,
            E::InquiredNotDone,
            E::SendStarted,
            E::Restarted,
            E::InquiredDone,
            E::InquiredDone,
        ],
    );
    assert_eq!(end, RefundState::Done);
    assert_eq!(count(&effects, &RefundEffect::Refunded), 1);
    assert_eq!(count(&effects, &RefundEffect::Send), 2);
    assert!(RefundState::Unknown.next(E::SendStarted).is_err());
}

/// A refund that nobody can be asked about ends by staff alone, either way.
#[test]
fn staff_end_a_stuck_refund() {
    use RefundEvent as E;
    let stuck = [
        E::SendStarted,
        E::NoAnswer,
        E::InquiryFailed,
        E::TriedEnough,
    ];
    let (end, effects) = walk(RefundState::Prepared, &stuck);
    assert_eq!(end, RefundState::NeedsStaff);
    assert_eq!(count(&effects, &RefundEffect::TellStaff), 1);
    assert!(end.next(E::SendStarted).is_err());
    assert_eq!(walk(end, &[E::StaffDone]).0, RefundState::Done);
    assert_eq!(walk(end, &[E::StaffNotDone]).0, RefundState::Refused);
}

/// A cash receipt is issued, its sale refunded, the voiding interrupted by a restart and
/// looked up: one wish to issue, two to void, and it ends voided.
#[test]
fn a_cash_receipt_goes_with_its_sale() {
    use CashReceiptEvent as E;
    let (end, effects) = walk(
        CashReceiptState::Recorded,
        &[
            E::IssueStarted,
            E::Restarted,
            E::LookedUpIssued,
            E::VoidWanted,
            E::VoidStarted,
            E::Restarted,
            E::LookedUpIssued,
            E::VoidWanted,
            E::VoidStarted,
            E::AnsweredVoided,
        ],
    );
    assert_eq!(end, CashReceiptState::Voided);
    assert_eq!(count(&effects, &CashReceiptEffect::Issue), 1);
    assert_eq!(count(&effects, &CashReceiptEffect::Void), 2);
    assert_eq!(count(&effects, &CashReceiptEffect::LookUp), 2);
    let lost = CashReceiptState::Unknown(Doing::Issue);
    assert!(lost.next(E::IssueStarted).is_err());
    assert!(lost.next(E::VoidWanted).is_err());
}

/// A message whose answer was lost is looked up, found absent, sent again and taken; one
/// message reaches the order as accepted once.
#[test]
fn a_message_is_looked_up_before_it_is_sent_again() {
    use RelayEvent as E;
    let (end, effects) = walk(
        RelayState::Queued,
        &[
            E::SendStarted,
            E::NoAnswer,
            E::NoAnswer,
            E::LookedUpAbsent,
            E::SendStarted,
            E::Delivered,
            E::Accepted,
            E::Accepted,
        ],
    );
    assert_eq!(end, RelayState::Accepted);
    assert_eq!(count(&effects, &RelayEffect::OrderAccepted), 1);
    assert!(RelayState::Unsure.next(E::SendStarted).is_err());
}

/// Only a job of which not a byte was written is sent, by searching the whole table.
#[test]
fn a_ticket_is_not_printed_twice_unasked() {
    for state in PrintState::states() {
        let sends = state
            .next(PrintEvent::SendStarted)
            .is_ok_and(|(_, effects)| effects.contains(&PrintEffect::Send));
        assert_eq!(sends, state == PrintState::Queued, "{state:?}");
    }
    let (end, _) = walk(
        PrintState::Queued,
        &[PrintEvent::SendStarted, PrintEvent::Restarted],
    );
    assert_eq!(end, PrintState::SentUnconfirmed);
    let back = walk(end, &[PrintEvent::StaffMissesIt]).0;
    assert_eq!(back, PrintState::Failed);
}
