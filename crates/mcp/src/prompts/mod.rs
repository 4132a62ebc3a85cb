//! MCP prompts: what a merchant does often, as instructions for the model, in English and Arabic.
//!
//! The texts are in `texts`. What a user fills in follows them, quoted and as data, so that it cannot be taken
//! for an instruction. A prompt is offered only to callers who may use every tool that it names.

mod complete;
mod texts;

use rmcp::model::{
    GetPromptResult, JsonObject, Prompt as ListedPrompt, PromptArgument, PromptMessage, Role,
};
use serde_json::Value;

pub(crate) use self::complete::complete;
use self::texts::PROMPTS;
use crate::{
    directory::{self, Directory},
    text,
    view::{Mode, View},
};

/// The longest value of an argument, in characters.
const MAX_VALUE: usize = 300;

/// The argument that every prompt has.
const LANGUAGE: &str = "language";

/// A text in both languages.
struct Text {
    english: &'static str,
    arabic: &'static str,
}

/// A prompt.
struct Prompt {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    arguments: &'static [Argument],
    /// The tools that the text names.
    tools: &'static [&'static str],
    text: Text,
}

/// What a user can fill in.
struct Argument {
    name: &'static str,
    description: &'static str,
    required: bool,
    /// What its values are suggested from.
    values: Values,
}

/// What the values of an argument are suggested from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    /// Anything; nothing is suggested.
    Free,
    /// The names that this tool lists.
    NamesFrom(&'static str),
}

/// The language of a prompt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    Arabic,
}

impl Language {
    /// The values of the argument.
    const CODES: [&str; 2] = ["en", "ar"];

    fn parse(code: &str) -> Option<Self> {
        match code.trim().to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ar" => Some(Self::Arabic),
            _ => None,
        }
    }
}

/// The prompts that a caller with this view may use.
pub(crate) fn list(tools: &Directory, view: &View) -> Vec<ListedPrompt> {
    offered(tools, view).map(Prompt::listed).collect()
}

/// A prompt, filled in.
///
/// # Errors
/// Why it cannot be filled in, as a sentence for the client.
pub(crate) fn get(
    tools: &Directory,
    view: &View,
    name: &str,
    arguments: &JsonObject,
) -> Result<GetPromptResult, String> {
    let Some(prompt) = offered(tools, view).find(|prompt| prompt.name == name) else {
        let known = PROMPTS.iter().any(|prompt| prompt.name == name);
        return Err(
            match directory::nearest(name, offered(tools, view).map(|prompt| prompt.name)) {
                _ if known => {
                    "this prompt is not available here: it needs tools that the server, or this \
                           request, does not have"
                        .to_owned()
                }
                Some(near) => format!("no prompt has this name; did you mean `{near}`?"),
                None => "no prompt has this name".to_owned(),
            },
        );
    };
    let text = prompt.fill(arguments, view)?;
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(prompt.description))
}

fn offered(tools: &Directory, view: &View) -> impl Iterator<Item = &'static Prompt> {
    let usable = |tool: &str| tools.get(tool).is_some() && view.includes(tool);
    PROMPTS.iter().filter(move |prompt| prompt.tools.iter().all(|tool| usable(tool)))
}

impl Prompt {
    fn listed(&self) -> ListedPrompt {
        let argument = |argument: &Argument| {
            PromptArgument::new(argument.name)
                .with_description(argument.description)
                .with_required(argument.required)
        };
        let language = PromptArgument::new(LANGUAGE)
            .with_description("en (default) or ar")
            .with_required(false);
        let arguments = self.arguments.iter().map(argument).chain([language]).collect();
        ListedPrompt::new(self.name, Some(self.description), Some(arguments)).with_title(self.title)
    }

    fn fill(&self, given: &JsonObject, view: &View) -> Result<String, String> {
        let mut language = Language::English;
        for (name, value) in given {
            let known = self.arguments.iter().any(|argument| argument.name == name);
            let Some(value) = value.as_str() else {
                let name = text::name(name);
                return Err(format!("the argument {name} must be a string"));
            };
            if value.chars().count() > MAX_VALUE {
                let name = text::name(name);
                return Err(format!("the argument {name} is longer than {MAX_VALUE} characters"));
            }
            if name == LANGUAGE && !value.trim().is_empty() {
                language = Language::parse(value)
                    .ok_or_else(|| "the argument `language` must be `en` or `ar`".to_owned())?;
            } else if !known && name != LANGUAGE {
                let names: Vec<&str> =
                    self.arguments.iter().map(|argument| argument.name).collect();
                return Err(format!(
                    "the prompt has no argument {}; its arguments are: {}, {LANGUAGE}",
                    text::name(name),
                    names.join(", ")
                ));
            }
        }
        let mut values = Vec::new();
        for argument in self.arguments {
            let value = given.get(argument.name).and_then(Value::as_str).unwrap_or_default().trim();
            if !value.is_empty() {
                values.push(format!("- {}: {}", argument.name, text::quote(value, MAX_VALUE)));
            } else if argument.required {
                return Err(format!("the argument `{}` is required", argument.name));
            }
        }
        let body = language.of(&self.text);
        let mut parts = vec![body.to_owned(), language.of(&texts::RULES).to_owned()];
        if view.mode() == Mode::Search {
            parts.push(language.of(&texts::SEARCH_MODE).to_owned());
        }
        if !values.is_empty() {
            parts.push(format!("{}\n{}", language.of(&texts::VALUES), values.join("\n")));
        }
        Ok(parts.join("\n\n"))
    }
}

impl Language {
    const fn of(self, text: &Text) -> &'static str {
        match self {
            Self::English => text.english,
            Self::Arabic => text.arabic,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PROMPTS, Values};

    #[test]
    fn both_texts_of_a_prompt_name_exactly_the_tools_that_it_needs() {
        for prompt in PROMPTS {
            let needed: BTreeSet<&str> = prompt.tools.iter().copied().collect();
            for text in [prompt.text.english, prompt.text.arabic] {
                let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
                let named: BTreeSet<&str> = words.filter(|word| word.contains('_')).collect();
                assert_eq!(named, needed, "{}", prompt.name);
            }
        }
    }

    #[test]
    fn what_is_suggested_comes_from_a_tool_that_the_prompt_needs() {
        for prompt in PROMPTS {
            for argument in prompt.arguments {
                if let Values::NamesFrom(tool) = argument.values {
                    assert!(prompt.tools.contains(&tool), "{}.{}", prompt.name, argument.name);
                }
            }
        }
    }
}
