//! The server's settings: flags over the environment over a `.env` file.
//!
//! The table below is the one place where they are listed; the README's table is made from it.

use std::{collections::BTreeMap, path::Path};

use streampay::{Builder, Client, ConfigError};
use tracing::warn;
use url::Url;

use crate::watch::Observer;

/// Where Stream's guides are.
pub const DEFAULT_DOCS_URL: &str = "https://docs.streampay.sa";

/// A setting, as documentation has it.
#[derive(Debug)]
pub struct Setting {
    /// The environment variable.
    pub variable: &'static str,
    /// The flag, where there is one.
    pub flag: Option<&'static str>,
    /// The value that applies otherwise.
    pub default: &'static str,
    /// What it does.
    pub text: &'static str,
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    Setting {
        variable: "STREAM_API_KEY",
        flag: None,
        default: "none",
        text: "The key: `key:secret`, or its base64. There is no flag for it, because other users of \
               a machine can read a program's flags.",
    },
    Setting {
        variable: "STREAM_BASE_URL",
        flag: Some("--base-url"),
        default: streampay::DEFAULT_BASE_URL,
        text: "Where the API is. https, or http on the machine itself.",
    },
    Setting {
        variable: "STREAM_TIMEOUT",
        flag: Some("--timeout"),
        default: "30",
        text: "Seconds that one attempt may take, at most 600.",
    },
    Setting {
        variable: "STREAM_MAX_RETRIES",
        flag: Some("--max-retries"),
        default: "2",
        text: "How often a request is repeated where that is harmless, 0 to 10.",
    },
    Setting {
        variable: "STREAM_BRANCH_ID",
        flag: Some("--branch-id"),
        default: "the key's default branch",
        text: "The branch to act in.",
    },
    Setting {
        variable: "STREAM_DOCS_URL",
        flag: Some("--docs-url"),
        default: DEFAULT_DOCS_URL,
        text: "Where the guides are.",
    },
    Setting {
        variable: "STREAM_READ_ONLY",
        flag: Some("--read-only"),
        default: "false",
        text: "No tool that changes anything is there. Over HTTP a request can ask for the same with \
               `X-Stream-Readonly: true`.",
    },
    Setting {
        variable: "STREAM_TOOLSETS",
        flag: Some("--toolsets"),
        default: "all",
        text: "The toolsets that are there, with commas between them (`stream-mcp tools` names them). \
               Over HTTP a request can ask for fewer with `X-Stream-Toolsets`.",
    },
    Setting {
        variable: "STREAM_HTTP",
        flag: Some("--http"),
        default: "127.0.0.1:8000",
        text: "`serve`: where to listen. Without it `HOST` and `PORT` count.",
    },
    Setting {
        variable: "HOST",
        flag: None,
        default: "127.0.0.1",
        text: "`serve`: the address to listen at.",
    },
    Setting {
        variable: "PORT",
        flag: None,
        default: "8000",
        text: "`serve`: the port to listen at.",
    },
    Setting {
        variable: "STREAM_SHARE_KEY",
        flag: Some("--share-key"),
        default: "false",
        text: "`serve`: whoever brings no key uses the server's own, and everyone who reaches the server \
               may. Without it the server's own key serves nobody over HTTP.",
    },
    Setting {
        variable: "STREAM_ALLOWED_HOSTS",
        flag: Some("--allowed-host"),
        default: "localhost, 127.0.0.1, [::1]",
        text: "`serve`: the names under which the server may be addressed, with or without a port; \
               `*` is any.",
    },
    Setting {
        variable: "STREAM_ALLOWED_ORIGINS",
        flag: Some("--allowed-origin"),
        default: "the machine itself",
        text: "`serve`: the origins of web pages that may use the server; `https://name:*` is any port, \
               `*` any page.",
    },
    Setting {
        variable: "STREAM_TRUSTED_PROXIES",
        flag: Some("--trusted-proxy"),
        default: "none",
        text: "`serve`: addresses or networks of proxies whose `X-Forwarded-For` is believed.",
    },
    Setting {
        variable: "STREAM_METRICS",
        flag: Some("--metrics"),
        default: "none",
        text: "`serve`: where Prometheus metrics are served, at `/metrics`.",
    },
    Setting {
        variable: "STREAM_TLS_CERT",
        flag: Some("--tls-cert"),
        default: "none",
        text: "`serve`: the certificate chain, a PEM file. It is read anew when it changes.",
    },
    Setting {
        variable: "STREAM_TLS_KEY",
        flag: Some("--tls-key"),
        default: "none",
        text: "`serve`: the certificate's private key, a PEM file.",
    },
    Setting {
        variable: "STREAM_STATE",
        flag: Some("--state"),
        default: "memory",
        text: "`serve`: where replicas keep what they share (old sessions, rates): `memory`, or \
               `redis://…`.",
    },
    Setting {
        variable: "STREAM_MAX_BODY",
        flag: Some("--max-body"),
        default: "1048576",
        text: "`serve`: the largest body of a request, in bytes.",
    },
    Setting {
        variable: "STREAM_MAX_CALLS",
        flag: Some("--max-calls"),
        default: "512",
        text: "`serve`: how many requests may run at a time.",
    },
    Setting {
        variable: "STREAM_MAX_CALLS_PER_KEY",
        flag: Some("--max-calls-per-key"),
        default: "64",
        text: "`serve`: the same for one key, or for one address without a key.",
    },
    Setting {
        variable: "STREAM_RATE_PER_KEY",
        flag: Some("--rate-per-key"),
        default: "50",
        text: "`serve`: requests per second for one key, and twice as many at once; 0 is no limit.",
    },
    Setting {
        variable: "STREAM_RATE_PER_ADDRESS",
        flag: Some("--rate-per-address"),
        default: "200",
        text: "`serve`: the same for one address (IPv6: one /64).",
    },
    Setting {
        variable: "STREAM_MAX_SESSIONS",
        flag: Some("--max-sessions"),
        default: "20000",
        text: "`serve`: open sessions of older clients; one more ends the one idle for longest.",
    },
    Setting {
        variable: "STREAM_MAX_CONNECTIONS",
        flag: Some("--max-connections"),
        default: "20000",
        text: "`serve`: open connections; more wait.",
    },
    Setting {
        variable: "STREAM_SESSION_IDLE",
        flag: Some("--session-idle"),
        default: "1800",
        text: "`serve`: seconds after which an idle session ends.",
    },
    Setting {
        variable: "STREAM_HEADER_TIMEOUT",
        flag: Some("--header-timeout"),
        default: "60",
        text: "`serve`: seconds for the headers of a request, and for which a connection may be idle.",
    },
    Setting {
        variable: "STREAM_BODY_TIMEOUT",
        flag: Some("--body-timeout"),
        default: "30",
        text: "`serve`: seconds for the body of a request.",
    },
    Setting {
        variable: "STREAM_CALL_TIMEOUT",
        flag: Some("--call-timeout"),
        default: "120",
        text: "`serve`: seconds for a call with all that it tries again.",
    },
    Setting {
        variable: "STREAM_STOP_TIMEOUT",
        flag: Some("--stop-timeout"),
        default: "30",
        text: "`serve`: seconds that running calls may go on when the server stops.",
    },
    Setting {
        variable: "RUST_LOG",
        flag: Some("--log"),
        default: "warn",
        text: "What is logged to stderr: `error`, `warn`, `info`, `debug`, `trace`, or by module. Like \
               the two below, it is not read from `.env`.",
    },
    Setting {
        variable: "STREAM_LOG_FORMAT",
        flag: Some("--log-format"),
        default: "text",
        text: "`text`, or `json`: one object a line.",
    },
    Setting {
        variable: "OTEL_EXPORTER_OTLP_ENDPOINT",
        flag: Some("--otlp"),
        default: "none",
        text: "Where traces are sent, in OTLP over HTTP: `http://127.0.0.1:4318`. Headers, sampling, \
               batches and the service's name follow the usual `OTEL_…` variables.",
    },
];

