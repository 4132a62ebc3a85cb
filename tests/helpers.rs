//! Lists, finding, simple links, waiting and redirects: against the simulator, and against answers that the
//! simulator does not give.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

#[path = "support/shop.rs"]
mod shop;
mod support;

use std::time::{Duration, Instant};

use serde_json::json;
use shop::{Shop, VISA};
use streampay::{
    CustomerKey, Error, Found, Money, Outcome, REFERENCE, SimplePaymentLink, UnverifiedRedirect,
    Verified,
    enums::{PaymentLinkStatus, PaymentStatusEnum},
    types::ConsumerCreate,
};
use streampay_sandbox::{Fault, FaultKind, FaultRule};
use support::{Reply, Stub};

fn ids(page: &[u8]) -> Vec<serde_json::Value> {
    page.iter().map(|id| json!({"id": uuid::Uuid::from_u128(u128::from(*id))})).collect()
}

fn page(ids_: &[u8], next: Option<bool>) -> Reply {
    let body = json!({"data": ids(ids_), "pagination": {"has_next_page": next}}).to_string();
    Reply::ok(Box::leak(body.into_boxed_str()))
}

async fn read(pages: Vec<Reply>) -> (Vec<u128>, usize) {
    let stub = Stub::start(pages).await;
    let client = support::client(&stub);
    let items = client.list_payments().limit(2).items().collect().await.unwrap();
    (items.iter().map(|item| item.id.unwrap().as_u128()).collect(), stub.requests())
}

#[tokio::test]
async fn reading_a_list_always_ends() {
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(read(vec![page(&[1, 2], yes), page(&[3], no)]).await, (vec![1, 2, 3], 2));
    assert_eq!(read(vec![page(&[], yes)]).await, (vec![], 1), "an empty page ends");
    let same = read(vec![page(&[1, 2], yes); 9]).await;
    assert_eq!(same, (vec![1, 2], 2), "the same page again ends");
    let grown = read(vec![page(&[3, 2], yes), page(&[2, 1], no)]).await;
    assert_eq!(grown, (vec![3, 2, 1], 2), "what slipped to the next page counts once");
    assert_eq!(read(vec![page(&[1], None), page(&[], None)]).await, (vec![1], 2));
    assert_eq!(read(vec![Reply::ok("{}")]).await, (vec![], 1));
    let odd = r#"{"data":null,"pagination":null}"#;
    assert_eq!(read(vec![Reply::ok(odd)]).await, (vec![], 1));
}

#[tokio::test]
async fn lists_are_read_completely_in_part_and_from_a_given_page() {
    let shop = Shop::open().await;
    for index in 0..25 {
        shop.customer(&format!("C{index:02}")).await;
    }
    let list = || shop.client.list_customers().limit(10).sort_direction("asc").sort_field("name");
    assert_eq!(list().items().collect().await.unwrap().len(), 25);
    let before = shop.running.sandbox().requests().len();
    assert_eq!(list().items().take(12).collect().await.unwrap().len(), 12);
    assert_eq!(shop.running.sandbox().requests().len() - before, 2, "no page beyond the limit");
    let mut pages = list().page(2).pages();
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!((page.number, page.items.len(), page.total()), (2, 10, Some(25)));
    assert_eq!(pages.position(), Some(3));
    // An error does not lose the place.
    for _ in 0..3 {
        shop.running.sandbox().add_fault(FaultRule::once(Fault::new(FaultKind::CutBefore)));
    }
    assert!(pages.next().await.unwrap().is_err());
    assert_eq!(pages.next().await.unwrap().unwrap().items.len(), 5);
    assert!(pages.next().await.is_none() && pages.position().is_none());
}

#[cfg(feature = "stream")]
#[tokio::test]
async fn lists_become_streams() {
    use futures_util::{StreamExt as _, TryStreamExt as _};
    let shop = Shop::open().await;
    for index in 0..5 {
        shop.customer(&format!("C{index}")).await;
    }
    let list = || shop.client.list_customers().limit(2);
    let names: Vec<_> = list().items().into_stream().try_collect().await.unwrap();
    assert_eq!(names.len(), 5);
    let stream = list().pages().into_stream();
    let task = tokio::spawn(async move {
        stream.map(|page| page.unwrap().items.len()).collect::<Vec<_>>().await
    });
    assert_eq!(task.await.unwrap(), [2, 2, 1]);
    shop.running.stop().await;
    let mut failing = std::pin::pin!(list().items().into_stream());
    assert!(failing.next().await.unwrap().is_err());
    assert!(failing.next().await.is_none(), "a stream ends after an error");
}

