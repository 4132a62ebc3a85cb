//! What the server over HTTP was told: where it listens, and whom it lets do how much.
//!
//! [`Fixed`] holds until the server stops; [`Live`] may be read anew while it runs. The table of
//! settings stands in `crate::settings`.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use ipnet::IpNet;
use streampay::ConfigError;

use super::hosts::{Hosts, Origins};
use crate::view::View;

/// What holds until the server stops.
#[derive(Clone)]
pub struct Fixed {
    /// Where to listen.
    pub address: SocketAddr,
    /// Where metrics are served, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// Whether callers without a key may use the server's.
    pub share_key: bool,
    /// The certificate and its private key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Where replicas keep what they share; in memory otherwise.
    pub state: Option<String>,
    /// How many sessions of older clients may be open.
    pub max_sessions: usize,
    /// When an idle session ends.
    pub session_idle: Duration,
    /// How many connections may be open.
    pub max_connections: usize,
    /// How long a client may take for the headers of a request, and be idle between two.
    pub header_timeout: Duration,
    /// How long a call may take with all that it tries again.
    pub call_timeout: Duration,
    /// How long running calls may go on after the server was told to stop.
    pub stop_timeout: Duration,
}

impl std::fmt::Debug for Fixed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address of the state may hold a password.
        f.debug_struct("Fixed").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What may be read anew while the server runs.
#[derive(Debug, Clone)]
pub struct Live {
    /// The names under which the server may be addressed.
    pub hosts: Hosts,
    /// The web pages that may use it.
    pub origins: Origins,
    /// Whose word on a client's address is believed.
    pub proxies: Vec<IpNet>,
    /// The tools that are there.
    pub view: View,
    /// The largest body of a request, in bytes.
    pub max_body: usize,
    /// How long a client may take for a body.
    pub body_timeout: Duration,
    /// How many requests may run at a time, in all and for one key.
    pub max_calls: usize,
    /// As `max_calls`, for one key, or one address without a key.
    pub max_calls_per_key: usize,
    /// Requests per second for one key; 0 is no limit.
    pub rate_per_key: u32,
    /// Requests per second for one address; 0 is no limit.
    pub rate_per_address: u32,
}

/// All settings of the server over HTTP.
#[derive(Debug, Clone)]
pub struct Options {
    /// What holds until the server stops.
    pub fixed: Fixed,
    /// What may be read anew.
    pub live: Live,
}

impl Options {
    /// Reads the settings from wherever `lookup` finds them.
    ///
    /// # Errors
    /// Every setting whose value cannot be used, and settings that exclude each other.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigError>> {
        let mut from = Reader { lookup: &lookup, faults: Vec::new() };
        let fixed = from.fixed();
        let live = from.live();
        if from.faults.is_empty() { Ok(Self { fixed, live }) } else { Err(from.faults) }
    }
}

/// The tools that are there, which matters over stdio too.
///
/// # Errors
/// As [`Options::read`], of the two settings that decide it.
pub fn view(lookup: impl Fn(&str) -> Option<String>) -> Result<View, Vec<ConfigError>> {
    let mut from = Reader { lookup: &lookup, faults: Vec::new() };
    let view = from.view();
    if from.faults.is_empty() { Ok(view) } else { Err(from.faults) }
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<ConfigError>,
}

