//! A checked request on its way to a handler, and what the handlers have in common: whose it is,
//! reading the body, pages.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::contract::Query;
use crate::error::{ApiError, Result};
use crate::fields::Fields;
use crate::model::{ApiKey, Organization, Record};
use crate::store::{Filter, Paging, Scope, Store};

/// A checked request.
pub(crate) struct Call {
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

impl Call {
    /// The record that a path parameter names.
    pub(crate) fn target<R: Record>(&self, store: &Store<'_>, parameter: &str) -> Result<R> {
        let id = self.path.get(parameter).map_or("", String::as_str);
        self.scope.find(store, id)
    }

    /// The body's members.
    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields(&self.body)
    }

    /// Reads the requested page and order.
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
        store: &Store<'_>,
        filter: &Filter,
        fields: &[(&str, &'static str)],
        view: impl Fn(&Store<'_>, &R) -> Result<Value>,
    ) -> Result<Reply> {
        let paging = self.paging(fields)?;
        let (records, pagination) = store.page::<R>(filter, &paging)?;
        let data: Result<Vec<Value>> = records.iter().map(|record| view(store, record)).collect();
        Reply::ok(json!({"data": data?, "pagination": pagination}))
    }
}
