//! Removes an API key from what the API sends back.
//!
//! An error page, a validation message or a success can repeat the request's key. It is found in its
//! usual encodings (base64 in both alphabets, hex), behind JSON, HTML and percent escapes, and also
//! if only a part of it appears. Text without the key stays byte for byte the same.

use std::ops::Range;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use crate::credentials::ApiKey;

/// Replaces the key.
const MARK: &[u8] = b"[key]";

/// A part of the key is removed if it has at least this many bytes.
const SHORTEST_PART: usize = 12;

/// The secret half of a key is removed on its own if it has at least this many bytes. A shorter one
/// could be any word.
const SHORTEST_HALF: usize = 8;

/// The search compares this many bytes at first.
const GRAM: usize = 6;

/// How many escapes may be nested: JSON in HTML in JSON, and one more.
const DEPTH: usize = 4;

/// Finds one key in bytes.
pub(crate) struct Redactor {
    forms: Vec<Form>,
    /// Positions in `forms` by the bytes that stand there, sorted.
    grams: Vec<(u64, usize, usize)>,
    /// A Bloom filter over `grams`, so that clean text is passed over quickly.
    filter: [u64; 128],
}

/// One form in which the key may appear.
struct Form {
    text: Vec<u8>,
    /// The length from which a part of it counts.
    least: usize,
    /// Whether base64 padding may follow.
    padded: bool,
}

impl Redactor {
    pub(crate) fn new(key: &ApiKey) -> Self {
        let (sent, pair) = key.forms();
        let mut redactor = Self { forms: Vec::new(), grams: Vec::new(), filter: [0; 128] };
        redactor.add_secret(sent, SHORTEST_HALF);
        if let Some(pair) = pair {
            redactor.add_secret(pair, SHORTEST_HALF);
            let (public, secret) = pair.split_once(':').unwrap_or_default();
            // The first half may be a plain word, such as "production".
            redactor.add_secret(public, SHORTEST_PART);
            redactor.add_secret(secret, SHORTEST_HALF);
        }
        redactor.add(url_safe(sent).into_bytes(), true);
        let whole = pair.unwrap_or(sent);
        redactor.add(hex::encode(whole).into_bytes(), false);
        redactor.add(hex::encode_upper(whole).into_bytes(), false);
        redactor.index();
        redactor
    }

    /// Adds a secret as it is and in base64.
    fn add_secret(&mut self, secret: &str, shortest: usize) {
        if secret.len() >= shortest {
            self.add(secret.trim_end_matches('=').as_bytes().to_vec(), true);
        }
        if secret.len() >= SHORTEST_HALF {
            self.add(STANDARD_NO_PAD.encode(secret).into_bytes(), true);
            self.add(URL_SAFE_NO_PAD.encode(secret).into_bytes(), true);
        }
    }

    fn add(&mut self, text: Vec<u8>, padded: bool) {
        if text.len() >= GRAM && !self.forms.iter().any(|form| form.text == text) {
            self.forms.push(Form { least: text.len().min(SHORTEST_PART), text, padded });
        }
    }

    /// Indexes every `GRAM`th position: any part of `SHORTEST_PART` bytes contains one of them whole.
    fn index(&mut self) {
        for (number, form) in self.forms.iter().enumerate() {
            for (step, chunk) in form.text.chunks_exact(GRAM).enumerate() {
                let Some(gram) = gram(chunk) else { continue };
                self.grams.push((gram, number, step * GRAM));
                let (word, bit) = place(gram);
                if let Some(word) = self.filter.get_mut(word) {
                    *word |= bit;
                }
            }
        }
        self.grams.sort_unstable();
    }

    /// Removes the key from a body.
    pub(crate) fn redact(&self, text: Vec<u8>) -> Vec<u8> {
        if !self.occurs(&text) {
            return text;
        }
        let mut ranges = self.ranges(&text);
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let mut clean = Vec::with_capacity(text.len());
        let mut done = 0;
        for range in ranges {
            if range.start >= done {
                clean.extend_from_slice(text.get(done..range.start).unwrap_or_default());
                clean.extend_from_slice(MARK);
            }
            done = done.max(range.end);
        }
        clean.extend_from_slice(text.get(done..).unwrap_or_default());
        clean
    }

