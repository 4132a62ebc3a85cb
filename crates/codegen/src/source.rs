//! Small helpers for emitting Rust: formatting, identifiers, literals.

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _};
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use streampay_spec::{Faults, pascal};

/// Formats tokens as a file.
pub(crate) fn format(tokens: TokenStream, what: &str) -> Result<String, Faults> {
    match syn::parse2::<syn::File>(tokens) {
        Ok(file) => Ok(prettyplease::unparse(&file)),
        Err(error) => Err(Faults::one(
            what,
            format!("the generated code does not parse: {error}"),
            "this is a defect of the generator; report it with the description",
        )),
    }
}

/// A type's or variant's identifier.
pub(crate) fn type_ident(name: &str) -> Ident {
    raw_if_needed(&pascal(name))
}

/// A variant's identifier for a value of an enumeration: `HALF-YEAR` becomes `HalfYear`.
pub(crate) fn variant_name(value: &str) -> String {
    let name = heck::AsUpperCamelCase(value).to_string();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

/// A constant's identifier.
pub(crate) fn const_ident(name: &str) -> Ident {
    raw_if_needed(&name.to_shouty_snake_case())
}

/// A module's or function's identifier.
pub(crate) fn snake_ident(name: &str) -> Ident {
    raw_if_needed(&name.to_snake_case())
}

fn raw_if_needed(name: &str) -> Ident {
    syn::parse_str::<Ident>(name)
        .unwrap_or_else(|_| Ident::new(&format!("{name}_"), Span::call_site()))
}

/// A raw string literal, so that JSON stays readable in the generated source.
pub(crate) fn raw_literal(text: &str) -> TokenStream {
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
        .parse()
        .unwrap_or_else(|_| TokenTree::from(Literal::string(text)).into())
}

#[cfg(test)]
mod tests {
    use super::{raw_literal, snake_ident, type_ident, variant_name};

    #[test]
    fn identifiers_are_always_valid() {
        assert_eq!(snake_ident("type").to_string(), "type_");
        assert_eq!(type_ident("self").to_string(), "Self_");
        assert_eq!(variant_name("HALF-YEAR"), "HalfYear");
        assert_eq!(variant_name("2X"), "_2x");
        assert_eq!(variant_name(""), "Empty");
    }

    #[test]
    fn raw_literals_hold_any_text() {
        for text in ["plain", "a \"# b", "a \"## b \"#", "back\\slash"] {
            let literal: syn::LitStr = syn::parse2(raw_literal(text)).unwrap();
            assert_eq!(literal.value(), text);
        }
    }
}
