//! Branches of an organization. Other records belong to one; these belong to the organization.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::error::{ApiError, Code, Result};
use crate::model::Branch;
use crate::store::{Filter, Store};
use crate::time;

fn view(branch: &Branch) -> Value {
    json!({
        "id": branch.base.id,
        "name": branch.name,
        "user_count": 1,
        "created_at": time::text(branch.base.created_at),
    })
}

/// The branches of an organization that are not deleted.
pub(crate) fn of_organization(org: &str) -> Filter {
    Filter::new().eq("org", org).raw("deleted = 0", [])
}

fn named(store: &Store<'_>, call: &Call, name: &str) -> Result<Option<Branch>> {
    let filter = of_organization(&call.scope.org).raw("text = ?", [name.to_lowercase()]);
    store.latest(&filter)
}

fn target(store: &Store<'_>, call: &Call) -> Result<Branch> {
    let id = call.path.get("branch_id").map(|id| id.to_ascii_lowercase()).unwrap_or_default();
    let branch = store.get::<Branch>(&id)?;
    let branch = branch.filter(|b| b.base.org == call.scope.org && !b.base.deleted);
    let branch =
        branch.ok_or_else(|| ApiError::code(404, Code::BranchNotFound, format!("Branch {id}.")))?;
    if !call.key.all_branches && !call.key.branches.contains(&branch.base.id) {
        return Err(ApiError::code(403, Code::BranchAccessDenied, format!("Branch {id}.")));
    }
    Ok(branch)
}

fn name(call: &Call) -> Result<String> {
    let name = call.fields().text("name").unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(ApiError::value(&["name"], "a branch needs a name"));
    }
    Ok(name)
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let branches: Vec<Branch> = store.all(&of_organization(&call.scope.org))?;
    let seen =
        |branch: &&Branch| call.key.all_branches || call.key.branches.contains(&branch.base.id);
    let data: Vec<Value> = branches.iter().filter(seen).map(view).collect();
    Reply::ok(json!({ "data": data }))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let name = name(call)?;
    if let Some(branch) = named(store, call, &name)? {
        return Reply::ok(view(&branch));
    }
    let base = call.scope.base(store);
    let branch = Branch { base, name };
    store.put(&branch)?;
    Reply::ok(view(&branch))
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    Reply::ok(view(&target(store, call)?))
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut branch = target(store, call)?;
    let name = name(call)?;
    if named(store, call, &name)?.is_some_and(|other| other.base.id != branch.base.id) {
        return Err(ApiError::code(422, Code::ResourceAlreadyExists, format!("Branch {name:?}.")));
    }
    branch.name = name;
    store.update(&mut branch)?;
    Reply::ok(view(&branch))
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut branch = target(store, call)?;
    if branch.base.id == call.key.base.branch {
        let info = "It is the default branch of the API key.";
        return Err(ApiError::code(400, Code::StreamError, info));
    }
    branch.base.deleted = true;
    store.update(&mut branch)?;
    Reply::empty()
}
