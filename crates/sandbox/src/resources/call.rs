//! A checked request on its way to a handler, and what the handlers have in common: reading the
//! body, finding the record, lists.

use std::collections::HashMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::contract::Parameters;
use crate::error::{ApiError, Result};
use crate::formats;
use crate::model::{ApiKey, Currency, Organization, Record};
use crate::store::{Filter, Paging, Scope, Store};

/// A checked request.
pub(crate) struct Call {
    pub(crate) org: Organization,
    pub(crate) key: ApiKey,
    pub(crate) scope: Scope,
    pub(crate) path: HashMap<String, String>,
    pub(crate) parameters: Parameters,
    /// The body in its canonical form: described members only, with their defaults.
    pub(crate) body: Value,
    /// The body as it was sent.
    pub(crate) sent: Bytes,
}

/// A record that the API shows.
pub(crate) trait View: Record {
    /// The path parameter that names it.
    const PARAMETER: &'static str;

    /// Its members in a response. It may have more than the description promises.
    fn view(&self, store: &Store<'_>) -> Result<Value>;
}

/// Returns the record that the path names.
pub(crate) fn get<R: View>(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    call.target::<R>(store)?.view(store)
}

impl Call {
    /// A parameter of the path.
    pub(crate) fn id(&self, parameter: &str) -> String {
        self.path.get(parameter).map(|id| id.to_ascii_lowercase()).unwrap_or_default()
    }

    /// The record that the path names.
    pub(crate) fn target<R: View>(&self, store: &Store<'_>) -> Result<R> {
        self.scope.find(store, &self.id(R::PARAMETER))
    }

    /// A member of the body that is present and not null.
    pub(crate) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let value = self.body.get(name).filter(|value| !value.is_null())?;
        serde::Deserialize::deserialize(value).ok()
    }

    /// A member of the body; the default of its type if absent or null.
    pub(crate) fn or_default<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        self.get(name).unwrap_or_default()
    }

    /// Whether the body has a member, null or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.body.get(name).is_some()
    }

    /// Reads a record from the body. Members that the body does not have get their defaults.
    pub(crate) fn record<R: Record>(&self) -> Result<R> {
        self.patched(&R::default())
    }

    /// A record with the members that the body has. Null resets an optional member and leaves any
    /// other as it is.
    pub(crate) fn patched<R: Record>(&self, record: &R) -> Result<R> {
        let (mut members, defaults) = (json!(record), json!(R::default()));
        for (name, value) in self.body.as_object().into_iter().flatten() {
            let (Some(member), Some(default)) = (members.get_mut(name), defaults.get(name)) else {
                continue;
            };
            if !value.is_null() {
                member.clone_from(value);
            } else if default.is_null() || default.is_array() {
                member.clone_from(default);
            }
        }
        Ok(serde_json::from_value(members)?)
    }

    /// Whether the body changes more than whether the record is active.
    pub(crate) fn changes_more_than_activity(&self) -> bool {
        let members = self.body.as_object().into_iter().flatten();
        members.into_iter().any(|(name, value)| name != "is_active" && !value.is_null())
    }

    /// The organization must have enabled a currency.
    pub(crate) fn check_currency(&self, currency: Currency) -> Result<()> {
        ensure!(
            self.org.enabled_currencies.contains(&currency),
            ApiError::invalid(format!("{currency} is not enabled for the organization."))
        );
        Ok(())
    }

    /// A text in the query that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The texts of a list in the query.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.parameters.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    }

    /// A boolean in the query.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.parameters.get(name).and_then(Value::as_bool)
    }

    /// The moments that two parameters of the query give as bounds.
    pub(crate) fn moments(&self, from: &str, to: &str) -> [Option<Timestamp>; 2] {
        [from, to].map(|name| self.text(name)?.parse().ok())
    }

    /// What the caller sees, narrowed by the parameters that mean the same in every list.
    pub(crate) fn filter(&self) -> Filter {
        let amount = |name: &str| self.parameters.get(name).and_then(formats::decimal);
        let currencies = self.text("currencies").unwrap_or_default().split(',');
        let currencies = currencies.map(|code| code.trim().to_uppercase());
        let currencies: Vec<String> = currencies.filter(|code| !code.is_empty()).collect();
        self.scope
            .filter()
            .search(self.text("search_term"))
            .eq_if("customer", self.text("organization_consumer_id"))
            .one_of("status", &self.texts("statuses"))
            .one_of("currency", &currencies)
            .moments("created", self.moments("from_date", "to_date"))
            .amounts([amount("from_price"), amount("to_price")])
            .flag("is_active", self.flag("active"))
            .flag("is_percentage", self.flag("is_percentage"))
            .with_products(&self.texts("product_ids"))
    }

    /// Reads the requested page and order. `fields` are the members that a list can be sorted by,
    /// beside the common ones.
    fn paging(&self, fields: &[&str]) -> Result<Paging> {
        let number = |name: &str| self.parameters.get(name).and_then(Value::as_i64);
        let field = self.text("sort_field").unwrap_or("created_at");
        let names = [&["created_at", "id"], fields].concat();
        ensure!(
            names.contains(&field),
            ApiError::invalid(format!("sort_field {field:?} is not one of {}.", names.join(", ")))
        );
        let direction = self.text("sort_direction").unwrap_or("desc");
        let descending = direction.eq_ignore_ascii_case("desc");
        ensure!(
            descending || direction.eq_ignore_ascii_case("asc"),
            ApiError::invalid(format!("sort_direction {direction:?} is neither asc nor desc."))
        );
        let (page, limit) = (number("page").unwrap_or(1), number("limit").unwrap_or(10).min(100));
        Ok(Paging { page, limit, order: order(field), descending })
    }

    /// One page of records in the API's shape.
    pub(crate) fn page<R: Record>(
        &self,
        store: &Store<'_>,
        filter: &Filter,
        fields: &[&str],
        view: impl Fn(&R, &Store<'_>) -> Result<Value>,
    ) -> Result<Value> {
        let (records, pagination) = store.page::<R>(filter, &self.paging(fields)?)?;
        let data: Result<Vec<Value>> = records.iter().map(|record| view(record, store)).collect();
        Ok(json!({"data": data?, "pagination": pagination}))
    }
}

/// The SQL expression that sorts by a member.
fn order(field: &str) -> String {
    match field {
        "created_at" => "created".to_owned(),
        "amount" | "total_amount" | "price" | "discount_value" => "amount".to_owned(),
        "status" | "current_status" | "type" => "status".to_owned(),
        "id" | "currency" => field.to_owned(),
        "scheduled_on"
        | "payed_at"
        | "freeze_start_datetime"
        | "freeze_end_datetime"
        | "current_period_start"
        | "current_period_end" => moment(field),
        _ => format!("json_extract(doc, '$.{field}')"),
    }
}

/// The SQL expression of a moment in a document. There it is a text of varying length; in seconds
/// it can be compared.
pub(crate) fn moment(field: &str) -> String {
    format!("unixepoch(json_extract(doc, '$.{field}'), 'subsec')")
}

/// Adds members to an object.
pub(crate) fn with(mut members: Map<String, Value>, more: Value) -> Value {
    if let Value::Object(more) = more {
        members.extend(more);
    }
    Value::Object(members)
}
