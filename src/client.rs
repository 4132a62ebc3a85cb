//! Builds a client, from settings in code or from the environment.

use std::{env, fmt, str::FromStr, sync::Arc, time::Duration};

use reqwest::header::HeaderValue;
use url::{Host, Url};

use crate::{
    DEFAULT_BASE_URL,
    call::{Answer, Arguments, Context, RawAnswer},
    core::{Config, Core, DEFAULT_MAX_ANSWER, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT},
    credentials::ApiKey,
    error::{ConfigError, Error},
    hook::{Hook, Hooks},
    operation::Operation,
};

const MAX_TIMEOUT: Duration = Duration::from_secs(600);
const MAX_RETRIES: u32 = 10;
const LEAST_ANSWER: usize = 1024;
const MOST_ANSWER: usize = 64 * 1024 * 1024;

/// A client of the Stream API, with one method for each operation and the lossless [`Client::call`].
///
/// Cloning is cheap: clones share their connections. A client can be used from many threads.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) inner: Core,
}

/// Builds a [`Client`].
#[derive(Debug, Clone, Default)]
pub struct Builder {
    key: Option<ApiKey>,
    base_url: Option<Url>,
    timeout: Option<Duration>,
    max_retries: Option<u32>,
    max_answer: Option<usize>,
    branch: Option<uuid::Uuid>,
    user_agent: Option<String>,
    configure_http: Option<ConfigureHttp>,
    hooks: Hooks,
}

/// Settings of the HTTP client that the caller adds.
#[derive(Clone)]
struct ConfigureHttp(Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>);

impl fmt::Debug for ConfigureHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Builder {
    /// Sets the key. Without one, only calls that bring their own key succeed.
    #[must_use]
    pub fn key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Sets the address of the API: https, or http on a loopback address. The default is
    /// [`DEFAULT_BASE_URL`].
    #[must_use]
    pub fn base_url(mut self, url: Url) -> Self {
        self.base_url = Some(url);
        self
    }

