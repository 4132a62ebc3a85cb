//! `coverage.json` lists what the simulator leaves out, with reasons. Everything that is published is
//! either listed there or observed in these scenarios, and nothing is both.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::common::{EVENTS, api, observed};
use crate::{errors, events, money, operations, subscriptions};

/// The enumerations of which the simulator produces or explains every value.
const LISTS: [&str; 6] = [
    "PaymentStatusEnum",
    "InvoiceStatusEnum",
    "SubscriptionStatus",
    "PaymentLinkStatus",
    "InvoiceType",
    "PaymentTypeEnum",
];

/// The tests that together observe everything.
const SCENARIOS: &[fn()] = &[
    errors::all_invalid_fields_are_reported_at_once_as_fastapi_words_them,
    errors::keys_and_branches_isolate_data,
    errors::rules_of_links,
    errors::rules_of_money,
    errors::rules_of_subscriptions,
    errors::rules_of_the_catalogue,
    errors::types_and_bounds_are_checked_everywhere,
    events::every_published_event_is_sent_when_it_happens,
    money::a_declined_card_records_nothing_and_an_approved_one_everything,
    money::a_free_basket_needs_no_card,
    money::a_known_payer_is_not_created_again,
    money::a_link_charges_the_price_it_shows_after_a_price_change,
    money::a_link_shows_what_its_changed_coupon_takes_off,
    money::a_partial_refund_is_refused_instead_of_refunding_everything,
    money::a_subscription_is_billed_the_amount_it_shows_after_a_price_change,
    money::splitting_an_invoice_can_forfeit_its_coupons,
    money::coupons_quantities_and_vat_are_exact,
    money::installments_are_charged_monthly_to_the_stored_card,
    money::links_expire,
    money::metered_usage_is_billed_each_period,
    money::payments_of_one_transaction_are_refunded_together_or_not_at_all,
    money::installments_of_a_split_invoice_fall_due_in_order,
    money::invalid_payment_attempts_are_explained_and_change_nothing,
    money::refunds_depend_on_the_card_that_paid,
    operations::every_operation_responds_as_described,
    operations::time_and_amount_filters_include_their_bounds,
    operations::lists_can_be_paged_sorted_and_searched,
    subscriptions::a_failed_renewal_is_retried_then_suspended_until_somebody_pays,
    subscriptions::a_freeze_pauses_billing_and_extends_the_period,
    subscriptions::a_subscription_ends_after_its_number_of_cycles,
    subscriptions::a_plan_change_is_scheduled_previewed_and_reissues_the_prepared_invoice,
    subscriptions::a_successful_retry_continues_the_subscription,
    subscriptions::a_withdrawn_plan_change_has_no_effect,
    subscriptions::cancellation_takes_effect_at_period_end_and_can_be_withdrawn,
    subscriptions::renewals_follow_the_clock_and_send_events_in_the_published_order,
    subscriptions::trials_are_billed_when_they_end,
    subscriptions::customers_without_a_card_have_a_week_to_pay,
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    about: String,
    operations: BTreeMap<String, String>,
    events: BTreeMap<String, String>,
    error_codes: BTreeMap<String, String>,
    values: BTreeMap<String, BTreeMap<String, String>>,
    readings: Vec<Reading>,
    limits: Vec<String>,
}

/// How the simulator interprets what is not published.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    subject: String,
    reading: String,
}

/// Collects what is neither observed nor listed, what is both, and what is listed but not published.
fn compare<'a>(
    what: &str,
    published: impl IntoIterator<Item = &'a str>,
    left_out: &BTreeMap<String, String>,
    observed: &BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    let published: BTreeSet<&str> = published.into_iter().collect();
    for name in &published {
        match (observed.contains(*name), left_out.contains_key(*name)) {
            (true, true) => problems.push(format!("{what} {name} is listed, yet it was observed")),
            (false, false) => {
                problems.push(format!("{what} {name} was neither observed nor listed"))
            }
            _ => {}
        }
    }
    for (name, reason) in left_out {
        if !published.contains(name.as_str()) {
            problems.push(format!("{what} {name} is listed, yet it is not published"));
        }
        if reason.len() <= 20 {
            problems.push(format!("{what} {name} has no reason"));
        }
    }
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().unwrap().iter().filter_map(Value::as_str)
}

#[test]
fn everything_published_is_observed_or_listed() {
    let coverage: Coverage = serde_json::from_str(include_str!("../../coverage.json")).unwrap();
    assert!(!coverage.about.is_empty() && !coverage.limits.is_empty());
    assert!(coverage.readings.iter().all(|one| !one.subject.is_empty() && one.reading.len() > 20));
    std::thread::scope(|scope| {
        for scenario in SCENARIOS {
            scope.spawn(scenario);
        }
    });
    let seen = observed();
    let mut problems = Vec::new();
    let operations: Vec<String> = api()
        .operations
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let names = operations.iter().map(String::as_str);
    compare("operation", names, &coverage.operations, &seen.operations, &mut problems);
    compare("event", EVENTS, &coverage.events, &seen.events, &mut problems);
    let codes = strings(&api().schemas["StreamErrorCodes"]["enum"]);
    compare("error code", codes, &coverage.error_codes, &seen.codes, &mut problems);
    let none = BTreeMap::new();
    for list in LISTS {
        let values = strings(&api().schemas[list]["enum"]);
        let left_out = coverage.values.get(list).unwrap_or(&none);
        let seen = seen.values.get(list).cloned().unwrap_or_default();
        compare(list, values, left_out, &seen, &mut problems);
    }
    assert!(coverage.values.keys().all(|list| LISTS.contains(&list.as_str())));
    assert!(problems.is_empty(), "{problems:#?}");
}
