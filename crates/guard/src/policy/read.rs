//! Reads a policy: every fault at once, each with its place, what was expected, and what was
//! probably meant.

use std::{collections::HashSet, hash::Hash, time::Duration};

use jiff::{civil::Time, tz::TimeZone};
use rust_decimal::Decimal;
use toml::de::DeValue;

use super::{
    file::{
        APPROVAL_LIFETIME, Action, Approvers, Day, Hours, Key, Limit, LimitWindow, NEVER_TWICE,
        Over, Per, Policy, PolicyMode, Range, Rule,
    },
    source::{Faults, Members, Node, PolicyError, closest, parse},
};
use crate::{
    call::{Direction, Effect, Mode, SubjectKind, Tool},
    digest::Fingerprint,
    json,
    money::{Currency, decimal, units},
};

/// The largest policy file.
const MOST_BYTES: usize = 1024 * 1024;

/// The longest lifetime of an approval, and the longest time in which a change is not repeated.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The words that a policy may use: what the server offers.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'v> {
    /// All tools, hidden ones included.
    pub tools: &'v [&'v Tool],
    /// The API's currencies.
    pub currencies: &'v [&'v str],
    /// The API's payment methods, in any case.
    pub payment_methods: &'v [&'v str],
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// All faults of the text, up to a bound. `file` only names it in messages.
    pub fn read(text: &str, file: &str, vocabulary: &Vocabulary<'_>) -> Result<Self, PolicyError> {
        let mut faults = Faults::new(text);
        let policy = if text.len() > MOST_BYTES {
            faults.add(0..0, format!("a policy file has at most {MOST_BYTES} bytes"));
            Self::none()
        } else {
            let table = parse(text, &mut faults);
            let members = Members::new(table.get_ref(), 0..0);
            policy(members, vocabulary, &mut faults)
        };
        faults.into_error(file).map_or(Ok(policy), Err)
    }
}

fn policy(
    mut members: Members<'_>,
    vocabulary: &Vocabulary<'_>,
    faults: &mut Faults<'_>,
) -> Policy {
    let mode = choice(members.get("mode"), "mode", MODES, faults);
    let require_mode = choice(members.get("require_mode"), "require_mode", KEY_MODES, faults);
    let default = members.get("default").and_then(|node| {
        let action = choice(Some(node), "default", ACTIONS, faults)?;
        if action == Action::Hide {
            faults
                .add(node.span(), "`default` cannot be `hide`; give a rule that hides these tools");
        }
        Some(action)
    });
    let lifetime = members.get("approval_lifetime").and_then(|node| {
        let text = text(node, "approval_lifetime", faults)?;
        span(text, node, "approval_lifetime", faults)
    });
    let never_twice = match members.get("never_twice") {
        None => Some(NEVER_TWICE),
        Some(node) => match text(node, "never_twice", faults) {
            Some("off") | None => None,
            Some(text) => span(text, node, "never_twice", faults),
        },
    };
    let keys = list(members.get("keys"), "keys", faults, |node, faults| {
        let mut members = Members::of(node, "a key", faults)?;
        let name = members.required("name", faults).and_then(|node| name(node, "name", faults));
        let fingerprint = members.required("fingerprint", faults).and_then(|node| {
            let text = text(node, "fingerprint", faults)?;
            let read = Fingerprint::parse(text);
            if read.is_none() {
                let expected =
                    "16 hexadecimal digits, as the audit shows them. Never put a key here";
                faults.add(node.span(), format!("`fingerprint`: expected {expected}"));
            }
            read
        });
        let owner = members.get("owner").and_then(|node| self::name(node, "owner", faults));
        members.finish("a key", faults);
        Some((node, Key { name: name?, fingerprint: fingerprint?, owner }))
    });
    distinct(keys.iter().map(|(node, key)| (*node, &key.name)), "key", faults);
    let keys: Vec<Key> = keys.into_iter().map(|(_, key)| key).collect();
    let rules = list(members.get("rules"), "rules", faults, |node, faults| {
        Some((node, rule(Members::of(node, "a rule", faults)?, vocabulary, &keys, faults)))
    });
    distinct(rules.iter().map(|(node, rule)| (*node, &rule.name)), "rule", faults);
    members.finish("a policy", faults);
    Policy {
        mode: mode.unwrap_or_default(),
        require_mode,
        default: default.unwrap_or_default(),
        approval_lifetime: lifetime.unwrap_or(APPROVAL_LIFETIME),
        never_twice,
        keys,
        rules: rules.into_iter().map(|(_, rule)| rule).collect(),
    }
}

