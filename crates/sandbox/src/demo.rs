//! The demo: a believable shop with six weeks of history. It is made through the API itself, so it
//! contains only what the API can produce.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::call;
use crate::app::App;
use crate::error::{ApiError, Cause, Result};
use crate::model::Customer;
use crate::store::Filter;
use crate::time;

/// How many days of history the demo has.
const DAYS: i64 = 45;

/// Fills an empty sandbox. One that holds customers is left alone.
pub(crate) async fn fill(app: &Arc<App>) -> Result<()> {
    let present = app.db.now();
    let start = time::days(present, -DAYS);
    let is_empty = app
        .run(move |app| {
            app.change(|store| {
                let is_empty = store.count::<Customer>(&Filter::new())? == 0;
                if is_empty {
                    store.clock.set(start);
                }
                Ok(is_empty)
            })
        })
        .await?;
    if !is_empty {
        return Ok(());
    }
    let shop = Shop { app: Arc::clone(app), start };
    shop.stock_and_sell().await?;
    app.advance(present).await?;
    Ok(())
}

struct Shop {
    app: Arc<App>,
    start: jiff::Timestamp,
}

impl Shop {
    /// Calls the API, and fails unless the call succeeds.
    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call("POST", path, body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        match call(&self.app, method, &format!("/api/v2/{path}"), body) {
            (200 | 201, value) => Ok(value),
            (status, body) => Err(ApiError { status, body, cause: Cause::Rule }),
        }
    }

