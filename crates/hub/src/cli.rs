//! The commands of `soban` and what each needs.
//!
//! In the library, so that the suites can build the same program with crash points in it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use soban_domain::moment::{BadDay, BusinessDay};

mod demo;
mod doctor;
mod menu;
mod order;
mod qr;
mod reconcile;
mod run;

/// Why a command ends with 1.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Self-order for restaurants and cafés: one hub in the store, screens around it.
#[derive(Parser)]
#[command(name = "soban", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the hub of a store.
    Serve(ServeArgs),
    /// Run stand-ins of the outside world: payment gateway, counter POS, printers.
    Sandbox(SandboxArgs),
    /// Run hub, sandbox and the sample store together, to try it out.
    Demo(DemoArgs),
    /// Check a menu file, or put it in force.
    #[command(subcommand)]
    Menu(MenuCommand),
    /// Look at orders on disk.
    #[command(subcommand)]
    Order(OrderCommand),
    /// Compare the books of a day with the gateways' and the POS's.
    Reconcile(ReconcileArgs),
    /// Read and write payment QR codes after EMVCo.
    #[command(subcommand)]
    Qr(qr::QrCommand),
    /// Look for what is wrong with a store's set-up.
    Doctor(DoctorArgs),
}

/// Where a store keeps its things.
#[derive(Args, Clone)]
struct DataArg {
    /// The data folder.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
}

#[derive(Args)]
struct ServeArgs {
    /// The settings file.
    #[arg(long, value_name = "FILE", default_value = "soban.toml")]
    config: PathBuf,
    #[command(flatten)]
    data: DataArg,
    /// Where screens reach the hub.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7780")]
    listen: SocketAddr,
}

#[derive(Args, Clone)]
struct SandboxArgs {
    /// Where its pages and interfaces listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7790")]
    sandbox: SocketAddr,
    /// The port of the first printer; the others follow it.
    #[arg(long, value_name = "PORT", default_value_t = 9101)]
    printers: u16,
    /// How phones reach the sandbox, such as http://192.168.0.10:7790.
    #[arg(long, value_name = "URL")]
    sandbox_url: Option<String>,
}

#[derive(Args)]
struct DemoArgs {
    #[command(flatten)]
    data: DataArg,
    /// Where screens reach the hub.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7780")]
    listen: SocketAddr,
    /// How phones reach the hub, such as http://192.168.0.10:7780.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

#[derive(Subcommand)]
enum MenuCommand {
    /// Read a menu file and say everything that is wrong with it.
    Check {
        /// The menu file.
        file: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Put a menu file in force. Nothing is taken of a file with a mistake.
    Import {
        /// The menu file; pictures beside it are taken along.
        file: PathBuf,
        #[command(flatten)]
        data: DataArg,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum OrderCommand {
    /// Orders of a business day, newest first.
    List {
        #[command(flatten)]
        data: DataArg,
        /// The business day, YYYY-MM-DD; today where it is left out.
        #[arg(long)]
        day: Option<String>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// One order with its payments, messages and tickets.
    Show {
        /// The order's id, or its call number of today.
        order: String,
        #[command(flatten)]
        data: DataArg,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct ReconcileArgs {
    /// The business day, YYYY-MM-DD; today where it is left out.
    #[arg(long, value_name = "DAY", value_parser = day)]
    day: Option<BusinessDay>,
    /// The settings file.
    #[arg(long, value_name = "FILE", default_value = "soban.toml")]
    config: PathBuf,
    #[command(flatten)]
    data: DataArg,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// A business day as it is typed.
fn day(text: &str) -> Result<BusinessDay, BadDay> {
    BusinessDay::try_from(text.to_owned())
}

#[derive(Args)]
struct DoctorArgs {
    /// The settings file.
    #[arg(long, value_name = "FILE", default_value = "soban.toml")]
    config: PathBuf,
    #[command(flatten)]
    data: DataArg,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// Reads the arguments and does what they say.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too; clap knows the exit code of each.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match with_runtime(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("soban: {error}");
            ExitCode::from(1)
        }
    }
}

fn with_runtime(command: Command) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        match command {
            Command::Serve(args) => run::serve(args).await,
            Command::Sandbox(args) => run::sandbox(args).await,
            Command::Demo(args) => demo::demo(args).await,
            Command::Menu(MenuCommand::Check { file, json }) => menu::check(&file, json),
            Command::Menu(MenuCommand::Import { file, data, json }) => {
                menu::import(&file, &data.data, json).await
            }
            Command::Order(OrderCommand::List { data, day, json }) => {
                order::list(&data.data, day, json).await
            }
            Command::Order(OrderCommand::Show { order, data, json }) => {
                order::show(&data.data, &order, json).await
            }
            Command::Reconcile(args) => reconcile::reconcile(args).await,
            Command::Qr(command) => qr::run(command),
            Command::Doctor(args) => doctor::doctor(args).await,
        }
    })
}