fn rule(
    mut members: Members<'_>,
    vocabulary: &Vocabulary<'_>,
    keys: &[Key],
    faults: &mut Faults<'_>,
) -> Rule {
    let name = members.required("name", faults).and_then(|node| name(node, "name", faults));
    let tool_names: Vec<&str> = vocabulary.tools.iter().map(|tool| tool.name).collect();
    let mut toolset_names: Vec<&str> = vocabulary.tools.iter().map(|tool| tool.toolset).collect();
    toolset_names.sort_unstable();
    toolset_names.dedup();
    let key_names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    let tools = words(members.get("tools"), "tools", "tool", Some(&tool_names), faults);
    let toolsets =
        words(members.get("toolsets"), "toolsets", "toolset", Some(&toolset_names), faults);
    let effects = several(members.get("effects"), "effects", faults, |node, faults| {
        choice(Some(node), "effects", EFFECTS, faults)
    });
    let direction = choice(members.get("direction"), "direction", DIRECTIONS, faults);
    let key_list = words(members.get("keys"), "keys", "key", Some(&key_names), faults);
    let branches = words(members.get("branches"), "branches", "branch", None, faults);
    let mode = choice(members.get("mode"), "mode", KEY_MODES, faults);

    let named: Vec<&Tool> = vocabulary
        .tools
        .iter()
        .filter(|tool| tools.as_ref().is_some_and(|names| names.iter().any(|n| n == tool.name)))
        .copied()
        .collect();
    let amount_node = members.get("amount");
    let amount = amount_node.and_then(|node| range(node, vocabulary, faults));
    let currencies_node = members.get("currencies");
    let currencies = several(currencies_node, "currencies", faults, |node, faults| {
        currency(node, "currencies", vocabulary, faults)
    });
    for (node, what) in [(amount_node, "amount"), (currencies_node, "currencies")] {
        if let (Some(node), Some(tool)) = (node, named.iter().find(|tool| !at_stake(tool))) {
            let message = format!("`{what}`: `{}` puts no amount at stake", tool.name);
            faults.add(node.span(), message);
        }
    }
    let mut subject =
        |name: &'static str, kind, known: Option<&[&str]>, faults: &mut Faults<'_>| {
            let node = members.get(name);
            let singular = name.trim_end_matches('s').replace('_', " ");
            let found = words(node, name, &singular, known, faults);
            let unrelated =
                named.iter().find(|tool| !tool.subjects.iter().any(|subject| subject.kind == kind));
            if let (Some(node), Some(tool)) = (node, unrelated) {
                faults
                    .add(node.span(), format!("`{name}`: `{}` is about no {singular}", tool.name));
            }
            (node, found)
        };
    let (products_node, products) = subject("products", SubjectKind::Product, None, faults);
    let (customers_node, customers) = subject("customers", SubjectKind::Customer, None, faults);
    let methods = Some(vocabulary.payment_methods);
    let (methods_node, payment_methods) =
        subject("payment_methods", SubjectKind::PaymentMethod, methods, faults);
    let hours_node = members.get("hours");
    let hours = hours_node.and_then(|node| hours(node, faults));
    let conditions =
        [amount_node, currencies_node, products_node, customers_node, methods_node, hours_node];

    let decision_node = members.get("decision");
    let decision = choice(decision_node, "decision", ACTIONS, faults);
    if decision == Some(Action::Hide) {
        for node in conditions.into_iter().flatten() {
            faults.add(
                node.span(),
                "a rule that hides tools cannot depend on a call's arguments or time",
            );
        }
    }
    let approvers = members.get("approvers").and_then(|node| {
        let count = whole(node, "approvers", 1..=2, faults)?;
        if decision.is_some_and(|decision| decision != Action::Approve) {
            faults.add(node.span(), "`approvers` needs `decision = \"approve\"`");
        }
        u8::try_from(count).ok().map(Approvers)
    });
    let reason = members.get("reason").and_then(|node| {
        let reason = text(node, "reason", faults)?;
        if reason.chars().count() > 300 {
            faults.add(node.span(), "`reason` has at most 300 characters");
        }
        Some(reason.to_owned())
    });
    let limits_node = members.get("limits");
    let limits =
        list(limits_node, "limits", faults, |node, faults| limit(node, vocabulary, faults));
    if limits.iter().any(|limit| limit.amount.is_some())
        && let Some(node) = limits_node
        && let Some(tool) = named.iter().find(|tool| !at_stake(tool))
    {
        faults.add(node.span(), format!("`limits`: `{}` puts no amount at stake", tool.name));
    }
    let unlimited = limits_node
        .is_none_or(|node| matches!(node.value, DeValue::Array(limits) if limits.is_empty()));
    if decision_node.is_none() && unlimited {
        faults.add(members.span(), "a rule needs a `decision` or `limits`");
    }
    members.finish("a rule", faults);
    Rule {
        name: name.unwrap_or_default(),
        tools,
        toolsets,
        effects,
        direction,
        keys: key_list,
        branches,
        mode,
        amount,
        currencies,
        products,
        customers,
        payment_methods: payment_methods
            .map(|methods| methods.iter().map(|method| method.to_uppercase()).collect()),
        hours,
        decision,
        approvers: approvers.unwrap_or_default(),
        reason,
        limits,
    }
}

