//! The sample store, for `--demo`: a restaurant to try the kiosk with, before there is a
//! shop and a contract with a payment company.
//!
//! Guarantees: it pays and prints at the sandbox's usual addresses and nowhere else.
//! Deliberately absent: the sandbox itself; `soban sandbox` runs it.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use soban_hub::sample;

/// The sample's own address of the hub, which is replaced by the real one.
const HUB: &str = "http://127.0.0.1:7780";

/// Writes the sample store's files into the data folder and gives the options of its hub.
///
/// # Errors
/// A folder that cannot be written.
pub(crate) fn options(data: PathBuf, listen: SocketAddr) -> io::Result<soban_hub::Options> {
    let reached = match listen.ip() {
        // Listening everywhere, it is reached from this machine by its own address.
        ip if ip.is_unspecified() => {
            SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port())
        }
        _ => listen,
    };
    let outside = Default::default();
    let secrets = sample::secrets(&outside);
    let merchant = format!("merchant = \"{}\"", outside.pos.merchant);
    let settings = sample::settings()
        .replace(HUB, &format!("http://{reached}"))
        .replace("merchant = \"1\"", &merchant);
    fs::create_dir_all(&data)?;
    let config = data.join("soban.toml");
    fs::write(&config, settings)?;
    fs::write(data.join("menu.toml"), sample::menu_file())?;
    Ok(soban_hub::Options {
        config,
        data,
        listen,
        secrets: Some(secrets),
    })
}

/// Says where else than in the window the demo can be tried, and as whom.
pub(crate) fn tell(hub: SocketAddr) {
    println!("soban ready");
    println!("  kiosk    this window, or http://{hub}/kiosk");
    println!("  staff    http://{hub}/staff");
    println!(
        "           the sample store's staff is \"{}\", PIN {}",
        sample::STAFF_NAME,
        sample::STAFF_PIN
    );
}
