//! The release: the moment an order leaves for kitchen and POS.
//!
//! Guarantees: number, sold stock, tickets and the message for the POS are written in
//! the transaction that releases the order; pumps carry them out afterwards.

use soban_domain::ids::{PrintJobId, PrinterId, RelayId};
use soban_domain::order::{IdCheck, Order};
use soban_domain::print::{PrintJob, PrintState, Slip};
use soban_domain::relay::{RelayItem, RelayState};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::store::Tx;

/// Gives the order its call number, if it has none.
pub(crate) fn give_number(tx: &mut dyn Tx, order: &mut Order) -> Result<(), EngineError> {
    if order.number.is_none() {
        order.number = Some(tx.next_number(order.day)?);
    }
    Ok(())
}

/// Releases the order. The caller writes the order itself.
pub(crate) fn release(
    engine: &Engine,
    tx: &mut dyn Tx,
    order: &mut Order,
) -> Result<(), EngineError> {
    give_number(tx, order)?;
    let now = engine.clock().now();
    order.released = Some(now);
    if order.priced.lines.iter().any(|line| line.alcohol) && order.id_check == IdCheck::NotNeeded {
        order.id_check = IdCheck::Needed;
    }
    // Tickets and message refer to the order, which must stand on disk with its number.
    tx.put_order(order)?;
    tx.sell_holds(order.quote)?;
    engine.emit_shelf(tx)?;
    tx.put_relay(&RelayItem {
        id: RelayId(engine.ids().fresh()),
        order: order.id,
        revision: order.revision,
        state: RelayState::Queued,
        tries: 0,
        created: now,
        next_try: now,
        said: None,
    })?;
    for station in soban_domain::slip::stations(order) {
        let rules = engine.rules();
        let at_station = rules.stations.get(&station);
        // A ticket at the counter is carried to the kitchen; none at all is a lost order.
        match at_station.or(rules.receipt_printer.as_ref()).cloned() {
            Some(printer) => {
                add_print(engine, tx, order, Slip::Kitchen(station), 1, printer)?;
            }
            None => tracing::error!(%station, order = %order.id, "no printer for this ticket"),
        }
    }
    Ok(())
}

/// Writes a print job.
pub(crate) fn add_print(
    engine: &Engine,
    tx: &mut dyn Tx,
    order: &Order,
    slip: Slip,
    copy: u32,
    printer: PrinterId,
) -> Result<PrintJob, EngineError> {
    let now = engine.clock().now();
    let job = PrintJob {
        id: PrintJobId(engine.ids().fresh()),
        order: order.id,
        slip,
        copy,
        printer,
        moved_from: None,
        state: PrintState::Queued,
        tries: 0,
        created: now,
        next_try: now,
        said: None,
    };
    tx.put_print(&job)?;
    Ok(job)
}
