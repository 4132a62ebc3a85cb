//! One call from its arguments to its result: checked, permitted, sent, shaped.
//!
//! A request flows one way through here. What decides whether a call may happen belongs between
//! "checked" and "sent"; what shortens or selects belongs between "sent" and "shaped". Both places see
//! the tool, the arguments, the caller and (the latter) the outcome.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures_util::FutureExt as _;
use rmcp::model::CallToolResult;
use serde_json::{Map, Value, json};
use streampay::{Client, Context};
use tracing::{error, info, warn};

use crate::{
    answer, arguments,
    budget::Budget,
    docs::Docs,
    registry::{Entry, Kind},
    settings::Settings,
    tool::OperationTool,
};

/// What calls need beside their arguments; shared by all of them.
pub(crate) struct Services {
    pub(crate) settings: Settings,
    pub(crate) docs: Docs,
    client: tokio::sync::OnceCell<Client>,
    budget: Budget,
}

impl Services {
    pub(crate) fn new(settings: Settings) -> Self {
        let docs = Docs::new(settings.api.docs_url.clone());
        Self { settings, docs, client: tokio::sync::OnceCell::new(), budget: Budget::default() }
    }

    /// The client, made when it is first needed: loading certificates takes longer than everything
    /// else that happens at start.
    async fn client(&self) -> Result<&Client, streampay::Error> {
        self.client.get_or_try_init(|| async { self.settings.client() }).await
    }
}

/// Calls a tool. Whatever happens, there is a result: a panic becomes an error like any other.
pub(crate) async fn call(
    services: &Services,
    entry: &Entry,
    given: Map<String, Value>,
    caller: &Context,
) -> CallToolResult {
    let name = entry.kind.name();
    let start = Instant::now();
    let result = AssertUnwindSafe(dispatch(services, entry, given, caller)).catch_unwind().await;
    let failed = |result: &CallToolResult| result.is_error == Some(true);
    match result {
        Ok(result) => {
            let milliseconds = start.elapsed().as_millis();
            info!(tool = name, error = failed(&result), milliseconds, "called");
            result
        }
        Err(_) => {
            error!(tool = name, "the call panicked; this is a defect of the server");
            panicked(&entry.kind)
        }
    }
}

async fn dispatch(
    services: &Services,
    entry: &Entry,
    given: Map<String, Value>,
    caller: &Context,
) -> CallToolResult {
    let checker = match entry.checker() {
        Ok(checker) => checker,
        Err(message) => {
            error!(tool = entry.kind.name(), message, "the tool's schema cannot be compiled");
            let details = json!({"kind": "internal", "outcome": "not_done"});
            return answer::error(
                "This tool has a defect in the server and was not called.",
                details,
            );
        }
    };
    match &entry.kind {
        Kind::Operation(tool) => match arguments::prepare(tool, checker, given) {
            Ok(arguments) => operation(services, tool, &arguments, caller).await,
            Err(faults) => answer::invalid(tool.name, &faults),
        },
        Kind::Compound(tool) => match checker.check(given) {
            Ok(arguments) => tool.call(services, arguments).await,
            Err(faults) => answer::invalid(tool.words().name, &faults),
        },
    }
}

async fn operation(
    services: &Services,
    tool: &OperationTool,
    arguments: &streampay::Arguments,
    caller: &Context,
) -> CallToolResult {
    let result = match services.client().await {
        Ok(client) => client.call_raw(tool.operation, arguments, caller).await,
        Err(error) => Err(error),
    };
    let result = match result {
        Ok(raw) => services.budget.parse(raw, |answer| answer::success(tool, answer)).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(result) => result,
        Err(error) => {
            let (outcome, status) = (error.outcome(), error.status());
            warn!(tool = tool.name, ?outcome, ?status, "failed");
            answer::failure(tool, &error)
        }
    }
}

/// After a panic nobody knows how far the call got.
fn panicked(kind: &Kind) -> CallToolResult {
    let harmless = match kind {
        Kind::Operation(tool) => tool.effects.read_only,
        Kind::Compound(_) => true,
    };
    let (text, outcome) = if harmless {
        ("The server failed while calling this tool. Nothing was changed.", "not_done")
    } else {
        (
            "The server failed while calling this tool. THE OUTCOME IS UNKNOWN: the change may have \
             been made. Look before calling it again.",
            "unknown",
        )
    };
    answer::error(text, json!({"kind": "internal", "outcome": outcome}))
}
