//! Each way to pay, from the basket to the paid order, in a demo in this process: the hub, its
//! routes and the stand-ins over real HTTP.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::{Client, Url, header, redirect};
use serde_json::{Value, json};
use soban_domain::cart::{Cart, CartLine};
use soban_domain::ids::{AttemptId, CommandId, OrderId};
use soban_domain::menu::Dining;
use soban_domain::money::Won;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::pricing::price_line;
use soban_domain::secret::Secret;
use soban_domain::text::{Lang, Note};
use soban_engine::Engine;
use soban_protocol::guest::{
    MakeQuoteRequest, OrderStatusRequest, PlaceOrderRequest, QuoteReply, ScanCodeRequest,
    StartPaymentRequest,
};
use soban_protocol::view::{PaymentPage, PaymentView};
use uuid::Uuid;

use super::*;

/// The longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

struct Shop {
    demo: Demo,
    http: Client,
    _data: tempfile::TempDir,
}

impl Shop {
    async fn open() -> Shop {
        let data = tempfile::tempdir().unwrap();
        let options = DemoOptions {
            sandbox: SandboxConfig::on_free_ports(),
            ..DemoOptions::usual(
                data.path().to_owned(),
                SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            )
        };
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy();
        Shop {
            demo: demo(options).await.unwrap(),
            http: http.build().unwrap(),
            _data: data,
        }
    }

    fn engine(&self) -> Engine {
        self.demo.hub.api().engine().clone()
    }

    /// Orders a cola and begins to pay it.
    async fn begin(&self, method: Method) -> (OrderId, AttemptId) {
        let engine = self.engine();
        let line = CartLine {
            item: "zero-cola".parse().unwrap(),
            quantity: 1,
            answers: Vec::new(),
            memo: Note::default(),
        };
        let menu = sample::menu().unwrap();
        let seen = price_line(&menu, &line, Dining::EatIn).unwrap().unit;
        let wish = MakeQuoteRequest {
            command: CommandId(Uuid::now_v7()),
            screen: "kiosk-1".parse().unwrap(),
            lang: Lang::Ko,
            cart: Cart {
                dining: Dining::EatIn,
                lines: vec![line],
            },
            seen: vec![seen],
            instead_of: None,
        };
        let QuoteReply::Quoted { quote, .. } = engine.make_quote(wish).await.unwrap() else {
            panic!("a quote is due");
        };
        let order = OrderId(Uuid::now_v7());
        let place = PlaceOrderRequest {
            command: CommandId(Uuid::now_v7()),
            order,
            quote,
        };
        engine.place_order(place).await.unwrap();
        let attempt = AttemptId(Uuid::now_v7());
        let start = StartPaymentRequest {
            command: CommandId(Uuid::now_v7()),
            attempt,
            order,
            method,
        };
        engine.start_payment(start).await.unwrap();
        (order, attempt)
    }

