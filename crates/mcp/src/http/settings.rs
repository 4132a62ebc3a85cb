//! The settings of `stream-mcp serve`: where it listens, and how much it lets whom do.
//!
//! [`Fixed`] holds until the server stops; [`Live`] is read again on SIGHUP. Settings that stdio has
//! too are in `crate::settings`.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::Args;
use ipnet::IpNet;

use super::hosts::{Hosts, Origins};
use crate::{
    settings::{Settings, seconds, switch, whole},
    sources::{self, Fault, Faults},
    view::View,
};

/// All settings of the server over HTTP.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// What holds until the server stops.
    #[command(flatten)]
    pub fixed: Fixed,
    /// What is read again on SIGHUP.
    #[command(flatten)]
    pub live: Live,
}

/// What holds until the server stops.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
pub struct Fixed {
    /// Where to listen.
    #[command(flatten)]
    pub listen: Listen,
    /// Requests without a key use the server's own key. Anyone who can reach the server can then act on
    /// your account, so this works on a loopback address only.
    #[arg(
        long, env = "STREAM_SHARE_KEY", value_name = "BOOL", value_parser = switch, num_args = 0..=1,
        require_equals = true, default_value = "false", default_missing_value = "true"
    )]
    pub share_key: bool,
    /// The certificate and its private key.
    #[command(flatten)]
    pub tls: TlsFiles,
    /// Serve Prometheus metrics at this address, at `/metrics`.
    #[arg(long, env = "STREAM_METRICS", value_name = "ADDRESS", value_parser = socket_address)]
    pub metrics: Option<SocketAddr>,
    /// Where replicas keep the state that they share (sessions, request rates): `memory`, or the address
    /// of a Redis or Valkey, `redis://…` or `rediss://…`.
    #[arg(
        long, env = "STREAM_STATE", value_name = "URL", default_value = "memory", value_parser = State::parse
    )]
    pub state: State,
    /// How many sessions of older clients may be open: 1 to 1000000. At the limit, a new session ends
    /// another one: of the address with the most sessions, the one that has been idle longest.
    #[arg(
        long, env = "STREAM_MAX_SESSIONS", value_name = "N", default_value = "20000",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_sessions: usize,
    /// How many sessions one key may have: 1 to 1000000. At the limit, a new session ends the key's
    /// session that has been idle longest.
    #[arg(
        long, env = "STREAM_MAX_SESSIONS_PER_KEY", value_name = "N", default_value = "200",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_sessions_per_key: usize,
    /// How many sessions one address may have: 1 to 1000000. At the limit, a new session ends the
    /// address's session that has been idle longest.
    #[arg(
        long, env = "STREAM_MAX_SESSIONS_PER_ADDRESS", value_name = "N", default_value = "1000",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_sessions_per_address: usize,
    /// After how long an idle session ends, in seconds: 1 to 86400.
    #[arg(
        long, env = "STREAM_SESSION_IDLE", value_name = "SECONDS", default_value = "1800",
        value_parser = seconds(1..=86_400)
    )]
    pub session_idle: Duration,
    /// How many connections may be open: 1 to 1000000. Further connections wait.
    #[arg(
        long, env = "STREAM_MAX_CONNECTIONS", value_name = "N", default_value = "20000",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_connections: usize,
    /// How many connections one address may have, unless it is a trusted proxy: 1 to 1000000, but at most
    /// half of `--max-connections`. Further connections are closed.
    #[arg(
        long, env = "STREAM_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N", default_value = "1000",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_connections_per_address: usize,
    /// How long a client may leave an answer unread before its connection is closed, in seconds: 1 to
    /// 3600.
    #[arg(
        long, env = "STREAM_WRITE_TIMEOUT", value_name = "SECONDS", default_value = "30",
        value_parser = seconds(1..=3600)
    )]
    pub write_timeout: Duration,
    /// How long a client may take for the headers of a request, and how long a connection may be idle,
    /// in seconds: 1 to 86400.
    #[arg(
        long, env = "STREAM_HEADER_TIMEOUT", value_name = "SECONDS", default_value = "60",
        value_parser = seconds(1..=86_400)
    )]
    pub header_timeout: Duration,
    /// How long to wait for running calls when the server shuts down, in seconds: 1 to 86400.
    #[arg(
        long, env = "STREAM_STOP_TIMEOUT", value_name = "SECONDS", default_value = "30",
        value_parser = seconds(1..=86_400)
    )]
    pub stop_timeout: Duration,
    /// How long a call may take with all its retries; all modes share this setting.
    #[arg(skip)]
    pub call_timeout: Duration,
}

