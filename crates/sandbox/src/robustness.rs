//! What happens to the state when the disk is full, a commit fails or the sandbox itself panics.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::api::call;
use crate::app::App;
use crate::contract::Contract;
use crate::control::{Target, pay};
use crate::error::{ApiError, Cause};
use crate::ids::Ids;
use crate::model::{Branch, Customer};
use crate::store::{self, Clock};
use crate::time;
use crate::webhooks;

const START: &str = "2026-01-31T00:00:00Z";

fn app() -> Arc<App> {
    let clock = Clock { ahead: 0, frozen: time::parse(START) };
    let db = store::open(None, Ids::seeded("r"), clock).unwrap();
    let app = Arc::new(App::new(db, Contract::load().unwrap(), None));
    app.change(|store| crate::tenants::provision(store, None)).unwrap();
    app
}

fn post(app: &App, path: &str, body: &Value) -> Value {
    let (status, value) = call(app, "POST", &format!("/api/v2/{path}"), body);
    assert!(status < 300, "{path}: {status} {value}");
    value
}

fn link(app: &App, product: &Value) -> String {
    let product = post(app, "products", product);
    let link = json!({"name": "L", "items": [{"product_id": product["id"]}]});
    post(app, "payment_links", &link)["id"].as_str().unwrap().to_owned()
}

fn buy(app: &App, link: &str) -> Value {
    let attempt = json!({
        "customer": {"name": "A B", "phone_number": "+966555000111"}, "card": "4111111111111111",
    });
    pay(app, Target::Link, link, &attempt).unwrap()
}

/// Creates a subscription of 90 SAR a month and returns its id.
fn subscribe(app: &App) -> String {
    let plan =
        json!({"name": "P", "type": "RECURRING", "recurring_interval": "MONTH", "price": 90});
    buy(app, &link(app, &plan))["subscription_id"].as_str().unwrap().to_owned()
}

fn subscription(app: &App, id: &str) -> Value {
    let (_, value) = call(app, "GET", &format!("/api/v2/subscriptions/{id}"), &Value::Null);
    value
}

/// Takes the disk's space away, or gives it back.
fn fill_disk(app: &App, full: bool) {
    let session = app.db.lock();
    session.read(session.now(), |store| {
        let pages: i64 = store.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let most = if full { pages } else { 1_000_000 };
        let sql = format!("PRAGMA max_page_count = {most}");
        store.db.query_row(&sql, [], |_| Ok(())).unwrap();
        if full {
            // Whatever room the last pages have left.
            let sql =
                "INSERT INTO meta(key, value) VALUES (hex(randomblob(8)), hex(randomblob(40)))";
            while store.db.execute(sql, []).is_ok() {}
        }
    });
}

#[tokio::test]
async fn a_full_disk_postpones_scheduled_work() {
    let app = app();
    let id = subscribe(&app);
    fill_disk(&app, true);
    let target = time::parse("2026-04-01T00:00:00Z").unwrap();
    let error = app.advance(target).await.unwrap_err();
    assert_eq!(error.cause, Cause::Storage, "{error:?}");
    fill_disk(&app, false);
    app.advance(target).await.unwrap();
    let sub = subscription(&app, &id);
    assert_eq!((&sub["current_cycle_number"], &sub["status"]), (&json!(3), &json!("ACTIVE")));
}

#[tokio::test]
async fn an_unrecorded_attempt_is_not_repeated() {
    let app = app();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let arrived = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&arrived);
    let router = axum::Router::new().fallback(move || {
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        std::future::ready(())
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let events = ["PAYMENT_SUCCEEDED".to_owned()];
    crate::control::register_webhook(&app, &url, None, &events).unwrap();
    let product = json!({"name": "P", "type": "ONE_OFF", "price": 100});
    buy(&app, &link(&app, &product));
    fill_disk(&app, true);
    // Returns though the attempt is not recorded yet, and the next ticks send nothing.
    for _ in 0..3 {
        app.tick().await.unwrap();
    }
    assert_eq!(arrived.load(std::sync::atomic::Ordering::SeqCst), 1);
    fill_disk(&app, false);
    let delivered = || {
        let log = app.read(|store| webhooks::delivery_log(store, 1)).unwrap();
        log[0]["status"] == "DELIVERED"
    };
    for _ in 0..500 {
        if delivered() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(delivered());
    assert_eq!(arrived.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_panic_rolls_back_the_change_and_the_next_one_succeeds() {
    let app = app();
    let before = app.read(|store| Ok(store.ids.counter)).unwrap();
    let outcome: Result<(), ApiError> = app
        .run(|app| {
            app.change(|store| {
                let base = store.base("o", "b", "u");
                store.put(&Branch { base, name: "Half".to_owned() })?;
                panic!("in the middle of a change")
            })
        })
        .await;
    assert_eq!(outcome.unwrap_err().cause, Cause::Bug);
    let count = |app: &App| {
        let filter = crate::store::Filter::new().eq("org", "o");
        app.read(|store| store.count::<Branch>(&filter)).unwrap()
    };
    assert_eq!(count(&app), 0);
    assert_eq!(app.read(|store| Ok(store.ids.counter)).unwrap(), before);
    app.change(|store| {
        let base = store.base("o", "b", "u");
        store.put(&Branch { base, name: "Whole".to_owned() })
    })
    .unwrap();
    assert_eq!(count(&app), 1);
}

#[tokio::test]
async fn scheduled_work_that_fails_does_not_stop_the_clock() {
    let app = app();
    subscribe(&app);
    // A record that refers to a customer in a form that cannot be read.
    app.change(|store| {
        let sql = "UPDATE entity SET doc = '{}' WHERE kind = 'customer'";
        Ok(store.db.execute(sql, []).map(|_| ())?)
    })
    .unwrap();
    let target = time::parse("2026-04-01T00:00:00Z").unwrap();
    app.advance(target).await.unwrap();
    assert_eq!(app.db.now(), target);
}

#[tokio::test]
async fn ids_do_not_repeat_after_a_failed_commit() {
    let app = app();
    let fail_commits = "PRAGMA foreign_keys = ON;
        CREATE TABLE parent(id INTEGER PRIMARY KEY);
        CREATE TABLE child(id REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED);";
    let session = app.db.lock();
    session.read(session.now(), |store| store.db.execute_batch(fail_commits).unwrap());
    drop(session);
    let make = |app: &App, fails: bool| {
        app.change(|store| {
            let id = store.new_id();
            if fails {
                store.db.execute("INSERT INTO child VALUES (7)", [])?;
            }
            Ok(id)
        })
    };
    make(&app, true).unwrap_err();
    let id = make(&app, false).unwrap();
    // What a restart would read.
    let kept = app.read(|store| store.meta("counter")).unwrap().unwrap();
    let restored = Ids::seeded("r");
    let mut restored = Ids::restore(&restored.seed_text(), kept.parse().unwrap()).unwrap();
    assert_ne!(restored.next(), id);
    assert_eq!(app.read(|store| store.count::<Customer>(&crate::store::Filter::new())).unwrap(), 0);
}
