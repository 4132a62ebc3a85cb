//! MCP resources: the API description and the pages of the guides.

use rmcp::{
    ErrorData,
    model::{Resource, ResourceContents, ResourceTemplate},
};

use serde_json::json;

use crate::{docs::Docs, text};

/// The URI of the API description.
pub(crate) const OPENAPI: &str = "stream://docs/openapi";

const PAGES: &str = "stream://docs/pages/";

/// How many completions are returned: the limit of the protocol.
const MAX_COMPLETIONS: usize = 100;

/// The URI of a page.
pub(crate) fn page_uri(slug: &str) -> String {
    format!("{PAGES}{slug}")
}

/// All resources, without waiting for the network.
pub(crate) fn list(docs: &Docs) -> Vec<Resource> {
    let openapi = Resource::new(OPENAPI, "openapi")
        .with_title("Stream API description")
        .with_description(
            "The OpenAPI description that the tools of this server were generated from.",
        )
        .with_mime_type("application/json")
        .with_size(streampay::DESCRIPTION.len() as u64);
    let library = docs.at_hand();
    let pages = library.pages.iter().map(|page| {
        Resource::new(page_uri(&page.slug), page.slug.clone())
            .with_title(page.title.clone())
            .with_mime_type("text/markdown")
    });
    std::iter::once(openapi).chain(pages).collect()
}

/// The URI template of the pages.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    let template = ResourceTemplate::new(format!("{PAGES}{{slug}}"), "page")
        .with_title("Page of the guides")
        .with_description(
            "A page of Stream's guides as Markdown. list_stream_docs lists the slugs.",
        )
        .with_mime_type("text/markdown");
    vec![template]
}

/// Reads a resource.
///
/// # Errors
/// The server has no such resource.
pub(crate) async fn read(docs: &Docs, uri: &str) -> Result<ResourceContents, ErrorData> {
    if uri == OPENAPI {
        return Ok(
            ResourceContents::text(streampay::DESCRIPTION, uri).with_mime_type("application/json")
        );
    }
    let not_found = |near: &[String]| {
        let near: Vec<String> = near.iter().map(|slug| page_uri(slug)).collect();
        let data = json!({"uri": text::line(uri, text::LONG), "near": near});
        ErrorData::resource_not_found("no resource has this URI", Some(data))
    };
    let slug = uri.strip_prefix(PAGES).ok_or_else(|| not_found(&[]))?;
    match docs.page(slug).await {
        Ok((_, markdown, source)) => {
            let text = format!("<!-- Source: {} -->\n{markdown}", source.words());
            Ok(ResourceContents::text(text, uri).with_mime_type("text/markdown"))
        }
        Err(missing) => Err(not_found(&missing.near)),
    }
}

/// The slugs that begin with `typed`.
pub(crate) fn complete(docs: &Docs, typed: &str) -> Vec<String> {
    let library = docs.at_hand();
    let slugs = library.pages.iter().map(|page| page.slug.clone());
    slugs.filter(|slug| slug.starts_with(typed)).take(MAX_COMPLETIONS).collect()
}
