//! Boundaries: every point at which the engine touches the world, told to a watcher.
//!
//! A crash between two boundaries leaves the same world and the same disk as a crash at
//! one of them, so suites that stop the program at each boundary have tried every crash.
//!
//! Guarantees: each commit and each call of a gateway, the cash receipts' service, a printer or the POS passes its
//! watcher before and after; the call itself is handed on unchanged. A watcher that never
//! returns stops the task there, which is what a crash looks like from inside.
//!
//! Deliberately absent: looks at the store, which change nothing; time and ids. The whole
//! module is behind the feature `boundaries`: no program that is shipped has it.

use std::sync::Arc;

use async_trait::async_trait;
use soban_domain::cash_receipt::CashReceipt;
use soban_domain::ids::{OrderId, PrintJobId, PrinterId};
use soban_domain::moment::BusinessDay;
use soban_domain::paper::Paper;
use soban_domain::payment::{Method, Offer};
use tokio::sync::watch;

use crate::engine::Parts;
use crate::ports::cash_receipt::{Issued, ReceiptAsk, ReceiptStanding, ReceiptVoid};
use crate::ports::gateway::{
    Abilities, Approve, Ask, Held, Listing, NoOffer, RefundAsk, Refunded, ReturnToken, Reverse,
    SentBack, Standing,
};
use crate::ports::pos::{NoNews, PosAnswer, PosHealth, PosNews, PosOrder};
use crate::ports::printer::{Health, Printed};
use crate::ports::store::{Job, StoreError};
use crate::ports::{CashReceipts, Gateway, PosLink, Printers, Store};

/// Which side of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Nothing was done yet.
    Before,
    /// It was done, and nobody in the engine knows its answer.
    After,
}

/// A boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// Port and call, such as `gateway.approve` or `store.write`.
    pub call: &'static str,
    /// Which side of it.
    pub side: Side,
}

/// Who is told.
#[async_trait]
pub trait Boundary: Send + Sync {
    /// A boundary is passed. The engine goes on when this returns.
    async fn pass(&self, at: At);
}

/// Puts a watcher around every port of an engine.
pub fn bound(parts: Parts, boundary: Arc<dyn Boundary>) -> Parts {
    let around = |gateway| -> Arc<dyn Gateway> {
        Arc::new(Bound {
            port: gateway,
            boundary: Arc::clone(&boundary),
        })
    };
    let gateways = parts.gateways.into_iter();
    Parts {
        gateways: gateways.map(|(method, g)| (method, around(g))).collect(),
        store: Arc::new(Bound {
            port: parts.store,
            boundary: Arc::clone(&boundary),
        }),
        cash_receipts: parts.cash_receipts.map(|port| -> Arc<dyn CashReceipts> {
            let boundary = Arc::clone(&boundary);
            Arc::new(Bound { port, boundary })
        }),
        printers: Arc::new(Bound {
            port: parts.printers,
            boundary: Arc::clone(&boundary),
        }),
        pos: Arc::new(Bound {
            port: parts.pos,
            boundary: Arc::clone(&boundary),
        }),
        clock: parts.clock,
        ids: parts.ids,
        rules: parts.rules,
        words: parts.words,
    }
}

/// A port with a watcher around it.
struct Bound<P: ?Sized> {
    port: Arc<P>,
    boundary: Arc<dyn Boundary>,
}

impl<P: ?Sized> Bound<P> {
    async fn around<T>(&self, call: &'static str, work: impl Future<Output = T>) -> T {
        let side = Side::Before;
        self.boundary.pass(At { call, side }).await;
        let answer = work.await;
        let side = Side::After;
        self.boundary.pass(At { call, side }).await;
        answer
    }
}

#[async_trait]
impl Store for Bound<dyn Store> {
    async fn write(&self, job: Job) -> Result<(), StoreError> {
        self.around("store.write", self.port.write(job)).await
    }

    async fn read(&self, job: Job) -> Result<(), StoreError> {
        self.port.read(job).await
    }

    fn committed(&self) -> watch::Receiver<u64> {
        self.port.committed()
    }
}

#[async_trait]
impl CashReceipts for Bound<dyn CashReceipts> {
    async fn issue(&self, ask: &ReceiptAsk) -> Issued {
        self.around("receipts.issue", self.port.issue(ask)).await
    }

    async fn void(&self, receipt: &CashReceipt) -> ReceiptVoid {
        self.around("receipts.void", self.port.void(receipt)).await
    }

    async fn look_up(&self, receipt: &CashReceipt) -> ReceiptStanding {
        let call = self.port.look_up(receipt);
        self.around("receipts.look_up", call).await
    }
}

#[async_trait]
impl Gateway for Bound<dyn Gateway> {
    fn method(&self) -> Method {
        self.port.method()
    }

    fn abilities(&self) -> Abilities {
        self.port.abilities()
    }

    async fn offer(&self, ask: &Ask) -> Result<Offer, NoOffer> {
        self.around("gateway.offer", self.port.offer(ask)).await
    }

    async fn approve(&self, held: &Held, token: &ReturnToken) -> Approve {
        let call = self.port.approve(held, token);
        self.around("gateway.approve", call).await
    }

    async fn inquire(&self, held: &Held) -> Standing {
        self.around("gateway.inquire", self.port.inquire(held))
            .await
    }

    async fn reverse(&self, held: &Held, token: Option<&ReturnToken>) -> Reverse {
        let call = self.port.reverse(held, token);
        self.around("gateway.reverse", call).await
    }

    async fn refund(&self, held: &Held, ask: &RefundAsk) -> Refunded {
        self.around("gateway.refund", self.port.refund(held, ask))
            .await
    }

    async fn sent_back(&self, held: &Held) -> SentBack {
        self.around("gateway.sent_back", self.port.sent_back(held))
            .await
    }

    async fn list(&self, day: BusinessDay) -> Listing {
        self.around("gateway.list", self.port.list(day)).await
    }
}

#[async_trait]
impl Printers for Bound<dyn Printers> {
    async fn print(&self, printer: &PrinterId, job: PrintJobId, paper: &Paper) -> Printed {
        let call = self.port.print(printer, job, paper);
        self.around("printers.print", call).await
    }

    async fn health(&self, printer: &PrinterId) -> Health {
        self.around("printers.health", self.port.health(printer))
            .await
    }

    fn columns(&self, printer: &PrinterId) -> Option<u16> {
        self.port.columns(printer)
    }
}

#[async_trait]
impl PosLink for Bound<dyn PosLink> {
    fn can_look_up(&self) -> bool {
        self.port.can_look_up()
    }

    async fn health(&self) -> PosHealth {
        self.around("pos.health", self.port.health()).await
    }

    async fn send(&self, order: &PosOrder) -> PosAnswer {
        self.around("pos.send", self.port.send(order)).await
    }

    async fn look_up(&self, order: OrderId, revision: u32) -> PosAnswer {
        let call = self.port.look_up(order, revision);
        self.around("pos.look_up", call).await
    }

    async fn news(&self, after: u64) -> Result<(Vec<PosNews>, u64), NoNews> {
        self.around("pos.news", self.port.news(after)).await
    }
}
