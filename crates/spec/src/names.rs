//! Names: from the identifiers that frameworks make up to the ones a person would choose.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use crate::{fault::Fault, pointer::Pointer};

/// Names of types that generated code cannot have beside those of Rust's prelude.
const RESERVED: [&str; 5] = ["Default", "Err", "None", "Ok", "Some"];

/// The short name of an operation: its id in snake case, without the tail that FastAPI appends
/// (path and method), so `Get_Coupon_api_v2_coupons__coupon_id__get` becomes `get_coupon`.
#[must_use]
pub fn operation_name(id: &str, path: &str, method: &str) -> String {
    let tail = format!("{path}_{method}").replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let short = id.strip_suffix(&tail).unwrap_or(id).trim_matches('_');
    let name = if short.is_empty() { id } else { short }.to_snake_case();
    if name.is_empty() { format!("{method}_{path}").to_snake_case() } else { name }
}

/// A name in upper camel case, as types have it. Words that already are stay as they are, so that
/// `HTTPValidationError` does not lose its capitals.
#[must_use]
pub fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let text: String = words
        .map(|word| {
            let already = word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.contains(|c: char| c.is_ascii_lowercase());
            if already { word.to_owned() } else { word.to_upper_camel_case() }
        })
        .collect();
    if text.starts_with(|c: char| c.is_ascii_digit()) { format!("_{text}") } else { text }
}

/// Gives every component schema a readable name. An explicit wish (`x-name`, from the overlay) wins;
/// then `ListResource_X_` becomes `XList`, a generic `Outer_Inner_` becomes `InnerOuter`, and a
/// module path `a__b__C` becomes `C`, with as many of its modules in front as it takes to be unique.
///
/// # Errors
/// Two schemas that wish for the same name.
pub fn tidy_schema_names<'a>(
    schemas: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut wishes: BTreeMap<String, &str> = BTreeMap::new();
    let mut plain = Vec::new();
    for (name, wish) in schemas {
        let Some(wish) = wish else {
            plain.push(name);
            continue;
        };
        if let Some(other) = wishes.insert(folded(&pascal(wish)), name) {
            let at = Pointer::root().push("components").push("schemas").push(name);
            return Err(Fault::at(
                &at,
                format!("`{wish}` is already used by `{other}`"),
                "choose another `x-name` in the overlay",
            ));
        }
        names.insert(name.to_owned(), or_schema(pascal(wish)));
    }
    let mut taken: BTreeSet<String> = wishes.into_keys().collect();
    taken.extend(RESERVED.map(ToOwned::to_owned));

    // Names that need no tidying are settled first: tidying another must not take them away.
    let (settled, open): (Vec<_>, Vec<_>) = plain.into_iter().partition(|name| is_tidy(name));
    for name in settled {
        let new =
            if taken.insert(folded(name)) { name.to_owned() } else { numbered(name, &mut taken) };
        names.insert(name.to_owned(), new);
    }
    let shortest: BTreeMap<&str, usize> = count(open.iter().map(|name| last(name)));
    for name in open {
        let unique = shortest.get(last(name)) == Some(&1);
        let candidates = candidates(name);
        let free = candidates
            .iter()
            .skip(usize::from(!unique))
            .find(|candidate| !taken.contains(&folded(candidate)));
        let new = match free {
            Some(free) => {
                taken.insert(folded(free));
                free.clone()
            }
            None => numbered(candidates.last().map_or("Schema", String::as_str), &mut taken),
        };
        names.insert(name.to_owned(), new);
    }
    Ok(names)
}

/// A name as types have it in the end: the client generator writes `HTTPError` as `HttpError`, so
/// two names that differ in capitals alone are one.
fn folded(name: &str) -> String {
    name.to_upper_camel_case()
}

/// Whether a name is of the form that tidying gives, so that tidying again changes nothing.
fn is_tidy(name: &str) -> bool {
    let digits =
        name.strip_prefix('_').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let start = digits.is_some() || name.starts_with(|c: char| c.is_ascii_uppercase());
    start && digits.unwrap_or(name).bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A name in letters that Rust has none of leaves nothing.
fn or_schema(name: String) -> String {
    if name.is_empty() { "Schema".to_owned() } else { name }
}

fn last(name: &str) -> &str {
    name.rsplit("__").next().unwrap_or(name)
}

/// From the shortest to the longest: `C`, then with each module before it, from the right.
fn candidates(name: &str) -> Vec<String> {
    if let Some(inner) = name.strip_suffix('_')
        && let Some((outer, inner)) = inner.split_once('_')
        && !inner.is_empty()
    {
        let outer = if outer == "ListResource" { "List" } else { outer };
        return vec![format!("{}{}", pascal(last(inner)), pascal(outer)), or_schema(pascal(name))];
    }
    let boring = ["dtos", "models", "schemas", "app"];
    let mut parts: Vec<&str> = name.split("__").collect();
    let mut text = or_schema(pascal(parts.pop().unwrap_or(name)));
    let mut all = vec![text.clone()];
    for part in parts.into_iter().filter(|part| !boring.contains(part)).rev() {
        text = format!("{}{text}", pascal(part));
        all.push(text.clone());
    }
    all
}

fn numbered(base: &str, taken: &mut BTreeSet<String>) -> String {
    let mut number = 2;
    loop {
        let name = format!("{base}{number}");
        if taken.insert(folded(&name)) {
            return name;
        }
        number += 1;
    }
}

fn count<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{operation_name, pascal, tidy_schema_names};

    fn tidy(names: &[&str]) -> Vec<String> {
        let tidied = tidy_schema_names(names.iter().map(|name| (*name, None))).unwrap();
        names.iter().map(|name| tidied[*name].clone()).collect()
    }

    #[test]
    fn operation_ids_lose_what_the_framework_appended() {
        let cases = [
            (
                ("Get_Coupon_api_v2_coupons__coupon_id__get", "/api/v2/coupons/{coupon_id}", "get"),
                "get_coupon",
            ),
            (("listPets", "/pets", "get"), "list_pets"),
            (("_a_get", "/a", "get"), "a_get"),
            (("", "/a", "get"), "get_a"),
        ];
        for ((id, path, method), name) in cases {
            assert_eq!(operation_name(id, path, method), name);
        }
    }

    #[test]
    fn schema_names_become_readable_and_stay_apart() {
        assert_eq!(
            tidy(&[
                "ListResource_ProductDto_",
                "ProductDto",
                "a__b__dtos__C",
                "a__x__dtos__C",
                "One_Two"
            ]),
            ["ProductDtoList", "ProductDto", "BC", "XC", "OneTwo"]
        );
        assert_eq!(tidy(&["app__m__Consumer"]), ["Consumer"]);
        assert_eq!(tidy(&["app__m__Consumer", "Consumer"]), ["MConsumer", "Consumer"]);
        assert_eq!(tidy(&["a_b", "aB", "AB", "Ab"]), ["AB3", "AB4", "AB", "Ab2"]);
        assert_eq!(
            tidy(&["Default", "\u{652f}", "\u{4ed8}", "2fa"]),
            ["Default2", "Schema", "Schema2", "_2fa"]
        );
    }

    #[test]
    fn capitals_survive() {
        assert_eq!(pascal("HTTPValidationError"), "HTTPValidationError");
        assert_eq!(pascal("x-request-id"), "XRequestId");
        assert_eq!(pascal("2fa"), "_2fa");
    }

    #[test]
    fn two_wishes_for_one_name_are_a_fault() {
        let schemas = [("a", Some("X")), ("b", Some("X"))];
        assert!(tidy_schema_names(schemas.into_iter()).is_err());
    }
}
