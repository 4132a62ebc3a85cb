//! Fetching a description: with a time-out, a limit on size, and a word now and then.

use std::{
    io::{IsTerminal as _, Write as _},
    time::Duration,
};

use anyhow::{Context as _, bail};
use streampay_spec::MAX_BYTES;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Downloads a text.
///
/// # Errors
/// An address that is no https (or loopback http) URL, no answer in time, an answer that is no
/// success, no UTF-8, or larger than a description can be.
pub fn fetch(url: &str) -> anyhow::Result<String> {
    let parsed = reqwest::Url::parse(url).with_context(|| format!("`{url}` is no URL"))?;
    let local =
        parsed.host_str().is_some_and(|host| host == "localhost" || host.starts_with("127."));
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && local) {
        bail!("`{url}`: a description is fetched over https only");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(body(parsed)).with_context(|| {
        format!("`{url}` could not be downloaded; give the file with --file, or use the pinned description with --pinned")
    })
}

async fn body(url: reqwest::Url) -> anyhow::Result<String> {
    let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
    let mut response = client.get(url).send().await?.error_for_status()?;
    let progress = std::io::stderr().is_terminal();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            bail!("the answer has more than {} MiB", MAX_BYTES / 1024 / 1024);
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
    String::from_utf8(bytes).context("the answer is no UTF-8 text")
}
