//! Pseudonyms in place of personal data: phone numbers, e-mail addresses, IBANs and postal addresses.
//!
//! A pseudonym is a keyed hash of the datum, so that the same person is recognized in every result of the
//! same account, also after a restart and on every replica, while nobody without the API key can find the
//! datum by trying all numbers. The key of the hash is derived from the API key. Ids are not masked, so
//! every follow-up call works.
//!
//! Members are found by the tables of the API description. In texts that people write, and in errors,
//! whose members no description lists, the data are found by their form.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Map, Value};
use sha2::Sha256;
use streampay::{ApiKey, Error};

use crate::{
    exact,
    text::{Origin, Personal},
};

/// How many hexadecimal digits a pseudonym has. Among a million of them two are equal with a probability
/// of 0.2 %.
const DIGITS: usize = 12;

/// Separates this use of the API key from all others.
const PURPOSE: &[u8] = b"stream-mcp pseudonyms of personal data";

/// Makes pseudonyms for one account.
pub(crate) struct Mask {
    key: [u8; 16],
}

impl Mask {
    pub(crate) fn new(key: &ApiKey) -> Self {
        Self { key: key.fingerprint(PURPOSE) }
    }

    /// Masks an answer of the API.
    pub(crate) fn answer(&self, value: &mut Value, origin: Origin) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|item| self.answer(item, origin)),
            Value::Object(map) => {
                self.names(map, origin);
                for (name, member) in map.iter_mut() {
                    match personal(name, origin) {
                        Some(kind) => self.everything(member, kind),
                        None => self.answer(member, origin.of_member(name)),
                    }
                }
            }
            // Where Stream writes, there are ids, amounts, times and codes only.
            Value::String(_) if matches!(origin, Origin::Stream) => {}
            Value::String(text) if exact::digits(text).is_none() => *text = self.text(text),
            _ => {}
        }
    }

    /// Masks an error of the API.
    pub(crate) fn error(&self, error: &mut Error) {
        let Error::Api(error) = error else { return };
        let body = &mut error.body;
        for text in body.message.iter_mut().chain(body.faults.iter_mut().map(|f| &mut f.message)) {
            *text = self.text(text);
        }
        for value in body.additional_info.iter_mut().chain([&mut body.raw]) {
            self.answer(value, Origin::Unknown);
        }
    }

    /// Masks a result whose members no description lists.
    pub(crate) fn result(&self, result: &mut CallToolResult) {
        for block in &mut result.content {
            if let Some(text) = block.as_text().map(|text| self.text(&text.text)) {
                *block = ContentBlock::text(text);
            }
        }
        if let Some(value) = &mut result.structured_content {
            self.answer(value, Origin::Unknown);
        }
    }

    /// Masks the names of members that people choose.
    fn names(&self, map: &mut Map<String, Value>, origin: Origin) {
        if matches!(origin, Origin::Known(_)) || map.keys().all(|name| self.text(name) == *name) {
            return;
        }
        let members = std::mem::take(map);
        map.extend(members.into_iter().map(|(name, member)| (self.text(&name), member)));
    }

    /// Masks all texts and numbers in a value.
    fn everything(&self, value: &mut Value, kind: Personal) {
        match value {
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => {
                *text = self.pseudonym(kind, exact::digits(text).unwrap_or(text))
            }
            Value::Number(number) => *value = self.pseudonym(kind, &number.to_string()).into(),
            Value::Array(list) => list.iter_mut().for_each(|item| self.everything(item, kind)),
            Value::Object(map) => map.values_mut().for_each(|member| self.everything(member, kind)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// The text with pseudonyms in place of the phone numbers, e-mail addresses and IBANs in it.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut before = None;
        while let Some(c) = rest.chars().next() {
            let found = starts_here(before)
                .then(|| email(rest).or_else(|| iban(rest)).or_else(|| phone(rest)))
                .flatten();
            if let Some((kind, length)) = found
                && let Some((datum, tail)) = rest.split_at_checked(length)
            {
                out.push_str(&self.pseudonym(kind, datum));
                before = datum.chars().next_back();
                rest = tail;
                continue;
            }
            out.push(c);
            before = Some(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        out
    }

    /// The same datum has the same pseudonym, however it is written.
    fn pseudonym(&self, kind: Personal, datum: &str) -> String {
        let name = match kind {
            Personal::Phone => "phone",
            Personal::Email => "email",
            Personal::Iban => "iban",
            Personal::Address => "address",
        };
        // A result can be masked after the answers that it was made of.
        let known = datum.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
        if known.is_some_and(|hash| hash.len() == DIGITS && hex::decode(hash).is_ok()) {
            return datum.to_owned();
        }
        let datum = match kind {
            Personal::Phone => phone_digits(datum),
            Personal::Email => datum.trim().to_lowercase(),
            Personal::Iban => datum.split_whitespace().collect::<String>().to_uppercase(),
            Personal::Address => datum.trim().to_lowercase(),
        };
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return name.to_owned() };
        mac.update(name.as_bytes());
        mac.update(b":");
        mac.update(datum.as_bytes());
        let hash = hex::encode(mac.finalize().into_bytes());
        format!("{name}-{}", hash.get(..DIGITS).unwrap_or_default())
    }
}

/// What kind of personal data a member holds.
fn personal(name: &str, origin: Origin) -> Option<Personal> {
    if let Origin::Known(members) = origin
        && let Some(member) = members.get(name)
    {
        return member.personal;
    }
    let name = name.to_lowercase();
    let has = |part: &str| name.contains(part);
    match () {
        () if has("phone") || has("mobile") => Some(Personal::Phone),
        () if has("email") => Some(Personal::Email),
        () if has("iban") => Some(Personal::Iban),
        () if name.starts_with("address") || name.ends_with("address") => Some(Personal::Address),
        () => None,
    }
}

/// Whether a datum can begin after a character. In the middle of a word, an id or a number, none does.
fn starts_here(before: Option<char>) -> bool {
    before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.' | '@' | '+'))
}

/// An e-mail address at the beginning of a text, and its length in bytes.
fn email(text: &str) -> Option<(Personal, usize)> {
    let local = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let end = text.find(|c| !local(c))?;
    let domain = text.get(end..)?.strip_prefix('@')?;
    let length = domain
        .find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-'))
        .unwrap_or(domain.len());
    let domain = domain.get(..length)?.trim_end_matches(['.', '-']);
    let plausible =
        domain.split('.').count() >= 2 && domain.split('.').all(|part| !part.is_empty());
    (end > 0 && plausible).then_some((Personal::Email, end + 1 + domain.len()))
}

/// An IBAN at the beginning of a text, with or without spaces between its groups.
fn iban(text: &str) -> Option<(Personal, usize)> {
    let mut plain = String::new();
    let mut space = false;
    for (at, c) in text.char_indices() {
        match c {
            ' ' if !space && plain.len().is_multiple_of(4) => space = true,
            c if c.is_ascii_alphanumeric() && plain.len() < 34 => {
                plain.push(c.to_ascii_uppercase());
                space = false;
                if is_iban(&plain) && ends_here(text, at + 1) {
                    return Some((Personal::Iban, at + 1));
                }
            }
            _ => break,
        }
    }
    None
}

/// Whether a text has the form and the check digits of an IBAN, or at least the form of a Saudi one.
fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [a, b, c, d, rest @ ..] = bytes else { return false };
    let form = a.is_ascii_uppercase() && b.is_ascii_uppercase();
    if !form || !c.is_ascii_digit() || !d.is_ascii_digit() || !(11..=30).contains(&rest.len()) {
        return false;
    }
    if text.starts_with("SA") && text.len() == 24 {
        return true;
    }
    let turned = rest.iter().chain([a, b, c, d]);
    let remainder = turned.fold(0_u32, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        letter => (sum * 100 + u32::from(letter - b'A') + 10) % 97,
    });
    remainder == 1
}

