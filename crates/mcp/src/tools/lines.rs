//! Small helpers for schemas and tables that are written by hand.

use rmcp::model::JsonObject;
use serde_json::{Map, Value};

use crate::text::{Column, table};

/// A table. Each column has a name, and whether people write its values.
pub(super) fn lines(columns: &[(&str, bool)], rows: &[Vec<Value>]) -> String {
    let columns: Vec<Column<'_>> = columns
        .iter()
        .map(|(name, written)| if *written { Column::untrusted(name) } else { Column::plain(name) })
        .collect();
    table(&columns, rows)
}

/// The members of an object.
pub(super) fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Rows as objects.
pub(super) fn objects(columns: &[(&str, bool)], rows: Vec<Vec<Value>>) -> Vec<Value> {
    let object = |row: Vec<Value>| {
        columns.iter().zip(row).map(|((name, _), value)| ((*name).to_owned(), value)).collect()
    };
    rows.into_iter().map(object).collect()
}

/// An object of the members that are not null.
pub(super) fn named<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.to_owned(), value)).collect()
}
