//! `coverage.json` lists what the simulator leaves out, with reasons. What these scenarios observe
//! and what is listed must together be everything that is published, and nothing may be both.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::common::{EVENTS, api, observed};
use crate::{errors, events, money, operations, subscriptions};

/// The lists of states whose every value the simulator produces or explains.
const LISTS: [&str; 6] = [
    "PaymentStatusEnum",
    "InvoiceStatusEnum",
    "SubscriptionStatus",
    "PaymentLinkStatus",
    "InvoiceType",
    "PaymentTypeEnum",
];

/// The tests that together show everything.
const SCENARIOS: &[fn()] = &[
    errors::faults_of_form_come_all_at_once_and_in_fastapis_words,
    errors::keys_and_branches_keep_what_is_others_apart,
    errors::rules_of_links,
    errors::rules_of_money,
    errors::rules_of_subscriptions,
    errors::rules_of_the_catalogue,
    errors::types_and_bounds_are_checked_everywhere,
    events::every_published_event_is_sent_by_what_it_tells_of,
    money::a_declined_card_leaves_nothing_and_an_approved_one_everything,
    money::a_free_basket_needs_no_card,
    money::a_known_payer_is_not_made_anew,
    money::a_link_charges_the_price_it_shows_after_a_price_change,
    money::a_link_shows_what_its_changed_coupon_takes_off,
    money::a_partial_refund_is_refused_instead_of_refunding_everything,
    money::a_subscription_is_billed_the_amount_it_shows_after_a_price_change,
    money::an_invoice_may_forfeit_its_coupons_when_split,
    money::coupons_quantities_and_vat_come_out_exact,
    money::installments_fall_due_month_by_month_on_the_stored_card,
    money::links_end_when_their_time_is_over,
    money::metered_usage_is_billed_each_period,
    money::payments_of_one_transaction_are_refunded_together_or_not_at_all,
    money::the_parts_of_a_split_invoice_fall_due_in_their_order,
    money::what_is_to_be_corrected_is_said_and_nothing_happens,
    money::whether_a_payment_can_be_refunded_depends_on_the_card_that_paid,
    operations::every_operation_is_answered_as_described,
    operations::filters_by_time_and_amount_hold_their_bounds,
    operations::lists_have_pages_order_and_search,
    subscriptions::a_failed_renewal_is_tried_again_and_then_given_up_until_somebody_pays,
    subscriptions::a_freeze_stops_the_bills_and_the_period_goes_on_after_it,
    subscriptions::a_number_of_cycles_ends_it_by_itself,
    subscriptions::a_plan_change_waits_shows_a_preview_and_reissues_the_prepared_bill,
    subscriptions::a_retry_that_succeeds_goes_on_as_if_nothing_had_been,
    subscriptions::a_withdrawn_plan_change_never_happens,
    subscriptions::cancelling_waits_for_the_end_and_can_be_withdrawn,
    subscriptions::renewals_come_by_the_clock_and_tell_so_in_the_published_order,
    subscriptions::trials_bill_when_they_are_over,
    subscriptions::without_a_card_the_customer_has_a_week_to_pay,
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

/// How the simulator reads what is published nowhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    subject: String,
    reading: String,
}

/// Notes what is neither observed nor listed, or both, or listed without being published.
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
