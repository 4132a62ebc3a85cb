//! Answers as one JSON document where nothing streams.
//!
//! rmcp answers inside a session with a stream of events even where there is only one. A stream whose
//! first event is the answer itself becomes plain JSON, which is smaller and quicker; one that begins
//! with progress, or that is quiet for long, stays a stream.

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

/// What tells an answer from a notification and a request.
#[derive(Deserialize)]
struct Message {
    method: Option<IgnoredAny>,
    id: Option<IgnoredAny>,
}

pub(super) async fn plainly(answer: Answer) -> Answer {
    let streams =
        answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    if !streams {
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

/// The data of an event, where that is the answer to a request.
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
    fn only_an_answer_is_taken_out_of_its_stream() {
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
