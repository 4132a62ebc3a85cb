//! What each tool puts at stake, for the engine that decides whether a call may happen.
//!
//! The overlay names arguments by the API's names; here they become the names of the tools. What can be
//! derived is: the arguments in the path name what is changed, and the read of `x-verify-with` takes those
//! of its arguments from the change that have the same name.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::quote;
use streampay_spec::{
    Api, Fault, ItemPrice, Money, MoneyAmount, MoneyCurrency, MoneyDirection, MoneyRule, Operation,
    ReadFrom, Shown, Subject, SubjectKind, ValueFrom, Warning,
};

use super::{Place, Tool};

/// What a tool puts at stake, with the names of tools and of their arguments.
#[derive(Debug, Clone, Default)]
pub struct Stake {
    /// The money that it moves, or asks for.
    pub money: Option<Money>,
    /// Whether it may move money without anyone knowing how much.
    pub undeclared: bool,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// What a person who approves it is shown.
    pub shown: Vec<Shown>,
    /// The arguments that name what it changes.
    pub target: Vec<String>,
    /// The read that tells whether a change took effect: the tool, and its arguments with those of the
    /// change.
    pub verify: Option<(String, Vec<(String, String)>)>,
}

/// Determines what every tool puts at stake. An operation that changes something and does not say whether
/// it moves money is reported, in a description whose overlay speaks of money at all.
pub(super) fn resolve(
    api: &Api,
    tools: &mut [Tool],
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Warning>,
) {
    let speaks = api.operations.iter().any(|operation| operation.money != MoneyRule::Undeclared);
    let known: BTreeMap<String, Tool> =
        tools.iter().map(|tool| (tool.name.clone(), tool.clone())).collect();
    for tool in tools {
        let Some(operation) = api.operations.iter().find(|found| found.name == tool.operation)
        else {
            continue;
        };
        let undeclared =
            speaks && !tool.effects.read_only && operation.money == MoneyRule::Undeclared;
        if undeclared && tool.name == operation.name {
            warnings.push(Warning {
                place: operation.place.clone(),
                message: format!(
                    "{} changes something, and the overlay does not say whether it moves money: give it \
                     `x-money`. Until then it counts as moving an unknown amount",
                    tool.name
                ),
            });
        }
        let mut work = Work { operation, tool, known: &known, faults };
        tool.stake = Stake { undeclared, ..work.stake() };
    }
}

struct Work<'a> {
    operation: &'a Operation,
    tool: &'a Tool,
    known: &'a BTreeMap<String, Tool>,
    faults: &'a mut Vec<Fault>,
}

