//! A TOML text with its positions, and the faults that are found in it.

use std::{fmt, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The maximum number of faults that are reported.
const MOST_FAULTS: usize = 50;

/// A place in a file, counted from 1. Columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// One thing that is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub position: Position,
    /// What is wrong, and what was expected.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// A policy cannot be used. All its faults are here, up to a bound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    /// The name of the file.
    pub file: String,
    /// The faults, in the order of the file.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub left_out: usize,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.faults.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            let Position { line, column } = fault.position;
            write!(f, "{}:{line}:{column}: {}", self.file, fault.message)?;
            if let Some(suggestion) = &fault.suggestion {
                write!(f, "; did you mean `{suggestion}`?")?;
            }
        }
        if self.left_out > 0 {
            write!(f, "\n{}: and {} more faults", self.file, self.left_out)?;
        }
        Ok(())
    }
}

/// Gathers faults while a text is read.
pub(super) struct Faults<'s> {
    text: &'s str,
    found: Vec<(usize, Fault)>,
    left_out: usize,
}

impl<'s> Faults<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self { text, found: Vec::new(), left_out: 0 }
    }

    pub(super) fn add(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.suggest(span, message, None);
    }

    pub(super) fn suggest(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        suggestion: Option<String>,
    ) {
        if self.found.len() >= MOST_FAULTS {
            self.left_out += 1;
            return;
        }
        let position = position(self.text, span.start);
        self.found.push((span.start, Fault { position, message: message.into(), suggestion }));
    }

    pub(super) fn into_error(mut self, file: &str) -> Option<PolicyError> {
        if self.found.is_empty() {
            return None;
        }
        self.found.sort_by_key(|(start, _)| *start);
        let faults = self.found.into_iter().map(|(_, fault)| fault).collect();
        Some(PolicyError { file: file.to_owned(), faults, left_out: self.left_out })
    }
}

fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line, column }
}

/// Parses a text as far as it goes; what is wrong is added to `faults`.
pub(super) fn parse<'s>(text: &'s str, faults: &mut Faults<'s>) -> Spanned<DeTable<'s>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        faults.add(error.span().unwrap_or_default(), format!("invalid TOML: {}", error.message()));
    }
    table
}

/// A value and its position.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) value: &'a DeValue<'a>,
    start: usize,
    end: usize,
}

impl<'a> Node<'a> {
    pub(super) fn new(spanned: &'a Spanned<DeValue<'a>>) -> Self {
        let Range { start, end } = spanned.span();
        Self { value: spanned.get_ref(), start, end }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The kind of value, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }
}

/// A table that is read member by member. Unknown members are faults.
pub(super) struct Members<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'a> Members<'a> {
    pub(super) fn new(table: &'a DeTable<'a>, span: Range<usize>) -> Self {
        Self { table, span, asked: Vec::new() }
    }

    /// A node that must be a table.
    pub(super) fn of(node: Node<'a>, what: &str, faults: &mut Faults<'_>) -> Option<Self> {
        match node.value {
            DeValue::Table(table) => Some(Self::new(table, node.span())),
            _ => {
                faults.add(node.span(), format!("{what}: expected a table, found {}", node.kind()));
                None
            }
        }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(super) fn get(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.asked.push(name);
        self.table.get(name).map(Node::new)
    }

    pub(super) fn required(
        &mut self,
        name: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Node<'a>> {
        let found = self.get(name);
        if found.is_none() {
            faults.add(self.span(), format!("`{name}` is missing"));
        }
        found
    }

    /// Reports the unknown members.
    pub(super) fn finish(self, what: &str, faults: &mut Faults<'_>) {
        for name in self.table.keys() {
            if !self.asked.contains(&name.get_ref().as_ref()) {
                let close = closest(name.get_ref(), self.asked.iter().copied());
                let shown = crate::json::quoted(name.get_ref());
                faults.suggest(name.span(), format!("{what} has no member `{shown}`"), close);
            }
        }
    }
}

/// The known word that is closest to what was written, where one is close.
pub(super) fn closest<'w>(written: &str, known: impl Iterator<Item = &'w str>) -> Option<String> {
    let written: String = written.chars().take(80).flat_map(char::to_lowercase).collect();
    let distance = |word: &str| strsim::damerau_levenshtein(&written, &word.to_lowercase());
    let near = |(distance, word): &(usize, &str)| {
        *distance <= 1 + word.chars().count() / 6
            || strsim::jaro_winkler(&written, &word.to_lowercase()) > 0.85
    };
    known
        .map(|word| (distance(word), word))
        .filter(near)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word.to_owned())
}