    /// Sets how long one attempt may take, up to 600 seconds. The default is [`DEFAULT_TIMEOUT`].
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how often a request is retried, from 0 to 10. The default is [`DEFAULT_MAX_RETRIES`].
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// Sets the largest answer that is read, from 1 KiB to 64 MiB. The default is
    /// [`DEFAULT_MAX_ANSWER`].
    ///
    /// If the answer to a change is larger, the error's [`Outcome`](crate::Outcome) is `Done`.
    #[must_use]
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = Some(bytes);
        self
    }

    /// Sets the branch to act in. The default is the key's default branch.
    #[must_use]
    pub fn branch(mut self, branch: uuid::Uuid) -> Self {
        self.branch = Some(branch);
        self
    }

    /// Sets a product name that precedes the library's own in `User-Agent`, such as `shop/1.0`.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Changes the HTTP client, for example its proxy, certificates or connection pool.
    ///
    /// Redirects and retries stay off whatever is set here: a redirect would send the key to another
    /// host, and a retry could send money twice.
    ///
    /// ```
    /// let client = streampay::Client::builder()
    ///     .configure_http(|http| http.no_proxy().pool_max_idle_per_host(4))
    ///     .build()?;
    /// # Ok::<(), streampay::Error>(())
    /// ```
    #[must_use]
    pub fn configure_http(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure_http = Some(ConfigureHttp(Arc::new(configure)));
        self
    }

    /// Adds a hook, which sees every attempt and may add headers to it.
    #[must_use]
    pub fn hook(mut self, hook: impl Hook) -> Self {
        self.hooks.add(hook);
        self
    }

    /// Reads the settings from the environment; see [`Builder::read`].
    ///
    /// # Errors
    /// As [`Builder::read`].
    pub fn env(self) -> Result<Self, Vec<ConfigError>> {
        self.read(|name| env::var(name).ok())
    }

    /// Reads `STREAM_API_KEY`, `STREAM_BASE_URL`, `STREAM_TIMEOUT` (seconds), `STREAM_MAX_RETRIES`,
    /// `STREAM_MAX_ANSWER` (bytes) and `STREAM_BRANCH_ID` from a source of variables. A variable that
    /// is missing or empty leaves the setting as it is.
    ///
    /// # Errors
    /// All settings whose values cannot be used.
    pub fn read(
        mut self,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<ConfigError>> {
        let mut faults = Vec::new();
        let mut read = |name: &str, set: &mut dyn FnMut(&str) -> Result<(), ConfigError>| {
            if let Some(text) = lookup(name)
                && !text.trim().is_empty()
                && let Err(fault) = set(text.trim())
            {
                faults.push(fault);
            }
        };
        read("STREAM_API_KEY", &mut |text| parse_key(text).map(|key| self.key = Some(key)));
        read("STREAM_BASE_URL", &mut |text| {
            parse_base_url(text).map(|url| self.base_url = Some(url))
        });
        read("STREAM_TIMEOUT", &mut |text| {
            parse_timeout(text).map(|time| self.timeout = Some(time))
        });
        read("STREAM_MAX_RETRIES", &mut |text| {
            parse_max_retries(text).map(|retries| self.max_retries = Some(retries))
        });
        read("STREAM_MAX_ANSWER", &mut |text| {
            parse_max_answer(text).map(|bytes| self.max_answer = Some(bytes))
        });
        read("STREAM_BRANCH_ID", &mut |text| parse_branch(text).map(|id| self.branch = Some(id)));
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Error::Config`] with every setting that is out of range; [`Error::Request`] if the TLS library
    /// or the system's certificates cannot be loaded.
    pub fn build(self) -> Result<Client, Error> {
        let own = concat!("streampay-rust/", env!("CARGO_PKG_VERSION"));
        let config = Config {
            key: self.key,
            base_url: match self.base_url {
                Some(url) => url,
                None => Url::parse(DEFAULT_BASE_URL).map_err(|e| Error::Request(e.to_string()))?,
            },
            timeout: self.timeout.unwrap_or(DEFAULT_TIMEOUT),
            max_retries: self.max_retries.unwrap_or(DEFAULT_MAX_RETRIES),
            max_answer: self.max_answer.unwrap_or(DEFAULT_MAX_ANSWER),
            branch: self.branch,
            user_agent: self
                .user_agent
                .map_or_else(|| own.to_owned(), |name| format!("{name} {own}")),
        };
        let faults: Vec<ConfigError> = [
            check_base_url(&config.base_url),
            check_tls(&config.base_url),
            check_timeout(config.timeout),
            check_max_retries(config.max_retries),
            check_max_answer(config.max_answer),
            check_user_agent(&config.user_agent),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if !faults.is_empty() {
            return Err(Error::Config(faults));
        }
        let mut http =
            reqwest::Client::builder().connect_timeout(config.timeout.min(Duration::from_secs(10)));
        if is_loopback(&config.base_url) {
            // A proxy could not reach this machine's loopback address, and should not see the key.
            http = http.no_proxy();
        }
        if let Some(ConfigureHttp(configure)) = self.configure_http {
            http = configure(http);
        }
        #[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
        install_ring();
        let http = http
            // A redirect would carry the key to another host and turn a POST into a GET.
            .redirect(reqwest::redirect::Policy::none())
            // `retry` alone decides what is sent again.
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| Error::Request(error.to_string()))?;
        Ok(Client { inner: Core::new(http, config, self.hooks) })
    }
}

impl Client {
    /// Starts building a client.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Builds a client from the environment; see [`Builder::env`].
    ///
    /// # Errors
    /// [`Error::Config`] with the variables whose values cannot be used; [`Error::MissingKey`].
    pub fn from_env() -> Result<Self, Error> {
        let builder = Self::builder().env().map_err(Error::Config)?;
        if builder.key.is_none() {
            return Err(Error::MissingKey);
        }
        builder.build()
    }

    /// The same client, acting in another branch (`x-branch-id`). To change the branch of a single
    /// request, use the `branch` method of its builder.
    #[must_use]
    pub fn in_branch(&self, branch: uuid::Uuid) -> Self {
        Self { inner: self.inner.with(|config| config.branch = Some(branch)) }
    }

    /// The same client with another key. Both share one pool of connections.
    #[must_use]
    pub fn with_key(&self, key: ApiKey) -> Self {
        Self { inner: self.inner.with(|config| config.key = Some(key)) }
    }

    /// The client's settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.inner.config()
    }

    /// Calls any operation with JSON arguments.
    ///
    /// Dropping the future does not undo anything: a change that was already sent is still made.
    ///
    /// ```no_run
    /// # async fn example(client: streampay::Client) -> Result<(), streampay::Error> {
    /// use serde_json::json;
    /// use streampay::{Arguments, operations};
    ///
    /// let mut arguments = Arguments::default();
    /// arguments.path.insert("payment_id".into(), json!("3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c"));
    /// let answer = client.call(&operations::GET_PAYMENT, &arguments).await?;
    /// println!("{}", answer.json["current_status"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Arguments`] before anything is sent. For any other error, see [`Error::outcome`].
    pub async fn call(
        &self,
        operation: &Operation,
        arguments: &Arguments,
    ) -> Result<Answer, Error> {
        self.call_as(operation, arguments, &Context::default()).await
    }

    /// As [`Client::call`], with a key, a branch or a request id of its own. One client, and so one pool
    /// of connections, can serve many keys.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn call_as(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        context: &Context,
    ) -> Result<Answer, Error> {
        self.call_raw(operation, arguments, context).await?.parse()
    }

    /// As [`Client::call_as`], but returns the answer as text. A program that serves many callers can
    /// decide by its size when to parse it.
    ///
    /// # Errors
    /// As [`Client::call`], except that the body may not be JSON.
    pub async fn call_raw(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        context: &Context,
    ) -> Result<RawAnswer, Error> {
        self.inner.call(operation, arguments, context).await
    }
}

