//! Searches the tools in English and Arabic, offline.
//!
//! A request is read as meanings (`refund`, `customer`), which `lexicon.txt` gives to words and phrases of
//! both languages. `tools.txt` says which meanings each tool stands for. A tool ranks by the meanings that it
//! shares with the request, rare ones more than common ones, and loses for those that it stands for and the
//! request does not have. Words without a meaning are looked up in the names and descriptions of the tools.

mod language;
mod lexicon;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

use rmcp::model::Tool;
use serde_json::Value;

use self::{
    language::{forms, words},
    lexicon::{Lexicon, Meaning, entries},
};

/// What a meaning counts that a tool stands for, and one that goes with it.
const OWN: f32 = 1.0;
const RELATED: f32 = 0.45;

/// What a meaning costs that a tool stands for and the request does not have.
const MISSING: f32 = 0.35;

/// What a word counts that is in a tool's name or title, and one that is in its description only.
const NAMED: f32 = 0.35;
const DESCRIBED: f32 = 0.12;

/// How sure it is that a request that does not say what to do asks for a list.
const PRESUMED: f32 = 0.4;

/// What it counts that a tool only reads, where nothing else decides.
const READS: f32 = 0.01;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("lexicon.txt")));

/// The tools of a server, prepared for the search.
pub(crate) struct Index {
    tools: Vec<Profile>,
    /// How much each meaning says: more, the fewer tools it fits.
    weights: Vec<f32>,
    /// The meanings that say what to do: the first one of each tool.
    actions: BTreeSet<Meaning>,
    /// In how many tools a word occurs.
    frequencies: HashMap<String, usize>,
}

/// What the search knows about a tool.
struct Profile {
    meanings: BTreeMap<Meaning, f32>,
    own: Vec<Meaning>,
    words: HashMap<String, f32>,
    reads: bool,
}

impl Index {
    /// Prepares tools for the search.
    pub(crate) fn new(tools: &[Tool]) -> Self {
        let listed: HashMap<&str, &str> = entries(include_str!("tools.txt")).collect();
        let tools: Vec<Profile> =
            tools.iter().map(|tool| Profile::new(tool, listed.get(tool.name.as_ref()))).collect();
        let count = tools.len() as f32;
        let weights = (0..LEXICON.len())
            .map(|meaning| {
                let strength = |tool: &Profile| tool.meanings.get(&meaning).copied();
                let found: f32 = tools.iter().filter_map(strength).sum();
                (1.0 + count / (1.0 + found)).ln()
            })
            .collect();
        let actions = tools.iter().filter_map(|tool| tool.own.first().copied()).collect();
        let mut frequencies = HashMap::new();
        for word in tools.iter().flat_map(|tool| tool.words.keys()) {
            *frequencies.entry(word.clone()).or_default() += 1;
        }
        Self { tools, weights, actions, frequencies }
    }

