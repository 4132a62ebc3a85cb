//! What the process reports about itself while it runs: its log on stderr, and traces for OpenTelemetry.
//!
//! Neither contains a key, an argument or an answer, at any level. Our own modules keep to that; the
//! libraries do not, since rmcp and hyper log whole messages. So only our own modules are logged.
//! What is counted is in `metrics`.

use std::{
    collections::HashMap,
    env, fmt as std_fmt, io,
    io::IsTerminal as _,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::{Args, ValueEnum};

use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator as _},
    trace::TracerProvider as _,
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider, SpanData},
};
use percent_encoding::percent_decode_str;
use rmcp::{RoleServer, service::RequestContext};
use tracing::{Instrument as _, Level, Metadata, Span, field::Empty, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt as _, filter_fn},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};
use url::Url;

use crate::outcome::CallOutcome;

/// The target of spans that are exported but not logged, where they would lengthen every line.
const TRACES: &str = "telemetry";

/// Whether traces are exported. If not, calls need not look for the trace that they belong to.
static EXPORTING: AtomicBool = AtomicBool::new(false);

/// What is logged, and where traces go.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Log and traces")]
pub struct LogSettings {
    /// What is logged to stderr: `error`, `warn`, `info`, `debug` or `trace`, also by module. Without it,
    /// `warn`; `serve` also logs calls. Only the modules of this program are logged, because libraries
    /// (rmcp, hyper, reqwest and others) would log the contents of messages.
    #[arg(long = "log", env = "RUST_LOG", global = true, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<String>,
    /// How the log is written: `text`, or `json` for one object per line.
    #[arg(
        long = "log-format",
        env = "STREAM_LOG_FORMAT",
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub format: LogFormat,
    /// Where traces are sent in OTLP over HTTP, like `http://127.0.0.1:4318`. Headers, sampling, batches
    /// and the name of the service follow the usual `OTEL_…` variables.
    #[arg(
        long = "otlp", env = "OTEL_EXPORTER_OTLP_ENDPOINT", global = true, value_name = "URL",
        value_parser = Collector::parse
    )]
    pub otlp: Option<Collector>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// A collector of traces. Its address may contain a password, so it does not print.
#[derive(Clone)]
pub struct Collector {
    /// Where it takes traces, without user name and password.
    endpoint: Url,
    /// The user name and password as the value of an `Authorization` header.
    authorization: Option<String>,
}

impl std_fmt::Debug for Collector {
    fn fmt(&self, f: &mut std_fmt::Formatter<'_>) -> std_fmt::Result {
        f.write_str("Collector(…)")
    }
}

impl Collector {
    fn parse(text: &str) -> Result<Self, String> {
        let mut url =
            Url::parse(text.trim()).map_err(|error| format!("not a valid URL: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must begin with http:// or https://".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            let message = "must not have a query or a fragment; put secrets into \
                           OTEL_EXPORTER_OTLP_HEADERS";
            return Err(message.to_owned());
        }
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = decoded(url.username());
        let password = decoded(url.password().unwrap_or_default());
        let authorization = (!user.is_empty() || !password.is_empty())
            .then(|| format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
        let clean = url.set_username("").and_then(|()| url.set_password(None));
        clean.map_err(|()| "not a valid URL".to_owned())?;
        let path = format!("{}/v1/traces", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Self { endpoint: url, authorization })
    }
}

fn filter(text: &str) -> Result<String, String> {
    let parsed = EnvFilter::try_new(text);
    parsed.map(|_| text.to_owned()).map_err(|_| "not a valid filter, like `info`".to_owned())
}

/// Keeps the export of traces running. Sends the last ones when it is dropped.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(_)) = self.0.as_ref().map(SdkTracerProvider::shutdown) {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// Starts log and traces. stdout belongs to the protocol, so the log goes to stderr. Where the settings
/// name no filter, `usual` applies.
///
/// # Errors
/// Exporting cannot be set up, or the process logs already.
pub fn start(settings: &LogSettings, usual: &str) -> Result<Telemetry, String> {
    let off = env::var("OTEL_SDK_DISABLED").is_ok_and(|text| text.eq_ignore_ascii_case("true"));
    let provider = settings.otlp.as_ref().filter(|_| !off).map(provider_for).transpose()?;
    let layers = layers(settings, usual, provider.as_ref());
    EXPORTING.store(provider.is_some(), Ordering::Relaxed);
    tracing_subscriber::registry()
        .with(layers)
        .try_init()
        .map_err(|error| format!("logging cannot be set up: {error}"))?;
    Ok(Telemetry(provider))
}

type Layers = Vec<Box<dyn Layer<Registry> + Send + Sync>>;

/// The log, and traces if they are exported. A missing layer has to be left out, since an empty one in
/// its place would enable every span.
fn layers(settings: &LogSettings, usual: &str, provider: Option<&SdkTracerProvider>) -> Layers {
    let filter = EnvFilter::new(settings.filter.as_deref().unwrap_or(usual));
    let filter = filter.and(filter_fn(is_ours));
    let log = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let log = match settings.format {
        LogFormat::Text => log.with_filter(filter).boxed(),
        LogFormat::Json => {
            log.json().flatten_event(true).with_span_list(false).with_filter(filter).boxed()
        }
    };
    let traces = provider.map(|provider| {
        let tracer: SdkTracer = provider.tracer("stream-mcp");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false);
        layer.with_threads(false).with_filter(filter_fn(is_traced)).boxed()
    });
    [Some(log), traces].into_iter().flatten().collect()
}

fn provider_for(collector: &Collector) -> Result<SdkTracerProvider, String> {
    let mut exporter =
        SpanExporter::builder().with_http().with_endpoint(collector.endpoint.as_str());
    if let Some(authorization) = &collector.authorization {
        let headers = HashMap::from([("authorization".to_owned(), authorization.clone())]);
        exporter = exporter.with_headers(headers);
    }
    let exporter = exporter
        .build()
        .map(Reporting::new)
        .map_err(|_| "the exporter of traces cannot be set up".to_owned())?;
    let mut resource = Resource::builder()
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("stream-mcp");
    }
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter);
    Ok(provider.with_resource(resource.build()).build())
}

