//! Provisioning tenants: organizations with their branch, user and key. Keys are derived from the
//! seed and never stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, Code, Result};
use crate::ids::Ids;
use crate::model::{ApiKey, Base, Branch, Currency, Organization, User};
use crate::store::Store;

/// The currencies that Stream bills in, all enabled in a sandbox.
pub(crate) const CURRENCIES: [Currency; 9] = [
    Currency::Sar,
    Currency::Usd,
    Currency::Eur,
    Currency::Gbp,
    Currency::Aed,
    Currency::Bhd,
    Currency::Kwd,
    Currency::Omr,
    Currency::Qar,
];

/// The fingerprint of a key: the SHA-256 of `key:secret` in hexadecimal. `header` is the value of
/// `x-api-key`. Returns `None` if it is malformed.
pub(crate) fn key_id(header: &str) -> Option<String> {
    let bytes = STANDARD.decode(header.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (key, secret) = text.trim().split_once(':')?;
    if key.is_empty() || secret.is_empty() {
        return None;
    }
    Some(hex::encode(Sha256::digest(text.trim().as_bytes())))
}

/// The key of the first organization, made from the seed.
pub(crate) fn first_key(names: &Ids) -> String {
    key(names, "organization 1")
}

fn key(names: &Ids, label: &str) -> String {
    let public = names.named(&format!("key of {label}"));
    let secret = names.named(&format!("secret of {label}"));
    STANDARD.encode(format!("{public}:{secret}"))
}

/// Creates the first organization if it does not exist. `given` is an additional key for it.
pub(crate) fn provision(store: &mut Store<'_>, given: Option<&str>) -> Result<()> {
    if store.meta("provisioned")?.is_none() {
        let key = first_key(&store.ids);
        let org = add_organization(store, "متجر التجربة", "Sandbox Shop", &key, &CURRENCIES)?;
        store.set_meta("provisioned", &org)?;
    }
    let Some(given) = given else { return Ok(()) };
    let id = key_id(given).ok_or_else(|| {
        ApiError::invalid("The given API key is not the Base64 form of key:secret.")
    })?;
    if store.get::<ApiKey>(&id)?.is_none() {
        let first: ApiKey = store.need(&key_id(&first_key(&store.ids)).unwrap_or_default())?;
        let base = Base { id, ..first.base };
        store.put(&ApiKey { base, all_branches: true, branches: Vec::new() })?;
    }
    Ok(())
}

/// An organization; the first one without an id.
pub(crate) fn organization(store: &Store<'_>, id: Option<&str>) -> Result<Organization> {
    match id {
        Some(id) => store.need(id),
        None => store.need(&store.meta("provisioned")?.unwrap_or_default()),
    }
}

/// Creates an organization with a branch, a user and a key, and returns its id.
pub(crate) fn add_organization(
    store: &mut Store<'_>,
    name: &str,
    name_en: &str,
    key: &str,
    currencies: &[Currency],
) -> Result<String> {
    let mut base = store.base("", "", "");
    let branch_id = store.new_id();
    let user_id = store.new_id();
    base.organization_id.clone_from(&base.id);
    base.branch_id.clone_from(&branch_id);
    base.user_id.clone_from(&user_id);
    let own = |id: &str| Base { id: id.to_owned(), ..base.clone() };
    let org = Organization {
        name: name.to_owned(),
        name_en: Some(name_en.to_owned()),
        enabled_currencies: currencies.to_vec(),
        on_demand: true,
        installments: true,
        invoices: 0,
        base: own(&base.id),
    };
    store.put(&org)?;
    store.put(&Branch { base: own(&branch_id), name: "Main".to_owned() })?;
    let number: String = org.base.id.chars().take(8).collect();
    store.put(&User {
        base: own(&user_id),
        email: format!("owner-{number}@sandbox.example"),
        first_name: "Noura".to_owned(),
        last_name: "Alharbi".to_owned(),
    })?;
    let id = key_id(key).ok_or_else(|| ApiError::invalid("The key is malformed."))?;
    store.put(&ApiKey { base: own(&id), all_branches: true, branches: Vec::new() })?;
    Ok(org.base.id)
}

/// Makes a further organization and its key.
pub(crate) fn another_organization(
    store: &mut Store<'_>,
    name: &str,
    currencies: &[Currency],
) -> Result<(String, String)> {
    let label = store.new_id();
    let key = key(&store.ids, &label);
    let id = add_organization(store, name, name, &key, currencies)?;
    Ok((id, key))
}

/// Makes a further key of an organization, for some of its branches. The first is its default.
pub(crate) fn another_key(
    store: &mut Store<'_>,
    org: &Organization,
    branches: &[String],
) -> Result<String> {
    for id in branches {
        let known = store.get::<Branch>(id)?.is_some_and(|branch| branch.is_in(&org.base.id));
        ensure!(known, Code::BranchNotFound.error(format!("Branch {id}.")));
    }
    let label = store.new_id();
    let key = key(&store.ids, &label);
    let mut base = org.base.clone();
    base.id = key_id(&key).unwrap_or_default();
    if let Some(first) = branches.first() {
        base.branch_id.clone_from(first);
    }
    store.put(&ApiKey { base, all_branches: branches.is_empty(), branches: branches.to_vec() })?;
    Ok(key)
}
