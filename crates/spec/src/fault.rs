//! What can be wrong with a description or an overlay, in a form that people can act on.
//!
//! A fault prevents generation; a warning does not. Both have a location: a JSON pointer into the
//! description, or a line of the overlay.

use std::{collections::BTreeSet, fmt};

use crate::pointer::Pointer;

/// A reason why nothing can be generated: where it is, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place: a JSON pointer into the description (`#/paths/…`) or `overlay line N`.
    pub place: String,
    /// What is wrong there.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

impl Fault {
    pub(crate) fn at(
        pointer: &Pointer,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { place: pointer.to_string(), message: message.into(), advice: advice.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        if self.advice.is_empty() { Ok(()) } else { write!(f, "\n    → {}", self.advice) }
    }
}

/// All faults of one input. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", render(.0))]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// A list of one.
    pub fn one(
        place: impl Into<String>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self(vec![Fault { place: place.into(), message: message.into(), advice: advice.into() }])
    }

    /// Keeps one of equal faults: those in parts that operations share are found once for each operation.
    pub(crate) fn of(faults: Vec<Fault>) -> Self {
        let mut seen = BTreeSet::new();
        let once = |fault: &Fault| seen.insert((fault.place.clone(), fault.message.clone()));
        Self(faults.into_iter().filter(once).collect())
    }

    pub(crate) fn or<T>(faults: Vec<Fault>, value: T) -> Result<T, Self> {
        if faults.is_empty() { Ok(value) } else { Err(Self::of(faults)) }
    }
}

fn render(faults: &[Fault]) -> String {
    let mut text = match faults.len() {
        1 => String::from("1 fault:"),
        n => format!("{n} faults:"),
    };
    for fault in faults {
        text.push_str("\n  ");
        text.push_str(&fault.to_string());
    }
    text
}

/// One thing that deserves a look but stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The place, as in [`Fault::place`].
    pub place: String,
    /// What was noticed.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}
