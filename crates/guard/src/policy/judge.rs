//! Applies a policy to a call.
//!
//! Every condition is true, false or unknown. Unknown counts against the call: a rule that allows
//! does not match, a rule that restricts or limits does.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Weekday};

use super::file::{Action, Day, Hours, Limit, LimitWindow, Over, Per, Policy, Range, Rule};
use crate::{
    call::{Call, Caller, Effect, SubjectKind, Tool},
    digest::Digest,
    money::units,
    stake::Stake,
    store::{Charge, Window},
};

/// What is known about a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Unknown,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// What a policy says about a call.
#[derive(Debug, Clone)]
pub(crate) struct Verdict<'p> {
    /// What happens, before sliding windows are checked.
    pub(crate) action: Action,
    /// The rule that decided; `None` where the policy's default did.
    pub(crate) rule: Option<&'p Rule>,
    /// The limit of one call that decided, in words.
    pub(crate) exceeded: Option<String>,
    /// How many people must say yes, where people are asked.
    pub(crate) approvers: u8,
    /// What the call takes from sliding windows.
    pub(crate) charges: Vec<Charge>,
}

impl Policy {
    /// Whether the tool is listed for this caller.
    pub(crate) fn lists(&self, tool: &Tool, caller: &Caller) -> bool {
        !self.rules.iter().any(|rule| {
            rule.decision == Some(Action::Hide) && self.selects(rule, tool, caller) != Truth::No
        })
    }

    /// Whether deciding on this tool needs facts from the API.
    pub(crate) fn needs_facts(&self, tool: &Tool, caller: &Caller) -> bool {
        self.rules.iter().any(|rule| {
            let about_the_call = rule.amount.is_some()
                || rule.currencies.is_some()
                || rule.products.is_some()
                || rule.customers.is_some()
                || rule.payment_methods.is_some()
                || rule.limits.iter().any(|limit| limit.amount.is_some());
            about_the_call && self.selects(rule, tool, caller) != Truth::No
        })
    }

    /// The owner of the caller's key.
    pub(crate) fn owner(&self, caller: &Caller) -> Option<&str> {
        self.keys
            .iter()
            .find(|key| key.fingerprint == caller.key && key.owner.is_some())
            .and_then(|key| key.owner.as_deref())
    }

