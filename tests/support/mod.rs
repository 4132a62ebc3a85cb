//! A stub of the API that gives prepared answers, broken ones included, and records requests.

#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use streampay::{ApiKey, Arguments, Builder, Client};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A valid id.
pub(crate) const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

/// How one request is answered.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: &'static str,
        body: &'static str,
    },
    /// Closes the connection without an answer.
    Cut,
    /// Never answers.
    Hang,
    /// Sends status 200 and half of the body, then closes the connection.
    Half,
}

impl Reply {
    pub(crate) fn ok(body: &'static str) -> Self {
        Self::Answer { status: 200, headers: "", body }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer { status, headers: "", body: "{}" }
    }
}

/// A stub server. It uses its replies in order and then answers 418.
pub(crate) struct Stub {
    address: String,
    count: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Stub {
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (count, seen) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let replies = Arc::new(Mutex::new(replies.into_iter()));
        let task = tokio::spawn({
            let (count, seen) = (Arc::clone(&count), Arc::clone(&seen));
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (count, seen, replies) =
                        (Arc::clone(&count), Arc::clone(&seen), Arc::clone(&replies));
                    tokio::spawn(async move {
                        let next = || replies.lock().unwrap().next();
                        serve(stream, next, &count, &seen).await
                    });
                }
            }
        });
        Self { address, count, seen, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests arrived.
    pub(crate) fn requests(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// The head and body of each request.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// The body of the only request.
    pub(crate) fn body(&self) -> String {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen[0].split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    pub(crate) async fn stop(&self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}

async fn serve(
    mut stream: TcpStream,
    next: impl Fn() -> Option<Reply>,
    count: &AtomicUsize,
    seen: &Mutex<Vec<String>>,
) {
    loop {
        let Some(request) = read(&mut stream).await else { return };
        count.fetch_add(1, Ordering::SeqCst);
        seen.lock().unwrap().push(request);
        let text = match next() {
            Some(Reply::Cut) => return,
            Some(Reply::Hang) => return std::future::pending().await,
            Some(Reply::Half) => {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: r-1\r\ncontent-length: 50\r\n\r\n{\"id\"";
                let _ = stream.write_all(head.as_bytes()).await;
                return;
            }
            Some(Reply::Answer { status, headers, body }) if headers.contains("chunked") => {
                format!("HTTP/1.1 {status} X\r\n{headers}\r\n{body}")
            }
            Some(Reply::Answer { status, headers, body }) => format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
                body.len()
            ),
            None => "HTTP/1.1 418 X\r\ncontent-length: 0\r\n\r\n".to_owned(),
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

pub(crate) async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return Some(text);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

pub(crate) fn builder(stub: &Stub) -> Builder {
    Client::builder()
        .key(ApiKey::parse("key:secret").unwrap())
        .base_url(stub.url().parse().unwrap())
}

pub(crate) fn client(stub: &Stub) -> Client {
    builder(stub).build().unwrap()
}

/// Arguments with one id in the path.
pub(crate) fn with_id(name: &str) -> Arguments {
    let mut arguments = Arguments::default();
    arguments.path.insert(name.to_owned(), ID.into());
    arguments
}
