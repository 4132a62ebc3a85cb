//! The program `stream-mcp`: the server over stdio and over HTTP.

mod serve;
mod signals;
mod stdio;

use std::{
    env,
    ffi::OsString,
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
};

use anyhow::bail;
use streampay::ApiKey;
use streampay_mcp::{
    Server, View,
    cli::{Cli, Command},
    demo, owner,
    settings::Settings,
    sources::Problem,
    telemetry, terminal,
};
use streampay_sandbox::{Running, Sandbox};
use tracing::warn;

/// Serving is mostly small allocations that one thread makes and another frees, for which the system's
/// allocator takes locks.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().collect();
    let cli = match read(&arguments) {
        Ok(cli) => cli,
        Err(Problem::Usage(error)) => error.exit(),
        Err(problem) => return failed(&problem),
    };
    match run(cli, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&format_args!("{error:#}")),
    }
}

fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "stream-mcp: {error}");
    ExitCode::FAILURE
}

fn read(arguments: &[OsString]) -> Result<Cli, Problem> {
    Cli::read(arguments, &|name| env::var(name))
}

fn run(cli: Cli, arguments: Vec<OsString>) -> anyhow::Result<()> {
    let Cli { command, sandbox, settings, log, .. } = cli;
    let usual = match command {
        // The demo prints the failures that belong to its story.
        Some(Command::Demo) => "error",
        Some(Command::Serve(_)) => "warn,streampay_mcp=info,stream_mcp=info",
        _ => "warn",
    };
    let _telemetry = telemetry::start(&log, usual).map_err(anyhow::Error::msg)?;
    if settings.api.key.as_ref().is_some_and(ApiKey::looks_unusual) {
        warn!(
            "STREAM_API_KEY is neither `key:secret` nor its base64 form; it is sent as it is, and the \
             API will probably reject it"
        );
    }
    if sandbox && !matches!(command, None | Some(Command::Stdio)) {
        bail!(
            "--sandbox works over stdio only; over HTTP, start stream-sandbox and pass its address \
             with --base-url"
        );
    }
    match command {
        Some(Command::Tools { json }) => print_tools(&server(settings)?, json),
        Some(Command::Policy(command)) => {
            runtime()?.block_on(owner::policy(command, settings, &mut std::io::stdout()))
        }
        Some(Command::Audit(command)) => {
            owner::audit(command, &settings.control, &mut std::io::stdout())
        }
        Some(Command::Approvals(command)) => {
            let mut out = std::io::stdout();
            runtime()?.block_on(owner::approvals(command, &settings.control, &mut out))
        }
        Some(Command::Freeze { reason }) => {
            let mut out = std::io::stdout();
            runtime()?.block_on(owner::freeze(&reason, &settings.control, &mut out))
        }
        Some(Command::Unfreeze) => {
            let mut out = std::io::stdout();
            runtime()?.block_on(owner::unfreeze(&settings.control, &mut out))
        }
        Some(Command::Demo) => {
            let mut out = std::io::stdout();
            Ok(runtime()?.block_on(demo::run(&mut out))?)
        }
        Some(Command::Serve(options)) => {
            let mut settings = settings;
            if !options.fixed.share_key && settings.api.key.take().is_some() {
                warn!(
                    "STREAM_API_KEY is not used: over HTTP, callers send their own key (see --share-key)"
                );
            }
            let reread = move || match read(&arguments)?.command {
                Some(Command::Serve(options)) => Ok(options.live),
                _ => bail!("the command line has changed"),
            };
            serve::serve(server(settings)?, *options, Box::new(reread))
        }
        None if std::io::stdin().is_terminal() && !sandbox => {
            let program = env::current_exe()
                .map_or_else(|_| "stream-mcp".to_owned(), |path| path.display().to_string());
            let welcome = terminal::welcome(&program, settings.has_key());
            Ok(std::io::stderr().write_all(welcome.as_bytes())?)
        }
        None | Some(Command::Stdio) => {
            if std::io::stdin().is_terminal() {
                let mut err = std::io::stderr();
                writeln!(err, "stream-mcp: waiting for MCP messages on stdin; Ctrl-D ends it")?;
            }
            let runtime = runtime()?;
            let ended = runtime.block_on(async {
                let mut settings = settings;
                let sandbox =
                    if sandbox { Some(start_sandbox(&mut settings).await?) } else { None };
                let call_timeout = settings.calls.call_timeout;
                let server = server(settings)?;
                server.open_control().await?;
                let ended = stdio::serve(server, call_timeout).await;
                drop(sandbox);
                ended
            });
            // Where stdin is not a pipe, a thread may still be reading it.
            runtime.shutdown_background();
            ended
        }
    }
}

/// One thread is enough for one person, and the quickest.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn server(settings: Settings) -> anyhow::Result<Server> {
    let (view, call_timeout) = (View::from_settings(&settings.tools)?, settings.calls.call_timeout);
    Ok(Server::new(settings)?.with_view(view).with_call_timeout(call_timeout))
}

/// Starts a simulator in this process and points the settings at it, whatever they said before.
async fn start_sandbox(settings: &mut Settings) -> anyhow::Result<Running> {
    let running = Sandbox::builder().build().await?.start_on_free_port().await?;
    settings.api.base_url = running.url().parse()?;
    settings.api.key = Some(running.api_key().parse()?);
    settings.api.branch_id = None;
    let mut err = std::io::stderr();
    writeln!(
        err,
        "stream-mcp: using a sandbox in this process; nothing reaches Stream, and nothing is kept\n\
         stream-mcp: open {}/_sandbox to look at it, pay links and move its clock",
        running.url()
    )?;
    Ok(running)
}

fn print_tools(server: &Server, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &server.tools())?;
        return Ok(writeln!(out)?);
    }
    Ok(out.write_all(server.overview().as_bytes())?)
}
