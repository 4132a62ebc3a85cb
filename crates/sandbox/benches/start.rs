//! Measures how long `stream-sandbox` takes from being started to its first response, and fails where
//! that is 50 ms or more.
//!
//! `cargo bench -p streampay-sandbox --bench start`

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

const STARTS: usize = 21;
const LIMIT: Duration = Duration::from_millis(50);
/// `k:s` in Base64.
const KEY: &str = "azpz";

fn main() -> anyhow::Result<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(start()?);
    }
    times.sort();
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    let (least, median, most) = (at(0), at(STARTS / 2), at(STARTS - 1));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "{STARTS} starts: median {median:.1?}, {least:.1?} to {most:.1?} (load {})",
        load.split(' ').next().unwrap_or("unknown")
    )?;
    ensure!(median < LIMIT, "the median is not under {LIMIT:?}");
    Ok(())
}

/// From starting the program to the complete response to `GET /api/v2/me`.
fn start() -> anyhow::Result<Duration> {
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let started = Instant::now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_stream-sandbox"))
        .args(["--listen", &address.to_string(), "--api-key", KEY])
        .stderr(Stdio::null())
        .spawn()
        .context("stream-sandbox cannot be started")?;
    let answer = ask(address, started);
    let taken = started.elapsed();
    program.kill()?;
    program.wait()?;
    let answer = answer?;
    ensure!(answer.starts_with("HTTP/1.1 200"), "unexpected response: {answer}");
    Ok(taken)
}

/// Connects until the program listens.
fn ask(address: SocketAddr, started: Instant) -> anyhow::Result<String> {
    let mut connection = loop {
        match TcpStream::connect(address) {
            Ok(connection) => break connection,
            Err(error) if started.elapsed() > Duration::from_secs(10) => return Err(error.into()),
            Err(_) => std::thread::sleep(Duration::from_micros(200)),
        }
    };
    let request = format!(
        "GET /api/v2/me HTTP/1.1\r\nhost: {address}\r\nx-api-key: {KEY}\r\nconnection: close\r\n\r\n"
    );
    connection.write_all(request.as_bytes())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}