/// What the server was told.
#[derive(Debug, Clone)]
pub struct Settings {
    client: Builder,
    /// Where the guides are.
    pub docs_url: Url,
}

impl Settings {
    /// Reads the settings from wherever `lookup` finds them.
    ///
    /// # Errors
    /// Every setting whose value cannot be used, with its name and an example.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigError>> {
        let name = concat!("stream-mcp/", env!("CARGO_PKG_VERSION"));
        let (client, mut faults) = match Client::builder().user_agent(name).read(&lookup) {
            Ok(client) => (Some(client), Vec::new()),
            Err(faults) => (None, faults),
        };
        let text = lookup("STREAM_DOCS_URL").filter(|text| !text.trim().is_empty());
        let docs_url = docs_url(text.as_deref().unwrap_or(DEFAULT_DOCS_URL));
        match (client, docs_url) {
            (Some(client), Ok(docs_url)) => Ok(Self { client, docs_url }),
            (_, docs_url) => {
                faults.extend(docs_url.err());
                Err(faults)
            }
        }
    }

    /// Whether a key was given.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        self.client.has_key()
    }

    /// Makes the client.
    ///
    /// # Errors
    /// Where TLS cannot be set up on this machine.
    pub fn client(&self) -> Result<Client, streampay::Error> {
        self.client.clone().hook(Observer).build()
    }
}

fn docs_url(text: &str) -> Result<Url, ConfigError> {
    let fault = |message: &str| ConfigError {
        setting: "STREAM_DOCS_URL",
        message: message.to_owned(),
        example: "STREAM_DOCS_URL=https://docs.streampay.sa",
    };
    let url = Url::parse(text.trim()).map_err(|error| fault(&format!("is no URL: {error}")))?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if local => Ok(url),
        _ => Err(fault("must begin with https://")),
    }
}

