//! Makes a value fit into the limit of a result: long lists, long texts and wide objects are cut, evenly
//! over the whole value, so that what is left still shows what it was.

use serde_json::{Map, Value};

use crate::{exact, text};

/// How many items a list, how many characters a text and how many members an object keep. The first step
/// that makes the value fit is taken.
const STEPS: [(usize, usize, usize); 9] = [
    (500, 20_000, 1_000),
    (200, 8_000, 400),
    (100, 4_000, 200),
    (50, 2_000, 200),
    (20, 1_000, 100),
    (10, 400, 100),
    (4, 120, 60),
    (1, 60, 40),
    (0, 20, 20),
];

/// What is left of a value.
pub(super) struct Fitting {
    pub(super) value: Value,
    /// The value as a text.
    pub(super) text: String,
    /// What is missing and how to get it. `None` if nothing is.
    pub(super) notice: Option<String>,
}

/// The value, or as much of it as fits.
pub(super) fn fit(value: Value, limit: usize, write: impl Fn(&Value) -> String) -> Fitting {
    let text = write(&value);
    if fits(&text, limit) {
        return Fitting { value, text, notice: None };
    }
    let mut least = None;
    for (items, characters, members) in STEPS {
        let mut cut = Cut { items, characters, members, lists: 0, texts: 0, objects: 0 };
        let shorter = cut.value(&value, 0);
        let text = write(&shorter);
        let fits = fits(&text, limit);
        least = Some(Fitting { value: shorter, text, notice: Some(cut.notice(limit)) });
        if fits {
            break;
        }
    }
    least.unwrap_or(Fitting { value: Value::Null, text: String::new(), notice: None })
}

/// Whether a text is within a limit. Each token has at least one byte, so short texts need no estimate.
fn fits(text: &str, limit: usize) -> bool {
    text.len() <= limit || text::estimate(text) <= limit
}

struct Cut {
    items: usize,
    characters: usize,
    members: usize,
    /// How many lists, texts and objects were cut.
    lists: usize,
    texts: usize,
    objects: usize,
}

/// What lies deeper is left out once a value has to be cut.
const MAX_DEPTH: usize = 12;

impl Cut {
    fn value(&mut self, value: &Value, depth: usize) -> Value {
        match value {
            Value::String(text) if exact::digits(text).is_none() => self.text(text),
            Value::Array(list) => {
                let most = if depth < MAX_DEPTH { self.items } else { 0 };
                self.lists += usize::from(list.len() > most);
                list.iter().take(most).map(|item| self.value(item, depth + 1)).collect()
            }
            Value::Object(map) => {
                let most = if depth < MAX_DEPTH { self.members } else { 0 };
                self.objects += usize::from(map.len() > most);
                let members = map.iter().take(most);
                let members: Map<String, Value> = members
                    .map(|(name, member)| (self.name(name), self.value(member, depth + 1)))
                    .collect();
                Value::Object(members)
            }
            other => other.clone(),
        }
    }

    fn text(&mut self, text: &str) -> Value {
        match text.char_indices().nth(self.characters) {
            None => Value::from(text),
            Some((at, _)) => {
                self.texts += 1;
                let kept = text.get(..at).unwrap_or_default();
                Value::from(format!("{kept}…"))
            }
        }
    }

    fn name(&mut self, name: &str) -> String {
        match self.text(name) {
            Value::String(name) => name,
            _ => String::new(),
        }
    }

    fn notice(&self, limit: usize) -> String {
        let count = |number: usize, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {many}")),
        };
        let parts: Vec<String> = [
            count(self.lists, "list", "lists"),
            count(self.texts, "long text", "long texts"),
            count(self.objects, "object", "objects"),
        ]
        .into_iter()
        .flatten()
        .collect();
        format!("Shortened to fit {limit} tokens: {} cut.", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{STEPS, fit};
    use crate::text;

    #[test]
    fn a_value_within_the_limit_stays_whole() {
        let value = json!({"a": [1, "x", null]});
        let fitting = fit(value.clone(), 100, Value::to_string);
        assert_eq!((fitting.value, fitting.notice), (value, None));
    }

    #[test]
    fn a_large_value_keeps_its_form_and_says_what_was_cut() {
        let payments: Vec<Value> =
            (0..5_000).map(|n| json!({"id": n, "note": "x".repeat(50)})).collect();
        let value = json!({"id": "inv-1", "payments": payments, "comment": "y".repeat(100_000)});
        let fitting = fit(value, 2_000, Value::to_string);
        assert!(text::estimate(&fitting.text) <= 2_000);
        assert_eq!(fitting.value["id"], "inv-1");
        assert!(!fitting.value["payments"].as_array().unwrap().is_empty());
        let notice = fitting.notice.unwrap();
        assert_eq!(notice, "Shortened to fit 2000 tokens: 1 list, 1 long text cut.");
    }

    proptest! {
        #[test]
        fn whatever_the_value_something_fits(width in 1..3_000_usize, depth in 0..60_usize) {
            let mut value = json!({});
            for n in 0..width {
                value[format!("member{n}")] = json!("x".repeat(n % 300));
            }
            for _ in 0..depth {
                value = json!({"deeper": value});
            }
            let fitting = fit(value, 1_000, Value::to_string);
            prop_assert!(text::estimate(&fitting.text) <= 1_000);
        }
    }

    #[test]
    fn steps_get_smaller() {
        assert!(STEPS.is_sorted_by(|a, b| a.0 >= b.0 && a.1 >= b.1 && a.2 >= b.2));
    }
}
