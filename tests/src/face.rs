//! A screen as a person has it: waits until something is there, touches it, reads it.
//!
//! Guarantees: a touch is a real one, at a point where nothing lies over what is touched;
//! what is waited for is a change of the page, watched by the page itself, with one
//! deadline; the same for a browser and for the shell's window.

use std::io::Cursor;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use soban_domain::ids::OrderId;

/// A page under a WebDriver.
#[derive(Clone, Debug)]
pub struct Face {
    client: Client,
    driver: String,
}

/// Answers at once if the expression is true, else upon the change that makes it so: of
/// the page, or the end of what moves in it.
const WATCH: &str = r#"
const done = arguments[arguments.length - 1];
const ask = () => (EXPRESSION);
let over = false;
const look = () => {
  const now = over ? null : ask();
  if (now) { over = true; watch.disconnect(); done(now); }
};
const watch = new MutationObserver(look);
const what = { subtree: true, childList: true, attributes: true, characterData: true };
watch.observe(document, what);
look();
"#;

/// The middle of an element that stands still and can be touched there, else nothing.
const TOUCHABLE: &str = r#"(() => {
  const element = document.querySelector('SELECTOR');
  if (!element || element.disabled) return null;
  const moving = document.getAnimations().filter((animation) =>
    animation.playState === 'running' && animation.effect.getComputedTiming().endTime < Infinity);
  if (moving.length) {
    Promise.allSettled(moving.map((animation) => animation.finished)).then(look);
    return null;
  }
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = element.getBoundingClientRect();
  const x = Math.round(box.left + box.width / 2), y = Math.round(box.top + box.height / 2);
  const there = document.elementFromPoint(x, y);
  return there && element.contains(there) ? { x, y } : null;
})()"#;

/// Answers once fonts and pictures are there and nothing moves.
const STANDS_STILL: &str = r#"
const done = arguments[arguments.length - 1];
const ending = (animation) => animation.effect.getComputedTiming().endTime < Infinity;
(async () => {
  await document.fonts.ready;
  await Promise.allSettled([...document.images].map((image) => image.decode()));
  await Promise.allSettled(document.getAnimations().filter(ending).map((a) => a.finished));
  requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
})();
"#;