#[tokio::test]
async fn customers_and_products_are_found_by_exact_match() {
    let shop = Shop::open().await;
    let client = &shop.client;
    let create = |name: &str| client.create_customer().name(name);
    let amal = create("Amal").email("amal@example.com").phone_number("+966501234567");
    let amal = amal.external_id("u-1").send().await.unwrap().id;
    create("Other").email("amal@example.com.sa").external_id("u-10").send().await.unwrap();
    for (key, found) in [
        (CustomerKey::Email(" Amal@Example.COM"), true),
        (CustomerKey::Phone("+966501234567"), true),
        (CustomerKey::ExternalId("u-1"), true),
        (CustomerKey::Email("mal@example.com"), false),
        (CustomerKey::Phone("+96650123456"), false),
        (CustomerKey::ExternalId("u-2"), false),
    ] {
        let it = client.find_customer(key).await.unwrap();
        assert_eq!(it.map(|it| it.id), found.then_some(amal), "{key:?}");
    }
    let again =
        ConsumerCreate::builder().name("Amal B").phone_number("+966501234567").build().unwrap();
    let found = client.create_or_find_customer(again).await.unwrap();
    assert!(matches!(&found, Found::Existing(it) if it.id == amal));
    let new = ConsumerCreate::builder().name("New").external_id("u-3").build().unwrap();
    assert!(client.create_or_find_customer(new.clone()).await.unwrap().is_created());
    assert!(!client.create_or_find_customer(new).await.unwrap().is_created());
    let id = shop.product("ONE_OFF", "10").await.id;
    assert_eq!(client.find_active_product("A ONE_OFF").await.unwrap().unwrap().id, id);
    assert!(client.find_active_product("A ONE").await.unwrap().is_none());
}

#[tokio::test]
async fn a_reference_gets_one_link() {
    let shop = Shop::open().await;
    let customer =
        || ConsumerCreate::builder().name("Amal").email("amal@example.com").build().unwrap();
    let order = |reference: &str| {
        SimplePaymentLink::new(reference, "Premium plan", "99.99 SAR".parse().unwrap())
            .customer(customer())
            .redirects("https://shop.example/paid", "https://shop.example/failed")
            .metadata("cart", 7)
    };
    let one = shop.client.create_simple_payment_link(order("order-1")).await.unwrap();
    assert!(one.link.is_created() && one.url().unwrap().starts_with("http"));
    assert_eq!(Money::of(&one.link.amount, &one.link.currency), Some("99.99 SAR".parse().unwrap()));
    let metadata = one.link.custom_metadata.as_ref().unwrap();
    assert_eq!((&metadata[REFERENCE], &metadata["cart"]), (&json!("order-1"), &json!(7)));

    let again = shop.client.create_simple_payment_link(order("order-1")).await.unwrap();
    assert_eq!((again.link.is_created(), again.link.id), (false, one.link.id));
    let two = shop.client.create_simple_payment_link(order("order-2")).await.unwrap();
    assert_ne!(two.link.id, one.link.id);
    assert_eq!(
        (two.link.items.as_ref().unwrap()[0].product_id, two.customer.unwrap().id),
        (one.link.items.as_ref().unwrap()[0].product_id, one.customer.unwrap().id)
    );

    // The answer to the creation is lost, but the link is still found.
    for kind in [FaultKind::CutAfter, FaultKind::StatusAfter] {
        let rule = FaultRule::once(Fault::new(kind));
        let path = Some("/api/v2/payment_links".to_owned());
        shop.running.sandbox().add_fault(FaultRule { method: Some("POST".into()), path, ..rule });
        let reference = format!("order-{kind:?}");
        let made = shop.client.create_simple_payment_link(order(&reference)).await.unwrap();
        assert!(!made.link.is_created());
    }
    let links = shop.client.list_payment_links().items().collect().await.unwrap();
    assert_eq!(links.len(), 4);
    let error = shop.client.create_simple_payment_link(order(" ")).await.unwrap_err();
    assert!(matches!(error, Error::Arguments(_)));

    // Paid, redirected, verified.
    let id = one.link.id.unwrap();
    let receipt = shop.pay(id, VISA);
    let url = receipt["redirect_url"].as_str().unwrap();
    let redirect = UnverifiedRedirect::parse(url).unwrap();
    let price: Money = "99.99 SAR".parse().unwrap();
    let verified = redirect.verify(&shop.client, &price, Some(id)).await.unwrap();
    assert!(matches!(verified, Verified::Paid(_)), "{verified:?}");
    let other =
        redirect.verify(&shop.client, &"9.99 SAR".parse().unwrap(), Some(id)).await.unwrap();
    assert!(matches!(other, Verified::Other(_)));
    let other = redirect.verify(&shop.client, &price, two.link.id.into_option()).await.unwrap();
    assert!(matches!(other, Verified::Other(_)));
    // The order keeps its one link, and no payer is sent to pay it again.
    let done = shop.client.create_simple_payment_link(order("order-1")).await.unwrap();
    assert_eq!(
        (done.link.id, done.link.status.as_ref()),
        (one.link.id, Some(&PaymentLinkStatus::Completed))
    );
    assert!(done.is_paid() && done.url().is_none());
    let dearer = order("order-1").quantity(2).replace_if_different();
    let error = shop.client.create_simple_payment_link(dearer).await.unwrap_err();
    assert!(matches!(error, Error::LinkDiffers { .. }), "a paid link is not replaced: {error}");
}