    /// Decides on a call, leaving sliding windows aside.
    pub(crate) fn judge(&self, call: &Call<'_>, stake: &Stake) -> Verdict<'_> {
        let matching: Vec<&Rule> =
            self.rules.iter().filter(|rule| self.matches(rule, call, stake)).collect();
        let strictest = matching
            .iter()
            .filter_map(|rule| rule.decision.map(|decision| (decision, *rule)))
            .reduce(|a, b| if b.0 > a.0 { b } else { a });
        let (mut action, mut rule) =
            strictest.map_or((self.default, None), |(action, rule)| (action, Some(rule)));
        let mut exceeded = None;
        let mut charges = Vec::new();
        for limited in &matching {
            for limit in &limited.limits {
                let over = match limit.over {
                    Over::Approve => Action::Approve,
                    Over::Deny => Action::Deny,
                };
                if let Some(words) = beyond(limited, limit, call, stake)
                    && over > action
                {
                    (action, rule, exceeded) = (over, Some(*limited), Some(words));
                }
                charges.extend(charge(limited, limit, call, stake));
            }
        }
        // Check first for what no approval can override.
        charges.sort_by_key(|charge| charge.may_be_approved);
        merge(&mut charges);
        let approvers = matching
            .iter()
            .filter(|rule| {
                rule.decision == Some(Action::Approve)
                    || rule.limits.iter().any(|limit| limit.over == Over::Approve)
            })
            .map(|rule| rule.approvers.0)
            .max();
        Verdict { action, rule, exceeded, approvers: approvers.unwrap_or(1), charges }
    }

    fn matches(&self, rule: &Rule, call: &Call<'_>, stake: &Stake) -> bool {
        let permits = matches!(rule.decision, Some(Action::Allow));
        let holds = |truth: Truth| match truth {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Unknown => !permits,
        };
        holds(self.selects(rule, call.tool, call.caller))
            && rule.amount.as_ref().is_none_or(|range| holds(in_range(range, call.tool, stake)))
            && rule.currencies.as_ref().is_none_or(|known| {
                holds(of_money(call.tool, stake, |money| known.contains(&money.currency).into()))
            })
            && [
                (&rule.products, SubjectKind::Product),
                (&rule.customers, SubjectKind::Customer),
                (&rule.payment_methods, SubjectKind::PaymentMethod),
            ]
            .into_iter()
            .all(|(named, kind)| {
                named.as_ref().is_none_or(|named| {
                    let about = call.tool.subjects.iter().any(|subject| subject.kind == kind);
                    about && holds(concerns(named, stake.set(kind), permits))
                })
            })
            && rule.hours.as_ref().is_none_or(|hours| open(hours, call.at))
    }

    /// What a rule says about the tool and the caller, without the call's arguments.
    fn selects(&self, rule: &Rule, tool: &Tool, caller: &Caller) -> Truth {
        let names = |list: &Option<Vec<String>>, name: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|word| word == name))
        };
        let fits = names(&rule.tools, tool.name)
            && names(&rule.toolsets, tool.toolset)
            && rule.effects.as_ref().is_none_or(|effects| effects.contains(&tool.effect))
            && rule.keys.as_ref().is_none_or(|keys| {
                self.keys
                    .iter()
                    .any(|key| key.fingerprint == caller.key && keys.contains(&key.name))
            });
        if !fits {
            return Truth::No;
        }
        let direction = rule.direction.map(|wanted| match &tool.money {
            Some(money) => Truth::from(money.direction == wanted),
            None if tool.effect == Effect::MovesMoney => Truth::Unknown,
            None => Truth::No,
        });
        let branch = rule.branches.as_ref().map(|branches| match &caller.branch {
            Some(branch) => Truth::from(branches.contains(branch)),
            None => Truth::Unknown,
        });
        let mode = rule.mode.map(|wanted| match caller.mode {
            Some(mode) => Truth::from(mode == wanted),
            None => Truth::Unknown,
        });
        let all = [direction, branch, mode];
        if all.contains(&Some(Truth::No)) {
            Truth::No
        } else if all.contains(&Some(Truth::Unknown)) {
            Truth::Unknown
        } else {
            Truth::Yes
        }
    }
}

/// Applies a condition to the amount, where there is one to apply it to.
fn of_money(tool: &Tool, stake: &Stake, holds: impl Fn(&crate::Money) -> Truth) -> Truth {
    match &stake.amount {
        Some(money) => holds(money),
        None if moves(tool) => Truth::Unknown,
        None => Truth::No,
    }
}

fn moves(tool: &Tool) -> bool {
    tool.money.is_some() || tool.effect == Effect::MovesMoney
}

fn in_range(range: &Range, tool: &Tool, stake: &Stake) -> Truth {
    match &stake.amount {
        // An amount that cannot be determined is larger than any limit.
        None if moves(tool) && range.at_most.is_none() => Truth::Yes,
        _ => of_money(tool, stake, |money| {
            if money.currency == range.currency {
                let over = range.over.is_none_or(|over| money.amount > over);
                (over && range.at_most.is_none_or(|most| money.amount <= most)).into()
            } else {
                Truth::Unknown
            }
        }),
    }
}

/// Whether a call is about the things that a rule names: all of them must be named to permit, one
/// is enough to restrict.
fn concerns(named: &[String], about: Option<&BTreeSet<String>>, permits: bool) -> Truth {
    match about {
        None => Truth::Unknown,
        Some(about) if permits => {
            (!about.is_empty() && about.iter().all(|id| named.contains(id))).into()
        }
        Some(about) => about.iter().any(|id| named.contains(id)).into(),
    }
}