/// Where an element is by its name for tests.
fn named(id: &str) -> String {
    format!(r#"[data-testid="{id}"]"#)
}

/// A string of the page's language.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

impl Face {
    pub(crate) fn new(client: Client, driver: String) -> Face {
        Face { client, driver }
    }

    /// Opens an address.
    ///
    /// # Panics
    /// Where it does not load.
    pub async fn open(&self, url: &str) {
        let opened = self.client.goto(url).await;
        opened.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Loads the page anew.
    ///
    /// # Panics
    /// Where it does not load.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads anew");
    }

    /// Where the page is.
    ///
    /// # Panics
    /// Where the driver does not say.
    pub async fn address(&self) -> String {
        let address = self.client.current_url().await;
        address.expect("the page has an address").into()
    }

    /// Runs a script in the page; what it returns.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn run(&self, script: &str) -> Value {
        let ran = self.client.execute(script, Vec::new()).await;
        ran.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until an expression of the page's language is true; its value.
    ///
    /// # Panics
    /// Where it does not become so in time.
    pub async fn until(&self, what: &str, expression: &str) -> Value {
        let script = WATCH.replace("EXPRESSION", expression);
        match self.client.execute_async(&script, Vec::new()).await {
            Ok(value) => value,
            Err(error) => {
                let page = "return document.body.dataset.screen + ': ' + document.body.innerText";
                let shown = self.run(page).await;
                panic!("{what} did not come: {error}\nthe page shows {shown:#}")
            }
        }
    }

    /// Waits until that screen is shown: `start`, `menu`, `qr`, `done`, …
    pub async fn screen(&self, name: &str) {
        let is = format!("document.body.dataset.screen === {}", quoted(name));
        self.until(&format!("the screen {name}"), &is).await;
    }

    /// Waits until an element is there.
    pub async fn see(&self, id: &str) {
        let there = format!("!!document.querySelector({})", quoted(&named(id)));
        self.until(id, &there).await;
    }

    /// Waits until an element is gone.
    pub async fn gone(&self, id: &str) {
        let gone = format!("!document.querySelector({})", quoted(&named(id)));
        self.until(&format!("the end of {id}"), &gone).await;
    }

    /// Touches an element, as soon as it can be.
    pub async fn tap(&self, id: &str) {
        self.touch(&named(id)).await;
    }

    /// Touches what a selector finds, as soon as it can be.
    ///
    /// # Panics
    /// Where the driver cannot touch.
    pub async fn touch(&self, selector: &str) {
        let at = self
            .until(
                &format!("{selector} to touch"),
                &TOUCHABLE.replace("SELECTOR", selector),
            )
            .await;
        let of = |name: &str| at[name].as_f64().unwrap_or_default();
        let finger = MouseActions::new("finger".to_owned())
            .then(PointerAction::MoveTo {
                duration: None,
                x: of("x"),
                y: of("y"),
            })
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        let touched = self.client.perform_actions(finger).await;
        touched.unwrap_or_else(|error| panic!("{selector} cannot be touched: {error}"));
    }

    /// Touches several elements, one after the other.
    pub async fn taps(&self, ids: &[&str]) {
        for id in ids {
            self.tap(id).await;
        }
    }

    /// Types into a field.
    ///
    /// # Panics
    /// Where it takes nothing.
    pub async fn fill(&self, id: &str, text: &str) {
        self.tap(id).await;
        let field = self.client.find(Locator::Css(&named(id))).await;
        let typed = field.expect("a field").send_keys(text).await;
        typed.unwrap_or_else(|error| panic!("{id} takes no words: {error}"));
    }

    /// Waits until fonts and pictures are drawn and nothing moves any more.
    ///
    /// # Panics
    /// Where that does not come to pass in time.
    pub async fn stands_still(&self) {
        let settled = self.client.execute_async(STANDS_STILL, Vec::new()).await;
        settled.unwrap_or_else(|error| panic!("the page does not come to rest: {error}"));
    }

    /// Clicks an element twice within one task of the page, faster than any finger: no
    /// answer to the first can have been drawn before the second.
    pub async fn tap_twice(&self, id: &str) {
        let selector = named(id);
        self.until(
            &format!("{id} to touch"),
            &TOUCHABLE.replace("SELECTOR", &selector),
        )
        .await;
        let twice = format!(
            "const element = document.querySelector({}); element.click(); element.click();",
            quoted(&selector)
        );
        self.run(&twice).await;
    }

    /// What an element says.
    pub async fn text(&self, id: &str) -> String {
        self.see(id).await;
        let script = format!(
            "return document.querySelector({}).innerText.trim()",
            quoted(&named(id))
        );
        let text = self.run(&script).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an element says that.
    pub async fn says(&self, id: &str, words: &str) {
        let says = format!(
            "(document.querySelector({})?.innerText ?? '').trim() === {}",
            quoted(&named(id)),
            quoted(words)
        );
        self.until(&format!("{id} saying {words}"), &says).await;
    }

    /// An attribute of an element.
    pub async fn attribute(&self, id: &str, name: &str) -> String {
        self.see(id).await;
        let script = format!(
            "return document.querySelector({}).getAttribute({})",
            quoted(&named(id)),
            quoted(name)
        );
        let value = self.run(&script).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Everything that can be read.
    pub async fn words(&self) -> String {
        let words = self.run("return document.body.innerText").await;
        words.as_str().unwrap_or_default().to_owned()
    }

    /// The order that the page is about.
    ///
    /// # Panics
    /// Where it is about none.
    pub async fn order(&self) -> OrderId {
        let id = self.until("an order", "document.body.dataset.order").await;
        let id = id.as_str().unwrap_or_default().parse();
        id.expect("an order's id")
    }

    /// Opens an address in a tab of its own, and goes there.
    ///
    /// # Panics
    /// Where the driver opens no tab.
    pub async fn another_tab(&self, url: &str) -> Tab {
        let here = self.client.window().await.expect("a tab");
        let new = self.client.new_window(true).await.expect("a second tab");
        let there = self.client.switch_to_window(new.handle).await;
        there.expect("the second tab");
        self.open(url).await;
        Tab(here)
    }

    /// Closes this tab and goes back to the one before.
    ///
    /// # Panics
    /// Where the driver does not.
    pub async fn back_to(&self, Tab(before): Tab) {
        self.client.close_window().await.expect("the tab closes");
        let back = self.client.switch_to_window(before).await;
        back.expect("the first tab");
    }

    /// What the QR says that an element shows, read from its picture as a phone reads it.
    ///
    /// # Panics
    /// Where no QR can be read there.
    pub async fn qr(&self, id: &str) -> String {
        self.see(id).await;
        let element = self.client.find(Locator::Css(&named(id))).await;
        let png = element.expect("an element").screenshot().await;
        let mut decoder = png::Decoder::new(Cursor::new(png.expect("its picture")));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut picture = decoder.read_info().expect("a PNG");
        let mut bytes = vec![0; picture.output_buffer_size().expect("a size")];
        let info = picture.next_frame(&mut bytes).expect("a picture");
        let wide = info.width as usize;
        let each = info.line_size / wide;
        let mut grey =
            rqrr::PreparedImage::prepare_from_greyscale(wide, info.height as usize, |x, y| {
                bytes[y * info.line_size + x * each]
            });
        let grids = grey.detect_grids();
        let read = grids.first().and_then(|grid| grid.decode().ok());
        let (_, text) = read.unwrap_or_else(|| panic!("{id} shows no QR"));
        text
    }

    /// Sends the driver a command that only its maker has.
    ///
    /// # Panics
    /// Where it does not take it.
    pub async fn command(&self, path: &str, body: Value) -> Value {
        let session = self.client.session_id().await.ok().flatten();
        let session = session.expect("a session");
        let url = format!("{}/session/{session}/{path}", self.driver);
        let sent = reqwest::Client::new().post(url).json(&body).send().await;
        let answer: Value = sent
            .expect("the driver answers")
            .json()
            .await
            .expect("an answer");
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }

    pub(crate) async fn close(self) {
        // A driver that is gone has closed it.
        let _ = self.client.close().await;
    }
}

/// The tab that was left.
pub struct Tab(WindowHandle);
