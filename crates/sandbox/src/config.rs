//! Settings of the sandbox: addresses, keys, printers.
//!
//! Guarantees: the defaults are the addresses and test keys the project documents. Deliberately
//! absent: reading files or the environment; the program that starts the sandbox does that.

use std::net::{Ipv4Addr, SocketAddr};

/// KakaoPay's published merchant code for tests of one-time payments.
pub const TEST_CID: &str = "TC0ONETIME";

/// The secret key of the Toss Payments stand-in; `test_` makes test codes work.
pub const TEST_TOSS_KEY: &str = "test_sk_SANDBOX0SECRET0KEY";
/// The one terminal the VAN stand-in knows.
pub const TEST_KICC_TID: &str = "T123456789";
/// The one service the VAN stand-in knows: the vendor's id of simple payment.
pub const TEST_KICC_SERVICE: &str = "SVC_SIMPLE";
/// The key of the merchant-presented QR scheme.
pub const TEST_MPM_KEY: &str = "sandbox-mpm-key";

/// What the sandbox is started with.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Where the web pages and both APIs listen; port 0 takes a free one.
    pub http: SocketAddr,
    /// The printers, each on a port of its own.
    pub printers: Vec<PrinterConfig>,
    /// The key a merchant must send as `SECRET_KEY {key}`.
    pub secret_key: String,
    /// The one merchant code that is known.
    pub cid: String,
    /// The shop's name on the payment page, as registered with the gateway.
    pub merchant_name: String,
    /// How phones reach the sandbox, without a slash at the end; default `http://{http}`.
    pub public_base: Option<String>,
    /// Largest single payment in won; above it `ready` answers -797.
    pub payment_limit: i64,
    /// The Toss Payments stand-in.
    pub toss: TossConfig,
    /// The VAN stand-in.
    pub kicc: KiccConfig,
    /// What the merchant-presented QR scheme wants as `Authorization: Bearer {key}`.
    pub mpm_key: String,
    /// The counter POS.
    pub pos: PosConfig,
}

/// The Toss Payments stand-in's settings.
#[derive(Clone, Debug)]
pub struct TossConfig {
    /// The key a merchant must send: `Basic base64(key + ":")`.
    pub secret_key: String,
    /// The merchant's id in answers.
    pub mid: String,
    /// Where changes are told; none: nobody is told. Can be changed at `/webhooks/tosspayments`.
    pub webhook: Option<String>,
}

/// The VAN stand-in's settings.
#[derive(Clone, Debug)]
pub struct KiccConfig {
    /// The one terminal that is known, 10 letters.
    pub tid: String,
    /// The one service that is known, up to 10 letters.
    pub service: String,
}

impl Default for TossConfig {
    fn default() -> Self {
        Self {
            secret_key: TEST_TOSS_KEY.to_owned(),
            mid: "sandbox".to_owned(),
            webhook: None,
        }
    }
}

impl Default for KiccConfig {
    fn default() -> Self {
        Self {
            tid: TEST_KICC_TID.to_owned(),
            service: TEST_KICC_SERVICE.to_owned(),
        }
    }
}

/// The counter POS's identity and first settings.
#[derive(Clone, Debug)]
pub struct PosConfig {
    /// The merchant id in the paths.
    pub merchant: String,
    /// What `x-access-key` must hold.
    pub access_key: String,
    /// What `x-secret-key` must hold.
    pub secret_key: String,
    /// Whether the till accepts what arrives by itself.
    pub auto_accept: bool,
}

/// One printer.
#[derive(Clone, Debug)]
pub struct PrinterConfig {
    /// Its name in addresses and ledgers: letters, digits, `-`.
    pub name: String,
    /// Where it listens for raw ESC/POS; port 0 takes a free one.
    pub addr: SocketAddr,
    /// Font A columns: 48 on 80 mm paper, 32 on 58 mm.
    pub columns: u16,
    /// What this model can do.
    pub model: PrinterModel,
}

/// How printers differ (printing reference, sections 1, 4, 9, 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrinterModel {
    /// The Hangul letters in its ROM.
    pub rom: Rom,
    /// Whether it answers `GS ( H` with the process id.
    pub process_id: bool,
    /// Whether real-time commands are also obeyed inside image and other block data.
    pub realtime_in_data: bool,
}

/// The letters a printer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rom {
    /// All of windows-949: every modern syllable.
    Cp949,
    /// KS X 1001 only: both bytes at least A1; other letters vanish from the paper.
    Ksx1001,
}

impl Default for PrinterModel {
    fn default() -> Self {
        Self {
            rom: Rom::Cp949,
            process_id: true,
            realtime_in_data: true,
        }
    }
}

impl PrinterConfig {
    /// An 80 mm printer of the most able model.
    #[must_use]
    pub fn new(name: &str, addr: SocketAddr) -> Self {
        Self {
            name: name.to_owned(),
            addr,
            columns: 48,
            model: PrinterModel::default(),
        }
    }
}

impl Default for PosConfig {
    fn default() -> Self {
        Self {
            merchant: "1001".to_owned(),
            access_key: "sandbox-access".to_owned(),
            secret_key: "sandbox-secret".to_owned(),
            auto_accept: true,
        }
    }
}

impl Default for SandboxConfig {
    fn default() -> Self {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            http: at(7790),
            printers: vec![
                PrinterConfig::new("receipt", at(9101)),
                PrinterConfig::new("kitchen", at(9102)),
                PrinterConfig::new("bar", at(9103)),
            ],
            secret_key: "SANDBOX0SECRET0KEY".to_owned(),
            cid: TEST_CID.to_owned(),
            merchant_name: "소반 식당".to_owned(),
            public_base: None,
            payment_limit: 10_000_000,
            toss: TossConfig::default(),
            kicc: KiccConfig::default(),
            mpm_key: TEST_MPM_KEY.to_owned(),
            pos: PosConfig::default(),
        }
    }
}

impl SandboxConfig {
    /// The defaults on free ports, for tests.
    #[must_use]
    pub fn on_free_ports() -> Self {
        let mut config = Self::default();
        config.http.set_port(0);
        for printer in &mut config.printers {
            printer.addr.set_port(0);
        }
        config
    }
}

/// The settings after start: addresses are known.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) secret_key: String,
    pub(crate) cid: String,
    pub(crate) merchant_name: String,
    pub(crate) public_base: String,
    pub(crate) payment_limit: i64,
    pub(crate) toss: TossConfig,
    pub(crate) kicc: KiccConfig,
    pub(crate) mpm_key: String,
    pub(crate) pos: PosConfig,
}

/// The part of the settings the payment book needs.
#[derive(Clone, Debug)]
pub(crate) struct PaymentSettings {
    pub(crate) cid: String,
    pub(crate) payment_limit: i64,
}

impl Settings {
    pub(crate) fn payments(&self) -> PaymentSettings {
        PaymentSettings {
            cid: self.cid.clone(),
            payment_limit: self.payment_limit,
        }
    }
}
