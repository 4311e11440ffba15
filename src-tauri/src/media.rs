//! The menu and its pictures, from the hub inside to the page, under a scheme of their
//! own.
//!
//! Guarantees: the ordering window alone may read, and only what is cacheable: no
//! endpoint, no page and no address of staff can be reached this way.
//! Deliberately absent: calls. They go by the `rpc` command.

use axum::body::{Body, to_bytes};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue, IF_NONE_MATCH};
use axum::http::{Method, Request, Response, StatusCode};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};
use tower::ServiceExt;

use crate::carried::Carried;
use crate::main_window;

/// The scheme.
pub(crate) const SCHEME: &str = "soban";

/// Where the page finds the scheme.
#[cfg(not(any(windows, target_os = "android")))]
pub(crate) const BASE: &str = "soban://localhost";
/// Where the page finds the scheme; these web engines know no schemes of others.
#[cfg(any(windows, target_os = "android"))]
pub(crate) const BASE: &str = "http://soban.localhost";

/// The origin of this program's pages.
#[cfg(not(any(windows, target_os = "android")))]
pub(crate) const PAGES: &str = "tauri://localhost";
/// The origin of this program's pages.
#[cfg(any(windows, target_os = "android"))]
pub(crate) const PAGES: &str = "http://tauri.localhost";

/// What may be read begins so.
const OPEN: [&str; 2] = ["/menu/", "/media/"];

/// The largest menu or picture that is carried.
const BODY_MOST: usize = 16 << 20;

/// Answers a request of a window.
pub(crate) fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let hub = context.app_handle().try_state::<Carried>();
    let (Some(hub), Some(inner)) = (hub, carried_on(context.webview_label(), &request)) else {
        responder.respond(empty(StatusCode::NOT_FOUND));
        return;
    };
    let router = hub.router();
    tauri::async_runtime::spawn(async move {
        let response = match router.oneshot(inner).await {
            Ok(response) => whole(response).await,
            Err(never) => match never {},
        };
        responder.respond(response);
    });
}

/// The request as the hub gets it, if this window may make it.
fn carried_on(window: &str, request: &Request<Vec<u8>>) -> Option<Request<Body>> {
    let path = request.uri().path();
    let open = OPEN.iter().any(|begin| path.starts_with(begin));
    if window != main_window::LABEL || request.method() != Method::GET || !open {
        return None;
    }
    let mut inner = Request::get(request.uri().path_and_query()?.as_str());
    if let Some(known) = request.headers().get(IF_NONE_MATCH) {
        inner = inner.header(IF_NONE_MATCH, known);
    }
    inner.body(Body::empty()).ok()
}

/// The response in one piece, readable by our pages only.
async fn whole(response: axum::response::Response) -> Response<Vec<u8>> {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_MOST).await else {
        return empty(StatusCode::BAD_GATEWAY);
    };
    let mut response = Response::from_parts(parts, bytes.to_vec());
    let ours = HeaderValue::from_static(PAGES);
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, ours);
    response
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(window: &str, method: Method, path: &str) -> Option<String> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{BASE}{path}"))
            .body(Vec::new())
            .unwrap();
        carried_on(window, &request).map(|inner| inner.uri().to_string())
    }

    /// Menu and pictures are carried on as they are asked for.
    #[test]
    fn menu_and_pictures_are_open() {
        for path in ["/menu/abc", "/media/kimchi-jjigae.webp?v=1"] {
            assert_eq!(asked("main", Method::GET, path).as_deref(), Some(path));
        }
    }

    /// Everything else is closed: other windows, other methods, other addresses.
    #[test]
    fn the_rest_is_closed() {
        assert_eq!(asked("payment-1", Method::GET, "/menu/abc"), None);
        assert_eq!(asked("main", Method::POST, "/menu/abc"), None);
        for path in [
            "/rpc/staff_board",
            "/staff",
            "/events",
            "/health",
            "/menu",
            "/",
        ] {
            assert_eq!(asked("main", Method::GET, path), None, "{path}");
        }
    }

    /// What the hub says reaches the page, and no page but ours may read it.
    #[tokio::test]
    async fn answers_are_for_our_pages() {
        let said = axum::response::Response::new(Body::from("menu"));
        let response = whole(said).await;
        assert_eq!(response.body(), b"menu");
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], PAGES);
    }
}
