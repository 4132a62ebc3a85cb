//! The guard from outside: what an owner writes, what an agent tries, and what is left when things
//! die in between.

#![cfg(test)]

mod approvals;
mod audit;
mod common;
mod concurrent;
mod crash;
mod limits;
mod model;
mod never_twice;
mod policies;
mod policy;
mod stores;
