//! The pages that come with the server: a short guide in the project's own words.

use std::sync::{Arc, LazyLock};

use super::{Body, Library, Page, Source};

/// The pages, in the order in which they are listed: slug and text.
const PAGES: &[(&str, &str)] = &[
    ("getting-started", include_str!("pages/getting-started.md")),
    ("authentication", include_str!("pages/authentication.md")),
    ("customers", include_str!("pages/customers.md")),
    ("products-and-prices", include_str!("pages/products-and-prices.md")),
    ("coupons", include_str!("pages/coupons.md")),
    ("payment-links", include_str!("pages/payment-links.md")),
    ("redirects", include_str!("pages/redirects.md")),
    ("embedded-checkout", include_str!("pages/embedded-checkout.md")),
    ("invoices", include_str!("pages/invoices.md")),
    ("installments", include_str!("pages/installments.md")),
    ("payments-and-refunds", include_str!("pages/payments-and-refunds.md")),
    ("subscriptions", include_str!("pages/subscriptions.md")),
    ("metered-usage", include_str!("pages/metered-usage.md")),
    ("webhooks", include_str!("pages/webhooks.md")),
    ("testing-cards", include_str!("pages/testing-cards.md")),
    ("pagination", include_str!("pages/pagination.md")),
    ("branches", include_str!("pages/branches.md")),
    ("errors", include_str!("pages/errors.md")),
    ("safe-retries", include_str!("pages/safe-retries.md")),
];

static LIBRARY: LazyLock<Arc<Vec<Page>>> = LazyLock::new(|| {
    let page = |(slug, text): &(&str, &str)| Page {
        slug: (*slug).to_owned(),
        title: text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned(),
        url: None,
        body: Body::Markdown((*text).into()),
    };
    Arc::new(PAGES.iter().map(page).collect())
});

pub(super) fn library() -> Library {
    Library { pages: Arc::clone(&LIBRARY), source: Source::BuiltIn }
}
