//! The page around a program: size of the screen, real millimetres, colours, the browser's
//! back button.
//!
//! Guarantees: leaving by the browser's back button never leaves the program; it is told to
//! the program instead. Deliberately absent: inline style attributes, which the content
//! security policy forbids; properties are set on the element.

use soban_domain::text::Lang;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

/// Narrower than this, in CSS pixels, an upright screen is a phone.
const PHONE_MOST: f64 = 520.0;

/// The root element.
pub fn root() -> Option<HtmlElement> {
    web_sys::window()?
        .document()?
        .document_element()?
        .dyn_into()
        .ok()
}

/// Sets or removes `data-name` of the root element; the style sheets look at it.
pub fn mark(name: &str, value: Option<&str>) {
    let Some(root) = root() else { return };
    let name = format!("data-{name}");
    // Setting an attribute of a known name cannot fail.
    drop(match value {
        Some(value) => root.set_attribute(&name, value),
        None => root.remove_attribute(&name),
    });
}

/// Sets a custom property of the root element.
pub fn property(name: &str, value: &str) {
    if let Some(root) = root() {
        drop(root.style().set_property(name, value));
    }
}

/// Tells the browser and the fonts which language the page speaks.
pub fn speak(lang: Lang) {
    if let Some(root) = root() {
        root.set_lang(lang.code());
    }
}

/// Notes something about the page on `<body>`, as `data-name`, for those who look from
/// outside.
pub fn note(name: &str, value: &str) {
    let body = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.body());
    if let Some(body) = body {
        drop(body.set_attribute(&format!("data-{name}"), value));
    }
}

/// The kind of layout that fits the window.
pub fn surface() -> &'static str {
    let size = |get: fn(&web_sys::Window) -> Result<JsValue, JsValue>| {
        web_sys::window()
            .and_then(|window| get(&window).ok())
            .and_then(|value| value.as_f64())
            .unwrap_or_default()
    };
    let width = size(web_sys::Window::inner_width);
    let height = size(web_sys::Window::inner_height);
    if width >= height {
        "table"
    } else if width <= PHONE_MOST {
        "phone"
    } else {
        "kiosk"
    }
}

/// Marks the root with the fitting layout, now and whenever the window changes.
pub fn follow_size() {
    mark("surface", Some(surface()));
    on_window("resize", || mark("surface", Some(surface())));
}

/// Makes real millimetres of a panel with so many pixels to a metre.
pub fn calibrate(px_per_m: u32) {
    if surface() == "phone" || px_per_m == 0 {
        return;
    }
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "thousandths of a pixel, some thousands of them"
    )]
    let thousandths = (f64::from(px_per_m) / ratio.max(0.1)) as u32;
    let (whole, part) = (thousandths / 1000, thousandths % 1000);
    property("--px-per-mm", &format!("{whole}.{part:03}"));
}

/// Keeps the browser's back button inside: `back` is told instead.
pub fn keep_back_inside(back: impl Fn() + 'static) {
    let push = || {
        let history = web_sys::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            drop(history.push_state(&JsValue::NULL, ""));
        }
    };
    push();
    on_window("popstate", move || {
        push();
        back();
    });
}

/// Calls `then` at every such event of the window, for as long as the page lives.
pub fn on_window(event: &str, mut then: impl FnMut() + 'static) {
    let heard = Closure::<dyn FnMut(JsValue)>::new(move |_| then()).into_js_value();
    if let Some(window) = web_sys::window() {
        drop(window.add_event_listener_with_callback(event, heard.unchecked_ref()));
    }
}

/// Milliseconds since the page was opened, by a clock that never jumps.
pub fn now_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Loads the page anew, which gives the memory back that wasm never does.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        drop(window.location().reload());
    }
}
