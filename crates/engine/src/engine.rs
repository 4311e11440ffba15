//! The engine: ports, rules and what is remembered between calls.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soban_domain::ids::{AttemptId, CashReceiptId, OrderId, PrinterId, RefundId, RelayId};
use soban_domain::menu::Menu;
use soban_domain::moment::Timestamp;
use soban_domain::payment::Method;
use soban_domain::shelf::Shelf;
use soban_domain::slip::Words;
use soban_domain::text::Lang;
use soban_protocol::event::EventBody;
use soban_protocol::view::{Conditions, PosCondition, PrinterCondition};

use crate::error::EngineError;
use crate::hints::HintGuard;
use crate::in_flight::InFlight;
use crate::pin::PinGuard;
use crate::ports::gateway::Abilities;
use crate::ports::store::{NewEvent, StoredMenu, Tx};
use crate::ports::{CashReceipts, Clock, Gateway, Ids, PosLink, Printers, Store};
use crate::rules::Rules;

/// What the engine is made of.
pub struct Parts {
    /// The order store.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The maker of ids.
    pub ids: Arc<dyn Ids>,
    /// Gateways of the methods that have one.
    pub gateways: BTreeMap<Method, Arc<dyn Gateway>>,
    /// The service that issues cash receipts, where the store has one.
    pub cash_receipts: Option<Arc<dyn CashReceipts>>,
    /// The printers.
    pub printers: Arc<dyn Printers>,
    /// The counter POS.
    pub pos: Arc<dyn PosLink>,
    /// What the owner settled.
    pub rules: Rules,
    /// Words for paper, by language.
    pub words: BTreeMap<Lang, Words>,
}

/// The engine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    parts: Parts,
    memory: Memory,
}

/// What is remembered between calls and may be lost: everything here is made anew
/// after a restart.
#[derive(Default)]
pub(crate) struct Memory {
    menu: Mutex<Option<(String, Arc<Menu>)>>,
    conditions: Mutex<Option<Conditions>>,
    /// What the screens were told of the shelf last.
    shelf: Mutex<Option<Shelf>>,
    /// Payments that a task is working on.
    pub(crate) payments: Arc<InFlight<AttemptId>>,
    /// Refunds that a task is working on.
    pub(crate) refunds: Arc<InFlight<RefundId>>,
    /// Cash receipts that a task is working on.
    pub(crate) receipts: Arc<InFlight<CashReceiptId>>,
    /// Messages for the POS that a task is working on.
    pub(crate) messages: Arc<InFlight<RelayId>>,
    pub(crate) pins: PinGuard,
    pub(crate) hints: HintGuard,
}

impl Engine {
    /// Puts an engine together. Nothing runs yet: see [`crate::pumps::run`].
    pub fn new(parts: Parts) -> Engine {
        Engine {
            inner: Arc::new(Inner {
                parts,
                memory: Memory::default(),
            }),
        }
    }

    /// What the owner settled.
    pub fn rules(&self) -> &Rules {
        &self.inner.parts.rules
    }

