//! The world outside as it saw things itself: the sandbox's ledgers, faults and presses.
//!
//! Guarantees: everything is asked of the sandbox, which lives in a process of its own
//! and knows nothing of what the hub believes.

use std::collections::BTreeMap;

use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use soban_domain::ids::{AttemptId, OrderId};
use tokio::time::timeout;

use crate::DEADLINE;

/// The sandbox.
#[derive(Clone, Debug)]
pub struct Outside {
    base: String,
    client: Client,
}

/// What the payment gateway wrote down.
#[derive(Clone, Debug, Deserialize)]
pub struct Gateway {
    /// Calls by endpoint: ready, approve, order, cancel.
    pub counts: BTreeMap<String, u64>,
    /// Won approved in all.
    pub approved_total: i64,
    /// Won sent back in all.
    pub canceled_total: i64,
    /// Every payment that was begun.
    pub payments: Vec<GatewayPayment>,
}

/// A payment at the gateway.
#[derive(Clone, Debug, Deserialize)]
pub struct GatewayPayment {
    /// Our id of it: the attempt's.
    pub partner_order_id: String,
    /// `READY`, `SUCCESS_PAYMENT`, …
    pub status: String,
    /// What the guest reads.
    pub item_name: String,
    /// How often it was approved: 0 or 1.
    pub approvals: u64,
    /// What was asked for.
    pub amount: Amount,
    /// What was sent back.
    pub canceled_amount: Amount,
    /// `MONEY` or `CARD`, once it is chosen.
    pub payment_method_type: Option<String>,
}

/// A sum as the gateway divides it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Amount {
    /// Won.
    pub total: i64,
    /// Of which free of tax.
    pub tax_free: i64,
    /// Of which VAT.
    pub vat: i64,
}

impl Gateway {
    /// How often an endpoint was called.
    pub fn count(&self, endpoint: &str) -> u64 {
        self.counts.get(endpoint).copied().unwrap_or(0)
    }

    /// The payment of an attempt.
    ///
    /// # Panics
    /// Where the gateway never heard of it.
    pub fn of(&self, attempt: AttemptId) -> &GatewayPayment {
        let name = attempt.to_string();
        let found = self.payments.iter().find(|p| p.partner_order_id == name);
        found.unwrap_or_else(|| panic!("the gateway knows no payment {name}"))
    }
}

/// What the counter POS wrote down.
#[derive(Clone, Debug, Deserialize)]
pub struct Till {
    /// Calls by endpoint: submit, lookup, changes, status.
    pub counts: BTreeMap<String, u64>,
    /// Every order it took.
    pub orders: Vec<TillOrder>,
}

/// An order at the till.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TillOrder {
    /// The till's own number of it.
    pub id: String,
    /// Ours: the order's id.
    pub order_key: String,
    /// The call number.
    pub order_number: String,
    /// `REQUESTED`, `OPENED`, `READY`, `COMPLETED`, `CANCELLED`.
    pub state: String,
    /// The order as it was sent.
    pub order: Value,
    /// Its payments as they were sent.
    pub payments: Vec<Value>,
}

impl Till {
    /// Every order of that id: more than one is one too many.
    pub fn of(&self, order: OrderId) -> Vec<&TillOrder> {
        let key = order.to_string();
        self.orders.iter().filter(|o| o.order_key == key).collect()
    }
}

/// All printers.
#[derive(Clone, Debug, Deserialize)]
struct Printers {
    printers: Vec<Printer>,
}

/// A printer, and what came out of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Printer {
    /// Its name.
    pub name: String,
    /// Every job, oldest first.
    pub jobs: Vec<Paper>,
    /// Bytes that were received and never printed.
    pub bytes_lost: u64,
    /// How often the cash drawer was opened.
    pub drawer_pulses: u64,
}

/// The paper of one job.
#[derive(Clone, Debug, Deserialize)]
pub struct Paper {
    /// Its lines as text.
    pub lines: Vec<String>,
    /// How often it was cut.
    pub cuts: u32,
    /// All that is on it, from top to bottom.
    items: Vec<Value>,
    /// The bytes, in hex.
    pub raw_hex: String,
    /// Letters that the printer does not have.
    pub letters_lost: Vec<String>,
    /// Commands that it does not know.
    pub unknown_commands: Vec<String>,
    /// Commands that it knows and did not obey.
    pub refused_commands: Vec<String>,
}

impl Paper {
    /// Whether a line says exactly that, blanks around it aside.
    pub fn says(&self, line: &str) -> bool {
        self.lines.iter().any(|there| there.trim() == line)
    }

    /// Whether a line holds that.
    pub fn mentions(&self, words: &str) -> bool {
        self.lines.iter().any(|line| line.contains(words))
    }

    /// What follows a label on its line: `합계        12,000`.
    ///
    /// # Panics
    /// Where no line begins with the label.
    pub fn value(&self, label: &str) -> &str {
        let line = self.lines.iter().find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("no line begins with {label}: {:#?}", self.lines))
            .trim()
    }

    /// How many pictures are on it.
    pub fn pictures(&self) -> usize {
        self.items
            .iter()
            .filter(|item| item["type"] == "image")
            .count()
    }

    /// # Panics
    /// Where a letter was lost, or a command not understood or not obeyed.
    pub fn assert_clean(&self) {
        let trouble = [
            &self.letters_lost,
            &self.unknown_commands,
            &self.refused_commands,
        ];
        assert!(
            trouble.iter().all(|list| list.is_empty()),
            "{trouble:?} on {:#?}",
            self.lines
        );
    }
}

