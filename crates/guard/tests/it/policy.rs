//! Reading policies, and what they say of calls.

use proptest::prelude::*;
use serde_json::json;
use streampay_guard::*;

use crate::common::*;

/// The faults as lines, without the file's name.
fn faults(text: &str) -> Vec<String> {
    let error = Policy::read(text, "p.toml", &vocabulary()).unwrap_err();
    error.to_string().lines().map(|line| line.trim_start_matches("p.toml:").to_owned()).collect()
}

#[test]
fn every_fault_is_reported_at_once_with_its_place_and_what_was_meant() {
    let text = r#"mode = "enforced"
defualt = "allow"

[[rules]]
name = "Refunds"
tools = ["refund_paymnt", "get_payment"]
amount = { at_most = 10.5, currency = "SRA" }
decision = "alow"
approvers = 3

[[rules]]
name = "Refunds"
effects = "reads"
limits = [{ window = "week", amount = "1.23456" }]
"#;
    let found = faults(text);
    let expected = [
        "1:8: `mode`: expected one of `enforce`, `shadow`, found `enforced`; did you mean `enforce`?",
        "2:1: a policy has no member `defualt`; did you mean `default`?",
        "6:10: `tools`: there is no tool `refund_paymnt`; did you mean `refund_payment`?",
        "7:10: `amount`: `get_payment` puts no amount at stake",
        "7:39: `currency`: `SRA` is not a currency of the API, which has SAR, USD, EUR, BHD, KWD; did you mean `SAR`?",
        "8:12: `decision`: expected one of `allow`, `confirm`, `approve`, `deny`, `hide`, found `alow`; did you mean `allow`?",
        "9:13: `approvers`: expected a whole number from 1 to 2",
        "11:1: there is already a rule named `Refunds`",
        "13:11: `effects`: expected a list, found a text",
        "14:22: `window`: expected one of `call`, `hour`, `day`, `month`, found `week`",
        "14:39: `amount`: an amount has at most four decimals",
        "14:39: an `amount` needs a `currency`",
    ];
    for line in expected {
        assert!(
            found.iter().any(|found| found == line),
            "missing: {line}\nfound:\n{}",
            found.join("\n")
        );
    }
    assert_eq!(found.len(), expected.len(), "{}", found.join("\n"));
}

#[test]
fn broken_toml_is_reported_with_its_place() {
    let found = faults("mode = \"enforce\"\n[[rules\nname = 1");
    assert!(found.first().is_some_and(|line| line.starts_with("2:")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("invalid TOML")), "{found:?}");
}