    /// The places of the tools that fit a request, the best first. Equal ones keep their order.
    pub(crate) fn rank(&self, request: &str) -> Vec<usize> {
        let mut understood = LEXICON.understand(request);
        let nothing = understood.meanings.is_empty();
        if !nothing && !understood.meanings.keys().any(|meaning| self.actions.contains(meaning)) {
            understood.meanings.extend(LEXICON.meaning("list").map(|list| (list, PRESUMED)));
        }
        let words: Vec<(&str, f32)> = understood
            .words
            .iter()
            .filter_map(|word| {
                let stem = stem(word);
                let (stem, count) = self.frequencies.get_key_value(&stem)?;
                Some((stem.as_str(), (self.tools.len() as f32 / *count as f32).ln().max(0.0)))
            })
            .collect();
        let mut found: Vec<(f32, usize)> = Vec::new();
        for (place, tool) in self.tools.iter().enumerate() {
            let mut score = 0.0;
            for (meaning, sure) in &understood.meanings {
                let strength = tool.meanings.get(meaning).copied().unwrap_or_default();
                score += sure * strength * self.weight(*meaning);
            }
            for (word, weight) in &words {
                score += tool.words.get(*word).copied().unwrap_or_default() * weight;
            }
            if score <= 0.0 {
                continue;
            }
            for meaning in &tool.own {
                let sure = understood.meanings.get(meaning).copied().unwrap_or_default();
                score -= MISSING * (1.0 - sure) * self.weight(*meaning);
            }
            found.push((score + if tool.reads { READS } else { 0.0 }, place));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.into_iter().map(|(_, place)| place).collect()
    }

    fn weight(&self, meaning: Meaning) -> f32 {
        self.weights.get(meaning).copied().unwrap_or_default()
    }
}

impl Profile {
    fn new(tool: &Tool, listed: Option<&&str>) -> Self {
        let named = tool.name.replace('_', " ");
        let title = tool.title.as_deref().unwrap_or_default();
        let (own, related) = match listed {
            Some(line) => {
                let (own, related) = line.split_once(';').unwrap_or((line, ""));
                (meanings(own), meanings(related))
            }
            None => (LEXICON.understand(&named).meanings.into_keys().collect(), Vec::new()),
        };
        let mut all = BTreeMap::new();
        all.extend(related.into_iter().map(|meaning| (meaning, RELATED)));
        all.extend(own.iter().map(|meaning| (*meaning, OWN)));
        let mut known = HashMap::new();
        let described = tool.description.as_deref().unwrap_or_default();
        let arguments = tool.input_schema.get("properties").and_then(Value::as_object);
        let arguments = arguments.into_iter().flat_map(|arguments| arguments.keys());
        let sentences = described.split(['.', ';', ',']).map(ToOwned::to_owned);
        for text in sentences.chain(arguments.map(|name| name.replace('_', " "))) {
            known.extend(words(&text).iter().map(|word| (stem(word), DESCRIBED)));
        }
        for text in [&named, title] {
            known.extend(words(text).iter().map(|word| (stem(word), NAMED)));
        }
        let hints = tool.annotations.as_ref();
        let reads = hints.and_then(|hints| hints.read_only_hint).unwrap_or_default();
        Self { meanings: all, own, words: known, reads }
    }
}

/// The meanings with these names, which are separated by spaces.
fn meanings(names: &str) -> Vec<Meaning> {
    names.split_whitespace().filter_map(|name| LEXICON.meaning(name)).collect()
}

/// The form of a word under which it is compared where the lexicon does not know it.
fn stem(word: &str) -> String {
    forms(word).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{LEXICON, entries};
    use crate::catalog;

    #[test]
    fn the_tables_name_only_what_exists() {
        let tools: BTreeSet<&str> = catalog::all().map(|tool| tool.name()).collect();
        for (tool, meanings) in entries(include_str!("tools.txt")) {
            // Other descriptions have other tools.
            let ours = streampay::operations::ALL.len() == 56;
            assert!(!ours || tools.contains(tool), "{tool} is not a tool");
            for meaning in meanings.replace(';', " ").split_whitespace() {
                assert!(
                    LEXICON.meaning(meaning).is_some(),
                    "{tool}: {meaning} is not in the lexicon"
                );
            }
        }
    }

    #[test]
    fn every_line_of_the_tables_is_read() {
        for text in [include_str!("tools.txt"), include_str!("lexicon.txt")] {
            let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
            assert_eq!(lines.count(), entries(text).count());
        }
    }

    #[test]
    fn a_misspelt_word_means_what_the_correct_one_does() {
        let meanings =
            |text: &str| LEXICON.understand(text).meanings.into_keys().collect::<Vec<_>>();
        for (wrong, right) in
            [("subscripton", "subscription"), ("invioce", "invoice"), ("فاتوررة", "فاتورة")]
        {
            assert_eq!(meanings(wrong), meanings(right), "{wrong}");
        }
        assert!(meanings("zzzzzz 123456789").is_empty());
    }
}
