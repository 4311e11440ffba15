//! The guest's wallet: a phone that shows a code to the shop's scanner.
//!
//! Guarantees: each press makes a new code; the picture is the text beside it. Deliberately
//! absent: any login, and money in the wallet.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use qrcode::EcLevel;
use serde::Deserialize;
use serde_json::{Value, json};

use super::code::Wallet;
use crate::html::{QrSymbol, page};
use crate::world::{Topic, World};

const PHONE: &str = include_str!("../../pages/kicc.html");

/// The page at the gateway's own address, with and without a slash at its end.
pub(crate) async fn home() -> Response {
    page(PHONE, &[])
}

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(home))
        .route("/codes", post(make))
        .route("/codes/{barcode}", get(look))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    wallet: Wallet,
}

/// `POST /kicc/codes {"wallet": "ok"|"refused"|"short"}`: a new code, with pictures of it.
async fn make(
    State(world): State<Arc<World>>,
    body: Result<Json<Wanted>, JsonRejection>,
) -> Response {
    let wanted = match body {
        Ok(Json(wanted)) => wanted,
        Err(error) => {
            let body = Json(json!({ "error": error.body_text() }));
            return (StatusCode::UNPROCESSABLE_ENTITY, body).into_response();
        }
    };
    let shown = world.van().show(wanted.wallet, world.clock.now());
    world.changed(Topic::Payments);
    match shown {
        Some(mut shown) => {
            for (name, of) in [("barcode_svg", "barcode"), ("qr_svg", "qr")] {
                let text = shown[of].as_str().unwrap_or_default().to_owned();
                let symbol = QrSymbol::of(text.as_bytes(), EcLevel::M);
                shown[name] = symbol.map_or(Value::Null, |symbol| json!(symbol.svg("QR")));
            }
            (StatusCode::CREATED, Json(shown)).into_response()
        }
        None => StatusCode::INSUFFICIENT_STORAGE.into_response(),
    }
}

/// Whether a code was used, for the phone that shows it.
async fn look(State(world): State<Arc<World>>, Path(barcode): Path<String>) -> Response {
    let shown = world.van().code(&barcode);
    match shown {
        Some(shown) => ([("cache-control", "no-store")], Json(shown)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
