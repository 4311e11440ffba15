//! Records to test with: plausible, complete, and told apart by a number.
//!
//! Guarantees: the same number gives the same record in every run; the sums of a sample
//! fit together as pricing would make them.

use soban_domain::call_number::CallNumber;
use soban_domain::cash_receipt::{CashReceipt, CashReceiptState, ReceiptKind, ReceiptNumber};
use soban_domain::ids::{
    AttemptId, CallId, CashReceiptId, CommandId, OrderId, PrintJobId, PrinterId, QuoteId, RefundId,
    RelayId, ScreenId, Slug,
};
use soban_domain::menu::Dining;
use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_domain::order::{IdCheck, Order, OrderState};
use soban_domain::payment::{Approval, Method, Offer, PaymentAttempt, PaymentState};
use soban_domain::pricing::{Priced, PricedLine, PricedOption};
use soban_domain::print::{PrintJob, PrintState, Slip};
use soban_domain::quote::Quote;
use soban_domain::refund::{Refund, RefundKind, RefundState};
use soban_domain::relay::{RelayItem, RelayState};
use soban_domain::shelf::{Demand, StockKey};
use soban_domain::tax::TaxParts;
use soban_domain::text::{Lang, Note, Text};
use soban_engine::ports::store::{
    Decision, KeptReply, NewEvent, StaffCall, StoreError, StoredMenu, Tx,
};

use crate::ids::nth;

/// 2026-11-22 14:00 in Korea, a Sunday.
pub const NOW: Timestamp = Timestamp(1_795_323_600_000);

/// The hour at which the day of business changes in samples.
pub const CHANGE_HOUR: u8 = 5;

/// A name of the sample store.
pub fn slug(text: &str) -> Slug {
    text.parse().expect("a sample's name is a slug")
}

/// Words in Korean and English.
pub fn text(ko: &str, en: &str) -> Text {
    Text {
        ko: ko.to_owned(),
        en: en.to_owned(),
        ja: None,
        zh: None,
    }
}

/// The kiosk of the samples.
pub fn screen() -> ScreenId {
    slug("kiosk-1")
}

/// The printer of the samples.
pub fn printer() -> PrinterId {
    slug("kitchen-1")
}

/// The business day of [`NOW`].
pub fn day() -> BusinessDay {
    BusinessDay::of(NOW, CHANGE_HOUR)
}

/// The day before.
pub fn day_before() -> BusinessDay {
    BusinessDay::of(Timestamp(NOW.0 - 24 * 60 * 60 * 1000), CHANGE_HOUR)
}

/// The `n`-th command.
pub fn command_id(n: u64) -> CommandId {
    CommandId(nth(n))
}

/// The `n`-th order.
pub fn order_id(n: u64) -> OrderId {
    OrderId(nth(n))
}

/// The `n`-th quote, which the `n`-th order takes up.
pub fn quote_id(n: u64) -> QuoteId {
    QuoteId(nth(n))
}

/// The `n`-th attempt.
pub fn attempt_id(n: u64) -> AttemptId {
    AttemptId(nth(n))
}

/// The `n`-th message for the POS.
pub fn relay_id(n: u64) -> RelayId {
    RelayId(nth(n))
}

/// The `n`-th print job.
pub fn print_id(n: u64) -> PrintJobId {
    PrintJobId(nth(n))
}

/// Two spicy stews with an egg each: 21,000 won, all taxable.
pub fn priced() -> Priced {
    let goods = Won(21_000);
    let tax = TaxParts::of(goods, Won::ZERO, Won::ZERO);
    Priced {
        dining: Dining::EatIn,
        lines: vec![PricedLine {
            item: slug("kimchi-jjigae"),
            name: text("김치찌개", "Kimchi stew"),
            pos_code: "K001".to_owned(),
            station: slug("kitchen"),
            alcohol: false,
            quantity: 2,
            unit: Won(10_500),
            goods,
            deposit: Won::ZERO,
            taxable: goods,
            vat: tax.vat,
            options: vec![PricedOption {
                group: text("추가", "Extras"),
                name: text("계란", "Egg"),
                count: 1,
                price: Won(1_000),
                depth: 0,
                station: None,
            }],
            memo: Note::default(),
        }],
        total: goods,
        tax,
    }
}

