//! A browser that takes pictures.

#![expect(
    clippy::expect_used,
    reason = "a picture that cannot be taken ends the program"
)]

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use soban_tests::browser::Browser;
use soban_tests::face::Face;
use soban_tests::world::World;

/// Of 100; below this, flat grounds show blocks.
const QUALITY: u32 = 82;

/// A panel, and how much smaller its pictures are.
#[derive(Clone, Copy)]
pub(crate) struct Panel {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) scale: f64,
}

/// A kiosk, at half its size.
pub(crate) const KIOSK: Panel = Panel {
    width: 1080,
    height: 1920,
    scale: 0.5,
};

/// A tablet.
pub(crate) const TABLET: Panel = Panel {
    width: 1280,
    height: 800,
    scale: 0.75,
};

/// A phone.
pub(crate) const PHONE: Panel = Panel {
    width: 390,
    height: 844,
    scale: 1.0,
};

/// The browser, what it looks at, and where its pictures go.
pub(crate) struct Camera {
    browser: Browser,
    folder: PathBuf,
}

impl Camera {
    pub(crate) async fn new(folder: PathBuf) -> Camera {
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        Camera {
            browser: Browser::start(1280, 1000).await,
            folder,
        }
    }

    pub(crate) fn face(&self) -> &Face {
        &self.browser.face
    }

    /// Becomes that panel.
    pub(crate) async fn become_panel(&self, panel: Panel) {
        let metrics = json!({
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {
                "width": panel.width, "height": panel.height,
                "deviceScaleFactor": 1, "mobile": false,
            },
        });
        self.face().command("goog/cdp/execute", metrics).await;
    }

    /// Opens a page of the hub on a panel.
    pub(crate) async fn open(&self, world: &World, path: &str, panel: Panel) {
        self.become_panel(panel).await;
        let url = format!("http://{}{path}", world.hub());
        self.face().open(&url).await;
    }

    /// Takes a picture of what is there, every list at its top.
    pub(crate) async fn take(&self, name: &str, panel: Panel) {
        let to_top = "for (const part of document.querySelectorAll('*')) part.scrollTop = 0;";
        self.face().run(to_top).await;
        self.take_as_it_is(name, panel).await;
    }

    /// Takes a picture of what is there, lists where they were left.
    pub(crate) async fn take_as_it_is(&self, name: &str, panel: Panel) {
        self.face().stands_still().await;
        let shot = json!({
            "cmd": "Page.captureScreenshot",
            "params": {
                "format": "webp", "quality": QUALITY,
                "clip": {
                    "x": 0, "y": 0, "width": panel.width, "height": panel.height,
                    "scale": panel.scale,
                },
            },
        });
        let shot = self.face().command("goog/cdp/execute", shot).await;
        let data = shot["data"].as_str().unwrap_or_default();
        let bytes = STANDARD.decode(data).expect("a picture in base 64");
        let path = self.folder.join(format!("{name}.webp"));
        std::fs::write(&path, &bytes).expect("the picture can be written");
        println!("{name}.webp  {} kB", bytes.len().div_ceil(1000));
    }

    pub(crate) async fn close(self) {
        self.browser.close().await;
    }
}