    fn id(value: &Value) -> &str {
        value.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    async fn day(&self, day: i64) -> Result<()> {
        self.app.advance(time::days(self.start, day)).await.map(|_| ())
    }

    fn product(&self, name: &str, about: &str, price: &str, cycle: Option<&str>) -> Result<Value> {
        let mut body = json!({
            "name": name,
            "description": about,
            "type": if cycle.is_some() { "RECURRING" } else { "ONE_OFF" },
            "prices": [{"currency": "SAR", "amount": price}],
        });
        if let (Some(cycle), Some(map)) = (cycle, body.as_object_mut()) {
            map.insert("recurring_interval".to_owned(), json!(cycle));
        }
        self.post("products", &body)
    }

    fn customer(&self, name: &str, phone: &str, email: &str) -> Result<Value> {
        let body = json!({
            "name": name, "phone_number": phone, "email": email,
            "preferred_language": "AR", "communication_methods": ["WHATSAPP", "EMAIL"],
        });
        self.post("consumers", &body)
    }

    fn link(&self, name: &str, product: &Value, quantity: i64, more: Value) -> Result<Value> {
        let mut body = json!({
            "name": name,
            "items": [{"product_id": Self::id(product), "quantity": quantity}],
            "custom_metadata": {"source": "demo"},
        });
        if let (Some(map), Value::Object(more)) = (body.as_object_mut(), more) {
            map.extend(more);
        }
        self.post("payment_links", &body)
    }

    fn pay(&self, link: &Value, who: Option<(&str, &str)>, card: &str) -> Result<Value> {
        let mut attempt = json!({ "card": card });
        if let (Some((name, phone)), Some(map)) = (who, attempt.as_object_mut()) {
            map.insert("customer".to_owned(), json!({"name": name, "phone_number": phone}));
        }
        let target = crate::control::Target::Link;
        crate::control::pay(&self.app, target, Self::id(link), &attempt)
    }

    async fn stock_and_sell(&self) -> Result<()> {
        const VISA: &str = "4111111111111111";
        const MADA: &str = "4201320111111010";
        let beans = self.product("بن يمني فاخر ٥٠٠ غ", "Yemeni coffee beans, 500 g", "89", None)?;
        let grinder =
            self.product("مطحنة قهوة كهربائية", "Electric coffee grinder", "649", None)?;
        let class = self.product("ورشة تحضير القهوة", "Barista workshop, one day", "1200", None)?;
        let club =
            self.product("نادي القهوة الشهري", "Coffee club, monthly", "149", Some("MONTH"))?;
        let weekly = self.product("خبز الأسبوع", "Bread of the week", "35", Some("WEEK"))?;
        let ten = self.post(
            "coupons",
            &json!({"name": "أهلًا ١٠٪", "discount_value": "10", "is_percentage": true}),
        )?;
        self.post(
            "coupons",
            &json!({"name": "خصم ٢٥ ريالًا", "discount_value": "25", "currency": "SAR"}),
        )?;
        let noura = self.customer("نورة القحطاني", "+966501112233", "noura@example.com")?;
        let fahad = self.customer("فهد الدوسري", "+966502223344", "fahad@example.com")?;
        let company = self.post(
            "consumers",
            &json!({
                "name": "شركة الواحة للضيافة", "consumer_type": "BUSINESS",
                "email": "accounts@oasis.example.com", "vat_number": "300000000000003",
                "address": {"address_line_1": "2929 طريق الملك فهد", "city": "الرياض", "country": "SA"},
            }),
        )?;

        self.day(2).await?;
        let shelf = self.link(
            "بن يمني",
            &beans,
            1,
            json!({
                "description": "Beans for everyone", "coupons": [Self::id(&ten)],
            }),
        )?;
        self.pay(&shelf, Some(("سارة العتيبي", "+966503334455")), MADA)?;
        let subscription = self.link(
            "نادي القهوة",
            &club,
            1,
            json!({
                "organization_consumer_id": Self::id(&noura), "max_number_of_payments": 1,
            }),
        )?;
        self.pay(&subscription, None, VISA)?;

        self.day(9).await?;
        self.pay(&shelf, Some(("خالد الشهري", "+966504445566")), "4201320000311101")?;
        self.pay(&shelf, Some(("خالد الشهري", "+966504445566")), VISA)?;
        let workshop =
            self.link("ورشة القهوة", &class, 1, json!({"max_number_of_payments": 12}))?;
        let attempt = json!({
            "customer": {"name": "ريم الزهراني", "phone_number": "+966505556677"},
            "card": VISA, "installments": 3,
        });
        let target = crate::control::Target::Link;
        crate::control::pay(&self.app, target, Self::id(&workshop), &attempt)?;

        self.day(20).await?;
        let bread = self.link("خبز الأسبوع", &weekly, 2, json!({"trial_period_days": 7}))?;
        self.pay(&bread, Some(("منى الغامدي", "+966506667788")), MADA)?;
        let machine = self.link(
            "مطحنة",
            &grinder,
            1,
            json!({
                "organization_consumer_id": Self::id(&fahad), "max_number_of_payments": 1,
            }),
        )?;
        let receipt = self.pay(&machine, None, "5421080101000000")?;

        self.day(27).await?;
        let paid = receipt.get("payment_id").and_then(Value::as_str).unwrap_or_default();
        let note = json!({
            "refund_reason": "REQUESTED_BY_CUSTOMER", "refund_note": "وصلت المطحنة مكسورة",
        });
        self.post(&format!("payments/{paid}/refund"), &note)?;
        let methods = json!({
            "mada": true, "visa": true, "mastercard": true, "amex": false,
            "bank_transfer": true, "installment": true,
        });
        let bill = |due: i64, quantity: i64| {
            json!({
                "organization_consumer_id": Self::id(&company),
                "items": [{"product_id": Self::id(&beans), "quantity": quantity}],
                "payment_methods": methods,
                "description": "توريد بن للمكتب",
                "scheduled_on": time::text(time::days(self.start, due)),
            })
        };
        let invoice = self.post("invoices", &bill(34, 10))?;
        let payment = invoice.pointer("/payments/0/id").and_then(Value::as_str).unwrap_or_default();

        self.day(33).await?;
        let by_hand = json!({"payment_method": "BANK_TRANSFER", "note": "حوالة ٧٧١٢"});
        self.post(&format!("payments/{payment}/mark-paid"), &by_hand)?;
        self.post("invoices", &bill(60, 15))?;
        Ok(())
    }
}
