//! The data file: a change that was answered survives SIGKILL. Damaged and foreign files are rejected
//! unchanged.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

#[path = "behavior/common.rs"]
mod common;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{VISA, World};
use serde_json::{Value, json};
use streampay_sandbox::{OpenError, Sandbox, SandboxError};

async fn open(path: &Path) -> Result<World, SandboxError> {
    let sandbox = Sandbox::builder().data(path).seed("file").build().await?;
    Ok(World::of(sandbox.start_on_free_port().await?))
}

#[tokio::test]
async fn state_clock_and_key_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let w = open(&path).await.unwrap();
    let customer = w.customer().await;
    w.sandbox().advance(Duration::from_secs(86_400 * 40)).await.unwrap();
    let (key, now) = (w.key.clone(), w.sandbox().now());
    assert!(matches!(open(&path).await, Err(SandboxError::Open(OpenError::InUse(_)))));
    w.running.stop().await;
    // The last copy of the state is dropped with the server's task.
    let w = loop {
        match open(&path).await {
            Ok(w) => break w,
            Err(SandboxError::Open(OpenError::InUse(_))) => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(w.key, key);
    assert!(w.sandbox().now() >= now);
    assert_eq!(w.get("consumers").await["data"][0]["id"], customer["id"]);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_data_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let all = |folder: &Path| {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| (path.clone(), mode(&path))).collect::<Vec<_>>()
    };
    let w = open(&path).await.unwrap();
    w.customer().await;
    let files = all(folder.path());
    assert!(files.len() > 1, "{files:?}");
    assert!(files.iter().all(|(_, mode)| *mode == 0o600), "{files:?}");
    drop(w);
    // An existing file that others can read becomes private.
    let path = folder.path().join("wide.db");
    drop(Sandbox::builder().data(&path).build().await.unwrap());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let w = open(&path).await.unwrap();
    w.customer().await;
    assert_eq!((mode(&path), mode(&folder.path().join("wide.db-wal"))), (0o600, 0o600));
}

#[tokio::test]
async fn dropping_a_running_sandbox_stops_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    // A delivery is in progress, to a receiver that never responds.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let w = open(&path).await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    w.sandbox().register_webhook(&url, None, &[]).unwrap();
    let product = w.product("100").await;
    let link = w.link(&product, json!({})).await;
    w.pay(&link, VISA);
    let _connection = listener.accept().await.unwrap();
    drop(w);
    // A task that still runs would hold the file.
    for _ in 0..500 {
        match open(&path).await {
            Ok(_) => return,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    panic!("something still runs");
}

/// Checks that opening the file fails and leaves it unchanged.
async fn refused(path: &Path) -> OpenError {
    let before = std::fs::read(path).unwrap();
    let error = match Sandbox::builder().data(path).build().await {
        Ok(_) => panic!("{} was accepted", path.display()),
        Err(SandboxError::Open(error)) => error,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(std::fs::read(path).unwrap(), before, "{error}");
    assert!(error.to_string().contains("left as it is"), "{error}");
    error
}

#[tokio::test]
async fn foreign_and_damaged_files_are_rejected_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("letter.txt"), "Dear customer,").unwrap();
    std::fs::write(at("long.bin"), vec![7; 9000]).unwrap();
    let other = rusqlite::Connection::open(at("other.db")).unwrap();
    other.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES (1);").unwrap();
    drop(other);
    for name in ["letter.txt", "long.bin", "other.db"] {
        assert!(matches!(refused(&at(name)).await, OpenError::Foreign(_)), "{name}");
    }
    let good = at("good.db");
    drop(Sandbox::builder().data(&good).build().await.unwrap());
    let bytes = std::fs::read(&good).unwrap();
    let mut newer = bytes.clone();
    newer[63] = 200;
    std::fs::write(at("newer.db"), newer).unwrap();
    assert!(matches!(refused(&at("newer.db")).await, OpenError::Newer(_)));
    std::fs::write(at("short.db"), &bytes[..bytes.len() / 2]).unwrap();
    let mut torn = bytes.clone();
    let middle = torn.len() / 2;
    torn[4096..middle].fill(0xAA);
    std::fs::write(at("torn.db"), torn).unwrap();
    for name in ["short.db", "torn.db"] {
        assert!(matches!(refused(&at(name)).await, OpenError::Damaged { .. }), "{name}");
    }
    // An empty file is a fresh start. A directory is an error.
    std::fs::write(at("empty.db"), "").unwrap();
    Sandbox::builder().data(at("empty.db")).build().await.unwrap();
    assert!(Sandbox::builder().data(folder.path()).build().await.is_err());
    assert!(Sandbox::builder().data(at("no/such/folder.db")).build().await.is_err());
}

