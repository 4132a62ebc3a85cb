//! The behavior of the sandbox, seen from outside. One program, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

mod access;
mod common;
mod coverage;
mod errors;
mod events;
mod faults;
mod money;
mod operations;
mod pages;
mod subscriptions;
mod webhooks;
