//! The audit: what it says, and that every change to it is detected.

use std::{fs, path::Path, sync::Arc};

use proptest::prelude::*;
use serde_json::json;
use streampay_guard::*;

use crate::common::*;

async fn audited(folder: &Path, text: &str) -> Agent {
    let audit = Audit::open(&folder.join("audit.jsonl")).await.unwrap();
    let store = sqlite(folder).await;
    let engine =
        Engine::builder(TOOLS, store).policy(policy(text)).audit(audit).build().await.unwrap();
    Agent::new(engine)
}

fn records(path: &Path) -> (Vec<Record>, AuditSummary) {
    let mut records = Vec::new();
    let summary = verify(path, |record| records.push(record.clone())).unwrap();
    (records, summary)
}

#[tokio::test]
async fn a_change_leaves_one_line_before_and_one_after() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let agent = audited(folder.path(), "default = \"allow\"").await;
    let refund =
        json!({"payment_id": "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "refund_note": "for Sara"});
    let Decision::Allow(permit) = agent.ask(&REFUND, refund).await else { panic!() };
    let (before, _) = records(&path);
    assert_eq!(
        before.last().unwrap().kind,
        RecordKind::Sending,
        "on disk before the request leaves"
    );
    let answer = json!({"id": "re_1", "invoice_id": "in_1", "name": "Sara"});
    agent.engine.finish(permit, Outcome::Unknown, &answer, agent.now()).await;
    let (records, summary) = records(&path);
    let [sending, outcome] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!(sending.entry.tool.as_deref(), Some("refund_payment"));
    assert_eq!(sending.entry.decision.as_deref(), Some("allow"));
    assert_eq!(sending.entry.mode.as_deref(), Some("live"));
    assert_eq!(outcome.entry.outcome.as_deref(), Some("unknown"));
    assert_eq!(outcome.entry.ids, Some(json!({"id": "re_1", "invoice_id": "in_1"})));
    assert_eq!(sending.entry.reservation, outcome.entry.reservation);
    assert!(summary.faults.is_empty() && summary.open.is_empty(), "{summary:?}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("Sara"), "personal data is in the audit");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn refusals_and_peoples_decisions_are_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[[rules]]\nname = \"Ask\"\ntools = [\"refund_payment\"]\ndecision = \"approve\"";
    let agent = audited(folder.path(), text).await;
    agent.engine.approvers().set("sara", "a long passphrase").await.unwrap();
    assert_eq!(agent.run(&RENAME, json!({"customer_id": "a"}), Outcome::Done).await, "policy");
    let Decision::NeedsApproval(approval) = agent.ask(&REFUND, json!({"payment_id": "p10"})).await
    else {
        panic!()
    };
    let pass = "a long passphrase";
    agent.engine.vote(&approval.id, "sara", pass, true, agent.now()).await.unwrap();
    let done = agent.run(&REFUND, json!({"payment_id": "p10"}), Outcome::Done).await;
    assert_eq!(done, "allow");
    agent.engine.freeze("sara", "lunch", agent.now()).await.unwrap();
    let (records, summary) = records(&folder.path().join("audit.jsonl"));
    let kinds: Vec<RecordKind> = records.iter().map(|record| record.kind).collect();
    use RecordKind as K;
    assert_eq!(kinds, [K::Decision, K::Decision, K::Vote, K::Sending, K::Outcome, K::Freeze]);
    assert_eq!(records[3].entry.approvers, ["sara"]);
    assert_eq!(records[3].entry.amount.as_deref(), Some("10.00 SAR"));
    assert_eq!(records[3].entry.approval, Some(approval.id.clone()));
    assert!(summary.faults.is_empty());
    assert!(!fs::read_to_string(folder.path().join("audit.jsonl")).unwrap().contains(pass));
}

/// An audit of some lines, and its text.
async fn written(folder: &Path) -> (std::path::PathBuf, String) {
    let path = folder.join("audit.jsonl");
    let agent = audited(folder, "default = \"allow\"").await;
    for n in 0..5 {
        let change = json!({"customer_id": n.to_string()});
        assert_eq!(agent.run(&RENAME, change, Outcome::Done).await, "allow");
    }
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

#[tokio::test]
async fn removed_altered_and_reordered_lines_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let (path, text) = written(folder.path()).await;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 10);
    let head = records(&path).1.head;
    let check = |lines: &[&str]| {
        fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        records(&path).1
    };
    assert!(check(&lines).faults.is_empty());
    for gone in 1..9 {
        let mut left = lines.clone();
        left.remove(gone);
        let found = check(&left);
        assert!(found.faults.iter().any(|fault| fault.message.contains("missing")), "{found:?}");
    }
    let mut swapped = lines.clone();
    swapped.swap(3, 4);
    assert!(!check(&swapped).faults.is_empty());
    let mut repeated = lines.clone();
    repeated.insert(3, lines[2]);
    assert!(!check(&repeated).faults.is_empty());
    let altered = lines[4].replace("\"done\"", "\"not_done\"").replace("sending", "decision");
    let mut with = lines.clone();
    with[4] = &altered;
    assert!(check(&with).faults.iter().any(|fault| fault.line == 5), "line 5 was altered");
    // What is cut off at the end shows only against a head that was kept elsewhere.
    let short = check(&lines[..8]);
    assert!(short.faults.is_empty());
    assert_ne!(short.head, head);
}

#[tokio::test]
async fn a_line_that_was_cut_off_is_explained_and_the_chain_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (path, text) = written(folder.path()).await;
    for cut in [1, 40, 200] {
        fs::write(&path, &text.as_bytes()[..text.len() - cut]).unwrap();
        let agent = audited(folder.path(), "default = \"allow\"").await;
        assert_eq!(agent.run(&RENAME, json!({"customer_id": "x"}), Outcome::Done).await, "allow");
        let (records, summary) = records(&path);
        assert!(summary.faults.is_empty(), "{cut}: {:?}", summary.faults);
        let recovered = records.iter().any(|record| record.kind == RecordKind::Recovered);
        assert_eq!(recovered, cut > 1, "a line that only lacks its end is whole");
    }
}

