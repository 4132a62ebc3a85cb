//! The settings that stdio and HTTP share. Those of `serve` alone are in `http::settings`, those of
//! the log in `telemetry`.
//!
//! Each setting is defined once, as an argument of clap with its variable, its type, its range and its
//! default; `sources` finds the values. To add one, add a field to the group that it belongs to and run
//! `UPDATE_DOCS=1 cargo test -p streampay-mcp --test configuration`.

use std::{ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use clap::Args;
use streampay::{ApiKey, Client};
use url::Url;
use uuid::Uuid;

use crate::{
    generated,
    sources::{self, Faults},
    view::{self, Mode},
    watch::Observer,
};

/// What the server needs in every mode.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// How to reach the API.
    #[command(flatten)]
    pub api: ApiSettings,
    /// Which tools there are.
    #[command(flatten)]
    pub tools: ToolSettings,
    /// What bounds a call.
    #[command(flatten)]
    pub calls: CallSettings,
    /// How results look.
    #[command(flatten)]
    pub results: ResultSettings,
    /// What the owner of the account allows.
    #[command(flatten)]
    pub control: ControlSettings,
}

/// How to reach the API.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Stream")]
pub struct ApiSettings {
    /// The API key, from Stream's dashboard: `key:secret`, or its base64 form.
    ///
    /// There is no flag for it, because other users of the machine can read the arguments of a program.
    #[arg(
        long = "api-key", id = "api_key", env = "STREAM_API_KEY", global = true, hide = true,
        value_parser = ApiKey::parse
    )]
    pub key: Option<ApiKey>,
    /// The address of the API: https, or http on a loopback address.
    #[arg(
        long, env = "STREAM_BASE_URL", global = true, value_name = "URL",
        default_value = streampay::DEFAULT_BASE_URL, value_parser = secure_url
    )]
    pub base_url: Url,
    /// How long one attempt of a request may take, in seconds: above 0, at most 600.
    #[arg(
        long, env = "STREAM_TIMEOUT", global = true, value_name = "SECONDS", default_value = "30",
        value_parser = attempt_timeout
    )]
    pub timeout: Duration,
    /// How many times a request is sent again if that is safe: 0 to 10.
    #[arg(
        long, env = "STREAM_MAX_RETRIES", global = true, value_name = "N", default_value = "2",
        value_parser = whole(0..=10_u32)
    )]
    pub max_retries: u32,
    /// The branch to act in. Without it, the key's default branch.
    #[arg(long, env = "STREAM_BRANCH_ID", global = true, value_name = "UUID", value_parser = uuid)]
    pub branch_id: Option<Uuid>,
    /// The address of Stream's guides.
    #[arg(
        long, env = "STREAM_DOCS_URL", global = true, value_name = "URL",
        default_value = "https://docs.streampay.sa", value_parser = secure_url
    )]
    pub docs_url: Url,
}

/// Which tools there are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Tools")]
pub struct ToolSettings {
    /// Expose only read-only tools. Over HTTP, a request can ask for the same with
    /// `X-Stream-Readonly: true`.
    #[arg(
        long, env = "STREAM_READ_ONLY", global = true, value_name = "BOOL", value_parser = switch,
        num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true"
    )]
    pub read_only: bool,
    /// Expose only these toolsets, separated by commas; `stream-mcp tools` lists them. Over HTTP, a
    /// request can ask for fewer with `X-Stream-Toolsets`.
    #[arg(
        long, env = "STREAM_TOOLSETS", global = true, value_name = "NAMES", default_value = "all",
        value_parser = Toolsets::parse
    )]
    pub toolsets: Toolsets,
    /// Expose only these tools, separated by commas; a tool must also be in one of the toolsets. Over HTTP,
    /// a request can ask for fewer with `X-Stream-Tools`.
    #[arg(long, env = "STREAM_TOOLS", global = true, value_name = "NAMES")]
    pub tools: Option<String>,
    /// Hide these tools, separated by commas. Over HTTP, a request can hide more with
    /// `X-Stream-Exclude-Tools`.
    #[arg(long, env = "STREAM_EXCLUDE_TOOLS", global = true, value_name = "NAMES")]
    pub exclude_tools: Option<String>,
    /// Hide tools whose operations are previews or undocumented, because these may change or disappear.
    /// Over HTTP, a request can ask for the same with `X-Stream-No-Preview: true`.
    #[arg(
        long, env = "STREAM_NO_PREVIEW", global = true, value_name = "BOOL", value_parser = switch,
        num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true"
    )]
    pub no_preview: bool,
    /// How tools are offered: `full` lists all of them, `search` lists four that find, describe and call
    /// the others. Over HTTP, a request can ask for the latter with `X-Stream-Mode: search`.
    #[arg(
        long,
        env = "STREAM_MODE",
        global = true,
        value_name = "MODE",
        default_value = "full",
        hide_possible_values = true
    )]
    pub mode: Mode,
}

