//! Issues and voids cash receipts (현금영수증), after any restart.
//!
//! Guarantees: issued once. That it is being issued or voided is on disk before the service
//! is called; after an answer that does not tell the receipt is looked up before anything
//! is sent again; with a bound, and with the law's time, then staff.
//!
//! Deliberately absent: receipts for what a part refund leaves. Staff ask for another: the
//! guest's number is forgotten by then.

use std::time::Duration;

use soban_domain::cash_receipt::{
    CashReceipt, CashReceiptEvent, CashReceiptState, Issue, deadline, wanted,
};
use soban_domain::ids::CashReceiptId;
use soban_domain::moment::Timestamp;
use soban_domain::payment::PaymentAttempt;

use super::payment::title;
use crate::cash_receipts::{due, receipt, step_receipt};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::in_flight::InHand;
use crate::ports::CashReceipts;
use crate::ports::cash_receipt::{Issued, ReceiptAsk, ReceiptStanding, ReceiptVoid};
use crate::ports::store::{Tx, look, transact};
use crate::pumps::{REST, answer, back_off, until, whenever};
use crate::steps;

/// Sendings and look-ups of one wish before staff are called: about half a day.
const TRIES_MOST: u32 = 80;
/// The longest wait between two of them, in seconds.
const WAIT_MOST: u32 = 600;
const ROUND: Duration = Duration::from_secs(60);
const HUNG: &str = "no_answer: the call hung";

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    let let_go = &engine.memory().receipts.let_go;
    whenever(&engine, "cash receipt", ROUND, Some(let_go), || {
        round(&engine)
    })
    .await;
}

async fn round(engine: &Engine) -> Result<Option<Duration>, EngineError> {
    let open = look(engine.store().as_ref(), |tx| {
        let receipts = tx.open_cash_receipts()?;
        receipts
            .into_iter()
            .map(|receipt| {
                let attempt = steps::attempt(tx, receipt.attempt)?;
                Ok((receipt, attempt))
            })
            .collect::<Result<Vec<_>, EngineError>>()
    })
    .await?;
    let now = engine.clock().now();
    let mut soonest: Option<Duration> = None;
    for (receipt, attempt) in open {
        let wait = wait(&receipt, &attempt, now);
        if !wait.is_zero() {
            soonest = Some(soonest.map_or(wait, |known| known.min(wait)));
        } else if let Some(hand) = engine.memory().receipts.take(receipt.id) {
            let engine = engine.clone();
            tokio::spawn(async move { work(&engine, receipt.id, hand).await });
        }
    }
    Ok(soonest)
}

/// How long until an open receipt wants to be worked on. One of money that is not taken
/// yet waits for that, and the commit of it wakes the pump.
fn wait(receipt: &CashReceipt, attempt: &PaymentAttempt, now: Timestamp) -> Duration {
    let due = receipt
        .next_try
        .map_or(Duration::ZERO, |at| until(at, now, WAIT_MOST));
    match receipt.state {
        CashReceiptState::Recorded if attempt.is_live() && !attempt.state.is_paid() => ROUND,
        CashReceiptState::Recorded | CashReceiptState::Unknown(_) | CashReceiptState::ToVoid => due,
        CashReceiptState::Issuing | CashReceiptState::Voiding => Duration::ZERO,
        CashReceiptState::Issued
        | CashReceiptState::Voided
        | CashReceiptState::Refused
        | CashReceiptState::NeedsStaff(_) => ROUND,
    }
}

/// Works on a receipt that is in hand, then lets it go.
async fn work(engine: &Engine, id: CashReceiptId, _hand: InHand<CashReceiptId>) {
    if let Err(error) = one_step(engine, id).await {
        tracing::error!(receipt = %id, %error, "a cash receipt could not be driven");
        engine.clock().sleep(REST).await;
    }
}

async fn one_step(engine: &Engine, id: CashReceiptId) -> Result<(), EngineError> {
    let (receipt, attempt) = look(engine.store().as_ref(), move |tx| {
        let receipt = receipt(tx, id)?;
        let attempt = steps::attempt(tx, receipt.attempt)?;
        Ok::<_, EngineError>((receipt, attempt))
    })
    .await?;
    if !wait(&receipt, &attempt, engine.clock().now()).is_zero() {
        return Ok(());
    }
    let stuck = receipt.tries >= TRIES_MOST;
    match receipt.state {
        CashReceiptState::Recorded => issue(engine, &receipt, stuck).await,
        CashReceiptState::ToVoid if stuck => tell(engine, id, CashReceiptEvent::TriedEnough).await,
        CashReceiptState::ToVoid => void(engine, &receipt).await,
        // Nobody has it in hand: the program stopped, or could not write, meanwhile.
        CashReceiptState::Issuing | CashReceiptState::Voiding => {
            tell(engine, id, CashReceiptEvent::Restarted).await
        }
        CashReceiptState::Unknown(_) => look_up(engine, receipt, stuck).await,
        CashReceiptState::Issued
        | CashReceiptState::Voided
        | CashReceiptState::Refused
        | CashReceiptState::NeedsStaff(_) => Ok(()),
    }
}

