//! Totals the revenue of a month by currency: successful payments, refunds and the difference. The sums are
//! exact, and no payment is counted twice even if the list changes while it is read.
//!
//! ```sh
//! STREAM_API_KEY=… cargo run --example monthly_revenue -- 2026-04
//! ```

use std::{collections::BTreeMap, env, error::Error};

use streampay::{Client, Money, enums::PaymentStatusEnum};

/// The totals of one currency.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, PartialEq)]
pub struct Revenue {
    pub payments: u32,
    pub received: Money,
    pub refunded: Money,
}

#[allow(missing_docs, reason = "the name says it")]
impl Revenue {
    pub fn net(&self) -> Result<Money, streampay::MoneyError> {
        self.received.checked_sub(&self.refunded)
    }
}

/// Adds up the payments between two instants, by currency.
pub async fn revenue(
    client: &Client,
    from: jiff::Timestamp,
    to: jiff::Timestamp,
) -> Result<BTreeMap<String, Revenue>, Box<dyn Error>> {
    let mut sums: BTreeMap<String, Revenue> = BTreeMap::new();
    // A payment can be created before the month in which it is made, so the time of payment decides
    // instead of the list's filter, which uses the time of creation.
    let mut payments = client.list_payments().limit(100).to_date(to).items();
    while let Some(payment) = payments.next().await.transpose()? {
        let paid = payment.payed_at.as_ref().and_then(|at| at.instant());
        let Some(amount) = Money::of(&payment.amount, &payment.currency) else { continue };
        if paid.is_none_or(|paid| paid < from || paid >= to) {
            continue;
        }
        let zero = Money::new(0, amount.currency().clone())?;
        let sum = sums.entry(amount.currency().to_string()).or_insert_with(|| Revenue {
            payments: 0,
            received: zero.clone(),
            refunded: zero,
        });
        sum.payments += 1;
        sum.received = sum.received.checked_add(&amount)?;
        if payment.current_status == Some(PaymentStatusEnum::Refunded) {
            sum.refunded = sum.refunded.checked_add(&amount)?;
        }
    }
    Ok(sums)
}

/// The beginning and end of a month, in UTC.
pub fn month(text: &str) -> Result<(jiff::Timestamp, jiff::Timestamp), jiff::Error> {
    let first: jiff::civil::Date = format!("{text}-01").parse()?;
    let next = first.checked_add(jiff::Span::new().months(1))?;
    let at =
        |date: jiff::civil::Date| date.to_zoned(jiff::tz::TimeZone::UTC).map(|it| it.timestamp());
    Ok((at(first)?, at(next)?))
}

#[tokio::main]
#[allow(dead_code, reason = "the tests include this file for its sums")]
#[allow(clippy::print_stdout, reason = "a report")]
async fn main() -> Result<(), Box<dyn Error>> {
    let text = env::args().nth(1).ok_or("which month? such as 2026-04")?;
    let (from, to) = month(&text)?;
    let client = Client::from_env()?;
    println!("{text:10} {:>10} {:>18} {:>18} {:>18}", "payments", "received", "refunded", "net");
    for (currency, sum) in revenue(&client, from, to).await? {
        let net = sum.net()?.to_string();
        let (received, refunded) = (sum.received.to_string(), sum.refunded.to_string());
        println!("{currency:10} {:>10} {received:>18} {refunded:>18} {net:>18}", sum.payments);
    }
    Ok(())
}
