//! `stream-mcp stdio`: the server over stdin and stdout, and how it ends.
//!
//! When the client closes stdin, or a signal arrives, no more messages are read. Changes that are
//! running still get the time that a call may take, and their answers are written while the client reads
//! them. What is open after that is logged.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rmcp::{ServiceExt as _, transport::io::stdio_pipes};
use streampay_mcp::{Changes, ExactNumbers, Server};
use tokio::{
    io::{AsyncRead, ReadBuf},
    signal::unix::SignalKind,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tracing::debug;

use crate::signals;

/// How often other tasks get their turn before the end of input counts: a message that was read last
/// has then become a call.
const TURNS: usize = 32;

/// Serves until the client closes stdin or a signal asks the server to stop.
pub(crate) async fn serve(server: Server, call_timeout: Duration) -> anyhow::Result<()> {
    let changes = server.changes();
    let stop = CancellationToken::new();
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    signals::stop_on(&kinds, stop.clone(), Arc::clone(&changes))?;
    debug!("waiting for messages on stdin");
    let (input, output) = stdio_pipes();
    let input = Input::new(input, stop.clone(), Arc::clone(&changes), call_timeout);
    let running = match server.serve((ExactNumbers::new(input), output)).await {
        Ok(running) => running,
        Err(_) if stop.is_cancelled() => return Ok(()),
        Err(error) => {
            let hint =
                "no MCP client spoke on stdin (run it in a terminal to see how to connect one)";
            return Err(error).context(hint);
        }
    };
    let ended = running.waiting().await;
    // The client may have disconnected for a reason other than the end of its input.
    let waited = Instant::now();
    if changes.count() > 0 {
        changes.wait(call_timeout.saturating_sub(waited.elapsed())).await;
    }
    match changes.give_up() {
        0 => ended.map(|_| ()).context("the connection broke"),
        open => bail!("{open} change(s) did not end in time; their outcome is unknown"),
    }
}

/// Input that ends only when no change is running any more, because the end of input makes rmcp cancel
/// what is running.
struct Input<R> {
    inner: R,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
    changes: Arc<Changes>,
    limit: Duration,
    ending: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<R: AsyncRead + Unpin> Input<R> {
    fn new(inner: R, stop: CancellationToken, changes: Arc<Changes>, limit: Duration) -> Self {
        Self { inner, stop: Box::pin(stop.cancelled_owned()), changes, limit, ending: None }
    }

    /// Reads until the input ends.
    fn poll_input(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<bool>> {
        if self.stop.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(false));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        Poll::Ready(Ok(buf.filled().len() > before))
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Input<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ending.is_none() {
            // A broken input counts as the end of input.
            if ready!(self.poll_input(cx, buf)).unwrap_or(false) {
                return Poll::Ready(Ok(()));
            }
            let (changes, limit) = (Arc::clone(&self.changes), self.limit);
            self.ending = Some(Box::pin(async move {
                for _ in 0..TURNS {
                    tokio::task::yield_now().await;
                }
                changes.wait(limit).await;
            }));
        }
        match &mut self.ending {
            Some(ending) => ending.as_mut().poll(cx).map(Ok),
            None => Poll::Ready(Ok(())),
        }
    }
}