/// Whether a tool puts money at stake, known amount or not.
fn at_stake(tool: &Tool) -> bool {
    tool.money.is_some() || tool.effect == Effect::MovesMoney
}

fn range(node: Node<'_>, vocabulary: &Vocabulary<'_>, faults: &mut Faults<'_>) -> Option<Range> {
    let mut members = Members::of(node, "`amount`", faults)?;
    let over = members.get("over").map(|node| amount(node, "over", faults));
    let at_most = members.get("at_most").map(|node| amount(node, "at_most", faults));
    let code = members.required("currency", faults);
    let currency = code.and_then(|node| currency(node, "currency", vocabulary, faults));
    if over.is_none() && at_most.is_none() {
        faults.add(members.span(), "`amount` needs `over`, `at_most` or both");
    }
    let (over, at_most) = (over.flatten(), at_most.flatten());
    if let (Some(over), Some(at_most)) = (over, at_most)
        && over >= at_most
    {
        faults.add(members.span(), "no amount is over `over` and at most `at_most`");
    }
    members.finish("`amount`", faults);
    Some(Range { over, at_most, currency: currency? })
}

fn hours(node: Node<'_>, faults: &mut Faults<'_>) -> Option<Hours> {
    let mut members = Members::of(node, "`hours`", faults)?;
    let mut time = |name, faults: &mut Faults<'_>| -> Option<Time> {
        let node = members.required(name, faults)?;
        let written = match node.value {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            _ => String::new(),
        };
        let read = two_numbers(&written).and_then(|(h, m)| Time::new(h, m, 0, 0).ok());
        if read.is_none() {
            faults.add(node.span(), format!("`{name}`: expected a time such as \"09:00\""));
        }
        read
    };
    let from = time("from", faults);
    let until = time("until", faults);
    let zone = members.required("zone", faults).and_then(|node| {
        let name = text(node, "zone", faults)?;
        let zone = TimeZone::get(name).ok();
        if zone.is_none() {
            let known: Vec<String> =
                jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
            let close = closest(name, known.iter().map(String::as_str));
            let shown = json::quoted(name);
            let message =
                format!("`zone`: `{shown}` is not a known time zone such as `Asia/Riyadh`");
            faults.suggest(node.span(), message, close);
        }
        zone
    });
    let days = several(members.get("days"), "days", faults, |node, faults| {
        choice(Some(node), "days", DAYS, faults)
    });
    members.finish("`hours`", faults);
    Some(Hours { from: from?, until: until?, zone: zone?, days })
}

/// Reads `09:00`, or `09:00:00` as TOML writes times.
fn two_numbers(text: &str) -> Option<(i8, i8)> {
    let text = text.strip_suffix(":00").filter(|rest| rest.len() == 5).unwrap_or(text);
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(hour) && digits(minute)).then_some(())?;
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

fn limit(node: Node<'_>, vocabulary: &Vocabulary<'_>, faults: &mut Faults<'_>) -> Option<Limit> {
    let mut members = Members::of(node, "a limit", faults)?;
    let window = members.required("window", faults);
    let window = choice(window, "window", WINDOWS, faults);
    let amount_node = members.get("amount");
    let amount = amount_node.map(|node| amount(node, "amount", faults));
    let currency_node = members.get("currency");
    let currency = currency_node.map(|node| currency(node, "currency", vocabulary, faults));
    let count_node = members.get("count");
    let count = count_node.map(|node| whole(node, "count", 0..=1_000_000, faults));
    let per = choice(members.get("per"), "per", PERS, faults);
    let over = choice(members.get("over"), "over", OVERS, faults);
    match (amount_node, currency_node) {
        (Some(node), None) => faults.add(node.span(), "an `amount` needs a `currency`"),
        (None, Some(node)) => faults.add(node.span(), "a `currency` needs an `amount`"),
        _ => {}
    }
    if amount_node.is_none() && count_node.is_none() {
        faults.add(members.span(), "a limit needs an `amount`, a `count` or both");
    }
    if let (Some(LimitWindow::Call), Some(node)) = (window, count_node) {
        faults.add(node.span(), "one call counts once; give a window of `hour`, `day` or `month`");
    }
    members.finish("a limit", faults);
    Some(Limit {
        window: window?,
        amount: amount.flatten(),
        currency: currency.flatten(),
        count: count.flatten().and_then(|count| u32::try_from(count).ok()),
        per: per.unwrap_or_default(),
        over: over.unwrap_or_default(),
    })
}

