//! The flags of `stream-mcp serve`. What they mean stands in the table of settings.

use clap::Args;
use streampay_mcp::settings::Values;

/// Flags that `serve` has; each sets the variable that its help names.
#[derive(Args, Default)]
pub(crate) struct ServeFlags {
    /// Listen here (STREAM_HTTP, otherwise 127.0.0.1:8000, or HOST and PORT)
    #[arg(long, value_name = "ADDRESS")]
    http: Option<String>,
    /// Callers without a key use the server's own (STREAM_SHARE_KEY)
    #[arg(long)]
    share_key: bool,
    /// A name under which the server is addressed; repeatable (STREAM_ALLOWED_HOSTS, otherwise localhost)
    #[arg(long, value_name = "HOST")]
    allowed_host: Vec<String>,
    /// The origin of a web page that may use the server; repeatable (STREAM_ALLOWED_ORIGINS)
    #[arg(long, value_name = "ORIGIN")]
    allowed_origin: Vec<String>,
    /// A proxy whose X-Forwarded-For is believed; repeatable (STREAM_TRUSTED_PROXIES)
    #[arg(long, value_name = "NETWORK")]
    trusted_proxy: Vec<String>,
    /// Serve Prometheus metrics here (STREAM_METRICS)
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<String>,
    /// The certificate chain, in PEM (STREAM_TLS_CERT)
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// The certificate's private key, in PEM (STREAM_TLS_KEY)
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// Where replicas keep what they share: memory, or redis://… (STREAM_STATE, otherwise memory)
    #[arg(long, value_name = "URL")]
    state: Option<String>,
    /// The largest body of a request, in bytes (STREAM_MAX_BODY, otherwise 1048576)
    #[arg(long, value_name = "BYTES")]
    max_body: Option<String>,
    /// Requests that may run at a time (STREAM_MAX_CALLS, otherwise 512)
    #[arg(long, value_name = "N")]
    max_calls: Option<String>,
    /// The same for one key, or one address without a key (STREAM_MAX_CALLS_PER_KEY, otherwise 64)
    #[arg(long, value_name = "N")]
    max_calls_per_key: Option<String>,
    /// Requests per second for one key, 0 for no limit (STREAM_RATE_PER_KEY, otherwise 50)
    #[arg(long, value_name = "N")]
    rate_per_key: Option<String>,
    /// Requests per second for one address, 0 for no limit (STREAM_RATE_PER_ADDRESS, otherwise 200)
    #[arg(long, value_name = "N")]
    rate_per_address: Option<String>,
    /// Open sessions of older clients (STREAM_MAX_SESSIONS, otherwise 20000)
    #[arg(long, value_name = "N")]
    max_sessions: Option<String>,
    /// Open connections (STREAM_MAX_CONNECTIONS, otherwise 20000)
    #[arg(long, value_name = "N")]
    max_connections: Option<String>,
    /// When an idle session ends (STREAM_SESSION_IDLE, otherwise 1800)
    #[arg(long, value_name = "SECONDS")]
    session_idle: Option<String>,
    /// For the headers of a request, and idle connections (STREAM_HEADER_TIMEOUT, otherwise 60)
    #[arg(long, value_name = "SECONDS")]
    header_timeout: Option<String>,
    /// For the body of a request (STREAM_BODY_TIMEOUT, otherwise 30)
    #[arg(long, value_name = "SECONDS")]
    body_timeout: Option<String>,
    /// For a call with all that it tries again (STREAM_CALL_TIMEOUT, otherwise 120)
    #[arg(long, value_name = "SECONDS")]
    call_timeout: Option<String>,
    /// For running calls when the server stops (STREAM_STOP_TIMEOUT, otherwise 30)
    #[arg(long, value_name = "SECONDS")]
    stop_timeout: Option<String>,
}

impl ServeFlags {
    /// The flags that were given, by their variables' names.
    pub(crate) fn values(self) -> Values {
        let list = |values: Vec<String>| (!values.is_empty()).then(|| values.join(","));
        let pairs = [
            ("STREAM_HTTP", self.http),
            ("STREAM_SHARE_KEY", self.share_key.then(|| "true".to_owned())),
            ("STREAM_ALLOWED_HOSTS", list(self.allowed_host)),
            ("STREAM_ALLOWED_ORIGINS", list(self.allowed_origin)),
            ("STREAM_TRUSTED_PROXIES", list(self.trusted_proxy)),
            ("STREAM_METRICS", self.metrics),
            ("STREAM_TLS_CERT", self.tls_cert),
            ("STREAM_TLS_KEY", self.tls_key),
            ("STREAM_STATE", self.state),
            ("STREAM_MAX_BODY", self.max_body),
            ("STREAM_MAX_CALLS", self.max_calls),
            ("STREAM_MAX_CALLS_PER_KEY", self.max_calls_per_key),
            ("STREAM_RATE_PER_KEY", self.rate_per_key),
            ("STREAM_RATE_PER_ADDRESS", self.rate_per_address),
            ("STREAM_MAX_SESSIONS", self.max_sessions),
            ("STREAM_MAX_CONNECTIONS", self.max_connections),
            ("STREAM_SESSION_IDLE", self.session_idle),
            ("STREAM_HEADER_TIMEOUT", self.header_timeout),
            ("STREAM_BODY_TIMEOUT", self.body_timeout),
            ("STREAM_CALL_TIMEOUT", self.call_timeout),
            ("STREAM_STOP_TIMEOUT", self.stop_timeout),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}
