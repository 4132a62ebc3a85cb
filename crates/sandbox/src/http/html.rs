//! Making HTML: everything that is not markup passes through [`escape`].

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

/// Text as it may stand in content and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// A page. No scripts run on it, and it is never kept.
pub(super) fn page(status: u16, html: String) -> Response {
    let response = axum::http::Response::builder()
        .status(status)
        .header("content-type", "text/html; charset=utf-8")
        .header(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        )
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "same-origin")
        .header("cache-control", "no-store")
        .body(Body::from(html));
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Sends the browser elsewhere after a form.
pub(super) fn see_other(place: &str) -> Response {
    let response =
        axum::http::Response::builder().status(303).header("location", place).body(Body::empty());
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_in_text_is_text() {
        assert_eq!(
            super::escape(r#"<b onclick="x('y')">&"#),
            "&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;"
        );
    }
}
