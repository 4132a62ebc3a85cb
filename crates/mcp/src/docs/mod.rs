//! The guides: from the live site while it can be reached, and from the built-in pages otherwise. Results
//! always say which of the two they come from.
//!
//! Callers never wait long for the site. One task at a time fetches the guides; what was fetched before is
//! served meanwhile, and where there is nothing yet the built-in pages are served after a short wait.

mod builtin;
mod html;
mod live;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::{Semaphore, watch};
use tracing::warn;
use url::Url;

/// How long the live guides are kept before they are fetched again.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// How long to wait after a failure before the live site is tried again.
const PAUSE: Duration = Duration::from_secs(60);

/// How long the site may take to give all guides.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a caller waits for the site, counted from when it was asked.
const PATIENCE: Duration = Duration::from_secs(3);

/// How many single pages are fetched at a time.
const FETCHES: usize = 4;

/// How many single pages are kept.
const MAX_KEPT: usize = 64;

/// The longest slug or title that is looked for, in bytes.
const MAX_QUERY: usize = 256;

/// A page of the guides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) slug: String,
    pub(crate) title: String,
    /// Where people read it.
    pub(crate) url: Option<String>,
    /// The text, or how to get it.
    pub(crate) body: Body,
}

/// The text of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    Markdown(Arc<str>),
    /// Fetched when it is first asked for.
    Remote(Url),
}

/// Where pages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The live site, now or within the hour.
    Live,
    /// The live site, longer ago.
    Stale,
    /// The pages that come with the server.
    BuiltIn,
}

impl Source {
    /// Its name in results.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Live => "live documentation",
            Self::Stale => "live documentation, fetched more than an hour ago",
            Self::BuiltIn => "built-in guide; the live documentation cannot be reached now",
        }
    }
}

/// All pages and where they are from.
#[derive(Debug, Clone)]
pub(crate) struct Library {
    pub(crate) pages: Arc<Vec<Page>>,
    pub(crate) source: Source,
}

/// The guides.
pub(crate) struct Docs {
    shared: Arc<Shared>,
    fetches: Semaphore,
}

struct Shared {
    site: live::Site,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pages: Option<(Arc<Vec<Page>>, Instant)>,
    failed: Option<Instant>,
    /// The running refresh: since when, and what closes at its end.
    refresh: Option<(Instant, watch::Receiver<()>)>,
    /// The pages that were fetched one by one.
    kept: HashMap<Url, (Arc<str>, Instant)>,
}

impl State {
    fn library(&self) -> Library {
        match &self.pages {
            Some((pages, since)) => {
                let source = if since.elapsed() < FRESH { Source::Live } else { Source::Stale };
                Library { pages: Arc::clone(pages), source }
            }
            None => builtin::library(),
        }
    }

    fn kept(&self, url: &Url) -> Option<Arc<str>> {
        let (text, since) = self.kept.get(url)?;
        (since.elapsed() < FRESH).then(|| Arc::clone(text))
    }

    fn keep(&mut self, url: Url, text: Arc<str>) {
        if self.kept.len() >= MAX_KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, (_, since))| *since);
            if let Some(oldest) = oldest.map(|(url, _)| url.clone()) {
                self.kept.remove(&oldest);
            }
        }
        self.kept.insert(url, (text, Instant::now()));
    }
}

impl Docs {
    pub(crate) fn new(url: Url) -> Self {
        let shared = Shared { site: live::Site::new(url), state: Mutex::default() };
        Self { shared: Arc::new(shared), fetches: Semaphore::new(FETCHES) }
    }

    /// All pages. Where nothing has been fetched yet, it waits for the site, but not for long.
    pub(crate) async fn library(&self) -> Library {
        let running = self.refresh();
        let nothing = self.shared.state.lock().pages.is_none();
        if let Some((since, mut refreshed)) = running.filter(|_| nothing) {
            let left = PATIENCE.saturating_sub(since.elapsed());
            // It ends by the end of the refresh, which closes the channel, or by the end of the wait.
            let _ = tokio::time::timeout(left, refreshed.changed()).await;
        }
        self.at_hand()
    }

    /// The pages that are at hand without asking the network.
    pub(crate) fn at_hand(&self) -> Library {
        self.shared.state.lock().library()
    }

    /// Starts a refresh if one is due. Returns the one that is running.
    fn refresh(&self) -> Option<(Instant, watch::Receiver<()>)> {
        let mut state = self.shared.state.lock();
        let fresh = state.pages.as_ref().is_some_and(|(_, since)| since.elapsed() < FRESH);
        let paused = state.failed.is_some_and(|since| since.elapsed() < PAUSE);
        if state.refresh.is_some() || fresh || paused {
            return state.refresh.clone();
        }
        let (done, refreshed) = watch::channel(());
        let refresh = (Instant::now(), refreshed);
        state.refresh = Some(refresh.clone());
        drop(state);
        tokio::spawn(Refresh { shared: Arc::clone(&self.shared), _done: done }.run());
        Some(refresh)
    }

    /// A page by its slug, or by something near it; with its Markdown and where it is from.
    pub(crate) async fn page(&self, slug: &str) -> Result<(Page, Arc<str>, Source), Missing> {
        let library = self.library().await;
        let builtin = builtin::library();
        // A page of the built-in guide stays reachable while the site has no page of that name.
        let found = library.find(slug).map(|page| (page, library.source));
        let found = found.or_else(|| builtin.find(slug).map(|page| (page, Source::BuiltIn)));
        let Some((page, source)) = found else { return Err(Missing { near: library.near(slug) }) };
        let url = match &page.body {
            Body::Markdown(text) => return Ok((page.clone(), Arc::clone(text), source)),
            Body::Remote(url) => url,
        };
        if let Some(text) = self.fetch(url).await {
            return Ok((page.clone(), text, source));
        }
        let own = builtin.find(slug).and_then(Page::markdown);
        let own = own.ok_or_else(|| Missing { near: builtin.near(slug) })?;
        Ok((page.clone(), own, Source::BuiltIn))
    }

