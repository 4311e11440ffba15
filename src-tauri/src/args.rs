//! The command line, and what stands in for it where there is none.
//!
//! Guarantees: a wrong word is refused by name. Deliberately absent: settings of the
//! store; they are in its file.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Parser;
use soban_domain::ids::ScreenId;
use tauri::{App, Runtime};

use soban_hub::demo::DemoOptions;

use crate::carried::Start;

/// Where staff's and guests' own devices reach the hub inside, unless told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 7780);

/// The self-order kiosk: one locked window over the hub that it carries inside.
#[derive(Clone, Debug, Parser)]
#[command(name = "soban-shell", version)]
pub struct Options {
    /// The store's settings [default: soban.toml]
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub config: Option<PathBuf>,
    /// The folder that orders are kept in [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where staff's and guests' own devices reach the hub
    #[arg(long, value_name = "ADDRESS", default_value_t = LISTEN)]
    pub listen: SocketAddr,
    /// Which screen of the settings this one is [default: the first kiosk of the settings]
    #[arg(long, value_name = "ID")]
    pub screen: Option<ScreenId>,
    /// A window on the desk instead of the locked full screen
    #[arg(long)]
    pub windowed: bool,
    /// The sample store instead of your own, with a gateway, a POS and printers to play with
    #[arg(long)]
    pub demo: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            config: None,
            data: None,
            listen: LISTEN,
            screen: None,
            windowed: false,
            demo: false,
        }
    }
}

impl Options {
    /// What the shell starts. Files are in the working folder on a desk, in
    /// the program's own folder on a phone or tablet.
    ///
    /// # Errors
    /// A folder that cannot be found.
    #[cfg_attr(desktop, expect(unused_variables, reason = "mobile asks the app"))]
    pub(crate) fn start<R: Runtime>(&self, app: &App<R>) -> anyhow::Result<Start> {
        #[cfg(mobile)]
        let folder = tauri::Manager::path(app).app_data_dir()?;
        #[cfg(desktop)]
        let folder = PathBuf::new();
        let data = self.data.clone().unwrap_or_else(|| folder.join("data"));
        if self.demo {
            let options = DemoOptions::usual(data, self.listen);
            return Ok(Start::Demo(Box::new(options)));
        }
        let config = self.config.clone();
        Ok(Start::Store(Box::new(soban_hub::Options {
            config: config.unwrap_or_else(|| folder.join("soban.toml")),
            data,
            listen: self.listen,
            secrets: None,
        })))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn read(line: &str) -> Result<Options, clap::Error> {
        Options::try_parse_from(line.split_whitespace())
    }

    /// Every option is read as it is meant, on one line with all of them.
    #[test]
    fn every_option_is_read() {
        Options::command().debug_assert();
        let options = read(
            "soban-shell --config a/soban.toml --data b --windowed --screen kiosk-2 \
             --listen 127.0.0.1:7999",
        )
        .unwrap();
        assert_eq!(options.config, Some("a/soban.toml".into()));
        assert_eq!(options.data, Some("b".into()));
        assert_eq!(options.screen, Some("kiosk-2".parse().unwrap()));
        assert_eq!(options.listen.port(), 7999);
        assert!(options.windowed && !options.demo);
    }

    /// Bad usage names the word at fault, for each kind of fault.
    #[test]
    fn bad_usage_names_the_word() {
        for (line, word) in [
            ("soban-shell --fly", "--fly"),
            ("soban-shell --screen Kiosk/1", "Kiosk/1"),
            ("soban-shell --listen home", "home"),
            ("soban-shell --demo --config x", "--demo"),
        ] {
            let error = read(line).unwrap_err().to_string();
            assert!(error.contains(word), "{line}: {error}");
        }
    }

    /// Without a command line a device is a locked kiosk of its own store.
    #[test]
    fn without_words_it_is_a_kiosk() {
        let options = Options::default();
        assert!(!options.windowed && !options.demo);
        assert_eq!(options.listen, read("soban-shell").unwrap().listen);
    }
}
