//! How the builder of one operation sends: by naming its arguments to the client's core, which makes
//! the request of them as it does for the lossless call.

use heck::ToSnakeCase as _;
use quote::{format_ident, quote};
use streampay_spec::{Location, Operation};
use syn::{
    ImplItem, ItemImpl, ItemStruct, Type,
    visit_mut::{self, VisitMut},
};

use super::polish::Setters;
use crate::source::const_ident;

/// Replaces `send`, adds the body's members as methods, and gives further items: for a list, how its
/// pages are fetched.
pub(crate) fn rewrite(
    item: &mut ItemImpl,
    made: &ItemStruct,
    operation: &Operation,
    setters: &Setters,
) -> Vec<syn::Item> {
    let Some(position) = item
        .items
        .iter()
        .position(|method| matches!(method, ImplItem::Fn(method) if method.sig.ident == "send"))
    else {
        return Vec::new();
    };
    let ImplItem::Fn(old) = item.items.remove(position) else { return Vec::new() };
    let answer = answer(&old.sig.output, operation);
    let fields: Vec<&syn::Ident> = made.fields.iter().filter_map(|f| f.ident.as_ref()).collect();
    let body = body(made);
    let constant = const_ident(&operation.name);
    let arguments = operation.parameters.iter().filter_map(|parameter| {
        let name = &parameter.name;
        let ident = field_of(&fields, name)?;
        let place = match parameter.location {
            Location::Path => format_ident!("path"),
            Location::Query => format_ident!("query"),
            Location::Header => format_ident!("header"),
        };
        Some(quote! { .#place(#name, #ident) })
    });
    let sends_body = body.as_ref().map(|body| match &body.built {
        true => {
            let ty = &body.ty;
            quote! { .body(body.and_then(|body| #ty::try_from(body).map_err(|fault| fault.to_string()))) }
        }
        false => quote! { .body(body) },
    });
    let unit = matches!(&answer, Type::Tuple(unit) if unit.elems.is_empty());
    let finish = format_ident!("{}", if unit { "done" } else { "send" });
    let doc = format!("Sends `{} {}`.", operation.method, operation.path);
    let methods: ItemImpl = syn::parse_quote! {
        impl X {
            #[doc = #doc]
            ///
            /// # Errors
            /// Arguments that are missing or wrong, all at once and before anything is sent; after that
            /// see [`crate::Error::outcome`].
            pub async fn send(self) -> Result<#answer, crate::Error> {
                Ok(self.response().await?.into_inner())
            }

            /// As [`Self::send`], with the status, the request id and the number of attempts.
            ///
            /// # Errors
            /// As [`Self::send`].
            pub async fn response(self) -> Result<crate::Response<#answer>, crate::Error> {
                let Self { #(#fields),* } = self;
                client.typed(&crate::operations::#constant) #(#arguments)* #sends_body .#finish().await
            }
        }
    };
    item.items.extend(methods.items);
    if let Some(body) = body.filter(|body| body.built) {
        item.items.extend(members(&body.name, &fields, setters));
    }
    listing(item, operation, &answer, &fields, setters)
}

/// The type of a successful answer.
fn answer(output: &syn::ReturnType, operation: &Operation) -> Type {
    let mut found = None;
    if let syn::ReturnType::Type(_, ty) = output {
        let mut inside = Inside(&mut found);
        inside.visit_type_mut(&mut ty.clone());
    }
    let found = found.unwrap_or_else(|| syn::parse_quote! { () });
    let nothing = matches!(&found, Type::Tuple(unit) if unit.elems.is_empty());
    // An answer that the description says nothing of is passed on as it comes.
    if nothing && operation.success.schema.is_some() {
        return syn::parse_quote! { ::serde_json::Value };
    }
    found
}

/// Finds what stands inside `ResponseValue<…>`.
struct Inside<'a>(&'a mut Option<Type>);

impl VisitMut for Inside<'_> {
    fn visit_path_segment_mut(&mut self, segment: &mut syn::PathSegment) {
        if segment.ident == "ResponseValue"
            && let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments
            && let Some(syn::GenericArgument::Type(ty)) = arguments.args.first()
        {
            *self.0 = Some(ty.clone());
            return;
        }
        visit_mut::visit_path_segment_mut(self, segment);
    }
}

/// The body of an operation.
struct Body {
    /// The type's path, `types::ConsumerCreate`.
    ty: syn::Path,
    /// Its name.
    name: String,
    /// Whether the field holds the type's builder.
    built: bool,
}

fn body(made: &ItemStruct) -> Option<Body> {
    let field =
        made.fields.iter().find(|field| field.ident.as_ref().is_some_and(|i| i == "body"))?;
    let Type::Path(result) = &field.ty else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &result.path.segments.last()?.arguments
    else {
        return None;
    };
    let Some(syn::GenericArgument::Type(Type::Path(inner))) = arguments.args.first() else {
        return None;
    };
    let name = inner.path.segments.last()?.ident.to_string();
    let built = inner.path.segments.iter().any(|segment| segment.ident == "builder");
    let ident = format_ident!("{name}");
    let ty = if built {
        syn::parse_quote! { types::#ident }
    } else {
        inner.path.clone()
    };
    Some(Body { ty, name, built })
}

/// The field that stands for a parameter.
fn field_of<'a>(fields: &[&'a syn::Ident], parameter: &str) -> Option<&'a syn::Ident> {
    let name = match parameter {
        "x-branch-id" => "branch".to_owned(),
        other => other.to_snake_case(),
    };
    fields
        .iter()
        .copied()
        .find(|field| **field == name || **field == format!("{name}_"))
        .or_else(|| fields.iter().copied().find(|field| field.to_string() == format!("r#{name}")))
}

/// The members of the body as methods of the operation itself, where no parameter has the name.
fn members(body: &str, fields: &[&syn::Ident], setters: &Setters) -> Vec<ImplItem> {
    let taken = ["new", "send", "response", "body_map", "items", "pages", "build"];
    let methods = setters.get(body).into_iter().flatten();
    let free = methods.filter(|method| {
        let name = method.sig.ident.to_string();
        // `items` is free where the operation is no list; lists take no body.
        let taken = taken.contains(&name.as_str()) && name != "items";
        !taken && !fields.iter().any(|field| **field == name) && name != "extra"
    });
    free.map(|method| {
        let mut method = method.clone();
        ThroughTypes.visit_impl_item_fn_mut(&mut method);
        let name = &method.sig.ident;
        method.block = syn::parse_quote! {{
            self.body = self.body.map(|body| body.#name(value));
            self
        }};
        ImplItem::Fn(method)
    })
    .collect()
}

/// `super::X`, as the types' builders write it, becomes `types::X`.
struct ThroughTypes;

impl VisitMut for ThroughTypes {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if let Some(first) = path.segments.first_mut()
            && first.ident == "super"
        {
            first.ident = format_ident!("types");
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// For an operation that answers pages: how one is fetched.
fn listing(
    item: &mut ItemImpl,
    operation: &Operation,
    answer: &Type,
    fields: &[&syn::Ident],
    setters: &Setters,
) -> Vec<syn::Item> {
    let paged = ["page", "limit"].iter().all(|name| fields.iter().any(|field| field == name));
    let (true, Type::Path(path)) = (paged, answer) else { return Vec::new() };
    let list = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let Some(one) = list.strip_suffix("List") else { return Vec::new() };
    let (one, ty) = (format_ident!("{one}"), &item.self_ty);
    let words =
        format!("Every item of the list, page after page: [`crate::paging`]. `{}`", operation.path);
    let methods: ItemImpl = syn::parse_quote! {
        impl X {
            #[doc = #words]
            pub fn items(self) -> crate::paging::Items<Self> {
                crate::paging::Items::new(self)
            }

            /// The pages of the list, one after the other: [`crate::paging`].
            pub fn pages(self) -> crate::paging::Pages<Self> {
                crate::paging::Pages::new(self)
            }
        }
    };
    let id = has_id(&one.to_string(), setters).then(|| {
        quote! {
            fn id(item: &Self::Item) -> Option<::uuid::Uuid> {
                *item.id
            }
        }
    });
    let listing: syn::Item = syn::parse_quote! {
        impl crate::paging::Listing for #ty {
            type Item = types::#one;

            fn start(&self) -> i64 {
                self.page.as_ref().ok().copied().flatten().unwrap_or(1)
            }

            async fn fetch(mut self, page: i64) -> Result<crate::paging::Page<Self::Item>, crate::Error> {
                self.page = Ok(Some(page));
                let list = self.send().await?;
                Ok(crate::paging::Page::new(page, list.data.into_option(), list.pagination.into_option()))
            }

            #id
        }
    };
    item.items.extend(methods.items);
    vec![listing]
}

/// Whether a type has a member `id` that is an optional UUID.
fn has_id(name: &str, setters: &Setters) -> bool {
    let mut methods = setters.get(name).into_iter().flatten();
    methods.any(|method| {
        let clause = &method.sig.generics.where_clause;
        let text = quote! { #clause }.to_string();
        method.sig.ident == "id" && text.contains("Uuid") && text.contains("Field")
    })
}
