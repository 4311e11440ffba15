//! Touches that would lead a guest out of the order: pinching, and pressing long.
//!
//! Guarantees: the page is neither zoomed by two fingers nor covered by the web
//! engine's own menu. No CSS, script or meta tag does this in WebKitGTK, and a pinch
//! can even end its web process.
//!
//! Deliberately absent: other systems. Their engines heed the page's own wish.

use gtk::GestureZoom;
use gtk::glib::gobject_ffi::{GObject, g_signal_handlers_destroy};
use gtk::glib::prelude::ObjectExt;
use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{WebView, WebViewExt};

/// The name under which WebKitGTK keeps its zoom gesture on the widget.
const ZOOM_GESTURE: &str = "wk-view-zoom-gesture";

/// Takes pinch and long press off a window.
pub(crate) fn calm<R: Runtime>(window: &WebviewWindow<R>) {
    let done = window.with_webview(|webview| {
        let view = webview.inner();
        view.connect_context_menu(|_, _, _, _| true);
        forget_pinch(&view);
    });
    if let Err(error) = done {
        tracing::warn!("pinch and long press could not be taken off: {error}");
    }
}

/// Cuts the zoom gesture's ties to the view; there is no setting for it.
#[expect(
    unsafe_code,
    reason = "the gesture is reachable only as untyped data of the widget"
)]
fn forget_pinch(view: &WebView) {
    // SAFETY: WebKitGTK puts a `GtkGestureZoom *` under this name when it makes the
    // view and keeps it as long as the view lives. The pointer is not read as a Rust
    // value, only handed back to GObject as the instance whose handlers go. This runs
    // on GTK's own thread.
    unsafe {
        if let Some(gesture) = view.data::<GestureZoom>(ZOOM_GESTURE) {
            g_signal_handlers_destroy(gesture.as_ptr().cast::<GObject>());
        }
    }
}
