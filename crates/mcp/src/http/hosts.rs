//! Under which names clients may address the server, and which web pages may use it.
//!
//! This rejects foreign web pages, and pages that reach the server under a name made to resolve to it (DNS
//! rebinding). By default both lists allow this machine only.

use clap::Args;
use http::uri::Authority;

/// The names of this machine.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The names that the `Host` header may have.
#[derive(Debug, Clone, Args)]
pub struct Hosts {
    /// A name under which clients address the server, with or without a port; repeatable. `*` allows
    /// any.
    #[arg(
        long = "allowed-host", env = "STREAM_ALLOWED_HOSTS", value_name = "HOST", value_delimiter = ',',
        default_values = LOCAL, value_parser = Host::parse
    )]
    allowed_hosts: Vec<Host>,
}

/// One of the names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Any,
    Name { name: String, port: Option<u16> },
}

impl Host {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        split(text)
            .map(|(name, port)| Self::Name { name, port })
            .ok_or_else(|| "expected NAME or NAME:PORT, without a scheme, or `*`".to_owned())
    }
}

impl Hosts {
    /// Whether the server may be addressed as `given`.
    #[must_use]
    pub fn allow(&self, given: &str) -> bool {
        let Some((given, given_port)) = split(given) else { return false };
        self.allowed_hosts.iter().any(|host| match host {
            Host::Any => true,
            Host::Name { name, port } => *name == given && (port.is_none() || *port == given_port),
        })
    }

    /// Whether only names of this machine are allowed.
    #[must_use]
    pub fn only_local(&self) -> bool {
        self.allowed_hosts.iter().all(|host| match host {
            Host::Any => false,
            Host::Name { name, .. } => LOCAL.contains(&name.as_str()),
        })
    }

    /// Whether any name is allowed.
    #[must_use]
    pub fn any(&self) -> bool {
        self.allowed_hosts.contains(&Host::Any)
    }
}

fn split(text: &str) -> Option<(String, Option<u16>)> {
    if text.contains(['/', '@', ' ']) {
        return None;
    }
    let authority = Authority::try_from(text).ok()?;
    let port = match authority.port() {
        Some(port) => Some(port.as_str().parse().ok()?),
        // Something else than a port follows the name.
        None if authority.as_str().len() != authority.host().len() => return None,
        None => None,
    };
    let name = authority.host();
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    (!name.is_empty()).then_some((name, port))
}

/// The origins of web pages that may use the server.
#[derive(Debug, Clone, Args)]
pub struct Origins {
    /// The origin of web pages that may use the server; repeatable. `https://name:*` allows any port,
    /// `*` any page.
    #[arg(
        long = "allowed-origin", env = "STREAM_ALLOWED_ORIGINS", value_name = "ORIGIN",
        value_delimiter = ',', value_parser = Origin::parse,
        default_values = [
            "http://localhost:*", "https://localhost:*", "http://127.0.0.1:*", "https://127.0.0.1:*",
            "http://[::1]:*", "https://[::1]:*",
        ]
    )]
    allowed_origins: Vec<Origin>,
}

/// One of the origins.
#[derive(Debug, Clone)]
enum Origin {
    Any,
    Of { scheme: String, name: String, port: Port },
}

#[derive(Debug, Clone, Copy)]
enum Port {
    Any,
    Is(u16),
}

impl Origin {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        let (base, any) = text.strip_suffix(":*").map_or((text, false), |base| (base, true));
        let (scheme, name, port) = parts(base)
            .ok_or_else(|| "expected https://NAME or https://NAME:PORT, or `*`".to_owned())?;
        Ok(Self::Of { scheme, name, port: if any { Port::Any } else { Port::Is(port) } })
    }
}

impl Origins {
    /// Whether any page is allowed.
    #[must_use]
    pub fn any(&self) -> bool {
        self.allowed_origins.iter().any(|origin| matches!(origin, Origin::Any))
    }

    /// Whether a page from `given` may use the server.
    #[must_use]
    pub fn allow(&self, given: &str) -> bool {
        let given = parts(given);
        self.allowed_origins.iter().any(|origin| match (origin, &given) {
            (Origin::Any, _) => true,
            (Origin::Of { scheme, name, port }, Some((s, n, p))) => {
                scheme == s && name == n && matches!(port, Port::Any)
                    || matches!(port, Port::Is(port) if port == p && scheme == s && name == n)
            }
            (Origin::Of { .. }, None) => false,
        })
    }
}

fn parts(origin: &str) -> Option<(String, String, u16)> {
    let (scheme, rest) = origin.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let usual = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let (name, port) = split(rest)?;
    Some((scheme, name, port.unwrap_or(usual)))
}

#[cfg(test)]
mod tests {
    use clap::Args;

    use super::{Hosts, Origins};
    use crate::sources::{self, Faults};

    /// Reads the one setting of a group.
    fn read<T: Args>(value: Option<&str>) -> Result<T, Faults> {
        sources::read(&|_| value.map(ToOwned::to_owned))
    }

    fn hosts(value: &str) -> Result<Hosts, Faults> {
        read(Some(value))
    }

    fn origins(value: &str) -> Result<Origins, Faults> {
        read(Some(value))
    }

    #[test]
    fn a_rebound_name_is_refused() {
        let hosts: Hosts = read(None).unwrap();
        for good in ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "localhost."] {
            assert!(hosts.allow(good), "{good}");
        }
        let bad = [
            "evil.example",
            "localhost.evil.example",
            "evil.example:80",
            "",
            "localhost@evil.example",
            "localhost..",
            "localhost:x",
            "localhost:99999",
            "127.0.0.1.evil.example",
            "localhost/..",
            "localhost..",
            "::1",
        ];
        for bad in bad {
            assert!(!hosts.allow(bad), "{bad}");
        }
    }

    #[test]
    fn given_names_replace_the_defaults_and_may_have_ports() {
        let hosts = hosts("mcp.example.com, b.example:8443").unwrap();
        assert!(hosts.allow("mcp.example.com:1") && hosts.allow("b.example:8443"));
        assert!(!hosts.allow("b.example") && !hosts.allow("localhost"));
        assert!(!hosts.only_local() && !hosts.any());
        assert!(read::<Hosts>(None).unwrap().only_local());
        let any = self::hosts("localhost, *").unwrap();
        assert!(any.allow("x:1") && any.any() && !any.only_local());
        assert!(self::hosts("https://x").is_err());
    }

    #[test]
    fn a_foreign_page_is_refused() {
        let local: Origins = read(None).unwrap();
        assert!(local.allow("http://localhost:6274") && local.allow("https://127.0.0.1"));
        for bad in ["null", "https://evil.example", "http://localhost.evil.example", "file://", ""]
        {
            assert!(!local.allow(bad), "{bad}");
        }
        let own = origins("https://app.example.com,http://dev.example:*").unwrap();
        assert!(own.allow("https://app.example.com") && own.allow("https://APP.example.com:443"));
        assert!(own.allow("http://dev.example:5173"));
        assert!(!own.allow("http://app.example.com") && !own.allow("https://app.example.com:444"));
        assert!(origins("app.example.com").is_err());
        assert!(origins("*").unwrap().any() && !own.any());
    }
}
