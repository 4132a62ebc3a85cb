//! The organization and branch that a request works in.

use super::{Filter, Store};
use crate::error::{ApiError, Result};
use crate::model::{Base, Record};

/// Where something belongs: organization, branch, and the user who made it.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) org: String,
    pub(crate) branch: String,
    pub(crate) user: String,
}

impl Scope {
    /// The scope of a record.
    pub(crate) fn of<R: Record>(record: &R) -> Self {
        let base = record.base();
        Self {
            org: base.organization_id.clone(),
            branch: base.branch_id.clone(),
            user: base.user_id.clone(),
        }
    }

    /// Whether a record can be seen from here.
    pub(crate) fn sees<R: Record>(&self, record: &R) -> bool {
        let base = record.base();
        base.organization_id == self.org && base.branch_id == self.branch && !base.is_deleted
    }

    /// A record that can be seen from here.
    pub(crate) fn find<R: Record>(&self, store: &Store<'_>, id: &str) -> Result<R> {
        // Ids are compared in lower case, as UUIDs are.
        let id = id.to_ascii_lowercase();
        let found = store.get::<R>(&id)?.filter(|record| self.sees(record));
        found.ok_or_else(|| ApiError::not_found(R::NAME, &id))
    }

    /// The beginning of a new record.
    pub(crate) fn base(&self, store: &mut Store<'_>) -> Base {
        store.base(&self.org, &self.branch, &self.user)
    }

    /// A filter for what can be seen from here.
    pub(crate) fn filter(&self) -> Filter {
        Filter::within(&self.org, &self.branch)
    }
}
