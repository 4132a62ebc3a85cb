//! The load benchmark: `cargo xtask bench`.
//!
//! It starts an API that answers at once, and then the servers to compare: a pass-through of axum and reqwest
//! without MCP, a bare rmcp service with one hand-written tool, and the product, for new clients and for old
//! ones. The same client calls each of them over loopback, in alternating rounds, so that other work on the
//! machine affects all of them alike. The best round of each counts. It prints tables in Markdown.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool of the developers"
)]

mod client;
mod process;
mod targets;

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use client::{Kind, Measured};
use process::Process;
use tokio::runtime;

/// Logs where the server listens, but no calls.
const QUIET: &str = "warn,stream_mcp=info";

/// The default of `serve`: one line per call.
const LOGGED: &str = "warn,streampay_mcp=info,stream_mcp=info";

/// How many rounds are measured. The best one counts, because other work on the machine only slows things down.
const ROUNDS: usize = 9;
const CLIENTS: [usize; 3] = [1, 32, 256];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["api"] => one_thread().block_on(targets::api()),
        ["pass-through", api] => all_threads().block_on(targets::pass_through(api)),
        ["bare", api] => all_threads().block_on(targets::bare(api)),
        [binary] => one_thread().block_on(run(&absolute(binary), Duration::from_secs(1))),
        [binary, "--quick"] => {
            one_thread().block_on(run(&absolute(binary), Duration::from_millis(100)));
        }
        _ => panic!("usage: load STREAM_MCP_BINARY [--quick]"),
    }
}

/// The product starts in another folder.
fn absolute(binary: &str) -> PathBuf {
    std::fs::canonicalize(binary).unwrap()
}

fn one_thread() -> runtime::Runtime {
    runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn all_threads() -> runtime::Runtime {
    runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// A server that is measured.
struct Target {
    name: &'static str,
    process: Process,
    kind: Kind,
}

fn targets(binary: &Path, api: &str) -> Vec<Target> {
    let own = env::current_exe().unwrap();
    let own = |mode: &str| Process::start(&own, &[mode, api]);
    let product = |log| Process::product(binary, api, log);
    vec![
        Target { name: "pass-through", process: own("pass-through"), kind: Kind::Plain },
        Target { name: "bare rmcp", process: own("bare"), kind: Kind::New },
        Target { name: "stream-mcp, new clients", process: product(QUIET), kind: Kind::New },
        Target { name: "stream-mcp, old clients", process: product(QUIET), kind: Kind::Old },
        Target { name: "the same, each call logged", process: product(LOGGED), kind: Kind::New },
    ]
}

async fn run(binary: &Path, time: Duration) {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let api = Process::start(&env::current_exe().unwrap(), &["api"]);
    let api_url = format!("http://{}", api.address);
    let direct = client::measure(api.address, Kind::Plain, 1, time).await;
    println!("The API itself: p50 {:.3} ms.\n", direct.quantile(0.5));

    let targets = targets(binary, &api_url);
    println!("| | clients | calls/s | p50 ms | p99 ms | server CPU per call, ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for clients in CLIENTS {
        let mut all: Vec<Vec<(Measured, f64)>> = targets.iter().map(|_| Vec::new()).collect();
        for _ in 0..ROUNDS {
            for (target, results) in targets.iter().zip(&mut all) {
                let process = &target.process;
                client::measure(process.address, target.kind, clients, time / 6).await;
                let before = process.cpu();
                let measured = client::measure(process.address, target.kind, clients, time).await;
                let cpu = (process.cpu() - before).as_secs_f64() * 1e3;
                let per_call = cpu / measured.calls() as f64;
                results.push((measured, per_call));
            }
        }
        for (target, mut results) in targets.iter().zip(all) {
            results.sort_by(|a, b| a.0.per_second().total_cmp(&b.0.per_second()));
            let (measured, cpu) = &results[ROUNDS - 1];
            println!(
                "| {} | {clients} | {:.0} | {:.3} | {:.3} | {cpu:.3} |",
                target.name,
                measured.per_second(),
                measured.quantile(0.5),
                measured.quantile(0.99),
            );
        }
    }
    drop(targets);
    memory(binary, &api_url).await;
}

async fn memory(binary: &Path, api: &str) {
    println!("\n| open clients | resident memory, MiB | per client, KiB |");
    println!("| --- | ---: | ---: |");
    for (name, kind) in [("new", Kind::New), ("old", Kind::Old)] {
        let process = Process::product(binary, api, QUIET);
        client::measure(process.address, kind, 1, Duration::from_millis(200)).await;
        let start = process.resident();
        println!("| 0 ({name}) | {:.1} | |", start / 1024.0);
        let mut open = Vec::new();
        for count in [1000, 10_000] {
            while open.len() < count {
                open.push(client::open(process.address, kind, "key:secret").await);
            }
            let now = process.resident();
            let each = (now - start) / count as f64;
            println!("| {count} {name} | {:.1} | {each:.1} |", now / 1024.0);
        }
    }
    let process = Process::product(binary, api, QUIET);
    client::measure(process.address, Kind::New, 1, Duration::from_millis(200)).await;
    let start = process.resident();
    let mut resident = Vec::new();
    for batch in 0..10 {
        for number in 0..1000 {
            let key = format!("user{batch}x{number}:secret");
            client::open(process.address, Kind::New, &key).await;
        }
        resident.push(format!("{:.1}", (process.resident() - start) / 1024.0));
    }
    println!(
        "\nGrowth after each further 1,000 different keys, one call each, MiB: {}.",
        resident.join(", ")
    );
    let started = process::start_up(binary, api);
    println!("\nStart to the first answer to tools/list: {:.0} ms (median of 5).", started);
}
