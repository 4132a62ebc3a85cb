//! Approvals: what a person allows, once, and nothing else.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use streampay_guard::*;

use crate::common::*;

const PASS: &str = "correct horse battery";

fn rule(approvers: u8, extra: &str) -> String {
    format!(
        "{extra}\n[[rules]]\nname = \"Ask\"\ntools = [\"refund_payment\"]\ndecision = \"approve\"\napprovers = {approvers}\n"
    )
}

async fn asked(agent: &Agent, arguments: Value) -> Box<Approval> {
    match agent.ask(&REFUND, arguments).await {
        Decision::NeedsApproval(approval) => approval,
        other => panic!("{other:?}"),
    }
}

async fn people(agent: &Agent, names: &[&str]) {
    for name in names {
        agent.engine.approvers().set(name, PASS).await.unwrap();
    }
}

async fn yes(agent: &Agent, id: &str, name: &str) -> Result<Approval, ApprovalError> {
    agent.engine.vote(id, name, PASS, true, agent.now()).await
}

fn refund() -> Value {
    json!({"payment_id": "p10", "refund_reason": "OTHER"})
}

#[tokio::test]
async fn an_approval_is_good_for_one_execution() {
    let (agent, _folder) = Agent::with(&rule(1, "never_twice = \"off\"")).await;
    people(&agent, &["sara"]).await;
    let approval = asked(&agent, refund()).await;
    assert_eq!(approval.state, ApprovalState::Pending);
    assert!(approval.summary.en.contains("10.00 SAR leaves the account"), "{:?}", approval.summary);
    assert!(approval.summary.ar.contains("العميل: «Sara»"), "{:?}", approval.summary);
    assert_eq!(asked(&agent, refund()).await.id, approval.id, "asking again asks nobody anew");
    assert_eq!(yes(&agent, &approval.id, "sara").await.unwrap().state, ApprovalState::Approved);
    assert_eq!(agent.run(&REFUND, refund(), Outcome::Done).await, "allow");
    let now = agent.engine.approval(&approval.id, &agent.caller, agent.now()).await.unwrap();
    assert_eq!(now.unwrap().state, ApprovalState::Done);
    // Replayed: a new approval is needed.
    assert_ne!(asked(&agent, refund()).await.id, approval.id);
}

#[tokio::test]
async fn altered_arguments_and_other_keys_need_their_own_approval() {
    let (mut agent, _folder) = Agent::with(&rule(1, "")).await;
    people(&agent, &["sara"]).await;
    let approval = asked(&agent, refund()).await;
    yes(&agent, &approval.id, "sara").await.unwrap();
    for altered in [
        json!({"payment_id": "p50", "refund_reason": "OTHER"}),
        json!({"payment_id": "p10", "refund_reason": "FRAUDULENT"}),
        json!({"payment_id": "p10", "refund_reason": "OTHER", "refund_note": null}),
    ] {
        assert_ne!(asked(&agent, altered).await.id, approval.id);
    }
    let ours = agent.caller.clone();
    agent.caller = caller(&agent.engine, "another");
    assert_ne!(asked(&agent, refund()).await.id, approval.id);
    // A guessed id and another caller's id show nothing.
    let seen = agent.engine.approval(&approval.id, &agent.caller, agent.now()).await.unwrap();
    assert_eq!(seen, None);
    let guessed = "0".repeat(32);
    assert_eq!(agent.engine.approval(&guessed, &agent.caller, agent.now()).await.unwrap(), None);
    assert!(matches!(yes(&agent, &guessed, "sara").await, Err(ApprovalError::NoSuch)));
    // The order of members is not part of what was approved.
    agent.caller = ours;
    let turned = json!({"refund_reason": "OTHER", "payment_id": "p10"});
    assert_eq!(agent.run(&REFUND, turned, Outcome::Done).await, "allow");
}

#[tokio::test]
async fn an_expired_approval_is_refused_whenever_it_expires() {
    let (agent, _folder) = Agent::with(&rule(1, "approval_lifetime = \"10m\"")).await;
    people(&agent, &["sara"]).await;
    let first = asked(&agent, refund()).await;
    agent.pass(Duration::from_secs(600));
    let late = yes(&agent, &first.id, "sara").await;
    assert!(matches!(late, Err(ApprovalError::Closed(ApprovalState::Expired))), "{late:?}");
    let second = asked(&agent, refund()).await;
    yes(&agent, &second.id, "sara").await.unwrap();
    agent.pass(Duration::from_secs(600));
    assert_ne!(asked(&agent, refund()).await.id, second.id);
}

