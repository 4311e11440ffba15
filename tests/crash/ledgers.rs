//! The main promise, looked at from every side at once: what the hub has on disk, what the
//! guest was shown, and what gateway, till and printers saw.
//!
//! Guarantees: every check is a function of what was written down, and names all that is
//! wrong instead of stopping at the first; each is itself tested on spoilt ledgers.

use std::collections::BTreeMap;

use soban_domain::ids::OrderId;
use soban_domain::payment::{Method, PaymentAttempt, PaymentState};
use soban_domain::print::{PrintState, Slip};
use soban_domain::refund::RefundState;
use soban_domain::shelf::StockKey;
use soban_domain::slip;
use soban_protocol::view::OrderView;
use soban_tests::outside::{Gateway, Paper, Printer, Till};
use soban_tests::world::{OnDisk, World};

use crate::scenario::End;

/// The title of a kitchen's ticket.
const TICKET: &str = "주문서";
/// What every copy says.
pub(crate) const COPY: &str = "*** 재출력 ***";
/// The printers of the sample store.
const PRINTERS: [&str; 3] = ["receipt", "kitchen", "bar"];

/// The dish of every order here that is counted, and how many there are at first.
pub(crate) const COUNTED: &str = "kimchi-jjigae";
/// See [`COUNTED`].
pub(crate) const STOCK: u32 = 100_000;

/// Where it is counted.
fn counted() -> StockKey {
    StockKey(COUNTED.to_owned())
}

/// An order that was played to its end.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    /// The order.
    pub(crate) order: OrderId,
    /// How it must have ended.
    pub(crate) end: End,
    /// How many cash receipts were asked for.
    pub(crate) receipts: usize,
    /// All that its guest was shown of it.
    pub(crate) shown: Vec<OrderView>,
}

/// All ledgers at one moment at which nothing is under way.
#[derive(Clone, Debug)]
pub(crate) struct Ledgers {
    pub(crate) disk: Vec<OnDisk>,
    pub(crate) gateway: Gateway,
    pub(crate) till: Till,
    pub(crate) printers: BTreeMap<String, Printer>,
    /// How much of the counted dish is left to promise.
    pub(crate) left: Option<u32>,
}

impl Ledgers {
    /// Reads them all.
    pub(crate) async fn read(world: &World, played: &[Played]) -> Ledgers {
        let mut printers = BTreeMap::new();
        for name in PRINTERS {
            printers.insert(name.to_owned(), world.outside.printer(name).await);
        }
        let shelf = world.guest().hello().await.shelf;
        Ledgers {
            left: shelf.level(&counted()).limit(),
            disk: played.iter().map(|it| world.on_disk(it.order)).collect(),
            gateway: world.outside.gateway().await,
            till: world.outside.till().await,
            printers,
        }
    }

    /// All that is wrong with these orders, in words. They must be all orders of the world
    /// for what is said of the whole: no money, no order at the till, no number too many.
    pub(crate) fn wrongs(&self, played: &[Played]) -> Vec<String> {
        let mut wrongs = Vec::new();
        for it in played {
            let disk = self.disk.iter().find(|disk| disk.order.id == it.order);
            let Some(disk) = disk else {
                wrongs.push(format!("{}: not on disk", it.order));
                continue;
            };
            let mut own = Vec::new();
            self.money(it.end, disk, &mut own);
            given_back(it, disk, &mut own);
            self.relayed(it.end, disk, &mut own);
            self.printed(it.end, disk, &mut own);
            shown(it, disk, &mut own);
            wrongs.extend(
                own.into_iter()
                    .map(|wrong| format!("{}: {wrong}", it.order)),
            );
        }
        self.whole(played, &mut wrongs);
        wrongs
    }

    /// What the gateway holds of an attempt, in won.
    fn taken(&self, attempt: &PaymentAttempt) -> i64 {
        let name = attempt.id.to_string();
        let payments = self.gateway.payments.iter();
        payments
            .filter(|p| p.partner_order_id == name)
            .map(|p| p.approvals as i64 * p.amount.total - p.canceled_amount.total)
            .sum()
    }

