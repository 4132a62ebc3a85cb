//! Turns progenitor's output into the client's own form.
//!
//! Progenitor decides the types and the builders. How a request is made, retried and answered is
//! written by hand in the client, so progenitor's request code, client struct and run-time crate are
//! dropped, and the builders of requests call the client instead.

use std::collections::HashMap;

use quote::format_ident;
use streampay_spec::{Api, Operation, pascal};
use syn::{
    Item, ItemMod, ItemStruct, Type,
    visit_mut::{self, VisitMut},
};

use super::{
    requests,
    types::{self, Setters},
};

/// Rewrites the whole file.
pub(crate) fn rewrite(file: &mut syn::File, api: &Api) {
    Corrections.visit_file_mut(file);
    file.items.retain(|item| match item {
        Item::Use(_) => false,
        Item::Struct(item) => item.ident != "Client",
        Item::Mod(item) => item.ident != "prelude",
        // Of the client's methods, keep those of the operations.
        Item::Impl(item) => item.trait_.is_none() && !has_method(item, "new_with_client"),
        _ => true,
    });
    let mut setters = Setters::new();
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => setters = types::rewrite(module),
            Item::Impl(methods) => OwnedClient.visit_item_impl_mut(methods),
            _ => {}
        }
    }
    let operations: HashMap<String, &Operation> =
        api.operations.iter().map(|operation| (pascal(&operation.name), operation)).collect();
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && module.ident == "builder"
        {
            builders(module, api, &operations, &setters);
        }
    }
    file.items.insert(0, syn::parse_quote! { use crate::client::Client; });
}

/// Rewrites the builders of requests.
fn builders(
    module: &mut ItemMod,
    api: &Api,
    operations: &HashMap<String, &Operation>,
    setters: &Setters,
) {
    OwnedClient.visit_item_mod_mut(module);
    let Some((_, items)) = &mut module.content else { return };
    items.retain(|item| !matches!(item, Item::Use(_)));
    items.insert(0, syn::parse_quote! { use super::types; });
    let structs: Vec<ItemStruct> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.clone()),
            _ => None,
        })
        .collect();
    let mut more = Vec::new();
    for item in items.iter_mut() {
        let Item::Impl(item) = item else { continue };
        let name = types::self_name(item);
        let parts = operations.get(&name).zip(structs.iter().find(|made| made.ident == name));
        if let Some((operation, made)) = parts {
            more.extend(requests::rewrite(item, made, api, operation, setters));
        }
    }
    items.extend(more);
}

fn has_method(item: &syn::ItemImpl, name: &str) -> bool {
    item.items
        .iter()
        .any(|method| matches!(method, syn::ImplItem::Fn(method) if method.sig.ident == name))
}

/// Gives builders a client of their own instead of a borrowed one. A client is cheap to clone, and a
/// builder that owns one can be moved into a task and kept in a stream.
struct OwnedClient;

impl VisitMut for OwnedClient {
    fn visit_generics_mut(&mut self, generics: &mut syn::Generics) {
        let parameters = std::mem::take(&mut generics.params);
        generics.params = parameters
            .into_iter()
            .filter(|parameter| !matches!(parameter, syn::GenericParam::Lifetime(_)))
            .collect();
        if generics.params.is_empty() {
            (generics.lt_token, generics.gt_token) = (None, None);
        }
        visit_mut::visit_generics_mut(self, generics);
    }

    fn visit_path_arguments_mut(&mut self, arguments: &mut syn::PathArguments) {
        if let syn::PathArguments::AngleBracketed(inner) = arguments
            && inner.args.iter().all(|one| matches!(one, syn::GenericArgument::Lifetime(_)))
        {
            *arguments = syn::PathArguments::None;
        }
        visit_mut::visit_path_arguments_mut(self, arguments);
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Reference(reference) = ty
            && reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "a")
        {
            *ty = (*reference.elem).clone();
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        for argument in &mut call.args {
            if matches!(argument, syn::Expr::Path(path) if path.path.is_ident("self")) {
                *argument = syn::parse_quote! { self.clone() };
            }
        }
        visit_mut::visit_expr_call_mut(self, call);
    }
}

/// Two corrections of progenitor's output.
struct Corrections;

impl VisitMut for Corrections {
    /// Types keep unknown members in a field `extra`. Progenitor's builders require it; here it starts
    /// out empty.
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if let syn::Member::Named(name) = &field.member
            && *name == format_ident!("extra")
            && let syn::Expr::Call(call) = &field.expr
            && let syn::Expr::Path(function) = &*call.func
            && function.path.is_ident("Err")
        {
            field.expr = syn::parse_quote! { Ok(Default::default()) };
        }
        visit_mut::visit_field_value_mut(self, field);
    }

    /// The examples in progenitor's documentation do not compile on their own, so they are text: ignored
    /// tests would be listed with every run of the tests.
    fn visit_lit_str_mut(&mut self, literal: &mut syn::LitStr) {
        let text = literal.value();
        if text.contains("```ignore") {
            *literal = syn::LitStr::new(&text.replace("```ignore", "```text"), literal.span());
        }
    }
}
