//! The server over real HTTP: both eras, keys and sessions, limits, attacks, stopping.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod attacks;
mod broken;
mod common;
mod floods;
mod isolation;
mod limits;
mod modes;
mod program;
mod results;
mod serving;
mod stopping;
mod watching;
