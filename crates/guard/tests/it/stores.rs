//! What every store must do, asked of both.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use streampay_guard::*;

use crate::common::*;

/// Runs the same scenario with a fresh store of each kind.
async fn each<F: Future<Output = ()>>(scenario: impl Fn(Arc<dyn Store>) -> F) {
    let folder = tempfile::tempdir().unwrap();
    scenario(sqlite(folder.path()).await).await;
    if let Some(redis) = Redis::start().await {
        scenario(redis.store("each").await).await;
    }
}

fn key() -> Fingerprint {
    Fingerprint::parse("0123456789abcdef").unwrap()
}

fn digest(n: u8) -> Digest {
    format!("{n:02x}").repeat(32).parse().unwrap()
}

fn request(id: &str, change: u8, at: i64) -> ReserveRequest {
    ReserveRequest {
        id: id.to_owned(),
        change: digest(change),
        identical: digest(change + 100),
        verify: Some(digest(change + 50)),
        once_since: Some(at - 1000),
        at,
        lease: at + 100,
        tool: "tool".to_owned(),
        key: key(),
        charges: Vec::new(),
        enforce: true,
        read: false,
        approval: None,
    }
}

fn charge(amount: i64, most: i64) -> Charge {
    Charge {
        counter: digest(200),
        window: Window::Hour,
        amount,
        most_amount: Some(most),
        most_count: None,
        rule: "rule".to_owned(),
        may_be_approved: false,
        adds: true,
    }
}

fn approval(id: &str, needs: u8, created: i64, expires: i64) -> Approval {
    let at = |at| Timestamp::from_millisecond(at).unwrap();
    let json = json!({"id": id, "digest": digest(9), "key": "0123456789abcdef", "owner": null,
        "tool": "tool", "arguments": {"z": [], "a": {}, "n": 1e2, "text": "سارة"},
        "summary": {"en": "en", "ar": "ar"}, "amount": {"amount": "1.50", "currency": "SAR"},
        "facts": [], "because": "b", "needs": needs, "created": at(created), "expires": at(expires)});
    serde_json::from_value(json).unwrap()
}

fn vote(name: &str, approve: bool) -> Vote {
    Vote { approver: name.to_owned(), approve, at: Timestamp::UNIX_EPOCH }
}

#[tokio::test]
async fn a_change_is_held_until_it_is_settled_or_read() {
    each(async |store| {
        assert_eq!(store.reserve(request("a", 1, 1000)).await.unwrap(), Reserved::Taken);
        let Reserved::Held(held) = store.reserve(request("b", 1, 1050)).await.unwrap() else {
            panic!()
        };
        assert!(held.id == "a" && held.running && held.tool == "tool");
        let Reserved::Held(held) = store.reserve(request("b", 1, 1100)).await.unwrap() else {
            panic!()
        };
        assert!(!held.running, "its lease is over");
        assert_eq!(store.release(&[digest(51)], 1099).await.unwrap(), 0);
        assert_eq!(store.release(&[digest(51)], 1100).await.unwrap(), 1);
        assert_eq!(store.reserve(request("b", 1, 1100)).await.unwrap(), Reserved::Taken);
        store.settle("b", Settlement::Unknown, &json!(null), 1200).await.unwrap();
        assert_eq!(store.release(&[digest(51)], 1199).await.unwrap(), 0);
        // What was unknown may become known, later and once.
        store.settle("b", Settlement::Done, &json!({"id": "x"}), 1300).await.unwrap();
        store.settle("b", Settlement::NotDone, &json!(null), 1301).await.unwrap();
        let done = store.reserve(request("c", 1, 1400)).await.unwrap();
        assert_eq!(done, Reserved::AlreadyDone { at: 1300, result: json!({"id": "x"}) });
        assert_eq!(store.reserve(request("c", 1, 2300)).await.unwrap(), Reserved::Taken);
        assert!(store.knows("a").await.unwrap() && !store.knows("z").await.unwrap());
        let held = store.held(2300).await.unwrap();
        assert_eq!(held.iter().map(|held| held.id.as_str()).collect::<Vec<_>>(), ["c"]);
    })
    .await;
}

