//! `stream-mcp`: the server over stdio, and over HTTP.

mod flags;
mod serve;

use std::{
    collections::BTreeMap,
    env,
    io::{IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use rmcp::{ServiceExt as _, transport::io::stdio_pipes};
use streampay::ConfigError;
use streampay_mcp::{
    Server, View, demo,
    http::settings::{Options, view},
    settings::{self, SETTINGS, Settings, Values},
    telemetry, terminal,
};
use streampay_sandbox::{Running, Sandbox};
use tracing::warn;

use crate::flags::ServeFlags;

/// Serving is mostly small allocations that one thread makes and another frees, for which the system's
/// allocator takes locks.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// MCP server for Stream (streampay.sa) payments.
///
/// The key is read from STREAM_API_KEY only, or from a .env file in the current folder.
#[derive(Parser)]
#[command(name = "stream-mcp", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where the API is (STREAM_BASE_URL)
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// Seconds that one attempt may take (STREAM_TIMEOUT, otherwise 30)
    #[arg(long, global = true, value_name = "SECONDS")]
    timeout: Option<String>,
    /// How often a request is repeated where that is harmless (STREAM_MAX_RETRIES, otherwise 2)
    #[arg(long, global = true, value_name = "N")]
    max_retries: Option<String>,
    /// The branch to act in (STREAM_BRANCH_ID)
    #[arg(long, global = true, value_name = "UUID")]
    branch_id: Option<String>,
    /// Where the guides are (STREAM_DOCS_URL)
    #[arg(long, global = true, value_name = "URL")]
    docs_url: Option<String>,
    /// Use a simulator of Stream that runs in this process, instead of Stream
    #[arg(long, global = true)]
    sandbox: bool,
    /// No tool that changes anything (STREAM_READ_ONLY)
    #[arg(long, global = true)]
    read_only: bool,
    /// The toolsets that are there, with commas between them (STREAM_TOOLSETS, otherwise all)
    #[arg(long, global = true, value_name = "NAMES")]
    toolsets: Option<String>,
    /// What is logged to stderr (RUST_LOG, otherwise warn; serve: calls too)
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// How the log is written: text or json (STREAM_LOG_FORMAT, otherwise text)
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Where traces are sent in OTLP over HTTP, http://127.0.0.1:4318 (OTEL_EXPORTER_OTLP_ENDPOINT)
    #[arg(long, global = true, value_name = "URL")]
    otlp: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Speak MCP over stdin and stdout (the default when a client starts it)
    Stdio,
    /// Play a whole story on a sandbox and print it: a sale, a refund, a renewal
    Demo,
    /// Serve MCP over HTTP, at /mcp, for any number of users, each with their own key
    Serve(Box<ServeFlags>),
    /// List the tools
    Tools {
        /// As `tools/list` gives them, in JSON
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "stream-mcp: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let environment: Values = SETTINGS
        .iter()
        .filter_map(|setting| Some((setting.variable.to_owned(), env::var(setting.variable).ok()?)))
        .collect();
    let either =
        |flag: &Option<String>, name: &str| flag.clone().or_else(|| environment.get(name).cloned());
    let serves = matches!(cli.command, Some(Command::Serve(_)));
    let usual = match cli.command {
        // In a story that is told on the same screen, what goes wrong on purpose is told already.
        Some(Command::Demo) => "error",
        Some(Command::Serve(_)) => "warn,streampay_mcp=info,stream_mcp=info",
        _ => "warn",
    };
    let _telemetry = telemetry::start(&telemetry::Options {
        filter: either(&cli.log, "RUST_LOG").as_deref(),
        usual,
        format: either(&cli.log_format, "STREAM_LOG_FORMAT").as_deref(),
        otlp: either(&cli.otlp, "OTEL_EXPORTER_OTLP_ENDPOINT").as_deref(),
    })
    .map_err(anyhow::Error::msg)?;
    let sandbox = cli.sandbox && matches!(cli.command, None | Some(Command::Stdio));
    if cli.sandbox && !sandbox {
        bail!(
            "--sandbox is for one person; over HTTP, start stream-sandbox and name it with --base-url"
        );
    }
    let file = settings::dotenv(Path::new(".env")).map_err(anyhow::Error::msg)?;
    let (command, flags) = flags(cli);
    let mut merged = settings::merge(flags.clone(), environment.clone(), file);
    let options = serves.then(|| Options::read(|name| merged.get(name).cloned())).transpose();
    if let Ok(Some(options)) = &options
        && !options.fixed.share_key
        && merged.remove("STREAM_API_KEY").is_some()
    {
        warn!(
            "STREAM_API_KEY is not used: over HTTP callers bring their own key, unless --share-key"
        );
    }
    // One thread is enough for one person, and the quickest.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sandbox = match sandbox {
        true => Some(runtime.block_on(start_sandbox(&mut merged))?),
        false => None,
    };
    let lookup = |name: &str| merged.get(name).cloned();
    let mut faults: Vec<ConfigError> = Vec::new();
    let settings = Settings::read(lookup).map_err(|more| faults.extend(more));
    let options = options.map_err(|more| faults.extend(more));
    let view =
        if serves { Ok(View::ALL) } else { view(lookup).map_err(|more| faults.extend(more)) };
    let (Ok(settings), Ok(options), Ok(view)) = (settings, options, view) else {
        return Err(unusable(&faults));
    };
    let has_key = settings.has_key();
    let server = Server::new(settings)?.with_view(view);
    if let Some(options) = options {
        let reread = move || {
            let file = settings::dotenv(Path::new(".env")).map_err(anyhow::Error::msg)?;
            let merged = settings::merge(flags.clone(), environment.clone(), file);
            Options::read(|name| merged.get(name).cloned()).map_err(|faults| unusable(&faults))
        };
        return serve::serve(server, options, Box::new(reread));
    }
    let by_hand = std::io::stdin().is_terminal();
    match command {
        Some(Command::Tools { json }) => print_tools(&server, json),
        Some(Command::Demo) => {
            let mut out = std::io::stdout();
            Ok(runtime.block_on(demo::run(&mut out))?)
        }
        None if by_hand && sandbox.is_none() => {
            let program = env::current_exe()
                .map_or_else(|_| "stream-mcp".to_owned(), |path| path.display().to_string());
            let mut err = std::io::stderr();
            Ok(err.write_all(terminal::welcome(&program, has_key).as_bytes())?)
        }
        None | Some(_) => {
            if by_hand {
                let mut err = std::io::stderr();
                writeln!(err, "stream-mcp waits for MCP messages on stdin; Ctrl-D ends it.")?;
            }
            runtime.block_on(stdio(server))
        }
    }
}

/// Starts a simulator in this process and points the settings at it, whatever they said before.
async fn start_sandbox(values: &mut Values) -> anyhow::Result<Running> {
    let running = Sandbox::builder().build().await?.start_on_free_port().await?;
    values.insert("STREAM_BASE_URL".to_owned(), running.url().to_owned());
    values.insert("STREAM_API_KEY".to_owned(), running.api_key().to_owned());
    values.remove("STREAM_BRANCH_ID");
    let mut err = std::io::stderr();
    writeln!(
        err,
        "stream-mcp: using a sandbox in this process; nothing reaches Stream, nothing is kept.\n\
         stream-mcp: look at it, pay links and move its clock at {}/_sandbox",
        running.url()
    )?;
    Ok(running)
}

fn unusable(faults: &[ConfigError]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    anyhow::anyhow!("these settings cannot be used:{}", lines.concat())
}

fn flags(cli: Cli) -> (Option<Command>, Values) {
    let flags = [
        ("STREAM_BASE_URL", cli.base_url),
        ("STREAM_TIMEOUT", cli.timeout),
        ("STREAM_MAX_RETRIES", cli.max_retries),
        ("STREAM_BRANCH_ID", cli.branch_id),
        ("STREAM_DOCS_URL", cli.docs_url),
        ("STREAM_READ_ONLY", cli.read_only.then(|| "true".to_owned())),
        ("STREAM_TOOLSETS", cli.toolsets),
    ];
    let given = flags.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut given = BTreeMap::from_iter(given);
    match cli.command {
        Some(Command::Serve(serve)) => {
            given.extend(serve.values());
            (None, given)
        }
        command => (command, given),
    }
}

fn print_tools(server: &Server, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, server.tools())?;
        return Ok(writeln!(out)?);
    }
    Ok(out.write_all(server.overview().as_bytes())?)
}

async fn stdio(server: Server) -> anyhow::Result<()> {
    let running = server
        .serve(stdio_pipes())
        .await
        .context("no MCP client spoke on stdin (run it in a terminal to see how to connect one)")?;
    running.waiting().await.context("the connection broke")?;
    Ok(())
}
