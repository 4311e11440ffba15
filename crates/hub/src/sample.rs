//! The sample store, carried in the program: 소반식당.

use std::borrow::Cow;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use soban_domain::menu::Menu;
use soban_domain::secret::Secret;
use soban_sandbox::{Sandbox, SandboxConfig};

use crate::menu_file::parse_menu;
use crate::place::Wrong;
use crate::secrets::{KakaoPaySecrets, MpmSecrets, PosSecrets, Secrets, TossSecrets};

/// The name of the sample store's member of staff.
pub const STAFF_NAME: &str = "soban";
/// Their PIN. It guards nothing but the sandbox's play money.
pub const STAFF_PIN: &str = "4821";

/// Menu, settings and pictures.
#[derive(RustEmbed)]
#[folder = "../../assets/sample"]
#[include = "menu.toml"]
#[include = "soban.toml"]
#[include = "pictures/*.webp"]
struct Sample;

/// The sample's settings file.
pub fn settings() -> String {
    text("soban.toml")
}

/// The sample's menu file.
pub fn menu_file() -> String {
    text("menu.toml")
}

fn text(name: &str) -> String {
    let bytes = Sample::get(name).map(|file| file.data).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The sample's menu.
///
/// # Errors
/// What is wrong with it; a test keeps that from happening.
pub fn menu() -> Result<Menu, Vec<Wrong>> {
    parse_menu(Path::new("sample menu.toml"), &menu_file())
}

/// A picture of the sample store: `rice.webp`, `rice@256.webp`.
pub(crate) fn picture(name: &str) -> Option<Cow<'static, [u8]>> {
    Sample::get(&format!("pictures/{name}")).map(|file| file.data)
}

/// The keys that the sandbox takes, and the sample store's staff.
pub fn secrets(sandbox: &SandboxConfig) -> Secrets {
    Secrets {
        kakaopay: KakaoPaySecrets {
            secret_key: Secret::new(sandbox.secret_key.clone()),
            cid_secret: None,
        },
        toss: TossSecrets {
            secret_key: Secret::new(sandbox.toss.secret_key.clone()),
        },
        mpm: MpmSecrets {
            key: Secret::new(sandbox.mpm_key.clone()),
        },
        pos: PosSecrets {
            access_key: Secret::new(sandbox.pos.access_key.clone()),
            secret_key: Secret::new(sandbox.pos.secret_key.clone()),
        },
        staff: [(STAFF_NAME.to_owned(), Secret::new(STAFF_PIN))].into(),
    }
}

/// Writes the sample store's settings and menu into the data folder, with the sandbox's
/// addresses, and gives the settings file.
///
/// # Errors
/// A folder that cannot be written.
pub(crate) fn write(
    sandbox: &Sandbox,
    data: &Path,
    listen: SocketAddr,
    public_url: Option<&str>,
) -> std::io::Result<PathBuf> {
    let merchant = SandboxConfig::default().pos.merchant;
    let mut settings = settings()
        .replace("http://127.0.0.1:7790/kakaopay", &sandbox.kakaopay_base())
        .replace("http://127.0.0.1:7790/tosspayments", &sandbox.toss_base())
        .replace("http://127.0.0.1:7790/kicc", &sandbox.kicc_base())
        .replace("http://127.0.0.1:7790/mpm", &sandbox.mpm_base())
        .replace("http://127.0.0.1:7790/pos/api", &sandbox.pos_base())
        .replace("merchant = \"1\"", &format!("merchant = \"{merchant}\""));
    for (port, (_, address)) in (9101..).zip(sandbox.printer_addrs()) {
        settings = settings.replace(&format!("127.0.0.1:{port}"), &address.to_string());
    }
    // Listening everywhere, it is reached from this machine by its own address.
    let host = if listen.ip().is_unspecified() {
        Ipv4Addr::LOCALHOST.into()
    } else {
        listen.ip()
    };
    let own = format!("http://{}", SocketAddr::new(host, listen.port()));
    let public = public_url.unwrap_or(&own).trim_end_matches('/');
    settings = settings.replace("http://127.0.0.1:7780", public);
    std::fs::create_dir_all(data)?;
    let config = data.join("soban.toml");
    std::fs::write(&config, settings)?;
    std::fs::write(data.join("menu.toml"), menu_file())?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every dish and heading has its picture in both sizes: looked up one by one.
    #[test]
    fn every_dish_has_its_pictures() {
        let menu = menu().unwrap();
        let dishes = menu.items().map(|item| &item.picture);
        for name in dishes.chain(menu.categories().iter().map(|c| &c.picture)) {
            assert!(picture(&format!("{name}.webp")).is_some(), "{name}");
            assert!(picture(&format!("{name}@256.webp")).is_some(), "{name}@256");
        }
    }
}
