//! Stand-ins of the outside world over real sockets: gateway, counter POS, printers.
//!
//! Purpose: everything Soban talks to, on one machine, for demonstrations, staff training and
//! tests. Each stand-in keeps a ledger of what it saw, outside the hub's crash domain, so a
//! test compares the world's truth with what the hub believes.
//!
//! Guarantees: it speaks the vendors' contracts and knows nothing of Soban's own types; no
//! other crate of the project is used here. Faults strike only when switched on, one by one or
//! by a plan with a seed. Deliberately absent: chance that cannot be repeated, and files on
//! disk.
//!
//! | Where | What |
//! | --- | --- |
//! | `/kakaopay/online/v1/payment/{ready,approve,order,cancel}` | the payment gateway |
//! | `/kakaopay/v1/{secret}/mInfo`, `/info` | the guest's phone, the kiosk's waiting page |
//! | `/tosspayments/v1/…`, `/tosspayments/checkout/{secret}` | Toss Payments, and its payment window |
//! | `/kicc/smpy/kiccpay/{reqAprv,reqRtran,reqCancel}`, `/kicc/` | a VAN, and the guest's wallet with its barcode |
//! | `/mpm/v1/payments…`, `/mpm/` | a scheme of merchant-presented QR codes, and the payer's app |
//! | `/pos/api/merchants/{id}/…`, `/pos` | the counter POS and its screen |
//! | TCP ports of the printers, `/printers` | raw ESC/POS, and the paper that came out |
//! | `/ledger/{payments,tosspayments,kicc,mpm,pos,printers}` | what the outside world saw, as JSON |
//! | `/ledger/truth` | every payment of every gateway: approvals, approved, sent back, live |
//! | `/faults`, `/faults/plan`, `/faults/ui`, `/clock/advance`, `/reset` | making things go wrong, and right |
//! | `/webhooks/tosspayments` | where the gateway tells of changes |

mod clock;
mod config;
mod control;
mod faults;
mod html;
mod kakaopay;
mod kicc;
mod ledger;
mod listener;
mod mpm;
mod pos;
mod printer;
mod switches;
mod tosspayments;
mod world;

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

pub use crate::clock::SandboxClock;
pub use crate::config::{
    KiccConfig, PosConfig, PrinterConfig, PrinterModel, Rom, SandboxConfig, TEST_CID,
    TEST_KICC_SERVICE, TEST_KICC_TID, TEST_MPM_KEY, TEST_TOSS_KEY, TossConfig,
};
pub use crate::faults::{Endpoint, FaultKind, FaultPlan, FaultRate, FaultRule, WRONG_BY};

use crate::config::Settings;
use crate::listener::{Cut, CuttableListener};
use crate::printer::Printer;
use crate::world::World;

/// Changes a slow page may miss before it looks at everything again.
const CHANGES_KEPT: usize = 256;
/// How long requests in progress may take to end when the sandbox stops.
const STOP_LIMIT: Duration = Duration::from_secs(3);

/// Why the sandbox did not start or a fault was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// An address is taken or not this machine's.
    #[error("cannot listen on {addr} for {what}: {source}")]
    Listen {
        /// What was to listen there.
        what: String,
        /// The address of the settings.
        addr: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// A printer's name is empty, repeated, or has other letters than `a-z 0-9 -`.
    #[error("{0:?} cannot be a printer's name: use a-z, 0-9 and -, each name once")]
    PrinterName(String),
    /// A fault that makes no sense.
    #[error("this fault cannot be switched on: {0}")]
    Fault(String),
}

