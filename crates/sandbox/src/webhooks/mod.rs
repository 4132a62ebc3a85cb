//! Webhooks: what happened becomes events, events become deliveries to the registered endpoints,
//! deliveries are attempts that follow the published retry schedule on the sandbox's clock.

mod deliver;
mod events;
mod log;

pub(crate) use deliver::{Dispatcher, Order, next_delivery};
pub(crate) use log::{
    Endpoint, delivery_log, endpoints, register, remove_endpoint, resend, set_enabled,
};