    /// The order store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.inner.parts.store
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.inner.parts.clock.as_ref()
    }

    pub(crate) fn ids(&self) -> &dyn Ids {
        self.inner.parts.ids.as_ref()
    }

    pub(crate) fn gateway(&self, method: Method) -> Option<Arc<dyn Gateway>> {
        self.inner.parts.gateways.get(&method).cloned()
    }

    /// What a method's gateway can do; none where staff take the money.
    pub(crate) fn abilities(&self, method: Method) -> Option<Abilities> {
        self.gateway(method).map(|gateway| gateway.abilities())
    }

    pub(crate) fn cash_receipts(&self) -> Option<&dyn CashReceipts> {
        self.inner.parts.cash_receipts.as_deref()
    }

    pub(crate) fn printers(&self) -> &dyn Printers {
        self.inner.parts.printers.as_ref()
    }

    pub(crate) fn pos(&self) -> &dyn PosLink {
        self.inner.parts.pos.as_ref()
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.inner.memory
    }

    /// Words for paper in a language, or in Korean where that language has none.
    pub(crate) fn words(&self, lang: Lang) -> Result<&Words, EngineError> {
        let words = &self.inner.parts.words;
        let found = words.get(&lang).or_else(|| words.get(&Lang::Ko));
        found.ok_or_else(|| EngineError::Odd("there are no words for paper".to_owned()))
    }

    /// The menu in force, parsed once for each hash.
    pub(crate) fn menu(&self, tx: &mut dyn Tx) -> Result<(String, Arc<Menu>), EngineError> {
        let stored = tx
            .menu()?
            .ok_or_else(|| EngineError::Odd("there is no menu".to_owned()))?;
        self.parsed(stored)
    }

    fn parsed(&self, stored: StoredMenu) -> Result<(String, Arc<Menu>), EngineError> {
        let mut known = self
            .inner
            .memory
            .menu
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((hash, menu)) = known.as_ref()
            && *hash == stored.hash
        {
            return Ok((hash.clone(), Arc::clone(menu)));
        }
        let menu: Arc<Menu> = Arc::new(serde_json::from_str(&stored.json)?);
        *known = Some((stored.hash.clone(), Arc::clone(&menu)));
        Ok((stored.hash, menu))
    }

    /// How printers and POS are, as last heard.
    pub fn conditions(&self) -> Conditions {
        let known = self
            .inner
            .memory
            .conditions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.clone().unwrap_or(Conditions {
            printers: Vec::new(),
            pos: PosCondition::Unreachable,
        })
    }

    /// Notes how a printer is; true if that is news.
    pub(crate) fn note_printer(&self, printer: &PrinterId, now: PrinterCondition) -> bool {
        self.note(
            |conditions| match conditions.printers.iter_mut().find(|(id, _)| id == printer) {
                Some((_, before)) => std::mem::replace(before, now) != now,
                None => {
                    conditions.printers.push((printer.clone(), now));
                    true
                }
            },
        )
    }

    /// Notes how the POS is; true if that is news.
    pub(crate) fn note_pos(&self, now: PosCondition) -> bool {
        self.note(|conditions| std::mem::replace(&mut conditions.pos, now) != now)
    }

    fn note(&self, change: impl FnOnce(&mut Conditions) -> bool) -> bool {
        let mut known = self
            .inner
            .memory
            .conditions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let conditions = known.get_or_insert_with(|| Conditions {
            printers: Vec::new(),
            pos: PosCondition::Unreachable,
        });
        change(conditions)
    }

    /// Writes an event into a transaction.
    pub(crate) fn emit(
        &self,
        tx: &mut dyn Tx,
        order: Option<OrderId>,
        body: &EventBody,
    ) -> Result<(), EngineError> {
        emit_at(tx, self.clock().now(), order, body)
    }

    /// Tells screens what can be promised now.
    pub(crate) fn emit_shelf(&self, tx: &mut dyn Tx) -> Result<(), EngineError> {
        let shelf = tx.shelf(self.clock().now())?;
        *self.shelf_told() = Some(shelf.clone());
        self.emit(tx, None, &EventBody::Shelf { shelf })
    }

    /// True where the screens were last told something else of the shelf. The first look
    /// after a start is none: screens come back and ask.
    pub(crate) fn is_shelf_news(&self, shelf: &Shelf) -> bool {
        let mut told = self.shelf_told();
        told.get_or_insert_with(|| shelf.clone()) != shelf
    }

    fn shelf_told(&self) -> MutexGuard<'_, Option<Shelf>> {
        let told = &self.inner.memory.shelf;
        told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes an event of a moment into a transaction.
pub(crate) fn emit_at(
    tx: &mut dyn Tx,
    at: Timestamp,
    order: Option<OrderId>,
    body: &EventBody,
) -> Result<(), EngineError> {
    tx.emit(&NewEvent {
        at,
        order,
        body: serde_json::to_string(body)?,
    })?;
    Ok(())
}
