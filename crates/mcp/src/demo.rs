//! `stream-mcp demo`: plays a story on a sandbox and prints every step of it.
//!
//! What the agent does goes through an MCP client and this server. What the payer does goes to the
//! sandbox, as it would go to the hosted checkout.

use std::{io::Write, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use parking_lot::Mutex;
use rmcp::{
    RoleClient, ServiceExt as _,
    model::{CallToolRequestParams, CallToolResult},
    service::RunningService,
};
use serde_json::{Value, json};
use streampay::webhook::{self, Secrets, WebhookError};
use streampay_sandbox::{Running, Sandbox};
use tokio::net::TcpListener;

use crate::{Server, settings::Settings};

/// A test card that is charged.
const GOOD_CARD: &str = "4111111111111111";

/// A test card without funds.
const POOR_CARD: &str = "4123120001090000";

/// How far the time of a signature may be from this machine's: the story moves the sandbox's clock.
const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

/// The width of the printed lines.
const WIDTH: usize = 92;

/// Where the second and further lines of a step begin.
const INDENT: usize = 10;

/// Why the story stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The sandbox failed.
    #[error("the sandbox failed: {0}")]
    Sandbox(#[from] streampay_sandbox::SandboxError),
    /// The server could not be started.
    #[error("the server failed: {0}")]
    Server(String),
    /// A step had an unexpected result.
    #[error("{step}: {message}")]
    Step {
        /// The step.
        step: String,
        /// What happened instead.
        message: String,
    },
    /// The story could not be written.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}

/// Plays the story and writes it to `out`.
///
/// # Errors
/// The first step with an unexpected result.
pub async fn run(out: &mut (dyn Write + Send)) -> Result<(), DemoError> {
    let sandbox = Sandbox::builder().build().await?.start_on_free_port().await?;
    let values = [("STREAM_API_KEY", sandbox.api_key()), ("STREAM_BASE_URL", sandbox.url())];
    let settings = Settings::read(|name| {
        values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    })
    .map_err(|faults| DemoError::Server(faults.to_string()))?;
    let server = Server::new(settings).map_err(|error| DemoError::Server(error.to_string()))?;
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move {
        if let Ok(running) = server.serve(theirs).await {
            let _ = running.waiting().await;
        }
    });
    let client = ().serve(ours).await.map_err(|error| DemoError::Server(error.to_string()))?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}/hooks", listener.local_addr()?);
    let secret = sandbox.sandbox().register_webhook(&url, None, &[])?;
    let hooks = Hooks::serve(listener, &secret)?;
    Story { client, sandbox, out, hooks }.play().await
}

/// The shop's own server. It receives webhooks and checks that Stream signed them.
#[derive(Clone)]
struct Hooks {
    secrets: Secrets,
    events: Arc<Mutex<Vec<Result<String, WebhookError>>>>,
}

impl Hooks {
    fn serve(listener: TcpListener, secret: &str) -> Result<Self, DemoError> {
        let secrets = Secrets::new([secret]).map_err(|error| unexpected("webhooks", error))?;
        let hooks = Self { secrets, events: Arc::default() };
        let router = Router::new().fallback(Self::receive).with_state(hooks.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(hooks)
    }

    async fn receive(State(hooks): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let event = webhook::verify(&hooks.secrets, &headers, &body, A_YEAR);
        let status = event.as_ref().map_or_else(WebhookError::status, |_| StatusCode::NO_CONTENT);
        let event = event.map(|event| event.event_type.to_string());
        hooks.events.lock().push(event);
        status
    }

    fn take(&self) -> Result<Vec<String>, WebhookError> {
        std::mem::take(&mut *self.events.lock()).into_iter().collect()
    }
}

fn unexpected(step: &str, message: impl ToString) -> DemoError {
    DemoError::Step { step: step.to_owned(), message: message.to_string() }
}

struct Story<'a> {
    client: RunningService<RoleClient, ()>,
    sandbox: Running,
    out: &'a mut (dyn Write + Send),
    hooks: Hooks,
}

