//! Small helpers for emitting Rust: formatting, identifiers, literals.

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use streampay_spec::Faults;

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

/// The name of a component's type, as progenitor writes it.
pub(crate) fn type_name(name: &str) -> String {
    let name = name.to_upper_camel_case();
    let start = name.starts_with(|c: char| c.is_alphabetic());
    ident(&if start { name } else { format!("X{name}") }).to_string()
}

/// A variant's identifier for a value of an enumeration: `HALF-YEAR` becomes `HalfYear`.
pub(crate) fn variant_name(value: &str) -> String {
    match value.to_upper_camel_case() {
        name if name.is_empty() => "Empty".to_owned(),
        name => ident(&name).to_string(),
    }
}

/// A constant's identifier, for the name of an operation or a tool.
pub(crate) fn const_ident(name: &str) -> Ident {
    // The generated files use these names for other constants.
    match name.to_ascii_uppercase() {
        name if matches!(name.as_str(), "ALL" | "DIGEST" | "SERVER" | "TOOLS") => {
            ident(&format!("{name}_"))
        }
        name => ident(&name),
    }
}

/// A module's or function's identifier.
pub(crate) fn snake_ident(name: &str) -> Ident {
    ident(&name.to_snake_case())
}

/// The closest identifier to a name. Keywords and leading digits get an underscore; characters that no
/// identifier can contain are removed.
fn ident(name: &str) -> Ident {
    let ascii: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    [name.to_owned(), format!("{name}_"), format!("_{name}"), format!("_{ascii}")]
        .iter()
        .find_map(|candidate| syn::parse_str(candidate).ok())
        .unwrap_or_else(|| Ident::new("Unnamed", Span::call_site()))
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
    use super::{const_ident, raw_literal, snake_ident, type_name, variant_name};

    #[test]
    fn identifiers_are_always_valid() {
        assert_eq!(snake_ident("type").to_string(), "type_");
        assert_eq!(snake_ident("2fa").to_string(), "_2fa");
        assert_eq!(const_ident("all").to_string(), "ALL_");
        assert_eq!(type_name("self"), "Self_");
        assert_eq!(type_name("_2fa"), "X2fa");
        assert_eq!(variant_name("HALF-YEAR"), "HalfYear");
        assert_eq!(variant_name("2X"), "_2x");
        assert_eq!(variant_name(""), "Empty");
        assert_eq!(variant_name("self"), "Self_");
        assert_eq!(variant_name("\u{bd}"), "Unnamed");
        assert_eq!(variant_name("\u{661}"), "_\u{661}");
    }

    #[test]
    fn raw_literals_hold_any_text() {
        for text in ["plain", "a \"# b", "a \"## b \"#", "back\\slash"] {
            let literal: syn::LitStr = syn::parse2(raw_literal(text)).unwrap();
            assert_eq!(literal.value(), text);
        }
    }
}
