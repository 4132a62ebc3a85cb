//! What every tool puts at stake, and the words that a policy can use.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::Value;
use streampay_guard::{Effect, Tool};

use crate::{
    catalog::{self, Kind},
    control::Words,
    generated,
};

/// The tools that are not generated, as the engine sees them.
static BUILTIN: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    let builtin = catalog::all().filter_map(|kind| match kind {
        Kind::Builtin(tool) => Some(tool.info()),
        Kind::Operation(_) => None,
    });
    builtin.map(|info| Tool::new(info.name, info.title, info.toolset, Effect::Reads)).collect()
});

/// What a tool puts at stake.
pub(crate) fn of(kind: Kind) -> Option<&'static Tool> {
    match kind {
        Kind::Operation(tool) => Some(&tool.stake),
        Kind::Builtin(tool) => BUILTIN.iter().find(|found| found.name == tool.info().name),
    }
}

/// The words that a policy can use.
pub(crate) fn words() -> Words {
    let tools: Vec<&'static Tool> = catalog::all().filter_map(of).collect();
    let mut currencies = BTreeSet::new();
    let mut payment_methods = BTreeSet::new();
    for tool in generated::TOOLS.iter().copied().flatten() {
        let schema: Value = serde_json::from_str(tool.input_schema).unwrap_or_default();
        collect(&schema, &mut currencies, &mut payment_methods);
    }
    Words {
        tools,
        currencies: currencies.into_iter().collect(),
        payment_methods: payment_methods.into_iter().collect(),
    }
}

/// Finds the values of every `currency`, and the names of every way of paying.
fn collect(schema: &Value, currencies: &mut BTreeSet<String>, methods: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let properties = members.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                match name.as_str() {
                    "currency" => values(property, currencies),
                    "payment_method" => values(property, methods),
                    "payment_methods" | "override_payment_methods" => {
                        let names = property.get("properties").and_then(Value::as_object);
                        methods.extend(
                            names.into_iter().flatten().map(|(name, _)| name.to_uppercase()),
                        );
                    }
                    _ => {}
                }
            }
            members.values().for_each(|member| collect(member, currencies, methods));
        }
        Value::Array(elements) => {
            elements.iter().for_each(|element| collect(element, currencies, methods));
        }
        _ => {}
    }
}

fn values(schema: &Value, found: &mut BTreeSet<String>) {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    found.extend(listed.filter_map(Value::as_str).map(str::to_owned));
}

#[cfg(test)]
mod tests {
    use super::{of, words};
    use crate::catalog;

    #[test]
    fn policies_know_every_tool_currency_and_way_of_paying() {
        let words = words();
        assert_eq!(words.tools.len(), catalog::all().count());
        for currency in ["SAR", "USD", "KWD"] {
            assert!(words.currencies.iter().any(|known| known == currency), "{currency}");
        }
        for method in ["MADA", "VISA", "BANK_TRANSFER", "INSTALLMENT", "CASH"] {
            assert!(words.payment_methods.iter().any(|known| known == method), "{method}");
        }
    }

    #[test]
    fn every_tool_has_the_stake_of_its_own_name_and_reads_what_it_is_said_to_read() {
        for kind in catalog::all() {
            let stake = of(kind).unwrap();
            assert_eq!(stake.name, kind.name());
            let reads = stake.effect == streampay_guard::Effect::Reads;
            assert_eq!(reads, kind.effects().read_only, "{}", stake.name);
        }
    }
}
