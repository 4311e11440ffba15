//! Settings, menu and secrets of a store under test: the sample store, with edits.
//!
//! Guarantees: an edit that changes nothing ends the test, so that a test never believes
//! in a setting that is not there.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Who the staff are in every store under test.
pub const STAFF: &str = "mina";
/// Their PIN: long enough not to turn up in a log by chance.
pub const PIN: &str = "739156048";

/// The keys that the sandbox takes, as its documentation has them.
pub const GATEWAY_KEY: &str = "SANDBOX0SECRET0KEY";
/// Toss Payments'.
pub const TOSS_KEY: &str = "test_sk_SANDBOX0SECRET0KEY";
/// The scheme's of shown codes.
pub const MPM_KEY: &str = "sandbox-mpm-key";
/// The first of the till's keys.
pub const POS_ACCESS_KEY: &str = "sandbox-access";
/// The second.
pub const POS_SECRET_KEY: &str = "sandbox-secret";

const SETTINGS: &str = include_str!("../../assets/sample/soban.toml");
const MENU: &str = include_str!("../../assets/sample/menu.toml");

/// What a store is started with.
#[derive(Clone, Debug)]
pub struct Setup {
    pub(crate) settings: String,
    pub(crate) menu: String,
    pub(crate) log: Option<String>,
    pub(crate) program: Option<PathBuf>,
}

impl Setup {
    /// The sample store as it is.
    pub fn sample() -> Setup {
        Setup {
            settings: SETTINGS.to_owned(),
            menu: MENU.to_owned(),
            log: None,
            program: None,
        }
    }

    /// Sets a number of `[policy]`.
    #[must_use]
    pub fn policy(mut self, key: &str, value: u32) -> Setup {
        let line = format!("{key} = {value}");
        let there = self
            .settings
            .lines()
            .find(|known| known.starts_with(&format!("{key} =")))
            .map(str::to_owned);
        match there {
            Some(there) => self.settings = self.settings.replacen(&there, &line, 1),
            // The policies are the last table of the file.
            None => self.settings.push_str(&format!("{line}\n")),
        }
        self
    }

    /// Replaces a piece of the settings.
    #[must_use]
    pub fn settings(mut self, from: &str, to: &str) -> Setup {
        self.settings = edited(&self.settings, from, to);
        self
    }

    /// No printer stands in for another.
    #[must_use]
    pub fn without_backups(self) -> Setup {
        self.settings("backup = \"receipt\"", "")
            .settings("backup = \"kitchen\"", "")
    }

    /// Replaces a piece of one item of the menu.
    #[must_use]
    pub fn item(mut self, id: &str, from: &str, to: &str) -> Setup {
        self.menu = item_edited(&self.menu, id, from, to);
        self
    }

    /// What `RUST_LOG` says.
    #[must_use]
    pub fn log(mut self, filter: &str) -> Setup {
        self.log = Some(filter.to_owned());
        self
    }

    /// Another build of `soban` than the one that all suites take.
    #[must_use]
    pub fn program(mut self, program: &Path) -> Setup {
        self.program = Some(program.to_owned());
        self
    }

    /// The menu file.
    pub fn menu_file(&self) -> &str {
        &self.menu
    }

    /// The settings file, with the addresses of a running world.
    pub(crate) fn settings_at(
        &self,
        hub: SocketAddr,
        sandbox: &str,
        printers: &[SocketAddr],
    ) -> String {
        let mut settings = self
            .settings
            .replace("http://127.0.0.1:7790", sandbox)
            .replace("http://127.0.0.1:7780", &format!("http://{hub}"))
            .replace("merchant = \"1\"", "merchant = \"1001\"");
        for (port, address) in (9101..).zip(printers) {
            settings = settings.replace(&format!("127.0.0.1:{port}"), &address.to_string());
        }
        settings
    }
}

/// The secrets file of every store under test.
pub(crate) fn secrets() -> String {
    format!(
        "[kakaopay]\nsecret_key = \"{GATEWAY_KEY}\"\n\n\
         [toss]\nsecret_key = \"{TOSS_KEY}\"\n\n\
         [mpm]\nkey = \"{MPM_KEY}\"\n\n\
         [pos]\naccess_key = \"{POS_ACCESS_KEY}\"\nsecret_key = \"{POS_SECRET_KEY}\"\n\n\
         [staff]\n{STAFF} = \"{PIN}\"\n"
    )
}

fn edited(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the sample has no {from:?}");
    text.replacen(from, to, 1)
}

/// A menu file with one item changed.
pub fn item_edited(menu: &str, id: &str, from: &str, to: &str) -> String {
    let head = format!("[[item]]\nid = \"{id}\"");
    let begin = menu
        .find(&head)
        .unwrap_or_else(|| panic!("the sample has no item {id:?}"));
    let end = menu[begin + 1..]
        .find("\n[[")
        .map_or(menu.len(), |at| begin + 1 + at);
    let item = edited(&menu[begin..end], from, to);
    format!("{}{item}{}", &menu[..begin], &menu[end..])
}
