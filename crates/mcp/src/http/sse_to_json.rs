//! Turns a stream of events into plain JSON where it holds nothing but one answer.
//!
//! Within a session rmcp answers with a stream of events, even where there is only one. If the first event
//! is the answer itself, the stream becomes plain JSON, which is smaller and faster. A stream that begins
//! with progress, or that is silent for long, stays a stream.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{
    HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use http_body_util::{BodyExt as _, BodyStream, Full, StreamBody, combinators::BoxBody};
use hyper::body::Frame;
use serde::{Deserialize, de::IgnoredAny};

use super::Answer;

/// The members by which an answer differs from a notification and a request.
#[derive(Deserialize)]
struct Message {
    method: Option<IgnoredAny>,
    id: Option<IgnoredAny>,
}

/// Whether an answer is a stream of events.
pub(super) fn is_stream(answer: &Answer) -> bool {
    answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream")
}

/// Answers in plain JSON where that is possible.
pub(super) async fn sse_to_json(answer: Answer) -> Answer {
    if !is_stream(&answer) {
        return answer;
    }
    let (mut parts, mut body) = answer.into_parts();
    let first = match body.frame().await {
        Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
        Some(Err(never)) => match never {},
        None => Bytes::new(),
    };
    if let Some(json) = single(&first) {
        let json = first.slice_ref(json);
        parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        parts.headers.remove(CACHE_CONTROL);
        parts.headers.remove("x-accel-buffering");
        return Response::from_parts(parts, Full::new(json).boxed());
    }
    let first = stream::iter([Ok::<_, Infallible>(Frame::data(first))]);
    let whole = StreamBody::new(first.chain(BodyStream::new(body)));
    Response::from_parts(parts, BoxBody::new(whole))
}

/// The data of an event, if it is the answer to a request.
fn single(event: &[u8]) -> Option<&[u8]> {
    let mut lines = event.split(|byte| *byte == b'\n');
    let data = lines.find_map(|line| line.strip_prefix(b"data:"))?;
    if lines.any(|line| !line.is_empty() && !line.starts_with(b"id:")) {
        return None;
    }
    let data = data.trim_ascii();
    let message: Message = serde_json::from_slice(data).ok()?;
    (message.method.is_none() && message.id.is_some()).then_some(data)
}

#[cfg(test)]
mod tests {
    use super::single;

    #[test]
    fn only_an_answer_becomes_plain_json() {
        let answer = br#"{"jsonrpc":"2.0","id":1,"result":{"method":"a"}}"#;
        let event = [b"id: 0/1\ndata: ".as_slice(), answer, b"\n\n"].concat();
        assert_eq!(single(&event), Some(answer.as_slice()));
        let streams: [&[u8]; 5] = [
            b":\n\n",
            b"retry: 3000\ndata:\n\n",
            b"data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n",
            b"data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\"}\n\n",
            b"data: {\"id\":1}\ndata: {\"id\":2}\n\n",
        ];
        for stream in streams {
            assert_eq!(single(stream), None);
        }
    }
}
