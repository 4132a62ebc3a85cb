//! Fetching a description from a server that behaves, and from some that do not.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use support::{Repository, SMALL};
use xtask::{
    download::{fetch, fetch_within},
    regen::{Lock, Options},
};

/// A server on this machine that answers every request with `answer`; its address.
fn server(answer: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            answer(stream);
        }
    });
    format!("http://{address}/openapi.json")
}

/// A whole answer; the client may hang up in the middle of it.
fn answer(status: &str, headers: &str, body: &[u8]) -> impl Fn(TcpStream) + Send + 'static {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n");
    let bytes = [head.as_bytes(), body].concat();
    move |mut stream| drop(stream.write_all(&bytes))
}

fn from_url(url: String) -> Options {
    Options { url: Some(url), ..Options::default() }
}

#[test]
fn a_description_is_taken_from_its_address() {
    let repository = Repository::small();
    let later = SMALL.replace("Small", "Later");
    let place = server(answer("200 OK", "", later.as_bytes()));
    let url = server(answer("302 Found", &format!("location: {place}\r\n"), b""));
    let (_, text) = repository.run(&from_url(url.clone())).unwrap();
    assert!(text.contains("2 operations, "), "{text}");
    assert!(repository.read("spec/openapi.json").contains("\"Later\""));
    let lock: Lock = serde_json::from_str(&repository.read("spec/lock.json")).unwrap();
    assert_eq!(lock.source, url);
    assert!(repository.check().0);
}

#[test]
fn answers_that_hold_no_description_change_nothing() {
    let repository = Repository::small();
    let declared = format!("content-length: {}\r\n", 40 * 1024 * 1024);
    let cases = [
        (answer("404 Not Found", "", b"gone"), "404"),
        (answer("500 Internal Server Error", "", SMALL.as_bytes()), "500"),
        (answer("200 OK", "content-length: 100000\r\n", SMALL.as_bytes()), "downloading `"),
        (answer("200 OK", "", b"<html><body>Sign in</body></html>"), "1 fault:"),
        (answer("200 OK", "", b"\xff\xfe"), "the description is not UTF-8"),
        (answer("200 OK", "", &vec![b' '; 33 * 1024 * 1024]), "larger than 32 MiB"),
        (answer("200 OK", &declared, &vec![b' '; 33 * 1024 * 1024]), "larger than 32 MiB"),
        (answer("302 Found", "location: http://192.0.2.1:x/\r\n", b""), "the server answered 302"),
    ];
    for (answer, part) in cases {
        let url = server(answer);
        let error = repository.refuses(&from_url(url.clone()));
        assert!(error.contains(part), "{part} is not in {error}");
        if !error.contains("fault") {
            assert!(error.contains(&url), "{error}");
            assert!(error.contains("--file") && error.contains("--pinned"), "{error}");
        }
    }
}

#[test]
fn a_server_that_does_not_answer_in_time_is_given_up() {
    let silent = server(|_stream| thread::sleep(Duration::from_secs(30)));
    let drip = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    for url in [silent, drip] {
        let start = Instant::now();
        let error = format!("{:#}", fetch_within(&url, Duration::from_millis(400)).unwrap_err());
        assert!(error.contains(&url) && error.contains("timed out"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}/openapi.json");
    let error = format!("{:#}", fetch(&url).unwrap_err());
    assert!(error.contains(&url), "{error}");
}

#[test]
fn only_https_leaves_this_machine() {
    for url in [
        "http://docs.streampay.sa/openapi.json",
        "http://127.0.0.1.example.com/openapi.json",
        "http://localhost.example.com/openapi.json",
        "http://[2001:db8::1]/openapi.json",
        "ftp://127.0.0.1/openapi.json",
        "file:///etc/passwd",
    ] {
        let error = format!("{:#}", fetch(url).unwrap_err());
        assert!(error.contains("over https only"), "{url}: {error}");
    }
    assert!(
        format!("{:#}", fetch("openapi.json").unwrap_err())
            .contains("`openapi.json` is not a valid URL")
    );
}
