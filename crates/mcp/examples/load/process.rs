//! Processes that are measured: started, asked for their processor time and memory, ended.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::client::{self, Kind};

pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts one of this program's own modes, which print their address.
    pub(crate) fn start(program: &Path, arguments: &[&str]) -> Self {
        let mut child =
            Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().parse().unwrap() }
    }

    /// Starts the product, as it is by default but for rates.
    pub(crate) fn product(binary: &Path, api: &str, log: &str) -> Self {
        let mut child =
            product(binary, api, "127.0.0.1:0", log).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, url)) = line.split_once("http://") {
                break url.trim_end_matches("/mcp").parse().unwrap();
            }
        };
        // Its log is read, as something always reads a log.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// Processor time, of the user and the kernel.
    pub(crate) fn cpu(&self) -> Duration {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = text.rsplit(") ").next().unwrap().split(' ').collect();
        let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
        // Linux counts in hundredths of a second.
        Duration::from_millis(ticks * 10)
    }

    /// Resident memory in KiB.
    pub(crate) fn resident(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim_end_matches("kB").trim().parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn product(binary: &Path, api: &str, address: &str, log: &str) -> Command {
    let mut command = Command::new(binary);
    command.args(["serve", "--http", address, "--base-url", api, "--log", log]);
    // All clients have one key or none, and one address.
    let generous = [
        ("--rate-per-key", "0"),
        ("--rate-per-address", "0"),
        ("--max-calls-per-key", "512"),
        ("--max-calls-per-address", "512"),
        ("--max-connections", "40000"),
        ("--max-connections-per-address", "20000"),
        ("--max-sessions-per-key", "20000"),
        ("--max-sessions-per-address", "20000"),
    ];
    for (flag, value) in generous {
        command.args([flag, value]);
    }
    command.env_clear().current_dir(std::env::temp_dir());
    command
}

/// Milliseconds from the start of the program to its answer to `tools/list`.
pub(crate) fn start_up(binary: &Path, api: &str) -> f64 {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let mut command = product(binary, api, &free.to_string(), "off");
            let start = Instant::now();
            let mut child = command.stderr(Stdio::null()).spawn().unwrap();
            let request = client::list(Kind::New);
            let answered = loop {
                if let Ok(mut stream) = TcpStream::connect(free) {
                    stream.write_all(&request).unwrap();
                    stream.read_exact(&mut [0; 64]).unwrap();
                    break start.elapsed();
                }
                std::thread::sleep(Duration::from_micros(200));
            };
            child.kill().unwrap();
            child.wait().unwrap();
            answered.as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}
