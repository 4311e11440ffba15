//! What the guest's screens know.
//!
//! Guarantees: totals come from the domain's pricing of the basket by the menu in force.
//! Deliberately absent: anything that must outlive the page. An order does, and the hub
//! keeps it.

use std::sync::Arc;

use leptos::prelude::*;
use soban_domain::cart::{Cart, CartLine};
use soban_domain::change::Change;
use soban_domain::ids::ItemId;
use soban_domain::menu::{Dining, Item, Menu};
use soban_domain::money::Won;
use soban_domain::pricing::{self, PricedLine};
use soban_domain::shelf::Shelf;
use soban_domain::text::{Lang, Text};
use soban_protocol::guest::Hello;
use soban_protocol::view::{Conditions, OrderView};
use soban_protocol::{ApiError, ErrorCode};

use super::actions;
use super::flow::{self, Leaving, Place, Screen};
use super::offer::Store;
use super::pick;
use crate::{page, say, words};

/// Minutes of a week.
const WEEK: u16 = 7 * 24 * 60;

/// The item sheet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sheet {
    /// The line in the making.
    pub(super) line: CartLine,
    /// The basket's line that it takes the place of.
    pub(super) instead_of: Option<usize>,
}

/// Changes to settle with the guest, each once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Changes {
    /// The basket as it would be.
    pub(super) cart: Cart,
    /// What is different, with the line it concerned.
    pub(super) open: Vec<(CartLine, Change)>,
}

/// What the screen is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Busy {
    /// The quote, the order and the first word of the payment.
    Ordering,
    /// The end of a payment or an order.
    Leaving,
    /// The receipt.
    Receipt,
    /// The code that the scanner read.
    Scanning,
}

/// How a call for staff stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Nobody was called.
    None,
    /// The call is on its way.
    Sending,
    /// It is on the staff's screens.
    Called,
    /// It did not get through.
    Failed,
}

/// Something said for a moment at the foot of the screen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Toast {
    /// What.
    pub(super) text: String,
    /// A line that can be put back, and where it stood.
    pub(super) undo: Option<(usize, CartLine)>,
    /// When it goes, by [`page::now_ms`].
    pub(super) until: f64,
}

/// The aids at the foot of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Aids {
    pub(super) large: bool,
    pub(super) contrast: bool,
    pub(super) low: bool,
}

/// Everything, as signals.
#[derive(Clone, Copy)]
pub(super) struct App {
    pub(super) lang: RwSignal<Lang>,
    /// None until the hub said hello.
    pub(super) hello: RwSignal<Option<Arc<Hello>>>,
    pub(super) hello_at: RwSignal<f64>,
    pub(super) menu: RwSignal<Option<Arc<Menu>>>,
    pub(super) shelf: RwSignal<Shelf>,
    pub(super) conditions: RwSignal<Option<Conditions>>,
    pub(super) online: RwSignal<bool>,
    /// Why nothing is taken, where the store is broken.
    pub(super) broken: RwSignal<bool>,
    pub(super) cart: RwSignal<Cart>,
    pub(super) place: RwSignal<Place>,
    pub(super) category: RwSignal<usize>,
    pub(super) sheet: RwSignal<Option<Sheet>>,
    pub(super) changes: RwSignal<Option<Changes>>,
    pub(super) order: RwSignal<Option<OrderView>>,
    /// When `order` came, by [`page::now_ms`].
    pub(super) order_at: RwSignal<f64>,
    pub(super) leaving: RwSignal<Option<Leaving>>,
    pub(super) busy: RwSignal<Option<Busy>>,
    pub(super) failure: RwSignal<Option<ErrorCode>>,
    /// The scanner's last reading was no whole code.
    pub(super) misread: RwSignal<bool>,
    pub(super) call: RwSignal<Call>,
    pub(super) call_shown: RwSignal<bool>,
    pub(super) languages_shown: RwSignal<bool>,
    pub(super) toast: RwSignal<Option<Toast>>,
    pub(super) aids: RwSignal<Aids>,
    /// Seconds left of the idle warning.
    pub(super) idle: RwSignal<Option<u32>>,
    /// Beats once a second.
    pub(super) now: RwSignal<f64>,
    pub(super) touched_at: RwSignal<f64>,
    pub(super) screen: Memo<Screen>,
    pub(super) total: Memo<Option<Won>>,
    /// Eating here or taking away; apart from the basket, whose lines change more often.
    way: Memo<Dining>,
}

