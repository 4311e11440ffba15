//! `soban serve` and `soban sandbox`: run until told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;

use crate::{Options, logs};
use soban_sandbox::{PrinterConfig, Sandbox, SandboxConfig};

use super::{Failure, SandboxArgs, ServeArgs};

pub(crate) async fn serve(args: ServeArgs) -> Result<ExitCode, Failure> {
    let _logs = logs::begin(Some(&args.data.data))?;
    let hub = crate::start(Options {
        config: args.config,
        data: args.data.data,
        listen: args.listen,
        secrets: None,
    })
    .await?;
    println!("soban ready");
    addresses(hub.address());
    told_to_stop().await?;
    hub.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// The addresses of a hub's screens.
fn addresses(hub: SocketAddr) {
    println!("  kiosk    http://{hub}/kiosk");
    println!("  staff    http://{hub}/staff");
    println!("  health   http://{hub}/health");
}

pub(crate) async fn sandbox(args: SandboxArgs) -> Result<ExitCode, Failure> {
    let _logs = logs::begin(None)?;
    let sandbox = Sandbox::start(sandbox_config(&args)?).await?;
    println!("sandbox ready");
    sandbox_addresses(&sandbox);
    told_to_stop().await?;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// The sandbox as the arguments want it.
pub(super) fn sandbox_config(args: &SandboxArgs) -> Result<SandboxConfig, Failure> {
    let mut config = SandboxConfig {
        http: args.sandbox,
        public_base: args.sandbox_url.clone(),
        ..SandboxConfig::default()
    };
    let ip = args.sandbox.ip();
    for (index, printer) in config.printers.iter_mut().enumerate() {
        let port = match args.printers {
            0 => 0,
            first => first
                .checked_add(u16::try_from(index)?)
                .ok_or("--printers leaves no room for three ports")?,
        };
        *printer = PrinterConfig {
            addr: SocketAddr::new(ip, port),
            ..printer.clone()
        };
    }
    Ok(config)
}

/// The addresses of the outside world's stand-ins.
fn sandbox_addresses(sandbox: &Sandbox) {
    let http = sandbox.http_addr();
    println!("  sandbox  http://{http}/");
    println!("  pos      http://{http}/pos");
    println!("  paper    http://{http}/printers");
    for (name, address) in sandbox.printer_addrs() {
        println!("  printer  {address} ({name})");
    }
}

/// Waits for Ctrl-C, or for the signal that service managers send.
pub(super) async fn told_to_stop() -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed?,
            _ = terminate.recv() => {}
        }
        Ok(())
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await?;
        Ok(())
    }
}
