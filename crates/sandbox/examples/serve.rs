//! The sandbox by itself on its default addresses, until Ctrl-C: `cargo run -p soban-sandbox --example serve`.

use soban_sandbox::{Sandbox, SandboxConfig, SandboxError};

#[tokio::main]
async fn main() -> Result<(), SandboxError> {
    let sandbox = Sandbox::start(SandboxConfig::default()).await?;
    println!("pages     http://{}/", sandbox.http_addr());
    println!("KakaoPay  {}", sandbox.kakaopay_base());
    println!("Toss      {}", sandbox.toss_base());
    println!("VAN       {}", sandbox.kicc_base());
    println!("QR scheme {}", sandbox.mpm_base());
    println!("POS       {}", sandbox.pos_base());
    for (name, addr) in sandbox.printer_addrs() {
        println!("printer   {addr} ({name})");
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("cannot wait for Ctrl-C: {error}");
    }
    sandbox.stop().await;
    Ok(())
}