/// Where the server listens.
#[derive(Debug, Clone, Args)]
pub struct Listen {
    /// The address and port to listen on. Without it, `HOST` and `PORT` apply.
    #[arg(long, env = "STREAM_HTTP", value_name = "ADDRESS", value_parser = socket_address)]
    http: Option<SocketAddr>,
    /// The address to listen on.
    #[arg(
        long, env = "HOST", value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address
    )]
    host: IpAddr,
    /// The port to listen on: 0 to 65535; 0 picks a free port.
    #[arg(
        long, env = "PORT", value_name = "N", default_value = "8000", value_parser = whole(0..=u16::MAX)
    )]
    port: u16,
}

impl Listen {
    /// The address and port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.http.unwrap_or_else(|| SocketAddr::new(self.host, self.port))
    }
}

/// The files of TLS.
#[derive(Debug, Clone, Args)]
pub struct TlsFiles {
    /// The PEM file with the certificate chain. The server reads it again when it changes.
    #[arg(long, env = "STREAM_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The PEM file with the certificate's private key.
    #[arg(long, env = "STREAM_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
}

impl TlsFiles {
    /// The certificate and its private key.
    #[must_use]
    pub fn pair(&self) -> Option<(PathBuf, PathBuf)> {
        self.tls_cert.clone().zip(self.tls_key.clone())
    }

    fn fault(&self) -> Option<Fault> {
        let (variable, flag, other) = match (&self.tls_cert, &self.tls_key) {
            (Some(_), None) => ("STREAM_TLS_KEY", "--tls-key", "STREAM_TLS_CERT"),
            (None, Some(_)) => ("STREAM_TLS_CERT", "--tls-cert", "STREAM_TLS_KEY"),
            _ => return None,
        };
        Some(Fault::new(variable, Some(flag), format!("required with {other}")))
    }
}

/// Where replicas keep what they share.
#[derive(Clone)]
pub enum State {
    /// In the memory of this process, so nowhere that others could read it.
    Memory,
    /// In the Redis at this address, which may contain a password.
    Redis(String),
}

impl State {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let schemes = ["redis://", "rediss://", "redis+unix://"];
        match text {
            "memory" => Ok(Self::Memory),
            _ if schemes.iter().any(|scheme| text.starts_with(scheme)) => {
                Ok(Self::Redis(text.to_owned()))
            }
            _ => Err("must be `memory` or the address of a Redis, redis://HOST:6379".to_owned()),
        }
    }

    /// The address of the Redis.
    #[must_use]
    pub fn redis(&self) -> Option<&str> {
        match self {
            Self::Memory => None,
            Self::Redis(url) => Some(url),
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.redis().is_some() { "Redis(…)" } else { "Memory" })
    }
}

