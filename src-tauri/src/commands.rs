//! The commands of the ordering window: the whole surface between page and program.
//!
//! Guarantees: each is on the list in `names.rs` and in the window's capability, held
//! together by a test. What a page says to the hub goes through one command, so that
//! the list does not grow with the endpoints.
//!
//! Deliberately absent: files, processes, the network, the shell, the clipboard.

use soban_protocol::Event;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::carried::Carried;
use crate::feed::Feed;
use crate::gate::Gate;
use crate::payment_window;

/// Calls an endpoint of the hub and gives its answer, both as JSON.
#[tauri::command]
pub(crate) async fn rpc(
    carried: State<'_, Carried>,
    endpoint: String,
    body: String,
) -> Result<String, ()> {
    Ok(carried.call(&endpoint, &body).await)
}

/// Sends the page every event after number `from`, until the page is loaded anew.
#[tauri::command]
pub(crate) async fn subscribe(
    app: AppHandle,
    feed: State<'_, Feed>,
    from: u64,
    on_event: Channel<Event>,
) -> Result<(), ()> {
    feed.begin(app, from, on_event);
    Ok(())
}

/// Opens a gateway's page in a locked window above the page. Says why it did not.
#[tauri::command]
pub(crate) async fn open_payment_window(
    app: AppHandle,
    url: String,
    home: String,
) -> Result<(), String> {
    let gate = Gate::new(&url, &home).map_err(|error| error.to_string())?;
    payment_window::open(&app, gate).map_err(|error| error.to_string())
}

/// Closes the gateway's page, if one is open.
#[tauri::command]
pub(crate) async fn close_payment_window(app: AppHandle) -> Result<(), ()> {
    payment_window::close(&app);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::{Value, json};

    include!("commands/names.rs");

    fn file(name: &str) -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// What the pages may call is a short list that nobody lengthens unseen: the one
    /// capability is compared word for word, and with the list the build declares.
    #[test]
    fn the_window_may_call_these_commands_and_no_others() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities");
        let files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(files, ["main.json"]);
        let main = file("capabilities/main.json");
        let names: Vec<String> = COMMANDS
            .iter()
            .map(|name| format!("allow-{}", name.replace('_', "-")))
            .collect();
        assert_eq!(main["permissions"], json!(names));
        assert_eq!(
            main["permissions"],
            json!([
                "allow-rpc",
                "allow-subscribe",
                "allow-open-payment-window",
                "allow-close-payment-window",
            ])
        );
        assert_eq!(main["windows"], json!(["main"]));
        for absent in ["remote", "webviews", "local"] {
            assert_eq!(main.get(absent), None, "{absent}");
        }
    }

    /// The content security policy allows wasm and nothing looser: no eval, no inline
    /// script, no address outside this machine's own schemes.
    #[test]
    fn the_policy_of_the_pages_is_tight() {
        let security = &file("tauri.conf.json")["app"]["security"];
        assert_eq!(security["freezePrototype"], true);
        assert_eq!(security["capabilities"], json!(["main"]));
        assert_eq!(security.get("dangerousDisableAssetCspModification"), None);
        let csp = security["csp"].as_object().unwrap();
        assert_eq!(csp["script-src"], "'self' 'wasm-unsafe-eval'");
        assert_eq!(csp["default-src"], "'self'");
        for (directive, sources) in csp {
            for source in sources.as_str().unwrap().split(' ') {
                let known = source.starts_with('\'')
                    || ["ipc:", "soban:", "data:"].contains(&source)
                    || source == "http://ipc.localhost"
                    || source == "http://soban.localhost";
                assert!(known, "{directive} allows {source}");
                let loose = ["'unsafe-eval'", "'unsafe-inline'"].contains(&source);
                assert!(!loose, "{directive} allows {source}");
            }
        }
    }
}
