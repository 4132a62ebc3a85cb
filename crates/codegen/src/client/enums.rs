//! Enumerations of texts, each with a variant for values that the description lacks.

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::quote;

use super::lower::Enumeration;
use crate::source::type_ident;

/// Emits calls of the client's `open_enum!`, which writes the type and its conversions.
pub(crate) fn emit(enums: &IndexMap<String, Enumeration>) -> TokenStream {
    let items = enums.iter().map(|(name, enumeration)| {
        let name = type_ident(name);
        let description = &enumeration.description;
        let doc = (!description.is_empty()).then(|| quote! { #[doc = #description] });
        let variants = enumeration.values.iter().map(|(variant, value)| {
            let variant = quote::format_ident!("{variant}");
            quote! { #variant = #value }
        });
        quote! {
            crate::open_enum::open_enum! {
                #doc
                #name { #(#variants),* }
            }
        }
    });
    quote! { #(#items)* }
}
