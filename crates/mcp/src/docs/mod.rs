//! The guides: from the live site while it can be reached, from the built-in pages otherwise, and
//! always saying which of the two it is.

mod builtin;
mod live;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Mutex;
use tracing::warn;
use url::Url;

/// How long the live guides are kept before they are fetched again.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// How long to wait after a failure before the live site is tried again.
const PAUSE: Duration = Duration::from_secs(60);

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
    Markdown(String),
    /// Fetched when it is first asked for.
    Remote(Url),
}

/// Where pages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The live site, now or within the hour.
    Live,
    /// The live site, longer ago; it cannot be reached now.
    Stale,
    /// The pages that come with the server.
    BuiltIn,
}

impl Source {
    /// What to tell the reader.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Live => "live documentation",
            Self::Stale => "live documentation, fetched earlier; the site cannot be reached now",
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
    site: live::Site,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pages: Option<(Arc<Vec<Page>>, Instant)>,
    failed: Option<Instant>,
}

impl Docs {
    pub(crate) fn new(url: Url) -> Self {
        Self { site: live::Site::new(url), state: Mutex::new(State::default()) }
    }

    /// All pages. Waits for the live site where it has to be asked; callers at the same moment wait for
    /// the same answer.
    pub(crate) async fn library(&self) -> Library {
        let mut state = self.state.lock().await;
        if let Some((pages, since)) = &state.pages
            && since.elapsed() < FRESH
        {
            return Library { pages: Arc::clone(pages), source: Source::Live };
        }
        if state.failed.is_none_or(|since| since.elapsed() >= PAUSE) {
            match self.site.pages().await {
                Ok(pages) => {
                    let pages = Arc::new(pages);
                    *state =
                        State { pages: Some((Arc::clone(&pages), Instant::now())), failed: None };
                    return Library { pages, source: Source::Live };
                }
                Err(error) => {
                    warn!(%error, "the live documentation cannot be reached");
                    state.failed = Some(Instant::now());
                }
            }
        }
        match &state.pages {
            Some((pages, _)) => Library { pages: Arc::clone(pages), source: Source::Stale },
            None => builtin::library(),
        }
    }

    /// The pages that are at hand without asking the network.
    pub(crate) async fn at_hand(&self) -> Library {
        match &self.state.lock().await.pages {
            Some((pages, since)) => {
                let source = if since.elapsed() < FRESH { Source::Live } else { Source::Stale };
                Library { pages: Arc::clone(pages), source }
            }
            None => builtin::library(),
        }
    }

    /// A page by its slug, or by something near it; with its Markdown and where it is from.
    pub(crate) async fn page(&self, slug: &str) -> Result<(Page, String, Source), Missing> {
        let library = self.library().await;
        let builtin = builtin::library();
        // A page of the built-in guide stays reachable while the site has no page of that name.
        let found = library.find(slug).map(|page| (page, library.source));
        let found = found.or_else(|| builtin.find(slug).map(|page| (page, Source::BuiltIn)));
        let Some((page, source)) = found else { return Err(Missing { near: library.near(slug) }) };
        match &page.body {
            Body::Markdown(text) => Ok((page.clone(), text.clone(), source)),
            Body::Remote(url) => match self.site.page(url).await {
                Ok(text) => Ok((page.clone(), text, source)),
                Err(error) => {
                    warn!(%error, slug, "a page of the live documentation cannot be read");
                    let own = builtin.find(slug).and_then(Page::markdown);
                    let own = own.ok_or_else(|| Missing { near: builtin.near(slug) })?;
                    Ok((page.clone(), own.to_owned(), Source::BuiltIn))
                }
            },
        }
    }
}

/// There is no such page; these come nearest.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) near: Vec<String>,
}

impl Page {
    fn markdown(&self) -> Option<&str> {
        match &self.body {
            Body::Markdown(text) => Some(text),
            Body::Remote(_) => None,
        }
    }
}

impl Library {
    /// The page with this slug; else the first whose slug begins or ends with it, or contains it.
    fn find(&self, slug: &str) -> Option<&Page> {
        let slug = slugify(slug);
        if slug.is_empty() {
            return None;
        }
        let by = |fits: &dyn Fn(&str) -> bool| self.pages.iter().find(|page| fits(&page.slug));
        by(&|known| known == slug)
            .or_else(|| by(&|known| known.starts_with(&slug)))
            .or_else(|| by(&|known| known.ends_with(&slug)))
    }

    fn near(&self, slug: &str) -> Vec<String> {
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
            body: Body::Markdown(String::new()),
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
