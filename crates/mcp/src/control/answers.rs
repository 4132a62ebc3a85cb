//! The results of calls that are not sent.

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};
use streampay_guard::{Approval, ConfirmRequest, Denial, DenyReason, Done, Mode, Tool};

use crate::answer;

/// A call that the policy, a limit, a freeze or an unknown outcome stops.
pub(super) fn denied(tool: &Tool, denial: &Denial) -> CallToolResult {
    let name = tool.name;
    let text = if denial.reason == DenyReason::Hidden {
        denial.message.clone()
    } else {
        format!("{name} was not called. {}", denial.message)
    };
    let mut details = json!({"kind": "denied", "outcome": "not_done", "reason": denial.reason});
    if let (Some(rule), Some(members)) = (&denial.rule, details.as_object_mut())
        && denial.reason != DenyReason::Hidden
    {
        members.insert("rule".to_owned(), json!(rule));
    }
    answer::error(&text, details)
}

/// A call that a person must approve and nobody has decided on yet.
pub(super) fn pending(tool: &Tool, approval: &Approval, nobody: bool) -> CallToolResult {
    let Approval { id, summary, because, needs, expires, .. } = approval;
    let name = tool.name;
    let people = if *needs > 1 { format!("{needs} people") } else { "a person".to_owned() };
    let how = if nobody {
        "No approver is set up yet: the owner of the account does that with `stream-mcp approvals setup \
         NAME`, outside of this conversation."
            .to_owned()
    } else {
        format!(
            "They decide with `stream-mcp approvals approve {id}` or `deny`, outside of this conversation."
        )
    };
    let text = format!(
        "PENDING: {name} needs the approval of {people} ({because}). Nothing was sent.\n{}\nTell the user \
         that approval {id} is waiting until {expires}. {how} After the decision, call {name} again with \
         exactly the same arguments; other arguments need another approval.",
        summary.en
    );
    let details = json!({
        "kind": "approval_pending",
        "outcome": "not_done",
        "approval": {"id": id, "expires": expires, "needs": needs},
    });
    answer::error(&text, details)
}

/// A call that the user must confirm, which this server does not ask for.
pub(super) fn unconfirmed(tool: &Tool, request: &ConfirmRequest) -> CallToolResult {
    let text = format!(
        "{} needs a confirmation that this server cannot ask for. Nothing was sent.\n{}",
        tool.name, request.summary.en
    );
    answer::error(&text, json!({"kind": "denied", "outcome": "not_done", "reason": "confirm"}))
}

/// A change that was made a moment ago.
pub(super) fn already_done(tool: &Tool, done: &Done) -> CallToolResult {
    let name = tool.name;
    let ids = match &done.ids {
        Value::Object(ids) => {
            let ids: Vec<String> = ids.iter().map(|(name, id)| format!("{name} {id}")).collect();
            format!(" ({})", ids.join(", "))
        }
        _ => String::new(),
    };
    let text = format!(
        "ALREADY DONE: the same call of {name} succeeded at {}{ids}. Nothing was sent again, because an \
         identical change that moves money shortly afterwards is nearly always a mistake. If the user wants \
         it a second time, tell them to wait, or to change something that tells the two apart.",
        done.at
    );
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    let mut structured = serde_json::Map::new();
    if let Value::Object(ids) = &done.ids {
        structured.extend(ids.clone());
    }
    structured.insert("already_done".to_owned(), json!({"at": done.at, "ids": done.ids}));
    result.structured_content = Some(Value::Object(structured));
    result
}

/// A call that nothing can decide on.
pub(super) fn unusable(tool: &Tool) -> CallToolResult {
    let text = format!(
        "{} was not called, because the policy of this server cannot be applied; its log says why. \
         Nothing was sent. Tell the user.",
        tool.name
    );
    answer::error(&text, json!({"kind": "denied", "outcome": "not_done", "reason": "store"}))
}

/// Says in a result whether a change was made with real money.
pub(crate) fn mark(result: &mut CallToolResult, mode: Mode) {
    let words = match mode {
        Mode::Live => "Live mode: real money.",
        Mode::Test => "Test mode: no real money.",
    };
    result.content.push(ContentBlock::text(words));
}
