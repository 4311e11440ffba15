//! A real Chromium without a display, under its own driver.
//!
//! Guarantees: each has its own profile, gone at the end; it ends with the test, however
//! that ends, for it hangs on a pipe of its driver.

use std::process::Command;

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::face::Face;
use crate::program::Program;
use crate::{DEADLINE, ports};

/// A browser.
pub struct Browser {
    /// Its page.
    pub face: Face,
    _driver: Program,
    _profile: TempDir,
}

/// The switches of a browser that nobody looks at, and that minds its own business.
const SWITCHES: [&str; 12] = [
    "--headless=new",
    // As root, in a container, it has no sandbox of its own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

impl Browser {
    /// Starts one with a window of that size.
    ///
    /// # Panics
    /// In one sentence where Chromium or its driver is missing.
    pub async fn start(width: u32, height: u32) -> Browser {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let port = ports::free();
        let driver = program(&["chromedriver"], "chromium-driver");
        let browser = program(
            &["chromium", "chromium-browser", "google-chrome"],
            "chromium",
        );
        let mut command = Command::new(driver);
        command.arg(format!("--port={port}"));
        let log = profile.path().join("driver.log");
        let driver = Program::start("chromedriver", command, &log, |line| {
            line.contains("started successfully")
        });
        let mut switches: Vec<String> = SWITCHES.iter().map(|&switch| switch.to_owned()).collect();
        switches.push(format!("--window-size={width},{height}"));
        switches.push(format!(
            "--user-data-dir={}",
            profile.path().join("profile").display()
        ));
        let wishes = json!({
            "browserName": "chrome",
            "timeouts": { "script": DEADLINE.as_millis(), "pageLoad": DEADLINE.as_millis() },
            "goog:chromeOptions": { "binary": browser, "args": switches },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        Browser {
            face: connect(port, wishes).await,
            _driver: driver,
            _profile: profile,
        }
    }

    /// What went wrong in the page by its own account: errors, refused files and scripts.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self
            .face
            .command("se/log", json!({ "type": "browser" }))
            .await;
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Closes it in an orderly way.
    pub async fn close(self) {
        self.face.clone().close().await;
    }
}

/// Opens a session with a driver.
pub(crate) async fn connect(port: u16, wishes: Value) -> Face {
    let wishes = wishes.as_object().cloned().expect("wishes are an object");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let url = format!("http://127.0.0.1:{port}");
    let client = builder.capabilities(wishes).connect(&url).await;
    let client = client.unwrap_or_else(|error| panic!("the browser does not start: {error}"));
    Face::new(client, url)
}

/// The first of these programs that can be found.
///
/// # Panics
/// In one sentence where none can.
pub(crate) fn program(names: &[&str], package: &str) -> std::path::PathBuf {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = names.iter().find_map(|name| {
        let mut here = std::env::split_paths(&paths).map(|folder| folder.join(name));
        here.find(|path| path.is_file())
    });
    found.unwrap_or_else(|| {
        panic!(
            "{} is not there: install the package {package}",
            names.join(" or ")
        )
    })
}
