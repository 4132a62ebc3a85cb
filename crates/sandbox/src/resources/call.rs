//! A checked request on its way to a handler, and what the handlers have in common: whose it is,
//! reading the body, pages.

use std::collections::HashMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::contract::{Query, decimal};
use crate::error::{ApiError, Result};
use crate::model::{ApiKey, Organization, Record};
use crate::store::{Filter, Paging, Store};
use crate::time;

/// Where something belongs: organization, branch, and the user who made it.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) org: String,
    pub(crate) branch: String,
    pub(crate) user: String,
}

/// A checked request.
pub(crate) struct Call<'a, 's> {
    pub(crate) store: &'a mut Store<'s>,
    pub(crate) org: Organization,
    pub(crate) key: ApiKey,
    pub(crate) scope: Scope,
    pub(crate) path: HashMap<String, String>,
    pub(crate) query: Query,
    pub(crate) body: Value,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    /// 200 with a body.
    pub(crate) fn ok(body: Value) -> Result<Self> {
        Ok(Self { status: 200, body })
    }

    /// 200 with nothing to say.
    pub(crate) fn empty() -> Result<Self> {
        Self::ok(json!({}))
    }
}

impl Scope {
    /// The scope of a record.
    pub(crate) fn of<R: Record>(record: &R) -> Self {
        let base = record.base();
        Self { org: base.org.clone(), branch: base.branch.clone(), user: base.user.clone() }
    }

    /// Whether a record can be seen from here.
    pub(crate) fn sees<R: Record>(&self, record: &R) -> bool {
        let base = record.base();
        base.org == self.org && base.branch == self.branch && !base.deleted
    }

    /// A record that can be seen from here.
    pub(crate) fn find<R: Record>(&self, store: &Store, id: &str) -> Result<R> {
        // Ids are compared in lower case, as UUIDs are.
        let id = id.to_ascii_lowercase();
        let found = store.get::<R>(&id)?.filter(|record| self.sees(record));
        found.ok_or_else(|| ApiError::not_found(R::NAME, &id))
    }

    /// The beginning of a new record.
    pub(crate) fn base(&self, store: &mut Store) -> crate::model::Base {
        store.base(&self.org, &self.branch, &self.user)
    }

    /// A filter for what can be seen from here.
    pub(crate) fn filter(&self) -> Filter {
        Filter::within(&self.org, &self.branch)
    }
}

impl Call<'_, '_> {
    /// The record that a path parameter names.
    pub(crate) fn target<R: Record>(&self, parameter: &str) -> Result<R> {
        let id = self.path.get(parameter).map_or("", String::as_str);
        self.scope.find(self.store, id)
    }

    /// The body's members.
    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields(&self.body)
    }

    /// Reads the page and order that the caller asks for.
    ///
    /// `fields` are the names to sort by and their SQL expressions.
    pub(crate) fn paging(&self, fields: &[(&str, &'static str)]) -> Result<Paging> {
        let page = self.query.number("page").unwrap_or(1);
        let limit = self.query.number("limit").unwrap_or(10).min(100);
        let field = self.query.text("sort_field").unwrap_or("created_at");
        let common = [("created_at", "created"), ("id", "id")];
        let order = common.iter().chain(fields).find(|(name, _)| *name == field);
        let Some((_, order)) = order else {
            let names: Vec<&str> = common.iter().chain(fields).map(|(name, _)| *name).collect();
            return Err(ApiError::invalid(format!(
                "sort_field {field:?} is not one of {}.",
                names.join(", ")
            )));
        };
        let descending = match self.query.text("sort_direction") {
            None => true,
            Some(word) if word.eq_ignore_ascii_case("desc") => true,
            Some(word) if word.eq_ignore_ascii_case("asc") => false,
            Some(word) => {
                let text = format!("sort_direction {word:?} is neither asc nor desc.");
                return Err(ApiError::invalid(text));
            }
        };
        Ok(Paging { page, limit, order, descending })
    }

    /// Answers one page of records in the API's shape.
    pub(crate) fn page<R: Record>(
        &self,
        filter: &Filter,
        fields: &[(&str, &'static str)],
        view: impl Fn(&Store, &R) -> Result<Value>,
    ) -> Result<Reply> {
        let paging = self.paging(fields)?;
        let (records, pagination) = self.store.page::<R>(filter, &paging)?;
        let data: Result<Vec<Value>> =
            records.iter().map(|record| view(self.store, record)).collect();
        Reply::ok(json!({"data": data?, "pagination": pagination}))
    }
}

/// The members of an object in a checked body.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a Value);

impl<'a> Fields<'a> {
    /// A member that is there and not null.
    pub(crate) fn given(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether a member is there, null or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// A member as it was sent, null where it is absent.
    pub(crate) fn raw(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.given(name).and_then(Value::as_str).map(ToOwned::to_owned)
    }

    /// An identifier, in lower case.
    pub(crate) fn id(&self, name: &str) -> Option<String> {
        self.text(name).map(|id| id.to_ascii_lowercase())
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.given(name).and_then(Value::as_bool)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.amount(name).and_then(|number| i64::try_from(number).ok())
    }

    pub(crate) fn amount(&self, name: &str) -> Option<Decimal> {
        self.given(name).and_then(decimal)
    }

    pub(crate) fn moment(&self, name: &str) -> Option<Timestamp> {
        self.given(name).and_then(Value::as_str).and_then(time::parse).map(time::micros)
    }

    /// The objects of a list.
    pub(crate) fn objects(&self, name: &str) -> Vec<Fields<'a>> {
        let list = self.given(name).and_then(Value::as_array);
        list.into_iter().flatten().map(Fields).collect()
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.given(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    }

    /// The identifiers of a list, in lower case.
    pub(crate) fn ids(&self, name: &str) -> Vec<String> {
        self.texts(name).iter().map(|id| id.to_ascii_lowercase()).collect()
    }
}
