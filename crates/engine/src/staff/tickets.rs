//! Staff and tickets: seen, missed, printed again with a mark.

use soban_domain::machine::Machine;
use soban_domain::print::{PrintEvent, PrintJob, PrintState};
use soban_protocol::endpoint::endpoints::{Reprint, SettlePrint};
use soban_protocol::error::ErrorCode;
use soban_protocol::staff::{Done, ReprintRequest, SettlePrintRequest};

use super::without_pin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::once::once;
use crate::ports::store::Tx;
use crate::release;
use crate::steps;

const COPIES_MOST: u32 = 20;

impl Engine {
    /// Staff say whether a ticket came out; if not, a marked copy is printed.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::NotNow`] for a job that is not in doubt.
    pub async fn settle_print(&self, request: SettlePrintRequest) -> Result<Done, EngineError> {
        self.admit(&request.staff)?;
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<SettlePrint, _, _>(self, request.command, &subject, move |engine, tx| {
            let mut job = tx.print(request.job)?.ok_or(ErrorCode::NotFound)?;
            match (request.came_out, job.state) {
                (true, _) => step_or_refuse(&mut job, PrintEvent::StaffSawIt)?,
                (false, PrintState::SentUnconfirmed) => {
                    step_or_refuse(&mut job, PrintEvent::StaffMissesIt)?;
                }
                // What failed for good has nothing to be said about: it is printed anew,
                // unless that was done.
                (false, PrintState::Failed) if replaced(tx, &job)? => {
                    return Err(ErrorCode::NotNow.into());
                }
                (false, PrintState::Failed) => {}
                (false, PrintState::Queued | PrintState::Sending | PrintState::Printed) => {
                    return Err(ErrorCode::NotNow.into());
                }
            }
            let what = if request.came_out {
                "saw_ticket"
            } else {
                "missed_ticket"
            };
            // Settled either way: staff saw it, or a copy takes its place.
            job.said = Some(what.to_owned());
            tx.put_print(&job)?;
            engine.record(tx, &request.staff, what, job.id, "")?;
            if request.came_out {
                let order = steps::order(tx, job.order)?;
                steps::tell_order(engine, tx, &order)?;
            } else {
                engine.copy_of(tx, &job)?;
            }
            Ok(Done {})
        })
        .await
    }

    /// Staff have a ticket printed again, marked as a copy.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::NotNow`] past the bound of copies.
    pub async fn reprint(&self, request: ReprintRequest) -> Result<Done, EngineError> {
        self.admit(&request.staff)?;
        let subject = without_pin(&request, |r| &mut r.staff);
        once::<Reprint, _, _>(self, request.command, &subject, move |engine, tx| {
            let job = tx.print(request.job)?.ok_or(ErrorCode::NotFound)?;
            engine.copy_of(tx, &job)?;
            engine.record(tx, &request.staff, "reprinted", job.id, "")?;
            Ok(Done {})
        })
        .await
    }

    fn copy_of(&self, tx: &mut dyn Tx, job: &PrintJob) -> Result<(), EngineError> {
        let order = steps::order(tx, job.order)?;
        let jobs = tx.prints_of(order.id)?;
        let same = jobs.iter().filter(|other| other.slip == job.slip);
        let copy = same
            .map(|other| other.copy)
            .max()
            .unwrap_or(0)
            .saturating_add(1);
        if copy > COPIES_MOST {
            return Err(ErrorCode::NotNow.into());
        }
        let home = job.moved_from.as_ref().unwrap_or(&job.printer).clone();
        release::add_print(self, tx, &order, job.slip.clone(), copy, home)?;
        steps::tell_order(self, tx, &order)
    }
}

/// True where a later copy stands for a job that failed: staff have dealt with it.
pub(super) fn replaced(tx: &mut dyn Tx, job: &PrintJob) -> Result<bool, EngineError> {
    if job.state != PrintState::Failed {
        return Ok(false);
    }
    let jobs = tx.prints_of(job.order)?;
    let later = |other: &PrintJob| other.slip == job.slip && other.copy > job.copy;
    Ok(jobs.iter().any(later))
}

fn step_or_refuse(job: &mut PrintJob, event: PrintEvent) -> Result<(), EngineError> {
    let (next, _) = job
        .state
        .next(event)
        .map_err(|_| EngineError::from(ErrorCode::NotNow))?;
    job.state = next;
    Ok(())
}