#[tokio::test]
async fn a_file_that_is_no_audit_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    fs::write(&path, "somebody's notes\n").unwrap();
    let error = Audit::open(&path).await.unwrap_err();
    assert!(error.to_string().contains("not the end of a chain"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's notes\n");
}

#[tokio::test]
async fn rotation_continues_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    for _ in 0..2 {
        let audit = Audit::open_rotating(&path, 2000).await.unwrap();
        let store = sqlite(folder.path()).await;
        let engine = Engine::builder(TOOLS, store).audit(audit).build().await.unwrap();
        let agent = Agent::new(engine);
        for n in 0..10 {
            let change = json!({"customer_id": n.to_string()});
            assert_eq!(agent.run(&RENAME, change, Outcome::Done).await, "allow");
        }
    }
    let files = fs::read_dir(folder.path()).unwrap().filter(|entry| {
        entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("audit.jsonl.")
    });
    let files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 2, "{files:?}");
    let (_, summary) = records(&path);
    assert!(summary.faults.is_empty(), "{:?}", summary.faults);
    assert_eq!((summary.lines, summary.first), (40, 1));
    // A file in the middle that is gone is missed.
    let mut files = files;
    files.sort();
    fs::remove_file(&files[1]).unwrap();
    let (_, summary) = records(&path);
    assert!(summary.faults.iter().any(|fault| fault.message.contains("missing")));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_writers_share_a_file_and_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let mut agents = Vec::new();
    for name in ["a", "b", "c"] {
        let audit = Audit::open_rotating(&path, 20_000).await.unwrap();
        let own = folder.path().join(name);
        fs::create_dir(&own).unwrap();
        let store = sqlite(&own).await;
        let engine = Engine::builder(TOOLS, store).audit(audit).build().await.unwrap();
        agents.push(Arc::new(Agent::new(engine)));
    }
    let mut calls = Vec::new();
    for n in 0..60 {
        let agent = Arc::clone(&agents[n % 3]);
        let change = json!({"customer_id": n.to_string()});
        calls.push(tokio::spawn(async move { agent.run(&RENAME, change, Outcome::Done).await }));
    }
    for call in calls {
        assert_eq!(call.await.unwrap(), "allow");
    }
    let (_, summary) = records(&path);
    assert!(summary.faults.is_empty(), "{:?}", summary.faults);
    assert_eq!(summary.lines, 120);
}

