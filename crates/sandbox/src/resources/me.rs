//! The caller, and invitations.

use serde_json::{Value, json};

use super::call::with;
use super::{Call, branches};
use crate::error::{Code, Result};
use crate::model::{Invite, Record as _, User};
use crate::store::{Filter, Store};
use crate::time;

/// How many days an invitation is valid. Not published.
const INVITATION_DAYS: i64 = 7;

pub(super) fn me(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let user: User = store.need(&call.scope.user)?;
    let names = json!({"en_first_name": user.first_name, "en_last_name": user.last_name});
    let organization = json!({
        "sandbox": true,
        "currency_config": {
            "home_currency": "SAR",
            "default_currency": "SAR",
            "enabled_currencies": call.org.enabled_currencies,
        },
    });
    Ok(json!({
        "user": with(user.members(), names),
        "organization": with(call.org.members(), organization),
    }))
}

pub(super) fn invite(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let invite: Invite = call.record()?;
    let taken = Filter::new().raw("text = ?", [invite.email.to_lowercase()]);
    ensure!(
        store.count::<User>(&taken)? == 0,
        Code::UserAlreadyRegistered.error("Invite another address.")
    );
    for id in &invite.branches {
        branches::find(store, call, id)?;
    }
    let expire_at = time::days(store.now, INVITATION_DAYS);
    let invite = Invite { base: call.scope.base(store), expire_at, ..invite };
    store.put(&invite)?;
    Ok(with(invite.members(), json!({"created_by": invite.base.user_id})))
}
