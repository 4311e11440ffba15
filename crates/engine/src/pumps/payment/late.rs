//! Looks for money that comes after an attempt was closed.
//!
//! Guarantees: while the gateway may still take money for a closed attempt, it is looked at
//! again and again, ever more rarely; what came goes back, whatever was paid since. A look
//! without an answer is repeated, with a bound, then it is for staff.
//!
//! Deliberately absent: keeping late money. The guest was told "not paid" and may have paid
//! otherwise.

use soban_domain::moment::Timestamp;
use soban_domain::payment::{PaymentAttempt, PaymentEvent};

use super::answers::{Heard, reading, standing};
use super::{INQUIRIES_MOST, tell, undo};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::gateway::Reversal;
use crate::pumps::back_off;

/// The first look comes so many seconds after the end, the next after twice as long.
const FIRST: u32 = 15;
/// The longest wait between two looks, in seconds.
pub(super) const WAIT_MOST: u32 = 300;

impl Engine {
    /// When a closed attempt is looked at first; never where no money can come any more.
    pub(crate) fn first_late_look(
        &self,
        attempt: &PaymentAttempt,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let end = self.late_end(attempt)?;
        (now < end).then(|| now.plus_seconds(FIRST))
    }

    /// Until when money may come late.
    fn late_end(&self, attempt: &PaymentAttempt) -> Option<Timestamp> {
        let abilities = self.abilities(attempt.method)?;
        let looked_for = abilities.inquiry || abilities.reversal == Reversal::NetCancel;
        attempt.offer.as_ref().filter(|_| looked_for)?;
        let from = match attempt.approval_sent_at {
            Some(sent) => sent,
            // Paid by the guest alone, for as long as the code that we showed lives.
            None if !abilities.approval_is_ours => attempt.deadline.max(attempt.changed),
            None => return None,
        };
        Some(from.plus_seconds(abilities.late_seconds))
    }
}

/// One look at a closed attempt.
pub(super) async fn look(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let asks = engine.abilities(attempt.method).is_some_and(|a| a.inquiry);
    let heard = match asks {
        true => reading(standing(engine, &attempt).await, &attempt),
        false => {
            let (event, evidence) = undo::net_cancel(engine, &attempt).await?;
            Heard::new(event, evidence)
        }
    };
    let looks = attempt.inquiries.saturating_add(1);
    let now = engine.clock().now();
    let ends = engine.late_end(&attempt).is_none_or(|end| now >= end);
    let event = match heard.event {
        PaymentEvent::InquiryFailed if ends && looks >= INQUIRIES_MOST => PaymentEvent::AskedEnough,
        event => event,
    };
    let again = !ends || event == PaymentEvent::InquiryFailed;
    let next = again.then(|| now.plus_seconds(wait(looks)));
    tell(engine, attempt.id, event, move |attempt| {
        attempt.watch = next;
        attempt.inquiries = looks;
        if event != PaymentEvent::InquiredPaid {
            heard.keep(attempt);
        }
    })
    .await
}

fn wait(looks: u32) -> u32 {
    back_off(looks, WAIT_MOST)
        .saturating_mul(FIRST)
        .min(WAIT_MOST)
}
