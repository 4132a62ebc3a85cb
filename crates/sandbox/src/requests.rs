//! The log of requests, for tests that check what a client really sent.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// How many requests are remembered.
const KEPT: usize = 10_000;

/// A request that arrived at the API.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Request {
    /// Its number, counted from 0 since the start or the last reset.
    pub number: u64,
    /// The sandbox's time when it arrived, ISO 8601.
    pub at: String,
    /// The method, `GET`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: String,
    /// The fingerprint of its key; `None` if it had no well-formed key.
    pub key: Option<String>,
    /// The `x-branch-id` header.
    pub branch: Option<String>,
    /// The `user-agent` header.
    pub user_agent: Option<String>,
    /// The body: as JSON if it is JSON, otherwise as text; null if it is empty. A body above 64 KiB is
    /// replaced by its length.
    pub body: Value,
    /// The status of the response; `None` if there was no response, such as after a fault that cut the
    /// connection.
    pub status: Option<u16>,
    /// The fault that was played, if any.
    pub fault: Option<String>,
}

/// The latest requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    list: VecDeque<Request>,
    next: u64,
}

impl RequestLog {
    /// Remembers a request and returns its number.
    pub(crate) fn add(&mut self, mut request: Request) -> u64 {
        request.number = self.next;
        self.next += 1;
        if self.list.len() == KEPT {
            self.list.pop_front();
        }
        let number = request.number;
        self.list.push_back(request);
        number
    }

    /// Notes how a request ended.
    pub(crate) fn finish(&mut self, number: u64, status: Option<u16>, fault: Option<String>) {
        if let Some(request) = self.list.iter_mut().rev().find(|one| one.number == number) {
            (request.status, request.fault) = (status, fault);
        }
    }

    /// The requests from a number on, oldest first.
    pub(crate) fn since(&self, number: u64) -> Vec<Request> {
        self.list.iter().filter(|request| request.number >= number).cloned().collect()
    }

    /// Forgets all requests.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