impl Story<'_> {
    async fn play(&mut self) -> Result<(), DemoError> {
        writeln!(
            self.out,
            "A shop sells through a sandbox of Stream at {}. Nothing reaches Stream.",
            self.sandbox.url()
        )?;
        self.chapter("An agent sets up a sale")?;
        self.agent("get_account", json!({}), &["/organization/sandbox"]).await?;
        let customer = json!({"name": "Noura", "phone_number": "+966500000011"});
        let customer = self.agent("create_customer", customer, &["/id", "/name"]).await?;
        let price = json!([{"currency": "SAR", "amount": "230.00"}]);
        let product = json!({"name": "Annual check-up", "type": "ONE_OFF", "prices": price});
        let product = self.agent("create_product", product, &["/id", "/name"]).await?;
        let link = json!({"name": "Check-up for Noura", "organization_consumer_id": at(&customer, "/id"),
            "items": [{"product_id": at(&product, "/id")}], "max_number_of_payments": 1});
        let link = self.agent("create_payment_link", link, &["/url", "/amount", "/status"]).await?;

        self.chapter("The payer tries a card without funds, then a good one")?;
        self.payer(&link, POOR_CARD, "failed").await?;
        self.payer(&link, GOOD_CARD, "paid").await?;
        self.webhooks().await?;
        let query = json!({"payment_link_id": at(&link, "/id"), "include_payments": true});
        let invoices =
            self.agent("list_invoices", query, &["/data/0/status", "/data/0/total_amount"]).await?;
        let invoice = json!({"invoice_id": at(&invoices, "/data/0/id")});
        let invoice = self.agent("get_invoice", invoice, &["/status"]).await?;
        let payment = json!({"payment_id": at(&invoice, "/payments/0/id")});
        let shown = ["/amount", "/payment_method", "/current_status"];
        self.agent("get_payment", payment.clone(), &shown).await?;

        self.chapter("The agent refunds the payment, then tries to refund it twice more")?;
        let refund = json!({"payment_id": at(&payment, "/payment_id"), "refund_reason": "REQUESTED_BY_CUSTOMER"});
        self.agent("refund_payment", refund.clone(), &["/current_status", "/refunded_at"]).await?;
        self.webhooks().await?;
        self.repeated("refund_payment", refund).await?;
        let other =
            json!({"payment_id": at(&payment, "/payment_id"), "refund_reason": "DUPLICATE"});
        self.refused("refund_payment", other).await?;

        self.chapter("A subscription renews when time passes")?;
        let price = json!([{"currency": "SAR", "amount": "59.00"}]);
        let plan = json!({"name": "Monthly plan", "type": "RECURRING",
            "recurring_interval": "MONTH", "prices": price});
        let plan = self.agent("create_product", plan, &["/id", "/name"]).await?;
        let link = json!({"name": "Plan for Noura", "organization_consumer_id": at(&customer, "/id"),
            "items": [{"product_id": at(&plan, "/id")}], "max_number_of_payments": 1});
        let link = self.agent("create_payment_link", link, &["/url", "/amount"]).await?;
        self.payer(&link, GOOD_CARD, "paid").await?;
        self.webhooks().await?;
        let of_customer = json!({"organization_consumer_id": at(&customer, "/id")});
        let shown = ["/data/0/status", "/data/0/current_period_end"];
        self.agent("list_subscriptions", of_customer.clone(), &shown).await?;
        self.step("clock", "moves forward by 32 days")?;
        self.sandbox.sandbox().advance(Duration::from_secs(32 * 24 * 60 * 60)).await?;
        self.agent("list_subscriptions", of_customer, &shown).await?;
        self.webhooks().await?;

        let requests = self.sandbox.sandbox().requests().len();
        Ok(writeln!(self.out, "\nThe agent's tools sent {requests} requests to the API.")?)
    }

    fn chapter(&mut self, title: &str) -> Result<(), DemoError> {
        Ok(writeln!(self.out, "\n{title}\n")?)
    }

    /// Prints who does what.
    fn step(&mut self, who: &str, text: &str) -> Result<(), DemoError> {
        Ok(self.out.write_all(wrapped(&format!("  {who:<8}"), text).as_bytes())?)
    }

    /// Prints a result of the step before.
    fn result(&mut self, mark: char, text: &str) -> Result<(), DemoError> {
        let start = format!("{:>INDENT$}{mark} ", "");
        Ok(self.out.write_all(wrapped(&start, text).as_bytes())?)
    }

    /// The agent calls a tool; the members at `shown` in the answer are printed.
    async fn agent(
        &mut self,
        tool: &str,
        arguments: Value,
        shown: &[&str],
    ) -> Result<Value, DemoError> {
        let result = self.call(tool, arguments).await?;
        if result.is_error == Some(true) {
            return Err(unexpected(tool, text(&result)));
        }
        let answer = result.structured_content.unwrap_or_default();
        let members: Vec<String> = shown
            .iter()
            .map(|pointer| {
                member(pointer.rsplit('/').next().unwrap_or_default(), at(&answer, pointer))
            })
            .collect();
        self.result('→', &members.join("  "))?;
        Ok(answer)
    }

    /// The agent repeats a call, and the server answers with what was already done.
    async fn repeated(&mut self, tool: &str, arguments: Value) -> Result<(), DemoError> {
        let result = self.call(tool, arguments).await?;
        let text = text(&result);
        match text.split_once(", because") {
            Some((done, _)) if done.starts_with("ALREADY DONE") => self.result('=', done),
            _ => Err(unexpected(tool, text)),
        }
    }

    /// The agent calls a tool, and the API rejects it.
    async fn refused(&mut self, tool: &str, arguments: Value) -> Result<(), DemoError> {
        let result = self.call(tool, arguments).await?;
        if result.is_error != Some(true) {
            return Err(unexpected(tool, "the API should have rejected this"));
        }
        self.result('✗', &text(&result))
    }

    async fn call(&mut self, tool: &str, arguments: Value) -> Result<CallToolResult, DemoError> {
        let arguments = arguments.as_object().cloned().unwrap_or_default();
        let mut parts = vec![tool.to_owned()];
        parts.extend(arguments.iter().map(|(name, value)| member(name, value)));
        self.step("agent", &parts.join("  "))?;
        let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        self.client.call_tool(request).await.map_err(|error| unexpected(tool, error))
    }

    /// A payer pays a link with a card.
    async fn payer(&mut self, link: &Value, card: &str, wanted: &str) -> Result<(), DemoError> {
        let id = at(link, "/id").as_str().unwrap_or_default();
        let receipt = self.sandbox.sandbox().pay_link(id, &json!({"card": card}))?;
        let status = at(&receipt, "/status").as_str().unwrap_or_default();
        let message = at(&receipt, "/message").as_str().unwrap_or_default();
        self.step("payer", &format!("pays with card {card}: {status} ({message})"))?;
        if status != wanted {
            let message = format!("the payment should be {wanted}: {receipt}");
            return Err(unexpected("checkout", message));
        }
        Ok(())
    }

    /// Prints the webhooks that arrived since the last time.
    async fn webhooks(&mut self) -> Result<(), DemoError> {
        self.sandbox.sandbox().flush_webhooks().await?;
        let events = self.hooks.take().map_err(|error| unexpected("webhooks", error))?;
        if events.is_empty() {
            return Err(unexpected("webhooks", "no webhook arrived"));
        }
        let s = if events.len() == 1 { "" } else { "s" };
        let (count, names) = (events.len(), events.join(", "));
        self.step("shop", &format!("receives {count} webhook{s} with valid signatures: {names}"))
    }
}

