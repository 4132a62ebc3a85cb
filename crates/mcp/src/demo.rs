//! `stream-mcp demo`: a whole story through MCP, on a sandbox, told step by step.
//!
//! Everything an agent does goes through an MCP client and this server; what the payer does goes to
//! the sandbox, as it would go to the hosted checkout.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
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

const GOOD_CARD: &str = "4111111111111111";
const POOR_CARD: &str = "4123120001090000";
/// How far the signatures' times may be from this machine's: the story moves the sandbox's clock.
const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

/// Why the story stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The sandbox could not do its part.
    #[error("the sandbox: {0}")]
    Sandbox(#[from] streampay_sandbox::SandboxError),
    /// The server could not do its part.
    #[error("the server: {0}")]
    Server(String),
    /// A step ended in another way than it should.
    #[error("{step}: {what}")]
    Step {
        /// Which step.
        step: String,
        /// What came instead.
        what: String,
    },
    /// The story could not be written.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}

/// Plays the story and writes it to `out`.
///
/// # Errors
/// The first step that does not end as it should.
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

/// The shop's own server: it is told of events, and believes those that Stream signed.
#[derive(Clone)]
struct Hooks {
    secrets: Secrets,
    events: Arc<Mutex<Vec<Result<String, WebhookError>>>>,
}

impl Hooks {
    fn serve(listener: TcpListener, secret: &str) -> Result<Self, DemoError> {
        let secrets = Secrets::new([secret]).map_err(|error| refused(&error))?;
        let hooks = Self { secrets, events: Arc::default() };
        let router = Router::new().fallback(Self::receive).with_state(hooks.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(hooks)
    }

    async fn receive(State(hooks): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let event = webhook::verify(&hooks.secrets, &headers, &body, A_YEAR);
        let status = event.as_ref().map_or_else(WebhookError::status, |_| StatusCode::NO_CONTENT);
        let event = event.map(|event| event.event_type.to_string());
        hooks.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        status
    }

    fn take(&self) -> Result<Vec<String>, WebhookError> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *events).into_iter().collect()
    }
}

fn refused(error: &WebhookError) -> DemoError {
    DemoError::Step { step: "webhooks".to_owned(), what: error.to_string() }
}

struct Story<'a> {
    client: RunningService<RoleClient, ()>,
    sandbox: Running,
    out: &'a mut (dyn Write + Send),
    hooks: Hooks,
}

impl Story<'_> {
    async fn play(&mut self) -> Result<(), DemoError> {
        writeln!(self.out, "A shop on a sandbox of Stream at {}", self.sandbox.url())?;
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

        self.chapter("The payer tries a card without money, then a good one")?;
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

        self.chapter("The agent refunds, and asks twice")?;
        let refund = json!({"payment_id": at(&payment, "/payment_id"), "refund_reason": "REQUESTED_BY_CUSTOMER"});
        self.agent("refund_payment", refund.clone(), &["/current_status", "/refunded_at"]).await?;
        self.webhooks().await?;
        self.refused("refund_payment", refund).await?;

        self.chapter("A subscription renews when the clock moves")?;
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
        writeln!(self.out, "  clock  32 days pass")?;
        self.sandbox.sandbox().advance(Duration::from_secs(32 * 24 * 60 * 60)).await?;
        self.agent("list_subscriptions", of_customer, &shown).await?;
        self.webhooks().await?;

        writeln!(
            self.out,
            "\nThat was {} requests to the API.",
            self.sandbox.sandbox().requests().len()
        )?;
        Ok(())
    }

    fn chapter(&mut self, title: &str) -> Result<(), DemoError> {
        Ok(writeln!(self.out, "\n{title}")?)
    }

    /// An agent calls a tool; what lies at `shown` in the answer is told.
    async fn agent(
        &mut self,
        tool: &str,
        arguments: Value,
        shown: &[&str],
    ) -> Result<Value, DemoError> {
        let result = self.call(tool, arguments).await?;
        if result.is_error == Some(true) {
            return Err(DemoError::Step { step: tool.to_owned(), what: text(&result) });
        }
        let answer = result.structured_content.unwrap_or_default();
        let told: Vec<String> = shown
            .iter()
            .map(|pointer| {
                let name = pointer.rsplit('/').next().unwrap_or_default();
                format!("{name} {}", plain(at(&answer, pointer)))
            })
            .collect();
        writeln!(self.out, "         ← {}", told.join(", "))?;
        Ok(answer)
    }

    /// An agent calls a tool, and the API refuses.
    async fn refused(&mut self, tool: &str, arguments: Value) -> Result<(), DemoError> {
        let result = self.call(tool, arguments).await?;
        if result.is_error != Some(true) {
            let what = "it should have been refused".to_owned();
            return Err(DemoError::Step { step: tool.to_owned(), what });
        }
        Ok(writeln!(self.out, "         ✗ {}", text(&result))?)
    }

    async fn call(&mut self, tool: &str, arguments: Value) -> Result<CallToolResult, DemoError> {
        let arguments = arguments.as_object().cloned().unwrap_or_default();
        let told: Vec<String> =
            arguments.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
        writeln!(self.out, "  agent  {tool} {}", told.join(" "))?;
        let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let answered = self.client.call_tool(request).await;
        answered.map_err(|error| DemoError::Step { step: tool.to_owned(), what: error.to_string() })
    }

    /// A payer pays a link with a card.
    async fn payer(&mut self, link: &Value, card: &str, wanted: &str) -> Result<(), DemoError> {
        let id = at(link, "/id").as_str().unwrap_or_default();
        let receipt = self.sandbox.sandbox().pay_link(id, &json!({"card": card}))?;
        let status = at(&receipt, "/status").as_str().unwrap_or_default();
        let message = at(&receipt, "/message").as_str().unwrap_or_default();
        writeln!(self.out, "  payer  card {card}: {status} ({message})")?;
        if status != wanted {
            let what = format!("the payment should be {wanted}: {receipt}");
            return Err(DemoError::Step { step: "checkout".to_owned(), what });
        }
        Ok(())
    }

    /// Tells which webhooks came since the last time.
    async fn webhooks(&mut self) -> Result<(), DemoError> {
        self.sandbox.sandbox().flush_webhooks().await?;
        let events = self.hooks.take().map_err(|error| refused(&error))?;
        if events.is_empty() {
            let what = "no webhook came".to_owned();
            return Err(DemoError::Step { step: "webhooks".to_owned(), what });
        }
        Ok(writeln!(self.out, "  shop   is told, and the signatures hold: {}", events.join(", "))?)
    }
}

/// What lies at a JSON pointer, null where nothing does.
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

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
