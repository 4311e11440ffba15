//! Everything outside the program: what survives its crashes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soban_domain::ids::{AttemptId, OrderId};
use soban_domain::payment::Method;
use soban_engine::menus::import_menu;
use soban_engine::ports::boundary::bound;
use soban_engine::ports::{Clock, Ids};
use soban_engine::{Engine, Parts};
use soban_protocol::view::OrderView;
use tempfile::TempDir;

use super::chaos::Weather;
use super::clock::SimClock;
use super::gateway::SimGateway;
use super::guest::Guest;
use super::life::Opened;
use super::logs::Logs;
use super::menu;
use super::plan::Plan;
use super::report::Violation;
use super::shock::Shock;
use super::staff::Staff;
use super::watch::Watch;
use crate::gateway::Make;
use crate::{FakePos, FakePrinters, SeqIds, samples};

/// Where a file system in memory is, on Linux.
const MEMORY: &str = "/dev/shm";

/// Something that a guest was shown.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) order: OrderId,
    pub(crate) view: OrderView,
}

/// Everything outside.
pub(crate) struct Town {
    pub(crate) clock: Arc<SimClock>,
    pub(crate) watch: Arc<Watch>,
    pub(crate) gateways: BTreeMap<Method, Arc<SimGateway>>,
    pub(crate) printers: Arc<FakePrinters>,
    pub(crate) pos: Arc<FakePos>,
    pub(crate) guests: Vec<Arc<Mutex<Guest>>>,
    pub(crate) staff: Option<Arc<Mutex<Staff>>>,
    pub(crate) shocks: Mutex<Vec<(std::time::Duration, Shock)>>,
    pub(crate) told: Mutex<Vec<Told>>,
    /// What the screens were told: event by event.
    pub(crate) events: Mutex<BTreeMap<u64, String>>,
    pub(crate) wrongs: Mutex<Vec<Violation>>,
    /// Cash that guests handed over at the counter.
    pub(crate) cash: Mutex<BTreeMap<OrderId, i64>>,
    /// Orders that staff entered at the POS by hand.
    pub(crate) entered: Mutex<BTreeSet<OrderId>>,
    /// Whatever must be in no log.
    pub(crate) secrets: Mutex<BTreeSet<String>>,
    pub(crate) logs: Logs,
    folder: TempDir,
    disk_full: AtomicBool,
    disk: Mutex<Option<Opened>>,
    ids: Arc<SeqIds>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn folder() -> TempDir {
    let memory = Path::new(MEMORY);
    let made = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    made.expect("a folder for the order store can be made")
}

impl Town {
    pub(crate) fn new(plan: &Plan) -> Town {
        let clock = Arc::new(SimClock::at(samples::NOW));
        let road = plan.weather.as_ref().map(Weather::road);
        let watch = Arc::new(Watch::new(Arc::clone(&clock), &plan.crashes, road));
        let makes = [
            Make::KAKAOPAY,
            Make::TOSS,
            Make::VAN,
            Make::mpm(plan.qr_asks),
        ];
        let gateway = |make: Make| {
            let gateway = SimGateway::new(make, &clock, &watch);
            gateway.set_spoil(
                plan.weather
                    .as_ref()
                    .map(|weather| weather.spoil(make.method)),
            );
            (make.method, Arc::new(gateway))
        };
        let gateways: BTreeMap<Method, Arc<SimGateway>> = makes.map(gateway).into();
        let printers = menu::PRINTERS.map(|name| (menu::printer(name), 42));
        let secrets = BTreeSet::from([menu::STAFF.1.to_owned()]);
        Town {
            gateways,
            printers: Arc::new(FakePrinters::new(printers)),
            pos: Arc::new(FakePos::new(plan.pos)),
            guests: plan
                .guests
                .iter()
                .map(|guest| Arc::new(Mutex::new(guest.clone())))
                .collect(),
            staff: Staff::of(plan),
            shocks: Mutex::new(plan.shocks.clone()),
            told: Mutex::default(),
            events: Mutex::default(),
            wrongs: Mutex::default(),
            cash: Mutex::default(),
            entered: Mutex::default(),
            secrets: Mutex::new(secrets),
            logs: Logs::default(),
            folder: folder(),
            disk_full: AtomicBool::new(false),
            disk: Mutex::default(),
            ids: Arc::new(SeqIds::from(1)),
            clock,
            watch,
        }
    }