/// A phone number at the beginning of a text: international, or a Saudi one without its prefix.
fn phone(text: &str) -> Option<(Personal, usize)> {
    let international = text.starts_with('+') || text.starts_with("00") || text.starts_with("٠٠");
    let mut digits = String::new();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        match digit(c) {
            Some(digit) if digits.len() < 17 => {
                digits.push(digit);
                end = at + c.len_utf8();
            }
            None if at == 0 && c == '+' => {}
            None if text.starts_with('+') && matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}') => {}
            // Saudi numbers are often written `050 123 4567`.
            None if c == ' ' && text.starts_with(['0', '٠']) => {}
            _ => break,
        }
    }
    let count = digits.len();
    let plausible = if text.starts_with('+') {
        (8..=15).contains(&count)
    } else if international {
        (10..=17).contains(&count)
    } else {
        digits.starts_with("05") && count == 10 || digits.starts_with("9665") && count == 12
    };
    (plausible && ends_here(text, end)).then_some((Personal::Phone, end))
}

/// Whether a datum can end where it does.
fn ends_here(text: &str, end: usize) -> bool {
    let mut rest = text.get(end..).unwrap_or_default().chars();
    match rest.next() {
        Some('-' | '.' | ':') => !rest.next().is_some_and(char::is_alphanumeric),
        Some(c) => !c.is_alphanumeric() && c != '_',
        None => true,
    }
}

