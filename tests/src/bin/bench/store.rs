//! The engine on its real store, as the hub puts it together, without what is outside.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use soban_domain::moment::Timestamp;
use soban_domain::text::Lang;
use soban_engine::menus::import_menu;
use soban_engine::ports::{Clock, Ids};
use soban_engine::{Engine, Parts};
use soban_hub::secrets::Secrets;
use soban_hub::settings::Settings;
use soban_protocol::guest::{MakeQuoteRequest, PlaceOrderRequest, QuoteReply};
use soban_store::SqliteStore;
use soban_testkit::pos::Make;
use soban_testkit::{FakePos, FakePrinters};
use soban_tests::baskets::{eat_in, hot_stew, set_for_one, times};
use soban_tests::guest::{command, place};
use soban_tests::world::KIOSK;
use uuid::Uuid;

struct MachineClock;

#[async_trait]
impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let ms = since.expect("a clock after 1970").as_millis();
        Timestamp(i64::try_from(ms).expect("a clock before the year 292 million"))
    }

    async fn sleep(&self, time: std::time::Duration) {
        tokio::time::sleep(time).await;
    }
}

struct FreshIds;

impl Ids for FreshIds {
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// An engine with the sample store's menu on a store in this folder. No pumps run: an
/// order that nobody pays gives them nothing to do.
pub(crate) async fn engine(folder: &Path) -> Engine {
    let store = SqliteStore::open(&folder.join("soban.db")).expect("a store");
    let menu = soban_hub::sample::menu().expect("the sample's menu");
    import_menu(&store, MachineClock.now(), menu)
        .await
        .expect("the menu in force");
    let settings = Settings::parse(Path::new("soban.toml"), &soban_hub::sample::settings());
    let settings = settings.expect("the sample's settings");
    Engine::new(Parts {
        store: Arc::new(store),
        clock: Arc::new(MachineClock),
        ids: Arc::new(FreshIds),
        gateways: BTreeMap::new(),
        cash_receipts: None,
        printers: Arc::new(FakePrinters::new([])),
        pos: Arc::new(FakePos::new(Make::default())),
        rules: settings.rules(&Secrets::default()),
        words: BTreeMap::new(),
    })
}

/// The wish for a quote of an ordinary basket: two stews with options, and a set.
pub(crate) fn wish() -> MakeQuoteRequest {
    MakeQuoteRequest {
        command: command(),
        screen: KIOSK.parse().expect("a screen"),
        lang: Lang::Ko,
        cart: eat_in(vec![times(2, hot_stew()), set_for_one()]),
        seen: Vec::new(),
        instead_of: None,
    }
}

/// Wishes to place so many orders, their quotes made beforehand.
pub(crate) async fn ready_to_place(engine: &Engine, count: usize) -> Vec<PlaceOrderRequest> {
    let mut ready = Vec::with_capacity(count);
    while ready.len() < count {
        let batch = (count - ready.len()).min(200);
        let quotes = join_all((0..batch).map(|_| engine.make_quote(wish()))).await;
        ready.extend(quotes.into_iter().map(|quote| match quote {
            Ok(QuoteReply::Quoted { quote, .. }) => place(quote),
            other => panic!("no quote: {other:?}"),
        }));
    }
    ready
}
