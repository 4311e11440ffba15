//! One job on one connection (reference: printing, section 6).
//!
//! Guarantees: `NotSent` only while no byte of the body has left; `Proved` only by the
//! printer's own answer to this job; everything else is `NoProof`.
//!
//! Deliberately absent: another try. Whoever keeps the job decides that.

use soban_engine::ports::printer::{Health, Printed, Trouble};
use tokio::time::Instant;

use crate::command;
use crate::profile::{Proof, Timings};
use crate::status::{Reply, in_words};
use crate::wire::{Gone, Poured, Wire};

/// An id for `GS ( H`: four digits.
pub(crate) type ProcessId = [u8; 4];

/// Ids in ascending order, `0001` to `9999` and around.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessIds(u16);

impl ProcessIds {
    /// Begins somewhere, so that a late answer to an earlier run of the program is not
    /// taken for this one's.
    pub(crate) fn from_seed(seed: u16) -> ProcessIds {
        ProcessIds(seed % 9_999)
    }

    pub(crate) fn next(&mut self) -> ProcessId {
        self.0 = self.0 % 9_999 + 1;
        let mut id = [b'0'; 4];
        let mut rest = self.0;
        for digit in id.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        id
    }
}

/// Prints a body. `proof` is what is known of the printer's proof; it is found out where
/// it is not.
pub(crate) async fn print(
    addr: &str,
    timings: Timings,
    proof: &mut Option<Proof>,
    ids: &mut ProcessIds,
    body: &[u8],
) -> Printed {
    let Ok(mut wire) = Wire::open(addr, timings).await else {
        return not_sent(Trouble::Unreachable);
    };
    let printed = match make_ready(&mut wire, timings, proof, ids).await {
        Err(trouble) => not_sent(trouble),
        Ok(proof) => deliver(&mut wire, timings, proof, ids, body).await,
    };
    wire.close().await;
    printed
}

/// Asks a printer how it is.
pub(crate) async fn health(addr: &str, timings: Timings) -> Health {
    let ill = |trouble| Health {
        trouble: Some(trouble),
        paper_low: false,
    };
    let Ok(mut wire) = Wire::open(addr, timings).await else {
        return ill(Trouble::Unreachable);
    };
    let health = match wire.wake_and_survey().await {
        Ok(Some(survey)) => survey.health(),
        Ok(None) => ill(Trouble::Offline),
        Err(Gone) => ill(Trouble::Unreachable),
    };
    wire.close().await;
    health
}

fn not_sent(trouble: Trouble) -> Printed {
    Printed::NotSent { trouble }
}

/// All that comes before the body: the printer can print, it is set up, and its way of
/// proving is known.
async fn make_ready(
    wire: &mut Wire,
    timings: Timings,
    proof: &mut Option<Proof>,
    ids: &mut ProcessIds,
) -> Result<Proof, Trouble> {
    let gone = |_: Gone| Trouble::Unreachable;
    let survey = wire.wake_and_survey().await.map_err(gone)?;
    let survey = survey.ok_or(Trouble::Offline)?;
    if let Some(trouble) = survey.trouble() {
        return Err(trouble);
    }
    wire.send(&command::preamble()).await.map_err(gone)?;
    match proof {
        Some(known) => Ok(*known),
        None => {
            let found = probe(wire, timings, ids.next()).await.map_err(gone)?;
            *proof = Some(found);
            Ok(found)
        }
    }
}

/// Whether the printer answers `GS ( H`.
async fn probe(wire: &mut Wire, timings: Timings, id: ProcessId) -> Result<Proof, Gone> {
    wire.send(&command::process_id(id)).await?;
    let deadline = Instant::now() + timings.answer;
    while let Some(reply) = wire.reply(deadline).await? {
        if reply.process_id() == Some(id) {
            return Ok(Proof::ProcessId);
        }
    }
    Ok(Proof::Buffered)
}