struct Process {
    child: Child,
    url: String,
    key: String,
}

fn start(path: &Path) -> Process {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stream-sandbox"))
        .args(["--listen", "127.0.0.1:0", "--random", "kill", "--data"])
        .arg(path)
        .env("NO_COLOR", "1")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("x-api-key: ") {
        let mut line = String::new();
        let count = lines.read_line(&mut line).unwrap();
        assert!(count > 0, "the sandbox did not start: {said}");
        said += &line;
    }
    let after =
        |mark: &str| said.split(mark).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let process = Process { child, url: after("sandbox at "), key: after("x-api-key: ") };
    std::thread::spawn(move || {
        let mut rest = String::new();
        let _ = lines.read_to_string(&mut rest);
    });
    process
}

/// Creates a product, a link and a payment in a loop until the connection breaks. Remembers every
/// change with a complete response.
async fn work(process: &Process, answered: &mut Vec<(String, String)>) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = async |path: &str, body: Value| -> Option<Value> {
        let request = client.post(format!("{}{path}", process.url));
        let request = request.header("x-api-key", &process.key).json(&body);
        let response = request.send().await.ok()?;
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.ok()
    };
    loop {
        let body =
            json!({"name": "P", "type": "ONE_OFF", "prices": [{"currency": "SAR", "amount": 400}]});
        let Some(product) = post("/api/v2/products", body).await else { return };
        answered.push(("products".into(), common::id(&product).into()));
        let body = json!({"name": "L", "items": [{"product_id": product["id"]}]});
        let Some(link) = post("/api/v2/payment_links", body).await else { return };
        answered.push(("payment_links".into(), common::id(&link).into()));
        let path = format!("/_sandbox/payment_links/{}/pay", common::id(&link));
        let attempt = json!({
            "customer": {"name": "A B", "phone_number": "+966555000111"}, "card": VISA, "installments": 2,
        });
        let Some(receipt) = post(&path, attempt).await else { return };
        answered.push(("invoices".into(), receipt["invoice_id"].as_str().unwrap().into()));
        answered.push(("payments".into(), receipt["payment_id"].as_str().unwrap().into()));
    }
}

#[tokio::test]
async fn sigkill_loses_no_change_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kill.db");
    let mut answered = Vec::new();
    for round in 0..12_u64 {
        let mut process = start(&path);
        let pid = process.child.id();
        // Kill at a different time in each round, from startup to well into the work.
        let wait = Duration::from_millis(20 + round * 37 % 300);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(wait);
            // `Child::kill` sends SIGKILL, but the handle is borrowed, so this uses the process id.
            Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        });
        work(&process, &mut answered).await;
        killer.join().unwrap();
        process.child.wait().unwrap();
    }
    assert!(answered.len() > 50, "only {} changes were made", answered.len());
    let process = start(&path);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (kind, id) in &answered {
        let url = format!("{}/api/v2/{kind}/{id}", process.url);
        let response = client.get(url).header("x-api-key", &process.key).send().await.unwrap();
        assert_eq!(response.status(), 200, "{kind} {id} is lost");
    }
    // No record is incomplete: every invoice has its payments, and they sum to its total.
    let mut page = 1;
    loop {
        let url =
            format!("{}/api/v2/invoices?include_payments=true&limit=100&page={page}", process.url);
        let response = client.get(url).header("x-api-key", &process.key).send().await.unwrap();
        let list: Value = response.json().await.unwrap();
        for invoice in list["data"].as_array().unwrap() {
            let payments = invoice["payments"].as_array().unwrap();
            let sum: i64 =
                payments.iter().map(|p| p["amount_in_smallest_unit"].as_i64().unwrap()).sum();
            assert_eq!((payments.len(), sum), (2, 40_000));
            assert_eq!(invoice["paid_amount"], "200.00");
        }
        if list["pagination"]["has_next_page"] == false {
            break;
        }
        page += 1;
    }
    let mut process = process;
    process.child.kill().unwrap();
    process.child.wait().unwrap();
}