impl Work<'_> {
    fn stake(&mut self) -> Stake {
        let operation = self.operation;
        let money = match &operation.money {
            MoneyRule::Moves(money) => Some(self.money(money)),
            MoneyRule::None | MoneyRule::Undeclared => None,
        };
        let subjects = operation
            .subjects
            .iter()
            .map(|subject| Subject { kind: subject.kind, from: self.value(&subject.from) });
        let subjects = subjects.collect();
        let shown = operation
            .shown
            .iter()
            .map(|shown| Shown { from: self.value(&shown.from), ..shown.clone() });
        let shown = shown.collect();
        let paths = self.tool.arguments.iter().filter(|argument| argument.place == Place::Path);
        let target = if self.tool.effects.read_only {
            Vec::new()
        } else {
            paths.map(|argument| argument.name.clone()).collect()
        };
        Stake { money, undeclared: false, subjects, shown, target, verify: self.verify() }
    }

    fn money(&mut self, money: &Money) -> Money {
        let amount = match &money.amount {
            MoneyAmount::Unknown => MoneyAmount::Unknown,
            MoneyAmount::Argument { amount, currency } => MoneyAmount::Argument {
                amount: self.path(amount),
                currency: self.currency(currency),
            },
            MoneyAmount::Items { items, quantity, price, currency } => MoneyAmount::Items {
                items: self.path(items),
                quantity: quantity.clone(),
                price: match price {
                    ItemPrice::Listed { read, list, currency, amounts, active } => {
                        ItemPrice::Listed {
                            read: self.read(read, false),
                            list: list.clone(),
                            currency: currency.clone(),
                            amounts: amounts.clone(),
                            active: active.clone(),
                        }
                    }
                    member => member.clone(),
                },
                currency: self.currency(currency),
            },
            MoneyAmount::Answer { read, amount, currency } => MoneyAmount::Answer {
                read: self.read(read, true),
                amount: amount.clone(),
                currency: currency.clone(),
            },
        };
        let open_if = money.open_if.iter().map(|path| self.path(path)).collect();
        Money { amount, open_if, ..*money }
    }

    fn currency(&mut self, currency: &MoneyCurrency) -> MoneyCurrency {
        match currency {
            MoneyCurrency::Argument(path) => MoneyCurrency::Argument(self.path(path)),
            MoneyCurrency::Fixed(code) => MoneyCurrency::Fixed(code.clone()),
            MoneyCurrency::Answer { read, member } => {
                MoneyCurrency::Answer { read: self.read(read, true), member: member.clone() }
            }
        }
    }

    fn value(&mut self, from: &ValueFrom) -> ValueFrom {
        match from {
            ValueFrom::Argument(path) => ValueFrom::Argument(self.path(path)),
            ValueFrom::Answer { read, member } => {
                ValueFrom::Answer { read: self.read(read, true), member: member.clone() }
            }
        }
    }

    /// A read, with the names of the tool's arguments. `own` says that its values come from the arguments
    /// of this operation and not from an item.
    fn read(&mut self, read: &ReadFrom, own: bool) -> ReadFrom {
        let Some(tool) = self.known.get(&read.tool).filter(|tool| tool.effects.read_only) else {
            self.fault(format!("`{}` is not a tool that reads", read.tool));
            return read.clone();
        };
        let mut arguments = IndexMap::new();
        for (name, path) in &read.arguments {
            let path = if own { self.path(path) } else { path.clone() };
            match tool.arguments.iter().find(|argument| argument.api_name == *name) {
                Some(argument) => {
                    arguments.insert(argument.name.clone(), path);
                }
                None => self.fault(format!("`{}` has no argument `{name}`", read.tool)),
            }
        }
        let needed = tool.arguments.iter().filter(|argument| argument.required);
        let missing: Vec<_> =
            needed.filter(|argument| !arguments.contains_key(&argument.name)).collect();
        for argument in missing {
            self.fault(format!("`{}` needs `{}`", read.tool, argument.api_name));
        }
        ReadFrom { tool: read.tool.clone(), arguments }
    }

    /// A path in the arguments, beginning with the name of the tool's argument.
    fn path(&mut self, path: &str) -> String {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let found = self.tool.arguments.iter().find(|argument| argument.api_name == first);
        let Some(argument) = found else {
            self.fault(format!("`{first}` is not an argument"));
            return path.to_owned();
        };
        if rest.is_empty() { argument.name.clone() } else { format!("{}.{rest}", argument.name) }
    }

    fn verify(&self) -> Option<(String, Vec<(String, String)>)> {
        let verify = self.tool.verify_with.as_ref()?;
        let read = self.known.get(&verify.tool)?;
        let mut pairs = Vec::new();
        for argument in read.arguments.iter().filter(|argument| argument.place == Place::Path) {
            let same = |own: &&super::Argument| {
                own.name == argument.name || own.api_name == argument.api_name
            };
            let own = self.tool.arguments.iter().find(same)?;
            pairs.push((argument.name.clone(), own.name.clone()));
        }
        Some((verify.tool.clone(), pairs))
    }

    fn fault(&mut self, message: String) {
        self.faults.push(Fault {
            place: self.operation.place.clone(),
            message: format!("tool {}: what it puts at stake: {message}", self.tool.name),
            advice: "correct `x-money`, `x-subjects` or `x-shown` in the overlay".to_owned(),
        });
    }
}