    /// Where the order store is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("soban.db")
    }

    /// The bytes of everything that the program left on the disk.
    pub(crate) fn disk_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).into_iter().flatten();
        let paths = files.flatten().map(|entry| entry.path());
        paths
            .flat_map(|path| std::fs::read(path).unwrap_or_default())
            .collect()
    }

    /// A fresh program on the disk.
    pub(crate) fn engine(&self, opened: Opened) -> Engine {
        let parts = Parts {
            store: Arc::clone(&opened.store),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            ids: Arc::clone(&self.ids) as Arc<dyn Ids>,
            gateways: self
                .gateways
                .iter()
                .map(|(method, gateway)| (*method, Arc::clone(gateway) as _))
                .collect(),
            cash_receipts: None,
            printers: Arc::clone(&self.printers) as _,
            pos: Arc::clone(&self.pos) as _,
            rules: menu::rules(),
            words: menu::words(),
        };
        let engine = Engine::new(bound(parts, Arc::clone(&self.watch) as _));
        *lock(&self.disk) = Some(opened);
        self.set_disk_full(self.disk_full.load(Ordering::SeqCst));
        engine
    }

    /// The program is gone: nobody holds the disk any more.
    pub(crate) fn let_go_of_disk(&self) {
        *lock(&self.disk) = None;
    }

    pub(crate) fn set_disk_full(&self, full: bool) {
        self.disk_full.store(full, Ordering::SeqCst);
        if let Some(disk) = lock(&self.disk).as_ref() {
            (disk.limit)(full);
        }
    }

    /// The owner's menu, straight into the order store.
    pub(crate) async fn put_menu(&self, stew: i64) {
        let store = lock(&self.disk)
            .as_ref()
            .map(|disk| Arc::clone(&disk.store));
        if let Some(store) = store {
            let now = self.clock.now();
            if let Err(error) = import_menu(store.as_ref(), now, menu::menu(stew)).await {
                self.watch.say(&format!("  no menu: {error}"));
            }
        }
    }

    /// Notes what must not be.
    pub(crate) fn wrong(&self, checker: &'static str, words: impl Into<String>) {
        let violation = Violation::new(checker, words);
        self.watch
            .say(&format!("WRONG {checker}: {}", violation.words));
        lock(&self.wrongs).push(violation);
    }

    /// A guest or staff were shown an order.
    pub(crate) fn show(&self, view: &OrderView) {
        let payment = view.payment.as_ref().map(|payment| payment.state.name());
        self.watch.say(&format!(
            "  shown: {} {} {:?}",
            view.state.name(),
            view.number.map_or_else(String::new, |n| n.to_string()),
            payment
        ));
        lock(&self.told).push(Told {
            order: view.id,
            view: view.clone(),
        });
    }

    /// A secret that must be in no log.
    pub(crate) fn keep_secret(&self, secret: &str) {
        lock(&self.secrets).insert(secret.to_owned());
    }

    /// What truly is with an attempt's money: taken less sent back, in won.
    pub(crate) fn money(&self, attempt: AttemptId, method: Method) -> i64 {
        let gateway = self.gateways.get(&method);
        gateway.map_or(0, |gateway| {
            let ledger = gateway.fake.ledger(attempt);
            ledger.taken.0 - ledger.sent_back.0
        })
    }

    /// No more trouble by chance, and everything outside is well again.
    pub(crate) async fn calm(&self) {
        self.watch.calm();
        for gateway in self.gateways.values() {
            gateway.set_spoil(None);
            gateway.fake.set_inquiry_unavailable(false);
        }
        self.strike(&Shock::Network(true)).await;
        for name in menu::PRINTERS {
            self.printers.set_trouble(&menu::printer(name), None);
        }
        self.pos
            .set_health(soban_engine::ports::pos::PosHealth::Open);
        self.set_disk_full(false);
    }
}
