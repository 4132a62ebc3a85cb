//! The caller, and invitations.

use serde_json::json;

use super::{Call, Reply};
use crate::error::{ApiError, Code, Result};
use crate::model::{Branch, Invite, User};
use crate::store::{Filter, Store};
use crate::time;

/// How many days an invitation is valid. Not published.
const INVITATION_DAYS: i64 = 7;

pub(super) fn me(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let user: User = store.need(&call.scope.user)?;
    let org = &call.org;
    let at = time::text(user.base.created_at);
    Reply::ok(json!({
        "user": {
            "id": user.base.id,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "en_first_name": user.first_name,
            "en_last_name": user.last_name,
            "created_at": at,
        },
        "organization": {
            "id": org.base.id,
            "name": org.name,
            "name_en": org.name_en,
            "sandbox": true,
            "created_at": time::text(org.base.created_at),
            "currency_config": {
                "home_currency": "SAR",
                "default_currency": "SAR",
                "enabled_currencies": org.enabled_currencies,
            },
        },
    }))
}

pub(super) fn invite(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let fields = call.fields();
    let email = fields.text("email").unwrap_or_default();
    let role = fields.text("role").unwrap_or_default();
    let branches = fields.ids("branches");
    let lower = email.to_lowercase();
    let taken = Filter::new().raw("text = ?", [lower]);
    if store.count::<User>(&taken)? > 0 {
        return Err(ApiError::code(422, Code::UserAlreadyRegistered, "Invite another address."));
    }
    for id in &branches {
        let branch = store
            .get::<Branch>(id)?
            .filter(|branch| branch.base.org == call.scope.org && !branch.base.deleted);
        if branch.is_none() {
            return Err(ApiError::code(404, Code::BranchNotFound, format!("Branch {id}.")));
        }
    }
    let base = call.scope.base(store);
    let expire_at = time::days(store.now, INVITATION_DAYS);
    let invite = Invite { base, email, role, branches, expire_at };
    store.put(&invite)?;
    Reply::ok(json!({
        "id": invite.base.id,
        "email": invite.email,
        "organization_id": invite.base.org,
        "expire_at": time::text(invite.expire_at),
        "created_by": invite.base.user,
        "role": invite.role,
        "branches": invite.branches,
    }))
}