    fn money(&self, end: End, disk: &OnDisk, wrongs: &mut Vec<String>) {
        let total = disk.order.priced.total.0;
        let mut held = 0;
        for attempt in &disk.payments {
            let taken = self.taken(attempt);
            let approved = attempt.state.is_paid();
            let believed = match approved {
                true => attempt.amount.0 - attempt.refunded.0,
                false => 0,
            };
            if attempt.method == Method::Counter {
                held += believed;
            } else {
                held += taken;
                if taken != believed {
                    wrongs.push(format!(
                        "the gateway holds {taken} of attempt {}, the hub believes {believed}",
                        attempt.id
                    ));
                }
            }
            if approved {
                let proof = attempt.approval.as_ref().map(|approval| approval.amount.0);
                if proof != Some(total) {
                    wrongs.push(format!("approved with proof of {proof:?}, not of {total}"));
                }
            } else if !attempt.state.is_closed_unpaid() {
                wrongs.push(format!("attempt {} is {:?}", attempt.id, attempt.state));
            }
        }
        let due = end.kept(total);
        if held != due {
            wrongs.push(format!("{held} won taken where {due} are due"));
        }
    }

    fn relayed(&self, end: End, disk: &OnDisk, wrongs: &mut Vec<String>) {
        let there = self.till.of(disk.order.id);
        let due = usize::from(end.is_released());
        if there.len() != due {
            wrongs.push(format!("{} times at the till, not {due}", there.len()));
        }
        let number = disk.order.number.map(|number| number.to_string());
        for order in there {
            if Some(&order.order_number) != number.as_ref() {
                wrongs.push(format!(
                    "{} at the till, not {number:?}",
                    order.order_number
                ));
            }
            let sum = order.order["chargePrice"]["totalAmount"].as_i64();
            if sum != Some(disk.order.priced.total.0) || order.payments.len() != 1 {
                wrongs.push(format!(
                    "{sum:?} won and {} payments at the till",
                    order.payments.len()
                ));
            }
        }
    }

    /// Each station has one ticket that is no copy, or none and a copy that says so; what
    /// is on disk as printed is on paper; nothing else is.
    fn printed(&self, end: End, disk: &OnDisk, wrongs: &mut Vec<String>) {
        let Some(number) = disk.order.number.map(|number| number.to_string()) else {
            if !disk.prints.is_empty() || end.is_released() {
                wrongs.push(format!("no number and {} tickets", disk.prints.len()));
            }
            return;
        };
        let stations = slip::stations(&disk.order);
        for (name, printer) in &self.printers {
            let papers: Vec<&Paper> = printer
                .jobs
                .iter()
                .filter(|job| job.says(&number))
                .collect();
            let (copies, firsts): (Vec<&Paper>, Vec<&Paper>) = papers
                .iter()
                .copied()
                .filter(|p| p.says(TICKET))
                .partition(|paper| paper.says(COPY));
            let jobs = |printed: bool| {
                disk.prints.iter().filter(move |job| {
                    matches!(&job.slip, Slip::Kitchen(station) if station.as_str() == name)
                        && (!printed || job.state == PrintState::Printed)
                })
            };
            let wanted = end.is_released() && stations.iter().any(|s| s.as_str() == name);
            if firsts.len() > 1 || copies.len() > jobs(false).filter(|job| job.copy > 1).count() {
                wrongs.push(format!(
                    "{} first tickets and {} copies at the {name}",
                    firsts.len(),
                    copies.len()
                ));
            }
            let whole = |papers: &[&Paper]| papers.iter().filter(|p| p.cuts == 1).count();
            let printed_first = jobs(true).filter(|job| job.copy == 1).count();
            let printed_copies = jobs(true).filter(|job| job.copy > 1).count();
            if printed_first > whole(&firsts) || printed_copies > whole(&copies) {
                wrongs.push(format!(
                    "a ticket of the {name} is printed on disk and not on paper"
                ));
            }
            if wanted && printed_first + printed_copies == 0 {
                wrongs.push(format!("no ticket at the {name}"));
            }
            if !wanted && firsts.len() + copies.len() > 0 {
                wrongs.push(format!("a ticket at the {name} that nobody ordered"));
            }
        }
        for job in &disk.prints {
            if !matches!(job.state, PrintState::Printed | PrintState::Failed) {
                wrongs.push(format!("a ticket is {:?} and nobody was told", job.state));
            }
        }
    }