impl Reader<'_> {
    fn fixed(&mut self) -> Fixed {
        let seconds = |from: &mut Self, name, example, default: usize| {
            from.number(name, example, default, 1..=86_400).map_or(Duration::ZERO, seconds)
        };
        let address = self.address();
        let share_key = self.switch("STREAM_SHARE_KEY", "STREAM_SHARE_KEY=true");
        if self.text("STREAM_API_KEY").is_some() && !share_key && !address.ip().is_loopback() {
            let message = format!(
                "is set, and {address} can be reached by others: with STREAM_SHARE_KEY (--share-key) \
                 everyone who reaches the server may use this key; without it, unset the key, and \
                 every caller brings their own"
            );
            self.fault("STREAM_API_KEY", message, "STREAM_SHARE_KEY=true");
        }
        let path = |from: &mut Self, name| from.text(name).map(PathBuf::from);
        let tls = match (path(self, "STREAM_TLS_CERT"), path(self, "STREAM_TLS_KEY")) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => {
                let message = "must be set where STREAM_TLS_CERT is".to_owned();
                self.fault("STREAM_TLS_KEY", message, "STREAM_TLS_KEY=/etc/stream-mcp/tls.key");
                None
            }
            (None, Some(_)) => {
                let message = "must be set where STREAM_TLS_KEY is".to_owned();
                self.fault("STREAM_TLS_CERT", message, "STREAM_TLS_CERT=/etc/stream-mcp/tls.crt");
                None
            }
        };
        Fixed {
            address,
            metrics: self.value("STREAM_METRICS", "STREAM_METRICS=127.0.0.1:9000"),
            share_key,
            tls,
            state: self.state(),
            max_sessions: self
                .number("STREAM_MAX_SESSIONS", "STREAM_MAX_SESSIONS=20000", 20_000, 1..=1_000_000)
                .unwrap_or_default(),
            session_idle: seconds(self, "STREAM_SESSION_IDLE", "STREAM_SESSION_IDLE=1800", 1800),
            max_connections: self
                .number(
                    "STREAM_MAX_CONNECTIONS",
                    "STREAM_MAX_CONNECTIONS=20000",
                    20_000,
                    1..=1_000_000,
                )
                .unwrap_or_default(),
            header_timeout: seconds(self, "STREAM_HEADER_TIMEOUT", "STREAM_HEADER_TIMEOUT=60", 60),
            call_timeout: seconds(self, "STREAM_CALL_TIMEOUT", "STREAM_CALL_TIMEOUT=120", 120),
            stop_timeout: seconds(self, "STREAM_STOP_TIMEOUT", "STREAM_STOP_TIMEOUT=30", 30),
        }
    }

    fn live(&mut self) -> Live {
        let hosts = self.text("STREAM_ALLOWED_HOSTS").map(|text| Hosts::parse(&text));
        let hosts =
            self.checked(hosts, "STREAM_ALLOWED_HOSTS", "STREAM_ALLOWED_HOSTS=mcp.example.com");
        let origins = self.text("STREAM_ALLOWED_ORIGINS").map(|text| Origins::parse(&text));
        let example = "STREAM_ALLOWED_ORIGINS=https://app.example.com";
        let origins = self.checked(origins, "STREAM_ALLOWED_ORIGINS", example);
        let proxies = self.text("STREAM_TRUSTED_PROXIES").map(|text| networks(&text));
        let proxies =
            self.checked(proxies, "STREAM_TRUSTED_PROXIES", "STREAM_TRUSTED_PROXIES=10.0.0.0/8");
        let mut limit = |name, example, default: usize, most: usize| {
            self.number(name, example, default, 1..=most).unwrap_or_default()
        };
        let max_body = limit("STREAM_MAX_BODY", "STREAM_MAX_BODY=1048576", 1 << 20, 64 << 20);
        let body_timeout = limit("STREAM_BODY_TIMEOUT", "STREAM_BODY_TIMEOUT=30", 30, 3600);
        let max_calls = limit("STREAM_MAX_CALLS", "STREAM_MAX_CALLS=512", 512, 1_000_000);
        let example = "STREAM_MAX_CALLS_PER_KEY=64";
        let max_calls_per_key = limit("STREAM_MAX_CALLS_PER_KEY", example, 64, 1_000_000);
        Live {
            hosts: hosts.unwrap_or_default(),
            origins: origins.unwrap_or_default(),
            proxies: proxies.unwrap_or_default(),
            view: self.view(),
            max_body,
            body_timeout: seconds(body_timeout),
            max_calls,
            max_calls_per_key,
            rate_per_key: self.rate("STREAM_RATE_PER_KEY", "STREAM_RATE_PER_KEY=50", 50),
            rate_per_address: self.rate(
                "STREAM_RATE_PER_ADDRESS",
                "STREAM_RATE_PER_ADDRESS=200",
                200,
            ),
        }
    }

    fn view(&mut self) -> View {
        let toolsets = self.text("STREAM_TOOLSETS").map(|names| View::ALL.toolsets(&names));
        let example = "STREAM_TOOLSETS=payments,docs";
        let view = self.checked(toolsets, "STREAM_TOOLSETS", example).unwrap_or(View::ALL);
        let read_only = self.switch("STREAM_READ_ONLY", "STREAM_READ_ONLY=true");
        if read_only { view.read_only() } else { view }
    }

    /// `STREAM_HTTP`, or the published server's `HOST` and `PORT`.
    fn address(&mut self) -> SocketAddr {
        let host = self.value("HOST", "HOST=127.0.0.1").unwrap_or(IpAddr::from([127, 0, 0, 1]));
        let port = self.value("PORT", "PORT=8000").unwrap_or(8000);
        let example = "STREAM_HTTP=127.0.0.1:8000";
        self.value("STREAM_HTTP", example).unwrap_or_else(|| SocketAddr::new(host, port))
    }

    fn state(&mut self) -> Option<String> {
        let text = self.text("STREAM_STATE").filter(|text| text != "memory")?;
        if text.starts_with("redis://") || text.starts_with("redis+unix://") {
            return Some(text);
        }
        // The text may hold a password.
        let message = "is neither `memory` nor the address of a Redis".to_owned();
        self.fault("STREAM_STATE", message, "STREAM_STATE=redis://127.0.0.1:6379");
        None
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = (self.lookup)(name)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn fault(&mut self, setting: &'static str, message: String, example: &'static str) {
        self.faults.push(ConfigError { setting, message, example });
    }

    fn checked<T>(
        &mut self,
        parsed: Option<Result<T, String>>,
        setting: &'static str,
        example: &'static str,
    ) -> Option<T> {
        match parsed? {
            Ok(value) => Some(value),
            Err(message) => {
                self.fault(setting, message, example);
                None
            }
        }
    }

    fn value<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        name: &'static str,
        example: &'static str,
    ) -> Option<T> {
        let parsed = self
            .text(name)
            .map(|text| text.parse().map_err(|error| format!("cannot be used: {error}")));
        self.checked(parsed, name, example)
    }

    fn number(
        &mut self,
        name: &'static str,
        example: &'static str,
        default: usize,
        range: std::ops::RangeInclusive<usize>,
    ) -> Option<usize> {
        let number = self.value(name, example).unwrap_or(default);
        if range.contains(&number) {
            return Some(number);
        }
        let message = format!("must be {} to {}", range.start(), range.end());
        self.fault(name, message, example);
        None
    }

    fn rate(&mut self, name: &'static str, example: &'static str, default: u32) -> u32 {
        self.value(name, example).unwrap_or(default)
    }

    fn switch(&mut self, name: &'static str, example: &'static str) -> bool {
        let parsed = self.text(name).map(|text| switch(&text));
        self.checked(parsed, name, example).unwrap_or_default()
    }
}

