//! A store of the size of a test: the engine between fakes, on a clock that stands still.
//!
//! Guarantees: nothing here waits for real time. [`World::quiet`] gives every task its
//! turn until none has anything left to do at this moment; [`World::pass`] moves the
//! clock by seconds and does the same after each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use soban_domain::cart::{Cart, CartLine};
use soban_domain::ids::{AttemptId, CommandId, OrderId, QuoteId};
use soban_domain::menu::Dining;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, Offer, PaymentAttempt, PaymentState};
use soban_domain::print::PrintJob;
use soban_domain::relay::RelayItem;
use soban_domain::text::{Lang, Note};
use soban_engine::menus::import_menu;
use soban_engine::ports::store::{StoreError, Tx, look, transact};
use soban_engine::ports::{Clock, Gateway, Ids};
use soban_engine::{Engine, Parts, Rules, pumps};
use soban_protocol::error::{ApiError, ErrorCode};
use soban_protocol::event::EventBody;
use soban_protocol::guest::{
    Came, GuestReturnRequest, LeavePaymentRequest, MakeQuoteRequest, OrderStatusRequest,
    PlaceOrderRequest, QuoteReply, ScanCodeRequest, StartPaymentRequest,
};
use soban_protocol::secret::Secret;
use soban_protocol::staff::{
    BoardRequest, OpenPayment, OrderCommand, Pass, SettlePaymentRequest, StaffAction,
};
use soban_protocol::view::OrderView;
use soban_testkit::pos::Make;
use soban_testkit::{
    FakeGateway, FakePos, FakePrinters, FakeReceipts, ManualClock, MemoryStore, SeqIds, samples,
};
use tokio::task::JoinSet;

pub(crate) mod back;
pub(crate) mod menu;
pub(crate) mod teller;
pub(crate) mod till;

pub(crate) use menu::{said, slug};
pub(crate) use teller::Teller;
pub(crate) use till::{Asked, Till};

/// The engine and all that it touches.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) store: MemoryStore,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) gateway: Arc<Teller>,
    /// The gateways of the other ways to pay.
    pub(crate) others: BTreeMap<Method, Arc<FakeGateway>>,
    pub(crate) receipts: Arc<FakeReceipts>,
    pub(crate) printers: Arc<FakePrinters>,
    pub(crate) pos: Arc<Till>,
    rules: Rules,
    ids: Arc<SeqIds>,
    wishes: SeqIds,
    pumps: JoinSet<()>,
}

impl World {
    /// A store as it stands in [`menu::rules`], with its pumps running.
    pub(crate) async fn open() -> World {
        World::with(Make::default(), |_| {}).await
    }

    /// A store with another POS or other rules.
    pub(crate) async fn with(make: Make, edit: impl FnOnce(&mut Rules)) -> World {
        let mut world = World::asleep(make, edit).await;
        world.wake().await;
        world
    }

