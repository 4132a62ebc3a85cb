//! How the builder of one operation sends its request: it passes its arguments to the client, which makes
//! the request from them as it does for the lossless call.

use heck::ToSnakeCase as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use streampay_spec::{
    Api, Location, Operation, Paging, Parameter, deref, is_nullable, referenced_component,
    schema_types, without_null,
};
use syn::{
    ImplItem, ItemImpl, ItemStruct, Type,
    visit_mut::{self, VisitMut},
};

use super::types::Setters;
use crate::source::{const_ident, snake_ident, type_name};

/// Replaces `send` and adds the members of the body as methods. For a list, returns the implementation
/// that fetches its pages.
pub(crate) fn rewrite(
    item: &mut ItemImpl,
    made: &ItemStruct,
    api: &Api,
    operation: &Operation,
    setters: &Setters,
) -> Option<syn::Item> {
    let position = item
        .items
        .iter()
        .position(|method| matches!(method, ImplItem::Fn(method) if method.sig.ident == "send"))?;
    let ImplItem::Fn(old) = item.items.remove(position) else { return None };
    let answer = answer(&old.sig.output, operation);
    let fields: Vec<&syn::Ident> = made.fields.iter().filter_map(|f| f.ident.as_ref()).collect();
    let body = body(made);
    let constant = const_ident(&operation.name);
    let arguments = operation.parameters.iter().filter_map(|parameter| {
        let name = &parameter.name;
        let ident = field_of(&fields, parameter)?;
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
    pages(api, operation).map(|pages| listing(item, operation, &pages))
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
    // An answer that the description does not describe is passed on as it is.
    if nothing && operation.success.schema.is_some() {
        return syn::parse_quote! { ::serde_json::Value };
    }
    found
}

/// Finds the type inside `ResponseValue<…>`.
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

/// The builder's field for a parameter.
fn field_of<'a>(fields: &[&'a syn::Ident], parameter: &Parameter) -> Option<&'a syn::Ident> {
    let name = parameter.name_for_rust().to_snake_case();
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
        // `items` is free if the operation is not a list; lists take no body.
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

/// A list that comes in pages.
struct Pages<'a> {
    names: &'a Paging,
    /// The component that an item is.
    item: &'a str,
    /// The expressions that read the answer `list` and an `item`.
    items: TokenStream,
    pagination: TokenStream,
    id: Option<TokenStream>,
}

/// Whether the operation answers pages whose items are a component. Decided from the description alone.
fn pages<'a>(api: &'a Api, operation: &'a Operation) -> Option<Pages<'a>> {
    let names = api.paging.as_ref()?;
    let is_optional_integer = |name: &str| {
        operation.parameters.iter().any(|parameter| {
            parameter.name == name
                && parameter.location == Location::Query
                && !parameter.required
                && schema_types(deref(&without_null(&parameter.schema), &api.schemas))
                    == ["integer"]
        })
    };
    if !is_optional_integer(&names.page) || !is_optional_integer(&names.limit) {
        return None;
    }
    let answer = deref(operation.success.schema.as_ref()?, &api.schemas);
    let list = member(answer, &names.items)?;
    let place = member(answer, &names.pagination)?;
    let items = without_null(list.schema);
    let item = referenced_component(items.get("items")?)?.to_owned();
    let (item, schema) = api.schemas.get_key_value(&item)?;
    referenced_component(&without_null(place.schema))?;
    let id = member(schema, &names.id).filter(|id| is_uuid(api, id.schema));
    Some(Pages {
        names,
        item,
        items: list.of_list(),
        pagination: place.of_list(),
        id: id.map(|id| id.of_item()),
    })
}

fn is_uuid(api: &Api, schema: &Value) -> bool {
    let schema = without_null(schema);
    let schema = deref(&schema, &api.schemas);
    schema_types(schema) == ["string"]
        && schema.get("format").and_then(Value::as_str) == Some("uuid")
}

/// A member of an object, and how Rust code gets at it.
struct Member<'a> {
    name: &'a str,
    schema: &'a Value,
    required: bool,
}

fn member<'a>(object: &'a Value, name: &'a str) -> Option<Member<'a>> {
    let schema = object.get("properties")?.get(name)?;
    let required = object.get("required").and_then(Value::as_array);
    let required = required.is_some_and(|names| names.iter().any(|required| required == name));
    Some(Member { name, schema, required })
}

impl Member<'_> {
    /// The member of the answer `list` as an `Option`, whether it is required, may be null, or both.
    fn of_list(&self) -> TokenStream {
        let field = snake_ident(self.name);
        match (self.required, is_nullable(self.schema)) {
            (true, true) => quote! { list.#field },
            (true, false) => quote! { Some(list.#field) },
            (false, _) => quote! { list.#field.into_option() },
        }
    }

    /// The member of the borrowed `item` as an `Option`. Its value is copied.
    fn of_item(&self) -> TokenStream {
        let field = snake_ident(self.name);
        match (self.required, is_nullable(self.schema)) {
            (true, true) => quote! { item.#field },
            (true, false) => quote! { Some(item.#field) },
            (false, _) => quote! { *item.#field },
        }
    }
}

/// For an operation that answers pages: the methods that read the whole list, and how they fetch a page.
fn listing(item: &mut ItemImpl, operation: &Operation, pages: &Pages<'_>) -> syn::Item {
    let (one, ty) = (format_ident!("{}", type_name(pages.item)), &item.self_ty);
    let page = snake_ident(&pages.names.page);
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
    let Pages { items, pagination, .. } = pages;
    let id = pages.id.as_ref().map(|id| {
        quote! {
            fn id(item: &Self::Item) -> Option<::uuid::Uuid> {
                #id
            }
        }
    });
    let listing: syn::Item = syn::parse_quote! {
        impl crate::paging::Listing for #ty {
            type Item = types::#one;

            fn start(&self) -> i64 {
                self.#page.as_ref().ok().copied().flatten().unwrap_or(1)
            }

            async fn fetch(mut self, page: i64) -> Result<crate::paging::Page<Self::Item>, crate::Error> {
                self.#page = Ok(Some(page));
                let list = self.send().await?;
                Ok(crate::paging::Page::new(page, #items, #pagination))
            }

            #id
        }
    };
    item.items.extend(methods.items);
    listing
}
