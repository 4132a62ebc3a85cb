//! The pages without a browser: languages, escaping, the results of forms. `tests/browser.rs` opens
//! them in Chromium.

use super::common::{BROKE, VISA, World, id, world};
use serde_json::{Value, json};

async fn show(w: &World, path: &str) -> (u16, String) {
    let response = w.client.get(w.at(path)).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'"));
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn submit(w: &World, path: &str, fields: &[(&str, &str)]) -> (u16, String, Option<String>) {
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = w.client.post(w.at(path));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    let response = request.send().await.unwrap();
    let place = response.headers().get("location").map(|p| p.to_str().unwrap().to_owned());
    (response.status().as_u16(), response.text().await.unwrap(), place)
}

fn path(value: &Value) -> String {
    url::Url::parse(value["url"].as_str().unwrap()).unwrap().path().to_owned()
}

const PAYER: [(&str, &str); 2] = [("name", "نورة علي"), ("phone", "+٩٦٦٥٥٥٠٠٠١١١")];

fn card(number: &str) -> Vec<(&str, &str)> {
    let mut fields = PAYER.to_vec();
    fields.extend([
        ("card_number", number),
        ("card_holder", "Noura Ali"),
        ("card_month", "12"),
        ("card_year", "2030"),
        ("card_cvc", "١٢٣"),
        ("method", "card"),
    ]);
    fields
}

#[tokio::test]
pub(crate) async fn pages_default_to_right_to_left_arabic_and_offer_english() {
    let w = world().await;
    let product = w.product("400").await;
    let link = w.link(&product, json!({})).await;
    let (status, html) = show(&w, &path(&link)).await;
    assert_eq!(status, 200);
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">") && html.contains("ملخص الطلب"));
    assert!(html.contains("400.00 SAR") && html.contains("100.00 SAR"), "four installments of 100");
    let (_, html) = show(&w, &format!("{}?language=en", path(&link))).await;
    assert!(html.contains("<html lang=\"en\" dir=\"ltr\">") && html.contains("Order summary"));
    assert!(!html.contains("<script"));
    let (_, html) = show(&w, &format!("{}?language=xx", path(&link))).await;
    assert!(html.contains("lang=\"ar\""));
}

#[tokio::test]
pub(crate) async fn the_form_pays_and_allows_another_try_after_a_decline() {
    let w = world().await;
    let product = w.product("400").await;
    let link = w.link(&product, json!({"confirmation_message": "See you <b>soon</b>"})).await;
    let page = format!("{}?language=en", path(&link));
    let (status, html, _) = submit(&w, &page, &card(BROKE)).await;
    assert_eq!(status, 200);
    assert!(html.contains("INSUFFICIENT FUNDS (51)") && html.contains("نورة علي"));
    assert!(!html.contains(&format!("value=\"{BROKE}\"")), "a card number came back");
    let mut fields = card(VISA);
    fields.push(("installments", "2"));
    let (status, _, place) = submit(&w, &page, &fields).await;
    assert_eq!(status, 303);
    let (_, html) = show(&w, &place.unwrap()).await;
    assert!(
        html.contains("Payment successful") && html.contains("See you &lt;b&gt;soon&lt;/b&gt;")
    );
    let invoice = w.get("invoices").await["data"][0].clone();
    assert_eq!(
        (&invoice["paid_amount"], &invoice["type"]),
        (&json!("200.00"), &json!("INSTALLMENTS"))
    );
    // Arabic digits are accepted.
    assert_eq!(invoice["organization_consumer"]["phone_number"], "+966555000111");
}

#[tokio::test]
pub(crate) async fn apple_pay_depends_on_the_amount_and_redirects() {
    let w = world().await;
    let product = w.product("1350").await;
    let more = json!({"success_redirect_url": "https://shop.example/ok", "failure_redirect_url": "https://shop.example/no"});
    let link = w.link(&product, more).await;
    let mut fields = PAYER.to_vec();
    fields.push(("method", "apple_pay"));
    let (status, _, place) = submit(&w, &path(&link), &fields).await;
    let place = place.unwrap();
    assert_eq!(status, 303);
    assert!(
        place.starts_with("https://shop.example/no?") && place.contains("message=DECLINED&"),
        "{place}"
    );
}