/// The value at a JSON pointer, or null if there is none.
fn at<'a>(answer: &'a Value, pointer: &str) -> &'a Value {
    answer.pointer(pointer).unwrap_or(&Value::Null)
}

fn text(result: &CallToolResult) -> String {
    result
        .content
        .iter()
        .filter_map(|block| block.as_text())
        .map(|text| text.text.as_str())
        .collect()
}

/// A member for people: ids shortened, quotes only where they are needed.
fn member(name: &str, value: &Value) -> String {
    format!("{name}={}", short(value))
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) if uuid::Uuid::try_parse(text).is_ok() => {
            format!("{}…", text.get(..8).unwrap_or(text))
        }
        Value::String(text) if !text.contains(char::is_whitespace) => text.clone(),
        Value::Array(list) => {
            format!("[{}]", list.iter().map(short).collect::<Vec<_>>().join(", "))
        }
        Value::Object(map) => {
            let members: Vec<String> =
                map.iter().map(|(name, value)| member(name, value)).collect();
            format!("{{{}}}", members.join(" "))
        }
        other => other.to_string(),
    }
}

/// The text after `start`, in lines of at most `WIDTH` characters where words allow that. Its own line
/// breaks stay.
fn wrapped(start: &str, text: &str) -> String {
    let indent = start.chars().count();
    let mut out = start.to_owned();
    let mut column = indent;
    let mut gap = String::new();
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        if word.is_empty() {
            gap.push_str(part);
            continue;
        }
        let (length, space) = (word.chars().count(), gap.chars().count());
        let too_long = column + space + length > WIDTH;
        if column > indent && (too_long || gap.contains('\n')) {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else {
            out.push_str(&gap);
            column += space;
        }
        out.push_str(word);
        column += length;
        gap = part.get(word.len()..).unwrap_or_default().to_owned();
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{WIDTH, short, wrapped};

    #[test]
    fn values_are_printed_for_people() {
        let value =
            json!([{"id": "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c", "name": "two words", "n": 1.5}]);
        assert_eq!(short(&value), "[{id=3f2b8c1e… name=\"two words\" n=1.5}]");
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        let text = wrapped("  agent   ", &"word  ".repeat(30));
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.lines().skip(1).all(|line| line.starts_with("          word")), "{text}");
        assert_eq!(wrapped("> ", "one\ntwo three\n"), "> one\n  two three\n");
        let long = "x".repeat(200);
        assert_eq!(wrapped("> ", &long), format!("> {long}\n"));
    }
}
