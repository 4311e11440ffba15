//! The window in which guests order.
//!
//! Guarantees: as a kiosk it fills the screen, cannot be moved, closed or left; it
//! goes to pages of this program only, opens no other window, downloads nothing and is
//! granted no device. Deliberately absent: the pages.

use soban_domain::ids::ScreenId;
#[cfg(desktop)]
use tauri::AppHandle;
use tauri::webview::{NewWindowResponse, PageLoadEvent, PermissionResponse};
use tauri::{App, Manager, Runtime, Url, WebviewUrl, WebviewWindow};
use tauri::{WebviewWindowBuilder, WindowEvent};

use crate::feed::Feed;
use crate::{media, payment_window};

/// The window's label, which its capability names.
pub(crate) const LABEL: &str = "main";

/// A kiosk's panel, in CSS pixels.
const PANEL: (f64, f64) = (1080.0, 1920.0);

/// Opens the window.
///
/// # Errors
/// When the window system gives none.
pub(crate) fn open<R: Runtime>(
    app: &App<R>,
    screen: &ScreenId,
    windowed: bool,
) -> tauri::Result<()> {
    let page = WebviewUrl::App(page(screen).into());
    let builder = WebviewWindowBuilder::new(app, LABEL, page)
        .initialization_script(greeting())
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Started {
                forget_the_page_before(&window);
            }
        });
    let window = shaped(builder, windowed).build()?;
    #[cfg(target_os = "linux")]
    crate::touch::calm(&window);
    guard_the_end(&window, windowed);
    Ok(())
}

/// Brings the window to the front, when somebody starts the program a second time.
#[cfg(desktop)]
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.set_focus()
    {
        tracing::warn!("the window could not be brought to the front: {error}");
    }
}

#[cfg(desktop)]
fn shaped<'a, R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'a, R, M>,
    windowed: bool,
) -> WebviewWindowBuilder<'a, R, M> {
    let (width, height) = PANEL;
    let builder = builder.title("Soban");
    if windowed {
        builder.inner_size(width / 2.0, height / 2.0)
    } else {
        builder
            .inner_size(width, height)
            .position(0.0, 0.0)
            .decorations(false)
            .resizable(false)
            .fullscreen(true)
    }
}

/// A phone or tablet shapes its one window itself.
#[cfg(mobile)]
fn shaped<R: Runtime, M>(builder: WebviewWindowBuilder<R, M>, _: bool) -> WebviewWindowBuilder<R, M>
where
    M: Manager<R>,
{
    builder
}

/// A page loaded anew knows nothing of the subscription and the payment page that the
/// one before had.
fn forget_the_page_before<R: Runtime>(window: &WebviewWindow<R>) {
    window.state::<Feed>().stop();
    payment_window::close(window.app_handle());
}

/// A kiosk's window is not for guests to close; a window on a desk is, and the program
/// ends with it.
fn guard_the_end<R: Runtime>(window: &WebviewWindow<R>, windowed: bool) {
    let app = window.app_handle().clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            if windowed {
                app.exit(0);
            }
        }
    });
}

/// The guest's page. A screen's name has letters, digits and hyphens only.
fn page(screen: &ScreenId) -> String {
    format!("guest.html?screen={screen}")
}

/// Tells the page where the hub's menu and pictures are.
fn greeting() -> String {
    format!("window.__SOBAN_BASE__ = \"{}\";", media::BASE)
}

/// True for pages of this program.
fn is_ours(url: &Url) -> bool {
    let origin = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
    origin == media::PAGES
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The window leaves its own pages for nothing: addresses of every other kind are
    /// tried.
    #[test]
    fn the_window_stays_with_its_pages() {
        let goes = |text: &str| is_ours(&Url::parse(text).unwrap());
        assert!(goes(&format!("{}/guest.html?screen=kiosk-1", media::PAGES)));
        for url in [
            "https://example.com/",
            "http://127.0.0.1:7780/staff",
            "tauri://evil/guest.html",
            "soban://localhost/menu/x",
            "file:///etc/passwd",
            "about:blank",
        ] {
            assert!(!goes(url), "{url}");
        }
    }

    /// The screen's name reaches the page.
    #[test]
    fn the_page_is_told_its_screen() {
        let screen: ScreenId = "kiosk-2".parse().unwrap();
        assert_eq!(page(&screen), "guest.html?screen=kiosk-2");
    }
}