#[test]
fn what_cannot_work_is_refused() {
    for (text, expected) in [
        ("[[rules]]\nname = \"a\"", "a rule needs a `decision` or `limits`"),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"hide\"\ncurrencies = [\"SAR\"]",
            "a rule that hides tools cannot depend on a call's arguments or time",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\napprovers = 2",
            "`approvers` needs `decision = \"approve\"`",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\ntools = []",
            "`tools` is empty, so the rule would match nothing; leave it out to match all",
        ),
        (
            "[[rules]]\nname = \"a\"\nlimits = [{ window = \"call\", count = 1 }]",
            "one call counts once; give a window of `hour`, `day` or `month`",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\ntools = [\"refund_payment\"]\nproducts = [\"x\"]",
            "`products`: `refund_payment` is about no product",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\nkeys = [\"nobody\"]",
            "`keys`: there is no key `nobody`",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\namount = { over = 5, at_most = 5, currency = \"SAR\" }",
            "no amount is over `over` and at most `at_most`",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\namount = { over = -5, currency = \"SAR\" }",
            "`over`: the amount -5 is negative",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\namount = { over = 1e3, currency = \"SAR\" }",
            "`over`: \"1e3\" is not an exact decimal amount such as 25.00",
        ),
        (
            "[[rules]]\nname = \"a\"\ndecision = \"allow\"\nhours = { from = \"9\", until = \"17:00\", zone = \"Asia/Riyad\" }",
            "`zone`: `Asia/Riyad` is not a known time zone such as `Asia/Riyadh`; did you mean `Asia/Riyadh`?",
        ),
        ("never_twice = \"2d\"", "`never_twice` is at most 24h"),
        (
            "approval_lifetime = \"soon\"",
            "`approval_lifetime`: expected a time such as \"15m\", found `soon`",
        ),
        ("default = \"hide\"", "`default` cannot be `hide`; give a rule that hides these tools"),
        (
            "[[keys]]\nname = \"a\"\nfingerprint = \"sk_live_secret\"",
            "`fingerprint`: expected 16 hexadecimal digits, as the audit shows them. Never put a key here",
        ),
    ] {
        let found = faults(text);
        assert!(found.iter().any(|line| line.ends_with(expected)), "{text}\n{found:?}");
        assert!(!found.iter().any(|line| line.contains("sk_live")), "a key is repeated");
    }
}

#[test]
fn faults_are_bounded() {
    let text: String = (0..500).map(|n| format!("wrong{n} = 1\n")).collect();
    let error = Policy::read(&text, "p.toml", &vocabulary()).unwrap_err();
    assert_eq!((error.faults.len(), error.left_out), (50, 450));
    let huge = "#".repeat(2 * 1024 * 1024);
    assert!(Policy::read(&huge, "p.toml", &vocabulary()).is_err());
}

const SUPPORT: &str = r#"
[[rules]]
name = "Look"
effects = ["reads"]
decision = "allow"

[[rules]]
name = "Small refunds"
tools = ["refund_payment"]
amount = { at_most = "50.00", currency = "SAR" }
decision = "allow"

[[rules]]
name = "Large refunds"
tools = ["refund_payment"]
amount = { over = "50.00", currency = "SAR" }
decision = "approve"
"#;

#[tokio::test]
async fn amounts_decide_though_the_arguments_do_not_hold_them() {
    let (agent, _folder) = Agent::with(SUPPORT).await;
    assert_eq!(agent.refund("p50").await, "allow");
    assert_eq!(agent.refund("p100").await, "approve");
    assert_eq!(agent.run(&GET_PAYMENT, json!({"payment_id": "p50"}), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&RENAME, json!({"customer_id": "a"}), Outcome::Done).await, "policy");
}

#[tokio::test]
async fn what_cannot_be_determined_counts_as_larger_than_any_limit() {
    let (agent, _folder) = Agent::with(SUPPORT).await;
    assert_eq!(agent.refund("missing").await, "approve");
    // Another currency cannot be compared.
    assert_eq!(agent.refund("usd").await, "approve");
    // Related payments are included, and their number is unknown.
    let related = json!({"payment_id": "p10", "allow_refund_multiple_related_payments": true});
    assert_eq!(word(&agent.ask(&REFUND, related).await), "approve");
    for amount in ["-5.00", "1e9", "five", "999999999999999"] {
        agent.api.payment("odd", amount, "SAR", "SUCCEEDED");
        assert_eq!(agent.refund("odd").await, "approve", "{amount}");
    }
}

#[tokio::test]
async fn the_strictest_rule_wins_whatever_the_order() {
    let allow = "[[rules]]\nname = \"a\"\neffects = [\"moves_money\"]\ndecision = \"allow\"\n";
    let deny = "[[rules]]\nname = \"b\"\ntools = [\"refund_payment\"]\ndecision = \"deny\"\n";
    for text in [format!("{allow}{deny}"), format!("{deny}{allow}")] {
        let (agent, _folder) = Agent::with(&text).await;
        assert_eq!(agent.refund("p10").await, "policy");
        let pay = json!({"to": "x", "amount": 5, "currency": "SAR"});
        assert_eq!(agent.run(&PAY_OUT, pay, Outcome::Done).await, "allow");
    }
}

#[tokio::test]
async fn sums_count_quantities_taxes_and_active_prices_only() {
    let (agent, _folder) = Agent::with("default = \"allow\"").await;
    let items = json!({"items": [{"product_id": "product", "quantity": 3}], "customer_id": "sara",
        "payment_methods": {"mada": true, "visa": false}});
    let explained = agent.explain(&CREATE_INVOICE, items).await;
    assert_eq!(explained.stake.amount.unwrap().to_string(), "345.00 SAR");
    assert!(explained.stake.payment_methods.unwrap().iter().eq(["MADA"]));
    let open = json!({"items": [{"product_id": "product", "allow_custom_quantity": true}]});
    let explained = agent.explain(&CREATE_INVOICE, open).await;
    assert_eq!(explained.stake.amount, None);
    assert!(explained.stake.problem.unwrap().contains("leaves the amount open"));
    let foreign = json!({"items": [{"product_id": "product"}], "currency": "KWD"});
    assert_eq!(agent.explain(&CREATE_INVOICE, foreign).await.stake.amount, None);
}

#[tokio::test]
async fn conditions_on_subjects_need_all_to_permit_and_one_to_restrict() {
    let text = r#"
[[rules]]
name = "Known customers by mada"
tools = ["create_invoice"]
customers = ["sara", "omar"]
payment_methods = ["mada"]
decision = "allow"

[[rules]]
name = "Not this product"
products = ["forbidden"]
decision = "deny"
"#;
    let (agent, _folder) = Agent::with(text).await;
    let invoice = |customer: &str, product: &str, visa: bool| {
        json!({"customer_id": customer, "items": [{"product_id": "product"}, {"product_id": product}],
            "payment_methods": {"mada": true, "visa": visa}})
    };
    for (arguments, expected) in [
        (invoice("sara", "product", false), "allow"),
        (invoice("nora", "product", false), "policy"),
        (invoice("sara", "product", true), "policy"),
        (invoice("sara", "forbidden", false), "policy"),
        (json!({"items": [{"product_id": "product"}]}), "policy"),
    ] {
        let decision = agent.ask(&CREATE_INVOICE, arguments.clone()).await;
        assert_eq!(word(&decision), expected, "{arguments}");
    }
}

#[tokio::test]
async fn hours_are_those_of_their_zone_and_may_pass_midnight() {
    let text = |from: &str, until: &str| {
        format!(
            "[[rules]]\nname = \"a\"\ntools = [\"update_customer\"]\ndecision = \"allow\"\n\
             hours = {{ from = \"{from}\", until = \"{until}\", zone = \"Asia/Riyadh\", days = [\"monday\"] }}"
        )
    };
    // 2026-03-02 is a Monday; Riyadh is three hours ahead.
    for (from, until, at, expected) in [
        ("09:00", "17:00", "2026-03-02T05:59:59Z", "policy"),
        ("09:00", "17:00", "2026-03-02T06:00:00Z", "allow"),
        ("09:00", "17:00", "2026-03-02T14:00:00Z", "policy"),
        ("09:00", "17:00", "2026-03-03T10:00:00Z", "policy"),
        ("22:00", "02:00", "2026-03-02T20:00:00Z", "allow"),
        ("22:00", "02:00", "2026-03-02T22:59:00Z", "allow"),
        ("22:00", "02:00", "2026-03-02T23:00:00Z", "policy"),
        ("22:00", "02:00", "2026-03-01T22:00:00Z", "policy"),
    ] {
        let (agent, _folder) = Agent::with(&text(from, until)).await;
        *agent.at.lock() = at.parse().unwrap();
        let found = agent.run(&RENAME, json!({"customer_id": "a"}), Outcome::Done).await;
        assert_eq!(found, expected, "{from}-{until} at {at}");
    }
}

#[tokio::test]
async fn keys_branches_and_modes_are_matched_and_unknown_counts_against_the_call() {
    let (probe, _folder) = Agent::with("").await;
    let print = probe.caller.key.clone();
    drop(probe);
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let fingerprinter = Fingerprinter::new(store.secret().await.unwrap());
    let ours = fingerprinter.fingerprint(b"key");
    assert_ne!(print, ours, "each store has its own secret");
    let text = format!(
        r#"
[[keys]]
name = "support"
fingerprint = "{ours}"

[[rules]]
name = "Support in one branch, in test mode"
keys = ["support"]
branches = ["b1"]
mode = "test"
decision = "allow"

[[rules]]
name = "Never live"
mode = "live"
decision = "deny"
"#
    );
    let engine = Engine::builder(TOOLS, store).policy(policy(&text)).build().await.unwrap();
    let mut agent = Agent::new(engine);
    let other = caller(&agent.engine, "other").key;
    for (key, branch, mode, expected) in [
        (&ours, Some("b1"), Some(Mode::Test), "allow"),
        (&other, Some("b1"), Some(Mode::Test), "policy"),
        (&ours, Some("b2"), Some(Mode::Test), "policy"),
        (&ours, None, Some(Mode::Test), "policy"),
        (&ours, Some("b1"), Some(Mode::Live), "policy"),
        (&ours, Some("b1"), None, "policy"),
    ] {
        agent.caller = Caller { key: key.clone(), branch: branch.map(str::to_owned), mode };
        let found = word(&agent.ask(&RENAME, json!({"customer_id": "a"})).await);
        assert_eq!(found, expected, "{branch:?} {mode:?}");
    }
}

#[tokio::test]
async fn a_required_mode_refuses_other_keys_even_for_reads() {
    let (mut agent, _folder) = Agent::with("require_mode = \"test\"\ndefault = \"allow\"").await;
    for (mode, expected) in
        [(Some(Mode::Live), "wrongmode"), (None, "wrongmode"), (Some(Mode::Test), "allow")]
    {
        agent.caller.mode = mode;
        let found = word(&agent.ask(&GET_PAYMENT, json!({"payment_id": "p10"})).await);
        assert_eq!(found, expected, "{mode:?}");
    }
}

#[tokio::test]
async fn hidden_tools_are_not_listed_and_do_not_exist() {
    let text =
        "default = \"allow\"\n[[rules]]\nname = \"a\"\ndirection = \"out\"\ndecision = \"hide\"";
    let (agent, _folder) = Agent::with(text).await;
    assert!(!agent.engine.lists(&REFUND, &agent.caller));
    assert!(agent.engine.lists(&CREATE_INVOICE, &agent.caller));
    let decision = agent.ask(&REFUND, json!({"payment_id": "p10"})).await;
    let Decision::Deny(denial) = decision else { panic!("{decision:?}") };
    assert_eq!(denial.reason, DenyReason::Hidden);
    assert!(!denial.message.contains("rule"), "{denial}");
}

#[tokio::test]
async fn a_confirmation_holds_for_one_call_and_its_facts_only() {
    let text = "[[rules]]\nname = \"Ask\"\ntools = [\"refund_payment\"]\ndecision = \"confirm\"";
    let (agent, _folder) = Agent::with(text).await;
    let ten = json!({"payment_id": "p10"});
    let Decision::NeedsConfirm(request) = agent.ask(&REFUND, ten.clone()).await else { panic!() };
    assert!(request.summary.en.contains("10.00 SAR leaves the account"), "{}", request.summary.en);
    assert!(request.summary.ar.contains("10.00 SAR"), "{}", request.summary.ar);
    assert!(!request.summary.en.contains('\u{202e}'), "invisible characters are shown");
    let other = json!({"payment_id": "p50"});
    let yes = Some(request.digest);
    assert_eq!(word(&agent.ask_confirmed(&REFUND, other, yes).await), "confirm");
    agent.api.payment("p10", "11.00", "SAR", "SUCCEEDED");
    assert_eq!(word(&agent.ask_confirmed(&REFUND, ten.clone(), yes).await), "confirm");
    agent.api.payment("p10", "10.00", "SAR", "SUCCEEDED");
    assert_eq!(word(&agent.ask_confirmed(&REFUND, ten, yes).await), "allow");
}

#[tokio::test]
async fn a_shadow_policy_lets_everything_through_and_says_what_it_would_do() {
    let (agent, _folder) = Agent::with(&format!("mode = \"shadow\"\n{SUPPORT}")).await;
    let ask = |id: &str| json!({"payment_id": id});
    assert_eq!(word(&agent.ask(&REFUND, ask("p10")).await), "allow");
    assert_eq!(word(&agent.ask(&REFUND, ask("p900")).await), "shadow approve");
    assert_eq!(word(&agent.ask(&RENAME, json!({"customer_id": "a"})).await), "shadow deny");
    assert!(agent.engine.approvals(10, agent.now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_reload_with_faults_keeps_the_last_good_policy() {
    let (agent, _folder) = Agent::with(SUPPORT).await;
    let broken = "[[rules]]\nname = \"a\"\ndecision = \"alow\"";
    let error =
        agent.engine.reload(broken, "p.toml", &vocabulary(), agent.now()).await.unwrap_err();
    assert!(error.to_string().contains("did you mean `allow`"), "{error}");
    assert_eq!(agent.refund("p10").await, "allow");
    let applied = agent
        .engine
        .reload("default = \"deny\"", "p.toml", &vocabulary(), agent.now())
        .await
        .unwrap();
    assert_eq!(applied.rules, 0);
    assert_eq!(agent.refund("p50").await, "policy");
}

#[tokio::test]
async fn facts_are_read_only_where_a_rule_asks_for_them() {
    let (agent, _folder) = Agent::with("default = \"allow\"").await;
    assert_eq!(agent.refund("p10").await, "allow");
    assert_eq!(*agent.api.reads.lock(), 0);
    let (agent, _folder) = Agent::with(SUPPORT).await;
    assert_eq!(agent.refund("p10").await, "allow");
    assert_eq!(*agent.api.reads.lock(), 1, "one answer serves the amount and the customer");
}

/// Texts that are nearly policies.
fn nearly() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("name"),
        Just("tools"),
        Just("decision"),
        Just("amount"),
        Just("limits"),
        Just("hours"),
        Just("mode"),
        Just("default"),
        Just("keys"),
        Just("approvers"),
        Just("never_twice"),
        Just("x"),
    ];
    let value = prop_oneof![
        Just("\"allow\"".to_owned()),
        Just("[\"refund_payment\"]".to_owned()),
        Just("{ at_most = 10.5, currency = \"SAR\" }".to_owned()),
        Just("[{ window = \"day\", count = 3 }]".to_owned()),
        Just("\"15m\"".to_owned()),
        Just("09:00:00".to_owned()),
        Just("[[1], {}]".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| n.to_string()),
        "\"\\PC{0,12}\"",
        "\\PC{0,12}",
    ];
    let line = prop_oneof![
        1 => Just("[[rules]]".to_owned()),
        1 => Just("[[keys]]".to_owned()),
        6 => (name, value).prop_map(|(name, value)| format!("{name} = {value}")),
    ];
    prop::collection::vec(line, 0..25).prop_map(|lines| lines.join("\n"))
}

/// The values of TOML as JSON, for the schema.
fn json_of(value: &toml::de::DeValue<'_>) -> serde_json::Value {
    use toml::de::DeValue as V;
    match value {
        V::String(text) => json!(text),
        V::Integer(number) => number.as_str().parse::<i64>().map_or(json!(null), |n| json!(n)),
        V::Float(number) => number.as_str().parse::<f64>().map_or(json!(null), |n| json!(n)),
        V::Boolean(value) => json!(value),
        V::Datetime(time) => json!(time.to_string()),
        V::Array(values) => values.iter().map(|value| json_of(value.get_ref())).collect(),
        V::Table(members) => serde_json::Value::Object(
            members.iter().map(|(k, v)| (k.get_ref().to_string(), json_of(v.get_ref()))).collect(),
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_a_policy_or_has_faults_with_places_inside_it(
        text in prop_oneof![nearly(), "\\PC{0,200}", prop::collection::vec(any::<char>(), 0..200)
            .prop_map(|chars| chars.into_iter().collect())]
    ) {
        if let Err(error) = Policy::read(&text, "p.toml", &vocabulary()) {
            prop_assert!(!error.faults.is_empty());
            let lines = text.split('\n').count();
            for fault in &error.faults {
                prop_assert!(fault.position.line >= 1 && fault.position.line <= lines, "{fault:?}");
                prop_assert!(!fault.message.chars().any(char::is_control), "{fault:?}");
            }
        }
    }

    #[test]
    fn what_the_reader_takes_the_schema_takes(text in nearly()) {
        if Policy::read(&text, "p.toml", &vocabulary()).is_ok() {
            let table = toml::de::DeTable::parse(&text).unwrap();
            let value = json_of(&toml::de::DeValue::Table(table.into_inner()));
            let validator = jsonschema::validator_for(&schema()).unwrap();
            prop_assert!(validator.is_valid(&value), "{text}\n{value}");
        }
    }
}

#[test]
fn the_schema_takes_a_policy_that_uses_everything_and_refuses_strangers() {
    let text = include_str!("everything.toml");
    policy(text);
    let table = toml::de::DeTable::parse(text).unwrap();
    let mut value = json_of(&toml::de::DeValue::Table(table.into_inner()));
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let found: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(found.is_empty(), "{found:?}");
    value["rules"][0]["amuont"] = json!(1);
    assert!(!validator.is_valid(&value));
}
