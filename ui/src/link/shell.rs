//! The shell's side: its one `rpc` command, its events on a channel, its payment window.
//!
//! Deliberately absent: typed bindings to Tauri. Four names are called, each through the
//! object that the shell puts into the page.

use js_sys::{Array, Function, Object, Promise, Reflect};
use soban_protocol::{ApiError, ErrorCode};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// True inside the shell.
pub fn in_shell() -> bool {
    core().is_some()
}

fn core() -> Option<JsValue> {
    let tauri = Reflect::get(&js_sys::global(), &"__TAURI__".into()).ok()?;
    let core = Reflect::get(&tauri, &"core".into()).ok()?;
    (!core.is_undefined()).then_some(core)
}

fn object(fields: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object cannot fail.
        drop(Reflect::set(&object, &(*name).into(), value));
    }
    object
}

async fn invoke(command: &str, arguments: &Object) -> Result<JsValue, JsValue> {
    let core = core().ok_or(JsValue::UNDEFINED)?;
    let invoke: Function = Reflect::get(&core, &"invoke".into())?.dyn_into()?;
    let promise: Promise = invoke
        .call2(&core, &command.into(), arguments)?
        .dyn_into()?;
    JsFuture::from(promise).await
}

/// Calls an endpoint through the shell.
pub(super) async fn call(name: &str, body: &str) -> Result<String, ApiError> {
    let arguments = object(&[("endpoint", &name.into()), ("body", &body.into())]);
    match invoke("rpc", &arguments).await {
        Ok(answer) => answer
            .as_string()
            .ok_or_else(|| ApiError::new(ErrorCode::Internal, "the shell's answer is no text")),
        Err(error) => Err(ApiError::new(
            ErrorCode::Offline,
            error.as_string().unwrap_or_default(),
        )),
    }
}

/// Has the shell send every event from `from` on to `heard`, as JSON. The closure lives as
/// long as the page, like the subscription.
pub(super) async fn subscribe(from: u64, heard: impl FnMut(String) + 'static) -> bool {
    let Some(channel) = core().and_then(|core| {
        let class: Function = Reflect::get(&core, &"Channel".into())
            .ok()?
            .dyn_into()
            .ok()?;
        Reflect::construct(&class, &Array::new()).ok()
    }) else {
        return false;
    };
    let mut heard = heard;
    let listen = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
        let text = message
            .as_string()
            .or_else(|| js_sys::JSON::stringify(&message).ok().map(String::from));
        heard(text.unwrap_or_default());
    });
    let set = Reflect::set(&channel, &"onmessage".into(), &listen.into_js_value());
    #[expect(clippy::cast_precision_loss, reason = "JavaScript has no other number")]
    let from = JsValue::from_f64(from as f64);
    let arguments = object(&[("from", &from), ("onEvent", &channel)]);
    set.is_ok() && invoke("subscribe", &arguments).await.is_ok()
}

/// Shows a gateway's page in a locked window of its own. True when the shell did.
pub async fn open_payment_window(url: &str, home: &str) -> bool {
    let arguments = object(&[("url", &url.into()), ("home", &home.into())]);
    invoke("open_payment_window", &arguments).await.is_ok()
}

/// Closes that window, if it is open.
pub async fn close_payment_window() {
    // Nothing to do where there is no window, or no shell.
    drop(invoke("close_payment_window", &Object::new()).await);
}