#[tokio::test]
async fn facts_that_changed_void_the_approval() {
    for (amount, status) in [("10.00", "REFUNDED"), ("11.00", "SUCCEEDED")] {
        let (agent, _folder) = Agent::with(&rule(1, "")).await;
        people(&agent, &["sara"]).await;
        let approval = asked(&agent, refund()).await;
        yes(&agent, &approval.id, "sara").await.unwrap();
        agent.api.payment("p10", amount, "SAR", status);
        assert_ne!(asked(&agent, refund()).await.id, approval.id, "{amount} {status}");
        let now = agent.engine.approval(&approval.id, &agent.caller, agent.now()).await.unwrap();
        assert_eq!(now.unwrap().state, ApprovalState::Void);
    }
}

#[tokio::test]
async fn facts_that_cannot_be_read_again_stop_the_call_and_keep_the_approval() {
    let (agent, _folder) = Agent::with(&rule(1, "")).await;
    people(&agent, &["sara"]).await;
    let approval = asked(&agent, refund()).await;
    yes(&agent, &approval.id, "sara").await.unwrap();
    let payment = agent.api.answers.lock().remove("p10").unwrap();
    assert_eq!(word(&agent.ask(&REFUND, refund()).await), "facts");
    agent.api.answers.lock().insert("p10".to_owned(), payment);
    assert_eq!(agent.run(&REFUND, refund(), Outcome::Done).await, "allow");
}

#[tokio::test]
async fn whoever_approves_is_told_that_it_may_have_happened_already() {
    let (agent, _folder) = Agent::with(&rule(1, "")).await;
    people(&agent, &["sara"]).await;
    let first = asked(&agent, refund()).await;
    yes(&agent, &first.id, "sara").await.unwrap();
    assert_eq!(agent.run(&REFUND, refund(), Outcome::Unknown).await, "allow");
    agent.pass(Duration::from_secs(1));
    let again = asked(&agent, json!({"payment_id": "p10", "refund_reason": "DUPLICATE"})).await;
    assert!(again.because.contains("its outcome is unknown"), "{}", again.because);
    assert!(!first.because.contains("unknown"), "{}", first.because);
}

