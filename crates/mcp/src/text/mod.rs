//! Text that others wrote: the API, people who typed into it, web pages, callers.
//!
//! Such text is data, and a reader must never take it for the server's own words. Everything that turns
//! it into a text is here: [`quote`], [`name`] and [`line`] put it into a sentence of the server,
//! [`table()`] and [`json()`] write whole results, and [`visible`] shows what a reader would not see.
//!
//! In tables and JSON, what a reader would not see is written in the notation of JSON (`\u202e`), so that
//! the text still says exactly what the value holds. In sentences it is written as `<U+202E>`.

mod json;
mod members;
mod quote;
mod table;
mod tokens;
mod visible;

pub(crate) use json::{json, plain_json};
pub(crate) use members::{Inside, Member, Members, Origin, Personal};
pub(crate) use quote::{LONG, SHORT, line, name, quote, value};
pub(crate) use table::{Column, row, table};
pub(crate) use tokens::estimate;
pub(crate) use visible::visible;