    /// What holds of all orders together.
    fn whole(&self, played: &[Played], wrongs: &mut Vec<String>) {
        let ours: i64 = self
            .disk
            .iter()
            .flat_map(|disk| &disk.payments)
            .map(|attempt| self.taken(attempt))
            .sum();
        let theirs = self.gateway.approved_total - self.gateway.canceled_total;
        if ours != theirs {
            wrongs.push(format!(
                "the gateway holds {theirs} won, of our attempts {ours}"
            ));
        }
        let paid = played.iter().filter(|it| it.end.is_released()).count();
        if self.till.orders.len() != paid {
            wrongs.push(format!(
                "{} orders at the till, {paid} paid",
                self.till.orders.len()
            ));
        }
        let unsold = STOCK.checked_sub(paid as u32);
        if self.left != unsold {
            wrongs.push(format!("{:?} dishes are left, not {unsold:?}", self.left));
        }
        let mut numbers = BTreeMap::new();
        for disk in &self.disk {
            if let Some(number) = disk.order.number {
                let before = numbers.insert((disk.order.day, number), disk.order.id);
                if let Some(before) = before {
                    wrongs.push(format!("{number} is of {before} and of {}", disk.order.id));
                }
            }
        }
    }
}

/// What staff gave back went back once, and what the guest asked for was recorded once.
fn given_back(it: &Played, disk: &OnDisk, wrongs: &mut Vec<String>) {
    let due = usize::from(matches!(it.end, End::Back(_)));
    let done = disk.refunds.iter().filter(|r| r.state == RefundState::Done);
    if (disk.refunds.len(), done.count()) != (due, due) {
        wrongs.push(format!(
            "{} refunds, not {due} and done",
            disk.refunds.len()
        ));
    }
    if disk.cash_receipts.len() != it.receipts {
        wrongs.push(format!(
            "{} cash receipts, not {}",
            disk.cash_receipts.len(),
            it.receipts
        ));
    }
}

/// What a guest was shown is still so: nothing was shown that was not on disk.
fn shown(it: &Played, disk: &OnDisk, wrongs: &mut Vec<String>) {
    for view in &it.shown {
        if view.number.is_some() && view.number != disk.order.number {
            wrongs.push(format!(
                "shown {:?}, now {:?}",
                view.number, disk.order.number
            ));
        }
        if view.state.is_released() && !disk.order.state.is_released() {
            wrongs.push(format!(
                "shown {:?}, now {:?}",
                view.state, disk.order.state
            ));
        }
        if view.priced.total != disk.order.priced.total {
            wrongs.push(format!(
                "shown {}, now {}",
                view.priced.total.0, disk.order.priced.total.0
            ));
        }
        let Some(payment) = &view.payment else {
            continue;
        };
        let Some(now) = disk.payments.iter().find(|a| a.id == payment.attempt) else {
            wrongs.push(format!("shown {:?}, which is gone", payment.attempt));
            continue;
        };
        let for_good = payment.state.is_closed_unpaid()
            || matches!(payment.state, PaymentState::Voided | PaymentState::Refunded);
        if (for_good && now.state != payment.state)
            || (payment.state.is_paid() && !now.state.is_paid())
            || payment.refunded > now.refunded
        {
            wrongs.push(format!(
                "shown {:?} and {} back, now {:?} and {}",
                payment.state, payment.refunded.0, now.state, now.refunded.0
            ));
        }
    }
}