/// An exact amount: a text, a whole number, or a number as it is written.
fn amount(node: Node<'_>, what: &str, faults: &mut Faults<'_>) -> Option<Decimal> {
    let read = match node.value {
        DeValue::String(text) => decimal(text),
        DeValue::Integer(number) if number.radix() == 10 => decimal(number.as_str()),
        DeValue::Float(number) => decimal(number.as_str()),
        _ => {
            let expected = "an amount such as \"100.00\"";
            faults
                .add(node.span(), format!("`{what}`: expected {expected}, found {}", node.kind()));
            return None;
        }
    };
    match read.and_then(|amount| units(amount).map(|_| amount)) {
        Ok(amount) if amount.normalize().scale() > 4 => {
            faults.add(node.span(), format!("`{what}`: an amount has at most four decimals"));
            None
        }
        Ok(amount) => Some(amount),
        Err(error) => {
            faults.add(node.span(), format!("`{what}`: {error}"));
            None
        }
    }
}

fn currency(
    node: Node<'_>,
    what: &str,
    vocabulary: &Vocabulary<'_>,
    faults: &mut Faults<'_>,
) -> Option<Currency> {
    let code = text(node, what, faults)?;
    if vocabulary.currencies.contains(&code) {
        return code.parse().ok();
    }
    let shown = json::quoted(code);
    let known = vocabulary.currencies.iter().copied();
    let close = closest(code, known.clone());
    let known = known.collect::<Vec<_>>().join(", ");
    let message = format!("`{what}`: `{shown}` is not a currency of the API, which has {known}");
    faults.suggest(node.span(), message, close);
    None
}

/// A length of time such as `15m`.
fn span(text: &str, node: Node<'_>, what: &str, faults: &mut Faults<'_>) -> Option<Duration> {
    let read = || {
        let unit = match text.chars().last()? {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => return None,
        };
        let digits = text.get(..text.len() - 1)?;
        let plain = digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = plain.then(|| digits.parse().ok())??;
        (number > 0 && !digits.starts_with('0')).then(|| Duration::from_secs(number * unit))
    };
    match read() {
        Some(duration) if duration <= LONGEST => Some(duration),
        Some(_) => {
            faults.add(node.span(), format!("`{what}` is at most 24h"));
            None
        }
        None => {
            let shown = json::quoted(text);
            faults.add(
                node.span(),
                format!("`{what}`: expected a time such as \"15m\", found `{shown}`"),
            );
            None
        }
    }
}

fn text<'a>(node: Node<'a>, what: &str, faults: &mut Faults<'_>) -> Option<&'a str> {
    match node.value {
        DeValue::String(text) => Some(text),
        _ => {
            faults.add(node.span(), format!("`{what}`: expected a text, found {}", node.kind()));
            None
        }
    }
}

/// A name: not empty, not long, on one line.
fn name(node: Node<'_>, what: &str, faults: &mut Faults<'_>) -> Option<String> {
    let name = text(node, what, faults)?;
    let fits = (1..=60).contains(&name.chars().count()) && json::quoted(name) == name;
    if !fits {
        faults.add(node.span(), format!("`{what}`: expected 1 to 60 printable characters"));
    }
    fits.then(|| name.to_owned())
}

