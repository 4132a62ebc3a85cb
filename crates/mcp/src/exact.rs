//! Keeps numbers in arguments from being rounded unseen.
//!
//! rmcp reads a message into `serde_json` values, which round numbers with too many digits. Both doors,
//! HTTP and stdio, pass the text of each message through [`message`] first. It replaces every such number
//! in a tool's arguments by a string with a mark, and [`is_marked`] recognizes the string when the
//! arguments are checked. The mark holds a secret of this process, so that no caller can write one.

use std::{
    borrow::Cow,
    hash::{BuildHasher as _, RandomState},
    io,
    pin::Pin,
    sync::LazyLock,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use serde_json::Value;
use streampay::exact::{Token, Tokens, is_lossy};
use tokio::io::{AsyncRead, ReadBuf};

static MARK: LazyLock<String> = LazyLock::new(|| {
    let mut secret = [0; 16];
    match getrandom::fill(&mut secret) {
        Ok(()) => format!("{}:", hex::encode(secret)),
        // The standard library's own random seeds, on a system that gives no others.
        Err(_) => {
            format!("{:x}{:x}:", RandomState::new().hash_one(0), RandomState::new().hash_one(1))
        }
    }
});

/// Whether a string represents a number that would have been rounded.
pub(crate) fn is_marked(text: &str) -> bool {
    text.starts_with(MARK.as_str())
}

/// Marks every number that would be rounded, wherever it is.
pub(crate) fn mark_all(text: &str) -> Cow<'_, str> {
    match mark(text.as_bytes(), Within::Everything, is_lossy) {
        // What was put in is ASCII, between whole tokens.
        Some(marked) => String::from_utf8(marked).map_or(Cow::Borrowed(text), Cow::Owned),
        None => Cow::Borrowed(text),
    }
}

/// Marks every number that would be written differently once it was parsed, such as `1.50`, so that
/// [`digits`] finds it as it was.
pub(crate) fn keep_digits(text: &str) -> Cow<'_, str> {
    let differs = |token: &[u8]| {
        let number = serde_json::from_slice::<serde_json::Number>(token);
        // What is not a number is left to the parser, unless it is one that is out of range.
        number.map_or_else(|_| is_lossy(token), |number| number.to_string().as_bytes() != token)
    };
    match mark(text.as_bytes(), Within::Everything, differs) {
        Some(marked) => String::from_utf8(marked).map_or(Cow::Borrowed(text), Cow::Owned),
        None => Cow::Borrowed(text),
    }
}

/// The digits of a number that a string represents.
pub(crate) fn digits(text: &str) -> Option<&str> {
    text.strip_prefix(MARK.as_str())
}

/// The value with numbers in place of the marked strings. A number that would be rounded stays a string.
pub(crate) fn unmarked(value: Value) -> Value {
    match value {
        Value::String(text) => match digits(&text) {
            None => Value::String(text),
            Some(digits) if is_lossy(digits.as_bytes()) => Value::from(digits),
            Some(digits) => serde_json::from_str(digits).unwrap_or_else(|_| Value::from(digits)),
        },
        Value::Array(list) => list.into_iter().map(unmarked).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(name, member)| (name, unmarked(member))).collect()
        }
        other => other,
    }
}

/// Marks the numbers that would be rounded in the arguments of a JSON-RPC message. The rest of the
/// message is unchanged.
pub(crate) fn message(text: &[u8]) -> Cow<'_, [u8]> {
    mark(text, Within::Arguments, is_lossy).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// As [`message`], for a body that is at hand whole.
