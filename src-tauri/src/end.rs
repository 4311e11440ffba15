//! The ways in which the shell may end.
//!
//! Guarantees: SIGTERM and Ctrl-C, by which staff and the system's supervisor end it,
//! let the hub finish what it writes. Deliberately absent: a way for guests.

use tauri::{AppHandle, Runtime};

/// Ends the program in an orderly way when the system asks for it.
pub(crate) fn on_signals<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        if asked().await {
            app.exit(0);
        }
    });
}

/// Waits until an end is asked for; false where the system cannot tell.
#[cfg(unix)]
async fn asked() -> bool {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut term), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return false;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
    true
}

/// Waits until an end is asked for; false where the system cannot tell.
#[cfg(not(unix))]
async fn asked() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
