//! Measures the sandbox: requests per second and latency with 1 and 32 clients, memory with many
//! payments. Client and server share the process and the machine.
//!
//! `cargo run --release -p streampay-sandbox --example load -- [payments] [seconds]`

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use streampay_sandbox::{Running, Sandbox};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let payments: usize = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let started = Instant::now();
    let sandbox = Sandbox::builder().seed("load").build().await?;
    say(&format!("build: {:.1} ms", started.elapsed().as_secs_f64() * 1000.0))?;
    let running = sandbox.start_on_free_port().await?;
    let client = Client::new(&running)?;
    let product =
        client.post("products", &json!({"name": "P", "type": "ONE_OFF", "price": 100})).await?;
    let product = product.get("id").context("a product has an id")?;
    let link = json!({"name": "L", "items": [{"product_id": product}]});
    let made = client.post("payment_links", &link).await?;
    let id = made.get("id").and_then(Value::as_str).context("a link has an id")?.to_owned();

    measure(&client, "read one link", seconds, &format!("payment_links/{id}"), None).await?;
    measure(&client, "list 10 products", seconds, "products", None).await?;
    measure(&client, "create a link", seconds, "payment_links", Some(&link)).await?;

    let before = resident()?;
    let started = Instant::now();
    for n in 0..payments {
        let attempt = json!({
            "customer": {"name": "A B", "phone_number": format!("+9665{:08}", n % 1000)},
            "card": "4111111111111111",
        });
        running.sandbox().pay_link(&id, &attempt)?;
    }
    say(&format!(
        "{payments} payments in {:.1} s; resident memory {} MiB more, {} MiB in all",
        started.elapsed().as_secs_f64(),
        resident()?.saturating_sub(before) / 1024,
        resident()? / 1024
    ))?;
    measure(&client, "list 10 payments of them", seconds, "payments", None).await?;
    running.stop().await;
    Ok(())
}

/// A client that keeps its connections.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    url: Arc<str>,
    key: Arc<str>,
}

impl Client {
    fn new(running: &Running) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { http, url: running.url().into(), key: running.api_key().into() })
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let text = self.ask(path, Some(body)).await?;
        Ok(serde_json::from_slice(&text)?)
    }

    async fn ask(&self, path: &str, body: Option<&Value>) -> anyhow::Result<bytes::Bytes> {
        let url = format!("{}/api/v2/{path}", self.url);
        let request = match body {
            Some(body) => self.http.post(url).json(body),
            None => self.http.get(url),
        };
        let response = request.header("x-api-key", &*self.key).send().await?;
        Ok(response.error_for_status()?.bytes().await?)
    }
}

async fn measure(
    client: &Client,
    what: &str,
    seconds: u64,
    path: &str,
    body: Option<&Value>,
) -> anyhow::Result<()> {
    for clients in [1, 32] {
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut work = tokio::task::JoinSet::new();
        for _ in 0..clients {
            let (client, path, body) = (client.clone(), path.to_owned(), body.cloned());
            work.spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let started = Instant::now();
                    client.ask(&path, body.as_ref()).await?;
                    times.push(started.elapsed());
                }
                anyhow::Ok(times)
            });
        }
        let mut times = Vec::new();
        while let Some(done) = work.join_next().await {
            times.extend(done??);
        }
        times.sort();
        let at = |share: usize| {
            let place = times.len().saturating_sub(1) * share / 100;
            times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        #[allow(clippy::cast_precision_loss)]
        let rate = times.len() as f64 / seconds as f64;
        say(&format!(
            "{what}, {clients} client(s): {rate:.0} requests/s, median {:.2} ms, p99 {:.2} ms",
            at(50),
            at(99)
        ))?;
    }
    Ok(())
}

/// Resident memory of this process in KiB, from Linux.
fn resident() -> anyhow::Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    let number = line.split_whitespace().nth(1).context("no number")?;
    Ok(number.parse()?)
}

fn say(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{text}")
}
