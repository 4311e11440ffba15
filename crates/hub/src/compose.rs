//! The composition root: settings and secrets in, a running hub out.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use futures_util::Stream;
use soban_devices::{NetPrinters, Timings};
use soban_domain::ids::ScreenId;
use soban_engine::menus::import_menu;
use soban_engine::ports::{Clock, PosLink};
use soban_engine::{Engine, EngineError, Parts, pumps};
use soban_protocol::Event;
use soban_relay::{TossPlace, TossPlaceConfig};
use soban_store::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::api::Api;
use crate::events::follow;
use crate::gateways::{cash_receipts, gateways};
use crate::menu_file::read_menu;
use crate::place::Wrong;
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::world::{FreshIds, MachineClock};
use crate::{http, words};

/// What a hub is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The settings file.
    pub config: PathBuf,
    /// The data folder; made if it is missing.
    pub data: PathBuf,
    /// Where screens reach it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Secrets that are known already, instead of the file and the environment.
    pub secrets: Option<Secrets>,
}

/// Why a hub did not start. Nothing is left running.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A wrong setting, secret or menu.
    #[error("{0}")]
    Wrong(#[from] Wrong),
    /// Several things wrong with the menu; the first is told.
    #[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Menu(Vec<Wrong>),
    /// The data folder or the order store.
    #[error("the data folder {}: {why}", .folder.display())]
    Data {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Something else holds the address.
    #[error("the address {listen} cannot be listened on: {why}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// Why.
        why: String,
    },
    /// A gateway or the POS refuses its settings.
    #[error("{part}: {why}")]
    Part {
        /// Which part.
        part: &'static str,
        /// Why.
        why: String,
    },
    /// There is no menu yet.
    #[error("there is no menu yet: put a menu.toml beside {}, or run `soban menu import FILE`", .0.display())]
    NoMenu(PathBuf),
}

/// A running hub.
pub struct Hub {
    api: Arc<Api>,
    address: SocketAddr,
    data: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    pumps: JoinSet<()>,
    server: JoinHandle<()>,
    end: oneshot::Sender<()>,
    /// Held for as long as it runs; the system lets go of it even after a crash.
    _only_hub: File,
}

impl Hub {
    /// The dispatch table.
    pub fn api(&self) -> Arc<Api> {
        Arc::clone(&self.api)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All routes, for a shell that serves them without a socket.
    pub fn router(&self) -> Router {
        http::router(self.api.as_ref().clone(), self.data.clone())
    }

    /// Events after a number, for ever.
    pub fn events(
        &self,
        from: u64,
        screen: Option<ScreenId>,
    ) -> impl Stream<Item = Event> + Send + 'static {
        follow(self.api.engine().clone(), from, screen)
    }

    /// Stops pumps and server. Whatever was under way goes on at the next start.
    pub async fn stop(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut running) = running {
            running.pumps.shutdown().await;
            // A server that is gone has nothing left to end.
            let _ = running.end.send(());
            running.server.abort();
        }
    }
}

/// Starts a hub: store, engine, pumps, and the server for screens.
///
/// # Errors
/// See [`StartError`]. Everything that can be wrong is looked at before the pumps run.
pub async fn start(options: Options) -> Result<Hub, StartError> {
    let settings = Settings::load(&options.config)?;
    let only_hub = only_hub(&options.data)?;
    let engine = engine(&settings, &options)?;
    first_menu(&engine, &options).await?;
    let listen = options.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| StartError::Listen {
            listen,
            why: error.to_string(),
        })?;
    let address = listener.local_addr().map_err(|error| StartError::Listen {
        listen,
        why: error.to_string(),
    })?;
    let api = Arc::new(Api::new(engine.clone()));
    let router = http::router(api.as_ref().clone(), options.data.clone());
    let (end, ended) = oneshot::channel();
    let server = tokio::spawn(async move {
        let graceful = axum::serve(listener, router).with_graceful_shutdown(async {
            // The sender gone means the same as its word.
            let _ = ended.await;
        });
        if let Err(error) = graceful.await {
            tracing::error!(%error, "the server stopped");
        }
    });
    let pumps = pumps::run(&engine);
    tracing::info!(%address, "the hub listens");
    let running = Mutex::new(Some(Running {
        pumps,
        server,
        end,
        _only_hub: only_hub,
    }));
    Ok(Hub {
        api,
        address,
        data: options.data,
        running,
    })
}

