//! Who sends a request: the key it brings, and what it asks for beside its message.
//!
//! A key is read here and passed on in a type that does not print. Where callers have to be told apart, a
//! [`Principal`] represents one: a hash of the key under a secret of this process, from which nothing of
//! the key can be found.

use std::net::IpAddr;

use clap::ValueEnum as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderName, header::AUTHORIZATION};
use parking_lot::RwLock;
use sha2::Sha256;
use streampay::ApiKey;

use super::refusal::Refusal;
use crate::{
    selection::ByName,
    settings::switch,
    view::{Mode, View},
};

const BRANCH: HeaderName = HeaderName::from_static("x-stream-branch-id");
const READ_ONLY: HeaderName = HeaderName::from_static("x-stream-readonly");
const TOOLSETS: HeaderName = HeaderName::from_static("x-stream-toolsets");
const TOOLS: HeaderName = HeaderName::from_static("x-stream-tools");
const EXCLUDE_TOOLS: HeaderName = HeaderName::from_static("x-stream-exclude-tools");
const MODE: HeaderName = HeaderName::from_static("x-stream-mode");
const NO_PREVIEW: HeaderName = HeaderName::from_static("x-stream-no-preview");
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken over, in characters.
const MAX_REQUEST_ID: usize = 128;

/// Represents a key, or an address if there is no key.
pub(super) type Principal = [u8; 16];

/// The secret under which keys are hashed and session ids are sealed.
pub(super) struct Seal(RwLock<[u8; 32]>);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// A new secret.
    ///
    /// # Errors
    /// A machine that gives no random numbers.
    pub(super) fn random() -> std::io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Self(RwLock::new(secret)))
    }

    pub(super) fn secret(&self) -> [u8; 32] {
        *self.0.read()
    }

    /// Takes over the secret that replicas share.
    pub(super) fn replace(&self, secret: [u8; 32]) {
        *self.0.write() = secret;
    }

    /// The keyed hash of these parts.
    pub(super) fn hash(&self, purpose: u8, parts: &[&[u8]]) -> Principal {
        let mut short = [0; 16];
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret()) else { return short };
        mac.update(&[purpose]);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let whole = mac.finalize().into_bytes();
        short.iter_mut().zip(whole.iter()).for_each(|(to, from)| *to = *from);
        short
    }

    pub(super) fn key(&self, key: &ApiKey) -> Principal {
        key.fingerprint(&self.secret())
    }

    pub(super) fn address(&self, address: IpAddr) -> Principal {
        match address {
            IpAddr::V4(address) => self.hash(b'4', &[&address.octets()]),
            IpAddr::V6(address) => self.hash(b'6', &[&address.octets()]),
        }
    }

    /// Represents all callers without a key, when sessions are bound.
    pub(super) fn nobody(&self) -> Principal {
        self.hash(b'n', &[])
    }
}

/// The key of a request and the principal that represents it.
pub(super) struct Identity {
    pub(super) key: Option<ApiKey>,
    pub(super) principal: Option<Principal>,
}

/// Takes the key out of the headers, so that nothing behind this place can log it.
pub(super) fn identity(headers: &mut HeaderMap, seal: &Seal) -> Result<Identity, Refusal> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (first, more) = (given.next(), given.next().is_some());
    let Some(first) = first else { return Ok(Identity { key: None, principal: None }) };
    if more {
        return Err(Refusal::key("there is more than one Authorization header"));
    }
    let text = first.to_str().map_err(|_| Refusal::key("the key must be plain text"))?;
    let (scheme, text) = text.trim().split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::key("the Authorization header must be `Bearer KEY`"));
    }
    let key = ApiKey::parse(text).map_err(|error| Refusal::key(&error.to_string()))?;
    let principal = seal.key(&key);
    headers.remove(AUTHORIZATION);
    Ok(Identity { key: Some(key), principal: Some(principal) })
}

