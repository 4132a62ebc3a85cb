//! The checkout in a real browser without scripts, in both languages, on a screen the size of a
//! phone: Debian's Chromium, driven through ChromeDriver's plain HTTP. Skipped with a message where
//! they are not installed. Screenshots go to the target folder, to be looked at.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

#[path = "behavior/common.rs"]
mod common;

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{VISA, World, world};
use serde_json::{Value, json};

/// A browser window.
struct Window {
    driver: Child,
    client: reqwest::Client,
    session: String,
}

impl Drop for Window {
    fn drop(&mut self) {
        // The driver closes its browser only when the session ends.
        self.end_session();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Window {
    fn end_session(&self) {
        use std::io::{Read as _, Write as _};
        let Some((host, path)) = self.session.trim_start_matches("http://").split_once('/') else {
            return;
        };
        let Ok(mut driver) = std::net::TcpStream::connect(host) else { return };
        let _ = driver.set_read_timeout(Some(Duration::from_secs(10)));
        let request =
            format!("DELETE /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let _ = driver.write_all(request.as_bytes());
        let _ = driver.read(&mut [0; 64]);
    }

    async fn open() -> Option<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let root = format!("http://127.0.0.1:{port}/session");
        let mut window = Self { driver, client, session: root.clone() };
        let options = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {
            "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=390,1400"],
            "prefs": {"profile.managed_default_content_settings.javascript": 2},
        }}}});
        for _ in 0..100 {
            if let Ok(response) = window.client.post(&root).json(&options).send().await {
                let answer: Value = response.json().await.unwrap();
                let Some(id) = answer["value"]["sessionId"].as_str() else {
                    eprintln!("skipped: ChromeDriver has no browser: {answer}");
                    return None;
                };
                window.session = format!("{root}/{id}");
                return Some(window);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        None
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.client.post(format!("{}/{path}", self.session)).json(&body).send();
        let answer: Value = response.await.unwrap().json().await.unwrap();
        assert!(answer["value"]["error"].is_null(), "{path} {body}: {answer}");
        answer["value"].clone()
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.client.get(format!("{}/{path}", self.session)).send().await.unwrap();
        response.json::<Value>().await.unwrap()["value"].clone()
    }

    async fn element(&self, css: &str) -> String {
        let found = self.post("element", json!({"using": "css selector", "value": css})).await;
        let id = found.as_object().unwrap().values().next().unwrap();
        format!("element/{}", id.as_str().unwrap())
    }

    async fn go(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    /// Waits until an element of the page has a text. The page may still be loading.
    async fn see(&self, css: &str, text: &str) {
        let mut last = Value::Null;
        for _ in 0..100 {
            let body = json!({"using": "css selector", "value": css});
            let found = self.client.post(format!("{}/element", self.session)).json(&body).send();
            let found: Value = found.await.unwrap().json().await.unwrap();
            let id = found["value"].as_object().and_then(|map| map.values().next()?.as_str());
            if let Some(id) = id.filter(|_| found["value"]["error"].is_null()) {
                last = self.get(&format!("element/{id}/text")).await;
                if last.as_str().is_some_and(|seen| seen.contains(text)) {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{css} is {last}, not {text:?}");
    }

    async fn fill(&self, name: &str, text: &str) {
        let element = self.element(&format!("[name='{name}']")).await;
        self.post(&format!("{element}/clear"), json!({})).await;
        self.post(&format!("{element}/value"), json!({ "text": text })).await;
    }

    async fn click(&self, css: &str) {
        let element = self.element(css).await;
        self.post(&format!("{element}/click"), json!({})).await;
    }

    /// The horizontal place and size of an element.
    async fn rect(&self, css: &str) -> (f64, f64) {
        let element = self.element(css).await;
        let rect = self.get(&format!("{element}/rect")).await;
        (rect["x"].as_f64().unwrap(), rect["width"].as_f64().unwrap())
    }

    async fn size(&self, width: u32, height: u32) {
        self.post("window/rect", json!({"width": width, "height": height})).await;
    }

    async fn shoot(&self, name: &str) {
        use base64::Engine as _;
        let picture = self.get("screenshot").await;
        let engine = base64::engine::general_purpose::STANDARD;
        let bytes = engine.decode(picture.as_str().unwrap()).unwrap();
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    async fn card(&self, number: &str) {
        for (name, text) in [
            ("card_number", number),
            ("card_holder", "Noura Ali"),
            ("card_month", "12"),
            ("card_year", "2030"),
            ("card_cvc", "123"),
        ] {
            self.fill(name, text).await;
        }
    }
}

#[tokio::test]
async fn payers_can_pay_without_scripts_in_both_languages() {
    let w = world().await;
    let Some(window) = Window::open().await else {
        eprintln!("skipped: chromedriver is not installed");
        return;
    };
    let product = w.product("600").await;
    for (language, thanks) in [("ar", "تم الدفع بنجاح"), ("en", "Payment successful")] {
        let link = w.link(&product, json!({"description": "وصف / description"})).await;
        // Arabic is the default.
        let query = if language == "ar" { "" } else { "?language=en" };
        window.go(&format!("{}{query}", link["url"].as_str().unwrap())).await;
        let html = window.element("html").await;
        let direction = window.get(&format!("{html}/attribute/dir")).await;
        assert_eq!(direction, if language == "ar" { "rtl" } else { "ltr" });
        window.shoot(&format!("checkout-{language}")).await;
        // Nothing is wider than the screen, and the label of the total is at the side where reading begins.
        let (_, body) = window.rect("body").await;
        let (label, width) = window.rect(".total span").await;
        assert!(label >= 0.0 && label + width <= body);
        assert_eq!(label + width / 2.0 > body / 2.0, language == "ar");

        window.click("button[value=card]").await;
        let title = if language == "ar" { "يرجى تصحيح" } else { "Please correct" };
        window.see("[role=alert]", title).await;
        window.shoot(&format!("faults-{language}")).await;
        window.fill("name", "نورة علي").await;
        window.fill("phone", "+966555000111").await;
        window.card("4201321144311528").await;
        window.click("button[value=card]").await;
        window.see("[role=alert]", "DECLINED: STOLEN CARD (43)").await;
        window.shoot(&format!("declined-{language}")).await;
        window.click("input[name=installments][value='3']").await;
        window.card(VISA).await;
        window.click("button[value=card]").await;
        window.see("h1", thanks).await;
        window.shoot(&format!("paid-{language}")).await;
        let path = format!("payment_links/{}", link["id"].as_str().unwrap());
        assert_eq!(w.get(&path).await["amount_collected"], "200.00");
    }
    other_pages(&w, &window, &product).await;
}

/// An invoice, an unclear result, a trial, a closed link, and the console on a phone and a desktop.
/// Checks only what needs a browser; `pages.rs` has the rest.
async fn other_pages(w: &World, window: &Window, product: &Value) {
    window.size(1280, 1400).await;
    window.go(&w.at("/_sandbox")).await;
    window.shoot("console-desk").await;
    let customer = w.customer().await;
    let plan = w.plan("90").await;
    let coupon =
        w.post("coupons", json!({"name": "Ten", "discount_value": 10, "is_percentage": true}));
    let coupon = coupon.await;
    let invoice = w.invoice(product, &customer, json!({"coupons": [coupon["id"]]})).await;
    let trial = w.link(&plan, json!({"trial_period_days": 14})).await;
    let closed = w.link(product, json!({})).await;
    let path = format!("payment_links/{}/status", closed["id"].as_str().unwrap());
    w.good("PATCH", &path, json!({"status": "INACTIVE"})).await;
    let at = |thing: &Value| thing["url"].as_str().unwrap().to_owned();
    window.size(390, 1900).await;
    for language in ["ar", "en"] {
        let query = format!("?language={language}");
        window.go(&format!("{}{query}", at(&trial))).await;
        window.click("summary").await;
        fits(window).await;
        window.shoot(&format!("trial-{language}")).await;
        window.go(&format!("{}{query}", at(&closed))).await;
        window.shoot(&format!("closed-{language}")).await;
        window.go(&format!("{}{query}", at(&invoice))).await;
        fits(window).await;
        window.shoot(&format!("invoice-{language}")).await;
        let link = w.link(product, json!({})).await;
        window.go(&format!("{}{query}", at(&link))).await;
        window.fill("name", "نورة علي").await;
        window.fill("phone", "+966555000111").await;
        window.card("4000000000000119").await;
        window.click("button[value=card]").await;
        window.see("h1", if language == "ar" { "تعذّر" } else { "unclear" }).await;
        window.shoot(&format!("unclear-{language}")).await;
    }
    w.sandbox().fill_demo().await.unwrap();
    w.sandbox().register_webhook("http://127.0.0.1:9/hook", None, &[]).unwrap();
    let link = w.link(product, json!({})).await;
    w.pay(&link, VISA);
    window.go(&w.at("/_sandbox")).await;
    window.click("button[value=P1D]").await;
    window.see("[role=status]", "2026-04-01").await;
    fits(window).await;
    window.shoot("console-phone").await;
    window.size(1280, 2700).await;
    window.click("#webhooks summary").await;
    window.shoot("console").await;
}

/// Whether the page fits the width of the window.
async fn fits(window: &Window) {
    let (_, html) = window.rect("html").await;
    for place in ["header", "main", "section"] {
        let (x, width) = window.rect(place).await;
        assert!(x >= 0.0 && x + width <= html + 0.5, "{place} reaches {}", x + width);
    }
}
