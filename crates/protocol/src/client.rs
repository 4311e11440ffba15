//! The typed client: one line for a call, whatever carries it.

use serde::{Deserialize, Serialize};

use crate::endpoint::Endpoint;
use crate::error::{ApiError, ErrorCode};

/// Something that carries a request to the hub and its answer back.
pub trait Transport {
    /// Sends `body` (JSON) to the endpoint `name`. The answer is an [`Answer`] as JSON.
    ///
    /// # Errors
    /// [`ErrorCode::Offline`] when no answer came.
    fn send(
        &self,
        name: &'static str,
        body: String,
    ) -> impl Future<Output = Result<String, ApiError>>;
}

/// An answer on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// Done.
    Ok(T),
    /// Not done.
    Error(ApiError),
}

/// A client over a transport.
#[derive(Clone, Debug)]
pub struct Client<T> {
    transport: T,
}

impl<T: Transport> Client<T> {
    /// A client over this transport.
    pub fn new(transport: T) -> Client<T> {
        Client { transport }
    }

    /// Calls an endpoint.
    ///
    /// # Errors
    /// What the hub says, or [`ErrorCode::Offline`], or [`ErrorCode::Internal`] for an
    /// answer that does not read.
    pub async fn call<E: Endpoint>(&self, request: &E::Request) -> Result<E::Reply, ApiError> {
        let odd = |error: serde_json::Error| ApiError::new(ErrorCode::Internal, error.to_string());
        let body = serde_json::to_string(request).map_err(odd)?;
        let text = self.transport.send(E::NAME, body).await?;
        match serde_json::from_str(&text).map_err(odd)? {
            Answer::Ok(reply) => Ok(reply),
            Answer::Error(error) => Err(error),
        }
    }
}
