//! What the hub tells without being asked, in order and without a gap.
//!
//! Guarantees: an event reaches the screen once and in order; after a break the stream goes
//! on from the last one; where one is missing the screen is told to ask anew.
//! Deliberately absent: events kept for later. A screen that missed some asks how things are.

use std::cell::Cell;
use std::rc::Rc;

use soban_domain::ids::ScreenId;
use soban_protocol::{Event, EventBody};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{Link, jitter, read, shell, sleep};

/// What a listener is told.
#[derive(Clone, Debug)]
pub enum News {
    /// The next event.
    Event(EventBody),
    /// One is missing: ask how things are.
    Missed,
    /// The stream is open.
    Open,
    /// The stream is broken; it is being opened again.
    Broken,
}

/// Where the stream stands.
#[derive(Clone)]
struct Stream {
    last: Rc<Cell<u64>>,
    tell: Rc<dyn Fn(News)>,
}

impl Stream {
    fn heard(&self, text: &str) {
        match read::<Event>(text) {
            Ok(event) => self.came(event),
            Err(_) => (self.tell)(News::Missed),
        }
    }

    fn came(&self, event: Event) {
        let last = self.last.get();
        if event.seq <= last {
            return;
        }
        self.last.set(event.seq);
        if event.seq == last + 1 {
            (self.tell)(News::Event(event.body));
        } else {
            (self.tell)(News::Missed);
        }
    }
}

/// A running subscription.
#[derive(Clone)]
pub struct Following(Stream);

impl Following {
    /// The screen asked how things are and knows all up to here.
    pub fn knows(&self, seq: u64) {
        self.0.last.set(self.0.last.get().max(seq));
    }
}

/// Follows the events after `from` for as long as the page lives.
pub fn follow(screen: ScreenId, from: u64, tell: impl Fn(News) + 'static) -> Following {
    let stream = Stream {
        last: Rc::new(Cell::new(from)),
        tell: Rc::new(tell),
    };
    let following = Following(stream.clone());
    match Link::find() {
        Link::Shell => spawn_local(by_shell(stream)),
        Link::Http => spawn_local(by_socket(screen, stream)),
    }
    following
}

async fn by_shell(stream: Stream) {
    let mut tries = 0;
    loop {
        let heard = stream.clone();
        let from = stream.last.get();
        if shell::subscribe(from, move |text| heard.heard(&text)).await {
            return (stream.tell)(News::Open);
        }
        (stream.tell)(News::Broken);
        sleep(jitter(tries)).await;
        tries += 1;
    }
}

async fn by_socket(screen: ScreenId, stream: Stream) {
    let mut tries = 0;
    loop {
        let opened = Rc::new(Cell::new(false));
        one_socket(&screen, &stream, &opened).await;
        (stream.tell)(News::Broken);
        tries = if opened.get() { 0 } else { tries + 1 };
        sleep(jitter(tries)).await;
    }
}

/// Opens a socket and comes back when it is closed.
async fn one_socket(screen: &ScreenId, stream: &Stream, opened: &Rc<Cell<bool>>) {
    let Some(socket) =
        address(screen, stream.last.get()).and_then(|address| WebSocket::new(&address).ok())
    else {
        return;
    };
    let heard = stream.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(text) = message.data().as_string() {
            heard.heard(&text);
        }
    });
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let (tell, now_open) = (stream.tell.clone(), opened.clone());
    let on_open = Closure::<dyn FnMut()>::new(move || {
        now_open.set(true);
        tell(News::Open);
    });
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    let closed = js_sys::Promise::new(&mut |resolve, _| {
        let on_close = Closure::once_into_js(move |_: CloseEvent| {
            // Calling a promise's own resolver cannot fail.
            drop(resolve.call0(&wasm_bindgen::JsValue::UNDEFINED));
        });
        socket.set_onclose(Some(on_close.unchecked_ref()));
    });
    drop(wasm_bindgen_futures::JsFuture::from(closed).await);
    socket.set_onmessage(None);
    socket.set_onopen(None);
}

fn address(screen: &ScreenId, from: u64) -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = match location.protocol().ok()?.as_str() {
        "https:" => "wss",
        _ => "ws",
    };
    let host = location.host().ok()?;
    Some(format!(
        "{scheme}://{host}/events?from={from}&screen={screen}"
    ))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use soban_domain::moment::Timestamp;

    use super::*;

    fn event(seq: u64) -> Event {
        Event {
            seq,
            at: Timestamp::default(),
            body: EventBody::Other,
        }
    }

    /// Repeats are dropped, a gap is told once and then the stream goes on: a row of
    /// numbers is heard and what was told is compared.
    #[test]
    fn a_gap_is_told() {
        let told: Rc<RefCell<Vec<&str>>> = Rc::default();
        let ear = told.clone();
        let stream = Stream {
            last: Rc::new(Cell::new(4)),
            tell: Rc::new(move |news| {
                ear.borrow_mut().push(match news {
                    News::Event(_) => "event",
                    News::Missed => "missed",
                    News::Open | News::Broken => "other",
                });
            }),
        };
        for seq in [4, 5, 5, 6, 8, 9] {
            stream.came(event(seq));
        }
        assert_eq!(*told.borrow(), ["event", "event", "missed", "event"]);
    }
}
