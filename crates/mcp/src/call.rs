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
use streampay_guard::{Outcome, Tool};
use tracing::{error, info, warn};

use crate::{
    answer, arguments,
    catalog::Kind,
    control::{self, Pass, Request},
    facts::{self, ApiFacts},
    registry::Entry,
    services::CallContext,
    shape::{self, ListOptions, Listing, Reply, Step},
    stakes,
    tool::{List, OperationTool, Pages},
    tools::{self, BuiltinTool},
    watch,
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
/// It sees what the tool puts at stake, the arguments as they will be sent, and the caller. What it returns as
/// an error is the result of the call. The decision is made in `control`.
///
/// # Errors
/// The result for a call that must not happen.
async fn authorize(
    context: CallContext<'_>,
    tool: &Tool,
    arguments: impl FnOnce() -> Map<String, Value> + Send,
) -> Result<Pass, Box<CallToolResult>> {
    let CallContext { services, caller, deadline, .. } = context;
    if !services.control.watches(tool) {
        return Ok(Pass::default());
    }
    let arguments = arguments();
    let request = Request { tool, arguments: &arguments, context: caller, deadline };
    services.control.decide(request, &ApiFacts { services, context: caller }).await
}

/// The extension point for shaping results: decides how much of an answer the agent gets.
///
/// It sees the call and the whole answer.
fn shape(context: CallContext<'_>, call: &PreparedCall<'_>, reply: Reply) -> CallToolResult {
    let limit = context.services.settings.results.max_result_tokens;
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
            Ok(arguments) => builtin(context, tool, arguments).await,
            Err(faults) => answer::invalid(name, &faults),
        },
    }
}

/// Calls a built-in tool. All of them only read.
async fn builtin(
    context: CallContext<'_>,
    tool: &'static dyn BuiltinTool,
    arguments: Map<String, Value>,
) -> CallToolResult {
    // The tools of search mode call others, which are decided on by themselves.
    let pass = match stakes::of(Kind::Builtin(tool)) {
        Some(stake) => match authorize(context, stake, || arguments.clone()).await {
            Ok(pass) => pass,
            Err(refusal) => return *refusal,
        },
        None => Pass::default(),
    };
    let mut result = tool.call(context, arguments).await;
    // The guides hold nobody's data, and their examples are to stay as they are.
    if let Some(mask) = context.mask().filter(|_| tool.info().toolset != "docs") {
        mask.result(&mut result);
    }
    let done = if result.is_error == Some(true) { Outcome::NotDone } else { Outcome::Done };
    context.services.control.finish(pass, done, &Value::Null).await;
    result
}

/// Calls an operation of the API.
async fn operation(context: CallContext<'_>, call: &PreparedCall<'_>) -> CallToolResult {
    let services = context.services;
    let arguments = || facts::sent(call.tool, call.arguments);
    let pass = match authorize(context, &call.tool.stake, arguments).await {
        Ok(pass) => pass,
        Err(mut refusal) => {
            if let Some(mask) = context.mask() {
                mask.result(&mut refusal);
            }
            return *refusal;
        }
    };
    let mode = pass.mode().filter(|_| !call.tool.effects.read_only);
    let sent = match call.options {
        Some(
            options @ ListOptions { all_pages: true, list: List { pages: Some(pages), .. }, .. },
        ) => read_pages(context, call, options, pages).await.map(|result| (result, Value::Null)),
        _ => send(context, call).await.map_err(|error| Failed { error, read: None }),
    };
    match sent {
        Ok((result, ids)) => {
            services.control.finish(pass, Outcome::Done, &ids).await;
            let mut result = tools::confirm(context, call.tool, call.arguments, result).await;
            if let Some(mask) = context.mask() {
                mask.result(&mut result);
            }
            if let Some(mode) = mode {
                control::mark(&mut result, mode);
            }
            result
        }
        Err(Failed { mut error, read }) => {
            let (outcome, status) = (error.outcome(), error.status());
            let known = match outcome {
                streampay::Outcome::Done => Outcome::Done,
                streampay::Outcome::NotDone => Outcome::NotDone,
                streampay::Outcome::Unknown => Outcome::Unknown,
            };
            services.control.finish(pass, known, &Value::Null).await;
            warn!(tool = call.tool.name, ?outcome, ?status, "failed");
            let mask = context.mask();
            if let Some(mask) = &mask {
                mask.error(&mut error);
            }
            let mut result = match read {
                Some(read) => answer::failure_after(call.tool, &error, read),
                None => answer::failure(call.tool, &error),
            };
            if let Some(mask) = &mask {
                mask.result(&mut result);
            }
            result
        }
    }
}

