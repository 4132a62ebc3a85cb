//! Answering a request to the API: finds the operation, checks key, branch and request, and lets the
//! handler do its work. It knows nothing of connections, which are `http`'s.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Uri};
use serde_json::{Value, json};

use crate::app::App;
use crate::contract::{Found, Route, read_body, read_parameters};
use crate::error::{ApiError, Code, Result};
use crate::model::{ApiKey, Branch, Organization};
use crate::resources::{self, Call, Reply};
use crate::store::{Scope, Store};
use crate::tenants;

/// A request in parts that outlive it.
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

/// A header that is text.
pub(crate) fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
}

/// Answers a request: the status and the body.
pub(crate) fn respond(app: &App, asked: &Asked) -> (u16, Value) {
    match app.contract.find(asked.method.as_str(), asked.uri.path()) {
        Found::Route(route, path) => match operate(app, route, path, asked) {
            Ok(reply) => (reply.status, reply.body),
            Err(error) => (error.status, error.body),
        },
        Found::WrongMethod(_) => (405, json!({"detail": "Method Not Allowed"})),
        Found::Nothing => (404, json!({"detail": "Not Found"})),
    }
}

fn operate(
    app: &App,
    route: &Route,
    path: std::collections::HashMap<String, String>,
    asked: &Asked,
) -> Result<Reply> {
    let key = app.db.lock().read(app.db.now(), |store| authenticate(store, &asked.headers))?;
    let query = asked.uri.query().unwrap_or_default();
    let schemas = &app.contract.schemas;
    let operation = &route.operation;
    let (query, faults) = read_parameters(operation, schemas, &path, query, &asked.headers);
    let kind = text_header(&asked.headers, "content-type").unwrap_or_default();
    let body = read_body(operation, schemas, &kind, &asked.bytes, faults)?;
    let branch = text_header(&asked.headers, "x-branch-id");
    let Some(handler) = resources::handler(&route.key) else {
        return Err(ApiError::code(501, Code::FeatureDisabled, route.key.clone()));
    };
    let work = |store: &mut Store<'_>| {
        let branch = choose_branch(store, &key, branch.as_deref())?;
        let org: Organization = store.need(&key.base.org)?;
        let scope = Scope { org: org.base.id.clone(), branch, user: key.base.user.clone() };
        handler(store, &Call { org, key, scope, path, query, body })
    };
    if operation.method.is_safe() { app.read(work) } else { app.change(work) }
}

fn authenticate(store: &Store, headers: &HeaderMap) -> Result<ApiKey> {
    let refuse = |info: &str| Err(ApiError::code(401, Code::StreamError, info));
    let Some(header) = text_header(headers, "x-api-key") else {
        return refuse("The header x-api-key is missing.");
    };
    let Some(id) = tenants::key_id(&header) else {
        return refuse("The header x-api-key is not the Base64 form of key:secret.");
    };
    match store.get::<ApiKey>(&id)? {
        Some(key) => Ok(key),
        None => refuse("The API key is not known."),
    }
}

fn choose_branch(store: &Store, key: &ApiKey, wanted: Option<&str>) -> Result<String> {
    let id = wanted.map_or_else(|| key.base.branch.clone(), str::to_ascii_lowercase);
    let branch = store.get::<Branch>(&id)?;
    let known = branch.is_some_and(|b| b.base.org == key.base.org && !b.base.deleted);
    if !known {
        return Err(ApiError::code(404, Code::BranchNotFound, format!("Branch {id}.")));
    }
    if !key.all_branches && id != key.base.branch && !key.branches.contains(&id) {
        return Err(ApiError::code(403, Code::BranchAccessDenied, format!("Branch {id}.")));
    }
    Ok(id)
}

/// Asks the API from inside, as the first organization.
pub(crate) fn ask(app: &App, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let mut headers = HeaderMap::new();
    if let Ok(key) = app.api_key().parse() {
        headers.insert("x-api-key", key);
    }
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let (Ok(method), Ok(uri)) = (method.parse(), path.parse()) else {
        return (404, json!({"detail": "Not Found"}));
    };
    respond(app, &Asked { method, uri, headers, bytes })
}
