//! The benchmark: what the order store and the hub cost, as ratios to the bare parts they
//! stand on, in one run on one machine.
//!
//! Guarantees: both sides of a ratio run on the same file system with the same build,
//! interleaved A-B-B-A; each ratio is a median with a bootstrap interval, and only an
//! interval that lies wholly past its limit ends the program with 1. The disk's own fsync
//! time and the machine's load stand beside every result.
//!
//! Deliberately absent: absolute targets for times. They are properties of the disk.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that cannot be made ends the program"
)]

mod disk;
mod hub;
mod orders;
mod paid;
mod report;
mod rpc;
mod stats;
mod store;

use std::path::Path;
use std::process::ExitCode;

use crate::report::Report;

/// What the program is asked for: everything, or to be the hub that it measures.
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => measure(false),
        ["--quick"] => measure(true),
        ["--paid"] => only_paid(),
        ["--hub", folder] => hub::serve(folder),
        _ => {
            eprintln!("usage: bench [--quick | --paid]");
            ExitCode::from(2)
        }
    }
}

/// The way from the guest's return to the event "paid", and nothing else.
fn only_paid() -> ExitCode {
    let folder = disk::folder();
    let mut report = Report::new(disk::fsync_p50(&folder));
    runtime().block_on(paid::overhead(&folder, &mut report));
    finish(&report, &folder)
}

fn measure(quick: bool) -> ExitCode {
    let folder = disk::folder();
    let mut report = Report::new(disk::fsync_p50(&folder));
    runtime().block_on(async {
        orders::latency(&folder, &mut report).await;
        orders::throughput(&folder, &mut report).await;
        rpc::overhead(&folder, &mut report).await;
        paid::overhead(&folder, &mut report).await;
        if !quick {
            hub::weight(&folder, &mut report).await;
        }
    });
    finish(&report, &folder)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn finish(report: &Report, folder: &Path) -> ExitCode {
    report.print();
    report.write(folder);
    if report.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