/// A digit as ASCII. Arabic and Persian texts have digits of their own.
fn digit(c: char) -> Option<char> {
    let value = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(c) - 0x6f0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// The digits of a phone number with the country first.
fn phone_digits(text: &str) -> String {
    let digits: String = text.chars().filter_map(digit).collect();
    let digits = digits.trim_start_matches("00");
    match digits.strip_prefix("05") {
        Some(rest) if digits.len() == 10 => format!("9665{rest}"),
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::Mask;
    use crate::text::{Member, Members, Origin, Personal};

    fn mask() -> Mask {
        Mask::new(&"key:secret".parse().unwrap())
    }

    static CUSTOMER: Members = Members(&[
        Member::plain("id"),
        Member::plain("name").untrusted(),
        Member::plain("phone_number").personal(Personal::Phone),
        Member::open("address").untrusted().personal(Personal::Address),
        Member::plain("comment").untrusted(),
    ]);

    #[test]
    fn the_data_of_a_person_become_pseudonyms_and_everything_else_stays() {
        let mut value = json!([{
            "id": "00000000-0000-4000-8000-966500000001", "name": "Noura", "phone_number": "+966500000001",
            "address": {"city": "Riyadh", "zip": 12211, "none": null},
            "comment": "call 0500000001 or Noura@Example.com", "new_email": "noura@example.com",
        }]);
        mask().answer(&mut value, Origin::Known(&CUSTOMER));
        let phone = value[0]["phone_number"].as_str().unwrap().to_owned();
        let email = value[0]["new_email"].as_str().unwrap().to_owned();
        assert!(phone.starts_with("phone-") && phone.len() == 18, "{phone}");
        assert_eq!(value[0]["comment"], format!("call {phone} or {email}"));
        assert_eq!(value[0]["id"], "00000000-0000-4000-8000-966500000001");
        assert_eq!(value[0]["name"], "Noura");
        assert!(value[0]["address"]["city"].as_str().unwrap().starts_with("address-"));
        assert!(value[0]["address"]["zip"].as_str().unwrap().starts_with("address-"));
        assert!(value[0]["address"]["none"].is_null());
    }

    #[test]
    fn pseudonyms_last_for_a_key_and_differ_between_keys() {
        let text = |key: &str| Mask::new(&key.parse().unwrap()).text("+966500000001");
        assert_eq!(text("key:secret"), text("a2V5OnNlY3JldA=="));
        assert_ne!(text("key:secret"), text("key:other"));
    }

    #[test]
    fn data_are_found_by_their_form_in_texts() {
        let mask = mask();
        for (text, kind) in [
            ("+966 50 000 0001", "phone-"),
            ("00966500000001", "phone-"),
            ("0500000001", "phone-"),
            ("050 000 0001", "phone-"),
            ("٠٥٠٠٠٠٠٠٠١", "phone-"),
            ("966500000001", "phone-"),
            ("n.x+tag@mail.example.sa", "email-"),
            ("نورة@مثال.السعودية", "email-"),
            ("SA0380000000608010167519", "iban-"),
            ("SA03 8000 0000 6080 1016 7519", "iban-"),
            ("GB82WEST12345698765432", "iban-"),
        ] {
            for (before, after) in [("", ""), ("{\"x\":\"", "\"}"), ("call ", "."), ("(", ", now")]
            {
                let masked = mask.text(&format!("{before}{text}{after}"));
                assert!(masked.starts_with(&format!("{before}{kind}")), "{text}: {masked}");
                assert!(masked.ends_with(after), "{text}: {masked}");
            }
        }
        let one = mask.text("+966500000001");
        for same in ["0500000001", "00966 500000001", "+966-50-000-0001", "٠٥٠٠٠٠٠٠٠١"] {
            assert_eq!(mask.text(same), one, "{same}");
        }
    }

    #[test]
    fn ids_amounts_times_and_codes_are_not_taken_for_personal_data() {
        for text in [
            "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c",
            "00000000-0000-4000-8000-000000000000",
            "05000000-0000-4000-8000-966500000001",
            "2026-11-24T10:00:00+03:00",
            "1250.00",
            "100000000000000000001",
            "INV-2026-000123",
            "fa12b8c1e5d4a4f6b9a7c0d1e2f3a4b5",
            "https://checkout.streampay.sa/pay/3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c?lang=ar",
            "Stream answered 409 `DUPLICATE_CONSUMER`.",
            "",
        ] {
            assert_eq!(mask().text(text), text);
        }
    }

    proptest! {
        #[test]
        fn masking_twice_changes_nothing_more_and_reveals_no_number(
            before in "[a-zA-Z ء-ي,;:\n]{0,10}", number in "5[0-9]{8}", after in "[ ,;\n]{0,3}[a-z]{0,5}",
        ) {
            let mask = mask();
            let text = format!("{before} +966{number} {after}");
            let masked = mask.text(&text);
            prop_assert!(!masked.contains(&number), "{}", masked);
            prop_assert_eq!(mask.text(&masked), masked);
        }

        #[test]
        fn any_text_can_be_masked(text in any::<String>()) {
            let _ = mask().text(&text);
        }
    }
}
