//! Calls every typed method against the simulator, which checks the requests against the description. Answers
//! are read even with members and values that no description lists.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

#[path = "support/shop.rs"]
mod shop;

use serde_json::json;
use shop::{Shop, VISA};
use streampay::{
    Error, Field, operations,
    types::{
        CreatePaymentLinkItemDto, MeterUsageRecordRequest, SubscriptionItemCreateDto,
        UpdatePaymentLinkCouponItemDto,
    },
};
use streampay_sandbox::{Fault, FaultKind, FaultRule};

type Result<T = ()> = std::result::Result<T, Error>;

async fn account_and_branches(shop: &Shop) -> Result {
    let client = &shop.client;
    let me = client.get_account().send().await?;
    assert_eq!(me.organization.as_ref().unwrap().sandbox, Some(true));
    client
        .invite_user()
        .email("new@example.com")
        .branches(vec![])
        .role("organization_admin")
        .send()
        .await?;
    let branch = client.create_branch().name("North").send().await?;
    let id = branch.id.unwrap();
    assert_eq!(client.in_branch(id).get_branch().branch_id(id).send().await?.name, branch.name);
    client.update_branch().branch_id(id).name("North-East").send().await?;
    assert!(client.list_branches().send().await?.data.unwrap_len() >= 2);
    client.delete_branch().branch_id(id).send().await?;
    Ok(())
}

/// The length of an optional list.
trait Length {
    fn unwrap_len(&self) -> usize;
}

impl<T> Length for Field<Vec<T>> {
    fn unwrap_len(&self) -> usize {
        self.as_ref().map_or(0, Vec::len)
    }
}

async fn catalogue(shop: &Shop) -> Result {
    let client = &shop.client;
    let customer = client
        .create_customer()
        .name("Ahmad Ali")
        .phone_number("+966501234567")
        .communication_methods(["EMAIL".into(), "SMS".into()])
        .send()
        .await?;
    let id = customer.id.unwrap();
    let update = client.update_customer().consumer_id(id);
    update.email("ahmad@example.com").alias("Abu Ali").send().await?;
    let read = client.get_customer().consumer_id(id).send().await?;
    assert_eq!(
        (read.email.as_deref(), read.name.as_deref()),
        (Some("ahmad@example.com"), Some("Ahmad Ali"))
    );
    assert_eq!(client.list_customers().search_term("ahmad").send().await?.data.unwrap_len(), 1);
    let gone = shop.customer("Gone").await.id.unwrap();
    client.delete_customer().consumer_id(gone).send().await?;
    let error = client.get_customer().consumer_id(gone).send().await;
    assert!(error.map_or_else(|error| error.is_not_found(), |it| it.is_deleted == Some(true)));

    let product = shop.product("ONE_OFF", "100").await.id.unwrap();
    client.get_product().product_id(product).send().await?;
    client.update_product().product_id(product).description("Better").send().await?;
    client.list_products().active(true).currency("SAR").send().await?;
    let add = client.add_product_price().product_id(product).currency("KWD").amount(9);
    let price = add.is_price_inclusive_of_vat(false).send().await?.id.unwrap();
    let update = client.update_product_price().product_id(product).price_id(price);
    let next = update.amount("10.5").send().await?;
    assert_eq!(next.amount, Some("10.500".parse().unwrap()));
    let delete = client.delete_product_price().product_id(product);
    delete.price_id(next.id.unwrap()).send().await?;
    let spare = shop.product("ONE_OFF", "7").await.id.unwrap();
    client.delete_product().product_id(spare).send().await?;

    let create = client.create_coupon().name("Ten").discount_value("10").is_percentage(true);
    let coupon = create.send().await?.id.unwrap();
    client.get_coupon().coupon_id(coupon).send().await?;
    client.update_coupon().coupon_id(coupon).name("Tenner").send().await?;
    client.list_coupons().is_percentage(true).send().await?;

    let item = CreatePaymentLinkItemDto::builder().product_id(product).quantity(1).build()?;
    let create = client.create_payment_link().name("Link").items(vec![item]);
    let link = create.coupons([coupon]).currency("SAR").send().await?;
    let id = link.id.unwrap();
    let item = link.items.as_ref().unwrap()[0].id.unwrap();
    let coupons = || client.update_payment_link_coupons().payment_link_id(id);
    let of_item =
        UpdatePaymentLinkCouponItemDto::builder().payment_link_item_id(item).coupons(vec![coupon]);
    coupons().body_map(|body| body.items(vec![of_item.build().unwrap()])).send().await?;
    let cleared = coupons().body_map(|body| body.coupons([])).send().await?;
    assert_eq!(cleared.coupons.unwrap_len(), 0, "an empty list clears");
    let status = || client.update_payment_link_status().payment_link_id(id);
    status().status("INACTIVE").deactivate_message("Sold out").send().await?;
    status().status("ACTIVE").send().await?;
    shop.pay(id, VISA);
    let paid = client.get_payment_link().payment_link_id(id).send().await?;
    assert!(paid.amount_collected.as_ref().unwrap().decimal().unwrap() > 0.into());
    let list = client.list_payment_links().statuses(["ACTIVE".into(), "COMPLETED".into()]);
    list.product_ids([product]).currencies("SAR,USD").from_price(1).send().await?;
    let spare = client.create_coupon().name("x").discount_value(5).currency("SAR").send().await?;
    client.delete_coupon().coupon_id(spare.id.unwrap()).send().await?;
    Ok(())
}