/// Toolsets by their names.
#[derive(Debug, Clone)]
pub struct Toolsets(pub(crate) Vec<&'static str>);

impl Toolsets {
    fn parse(text: &str) -> Result<Self, String> {
        if text.trim() == "all" {
            return Ok(Self(generated::TOOLSETS.iter().map(|(name, _)| *name).collect()));
        }
        view::toolsets(text).map(Self)
    }
}

/// What bounds a call.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Calls")]
pub struct CallSettings {
    /// How long a call may take, including its retries, in seconds: 1 to 86400. Over stdio, this also
    /// limits how long the server waits for running changes after the client has gone.
    #[arg(
        long, env = "STREAM_CALL_TIMEOUT", global = true, value_name = "SECONDS", default_value = "120",
        value_parser = seconds(1..=86_400)
    )]
    pub call_timeout: Duration,
    /// The largest answer of the API that the server accepts, in bytes: 1024 to 67108864.
    #[arg(
        long, env = "STREAM_MAX_ANSWER", global = true, value_name = "BYTES", default_value = "4194304",
        value_parser = whole(1024..=64 * 1024 * 1024_usize)
    )]
    pub max_answer: usize,
}

/// How results look.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Results")]
pub struct ResultSettings {
    /// The largest result of a tool, in tokens (estimated from above): 2000 to 1000000. A larger one is
    /// cut, and says what is missing.
    #[arg(
        long, env = "STREAM_MAX_RESULT_TOKENS", global = true, value_name = "TOKENS",
        default_value = "20000", value_parser = whole(2_000..=1_000_000_usize)
    )]
    pub max_result_tokens: usize,
    /// Replace phone numbers, e-mail addresses, IBANs and postal addresses in results by pseudonyms, which
    /// are the same for the same API key.
    #[arg(
        long, env = "STREAM_MASK_PERSONAL_DATA", global = true, value_name = "BOOL", value_parser = switch,
        num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true"
    )]
    pub mask_personal_data: bool,
}

/// What the owner of the account allows.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Control")]
pub struct ControlSettings {
    /// The policy: a TOML file that says what agents may do. docs/control.md explains it. It needs
    /// `--control-store`. Without a policy every tool can be called.
    #[arg(long, env = "STREAM_POLICY", global = true, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The audit: a file with a line before and a line after each change, chained by hash. It needs
    /// `--control-store`.
    #[arg(long, env = "STREAM_AUDIT", global = true, value_name = "FILE")]
    pub audit: Option<PathBuf>,
    /// Where limits, approvals and unknown outcomes are kept: a file (SQLite, for one machine) or
    /// `redis://HOST:6379` (for replicas). Without it they are kept in memory, and end with the process.
    #[arg(
        long = "control-store",
        id = "control_store",
        env = "STREAM_CONTROL_STORE",
        global = true,
        value_name = "FILE_OR_URL"
    )]
    pub store: Option<ControlStore>,
}

impl ControlSettings {
    /// Whether the owner asked for any control.
    #[must_use]
    pub const fn is_used(&self) -> bool {
        self.policy.is_some() || self.audit.is_some() || self.store.is_some()
    }
}

/// Where the state of the owner's control is kept. It does not print, because the address of a Redis can
/// hold a password.
#[derive(Clone)]
pub struct ControlStore(pub(crate) String);

impl FromStr for ControlStore {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.trim().to_owned()))
    }
}

impl std::fmt::Debug for ControlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ControlStore(…)")
    }
}

impl Settings {
    /// Reads the settings from wherever `lookup` finds them, by the names of their variables.
    ///
    /// # Errors
    /// Every setting whose value cannot be used.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Faults> {
        sources::read(&lookup)
    }

    /// Whether the server has a key of its own.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        self.api.key.is_some()
    }

    /// Makes the client.
    ///
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub fn client(&self) -> Result<Client, streampay::Error> {
        let ApiSettings { key, base_url, timeout, max_retries, branch_id, docs_url: _ } = &self.api;
        let mut client = Client::builder()
            .user_agent(concat!("stream-mcp/", env!("CARGO_PKG_VERSION")))
            .base_url(base_url.clone())
            .timeout(*timeout)
            .max_retries(*max_retries)
            .max_answer(self.calls.max_answer)
            .hook(Observer);
        if let Some(key) = key {
            client = client.key(key.clone());
        }
        if let Some(branch) = branch_id {
            client = client.branch(*branch);
        }
        client.build()
    }
}

