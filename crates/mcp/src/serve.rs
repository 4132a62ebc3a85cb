//! `stream-mcp serve`: the server over HTTP, its signals, and its settings read anew.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use streampay_mcp::{
    Server,
    http::{Control, Http, settings::Options},
};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

/// How often files are looked at for changes.
const LOOK: Duration = Duration::from_secs(5);

/// Reads all settings anew.
pub(crate) type Reread = Box<dyn Fn() -> anyhow::Result<Options> + Send>;

/// Serves until a signal says to stop.
pub(crate) fn serve(server: Server, options: Options, reread: Reread) -> anyhow::Result<()> {
    // Each connection is an open file; what is allowed at first is often less than what is allowed.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        warn!("the limit on open files stays as it is: {error}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let address = options.fixed.address;
        let (local_only, share) = (options.live.hosts.only_local(), options.fixed.share_key);
        let server = server.with_call_timeout(options.fixed.call_timeout);
        let files = watched(&options);
        let http = Http::bind(server, options)
            .await
            .with_context(|| format!("{address} cannot be used"))?;
        let address = http.address()?;
        info!("serving MCP at {}://{address}/mcp", http.scheme());
        if share {
            warn!("callers without a key use the server's own (STREAM_SHARE_KEY)");
        }
        if !address.ip().is_loopback() && local_only {
            warn!(
                "only requests for localhost are answered: behind a proxy, or under a name, allow that \
                 name with --allowed-host NAME (and web pages with --allowed-origin, and the proxy's \
                 word on addresses with --trusted-proxy)"
            );
        }
        let stop = CancellationToken::new();
        let (terminate, interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(stopper(terminate, interrupt, stop.clone()));
        let hangup = signal(SignalKind::hangup())?;
        tokio::spawn(reloader(hangup, http.control(), files, reread));
        http.serve(stop).await;
        Ok(())
    })
}

/// The files whose change means that settings are to be read anew.
fn watched(options: &Options) -> Vec<PathBuf> {
    let tls = options.fixed.tls.iter().flat_map(|(cert, key)| [cert.clone(), key.clone()]);
    std::iter::once(PathBuf::from(".env")).chain(tls).collect()
}

/// The first signal stops gently, the second at once.
async fn stopper(mut terminate: Signal, mut interrupt: Signal, stop: CancellationToken) {
    for again in [false, true] {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if again {
            warn!("stopping at once");
            std::process::exit(1);
        }
        stop.cancel();
    }
}

async fn reloader(mut hangup: Signal, control: Control, files: Vec<PathBuf>, reread: Reread) {
    let state = || files.iter().map(|file| changed(file)).collect::<Vec<_>>();
    let mut last = state();
    loop {
        let asked = tokio::select! {
            _ = hangup.recv() => true,
            () = tokio::time::sleep(LOOK) => false,
        };
        let now = state();
        if !asked && now == last {
            continue;
        }
        last = now;
        match reread().map(|options| control.reload(options.live)) {
            Ok(Ok(())) => info!("the settings were read anew"),
            Ok(Err(error)) => error!("the certificate cannot be read anew: {error}"),
            Err(error) => error!("the settings stay as they were: {error:#}"),
        }
    }
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}
