//! What is made of progenitor's output: its types with optional members that tell absent from null,
//! and its builders, whose requests go through the client's own core instead of progenitor's.
//!
//! Progenitor decides the types and the builders; how a request is made, repeated and answered is
//! hand-written in the client, so its request code, client struct and run-time crate are dropped.

use std::collections::HashMap;

use quote::{format_ident, quote};
use streampay_spec::{Api, Operation, pascal};
use syn::{
    Item, ItemMod, ItemStruct, Type,
    visit_mut::{self, VisitMut},
};

use super::calls;

/// Rewrites the whole file.
pub(crate) fn polish(file: &mut syn::File, api: &Api) {
    Words.visit_file_mut(file);
    file.items.retain(|item| match item {
        Item::Use(_) => false,
        Item::Struct(item) => item.ident != "Client",
        Item::Mod(item) => item.ident != "prelude",
        // Of the client's own methods only those of the operations stay.
        Item::Impl(item) => item.trait_.is_none() && !has_method(item, "new_with_client"),
        _ => true,
    });
    let mut setters = HashMap::new();
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => setters = types(module),
            Item::Impl(methods) => Owned.visit_item_impl_mut(methods),
            _ => {}
        }
    }
    let operations: HashMap<String, &Operation> =
        api.operations.iter().map(|operation| (pascal(&operation.name), operation)).collect();
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && module.ident == "builder"
        {
            builders(module, &operations, &setters);
        }
    }
    file.items.insert(0, syn::parse_quote! { use crate::client::Client; });
}

/// The methods of a body's builder, by the body's type.
pub(crate) type Setters = HashMap<String, Vec<syn::ImplItemFn>>;

/// Rewrites the types and their builders, and gives the builders' methods.
fn types(module: &mut ItemMod) -> Setters {
    let Some((_, items)) = &mut module.content else { return Setters::new() };
    let mut optional: HashMap<String, Vec<String>> = HashMap::new();
    let mut words: HashMap<(String, String), Vec<syn::Attribute>> = HashMap::new();
    for item in items.iter_mut() {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        for field in &mut item.fields {
            let Some(ident) = field.ident.clone() else { continue };
            let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
            words.insert((name.clone(), ident.to_string()), docs.cloned().collect());
            if skips_none(field) {
                option_to_field(&mut field.ty);
                optional.entry(name.clone()).or_default().push(ident.to_string());
            }
        }
    }
    let mut setters = Setters::new();
    let module = items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_mut(),
        _ => None,
    });
    for item in module.into_iter().flat_map(|(_, items)| items) {
        match item {
            Item::Struct(item) => {
                let names = optional.get(&item.ident.to_string()).cloned().unwrap_or_default();
                for field in &mut item.fields {
                    if field.ident.as_ref().is_some_and(|ident| names.contains(&ident.to_string()))
                    {
                        OptionToField.visit_type_mut(&mut field.ty);
                    }
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let name = self_name(item);
                let names = optional.get(&name).cloned().unwrap_or_default();
                for method in item.items.iter_mut() {
                    let syn::ImplItem::Fn(method) = method else { continue };
                    let ident = method.sig.ident.to_string();
                    if let Some(docs) = words.get(&(name.clone(), ident.clone())) {
                        method.attrs.extend(docs.iter().cloned());
                    }
                    if names.contains(&ident)
                        && let Some(clause) = &mut method.sig.generics.where_clause
                    {
                        OptionToField.visit_where_clause_mut(clause);
                    }
                    setters.entry(name.clone()).or_default().push(method.clone());
                }
                let made = format_ident!("{name}");
                item.items.push(syn::parse_quote! {
                    /// The finished value.
                    ///
                    /// # Errors
                    /// What is missing, and every value that could not be converted.
                    pub fn build(self) -> ::std::result::Result<super::#made, crate::Error> {
                        ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
                    }
                });
            }
            Item::Impl(item) => all_faults(item),
            _ => {}
        }
    }
    setters
}