/// The tool's facts, as `streampay_guard::Tool`.
pub(super) fn emit(tool: &Tool) -> TokenStream {
    let Tool { name, title, toolset, stake, .. } = tool;
    let commits = stake.money.as_ref().is_some_and(|money| money.commits);
    let effect = if tool.effects.read_only {
        quote! { Reads }
    } else if commits || stake.undeclared {
        quote! { MovesMoney }
    } else if tool.effects.destructive {
        quote! { Changes }
    } else {
        quote! { Adds }
    };
    let title_ar = tool.title_ar.as_ref().map(|title| quote! { .in_arabic(#title) });
    let money = stake.money.as_ref().map(|money| self::money(tool, money));
    let unknown = stake.undeclared.then(|| {
        quote! {
            .moves(guard::MoneyAtStake {
                direction: guard::Direction::Out,
                source: guard::AmountSource::Unknown,
                open_if: &[],
            })
        }
    });
    let subjects = (!stake.subjects.is_empty()).then(|| {
        let subjects = stake.subjects.iter().map(|subject| {
            let kind = match subject.kind {
                SubjectKind::Product => quote! { Product },
                SubjectKind::Customer => quote! { Customer },
                SubjectKind::PaymentMethod => quote! { PaymentMethod },
            };
            let source = value(&subject.from);
            quote! { guard::Subject { kind: guard::SubjectKind::#kind, source: #source } }
        });
        quote! { .about(&[#(#subjects),*]) }
    });
    let shown = (!stake.shown.is_empty()).then(|| {
        let shown = stake.shown.iter().map(|Shown { en, ar, from }| {
            let source = value(from);
            quote! { guard::Shown { en: #en, ar: #ar, source: #source } }
        });
        quote! { .shows(&[#(#shown),*]) }
    });
    let target = (!stake.target.is_empty()).then(|| {
        let target = &stake.target;
        quote! { .targets(&[#(#target),*]) }
    });
    let verify = stake.verify.as_ref().map(|(read, pairs)| {
        let pairs = pairs.iter().map(|(argument, own)| quote! { (#argument, #own) });
        quote! { .verified_by(#read, &[#(#pairs),*]) }
    });
    quote! {
        guard::Tool::new(#name, #title, #toolset, guard::Effect::#effect)
            #title_ar #money #unknown #subjects #shown #target #verify
    }
}

fn money(tool: &Tool, money: &Money) -> TokenStream {
    let direction = match money.direction {
        MoneyDirection::In => quote! { In },
        MoneyDirection::Out => quote! { Out },
    };
    let source = match &money.amount {
        MoneyAmount::Unknown => quote! { Unknown },
        MoneyAmount::Argument { amount, currency } => {
            let currency = self::currency(tool, currency);
            quote! { Argument { amount: #amount, currency: #currency } }
        }
        MoneyAmount::Items { items, quantity, price, currency } => {
            let currency = self::currency(tool, currency);
            let price = match price {
                ItemPrice::Member(member) => quote! { guard::Price::Member(#member) },
                ItemPrice::Listed { read, list, currency, amounts, active } => {
                    let read = self::read(read);
                    let active = match active {
                        Some(active) => quote! { Some(#active) },
                        None => quote! { None },
                    };
                    quote! {
                        guard::Price::Listed {
                            read: #read,
                            list: #list,
                            currency: #currency,
                            amounts: &[#(#amounts),*],
                            active: #active,
                        }
                    }
                }
            };
            quote! {
                Items { items: #items, quantity: #quantity, price: #price, currency: #currency }
            }
        }
        MoneyAmount::Answer { read, amount, currency } => {
            let read = self::read(read);
            quote! { Answer { read: #read, amount: #amount, currency: #currency } }
        }
    };
    let open_if = &money.open_if;
    quote! {
        .moves(guard::MoneyAtStake {
            direction: guard::Direction::#direction,
            source: guard::AmountSource::#source,
            open_if: &[#(#open_if),*],
        })
    }
}

fn currency(tool: &Tool, currency: &MoneyCurrency) -> TokenStream {
    match currency {
        MoneyCurrency::Argument(name) => {
            let argument = tool.arguments.iter().find(|argument| argument.name == *name);
            let default = argument.and_then(|argument| argument.schema.get("default")?.as_str());
            let default = match default {
                Some(code) => quote! { Some(#code) },
                None => quote! { None },
            };
            quote! { guard::CurrencySource::Argument(#name, #default) }
        }
        MoneyCurrency::Fixed(code) => quote! { guard::CurrencySource::Fixed(#code) },
        MoneyCurrency::Answer { read, member } => {
            let read = self::read(read);
            quote! { guard::CurrencySource::Answer(#read, #member) }
        }
    }
}

fn read(read: &ReadFrom) -> TokenStream {
    let tool = &read.tool;
    let pairs = read.arguments.iter().map(|(name, path)| quote! { (#name, #path) });
    quote! { guard::Read { tool: #tool, arguments: &[#(#pairs),*] } }
}

fn value(from: &ValueFrom) -> TokenStream {
    match from {
        ValueFrom::Argument(path) => quote! { guard::ValueSource::Argument(#path) },
        ValueFrom::Answer { read, member } => {
            let read = self::read(read);
            quote! { guard::ValueSource::Answer(#read, #member) }
        }
    }
}