async fn bills(shop: &Shop) -> Result {
    let client = &shop.client;
    let customer = shop.customer("Badr Bills").await.id.unwrap();
    let product = shop.product("ONE_OFF", "250").await.id.unwrap();
    let id = shop.invoice(product, customer).await.id.unwrap();
    client.get_invoice().invoice_id(id).send().await?;
    client.update_invoice().invoice_id(id).description("New words").send().await?;
    client.send_invoice().invoice_id(id).send().await?;
    client.void_invoice().invoice_id(id).send().await?;
    client
        .list_invoices()
        .include_payments(true)
        .payment_statuses(["SUCCEEDED".into()])
        .send()
        .await?;

    let payment = |invoice: streampay::types::InvoiceDetailed| {
        invoice.payments.as_ref().unwrap()[0].id.unwrap()
    };
    let paid = payment(shop.invoice(product, customer).await);
    client.mark_payment_as_paid().payment_id(paid).payment_method("CASH").send().await?;
    client.get_payment().payment_id(paid).send().await?;
    client.list_payments().statuses(["SUCCEEDED".into()]).send().await?;
    let refund = client.refund_payment().payment_id(paid).refund_reason("OTHER");
    refund.refund_note("No").send().await?;
    let again = client.refund_payment().payment_id(paid).refund_reason("OTHER").send().await;
    let error = again.unwrap_err();
    assert_eq!(error.code(), Some(streampay::ErrorCode::PaymentRefundedAlready), "{error}");
    let charged = payment(shop.invoice(product, customer).await);
    shop.store_card(customer).await;
    client.charge_payment_on_demand().payment_id(charged).send().await?;
    Ok(())
}

