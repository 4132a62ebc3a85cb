//! What a call puts at stake: the amount, and the products, customers and payment methods that it is
//! about, read from the arguments and, where they do not hold it, from the API.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::{
    call::{
        AmountSource, Call, CurrencySource, Direction, Facts, Price, Read, SubjectKind, Tool,
        ValueSource,
    },
    json,
    money::{Currency, Money, decimal_in, units},
};

/// The maximum number of answers that one decision reads.
const MOST_READS: usize = 25;

/// How long one read may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a call puts at stake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stake {
    /// Which way money moves; `None` where none does.
    pub direction: Option<Direction>,
    /// The amount; `None` where it cannot be determined, or where no money moves.
    pub amount: Option<Money>,
    /// Why the amount cannot be determined.
    pub problem: Option<String>,
    /// The products that the call is about; `None` where they cannot be determined.
    pub products: Option<BTreeSet<String>>,
    /// The customers.
    pub customers: Option<BTreeSet<String>>,
    /// The payment methods, in capitals.
    pub payment_methods: Option<BTreeSet<String>>,
}

/// A fact that a person is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, in English.
    pub en: String,
    /// What it is, in Arabic.
    pub ar: String,
    /// Its value, quoted from the API or the arguments; `None` where it could not be read.
    pub value: Option<String>,
}

impl Stake {
    pub(crate) fn set(&self, kind: SubjectKind) -> Option<&BTreeSet<String>> {
        match kind {
            SubjectKind::Product => self.products.as_ref(),
            SubjectKind::Customer => self.customers.as_ref(),
            SubjectKind::PaymentMethod => self.payment_methods.as_ref(),
        }
    }
}