/// Takes a receipt through an event.
async fn tell(
    engine: &Engine,
    id: CashReceiptId,
    event: CashReceiptEvent,
) -> Result<(), EngineError> {
    keep(engine, id, event, None, None).await
}

/// Takes a receipt through an event, with what came of it, and sets the next try.
async fn keep(
    engine: &Engine,
    id: CashReceiptId,
    event: CashReceiptEvent,
    evidence: Option<String>,
    number: Option<String>,
) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let mut receipt = receipt(tx, id)?;
        let wait = back_off(receipt.tries, WAIT_MOST);
        receipt.next_try = Some(inside.clock().now().plus_seconds(wait));
        receipt.evidence = evidence.or(receipt.evidence);
        // A service that is still at it may give none yet.
        receipt.issue_number = receipt.issue_number.or(number.filter(|n| !n.is_empty()));
        step_receipt(&inside, tx, &mut receipt, event)?;
        Ok(())
    })
    .await
}

/// An answer that cannot be written down counts as one that did not come.
async fn or_unheard(
    engine: &Engine,
    receipt: &CashReceipt,
    told: Result<(), EngineError>,
) -> Result<(), EngineError> {
    let Err(error) = told else {
        return Ok(());
    };
    tracing::error!(receipt = %receipt.id, %error, "an answer about a cash receipt could not be kept");
    let event = match receipt.state {
        CashReceiptState::Issuing | CashReceiptState::Voiding => CashReceiptEvent::NoAnswer,
        _ if receipt.tries >= TRIES_MOST => CashReceiptEvent::TriedEnough,
        _ => CashReceiptEvent::LookUpFailed,
    };
    keep(engine, receipt.id, event, Some(error.to_string()), None).await
}

/// What a receipt on record comes to at this moment.
enum Turn {
    /// It is being issued, by what is on disk now.
    Send(Box<ReceiptAsk>),
    /// It was taken elsewhere.
    Settled,
}

/// Writes that a receipt is being issued, or what it comes to instead.
fn begin(
    engine: &Engine,
    tx: &mut dyn Tx,
    id: CashReceiptId,
    stuck: bool,
) -> Result<Turn, EngineError> {
    let mut receipt = receipt(tx, id)?;
    let attempt = steps::attempt(tx, receipt.attempt)?;
    let approval = attempt.approval.clone().filter(|_| attempt.state.is_paid());
    let fits = match &approval {
        Some(approval) => {
            wanted(attempt.method, &approval.kind) == Issue::Ours
                && due(tx, &attempt)? == receipt.tax
        }
        None => false,
    };
    let Some(approval) = approval.filter(|_| fits) else {
        // Not paid after all, or not in cash, or money went back since.
        step_receipt(engine, tx, &mut receipt, CashReceiptEvent::VoidWanted)?;
        return Ok(Turn::Settled);
    };
    receipt.deadline = deadline(approval.at);
    let late = engine.clock().now() >= receipt.deadline;
    let number = tx.receipt_number(id)?;
    let trouble = match (late, engine.cash_receipts().is_some(), &number) {
        (true, _, _) => Some("the law's time to issue it is over"),
        (false, false, _) => Some("no service issues cash receipts: issue it by hand"),
        (false, true, None) => Some("its number is not on disk any more"),
        (false, true, Some(_)) => None,
    };
    let number = match number {
        Some(number) if trouble.is_none() && !stuck => number,
        _ => {
            receipt.evidence = trouble.map(str::to_owned).or(receipt.evidence);
            step_receipt(engine, tx, &mut receipt, CashReceiptEvent::TriedEnough)?;
            return Ok(Turn::Settled);
        }
    };
    receipt.tries = receipt.tries.saturating_add(1);
    step_receipt(engine, tx, &mut receipt, CashReceiptEvent::IssueStarted)?;
    let order = steps::order(tx, receipt.order)?;
    Ok(Turn::Send(Box::new(ReceiptAsk {
        receipt,
        number,
        title: title(&order),
        paid_at: approval.at,
    })))
}

