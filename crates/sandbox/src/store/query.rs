//! Lists: filters as SQL conditions with bound values, order, pages.

use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension as _, params_from_iter};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Store;
use crate::error::Result;
use crate::model::{Payment, Record};
use crate::money;

/// Conditions that must all hold. Column names come from this program, values are bound.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    conditions: Vec<String>,
    values: Vec<Sql>,
    /// Organization and branch, if the filter has no other condition.
    whole: Option<(String, String)>,
}

/// Which page of a list, in which order.
#[derive(Debug, Clone)]
pub(crate) struct Paging {
    pub(crate) page: i64,
    pub(crate) limit: i64,
    /// An SQL expression.
    pub(crate) order: String,
    pub(crate) descending: bool,
}

impl Filter {
    /// No condition.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// What a caller can see: their organization, one branch, nothing deleted.
    pub(crate) fn within(org: &str, branch: &str) -> Self {
        let mut filter = Self::new().eq("org", org).eq("branch", branch).raw("deleted = 0", []);
        filter.whole = Some((org.to_owned(), branch.to_owned()));
        filter
    }

    fn add(&mut self, condition: String, values: impl IntoIterator<Item = Sql>) {
        self.whole = None;
        self.conditions.push(condition);
        self.values.extend(values);
    }

    /// A condition in SQL with `?` for its values.
    pub(crate) fn raw(mut self, condition: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.add(condition.to_owned(), values.into_iter().map(Sql::Text));
        self
    }

    /// A column has a value.
    pub(crate) fn eq(self, column: &'static str, value: &str) -> Self {
        self.raw(&format!("{column} = ?"), [value.to_owned()])
    }

    /// A column has a value, if one is given.
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

    /// A time in microseconds is within inclusive bounds.
    pub(crate) fn moments(self, expression: &str, bounds: [Option<Timestamp>; 2]) -> Self {
        self.between(expression, bounds.map(|bound| bound.map(|at| at.as_microsecond())))
    }

    /// The amount is within inclusive bounds.
    pub(crate) fn amounts(self, bounds: [Option<Decimal>; 2]) -> Self {
        self.between("amount", bounds.map(|bound| bound.map(money::thousandths)))
    }

    fn between(mut self, expression: &str, [from, to]: [Option<i64>; 2]) -> Self {
        for (sign, bound) in [(">=", from), ("<=", to)] {
            if let Some(bound) = bound {
                self.add(format!("{expression} {sign} ?"), [Sql::Integer(bound)]);
            }
        }
        self
    }

    /// A boolean member of the document has a value, if one is given.
    pub(crate) fn flag(self, member: &str, wanted: Option<bool>) -> Self {
        match wanted {
            Some(on) => self.raw(&format!("json_extract(doc, '$.{member}') = {on}"), []),
            None => self,
        }
    }

    /// One of the products is among the items, where any are given.
    pub(crate) fn with_products(self, ids: &[String]) -> Self {
        if ids.is_empty() {
            return self;
        }
        let marks = vec!["?"; ids.len()].join(",");
        let condition = format!(
            "EXISTS (SELECT 1 FROM json_each(doc, '$.items')
                WHERE json_extract(value, '$.product_id') IN ({marks}))"
        );
        self.raw(&condition, ids.to_vec())
    }

    /// Every word of a term occurs in the record's text.
    pub(crate) fn search(mut self, term: Option<&str>) -> Self {
        // SQLite bounds the length of patterns and of conditions.
        for word in term.unwrap_or_default().to_lowercase().split_whitespace().take(16) {
            let word: String = word.chars().take(200).collect();
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

impl Store<'_> {
    /// How many records meet a filter.
    pub(crate) fn count<R: Record>(&self, filter: &Filter) -> Result<i64> {
        let row = |row: &rusqlite::Row<'_>| row.get(0);
        if let Some((org, branch)) = &filter.whole {
            // Counting a large list takes longer than reading a page of it: the sum is kept.
            let sql = "SELECT n FROM tally WHERE kind = ?1 AND org = ?2 AND branch = ?3";
            let mut statement = self.db.prepare_cached(sql)?;
            return Ok(statement.query_row([R::KIND, org, branch], row).optional()?.unwrap_or(0));
        }
        let (conditions, values) = filter.sql(R::KIND);
        let sql = format!("SELECT count(*) FROM entity WHERE {conditions}");
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

    /// The payments of an invoice, in their order.
    pub(crate) fn payments_of(&self, invoice: &str) -> Result<Vec<Payment>> {
        let mut payments: Vec<Payment> = self.all(&Filter::new().eq("parent", invoice))?;
        payments.sort_by_key(|payment| payment.number);
        Ok(payments)
    }

    /// One page of the records that meet a filter, and its pagination.
    pub(crate) fn page<R: Record>(
        &self,
        filter: &Filter,
        paging: &Paging,
    ) -> Result<(Vec<R>, Value)> {
        let total = self.count::<R>(filter)?;
        let (conditions, mut values) = filter.sql(R::KIND);
        let way = if paging.descending { "DESC" } else { "ASC" };
        let order = &paging.order;
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
    /// The pagination in the API's shape. An empty list has one empty page.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;
    use crate::model::Branch;
    use crate::store::{Clock, open};

    #[test]
    fn maintained_counts_equal_counted_rows() {
        let db = open(None, Ids::seeded("t"), Clock::default()).unwrap();
        db.lock().read(db.now(), kept_sums);
    }

    fn kept_sums(store: &mut Store<'_>) {
        let mut all = Vec::new();
        for n in 0..20 {
            let base = store.base("o", if n % 3 == 0 { "a" } else { "b" }, "u");
            let branch = Branch { base, name: format!("{n}") };
            store.put(&branch).unwrap();
            all.push(branch);
        }
        for branch in all.iter_mut().step_by(4) {
            branch.base.is_deleted = true;
            store.put(branch).unwrap();
            store.put(branch).unwrap();
        }
        for place in ["a", "b", "c"] {
            let kept = Filter::within("o", place);
            let counted = Filter::within("o", place).raw("1 = 1", []);
            assert!(kept.whole.is_some() && counted.whole.is_none());
            let (kept, counted) =
                (store.count::<Branch>(&kept).unwrap(), store.count::<Branch>(&counted).unwrap());
            assert_eq!(kept, counted, "{place}");
        }
    }
}
