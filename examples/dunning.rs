//! Lists overdue payments of unpaid invoices as CSV, the oldest first.
//!
//! ```sh
//! STREAM_API_KEY=… cargo run --example dunning > overdue.csv
//! ```

use std::error::Error;

use streampay::{
    Client, Money, Timestamp,
    enums::PaymentStatusEnum::{Expired, Failed, Pending},
};

/// An overdue payment.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, PartialEq)]
pub struct Overdue {
    pub since: Timestamp,
    pub days: i64,
    pub amount: Money,
    pub customer: String,
    pub contact: String,
    pub invoice: String,
}

/// Lists the payments that were due before `now`.
pub async fn overdue(
    client: &Client,
    now: jiff::Timestamp,
) -> Result<Vec<Overdue>, Box<dyn Error>> {
    let list = client.list_invoices().limit(100).include_payments(true);
    let mut invoices = list.payment_statuses([Pending, Failed, Expired]).items();
    let mut found = Vec::new();
    while let Some(invoice) = invoices.next().await.transpose()? {
        let customer = invoice.organization_consumer.as_ref();
        let contact =
            customer.and_then(|it| it.email.cloned().or_else(|| it.phone_number.cloned()));
        for payment in invoice.payments.iter().flatten() {
            let open =
                payment.current_status.iter().any(|is| [Pending, Failed, Expired].contains(is));
            let (Some(since), Some(amount)) =
                (payment.scheduled_on.as_ref(), Money::of(&payment.amount, &payment.currency))
            else {
                continue;
            };
            let Some(due) = since.instant().filter(|due| open && *due < now) else { continue };
            found.push(Overdue {
                since: since.clone(),
                days: now.duration_since(due).as_hours() / 24,
                amount,
                customer: customer.and_then(|it| it.name.cloned()).unwrap_or_default(),
                contact: contact.clone().unwrap_or_default(),
                invoice: invoice.org_invoice_number.map(|it| it.to_string()).unwrap_or_default(),
            });
        }
    }
    found.sort_by_key(|it| std::cmp::Reverse(it.days));
    Ok(found)
}

/// Quotes a CSV field, so that a spreadsheet does not run it as a formula.
pub fn field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[tokio::main]
#[allow(dead_code, reason = "the tests include this file for its list")]
#[allow(clippy::print_stdout, reason = "a report")]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("days,amount,currency,customer,contact,invoice");
    for it in overdue(&Client::from_env()?, jiff::Timestamp::now()).await? {
        let Overdue { days, amount, customer, contact, invoice, .. } = it;
        let (customer, contact) = (field(&customer), field(&contact));
        println!("{days},{},{},{customer},{contact},{invoice}", amount.amount(), amount.currency());
    }
    Ok(())
}