fn fault(setting: &'static str, message: impl Into<String>, example: &'static str) -> ConfigError {
    ConfigError { setting, message: message.into(), example }
}

fn parse_key(text: &str) -> Result<ApiKey, ConfigError> {
    let example = "STREAM_API_KEY=key:secret";
    ApiKey::parse(text).map_err(|error| fault("STREAM_API_KEY", error.to_string(), example))
}

fn base_url_fault(message: impl Into<String>) -> ConfigError {
    fault("STREAM_BASE_URL", message, "STREAM_BASE_URL=https://stream-app-service.streampay.sa")
}

fn parse_base_url(text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text)
        .map_err(|error| base_url_fault(format!("the URL is not valid: {error}")))?;
    check_base_url(&url).map(|()| url)
}

fn check_base_url(url: &Url) -> Result<(), ConfigError> {
    if !url.has_host() {
        return Err(base_url_fault("must name a host"));
    }
    if !is_https_or_loopback(url) {
        return Err(base_url_fault(match url.scheme() {
            "http" => "would send the key unencrypted; use https",
            _ => "must begin with https://",
        }));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(base_url_fault("must not contain a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(base_url_fault("must not have a query or a fragment"));
    }
    Ok(())
}

/// Whether data sent to this URL stays private: https, or http to a loopback address.
#[must_use]
pub fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether a URL leads to this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Gives rustls a crypto provider. One that the program has installed is kept.
#[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
fn install_ring() {
    use rustls::crypto::{CryptoProvider, ring};

    if CryptoProvider::get_default().is_none() {
        // This fails only if another thread has just installed one.
        let _ = ring::default_provider().install_default();
    }
}

fn check_tls(url: &Url) -> Result<(), ConfigError> {
    let tls = cfg!(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"));
    if url.scheme() == "https" && !tls {
        let message = "https needs one of the features `rustls`, `rustls-ring` and `native-tls` of \
             the crate streampay";
        return Err(base_url_fault(message));
    }
    Ok(())
}

fn timeout_fault() -> ConfigError {
    let message = "must be a number of seconds above 0 and at most 600";
    fault("STREAM_TIMEOUT", message, "STREAM_TIMEOUT=30")
}

fn parse_timeout(text: &str) -> Result<Duration, ConfigError> {
    let seconds = f64::from_str(text).ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
    let timeout = seconds.ok_or_else(timeout_fault)?;
    check_timeout(timeout).map(|()| timeout)
}

fn check_timeout(timeout: Duration) -> Result<(), ConfigError> {
    let fits = !timeout.is_zero() && timeout <= MAX_TIMEOUT;
    if fits { Ok(()) } else { Err(timeout_fault()) }
}

fn retries_fault() -> ConfigError {
    fault("STREAM_MAX_RETRIES", "must be a whole number from 0 to 10", "STREAM_MAX_RETRIES=2")
}

fn parse_max_retries(text: &str) -> Result<u32, ConfigError> {
    let retries = text.parse().map_err(|_| retries_fault())?;
    check_max_retries(retries).map(|()| retries)
}

fn check_max_retries(retries: u32) -> Result<(), ConfigError> {
    if retries <= MAX_RETRIES { Ok(()) } else { Err(retries_fault()) }
}

fn answer_fault() -> ConfigError {
    let message = format!("must be a number of bytes from {LEAST_ANSWER} to {MOST_ANSWER}");
    fault("STREAM_MAX_ANSWER", message, "STREAM_MAX_ANSWER=4194304")
}

fn parse_max_answer(text: &str) -> Result<usize, ConfigError> {
    let bytes = text.parse().map_err(|_| answer_fault())?;
    check_max_answer(bytes).map(|()| bytes)
}

fn check_max_answer(bytes: usize) -> Result<(), ConfigError> {
    if (LEAST_ANSWER..=MOST_ANSWER).contains(&bytes) { Ok(()) } else { Err(answer_fault()) }
}

fn check_user_agent(name: &str) -> Result<(), ConfigError> {
    let message = "must consist of characters that are allowed in a header";
    HeaderValue::from_str(name).map(|_| ()).map_err(|_| fault("user_agent", message, "shop/1.0"))
}

fn parse_branch(text: &str) -> Result<uuid::Uuid, ConfigError> {
    let example = "STREAM_BRANCH_ID=3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";
    uuid::Uuid::try_parse(text).map_err(|_| fault("STREAM_BRANCH_ID", "must be a UUID", example))
}

#[cfg(test)]
mod tests {
    use super::{
        Builder, Client, parse_base_url, parse_max_answer, parse_max_retries, parse_timeout,
    };
    use crate::error::Error;
    use std::time::Duration;

    #[test]
    fn a_base_url_must_not_expose_the_key() {
        for good in
            ["https://a.example", "http://127.0.0.1:1/x", "http://localhost:1", "http://[::1]:9"]
        {
            assert!(parse_base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example",
            "http://127.0.0.1.example",
            "ftp://a",
            "a.example",
            "https://u:p@a",
            "https://a?x=1",
            "",
        ] {
            assert!(parse_base_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_out_of_range_name_the_variable_and_an_example() {
        for bad in ["0", "-1", "x", "601", "NaN", "inf", "1e300", "1e-30"] {
            let text = parse_timeout(bad).unwrap_err().to_string();
            assert!(text.starts_with("STREAM_TIMEOUT: must be") && text.contains("=30"), "{text}");
        }
        assert!(parse_max_retries("11").is_err());
        assert_eq!(parse_max_retries("0").unwrap(), 0);
        for bad in ["1023", "67108865", "4 MiB", "-1"] {
            assert!(parse_max_answer(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_max_answer("1024").unwrap(), 1024);
    }

    #[test]
    fn settings_in_code_are_checked_like_those_of_the_environment() {
        type Change = fn(Builder) -> Builder;
        let cases: [(&str, Change); 8] = [
            ("STREAM_BASE_URL", |it| it.base_url("http://shop.example".parse().unwrap())),
            ("STREAM_BASE_URL", |it| it.base_url("https://u:p@shop.example".parse().unwrap())),
            ("STREAM_BASE_URL", |it| it.base_url("mailto:a@shop.example".parse().unwrap())),
            ("STREAM_TIMEOUT", |it| it.timeout(Duration::ZERO)),
            ("STREAM_TIMEOUT", |it| it.timeout(Duration::from_secs(601))),
            ("STREAM_MAX_RETRIES", |it| it.max_retries(1_000)),
            ("STREAM_MAX_ANSWER", |it| it.max_answer(0)),
            ("user_agent", |it| it.user_agent("a\nb")),
        ];
        for (setting, change) in cases {
            match change(Client::builder()).build() {
                Err(Error::Config(faults)) => assert_eq!(faults[0].setting, setting),
                other => panic!("{setting}: {other:?}"),
            }
        }
        let both = Client::builder().timeout(Duration::ZERO).max_retries(11).build();
        assert!(matches!(both, Err(Error::Config(faults)) if faults.len() == 2));
    }

    #[cfg(not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")))]
    #[test]
    fn without_tls_a_client_for_https_is_not_built() {
        let error = Client::builder().build().unwrap_err().to_string();
        assert!(error.contains("`rustls`, `rustls-ring`"), "{error}");
        let local = Client::builder().base_url("http://localhost:1".parse().unwrap());
        assert!(local.build().is_ok());
    }
}