#[tokio::test]
pub(crate) async fn errors_are_shown_next_to_their_fields() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({"contact_information_type": "EMAIL"})).await;
    let (status, html, _) = submit(&w, &path(&link), &[("method", "card"), ("email", "x")]).await;
    assert_eq!(status, 422);
    for field in ["name", "email", "card_number", "card_holder", "card_cvc"] {
        assert!(html.contains(&format!("id=\"{field}-fault\"")), "{field}");
    }
    assert!(html.contains("role=\"alert\""));
}

#[tokio::test]
pub(crate) async fn text_from_outside_is_escaped() {
    let w = world().await;
    let evil = "</title><script>alert(1)</script>\"'";
    let product = w
        .post(
            "products",
            json!({"name": evil, "type": "ONE_OFF", "price": 100, "description": evil}),
        )
        .await;
    let customer = w.post("consumers", json!({"name": evil})).await;
    let link = w
        .link(&product, json!({"name": evil, "description": evil,
            "custom_fields": {"type": "object", "properties": {evil: {"type": "string", "title": evil}}}}))
        .await;
    let invoice = w.invoice(&product, &customer, json!({"description": evil})).await;
    w.control("POST", "webhooks", json!({"url": "http://127.0.0.1:9/?<script>"})).await;
    w.pay(&link, VISA);
    let done = format!(
        "/s/{}/done?language=en&status=paid&message=%3Cscript%3E&id=%22%3E%3Cscript%3E",
        id(&link)
    );
    for page in [
        path(&link),
        path(&invoice),
        "/_sandbox".into(),
        done,
        "/_sandbox?said=%3Cscript%3E".into(),
    ] {
        let (_, html) = show(&w, &page).await;
        assert!(!html.contains("<script"), "{page}");
    }
    let (_, html, _) = submit(&w, &path(&link), &[("name", evil), ("method", "card")]).await;
    assert!(!html.contains("<script"));
}

#[tokio::test]
pub(crate) async fn closed_links_say_why() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({"max_number_of_payments": 1})).await;
    let status = format!("payment_links/{}/status", id(&link));
    w.good("PATCH", &status, json!({"status": "INACTIVE", "deactivate_message": "Sold out"})).await;
    let (code, html) = show(&w, &path(&link)).await;
    assert!(code == 410 && html.contains("Sold out"));
    w.good("PATCH", &status, json!({"status": "ACTIVE"})).await;
    w.pay(&link, VISA);
    assert_eq!(show(&w, &path(&link)).await.0, 410);
    assert_eq!(submit(&w, &path(&link), &card(VISA)).await.0, 410);
    assert_eq!(show(&w, "/s/nowhere").await.0, 404);
}

#[tokio::test]
pub(crate) async fn an_invoice_can_be_paid_on_its_page() {
    let w = world().await;
    let (product, customer) = (w.product("600").await, w.customer().await);
    let invoice = w.invoice(&product, &customer, json!({})).await;
    let mut fields = card(VISA);
    fields.push(("installments", "3"));
    let (status, _, _) = submit(&w, &path(&invoice), &fields).await;
    assert_eq!(status, 303);
    let (_, html) = show(&w, &format!("{}?language=en", path(&invoice))).await;
    assert!(html.contains("All remaining payments") && html.contains("400.00 SAR"));
    let mut fields = card(VISA);
    fields.push(("pay", "all"));
    submit(&w, &path(&invoice), &fields).await;
    let (_, html) = show(&w, &format!("{}?language=en", path(&invoice))).await;
    assert!(html.contains("This invoice is paid."));
}

#[tokio::test]
pub(crate) async fn the_console_shows_data_and_controls_the_sandbox() {
    let w = world().await;
    w.sandbox().fill_demo().await.unwrap();
    let (status, html) = show(&w, "/_sandbox").await;
    assert_eq!(status, 200);
    for text in ["نورة القحطاني", "Payment links", "REFUNDED", "COMPLETED"] {
        assert!(html.contains(text), "{text}");
    }
    let (status, _, place) = submit(&w, "/_sandbox/do/clock", &[("advance", "P1D")]).await;
    assert_eq!((status, place.unwrap().contains("2026-04-01")), (303, true));
    submit(&w, "/_sandbox/do/reset", &[]).await;
    assert!(w.get("consumers").await["pagination"]["total_count"].as_i64().unwrap() > 3);
    submit(&w, "/_sandbox/do/reset", &[("sure", "yes")]).await;
    assert_eq!(w.get("consumers").await["pagination"]["total_count"], 0);
    submit(&w, "/_sandbox/do/seed", &[]).await;
    assert!(w.get("payments").await["pagination"]["total_count"].as_i64().unwrap() > 5);
}