async fn issue(engine: &Engine, receipt: &CashReceipt, stuck: bool) -> Result<(), EngineError> {
    let id = receipt.id;
    let inside = engine.clone();
    let turn = transact(engine.store().as_ref(), move |tx| {
        begin(&inside, tx, id, stuck)
    })
    .await?;
    let (Turn::Send(ask), Some(service)) = (turn, engine.cash_receipts()) else {
        return Ok(());
    };
    let (event, evidence, number) = match answer(engine, service.issue(&ask)).await {
        Some(Issued::Done { number }) => (CashReceiptEvent::AnsweredIssued, None, Some(number)),
        Some(Issued::Refused { evidence }) => {
            (CashReceiptEvent::AnsweredRefused, Some(evidence), None)
        }
        Some(Issued::Unknown { evidence }) => (CashReceiptEvent::NoAnswer, Some(evidence), None),
        Some(Issued::NotSent { evidence }) => (CashReceiptEvent::NotSent, Some(evidence), None),
        None => (CashReceiptEvent::NoAnswer, Some(HUNG.to_owned()), None),
    };
    let told = keep(engine, id, event, evidence, number).await;
    or_unheard(engine, &ask.receipt, told).await
}

async fn void(engine: &Engine, receipt: &CashReceipt) -> Result<(), EngineError> {
    let id = receipt.id;
    let Some(service) = engine.cash_receipts() else {
        let words = "no service issues cash receipts: void it by hand".to_owned();
        return keep(engine, id, CashReceiptEvent::TriedEnough, Some(words), None).await;
    };
    let begun = counted(engine, id, CashReceiptEvent::VoidStarted).await?;
    let Some(receipt) = begun else {
        return Ok(());
    };
    let (event, evidence) = match answer(engine, service.void(&receipt)).await {
        Some(ReceiptVoid::Done) => (CashReceiptEvent::AnsweredVoided, None),
        Some(ReceiptVoid::Refused { evidence }) => {
            (CashReceiptEvent::AnsweredRefused, Some(evidence))
        }
        Some(ReceiptVoid::Unknown { evidence }) => (CashReceiptEvent::NoAnswer, Some(evidence)),
        Some(ReceiptVoid::NotSent { evidence }) => (CashReceiptEvent::NotSent, Some(evidence)),
        None => (CashReceiptEvent::NoAnswer, Some(HUNG.to_owned())),
    };
    let told = keep(engine, id, event, evidence, None).await;
    or_unheard(engine, &receipt, told).await
}

/// Takes a receipt through an event and counts the try; nothing where that is refused.
async fn counted(
    engine: &Engine,
    id: CashReceiptId,
    event: CashReceiptEvent,
) -> Result<Option<CashReceipt>, EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let mut receipt = receipt(tx, id)?;
        receipt.tries = receipt.tries.saturating_add(1);
        let begun = step_receipt(&inside, tx, &mut receipt, event)?;
        Ok(begun.then_some(receipt))
    })
    .await
}

/// Nobody knows whether it was done: the service is asked.
async fn look_up(
    engine: &Engine,
    mut receipt: CashReceipt,
    stuck: bool,
) -> Result<(), EngineError> {
    let id = receipt.id;
    let said = match engine.cash_receipts() {
        Some(service) => standing(engine, service, &receipt).await,
        None => ReceiptStanding::CannotTell,
    };
    receipt.tries = receipt.tries.saturating_add(1);
    let tries = receipt.tries;
    let (event, evidence, number) = match said {
        ReceiptStanding::Issued { number } => {
            (CashReceiptEvent::LookedUpIssued, None, Some(number))
        }
        ReceiptStanding::Voided => (CashReceiptEvent::LookedUpVoided, None, None),
        ReceiptStanding::Absent => (CashReceiptEvent::LookedUpAbsent, None, None),
        ReceiptStanding::CannotTell => {
            let words = "the service cannot be asked".to_owned();
            (CashReceiptEvent::TriedEnough, Some(words), None)
        }
        ReceiptStanding::NoAnswer { evidence } if stuck => {
            (CashReceiptEvent::TriedEnough, Some(evidence), None)
        }
        ReceiptStanding::NoAnswer { evidence } => {
            (CashReceiptEvent::LookUpFailed, Some(evidence), None)
        }
    };
    transact(engine.store().as_ref(), move |tx| {
        let mut receipt = crate::cash_receipts::receipt(tx, id)?;
        receipt.tries = tries;
        tx.put_cash_receipt(&receipt)?;
        Ok::<_, EngineError>(())
    })
    .await?;
    let told = keep(engine, id, event, evidence, number).await;
    or_unheard(engine, &receipt, told).await
}

async fn standing(
    engine: &Engine,
    service: &dyn CashReceipts,
    receipt: &CashReceipt,
) -> ReceiptStanding {
    let said = answer(engine, service.look_up(receipt)).await;
    said.unwrap_or_else(|| ReceiptStanding::NoAnswer {
        evidence: HUNG.to_owned(),
    })
}
