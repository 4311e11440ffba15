//! Brings tickets to printers and waits for the proof, printer by printer.
//!
//! Guarantees: what was being written when the program stopped is in doubt and stays so
//! until staff look; a job of which not a byte was written may move to the backup
//! printer, marked with where it came from.

use std::collections::BTreeSet;
use std::time::Duration;

use soban_domain::ids::{PrintJobId, PrinterId};
use soban_domain::machine::Machine;
use soban_domain::paper::Paper;
use soban_domain::print::{PrintEvent, PrintJob, PrintState, Slip};
use soban_domain::slip::{self, SlipFacts};
use soban_domain::text::Lang;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::ports::printer::{Printed, Trouble};
use crate::ports::store::{Tx, look, transact};
use crate::pumps::health::heard_printer;
use crate::pumps::{REST, back_off, until, whenever};
use crate::steps;

/// Tries at one printer before a job moves to the backup.
const TRIES_BEFORE_BACKUP: u32 = 3;
/// Tries at the last printer before staff are called.
const TRIES_MOST: u32 = 60;
const WAIT_MOST: u32 = 10;
const ROUND: Duration = Duration::from_secs(15);
const JOBS_AT_ONCE: u32 = 50;

/// Every printer that jobs are written for.
pub(crate) fn printers(engine: &Engine) -> BTreeSet<PrinterId> {
    let rules = engine.rules();
    let mut printers: BTreeSet<PrinterId> = rules.stations.values().cloned().collect();
    printers.extend(rules.receipt_printer.clone());
    printers.extend(
        rules
            .screens
            .iter()
            .filter_map(|screen| screen.receipt_printer.clone()),
    );
    printers.extend(
        rules
            .backups
            .iter()
            .flat_map(|(from, to)| [from.clone(), to.clone()]),
    );
    printers
}

/// Runs for ever.
pub(crate) async fn run(engine: Engine, printer: PrinterId) {
    whenever(&engine, "print", ROUND, None, || round(&engine, &printer)).await;
}

async fn round(engine: &Engine, printer: &PrinterId) -> Result<Option<Duration>, EngineError> {
    let name = printer.clone();
    let open = look(engine.store().as_ref(), move |tx| {
        tx.open_prints(&name, JOBS_AT_ONCE)
    })
    .await?;
    let mut soonest: Option<Duration> = None;
    let mut sooner = |wait: Duration| {
        soonest = Some(soonest.map_or(wait, |known| known.min(wait)));
    };
    for job in open {
        let wait = until(job.next_try, engine.clock().now(), WAIT_MOST);
        if !wait.is_zero() {
            sooner(wait);
        } else if let Err(error) = one_job(engine, &job).await {
            tracing::error!(job = %job.id, %error, "a ticket could not be worked on");
            sooner(REST);
        }
    }
    Ok(soonest)
}

async fn one_job(engine: &Engine, job: &PrintJob) -> Result<(), EngineError> {
    let id = job.id;
    if job.state == PrintState::Sending {
        // Nobody but this pump sends: a restart or a fault of the store left it so, and
        // it is in doubt.
        let found = match Mutant::TicketSentBlindly.is_in() {
            true => PrintEvent::NotSent,
            false => PrintEvent::Restarted,
        };
        return tell(engine, id, found, None).await;
    }
    let inside = engine.clone();
    let begun = transact(engine.store().as_ref(), move |tx| begin(&inside, tx, id)).await?;
    let Some((job, paper)) = begun else {
        return Ok(());
    };
    let printed = engine.printers().print(&job.printer, job.id, &paper).await;
    // The job's fate first: what it tells of the printer can be asked for again.
    let heard = match printed {
        Printed::Proved => {
            tell(engine, id, PrintEvent::Proved, None).await?;
            None
        }
        Printed::NoProof { evidence } => {
            let heard = match Mutant::TicketSentBlindly.is_in() {
                true => PrintEvent::NotSent,
                false => PrintEvent::NoProof,
            };
            return tell(engine, id, heard, Some(evidence)).await;
        }
        Printed::NotSent { trouble } => {
            not_sent(engine, id, trouble).await?;
            Some(trouble)
        }
    };
    heard_printer(engine, &job.printer, heard).await
}

