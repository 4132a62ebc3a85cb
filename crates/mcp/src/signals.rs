//! The signals that end the program.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use streampay_mcp::Changes;

/// Cancels `stop` at the first signal; a second one ends the program at once.
///
/// # Errors
/// The signals cannot be handled.
pub(crate) fn stop_on(
    kinds: &[SignalKind],
    stop: CancellationToken,
    changes: std::sync::Arc<Changes>,
) -> std::io::Result<()> {
    let signals = kinds.iter().map(|kind| signal(*kind)).collect::<Result<Vec<_>, _>>()?;
    let (sender, mut arrived) = tokio::sync::mpsc::unbounded_channel();
    for signal in signals {
        tokio::spawn(forward(signal, sender.clone()));
    }
    tokio::spawn(async move {
        let _ = arrived.recv().await;
        stop.cancel();
        // The channel also closes when the program ends without a signal and drops the other tasks first.
        if arrived.recv().await.is_none() {
            return;
        }
        warn!("a second signal: ending at once");
        changes.give_up();
        std::process::exit(1);
    });
    Ok(())
}

async fn forward(mut signal: Signal, arrived: tokio::sync::mpsc::UnboundedSender<()>) {
    while signal.recv().await.is_some() {
        let _ = arrived.send(());
    }
}