fn simple(reference: &str, price: &str) -> SimplePaymentLink {
    SimplePaymentLink::new(reference, "Premium plan", price.parse().unwrap())
        .redirects("https://shop.example/paid", "https://shop.example/failed")
}

async fn links(shop: &Shop) -> usize {
    let list = shop.client.list_payment_links().statuses([PaymentLinkStatus::Active]);
    list.items().collect().await.unwrap().len()
}

#[tokio::test]
async fn a_reference_that_would_sell_something_else_is_an_error_that_names_the_difference() {
    let shop = Shop::open().await;
    let customer = |name: &str| {
        let email = format!("{name}@example.com");
        ConsumerCreate::builder().name(name).email(email).build().unwrap()
    };
    let order = || simple("order-1", "99.99 SAR").customer(customer("Amal"));
    let first = shop.client.create_simple_payment_link(order()).await.unwrap();
    let cases = [
        (order().quantity(2), "product, price or quantity"),
        (simple("order-1", "50 SAR").customer(customer("Amal")), "product, price or quantity"),
        (order().customer(customer("Noura")), "customer"),
        (simple("order-1", "99.99 SAR"), "customer"),
        (
            order().redirects("https://shop.example/new", "https://shop.example/failed"),
            "success redirect",
        ),
        (
            order().redirects("https://shop.example/paid", "https://shop.example/x"),
            "failure redirect",
        ),
    ];
    for (other, difference) in cases {
        let error = shop.client.create_simple_payment_link(other).await.unwrap_err();
        match &error {
            Error::LinkDiffers { reference, link, differences } => {
                assert_eq!((reference.as_str(), *link), ("order-1", *first.link.id));
                assert_eq!(differences, &[difference]);
            }
            other => panic!("{difference}: {other:?}"),
        }
        assert_eq!(error.outcome(), Outcome::NotDone);
    }
    assert_eq!(links(&shop).await, 1);

    let two = order().quantity(2).replace_if_different();
    let new = shop.client.create_simple_payment_link(two).await.unwrap();
    assert!(new.link.is_created() && new.link.id != first.link.id);
    let old = shop.client.get_payment_link().payment_link_id(first.link.id.unwrap()).send().await;
    assert_eq!(old.unwrap().status, Some(PaymentLinkStatus::Inactive));
    assert_eq!(links(&shop).await, 1);
}

#[tokio::test]
async fn a_reference_keeps_its_link_after_the_product_was_deactivated() {
    let shop = Shop::open().await;
    let order = || simple("order-1", "99.99 SAR");
    let first = shop.client.create_simple_payment_link(order()).await.unwrap();
    let product = first.link.items.as_ref().unwrap()[0].product_id.unwrap();
    let update = shop.client.update_product().product_id(product).is_active(false);
    update.send().await.unwrap();
    let again = shop.client.create_simple_payment_link(order()).await.unwrap();
    assert_eq!((again.link.id, again.link.is_created()), (first.link.id, false));
    assert_eq!(links(&shop).await, 1);
}

#[tokio::test]
async fn a_reference_is_looked_up_in_a_bounded_number_of_requests() {
    let full = |from: u8| -> Reply {
        let data: Vec<_> = (0..100_u8)
            .map(
                |id| json!({"id": uuid::Uuid::from_u128(u128::from(from) * 1000 + u128::from(id))}),
            )
            .collect();
        let body = json!({"data": data, "pagination": {"has_next_page": true}}).to_string();
        Reply::ok(body.leak())
    };
    let stub = Stub::start((0..30).map(full).collect()).await;
    let order = simple("order-1", "99.99 SAR");
    let error = support::client(&stub).create_simple_payment_link(order.clone()).await.unwrap_err();
    assert!(error.to_string().contains("set `placed_at`"), "{error}");
    assert_eq!((stub.requests(), error.outcome()), (10, Outcome::NotDone));

    let stub = Stub::start(vec![Reply::status(400)]).await;
    let order = order.placed_at("2026-03-31T09:00:00Z");
    support::client(&stub).create_simple_payment_link(order).await.unwrap_err();
    assert!(stub.seen()[0].contains("from_date=2026-03-31T08%3A55%3A00Z"), "{}", stub.seen()[0]);
}