/// What is read again on SIGHUP.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits (read again on SIGHUP)")]
pub struct Live {
    /// The names under which the server may be addressed.
    #[command(flatten)]
    pub hosts: Hosts,
    /// The web pages that may use it.
    #[command(flatten)]
    pub origins: Origins,
    /// The address or network of a proxy whose `X-Forwarded-For` is trusted; repeatable.
    #[arg(
        long = "trusted-proxy", env = "STREAM_TRUSTED_PROXIES", value_name = "NETWORK",
        value_delimiter = ',', value_parser = network
    )]
    pub proxies: Vec<IpNet>,
    /// The largest request body, in bytes: 1 to 67108864.
    #[arg(
        long, env = "STREAM_MAX_BODY", value_name = "BYTES", default_value = "1048576",
        value_parser = whole(1..=67_108_864_usize)
    )]
    pub max_body: usize,
    /// How long a client may take for the body of a request, in seconds: 1 to 3600.
    #[arg(
        long, env = "STREAM_BODY_TIMEOUT", value_name = "SECONDS", default_value = "30",
        value_parser = seconds(1..=3600)
    )]
    pub body_timeout: Duration,
    /// How many requests may run at the same time: 1 to 1000000.
    #[arg(
        long, env = "STREAM_MAX_CALLS", value_name = "N", default_value = "512",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_calls: usize,
    /// How many requests may run at a time for one key, or for one address without a key: 1 to 1000000.
    #[arg(
        long, env = "STREAM_MAX_CALLS_PER_KEY", value_name = "N", default_value = "64",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_calls_per_key: usize,
    /// How many requests from one address (IPv6: one /64 network) may run at the same time, whatever
    /// their keys: 1 to 1000000.
    #[arg(
        long, env = "STREAM_MAX_CALLS_PER_ADDRESS", value_name = "N", default_value = "128",
        value_parser = whole(1..=1_000_000_usize)
    )]
    pub max_calls_per_address: usize,
    /// How many requests one key may send per second, with bursts of twice as many: 0 to 1000000, where 0
    /// means no limit.
    #[arg(
        long, env = "STREAM_RATE_PER_KEY", value_name = "N", default_value = "50",
        value_parser = whole(0..=1_000_000_u32)
    )]
    pub rate_per_key: u32,
    /// How many requests one address (IPv6: one /64 network) may send per second, with bursts of twice as
    /// many: 0 to 1000000, where 0 means no limit.
    #[arg(
        long, env = "STREAM_RATE_PER_ADDRESS", value_name = "N", default_value = "200",
        value_parser = whole(0..=1_000_000_u32)
    )]
    pub rate_per_address: u32,
    /// Which tools there are; all modes share these settings.
    #[arg(skip)]
    pub view: View,
}

impl Options {
    /// Reads the settings from wherever `lookup` finds them, by the names of their variables.
    ///
    /// # Errors
    /// Every setting whose value cannot be used, and settings that exclude each other.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        let settings = Settings::read(&lookup);
        let options = sources::read::<Self>(&lookup);
        match (options, settings) {
            (Ok(mut options), Ok(settings)) => {
                options.complete(&settings)?;
                Ok(options)
            }
            (options, settings) => {
                let faults = [options.err(), settings.err()].into_iter().flatten();
                Err(Faults(faults.flat_map(|faults| faults.0).collect()))
            }
        }
    }

    /// Takes over what all modes share, and checks what no setting can say alone.
    ///
    /// # Errors
    /// Settings that exclude each other.
    pub(crate) fn complete(&mut self, settings: &Settings) -> Result<(), Faults> {
        self.fixed.call_timeout = settings.calls.call_timeout;
        let mut faults: Vec<Fault> =
            self.fixed.tls.fault().into_iter().chain(self.exposed_key(settings)).collect();
        match View::from_settings(&settings.tools) {
            Ok(view) => self.live.view = view,
            Err(Faults(more)) => faults.extend(more),
        }
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }

    /// The server's own key must not be usable by others.
    fn exposed_key(&self, settings: &Settings) -> Option<Fault> {
        let address = self.fixed.listen.address();
        let open = if !address.ip().is_loopback() {
            Some(format!("others can reach {address}"))
        } else if self.live.hosts.any() {
            Some("`*` allows any host (STREAM_ALLOWED_HOSTS)".to_owned())
        } else if self.live.origins.any() {
            Some("`*` allows any web page (STREAM_ALLOWED_ORIGINS)".to_owned())
        } else {
            None
        };
        let open = open?;
        if self.fixed.share_key {
            let message = format!(
                "the server's key must not be shared here, because {open}; let every caller send their \
                 own key"
            );
            return Some(Fault::new("STREAM_SHARE_KEY", Some("--share-key"), message));
        }
        if settings.has_key() && !address.ip().is_loopback() {
            let message = format!(
                "the server does not use a key of its own here, because {open}; unset it, and let every \
                 caller send their own key"
            );
            return Some(Fault::new("STREAM_API_KEY", None, message));
        }
        None
    }
}

