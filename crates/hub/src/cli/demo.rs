//! `soban demo`: hub, sandbox and sample store in one program.

use std::process::ExitCode;

use crate::demo::DemoOptions;
use crate::logs;

use super::run::{sandbox_config, told_to_stop};
use super::{DemoArgs, Failure};

pub(crate) async fn demo(args: DemoArgs) -> Result<ExitCode, Failure> {
    let _logs = logs::begin(Some(&args.data.data))?;
    let demo = crate::demo::demo(DemoOptions {
        data: args.data.data,
        listen: args.listen,
        public_url: args.public_url,
        sandbox: sandbox_config(&args.sandbox)?,
    })
    .await?;
    println!("soban ready");
    for line in demo.addresses() {
        println!("  {line}");
    }
    told_to_stop().await?;
    demo.stop().await;
    Ok(ExitCode::SUCCESS)
}
