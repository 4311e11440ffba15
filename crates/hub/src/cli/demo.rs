//! `soban demo`: hub, sandbox and sample store in one program.

use std::process::ExitCode;

use soban_hub::{logs, sample};
use soban_sandbox::Sandbox;

use super::run::{addresses, sandbox_addresses, sandbox_config, told_to_stop};
use super::{DemoArgs, Failure};

pub(crate) async fn demo(args: DemoArgs) -> Result<ExitCode, Failure> {
    let _logs = logs::begin(Some(&args.data.data))?;
    let config = sandbox_config(&args.sandbox)?;
    let keys = sample::secrets(&config);
    let sandbox = Sandbox::start(config).await?;
    let options = sample::options(
        &sandbox,
        keys,
        &args.data.data,
        args.listen,
        args.public_url.as_deref(),
    )?;
    let hub = soban_hub::start(options).await?;
    println!("soban ready");
    addresses(hub.address());
    sandbox_addresses(&sandbox);
    println!(
        "  staff    the sample store's staff is \"{}\", PIN {}",
        sample::STAFF_NAME,
        sample::STAFF_PIN
    );
    told_to_stop().await?;
    hub.stop().await;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}