fn socket_address(text: &str) -> Result<SocketAddr, String> {
    text.trim()
        .parse()
        .map_err(|_| "must be an address with a port, like 127.0.0.1:8000".to_owned())
}

fn address(text: &str) -> Result<IpAddr, String> {
    text.trim().parse().map_err(|_| "must be an IP address".to_owned())
}

fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| "must be an IP address or a network, like 10.0.0.0/8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn read(pairs: &[(&str, &str)]) -> Result<Options, String> {
        let find = |name: &str| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Options::read(find).map_err(|faults| faults.to_string())
    }

    #[test]
    fn the_defaults_are_for_one_machine() {
        let options = read(&[]).unwrap();
        assert_eq!(options.fixed.listen.address().to_string(), "127.0.0.1:8000");
        assert!(
            options.live.hosts.allow("localhost:8000") && !options.live.hosts.allow("x.example")
        );
    }

    #[test]
    fn host_and_port_apply_where_no_address_is_given() {
        let address =
            |pairs: &[(&str, &str)]| read(pairs).unwrap().fixed.listen.address().to_string();
        assert_eq!(address(&[("HOST", "0.0.0.0"), ("PORT", "80")]), "0.0.0.0:80");
        assert_eq!(address(&[("HOST", "::"), ("STREAM_HTTP", "127.0.0.1:1")]), "127.0.0.1:1");
    }

    #[test]
    fn a_key_is_shared_on_a_loopback_address_only() {
        let key = ("STREAM_API_KEY", "a:hush");
        let share = ("STREAM_SHARE_KEY", "true");
        assert!(read(&[key, share]).unwrap().fixed.share_key);
        assert!(!read(&[key]).unwrap().fixed.share_key);
        for open in [
            ("HOST", "0.0.0.0"),
            ("HOST", "::"),
            ("STREAM_HTTP", "192.0.2.1:80"),
            ("STREAM_ALLOWED_HOSTS", "localhost, *"),
            ("STREAM_ALLOWED_ORIGINS", "*"),
        ] {
            for settings in [&[key, share, open][..], &[share, open]] {
                let message = read(settings).unwrap_err();
                assert!(message.contains("--share-key") && !message.contains("hush"), "{message}");
            }
        }
        let message = read(&[key, ("HOST", "0.0.0.0")]).unwrap_err();
        assert!(message.contains("STREAM_API_KEY") && !message.contains("hush"), "{message}");
    }

    #[test]
    fn all_faults_are_reported_at_once() {
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
            ("STREAM_STATE", "disk"),
        ];
        let message = read(&wrong).unwrap_err();
        for (name, _) in wrong {
            assert!(message.contains(&format!("{name} (--")), "{name} is not in\n{message}");
        }
        for (given, missing) in
            [("STREAM_TLS_CERT", "STREAM_TLS_KEY"), ("STREAM_TLS_KEY", "STREAM_TLS_CERT")]
        {
            let message = read(&[(given, "a.pem")]).unwrap_err();
            assert!(message.contains(&format!("{missing} (--")), "{message}");
        }
    }

    #[test]
    fn the_password_of_the_shared_state_does_not_print() {
        let options = read(&[("STREAM_STATE", "redis://:hush@127.0.0.1")]).unwrap();
        assert!(!format!("{options:?}").contains("hush"));
        assert_eq!(options.fixed.state.redis(), Some("redis://:hush@127.0.0.1"));
    }
}