/// An exporter that logs its failures without the address of the collector, which may be secret.
#[derive(Debug)]
struct Reporting {
    exporter: SpanExporter,
    failing: AtomicBool,
}

impl Reporting {
    fn new(exporter: SpanExporter) -> Self {
        Self { exporter, failing: AtomicBool::new(false) }
    }
}

impl opentelemetry_sdk::trace::SpanExporter for Reporting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let result = self.exporter.export(batch).await;
        if self.failing.swap(result.is_err(), Ordering::AcqRel) != result.is_err() {
            match result {
                Ok(()) => tracing::info!("traces are sent again"),
                Err(_) => tracing::warn!("traces cannot be sent to the collector (--otlp)"),
            }
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Whether a target is a module of this crate.
fn is_of(what: &Metadata<'_>, name: &str) -> bool {
    let rest = what.target().strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What is written by this program itself, and so fit for its log.
fn is_ours(what: &Metadata<'_>) -> bool {
    let names = ["stream_mcp", "streampay_mcp", "streampay", "streampay_sandbox"];
    names.iter().any(|name| is_of(what, name))
}

/// Calls, their requests to the API, and what was logged during them.
fn is_traced(what: &Metadata<'_>) -> bool {
    what.target() == TRACES
        || (is_of(what, "streampay") && *what.level() <= Level::DEBUG)
        || (is_of(what, "streampay_mcp") && what.is_event() && *what.level() <= Level::INFO)
}

/// The span of a call in traces, with the names of OpenTelemetry's conventions for MCP.
pub(crate) struct CallSpan(Span);

impl CallSpan {
    pub(crate) fn new(
        tool: &'static str,
        request_id: Option<&str>,
        parent: Option<Context>,
    ) -> Self {
        let span = trace_span!(
            target: TRACES,
            "call",
            "otel.name" = format_args!("tools/call {tool}"),
            "otel.kind" = "server",
            "otel.status_code" = Empty,
            "mcp.method.name" = "tools/call",
            "gen_ai.tool.name" = tool,
            "error.type" = Empty,
            "stream.outcome" = Empty,
            "stream.request_id" = request_id,
        );
        if let Some(parent) = parent {
            // Fails only if nothing is exported.
            let _ = span.set_parent(parent);
        }
        Self(span)
    }

    pub(crate) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.in_scope(work)
    }

    /// Makes the work of a call part of its trace.
    pub(crate) fn around<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        work.instrument(self.0.clone())
    }

    pub(crate) fn ended(&self, outcome: CallOutcome) {
        self.0.record("stream.outcome", outcome.name());
        if outcome != CallOutcome::Done {
            self.0.record("otel.status_code", "ERROR");
            self.0.record("error.type", outcome.name());
        }
    }
}

/// The trace that a request belongs to, from its `_meta` as in the protocol, or from its headers.
pub(crate) fn parent(context: &RequestContext<RoleServer>) -> Option<Context> {
    if !EXPORTING.load(Ordering::Relaxed) {
        return None;
    }
    let headers = context.extensions.get::<http::request::Parts>().map(|parts| &parts.headers);
    let header = |name: &str| headers.and_then(|headers| headers.get(name)?.to_str().ok());
    let incoming = match context.meta.get_traceparent() {
        Some(parent) => Incoming { parent, state: context.meta.get_tracestate() },
        None => Incoming { parent: header("traceparent")?, state: header("tracestate") },
    };
    Some(TraceContextPropagator::new().extract_with_context(&Context::new(), &incoming))
}

/// The two values of a W3C trace context.
struct Incoming<'a> {
    parent: &'a str,
    state: Option<&'a str>,
}

impl Extractor for Incoming<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => Some(self.parent),
            "tracestate" => self.state,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing::{info_span, trace_span, warn_span};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::{LogSettings, TRACES, layers};

    /// Which spans are enabled: one of another crate, one of a call, one that is logged.
    fn enabled(provider: Option<&SdkTracerProvider>) -> [bool; 3] {
        let layers = layers(&LogSettings::default(), "warn", provider);
        let subscriber = tracing_subscriber::registry().with(layers);
        tracing::subscriber::with_default(subscriber, || {
            [
                info_span!(target: "rmcp", "other"),
                trace_span!(target: TRACES, "call"),
                warn_span!("logged"),
            ]
            .map(|span| !span.is_disabled())
        })
    }

    #[test]
    fn only_spans_that_are_logged_or_exported_are_enabled() {
        assert_eq!(enabled(None), [false, false, true]);
        assert_eq!(enabled(Some(&SdkTracerProvider::builder().build())), [false, true, true]);
    }
}
