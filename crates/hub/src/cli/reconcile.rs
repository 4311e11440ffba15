//! `soban reconcile`: the books of a day against the gateways' and the POS's (대사).
//!
//! Exits 0 where every side answered and nothing differs, 1 where something differs or
//! nobody could be asked, 2 for bad usage.

use std::process::ExitCode;

use crate::tools;
use serde::Serialize;
use soban_domain::money::Won;
use soban_domain::reconcile::{Difference, Report, Side, Sums, Unverified};
use soban_domain::text::Lang;

use super::{Failure, ReconcileArgs};

pub(crate) async fn reconcile(args: ReconcileArgs) -> Result<ExitCode, Failure> {
    let (report, lang) = tools::reconcile(&args.config, &args.data.data, args.day).await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        Words(lang).print(&report);
    }
    Ok(match report.is_clean() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// The language that a report is printed in.
struct Words(Lang);

impl Words {
    fn word(&self, key: &str) -> String {
        tools::word(self.0, "reconcile", key)
    }

    /// The words of something that has a name on the wire.
    fn named(&self, prefix: &str, thing: &impl Serialize) -> String {
        self.word(&format!("{prefix}_{}", name(thing)))
    }

    fn method(&self, method: &impl Serialize) -> String {
        tools::word(self.0, "paper", &format!("method_{}", name(method)))
    }

    fn print(&self, report: &Report) {
        let title = self.word("title");
        println!("{}", title.replace("{{ day }}", &report.day.to_string()));
        for (method, sums) in &report.ours {
            let method_name = self.method(method);
            println!("{method_name}");
            println!("  {}: {}", self.word("ours"), self.sums(*sums));
            if let Some(theirs) = report.gateways.get(method) {
                println!("  {}: {}", self.word("gateway"), self.sums(*theirs));
            }
        }
        println!(
            "{}: {} ({})",
            self.word("released"),
            report.released.sum,
            report.released.count
        );
        let pos = report.pos.map_or_else(
            || self.word("no_answer"),
            |pos| format!("{} ({})", pos.sum, pos.count),
        );
        println!("{}: {pos}", self.word("pos"));
        if report.handed_back.count > 0 {
            println!("{}: {}", self.word("handed_back"), report.handed_back.sum);
        }
        for difference in &report.differences {
            self.difference(difference);
        }
        for unverified in &report.unverified {
            self.unverified(unverified);
        }
        if report.is_clean() {
            println!("{}", self.word("clean"));
        }
    }

    fn sums(&self, sums: Sums) -> String {
        format!(
            "{} {} ({}), {} {} ({})",
            self.word("approved"),
            sums.approved.sum,
            sums.approved.count,
            self.word("sent_back"),
            sums.sent_back.sum,
            sums.sent_back.count
        )
    }

    fn difference(&self, difference: &Difference) {
        let which = match (difference.number, difference.order) {
            (Some(number), _) => {
                let words = self.word("order");
                words.replace("{{ number }}", &number.to_string())
            }
            (None, Some(order)) => {
                let words = self.word("order");
                words.replace("{{ number }}", &order.to_string())
            }
            (None, None) => self.word("no_order"),
        };
        println!(
            "! {which}: {}. {}: {}",
            self.named("kind", &difference.kind),
            self.word("ours_is"),
            self.against(difference.ours, difference.theirs)
        );
        if let Some(id) = &difference.gateway_id {
            println!("  {}: {id}", self.word("gateway"));
        }
        println!("  -> {}", self.named("repair", &difference.repair));
    }

    fn against(&self, ours: Won, theirs: Option<Won>) -> String {
        let theirs = theirs.map_or_else(|| self.word("no_answer"), |sum| sum.to_string());
        format!("{ours}, {}: {theirs}", self.word("theirs_is"))
    }

    fn unverified(&self, unverified: &Unverified) {
        let side = match unverified.side {
            Side::Gateway(method) => self.method(&method),
            Side::Pos => self.word("pos"),
        };
        println!(
            "? {}: {side} {} ({})",
            self.word("unverified"),
            unverified.money.sum,
            unverified.money.count
        );
    }
}

/// The name of a plain thing on the wire.
fn name(thing: &impl Serialize) -> String {
    let value = serde_json::to_value(thing).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