/// Makes the conversion of a builder report everything that is wrong instead of the first fault.
fn all_faults(item: &mut syn::ItemImpl) {
    for method in &mut item.items {
        let syn::ImplItem::Fn(method) = method else { continue };
        if method.sig.ident != "try_from" {
            continue;
        }
        let [syn::Stmt::Expr(syn::Expr::Call(call), None)] = method.block.stmts.as_slice() else {
            continue;
        };
        let Some(syn::Expr::Struct(made)) = call.args.first() else { continue };
        let names = made.fields.iter().map(|field| &field.member);
        let check: syn::Block = syn::parse_quote! {{
            let mut faults: Vec<&str> = Vec::new();
            #(if let Err(fault) = &value.#names { faults.push(fault); })*
            if !faults.is_empty() {
                return Err(faults.join("; ").into());
            }
        }};
        let rest = std::mem::take(&mut method.block.stmts);
        method.block.stmts = check.stmts.into_iter().chain(rest).collect();
    }
}

/// Rewrites the builders of requests.
fn builders(module: &mut ItemMod, operations: &HashMap<String, &Operation>, setters: &Setters) {
    Owned.visit_item_mod_mut(module);
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
        let name = self_name(item);
        let parts = operations.get(&name).zip(structs.iter().find(|made| made.ident == name));
        if let Some((operation, made)) = parts {
            more.extend(calls::rewrite(item, made, operation, setters));
        }
    }
    items.extend(more);
}

/// The name of the type that an `impl` is for.
pub(crate) fn self_name(item: &syn::ItemImpl) -> String {
    match &*item.self_ty {
        Type::Path(path) => {
            path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn has_method(item: &syn::ItemImpl, name: &str) -> bool {
    item.items
        .iter()
        .any(|method| matches!(method, syn::ImplItem::Fn(method) if method.sig.ident == name))
}

/// Whether a member is left out when it is `None`. If so, its attribute becomes that of a `Field`.
fn skips_none(field: &mut syn::Field) -> bool {
    let mut found = false;
    for attribute in &mut field.attrs {
        let syn::Meta::List(list) = &mut attribute.meta else { continue };
        let text = list.tokens.to_string();
        if list.path.is_ident("serde") && text.contains("Option::is_none") {
            let rename = text.split_once("rename = ").map(|(_, rest)| {
                let literal = rest.split(',').next().unwrap_or_default().trim();
                let literal: syn::LitStr =
                    syn::parse_str(literal).unwrap_or_else(|_| syn::parse_quote! { "" });
                quote! { rename = #literal, }
            });
            list.tokens =
                quote! { #rename default, skip_serializing_if = "crate::Field::is_absent" };
            found = true;
        }
    }
    found
}

/// `Option<T>` becomes `crate::Field<T>`; options inside it stay. False where it is no option.
fn option_to_field(ty: &mut Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Option") else {
        return false;
    };
    let arguments = &last.arguments;
    *ty = syn::parse_quote! { crate::Field #arguments };
    true
}

/// [`option_to_field`] for the outermost option, wherever it stands.
struct OptionToField;

impl VisitMut for OptionToField {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if !option_to_field(ty) {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}

/// Builders own their client, a cheap clone, so that requests can be spawned and streams kept; the
/// branch is called by that name instead of its header's.
struct Owned;

impl VisitMut for Owned {
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

    fn visit_ident_mut(&mut self, ident: &mut syn::Ident) {
        if *ident == "x_branch_id" {
            *ident = format_ident!("branch");
        }
    }
}

/// Small corrections of wording and of starting values.
struct Words;

impl VisitMut for Words {
    /// Types keep unknown members in a field `extra`. Their builders would insist on it being set; here
    /// it starts out empty instead.
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if let syn::Member::Named(name) = &field.member
            && name == "extra"
            && let syn::Expr::Call(call) = &field.expr
            && let syn::Expr::Path(function) = &*call.func
            && function.path.is_ident("Err")
        {
            field.expr = syn::parse_quote! { Ok(Default::default()) };
        }
        visit_mut::visit_field_value_mut(self, field);
    }

    /// Examples that cannot be compiled are no tests, not even ignored ones.
    fn visit_lit_str_mut(&mut self, literal: &mut syn::LitStr) {
        let text = literal.value();
        if text.contains("```ignore") || text.contains("x_branch_id") {
            let text = text.replace("```ignore", "```text");
            let text = text
                .replace(".x_branch_id(x_branch_id)", ".branch(branch)")
                .replace("`x_branch_id`", "`branch`");
            *literal = syn::LitStr::new(&text, literal.span());
        }
    }
}
