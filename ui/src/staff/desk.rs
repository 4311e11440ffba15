//! What the program knows and does: who is signed in, the board, and the way to the hub.
//!
//! Guarantees: one look at the board at a time, and another right after it when
//! something happened meanwhile; one decision at a time; wrong words about the PIN sign
//! out. Deliberately absent: drawing.

use std::sync::Arc;

use leptos::prelude::*;
use soban_domain::ids::{CommandId, OrderId};
use soban_domain::menu::Menu;
use soban_domain::text::Lang;
use soban_protocol::guest::Hello;
use soban_protocol::staff::{Board, BoardRequest, Pass};
use soban_protocol::{ApiError, Endpoint, ErrorCode, endpoints};
use wasm_bindgen_futures::spawn_local;

use crate::link::events::{Following, News, follow};
use crate::{link, page};

/// Seconds between two looks at the board while a payment is being found out.
const LOOK_EVERY: u32 = 5;

/// A part of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Orders in three columns.
    #[default]
    Orders,
    /// What waits for a decision.
    Check,
    /// Paid orders, and what went back of them.
    Sales,
    /// What can be sold.
    SoldOut,
}

/// How a look at the board stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Looking {
    #[default]
    No,
    Now,
    /// Something happened meanwhile: once more.
    Again,
}

/// Everything that the screens share.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// The language of this screen.
    pub(super) lang: RwSignal<Lang>,
    /// Who works here, once they signed in.
    pass: RwSignal<Option<Pass>>,
    /// What the hub introduced itself with.
    pub(super) hello: RwSignal<Option<Arc<Hello>>>,
    /// The last board.
    pub(super) board: RwSignal<Option<Arc<Board>>>,
    /// The menu of the last board.
    pub(super) menu: RwSignal<Option<Arc<Menu>>>,
    /// The menu's hash.
    menu_hash: RwSignal<String>,
    /// Seconds since the page was opened.
    pub(super) now: RwSignal<u32>,
    /// What is shown.
    pub(super) part: RwSignal<Part>,
    /// The order of which a barcode is being taken.
    pub(super) scanning: RwSignal<Option<OrderId>>,
    /// A decision is on its way.
    pub(super) busy: RwSignal<bool>,
    /// What went wrong last.
    pub(super) trouble: RwSignal<Option<ErrorCode>>,
    /// The hub was heard last time.
    pub(super) online: RwSignal<bool>,
    looking: RwSignal<Looking>,
    following: StoredValue<Option<Following>, LocalStorage>,
}

impl Desk {
    /// A desk where nobody works yet.
    pub(super) fn new() -> Desk {
        Desk {
            lang: RwSignal::default(),
            pass: RwSignal::default(),
            hello: RwSignal::default(),
            board: RwSignal::default(),
            menu: RwSignal::default(),
            menu_hash: RwSignal::default(),
            now: RwSignal::new(seconds()),
            part: RwSignal::default(),
            scanning: RwSignal::default(),
            busy: RwSignal::default(),
            trouble: RwSignal::default(),
            online: RwSignal::new(true),
            looking: RwSignal::default(),
            following: StoredValue::new_local(None),
        }
    }

    /// The hub introduced itself.
    pub(super) fn meet(self, hello: Hello) {
        page::property("--accent", &hello.accent);
        self.lang
            .set(hello.languages.first().copied().unwrap_or_default());
        self.online.set(true);
        self.trouble.set(None);
        self.hello.set(Some(Arc::new(hello)));
        if untrack(move || self.at_work()) {
            self.follow_events();
        }
    }

    /// True once somebody signed in and there is a board to work with.
    pub(super) fn at_work(self) -> bool {
        self.pass.with(Option::is_some) && self.board.with(Option::is_some)
    }

