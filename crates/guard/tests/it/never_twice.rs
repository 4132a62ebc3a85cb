//! The two protections that need no policy: nothing is repeated while its outcome is unknown, and no
//! money moves twice in a row.

use std::time::Duration;

use serde_json::json;
use streampay_guard::*;

use crate::common::*;

const SECOND: Duration = Duration::from_secs(1);

async fn without_a_policy() -> (Agent, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::builder(TOOLS, sqlite(folder.path()).await).build().await.unwrap();
    (Agent::new(engine), folder)
}

#[tokio::test]
async fn an_unknown_outcome_holds_the_same_change_until_its_read_was_made() {
    let (agent, _folder) = without_a_policy().await;
    let refund = json!({"payment_id": "p10", "refund_reason": "DUPLICATE"});
    assert_eq!(agent.run(&REFUND, refund.clone(), Outcome::Unknown).await, "allow");
    // Other arguments, same target: the same change.
    let other = json!({"payment_id": "p10", "refund_reason": "OTHER"});
    let Decision::Deny(denial) = agent.ask(&REFUND, other.clone()).await else { panic!() };
    assert_eq!(denial.reason, DenyReason::OutcomeUnknown);
    assert!(denial.message.contains("`get_payment`"), "{denial}");
    // Another target is another change.
    assert_eq!(agent.refund("p50").await, "allow");
    agent.pass(SECOND);
    // The read of something else, and a read that failed, settle nothing.
    let read = |id: &str| json!({"payment_id": id});
    assert_eq!(agent.run(&GET_PAYMENT, read("p50"), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&GET_PAYMENT, read("p10"), Outcome::NotDone).await, "allow");
    assert_eq!(word(&agent.ask(&REFUND, other.clone()).await), "outcomeunknown");
    assert_eq!(agent.run(&GET_PAYMENT, read("p10"), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&REFUND, other, Outcome::Done).await, "allow");
}

#[tokio::test]
async fn a_read_that_began_before_the_outcome_was_unknown_settles_nothing() {
    let (agent, _folder) = without_a_policy().await;
    let read = json!({"payment_id": "p10"});
    let Decision::Allow(early) = agent.ask(&GET_PAYMENT, read).await else { panic!() };
    agent.pass(SECOND);
    let refund = json!({"payment_id": "p10"});
    assert_eq!(agent.run(&REFUND, refund.clone(), Outcome::Unknown).await, "allow");
    agent.pass(SECOND);
    agent.engine.finish(early, Outcome::Done, &json!({}), agent.now()).await;
    assert_eq!(word(&agent.ask(&REFUND, refund).await), "outcomeunknown");
}

#[tokio::test]
async fn another_key_does_not_settle_and_is_not_held() {
    let (mut agent, _folder) = without_a_policy().await;
    let refund = json!({"payment_id": "p10"});
    let ours = agent.caller.clone();
    assert_eq!(agent.run(&REFUND, refund.clone(), Outcome::Unknown).await, "allow");
    agent.pass(SECOND);
    agent.caller = caller(&agent.engine, "another");
    assert_eq!(agent.run(&GET_PAYMENT, refund.clone(), Outcome::Done).await, "allow");
    assert_eq!(word(&agent.ask(&REFUND, refund.clone()).await), "allow");
    agent.caller = ours;
    assert_eq!(word(&agent.ask(&REFUND, refund).await), "outcomeunknown");
}

