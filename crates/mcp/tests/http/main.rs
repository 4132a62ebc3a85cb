//! The server over real HTTP: both eras, keys and sessions, limits, attacks, stopping.

mod attacks;
mod common;
mod isolation;
mod limits;
mod program;
mod serving;
mod stopping;