/// Reads a switch.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

fn seconds(number: usize) -> Duration {
    Duration::from_secs(number as u64)
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parse = |part: &str| {
        let address = part.parse::<IpAddr>().map(IpNet::from);
        address
            .or_else(|_| part.parse())
            .map_err(|_| "holds what is neither an address nor a network")
    };
    parts.map(parse).collect::<Result<_, _>>().map_err(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn read(pairs: &[(&str, &str)]) -> Result<Options, String> {
        let find = |name: &str| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Options::read(find)
            .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_defaults_are_for_one_machine() {
        let options = read(&[]).unwrap();
        assert_eq!(options.fixed.address.to_string(), "127.0.0.1:8000");
        assert!(
            options.live.hosts.allow("localhost:8000") && !options.live.hosts.allow("x.example")
        );
    }

    #[test]
    fn host_and_port_count_where_no_address_is_given() {
        let address = |pairs: &[(&str, &str)]| read(pairs).unwrap().fixed.address.to_string();
        assert_eq!(address(&[("HOST", "0.0.0.0"), ("PORT", "80")]), "0.0.0.0:80");
        assert_eq!(address(&[("HOST", "::"), ("STREAM_HTTP", "127.0.0.1:1")]), "127.0.0.1:1");
    }

    #[test]
    fn a_key_is_not_lent_to_the_world_by_mistake() {
        let open = [("STREAM_API_KEY", "a:hush"), ("HOST", "0.0.0.0")];
        let message = read(&open).unwrap_err();
        assert!(message.contains("--share-key") && !message.contains("hush"), "{message}");
        let mut shared = open.to_vec();
        shared.push(("STREAM_SHARE_KEY", "true"));
        assert!(read(&shared).unwrap().fixed.share_key);
        assert!(!read(&[("STREAM_API_KEY", "a:b")]).unwrap().fixed.share_key);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let wrong = [
            ("STREAM_HTTP", "8000"),
            ("STREAM_METRICS", "x"),
            ("STREAM_TOOLSETS", "everything"),
            ("STREAM_READ_ONLY", "perhaps"),
            ("STREAM_MAX_CALLS", "0"),
            ("STREAM_RATE_PER_KEY", "-1"),
            ("STREAM_TRUSTED_PROXIES", "the proxy"),
            ("STREAM_ALLOWED_HOSTS", "https://x"),
            ("STREAM_ALLOWED_ORIGINS", "x.example"),
            ("STREAM_TLS_CERT", "a.pem"),
            ("STREAM_STATE", "disk"),
        ];
        let message = read(&wrong).unwrap_err();
        for (name, _) in wrong {
            let name = if name == "STREAM_TLS_CERT" { "STREAM_TLS_KEY" } else { name };
            assert!(message.contains(&format!("{name}: ")), "{name} is not in\n{message}");
        }
    }
}
