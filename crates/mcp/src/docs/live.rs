//! The documentation site: one text with all guides (`llms-full.txt`), or else the pages of its sitemap.
//!
//! What comes from there is data. It is read only from the site's own origin, with limits on time and
//! size, and it is taken apart on threads of its own. Nothing in it decides what the server does.

use std::{sync::Arc, time::Duration};

use quick_xml::events::Event;
use reqwest::{Client, header::CONTENT_TYPE, redirect};
use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use super::{Body, Page, html, slugify};
use crate::text;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long one file may take.
const TIMEOUT: Duration = Duration::from_secs(8);

/// How long a file may take to be taken apart. More means that the machine is overloaded.
const PARSE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many files are taken apart at a time.
const PARSERS: usize = 2;

/// The largest file with all guides, and the largest sitemap, in bytes.
const MAX_WHOLE: usize = 4 * 1024 * 1024;

/// The largest page, in bytes.
const MAX_PAGE: usize = 1024 * 1024;

const MAX_PAGES: usize = 1_000;
const MAX_TITLE: usize = 200;
const MAX_SLUG: usize = 120;

/// Why the site could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum SiteError {
    #[error("{0}")]
    Http(#[source] reqwest::Error),
    #[error("{0} is larger than {1} bytes")]
    TooLarge(&'static str, usize),
    #[error("{0} contains no page")]
    Empty(&'static str),
    #[error("the documentation could not be taken apart in time")]
    Parse,
    #[error("the address of the documentation is not valid: {0}")]
    Address(#[from] url::ParseError),
}

impl From<reqwest::Error> for SiteError {
    /// Without the URL, which may hold a password.
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.without_url())
    }
}

/// The documentation site.
pub(super) struct Site {
    base: Url,
    client: OnceCell<Client>,
    parsers: Arc<Semaphore>,
}

impl Site {
    pub(super) fn new(base: Url) -> Self {
        Self { base, client: OnceCell::new(), parsers: Arc::new(Semaphore::new(PARSERS)) }
    }

    /// All pages.
    pub(super) async fn pages(&self) -> Result<Vec<Page>, SiteError> {
        match self.whole().await {
            Ok(pages) => Ok(pages),
            Err(_) => self.sitemap().await,
        }
    }

    /// A page of the sitemap as Markdown.
    pub(super) async fn page(&self, url: &Url) -> Result<String, SiteError> {
        let (text, is_html) = self.fetch(url, "the page", MAX_PAGE).await?;
        self.parse(move || text::visible(&if is_html { html::to_markdown(&text) } else { text }))
            .await
    }

    async fn whole(&self) -> Result<Vec<Page>, SiteError> {
        const NAME: &str = "llms-full.txt";
        let (text, is_html) = self.fetch(&self.at(NAME)?, NAME, MAX_WHOLE).await?;
        if is_html {
            return Err(SiteError::Empty(NAME));
        }
        let base = public(&self.base);
        let pages = self.parse(move || split(&text, &base)).await?;
        if pages.is_empty() { Err(SiteError::Empty(NAME)) } else { Ok(pages) }
    }

    async fn sitemap(&self) -> Result<Vec<Page>, SiteError> {
        const NAME: &str = "sitemap.xml";
        let (text, _) = self.fetch(&self.at(NAME)?, NAME, MAX_WHOLE).await?;
        let base = self.base.clone();
        let pages = self.parse(move || listed(&text, &base)).await?;
        if pages.is_empty() { Err(SiteError::Empty(NAME)) } else { Ok(pages) }
    }

    fn at(&self, name: &str) -> Result<Url, url::ParseError> {
        Url::parse(&format!("{}/{name}", self.base.as_str().trim_end_matches('/')))
    }

    /// A text, and whether it is HTML.
    async fn fetch(
        &self,
        url: &Url,
        name: &'static str,
        most: usize,
    ) -> Result<(String, bool), SiteError> {
        let client = self.client.get_or_try_init(|| async { client(&self.base) }).await?;
        let mut response = client.get(url.clone()).send().await?.error_for_status()?;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_html = kind.is_some_and(|kind| kind.contains("html"));
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if bytes.len() + chunk.len() > most {
                return Err(SiteError::TooLarge(name, most));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((String::from_utf8_lossy(&bytes).into_owned(), is_html))
    }

    /// Does work whose time grows with the size of a file, on a thread for blocking work.
    async fn parse<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SiteError> {
        let parsers = Arc::clone(&self.parsers);
        let parsed = async {
            // It is released when the work ends, even if no caller waits for it any more.
            let permit = parsers.acquire_owned().await.ok()?;
            let work = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                work()
            });
            work.await.ok()
        };
        tokio::time::timeout(PARSE_TIMEOUT, parsed).await.ok().flatten().ok_or(SiteError::Parse)
    }
}

