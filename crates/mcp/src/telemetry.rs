//! What the process says of itself while it runs: its log on stderr, and traces for OpenTelemetry.
//!
//! Neither holds a key, an argument or an answer. What is counted stands in `metrics`.

use std::{
    env, io,
    io::IsTerminal as _,
    sync::atomic::{AtomicBool, Ordering},
};

use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator as _},
    trace::TracerProvider as _,
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use rmcp::{RoleServer, service::RequestContext};
use tracing::{Instrument as _, Level, Metadata, Span, field::Empty, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::filter_fn, fmt, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};
use url::Url;

use crate::metrics::Outcome;

/// The target of spans that are for traces only, so that they do not lengthen every line of the log.
const TRACES: &str = "telemetry";

/// Whether traces are exported. Without that, no call looks for the trace it belongs to.
static EXPORTING: AtomicBool = AtomicBool::new(false);

/// What is said, and how.
#[derive(Debug, Default)]
pub struct Options<'a> {
    /// What is logged, as `RUST_LOG` has it.
    pub filter: Option<&'a str>,
    /// What is logged where that says nothing.
    pub usual: &'a str,
    /// `text` or `json`, one object a line.
    pub format: Option<&'a str>,
    /// A collector that speaks OTLP over HTTP, without the path `/v1/traces`.
    pub otlp: Option<&'a str>,
}

/// Sends what is left when it is dropped.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.as_ref().map(SdkTracerProvider::shutdown) {
            tracing::warn!("the last traces could not be sent: {error}");
        }
    }
}

/// Starts log and traces. stdout belongs to the protocol, so the log goes to stderr.
///
/// # Errors
/// A setting that cannot be used, by its name.
pub fn start(options: &Options<'_>) -> Result<Telemetry, String> {
    let off = env::var("OTEL_SDK_DISABLED").is_ok_and(|text| text.eq_ignore_ascii_case("true"));
    let endpoint = options.otlp.filter(|text| !off && !text.trim().is_empty());
    let provider = endpoint.map(provider_for).transpose()?;
    let layers = layers(options, provider.as_ref())?;
    EXPORTING.store(provider.is_some(), Ordering::Relaxed);
    tracing_subscriber::registry()
        .with(layers)
        .try_init()
        .map_err(|error| format!("logging cannot be set up: {error}"))?;
    Ok(Telemetry(provider))
}

type Layers = Vec<Box<dyn Layer<Registry> + Send + Sync>>;

/// The log, and traces where there is somebody to send them to. A layer that is not there has to be left
/// out: an empty one in its place would have every span made.
fn layers(options: &Options<'_>, provider: Option<&SdkTracerProvider>) -> Result<Layers, String> {
    let filter = options.filter.filter(|text| !text.trim().is_empty()).unwrap_or(options.usual);
    let filter = EnvFilter::try_new(filter)
        .map_err(|_| format!("RUST_LOG: `{filter}` is no filter (example: RUST_LOG=info)"))?;
    let log = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let log = match options.format.map(str::trim) {
        None | Some("" | "text") => log.with_filter(filter).boxed(),
        Some("json") => {
            log.json().flatten_event(true).with_span_list(false).with_filter(filter).boxed()
        }
        Some(_) => return Err("STREAM_LOG_FORMAT: must be `text` or `json`".to_owned()),
    };
    let traces = provider.map(|provider| {
        let tracer: SdkTracer = provider.tracer("stream-mcp");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false);
        layer.with_threads(false).with_filter(filter_fn(is_traced)).boxed()
    });
    Ok([Some(log), traces].into_iter().flatten().collect())
}

fn provider_for(endpoint: &str) -> Result<SdkTracerProvider, String> {
    let fault = |what: &dyn std::fmt::Display| {
        format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT: {what} (example: OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318)"
        )
    };
    let url = Url::parse(endpoint.trim()).map_err(|error| fault(&error))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault(&"must begin with http:// or https://"));
    }
    let endpoint = format!("{}/v1/traces", url.as_str().trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_endpoint(endpoint);
    let exporter = exporter.build().map_err(|error| fault(&error))?;
    let mut resource = Resource::builder()
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("stream-mcp");
    }
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter);
    Ok(provider.with_resource(resource.build()).build())
}

/// Calls, their requests to the API, and what was logged during them.
fn is_traced(what: &Metadata<'_>) -> bool {
    let of = |module: &str| {
        let rest = what.target().strip_prefix(module);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    what.target() == TRACES
        || (of("streampay") && *what.level() <= Level::DEBUG)
        || (of("streampay_mcp") && what.is_event() && *what.level() <= Level::INFO)
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
            // Fails only where nothing is exported.
            let _ = span.set_parent(parent);
        }
        Self(span)
    }

    pub(crate) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.in_scope(work)
    }

    /// Makes what a call does a part of its trace.
    pub(crate) fn around<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        work.instrument(self.0.clone())
    }

    pub(crate) fn ended(&self, outcome: Outcome) {
        self.0.record("stream.outcome", outcome.word());
        if outcome != Outcome::Done {
            self.0.record("otel.status_code", "ERROR");
            self.0.record("error.type", outcome.word());
        }
    }
}

/// The trace that a request belongs to: by its `_meta`, as the protocol has it, or by its headers.
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

/// The two values of W3C's Trace Context.
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

    use super::{Options, TRACES, layers};

    /// Which spans are made: one of another crate, one of a call, one that is logged.
    fn made(provider: Option<&SdkTracerProvider>) -> [bool; 3] {
        let options = Options { usual: "warn", ..Options::default() };
        let subscriber = tracing_subscriber::registry().with(layers(&options, provider).unwrap());
        tracing::subscriber::with_default(subscriber, || {
            [info_span!("other"), trace_span!(target: TRACES, "call"), warn_span!("logged")]
                .map(|span| !span.is_disabled())
        })
    }

    #[test]
    fn only_spans_that_somebody_reads_are_made() {
        assert_eq!(made(None), [false, false, true]);
        assert_eq!(made(Some(&SdkTracerProvider::builder().build())), [false, true, true]);
    }
}
