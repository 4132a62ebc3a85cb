//! Totals over many payments: equal to SQL's sums in smallest units, in little memory.
//!
//! The simulator takes the payments one by one, and a table of SQLite takes the same amounts as integers. A
//! server of its own process reads them back. By default there are 2,000 payments, so that the test is
//! quick; the proof is
//!
//! ```sh
//! STREAM_TEST_PAYMENTS=100000 cargo test --release -p streampay-mcp --test many_payments -- --nocapture
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

mod common;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use common::shop::{Link, Shop};
use serde_json::{Value, json};

/// How much memory a summary may take above that of an idle server, in KiB.
const MAX_KIB: u64 = 64 * 1024;

/// Payments that the test makes, if the environment does not say.
const PAYMENTS: usize = 2_000;

/// A server that is spoken to in raw JSON.
struct Program {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Program {
    fn start(shop: &Shop) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stream-mcp"));
        command.env_clear().env("STREAM_API_KEY", shop.running().api_key());
        command.env("STREAM_BASE_URL", shop.running().url());
        command.env("STREAM_DOCS_URL", "http://127.0.0.1:1");
        command.env("STREAM_CALL_TIMEOUT", "600");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, stdin, stdout: BufReader::new(stdout) }
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        writeln!(self.stdin, "{message}").unwrap();
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line:?}"))
    }

    /// Opens a session of the older protocol.
    fn initialize(&mut self) {
        let params = json!({"protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}});
        self.ask("initialize", &params);
        writeln!(self.stdin, r#"{{"jsonrpc":"2.0","method":"notifications/initialized"}}"#)
            .unwrap();
    }

    /// Calls a tool, by the newer protocol if `modern`.
    fn call(&mut self, tool: &str, arguments: &Value, modern: bool) -> Value {
        let mut params = json!({"name": tool, "arguments": arguments});
        if modern {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {},
            });
        }
        let answer = self.ask("tools/call", &params);
        assert_eq!(answer["result"]["isError"], json!(false), "{answer}");
        answer["result"]["structuredContent"].clone()
    }

    /// The most memory that the process has had, in KiB.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the payments add up to by SQL: currency, count, and the sum in smallest units as a decimal text.
fn totals_by_sql(database: &rusqlite::Connection, condition: &str) -> Vec<(String, u64, String)> {
    let sql = format!(
        "SELECT currency, COUNT(*), SUM(units) FROM payment WHERE {condition} GROUP BY currency ORDER BY currency"
    );
    let mut statement = database.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| {
        let (currency, count, units): (String, u32, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let digits = if currency == "KWD" { 3 } else { 2 };
        let factor = 10_i64.pow(digits);
        let width = digits as usize;
        let text = format!("{}.{:0width$}", units / factor, units % factor);
        Ok((currency, u64::from(count), text))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn totals_by_server(totals: &Value) -> Vec<(String, u64, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |total: &Value| {
        (text(&total["currency"]), total["count"].as_u64().unwrap(), text(&total["amount"]))
    };
    totals.as_array().unwrap().iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_over_many_payments_equal_those_of_sql_in_little_memory() {
    let count = std::env::var("STREAM_TEST_PAYMENTS");
    let count = count.map_or(PAYMENTS, |text| text.parse().unwrap());
    let shop = Shop::open().await;
    let database = rusqlite::Connection::open_in_memory().unwrap();
    let table = "CREATE TABLE payment(currency TEXT, units INTEGER, link INTEGER, day INTEGER, refunded INTEGER)";
    database.execute(table, []).unwrap();
    // Amounts that floats do not hold: odd halalas and fils.
    let prices: [(&str, i64); 5] =
        [("SAR", 1_999), ("SAR", 110), ("KWD", 1_255), ("KWD", 12_345), ("USD", 3_333)];
    let mut links: Vec<Link> = Vec::new();
    for (number, (currency, units)) in prices.iter().enumerate() {
        let (factor, width) = if *currency == "KWD" { (1_000, 3) } else { (100, 2) };
        let price = format!("{}.{:0width$}", units / factor, units % factor);
        links.push(shop.link(&format!("Link {number}"), currency, &price).await);
    }
    let start = Instant::now();
    for number in 0..count {
        let link = number % links.len();
        let phone = format!("+9665{:08}", number % 500);
        let payment = shop.pay_as(&links[link], "Somebody", &phone);
        let refunded = number % 500 == 7;
        if refunded {
            shop.refund(&payment).await;
        }
        let (currency, units) = prices[link];
        let row = (currency, units, i64::try_from(link).unwrap(), 0_i64, refunded);
        let sql = "INSERT INTO payment VALUES (?, ?, ?, ?, ?)";
        database.execute(sql, row).unwrap();
        if number % (count / 20).max(1) == 0 {
            shop.advance(Duration::from_secs(7 * 3600)).await;
        }
    }
    eprintln!("{count} payments were made in {:?}", start.elapsed());

    let mut server = Program::start(&shop);
    server.initialize();
    server.call("list_payments", &json!({"limit": 1}), false);
    let idle = server.peak();
    for modern in [false, true] {
        let start = Instant::now();
        let sums = server.call("summarize_payments", &json!({}), modern);
        let took = start.elapsed();
        assert_eq!((&sums["complete"], &sums["read"]), (&json!(true), &json!(count)), "{sums}");
        assert_eq!(totals_by_server(&sums["totals"]), totals_by_sql(&database, "TRUE"));
        let refunds: Vec<&str> = sums["totals"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|total| total["refunded_count"] != json!(0))
            .map(|total| total["refunded"].as_str().unwrap())
            .collect();
        let by_sql = totals_by_sql(&database, "refunded");
        assert_eq!(refunds, by_sql.iter().map(|(_, _, sum)| sum.as_str()).collect::<Vec<_>>());
        eprintln!("all: {took:?}, {} KiB above {idle} KiB", server.peak() - idle);
    }
    for group in ["day", "customer", "payment_link"] {
        let start = Instant::now();
        let sums =
            server.call("summarize_payments", &json!({"group_by": group, "top": 200}), false);
        let took = start.elapsed();
        assert_eq!(sums["complete"], true, "{sums}");
        assert_eq!(totals_by_server(&sums["totals"]), totals_by_sql(&database, "TRUE"), "{group}");
        let groups: u64 = sums["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| group["count"].as_u64().unwrap())
            .sum();
        if group != "customer" {
            assert_eq!(groups, count as u64, "every payment is in one {group}");
        }
        eprintln!("by {group}: {took:?}, {} KiB above {idle} KiB", server.peak() - idle);
    }
    let above = server.peak() - idle;
    assert!(above < MAX_KIB, "{above} KiB");
}