    /// Signs in: a first look at the board tells whether name and PIN fit.
    pub(super) fn sign_in(self, pass: Pass) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let request = BoardRequest { staff: pass };
            match link::client().call::<endpoints::StaffBoard>(&request).await {
                Ok(board) => {
                    self.pass.set(Some(request.staff));
                    self.take(board).await;
                    self.follow_events();
                }
                Err(error) => self.failed(&error),
            }
            self.busy.set(false);
        });
    }

    /// Signs out; the PIN is forgotten.
    pub(super) fn sign_out(self) {
        self.pass.set(None);
        self.board.set(None);
        self.scanning.set(None);
        self.part.set(Part::Orders);
    }

    /// Sends a decision that somebody takes now. `make` gets who decides and the id.
    pub(super) fn decide<E>(self, make: impl FnOnce(Pass, CommandId) -> E::Request)
    where
        E: Endpoint + 'static,
        E::Request: 'static,
        E::Reply: 'static,
    {
        let Some(pass) = self.pass.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        let request = make(pass, CommandId(link::fresh()));
        self.act(async move { link::insist::<E>(&request).await.map(drop) });
    }

    /// Does something at the hub, unless something is being done, and looks at the board.
    pub(super) fn act(self, action: impl Future<Output = Result<(), ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            if let Err(error) = action.await {
                self.failed(&error);
            }
            self.look_once().await;
            self.busy.set(false);
        });
    }

    /// Asks the hub something that changes nothing.
    pub(super) fn ask<E>(
        self,
        make: impl FnOnce(Pass) -> E::Request,
        then: impl FnOnce(E::Reply) + 'static,
    ) where
        E: Endpoint + 'static,
        E::Request: 'static,
        E::Reply: 'static,
    {
        let Some(pass) = self.pass.get_untracked() else {
            return;
        };
        let request = make(pass);
        spawn_local(async move {
            match link::client().call::<E>(&request).await {
                Ok(reply) => then(reply),
                Err(error) => self.failed(&error),
            }
        });
    }

    /// Something happened at the hub: look, or look again.
    fn look_soon(self) {
        match self.looking.get_untracked() {
            Looking::No => spawn_local(async move { self.look_once().await }),
            Looking::Now | Looking::Again => self.looking.set(Looking::Again),
        }
    }

    /// Asks for the board, and again as long as something happened meanwhile.
    async fn look_once(self) {
        if self.looking.get_untracked() != Looking::No {
            return self.looking.set(Looking::Again);
        }
        loop {
            self.looking.set(Looking::Now);
            let Some(staff) = self.pass.get_untracked() else {
                break;
            };
            let request = BoardRequest { staff };
            match link::client().call::<endpoints::StaffBoard>(&request).await {
                Ok(board) => self.take(board).await,
                Err(error) => self.failed(&error),
            }
            if self.looking.get_untracked() != Looking::Again {
                break;
            }
        }
        self.looking.set(Looking::No);
    }

    async fn take(self, board: Board) {
        self.online.set(true);
        self.following.with_value(|following| {
            if let Some(following) = following {
                following.knows(board.seq);
            }
        });
        if self.menu_hash.get_untracked() != board.menu {
            self.fetch_menu(&board.menu).await;
        }
        // Somebody may have signed out while the answer was on its way.
        if self.pass.with_untracked(Option::is_some) {
            self.now.set(seconds());
            self.board.set(Some(Arc::new(board)));
        }
    }

    async fn fetch_menu(self, hash: &str) {
        let text = link::fetch(&format!("/menu/{hash}")).await;
        let read = text.and_then(|text| {
            serde_json::from_str::<Menu>(&text)
                .map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))
        });
        match read {
            Ok(menu) => {
                self.menu.set(Some(Arc::new(menu)));
                self.menu_hash.set(hash.to_owned());
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Notes what went wrong.
    pub(super) fn failed(self, error: &ApiError) {
        match error.code {
            ErrorCode::Offline => self.online.set(false),
            code => {
                // The PIN was changed, so whoever works here must show the new one. That
                // somebody else mistyped this name's PIN is no reason to send them away.
                if code == ErrorCode::WrongPin {
                    self.sign_out();
                }
                self.online.set(true);
                self.trouble.set(Some(code));
            }
        }
    }

    /// Follows the hub's events, once for the life of the page.
    fn follow_events(self) {
        let screen = self.hello.with_untracked(|hello| {
            let hello = hello.as_ref()?;
            Some(hello.screen.clone())
        });
        let (Some(screen), true) = (screen, self.following.with_value(Option::is_none)) else {
            return;
        };
        let from = self
            .board
            .with_untracked(|board| board.as_ref().map_or(0, |board| board.seq));
        let following = follow(screen, from, move |news| match news {
            News::Event(_) | News::Missed => self.look_soon(),
            News::Open => {
                self.online.set(true);
                self.look_soon();
            }
            News::Broken => self.online.set(false),
        });
        self.following.set_value(Some(following));
    }

    /// Lets the clock of the ages run, for the life of the page. How often a gateway was
    /// asked is no event: while a payment is being found out the board is asked for anew.
    pub(super) fn run_clock(self) {
        spawn_local(async move {
            let mut beat = 0_u32;
            loop {
                link::sleep(1_000).await;
                self.now.set(seconds());
                beat = beat.wrapping_add(1);
                let doubt = self.board.with_untracked(|board| {
                    board
                        .as_ref()
                        .is_some_and(|board| !board.payments.is_empty())
                });
                if doubt && beat.is_multiple_of(LOOK_EVERY) {
                    self.look_soon();
                }
            }
        });
    }
}

/// Seconds since the page was opened.
fn seconds() -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page is open for less than a hundred years, and never for less than no time"
    )]
    let seconds = (page::now_ms() / 1_000.0) as u32;
    seconds
}