    /// Waits until an order's payment is so, event by event.
    async fn until(&self, order: OrderId, so: impl Fn(&PaymentView) -> bool) -> PaymentView {
        let engine = self.engine();
        let mut events = pin!(self.demo.hub.events(0, None));
        let wait = async {
            loop {
                let status = engine.order_status(OrderStatusRequest { order });
                let payment = status.await.unwrap().payment;
                if let Some(payment) = payment.filter(&so) {
                    return payment;
                }
                events.next().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap()
    }

    async fn until_waiting(&self, order: OrderId) -> PaymentPage {
        let waits = |payment: &PaymentView| payment.state == PaymentState::Waiting;
        self.until(order, waits).await.page.unwrap()
    }

    async fn until_paid(&self, order: OrderId) -> PaymentView {
        self.until(order, |payment| payment.state == PaymentState::Approved)
            .await
    }

    fn world(&self, path: &str) -> String {
        format!("http://{}{path}", self.demo.sandbox.http_addr())
    }

    /// What was taken in all, by the outside world's own book.
    async fn taken(&self) -> (u64, i64) {
        let answer = self.http.get(self.world("/ledger/truth")).send().await;
        let truth: Value = answer.unwrap().json().await.unwrap();
        let payments = truth["payments"].as_array().unwrap().iter();
        let approvals = payments.map(|one| one["approvals"].as_u64().unwrap()).sum();
        (approvals, truth["live_total"].as_i64().unwrap())
    }
}

/// The price of a cola.
const COLA: i64 = 2_500;

/// A guest pays on Toss Payments' page and comes home with its key; the vendor's webhook
/// arrives and is answered with 200; strange calls are answered and change nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn toss_payments_pays() {
    let shop = Shop::open().await;
    let (order, attempt) = shop.begin(Method::Toss).await;
    let PaymentPage::Qr { text: url } = shop.until_waiting(order).await else {
        panic!("a QR for the phone is due");
    };
    let pressed = shop.http.post(format!("{url}/pay")).send().await.unwrap();
    let home = pressed.headers()[header::LOCATION].to_str().unwrap();
    let home = Url::parse(home).unwrap();
    let hub = shop.demo.hub.address();
    assert_eq!(home.path(), format!("/pay/{attempt}/ok"));
    let own = format!("http://{hub}{}?{}", home.path(), home.query().unwrap());
    let answer = shop.http.get(own).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(
        answer.headers()[header::LOCATION],
        format!("/pay/{attempt}")
    );
    assert_eq!(shop.until_paid(order).await.amount, Won(COLA));
    assert_eq!(shop.taken().await, (1, COLA));

    let hook = |body: String| {
        let request = shop.http.post(format!("http://{hub}/hooks/toss"));
        async move { request.body(body).send().await.unwrap().status().as_u16() }
    };
    let told = |kind: &str, order: &str| {
        json!({ "eventType": kind, "data": { "orderId": order, "status": "ABORTED" } }).to_string()
    };
    let stranger = Uuid::now_v7().to_string();
    for body in [
        told("PAYMENT_STATUS_CHANGED", &attempt.to_string()),
        told("PAYMENT_STATUS_CHANGED", &attempt.to_string()),
        told("PAYMENT_STATUS_CHANGED", &stranger),
        told("SOMETHING_NEW", &attempt.to_string()),
    ] {
        assert_eq!(hook(body.clone()).await, 200, "{body}");
    }
    assert_eq!(hook("<html>".to_owned()).await, 400);
    // Little enough to be sent whole before the refusal comes.
    assert_eq!(hook("x".repeat(crate::api::BODY_MOST + 2)).await, 413);
    assert_eq!(shop.until_paid(order).await.amount, Won(COLA));
    shop.demo.stop().await;
}

/// A guest shows a code, the scanner reads it, and the VAN charges it once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanned_code_pays() {
    let shop = Shop::open().await;
    let (order, attempt) = shop.begin(Method::Barcode).await;
    shop.until_waiting(order).await;
    let made = shop.http.post(shop.world("/kicc/codes")).json(&json!({}));
    let code: Value = made.send().await.unwrap().json().await.unwrap();
    let code = Secret::new(code["barcode"].as_str().unwrap());
    let scan = ScanCodeRequest { attempt, code };
    shop.engine().scan_code(scan).await.unwrap();
    assert_eq!(shop.until_paid(order).await.amount, Won(COLA));
    assert_eq!(shop.taken().await, (1, COLA));
    shop.demo.stop().await;
}

/// A guest's banking app reads the code that we show and pays it, and the hub learns of it by
/// asking.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shown_code_pays() {
    let shop = Shop::open().await;
    let (order, _) = shop.begin(Method::Qr).await;
    let PaymentPage::BankQr { text } = shop.until_waiting(order).await else {
        panic!("a code is due");
    };
    let form = Url::parse_with_params("http://form/", [("code", text.as_str())]).unwrap();
    let pay = shop.http.post(shop.world("/mpm/pay"));
    let pay = pay
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.query().unwrap().to_owned());
    assert!(pay.send().await.unwrap().status().is_success());
    assert_eq!(shop.until_paid(order).await.amount, Won(COLA));
    assert_eq!(shop.taken().await, (1, COLA));
    shop.demo.stop().await;
}