#[tokio::test]
pub(crate) async fn concurrent_payers_pay_a_single_payment_link_once() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({"max_number_of_payments": 1})).await;
    let url = w.at(&path(&link));
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(card(VISA)).finish();
    let mut work = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let request = w.client.post(&url).body(body.clone());
        work.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let mut statuses = work.join_all().await;
    statuses.sort_unstable();
    let mut expected = vec![303];
    expected.extend([410; 19]);
    assert_eq!(statuses, expected);
    assert_eq!(w.get("payments").await["pagination"]["total_count"], 1);
}

/// The hidden fields of a page.
fn hidden(html: &str) -> Vec<(String, String)> {
    let inputs = html.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap());
    let value = |input: &str, name: &str| {
        input
            .split(&format!("{name}=\""))
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    let hidden = inputs.filter(|input| input.contains("type=\"hidden\""));
    hidden.map(|input| (value(input, "name").unwrap(), value(input, "value").unwrap())).collect()
}

/// Submits the form as a payer would after seeing the page.
async fn submit_seen(
    w: &World,
    page: &str,
    html: &str,
    fields: &[(&str, &str)],
) -> (u16, String, Option<String>) {
    let hidden = hidden(html);
    let mut all = fields.to_vec();
    all.extend(hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    submit(w, page, &all).await
}

#[tokio::test]
pub(crate) async fn a_changed_quantity_is_confirmed_before_it_is_charged() {
    let w = world().await;
    let product = w.product("10").await;
    let items = json!({"items": [
        {"product_id": id(&product), "quantity": 1, "allow_custom_quantity": true}]});
    let link = w.link(&product, items).await;
    let page = format!("{}?language=en", path(&link));
    let (_, html) = show(&w, &page).await;
    let quantity = format!("quantity_{}", link["items"][0]["id"].as_str().unwrap());
    let mut fields = card(VISA);
    fields.push((&quantity, "3"));
    let (status, html, _) = submit_seen(&w, &page, &html, &fields).await;
    assert_eq!(status, 200);
    assert!(
        html.contains("The amount has changed")
            && html.contains("Pay <bdi class=\"num\">30.00 SAR")
    );
    assert_eq!(w.get("payments").await["pagination"]["total_count"], 0);
    let (status, _, _) = submit_seen(&w, &page, &html, &fields).await;
    assert_eq!(status, 303);
    assert_eq!(w.get("payments").await["data"][0]["amount"], "30.00");
}

#[tokio::test]
pub(crate) async fn each_way_to_pay_shows_its_amount() {
    let w = world().await;
    let product = w.product("1000").await;
    let link = w.link(&product, json!({})).await;
    let page = format!("{}?language=en", path(&link));
    let (_, html) = show(&w, &page).await;
    // The button shows no amount, because it depends on the choice.
    assert!(!html.contains("Pay 1000.00 SAR"), "{html}");
    for text in
        ["Pay in full · 1000.00 SAR", "2 monthly payments · 500.00 SAR", "333.33 SAR", "250.00 SAR"]
    {
        let plain = html.replace("<bdi class=\"num\">", "").replace("</bdi>", "");
        assert!(plain.contains(text), "{text} in {plain}");
    }
    let mut fields = card(VISA);
    fields.push(("installments", "3"));
    assert_eq!(submit_seen(&w, &page, &html, &fields).await.0, 303);
    assert_eq!(w.get("payments?statuses=SUCCEEDED").await["data"][0]["amount"], "333.33");
}

#[tokio::test]
pub(crate) async fn an_invoice_paid_in_the_meantime_is_shown_again() {
    let w = world().await;
    let (product, customer) = (w.product("900").await, w.customer().await);
    let invoice = w.invoice(&product, &customer, json!({})).await;
    w.sandbox().pay_invoice(id(&invoice), &json!({"card": VISA, "installments": 3})).unwrap();
    let page = format!("{}?language=en", path(&invoice));
    let (_, html) = show(&w, &page).await;
    w.sandbox().pay_invoice(id(&invoice), &json!({"card": VISA})).unwrap();
    let mut fields = card(VISA);
    fields.push(("pay", "all"));
    let (status, html, _) = submit_seen(&w, &page, &html, &fields).await;
    assert_eq!(status, 200);
    assert!(html.contains("The amount has changed"), "{html}");
    assert_eq!(submit_seen(&w, &page, &html, &fields).await.0, 303);
}
