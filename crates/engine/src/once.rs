//! Commands: done once, however often they are sent.
//!
//! Guarantees: a command's reply is kept in the transaction of its effect. The same id
//! with the same body is answered from the record; with another body it is refused.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use soban_domain::ids::CommandId;
use soban_protocol::endpoint::Endpoint;
use soban_protocol::error::ErrorCode;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::mutant::Mutant;
use crate::ports::store::{KeptReply, Tx, transact};

/// Runs a command in one transaction.
///
/// `subject` is what makes two sendings the same wish: the request without secrets.
pub(crate) async fn once<E, S, F>(
    engine: &Engine,
    command: CommandId,
    subject: &S,
    decide: F,
) -> Result<E::Reply, EngineError>
where
    E: Endpoint,
    E::Reply: Serialize + DeserializeOwned + Send + 'static,
    S: Serialize,
    F: FnOnce(&Engine, &mut dyn Tx) -> Result<E::Reply, EngineError> + Send + 'static,
{
    let body_hash = hash(&serde_json::to_vec(subject)?);
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        if let Some(kept) = tx.reply_of(command)?
            && !Mutant::RepeatsAreNew.is_in()
        {
            if kept.endpoint != E::NAME || kept.body_hash != body_hash {
                return Err(ErrorCode::CommandReused.into());
            }
            return Ok(serde_json::from_str(&kept.reply)?);
        }
        let reply = decide(&inside, tx)?;
        let kept = KeptReply {
            endpoint: E::NAME.to_owned(),
            body_hash,
            reply: serde_json::to_string(&reply)?,
        };
        if !Mutant::RepeatsAreNew.is_in() {
            tx.keep_reply(command, inside.clock().now(), &kept)?;
        }
        Ok(reply)
    })
    .await
}

/// SHA-256 in hex.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