impl App {
    pub(super) fn new() -> App {
        let place = RwSignal::new(Place::Start);
        let order = RwSignal::new(None::<OrderView>);
        let leaving = RwSignal::new(None);
        let menu = RwSignal::new(None::<Arc<Menu>>);
        let cart = RwSignal::new(Cart::default());
        let screen = Memo::new(move |_| {
            order.with(|order| flow::screen(place.get(), order.as_ref(), leaving.get()))
        });
        let total = Memo::new(move |_| {
            menu.with(|menu| {
                let menu = menu.as_ref()?;
                cart.with(|cart| pricing::price(menu, cart).ok().map(|priced| priced.total))
            })
        });
        App {
            lang: RwSignal::new(Lang::default()),
            hello: RwSignal::new(None),
            hello_at: RwSignal::new(0.0),
            menu,
            shelf: RwSignal::new(Shelf::default()),
            conditions: RwSignal::new(None),
            online: RwSignal::new(true),
            broken: RwSignal::new(false),
            cart,
            place,
            category: RwSignal::new(0),
            sheet: RwSignal::new(None),
            changes: RwSignal::new(None),
            order,
            order_at: RwSignal::new(0.0),
            leaving,
            busy: RwSignal::new(None),
            failure: RwSignal::new(None),
            misread: RwSignal::new(false),
            call: RwSignal::new(Call::None),
            call_shown: RwSignal::new(false),
            languages_shown: RwSignal::new(false),
            toast: RwSignal::new(None),
            aids: RwSignal::new(Aids::default()),
            idle: RwSignal::new(None),
            now: RwSignal::new(page::now_ms()),
            touched_at: RwSignal::new(page::now_ms()),
            screen,
            total,
            way: Memo::new(move |_| cart.with(|cart| cart.dining)),
        }
    }

    /// An amount in the guest's language.
    pub(super) fn won(self, amount: Won) -> String {
        words::won(self.lang.get(), amount)
    }

    /// A text of the menu in the guest's language.
    pub(super) fn text(self, text: &Text) -> String {
        text.get(self.lang.get()).to_owned()
    }

    /// Eating here or taking away.
    pub(super) fn dining(self) -> Dining {
        self.way.get()
    }

