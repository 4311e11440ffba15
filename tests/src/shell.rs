//! The kiosk shell's own window, on a display that nobody sees, under WebKit's driver.
//!
//! Guarantees: display, message bus and driver are its own, so that two of them do not
//! take each other for a second instance; when the display goes, the window goes.

use std::process::Command;

use serde_json::json;

use crate::browser::{connect, program};
use crate::face::Face;
use crate::program::{Program, built};
use crate::world::World;
use crate::{DEADLINE, ports};

/// A shell with the hub inside.
pub struct Shell {
    /// Its page.
    pub face: Face,
    _driver: Program,
    _bus: Program,
    _display: Program,
}

impl Shell {
    /// Starts the shell on a world's files; its hub listens where the world's would.
    ///
    /// # Panics
    /// In one sentence where a program that it needs is missing.
    pub async fn start(world: &World) -> Shell {
        let shell = built(
            "SOBAN_SHELL_BIN",
            "soban-shell",
            "cargo build -p soban-shell",
        );
        let driver = program(&["WebKitWebDriver"], "webkit2gtk-driver");
        let log = |name: &str| world.folder().join(name);

        let mut command = Command::new(program(&["Xvfb"], "xvfb"));
        // It writes the number that it found free, once it is ready.
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1080x1920x24",
            "-nolisten",
            "tcp",
        ]);
        let display = Program::start("Xvfb", command, &log("display.log"), |_| true);
        let number = display.said().join("");

        let mut command = Command::new(program(&["dbus-daemon"], "dbus-x11"));
        command.args(["--session", "--nofork", "--print-address=1"]);
        let bus = Program::start("dbus-daemon", command, &log("bus.log"), |_| true);
        let address = bus.said().join("");

        let port = ports::free();
        let mut command = Command::new(driver);
        command
            .arg(format!("--port={port}"))
            .env("DISPLAY", format!(":{}", number.trim()))
            .env("DBUS_SESSION_BUS_ADDRESS", address.trim())
            .env("HOME", world.folder())
            .env("XDG_DATA_HOME", world.folder().join("home"))
            .env("XDG_CACHE_HOME", world.folder().join("cache"))
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1");
        let driver = Program::start_at("WebKitWebDriver", command, &world.hub_errors(), port);
        let args = [
            "--config".to_owned(),
            world.config().display().to_string(),
            "--data".to_owned(),
            world.data().display().to_string(),
            "--listen".to_owned(),
            world.hub().to_string(),
        ];
        let wishes = json!({
            "timeouts": { "script": DEADLINE.as_millis(), "pageLoad": DEADLINE.as_millis() },
            "webkitgtk:browserOptions": { "binary": shell, "args": args },
        });
        Shell {
            face: connect(port, wishes).await,
            _driver: driver,
            _bus: bus,
            _display: display,
        }
    }

    /// Closes the window in an orderly way.
    pub async fn close(self) {
        self.face.clone().close().await;
    }
}
