//! Looks for money that comes after an attempt was closed.
//!
//! Guarantees: while the gateway may still take money for a closed attempt, it is looked at
//! again and again, ever more rarely; what came goes back, whatever was paid since. The
//! looks are counted and not timed, so that a jump of the wall clock skips none, and there
//! are some to spare for those that it brings early. A look without an answer is repeated,
//! with a bound, then it is for staff.
//!
//! Deliberately absent: keeping late money. The guest was told "not paid" and may have paid
//! otherwise.

use soban_domain::moment::Timestamp;
use soban_domain::payment::{PaymentAttempt, PaymentEvent};

use super::answers::{Heard, reading, standing};
use super::{INQUIRIES_MOST, tell, undo};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::ports::gateway::{Abilities, Reversal};
use crate::pumps::back_off;

/// The first look comes so many seconds after the end, the next after twice as long.
const FIRST: u32 = 15;
/// The longest wait between two looks, in seconds.
pub(super) const WAIT_MOST: u32 = 300;

/// Looks beyond those that reach over the late time: a jump of the wall clock brings the
/// next one at once, and that one sees nothing of what comes later.
const SPARE: u32 = 2;

impl Engine {
    /// When a closed attempt is looked at first; never where no money can come any more.
    pub(crate) fn first_late_look(
        &self,
        attempt: &PaymentAttempt,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let abilities = self.abilities(attempt.method)?;
        let looked_for = abilities.inquiry || abilities.reversal == Reversal::NetCancel;
        // Sent by us, or paid by the guest alone from a code that we showed.
        let may_come = attempt.approval_sent_at.is_some() || !abilities.approval_is_ours;
        attempt.offer.as_ref()?;
        (looked_for && may_come && !Mutant::LateMoneyIgnored.is_in())
            .then(|| now.plus_seconds(FIRST))
    }
}

/// How many looks reach over the time in which money was seen to come late.
fn looks_due(abilities: Option<Abilities>) -> u32 {
    let late = abilities.map_or(0, |a| a.late_seconds);
    let mut reached = FIRST;
    let mut looks = 1;
    while reached < late {
        reached = reached.saturating_add(wait(looks));
        looks += 1;
    }
    looks.saturating_add(SPARE)
}

/// One look at a closed attempt.
pub(super) async fn look(engine: &Engine, attempt: PaymentAttempt) -> Result<(), EngineError> {
    let abilities = engine.abilities(attempt.method);
    let heard = match abilities.is_some_and(|a| a.inquiry) {
        true => reading(standing(engine, &attempt).await, &attempt),
        false => {
            let (event, evidence) = undo::net_cancel(engine, &attempt).await?;
            Heard::new(event, evidence)
        }
    };
    let looks = attempt.inquiries.saturating_add(1);
    let due = looks_due(abilities);
    let event = match heard.event {
        PaymentEvent::InquiryFailed if looks >= due.saturating_add(INQUIRIES_MOST) => {
            PaymentEvent::AskedEnough
        }
        event => event,
    };
    let again = looks < due || event == PaymentEvent::InquiryFailed;
    let next = again.then(|| engine.clock().now().plus_seconds(wait(looks)));
    tell(engine, attempt.id, event, move |attempt| {
        attempt.watch = next;
        attempt.inquiries = looks;
        if event != PaymentEvent::InquiredPaid {
            heard.keep(attempt);
        }
    })
    .await
}

/// The wait after so many looks: 30, 60, 120, … seconds.
fn wait(looks: u32) -> u32 {
    back_off(looks.saturating_add(1), WAIT_MOST)
        .saturating_mul(FIRST)
        .min(WAIT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The looks of an attempt reach over the late time of each gateway, also where jumps
    /// of the clock bring the longest waits down to nothing, by adding up the others.
    #[test]
    fn looks_reach_over_the_late_time() {
        for late in [0, 15, 60, 300, 900] {
            let abilities = Abilities {
                approval_is_ours: true,
                inquiry: true,
                reversal: Reversal::ById,
                idempotent_seconds: None,
                settle_seconds: 11,
                late_seconds: late,
                partial_refund: true,
                deposit_blocks_partial: false,
                lists: false,
                customer_codes: false,
            };
            let looks = looks_due(Some(abilities));
            let mut waits: Vec<u32> = (1..looks).map(wait).collect();
            waits.sort_unstable();
            waits.truncate(waits.len() - usize::try_from(SPARE).unwrap());
            let reached = FIRST + waits.iter().sum::<u32>();
            assert!(reached >= late, "{looks} looks reach {reached} s of {late}");
            assert!((1..=12).contains(&looks));
        }
    }
}
