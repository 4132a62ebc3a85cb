//! Suggests values for the arguments of prompts.
//!
//! Names of customers and products come from the API, through the caller's own key. Suggestions are a
//! convenience: without a key, on an error, or if the API takes long, there are none.

use std::time::Duration;

use serde_json::{Value, json};
use streampay::{Arguments, Context};

use super::{LANGUAGE, Language, Values, offered};
use crate::{
    catalog::{self, Kind},
    services::Services,
    text,
    view::View,
};

/// How many names are suggested.
const MAX_NAMES: usize = 20;

/// The longest name that is suggested, in characters. A prompt takes longer ones.
const MAX_NAME: usize = 100;

/// How long the API may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The values for an argument of a prompt that fit what the user has typed.
pub(crate) async fn complete(
    services: &Services,
    caller: &Context,
    view: &View,
    prompt: &str,
    argument: &str,
    typed: &str,
) -> Vec<String> {
    let Some(prompt) = offered(&services.directory, view).find(|known| known.name == prompt) else {
        return Vec::new();
    };
    if argument == LANGUAGE {
        let codes = Language::CODES.iter().filter(|code| code.starts_with(typed.trim()));
        return codes.map(|code| (*code).to_owned()).collect();
    }
    let argument = prompt.arguments.iter().find(|known| known.name == argument);
    let Some(Values::NamesFrom(tool)) = argument.map(|argument| argument.values) else {
        return Vec::new();
    };
    let typed: String = typed.trim().chars().take(MAX_NAME).collect();
    let names = tokio::time::timeout(TIMEOUT, names(services, caller, tool, &typed)).await;
    names.ok().flatten().unwrap_or_default()
}

/// The names that a tool lists for these words.
async fn names(
    services: &Services,
    caller: &Context,
    tool: &str,
    words: &str,
) -> Option<Vec<String>> {
    let operation = catalog::all().find_map(|kind| match kind {
        Kind::Operation(known) if known.name == tool => Some(known.operation),
        _ => None,
    })?;
    let mut arguments = Arguments::default();
    arguments.query.insert("limit".to_owned(), json!(MAX_NAMES));
    if !words.is_empty() {
        arguments.query.insert("search_term".to_owned(), json!(words));
    }
    let client = services.client().await.ok()?;
    let answer = client.call_raw(operation, &arguments, caller).await.ok()?;
    services.budget.parse(answer, |json, _| suggested(&json)).await.ok()
}

/// The names in a list, each once, in the order of the list.
fn suggested(answer: &Value) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let items = answer.get("data").and_then(Value::as_array).into_iter().flatten();
    for name in items.filter_map(|item| item.get("name")?.as_str()).take(MAX_NAMES) {
        let name = text::line(name, MAX_NAME);
        if !name.trim().is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::suggested;

    #[test]
    fn suggestions_are_few_short_and_visible() {
        let many: Vec<_> = (0..500).map(|number| json!({"name": format!("n{number}")})).collect();
        assert_eq!(suggested(&json!({"data": many})).len(), super::MAX_NAMES);
        let odd = json!({"data": [
            {"name": "a\u{202e}b"}, {"name": "x".repeat(5000)}, {"name": "سارة"}, {"name": "سارة"},
            {"name": null}, {"id": 1}, {"name": " "}, 7,
        ]});
        let names = suggested(&odd);
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(!names[0].contains('\u{202e}') && names[1].chars().count() <= super::MAX_NAME + 1);
        assert_eq!(names[2], "سارة");
        assert!(suggested(&json!([1])).is_empty());
    }
}