#[tokio::test]
async fn a_change_under_way_holds_the_same_change_and_a_lost_one_becomes_unknown() {
    let (agent, _folder) = without_a_policy().await;
    let refund = json!({"payment_id": "p10"});
    let Decision::Allow(permit) = agent.ask(&REFUND, refund.clone()).await else { panic!() };
    assert_eq!(word(&agent.ask(&REFUND, refund.clone()).await), "running");
    // The read does not settle what is still running.
    assert_eq!(agent.run(&GET_PAYMENT, refund.clone(), Outcome::Done).await, "allow");
    assert_eq!(word(&agent.ask(&REFUND, refund.clone()).await), "running");
    drop(permit);
    agent.pass(Duration::from_secs(301));
    assert_eq!(word(&agent.ask(&REFUND, refund.clone()).await), "outcomeunknown");
    assert_eq!(agent.engine.held(agent.now()).await.unwrap().len(), 1);
    assert_eq!(agent.run(&GET_PAYMENT, refund.clone(), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&REFUND, refund, Outcome::Done).await, "allow");
    assert!(agent.engine.held(agent.now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_identical_money_move_is_answered_with_what_was_done() {
    let (agent, _folder) = without_a_policy().await;
    assert_eq!(agent.refund("p10").await, "allow");
    agent.pass(Duration::from_secs(599));
    let same = json!({"refund_reason": "DUPLICATE", "payment_id": "p10"});
    let Decision::AlreadyDone(done) = agent.ask(&REFUND, same.clone()).await else { panic!() };
    assert_eq!((done.at, done.ids), (start(), json!({"id": "made"})));
    agent.pass(Duration::from_secs(2));
    assert_eq!(word(&agent.ask(&REFUND, same).await), "allow");
    // What moves no money may be repeated.
    for _ in 0..2 {
        let change = json!({"customer_id": "a", "name": "b"});
        assert_eq!(agent.run(&RENAME, change, Outcome::Done).await, "allow");
    }
}

#[tokio::test]
async fn a_failed_move_may_be_repeated_and_the_policy_sets_the_window() {
    let (agent, _folder) = without_a_policy().await;
    let refund = json!({"payment_id": "p10"});
    for _ in 0..2 {
        assert_eq!(agent.run(&REFUND, refund.clone(), Outcome::NotDone).await, "allow");
    }
    for (text, after, expected) in [
        ("never_twice = \"off\"", 0, "allow"),
        ("never_twice = \"1m\"", 59, "already done"),
        ("never_twice = \"1m\"", 60, "allow"),
    ] {
        let (agent, _folder) = Agent::with(&format!("default = \"allow\"\n{text}")).await;
        assert_eq!(agent.refund("p10").await, "allow");
        agent.pass(Duration::from_secs(after));
        assert_eq!(agent.refund("p10").await, expected, "{text} after {after} s");
    }
}

#[tokio::test]
async fn a_person_can_let_a_held_change_through() {
    let (agent, _folder) = without_a_policy().await;
    let refund = json!({"payment_id": "p10"});
    agent.engine.approvers().set("sara", "a long passphrase").await.unwrap();
    assert_eq!(agent.run(&REFUND, refund.clone(), Outcome::Unknown).await, "allow");
    agent.pass(SECOND);
    let Decision::NeedsApproval(approval) = agent.ask(&REFUND, refund.clone()).await else {
        panic!()
    };
    assert!(approval.because.contains("outcome is unknown"), "{}", approval.because);
    agent.engine.vote(&approval.id, "sara", "a long passphrase", true, agent.now()).await.unwrap();
    assert_eq!(agent.run(&REFUND, refund.clone(), Outcome::Unknown).await, "allow");
    // Once; and the approval that was given before the second try does not cover it.
    agent.pass(SECOND);
    assert_eq!(word(&agent.ask(&REFUND, refund).await), "approve");
}

#[tokio::test]
async fn a_freeze_stops_changes_and_not_reads_even_in_shadow_mode() {
    for text in ["default = \"allow\"", "default = \"allow\"\nmode = \"shadow\""] {
        let (agent, _folder) = Agent::with(text).await;
        agent.engine.freeze("omar", "something\nis odd", agent.now()).await.unwrap();
        let Decision::Deny(denial) = agent.ask(&REFUND, json!({"payment_id": "p10"})).await else {
            panic!()
        };
        assert_eq!(denial.reason, DenyReason::Frozen);
        assert!(
            denial.message.contains("omar froze all changes")
                && denial.message.contains(": somethingis odd"),
            "{denial}"
        );
        let read = json!({"payment_id": "p10"});
        assert_eq!(agent.run(&GET_PAYMENT, read, Outcome::Done).await, "allow");
        agent.engine.unfreeze("omar", agent.now()).await.unwrap();
        assert_eq!(agent.refund("p10").await, "allow");
    }
}
