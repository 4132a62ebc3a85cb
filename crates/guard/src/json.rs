//! Small tools for JSON: paths, a canonical form, and text that is safe to show.

use serde_json::Value;

/// The values at a path such as `items.*.product_id`. A missing member yields nothing.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for step in path.split('.') {
        found = found
            .into_iter()
            .flat_map(|value| -> Box<dyn Iterator<Item = &'a Value> + 'a> {
                match (step, value) {
                    ("*", Value::Array(elements)) => Box::new(elements.iter()),
                    (_, Value::Object(members)) => Box::new(members.get(step).into_iter()),
                    _ => Box::new(std::iter::empty()),
                }
            })
            .collect();
    }
    found
}

/// The one value at a path; `None` if there is no value, several, or a null.
pub(crate) fn one<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    match at(value, path).as_slice() {
        [only] if !only.is_null() => Some(only),
        _ => None,
    }
}

/// Writes JSON in a form that does not depend on the order of members, for digests.
pub(crate) fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| name.as_str());
            out.push('{');
            for (place, (name, value)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (place, value) in elements.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                canonical(value, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// Text from outside, fit to be shown inside our own sentences: one line, without control characters
/// and marks that change the direction of writing, and not long.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 120;
    let shown = |c: &char| !c.is_control() && !invisible(*c);
    let mut quoted: String = text.chars().filter(shown).take(MOST).collect();
    if text.chars().filter(shown).nth(MOST).is_some() {
        quoted.push('…');
    }
    quoted
}

/// Invisible characters that can reorder or hide the text around them.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_reach_into_lists() {
        let value = json!({"items": [{"id": 1}, {"id": 2}, {}], "a": {"b": null}});
        assert_eq!(at(&value, "items.*.id"), [&json!(1), &json!(2)]);
        assert!(one(&value, "a.b").is_none() && one(&value, "items.*.id").is_none());
        assert!(at(&value, "a.b.c").is_empty() && at(&value, "items.id").is_empty());
    }

    #[test]
    fn the_canonical_form_ignores_the_order_of_members_only() {
        let written = |value: Value| {
            let mut out = String::new();
            canonical(&value, &mut out);
            out
        };
        assert_eq!(written(json!({"b": [1, 2], "a": null})), r#"{"a":null,"b":[1,2]}"#);
        assert_eq!(written(json!({"a": 1, "b": 2})), written(json!({"b": 2, "a": 1})));
        assert_ne!(written(json!([1, 2])), written(json!([2, 1])));
        assert_ne!(written(json!({"a": "1"})), written(json!({"a": 1})));
    }

    #[test]
    fn shown_text_is_one_short_line_that_reads_as_it_is_written() {
        assert_eq!(quoted("a\n\u{202e}b\u{200b}c"), "abc");
        assert_eq!(quoted(&"x".repeat(500)).chars().count(), 121);
        assert_eq!(quoted("فاتورة"), "فاتورة");
    }
}