fn whole(
    node: Node<'_>,
    what: &str,
    range: std::ops::RangeInclusive<u64>,
    faults: &mut Faults<'_>,
) -> Option<u64> {
    let read = match node.value {
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    let read = read.filter(|number| range.contains(number));
    if read.is_none() {
        let (least, most) = (range.start(), range.end());
        let message = format!("`{what}`: expected a whole number from {least} to {most}");
        faults.add(node.span(), message);
    }
    read
}

fn choice<T: Copy>(
    node: Option<Node<'_>>,
    what: &str,
    known: &[(&str, T)],
    faults: &mut Faults<'_>,
) -> Option<T> {
    let node = node?;
    let written = text(node, what, faults)?;
    let found = known.iter().find(|(word, _)| *word == written).map(|(_, value)| *value);
    if found.is_none() {
        let expected: Vec<_> = known.iter().map(|(word, _)| format!("`{word}`")).collect();
        let (expected, shown) = (expected.join(", "), json::quoted(written));
        let close = closest(written, known.iter().map(|(word, _)| *word));
        faults.suggest(
            node.span(),
            format!("`{what}`: expected one of {expected}, found `{shown}`"),
            close,
        );
    }
    found
}

/// A list that may be missing. Elements that cannot be read are left out, as they are faults anyway.
fn list<'a, T>(
    node: Option<Node<'a>>,
    what: &str,
    faults: &mut Faults<'_>,
    mut element: impl FnMut(Node<'a>, &mut Faults<'_>) -> Option<T>,
) -> Vec<T> {
    match node.map(|node| (node, node.value)) {
        None => Vec::new(),
        Some((_, DeValue::Array(elements))) => {
            elements.iter().filter_map(|spanned| element(Node::new(spanned), faults)).collect()
        }
        Some((node, _)) => {
            faults.add(node.span(), format!("`{what}`: expected a list, found {}", node.kind()));
            Vec::new()
        }
    }
}

/// A list of at least one element.
fn several<'a, T>(
    node: Option<Node<'a>>,
    what: &str,
    faults: &mut Faults<'_>,
    element: impl FnMut(Node<'a>, &mut Faults<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let node = node?;
    if matches!(node.value, DeValue::Array(elements) if elements.is_empty()) {
        let message = format!(
            "`{what}` is empty, so the rule would match nothing; leave it out to match all"
        );
        faults.add(node.span(), message);
    }
    Some(list(Some(node), what, faults, element))
}

/// A list of texts, of which each must be known where the known ones are given.
fn words(
    node: Option<Node<'_>>,
    what: &str,
    singular: &str,
    known: Option<&[&str]>,
    faults: &mut Faults<'_>,
) -> Option<Vec<String>> {
    several(node, what, faults, |node, faults| {
        let written = text(node, what, faults)?;
        let fits = |known: &&str| {
            *known == written || (what == "payment_methods" && known.eq_ignore_ascii_case(written))
        };
        if let Some(known) = known
            && !known.iter().any(fits)
        {
            let close = closest(written, known.iter().copied());
            let shown = json::quoted(written);
            faults.suggest(
                node.span(),
                format!("`{what}`: there is no {singular} `{shown}`"),
                close,
            );
        }
        Some(written.to_owned())
    })
}

/// Names that occur twice are faults.
fn distinct<'a, N: Eq + Hash + std::fmt::Display + 'a>(
    names: impl Iterator<Item = (Node<'a>, &'a N)>,
    what: &str,
    faults: &mut Faults<'_>,
) {
    let mut seen = HashSet::new();
    for (node, name) in names {
        if !seen.insert(name) {
            faults.add(node.span(), format!("there is already a {what} named `{name}`"));
        }
    }
}

const MODES: &[(&str, PolicyMode)] =
    &[("enforce", PolicyMode::Enforce), ("shadow", PolicyMode::Shadow)];
const KEY_MODES: &[(&str, Mode)] = &[("live", Mode::Live), ("test", Mode::Test)];
const ACTIONS: &[(&str, Action)] = &[
    ("allow", Action::Allow),
    ("confirm", Action::Confirm),
    ("approve", Action::Approve),
    ("deny", Action::Deny),
    ("hide", Action::Hide),
];
const EFFECTS: &[(&str, Effect)] = &[
    ("reads", Effect::Reads),
    ("adds", Effect::Adds),
    ("changes", Effect::Changes),
    ("moves_money", Effect::MovesMoney),
];
const DIRECTIONS: &[(&str, Direction)] = &[("in", Direction::In), ("out", Direction::Out)];
const WINDOWS: &[(&str, LimitWindow)] = &[
    ("call", LimitWindow::Call),
    ("hour", LimitWindow::Hour),
    ("day", LimitWindow::Day),
    ("month", LimitWindow::Month),
];
const PERS: &[(&str, Per)] = &[("rule", Per::Rule), ("key", Per::Key)];
const OVERS: &[(&str, Over)] = &[("approve", Over::Approve), ("deny", Over::Deny)];
const DAYS: &[(&str, Day)] = &[
    ("sunday", Day::Sunday),
    ("monday", Day::Monday),
    ("tuesday", Day::Tuesday),
    ("wednesday", Day::Wednesday),
    ("thursday", Day::Thursday),
    ("friday", Day::Friday),
    ("saturday", Day::Saturday),
];