fn open(hours: &Hours, at: Timestamp) -> bool {
    let local = at.to_zoned(hours.zone.clone());
    let on = |weekday: Weekday| {
        hours.days.as_ref().is_none_or(|days| days.iter().any(|day| day.is(weekday)))
    };
    let time = local.time();
    if hours.from < hours.until {
        return hours.from <= time && time < hours.until && on(local.weekday());
    }
    if time >= hours.from {
        on(local.weekday())
    } else {
        time < hours.until && on(local.weekday().previous())
    }
}

impl Day {
    fn is(self, weekday: Weekday) -> bool {
        weekday
            == match self {
                Self::Sunday => Weekday::Sunday,
                Self::Monday => Weekday::Monday,
                Self::Tuesday => Weekday::Tuesday,
                Self::Wednesday => Weekday::Wednesday,
                Self::Thursday => Weekday::Thursday,
                Self::Friday => Weekday::Friday,
                Self::Saturday => Weekday::Saturday,
            }
    }
}

/// Whether one call alone exceeds a limit, and how.
fn beyond(rule: &Rule, limit: &Limit, call: &Call<'_>, stake: &Stake) -> Option<String> {
    let most = limit.amount?;
    let currency = limit.currency?;
    if !moves(call.tool) {
        return None;
    }
    let Some(money) = &stake.amount else {
        return Some("the amount cannot be determined".to_owned());
    };
    if money.currency == currency {
        return (money.amount > most).then(|| format!("{money} is more than {most} {currency}"));
    }
    let covered = rule.limits.iter().any(|other| {
        other.currency == Some(money.currency)
            && other.window == limit.window
            && other.per == limit.per
    });
    (!covered).then(|| format!("there is no limit in {}", money.currency))
}

/// What a call takes from a sliding window.
fn charge(rule: &Rule, limit: &Limit, call: &Call<'_>, stake: &Stake) -> Option<Charge> {
    let window = match limit.window {
        LimitWindow::Call => return None,
        LimitWindow::Hour => Window::Hour,
        LimitWindow::Day => Window::Day,
        LimitWindow::Month => Window::Month,
    };
    let most_amount = limit.amount.and_then(|amount| units(amount).ok());
    let amount = match (&stake.amount, most_amount) {
        (_, None) => 0,
        (Some(money), Some(_)) if Some(money.currency) == limit.currency => {
            units(money.amount).ok()?
        }
        (Some(_), Some(_)) => 0,
        // What cannot be determined fills the window.
        (None, Some(most)) if moves(call.tool) => most,
        (None, Some(_)) => 0,
    };
    let foreign = limit.currency.is_some() && amount == 0 && limit.count.is_none();
    if foreign {
        return None;
    }
    let per = match limit.per {
        Per::Rule => "",
        Per::Key => call.caller.key.as_str(),
    };
    let currency = limit.currency.map(String::from).unwrap_or_default();
    let counter = Digest::of(&["counter", &rule.name, window.as_str(), per, &currency]);
    Some(Charge {
        counter,
        window,
        amount,
        most_amount,
        most_count: limit.count,
        rule: rule.name.clone(),
        may_be_approved: limit.over == Over::Approve,
        adds: true,
    })
}

/// Several limits of a rule can share a counter, such as one that asks and a higher one that denies.
/// Such a counter is charged once.
fn merge(charges: &mut [Charge]) {
    for place in 0..charges.len() {
        let (before, rest) = charges.split_at_mut(place);
        let Some((this, _)) = rest.split_first_mut() else { return };
        if let Some(first) = before.iter_mut().find(|first| first.counter == this.counter) {
            first.amount = first.amount.max(this.amount);
            this.amount = first.amount;
            this.adds = false;
        }
    }
}
