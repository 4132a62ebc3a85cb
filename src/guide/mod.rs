//! The guide: whole tasks from beginning to end. Every example here is compiled and run against the
//! simulator.
//!
//! | page | for |
//! |---|---|
//! | [`first_payment`] | from a key to money: customer, product, link, redirect |
//! | [`subscriptions`] | recurring products, plan changes, freezes, cancellations |
//! | [`webhooks`] | receiving events with axum, and doing each thing once |
//! | [`reconciliation`] | reading long lists, adding up money, comparing with one's own books |
//! | [`errors`] | what to do about which error, above all where the outcome is unknown |
//! | [`testing`] | one's own tests against the simulator, with faults and a clock |

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
