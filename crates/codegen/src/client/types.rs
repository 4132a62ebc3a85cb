//! The types and their builders: optional members become `Field`, which tells absent from null, and
//! a builder reports everything that is wrong at once.

use std::collections::{HashMap, HashSet};

use quote::{format_ident, quote};
use syn::{
    Item, ItemMod, Type,
    visit_mut::{self, VisitMut},
};

/// The methods of each type's builder, by the name of the type.
pub(crate) type Setters = HashMap<String, Vec<syn::ImplItemFn>>;

/// Rewrites the types and their builders, and returns the builders' methods.
pub(crate) fn rewrite(module: &mut ItemMod) -> Setters {
    let Some((_, items)) = &mut module.content else { return Setters::new() };
    let mut fields = Fields::default();
    for item in items.iter_mut() {
        if let Item::Struct(item) = item {
            fields.rewrite(item);
        }
    }
    let mut setters = Setters::new();
    let builders = items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_mut(),
        _ => None,
    });
    for item in builders.into_iter().flat_map(|(_, items)| items) {
        match item {
            Item::Struct(item) => {
                let name = item.ident.to_string();
                for field in &mut item.fields {
                    if field.ident.as_ref().is_some_and(|ident| fields.is_optional(&name, ident)) {
                        OptionToField.visit_type_mut(&mut field.ty);
                    }
                }
            }
            Item::Impl(item) if item.trait_.is_none() => builder(item, &fields, &mut setters),
            Item::Impl(item) => report_all_faults(item),
            _ => {}
        }
    }
    setters
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

/// What is known of the types' fields, by type and field.
#[derive(Default)]
struct Fields {
    optional: HashSet<(String, String)>,
    docs: HashMap<(String, String), Vec<syn::Attribute>>,
}

impl Fields {
    /// Makes the optional fields of a type `Field`s, and remembers what is said of each field.
    fn rewrite(&mut self, item: &mut syn::ItemStruct) {
        for field in &mut item.fields {
            let Some(ident) = &field.ident else { continue };
            let key = (item.ident.to_string(), ident.to_string());
            let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
            self.docs.insert(key.clone(), docs.cloned().collect());
            if let Some(serde) = field.attrs.iter_mut().find_map(skipped_when_none) {
                *serde.attribute = serde.of_a_field;
                option_to_field(&mut field.ty);
                self.optional.insert(key);
            }
        }
    }

    fn is_optional(&self, ty: &str, field: &syn::Ident) -> bool {
        self.optional.contains(&(ty.to_owned(), field.to_string()))
    }
}

/// Rewrites the methods of a type's builder.
fn builder(item: &mut syn::ItemImpl, fields: &Fields, setters: &mut Setters) {
    let name = self_name(item);
    for method in item.items.iter_mut() {
        let syn::ImplItem::Fn(method) = method else { continue };
        let ident = &method.sig.ident;
        if let Some(docs) = fields.docs.get(&(name.clone(), ident.to_string())) {
            method.attrs.extend(docs.iter().cloned());
        }
        if fields.is_optional(&name, ident)
            && let Some(clause) = &mut method.sig.generics.where_clause
        {
            OptionToField.visit_where_clause_mut(clause);
        }
        setters.entry(name.clone()).or_default().push(method.clone());
    }
    let built = format_ident!("{name}");
    item.items.push(syn::parse_quote! {
        /// The finished value.
        ///
        /// # Errors
        /// What is missing, and every value that could not be converted.
        pub fn build(self) -> ::std::result::Result<super::#built, crate::Error> {
            ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
        }
    });
}

/// Makes the conversion of a builder report everything that is wrong instead of the first fault.
fn report_all_faults(item: &mut syn::ItemImpl) {
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

/// The serde attribute of an optional field.
struct SkippedWhenNone<'a> {
    attribute: &'a mut syn::Attribute,
    /// What it is for a `Field`.
    of_a_field: syn::Attribute,
}

/// Whether this is the serde attribute of a field that is left out when it is `None`.
fn skipped_when_none(attribute: &mut syn::Attribute) -> Option<SkippedWhenNone<'_>> {
    if !attribute.path().is_ident("serde") {
        return None;
    }
    let (mut skip, mut rename) = (None, None);
    attribute
        .parse_nested_meta(|meta| {
            let value = match meta.input.peek(syn::Token![=]) {
                true => Some(meta.value()?.parse::<syn::LitStr>()?),
                false => None,
            };
            if meta.path.is_ident("skip_serializing_if") {
                skip = value.map(|function| function.parse::<syn::Path>()).transpose()?;
            } else if meta.path.is_ident("rename") {
                rename = value;
            }
            Ok(())
        })
        .ok()?;
    let skip = skip?;
    let mut last = skip.segments.iter().rev().map(|segment| &segment.ident);
    let is_none = last.next()? == "is_none" && last.next()? == "Option";
    let rename = rename.map(|name| quote! { rename = #name, });
    is_none.then(|| SkippedWhenNone {
        of_a_field: syn::parse_quote! {
            #[serde(#rename default, skip_serializing_if = "crate::Field::is_absent")]
        },
        attribute,
    })
}

/// `Option<T>` becomes `crate::Field<T>`; options inside it stay. False where the type is another.
fn option_to_field(ty: &mut Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Option") else {
        return false;
    };
    let arguments = &last.arguments;
    *ty = syn::parse_quote! { crate::Field #arguments };
    true
}

/// [`option_to_field`] for the outermost option of a type, wherever it is.
struct OptionToField;

impl VisitMut for OptionToField {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if !option_to_field(ty) {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}