#[tokio::test]
async fn windows_take_what_fits_and_give_back_what_was_not_done() {
    each(async |store| {
        let spend = async |id: &str, change: u8, amount: i64, at: i64| {
            let request =
                ReserveRequest { charges: vec![charge(amount, 100)], ..request(id, change, at) };
            store.reserve(request).await.unwrap()
        };
        let hour = 3_600_000;
        assert_eq!(spend("a", 1, 60, 0).await, Reserved::Taken);
        assert_eq!(spend("b", 2, 41, 0).await, Reserved::Full(0, Usage { amount: 60, count: 1 }));
        assert_eq!(spend("b", 2, 40, 0).await, Reserved::Taken);
        store.settle("a", Settlement::NotDone, &json!(null), 1).await.unwrap();
        store.settle("b", Settlement::Unknown, &json!(null), 1).await.unwrap();
        let counter = Counter { counter: digest(200), window: Window::Hour };
        let usage = async |at: i64| store.usage(&[counter, counter], at).await.unwrap();
        assert_eq!(usage(2).await, [Usage { amount: 40, count: 1 }; 2]);
        // It slides out with its bucket, not before the hour has passed.
        assert_eq!(usage(hour).await[0].amount, 40);
        assert_eq!(usage(-hour).await[0].amount, 40, "a clock that was set back forgets nothing");
        assert_eq!(usage(hour + 60_000).await[0].amount, 0);
        store.settle("b", Settlement::NotDone, &json!(null), hour * 2).await.unwrap();
        assert_eq!(usage(hour * 2).await[0], Usage { amount: 0, count: 0 });
        // Settled late, it does not make room for more than there is.
        assert_eq!(spend("c", 3, 101, hour * 2).await, Reserved::Full(0, Usage::default()));
        assert_eq!(spend("c", 3, 100, hour * 2).await, Reserved::Taken);
    })
    .await;
}

#[tokio::test]
async fn large_sums_are_exact() {
    each(async |store| {
        let most = 1_000_000_000_000_000;
        for (id, change, amount) in [("a", 1, most - 1), ("b", 2, 1)] {
            let request =
                ReserveRequest { charges: vec![charge(amount, most)], ..request(id, change, 0) };
            assert_eq!(store.reserve(request).await.unwrap(), Reserved::Taken);
        }
        let request = ReserveRequest { charges: vec![charge(1, most)], ..request("c", 3, 0) };
        let full = Reserved::Full(0, Usage { amount: most, count: 2 });
        assert_eq!(store.reserve(request).await.unwrap(), full);
    })
    .await;
}