/// Parses a switch.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

/// Parses a whole number within a range.
pub(crate) fn whole<T>(
    range: RangeInclusive<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + std::fmt::Display + Clone + Send + Sync + 'static,
{
    move |text| {
        let number = text.trim().parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            format!("must be a whole number from {} to {}", range.start(), range.end())
        })
    }
}

/// Parses whole seconds within a range.
pub(crate) fn seconds(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<Duration, String> + Clone + Send + Sync + 'static {
    let number = whole(range);
    move |text| number(text).map(Duration::from_secs)
}

fn attempt_timeout(text: &str) -> Result<Duration, String> {
    let seconds = text.trim().parse().ok().filter(|seconds| *seconds > 0.0 && *seconds <= 600.0);
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "must be a number of seconds, above 0 and at most 600".to_owned())
}

fn uuid(text: &str) -> Result<Uuid, String> {
    Uuid::try_parse(text.trim()).map_err(|_| "must be a UUID".to_owned())
}

/// Parses an address that is https, or http on a loopback address, and holds nothing secret.
fn secure_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|error| format!("not a valid URL: {error}"))?;
    let fault = match url.scheme() {
        _ if streampay::is_https_or_loopback(&url) => None,
        "http" => Some("must be https, unless it is a loopback address"),
        _ => Some("must begin with https://"),
    };
    let userinfo = !url.username().is_empty() || url.password().is_some();
    let fault = fault.or(userinfo.then_some("must not contain a user name or password"));
    let extra = url.query().is_some() || url.fragment().is_some();
    match fault.or(extra.then_some("must not have a query or a fragment")) {
        Some(fault) => Err(fault.to_owned()),
        None => Ok(url),
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, secure_url};

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        let find = |name: &str| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::read(find).map_err(|faults| faults.to_string())
    }

    #[test]
    fn all_wrong_settings_are_reported_at_once_without_their_values() {
        let wrong = [
            ("STREAM_BASE_URL", "http://hush.example"),
            ("STREAM_TIMEOUT", "hush"),
            ("STREAM_MAX_RETRIES", "-1"),
            ("STREAM_BRANCH_ID", "hush"),
            ("STREAM_DOCS_URL", "ftp://hush"),
            ("STREAM_READ_ONLY", "hush"),
            ("STREAM_TOOLSETS", "hush"),
            ("STREAM_CALL_TIMEOUT", "0"),
        ];
        let message = read(&wrong).unwrap_err();
        for (name, _) in wrong {
            assert!(message.contains(&format!("{name} (--")), "{name} is not in\n{message}");
        }
        assert!(!message.contains("hush"), "{message}");
    }

    #[test]
    fn empty_settings_are_the_defaults() {
        let settings = read(&[("STREAM_API_KEY", " "), ("STREAM_TIMEOUT", "")]).unwrap();
        assert!(!settings.has_key());
        assert_eq!(format!("{settings:?}"), format!("{:?}", read(&[]).unwrap()));
        assert!(read(&[("STREAM_API_KEY", "a:b")]).unwrap().has_key());
    }

    #[test]
    fn the_defaults_are_those_of_the_library() {
        let ours = read(&[]).unwrap().client().unwrap();
        let library = streampay::Client::builder().build().unwrap();
        let (ours, library) = (ours.config(), library.config());
        assert_eq!(ours.base_url, library.base_url);
        assert_eq!((ours.timeout, ours.max_retries), (library.timeout, library.max_retries));
    }

    #[test]
    fn an_address_cannot_expose_the_key() {
        let good =
            ["https://a.example", "http://127.0.0.1:1/x", "http://localhost:1", "http://[::1]:9"];
        for good in good {
            assert!(secure_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example",
            "http://localhost.a.example",
            "ftp://127.0.0.1",
            "a.example",
            "https://u:p@a",
            "https://a?x=1",
            "https://a#x",
            "",
        ] {
            assert!(secure_url(bad).is_err(), "{bad}");
        }
    }
}