fn client(base: &Url) -> Result<Client, reqwest::Error> {
    let within_origin = redirect::Policy::custom(|attempt| {
        let same = attempt
            .previous()
            .first()
            .is_some_and(|first| first.origin() == attempt.url().origin());
        if same && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
    });
    let client = Client::builder()
        .user_agent(concat!("stream-mcp/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .redirect(within_origin);
    // A proxy could not reach a loopback address of this machine.
    if streampay::is_loopback(base) { client.no_proxy().build() } else { client.build() }
}

/// An address that anyone may see: without a user, a password, and what is not part of its path.
fn public(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for addresses that cannot have them.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// Splits `llms-full.txt` into pages. A page begins with a heading of the second level that follows a
/// rule. Headings without a rule before them are sections of their page.
fn split(text: &str, base: &str) -> Vec<Page> {
    let mut pages: Vec<(String, String)> = Vec::new();
    let mut after_rule = true;
    let mut fenced = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            fenced = !fenced;
        }
        match trimmed.strip_prefix("## ").filter(|_| after_rule && !fenced) {
            Some(_) if pages.len() == MAX_PAGES => break,
            Some(title) => pages.push((text::line(title.trim(), MAX_TITLE), String::new())),
            None if trimmed == "---" && !fenced => {
                after_rule = true;
                continue;
            }
            None => {}
        }
        if let Some((_, body)) = pages.last_mut() {
            body.push_str(line);
            body.push('\n');
            if !trimmed.is_empty() {
                after_rule = false;
            }
        }
    }
    let mut slugs = std::collections::BTreeMap::<String, usize>::new();
    pages
        .into_iter()
        .filter_map(|(title, body)| {
            let base_slug = short_slug(&title);
            let count = slugs.entry(base_slug.clone()).or_insert(0);
            *count += 1;
            let slug = if *count == 1 { base_slug } else { format!("{base_slug}-{count}") };
            let body = text::visible(body.trim().trim_start_matches('#').trim_start());
            let page = Page {
                slug,
                title,
                url: Some(base.to_owned()),
                body: Body::Markdown(format!("# {body}\n").into()),
            };
            (!page.slug.is_empty()).then_some(page)
        })
        .collect()
}

fn short_slug(text: &str) -> String {
    let slug: String = slugify(text).chars().take(MAX_SLUG).collect();
    slug.trim_end_matches('-').to_owned()
}

/// The site's own pages in a sitemap.
fn listed(xml: &str, base: &Url) -> Vec<Page> {
    locations(xml)
        .into_iter()
        .filter_map(|location| Url::parse(&location).ok())
        .filter(|page| page.origin() == base.origin())
        .map(|page| {
            let slug = short_slug(page.path());
            let slug = if slug.is_empty() { "home".to_owned() } else { slug };
            let title = text::line(&slug.replace('-', " "), MAX_TITLE);
            Page { slug, title, url: Some(public(&page)), body: Body::Remote(page) }
        })
        .collect()
}

/// The addresses of a sitemap.
fn locations(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    let mut current: Option<String> = None;
    loop {
        if found.len() == MAX_PAGES {
            return found;
        }
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "loc" => {
                current = Some(String::new())
            }
            Ok(Event::Text(text)) => current.iter_mut().for_each(|current| current.push_str(&text)),
            // The one entity that addresses need.
            Ok(Event::GeneralRef(name)) if &*name == "amp" => {
                current.iter_mut().for_each(|current| current.push('&'));
            }
            Ok(Event::End(_)) => {
                found.extend(current.take().map(|current| current.trim().to_owned()))
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, MAX_PAGES, MAX_SLUG, listed, locations, public, split};
    use url::Url;

    #[test]
    fn the_whole_text_is_split_at_headings_that_follow_a_rule() {
        let text = "# All\n> words\n## First Page\ntext\n## A section\nmore\n\n---\n\n## Second\n```\n---\n## no page\n```\nend\n---\n## Second\nagain\n";
        let pages = split(text, "https://docs.example");
        let slugs: Vec<&str> = pages.iter().map(|page| page.slug.as_str()).collect();
        assert_eq!(slugs, ["first-page", "second", "second-2"]);
        let Body::Markdown(first) = &pages[0].body else { panic!("it is text") };
        assert_eq!(&**first, "# First Page\ntext\n## A section\nmore\n");
    }

    #[test]
    fn titles_and_texts_of_the_site_are_bounded_and_hide_nothing() {
        let text =
            format!("## Refunds\u{202e}\u{e0041} {}\nhidden\u{200b}text\n", "x".repeat(100_000));
        let page = &split(&text, "https://docs.example")[0];
        assert!(page.title.starts_with("Refunds<U+202E><U+E0041> xxx"), "{}", page.title);
        assert!(page.title.len() < 300 && page.slug.len() <= MAX_SLUG, "{}", page.slug.len());
        let Body::Markdown(body) = &page.body else { panic!("it is text") };
        assert!(body.contains("hidden<U+200B>text"));
        assert_eq!(split(&"---\n## Page\n".repeat(5_000), "").len(), MAX_PAGES);
    }

    #[test]
    fn a_sitemap_gives_its_addresses() {
        let xml = "<urlset><url><loc> https://a/x </loc><lastmod>1</lastmod></url><url><loc>https://a/y?b=1&amp;c=2</loc></url></urlset>";
        assert_eq!(locations(xml), ["https://a/x", "https://a/y?b=1&c=2"]);
        assert_eq!(locations("no xml < at all"), Vec::<String>::new());
    }

    #[test]
    fn a_hostile_sitemap_is_bounded() {
        let nested = "<a>".repeat(1_000_000);
        assert_eq!(locations(&nested), Vec::<String>::new());
        let many = "<loc>https://a/x</loc>".repeat(10_000);
        assert_eq!(listed(&many, &Url::parse("https://a").unwrap()).len(), MAX_PAGES);
        let entity =
            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><loc>https://a/&e;</loc>";
        assert_eq!(locations(entity), ["https://a/"]);
    }

    #[test]
    fn a_password_in_the_address_is_not_shown() {
        let url = Url::parse("https://user:hush@docs.example/a?token=hush#hush").unwrap();
        assert_eq!(public(&url), "https://docs.example/a");
    }
}
