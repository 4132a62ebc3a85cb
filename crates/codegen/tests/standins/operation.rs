//! The client's table of operations without what makes requests of it; see `src/operation.rs`.

#![allow(missing_docs)]

#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    pub name: &'static str,
    pub method: http::Method,
    pub path: &'static str,
    pub parameters: &'static [Parameter],
    pub body: Body,
    pub retry_safe: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    None,
    Optional,
    Required,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: &'static str,
    pub location: Location,
    pub required: bool,
    pub explode: bool,
    pub uuid: bool,
}