#[tokio::test]
async fn nobody_is_asked_about_what_was_just_done() {
    let (agent, _folder) = Agent::with(&rule(1, "")).await;
    people(&agent, &["sara"]).await;
    let approval = asked(&agent, refund()).await;
    yes(&agent, &approval.id, "sara").await.unwrap();
    assert_eq!(agent.run(&REFUND, refund(), Outcome::Done).await, "allow");
    assert_eq!(word(&agent.ask(&REFUND, refund()).await), "already done");
    assert_eq!(agent.engine.approvals(10, agent.now()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_people_must_be_two_and_neither_may_own_the_key() {
    let probe = tempfile::tempdir().unwrap();
    let store = sqlite(probe.path()).await;
    let print = Fingerprinter::new(store.secret().await.unwrap()).fingerprint(b"key");
    let keys = format!("[[keys]]\nname = \"k\"\nfingerprint = \"{print}\"\nowner = \"sara\"\n");
    let engine =
        Engine::builder(TOOLS, store).policy(policy(&rule(2, &keys))).build().await.unwrap();
    let agent = Agent::new(engine);
    people(&agent, &["sara", "omar", "nora"]).await;
    let approval = asked(&agent, refund()).await;
    assert_eq!((approval.needs, approval.owner.as_deref()), (2, Some("sara")));
    let own = yes(&agent, &approval.id, "sara").await;
    assert!(matches!(own, Err(ApprovalError::Own(_))), "{own:?}");
    assert_eq!(yes(&agent, &approval.id, "omar").await.unwrap().state, ApprovalState::Pending);
    let again = yes(&agent, &approval.id, "omar").await;
    assert!(matches!(again, Err(ApprovalError::Again(_))), "{again:?}");
    assert_eq!(word(&agent.ask(&REFUND, refund()).await), "approve");
    assert_eq!(yes(&agent, &approval.id, "nora").await.unwrap().state, ApprovalState::Approved);
    assert_eq!(agent.run(&REFUND, refund(), Outcome::Done).await, "allow");
}

#[tokio::test]
async fn a_no_is_final_for_as_long_as_the_request_would_have_lived() {
    let (agent, _folder) = Agent::with(&rule(2, "")).await;
    people(&agent, &["sara", "omar"]).await;
    let approval = asked(&agent, refund()).await;
    yes(&agent, &approval.id, "sara").await.unwrap();
    let no = agent.engine.vote(&approval.id, "omar", PASS, false, agent.now()).await.unwrap();
    assert_eq!(no.state, ApprovalState::Denied);
    assert_eq!(agent.run(&REFUND, refund(), Outcome::Done).await, "denied");
    agent.pass(Duration::from_secs(15 * 60));
    assert_ne!(asked(&agent, refund()).await.id, approval.id);
}

#[tokio::test]
async fn two_decisions_at_once_count_once() {
    let (agent, _folder) = Agent::with(&rule(1, "")).await;
    people(&agent, &["sara", "omar"]).await;
    let approval = asked(&agent, refund()).await;
    let no = agent.engine.vote(&approval.id, "omar", PASS, false, agent.now());
    let (yes, no) = tokio::join!(yes(&agent, &approval.id, "sara"), no);
    assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_use_an_approval_once() {
    let (agent, _folder) = Agent::with(&rule(1, "never_twice = \"off\"")).await;
    people(&agent, &["sara"]).await;
    let approval = asked(&agent, refund()).await;
    yes(&agent, &approval.id, "sara").await.unwrap();
    let agent = Arc::new(agent);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let agent = Arc::clone(&agent);
            tokio::spawn(async move { word(&agent.ask(&REFUND, refund()).await) })
        })
        .collect();
    let mut allowed = 0;
    for call in calls {
        allowed += u32::from(call.await.unwrap() == "allow");
    }
    assert_eq!(allowed, 1);
}

#[tokio::test]
async fn attempts_at_a_passphrase_are_limited() {
    let (agent, _folder) = Agent::with(&rule(1, "")).await;
    people(&agent, &["sara"]).await;
    let approval = asked(&agent, refund()).await;
    let vote =
        |pass: &'static str| agent.engine.vote(&approval.id, "sara", pass, true, agent.now());
    for _ in 0..5 {
        let wrong = vote("wrong wrong wrong").await;
        assert!(matches!(wrong, Err(ApprovalError::Attempt(AttemptError::Wrong))), "{wrong:?}");
    }
    let locked = vote(PASS).await;
    assert!(matches!(locked, Err(ApprovalError::Attempt(AttemptError::TooMany(_)))), "{locked:?}");
    agent.pass(Duration::from_secs(15 * 60));
    assert!(agent.engine.approvers().check("sara", PASS, agent.now()).await.is_ok());
    let nobody = agent.engine.approvers().check("nobody", PASS, agent.now()).await;
    assert!(matches!(nobody, Err(AttemptError::Wrong)), "{nobody:?}");
    let short = agent.engine.approvers().set("omar", "short").await;
    assert!(matches!(short, Err(AttemptError::Length)), "{short:?}");
    assert_eq!(agent.engine.approvers().names().await.unwrap(), ["sara"]);
}

#[tokio::test]
async fn a_full_window_that_only_denies_asks_nobody() {
    let limits = "[[rules]]\nname = \"Few\"\ntools = [\"refund_payment\"]\nlimits = [{ window = \"day\", amount = 5, currency = \"SAR\" }]";
    let (agent, _folder) = Agent::with(&format!("{}{limits}", rule(1, ""))).await;
    assert_eq!(word(&agent.ask(&REFUND, refund()).await), "limit");
    assert!(agent.engine.approvals(10, agent.now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn waiting_ends_with_the_decision_or_with_patience() {
    let (agent, _folder) = Agent::with(&rule(1, "")).await;
    people(&agent, &["sara"]).await;
    *agent.at.lock() = jiff::Timestamp::now();
    let approval = asked(&agent, refund()).await;
    let waited = agent.engine.wait(&approval.id, Duration::from_millis(10)).await.unwrap();
    assert_eq!(waited.state, ApprovalState::Pending);
    let waiting = agent.engine.wait(&approval.id, Duration::from_secs(60));
    let (waited, voted) = tokio::join!(waiting, yes(&agent, &approval.id, "sara"));
    voted.unwrap();
    assert_eq!(waited.unwrap().state, ApprovalState::Approved);
}