/// A quote that ends ten minutes after [`NOW`] and holds nothing.
pub fn quote(n: u64) -> Quote {
    Quote {
        id: quote_id(n),
        screen: screen(),
        lang: Lang::Ko,
        menu: "a".repeat(64),
        priced: priced(),
        holds: Demand::new(),
        expires: NOW.plus_seconds(600),
    }
}

/// A quote that holds `count` of `key`.
pub fn quote_holding(n: u64, key: &StockKey, count: u32) -> Quote {
    Quote {
        holds: Demand::from([(key.clone(), count)]),
        ..quote(n)
    }
}

/// Where the samples' stock is counted.
pub fn stock_key() -> StockKey {
    StockKey::item(&slug("kimchi-jjigae"))
}

/// A placed order that took up [`quote`]`(n)`.
pub fn order(n: u64) -> Order {
    Order {
        id: order_id(n),
        quote: quote_id(n),
        screen: screen(),
        lang: Lang::Ko,
        priced: priced(),
        state: OrderState::Placed,
        revision: 1,
        placed: NOW,
        changed: NOW,
        day: day(),
        number: None,
        released: None,
        id_check: IdCheck::NotNeeded,
    }
}

/// A released order with the `n`-th number of its day.
pub fn released_order(n: u64) -> Order {
    let number = u32::try_from(n).expect("samples are few");
    Order {
        state: OrderState::Released,
        number: Some(CallNumber(CallNumber::FIRST.0 + number)),
        released: Some(NOW),
        ..order(n)
    }
}

/// Writes the `n`-th quote and its order.
///
/// # Errors
/// The store's.
pub fn place(tx: &mut dyn Tx, n: u64) -> Result<Order, StoreError> {
    let order = order(n);
    tx.put_quote(&quote(n))?;
    tx.put_order(&order)?;
    Ok(order)
}

/// What a gateway gave for the `n`-th attempt.
pub fn offer(n: u64) -> Offer {
    Offer {
        gateway_id: format!("T{n:019}"),
        mobile_url: format!("https://pay.example/m/{n}"),
        pc_url: format!("https://pay.example/pc/{n}"),
        expires: NOW.plus_seconds(900),
        qr: None,
    }
}

/// The proof that all of an attempt's amount was taken.
pub fn approval(attempt: &PaymentAttempt) -> Approval {
    Approval {
        number: format!("A{}", attempt.id),
        amount: attempt.amount,
        kind: "MONEY".to_owned(),
        at: NOW,
        by: None,
    }
}

/// The `n`-th attempt, at paying the `order`-th order, in a state that it can be in: a
/// paid one has its proof.
pub fn attempt(n: u64, order: u64, state: PaymentState) -> PaymentAttempt {
    let priced = priced();
    let mut attempt = PaymentAttempt {
        state,
        offer: Some(offer(n)),
        // Nobody asks about one that waits for staff until they wish it.
        next_try: Some(NOW).filter(|_| state != PaymentState::NeedsStaff),
        ..PaymentAttempt::new(
            attempt_id(n),
            order_id(order),
            Method::Kakaopay,
            (priced.total, priced.tax),
            (NOW, NOW.plus_seconds(600)),
        )
    };
    if state.is_paid() {
        attempt.approval = Some(approval(&attempt));
    }
    attempt
}

/// The `n`-th refund.
pub fn refund_id(n: u64) -> RefundId {
    RefundId(nth(n))
}

/// The `n`-th cash receipt.
pub fn receipt_id(n: u64) -> CashReceiptId {
    CashReceiptId(nth(n))
}

