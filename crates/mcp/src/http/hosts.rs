//! Under which names the server may be addressed, and which web pages may use it.
//!
//! A page that a browser was led to by a rebound name, or a foreign page, is turned away here. Both
//! lists allow the machine itself only, unless others are given.

use http::uri::Authority;

/// The names that the `Host` header may have.
#[derive(Debug, Clone)]
pub struct Hosts(Vec<Host>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Any,
    Name { name: String, port: Option<u16> },
}

impl Default for Hosts {
    fn default() -> Self {
        let name = |name: &str| Host::Name { name: name.to_owned(), port: None };
        Self(vec![name("localhost"), name("127.0.0.1"), name("[::1]")])
    }
}

impl Hosts {
    /// Reads names, with or without ports, with commas between them; `*` is any.
    ///
    /// # Errors
    /// What is no name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parse = |name: &str| {
            if name == "*" {
                return Ok(Host::Any);
            }
            split(name).map(|(name, port)| Host::Name { name, port }).ok_or_else(|| {
                "holds what is no host name (a name or name:port, without a scheme)".to_owned()
            })
        };
        names.map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the server may be addressed as `given`.
    #[must_use]
    pub fn allow(&self, given: &str) -> bool {
        let Some((given, given_port)) = split(given) else { return false };
        self.0.iter().any(|host| match host {
            Host::Any => true,
            Host::Name { name, port } => *name == given && (port.is_none() || *port == given_port),
        })
    }

    /// Whether only the machine's own names are allowed.
    #[must_use]
    pub fn only_local(&self) -> bool {
        let local = Self::default();
        self.0.iter().all(|host| local.0.contains(host))
    }
}

fn split(text: &str) -> Option<(String, Option<u16>)> {
    if text.contains(['/', '@', ' ']) {
        return None;
    }
    let authority = Authority::try_from(text).ok()?;
    let port = match authority.port() {
        Some(port) => Some(port.as_str().parse().ok()?),
        // What follows the name is no port.
        None if authority.as_str().len() != authority.host().len() => return None,
        None => None,
    };
    let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
    (!name.is_empty()).then_some((name, port))
}

/// The origins of web pages that may use the server.
#[derive(Debug, Clone)]
pub struct Origins(Vec<Origin>);

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

impl Default for Origins {
    fn default() -> Self {
        let local = |scheme: &str, name: &str| Origin::Of {
            scheme: scheme.to_owned(),
            name: name.to_owned(),
            port: Port::Any,
        };
        let names = ["localhost", "127.0.0.1", "[::1]"];
        Self(names.iter().flat_map(|name| [local("http", name), local("https", name)]).collect())
    }
}

impl Origins {
    /// Reads origins (`https://app.example.com`, `http://localhost:*`) with commas between them; `*` is
    /// any.
    ///
    /// # Errors
    /// What is no origin.
    pub fn parse(text: &str) -> Result<Self, String> {
        let origins = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parse = |text: &str| {
            if text == "*" {
                return Some(Origin::Any);
            }
            let (base, any) = text.strip_suffix(":*").map_or((text, false), |base| (base, true));
            let (scheme, name, port) = parts(base)?;
            let port = if any { Port::Any } else { Port::Is(port) };
            Some(Origin::Of { scheme, name, port })
        };
        let fault = || "holds what is no origin (https://name or https://name:port)".to_owned();
        origins.map(|text| parse(text).ok_or_else(fault)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a page from `given` may use the server.
    #[must_use]
    pub fn allow(&self, given: &str) -> bool {
        let given = parts(given);
        self.0.iter().any(|origin| match (origin, &given) {
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
    use super::{Hosts, Origins};

    #[test]
    fn a_rebound_name_is_refused() {
        let hosts = Hosts::default();
        for good in ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "localhost."] {
            assert!(hosts.allow(good), "{good}");
        }
        let bad = [
            "evil.example",
            "localhost.evil.example",
            "evil.example:80",
            "",
            "localhost@evil.example",
            "localhost:x",
            "localhost:99999",
            "127.0.0.1.evil.example",
            "localhost/..",
            "::1",
        ];
        for bad in bad {
            assert!(!hosts.allow(bad), "{bad}");
        }
    }

    #[test]
    fn names_replace_the_machines_own_and_may_have_ports() {
        let hosts = Hosts::parse("mcp.example.com, b.example:8443").unwrap();
        assert!(hosts.allow("mcp.example.com:1") && hosts.allow("b.example:8443"));
        assert!(!hosts.allow("b.example") && !hosts.allow("localhost"));
        assert!(!hosts.only_local() && Hosts::default().only_local());
        assert!(Hosts::parse("https://x").is_err() && Hosts::parse("*").unwrap().allow("x:1"));
    }

    #[test]
    fn a_foreign_page_is_refused() {
        let local = Origins::default();
        assert!(local.allow("http://localhost:6274") && local.allow("https://127.0.0.1"));
        for bad in ["null", "https://evil.example", "http://localhost.evil.example", "file://", ""]
        {
            assert!(!local.allow(bad), "{bad}");
        }
        let own = Origins::parse("https://app.example.com,http://dev.example:*").unwrap();
        assert!(own.allow("https://app.example.com") && own.allow("https://APP.example.com:443"));
        assert!(own.allow("http://dev.example:5173"));
        assert!(!own.allow("http://app.example.com") && !own.allow("https://app.example.com:444"));
        assert!(Origins::parse("app.example.com").is_err());
    }
}