/// Values by their variables' names.
pub type Values = BTreeMap<String, String>;

/// Reads a `.env` file; no file is no values.
///
/// # Errors
/// A file that cannot be read. What it holds is not repeated.
pub fn dotenv(path: &Path) -> Result<Values, String> {
    if !path.exists() {
        return Ok(Values::new());
    }
    let fault = || format!("{} cannot be read: each line must be NAME=value", path.display());
    let lines = dotenvy::from_path_iter(path).map_err(|_| fault())?;
    lines.map(|line| line.map_err(|_| fault())).collect()
}

/// Puts the sources together: flags over the environment over the `.env` file.
///
/// Servers are started in whatever folder the user works in. A `.env` file that came with somebody
/// else's project must not direct the user's own key elsewhere, nor lend it to others, so its addresses
/// count only where the key comes from the same file.
#[must_use]
pub fn merge(flags: Values, environment: Values, file: Values) -> Values {
    let set =
        |values: &Values, name: &str| values.get(name).is_some_and(|text| !text.trim().is_empty());
    let own_key = set(&file, "STREAM_API_KEY") && !set(&environment, "STREAM_API_KEY");
    let mut merged = Values::new();
    for (name, value) in file {
        let guarded = ["STREAM_BASE_URL", "STREAM_DOCS_URL", "STREAM_SHARE_KEY"];
        if guarded.contains(&name.as_str()) && !own_key {
            warn!(
                "{name} in .env is ignored, because STREAM_API_KEY does not come from the same file"
            );
            continue;
        }
        merged.insert(name, value);
    }
    for source in [environment, flags] {
        merged.extend(source.into_iter().filter(|(_, value)| !value.trim().is_empty()));
    }
    merged
}

/// The table of settings in Markdown, as the README has it.
#[must_use]
pub fn table() -> String {
    let mut text =
        String::from("| variable | flag | default | meaning |\n| --- | --- | --- | --- |\n");
    for Setting { variable, flag, default, text: words } in SETTINGS {
        let flag = flag.map_or_else(String::new, |flag| format!("`{flag}`"));
        text.push_str(&format!("| `{variable}` | {flag} | {default} | {words} |\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Settings, Values, merge};

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        let values = values(pairs);
        Settings::read(|name| values.get(name).cloned())
            .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn all_wrong_settings_are_told_at_once_without_their_values() {
        let message = read(&[
            ("STREAM_API_KEY", "hush-hush"),
            ("STREAM_BASE_URL", "http://example.com"),
            ("STREAM_TIMEOUT", "soon"),
            ("STREAM_MAX_RETRIES", "-1"),
            ("STREAM_BRANCH_ID", "main"),
            ("STREAM_DOCS_URL", "ftp://x"),
        ])
        .unwrap_err();
        for name in [
            "STREAM_API_KEY",
            "STREAM_BASE_URL",
            "STREAM_TIMEOUT",
            "STREAM_MAX_RETRIES",
            "STREAM_BRANCH_ID",
            "STREAM_DOCS_URL",
        ] {
            assert!(message.contains(&format!("{name}: ")), "{name} is not in\n{message}");
            assert!(message.contains(&format!("example: {name}=")), "{message}");
        }
        assert!(!message.contains("hush"), "{message}");
    }

    #[test]
    fn no_settings_and_empty_ones_are_the_defaults() {
        assert!(!read(&[]).unwrap().has_key());
        assert!(!read(&[("STREAM_API_KEY", " "), ("STREAM_TIMEOUT", "")]).unwrap().has_key());
        assert!(read(&[("STREAM_API_KEY", "a:b")]).unwrap().has_key());
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let merged = merge(
            values(&[("A", "flag")]),
            values(&[("A", "environment"), ("B", "environment"), ("C", "")]),
            values(&[("A", "file"), ("B", "file"), ("C", "file")]),
        );
        assert_eq!(merged, values(&[("A", "flag"), ("B", "environment"), ("C", "file")]));
    }

    #[test]
    fn a_foreign_env_file_cannot_redirect_the_users_key() {
        let evil = [("STREAM_BASE_URL", "https://evil.example")];
        let merged = merge(Values::new(), values(&[("STREAM_API_KEY", "a:b")]), values(&evil));
        assert_eq!(merged, values(&[("STREAM_API_KEY", "a:b")]));
        let own = [("STREAM_API_KEY", "a:b"), ("STREAM_BASE_URL", "http://127.0.0.1:1")];
        assert_eq!(merge(Values::new(), Values::new(), values(&own)), values(&own));
        let both = merge(Values::new(), values(&[("STREAM_API_KEY", "c:d")]), values(&own));
        assert_eq!(both, values(&[("STREAM_API_KEY", "c:d")]));
    }
}
