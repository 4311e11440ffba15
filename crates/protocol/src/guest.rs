//! What guests' screens ask.

use serde::{Deserialize, Serialize};
use soban_domain::cart::Cart;
use soban_domain::change::Change;
use soban_domain::ids::{AttemptId, CallId, CommandId, OrderId, PrinterId, QuoteId, ScreenId};
use soban_domain::money::Won;
use soban_domain::payment::Method;
use soban_domain::pricing::Priced;
use soban_domain::shelf::Shelf;
use soban_domain::text::{Lang, Text};

use crate::secret::Secret;
use crate::view::{Conditions, OrderView};

/// Nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PingRequest {}

/// The hub is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PingReply {
    /// The last event's number.
    pub seq: u64,
}

/// A screen introduces itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelloRequest {
    /// Its name in the settings; the first of its kind where it does not know.
    pub screen: Option<ScreenId>,
    /// What it is.
    pub kind: ScreenKind,
}

/// What a screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenKind {
    /// A kiosk.
    Kiosk,
    /// A tablet on a table.
    Table,
    /// A tablet or phone of the staff.
    Staff,
}

/// What a screen needs to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The screen's name.
    pub screen: ScreenId,
    /// Pixels to a millimetre of its panel, in thousandths.
    pub px_per_m: u32,
    /// The store's name.
    pub store: Text,
    /// The accent colour, `#RRGGBB`.
    pub accent: String,
    /// Languages offered, the first is where a screen begins.
    pub languages: Vec<Lang>,
    /// The menu in force; fetch `/menu/{hash}`.
    pub menu: String,
    /// What can be promised.
    pub shelf: Shelf,
    /// Korean time, from Monday 00:00.
    pub minute_of_week: u16,
    /// True within business hours.
    pub open: bool,
    /// Ways to pay, in the store's order.
    pub methods: Vec<Method>,
    /// The printer of this screen's receipts, if it has one.
    pub receipt_printer: Option<PrinterId>,
    /// Seconds without a touch before the screen asks whether somebody is there.
    pub idle_seconds: u32,
    /// Seconds that question stays; 20 at least.
    pub idle_warning_seconds: u32,
    /// Minutes that the kitchen promises.
    pub ready_minutes: u32,
    /// How printers and POS are.
    pub conditions: Conditions,
    /// An order of this screen that is still going on, after a restart.
    pub resume: Option<OrderView>,
    /// The last event's number: follow from here.
    pub seq: u64,
}

/// A basket for a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeQuoteRequest {
    /// The command.
    pub command: CommandId,
    /// The screen.
    pub screen: ScreenId,
    /// The guest's language.
    pub lang: Lang,
    /// The basket.
    pub cart: Cart,
    /// The price of one that the guest saw, line by line.
    pub seen: Vec<Won>,
    /// An earlier quote of this guest, whose holds end.
    #[serde(default)]
    pub instead_of: Option<QuoteId>,
}

/// A quote, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteReply {
    /// The promise.
    Quoted {
        /// Its id.
        quote: QuoteId,
        /// Lines and sums.
        priced: Priced,
        /// Seconds it lives.
        seconds_left: u32,
    },
    /// The store changed: by name, line by line. Never empty.
    Changed {
        /// What changed.
        changes: Vec<Change>,
        /// The menu in force.
        menu: String,
        /// What can be promised.
        shelf: Shelf,
    },
}

/// An order on a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrderRequest {
    /// The command.
    pub command: CommandId,
    /// The order's id, made by the screen.
    pub order: OrderId,
    /// The quote.
    pub quote: QuoteId,
}

/// A payment of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartPaymentRequest {
    /// The command.
    pub command: CommandId,
    /// The attempt's id, made by the screen.
    pub attempt: AttemptId,
    /// The order.
    pub order: OrderId,
    /// How.
    pub method: Method,
}

/// A payment given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeavePaymentRequest {
    /// The command.
    pub command: CommandId,
    /// The attempt.
    pub attempt: AttemptId,
}

/// An order given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveOrderRequest {
    /// The command.
    pub command: CommandId,
    /// The order.
    pub order: OrderId,
}

/// The payer's browser came home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuestReturnRequest {
    /// The attempt, from the address.
    pub attempt: AttemptId,
    /// How it came.
    pub came: Came,
}

/// A code that a guest's app shows (CPM), as the scanner read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanCodeRequest {
    /// The attempt.
    pub attempt: AttemptId,
    /// The code.
    pub code: Secret,
}

/// How a payer's browser came home. A hint, never a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// With a token to approve.
    WithToken(Secret),
    /// By the gateway's way out.
    Quit,
    /// By the gateway's failure page.
    Failed,
}

/// A question about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderStatusRequest {
    /// The order.
    pub order: OrderId,
}

/// A receipt is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintReceiptRequest {
    /// The command.
    pub command: CommandId,
    /// The order.
    pub order: OrderId,
}

/// A guest wants somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallStaffRequest {
    /// The command.
    pub command: CommandId,
    /// The call's id, made by the screen.
    pub call: CallId,
    /// The screen.
    pub screen: ScreenId,
    /// The order at hand.
    #[serde(default)]
    pub order: Option<OrderId>,
}

/// The call is on the staff's screens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallReply {
    /// The call: an earlier one of this screen, where nobody came yet.
    pub call: CallId,
}