/// What the headers of a request ask for: a branch, fewer tools.
pub(super) fn request_options(
    headers: &HeaderMap,
    view: &View,
) -> Result<(Option<uuid::Uuid>, View), Refusal> {
    let text = |name: &HeaderName| {
        let mut given = headers.get_all(name).iter();
        match (given.next().map(|value| value.to_str()), given.next()) {
            (_, Some(_)) => Err(Refusal::header(name, "it must be given once")),
            (None, None) => Ok(None),
            (Some(Ok(text)), None) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            (Some(Err(_)), None) => Err(Refusal::header(name, "it must be plain text")),
        }
    };
    let branch = match text(&BRANCH)? {
        Some(text) => {
            let parsed = text.parse().map_err(|_| Refusal::header(&BRANCH, "it must be a UUID"))?;
            Some(parsed)
        }
        None => None,
    };
    let on = |name: &HeaderName| match text(name)? {
        Some(value) => switch(value).map_err(|error| Refusal::header(name, &error)),
        None => Ok(false),
    };
    let mut wanted = view.clone();
    let narrow: [(&HeaderName, ByName); 3] =
        [(&TOOLSETS, View::toolsets), (&TOOLS, View::tools), (&EXCLUDE_TOOLS, View::exclude_tools)];
    for (name, narrow) in narrow {
        if let Some(names) = text(name)? {
            wanted = narrow(wanted, names).map_err(|error| Refusal::header(name, &error))?;
        }
    }
    if let Some(mode) = text(&MODE)? {
        let mode = Mode::from_str(mode, true)
            .map_err(|_| Refusal::header(&MODE, "it must be `full` or `search`"))?;
        if mode == Mode::Search {
            wanted = wanted.search();
        }
    }
    if on(&READ_ONLY)? {
        wanted = wanted.read_only();
    }
    if on(&NO_PREVIEW)? {
        wanted = wanted.no_preview();
    }
    Ok((branch, wanted))
}

/// The id of a request: its own where that is harmless in a header and a log, otherwise a new one.
pub(super) fn request_id(headers: &HeaderMap) -> String {
    let harmless = |id: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        (1..=MAX_REQUEST_ID).contains(&id.len()) && id.chars().all(plain)
    };
    let own = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(harmless);
    // It tells requests apart and guards nothing, so it need not be secret.
    own.map_or_else(|| format!("{:032x}", fastrand::u128(..)), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{Seal, View, identity, request_id, request_options};

    fn with(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn all_spellings_of_a_key_are_one_principal_and_leave_the_headers() {
        let seal = Seal::random().unwrap();
        let of = |text: &str| {
            let mut headers = with("authorization", text);
            let identity = identity(&mut headers, &seal).map_err(|_| "refused").unwrap();
            assert!(headers.is_empty(), "the key stays in the headers");
            identity.principal.unwrap()
        };
        let one = of("Bearer a:b");
        for same in ["bearer YTpi", "Bearer  YTpi ", "Bearer YTpiCg==", "Bearer \"a:b\""] {
            assert_eq!(of(same), one, "{same}");
        }
        assert_ne!(of("Bearer a:c"), one);
        assert_ne!(
            Seal::random().unwrap().key(&"a:b".parse().unwrap()),
            one,
            "it does not depend on the secret"
        );
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_repeated() {
        let seal = Seal::random().unwrap();
        for bad in ["Bearer", "Bearer hush:", "Basic YTpi", "hushhush", "Bearer a:b c"] {
            let refusal = identity(&mut with("authorization", bad), &seal).err().unwrap();
            assert_eq!(refusal.status, 401, "{bad}");
            assert!(!refusal.message.contains("hush"));
        }
        let mut two = with("authorization", "Bearer a:b");
        two.append("authorization", HeaderValue::from_static("Bearer c:d"));
        assert!(identity(&mut two, &seal).is_err());
    }

    #[test]
    fn a_header_that_narrows_a_request_may_be_there_once() {
        for (name, values) in [
            ("x-stream-readonly", ["false", "true"]),
            ("x-stream-toolsets", ["payments", "docs"]),
            ("x-stream-tools", ["get_payment", "get_customer"]),
            ("x-stream-exclude-tools", ["get_payment", "get_customer"]),
            ("x-stream-no-preview", ["true", "false"]),
            ("x-stream-mode", ["search", "full"]),
            ("x-stream-branch-id", ["", "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c"]),
        ] {
            let mut headers = with(name, values[0]);
            assert!(request_options(&headers, &View::default()).is_ok());
            headers.append(name, HeaderValue::from_static(values[1]));
            assert_eq!(
                request_options(&headers, &View::default()).err().unwrap().status,
                400,
                "{name}"
            );
        }
    }

    #[test]
    fn a_request_id_cannot_smuggle() {
        assert_eq!(request_id(&with("x-request-id", "a-1.b_2")), "a-1.b_2");
        for bad in ["a b", "a\"b", &"x".repeat(129), "a{}"] {
            assert_ne!(request_id(&with("x-request-id", bad)), bad);
        }
    }
}