/// Takes a job up, with its paper. One that no paper can be made of goes to staff, for
/// no printer will ever print it.
fn begin(
    engine: &Engine,
    tx: &mut dyn Tx,
    id: PrintJobId,
) -> Result<Option<(PrintJob, Paper)>, EngineError> {
    let mut job = print(tx, id)?;
    if job.state != PrintState::Queued {
        return Ok(None);
    }
    match paper(engine, tx, &job) {
        Ok(paper) => {
            step(engine, tx, &mut job, PrintEvent::SendStarted)?;
            Ok(Some((job, paper)))
        }
        Err(EngineError::Odd(why)) => {
            tracing::error!(job = %id, why, "no paper can be made of a ticket");
            job.said = Some(why);
            step(engine, tx, &mut job, PrintEvent::TriedEnough)?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn tell(
    engine: &Engine,
    id: PrintJobId,
    event: PrintEvent,
    said: Option<String>,
) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let mut job = print(tx, id)?;
        job.said = said.or(job.said);
        step(&inside, tx, &mut job, event)
    })
    .await
}

/// Back into the queue: later, at the backup, or to staff.
async fn not_sent(engine: &Engine, id: PrintJobId, trouble: Trouble) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        let mut job = print(tx, id)?;
        job.tries = job.tries.saturating_add(1);
        job.said = Some(format!("{trouble:?}"));
        job.next_try = inside
            .clock()
            .now()
            .plus_seconds(back_off(job.tries, WAIT_MOST));
        step(&inside, tx, &mut job, PrintEvent::NotSent)?;
        let backup = inside.rules().backups.get(&job.printer).cloned();
        match backup {
            Some(backup) if job.tries >= TRIES_BEFORE_BACKUP && job.moved_from.is_none() => {
                tracing::warn!(job = %job.id, from = %job.printer, to = %backup, "a ticket moves");
                job.moved_from = Some(std::mem::replace(&mut job.printer, backup));
                job.tries = 0;
                job.next_try = inside.clock().now();
                step(&inside, tx, &mut job, PrintEvent::Moved)
            }
            Some(_) | None if job.tries >= TRIES_MOST => {
                step(&inside, tx, &mut job, PrintEvent::TriedEnough)
            }
            Some(_) | None => Ok(()),
        }
    })
    .await
}

fn print(tx: &mut dyn Tx, id: PrintJobId) -> Result<PrintJob, EngineError> {
    tx.print(id)?
        .ok_or_else(|| EngineError::Odd(format!("print job {id} is gone")))
}

/// Takes a job through an event and tells the screens; an illegal event changes nothing.
fn step(
    engine: &Engine,
    tx: &mut dyn Tx,
    job: &mut PrintJob,
    event: PrintEvent,
) -> Result<(), EngineError> {
    match job.state.next(event) {
        Err(refusal) => {
            tracing::warn!(job = %job.id, %refusal, "a ticket stays as it is");
            return Ok(());
        }
        Ok((next, _)) if next == job.state => {}
        Ok((next, _)) => {
            tracing::info!(job = %job.id, printer = %job.printer, state = next.name(), said = job.said.as_deref(), "print");
            job.state = next;
        }
    }
    tx.put_print(job)?;
    let order = steps::order(tx, job.order)?;
    steps::tell_order(engine, tx, &order)
}

/// What a job says on paper, written from the records of this moment.
fn paper(engine: &Engine, tx: &mut dyn Tx, job: &PrintJob) -> Result<Paper, EngineError> {
    let order = steps::order(tx, job.order)?;
    let attempts = tx.attempts_of(order.id)?;
    let rules = engine.rules();
    let attempt = attempts.iter().find(|attempt| attempt.state.is_paid());
    let facts = SlipFacts {
        order: &order,
        attempt,
        store: &rules.store,
        printed: engine.clock().now(),
        copy: job.copy,
        moved_from: job.moved_from.as_ref(),
    };
    let kitchen = engine.words(rules.kitchen_lang)?;
    match &job.slip {
        Slip::Receipt => Ok(slip::receipt(
            &facts,
            engine.words(Lang::Ko)?,
            engine.words(on_paper(order.lang))?,
        )),
        Slip::Kitchen(station) => slip::kitchen(&facts, station, kitchen).ok_or_else(|| {
            EngineError::Odd(format!("order {} has nothing for {station}", order.id))
        }),
        Slip::Fallback => Ok(slip::fallback(&facts, kitchen)),
        Slip::Refund(id) => {
            let refund = tx.refund(*id)?;
            let refund = refund.ok_or_else(|| EngineError::Odd(format!("refund {id} is gone")))?;
            Ok(slip::refund(
                &facts,
                &refund,
                engine.words(Lang::Ko)?,
                engine.words(on_paper(order.lang))?,
            ))
        }
    }
}

/// The language of a guest's receipt. Korean printers and the print font have no
/// simplified Chinese: English stands in.
fn on_paper(lang: Lang) -> Lang {
    match lang {
        Lang::Zh => Lang::En,
        Lang::Ko | Lang::En | Lang::Ja => lang,
    }
}
