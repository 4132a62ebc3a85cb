//! Imports customers from a file of `name,email,phone,external id` lines, several at a time, with a
//! progress bar. Running it again is safe: existing customers stay as they are.
//!
//! ```sh
//! STREAM_API_KEY=… cargo run --example import_customers --features stream -- customers.csv
//! ```

use std::{env, error::Error, fs};

use futures_util::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use streampay::{Client, Found, types::ConsumerCreate};

/// How many customers are created at the same time.
const AT_ONCE: usize = 4;

/// The result of an import.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub created: u32,
    pub existing: u32,
    /// Line numbers and errors.
    pub failed: Vec<(usize, String)>,
}

/// Parses a line. Empty fields stay absent.
pub fn customer(line: &str) -> Result<ConsumerCreate, streampay::Error> {
    let mut fields = line.split(',').map(str::trim).map(|text| (!text.is_empty()).then_some(text));
    let mut next = || fields.next().flatten().map(ToOwned::to_owned);
    let (name, email, phone, own) = (next(), next(), next(), next());
    let customer = ConsumerCreate::builder().email(email).phone_number(phone).external_id(own);
    match name {
        Some(name) => customer.name(name).build(),
        None => customer.build(),
    }
}

/// Finds or creates the customer of every line.
pub async fn import(client: &Client, text: &str, bar: &ProgressBar) -> Imported {
    let lines: Vec<(usize, &str)> =
        (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).collect();
    bar.set_length(lines.len() as u64);
    let one = async |(number, line): (usize, &str)| {
        let result = match customer(line) {
            Ok(customer) => client.create_or_find_customer(customer).await,
            Err(error) => Err(error),
        };
        bar.inc(1);
        (number, result)
    };
    let mut results = stream::iter(lines).map(one).buffer_unordered(AT_ONCE);
    let mut imported = Imported::default();
    while let Some((number, result)) = results.next().await {
        match result {
            Ok(Found::Created(_)) => imported.created += 1,
            Ok(Found::Existing(_)) => imported.existing += 1,
            Err(error) => imported.failed.push((number, error.to_string())),
        }
    }
    imported.failed.sort();
    imported
}

#[tokio::main]
#[allow(dead_code, reason = "the tests include this file for its import")]
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a program")]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("which file? name,email,phone,external id on each line")?;
    let text = fs::read_to_string(path)?;
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta}")?;
    let bar = ProgressBar::new(0).with_style(style);
    let imported = import(&Client::from_env()?, &text, &bar).await;
    bar.finish();
    println!("{} new, {} there already", imported.created, imported.existing);
    for (line, error) in &imported.failed {
        eprintln!("line {line}: {error}");
    }
    if imported.failed.is_empty() { Ok(()) } else { Err("some lines were not imported".into()) }
}
