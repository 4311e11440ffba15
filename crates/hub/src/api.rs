//! The one dispatch table: a name and a body in, a status and a body out.
//!
//! Guarantees: every endpoint of the protocol has a handler, or this does not compile;
//! whatever comes in, the answer is a named error and never a fault of ours.

use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use soban_engine::{Engine, EngineError};
use soban_protocol::client::Answer;
use soban_protocol::endpoint::endpoints;
use soban_protocol::error::{ApiError, ErrorCode};

/// The largest request body: a basket of 50 lines with all its answers is far below.
pub const BODY_MOST: usize = 64 * 1024;

/// All endpoints over an engine.
#[derive(Clone)]
pub struct Api {
    engine: Engine,
}

/// An answer for any shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The HTTP status that fits.
    pub status: u16,
    /// An [`Answer`] as JSON.
    pub body: String,
}

impl Api {
    pub(crate) fn new(engine: Engine) -> Api {
        Api { engine }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }
}

macro_rules! dispatch_table {
    ($($(#[$doc:meta])* $Type:ident $name:ident($Request:ty) -> $Reply:ty;)*) => {
        impl Api {
            /// Serves one request. `body` is the request as JSON.
            pub async fn dispatch(&self, endpoint: &str, body: &[u8]) -> Served {
                if body.len() > BODY_MOST {
                    let words = format!("a request has at most {BODY_MOST} bytes");
                    return refuse(ApiError::new(ErrorCode::TooLarge, words));
                }
                match endpoint {
                    $(stringify!($name) => {
                        serve(body, |request| Box::pin(self.engine.$name(request))).await
                    })*
                    _ => refuse(ApiError::new(
                        ErrorCode::UnknownEndpoint,
                        format!("the endpoints are: {}", endpoints::NAMES.join(", ")),
                    )),
                }
            }
        }
    };
}

soban_protocol::for_each_endpoint!(dispatch_table);

async fn serve<Request, Reply, Work>(body: &[u8], work: impl FnOnce(Request) -> Work) -> Served
where
    Request: DeserializeOwned,
    Reply: Serialize,
    Work: Future<Output = Result<Reply, EngineError>>,
{
    let request = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(error) => return refuse(ApiError::new(ErrorCode::BadRequest, error.to_string())),
    };
    let reply = match work(request).await {
        Ok(reply) => reply,
        Err(error) => return refuse(error.into()),
    };
    match serde_json::to_string(&Answer::Ok(reply)) {
        Ok(body) => Served {
            status: StatusCode::OK.as_u16(),
            body,
        },
        Err(error) => refuse(ApiError::new(ErrorCode::Internal, error.to_string())),
    }
}

pub(crate) fn refuse(error: ApiError) -> Served {
    let status = status(error.code).as_u16();
    let answer: Answer<()> = Answer::Error(error);
    let body = serde_json::to_string(&answer).unwrap_or_default();
    Served { status, body }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::UnknownEndpoint
        | ErrorCode::UnknownScreen
        | ErrorCode::UnknownQuote
        | ErrorCode::UnknownOrder
        | ErrorCode::UnknownPayment
        | ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::BadRequest | ErrorCode::BadCart | ErrorCode::BadReceiptNumber => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::CommandReused
        | ErrorCode::PaymentOpen
        | ErrorCode::AlreadyPaid
        | ErrorCode::MethodNotOffered
        | ErrorCode::NothingToRefund
        | ErrorCode::RefundOpen
        | ErrorCode::OnlyWhole
        | ErrorCode::OnlyByHand
        | ErrorCode::ReceiptNotOurs
        | ErrorCode::ReceiptExists
        | ErrorCode::NotNow => StatusCode::CONFLICT,
        ErrorCode::QuoteExpired => StatusCode::GONE,
        ErrorCode::WrongPin => StatusCode::FORBIDDEN,
        ErrorCode::PinLocked => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::StoreBroken | ErrorCode::Busy | ErrorCode::Offline => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
