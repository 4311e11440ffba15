//! Logs: readable on the terminal, JSON in a file a day, two weeks kept.
//!
//! Guarantees: secrets are types that do not print (see [`soban_domain::secret`]), and
//! no request's body or address is logged.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

const DAYS_KEPT: usize = 14;

/// Begins to log; `RUST_LOG` chooses what, `info` where it says nothing. Keep the guard
/// to the end: what it holds back is written when it is dropped.
///
/// # Errors
/// A log folder that cannot be written, in words.
pub fn begin(data: Option<&Path>) -> Result<Option<WorkerGuard>, String> {
    let filter = || EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_filter(filter());
    let (file, guard) = match data {
        Some(data) => {
            let folder = data.join("logs");
            let wrong =
                |why: String| format!("logs cannot be written to {}: {why}", folder.display());
            std::fs::create_dir_all(&folder).map_err(|error| wrong(error.to_string()))?;
            let appender = Builder::new()
                .rotation(Rotation::DAILY)
                .filename_prefix("soban")
                .filename_suffix("jsonl")
                .max_log_files(DAYS_KEPT)
                .build(data.join("logs"))
                .map_err(|error| {
                    format!("logs cannot be written to {}: {error}", data.display())
                })?;
            let (writer, guard) = tracing_appender::non_blocking(appender);
            let layer = fmt::layer()
                .json()
                .with_writer(writer)
                .with_filter(filter());
            (Some(layer), Some(guard))
        }
        None => (None, None),
    };
    // A second begin in one process (tests) keeps the first.
    let _ = tracing_subscriber::registry()
        .with(terminal)
        .with(file)
        .try_init();
    Ok(guard)
}
