//! Asks the neighbours how they are, and tells the screens when that changes.
//!
//! Deliberately absent: history. What counts is now.

use std::time::Duration;

use soban_domain::ids::PrinterId;
use soban_protocol::event::EventBody;
use soban_protocol::view::{PosCondition, PrinterCondition};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::pos::PosHealth;
use crate::ports::printer::{Health, Trouble};
use crate::ports::store::transact;
use crate::pumps::print::printers;

const EVERY: Duration = Duration::from_secs(5);

/// Runs for ever.
pub(crate) async fn run(engine: Engine) {
    loop {
        if let Err(error) = round(&engine).await {
            tracing::error!(%error, "news of the neighbours could not be kept");
        }
        engine.clock().sleep(EVERY).await;
    }
}

async fn round(engine: &Engine) -> Result<(), EngineError> {
    let pos = match engine.pos().health().await {
        PosHealth::Open => PosCondition::Open,
        PosHealth::DayClosed => PosCondition::DayClosed,
        PosHealth::Unreachable => PosCondition::Unreachable,
    };
    if engine.note_pos(pos) {
        tracing::info!(condition = ?pos, "pos");
        tell(engine, EventBody::Pos { condition: pos }).await?;
    }
    for printer in printers(engine) {
        let health = engine.printers().health(&printer).await;
        note(engine, &printer, condition(health)).await?;
    }
    Ok(())
}

/// What a job's fate tells of a printer.
pub(crate) async fn heard_printer(
    engine: &Engine,
    printer: &PrinterId,
    trouble: Option<Trouble>,
) -> Result<(), EngineError> {
    match trouble {
        Some(_) => {
            note(
                engine,
                printer,
                condition(Health {
                    trouble,
                    paper_low: false,
                }),
            )
            .await
        }
        // It prints; whether its paper is low the next round will tell.
        None => {
            let known = engine
                .conditions()
                .printers
                .into_iter()
                .find(|(id, _)| id == printer);
            match known {
                Some((_, before)) if before.prints() => Ok(()),
                Some(_) | None => note(engine, printer, PrinterCondition::Well).await,
            }
        }
    }
}

async fn note(
    engine: &Engine,
    printer: &PrinterId,
    condition: PrinterCondition,
) -> Result<(), EngineError> {
    if engine.note_printer(printer, condition) {
        tracing::info!(%printer, ?condition, "printer");
        tell(
            engine,
            EventBody::Printer {
                printer: printer.clone(),
                condition,
            },
        )
        .await?;
    }
    Ok(())
}

async fn tell(engine: &Engine, body: EventBody) -> Result<(), EngineError> {
    let inside = engine.clone();
    transact(engine.store().as_ref(), move |tx| {
        inside.emit(tx, None, &body)
    })
    .await
}

fn condition(health: Health) -> PrinterCondition {
    match health.trouble {
        None if health.paper_low => PrinterCondition::PaperLow,
        None => PrinterCondition::Well,
        Some(Trouble::Unreachable) => PrinterCondition::Unreachable,
        Some(Trouble::PaperOut) => PrinterCondition::PaperOut,
        Some(Trouble::CoverOpen) => PrinterCondition::CoverOpen,
        Some(Trouble::Error) => PrinterCondition::Error,
        Some(Trouble::Offline) => PrinterCondition::Offline,
    }
}
