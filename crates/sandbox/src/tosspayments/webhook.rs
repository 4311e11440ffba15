//! The calls Toss Payments makes to the shop when a payment's state changes.
//!
//! Guarantees: each change is told once by a call of its own, and again after 1, 4, 16, 64, 256,
//! 1024 and 4096 minutes of the sandbox's clock until the shop answers 200; every call is in the
//! ledger. Calls of one payment may overtake each other, as the vendor's do. Deliberately
//! absent: a signature; the vendor's `PAYMENT_STATUS_CHANGED` has none.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::wire;
use crate::clock::Moment;
use crate::faults::{Endpoint, FaultKind, FaultRule};
use crate::world::{Topic, World};

/// Minutes until each repeat.
const REPEATS: [u64; 7] = [1, 4, 16, 64, 256, 1024, 4096];
/// How long the shop may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Calls the ledger keeps; later ones are made but not kept.
const MAX_KEPT: usize = 20_000;
/// How much older than `DONE` the overtaken `ABORTED` says it is.
const OVERTAKEN: Duration = Duration::from_millis(45);

/// One call, as the ledger shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    at: Moment,
    #[serde(rename = "orderId")]
    order_id: String,
    status: Value,
    /// 1 for the first.
    attempt: usize,
    /// What the shop answered; none when it did not.
    answered: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultKind>,
}

#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    made: Vec<Delivery>,
}

impl Deliveries {
    fn add(&mut self, delivery: Delivery) {
        if self.made.len() < MAX_KEPT {
            self.made.push(delivery);
        }
    }

    pub(super) fn made(&self) -> &[Delivery] {
        &self.made
    }
}

fn event(data: &Value, created_at: Moment) -> Value {
    json!({
        "eventType": "PAYMENT_STATUS_CHANGED",
        "createdAt": created_at.rfc3339(),
        "data": data,
    })
}

/// Tells the shop how this payment stands now, if it wants to be told.
pub(super) fn tell(world: &Arc<World>, payment_key: &str) {
    let (url, data) = {
        let book = world.toss();
        let (Some(url), Ok(payment)) = (book.webhook.clone(), book.by_key(payment_key)) else {
            return;
        };
        let settings = &world.settings;
        let data = wire::payment(payment, &settings.toss, &settings.public_base);
        (url, data)
    };
    let now = world.clock.now();
    let rule = world.faults().take(Endpoint::TossWebhook);
    let fault = rule.as_ref().map(|rule| rule.fault);
    let call = Call {
        url,
        body: event(&data, now),
        fault,
        wait: Duration::ZERO,
        then: None,
    };
    match fault {
        Some(FaultKind::CallbackLost) => call.note(world, 1, None),
        Some(FaultKind::DuplicateCallback) => {
            call.clone().make(world);
            call.make(world);
        }
        Some(FaultKind::ReversedCallback) if data["status"] == "DONE" => {
            let mut data = data;
            data["status"] = json!("ABORTED");
            let overtaken = Call {
                body: event(&data, now.minus(OVERTAKEN)),
                ..call.clone()
            };
            let then = Some(Box::new(overtaken));
            Call { then, ..call }.make(world);
        }
        Some(FaultKind::Delay) => {
            let wait = rule.as_ref().map_or(Duration::ZERO, FaultRule::delay);
            Call { wait, ..call }.make(world);
        }
        _ => call.make(world),
    }
}

#[derive(Clone)]
struct Call {
    url: String,
    body: Value,
    fault: Option<FaultKind>,
    wait: Duration,
    /// The call that goes out as soon as this one was answered for the first time.
    then: Option<Box<Call>>,
}

impl Call {
    fn make(mut self, world: &Arc<World>) {
        let world = world.clone();
        tokio::spawn(async move {
            let day = world.day();
            let mut due = world.clock.now().plus(self.wait);
            for attempt in 1..=REPEATS.len() + 1 {
                tokio::select! {
                    () = world.clock.reach(due) => {}
                    () = world.stopped() => return,
                }
                if world.day() != day {
                    return;
                }
                let answered = self.send().await;
                self.note(&world, attempt, answered);
                if let Some(then) = self.then.take() {
                    then.make(&world);
                }
                let Some(minutes) = REPEATS.get(attempt - 1).filter(|_| answered != Some(200))
                else {
                    return;
                };
                due = world.clock.now().plus(Duration::from_secs(minutes * 60));
            }
        });
    }

    async fn send(&self) -> Option<u16> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .ok()?;
        let answer = client.post(&self.url).json(&self.body).send().await;
        answer.ok().map(|answer| answer.status().as_u16())
    }

    fn note(&self, world: &World, attempt: usize, answered: Option<u16>) {
        let data = &self.body["data"];
        let delivery = Delivery {
            at: world.clock.now(),
            order_id: data["orderId"].as_str().unwrap_or_default().to_owned(),
            status: data["status"].clone(),
            attempt,
            answered,
            fault: self.fault,
        };
        world.toss().deliveries.add(delivery);
        world.changed(Topic::Payments);
    }
}