#[tokio::test]
async fn approvals_are_kept_exactly_voted_on_and_used_once() {
    each(async |store| {
        let wanted = approval("one", 2, 1000, 2000);
        assert_eq!(store.propose(wanted.clone(), 1000).await.unwrap(), Some(wanted));
        let again = store.propose(approval("two", 2, 1500, 2500), 1500).await.unwrap().unwrap();
        assert_eq!(again.id, "one");
        let use_it = async |id: &str, at: i64| {
            let request = ReserveRequest { approval: Some("one".to_owned()), ..request(id, 1, at) };
            store.reserve(request).await.unwrap()
        };
        assert_eq!(use_it("r", 1500).await, Reserved::NotApproved(ApprovalState::Pending));
        let counted = store.vote("one", vote("a", true), 1500).await.unwrap();
        assert!(matches!(counted, Voted::Counted(now) if now.state == ApprovalState::Pending));
        assert_eq!(store.vote("one", vote("a", true), 1500).await.unwrap(), Voted::Again);
        let counted = store.vote("one", vote("b", true), 1500).await.unwrap();
        let Voted::Counted(now) = counted else { panic!() };
        assert_eq!((now.state, now.votes.len()), (ApprovalState::Approved, 2));
        let closed = Voted::Closed(ApprovalState::Approved);
        assert_eq!(store.vote("one", vote("c", false), 1500).await.unwrap(), closed);
        assert_eq!(use_it("r", 2000).await, Reserved::NotApproved(ApprovalState::Expired));
        assert_eq!(use_it("r", 1600).await, Reserved::Taken);
        assert_eq!(use_it("s", 1600).await, Reserved::NotApproved(ApprovalState::Running));
        store.settle("r", Settlement::NotDone, &json!(null), 1700).await.unwrap();
        let state = store.approval("one", 1700).await.unwrap().unwrap().state;
        assert_eq!(state, ApprovalState::Failed);
        assert_eq!(store.approval_for(&digest(9), 1700).await.unwrap(), None);
        let two = store.propose(approval("two", 1, 1700, 2700), 1700).await.unwrap().unwrap();
        assert_eq!(two.id, "two");
        store.void("two", 1700).await.unwrap();
        let closed = Voted::Closed(ApprovalState::Void);
        assert_eq!(store.vote("two", vote("a", true), 1700).await.unwrap(), closed);
        assert_eq!(store.vote("no", vote("a", true), 1700).await.unwrap(), Voted::NoSuch);
        let listed = store.approvals(10, 1700).await.unwrap();
        assert_eq!(listed.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), ["two", "one"]);
        assert_eq!(store.approval("no", 1).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn requests_of_one_key_are_bounded() {
    each(async |store| {
        let ask = async |n: u32, at: i64| {
            let mut wanted = approval(&format!("a{n}"), 1, at, at + 1000);
            wanted.digest = format!("{n:064x}").parse().unwrap();
            store.propose(wanted, at).await.unwrap().is_some()
        };
        for n in 0..MOST_REQUESTS {
            assert!(ask(n, 0).await, "request {n}");
        }
        assert!(!ask(MOST_REQUESTS, 999).await);
        assert!(ask(0, 999).await, "a request that is open is found");
        assert!(ask(MOST_REQUESTS, 1000).await, "the others have expired");
    })
    .await;
}

#[tokio::test]
async fn obstacles_are_seen_without_taking_anything() {
    each(async |store| {
        let none = store.obstacles(&request("a", 1, 1000)).await.unwrap();
        assert_eq!(none, Obstacles::default());
        assert_eq!(store.reserve(request("a", 1, 1000)).await.unwrap(), Reserved::Taken);
        let held = store.obstacles(&request("b", 1, 1001)).await.unwrap().held.unwrap();
        assert!(held.id == "a" && held.running);
        store.settle("a", Settlement::Done, &json!({"id": "x"}), 1002).await.unwrap();
        let done = store.obstacles(&request("b", 1, 1003)).await.unwrap().done;
        assert_eq!(done, Some((1002, json!({"id": "x"}))));
        let freeze =
            Freeze { by: "a".to_owned(), reason: "b".to_owned(), at: Timestamp::UNIX_EPOCH };
        store.set_freeze(Some(freeze.clone())).await.unwrap();
        let frozen = store.obstacles(&request("b", 2, 1003)).await.unwrap().frozen;
        assert_eq!(frozen, Some(freeze));
        let read = ReserveRequest { read: true, ..request("r", 3, 1003) };
        assert_eq!(store.reserve(read).await.unwrap(), Reserved::Taken, "reads go on");
    })
    .await;
}

#[tokio::test]
async fn freeze_approvers_attempts_and_secret_are_kept() {
    each(async |store| {
        let freeze =
            Freeze { by: "a".to_owned(), reason: "b".to_owned(), at: Timestamp::UNIX_EPOCH };
        store.set_freeze(Some(freeze.clone())).await.unwrap();
        assert_eq!(store.frozen().await.unwrap(), Some(freeze.clone()));
        let reserved = store.reserve(request("a", 1, 0)).await.unwrap();
        assert_eq!(reserved, Reserved::Frozen(freeze));
        store.set_freeze(None).await.unwrap();
        assert_eq!(store.frozen().await.unwrap(), None);
        store.set_approver("b", Some("h1")).await.unwrap();
        store.set_approver("a", Some("h2")).await.unwrap();
        store.set_approver("b", Some("h3")).await.unwrap();
        assert_eq!(store.approvers().await.unwrap(), ["a", "b"]);
        assert_eq!(store.approver("b").await.unwrap().as_deref(), Some("h3"));
        store.set_approver("b", None).await.unwrap();
        assert_eq!(store.approver("b").await.unwrap(), None);
        for at in 0..3 {
            assert_eq!(store.attempt("a", 3, 100, at).await.unwrap(), None);
        }
        assert_eq!(store.attempt("a", 3, 100, 40).await.unwrap(), Some(60));
        assert_eq!(store.attempt("a", 3, 100, 100).await.unwrap(), None);
        store.forget_attempts("a").await.unwrap();
        assert_eq!(store.attempt("a", 1, 100, 101).await.unwrap(), None);
        assert_eq!(store.secret().await.unwrap(), store.secret().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_something_else_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guard.db");
    std::fs::write(&path, "a letter").unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(error.to_string().contains("not a store of this program"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"a letter");
    let foreign = folder.path().join("foreign.db");
    let connection = rusqlite::Connection::open(&foreign).unwrap();
    connection.execute("CREATE TABLE t(x)", []).unwrap();
    assert!(SqliteStore::open(&foreign).await.is_err());
    connection.pragma_update(None, "application_id", 0x5347_5244).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    let error = SqliteStore::open(&foreign).await.unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test]
async fn a_store_that_cannot_be_used_stops_changes_and_not_reads() {
    let Some(redis) = Redis::start().await else { return };
    let engine = Engine::builder(TOOLS, redis.store("gone").await).build().await.unwrap();
    drop(redis);
    let agent = Agent::new(engine);
    let decision = agent.ask(&REFUND, json!({"payment_id": "p10"})).await;
    let Decision::Deny(denial) = decision else { panic!("{decision:?}") };
    assert_eq!(denial.reason, DenyReason::Store);
    assert!(denial.message.starts_with("The store in Redis"), "{denial}");
    let read = agent.run(&LIST_INVOICES, json!({}), Outcome::Done).await;
    assert_eq!(read, "allow");
}

#[tokio::test]
async fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guard.db");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let store = sqlite(folder.path()).await;
    store.secret().await.unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
    }
}
