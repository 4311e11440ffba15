//! The hub over HTTP and WebSocket, for screens on the store's network.
//!
//! Guarantees: no address with a token in it is logged, kept or sent on; every error
//! has a name.

use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{DefaultBodyLimit, Path, Query, RawQuery, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use soban_domain::ids::{AttemptId, ScreenId};
use soban_domain::payment::PaymentState;
use soban_engine::EngineError;
use soban_engine::ports::store::look;
use soban_payments::toss::webhook;
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::guest::{Came, GuestReturnRequest, OrderStatusRequest};
use soban_protocol::secret::Secret;
use soban_protocol::view::OrderView;

use crate::api::{self, Api, BODY_MOST, Served};
use crate::events::follow;
use crate::files::{self, Files};
use crate::pay_page;

#[derive(Clone)]
struct Shared {
    api: Api,
    files: Files,
    data: PathBuf,
}

/// All routes.
pub(crate) fn router(api: Api, data: PathBuf) -> Router {
    let shared = Shared {
        api,
        files: Files::find(),
        data,
    };
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/kiosk") }))
        .route(
            "/kiosk",
            get(|State(s): State<Shared>| async move { s.files.page("guest.html") }),
        )
        .route(
            "/staff",
            get(|State(s): State<Shared>| async move { s.files.page("staff.html") }),
        )
        .route("/app/{*path}", get(app))
        .route("/media/pictures/{name}", get(picture))
        .route("/menu/{hash}", get(menu))
        .route("/rpc/{endpoint}", post(rpc))
        .route("/events", get(events))
        .route("/health", get(health))
        .route("/pay/style.css", get(pay_style))
        .route("/pay/{attempt}", get(pay_home))
        .route("/pay/{attempt}/{outcome}", get(pay_return))
        .route("/hooks/toss", post(toss_told))
        .fallback(|| async { (StatusCode::NOT_FOUND, "There is no such page.") })
        .method_not_allowed_fallback(|| async {
            let words = "This address is asked in another way.";
            (StatusCode::METHOD_NOT_ALLOWED, words)
        })
        // One byte more than the dispatch table takes, so that it names the error.
        .layer(DefaultBodyLimit::max(BODY_MOST + 1))
        .with_state(shared)
}

async fn app(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    shared.files.app(&path, query.as_deref(), &headers)
}

async fn picture(State(shared): State<Shared>, Path(name): Path<String>) -> Response<Body> {
    files::picture(&shared.data, &name)
}

async fn menu(State(shared): State<Shared>, Path(hash): Path<String>) -> Response<Body> {
    match shared.api.engine().menu_json(&hash).await {
        Ok(Some(json)) => {
            let mut response = Response::new(Body::from(json));
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
            let for_ever = HeaderValue::from_static("public, max-age=31536000, immutable");
            headers.insert(header::CACHE_CONTROL, for_ever);
            response
        }
        Ok(None) => answer(api::refuse(ErrorCode::NotFound.into())),
        Err(error) => answer(api::refuse(error.into())),
    }
}

fn answer(served: Served) -> Response<Body> {
    let mut response = Response::new(Body::from(served.body));
    *response.status_mut() =
        StatusCode::from_u16(served.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn rpc(
    State(shared): State<Shared>,
    Path(endpoint): Path<String>,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response<Body> {
    match body {
        Ok(body) => answer(shared.api.dispatch(&endpoint, &body).await),
        Err(_) => {
            let words = format!("a request has at most {BODY_MOST} bytes");
            answer(api::refuse(ApiError::new(ErrorCode::TooLarge, words)))
        }
    }
}

/// That the store answers, and how the neighbours are.
async fn health(State(shared): State<Shared>) -> Response<Body> {
    let engine = shared.api.engine();
    let read = look(engine.store().as_ref(), |tx| {
        Ok::<_, EngineError>(tx.last_seq()?)
    });
    answer(match read.await {
        Ok(_) => Served {
            status: StatusCode::OK.as_u16(),
            body: serde_json::json!({
                "ok": true,
                "version": env!("CARGO_PKG_VERSION"),
                "conditions": engine.conditions(),
            })
            .to_string(),
        },
        Err(error) => api::refuse(error.into()),
    })
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    from: u64,
    #[serde(default)]
    screen: Option<ScreenId>,
}

async fn events(
    State(shared): State<Shared>,
    query: Query<From>,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    let Query(From { from, screen }) = query;
    upgrade.on_upgrade(move |socket| send_events(shared, socket, from, screen))
}

async fn send_events(shared: Shared, socket: WebSocket, from: u64, screen: Option<ScreenId>) {
    let (mut out, mut back) = socket.split();
    let mut events = std::pin::pin!(follow(shared.api.engine().clone(), from, screen));
    loop {
        tokio::select! {
            event = events.next() => {
                let Some(Ok(text)) = event.map(|event| serde_json::to_string(&event)) else {
                    return;
                };
                if out.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
            }
            // Screens say nothing here; this notices that one is gone.
            heard = back.next() => {
                if !matches!(heard, Some(Ok(_))) {
                    return;
                }
            }
        }
    }
}

/// What a gateway sends the payer's browser home with: KakaoPay its `pg_token`, Toss
/// Payments its `paymentKey`.
#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    pg_token: Option<Secret>,
    #[serde(default, rename = "paymentKey")]
    payment_key: Option<Secret>,
}

/// The payer's browser comes home. What it brings is taken, and the address is left at
/// once so that no token stays in a history.
async fn pay_return(
    State(shared): State<Shared>,
    Path((attempt, outcome)): Path<(String, String)>,
    Query(Token {
        pg_token,
        payment_key,
    }): Query<Token>,
) -> Response<Body> {
    let came = match (outcome.as_str(), pg_token.or(payment_key)) {
        ("ok", Some(token)) => Came::WithToken(token),
        ("quit", _) => Came::Quit,
        ("fail" | "ok", _) => Came::Failed,
        _ => return (StatusCode::NOT_FOUND, "There is no such page.").into_response(),
    };
    let Ok(attempt) = attempt.parse::<AttemptId>() else {
        return (StatusCode::NOT_FOUND, "There is no such payment.").into_response();
    };
    let request = GuestReturnRequest { attempt, came };
    if let Err(error) = shared.api.engine().guest_return(request).await {
        let error = ApiError::from(error);
        tracing::warn!(%attempt, code = error.code.key(), "a payer's browser came home in vain");
    }
    let mut response = Redirect::to(&format!("/pay/{attempt}")).into_response();
    quiet(response.headers_mut());
    response
}

/// Toss Payments tells that something about a payment changed. It is not signed and proves
/// nothing: the payment is asked for, sooner. What is well-formed is answered with 200,
/// also where it is about nothing of ours, or the vendor would tell it for days.
async fn toss_told(
    State(shared): State<Shared>,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> StatusCode {
    let Ok(body) = body else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    match webhook::read(&body) {
        webhook::Told::Malformed => StatusCode::BAD_REQUEST,
        webhook::Told::Nothing => StatusCode::OK,
        webhook::Told::Ask(attempt) => {
            if let Err(error) = shared.api.engine().hint_payment(attempt).await {
                let error = ApiError::from(error);
                tracing::warn!(%attempt, code = error.code.key(), "a webhook could not be heeded");
            }
            StatusCode::OK
        }
    }
}

async fn pay_home(State(shared): State<Shared>, Path(attempt): Path<String>) -> Response<Body> {
    let found = match attempt.parse() {
        Ok(attempt) => order_of(&shared, attempt).await,
        Err(_) => None,
    };
    // This attempt's own outcome: a later one of the same order is another phone's.
    let page = pay_page::page(
        found.as_ref().map(|(state, _)| *state),
        found.as_ref().map(|(_, order)| order),
    );
    let mut response = Html(page).into_response();
    quiet(response.headers_mut());
    let policy =
        HeaderValue::from_static("default-src 'none'; style-src 'self'; frame-ancestors 'none'");
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

async fn order_of(shared: &Shared, attempt: AttemptId) -> Option<(PaymentState, OrderView)> {
    let engine = shared.api.engine();
    let found = look(engine.store().as_ref(), move |tx| {
        Ok::<_, EngineError>(tx.attempt(attempt)?)
    })
    .await;
    let attempt = found.ok().flatten()?;
    let request = OrderStatusRequest {
        order: attempt.order,
    };
    let order = engine.order_status(request).await.ok()?;
    Some((attempt.state, order))
}

async fn pay_style() -> Response<Body> {
    ([(header::CONTENT_TYPE, "text/css")], pay_page::STYLE).into_response()
}

fn quiet(headers: &mut HeaderMap) {
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
