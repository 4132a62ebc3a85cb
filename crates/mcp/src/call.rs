//! One tool call, from its arguments to its result.
//!
//! ```text
//! arguments → check → authorize → send → shape → result
//! ```
//!
//! [`authorize`] and [`shape`] are the extension points for authorization and for shaping results. Each is
//! called in one place, for every tool that calls an operation of the API.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures_util::FutureExt as _;
use rmcp::model::CallToolResult;
use serde_json::{Map, Value, json};
use streampay::{Arguments, Context};
use tracing::{error, info, warn};

use crate::{
    answer, arguments,
    catalog::Kind,
    registry::Entry,
    services::{CallContext, Services},
    shape::{self, ListOptions, Listing, Reply},
    tool::OperationTool,
    tools,
};

/// A call of an operation whose arguments are valid.
struct PreparedCall<'a> {
    tool: &'static OperationTool,
    arguments: &'a Arguments,
    /// How the caller wants the list that the tool answers with.
    options: Option<&'a ListOptions>,
    /// The key, the branch and the request id of the caller.
    context: &'a Context,
}

/// The extension point for authorization: decides whether a call may happen, before anything is sent.
///
/// It sees the tool, the arguments as they will be sent, and the caller. What it returns as an error is the
/// result of the call. Every call is allowed today; the key decides what the API permits.
///
/// # Errors
/// The result for a call that must not happen.
async fn authorize(_call: &PreparedCall<'_>) -> Result<(), Box<CallToolResult>> {
    Ok(())
}

/// The extension point for shaping results: decides how much of an answer the agent gets.
///
/// It sees the call and the whole answer.
fn shape(services: &Services, call: &PreparedCall<'_>, reply: Reply) -> CallToolResult {
    let limit = services.settings.results.max_result_tokens;
    let Some(options) = call.options else { return shape::whole(call.tool, reply, limit) };
    let mut listing = Listing::new(call.tool, options, limit);
    match listing.add(reply) {
        Ok(_) => listing.finish(None),
        Err(reply) => shape::whole(call.tool, reply, limit),
    }
}

/// Calls a tool. There is always a result: a panic becomes an error like any other.
pub(crate) async fn call(
    context: CallContext<'_>,
    tool: &Entry,
    arguments: Map<String, Value>,
) -> CallToolResult {
    let name = tool.kind.name();
    let start = Instant::now();
    let dispatched = AssertUnwindSafe(dispatch(context, tool, arguments));
    match dispatched.catch_unwind().await {
        Ok(result) => {
            let milliseconds = start.elapsed().as_millis();
            info!(tool = name, error = result.is_error == Some(true), milliseconds, "called");
            result
        }
        Err(_) => {
            error!(tool = name, "the call panicked; this is a bug in the server");
            answer::panicked(tool.kind.change(), name)
        }
    }
}

async fn dispatch(
    context: CallContext<'_>,
    tool: &Entry,
    arguments: Map<String, Value>,
) -> CallToolResult {
    let name = tool.kind.name();
    let checker = match tool.checker() {
        Ok(checker) => checker,
        Err(message) => {
            error!(tool = name, message, "the schema of the tool does not compile");
            let details = json!({"kind": "internal", "outcome": "not_done"});
            let text =
                format!("{name} was not called, because of a bug in the server. Nothing was sent.");
            return answer::error(&text, details);
        }
    };
    match tool.kind {
        Kind::Operation(tool) => match arguments::prepare(tool, checker, arguments) {
            Ok((arguments, options)) => {
                let options = options.as_ref();
                let caller = context.caller;
                let call = PreparedCall { tool, arguments: &arguments, options, context: caller };
                operation(context, &call).await
            }
            Err(faults) => answer::invalid(name, &faults),
        },
        Kind::Builtin(tool) => match checker.check(arguments) {
            Ok(arguments) => tool.call(context, arguments).await,
            Err(faults) => answer::invalid(name, &faults),
        },
    }
}

/// Calls an operation of the API.
async fn operation(context: CallContext<'_>, call: &PreparedCall<'_>) -> CallToolResult {
    if let Err(refusal) = authorize(call).await {
        return *refusal;
    }
    match send(context.services, call).await {
        Ok(result) => tools::confirm(context, call.tool, call.arguments, result).await,
        Err(error) => {
            let (outcome, status) = (error.outcome(), error.status());
            warn!(tool = call.tool.name, ?outcome, ?status, "failed");
            answer::failure(call.tool, &error)
        }
    }
}

async fn send(
    services: &Services,
    call: &PreparedCall<'_>,
) -> Result<CallToolResult, streampay::Error> {
    let client = services.client().await?;
    let answer = client.call_raw(call.tool.operation, call.arguments, call.context).await?;
    let shape = |json, raw| shape(services, call, Reply { json, raw: Some(raw) });
    services.budget.parse(answer, shape).await
}
