//! `soban order list|show`.

use std::path::Path;
use std::process::ExitCode;

use crate::tools::{self, FullOrder};
use soban_domain::moment::BusinessDay;

use super::Failure;

pub(crate) async fn list(
    data: &Path,
    day: Option<String>,
    json: bool,
) -> Result<ExitCode, Failure> {
    let day = day.map(BusinessDay::try_from).transpose()?;
    let orders = tools::orders(data, day).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&orders)?);
        return Ok(ExitCode::SUCCESS);
    }
    for order in orders {
        let number = order
            .number
            .map_or_else(|| "-".to_owned(), |n| n.to_string());
        println!(
            "{number:>5}  {:<12}{:>12} won  {}  {}",
            order.state.name(),
            order.priced.total,
            order.placed.to_minute(),
            order.id
        );
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn show(data: &Path, order: &str, json: bool) -> Result<ExitCode, Failure> {
    let Some(full) = tools::order(data, order).await? else {
        eprintln!("soban: no order of today is called {order}, and no order has that id");
        return Ok(ExitCode::from(1));
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&full)?);
    } else {
        print(&full);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(full: &FullOrder) {
    let order = &full.order;
    let number = order
        .number
        .map_or_else(|| "-".to_owned(), |n| n.to_string());
    println!("order    {number}, {} ({})", order.state.name(), order.id);
    println!("placed   {} at {}", order.placed.to_minute(), order.screen);
    for line in &order.priced.lines {
        println!(
            "line     {} x {} = {} won",
            line.quantity, line.name.ko, line.goods
        );
        for option in &line.options {
            println!(
                "           {}{} x{}",
                "  ".repeat(usize::from(option.depth)),
                option.name.ko,
                option.count
            );
        }
    }
    println!(
        "total    {} won, of which {} VAT",
        order.priced.total, order.priced.tax.vat
    );
    for attempt in &full.payments {
        let evidence = attempt.evidence.as_deref().unwrap_or("");
        println!(
            "payment  {} {} {} won {evidence}",
            attempt.method.name(),
            attempt.state.name(),
            attempt.amount
        );
    }
    for refund in &full.refunds {
        println!(
            "refund   {} {} won by {}: {} {}",
            refund.state.name(),
            refund.amount,
            refund.by,
            refund.reason.as_str(),
            refund.evidence.as_deref().unwrap_or("")
        );
    }
    for receipt in &full.cash_receipts {
        println!(
            "receipt  {} {} {} won {}",
            receipt.state.name(),
            receipt.masked,
            receipt.amount,
            receipt.evidence.as_deref().unwrap_or("")
        );
    }
    for item in &full.relays {
        println!(
            "pos      {} after {} tries {}",
            item.state.name(),
            item.tries,
            item.said.as_deref().unwrap_or("")
        );
    }
    for job in &full.prints {
        println!(
            "print    {:?} copy {} at {}: {}",
            job.slip,
            job.copy,
            job.printer,
            job.state.name()
        );
    }
}
