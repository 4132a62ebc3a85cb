//! Branches of an organization. Other records belong to one; these belong to the organization.

use serde_json::{Value, json};

use super::Call;
use super::call::with;
use crate::error::{ApiError, Code, Result};
use crate::model::{Branch, Record as _};
use crate::store::{Filter, Store};

fn view(branch: &Branch) -> Value {
    with(branch.members(), json!({"user_count": 1}))
}

/// The branches of an organization that are not deleted.
fn of_organization(call: &Call) -> Filter {
    Filter::new().eq("org", &call.scope.org).raw("deleted = 0", [])
}

/// A branch of the caller's organization.
pub(super) fn find(store: &Store<'_>, call: &Call, id: &str) -> Result<Branch> {
    let branch = store.get::<Branch>(id)?.filter(|branch| branch.is_in(&call.scope.org));
    branch.ok_or_else(|| Code::BranchNotFound.error(format!("Branch {id}.")))
}

fn named(store: &Store<'_>, call: &Call, name: &str) -> Result<Option<Branch>> {
    store.latest(&of_organization(call).raw("text = ?", [name.to_lowercase()]))
}

fn target(store: &Store<'_>, call: &Call) -> Result<Branch> {
    let id = call.id("branch_id");
    let branch = find(store, call, &id)?;
    ensure!(call.key.reaches(&id), Code::BranchAccessDenied.error(format!("Branch {id}.")));
    Ok(branch)
}

fn name(call: &Call) -> Result<String> {
    let name = call.or_default::<String>("name").trim().to_owned();
    ensure!(!name.is_empty(), ApiError::value("name", "a branch needs a name"));
    Ok(name)
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let branches: Vec<Branch> = store.all(&of_organization(call))?;
    let seen = branches.iter().filter(|branch| call.key.reaches(&branch.base.id));
    Ok(json!({ "data": seen.map(view).collect::<Vec<_>>() }))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let name = name(call)?;
    if let Some(branch) = named(store, call, &name)? {
        return Ok(view(&branch));
    }
    let branch = Branch { base: call.scope.base(store), name };
    store.put(&branch)?;
    Ok(view(&branch))
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    Ok(view(&target(store, call)?))
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut branch = target(store, call)?;
    let name = name(call)?;
    let is_taken = named(store, call, &name)?.is_some_and(|other| other.base.id != branch.base.id);
    ensure!(!is_taken, Code::ResourceAlreadyExists.error(format!("Branch {name:?}.")));
    branch.name = name;
    store.update(&mut branch)?;
    Ok(view(&branch))
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let branch = target(store, call)?;
    ensure!(
        branch.base.id != call.key.base.branch_id,
        Code::StreamError.error("It is the default branch of the API key.")
    );
    store.delete(branch)
}
