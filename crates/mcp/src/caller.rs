//! Who calls, as everything behind the transports sees it.

use std::{fmt, sync::Arc};

use streampay::Context;

use crate::view::View;

/// A caller that the server has to tell apart from others. Over stdio there is only one, and none is given.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The caller's key, branch and request id.
    pub(crate) context: Context,
    /// The tools that this request may use.
    pub(crate) view: View,
    /// Whether the request itself asked for fewer tools than the server offers.
    pub(crate) narrowed: bool,
    /// Held until the call ends, which may be after its client disconnects.
    pub(crate) place: Box<dyn Place>,
}

/// A call's place among those that run at a time.
pub(crate) trait Place: fmt::Debug + Send + Sync {
    /// The call waits before it sends a request again; others may run meanwhile.
    fn wait(&self);

    /// The call continues.
    fn go_on(&self);
}

impl Caller {
    /// The caller of a request, where its transport named one. rmcp hands on what came with an HTTP request
    /// as [`http::request::Parts`].
    pub(crate) fn of(extensions: &rmcp::model::Extensions) -> Option<Arc<Self>> {
        extensions.get::<http::request::Parts>()?.extensions.get::<Arc<Self>>().cloned()
    }
}
