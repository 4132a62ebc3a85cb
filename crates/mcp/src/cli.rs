//! The command line of `stream-mcp`.

use std::{env::VarError, ffi::OsString, path::PathBuf};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::{
    env_file,
    http::settings::Options,
    owner::{ApprovalsCommand, AuditCommand, PolicyCommand},
    settings::Settings,
    sources::{self, Fault, Faults, Problem, Values},
    telemetry::LogSettings,
};

/// MCP server for Stream (streampay.sa) payments.
///
/// An MCP client starts it and speaks to it over stdin and stdout. The API key comes from the variable
/// STREAM_API_KEY. A flag wins over its variable, and a variable over the file of --env-file.
#[derive(Debug, Parser)]
#[command(name = "stream-mcp", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Read settings from this file, with lines of `NAME=value`. Without it, no file is read.
    #[arg(long, global = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Use a simulator of Stream that runs in this process. Nothing reaches Stream.
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// What the server needs in every mode.
    #[command(flatten)]
    pub settings: Settings,
    /// What is logged, and how.
    #[command(flatten)]
    pub log: LogSettings,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Speak MCP over stdin and stdout (the default when a client starts the program)
    Stdio,
    /// Play a whole story on a sandbox and print it: a sale, a refund, a renewal
    Demo,
    /// Serve MCP over HTTP, at /mcp, for any number of users, each with their own key
    Serve(Box<Options>),
    /// List the tools
    Tools {
        /// Print what `tools/list` returns, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write, check and try the policy that says what agents may do
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Read and verify the audit of what agents did
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Decide on calls that need a person's approval
    #[command(subcommand)]
    Approvals(ApprovalsCommand),
    /// Stop all changes at once; reads continue
    Freeze {
        /// Why
        #[arg(default_value = "no reason was given")]
        reason: String,
    },
    /// Let changes through again
    Unfreeze,
}

impl Cli {
    /// Reads the command line, the environment and the file of `--env-file`.
    ///
    /// # Errors
    /// A wrong command line, a file that cannot be read, or every setting whose value cannot be used.
    pub fn read(
        arguments: &[OsString],
        environment: &dyn Fn(&str) -> Result<String, VarError>,
    ) -> Result<Self, Problem> {
        let command = Self::command();
        let flags = sources::flags(&command, arguments)?;
        let unreadable: Vec<Fault> = sources::variables(&command)
            .into_iter()
            .filter(|name| matches!(environment(name), Err(VarError::NotUnicode(_))))
            .map(|name| Fault::new(&name, None, "not valid UTF-8"))
            .collect();
        if !unreadable.is_empty() {
            return Err(Faults(unreadable).into());
        }
        let file = match flags.get_one::<PathBuf>("env_file").map(PathBuf::as_path) {
            Some(path) => env_file::read(path).map_err(Problem::File)?,
            None => Values::new(),
        };
        let lookup = |name: &str| match environment(name) {
            Ok(value) if !value.trim().is_empty() => Some(value),
            _ => file.get(name).cloned(),
        };
        let mut cli = sources::resolve(command, arguments, &lookup)
            .and_then(|matches| Ok(Self::from_arg_matches(&matches)?))?;
        if let Some(Command::Serve(options)) = &mut cli.command {
            options.complete(&cli.settings)?;
        }
        Ok(cli)
    }
}

/// The tables of all settings in Markdown, as the documentation has them.
#[must_use]
pub fn tables() -> String {
    sources::tables(&Cli::command())
}
