//! What was measured, as a table and as JSON.

use std::path::Path;

use serde::Serialize;

use crate::stats::Ratio;

/// What a ratio may be.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Limit {
    /// True where the whole interval lies past it.
    fn is_broken_by(self, ratio: Ratio) -> bool {
        match self {
            Limit::AtMost(most) => ratio.low > most,
            Limit::AtLeast(least) => ratio.high < least,
        }
    }

    fn words(self) -> String {
        match self {
            Limit::AtMost(most) => format!("≤ {most}"),
            Limit::AtLeast(least) => format!("≥ {least}"),
        }
    }
}

#[derive(Debug, Serialize)]
struct Measured {
    name: String,
    ratio: Ratio,
    limit: Limit,
    good: bool,
}

#[derive(Debug, Serialize)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<f64>,
}

/// All that was measured in one run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    fsync_p50_ms: f64,
    load: String,
    cores: usize,
    ratios: Vec<Measured>,
    figures: Vec<Figure>,
    left_out: Vec<String>,
}

impl Report {
    pub(crate) fn new(fsync_p50_ms: f64) -> Report {
        Report {
            fsync_p50_ms,
            load: std::fs::read_to_string("/proc/loadavg").unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            ratios: Vec::new(),
            figures: Vec::new(),
            left_out: Vec::new(),
        }
    }

    pub(crate) fn ratio(&mut self, name: &str, ratio: Ratio, limit: Limit) {
        let good = !limit.is_broken_by(ratio);
        self.ratios.push(Measured {
            name: name.to_owned(),
            ratio,
            limit,
            good,
        });
    }

    pub(crate) fn figure(&mut self, name: &str, value: f64, unit: &'static str) {
        self.figures.push(Figure {
            name: name.to_owned(),
            value,
            unit,
            at_most: None,
        });
    }

    /// A figure that has a bound of its own.
    pub(crate) fn bound(&mut self, name: &str, value: f64, unit: &'static str, most: f64) {
        self.figures.push(Figure {
            name: name.to_owned(),
            value,
            unit,
            at_most: Some(most),
        });
    }

    pub(crate) fn left_out(&mut self, what: &str) {
        self.left_out.push(what.to_owned());
    }

    /// True where no limit is broken.
    pub(crate) fn is_good(&self) -> bool {
        let within = |figure: &Figure| figure.at_most.is_none_or(|most| figure.value <= most);
        self.ratios.iter().all(|measured| measured.good) && self.figures.iter().all(within)
    }

    pub(crate) fn print(&self) {
        println!(
            "fsync p50 {:.2} ms, {} cores, load {}",
            self.fsync_p50_ms,
            self.cores,
            self.load.trim()
        );
        println!(
            "{:<58}{:>9}  {:<18}{:<8}",
            "ratio", "median", "95 % interval", "limit"
        );
        for measured in &self.ratios {
            let Ratio {
                median, low, high, ..
            } = measured.ratio;
            let interval = format!("{low:.3} to {high:.3}");
            let limit = measured.limit.words();
            let verdict = if measured.good { "" } else { "BROKEN" };
            println!(
                "{:<58}{median:>9.3}  {interval:<18}{limit:<8}{verdict}",
                measured.name
            );
        }
        println!();
        for figure in &self.figures {
            let limit = match figure.at_most {
                Some(most) if figure.value > most => format!("  ≤ {most} BROKEN"),
                Some(most) => format!("  ≤ {most}"),
                None => String::new(),
            };
            println!(
                "{:<58}{:>9.2} {}{limit}",
                figure.name, figure.value, figure.unit
            );
        }
        for what in &self.left_out {
            println!("left out: {what}");
        }
    }

    pub(crate) fn write(&self, folder: &Path) {
        let json = serde_json::to_string_pretty(self).expect("a report");
        let path = folder.join("bench.json");
        std::fs::write(&path, json).expect("target/bench can be written");
        println!("\nwritten to {}", path.display());
    }
}
