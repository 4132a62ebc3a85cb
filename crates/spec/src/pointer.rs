//! JSON pointers (RFC 6901) that are built up while walking a document.

use std::fmt;

use serde_json::Value;

/// The place of a value in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// The root of the document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The place one step below this one.
    #[must_use]
    pub fn push(&self, token: impl Into<String>) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.into());
        Self(tokens)
    }

    /// Reads the fragment of a local reference, `#/components/schemas/Name`.
    ///
    /// `None` if the text is not a local pointer: another document, a URL, an anchor.
    #[must_use]
    pub fn parse_local(reference: &str) -> Option<Self> {
        let tail = reference.strip_prefix("#/")?;
        Some(Self(tail.split('/').map(|token| unescape(&percent_decode(token))).collect()))
    }

    /// The steps from the root.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// The value at this place.
    #[must_use]
    pub fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(document, |value, token| match value {
            Value::Object(map) => map.get(token),
            Value::Array(list) => list.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#")?;
        for token in &self.0 {
            write!(f, "/{}", token.replace('~', "~0").replace('/', "~1"))?;
        }
        Ok(())
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A fragment of a URI may be percent-encoded; invalid encodings stay as they are.
fn percent_decode(token: &str) -> String {
    let bytes = token.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let decoded = match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                hex(*high).zip(hex(*low)).map(|(high, low)| (high * 16 + low, after))
            }
            _ => None,
        };
        let (byte, after) = decoded.unwrap_or((first, tail));
        out.push(byte);
        rest = after;
    }
    String::from_utf8(out).unwrap_or_else(|_| token.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::Pointer;
    use serde_json::json;

    #[test]
    fn a_pointer_survives_being_written_and_read() {
        let pointer = Pointer::root().push("paths").push("/a/{b}").push("x~y");
        assert_eq!(pointer.to_string(), "#/paths/~1a~1{b}/x~0y");
        assert_eq!(Pointer::parse_local(&pointer.to_string()), Some(pointer));
    }

    #[test]
    fn percent_encoding_in_a_fragment_is_undone() {
        let document = json!({"paths": {"/a/{b}": 7}});
        let pointer = Pointer::parse_local("#/paths/~1a~1%7Bb%7D").unwrap();
        assert_eq!(pointer.find(&document), Some(&json!(7)));
        assert_eq!(Pointer::parse_local("#/a%zz").unwrap().tokens(), ["a%zz"]);
    }

    #[test]
    fn what_leaves_the_document_is_no_pointer() {
        for text in ["other.json#/a", "https://example.com/x#/a", "#anchor", "", "/a"] {
            assert_eq!(Pointer::parse_local(text), None, "{text}");
        }
    }
}
