//! Handles a request to the API: finds the operation, checks key, branch and request, and runs the
//! handler. Connections are the business of `http`.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Uri};
use serde_json::{Value, json};

use crate::app::App;
use crate::contract::{Found, Route, shape};
use crate::error::{Code, Result};
use crate::model::{ApiKey, Branch, Organization};
use crate::resources::{self, Call};
use crate::store::{Scope, Store};
use crate::tenants;

/// A request that was read in full.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

/// A header that is text.
pub(crate) fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
}

/// Handles a request. Returns the status and the body of the response.
pub(crate) fn respond(app: &App, incoming: &Incoming) -> (u16, Value) {
    match app.contract.find(&incoming.method, incoming.uri.path()) {
        Found::Route(route, path) => {
            operate(app, route, path, incoming).unwrap_or_else(|error| (error.status, error.body))
        }
        Found::WrongMethod(_) => (405, json!({"detail": "Method Not Allowed"})),
        Found::Nothing => (404, json!({"detail": "Not Found"})),
    }
}

fn operate(
    app: &App,
    route: &Route,
    path: std::collections::HashMap<String, String>,
    incoming: &Incoming,
) -> Result<(u16, Value)> {
    let key = app.db.lock().read(app.db.now(), |store| authenticate(store, &incoming.headers))?;
    let query = incoming.uri.query().unwrap_or_default();
    let schemas = &app.contract.schemas;
    let Route { key: name, operation, .. } = route;
    let (parameters, details) = operation.read_parameters(schemas, &path, query, &incoming.headers);
    let kind = text_header(&incoming.headers, "content-type").unwrap_or_default();
    let body = operation.read_body(schemas, &kind, &incoming.bytes, details)?;
    let branch = text_header(&incoming.headers, "x-branch-id");
    let Some(handler) = resources::handler(name) else {
        return Err(Code::FeatureDisabled.error(name).with_status(501));
    };
    let work = |store: &mut Store<'_>| {
        let branch = choose_branch(store, &key, branch.as_deref())?;
        let org: Organization = store.need(&key.base.organization_id)?;
        let scope = Scope { org: org.base.id.clone(), branch, user: key.base.user_id.clone() };
        let sent = incoming.bytes.clone();
        handler(store, &Call { org, key, scope, path, parameters, body, sent })
    };
    let mut body = if operation.method.is_safe() { app.read(work) } else { app.change(work) }?;
    if let Some(schema) = &operation.response {
        shape(&mut body, schema, schemas);
    }
    Ok((resources::status(name), body))
}

fn authenticate(store: &Store<'_>, headers: &HeaderMap) -> Result<ApiKey> {
    let refusal = |info: &str| Code::StreamError.error(info).with_status(401);
    let header = text_header(headers, "x-api-key")
        .ok_or_else(|| refusal("The header x-api-key is missing."))?;
    let id = tenants::key_id(&header)
        .ok_or_else(|| refusal("The header x-api-key is not the Base64 form of key:secret."))?;
    store.get(&id)?.ok_or_else(|| refusal("The API key is not known."))
}

fn choose_branch(store: &Store<'_>, key: &ApiKey, wanted: Option<&str>) -> Result<String> {
    let id = wanted.map_or_else(|| key.base.branch_id.clone(), str::to_ascii_lowercase);
    let info = || format!("Branch {id}.");
    let branch = store.get::<Branch>(&id)?;
    let known = branch.is_some_and(|branch| branch.is_in(&key.base.organization_id));
    ensure!(known, Code::BranchNotFound.error(info()));
    ensure!(key.reaches(&id) || id == key.base.branch_id, Code::BranchAccessDenied.error(info()));
    Ok(id)
}

/// Calls the API from inside, as the first organization.
pub(crate) fn call(app: &App, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let mut headers = HeaderMap::new();
    if let Ok(key) = app.api_key().parse() {
        headers.insert("x-api-key", key);
    }
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let (Ok(method), Ok(uri)) = (method.parse(), path.parse()) else {
        return (404, json!({"detail": "Not Found"}));
    };
    respond(app, &Incoming { method, uri, headers, bytes })
}
