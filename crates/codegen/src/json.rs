//! JSON that people review: short values on one line, longer ones with one member on each line.

use serde_json::Value;

/// How long a line may be before its value is broken up, indentation aside.
const WIDTH: usize = 100;

/// Writes `value`, its first line after `indent` spaces that are written already.
pub(crate) fn lines(value: &Value, indent: usize) -> String {
    let mut text = String::new();
    write(value, indent, &mut text);
    text
}

fn write(value: &Value, indent: usize, out: &mut String) {
    let inline = value.to_string();
    if inline.len() <= WIDTH {
        out.push_str(&inline);
        return;
    }
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (Some(name), value));
            block(['{', '}'], members, indent, out);
        }
        Value::Array(items) => {
            block(['[', ']'], items.iter().map(|value| (None, value)), indent, out);
        }
        _ => out.push_str(&inline),
    }
}

fn block<'a>(
    [open, close]: [char; 2],
    entries: impl Iterator<Item = (Option<&'a String>, &'a Value)>,
    indent: usize,
    out: &mut String,
) {
    let line = |depth: usize, out: &mut String| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', depth));
    };
    out.push(open);
    for (index, (name, value)) in entries.enumerate() {
        if index > 0 {
            out.push(',');
        }
        line(indent + 1, out);
        if let Some(name) = name {
            out.push_str(&Value::from(name.as_str()).to_string());
            out.push_str(": ");
        }
        write(value, indent + 1, out);
    }
    line(indent, out);
    out.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::lines;

    #[test]
    fn short_values_stay_on_a_line_and_long_ones_have_a_line_for_each_member() {
        let long = "x".repeat(95);
        let value = json!({"a": {"b": [1, 2]}, "c": {"d": long, "e": []}});
        let wanted = format!(
            "{{\n \"a\": {{\"b\":[1,2]}},\n \"c\": {{\n  \"d\": \"{long}\",\n  \"e\": []\n }}\n}}"
        );
        assert_eq!(lines(&value, 0), wanted);
        let read: Value = serde_json::from_str(&lines(&value, 3)).unwrap();
        assert_eq!(read, value);
    }
}