    /// Removes the key from a header's value.
    pub(crate) fn redact_str(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.redact(text.as_bytes().to_vec())).into_owned()
    }

    /// Whether the key occurs at any level of escaping.
    fn occurs(&self, text: &[u8]) -> bool {
        if self.next(text, 0).is_some() {
            return true;
        }
        let mut plain = unescape(text, None);
        for _ in 1..DEPTH {
            let Some(text) = plain else { return false };
            if self.next(&text, 0).is_some() {
                return true;
            }
            plain = unescape(&text, None);
        }
        false
    }

    /// Where the key occurs at any level of escaping, as ranges of the text itself.
    fn ranges(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut ranges = self.all(text);
        let mut starts: Vec<usize> = (0..=text.len()).collect();
        let mut plain = text.to_vec();
        for _ in 0..DEPTH {
            let mut map = Vec::with_capacity(plain.len() + 1);
            let Some(next) = unescape(&plain, Some(&mut map)) else { break };
            let original = |at: &usize| starts.get(*at).copied().unwrap_or(text.len());
            starts = map.iter().map(original).collect();
            let original = |at: usize| starts.get(at).copied().unwrap_or(text.len());
            let found = self.all(&next);
            ranges.extend(found.into_iter().map(|it| original(it.start)..original(it.end)));
            plain = next;
        }
        ranges
    }

    /// All occurrences in text that is taken literally.
    fn all(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(range) = self.next(text, from) {
            from = range.end;
            found.push(range);
        }
        found
    }

    /// The first occurrence that is found from a position on.
    fn next(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let mut from = from;
        loop {
            let at = from + self.candidate(text.get(from..)?)?;
            if let Some(range) = self.occurrence(text, at) {
                return Some(range);
            }
            from = at + 1;
        }
    }

    /// The first position that the filter does not rule out.
    fn candidate(&self, text: &[u8]) -> Option<usize> {
        let may_occur = |gram: u64| {
            let (word, bit) = place(gram);
            self.filter.get(word).is_some_and(|word| word & bit != 0)
        };
        let whole = text.array_windows::<8>().position(|bytes| {
            may_occur(u64::from_le_bytes(*bytes) & (u64::MAX >> (64 - 8 * GRAM)))
        });
        whole.or_else(|| {
            // The last windows are shorter than a word.
            let rest = text.len().saturating_sub(7);
            let tail = text
                .get(rest..)?
                .windows(GRAM)
                .position(|bytes| gram(bytes).is_some_and(may_occur));
            tail.map(|at| rest + at)
        })
    }

    /// What occurs around a candidate, as far as it reaches.
    fn occurrence(&self, text: &[u8], at: usize) -> Option<Range<usize>> {
        let gram = gram(text.get(at..at + GRAM)?)?;
        let first = self.grams.partition_point(|(other, ..)| *other < gram);
        let same = self.grams.get(first..)?.iter().take_while(|(other, ..)| *other == gram);
        same.filter_map(|(_, form, offset)| {
            let form = self.forms.get(*form)?;
            let (before, after) = (form.text.get(..*offset)?, form.text.get(*offset..)?);
            let left = before.iter().rev().zip(text.get(..at)?.iter().rev());
            let left = left.take_while(|(a, b)| a == b).count();
            let right = after.iter().zip(text.get(at..)?).take_while(|(a, b)| a == b).count();
            let mut end = at + right;
            if form.padded && right == after.len() {
                end += text.get(end..)?.iter().take(2).take_while(|byte| **byte == b'=').count();
            }
            (left + right >= form.least).then_some(at - left..end)
        })
        .max_by_key(|range| range.len())
    }
}

/// The bytes at the start of a slice as a number.
fn gram(bytes: &[u8]) -> Option<u64> {
    let mut word = [0; 8];
    word.get_mut(..GRAM)?.copy_from_slice(bytes.get(..GRAM)?);
    Some(u64::from_le_bytes(word))
}

/// Where a gram is in the filter: which word, which bit.
fn place(gram: u64) -> (usize, u64) {
    let hash = gram.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let word = usize::try_from(hash >> 57).unwrap_or_default();
    (word, 1 << ((hash >> 51) & 63))
}