    /// A store whose pumps do not run yet.
    pub(crate) async fn asleep(make: Make, edit: impl FnOnce(&mut Rules)) -> World {
        let mut rules = menu::rules();
        edit(&mut rules);
        let clock = Arc::new(ManualClock::at(samples::NOW));
        let gateway = Arc::new(Teller::new(Arc::clone(&clock)));
        let wall = Arc::clone(&clock) as Arc<dyn Clock>;
        let others = [
            FakeGateway::toss(Arc::clone(&wall)),
            FakeGateway::van(Arc::clone(&wall)),
            FakeGateway::mpm(wall, true),
        ];
        let others = others
            .map(|fake| (fake.make().method, Arc::new(fake)))
            .into();
        let printers = ["kitchen-1", "bar-1", "counter-1"].map(|name| (slug(name), 42));
        let printers = Arc::new(FakePrinters::new(printers));
        let pos = Arc::new(Till::new(FakePos::new(make), Arc::clone(&clock)));
        let receipts = Arc::new(FakeReceipts::default());
        let store = MemoryStore::new();
        import_menu(&store, clock.now(), menu::menu(9_000))
            .await
            .unwrap();
        let ids = Arc::new(SeqIds::from(1));
        let engine = Engine::new(Parts {
            store: Arc::new(store.clone()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::clone(&ids) as Arc<dyn Ids>,
            gateways: gateways(&gateway, &others),
            cash_receipts: Some(Arc::clone(&receipts) as _),
            printers: Arc::clone(&printers) as _,
            pos: Arc::clone(&pos) as _,
            rules: rules.clone(),
            words: menu::words(),
        });
        World {
            engine,
            store,
            clock,
            gateway,
            others,
            receipts,
            printers,
            pos,
            rules,
            ids,
            wishes: SeqIds::from(1_000_000),
            pumps: JoinSet::new(),
        }
    }

    /// Lets the pumps run.
    pub(crate) async fn wake(&mut self) {
        self.pumps = pumps::run(&self.engine);
        self.quiet().await;
    }

    /// The program stops where it is, and comes up again on what was committed. The
    /// world outside goes on as it was.
    pub(crate) async fn restart(&mut self) {
        self.stop();
        self.wake().await;
    }

    /// The program stops where it is; what comes up does not run yet.
    pub(crate) fn stop(&mut self) {
        self.pumps = JoinSet::new();
        self.store = self.store.reopened();
        self.engine = Engine::new(Parts {
            store: Arc::new(self.store.clone()),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            ids: Arc::clone(&self.ids) as Arc<dyn Ids>,
            gateways: gateways(&self.gateway, &self.others),
            cash_receipts: Some(Arc::clone(&self.receipts) as _),
            printers: Arc::clone(&self.printers) as _,
            pos: Arc::clone(&self.pos) as _,
            rules: self.rules.clone(),
            words: menu::words(),
        });
    }

    /// Gives every task its turn until none has anything left to do now: one thread, no
    /// sockets, so turns are all there is to wait for.
    pub(crate) async fn quiet(&self) {
        for _ in 0..300 {
            tokio::task::yield_now().await;
        }
    }

    /// Lets so many seconds pass, one by one.
    pub(crate) async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            self.clock.advance(Duration::from_secs(1));
            self.quiet().await;
        }
    }

    /// Lets so many minutes pass, ten seconds at a time.
    pub(crate) async fn pass_minutes(&self, minutes: u32) {
        for _ in 0..minutes * 6 {
            self.clock.advance(Duration::from_secs(10));
            self.quiet().await;
        }
    }

    /// Looks at the store.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        see: impl FnOnce(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        look::<T, StoreError, _>(&self.store, see).await.unwrap()
    }

    /// Writes into the store, past the engine.
    pub(crate) async fn write(
        &self,
        write: impl FnOnce(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static,
    ) {
        transact::<(), StoreError, _>(&self.store, write)
            .await
            .unwrap();
    }

    /// A fresh command.
    pub(crate) fn command(&self) -> CommandId {
        CommandId(self.wishes.fresh())
    }

    /// A basket for the first kiosk.
    pub(crate) fn wish(&self, items: &[(&str, u32)]) -> MakeQuoteRequest {
        let line = |(item, quantity): &(&str, u32)| CartLine {
            item: slug(item),
            quantity: *quantity,
            answers: Vec::new(),
            memo: Note::default(),
        };
        MakeQuoteRequest {
            command: self.command(),
            screen: slug("kiosk-1"),
            lang: Lang::Ko,
            cart: Cart {
                dining: Dining::EatIn,
                lines: items.iter().map(line).collect(),
            },
            seen: Vec::new(),
            instead_of: None,
        }
    }

    /// A quote for a basket; panics where the store has changed.
    pub(crate) async fn quote(&self, wish: MakeQuoteRequest) -> QuoteId {
        match self.engine.make_quote(wish).await.unwrap() {
            QuoteReply::Quoted { quote, .. } => quote,
            QuoteReply::Changed { changes, .. } => panic!("no quote: {changes:?}"),
        }
    }

    /// What it takes to place a quote.
    pub(crate) fn placing(&self, quote: QuoteId) -> PlaceOrderRequest {
        PlaceOrderRequest {
            command: self.command(),
            order: OrderId(self.wishes.fresh()),
            quote,
        }
    }

    /// An order of these items, on disk.
    pub(crate) async fn order(&self, items: &[(&str, u32)]) -> OrderId {
        let quote = self.quote(self.wish(items)).await;
        let placed = self.engine.place_order(self.placing(quote)).await.unwrap();
        self.quiet().await;
        placed.id
    }

    /// What it takes to begin a payment.
    pub(crate) fn starting(&self, order: OrderId, method: Method) -> StartPaymentRequest {
        StartPaymentRequest {
            command: self.command(),
            attempt: AttemptId(self.wishes.fresh()),
            order,
            method,
        }
    }

    /// Begins a payment and lets the pumps do what they can.
    pub(crate) async fn start(&self, order: OrderId, method: Method) -> AttemptId {
        let request = self.starting(order, method);
        let attempt = request.attempt;
        self.engine.start_payment(request).await.unwrap();
        self.quiet().await;
        attempt
    }

    /// A store that takes every way to pay.
    pub(crate) async fn with_every_way() -> World {
        World::with(Make::default(), |rules| rules.methods = Method::ALL.into()).await
    }

    /// The same, where nobody can be asked whether a code that we show was paid.
    pub(crate) async fn blind() -> World {
        let edit = |rules: &mut Rules| rules.methods = Method::ALL.into();
        let mut world = World::asleep(Make::default(), edit).await;
        let clock = Arc::clone(&world.clock) as Arc<dyn Clock>;
        let fake = Arc::new(FakeGateway::mpm(clock, false));
        world.others.insert(Method::Qr, fake);
        world.restart().await;
        world
    }

    /// The store after a way to pay was taken out, with its gateway.
    pub(crate) async fn without(&mut self, method: Method) {
        self.others.remove(&method);
        self.rules.methods.retain(|offered| *offered != method);
        self.restart().await;
    }

    /// The gateway of a way to pay.
    pub(crate) fn other(&self, method: Method) -> &FakeGateway {
        &self.others[&method]
    }

    /// A stew whose guest is about to pay in some way.
    pub(crate) async fn about_to_pay(&self, method: Method) -> (OrderId, AttemptId) {
        let order = self.order(&[("stew", 1)]).await;
        let attempt = self.start(order, method).await;
        assert_eq!(self.payment(attempt).await, PaymentState::Waiting);
        (order, attempt)
    }

    /// The scanner reads a fresh code of the guest's app.
    pub(crate) async fn scan(&self, attempt: AttemptId) {
        let code = self.other(Method::Barcode).customer_code();
        let code = Secret::new(code.reveal());
        let scanned = self.engine.scan_code(ScanCodeRequest { attempt, code });
        scanned.await.unwrap();
        self.quiet().await;
    }

    /// Mina does something about a payment whose end is not known.
    pub(crate) async fn settle(
        &self,
        attempt: AttemptId,
        action: StaffAction,
    ) -> Result<OrderView, ErrorCode> {
        let request = SettlePaymentRequest {
            staff: self.mina(),
            command: self.command(),
            attempt,
            action,
            why: Note::new("seen").unwrap(),
        };
        let settled = self.engine.settle_payment(request).await;
        self.quiet().await;
        settled.map_err(|error| ApiError::from(error).code)
    }

    /// The guest gives a payment up.
    pub(crate) async fn leave(&self, attempt: AttemptId) {
        let command = self.command();
        let left = self
            .engine
            .leave_payment(LeavePaymentRequest { command, attempt });
        left.await.unwrap();
        self.quiet().await;
    }

    /// An order as screens see it.
    pub(crate) async fn view(&self, order: OrderId) -> OrderView {
        let status = self.engine.order_status(OrderStatusRequest { order });
        status.await.unwrap()
    }

    /// Why another payment cannot begin.
    pub(crate) async fn start_refused(&self, order: OrderId, method: Method) -> ErrorCode {
        let request = self.starting(order, method);
        let refusal = self.engine.start_payment(request).await.unwrap_err();
        ApiError::from(refusal).code
    }

    /// What the board says of a payment whose end is not known.
    pub(crate) async fn on_the_board(&self, attempt: AttemptId) -> Option<OpenPayment> {
        let staff = self.mina();
        let board = self.engine.staff_board(BoardRequest { staff }).await;
        let mut payments = board.unwrap().payments.into_iter();
        payments.find(|open| open.attempt == attempt)
    }

    /// A stew whose guest stands before the QR.
    pub(crate) async fn waiting(&self) -> (OrderId, AttemptId) {
        let order = self.order(&[("stew", 1)]).await;
        let attempt = self.start(order, Method::Kakaopay).await;
        assert_eq!(self.payment(attempt).await, PaymentState::Waiting);
        (order, attempt)
    }

    /// The payment page of an attempt.
    pub(crate) async fn page(&self, attempt: AttemptId) -> Offer {
        self.attempt(attempt).await.offer.unwrap()
    }

    /// The guest authenticates: the token that the phone brings home.
    pub(crate) async fn token(&self, attempt: AttemptId) -> String {
        let page = self.page(attempt).await;
        self.gateway.fake.guest_pays(&page).reveal().to_owned()
    }

    /// The phone comes home with a token, and the pumps do what they can.
    pub(crate) async fn home(&self, attempt: AttemptId, token: &str) -> OrderView {
        let came = Came::WithToken(Secret::new(token));
        let view = self
            .engine
            .guest_return(GuestReturnRequest { attempt, came });
        let view = view.await.unwrap();
        self.quiet().await;
        view
    }

    /// The guest authenticates and the phone comes home.
    pub(crate) async fn pay(&self, attempt: AttemptId) {
        let token = self.token(attempt).await;
        self.home(attempt, &token).await;
    }

    /// An order of these items, paid by QR.
    pub(crate) async fn paid(&self, items: &[(&str, u32)]) -> OrderId {
        let order = self.order(items).await;
        let attempt = self.start(order, Method::Kakaopay).await;
        self.pay(attempt).await;
        assert_eq!(self.payment(attempt).await, PaymentState::Approved);
        order
    }

    /// Mina, with her PIN.
    pub(crate) fn mina(&self) -> Pass {
        Pass {
            name: "mina".to_owned(),
            pin: Secret::new("4821"),
        }
    }

    /// A decision of Mina about an order.
    pub(crate) fn decision(&self, order: OrderId) -> OrderCommand {
        OrderCommand {
            staff: self.mina(),
            command: self.command(),
            order,
            why: Note::new("seen").unwrap(),
        }
    }

    pub(crate) async fn attempt(&self, id: AttemptId) -> PaymentAttempt {
        self.look(move |tx| tx.attempt(id)).await.unwrap()
    }

    pub(crate) async fn payment(&self, id: AttemptId) -> PaymentState {
        self.attempt(id).await.state
    }

    pub(crate) async fn state(&self, id: OrderId) -> OrderState {
        self.look(move |tx| tx.order(id)).await.unwrap().state
    }

    /// The latest message of an order for the POS.
    pub(crate) async fn message(&self, order: OrderId) -> RelayItem {
        let all = self.look(move |tx| tx.relays_of(order)).await;
        all.last().unwrap().clone()
    }

    /// How many messages for the POS are still to be brought.
    pub(crate) async fn message_count(&self) -> usize {
        self.look(|tx| tx.open_relays(u32::MAX)).await.len()
    }

    pub(crate) async fn tickets(&self, order: OrderId) -> Vec<PrintJob> {
        self.look(move |tx| tx.prints_of(order)).await
    }

    /// Every event that the screens were told, with numbers that have no gap.
    pub(crate) async fn events(&self) -> Vec<EventBody> {
        let stored = self.look(|tx| tx.events_after(0, u32::MAX)).await;
        let numbers = stored.iter().map(|event| event.seq);
        assert!(numbers.eq(1..=u64::try_from(stored.len()).unwrap()));
        let body = |stored: &soban_engine::ports::store::StoredEvent| {
            serde_json::from_str(&stored.event.body).unwrap()
        };
        stored.iter().map(body).collect()
    }

    /// The states of an order and its payment as the screens were told, repeats left out.
    pub(crate) async fn told(&self, order: OrderId) -> Vec<(OrderState, Option<PaymentState>)> {
        let mut told = Vec::new();
        for event in self.events().await {
            if let EventBody::Order {
                order: about,
                state,
                payment,
            } = event
                && about == order
            {
                told.push((state, payment));
            }
        }
        told.dedup();
        told
    }
}

/// Every gateway, as the engine knows them.
fn gateways(
    teller: &Arc<Teller>,
    others: &BTreeMap<Method, Arc<FakeGateway>>,
) -> BTreeMap<Method, Arc<dyn Gateway>> {
    let kakaopay: Arc<dyn Gateway> = Arc::clone(teller) as _;
    let others = others
        .iter()
        .map(|(method, fake)| (*method, Arc::clone(fake) as Arc<dyn Gateway>));
    others.chain([(Method::Kakaopay, kakaopay)]).collect()
}
