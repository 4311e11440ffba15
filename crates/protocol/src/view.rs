//! Orders and health as screens see them.

use serde::{Deserialize, Serialize};
use soban_domain::call_number::CallNumber;
use soban_domain::ids::{AttemptId, OrderId, PrintJobId, PrinterId, ScreenId};
use soban_domain::moment::Timestamp;
use soban_domain::money::Won;
use soban_domain::order::{IdCheck, OrderState};
use soban_domain::payment::{Method, PaymentState};
use soban_domain::pricing::Priced;
use soban_domain::print::{PrintState, Slip};
use soban_domain::relay::RelayState;
use soban_domain::text::Lang;

/// An order as a screen sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// Its id.
    pub id: OrderId,
    /// The screen it came from.
    pub screen: ScreenId,
    /// The guest's language.
    pub lang: Lang,
    /// Where it stands.
    pub state: OrderState,
    /// The number to be called by, once given.
    pub number: Option<CallNumber>,
    /// Lines and sums.
    pub priced: Priced,
    /// When it was placed.
    pub placed: Timestamp,
    /// Milliseconds since its state last changed, by the hub's clock.
    pub age_ms: u32,
    /// Whether alcohol may be handed over.
    pub id_check: IdCheck,
    /// The latest payment.
    pub payment: Option<PaymentView>,
    /// Money of earlier payments that came late and is being sent back.
    #[serde(default)]
    pub returning: Won,
    /// How the latest message to the POS stands.
    pub relay: Option<RelayState>,
    /// Its print jobs.
    pub prints: Vec<PrintView>,
}

/// A payment as a screen sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    /// The attempt.
    pub attempt: AttemptId,
    /// How.
    pub method: Method,
    /// Where it stands.
    pub state: PaymentState,
    /// How much.
    pub amount: Won,
    /// What the guest does now, while waiting for them.
    pub page: Option<PaymentPage>,
    /// Seconds left of the guest's time, by the hub's clock.
    pub seconds_left: u32,
    /// Seconds of the guest's time in all.
    pub seconds_in_all: u32,
    /// What is being found out, while nobody knows how it ended.
    #[serde(default)]
    pub checking: Option<Checking>,
    /// How much of it was sent back.
    #[serde(default)]
    pub refunded: Won,
}

/// What is being found out about a payment, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checking {
    /// What is done.
    pub step: CheckStep,
    /// Seconds until it is known, or staff are called, at the latest.
    pub seconds_at_most: u32,
}

/// A step of finding out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStep {
    /// The approval is under way.
    Approving,
    /// The gateway is asked how it ended.
    Asking,
    /// The payment was given up or its time is over; one last look.
    LastLook,
    /// It is undone, so that it can be tried again.
    SendingBack,
    /// Staff look into it.
    WithStaff,
}

/// What a guest pays with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentPage {
    /// Shown as a QR; the phone does the rest and returns to the hub.
    Qr {
        /// What the QR says.
        text: String,
    },
    /// Shown as a QR that the payer's banking app reads (EMVCo MPM); the hub sees the money
    /// arrive.
    BankQr {
        /// What the QR says.
        text: String,
    },
    /// The guest holds the code of an app to the scanner.
    Scan,
    /// Shown by the shell in a locked window of its own, whose navigation home carries
    /// the token.
    Window {
        /// The gateway's page.
        url: String,
        /// Addresses that begin so are the way home.
        home: String,
    },
}

/// A print job as a screen sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintView {
    /// The job.
    pub job: PrintJobId,
    /// What it prints.
    pub slip: Slip,
    /// The printer.
    pub printer: PrinterId,
    /// 1 for the first.
    pub copy: u32,
    /// Where it stands.
    pub state: PrintState,
    /// How often it was tried in vain.
    pub tries: u32,
}

/// How a printer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterCondition {
    /// Ready.
    Well,
    /// 용지 부족 예고.
    PaperLow,
    /// 용지 없음.
    PaperOut,
    /// 덮개 열림.
    CoverOpen,
    /// Jam, or needs a power cycle.
    Error,
    /// It says that it is offline.
    Offline,
    /// Nobody answers.
    Unreachable,
}

impl PrinterCondition {
    /// True while it prints.
    pub fn prints(self) -> bool {
        matches!(self, PrinterCondition::Well | PrinterCondition::PaperLow)
    }
}

/// How the counter POS is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosCondition {
    /// It takes orders.
    Open,
    /// 영업 개시 전, 마감.
    DayClosed,
    /// It does not answer.
    Unreachable,
}

/// How the hub's neighbours are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// Each printer.
    pub printers: Vec<(PrinterId, PrinterCondition)>,
    /// The POS.
    pub pos: PosCondition,
}