    /// The store's own word for now: minutes since Monday 00:00 in Korea.
    pub(super) fn minute_of_week(self) -> u16 {
        let said = self
            .hello
            .with(|hello| hello.as_ref().map_or(0, |hello| hello.minute_of_week));
        let passed = (page::now_ms() - self.hello_at.get_untracked()) / 60_000.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "minutes of one week, cut to range"
        )]
        let passed = (passed.max(0.0) as u64 % u64::from(WEEK)) as u16;
        (said + passed) % WEEK
    }

    /// Asks something of the store as it is now; nothing before the menu is there.
    pub(super) fn store<T>(self, ask: impl FnOnce(Store<'_>) -> T) -> Option<T> {
        let menu = self.menu.get()?;
        let dining = self.dining();
        let minute_of_week = self.minute_of_week();
        Some(self.shelf.with(|shelf| {
            ask(Store {
                menu: &menu,
                shelf,
                minute_of_week,
                dining,
            })
        }))
    }

    /// A line with its price, where it has one.
    pub(super) fn priced(self, line: &CartLine) -> Option<PricedLine> {
        let menu = self.menu.get()?;
        pricing::price_line(&menu, line, self.dining()).ok()
    }

    /// How many of an item are in the basket, over all its lines.
    pub(super) fn count_of(self, item: &ItemId) -> u32 {
        self.cart.with(|cart| {
            let lines = cart.lines.iter().filter(|line| &line.item == item);
            lines.map(|line| line.quantity).sum()
        })
    }

    /// Opens the sheet of an item, or adds it at once where nothing must be chosen.
    pub(super) fn quick_add(self, item: &Item) {
        let Some(menu) = self.menu.get_untracked() else {
            return;
        };
        let line = CartLine::preset(&menu, item);
        let plain = pick::missing(&menu, item, &line).is_none()
            && pricing::price_line(&menu, &line, self.dining()).is_ok();
        let most = self.store(|store| {
            self.cart
                .with(|cart| store.most(super::offer::others(cart, None), &line))
        });
        if plain && most.unwrap_or(0) > 0 {
            self.add(line);
        } else {
            self.open_sheet(item);
        }
    }

    /// Opens the sheet of an item with what is chosen beforehand and can be had.
    pub(super) fn open_sheet(self, item: &Item) {
        let Some(menu) = self.menu.get_untracked() else {
            return;
        };
        let mut line = CartLine::preset(&menu, item);
        self.drop_what_is_out(&menu, item, &mut line);
        self.toast.set(None);
        self.sheet.set(Some(Sheet {
            line,
            instead_of: None,
        }));
    }

    fn drop_what_is_out(self, menu: &Menu, item: &Item, line: &mut CartLine) {
        for question in pick::questions(menu, item, line) {
            for choice in &question.group.choices {
                let offer = self.store(|store| store.choice(&question.group, choice));
                if offer.is_some_and(|offer| !offer.is_there()) {
                    pick::set(menu, line, &question, choice, 0);
                }
            }
        }
    }

    /// Puts a line into the basket.
    pub(super) fn add(self, line: CartLine) {
        let lang = self.lang.get_untracked();
        let name = self.menu.with_untracked(|menu| {
            let item = menu.as_ref()?.item(&line.item)?;
            Some(item.name.get(lang).to_owned())
        });
        let full = self
            .cart
            .with_untracked(|cart| cart.lines.len() >= soban_domain::cart::LINES_MOST);
        if full {
            return self.say(say!(lang, menu.full), None);
        }
        self.cart.update(|cart| cart.add(line));
        if let Some(name) = name {
            self.say(say!(lang, menu.added, name = name), None);
        }
    }

    /// Changes how many of a line there are; none takes it out, with a way back.
    pub(super) fn set_quantity(self, index: usize, quantity: u32) {
        if quantity == 0 {
            return self.remove(index);
        }
        self.cart.update(|cart| {
            if let Some(line) = cart.lines.get_mut(index) {
                line.quantity = quantity.min(soban_domain::cart::QUANTITY_MOST);
            }
        });
    }

    /// Takes a line out, with a way back.
    pub(super) fn remove(self, index: usize) {
        let Some(line) = self
            .cart
            .with_untracked(|cart| cart.lines.get(index).cloned())
        else {
            return;
        };
        let lang = self.lang.get_untracked();
        let name = self.menu.with_untracked(|menu| {
            let item = menu.as_ref().and_then(|menu| menu.item(&line.item));
            item.map(|item| item.name.get(lang).to_owned())
        });
        self.cart.update(|cart| drop(cart.lines.remove(index)));
        let text = say!(lang, cart.removed, name = name.unwrap_or_default());
        self.say(text, Some((index, line)));
    }

    /// Puts the line back that was taken out last.
    pub(super) fn undo(self) {
        let undo = self
            .toast
            .with_untracked(|toast| toast.as_ref()?.undo.clone());
        if let Some((index, line)) = undo {
            self.cart.update(|cart| {
                let index = index.min(cart.lines.len());
                cart.lines.insert(index, line);
            });
        }
        self.toast.set(None);
    }

    /// Says something for a moment.
    pub(super) fn say(self, text: String, undo: Option<(usize, CartLine)>) {
        let stay = if undo.is_some() { 8_000.0 } else { 2_500.0 };
        self.toast.set(Some(Toast {
            text,
            undo,
            until: page::now_ms() + stay,
        }));
    }

    /// Shows an order as the hub told it.
    pub(super) fn show_order(self, order: OrderView) {
        page::note("order", &order.id.to_string());
        self.order_at.set(page::now_ms());
        self.order.set(Some(order));
        self.place.set(Place::Order);
    }

    /// Shows what went wrong.
    pub(super) fn fail(self, error: &ApiError) {
        if error.code == ErrorCode::StoreBroken {
            self.broken.set(true);
        }
        leptos::logging::warn!("{error}");
        self.failure.set(Some(error.code));
    }

    /// Forgets the guest: basket, order, language, aids.
    pub(super) fn reset(self) {
        actions::forget_wish();
        self.sheet.set(None);
        self.changes.set(None);
        self.toast.set(None);
        self.failure.set(None);
        self.idle.set(None);
        self.languages_shown.set(false);
        self.call_shown.set(false);
        self.leaving.set(None);
        self.cart.set(Cart::default());
        self.category.set(0);
        self.aids.set(Aids::default());
        self.place.set(Place::Start);
        self.order.set(None);
        page::note("order", "");
        if let Some(first) = self.first_language() {
            self.lang.set(first);
        }
    }

    /// The language that a screen begins with.
    pub(super) fn first_language(self) -> Option<Lang> {
        self.hello
            .with_untracked(|hello| hello.as_ref()?.languages.first().copied())
    }

    /// One step back, where there is one; for the browser's back button and Escape.
    pub(super) fn back(self) {
        if self.languages_shown.get_untracked() {
            self.languages_shown.set(false);
        } else if self.call_shown.get_untracked() {
            self.call_shown.set(false);
        } else if self.sheet.with_untracked(Option::is_some) {
            self.sheet.set(None);
        } else if self.place.get_untracked() == Place::Review && self.busy.get_untracked().is_none()
        {
            self.place.set(Place::Menu);
        } else if self.place.get_untracked() == Place::Menu
            && self.cart.with_untracked(|cart| cart.lines.is_empty())
        {
            self.place.set(Place::Start);
        }
    }
}
