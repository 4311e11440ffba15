//! The kiosk and tablet shell: one locked window over the hub that it carries inside.
//!
//! Guarantees: the window shows pages of this program only and can call four commands
//! only; a gateway's page is shown in a window of its own that can call none; the hub
//! is stopped in an orderly way before the program ends.
//!
//! Deliberately absent: rules of ordering and paying. The hub has them; the shell
//! carries words between it and the page.

mod args;
mod carried;
mod commands;
mod end;
mod feed;
mod gate;
mod main_window;
mod media;
mod payment_window;
#[cfg(target_os = "linux")]
pub mod renderer;
#[cfg(target_os = "linux")]
mod touch;

use anyhow::anyhow;
use tauri::{Manager, RunEvent};
use tauri_plugin_prevent_default::{Builder as PreventDefault, Flags};

pub use args::Options;

use crate::carried::Carried;
use crate::feed::Feed;

/// Where a phone or tablet, which has no command line, begins.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    if let Err(error) = start(Options::default()) {
        tracing::error!("the shell could not start: {error:#}");
    }
}

/// Starts the hub and the window, and stays until the end.
///
/// # Errors
/// When the window system, the settings or the order store do not allow a start.
pub fn start(options: Options) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    gtk::init().map_err(|_| anyhow!("there is no display that a window could open on"))?;
    let app = tauri::Builder::default();
    // Must be the first: a second program ends here, before it touches the store.
    #[cfg(desktop)]
    let app = app.plugin(tauri_plugin_single_instance::init(|app, _, _| {
        main_window::show(app);
    }));
    let app = app
        .plugin(PreventDefault::new().with_flags(kept_from_guests()).build())
        .register_asynchronous_uri_scheme_protocol(media::SCHEME, media::answer)
        .invoke_handler(tauri::generate_handler![
            commands::rpc,
            commands::subscribe,
            commands::open_payment_window,
            commands::close_payment_window,
        ])
        .build(tauri::generate_context!())?;
    let start = options.start(&app)?;
    let mut logs = soban_hub::logs::begin(Some(start.data())).map_err(|why| anyhow!(why))?;
    let carried = Carried::start(start, options.screen);
    let carried = tauri::async_runtime::block_on(carried)?;
    let screen = carried.screen().clone();
    app.manage(Feed::default());
    app.manage(carried);
    main_window::open(&app, &screen, options.windowed)?;
    end::on_signals(app.handle().clone());
    app.run(move |app, event| {
        if let RunEvent::Exit = event {
            app.state::<Feed>().stop();
            tauri::async_runtime::block_on(app.state::<Carried>().stop());
            // The program ends without coming back here: write what was held back.
            drop(logs.take());
        }
    });
    Ok(())
}

/// Shortcuts of the web engine that would lead a guest out of the order. In a debug
/// build the developer's own stay.
fn kept_from_guests() -> Flags {
    if cfg!(debug_assertions) {
        Flags::all().difference(Flags::DEV_TOOLS | Flags::RELOAD | Flags::FOCUS_MOVE)
    } else {
        // Moving the focus backwards is how a guest who uses a keypad goes back.
        Flags::all().difference(Flags::FOCUS_MOVE)
    }
}