async fn deliver(
    wire: &mut Wire,
    timings: Timings,
    proof: Proof,
    ids: &mut ProcessIds,
    body: &[u8],
) -> Printed {
    let id = ids.next();
    match wire.pour(body).await {
        Poured::All => {}
        Poured::Broken(0) => return not_sent(Trouble::Unreachable),
        Poured::Stalled(0) => return not_sent(Trouble::Offline),
        Poured::Broken(written) => {
            return no_proof(format!("connection lost after {written} bytes"));
        }
        Poured::Stalled(written) => return stalled(wire, written).await,
    }
    let mut tail = Vec::new();
    if proof == Proof::ProcessId {
        tail.extend_from_slice(&command::process_id(id));
    }
    tail.extend_from_slice(command::TELL_PAPER);
    tail.extend_from_slice(command::CUT);
    if wire.send(&tail).await.is_err() {
        return no_proof("connection lost before the proof was asked for".to_owned());
    }
    match proof {
        Proof::ProcessId => by_process_id(wire, timings, id).await,
        Proof::Buffered => by_status(wire, timings).await,
    }
}

fn no_proof(evidence: String) -> Printed {
    Printed::NoProof { evidence }
}

/// The printer took part of the body and then no more.
async fn stalled(wire: &mut Wire, written: usize) -> Printed {
    let state = state_in_words(wire).await;
    no_proof(format!("stopped after {written} bytes; printer {state}"))
}

/// Waits for this job's id. Other ids are of other jobs and prove nothing of this one.
async fn by_process_id(wire: &mut Wire, timings: Timings, id: ProcessId) -> Printed {
    let deadline = Instant::now() + timings.proof;
    loop {
        match wire.reply(deadline).await {
            Ok(Some(reply)) if reply.process_id() == Some(id) => return Printed::Proved,
            Ok(Some(_)) => {}
            Ok(None) => return silence(wire, timings).await,
            Err(Gone) => return no_proof("connection lost before the proof".to_owned()),
        }
    }
}

/// Waits until the printer has come as far as `GS r`, then asks whether all is well.
async fn by_status(wire: &mut Wire, timings: Timings) -> Printed {
    let deadline = Instant::now() + timings.proof;
    loop {
        match wire.reply(deadline).await {
            Ok(Some(Reply::Buffered(_))) => break,
            Ok(Some(Reply::RealTime(_) | Reply::Auto(_) | Reply::Block(_) | Reply::Stray(_))) => {}
            Ok(None) => return silence(wire, timings).await,
            Err(Gone) => return no_proof("connection lost before the proof".to_owned()),
        }
    }
    match wire.survey().await {
        Ok(Some(survey)) => match survey.trouble() {
            None => Printed::Proved,
            Some(trouble) => no_proof(format!("printed, then {}", in_words(trouble))),
        },
        Ok(None) => no_proof("no status after printing".to_owned()),
        Err(Gone) => no_proof("connection lost after printing".to_owned()),
    }
}

/// The time is over; what the printer says of itself may help staff.
async fn silence(wire: &mut Wire, timings: Timings) -> Printed {
    let state = state_in_words(wire).await;
    let waited = timings.proof.as_millis();
    no_proof(format!("no proof within {waited} ms; printer {state}"))
}

async fn state_in_words(wire: &mut Wire) -> &'static str {
    match wire.survey().await {
        Ok(Some(survey)) => survey.trouble().map_or("says that it is well", in_words),
        Ok(None) => "does not answer",
        Err(Gone) => "hung up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids ascend from the seed, are always four digits and begin again after 9999.
    #[test]
    fn ids_ascend_and_begin_again() {
        let mut ids = ProcessIds::from_seed(9_997);
        assert_eq!(ids.next(), *b"9998");
        assert_eq!(ids.next(), *b"9999");
        assert_eq!(ids.next(), *b"0001");
        let mut ids = ProcessIds::from_seed(u16::MAX);
        assert!(ids.next().iter().all(u8::is_ascii_digit));
    }
}
