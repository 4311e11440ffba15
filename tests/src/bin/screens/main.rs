//! Takes the pictures of docs/screens: every screen, as guests and staff have it.
//!
//! Guarantees: the pictures are of the real program on the sample store, taken in a real
//! browser at the size of the real panel, and small: WebP at half a kiosk's size.
//!
//! Deliberately absent: the same bytes in every run. Numbers, times and QR codes are of
//! the day.

mod camera;
mod kiosk;
mod others;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::camera::Camera;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let folder = match (args.next(), args.next()) {
        (None, _) => of_the_project(),
        (Some(folder), None) if folder != "--help" => PathBuf::from(folder),
        _ => {
            eprintln!("usage: screens [FOLDER]");
            return ExitCode::from(2);
        }
    };
    let camera = Camera::new(folder).await;
    kiosk::ordering(&camera).await;
    kiosk::paying(&camera).await;
    kiosk::trouble(&camera).await;
    kiosk::english(&camera).await;
    others::guests(&camera).await;
    others::staff(&camera).await;
    others::outside(&camera).await;
    camera.close().await;
    ExitCode::SUCCESS
}

/// docs/screens of this checkout, when cargo runs the program.
fn of_the_project() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let root = package.and_then(|package| package.parent().map(PathBuf::from));
    root.unwrap_or_default().join("docs/screens")
}