async fn recurring(shop: &Shop) -> Result {
    let client = &shop.client;
    let customer = shop.customer("Rima Recurring").await.id.unwrap();
    shop.store_card(customer).await;
    let plan = shop.product("RECURRING", "50").await.id.unwrap();
    let item = |quantity| {
        SubscriptionItemCreateDto::builder().product_id(plan).quantity(quantity).build().unwrap()
    };
    let create = client.create_subscription().items(vec![item(2)]).period_start(shop::START);
    let subscription = create.organization_consumer_id(customer).send().await?;
    let id = subscription.id.unwrap();
    client.get_subscription().subscription_id(id).send().await?;
    client.list_subscriptions().latest_invoice_is_paid(true).search_term("plan").send().await?;
    let update = client.update_subscription().subscription_id(id);
    let changed = update.body_map(|body| body.items(vec![item(3)]).coupons(vec![])).send().await?;
    assert!(changed.pending_change.is_some());
    client.cancel_subscription_change().subscription_id(id).send().await?;
    let freeze = client
        .freeze_subscription()
        .subscription_id(id)
        .freeze_start_datetime("2026-04-05T00:00:00Z")
        .freeze_end_datetime("2026-04-07T00:00:00Z")
        .send()
        .await?;
    let freeze = freeze.id.unwrap();
    client
        .update_subscription_freeze()
        .subscription_id(id)
        .freeze_id(freeze)
        .freeze_start_datetime("2026-04-06T00:00:00Z")
        .freeze_end_datetime(Field::NULL)
        .send()
        .await?;
    client.delete_subscription_freeze().subscription_id(id).freeze_id(freeze).send().await?;
    assert_eq!(
        client.list_subscription_freezes().subscription_id(id).items().collect().await?.len(),
        1
    );
    client.cancel_subscription().subscription_id(id).send().await?;
    client.uncancel_subscription().subscription_id(id).send().await?;

    let metered = shop.product("METERED", "2").await.id.unwrap();
    let create = client.create_metered_subscription().product_id(metered);
    let tie = create.organization_consumer_id(customer).send().await?.id.unwrap();
    let record = MeterUsageRecordRequest::builder()
        .product_id(metered)
        .organization_consumer_id(customer)
        .usage_amount("3.5")
        .idempotency_key("a")
        .build()?;
    let recorded = client.record_usage().records(vec![record.clone(), record]).send().await?;
    assert_eq!(recorded.total_inserted, Some(1));
    client.list_metered_subscriptions().send().await?;
    client.deactivate_metered_subscription().subscription_id(tie).send().await?;
    Ok(())
}

async fn everything(shop: &Shop) {
    account_and_branches(shop).await.unwrap();
    catalogue(shop).await.unwrap();
    bills(shop).await.unwrap();
    recurring(shop).await.unwrap();
    let met = shop.met.0.lock().unwrap();
    let missing: Vec<&str> =
        operations::ALL.iter().map(|it| it.name).filter(|name| !met.contains(name)).collect();
    assert!(missing.is_empty(), "never answered with success: {missing:?}");
    assert_eq!(met.len(), 56);
}

#[tokio::test]
async fn every_typed_method_works() {
    everything(&Shop::open().await).await;
}

#[tokio::test]
async fn every_typed_method_tolerates_unknown_members_slow_answers_and_temporary_faults() {
    let shop = Shop::open().await;
    let rule = |kind, method: Option<&str>, probability, status| FaultRule {
        fault: Fault { status, delay: Some(20), retry_after: Some(0), ..Fault::new(kind) },
        method: method.map(ToOwned::to_owned),
        path: None,
        skip: 0,
        times: None,
        probability: Some(probability),
    };
    let sandbox = shop.running.sandbox();
    sandbox.add_fault(rule(FaultKind::Status, Some("GET"), 0.1, Some(503)));
    sandbox.add_fault(rule(FaultKind::CutBefore, Some("GET"), 0.1, None));
    sandbox.add_fault(rule(FaultKind::RateLimit, None, 0.05, None));
    sandbox.add_fault(rule(FaultKind::Slow, None, 0.1, None));
    sandbox.add_fault(rule(FaultKind::ExtraField, None, 1.0, None));
    everything(&shop).await;
    let faults = sandbox.requests().iter().filter(|request| request.fault.is_some()).count();
    assert!(faults > 50, "{faults}");
}

#[tokio::test]
async fn undocumented_values_are_read() {
    let shop = Shop::open().await;
    let product = shop.product("ONE_OFF", "100").await;
    let sandbox = shop.running.sandbox();
    for _ in 0..20 {
        sandbox.add_fault(FaultRule::once(Fault::new(FaultKind::UnknownEnum)));
        let read = shop.client.get_product().product_id(product.id.unwrap()).send().await.unwrap();
        let json = serde_json::to_value(&read).unwrap();
        assert_ne!(json, serde_json::to_value(&product).unwrap());
        assert_eq!(json["name"], json!("A ONE_OFF"));
    }
}
