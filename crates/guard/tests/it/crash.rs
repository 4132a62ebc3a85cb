//! A process that is killed, at every point of a change: nothing is done twice, nothing is forgotten.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use streampay_guard::*;

use crate::common::*;

/// How long a change may take here.
const LEASE: Duration = Duration::from_secs(5);

async fn open(folder: &Path) -> (Agent, std::sync::Arc<dyn Store>) {
    let store = sqlite(folder).await;
    let audit = Audit::open(&folder.join("audit.jsonl")).await.unwrap();
    let engine =
        Engine::builder(TOOLS, store.clone()).audit(audit).lease(LEASE).build().await.unwrap();
    (Agent::new(engine), store)
}

fn refund(id: &str) -> Value {
    json!({"payment_id": id})
}

/// The API's side: what arrived there.
fn send(folder: &Path, id: &str) {
    let mut file =
        fs::OpenOptions::new().append(true).create(true).open(folder.join("sent")).unwrap();
    file.write_all(format!("{id}\n").as_bytes()).unwrap();
}

fn sent(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("sent")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// What the process that is killed runs: it makes the requested refunds, and stops between the steps
/// until it is asked to continue.
#[tokio::test]
async fn child() {
    let Ok(folder) = std::env::var("GUARD_CRASH") else { return };
    let folder = PathBuf::from(folder);
    let step_by_step = std::env::var("GUARD_STEPS").is_ok();
    let (agent, _) = open(&folder).await;
    let wait = |stage: &str| {
        if step_by_step {
            println!("\nat={stage}");
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).unwrap();
        }
    };
    for n in 0.. {
        let id = format!("k{}", n % 500);
        wait("start");
        let Decision::Allow(permit) = agent.ask(&REFUND, refund(&id)).await else { continue };
        wait("decided");
        send(&folder, &id);
        wait("sent");
        agent.engine.finish(permit, Outcome::Done, &json!({"id": id}), agent.now()).await;
        wait("finished");
    }
}

struct Victim {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Victim {
    fn start(folder: &Path, step_by_step: bool) -> Self {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "crash::child", "--nocapture"])
            .env("GUARD_CRASH", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if step_by_step {
            command.env("GUARD_STEPS", "1");
        }
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    fn until(&mut self, stage: &str) {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(
                self.output.read_line(&mut line).unwrap() > 0,
                "the child ended before {stage}"
            );
            if line.trim() == format!("at={stage}") {
                return;
            }
            if line.starts_with("at=") {
                self.go();
            }
        }
    }

    fn go(&mut self) {
        self.input.write_all(b"\n").unwrap();
    }

    /// As `kill -9` does.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What holds after every crash: the same change does not go out again by itself, and once its read
/// was made it can.
async fn afterwards(folder: &Path, expected: &str) {
    let before = sent(folder).len();
    let (agent, _) = open(folder).await;
    let first = word(&agent.ask(&REFUND, refund("k0")).await);
    if expected == "held" {
        assert!(first == "running" || first == "outcomeunknown", "{first}");
        agent.pass(LEASE);
        assert_eq!(word(&agent.ask(&REFUND, refund("k0")).await), "outcomeunknown");
        agent.pass(Duration::from_secs(1));
        assert_eq!(agent.run(&GET_PAYMENT, refund("k0"), Outcome::Done).await, "allow");
        assert_eq!(word(&agent.ask(&REFUND, refund("k0")).await), "allow");
    } else {
        assert_eq!(first, expected);
    }
    assert_eq!(sent(folder).len(), before);
    let summary = verify(&folder.join("audit.jsonl"), |_| {}).unwrap();
    assert!(summary.faults.is_empty(), "{:?}", summary.faults);
}

/// Waits until the store shows what is expected.
async fn until(store: &dyn Store, held: usize) {
    for _ in 0..600 {
        if store.held(start().as_millisecond()).await.unwrap().len() == held {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the store never held {held} changes");
}

#[tokio::test]
async fn killed_between_reserving_and_the_audit() {
    let folder = tempfile::tempdir().unwrap();
    let mut victim = Victim::start(folder.path(), true);
    victim.until("start");
    let (agent, store) = open(folder.path()).await;
    // The audit's lock keeps the line from being written.
    let audit = fs::File::open(folder.path().join("audit.jsonl")).unwrap();
    audit.lock().unwrap();
    victim.go();
    until(&*store, 1).await;
    victim.kill();
    audit.unlock().unwrap();
    drop((agent, store));
    assert!(sent(folder.path()).is_empty());
    let summary = verify(&folder.path().join("audit.jsonl"), |_| {}).unwrap();
    assert_eq!(summary.lines, 0, "the line was not written");
    afterwards(folder.path(), "held").await;
}

#[tokio::test]
async fn killed_between_the_audit_and_sending() {
    let folder = tempfile::tempdir().unwrap();
    let mut victim = Victim::start(folder.path(), true);
    victim.until("decided");
    victim.kill();
    let summary = verify(&folder.path().join("audit.jsonl"), |_| {}).unwrap();
    assert_eq!((summary.lines, summary.open.len()), (1, 1));
    assert!(sent(folder.path()).is_empty());
    afterwards(folder.path(), "held").await;
}

#[tokio::test]
async fn killed_between_sending_and_finishing() {
    let folder = tempfile::tempdir().unwrap();
    let mut victim = Victim::start(folder.path(), true);
    victim.until("sent");
    victim.kill();
    assert_eq!(sent(folder.path()), ["k0"]);
    afterwards(folder.path(), "held").await;
}

#[tokio::test]
async fn killed_between_settling_and_the_audits_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut victim = Victim::start(folder.path(), true);
    victim.until("sent");
    let (agent, store) = open(folder.path()).await;
    let audit = fs::File::open(folder.path().join("audit.jsonl")).unwrap();
    audit.lock().unwrap();
    victim.go();
    until(&*store, 0).await;
    victim.kill();
    audit.unlock().unwrap();
    drop((agent, store));
    let summary = verify(&folder.path().join("audit.jsonl"), |_| {}).unwrap();
    assert_eq!((summary.lines, summary.open.len()), (1, 1));
    afterwards(folder.path(), "already done").await;
}

#[tokio::test]
async fn killed_after_finishing() {
    let folder = tempfile::tempdir().unwrap();
    let mut victim = Victim::start(folder.path(), true);
    victim.until("finished");
    victim.kill();
    assert_eq!(sent(folder.path()), ["k0"]);
    afterwards(folder.path(), "already done").await;
}

#[tokio::test]
async fn killed_at_any_moment_nothing_is_sent_twice_or_unrecorded() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..12_u64 {
        let before = sent(folder.path()).len();
        let victim = Victim::start(folder.path(), false);
        // Until it works, and then a little longer, differently each time.
        for _ in 0..500 {
            if sent(folder.path()).len() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_micros(round * 1731 % 9000)).await;
        victim.kill();
    }
    let mut sent = sent(folder.path());
    let all = sent.len();
    assert!(all >= 12, "the children did nothing");
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), all, "something was sent twice");
    let (agent, _) = open(folder.path()).await;
    drop(agent);
    let mut announced = 0;
    let summary = verify(&folder.path().join("audit.jsonl"), |record| {
        announced += usize::from(record.kind == RecordKind::Sending);
    })
    .unwrap();
    assert!(summary.faults.is_empty(), "{:?}", summary.faults);
    assert!(announced >= all, "{all} were sent, {announced} were announced");
}
