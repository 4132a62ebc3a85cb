//! Making a client: from settings in code, or from the environment.

use std::{env, str::FromStr, time::Duration};

use url::{Host, Url};

use crate::{
    DEFAULT_BASE_URL,
    core::{Config, Core, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT},
    credentials::ApiKey,
    error::{ConfigError, Error},
    hook::{Hook, Hooks},
};

/// A client of the Stream API: one method for each operation, and the lossless [`Client::call`].
///
/// A clone is cheap, shares the connections, and can be sent to other threads.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) inner: Core,
}

/// Collects a client's settings.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    key: Option<ApiKey>,
    base_url: Option<Url>,
    timeout: Option<Duration>,
    max_retries: Option<u32>,
    branch: Option<uuid::Uuid>,
    user_agent: Option<String>,
    http: Option<reqwest::Client>,
    hooks: Hooks,
}

impl Builder {
    /// The key. Without one only calls that bring their own succeed.
    #[must_use]
    pub fn key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Where the API is; [`DEFAULT_BASE_URL`] otherwise.
    #[must_use]
    pub fn base_url(mut self, url: Url) -> Self {
        self.base_url = Some(url);
        self
    }

    /// How long one attempt may take; 30 seconds otherwise.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often a request is repeated at the most; twice otherwise.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// The branch to act in; the key's default branch otherwise.
    #[must_use]
    pub fn branch(mut self, branch: uuid::Uuid) -> Self {
        self.branch = Some(branch);
        self
    }

    /// Goes in front of the library's own `User-Agent`.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// An HTTP client of the caller's own, for its proxy, certificates or pool. The client's time-out
    /// and `User-Agent` are set on every request all the same. It must not follow redirects, which
    /// would send the key on, and must not retry, which could send money twice.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Is told of every attempt, and may add headers to it. Several may be added.
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

    /// Reads `STREAM_API_KEY`, `STREAM_BASE_URL`, `STREAM_TIMEOUT` (seconds), `STREAM_MAX_RETRIES`
    /// and `STREAM_BRANCH_ID` from wherever `lookup` finds them. What is missing or empty leaves the
    /// setting as it is.
    ///
    /// # Errors
    /// Every setting whose value cannot be used.
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
        read("STREAM_BRANCH_ID", &mut |text| parse_branch(text).map(|id| self.branch = Some(id)));
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// Whether a key was given.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Makes the client.
    ///
    /// # Errors
    /// Where the TLS library or the certificates of the machine cannot be loaded.
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
            branch: self.branch,
            user_agent: self
                .user_agent
                .map_or_else(|| own.to_owned(), |name| format!("{name} {own}")),
        };
        let http = match self.http {
            Some(http) => http,
            None => reqwest::Client::builder()
                .connect_timeout(config.timeout.min(Duration::from_secs(10)))
                // A redirect would carry the key to another host, and turn a POST into a GET.
                .redirect(reqwest::redirect::Policy::none())
                // Repeating is decided in one place, `retry`.
                .retry(reqwest::retry::never())
                .build()
                .map_err(|error| Error::Request(error.to_string()))?,
        };
        Ok(Client { inner: Core::new(http, config, self.hooks) })
    }
}

impl Client {
    /// Collects settings for a client.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Makes a client from the environment; see [`Builder::env`].
    ///
    /// # Errors
    /// Variables whose values cannot be used, or no key.
    pub fn from_env() -> Result<Self, Error> {
        let builder = Self::builder().env().map_err(|faults| {
            Error::Request(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?;
        if builder.key.is_none() {
            return Err(Error::MissingKey);
        }
        builder.build()
    }

    /// The same client, acting in another branch (`x-branch-id`). For one call alone every builder has
    /// a method `branch`.
    #[must_use]
    pub fn in_branch(&self, branch: uuid::Uuid) -> Self {
        Self { inner: self.inner.with(|config| config.branch = Some(branch)) }
    }

    /// The same client with another key: one pool of connections can serve many keys.
    #[must_use]
    pub fn with_key(&self, key: ApiKey) -> Self {
        Self { inner: self.inner.with(|config| config.key = Some(key)) }
    }

    /// The settings that the client was made with.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.inner.config()
    }
}

fn parse_key(text: &str) -> Result<ApiKey, ConfigError> {
    ApiKey::parse(text).map_err(|error| ConfigError {
        setting: "STREAM_API_KEY",
        message: error.to_string(),
        example: "STREAM_API_KEY=key:secret",
    })
}

/// Reads the address of the API: https, or http on the machine itself.
///
/// # Errors
/// What is no such address.
pub(crate) fn parse_base_url(text: &str) -> Result<Url, ConfigError> {
    let fault = |message: &str| ConfigError {
        setting: "STREAM_BASE_URL",
        message: message.to_owned(),
        example: "STREAM_BASE_URL=https://stream-app-service.streampay.sa",
    };
    let url = Url::parse(text).map_err(|error| fault(&format!("is no URL: {error}")))?;
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(fault("names no host")),
    };
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        "http" => return Err(fault("would send the key unencrypted; use https")),
        _ => return Err(fault("must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault("must not hold a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault("must not have a query or a fragment"));
    }
    Ok(url)
}

/// Reads a time-out in seconds, above 0 and at most 600.
///
/// # Errors
/// Anything else.
pub(crate) fn parse_timeout(text: &str) -> Result<Duration, ConfigError> {
    let seconds = f64::from_str(text).ok().filter(|seconds| *seconds > 0.0 && *seconds <= 600.0);
    seconds.map(Duration::from_secs_f64).ok_or_else(|| ConfigError {
        setting: "STREAM_TIMEOUT",
        message: "must be a number of seconds above 0 and at most 600".to_owned(),
        example: "STREAM_TIMEOUT=30",
    })
}

/// Reads a number of retries, 0 to 10.
///
/// # Errors
/// Anything else.
pub(crate) fn parse_max_retries(text: &str) -> Result<u32, ConfigError> {
    let retries = text.parse().ok().filter(|retries| *retries <= 10);
    retries.ok_or_else(|| ConfigError {
        setting: "STREAM_MAX_RETRIES",
        message: "must be a whole number from 0 to 10".to_owned(),
        example: "STREAM_MAX_RETRIES=2",
    })
}

/// Reads a branch's id.
///
/// # Errors
/// What is no UUID.
pub(crate) fn parse_branch(text: &str) -> Result<uuid::Uuid, ConfigError> {
    uuid::Uuid::try_parse(text).map_err(|_| ConfigError {
        setting: "STREAM_BRANCH_ID",
        message: "must be a UUID".to_owned(),
        example: "STREAM_BRANCH_ID=3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c",
    })
}

#[cfg(test)]
mod tests {
    use super::{parse_base_url, parse_max_retries, parse_timeout};

    #[test]
    fn a_base_url_must_not_leak_the_key() {
        for good in
            ["https://a.example", "http://127.0.0.1:1/x", "http://localhost:1", "http://[::1]:9"]
        {
            assert!(parse_base_url(good).is_ok(), "{good}");
        }
        for bad in
            ["http://a.example", "ftp://a", "a.example", "https://u:p@a", "https://a?x=1", ""]
        {
            assert!(parse_base_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_out_of_range_name_the_variable_and_an_example() {
        for bad in ["0", "-1", "x", "601", "NaN", "inf"] {
            let text = parse_timeout(bad).unwrap_err().to_string();
            assert!(text.starts_with("STREAM_TIMEOUT: must be") && text.contains("=30"), "{text}");
        }
        assert!(parse_max_retries("11").is_err());
        assert_eq!(parse_max_retries("0").unwrap(), 0);
    }
}