#[tokio::test]
async fn a_full_disk_stops_changes_and_not_reads() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let audit = Audit::open(Path::new("/dev/full")).await.unwrap();
    let engine = Engine::builder(TOOLS, store).audit(audit).build().await.unwrap();
    let agent = Agent::new(engine);
    for _ in 0..2 {
        let decision = agent.ask(&REFUND, json!({"payment_id": "p10"})).await;
        let Decision::Deny(denial) = decision else { panic!("{decision:?}") };
        assert_eq!(denial.reason, DenyReason::Audit);
        assert!(denial.message.contains("the disk is full"), "{denial}");
        assert!(denial.message.contains("reads still work"), "{denial}");
    }
    assert!(agent.engine.held(agent.now()).await.unwrap().is_empty(), "it was given back");
    let read = agent.run(&GET_PAYMENT, json!({"payment_id": "p10"}), Outcome::Done).await;
    assert_eq!(read, "allow");
}

#[tokio::test]
async fn a_store_that_was_lost_is_told_by_the_audit_what_was_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let agent = audited(folder.path(), "default = \"allow\"").await;
    let secret = fs::read(folder.path().join("guard.db")).unwrap();
    let Decision::Allow(permit) = agent.ask(&REFUND, json!({"payment_id": "p10"})).await else {
        panic!()
    };
    drop((permit, agent, secret));
    // The machine lost its power: what the store had not yet written to the disk is gone.
    let path = folder.path().join("guard.db");
    for _ in 0..100 {
        let Ok(connection) = rusqlite::Connection::open(&path) else { continue };
        let deleted = connection.execute("DELETE FROM reservation", []);
        if deleted.is_ok() {
            break;
        }
    }
    let agent = audited(folder.path(), "default = \"allow\"").await;
    assert_eq!(word(&agent.ask(&REFUND, json!({"payment_id": "p10"})).await), "outcomeunknown");
    agent.pass(std::time::Duration::from_secs(1));
    assert_eq!(agent.run(&GET_PAYMENT, json!({"payment_id": "p10"}), Outcome::Done).await, "allow");
    assert_eq!(agent.refund("p10").await, "allow");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_bytes_are_read_and_never_pass_for_an_audit(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        lines in prop::collection::vec("\\PC{0,80}", 0..8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let mut all = bytes;
        for line in &lines {
            all.push(b'\n');
            all.extend_from_slice(line.as_bytes());
        }
        fs::write(&path, &all).unwrap();
        let summary = verify(&path, |_| {}).unwrap();
        prop_assert_eq!(summary.lines, 0);
        prop_assert_eq!(summary.faults.is_empty(), all.is_empty());
    }

    #[test]
    fn any_change_of_a_byte_is_found(place in 0_usize..2000, byte in any::<u8>()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (path, text) = runtime.block_on(written(folder.path()));
        let mut bytes = text.into_bytes();
        let place = place % bytes.len();
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        let head = records(&path).1.head;
        fs::write(&path, &bytes).unwrap();
        let summary = records(&path).1;
        prop_assert!(!summary.faults.is_empty() || summary.head != head);
    }
}