/// Reads the API for one decision, each answer once.
pub(crate) struct Reader<'a> {
    facts: &'a dyn Facts,
    arguments: Value,
    read: HashMap<String, Result<Value, String>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(call: &Call<'_>, facts: &'a dyn Facts) -> Self {
        Self { facts, arguments: Value::Object(call.arguments.clone()), read: HashMap::new() }
    }

    /// Determines what the call puts at stake.
    pub(crate) async fn stake(&mut self, tool: &Tool) -> Stake {
        let mut stake = Stake::default();
        if let Some(money) = &tool.money {
            stake.direction = Some(money.direction);
            match self.amount(tool).await {
                Ok(amount) => stake.amount = Some(amount),
                Err(problem) => stake.problem = Some(problem),
            }
        }
        stake.products = self.subjects(tool, SubjectKind::Product).await;
        stake.customers = self.subjects(tool, SubjectKind::Customer).await;
        stake.payment_methods = self.subjects(tool, SubjectKind::PaymentMethod).await;
        stake
    }

    /// Reads what a person is shown. A fact that cannot be read is shown as such.
    pub(crate) async fn shown(&mut self, tool: &Tool) -> Vec<Fact> {
        let mut facts = Vec::with_capacity(tool.shown.len());
        for shown in tool.shown {
            let values = self.values(&shown.source).await;
            let value = values.ok().filter(|values| !values.is_empty()).map(|values| {
                let texts = values.iter().map(|value| match value {
                    Value::String(text) => json::quoted(text),
                    other => json::quoted(&other.to_string()),
                });
                json::quoted(&texts.collect::<Vec<_>>().join(", "))
            });
            facts.push(Fact { en: shown.en.to_owned(), ar: shown.ar.to_owned(), value });
        }
        facts
    }

    async fn amount(&mut self, tool: &Tool) -> Result<Money, String> {
        let money = tool.money.as_ref().ok_or("the tool does not say where its amount is")?;
        let root = self.arguments.clone();
        if let Some(path) = money
            .open_if
            .iter()
            .find(|path| json::at(&root, path).into_iter().any(|value| *value == Value::Bool(true)))
        {
            return Err(format!("`{path}` leaves the amount open"));
        }
        let amount = match &money.source {
            AmountSource::Unknown => {
                return Err("it is known only after the call".to_owned());
            }
            AmountSource::Argument { amount, currency } => {
                let value = json::one(&root, amount).ok_or(format!("`{amount}` is missing"))?;
                let currency = self.currency(&root, currency).await?;
                Money { amount: decimal_in(value).map_err(|e| e.to_string())?, currency }
            }
            AmountSource::Items { items, quantity, price, currency } => {
                let currency = self.currency(&root, currency).await?;
                let amount = self.items(&root, items, quantity, price, currency).await?;
                Money { amount, currency }
            }
            AmountSource::Answer { read, amount, currency } => {
                let answer = self.answer(read, &root).await?;
                let missing = |path| format!("`{}` answered without `{path}`", read.tool);
                let value = json::one(&answer, amount).ok_or_else(|| missing(amount))?;
                let code = json::one(&answer, currency).and_then(Value::as_str);
                let code = code.ok_or_else(|| missing(currency))?;
                Money {
                    amount: decimal_in(value).map_err(|e| e.to_string())?,
                    currency: code.parse().map_err(|e: crate::MoneyError| e.to_string())?,
                }
            }
        };
        units(amount.amount).map_err(|e| e.to_string())?;
        Ok(amount)
    }

    async fn items(
        &mut self,
        root: &Value,
        items: &str,
        quantity: &str,
        price: &Price,
        currency: Currency,
    ) -> Result<Decimal, String> {
        let list = json::one(root, items).and_then(Value::as_array);
        let list = list.ok_or_else(|| format!("`{items}` is missing"))?;
        let mut sum = Decimal::ZERO;
        for item in list {
            let count = match json::one(item, quantity) {
                Some(value) => decimal_in(value).map_err(|e| e.to_string())?,
                None => Decimal::ONE,
            };
            let price = match price {
                Price::Member(path) => {
                    let value = json::one(item, path);
                    let value = value.ok_or_else(|| format!("an item has no `{path}`"))?;
                    decimal_in(value).map_err(|e| e.to_string())?
                }
                Price::Listed { read, list, currency: of, amounts, active } => {
                    let answer = self.answer(read, item).await?;
                    let prices = json::one(&answer, list).and_then(Value::as_array);
                    let prices = prices.map(Vec::as_slice).unwrap_or_default();
                    let fits = |price: &&Value| {
                        let code = json::one(price, of).and_then(Value::as_str);
                        let usable = active
                            .is_none_or(|path| json::one(price, path) != Some(&Value::Bool(false)));
                        usable && code.is_some_and(|code| code == currency.as_str())
                    };
                    let mut found = prices.iter().filter(fits);
                    let (Some(price), None) = (found.next(), found.next()) else {
                        return Err(format!("an item has not exactly one price in {currency}"));
                    };
                    let mut whole = Decimal::ZERO;
                    for path in *amounts {
                        let part = json::one(price, path);
                        let part = part.ok_or_else(|| format!("a price has no `{path}`"))?;
                        let part = decimal_in(part).map_err(|e| e.to_string())?;
                        whole = whole.checked_add(part).ok_or("the sum is too large")?;
                    }
                    whole
                }
            };
            let line = exact_product(count, price).ok_or("the sum is too large")?;
            sum = sum.checked_add(line).ok_or("the sum is too large")?;
        }
        Ok(sum)
    }

    async fn subjects(&mut self, tool: &Tool, kind: SubjectKind) -> Option<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for subject in tool.subjects.iter().filter(|subject| subject.kind == kind) {
            for value in self.values(&subject.source).await.ok()? {
                names(&value, &mut found)?;
            }
        }
        if kind == SubjectKind::PaymentMethod {
            found = found.into_iter().map(|name| name.to_uppercase()).collect();
        }
        Some(found)
    }

    async fn currency(
        &mut self,
        root: &Value,
        source: &CurrencySource,
    ) -> Result<Currency, String> {
        let code = match source {
            CurrencySource::Fixed(code) => (*code).to_owned(),
            CurrencySource::Answer(read, path) => {
                let answer = self.answer(read, root).await?;
                let code = json::one(&answer, path).and_then(Value::as_str);
                code.ok_or_else(|| format!("`{}` answered without `{path}`", read.tool))?.to_owned()
            }
            CurrencySource::Argument(path, default) => match json::one(root, path) {
                Some(Value::String(code)) => code.clone(),
                Some(other) => {
                    return Err(format!("{} is not a currency", json::quoted(&other.to_string())));
                }
                None => default.ok_or_else(|| format!("`{path}` is missing"))?.to_owned(),
            },
        };
        code.parse().map_err(|error: crate::MoneyError| error.to_string())
    }

    async fn values(&mut self, source: &ValueSource) -> Result<Vec<Value>, String> {
        let root = self.arguments.clone();
        match source {
            ValueSource::Argument(path) => Ok(present(json::at(&root, path))),
            ValueSource::Answer(read, path) => {
                let answer = self.answer(read, &root).await?;
                Ok(present(json::at(&answer, path)))
            }
        }
    }

    async fn answer(&mut self, read: &Read, from: &Value) -> Result<Value, String> {
        let mut arguments = Map::new();
        for (name, path) in read.arguments {
            let value = json::one(from, path).ok_or_else(|| format!("`{path}` is missing"))?;
            arguments.insert((*name).to_owned(), value.clone());
        }
        let mut key = format!("{} ", read.tool);
        json::canonical(&Value::Object(arguments.clone()), &mut key);
        if let Some(known) = self.read.get(&key) {
            return known.clone();
        }
        if self.read.len() >= MOST_READS {
            return Err(format!("more than {MOST_READS} answers would have to be read"));
        }
        let answer = match timeout(PATIENCE, self.facts.read(read.tool, arguments)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(format!("`{}` failed: {}", read.tool, json::quoted(&error.0))),
            Err(_) => Err(format!("`{}` did not answer in time", read.tool)),
        };
        self.read.insert(key, answer.clone());
        answer
    }
}

fn present(values: Vec<&Value>) -> Vec<Value> {
    values.into_iter().filter(|value| !value.is_null()).cloned().collect()
}

/// Multiplies without rounding: `None` where the product needs more digits than a decimal has.
fn exact_product(count: Decimal, price: Decimal) -> Option<Decimal> {
    let product = count.checked_mul(price)?;
    (product.scale() == count.scale() + price.scale()).then_some(product)
}

/// Adds the names that a value holds: a text, a list of them, an object's true members. `None` where
/// it holds something else.
fn names(value: &Value, found: &mut BTreeSet<String>) -> Option<()> {
    match value {
        Value::String(name) => {
            found.insert(name.clone());
        }
        Value::Array(elements) => {
            for element in elements {
                names(element, found)?;
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Bool(true) => {
                        found.insert(name.clone());
                    }
                    Value::Bool(false) | Value::Null => {}
                    _ => return None,
                }
            }
        }
        _ => return None,
    }
    Some(())
}
