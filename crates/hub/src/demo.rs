//! Hub, sandbox and sample store together, for whoever tries it out: `soban demo` and
//! the shell's `--demo`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use soban_sandbox::{Sandbox, SandboxConfig};

use crate::compose::{Hub, Options, StartError, start};
use crate::sample;

/// What a demo is started with.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// The data folder; made if it is missing.
    pub data: PathBuf,
    /// Where screens reach the hub.
    pub listen: SocketAddr,
    /// How phones reach the hub, where that is another address.
    pub public_url: Option<String>,
    /// The world outside.
    pub sandbox: SandboxConfig,
}

impl DemoOptions {
    /// A demo at the sandbox's usual addresses.
    pub fn usual(data: PathBuf, listen: SocketAddr) -> DemoOptions {
        DemoOptions {
            data,
            listen,
            public_url: None,
            sandbox: SandboxConfig::default(),
        }
    }
}

/// A running demo.
pub struct Demo {
    /// The hub.
    pub hub: Hub,
    /// The world outside.
    pub sandbox: Sandbox,
}

/// Starts the sandbox, writes the sample store's files into the data folder, and starts
/// the hub on them.
///
/// # Errors
/// See [`StartError`].
pub async fn demo(options: DemoOptions) -> Result<Demo, StartError> {
    let DemoOptions {
        data,
        listen,
        public_url,
        sandbox,
    } = options;
    let secrets = sample::secrets(&sandbox);
    let sandbox = Sandbox::start(sandbox)
        .await
        .map_err(|error| StartError::Part {
            part: "the sandbox",
            why: error.to_string(),
        })?;
    let config =
        sample::write(&sandbox, &data, listen, public_url.as_deref()).map_err(|error| {
            StartError::Data {
                folder: data.clone(),
                why: error.to_string(),
            }
        })?;
    let hub = start(Options {
        config,
        data,
        listen,
        secrets: Some(secrets),
    })
    .await?;
    let hears = reached(hub.address());
    sandbox.toss_webhook(Some(format!("http://{hears}/hooks/toss")));
    Ok(Demo { hub, sandbox })
}

/// Where a neighbour on this machine reaches what listens there.
fn reached(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        false => address,
    }
}

impl Demo {
    /// Every address, a line each, for people.
    pub fn addresses(&self) -> Vec<String> {
        let (hub, http) = (self.hub.address(), self.sandbox.http_addr());
        let mut lines = vec![
            format!("kiosk    http://{hub}/kiosk"),
            format!(
                "staff    http://{hub}/staff (name {}, PIN {})",
                sample::STAFF_NAME,
                sample::STAFF_PIN
            ),
            format!("health   http://{hub}/health"),
            format!("sandbox  http://{http}/"),
            format!("pos      http://{http}/pos"),
            format!("paper    http://{http}/printers"),
        ];
        let printers = self.sandbox.printer_addrs().into_iter();
        lines.extend(printers.map(|(name, address)| format!("printer  {address} ({name})")));
        lines
    }

    /// Stops both.
    pub async fn stop(self) {
        self.hub.stop().await;
        self.sandbox.stop().await;
    }
}

#[cfg(test)]
mod tests;
