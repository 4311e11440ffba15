//! Why a use-case was not done.

use soban_protocol::error::{ApiError, ErrorCode};

use crate::ports::store::StoreError;

/// What a use-case may fail with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Refused, with the words for the edge.
    #[error("{0}")]
    Refused(ApiError),
    /// The store did not do it.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// What is on disk contradicts itself.
    #[error("{0}")]
    Odd(String),
}

impl From<ErrorCode> for EngineError {
    fn from(code: ErrorCode) -> EngineError {
        EngineError::Refused(code.into())
    }
}

impl From<ApiError> for EngineError {
    fn from(error: ApiError) -> EngineError {
        EngineError::Refused(error)
    }
}

impl From<serde_json::Error> for EngineError {
    fn from(error: serde_json::Error) -> EngineError {
        EngineError::Odd(error.to_string())
    }
}

/// What the edge says. Inner words of faults stay in the log.
impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> ApiError {
        match error {
            EngineError::Refused(error) => error,
            EngineError::Store(StoreError::Busy) => ErrorCode::Busy.into(),
            EngineError::Store(StoreError::Broken(why)) => {
                tracing::error!(%why, "the order store is broken");
                ErrorCode::StoreBroken.into()
            }
            EngineError::Store(StoreError::Refused(why)) => {
                tracing::warn!(%why, "a guard of the store refused a write");
                ErrorCode::NotNow.into()
            }
            EngineError::Store(error @ StoreError::Unreadable { .. }) => {
                tracing::error!(%error, "a row cannot be read");
                ErrorCode::Internal.into()
            }
            EngineError::Odd(why) => {
                tracing::error!(%why, "a contradiction on disk");
                ErrorCode::Internal.into()
            }
        }
    }
}
