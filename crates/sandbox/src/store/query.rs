//! Lists: filters as SQL conditions with bound values, order, pages.

use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension as _, params_from_iter};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Store;
use crate::error::Result;
use crate::model::Record;
use crate::money;

/// Conditions that all must hold. Column names come from this program, values are bound.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    conditions: Vec<String>,
    values: Vec<Sql>,
}

/// Which page of a list, in which order.
#[derive(Debug, Clone)]
pub(crate) struct Paging {
    pub(crate) page: i64,
    pub(crate) limit: i64,
    /// An SQL expression from a fixed list.
    pub(crate) order: &'static str,
    pub(crate) descending: bool,
}

impl Filter {
    /// No condition.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// What a caller can see: their organization, one branch, nothing deleted.
    pub(crate) fn within(org: &str, branch: &str) -> Self {
        Self::new().eq("org", org).eq("branch", branch).raw("deleted = 0", [])
    }

    /// A condition in SQL with `?` for its values.
    pub(crate) fn raw(mut self, condition: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.conditions.push(condition.to_owned());
        self.values.extend(values.into_iter().map(Sql::Text));
        self
    }

    /// A column has a value.
    pub(crate) fn eq(self, column: &'static str, value: &str) -> Self {
        self.raw(&format!("{column} = ?"), [value.to_owned()])
    }

    /// A column has a value, where one is given.
    pub(crate) fn eq_if(self, column: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.eq(column, value),
            None => self,
        }
    }

    /// An expression has one of several values, where any are given.
    pub(crate) fn one_of(self, expression: &str, values: &[String]) -> Self {
        if values.is_empty() {
            return self;
        }
        let marks = vec!["?"; values.len()].join(",");
        self.raw(&format!("{expression} IN ({marks})"), values.to_vec())
    }

    /// A moment, in microseconds, lies within bounds that both count.
    pub(crate) fn moments(
        mut self,
        expression: &str,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Self {
        for (sign, bound) in [(">=", from), ("<=", to)] {
            if let Some(bound) = bound {
                self.conditions.push(format!("{expression} {sign} ?"));
                self.values.push(Sql::Integer(bound.as_microsecond()));
            }
        }
        self
    }

    /// The amount lies within bounds that both count.
    pub(crate) fn amounts(mut self, from: Option<Decimal>, to: Option<Decimal>) -> Self {
        for (sign, bound) in [(">=", from), ("<=", to)] {
            if let Some(bound) = bound {
                self.conditions.push(format!("amount {sign} ?"));
                self.values.push(Sql::Integer(money::thousandths(bound)));
            }
        }
        self
    }

    /// Every word of a term occurs in the record's text.
    pub(crate) fn search(mut self, term: Option<&str>) -> Self {
        for word in term.unwrap_or_default().to_lowercase().split_whitespace() {
            let word = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            self = self.raw("text LIKE ? ESCAPE '\\'", [format!("%{word}%")]);
        }
        self
    }

    fn sql(&self, kind: &str) -> (String, Vec<Sql>) {
        let mut sql = String::from("kind = ?");
        for condition in &self.conditions {
            sql.push_str(" AND ");
            sql.push_str(condition);
        }
        let mut values = vec![Sql::Text(kind.to_owned())];
        values.extend(self.values.iter().cloned());
        (sql, values)
    }
}

impl Store {
    /// How many records meet a filter.
    pub(crate) fn count<R: Record>(&self, filter: &Filter) -> Result<i64> {
        let (conditions, values) = filter.sql(R::KIND);
        let sql = format!("SELECT count(*) FROM entity WHERE {conditions}");
        let row = |row: &rusqlite::Row<'_>| row.get(0);
        Ok(self.db.prepare_cached(&sql)?.query_row(params_from_iter(values), row)?)
    }

    /// The records that meet a filter, oldest first.
    pub(crate) fn all<R: Record>(&self, filter: &Filter) -> Result<Vec<R>> {
        let (conditions, values) = filter.sql(R::KIND);
        self.read(&format!("SELECT doc FROM entity WHERE {conditions} ORDER BY seq"), values)
    }

    /// The latest record that meets a filter.
    pub(crate) fn latest<R: Record>(&self, filter: &Filter) -> Result<Option<R>> {
        let (conditions, values) = filter.sql(R::KIND);
        let sql = format!("SELECT doc FROM entity WHERE {conditions} ORDER BY seq DESC LIMIT 1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let row = |row: &rusqlite::Row<'_>| row.get(0);
        let doc: Option<String> = statement.query_row(params_from_iter(values), row).optional()?;
        doc.map(|doc| Ok(serde_json::from_str(&doc)?)).transpose()
    }

    /// One page of the records that meet a filter, and where it lies.
    pub(crate) fn page<R: Record>(
        &self,
        filter: &Filter,
        paging: &Paging,
    ) -> Result<(Vec<R>, Value)> {
        let total = self.count::<R>(filter)?;
        let (conditions, mut values) = filter.sql(R::KIND);
        let way = if paging.descending { "DESC" } else { "ASC" };
        let order = paging.order;
        let sql = format!(
            "SELECT doc FROM entity WHERE {conditions}
             ORDER BY {order} {way}, seq {way} LIMIT ? OFFSET ?"
        );
        let skipped = paging.page.saturating_sub(1).saturating_mul(paging.limit);
        values.extend([Sql::Integer(paging.limit), Sql::Integer(skipped)]);
        let records = self.read(&sql, values)?;
        Ok((records, paging.json(total)))
    }

    fn read<R: Record>(&self, sql: &str, values: Vec<Sql>) -> Result<Vec<R>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let doc = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            records.push(serde_json::from_str(doc)?);
        }
        Ok(records)
    }
}

impl Paging {
    /// The API's account of a page. A list without entries has one page, an empty one.
    fn json(&self, total: i64) -> Value {
        let pages = total.saturating_add(self.limit - 1) / self.limit.max(1);
        let pages = pages.max(1);
        json!({
            "total_count": total,
            "max_page": pages,
            "current_page": self.page,
            "limit": self.limit,
            "has_next_page": self.page < pages,
            "has_previous_page": self.page > 1,
        })
    }
}