pub(crate) fn body(text: Bytes) -> Bytes {
    match message(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(marked) => marked.into(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Everything,
    /// `params.arguments` of a message, or of each message of a batch.
    Arguments,
}

/// `None` if nothing has to be marked.
fn mark(text: &[u8], within: Within, differs: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    let mut out: Option<Vec<u8>> = None;
    let mut copied = 0;
    let mut place = Place::default();
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        match token {
            Token::Punctuation(byte) => place.punctuation(byte),
            Token::String(range) => {
                if tokens.at_colon()
                    && let Some(key) = text.get(range)
                {
                    place.key(key);
                }
            }
            Token::Number(range) => {
                let wanted = within == Within::Everything || place.in_arguments();
                if let Some(number) = text.get(range.clone()).filter(|_| wanted)
                    && differs(number)
                    && !tokens.at_colon()
                {
                    let out = out.get_or_insert_with(|| Vec::with_capacity(text.len() + 64));
                    out.extend_from_slice(text.get(copied..range.start).unwrap_or_default());
                    out.push(b'"');
                    out.extend_from_slice(MARK.as_bytes());
                    out.extend_from_slice(number);
                    out.push(b'"');
                    copied = range.end;
                }
            }
        }
    }
    if let Some(out) = &mut out {
        out.extend_from_slice(text.get(copied..).unwrap_or_default());
    }
    out
}

/// Where in a message a token is.
#[derive(Default)]
struct Place {
    depth: usize,
    /// The depth of a message's members: one, or two in a batch.
    members: usize,
    in_params: bool,
    in_arguments: bool,
}

impl Place {
    fn punctuation(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => {
                self.depth += 1;
                if self.members == 0 {
                    self.members = if byte == b'[' { 2 } else { 1 };
                }
            }
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn key(&mut self, key: &[u8]) {
        if self.depth == self.members {
            self.in_params = is_key(key, "params");
            self.in_arguments = false;
        } else if self.depth == self.members + 1 {
            self.in_arguments = self.in_params && is_key(key, "arguments");
        }
    }

    const fn in_arguments(&self) -> bool {
        self.in_arguments && self.depth > self.members
    }
}

/// Whether a key, with its quotes and perhaps with escapes, is `name`.
fn is_key(key: &[u8], name: &str) -> bool {
    if key.contains(&b'\\') {
        return serde_json::from_slice::<String>(key).is_ok_and(|key| key == name);
    }
    key.strip_prefix(b"\"").and_then(|key| key.strip_suffix(b"\"")) == Some(name.as_bytes())
}

/// The longest line that is looked at. rmcp drops longer ones.
const MAX_LINE: usize = rmcp::transport::async_rw::DEFAULT_MAX_LINE_LENGTH;

/// How much is read at a time.
const CHUNK: usize = 64 * 1024;

/// Reads JSON-RPC messages, one a line, and keeps numbers in their arguments from being rounded.
///
/// Put it around the reader of every transport on which a [`Server`](crate::Server) is served line by line:
///
/// ```no_run
/// # async fn example(server: streampay_mcp::Server) -> Result<(), Box<dyn std::error::Error>> {
/// use rmcp::{ServiceExt as _, transport::io::stdio_pipes};
///
/// let (reader, writer) = stdio_pipes();
/// let running = server.serve((streampay_mcp::ExactNumbers::new(reader), writer)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ExactNumbers<R> {
    reader: R,
    chunk: Box<[u8]>,
    /// A line whose end has not been read yet.
    line: Vec<u8>,
    /// Whole lines that have been looked at, and how much of them was handed on.
    ready: Vec<u8>,
    taken: usize,
    /// The line is too long and is passed on unchanged.
    overlong: bool,
}

impl<R> ExactNumbers<R> {
    /// Reads from `reader`.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            chunk: vec![0; CHUNK].into_boxed_slice(),
            line: Vec::new(),
            ready: Vec::new(),
            taken: 0,
            overlong: false,
        }
    }

    /// Takes in what was read, after everything before it was handed on.
    fn accept(&mut self, read: usize) {
        self.ready.clear();
        self.taken = 0;
        for part in
            self.chunk.get(..read).unwrap_or_default().split_inclusive(|byte| *byte == b'\n')
        {
            let ends = part.ends_with(b"\n");
            if self.overlong || self.line.len() + part.len() > MAX_LINE {
                self.ready.append(&mut self.line);
                self.ready.extend_from_slice(part);
                self.overlong = !ends;
            } else if ends && self.line.is_empty() {
                self.ready.extend_from_slice(&message(part));
            } else {
                self.line.extend_from_slice(part);
                if ends {
                    self.ready.extend_from_slice(&message(&self.line));
                    self.line = Vec::new();
                }
            }
        }
        // The last line of a stream need not end with a line break.
        if read == 0 {
            self.ready.extend_from_slice(&message(&self.line));
            self.line = Vec::new();
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for ExactNumbers<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let rest = this.ready.get(this.taken..).unwrap_or_default();
            if !rest.is_empty() {
                let count = rest.len().min(out.remaining());
                out.put_slice(rest.get(..count).unwrap_or_default());
                this.taken += count;
                return Poll::Ready(Ok(()));
            }
            let mut chunk = ReadBuf::new(&mut this.chunk);
            ready!(Pin::new(&mut this.reader).poll_read(context, &mut chunk))?;
            let read = chunk.filled().len();
            this.accept(read);
            if read == 0 && this.ready.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use tokio::io::AsyncReadExt as _;

    use super::{ExactNumbers, MARK, is_marked, keep_digits, mark_all, message, unmarked};

    fn marked(text: &str) -> Value {
        serde_json::from_slice(&message(text.as_bytes())).unwrap()
    }

    #[test]
    fn only_numbers_in_arguments_are_marked() {
        let text = r#"{"id": 1, "params": {"name": "t", "arguments": {"a": [1e-400, {"b": 19.990000000000000001}], "c": 1}, "_meta": {"x": 1e-400}}, "arguments": {"a": 1e-400}}"#;
        let value = marked(text);
        assert_eq!(value["params"]["arguments"]["a"][0], format!("{}1e-400", *MARK));
        let inner = &value["params"]["arguments"]["a"][1]["b"];
        assert_eq!(*inner, format!("{}19.990000000000000001", *MARK));
        assert_eq!(value["params"]["arguments"]["c"], 1);
        assert_eq!(value["params"]["_meta"]["x"], 0.0);
        assert_eq!(value["arguments"]["a"], 0.0);
    }

    #[test]
    fn numbers_of_answers_keep_their_digits_and_become_numbers_again() {
        let text =
            r#"{"a": 1.50, "b": [1, 25.000, 1e2], "c": 100000000000000000001, "1.50": "1.50"}"#;
        let value: Value = serde_json::from_str(&keep_digits(text)).unwrap();
        assert_eq!(super::digits(value["a"].as_str().unwrap()), Some("1.50"));
        assert_eq!(super::digits(value["b"][1].as_str().unwrap()), Some("25.000"));
        assert_eq!(value["b"][0], 1);
        let wanted =
            json!({"a": 1.5, "b": [1, 25.0, 100.0], "c": "100000000000000000001", "1.50": "1.50"});
        assert_eq!(unmarked(value), wanted);
    }

    #[test]
    fn keys_with_escapes_and_batches_are_understood() {
        let text = r#"[{"params" : {"argu\u006dents": {"a": 1e-400}}}, {"params": [1e-400]}]"#;
        let value = marked(text);
        assert!(is_marked(value[0]["params"]["arguments"]["a"].as_str().unwrap()));
        assert_eq!(value[1]["params"][0], 0.0);
    }

    #[test]
    fn a_string_of_the_callers_is_never_taken_for_a_mark() {
        let forged = "0123456789abcdef0123456789abcdef:1e-400";
        assert!(!is_marked(forged));
        let value = marked(&json!({"params": {"arguments": {"a": forged}}}).to_string());
        assert!(!is_marked(value["params"]["arguments"]["a"].as_str().unwrap()));
    }

    async fn through(text: &[u8], step: usize) -> Vec<u8> {
        let (mut writer, reader) = tokio::io::duplex(step);
        let text = text.to_vec();
        let writing = tokio::spawn(async move {
            tokio::io::AsyncWriteExt::write_all(&mut writer, &text).await.unwrap();
        });
        let mut out = Vec::new();
        ExactNumbers::new(reader).read_to_end(&mut out).await.unwrap();
        writing.await.unwrap();
        out
    }

    #[tokio::test]
    async fn lines_are_marked_however_they_arrive() {
        let line = r#"{"params":{"arguments":{"a":100000000000000000001}}}"#;
        let text = format!("{line}\n{line}\n\n{line}");
        let wanted = String::from_utf8(message(line.as_bytes()).into_owned()).unwrap();
        let wanted = format!("{wanted}\n{wanted}\n\n{wanted}");
        for step in [1, 7, text.len(), 4096] {
            let out = through(text.as_bytes(), step).await;
            assert_eq!(String::from_utf8(out).unwrap(), wanted, "{step}");
        }
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_passes_through_and_the_next_one_is_marked() {
        let line = r#"{"params":{"arguments":{"a":100000000000000000001}}}"#;
        let text = format!("{}\n{line}\n", "x".repeat(super::MAX_LINE + 1));
        let out = through(text.as_bytes(), 1 << 20).await;
        assert!(out.ends_with(&[&*message(line.as_bytes()), b"\n"].concat()));
        assert_eq!(out.len(), text.len() + MARK.len() + 2);
    }

    fn unmark(value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(number) = text.strip_prefix(MARK.as_str()) {
                    *value = serde_json::from_str(number).unwrap_or(json!("out of range"));
                }
            }
            Value::Array(list) => list.iter_mut().for_each(unmark),
            Value::Object(map) => map.values_mut().for_each(unmark),
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn any_message_means_the_same_but_for_its_marks(
            numbers in prop::collection::vec("-?[1-9][0-9]{0,30}(\\.[0-9]{1,30})?(e-?[0-9]{1,2})?", 0..6),
            key in ".*", text in ".*", inside in any::<bool>(),
        ) {
            let key = serde_json::to_string(&key).unwrap();
            let text = serde_json::to_string(&text).unwrap();
            let member = if inside { "arguments" } else { "other" };
            let list = numbers.join(" , ");
            let text = format!(r#"{{"jsonrpc":"2.0","params":{{{key}:{text},"{member}":{{{key}:[{list}],"t":{text}}}}}}}"#);
            let plain: Value = serde_json::from_str(&text).unwrap();
            let mut other = marked(&text);
            if !inside {
                prop_assert_eq!(&plain, &other);
            }
            unmark(&mut other);
            prop_assert_eq!(plain, other);
        }

        #[test]
        fn any_text_stays_valid_or_invalid(text in ".*") {
            let before = serde_json::from_str::<Value>(&text).is_ok();
            let after = serde_json::from_str::<Value>(&mark_all(&text)).is_ok();
            prop_assert!(!before || after);
        }
    }
}
