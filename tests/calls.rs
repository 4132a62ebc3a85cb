//! The lossless call and the typed methods: arguments arrive unchanged, answers come back unchanged, and no
//! argument changes which operation is called.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use serde_json::{Value, json};
use streampay::{ApiKey, Arguments, Attempted, Context, Error, Field, Hook, Outcome, operations};
use support::{ID, Reply, Stub, client, with_id};

#[tokio::test]
async fn nulls_empty_lists_and_unknown_members_are_sent_unchanged() {
    let body = json!({"name": null, "coupons": [], "items": [{"x": {"y": null}}], "unknown": 1.50,
        "custom_metadata": {"order": "7", "nested": {"a": [1, 2, {}]}}, "big": 9_007_199_254_740_993_i64});
    let stub = Stub::start(vec![Reply::ok("{}")]).await;
    let arguments = Arguments { body: Some(body.clone()), ..Arguments::default() };
    client(&stub).call(&operations::CREATE_PAYMENT_LINK, &arguments).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&stub.body()).unwrap(), body);
    assert!(stub.body().starts_with(r#"{"name":null,"coupons":[]"#), "the order is kept");
}

#[tokio::test]
async fn the_answer_is_returned_unchanged() {
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
async fn query_lists_repeat_their_name_and_null_means_absent() {
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
async fn an_id_never_leads_to_another_operation() {
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
async fn all_wrong_arguments_are_reported_together() {
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
async fn the_key_and_the_branch_are_sent_only_in_their_headers() {
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
async fn an_error_does_not_contain_a_key_that_the_api_repeats() {
    let body = r#"{"error":{"code":"BAD","message":"bad key a2V5OnNlY3JldA== (key:secret)"}}"#;
    let reply = Reply::Answer { status: 401, headers: "", body };
    let stub = Stub::start(vec![reply.clone(), reply]).await;
    let client = client(&stub);
    let error = client.call(&operations::GET_ACCOUNT, &Arguments::default()).await.unwrap_err();
    let typed = client.get_account().send().await.unwrap_err();
    for error in [error, typed] {
        let text = format!("{error} {error:?}");
        assert!(text.contains("bad key [key] ([key])"), "{text}");
        assert!(!text.contains("a2V5OnNlY3JldA") && !text.contains("key:secret"), "{text}");
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_sent() {
    let stub = Stub::start(vec![]).await;
    let client =
        streampay::Client::builder().base_url(stub.url().parse().unwrap()).build().unwrap();
    let error = client.call(&operations::GET_ACCOUNT, &Arguments::default()).await.unwrap_err();
    assert!(matches!(error, Error::MissingKey));
    let typed = client.get_account().send().await.unwrap_err();
    assert!(typed.to_string().contains("STREAM_API_KEY"), "{typed}");
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn both_forms_of_api_errors_are_parsed() {
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
    assert_eq!(error.api().unwrap().body.faults[0].argument, "name");
    assert_eq!(error.to_string(), "the API answered 422; name: Field required");
}

#[tokio::test]
async fn typed_answers_keep_unknown_values_and_members() {
    let text = r#"{"id":"3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c","current_status":"PARTIALLY_REFUNDED",
        "amount":"25.000","amount_refunded":"5.00","brand_new":{"a":1}}"#;
    let stub = Stub::start(vec![Reply::ok(text)]).await;
    let payment =
        client(&stub).get_payment().payment_id(ID.parse::<uuid::Uuid>().unwrap()).send().await;
    let payment = payment.unwrap();
    assert_eq!(payment.current_status.as_ref().unwrap().as_str(), "PARTIALLY_REFUNDED");
    assert_eq!(payment.amount.as_ref().unwrap().to_string(), "25.000");
    assert_eq!(payment.extra["brand_new"]["a"], 1);
    assert_eq!(
        serde_json::to_value(&payment).unwrap(),
        serde_json::from_str::<Value>(text).unwrap()
    );
}

#[tokio::test]
async fn typed_requests_send_only_what_was_set() {
    let stub = Stub::start(vec![Reply::ok("{}"); 5]).await;
    let client = client(&stub);
    let update = || client.update_customer().consumer_id(ID);
    update().name("x").send().await.unwrap();
    update().email(Field::NULL).communication_methods([]).send().await.unwrap();
    update().send().await.unwrap();
    client
        .update_payment_link_coupons()
        .payment_link_id(ID)
        .body_map(|body| body.coupons(Vec::new()))
        .send()
        .await
        .unwrap();
    client.create_product().name("x").type_("ONE_OFF").price("19.900").send().await.unwrap();
    let bodies: Vec<String> =
        stub.seen().iter().map(|text| text.split_once("\r\n\r\n").unwrap().1.to_owned()).collect();
    assert_eq!(
        bodies,
        [
            r#"{"name":"x"}"#,
            r#"{"communication_methods":[],"email":null}"#,
            "{}",
            r#"{"coupons":[]}"#,
            r#"{"name":"x","price":"19.900","type":"ONE_OFF"}"#,
        ]
    );
}

#[tokio::test]
async fn all_faults_of_a_typed_request_are_reported_together() {
    let stub = Stub::start(vec![]).await;
    let client = client(&stub);
    let error = client
        .create_product()
        .price("a lot")
        .recurring_interval_count(2)
        .branch("main")
        .send()
        .await
        .unwrap_err();
    let Error::Arguments(faults) = &error else { panic!("{error:?}") };
    assert_eq!(faults.len(), 2, "{error}");
    for part in ["branch", "price", "for name", "for type"] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
    assert!(error.is_invalid() && stub.requests() == 0);
}

#[tokio::test]
async fn a_typed_error_has_the_status_the_outcome_and_the_attempts() {
    let busy = Reply::Answer { status: 503, headers: "x-request-id: r7\r\n", body: "<html>" };
    let odd = Reply::Answer { status: 201, headers: "x-request-id: r8\r\n", body: r#"{"id":7}"# };
    let stub = Stub::start(vec![busy.clone(), busy.clone(), busy.clone(), busy, odd]).await;
    let client = client(&stub);
    let error = client.get_payment().payment_id(ID).send().await.unwrap_err();
    let api = error.api().unwrap();
    assert_eq!((api.status, api.attempts, api.outcome), (503, 3, Outcome::NotDone));
    assert_eq!(error.request_id(), Some("r7"));
    let refund = || client.refund_payment().payment_id(ID).refund_reason("OTHER");
    let error = refund().send().await.unwrap_err();
    assert!(error.is_outcome_unknown() && error.api().unwrap().attempts == 1);
    let error = refund().send().await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some(201), Outcome::Done), "{error}");
    assert_eq!(error.request_id(), Some("r8"));
}

#[tokio::test]
async fn the_branch_and_the_key_can_be_chosen_for_one_call() {
    let stub = Stub::start(vec![Reply::ok("{}"); 3]).await;
    let client = client(&stub);
    client.get_account().branch(ID).send().await.unwrap();
    let other = client.in_branch(uuid::Uuid::nil()).with_key("o:1".parse().unwrap());
    other.get_account().send().await.unwrap();
    let whole = other.get_account().branch(ID).response().await.unwrap();
    assert_eq!((whole.status, whole.attempts), (200, 1));
    let seen = stub.seen();
    assert!(seen[0].contains(&format!("x-branch-id: {ID}")));
    assert!(seen[1].contains(&format!("x-branch-id: {}", uuid::Uuid::nil())));
    assert!(seen[1].contains("x-api-key: bzox\r\n"), "{}", seen[1]);
    assert!(seen[2].contains(&format!("x-branch-id: {ID}")));
    assert_eq!(seen[2].matches("x-branch-id").count(), 1);
}

#[tokio::test]
async fn hooks_see_every_attempt_and_add_headers_but_never_the_key() {
    #[derive(Default)]
    struct Watch(std::sync::Mutex<Vec<(u32, Option<u16>, bool)>>);
    impl Hook for Watch {
        fn before(&self, _: &streampay::Operation, attempt: u32, headers: &mut http::HeaderMap) {
            assert!(headers.is_empty());
            headers.insert("x-trace", http::HeaderValue::from(attempt));
            headers.insert("x-api-key", http::HeaderValue::from_static("stolen"));
        }
        fn after(&self, it: &Attempted<'_>) {
            self.0.lock().unwrap().push((it.attempt, it.status, it.again.is_some()));
        }
    }
    let watch = std::sync::Arc::new(Watch::default());
    let stub = Stub::start(vec![Reply::status(500), Reply::Cut, Reply::ok("{}")]).await;
    let client = support::builder(&stub)
        .hook(std::sync::Arc::clone(&watch))
        .configure_http(|http| http.tcp_nodelay(false))
        .user_agent("shop/1")
        .build()
        .unwrap();
    client.get_account().send().await.unwrap();
    assert_eq!(
        *watch.0.lock().unwrap(),
        [(1, Some(500), true), (2, None, true), (3, Some(200), false)]
    );
    let seen = stub.seen();
    assert!(seen[0].contains("x-trace: 1\r\n") && seen[2].contains("x-trace: 3\r\n"));
    assert!(seen[0].contains("user-agent: shop/1 streampay-rust/"), "{}", seen[0]);
    assert!(!seen.concat().contains("stolen"));
}

#[tokio::test]
async fn a_key_that_the_api_repeats_reaches_neither_errors_nor_answers() {
    const KEY: &str = "pk>>>~live?~4fe1a9:sk???~>>c0ffee<i";
    let sent = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(KEY)
    };
    let escaped = sent.replace('/', "\\/");
    let body: &'static str =
        format!(r#"{{"id":"{escaped}","{escaped}":[1,"x"],"note":"kept"}}"#).leak();
    let headers: &'static str = format!("x-request-id: {sent}\r\n").leak();
    for status in [200, 400, 500] {
        let reply = Reply::Answer { status, headers, body };
        let stub = Stub::start(vec![reply]).await;
        let client = support::builder(&stub).key(KEY.parse().unwrap()).max_retries(0).build();
        let result = client.unwrap().call(&operations::GET_PAYMENT, &with_id("payment_id")).await;
        let (request_id, text) = match &result {
            Ok(answer) => (answer.request_id.clone(), format!("{answer:?}")),
            Err(error) => {
                let raw = &error.api().unwrap().body.raw;
                (error.request_id().map(ToOwned::to_owned), format!("{error} {error:?} {raw}"))
            }
        };
        assert_eq!(request_id.as_deref(), Some("[key]"));
        assert!(text.contains("kept") || status != 200, "{text}");
        assert!(!text.contains(&sent[..16]) && !text.contains(&escaped), "{text}");
    }
}

#[tokio::test]
async fn an_unusual_key_is_sent_as_it_is() {
    let stub = Stub::start(vec![Reply::ok("{}")]).await;
    let client = support::builder(&stub).key("sk_live_4fe1a9".parse().unwrap()).build().unwrap();
    client.call(&operations::GET_ACCOUNT, &Arguments::default()).await.unwrap();
    assert!(stub.seen()[0].contains("x-api-key: sk_live_4fe1a9\r\n"), "{}", stub.seen()[0]);
}

#[tokio::test]
async fn an_answer_is_read_up_to_the_limit() {
    let body = |bytes: usize| -> &'static str { format!("\"{}\"", "x".repeat(bytes - 2)).leak() };
    let arguments = with_id("payment_id");
    for (bytes, status, outcome) in [
        (2_000, 200, None),
        (2_001, 200, Some(Outcome::Done)),
        (2_001, 400, Some(Outcome::NotDone)),
        (2_001, 500, Some(Outcome::Unknown)),
    ] {
        for headers in ["", "transfer-encoding: chunked\r\n"] {
            let body = if headers.is_empty() {
                body(bytes)
            } else {
                format!("{bytes:x}\r\n{}\r\n0\r\n\r\n", body(bytes)).leak()
            };
            let stub = Stub::start(vec![Reply::Answer { status, headers, body }]).await;
            let client = support::builder(&stub).max_answer(2_000).max_retries(0).build().unwrap();
            let mut refund = arguments.clone();
            refund.body = Some(json!({"refund_reason": "OTHER"}));
            let result = client.call(&operations::REFUND_PAYMENT, &refund).await;
            assert_eq!(result.as_ref().err().map(Error::outcome), outcome, "{result:?}");
            if let Ok(answer) = result {
                assert_eq!(answer.text.len(), bytes);
            }
        }
    }
}

#[tokio::test]
async fn amounts_keep_digits_that_a_float_would_lose() {
    let stub = Stub::start(vec![Reply::ok(r#"{"amount": 19.990000000000000001}"#)]).await;
    let payment = client(&stub).get_payment().payment_id(ID).send().await.unwrap();
    assert_eq!(payment.amount.as_ref().unwrap().as_str(), "19.990000000000000001");
}