/// The `n`-th refund: a third of what the `attempt`-th attempt, at paying the order of the
/// same number, took.
pub fn refund(n: u64, attempt: u64, state: RefundState) -> Refund {
    let amount = Won(7_000);
    Refund {
        id: refund_id(n),
        attempt: attempt_id(attempt),
        order: order_id(attempt),
        kind: RefundKind::Refund,
        amount,
        tax: TaxParts::of(amount, Won::ZERO, Won::ZERO),
        lines: Vec::new(),
        rest_before: priced().total,
        reason: Note::new("cold").expect("a sample's note is short"),
        by: "김하나".to_owned(),
        by_hand: None,
        state,
        created: NOW,
        changed: NOW,
        tries: 0,
        next_try: Some(NOW),
        gateway_number: None,
        done_at: None,
        evidence: None,
    }
}

/// The number that the samples' cash receipts are issued to.
pub fn receipt_number() -> ReceiptNumber {
    let number = ReceiptNumber::new(ReceiptKind::IncomeDeduction, "010-8765-4321");
    number.expect("a sample's number has its form")
}

/// The `n`-th cash receipt: of the `attempt`-th attempt, at paying the order of the same
/// number.
pub fn cash_receipt(n: u64, attempt: u64, state: CashReceiptState) -> CashReceipt {
    let priced = priced();
    CashReceipt {
        id: receipt_id(n),
        order: order_id(attempt),
        attempt: attempt_id(attempt),
        kind: ReceiptKind::IncomeDeduction,
        masked: receipt_number().masked(),
        amount: priced.total,
        tax: priced.tax,
        state,
        created: NOW,
        changed: NOW,
        deadline: soban_domain::cash_receipt::deadline(NOW),
        issue_number: (state == CashReceiptState::Issued).then(|| format!("G{n}")),
        tries: 0,
        next_try: Some(NOW),
        evidence: None,
    }
}

/// The `n`-th message for the POS: the first revision of the `order`-th order.
pub fn relay(n: u64, order: u64, state: RelayState) -> RelayItem {
    RelayItem {
        id: relay_id(n),
        order: order_id(order),
        revision: 1,
        state,
        tries: 0,
        created: NOW,
        next_try: NOW,
        said: None,
    }
}

/// The `n`-th print job: the kitchen's ticket of the `order`-th order.
pub fn print_job(n: u64, order: u64, state: PrintState) -> PrintJob {
    PrintJob {
        id: print_id(n),
        order: order_id(order),
        slip: Slip::Kitchen(slug("kitchen")),
        copy: 1,
        printer: printer(),
        moved_from: None,
        state,
        tries: 0,
        created: NOW,
        next_try: NOW,
        said: None,
    }
}

/// The `n`-th call for staff, which nobody answered.
pub fn call(n: u64) -> StaffCall {
    StaffCall {
        id: CallId(nth(n)),
        screen: screen(),
        order: None,
        at: NOW,
        answered: None,
    }
}

/// A decision about the `n`-th order.
pub fn decision(n: u64) -> Decision {
    Decision {
        at: NOW,
        by: "김하나".to_owned(),
        what: "took_payment".to_owned(),
        about: order_id(n).to_string(),
        why: "cash in the till".to_owned(),
    }
}

/// The `n`-th event, about the `n`-th order.
pub fn event(n: u64) -> NewEvent {
    NewEvent {
        at: NOW,
        order: Some(order_id(n)),
        body: format!("{{\"n\":{n}}}"),
    }
}

/// A reply to the `n`-th command.
pub fn reply(n: u64) -> KeptReply {
    KeptReply {
        endpoint: "place_order".to_owned(),
        body_hash: format!("{n:064x}"),
        reply: format!("{{\"order\":\"{}\"}}", order_id(n)),
    }
}

/// A menu whose hash is made of `letter`.
pub fn stored_menu(letter: char) -> StoredMenu {
    StoredMenu {
        hash: letter.to_string().repeat(64),
        json: format!("{{\"{letter}\":true}}"),
        since: NOW,
    }
}
