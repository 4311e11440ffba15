//! The page that shows what came out, and the buttons on the printers.
//!
//! Guarantees: newest paper first; a slip once cut never changes, so pages fetch it once.
//! Deliberately absent: sound.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::paper::{Bitmap, Item, Job};
use super::style::COLUMN;
use super::{Handling, Printer, svg};
use crate::html::page;
use crate::world::{World, hold};

const PAPERS: &str = include_str!("../../pages/printers.html");

/// Jobs a page lists for each printer.
const SHOWN: usize = 20;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(|| async { page(PAPERS, &[]) }))
        .route("/state", get(state))
        .route("/{name}/condition", post(condition))
        .route("/{name}/jobs/{job}/slips/{slip}", get(slip))
        .route("/{name}/jobs/{job}/slips/{slip}/images/{at}", get(image))
}

async fn state(State(world): State<Arc<World>>) -> Response {
    let printers: Vec<Value> = world
        .printers
        .iter()
        .map(|printer| {
            let mut view = printer.summary();
            view["jobs"] = Value::Array(printer.recent());
            view
        })
        .collect();
    Json(json!({ "printers": printers })).into_response()
}

impl Printer {
    /// The newest jobs first, without their bytes.
    fn recent(&self) -> Vec<Value> {
        let machine = hold(&self.machine);
        machine
            .jobs()
            .rev()
            .take(SHOWN)
            .map(|job| {
                json!({
                    "job": job.number,
                    "connection": job.connection,
                    "at": job.started,
                    "closed": job.closed,
                    "slips": job.slips().iter().map(|slip| slip.len()).collect::<Vec<_>>(),
                    "drawer_pulses": job.pulses.len(),
                    "process_ids": job.process_ids,
                    "letters_lost": job.letters_lost,
                    "unknown_commands": job.unknown,
                    "refused_commands": job.refused,
                })
            })
            .collect()
    }

    fn on_job<T>(&self, number: u64, see: impl FnOnce(&Job) -> Option<T>) -> Option<T> {
        let machine = hold(&self.machine);
        let job = machine.jobs().find(|job| job.number == Some(number))?;
        see(job)
    }
}

async fn condition(
    State(world): State<Arc<World>>,
    Path(name): Path<String>,
    Json(handling): Json<Handling>,
) -> Response {
    let Some(printer) = world.printer(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    printer.handle(&handling);
    Json(printer.summary()).into_response()
}

async fn slip(
    State(world): State<Arc<World>>,
    Path((name, job, slip)): Path<(String, u64, usize)>,
) -> Response {
    let drawn = world.printer(&name).and_then(|printer| {
        let width = u32::from(printer.config.columns) * COLUMN;
        printer.on_job(job, |found| {
            let slips = found.slips();
            let items = slips.get(slip)?;
            let address = |at| format!("/printers/{name}/jobs/{job}/slips/{slip}/images/{at}");
            Some(svg::draw(items, width, address))
        })
    });
    match drawn {
        Some(svg) => ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn image(
    State(world): State<Arc<World>>,
    Path((name, job, slip, at)): Path<(String, u64, usize, usize)>,
) -> Response {
    let picture = world.printer(&name).and_then(|printer| {
        printer.on_job(job, |found| match found.slips().get(slip)?.get(at)? {
            Item::Image { bitmap, .. } => Some(bmp(bitmap)),
            _ => None,
        })
    });
    match picture {
        Some(bytes) => ([(header::CONTENT_TYPE, "image/bmp")], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// One bit a dot as a BMP: the one picture format that is only a header away.
fn bmp(bitmap: &Bitmap) -> Vec<u8> {
    let stride = bitmap.bytes_wide.div_ceil(4) * 4;
    let rows = if bitmap.dots.is_empty() {
        0
    } else {
        bitmap.rows
    };
    let offset = 14 + 40 + 8;
    let mut file = Vec::with_capacity(offset + stride * rows);
    let word = |file: &mut Vec<u8>, value: usize| {
        file.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
    };
    file.extend_from_slice(b"BM");
    word(&mut file, offset + stride * rows);
    word(&mut file, 0);
    word(&mut file, offset);
    word(&mut file, 40);
    word(&mut file, bitmap.bytes_wide * 8);
    word(&mut file, rows);
    file.extend_from_slice(&[1, 0, 1, 0]);
    for value in [0, stride * rows, 2835, 2835, 2, 2] {
        word(&mut file, value);
    }
    file.extend_from_slice(&[0xF9, 0xFD, 0xFF, 0, 0x1E, 0x24, 0x2A, 0]);
    for row in bitmap.dots.chunks(bitmap.bytes_wide.max(1)).rev() {
        file.extend_from_slice(row);
        file.resize(file.len() + stride - row.len(), 0);
    }
    file
}