#[tokio::test]
async fn prices_and_quantities_that_the_api_would_change_are_rejected_before_sending() {
    let stub = Stub::start(vec![]).await;
    let client = support::client(&stub);
    let odd: rust_decimal::Decimal = "9.999".parse().unwrap();
    let amount = streampay::Amount::from(odd).into();
    let odd = Money::of(&amount, &"SAR".into()).unwrap();
    for (order, argument) in [
        (SimplePaymentLink::new("order-1", "Plan", odd), "price"),
        (simple("order-1", "0 SAR"), "price"),
        (simple("order-1", "10 SAR").quantity(0), "quantity"),
    ] {
        let error = client.create_simple_payment_link(order).await.unwrap_err();
        assert_eq!(error.faults()[0].argument, argument, "{error}");
    }
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn an_unknown_outcome_survives_a_look_up_that_fails() {
    let none = || Reply::ok(r#"{"data": []}"#);
    let refused = || Reply::status(400);
    // The creation's answer is lost, then the look-up fails.
    let customer = || ConsumerCreate::builder().name("A").email("a@example.com").build().unwrap();
    let stub = Stub::start(vec![none(), Reply::Cut, refused()]).await;
    let error = support::client(&stub).create_or_find_customer(customer()).await.unwrap_err();
    assert_eq!((stub.requests(), error.outcome()), (3, Outcome::Unknown), "{error}");
    // The same for the product, and for the link.
    let stub = Stub::start(vec![none(), none(), Reply::Cut, refused()]).await;
    let order = simple("order-1", "10 SAR");
    let error = support::client(&stub).create_simple_payment_link(order.clone()).await.unwrap_err();
    assert_eq!((stub.requests(), error.outcome()), (4, Outcome::Unknown), "{error}");
    let product = json!({"data": [{"id": support::ID, "name": "Premium plan", "type": "ONE_OFF",
        "prices": [{"amount": "10", "currency": "SAR"}]}], "pagination": {"has_next_page": false}});
    let product = Reply::ok(product.to_string().leak());
    let stub = Stub::start(vec![none(), product, Reply::Cut, refused()]).await;
    let error = support::client(&stub).create_simple_payment_link(order).await.unwrap_err();
    assert_eq!((stub.requests(), error.outcome()), (4, Outcome::Unknown), "{error}");
}

#[tokio::test]
async fn waiting_ends_at_the_status_or_at_the_deadline() {
    let shop = Shop::open().await;
    let customer = shop.customer("Amal").await.id.unwrap();
    let product = shop.product("ONE_OFF", "100").await.id.unwrap();
    let invoice = shop.invoice(product, customer).await;
    let id = invoice.payments.as_ref().unwrap()[0].id.unwrap();
    let wanted = [PaymentStatusEnum::Succeeded, PaymentStatusEnum::Failed];
    let start = Instant::now();
    let early = shop.client.wait_for_payment(id, &wanted, Duration::from_millis(700)).await;
    let error = early.unwrap_err();
    let text = "timed out after 700ms waiting for the payment's status; last seen: PENDING";
    assert_eq!(error.to_string(), text);
    assert!(
        error.is_timeout()
            && error.is_outcome_unknown()
            && start.elapsed() < Duration::from_secs(3)
    );

    // A 404 and a 500 on the way are no reason to give up.
    for status in [404, 500, 500, 500] {
        let fault = Fault { status: Some(status), ..Fault::new(FaultKind::Status) };
        shop.running.sandbox().add_fault(FaultRule::once(fault));
    }
    let client = shop.client.clone();
    let waits =
        tokio::spawn(
            async move { client.wait_for_payment(id, &wanted, Duration::from_secs(30)).await },
        );
    tokio::time::sleep(Duration::from_millis(1200)).await;
    shop.client.mark_payment_as_paid().payment_id(id).payment_method("CASH").send().await.unwrap();
    let paid = waits.await.unwrap().unwrap();
    assert_eq!(paid.current_status, Some(PaymentStatusEnum::Succeeded));
    let wrong = shop.client.with_key("no:key".parse().unwrap());
    let error = wrong.wait_for_payment(id, &[], Duration::from_secs(30)).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}
