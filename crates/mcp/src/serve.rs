//! `stream-mcp serve`: the server over HTTP, its signals, and settings that are read again.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use streampay_mcp::{
    Server,
    http::{
        Control, Http,
        settings::{Live, Options},
    },
};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::signals;

/// How often the files of the certificate are checked for changes.
const CHECK: Duration = Duration::from_secs(5);

/// Reads the settings again that may change while the server runs.
pub(crate) type Reread = Box<dyn Fn() -> anyhow::Result<Live> + Send>;

/// Serves until a signal asks the server to stop.
pub(crate) fn serve(server: Server, options: Options, reread: Reread) -> anyhow::Result<()> {
    // Each connection is an open file; the soft limit on those is often much lower than the hard one.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        warn!("the limit on open files cannot be raised: {error}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        server.open_control().await?;
        let policy = server.clone();
        let address = options.fixed.listen.address();
        let (local_only, share) = (options.live.hosts.only_local(), options.fixed.share_key);
        let (changes, stop) = (server.changes(), CancellationToken::new());
        let kinds = [SignalKind::terminate(), SignalKind::interrupt()];
        signals::stop_on(&kinds, stop.clone(), Arc::clone(&changes))?;
        let hangup = signal(SignalKind::hangup())?;
        let certificate = Certificate::new(options.fixed.tls.pair());
        let server = server.with_view(options.live.view.clone());
        let server = |metrics| {
            let server = server.with_metrics(metrics);
            move || server.clone()
        };
        let http = Http::bind(options, server)
            .await
            .with_context(|| format!("cannot serve at {address}"))?
            .with_changes(changes);
        let address = http.address()?;
        info!("serving MCP at {}://{address}/mcp", http.scheme());
        if share {
            warn!(
                "requests without a key use the server's own key (--share-key); anyone who can reach \
                 the server can act on your account"
            );
        }
        if !address.ip().is_loopback() {
            if http.scheme() == "http" {
                warn!(
                    "others can reach {address}, and requests to it are not encrypted: anyone on the way \
                     can read the keys and the answers; use --tls-cert and --tls-key, or a proxy with \
                     TLS on a network that you trust"
                );
            }
            if local_only {
                warn!(
                    "only requests for localhost are answered: if clients use another name, allow it \
                     with --allowed-host NAME (also --allowed-origin for web pages, and --trusted-proxy \
                     for a proxy's X-Forwarded-For)"
                );
            }
        }
        tokio::spawn(reloader(hangup, http.control(), certificate, reread, policy));
        http.serve(stop).await;
        Ok(())
    })
}

/// SIGHUP reads the settings, the policy and the certificate again; a changed certificate is read without it.
async fn reloader(
    mut hangup: Signal,
    control: Control,
    mut certificate: Certificate,
    reread: Reread,
    policy: Server,
) {
    loop {
        let asked = tokio::select! {
            _ = hangup.recv() => true,
            () = tokio::time::sleep(CHECK) => false,
        };
        if asked {
            match reread() {
                Ok(live) => {
                    control.reload(live);
                    info!("the settings were read again");
                }
                Err(error) => error!("the settings stay as they were: {error:#}"),
            }
            if let Err(error) = policy.reload_policy().await {
                error!("the policy stays as it was: {error}");
            }
        }
        if certificate.changed() || asked {
            match control.reload_certificate() {
                Ok(()) if asked => {}
                Ok(()) => info!("the certificate was read again"),
                Err(error) => error!("the certificate stays as it was: {error}"),
            }
        }
    }
}

/// The files of the certificate, and when they last changed.
struct Certificate {
    files: Vec<PathBuf>,
    seen: Vec<Option<SystemTime>>,
}

impl Certificate {
    fn new(pair: Option<(PathBuf, PathBuf)>) -> Self {
        let files = pair.map_or_else(Vec::new, |(certificate, key)| vec![certificate, key]);
        let mut certificate = Self { files, seen: Vec::new() };
        certificate.changed();
        certificate
    }

    /// Whether a file has changed since the last time.
    fn changed(&mut self) -> bool {
        let now: Vec<_> = self.files.iter().map(|file| modified(file)).collect();
        let changed = now != self.seen;
        self.seen = now;
        changed
    }
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}
