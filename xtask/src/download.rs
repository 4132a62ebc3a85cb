//! Downloads a description, with a timeout, a size limit and a progress display.

use std::{
    io::{IsTerminal as _, Write as _},
    net::IpAddr,
    time::Duration,
};

use anyhow::{Context as _, bail};
use streampay_spec::MAX_BYTES;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Downloads a text.
///
/// # Errors
/// The URL is not valid or not https (plain http is allowed on loopback), the server does not answer in
/// time or not with success, or the text is too large or not UTF-8.
pub fn fetch(url: &str) -> anyhow::Result<String> {
    fetch_within(url, TIMEOUT)
}

/// Like [`fetch`], with another timeout.
///
/// # Errors
/// Like [`fetch`].
pub fn fetch_within(url: &str, timeout: Duration) -> anyhow::Result<String> {
    let parsed = reqwest::Url::parse(url).with_context(|| format!("`{url}` is not a valid URL"))?;
    let host = parsed.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && local) {
        bail!("`{url}`: descriptions are downloaded over https only");
    }
    // Redirects from https must not lead to plain http.
    let https_only = parsed.scheme() == "https";
    let mut client = reqwest::Client::builder().timeout(timeout).https_only(https_only);
    if local {
        client = client.no_proxy();
    }
    let client = client.build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(body(client, parsed)).with_context(|| {
        format!("downloading `{url}` failed; pass a file with --file, or use the pinned description with --pinned")
    })
}

async fn body(client: reqwest::Client, url: reqwest::Url) -> anyhow::Result<String> {
    let mut response = client.get(url).send().await?.error_for_status()?;
    if !response.status().is_success() {
        bail!("the server answered {}", response.status());
    }
    let progress = std::io::stderr().is_terminal();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            bail!("the description is larger than {} MiB", MAX_BYTES / 1024 / 1024);
        }
        bytes.extend_from_slice(&chunk);
        if progress {
            eprint!("\r{} KiB", bytes.len() / 1024);
            std::io::stderr().flush()?;
        }
    }
    if progress {
        eprintln!();
    }
    String::from_utf8(bytes).context("the description is not UTF-8")
}