    /// A single page of the site, from what is kept or from the site itself.
    async fn fetch(&self, url: &Url) -> Option<Arc<str>> {
        let kept = || self.shared.state.lock().kept(url);
        if let Some(text) = kept() {
            return Some(text);
        }
        let waited = tokio::time::timeout(PATIENCE, self.fetches.acquire()).await;
        let _permit = waited.ok()?.ok()?;
        // Another task may have fetched it meanwhile.
        if let Some(text) = kept() {
            return Some(text);
        }
        match self.shared.site.page(url).await {
            Ok(text) => {
                let text: Arc<str> = text.into();
                self.shared.state.lock().keep(url.clone(), Arc::clone(&text));
                Some(text)
            }
            Err(error) => {
                warn!(%error, "a page of the live documentation cannot be read");
                None
            }
        }
    }
}

/// A task that fetches all guides.
struct Refresh {
    shared: Arc<Shared>,
    /// Its end wakes those who wait.
    _done: watch::Sender<()>,
}

impl Refresh {
    async fn run(self) {
        let pages = tokio::time::timeout(REFRESH_TIMEOUT, self.shared.site.pages()).await;
        let now = Instant::now();
        let mut state = self.shared.state.lock();
        match pages {
            Ok(Ok(pages)) => {
                state.pages = Some((Arc::new(pages), now));
                state.failed = None;
                return;
            }
            Ok(Err(error)) => warn!(%error, "the live documentation cannot be reached"),
            Err(_) => warn!("the live documentation did not answer in time"),
        }
        state.failed = Some(now);
    }
}

impl Drop for Refresh {
    /// However the task ends, the next one may start.
    fn drop(&mut self) {
        self.shared.state.lock().refresh = None;
    }
}

/// The page does not exist; these are the closest ones.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) near: Vec<String>,
}

impl Page {
    fn markdown(&self) -> Option<Arc<str>> {
        match &self.body {
            Body::Markdown(text) => Some(Arc::clone(text)),
            Body::Remote(_) => None,
        }
    }
}

impl Library {
    /// The page with this slug; else the first whose slug begins or ends with it, or contains it.
    fn find(&self, slug: &str) -> Option<&Page> {
        if slug.len() > MAX_QUERY {
            return None;
        }
        let slug = slugify(slug);
        if slug.is_empty() {
            return None;
        }
        let by = |fits: &dyn Fn(&str) -> bool| self.pages.iter().find(|page| fits(&page.slug));
        by(&|known| known == slug)
            .or_else(|| by(&|known| known.starts_with(&slug)))
            .or_else(|| by(&|known| known.ends_with(&slug)))
    }

    /// The slugs that are most like this one.
    fn near(&self, slug: &str) -> Vec<String> {
        if slug.len() > MAX_QUERY {
            return Vec::new();
        }
        let slug = slugify(slug);
        let mut rated: Vec<(f64, &str)> = self
            .pages
            .iter()
            .map(|page| (strsim::jaro_winkler(&slug, &page.slug), page.slug.as_str()))
            .collect();
        rated.sort_by(|a, b| b.0.total_cmp(&a.0));
        rated.into_iter().take(5).map(|(_, slug)| slug.to_owned()).collect()
    }
}

/// `Handling Payment Redirects` → `handling-payment-redirects`.
pub(crate) fn slugify(title: &str) -> String {
    let mut slug = String::new();
    for c in title.trim().trim_matches('/').chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Body, Library, Page, Source, builtin, slugify};
    use std::sync::Arc;

    fn library(slugs: &[&str]) -> Library {
        let page = |slug: &&str| Page {
            slug: (*slug).to_owned(),
            title: (*slug).to_owned(),
            url: None,
            body: Body::Markdown("".into()),
        };
        Library { pages: Arc::new(slugs.iter().map(page).collect()), source: Source::Live }
    }

    #[test]
    fn pages_are_found_by_slug_title_or_beginning() {
        let library = library(&["getting-started-with-stream", "webhooks", "testing-cards"]);
        let find = |text: &str| library.find(text).map(|page| page.slug.clone());
        assert_eq!(find("webhooks").as_deref(), Some("webhooks"));
        assert_eq!(find("Getting Started").as_deref(), Some("getting-started-with-stream"));
        assert_eq!(find("cards").as_deref(), Some("testing-cards"));
        assert_eq!(find("refunds"), None);
        assert_eq!(find("../../etc/passwd"), None);
        assert_eq!(find(""), None);
        assert_eq!(library.near("webhoks").first().unwrap(), "webhooks");
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slugify("Pagination & Filtering"), "pagination-filtering");
        assert_eq!(slugify("/docs/a_b/"), "docs-a-b");
        assert_eq!(slugify("!!!"), "");
    }

    #[test]
    fn the_built_in_guide_is_complete() {
        let library = builtin::library();
        assert!(library.pages.len() >= 10);
        for page in library.pages.iter() {
            assert!(page.markdown().is_some_and(|text| text.starts_with("# ")), "{}", page.slug);
            assert_eq!(slugify(&page.slug), page.slug);
            assert!(!page.title.is_empty());
        }
    }
}
