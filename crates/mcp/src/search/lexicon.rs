//! What words mean: the table in `lexicon.txt`, read once.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::language::{forms, words};

/// A meaning, as its place in the table.
pub(super) type Meaning = usize;

/// The longest phrase of the table, in words.
const MAX_PHRASE: usize = 4;

/// How many forms of a word are tried as the first word of a phrase.
const MAX_STARTS: usize = 3;

/// The shortest word that can be misspelt, in letters. Shorter ones are too close to one another.
const MIN_TYPO: usize = 5;

/// How many forms of a word are compared with the correct words.
const MAX_TYPO_FORMS: usize = 4;

/// The shortest word that may have two wrong letters.
const MIN_TWO_TYPOS: usize = 8;

/// What a misspelt word counts, compared with a correct one.
const TYPO: f32 = 0.8;

/// Words and their meanings.
#[derive(Default)]
pub(super) struct Lexicon {
    names: Vec<String>,
    /// Words and phrases, and what they mean.
    phrases: HashMap<String, Vec<Meaning>>,
    /// The first words of phrases.
    starts: HashSet<String>,
    /// The single words among them, sorted, as a misspelt word is compared with them.
    known: Vec<Known>,
}

struct Known {
    word: String,
    letters: usize,
    signature: u64,
}

/// What a text means, and the words of it that the table does not have.
#[derive(Debug, Default)]
pub(super) struct Understood {
    /// Meanings, and how sure each is: at most 1.
    pub(super) meanings: BTreeMap<Meaning, f32>,
    pub(super) words: Vec<String>,
}

impl Lexicon {
    /// Reads the table. Lines that are not of its form are skipped.
    pub(super) fn parse(text: &str) -> Self {
        let mut lexicon = Self::default();
        for (name, phrases) in entries(text) {
            let meaning = lexicon.meaning(name).unwrap_or_else(|| {
                lexicon.names.push(name.to_owned());
                lexicon.names.len() - 1
            });
            for phrase in phrases.split(',') {
                let words = words(phrase);
                if words.len() > 1 {
                    lexicon.starts.extend(words.first().cloned());
                }
                let phrase = words.join(" ");
                let meanings = lexicon.phrases.entry(phrase).or_default();
                if !meanings.contains(&meaning) {
                    meanings.push(meaning);
                }
            }
        }
        let single = lexicon.phrases.keys().filter(|phrase| !phrase.contains(' '));
        lexicon.known = single.map(|word| Known::new(word)).collect();
        lexicon.known.sort_unstable_by(|a, b| a.word.cmp(&b.word));
        lexicon
    }

    /// How many meanings there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// A meaning by its name.
    pub(super) fn meaning(&self, name: &str) -> Option<Meaning> {
        self.names.iter().position(|known| known == name)
    }

    /// What a text means. Of overlapping phrases the longest counts.
    pub(super) fn understand(&self, text: &str) -> Understood {
        let words = words(text);
        let mut understood = Understood::default();
        let mut rest = words.as_slice();
        while let Some((first, after)) = rest.split_first() {
            let longest = (2..=MAX_PHRASE.min(rest.len())).rev().find_map(|length| {
                let (phrase, after) = rest.split_at_checked(length)?;
                Some((self.phrase(phrase)?, after))
            });
            match longest {
                Some((meanings, after)) => {
                    understood.add(meanings, 1.0);
                    rest = after;
                }
                None => {
                    match self.word(first) {
                        Some((meanings, sure)) => understood.add(meanings, sure),
                        None => understood.words.push(first.clone()),
                    }
                    rest = after;
                }
            }
        }
        understood
    }

    /// The meanings of a phrase. Its first and its last word may have prefixes and suffixes.
    fn phrase(&self, phrase: &[String]) -> Option<&[Meaning]> {
        let (first, rest) = phrase.split_first()?;
        let (last, middle) = rest.split_last()?;
        let starts = forms(first).into_iter().filter(|form| self.starts.contains(form));
        let lasts = forms(last);
        starts.take(MAX_STARTS).find_map(|start| {
            lasts.iter().find_map(|last| {
                let words = [start.as_str()].into_iter().chain(middle.iter().map(String::as_str));
                let phrase: Vec<&str> = words.chain([last.as_str()]).collect();
                self.phrases.get(&phrase.join(" ")).map(Vec::as_slice)
            })
        })
    }

    fn word(&self, word: &str) -> Option<(&[Meaning], f32)> {
        let forms = forms(word);
        if let Some(meanings) = forms.iter().find_map(|form| self.phrases.get(form)) {
            return Some((meanings, 1.0));
        }
        let near = forms.iter().take(MAX_TYPO_FORMS).find_map(|form| self.nearest(form))?;
        Some((self.phrases.get(near)?, TYPO))
    }

    /// The word of the table that a misspelt word most probably is.
    fn nearest(&self, word: &str) -> Option<&str> {
        let given = Known::new(word);
        if given.letters + 1 < MIN_TYPO || word.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let most = if given.letters < MIN_TWO_TYPOS { 1 } else { 2 };
        let possible = self.known.iter().filter(|known| {
            known.letters >= MIN_TYPO
                && known.letters.abs_diff(given.letters) <= most
                && (known.signature ^ given.signature).count_ones() as usize <= 2 * most
        });
        let near = possible.filter_map(|known| {
            let distance = strsim::osa_distance(word, &known.word);
            (distance <= most).then_some((distance, known.word.as_str()))
        });
        near.min().map(|(_, word)| word)
    }
}

impl Known {
    fn new(word: &str) -> Self {
        let bit = |c: char| 1_u64.checked_shl(u32::from(c) % 64).unwrap_or_default();
        let signature = word.chars().fold(0, |signature, c| signature | bit(c));
        Self { word: word.to_owned(), letters: word.chars().count(), signature }
    }
}

impl Understood {
    /// Adds what a word means. A word with several meanings says less about each.
    fn add(&mut self, meanings: &[Meaning], sure: f32) {
        let share = sure / (meanings.len().max(1) as f32).sqrt();
        for meaning in meanings {
            let known = self.meanings.entry(*meaning).or_default();
            *known = known.max(share);
        }
    }
}

/// The lines of a table of this folder: a name, a colon, and the rest.
pub(super) fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(':')).map(|(name, rest)| (name.trim(), rest.trim()))
}
