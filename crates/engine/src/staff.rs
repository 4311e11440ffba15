//! What staff do: see everything, take money, and decide what no machine can.
//!
//! Guarantees: every decision is somebody's, with time and reason, in the same
//! transaction as its effect.

mod board;
mod money;
mod orders;
mod receipt;
mod reconcile;
mod refund;
mod tickets;

use serde::Serialize;
use soban_protocol::secret::Secret;
use soban_protocol::staff::Pass;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::store::{Decision, Tx};

impl Engine {
    /// Lets a member of staff pass.
    fn admit(&self, pass: &Pass) -> Result<(), EngineError> {
        let now = self.clock().now();
        self.memory()
            .pins
            .check(&self.rules().staff, pass, now)
            .map_err(EngineError::from)
    }

    /// Records who decided what, and why.
    fn record(
        &self,
        tx: &mut dyn Tx,
        pass: &Pass,
        what: &str,
        about: impl ToString,
        why: &str,
    ) -> Result<(), EngineError> {
        tx.log_decision(&Decision {
            at: self.clock().now(),
            by: pass.name.clone(),
            what: what.to_owned(),
            about: about.to_string(),
            why: why.to_owned(),
        })?;
        Ok(())
    }
}

/// A request without its PIN, which must not even be hashed onto the disk.
fn without_pin<R: Clone + Serialize>(request: &R, pin: impl FnOnce(&mut R) -> &mut Pass) -> R {
    let mut request = request.clone();
    pin(&mut request).pin = Secret::default();
    request
}