impl Outside {
    pub(crate) fn new(base: String) -> Outside {
        Outside {
            base,
            client: Client::new(),
        }
    }

    /// Its address, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What the gateway wrote down.
    pub async fn gateway(&self) -> Gateway {
        self.read("/ledger/payments").await
    }

    /// What the counter POS wrote down.
    pub async fn till(&self) -> Till {
        self.read("/ledger/pos").await
    }

    /// A printer by its name.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn printer(&self, name: &str) -> Printer {
        let all: Printers = self.read("/ledger/printers").await;
        let found = all.printers.into_iter().find(|p| p.name == name);
        found.unwrap_or_else(|| panic!("no printer is called {name}"))
    }

    /// Waits until the gateway's ledger is as wanted.
    pub async fn gateway_until(&self, what: &str, wanted: impl Fn(&Gateway) -> bool) -> Gateway {
        self.until("/ledger/payments", what, wanted).await
    }

    /// Waits until the till's ledger is as wanted.
    pub async fn till_until(&self, what: &str, wanted: impl Fn(&Till) -> bool) -> Till {
        self.until("/ledger/pos", what, wanted).await
    }

    /// Waits until a printer's paper is as wanted.
    pub async fn printer_until(
        &self,
        name: &str,
        what: &str,
        wanted: impl Fn(&Printer) -> bool,
    ) -> Printer {
        let of = |all: &Printers| all.printers.iter().find(|p| p.name == name).cloned();
        let all = self
            .until("/ledger/printers", what, |all: &Printers| {
                of(all).is_some_and(|printer| wanted(&printer))
            })
            .await;
        of(&all).expect("it was there a moment ago")
    }

    /// Switches a fault on.
    ///
    /// # Panics
    /// Where the sandbox does not take it.
    pub async fn fault(&self, rule: Value) {
        let response = self.post("/faults", &rule).await;
        assert!(response.is_success(), "{rule}: {response}");
    }

    /// Switches every fault off, those of printers and till too.
    ///
    /// # Panics
    /// Where the sandbox does not.
    pub async fn no_faults(&self) {
        let url = format!("{}/faults", self.base);
        let sent = self.client.delete(url).send().await;
        let status = sent.expect("the sandbox answers").status();
        assert!(status.is_success(), "no faults: {status}");
    }

    /// The next `times` calls of an endpoint fail that way.
    pub async fn next(&self, endpoint: &str, fault: &str, times: u32) {
        self.fault(json!({ "endpoint": endpoint, "fault": fault, "times": times }))
            .await;
    }

    /// Throws a switch of a printer (`printer.kitchen`) or of the till (`pos`).
    pub async fn switch(&self, endpoint: &str, fault: &str, on: bool) {
        self.fault(json!({ "endpoint": endpoint, "fault": fault, "on": on }))
            .await;
    }

    /// Sends a body to an address of the sandbox.
    pub async fn post(&self, path: &str, body: &Value) -> StatusCode {
        let url = format!("{}{path}", self.base);
        let sent = self.client.post(url).json(body).send().await;
        sent.expect("the sandbox answers").status()
    }

    /// Somebody sends a payment back on the gateway's own page, past the hub.
    ///
    /// # Panics
    /// Where the gateway does not do it.
    pub async fn send_back(&self, tid: &str, amount: i64, left: i64) {
        let url = format!("{}/kakaopay/online/v1/payment/cancel", self.base);
        let body = json!({
            "cid": "TC0ONETIME", "tid": tid, "cancel_amount": amount,
            "cancel_tax_free_amount": 0, "cancel_available_amount": left,
        });
        let request = self.client.post(url).json(&body);
        let key = format!("SECRET_KEY {}", crate::setup::GATEWAY_KEY);
        let sent = request.header("Authorization", key).send().await;
        let status = sent.expect("the sandbox answers").status();
        assert_eq!(status, StatusCode::OK);
    }

    async fn read<L: DeserializeOwned>(&self, path: &str) -> L {
        let url = format!("{}{path}", self.base);
        let response = self.client.get(url).send().await;
        let ledger = response.expect("the sandbox answers").json().await;
        ledger.expect("a ledger reads")
    }

    /// Reads a ledger again whenever the sandbox says that something has changed.
    async fn until<L: DeserializeOwned + std::fmt::Debug>(
        &self,
        path: &str,
        what: &str,
        wanted: impl Fn(&L) -> bool,
    ) -> L {
        let url = format!("{}/events", self.base);
        let mut news = self
            .client
            .get(url)
            .send()
            .await
            .expect("the sandbox answers");
        let mut last = None;
        let search = async {
            loop {
                let ledger: L = self.read(path).await;
                if wanted(&ledger) {
                    return ledger;
                }
                last = Some(ledger);
                let chunk = news.chunk().await.expect("the sandbox lives");
                assert!(chunk.is_some(), "the sandbox ended");
            }
        };
        match timeout(DEADLINE, search).await {
            Ok(ledger) => ledger,
            Err(_) => panic!("{what} did not come within {DEADLINE:?}: {last:#?}"),
        }
    }
}
