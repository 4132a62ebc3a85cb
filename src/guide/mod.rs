//! A guide through complete tasks. Every example is tested against the simulator.
//!
//! | page | topic |
//! |---|---|
//! | [`first_payment`] | from a key to a payment: customer, product, link, redirect |
//! | [`subscriptions`] | recurring products, plan changes, freezes, cancellations |
//! | [`webhooks`] | receiving events with axum, and handling each one once |
//! | [`reconciliation`] | reading long lists and adding up money |
//! | [`errors`] | what to do about each error, above all if the outcome is unknown |
//! | [`testing`] | your own tests against the simulator, with faults and a clock |

#[doc = include_str!("first_payment.md")]
pub mod first_payment {}

#[doc = include_str!("subscriptions.md")]
pub mod subscriptions {}

#[doc = include_str!("webhooks.md")]
pub mod webhooks {}

#[doc = include_str!("reconciliation.md")]
pub mod reconciliation {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("testing.md")]
pub mod testing {}