/// Sends the request. Gives the result, and the ids in the answer.
async fn send(
    context: CallContext<'_>,
    call: &PreparedCall<'_>,
) -> Result<(CallToolResult, Value), streampay::Error> {
    let client = context.services.client().await?;
    let answer = client.call_raw(call.tool.operation, call.arguments, call.context).await?;
    let shape = |json: Value, raw| {
        let ids = facts::ids(&json);
        (shape(context, call, reply(context, call.tool, json, raw)), ids)
    };
    context.services.budget.parse(answer, shape).await
}

/// An answer as the caller may see it.
fn reply(context: CallContext<'_>, tool: &OperationTool, mut json: Value, raw: String) -> Reply {
    match context.mask() {
        Some(mask) => {
            mask.answer(&mut json, tool.answer);
            Reply { json, raw: None }
        }
        None => Reply { json, raw: Some(raw) },
    }
}

/// How many pages are read in one call.
const MAX_PAGES: u64 = 100;

/// How many items a page has when all pages are read.
const PAGE_SIZE: u64 = 100;

/// Why a call failed.
struct Failed {
    error: streampay::Error,
    /// The first and the last page that were read before, and the argument with the number of the page.
    read: Option<(u64, u64, &'static str)>,
}

/// Reads a list page after page, until its end or the limit of a result.
async fn read_pages(
    context: CallContext<'_>,
    call: &PreparedCall<'_>,
    options: &ListOptions,
    pages: &'static Pages,
) -> Result<CallToolResult, Failed> {
    let services = context.services;
    let limit = services.settings.results.max_result_tokens;
    let api_name = |name: &'static str| {
        let argument = call.tool.arguments.iter().find(|argument| argument.name == name);
        argument.map_or(name, |argument| argument.api_name)
    };
    let (page_name, size_name) = (api_name(pages.page), api_name(pages.limit));
    let mut arguments = call.arguments.clone();
    arguments.query.entry(size_name).or_insert_with(|| json!(PAGE_SIZE));
    let first = arguments.query.get(page_name).and_then(Value::as_u64).unwrap_or(1);
    let mut listing = Listing::new(call.tool, options, limit);
    let mut page = first;
    loop {
        arguments.query.insert(page_name.to_owned(), json!(page));
        let begun = tokio::time::Instant::now();
        let read = async {
            let client = services.client().await?;
            let answer = client.call_raw(call.tool.operation, &arguments, call.context).await?;
            let add = |json, raw| listing.add(reply(context, call.tool, json, raw));
            services.budget.parse(answer, add).await
        };
        let step = match read.await {
            Ok(Ok(step)) => step,
            Ok(Err(reply)) => return Ok(shape::whole(call.tool, reply, limit)),
            Err(error) => {
                let read = (page > first).then(|| (first, page.saturating_sub(1), pages.page));
                return Err(Failed { error, read });
            }
        };
        let (seen, total) = listing.progress();
        watch::progress(seen, total, "items");
        if step != Step::Next {
            return Ok(listing.finish(None));
        }
        if page.saturating_sub(first).saturating_add(1) >= MAX_PAGES {
            let reason = format!("at most {MAX_PAGES} pages are read in one call");
            return Ok(listing.finish(Some(&reason)));
        }
        // The next page is expected to take as long as this one, and half as long again.
        let left = context.deadline.saturating_duration_since(tokio::time::Instant::now());
        if begun.elapsed().mul_f32(1.5) > left {
            return Ok(listing.finish(Some("the time for one call is nearly over")));
        }
        page = page.saturating_add(1);
    }
}