/// Makes sure that no other hub works on a data folder: two would each print and relay
/// the same orders.
fn only_hub(data: &Path) -> Result<File, StartError> {
    let wrong = |why: String| StartError::Data {
        folder: data.to_owned(),
        why,
    };
    std::fs::create_dir_all(data).map_err(|error| wrong(error.to_string()))?;
    let lock = File::create(data.join("hub.lock")).map_err(|error| wrong(error.to_string()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(wrong("another hub works on it".to_owned())),
        Err(TryLockError::Error(error)) => Err(wrong(error.to_string())),
    }
}

/// The store alone, for commands that look or import.
///
/// # Errors
/// [`StartError::Data`].
pub(crate) fn open_store(data: &Path) -> Result<SqliteStore, StartError> {
    let wrong = |why: String| StartError::Data {
        folder: data.to_owned(),
        why,
    };
    std::fs::create_dir_all(data).map_err(|error| wrong(error.to_string()))?;
    SqliteStore::open(&data.join("soban.db")).map_err(|error| wrong(error.to_string()))
}

/// An engine without its pumps.
///
/// # Errors
/// See [`StartError`].
fn engine(settings: &Settings, options: &Options) -> Result<Engine, StartError> {
    let secrets = match &options.secrets {
        Some(secrets) => secrets.clone(),
        None => Secrets::load(&options.data)?,
    };
    engine_on(settings, &secrets, &options.data)
}

/// An engine on the store of a data folder. Without its pumps it does nothing by itself.
///
/// # Errors
/// See [`StartError`].
pub(crate) fn engine_on(
    settings: &Settings,
    secrets: &Secrets,
    data: &Path,
) -> Result<Engine, StartError> {
    let words = words::paper().map_err(|error| StartError::Part {
        part: "the words",
        why: error.to_string(),
    })?;
    let parts = Parts {
        store: Arc::new(open_store(data)?),
        clock: Arc::new(MachineClock),
        ids: Arc::new(FreshIds),
        gateways: gateways(settings, secrets)?,
        cash_receipts: cash_receipts(settings, secrets)?,
        printers: Arc::new(net_printers(settings)),
        pos: pos(settings, secrets)?,
        rules: settings.rules(secrets),
        words,
    };
    #[cfg(feature = "crash-points")]
    let parts = crate::crash_points::around(parts).map_err(|why| StartError::Part {
        part: "crash points",
        why,
    })?;
    Ok(Engine::new(parts))
}

pub(crate) fn pos(settings: &Settings, secrets: &Secrets) -> Result<Arc<dyn PosLink>, StartError> {
    let config = TossPlaceConfig::new(
        settings.pos.base_url.get_ref(),
        &settings.pos.merchant,
        secrets.pos.access_key.clone(),
        secrets.pos.secret_key.clone(),
    );
    let link = TossPlace::new(config).map_err(|error| StartError::Part {
        part: "pos",
        why: error.to_string(),
    })?;
    Ok(Arc::new(link))
}

/// The printers of the settings. Process ids begin somewhere else at each start, so that
/// a late answer to the last run is not taken for one of this.
pub(crate) fn net_printers(settings: &Settings) -> NetPrinters {
    let seed = MachineClock.now().0.unsigned_abs() % u64::from(u16::MAX);
    let seed = u16::try_from(seed).unwrap_or_default();
    NetPrinters::new(settings.printer_profiles(), Timings::default(), seed)
}

/// Puts the menu beside the settings in force, where there is none yet.
async fn first_menu(engine: &Engine, options: &Options) -> Result<(), StartError> {
    let broken = |error: EngineError| StartError::Data {
        folder: options.data.clone(),
        why: error.to_string(),
    };
    let known = soban_engine::ports::store::look(engine.store().as_ref(), |tx| {
        Ok::<_, EngineError>(tx.menu()?.is_some())
    });
    if known.await.map_err(broken)? {
        return Ok(());
    }
    let file = options.config.with_file_name("menu.toml");
    if !file.exists() {
        return Err(StartError::NoMenu(options.config.clone()));
    }
    let menu = read_menu(&file).map_err(StartError::Menu)?;
    keep_pictures(&file, &options.data)?;
    import_menu(engine.store().as_ref(), MachineClock.now(), menu)
        .await
        .map_err(broken)?;
    Ok(())
}

/// Copies the pictures beside a menu file into the data folder.
///
/// # Errors
/// [`StartError::Data`] where a file cannot be read or written.
pub(crate) fn keep_pictures(menu: &Path, data: &Path) -> Result<(), StartError> {
    let from = menu.with_file_name("pictures");
    let to = data.join("media/pictures");
    let wrong = |error: std::io::Error| StartError::Data {
        folder: to.clone(),
        why: error.to_string(),
    };
    if !from.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(&to).map_err(wrong)?;
    for entry in std::fs::read_dir(&from).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if let (Some(name), Some("webp")) =
            (path.file_name(), path.extension().and_then(|e| e.to_str()))
        {
            std::fs::copy(&path, to.join(name)).map_err(wrong)?;
        }
    }
    Ok(())
}
