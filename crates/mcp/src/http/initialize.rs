//! What a session keeps of a client's `initialize` request.

use rmcp::model::InitializeRequestParams;

/// The longest name or version of a client that is kept, in bytes.
const MAX_NAME: usize = 128;

/// Drops what a server never needs of a client's introduction: it is kept for as long as the session, here
/// and in the state that replicas share.
pub(super) fn trim(params: &mut InitializeRequestParams) {
    params.meta = None;
    let capabilities = &mut params.capabilities;
    capabilities.experimental = None;
    capabilities.extensions = None;
    if let Some(sampling) = &mut capabilities.sampling {
        for settings in [&mut sampling.tools, &mut sampling.context] {
            *settings = settings.take().map(|_| serde_json::Map::new());
        }
    }
    let client = &mut params.client_info;
    (client.title, client.description, client.icons, client.website_url) = Default::default();
    for text in [&mut client.name, &mut client.version] {
        text.truncate(text.floor_char_boundary(MAX_NAME));
        text.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::InitializeRequestParams;
    use serde_json::json;

    use super::trim;

    #[test]
    fn little_is_kept_of_a_clients_introduction() {
        let many: serde_json::Map<_, _> =
            (0..500).map(|number| (format!("k{number}"), json!({}))).collect();
        let long = "\u{fc}".repeat(5000);
        let mut params: InitializeRequestParams = serde_json::from_value(json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {"experimental": many, "extensions": many, "elicitation": {"form": {}},
                "sampling": {"tools": many}, "roots": {"listChanged": true}},
            "clientInfo": {"name": long, "version": long, "title": long, "description": long,
                "websiteUrl": long},
            "_meta": many,
        }))
        .unwrap();
        trim(&mut params);
        let kept = serde_json::to_value(&params).unwrap();
        assert!(kept.to_string().len() < 1024, "{kept}");
        let wanted = json!({"elicitation": {"form": {}}, "sampling": {"tools": {}},
            "roots": {"listChanged": true}});
        assert_eq!(kept["capabilities"], wanted);
        assert_eq!(kept["protocolVersion"], "2025-06-18");
    }
}
