//! The window in which a gateway's page is shown, for stores whose hub no phone can
//! reach.
//!
//! Guarantees: it can call nothing of this program, keeps no cookies, downloads
//! nothing, opens no other window and is granted no device; where it may go, its
//! [`Gate`] says. The way home is carried to the hub once and the window is gone.
//!
//! Deliberately absent: the countdown and the way out. They are on the page beneath,
//! which stays visible above and below this window.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use soban_protocol::guest::Came;
use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::carried::Carried;
use crate::gate::{Gate, Verdict};
use crate::main_window;

/// Labels begin so. Each window has its own: a label is free again only some time
/// after its window is gone.
const LABEL: &str = "payment-";

/// The part of the ordering window that is left free, in thousandths of its size:
/// above for amount and countdown, below for the way out and the staff call.
const FREE_ABOVE: f64 = 180.0;
const FREE_BELOW: f64 = 160.0;
const FREE_ASIDE: f64 = 40.0;

static OPENED: AtomicU32 = AtomicU32::new(0);

/// A place on the screen, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Opens the window at the gate's page, instead of one that is open.
///
/// # Errors
/// When the window system gives none.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, gate: Gate) -> tauri::Result<()> {
    close(app);
    let Some(main) = app.get_webview_window(main_window::LABEL) else {
        return Err(tauri::Error::WindowNotFound);
    };
    let label = format!("{LABEL}{}", OPENED.fetch_add(1, Ordering::Relaxed));
    let page = WebviewUrl::External(gate.start().clone());
    tracing::info!(attempt = %gate.attempt(), "the gateway's page opens");
    let builder = WebviewWindowBuilder::new(app, label, page)
        .incognito(true)
        .on_navigation(guarded(app.clone(), gate))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny);
    let window = shaped(builder, &main)?.build()?;
    #[cfg(target_os = "linux")]
    crate::touch::calm(&window);
    #[cfg(desktop)]
    window.set_focus()?;
    Ok(())
}

/// Closes the window, if one is open.
pub(crate) fn close<R: Runtime>(app: &AppHandle<R>) {
    for (label, window) in app.webview_windows() {
        if label.starts_with(LABEL)
            && let Err(error) = window.destroy()
        {
            tracing::warn!("the payment window could not be closed: {error}");
        }
    }
}

#[cfg(desktop)]
fn shaped<'a, R: Runtime>(
    builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
    main: &WebviewWindow<R>,
) -> tauri::Result<WebviewWindowBuilder<'a, R, AppHandle<R>>> {
    let scale = main.scale_factor()?;
    let corner = main.inner_position()?.to_logical::<f64>(scale);
    let size = main.inner_size()?.to_logical::<f64>(scale);
    let place = within(Place {
        x: corner.x,
        y: corner.y,
        width: size.width,
        height: size.height,
    });
    Ok(builder
        .parent(main)?
        .title("Soban")
        .decorations(false)
        .resizable(false)
        .always_on_top(true)
        .skip_taskbar(true)
        .position(place.x, place.y)
        .inner_size(place.width, place.height))
}

/// A phone or tablet has one window at a time; the system's own way back leads home.
#[cfg(mobile)]
fn shaped<'a, R: Runtime>(
    builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
    _: &WebviewWindow<R>,
) -> tauri::Result<WebviewWindowBuilder<'a, R, AppHandle<R>>> {
    Ok(builder)
}

/// The middle of the ordering window, below its head and above its foot.
#[cfg_attr(mobile, expect(dead_code, reason = "a mobile window shapes itself"))]
fn within(main: Place) -> Place {
    let part = |size: f64, thousandths: f64| (size * thousandths / 1000.0).round();
    let (above, below) = (part(main.height, FREE_ABOVE), part(main.height, FREE_BELOW));
    let aside = part(main.width, FREE_ASIDE);
    Place {
        x: main.x + aside,
        y: main.y + above,
        width: main.width - 2.0 * aside,
        height: main.height - above - below,
    }
}

/// Judges every navigation of the window.
fn guarded<R: Runtime>(app: AppHandle<R>, gate: Gate) -> impl Fn(&Url) -> bool + Send + 'static {
    let home = AtomicBool::new(false);
    move |url| {
        let verdict = gate.judge(url);
        match verdict {
            Verdict::Pass => return !home.load(Ordering::Relaxed),
            Verdict::Refuse | Verdict::Home(_) => {
                tracing::info!(attempt = %gate.attempt(), "the gateway's page {verdict}");
            }
        }
        if let Verdict::Home(came) = verdict
            && !home.swap(true, Ordering::Relaxed)
        {
            bring_home(&app, &gate, came);
        }
        false
    }
}

/// Closes the window and tells the hub.
fn bring_home<R: Runtime>(app: &AppHandle<R>, gate: &Gate, came: Came) {
    let (app, attempt) = (app.clone(), gate.attempt());
    tauri::async_runtime::spawn(async move {
        close(&app);
        app.state::<Carried>().guest_returned(attempt, came).await;
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The window leaves head and foot of the kiosk free, whatever its size and place.
    #[test]
    fn head_and_foot_stay_free() {
        for (x, y, width, height) in [(0.0, 0.0, 1080.0, 1920.0), (70.0, 40.0, 540.0, 960.0)] {
            let main = Place {
                x,
                y,
                width,
                height,
            };
            let place = within(main);
            assert!(place.y - y >= height * 0.17 && place.x > x);
            assert!(y + height - (place.y + place.height) >= height * 0.15);
            assert!((place.x - x) * 2.0 + place.width == width);
            assert!(place.height > height / 2.0);
        }
    }
}
