//! Ends a connection whose client does not read its answers.
//!
//! An answer that is not read holds its memory, its connection and, in a session, everything that comes
//! after it. From the moment when the socket takes no more, a client has the time limit to take something,
//! and earns more time by what it takes, at least [`SLOWEST`] bytes per second.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// The slowest that a client may read, in bytes per second.
const SLOWEST: f64 = 1024.0;

/// A connection with a limit to how long its client may leave it blocked.
#[derive(Debug)]
pub(super) struct WriteTimeout<S> {
    inner: S,
    limit: Duration,
    deadline: Pin<Box<Sleep>>,
    /// Whether something waits to be written.
    blocked: bool,
}

impl<S> WriteTimeout<S> {
    pub(super) fn new(inner: S, limit: Duration) -> Self {
        Self { inner, limit, deadline: Box::pin(sleep(limit)), blocked: false }
    }

    fn checked(
        &mut self,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => {
                if !self.blocked {
                    self.blocked = true;
                    self.deadline.as_mut().reset(Instant::now() + self.limit);
                }
                ready!(self.deadline.as_mut().poll(cx));
                let message = "the client does not read its answers";
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, message)))
            }
            Poll::Ready(Ok(bytes)) if self.blocked => {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let earned = Duration::from_secs_f64(bytes as f64 / SLOWEST);
                let latest = Instant::now() + self.limit;
                let deadline = (self.deadline.deadline() + earned).min(latest);
                self.deadline.as_mut().reset(deadline);
                Poll::Ready(Ok(bytes))
            }
            done => done,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteTimeout<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteTimeout<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.checked(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bytes);
        self.checked(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// A flush means that everything was written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.inner).poll_flush(cx))?;
        self.blocked = false;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
        time::timeout,
    };

    use super::{Duration, WriteTimeout, sleep};

    const LIMIT: Duration = Duration::from_millis(500);
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_cut() {
        let (server, _client) = duplex(1024);
        let mut server = WriteTimeout::new(server, LIMIT);
        let written = timeout(LONG, server.write_all(&[0; 100_000])).await;
        assert_eq!(written.unwrap().unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_client_that_reads_a_byte_now_and_then_is_cut() {
        let (server, mut client) = duplex(1024);
        let mut server = WriteTimeout::new(server, LIMIT);
        let reading = tokio::spawn(async move {
            while client.read_u8().await.is_ok() {
                sleep(LIMIT / 5).await;
            }
        });
        let written = timeout(LONG, server.write_all(&[0; 100_000])).await;
        assert_eq!(written.unwrap().unwrap_err().kind(), std::io::ErrorKind::TimedOut);
        reading.abort();
    }

    #[tokio::test]
    async fn a_slow_client_may_take_its_time_and_an_idle_one_may_wait() {
        let (server, mut client) = duplex(64 * 1024);
        let mut server = WriteTimeout::new(server, LIMIT);
        let reading = tokio::spawn(async move {
            let mut buffer = vec![0; 32 * 1024];
            let mut all = 0;
            while let Ok(bytes @ 1..) = client.read(&mut buffer).await {
                all += bytes;
                sleep(LIMIT / 5).await;
            }
            all
        });
        server.write_all(&[0; 400_000]).await.unwrap();
        server.flush().await.unwrap();
        sleep(LIMIT * 2).await;
        server.write_all(&[0; 1000]).await.unwrap();
        drop(server);
        assert_eq!(reading.await.unwrap(), 401_000);
    }
}
