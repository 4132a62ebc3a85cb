//! The table of operations: what the lossless call needs to know to make a request of JSON.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use streampay_spec::{Api, Location, Operation, Parameter, deref, schema_types, without_null};

use crate::source::const_ident;

pub(crate) fn emit(api: &Api) -> TokenStream {
    let digest = &api.digest;
    let server = api.server.as_deref().unwrap_or_default();
    let statics = api.operations.iter().map(|operation| one(api, operation));
    let names = api.operations.iter().map(|operation| const_ident(&operation.name));
    quote! {
        use http::Method;
        use crate::operation::{Body, Location, Operation, Parameter};

        /// SHA-256 of the description that this client was built from.
        pub const DIGEST: &str = #digest;

        /// The server that the description names.
        pub const SERVER: &str = #server;

        /// Every operation, in the order of the description.
        pub static ALL: &[&Operation] = &[#(&#names),*];

        #(#statics)*
    }
}

fn one(api: &Api, operation: &Operation) -> TokenStream {
    let ident = const_ident(&operation.name);
    let Operation { name, path, summary, retry_safe, .. } = operation;
    let method = format_ident!("{}", operation.method.as_str());
    let doc = format!("{summary}: `{} {path}`.", operation.method);
    let parameters = operation.parameters.iter().map(|parameter| one_parameter(api, parameter));
    let body = match &operation.body {
        None => quote! { Body::None },
        Some(body) if body.required => quote! { Body::Required },
        Some(_) => quote! { Body::Optional },
    };
    quote! {
        #[doc = #doc]
        pub static #ident: Operation = Operation {
            name: #name,
            method: Method::#method,
            path: #path,
            parameters: &[#(#parameters),*],
            body: #body,
            retry_safe: #retry_safe,
        };
    }
}

fn one_parameter(api: &Api, parameter: &Parameter) -> TokenStream {
    let Parameter { name, required, explode, .. } = parameter;
    let location = match parameter.location {
        Location::Path => quote! { Location::Path },
        Location::Query => quote! { Location::Query },
        Location::Header => quote! { Location::Header },
    };
    let schema = without_null(&parameter.schema);
    let schema = deref(&schema, &api.schemas);
    let uuid = schema_types(schema) == ["string"]
        && schema.get("format").and_then(serde_json::Value::as_str) == Some("uuid");
    quote! {
        Parameter { name: #name, location: #location, required: #required, explode: #explode, uuid: #uuid }
    }
}