/// The running sandbox. Dropping it stops it without waiting; [`Sandbox::stop`] waits.
pub struct Sandbox {
    world: Arc<World>,
    http_addr: SocketAddr,
    stop: watch::Sender<bool>,
    http: JoinHandle<()>,
    printers: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Opens every socket and begins to serve.
    ///
    /// # Errors
    /// When an address cannot be listened on, or printers' names clash.
    pub async fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        check_names(&config.printers)?;
        let clock = SandboxClock::default();
        let (stop, stopping) = watch::channel(false);
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let listener = CuttableListener::bind(config.http)
            .await
            .map_err(|source| SandboxError::Listen {
                what: "http".to_owned(),
                addr: config.http,
                source,
            })?;
        let http_addr = listener.addr();
        let mut printers = Vec::new();
        let mut sockets = Vec::new();
        for printer in config.printers {
            let (socket, addr) =
                printer::bind(printer.addr)
                    .await
                    .map_err(|source| SandboxError::Listen {
                        what: format!("printer {}", printer.name),
                        addr: printer.addr,
                        source,
                    })?;
            sockets.push(socket);
            printers.push(Arc::new(Printer::new(
                printer,
                addr,
                clock.clone(),
                changes.clone(),
                stopping.clone(),
            )));
        }
        let settings = Settings {
            secret_key: config.secret_key,
            cid: config.cid,
            merchant_name: config.merchant_name,
            public_base: config.public_base.unwrap_or_else(|| reachable(http_addr)),
            payment_limit: config.payment_limit,
            toss: config.toss,
            kicc: config.kicc,
            mpm_key: config.mpm_key,
            pos: config.pos,
        };
        let served: Vec<_> = printers
            .iter()
            .zip(sockets)
            .map(|(printer, socket)| tokio::spawn(printer::serve(printer.clone(), socket)))
            .collect();
        let world = Arc::new(World::new(settings, clock, printers, changes, stopping));
        let http = tokio::spawn(serve(world.clone(), listener));
        Ok(Self {
            world,
            http_addr,
            stop,
            http,
            printers: served,
        })
    }

    /// Where the web pages and APIs are.
    #[must_use]
    pub fn http_addr(&self) -> SocketAddr {
        self.http_addr
    }

    /// The base URL for a KakaoPay client.
    #[must_use]
    pub fn kakaopay_base(&self) -> String {
        format!("http://{}/kakaopay", self.http_addr)
    }

    /// The base URL for a Toss Payments client: `/v1/payments` comes after it.
    #[must_use]
    pub fn toss_base(&self) -> String {
        format!("http://{}/tosspayments", self.http_addr)
    }

    /// The base URL for a client of the VAN: `/smpy/kiccpay/reqAprv` comes after it.
    #[must_use]
    pub fn kicc_base(&self) -> String {
        format!("http://{}/kicc", self.http_addr)
    }

    /// The base URL for a client of the QR scheme: `/v1/payments` comes after it.
    #[must_use]
    pub fn mpm_base(&self) -> String {
        format!("http://{}/mpm", self.http_addr)
    }

    /// Where Toss Payments tells of changes from now on; none: nowhere.
    pub fn toss_webhook(&self, url: Option<String>) {
        self.world.toss().webhook = url;
    }

    /// The base URL for a relay to the counter POS.
    #[must_use]
    pub fn pos_base(&self) -> String {
        format!("http://{}/pos/api", self.http_addr)
    }

    /// Each printer's name and address.
    #[must_use]
    pub fn printer_addrs(&self) -> Vec<(String, SocketAddr)> {
        self.world
            .printers
            .iter()
            .map(|printer| (printer.name().to_owned(), printer.addr()))
            .collect()
    }

    /// The sandbox's clock, to be pushed forward by tests.
    #[must_use]
    pub fn clock(&self) -> SandboxClock {
        self.world.clock.clone()
    }

    /// Switches a fault on, as `POST /faults` does.
    ///
    /// # Errors
    /// When the rule makes no sense or too many are on.
    pub fn fault(&self, rule: FaultRule) -> Result<(), SandboxError> {
        match self.world.faults().add(rule) {
            Ok(_) => Ok(()),
            Err(why) => Err(SandboxError::Fault(why)),
        }
    }

    /// Draws faults by a seed from now on, as `PUT /faults/plan` does.
    ///
    /// # Errors
    /// When a rate makes no sense.
    pub fn follow(&self, plan: FaultPlan) -> Result<(), SandboxError> {
        self.world
            .faults()
            .follow(plan)
            .map_err(SandboxError::Fault)
    }

    /// Stops serving and closes every socket.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let all = async {
            for task in self.printers {
                task.await.ok();
            }
            self.http.await.ok();
        };
        if tokio::time::timeout(STOP_LIMIT, all).await.is_err() {
            tracing::warn!("some connections to the sandbox were still open when it stopped");
        }
    }
}

/// The base address when none is set; "every address" is reached as this machine.
fn reachable(addr: SocketAddr) -> String {
    if addr.ip().is_unspecified() {
        format!("http://127.0.0.1:{}", addr.port())
    } else {
        format!("http://{addr}")
    }
}

fn check_names(printers: &[PrinterConfig]) -> Result<(), SandboxError> {
    for (at, printer) in printers.iter().enumerate() {
        let name = &printer.name;
        let fits = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let again = printers[..at].iter().any(|other| other.name == *name);
        if !fits || again {
            return Err(SandboxError::PrinterName(name.clone()));
        }
    }
    Ok(())
}

async fn serve(world: Arc<World>, listener: CuttableListener) {
    let routes = Router::new()
        .merge(control::router())
        .nest("/kakaopay", kakaopay::router())
        .nest("/tosspayments", tosspayments::router())
        .nest("/kicc", kicc::router())
        .nest("/mpm", mpm::router())
        // A nested `/` is the address without the slash.
        .route("/tosspayments/", get(tosspayments::pages::home))
        .route("/kicc/", get(kicc::pages::home))
        .route("/mpm/", get(mpm::pages::home))
        .nest("/pos", pos::router())
        .nest("/printers", printer::router())
        .with_state(world.clone());
    let service = routes.into_make_service_with_connect_info::<Cut>();
    let signal = {
        let world = world.clone();
        async move { world.stopped().await }
    };
    let served = axum::serve(listener, service).with_graceful_shutdown(signal);
    let limit = async {
        world.stopped().await;
        tokio::time::sleep(STOP_LIMIT).await;
    };
    tokio::select! {
        result = served.into_future() => {
            if let Err(error) = result {
                tracing::error!(%error, "the sandbox's web server ended");
            }
        }
        () = limit => {}
    }
}
