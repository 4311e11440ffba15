//! A screen's calls to the hub, typed, over HTTP.
//!
//! Guarantees: the same client, requests and price rules that the screens use; ids are
//! made here, as a screen makes them, so that a test can send a command twice.

use std::net::SocketAddr;

use soban_domain::cart::Cart;
use soban_domain::ids::{AttemptId, CommandId, OrderId, QuoteId, ScreenId};
use soban_domain::menu::Menu;
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::pricing::{self, Priced};
use soban_domain::secret::Secret;
use soban_domain::text::{Lang, Note};
use soban_protocol::endpoint::endpoints::{
    Hello, MakeQuote, OrderStatus, Ping, PlaceOrder, StaffBoard, StartPayment,
};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::guest::{
    self, HelloRequest, MakeQuoteRequest, OrderStatusRequest, PingRequest, PlaceOrderRequest,
    QuoteReply, ScreenKind, StartPaymentRequest,
};
use soban_protocol::staff::{Board, BoardRequest, OrderCommand, Pass};
use soban_protocol::view::OrderView;
use soban_protocol::{Client, Endpoint, Transport};
use uuid::Uuid;

use crate::setup::{PIN, STAFF};

/// A fresh command id.
pub fn command() -> CommandId {
    CommandId(Uuid::now_v7())
}

/// Name and PIN of the staff.
pub fn staff() -> Pass {
    Pass {
        name: STAFF.to_owned(),
        pin: Secret::new(PIN),
    }
}

/// A fresh decision of the staff about an order.
pub fn decision(order: OrderId) -> OrderCommand {
    OrderCommand {
        staff: staff(),
        command: command(),
        order,
        why: Note::default(),
    }
}

/// Calls over HTTP.
#[derive(Clone, Debug)]
pub struct Http {
    base: String,
    client: reqwest::Client,
}

impl Transport for Http {
    async fn send(&self, name: &'static str, body: String) -> Result<String, ApiError> {
        let offline = |error: reqwest::Error| ApiError::new(ErrorCode::Offline, error.to_string());
        let url = format!("{}/rpc/{name}", self.base);
        let response = self.client.post(url).body(body).send().await;
        response.map_err(offline)?.text().await.map_err(offline)
    }
}

/// A client that opens a line for each call: one kept from before a crash is dead.
fn fresh_lines() -> reqwest::Client {
    let client = reqwest::Client::builder().pool_max_idle_per_host(0);
    client.build().expect("a client can be made")
}

/// A kiosk's guest.
#[derive(Clone, Debug)]
pub struct Guest {
    client: Client<Http>,
    base: String,
    screen: ScreenId,
}

impl Guest {
    /// A guest at the screen of that name.
    ///
    /// # Panics
    /// Where that is no name of a screen.
    pub fn new(hub: SocketAddr, screen: &str) -> Guest {
        let base = format!("http://{hub}");
        Guest {
            client: Client::new(Http {
                base: base.clone(),
                client: fresh_lines(),
            }),
            base,
            screen: screen.parse().expect("a screen's name is a slug"),
        }
    }

    /// The screen.
    pub fn screen(&self) -> &ScreenId {
        &self.screen
    }

    /// Calls an endpoint.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn call<E: Endpoint>(&self, request: &E::Request) -> Result<E::Reply, ApiError> {
        self.client.call::<E>(request).await
    }

    /// Calls an endpoint that must do it.
    ///
    /// # Panics
    /// Where it does not.
    pub async fn must<E: Endpoint>(&self, request: &E::Request) -> E::Reply {
        match self.call::<E>(request).await {
            Ok(reply) => reply,
            Err(error) => panic!("{}: {error}", E::NAME),
        }
    }

    /// Calls an endpoint that must refuse; the name of its refusal.
    ///
    /// # Panics
    /// Where it does not refuse.
    pub async fn refused<E: Endpoint>(&self, request: &E::Request) -> ErrorCode {
        match self.call::<E>(request).await {
            Ok(_) => panic!("{} was not refused", E::NAME),
            Err(error) => error.code,
        }
    }

    /// What the screen needs to begin.
    pub async fn hello(&self) -> guest::Hello {
        self.must::<Hello>(&HelloRequest {
            screen: Some(self.screen.clone()),
            kind: ScreenKind::Kiosk,
        })
        .await
    }

    /// The number of the last event.
    pub async fn seq(&self) -> u64 {
        self.must::<Ping>(&PingRequest {}).await.seq
    }

    /// The menu in force.
    pub async fn menu(&self) -> Menu {
        let url = format!("{}/menu/{}", self.base, self.hello().await.menu);
        let response = reqwest::get(url).await.expect("the hub gives its menu");
        response.json().await.expect("the menu reads")
    }

    /// A fresh wish for a quote, with the prices that a screen shows by this menu.
    pub fn wish(&self, menu: &Menu, cart: &Cart) -> MakeQuoteRequest {
        let seen = cart
            .lines
            .iter()
            .map(|line| {
                let priced = pricing::price_line(menu, line, cart.dining);
                priced.map_or(Won::ZERO, |priced| priced.unit)
            })
            .collect();
        MakeQuoteRequest {
            command: command(),
            screen: self.screen.clone(),
            lang: Lang::Ko,
            cart: cart.clone(),
            seen,
            instead_of: None,
        }
    }

    /// A quote for a basket that nothing is in the way of.
    ///
    /// # Panics
    /// Where something is.
    pub async fn quote(&self, cart: &Cart) -> (QuoteId, Priced) {
        let menu = self.menu().await;
        let reply = self.must::<MakeQuote>(&self.wish(&menu, cart)).await;
        match reply {
            QuoteReply::Quoted { quote, priced, .. } => (quote, priced),
            QuoteReply::Changed { changes, .. } => panic!("no quote: {changes:?}"),
        }
    }

    /// Places an order on a quote.
    pub async fn place(&self, quote: QuoteId) -> OrderView {
        self.must::<PlaceOrder>(&place(quote)).await
    }

    /// Quotes and places a basket.
    pub async fn order(&self, cart: &Cart) -> OrderView {
        let (quote, _) = self.quote(cart).await;
        self.place(quote).await
    }

    /// Begins a payment.
    pub async fn pay(&self, order: OrderId, method: Method) -> AttemptId {
        let request = payment(order, method);
        self.must::<StartPayment>(&request).await;
        request.attempt
    }

    /// How an order stands.
    pub async fn status(&self, order: OrderId) -> OrderView {
        self.must::<OrderStatus>(&OrderStatusRequest { order })
            .await
    }

    /// What staff see.
    pub async fn board(&self) -> Board {
        self.must::<StaffBoard>(&BoardRequest { staff: staff() })
            .await
    }
}

/// A fresh wish to place an order.
pub fn place(quote: QuoteId) -> PlaceOrderRequest {
    PlaceOrderRequest {
        command: command(),
        order: OrderId(Uuid::now_v7()),
        quote,
    }
}

/// A fresh wish to pay.
pub fn payment(order: OrderId, method: Method) -> StartPaymentRequest {
    StartPaymentRequest {
        command: command(),
        attempt: AttemptId(Uuid::now_v7()),
        order,
        method,
    }
}
