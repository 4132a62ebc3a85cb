//! The tools that a client can use: all of them, or fewer if the server or a request says so.
//!
//! A view can be narrowed but never widened. The same view decides what is listed and what can be called.

use crate::generated;

/// A selection of the tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    read_only: bool,
    /// A bit for each toolset, in the order of the generated list.
    toolsets: u64,
}

impl View {
    /// All tools.
    pub const ALL: Self = Self { read_only: false, toolsets: u64::MAX };

    /// Only tools that change nothing.
    #[must_use]
    pub const fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// Only the named toolsets. Names are separated by commas.
    ///
    /// # Errors
    /// A name is unknown, or there is none. The message lists the toolsets.
    pub fn toolsets(self, names: &str) -> Result<Self, String> {
        let known = || {
            let names: Vec<&str> = generated::TOOLSETS.iter().map(|(name, _)| *name).collect();
            names.join(", ")
        };
        let mut wanted = 0;
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let bit = bit(name)
                .ok_or_else(|| format!("unknown toolset; the toolsets are: {}", known()))?;
            wanted |= bit;
        }
        if wanted == 0 {
            return Err(format!("names no toolset; the toolsets are: {}", known()));
        }
        Ok(Self { toolsets: self.toolsets & wanted, ..self })
    }

    /// Whether a tool is included.
    pub(crate) const fn shows(self, read_only: bool, toolset: u64) -> bool {
        (read_only || !self.read_only) && self.toolsets & toolset != 0
    }
}

/// The bit of a toolset.
pub(crate) fn bit(toolset: &str) -> Option<u64> {
    let index = generated::TOOLSETS.iter().position(|(name, _)| *name == toolset)?;
    1_u64.checked_shl(u32::try_from(index).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{View, bit};

    #[test]
    fn a_view_only_ever_narrows() {
        let server = View::ALL.toolsets("payments, docs").unwrap().read_only();
        let wider = server.toolsets("customers,docs").unwrap();
        assert!(wider.shows(true, bit("docs").unwrap()));
        assert!(!wider.shows(true, bit("payments").unwrap()));
        assert!(!wider.shows(true, bit("customers").unwrap()), "the server does not have it");
        assert!(!wider.shows(false, bit("docs").unwrap()), "it stays read-only");
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        for names in ["", " , ", "payment", "docs,*"] {
            let message = View::ALL.toolsets(names).unwrap_err();
            assert!(message.contains("account, customers, products"), "{message}");
        }
    }
}
