//! The lossless call: what is given arrives, what is answered comes back, and no argument changes which
//! operation is called.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use serde_json::{Value, json};
use streampay::{ApiKey, Arguments, Context, Error, Outcome, operations};
use support::{ID, Reply, Stub, client, with_id};

#[tokio::test]
async fn nulls_empty_lists_and_unknown_members_arrive_as_they_were_given() {
    let body = json!({"name": null, "coupons": [], "items": [{"x": {"y": null}}], "unknown": 1.50,
        "custom_metadata": {"order": "7", "nested": {"a": [1, 2, {}]}}, "big": 9_007_199_254_740_993_i64});
    let stub = Stub::start(vec![Reply::ok("{}")]).await;
    let arguments = Arguments { body: Some(body.clone()), ..Arguments::default() };
    client(&stub).call(&operations::CREATE_PAYMENT_LINK, &arguments).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&stub.body()).unwrap(), body);
    assert!(stub.body().starts_with(r#"{"name":null,"coupons":[]"#), "the order is kept");
}

#[tokio::test]
async fn the_answer_comes_back_whole() {
    let text = r#"{"id": 1, "status": "NEVER_SEEN", "nested": {"new_field": [null, "25.000"]}}"#;
    let stub = Stub::start(vec![Reply::ok(text)]).await;
    let answer =
        client(&stub).call(&operations::GET_PAYMENT, &with_id("payment_id")).await.unwrap();
    assert_eq!(answer.text, text);
    assert_eq!(answer.json["nested"]["new_field"][1], "25.000");
}

#[tokio::test]
async fn an_empty_answer_is_null() {
    let stub = Stub::start(vec![Reply::ok("")]).await;
    let answer =
        client(&stub).call(&operations::DELETE_COUPON, &with_id("coupon_id")).await.unwrap();
    assert_eq!(answer.json, Value::Null);
}

#[tokio::test]
async fn lists_in_a_query_repeat_their_name_and_null_means_absent() {
    let stub = Stub::start(vec![Reply::ok("{}")]).await;
    let mut arguments = Arguments::default();
    arguments.query.insert("statuses".into(), json!(["PENDING", "A&B=C"]));
    arguments.query.insert("page".into(), json!(2));
    arguments.query.insert("search_term".into(), Value::Null);
    client(&stub).call(&operations::LIST_PAYMENTS, &arguments).await.unwrap();
    let line = stub.seen()[0].lines().next().unwrap().to_owned();
    assert_eq!(line, "GET /api/v2/payments?statuses=PENDING&statuses=A%26B%3DC&page=2 HTTP/1.1");
}

#[tokio::test]
async fn an_id_never_becomes_another_operation() {
    let hostile = [
        format!("{ID}/mark-paid#"),
        format!("{ID}/"),
        format!("{{{ID}}}"),
        ID.replace('-', ""),
        "../me".into(),
        "..".into(),
        "%2e%2e".into(),
        String::new(),
        format!("{ID}\r\nx-evil: 1"),
        format!("{ID}\0"),
        " ".into(),
        "x".repeat(100_000),
    ];
    let stub = Stub::start(vec![Reply::ok("{}"); 20]).await;
    let client = client(&stub);
    for id in hostile {
        let mut arguments = Arguments::default();
        arguments.path.insert("payment_id".into(), json!(id));
        let error = client.call(&operations::GET_PAYMENT, &arguments).await.unwrap_err();
        assert!(matches!(error, Error::Arguments(_)), "{id:?}");
        assert_eq!(error.outcome(), Outcome::NotDone);
        assert!(!error.to_string().contains("evil"), "the value is not repeated");
    }
    for id in [json!(7), json!(null), json!({}), json!([ID])] {
        let mut arguments = Arguments::default();
        arguments.path.insert("payment_id".into(), id);
        assert!(client.call(&operations::GET_PAYMENT, &arguments).await.is_err());
    }
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn all_wrong_arguments_are_told_at_once() {
    let stub = Stub::start(vec![]).await;
    let mut arguments = Arguments::default();
    arguments.query.insert("nonsense".into(), json!(1));
    arguments.headers.insert("host".into(), json!("evil.example"));
    arguments.body = Some(json!({}));
    let error = client(&stub).call(&operations::GET_PAYMENT, &arguments).await.unwrap_err();
    let Error::Arguments(faults) = error else { panic!("{error:?}") };
    let names: Vec<&str> = faults.iter().map(|fault| fault.argument.as_str()).collect();
    assert_eq!(names, ["nonsense", "host", "payment_id", "body"]);
}

#[tokio::test]
async fn the_key_and_the_branch_go_into_their_headers_and_nowhere_else() {
    let stub = Stub::start(vec![Reply::ok("{}"), Reply::ok("{}")]).await;
    let branch: uuid::Uuid = ID.parse().unwrap();
    let client = support::builder(&stub).branch(branch).build().unwrap();
    client.call(&operations::GET_ACCOUNT, &Arguments::default()).await.unwrap();
    let other = Context {
        key: Some(ApiKey::parse("other:one").unwrap()),
        branch: Some(uuid::Uuid::nil()),
        request_id: Some("r-1".into()),
    };
    client.call_as(&operations::GET_ACCOUNT, &Arguments::default(), &other).await.unwrap();
    let seen = stub.seen();
    assert!(seen[0].contains("x-api-key: a2V5OnNlY3JldA==\r\n"), "{}", seen[0]);
    assert!(seen[0].contains(&format!("x-branch-id: {ID}\r\n")));
    assert!(seen[1].contains("x-api-key: b3RoZXI6b25l\r\n"), "{}", seen[1]);
    assert!(seen[1].contains(&format!("x-branch-id: {}\r\n", uuid::Uuid::nil())));
    assert!(seen[1].contains("x-request-id: r-1\r\n"));
    assert_eq!(seen[1].matches("x-api-key").count(), 1);
}

#[tokio::test]
async fn without_a_key_nothing_is_sent() {
    let stub = Stub::start(vec![]).await;
    let client =
        streampay::Client::builder().base_url(stub.url().parse().unwrap()).build().unwrap();
    let error = client.call(&operations::GET_ACCOUNT, &Arguments::default()).await.unwrap_err();
    assert!(matches!(error, Error::MissingKey));
    let typed = Error::from(client.get_account().send().await.unwrap_err());
    assert!(typed.to_string().contains("STREAM_API_KEY"), "{typed}");
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn api_errors_are_read_in_both_forms() {
    let envelope =
        r#"{"error":{"code":"DUPLICATE_CONSUMER","message":"exists","additional_info":null}}"#;
    let validation =
        r#"{"detail":[{"loc":["body","name"],"msg":"Field required","type":"missing"}]}"#;
    let stub = Stub::start(vec![
        Reply::Answer { status: 409, headers: "x-request-id: abc\r\n", body: envelope },
        Reply::Answer { status: 422, headers: "", body: validation },
    ])
    .await;
    let client = client(&stub);
    let arguments = Arguments { body: Some(json!({"name": "x"})), ..Arguments::default() };
    let error = client.call(&operations::CREATE_CUSTOMER, &arguments).await.unwrap_err();
    let api = error.api().unwrap();
    assert_eq!((api.status, api.code()), (409, Some("DUPLICATE_CONSUMER")));
    assert_eq!(api.request_id.as_deref(), Some("abc"));
    assert_eq!(error.outcome(), Outcome::NotDone);
    let error = client.call(&operations::CREATE_CUSTOMER, &arguments).await.unwrap_err();
    assert_eq!(error.api().unwrap().body.faults[0].path(), "name");
    assert_eq!(error.to_string(), "the API answered 422; name: Field required");
}

#[tokio::test]
async fn typed_answers_survive_unknown_values_and_fields() {
    let text = r#"{"id":"3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c","current_status":"PARTIALLY_REFUNDED",
        "amount":"25.000","amount_refunded":"5.00","brand_new":{"a":1}}"#;
    let stub = Stub::start(vec![Reply::ok(text)]).await;
    let payment =
        client(&stub).get_payment().payment_id(ID.parse::<uuid::Uuid>().unwrap()).send().await;
    let payment = payment.unwrap().into_inner();
    assert_eq!(payment.current_status.as_ref().unwrap().as_str(), "PARTIALLY_REFUNDED");
    assert_eq!(payment.amount.unwrap().to_string(), "25.000");
    assert_eq!(payment.extra["brand_new"]["a"], 1);
    assert_eq!(
        serde_json::to_value(&payment).unwrap(),
        serde_json::from_str::<Value>(text).unwrap()
    );
}

#[tokio::test]
async fn typed_requests_send_what_was_set_and_nothing_else() {
    let stub = Stub::start(vec![Reply::ok("{}"), Reply::ok("{}")]).await;
    let client = client(&stub);
    let id: uuid::Uuid = ID.parse().unwrap();
    client
        .update_customer()
        .consumer_id(id)
        .body_map(|body| body.name("x".to_owned()))
        .send()
        .await
        .unwrap();
    let body =
        |body: streampay::types::builder::ConsumerUpdate| body.communication_methods(Vec::new());
    client.update_customer().consumer_id(id).body_map(body).send().await.unwrap();
    let bodies: Vec<String> =
        stub.seen().iter().map(|text| text.split_once("\r\n\r\n").unwrap().1.to_owned()).collect();
    assert_eq!(bodies, [r#"{"name":"x"}"#, r#"{"communication_methods":[]}"#]);
}
