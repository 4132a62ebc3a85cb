//! How often `find_tools` finds the right tool, beside two plain baselines. Run with `--nocapture` for the
//! figures.

use std::{collections::HashMap, fs, path::Path};

use serde_json::Value;
use streampay_mcp::{Server, View};

use crate::{common::settings, connect, find};

/// What the search must reach over all requests, and over those that it was not tuned on.
const MIN_RECALL_AT_3: f64 = 0.98;

/// A request and the tools that serve it.
struct Request {
    text: String,
    tools: Vec<String>,
}

impl Request {
    fn is_arabic(&self) -> bool {
        self.text.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c))
    }
}

fn read(file: &str) -> Vec<Request> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/search").join(file);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (text, tools) = line.split_once('\t').unwrap_or_else(|| panic!("no tab: {line}"));
            let tools = tools.split(',').map(ToOwned::to_owned).collect();
            Request { text: text.to_owned(), tools }
        })
        .collect()
}

/// How good a ranking is over some requests.
#[derive(Default)]
struct Score {
    requests: usize,
    first: usize,
    first_three: usize,
    reciprocal: f64,
}

impl Score {
    fn count(&mut self, request: &Request, ranked: &[String]) {
        self.requests += 1;
        let Some(place) = ranked.iter().position(|tool| request.tools.contains(tool)) else {
            return;
        };
        self.first += usize::from(place == 0);
        self.first_three += usize::from(place < 3);
        self.reciprocal += 1.0 / (place as f64 + 1.0);
    }

    fn recall_at_3(&self) -> f64 {
        self.first_three as f64 / self.requests as f64
    }

    fn line(&self, what: &str) -> String {
        let of = |count: f64| count / self.requests as f64;
        format!(
            "{what:<34} {:>4} requests  recall@1 {:.3}  recall@3 {:.3}  MRR {:.3}",
            self.requests,
            of(self.first as f64),
            self.recall_at_3(),
            of(self.reciprocal)
        )
    }
}

/// The words of a text as the baselines see them.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The tools by name with everything that is written about them, as text.
fn documents() -> Vec<(String, String)> {
    let server = Server::new(settings("http://127.0.0.1:1")).unwrap();
    let document = |tool: &rmcp::model::Tool| {
        let schema = Value::Object((*tool.input_schema).clone());
        let title = tool.title.clone().unwrap_or_default();
        let description = tool.description.clone().unwrap_or_default();
        format!("{} {title} {description} {schema}", tool.name.replace('_', " "))
    };
    server.tools().iter().map(|tool| (tool.name.to_string(), document(tool))).collect()
}

fn ranked(mut scores: Vec<(f64, String)>) -> Vec<String> {
    scores.retain(|(score, _)| *score > 0.0);
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    scores.into_iter().map(|(_, name)| name).take(10).collect()
}

/// BM25 over the words of the tools' texts, with the usual constants.
fn bm25(documents: &[(String, String)], request: &str) -> Vec<String> {
    let texts: Vec<Vec<String>> = documents.iter().map(|(_, text)| words(text)).collect();
    let average = texts.iter().map(Vec::len).sum::<usize>() as f64 / texts.len() as f64;
    let mut frequencies: HashMap<&str, f64> = HashMap::new();
    for text in &texts {
        let mut own: Vec<&str> = text.iter().map(String::as_str).collect();
        own.sort_unstable();
        own.dedup();
        own.into_iter().for_each(|word| *frequencies.entry(word).or_default() += 1.0);
    }
    let request = words(request);
    let score = |text: &[String]| {
        let of = |word: &String| {
            let found = text.iter().filter(|known| *known == word).count() as f64;
            let documents_with = frequencies.get(word.as_str()).copied().unwrap_or_default();
            let rarity =
                ((texts.len() as f64 - documents_with + 0.5) / (documents_with + 0.5) + 1.0).ln();
            let length = 1.2 * (0.25 + 0.75 * text.len() as f64 / average);
            rarity * found * 2.2 / (found + length)
        };
        request.iter().map(of).sum::<f64>()
    };
    let scores = documents.iter().zip(&texts).map(|((name, _), text)| (score(text), name.clone()));
    ranked(scores.collect())
}

/// How many words of the request occur anywhere in the tools' texts.
fn substrings(documents: &[(String, String)], request: &str) -> Vec<String> {
    let request = words(request);
    let score = |text: &str| {
        let text = text.to_lowercase();
        request.iter().filter(|word| text.contains(word.as_str())).count() as f64
    };
    ranked(documents.iter().map(|(name, text)| (score(text), name.clone())).collect())
}

#[tokio::test]
async fn requests_find_their_tools_among_the_first_three() {
    let client = connect(settings("http://127.0.0.1:1"), View::default()).await;
    let documents = documents();
    let exists = |tool: &String| documents.iter().any(|(name, _)| name == tool);
    let (tuned, held_out) = (read("requests.tsv"), read("held_out.tsv"));
    assert!(tuned.len() + held_out.len() >= 300 && held_out.len() >= 100);
    for set in [&tuned, &held_out] {
        let arabic = set.iter().filter(|request| request.is_arabic()).count();
        assert!(arabic * 100 >= set.len() * 48, "{arabic} of {} are Arabic", set.len());
    }
    let mut lines = Vec::new();
    let mut reached = Vec::new();
    let mut all = Score::default();
    for (what, set) in [("tuned on", &tuned), ("held out", &held_out)] {
        let mut scores: [Score; 5] = Default::default();
        for request in set.iter() {
            let missing: Vec<&String> = request.tools.iter().filter(|tool| !exists(tool)).collect();
            assert!(missing.is_empty(), "{}: {missing:?} are not tools", request.text);
            let found = find(&client, &request.text).await;
            if what == "tuned on" && !found.iter().take(3).any(|tool| request.tools.contains(tool))
            {
                println!("not among the first three: {}: {found:?}", request.text);
            }
            let language = if request.is_arabic() { 2 } else { 1 };
            for score in [&mut scores[0], &mut all] {
                score.count(request, &found);
            }
            scores[language].count(request, &found);
            scores[3].count(request, &bm25(&documents, &request.text));
            scores[4].count(request, &substrings(&documents, &request.text));
        }
        let names = ["find_tools", "  English", "  Arabic and mixed", "plain BM25", "substrings"];
        for (name, score) in names.iter().zip(&scores) {
            lines.push(score.line(&format!("{what}: {name}")));
        }
        reached.push((
            what,
            scores[0].recall_at_3(),
            scores[3].recall_at_3().max(scores[4].recall_at_3()),
        ));
    }
    lines.push(all.line("all: find_tools"));
    println!("{}", lines.join("\n"));
    for (what, recall, baseline) in reached {
        assert!(recall >= MIN_RECALL_AT_3, "{what}: recall@3 is {recall:.3}");
        assert!(recall > baseline, "{what}: a plain ranking reaches {baseline:.3}");
    }
}
