//! A running sandbox on free ports and the small clients the tests speak with.

use std::time::Duration;

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use soban_sandbox::{Sandbox, SandboxConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A stuck answer fails the test instead of hanging it.
const LIMIT: Duration = Duration::from_secs(10);

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(SandboxConfig::on_free_ports()).await
    }

    pub(crate) async fn with(config: SandboxConfig) -> Self {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(LIMIT)
            .build()
            .unwrap();
        let sandbox = Sandbox::start(config).await.unwrap();
        Self { sandbox, client }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.sandbox.http_addr())
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(self.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    pub(crate) async fn text(&self, url: &str) -> String {
        let answer = self.client.get(url).send().await.unwrap();
        answer.text().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self.client.post(self.url(path)).json(&body);
        opened(answer.send().await.unwrap()).await
    }

    /// A call to the gateway with the right key.
    pub(crate) async fn kakao(&self, call: &str, body: Value) -> (u16, Value) {
        opened(self.kakao_raw(call, &body).await.unwrap()).await
    }

    pub(crate) async fn kakao_raw(&self, call: &str, body: &Value) -> reqwest::Result<Response> {
        let url = format!("{}/online/v1/payment/{call}", self.sandbox.kakaopay_base());
        self.client
            .post(url)
            .header("authorization", "SECRET_KEY SANDBOX0SECRET0KEY")
            .json(body)
            .send()
            .await
    }

    /// Opens a payment of 27,000 won and returns what `ready` said.
    pub(crate) async fn ready(&self) -> Value {
        let (status, body) = self.kakao("ready", ready_body()).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Presses a button on the phone's page; returns where it led.
    pub(crate) async fn press(
        &self,
        ready: &Value,
        button: &str,
        form: &'static str,
    ) -> Option<String> {
        let mobile = ready["next_redirect_mobile_url"].as_str().unwrap();
        let url = mobile.replace("mInfo", button);
        let answer = self
            .client
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        let header = answer.headers().get("location")?;
        Some(header.to_str().unwrap().to_owned())
    }

    /// A payment the guest has authenticated, with its pg_token.
    pub(crate) async fn authenticated(&self) -> (Value, String) {
        let ready = self.ready().await;
        let home = self.press(&ready, "pay", "method=MONEY").await.unwrap();
        let (_, token) = home.split_once("pg_token=").unwrap();
        (ready, token.to_owned())
    }

    /// An approved payment; returns its tid.
    pub(crate) async fn approved(&self) -> String {
        let (ready, token) = self.authenticated().await;
        let (status, body) = self.kakao("approve", approve_body(&ready, &token)).await;
        assert_eq!(status, 200, "{body}");
        tid(&ready)
    }

    pub(crate) async fn status_of(&self, tid: &str) -> String {
        let (status, body) = self.kakao("order", order_body(tid)).await;
        assert_eq!(status, 200, "{body}");
        body["status"].as_str().unwrap().to_owned()
    }

    /// A call to the counter POS with the right keys.
    pub(crate) async fn submit(&self, body: &Value) -> (u16, Value) {
        let order = &body["order"];
        let key = format!(
            "{}:{}",
            order["orderKey"].as_str().unwrap(),
            order["revision"]
        );
        opened(self.submit_raw(&key, body).await.unwrap()).await
    }

    pub(crate) async fn submit_raw(&self, key: &str, body: &Value) -> reqwest::Result<Response> {
        let url = format!("{}/merchants/1001/order/orders", self.sandbox.pos_base());
        self.client
            .post(url)
            .header("x-access-key", "sandbox-access")
            .header("x-secret-key", "sandbox-secret")
            .header("idempotency-key", key)
            .json(body)
            .send()
            .await
    }

    pub(crate) async fn pos_get(&self, path: &str) -> (u16, Value) {
        let url = format!("{}/merchants/1001/{path}", self.sandbox.pos_base());
        let answer = self
            .client
            .get(url)
            .header("x-access-key", "sandbox-access")
            .header("x-secret-key", "sandbox-secret")
            .send()
            .await
            .unwrap();
        opened(answer).await
    }

    /// Connects to a printer as a host would.
    pub(crate) async fn host(&self, printer: &str) -> Host {
        let addrs = self.sandbox.printer_addrs();
        let (_, addr) = addrs.iter().find(|(name, _)| name == printer).unwrap();
        Host(TcpStream::connect(addr).await.unwrap())
    }

    /// A printer's ledger, by its name.
    pub(crate) async fn printed(&self, printer: &str) -> Value {
        let ledger = self.get("/ledger/printers").await;
        let printers = ledger["printers"].as_array().unwrap();
        printers
            .iter()
            .find(|one| one["name"] == printer)
            .unwrap()
            .clone()
    }

    pub(crate) async fn handle(&self, printer: &str, handling: Value) {
        let path = format!("/printers/{printer}/condition");
        let (status, _) = self.post(&path, handling).await;
        assert_eq!(status, 200);
    }
}

/// Waits until something outside this test's own calls has happened; fails after the limit.
pub(crate) async fn eventually(happened: impl AsyncFn() -> bool) {
    let wait = async {
        while !happened().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, wait)
        .await
        .expect("it never happened");
}

/// Status and JSON body of an answer; null when there is none.
pub(crate) async fn opened(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// One end of a raw TCP connection to a printer.
pub(crate) struct Host(TcpStream);

impl Host {
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Reads exactly so many bytes.
    pub(crate) async fn hear(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        tokio::time::timeout(LIMIT, self.0.read_exact(&mut bytes))
            .await
            .expect("the printer stayed silent")
            .unwrap();
        bytes
    }

    /// Everything until the printer closes.
    pub(crate) async fn hear_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = self.0.read_to_end(&mut bytes);
        // A refused connection may end in a reset: what was heard is what counts.
        tokio::time::timeout(LIMIT, read)
            .await
            .expect("never closed")
            .ok();
        bytes
    }

    /// Says that nothing more comes, and waits until the printer has closed.
    pub(crate) async fn finish(mut self) -> Vec<u8> {
        self.0.shutdown().await.unwrap();
        self.hear_to_end().await
    }

    /// Asks `DLE EOT n`; the answer proves that all before it was received.
    pub(crate) async fn status(&mut self, n: u8) -> u8 {
        self.send(&[0x10, 0x04, n]).await;
        self.hear(1).await[0]
    }
}

pub(crate) fn ready_body() -> Value {
    json!({
        "cid": "TC0ONETIME",
        "partner_order_id": "order-1",
        "partner_user_id": "kiosk-1",
        "item_name": "김치찌개 외 2건",
        "quantity": 3,
        "total_amount": 27000,
        "tax_free_amount": 5000,
        "approval_url": "http://hub.test/paid?a=1",
        "cancel_url": "http://hub.test/quit",
        "fail_url": "http://hub.test/fail",
    })
}

pub(crate) fn approve_body(ready: &Value, token: &str) -> Value {
    json!({
        "cid": "TC0ONETIME",
        "tid": ready["tid"],
        "partner_order_id": "order-1",
        "partner_user_id": "kiosk-1",
        "pg_token": token,
    })
}

pub(crate) fn order_body(tid: &str) -> Value {
    json!({ "cid": "TC0ONETIME", "tid": tid })
}

pub(crate) fn tid(ready: &Value) -> String {
    ready["tid"].as_str().unwrap().to_owned()
}

/// The body with some fields changed; null removes one.
pub(crate) fn but(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    body
}