fn url_safe(text: &str) -> String {
    text.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Resolves one level of JSON, HTML and percent escapes; `None` if there are none. `starts` receives
/// the position in `text` that each byte of the result came from, and the end of `text`.
fn unescape(text: &[u8], mut starts: Option<&mut Vec<usize>>) -> Option<Vec<u8>> {
    let mut plain: Option<Vec<u8>> = None;
    let (mut done, mut at) = (0, 0);
    let next = |from: usize| {
        let rest = text.get(from..)?;
        Some(from + rest.iter().position(|byte| matches!(byte, b'\\' | b'%' | b'&'))?)
    };
    while let Some(found) = next(at) {
        let Some(escape) = text.get(found..).and_then(Escape::read) else {
            at = found + 1;
            continue;
        };
        let plain = plain.get_or_insert_with(|| Vec::with_capacity(text.len()));
        plain.extend_from_slice(text.get(done..found)?);
        plain.extend(escape.bytes());
        if let Some(starts) = &mut starts {
            starts.extend(done..found);
            starts.extend(escape.bytes().map(|_| found));
        }
        at = found + escape.taken;
        done = at;
    }
    let mut plain = plain?;
    plain.extend_from_slice(text.get(done..)?);
    if let Some(starts) = &mut starts {
        starts.extend(done..=text.len());
    }
    Some(plain)
}

/// One escape: what it stands for, and how many bytes it has.
struct Escape {
    text: [u8; 4],
    length: usize,
    taken: usize,
}

impl Escape {
    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.text.into_iter().take(self.length)
    }

    fn byte(byte: u8, taken: usize) -> Self {
        Self { text: [byte, 0, 0, 0], length: 1, taken }
    }

    fn char(code: u32, taken: usize) -> Self {
        let mut text = [0; 4];
        let char = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        let length = char.encode_utf8(&mut text).len();
        Self { text, length, taken }
    }

    /// Reads the escape that a text begins with.
    fn read(text: &[u8]) -> Option<Self> {
        match text {
            [b'%', rest @ ..] => Some(Self::char_or_byte(rest.get(..2)?, 3)?),
            [b'\\', b'u', rest @ ..] => Some(Self::char(number(rest.get(..4)?, 16)?, 6)),
            [b'\\', b'x', rest @ ..] => Some(Self::char(number(rest.get(..2)?, 16)?, 4)),
            [b'\\', byte @ (b'/' | b'\\' | b'"' | b'\''), ..] => Some(Self::byte(*byte, 2)),
            [b'\\', b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(Self::byte(b'\n', 2)),
            [b'&', b'#', b'x' | b'X', rest @ ..] => Self::entity(rest, 3, 16),
            [b'&', b'#', rest @ ..] => Self::entity(rest, 2, 10),
            [b'&', rest @ ..] => {
                let end = rest.iter().take(8).position(|byte| *byte == b';')?;
                let name = rest.get(..end)?;
                let (_, byte) = ENTITIES.iter().find(|(other, _)| other.as_bytes() == name)?;
                Some(Self::byte(*byte, end + 2))
            }
            _ => None,
        }
    }

    /// `%C3` is a byte, not a character.
    fn char_or_byte(digits: &[u8], taken: usize) -> Option<Self> {
        Some(Self::byte(u8::try_from(number(digits, 16)?).ok()?, taken))
    }

    /// A numeric HTML entity; browsers accept it without the semicolon.
    fn entity(digits: &[u8], prefix: usize, radix: u32) -> Option<Self> {
        let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
        let length = digits.iter().take(8).take_while(is_digit).count();
        let code = number(digits.get(..length)?, radix)?;
        let semicolon = usize::from(digits.get(length) == Some(&b';'));
        Some(Self::char(code, prefix + length + semicolon))
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, digit| {
        number.checked_mul(radix)?.checked_add(char::from(*digit).to_digit(radix)?)
    })
}

/// The named HTML entities of ASCII punctuation.
const ENTITIES: [(&str, u8); 36] = [
    ("amp", b'&'),
    ("apos", b'\''),
    ("ast", b'*'),
    ("bsol", b'\\'),
    ("colon", b':'),
    ("comma", b','),
    ("commat", b'@'),
    ("dollar", b'$'),
    ("equals", b'='),
    ("excl", b'!'),
    ("grave", b'`'),
    ("gt", b'>'),
    ("Hat", b'^'),
    ("lbrace", b'{'),
    ("lbrack", b'['),
    ("lcub", b'{'),
    ("lowbar", b'_'),
    ("lpar", b'('),
    ("lsqb", b'['),
    ("lt", b'<'),
    ("num", b'#'),
    ("percnt", b'%'),
    ("period", b'.'),
    ("plus", b'+'),
    ("quest", b'?'),
    ("quot", b'"'),
    ("rbrace", b'}'),
    ("rbrack", b']'),
    ("rcub", b'}'),
    ("rpar", b')'),
    ("rsqb", b']'),
    ("semi", b';'),
    ("sol", b'/'),
    ("Tab", b'\t'),
    ("verbar", b'|'),
    ("vert", b'|'),
];

#[cfg(test)]
mod tests {
    use super::Redactor;
    use crate::credentials::ApiKey;
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
    };
    use proptest::prelude::*;

    /// Its base64 form holds `+`, `/` and padding.
    const PAIR: &str = "pk>>>~live?~4fe1a9:sk???~>>c0ffee<i";

    fn redact_with(key: &str, text: impl AsRef<[u8]>) -> Vec<u8> {
        Redactor::new(&ApiKey::parse(key).unwrap()).redact(text.as_ref().to_vec())
    }

    fn each(text: &str, escape: impl Fn(char) -> String) -> String {
        text.chars().map(escape).collect()
    }

    /// Escapes only what is not a letter or a digit, as most encoders do.
    fn odd(text: &str, escape: impl Fn(char) -> String) -> String {
        each(text, |c| if c.is_ascii_alphanumeric() { c.to_string() } else { escape(c) })
    }

    fn named(c: char) -> String {
        match c {
            '/' => "&sol;".into(),
            '+' => "&plus;".into(),
            '=' => "&equals;".into(),
            ':' => "&colon;".into(),
            '<' => "&lt;".into(),
            '>' => "&gt;".into(),
            '?' => "&quest;".into(),
            other => other.to_string(),
        }
    }

    #[test]
    fn a_key_is_removed_in_every_form_that_an_answer_can_give_it() {
        let encoded = STANDARD.encode(PAIR);
        assert!(encoded.contains('+') && encoded.contains('/') && encoded.ends_with('='));
        let (public, secret) = PAIR.split_once(':').unwrap();
        let forms = [
            ("as sent", encoded.clone()),
            ("decoded", PAIR.to_owned()),
            ("secret half", secret.to_owned()),
            ("public half", public.to_owned()),
            ("secret half in base64", STANDARD.encode(secret)),
            ("public half in base64", URL_SAFE_NO_PAD.encode(public)),
            ("base64 twice", STANDARD.encode(&encoded)),
            ("escaped slashes", encoded.replace('/', "\\/")),
            ("unicode escapes", each(&encoded, |c| format!("\\u{:04x}", u32::from(c)))),
            ("upper-case unicode escapes", each(PAIR, |c| format!("\\u{:04X}", u32::from(c)))),
            ("unicode escapes of punctuation", odd(PAIR, |c| format!("\\u{:04x}", u32::from(c)))),
            ("JavaScript escapes", odd(&encoded, |c| format!("\\x{:02x}", u32::from(c)))),
            ("named entities", each(&encoded, named)),
            ("named entities of the pair", each(PAIR, named)),
            ("decimal entities", each(&encoded, |c| format!("&#{};", u32::from(c)))),
            ("hexadecimal entities", odd(PAIR, |c| format!("&#x{:X};", u32::from(c)))),
            ("percent-encoded", odd(&encoded, |c| format!("%{:02X}", u32::from(c)))),
            ("percent-encoded throughout", each(PAIR, |c| format!("%{:02x}", u32::from(c)))),
            ("percent-encoded twice", odd(&encoded, |c| format!("%25{:02X}", u32::from(c)))),
            ("entities in JSON in JSON", odd(PAIR, |c| format!("\\\\u0026#{};", u32::from(c)))),
            ("URL-safe alphabet", URL_SAFE.encode(PAIR)),
            ("URL-safe and unpadded", URL_SAFE_NO_PAD.encode(PAIR)),
            ("unpadded", STANDARD_NO_PAD.encode(PAIR)),
            ("cut at the end", encoded[..encoded.len() / 2].to_owned()),
            ("cut at the start", encoded[encoded.len() / 3..].to_owned()),
            ("cut at both ends", PAIR[5..PAIR.len() - 5].to_owned()),
            ("hex", hex::encode(PAIR)),
            ("upper-case hex", hex::encode_upper(PAIR)),
        ];
        for (name, form) in forms {
            for (before, after) in [("", ""), ("{\"a\":\"", "\"}"), ("x=", "&y=1"), ("\\n", " <")] {
                let text = format!("{before}{form}{after}");
                let clean = String::from_utf8(redact_with(PAIR, &text)).unwrap();
                let clean = clean.replace("[key]:[key]", "[key]");
                assert_eq!(clean, format!("{before}[key]{after}"), "{name}: {text}");
            }
            let mut text = [b"\xff\xfe", form.as_bytes(), b"\xc3"].concat();
            text = redact_with(PAIR, text);
            assert!(text.starts_with(b"\xff\xfe[key]") && text.ends_with(b"\xc3"), "{name}");
        }
    }

    #[test]
    fn json_stays_json() {
        let encoded = STANDARD.encode(PAIR).replace('/', "\\/");
        let text = format!(r#"{{"{encoded}":["{encoded}",1,{{"b":"\"{PAIR}\""}}]}}"#);
        let clean = redact_with(PAIR, text);
        let json: serde_json::Value = serde_json::from_slice(&clean).unwrap();
        assert_eq!(json, serde_json::json!({"[key]": ["[key]", 1, {"b": "\"[key]\""}]}));
    }

    #[test]
    fn an_unusual_key_is_removed_as_well() {
        let key = "sk_live_51H8xqwertyuiop";
        for form in [key.to_owned(), STANDARD.encode(key), key[4..].to_owned()] {
            assert_eq!(redact_with(key, form), b"[key]");
        }
    }

    #[test]
    fn a_plain_word_as_first_half_is_not_removed() {
        let text = "the production environment";
        assert_eq!(redact_with("production:4fe1a9c0ffee", text), text.as_bytes());
        let text = "is 4fe1a9c0ffee right?";
        assert_eq!(redact_with("production:4fe1a9c0ffee", text), b"is [key] right?");
    }

    proptest! {
        #[test]
        fn no_long_part_of_a_key_survives(
            key in "[a-z][!-9;-~]{5,40}:[!-9;-~]{7,60}[a-z]", before in ".{0,20}", after in ".{0,20}",
            style in 0..6, start in 0..30_usize, end in 0..30_usize,
        ) {
            let encoded = STANDARD.encode(&key);
            let source = if start % 2 == 0 { &key } else { &encoded };
            let part = &source[start.min(source.len() / 4)..source.len() - end.min(source.len() / 4)];
            prop_assume!(part.trim_end_matches('=').len() >= 12);
            let escaped = match style {
                0 => part.to_owned(),
                1 => odd(part, |c| format!("\\u{:04x}", u32::from(c))),
                2 => odd(part, |c| format!("%{:02X}", u32::from(c))),
                3 => odd(part, |c| format!("&#{};", u32::from(c))),
                4 => each(part, |c| format!("&#x{:x};", u32::from(c))),
                _ => part.replace('\\', "\\\\").replace('"', "\\\"").replace('/', "\\/"),
            };
            let clean = redact_with(&key, format!("{before} {escaped} {after}"));
            let clean = String::from_utf8(clean).unwrap();
            prop_assert!(clean.contains("[key]"), "{clean}");
            prop_assert!(!clean.contains(&escaped), "{clean}");
        }

        #[test]
        fn text_without_the_key_stays_as_it_is(text in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert_eq!(redact_with(PAIR, &text), text);
        }

        #[test]
        fn escapes_without_the_key_stay_as_they_are(text in "([\\\\%&;#xuU0-9a-f/\"amptl]|[a-z]){0,200}") {
            prop_assert_eq!(redact_with(PAIR, &text), text.as_bytes());
        }
    }
}
