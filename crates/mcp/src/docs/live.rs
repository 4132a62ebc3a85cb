//! The live site: one text with all guides (`llms-full.txt`), else the pages of its sitemap.
//!
//! What comes from there is data, read with limits on time and size and only from the site's own
//! origin. Nothing in it decides what the server does.

use std::time::Duration;

use quick_xml::events::Event;
use reqwest::{Client, header::CONTENT_TYPE, redirect};
use tokio::sync::OnceCell;
use url::Url;

use super::{Body, Page, slugify};

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_TEXT: usize = 8 * 1024 * 1024;
const MAX_PAGES: usize = 1_000;

/// Why the site could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum SiteError {
    #[error("{0}")]
    Http(String),
    #[error("{0} is larger than {MAX_TEXT} bytes")]
    TooLarge(Url),
    #[error("{0} holds no page")]
    Empty(Url),
}

impl From<reqwest::Error> for SiteError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.to_string())
    }
}

/// The documentation site.
pub(super) struct Site {
    base: Url,
    client: OnceCell<Client>,
}

impl Site {
    pub(super) fn new(base: Url) -> Self {
        Self { base, client: OnceCell::new() }
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
        let (text, html) = self.fetch(url).await?;
        if !html {
            return Ok(text);
        }
        let converter = htmd::HtmlToMarkdown::builder()
            .skip_tags(vec!["script", "style", "nav", "footer", "header"])
            .build();
        converter.convert(main_part(&text)).map_err(|error| SiteError::Http(error.to_string()))
    }

    async fn whole(&self) -> Result<Vec<Page>, SiteError> {
        let url = self.at("llms-full.txt")?;
        let (text, html) = self.fetch(&url).await?;
        let pages = if html { Vec::new() } else { split(&text, &self.base) };
        if pages.is_empty() { Err(SiteError::Empty(url)) } else { Ok(pages) }
    }

    async fn sitemap(&self) -> Result<Vec<Page>, SiteError> {
        let url = self.at("sitemap.xml")?;
        let (text, _) = self.fetch(&url).await?;
        let pages: Vec<Page> = locations(&text)
            .into_iter()
            .filter_map(|location| Url::parse(&location).ok())
            .filter(|page| page.origin() == self.base.origin())
            .map(|page| {
                let slug = slugify(page.path());
                let slug = if slug.is_empty() { "home".to_owned() } else { slug };
                let title = slug.replace('-', " ");
                Page { slug, title, url: Some(page.to_string()), body: Body::Remote(page) }
            })
            .take(MAX_PAGES)
            .collect();
        if pages.is_empty() { Err(SiteError::Empty(url)) } else { Ok(pages) }
    }

    fn at(&self, name: &str) -> Result<Url, SiteError> {
        let text = format!("{}/{name}", self.base.as_str().trim_end_matches('/'));
        Url::parse(&text).map_err(|error| SiteError::Http(error.to_string()))
    }

    /// A text, and whether it is HTML.
    async fn fetch(&self, url: &Url) -> Result<(String, bool), SiteError> {
        let client = self.client.get_or_try_init(|| async { client() }).await?;
        let mut response = client.get(url.clone()).send().await?.error_for_status()?;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let html = kind.is_some_and(|kind| kind.contains("html"));
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if bytes.len() + chunk.len() > MAX_TEXT {
                return Err(SiteError::TooLarge(url.clone()));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((String::from_utf8_lossy(&bytes).into_owned(), html))
    }
}

fn client() -> Result<Client, reqwest::Error> {
    let within_origin = redirect::Policy::custom(|attempt| {
        let same = attempt
            .previous()
            .first()
            .is_some_and(|first| first.origin() == attempt.url().origin());
        if same && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
    });
    Client::builder()
        .user_agent(concat!("stream-mcp/", env!("CARGO_PKG_VERSION")))
        .timeout(TIMEOUT)
        .redirect(within_origin)
        .build()
}

/// Splits `llms-full.txt` into pages. A page begins with a heading of the second level that follows a
/// rule; headings without a rule before them are sections of their page.
fn split(text: &str, base: &Url) -> Vec<Page> {
    let mut pages: Vec<(String, String)> = Vec::new();
    let mut after_rule = true;
    let mut fenced = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            fenced = !fenced;
        }
        match trimmed.strip_prefix("## ").filter(|_| after_rule && !fenced) {
            Some(title) => pages.push((title.trim().to_owned(), String::new())),
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
        .take(MAX_PAGES)
        .filter_map(|(title, body)| {
            let base_slug = slugify(&title);
            let count = slugs.entry(base_slug.clone()).or_insert(0);
            *count += 1;
            let slug = if *count == 1 { base_slug } else { format!("{base_slug}-{count}") };
            let body = body.trim().trim_start_matches('#').trim_start();
            let page = Page {
                slug,
                title,
                url: Some(base.to_string()),
                body: Body::Markdown(format!("# {body}\n")),
            };
            (!page.slug.is_empty()).then_some(page)
        })
        .collect()
}

/// The addresses of a sitemap.
fn locations(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    let mut current: Option<String> = None;
    loop {
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

/// The part of a page between `<main>` tags, or `<article>` tags, or all of it.
fn main_part(html: &str) -> &str {
    for tag in ["main", "article"] {
        let start = html.find(&format!("<{tag}"));
        let end = html.rfind(&format!("</{tag}>"));
        if let (Some(start), Some(end)) = (start, end)
            && let Some(part) = html.get(start..end)
        {
            return part;
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{Body, locations, main_part, split};
    use url::Url;

    #[test]
    fn the_whole_text_is_split_at_headings_that_follow_a_rule() {
        let text = "# All\n> words\n## First Page\ntext\n## A section\nmore\n\n---\n\n## Second\n```\n---\n## no page\n```\nend\n---\n## Second\nagain\n";
        let pages = split(text, &Url::parse("https://docs.example").unwrap());
        let slugs: Vec<&str> = pages.iter().map(|page| page.slug.as_str()).collect();
        assert_eq!(slugs, ["first-page", "second", "second-2"]);
        let Body::Markdown(first) = &pages[0].body else { panic!("it is text") };
        assert_eq!(first, "# First Page\ntext\n## A section\nmore\n");
    }

    #[test]
    fn a_sitemap_gives_its_addresses() {
        let xml = "<urlset><url><loc> https://a/x </loc><lastmod>1</lastmod></url><url><loc>https://a/y?b=1&amp;c=2</loc></url></urlset>";
        assert_eq!(locations(xml), ["https://a/x", "https://a/y?b=1&c=2"]);
        assert_eq!(locations("no xml < at all"), Vec::<String>::new());
    }

    #[test]
    fn only_the_main_part_of_a_page_counts() {
        assert_eq!(main_part("<nav>n</nav><main id=x><p>m</p></main>"), "<main id=x><p>m</p>");
        assert_eq!(main_part("</main><main>"), "</main><main>");
    }
}
