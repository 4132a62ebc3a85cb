//! `stream-sandbox`: the simulator as a program.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use streampay_sandbox::Sandbox;
use tokio::net::TcpListener;

/// A complete, stateful simulator of the Stream payment API.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// The address to listen on. Port 0 picks a free port.
    #[arg(long, env = "STREAM_SANDBOX_LISTEN", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,

    /// Keep the state in this file instead of in memory.
    #[arg(long, env = "STREAM_SANDBOX_DATA", value_name = "FILE")]
    data: Option<PathBuf>,

    /// What an empty sandbox is filled with.
    #[arg(long, env = "STREAM_SANDBOX_SEED", value_enum, default_value_t = Seed::Empty)]
    seed: Seed,

    /// Derive ids, keys and random choices from this text, so that runs are repeatable.
    #[arg(long, env = "STREAM_SANDBOX_RANDOM", value_name = "TEXT")]
    random: Option<String>,

    /// Start the clock at this time (ISO 8601) instead of now.
    #[arg(long, env = "STREAM_SANDBOX_CLOCK", value_name = "TIME")]
    clock: Option<String>,

    /// Freeze the clock; it moves only on request.
    #[arg(long, env = "STREAM_SANDBOX_FROZEN")]
    frozen: bool,

    /// Also accept this key, in the form that goes into x-api-key.
    #[arg(long, env = "STREAM_SANDBOX_API_KEY", value_name = "KEY", hide_env_values = true)]
    api_key: Option<String>,

    /// Accept requests that name the sandbox by this host name, in addition to the loopback names and
    /// the address it listens on. Can be repeated.
    #[arg(long, env = "STREAM_SANDBOX_ALLOW_HOST", value_name = "NAME", value_delimiter = ',')]
    allow_host: Vec<String>,

    /// Send every event to this URL. Can be repeated.
    #[arg(long, env = "STREAM_SANDBOX_WEBHOOK", value_name = "URL", value_delimiter = ',')]
    webhook: Vec<String>,

    /// The secret that signs webhooks; generated if absent.
    #[arg(
        long,
        env = "STREAM_SANDBOX_WEBHOOK_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    webhook_secret: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Seed {
    /// Only an organization and its key.
    Empty,
    /// A believable shop with six weeks of history.
    Demo,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let mut builder = Sandbox::builder();
    if let Some(text) = arguments.random {
        builder = builder.seed(text);
    }
    if let Some(path) = arguments.data {
        builder = builder.data(path);
    }
    if let Some(moment) = arguments.clock {
        builder = builder.start_at(moment);
    }
    if arguments.frozen {
        builder = builder.frozen();
    }
    if let Some(key) = arguments.api_key {
        builder = builder.api_key(key);
    }
    for url in arguments.webhook {
        builder = builder.webhook(url, arguments.webhook_secret.clone());
    }
    for name in arguments.allow_host {
        builder = builder.allow_host(name);
    }
    if arguments.seed == Seed::Demo {
        builder = builder.demo();
    }
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let address = listener.local_addr()?;
    let sandbox = builder.build().await?;
    announce(&format!(
        "Stream sandbox at http://{address}\n  pages   http://{address}/_sandbox\n  \
         x-api-key: {}\n",
        sandbox.api_key()
    ))?;
    sandbox.serve(listener, stopped()).await?;
    Ok(())
}

/// Prints where the sandbox is, and its key, which opens nothing but this sandbox.
fn announce(text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stderr().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Completes when the process is asked to stop.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
                return;
            }
            Err(error) => tracing::warn!(%error, "cannot listen for SIGTERM"),
        }
    }
    let _ = interrupt.await;
}
