//! Chores of the project: `cargo xtask <command>`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the streampay project")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take an API description into spec/ and regenerate all that is made from it
    Regen(xtask::regen::Options),
    /// Run all tests
    Test(xtask::suite::Options),
    /// Check that modules do not depend on one another in circles, and crates only as allowed
    Modules,
    /// Build the packages as those who depend on them do
    Package,
    /// Measure the server over HTTP beside a bare rmcp service and a pass-through
    Bench(xtask::bench::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Regen(options) => xtask::regen::run(&options, &xtask::root()),
        Command::Bench(options) => xtask::bench::run(options, &xtask::root()),
        Command::Modules => xtask::modules::run(&xtask::root(), &mut std::io::stdout()),
        Command::Package => xtask::package::run(&xtask::root()),
        Command::Test(options) => xtask::suite::run(options, &xtask::root()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
