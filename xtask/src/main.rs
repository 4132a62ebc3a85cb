//! Development tasks: `cargo xtask <command>`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Development tasks of the streampay project")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Adopt an API description and regenerate everything that is made from it
    Regen(xtask::regen::Options),
    /// Run all tests
    Test(xtask::suite::Options),
    /// Check that modules have no circular dependencies, and crates only the allowed ones
    Modules,
    /// Build the packages the way their users do
    Package,
    /// Measure the server over HTTP, compared with a bare rmcp service and a pass-through
    Bench(xtask::bench::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Regen(options) => xtask::regen::run(&options, &xtask::root()),
        Command::Bench(options) => xtask::bench::run(options, &xtask::root()),
        Command::Modules => xtask::modules::run(&xtask::root(), &mut std::io::stdout()),
        Command::Package => xtask::package::run(&xtask::root()),
        Command::Test(options) => xtask::suite::run(&options, &xtask::root()),
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
