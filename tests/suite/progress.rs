//! How far a long search is, told while it goes on: server-sent events of `/siting`.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::people::Client;
use crate::support::server::TestDirectory;

const EVENTS: (&str, &str) = ("Accept", "text/event-stream");

/// The events of a stream that has ended: their names and data.
fn events(text: &str) -> Vec<(String, Value)> {
    assert!(text.ends_with("\n\n"), "{text}");
    let event = |part: &str| {
        let (name, data) = part.split_once('\n').unwrap();
        let (name, data) = (name.strip_prefix("event: "), data.strip_prefix("data: "));
        (
            name.unwrap().to_owned(),
            serde_json::from_str(data.unwrap()).unwrap(),
        )
    };
    text.trim_end().split("\n\n").map(event).collect()
}

fn without_time(mut answer: Value) -> Value {
    for own in ["seconds", "links"] {
        answer.as_object_mut().unwrap().remove(own);
    }
    answer
}

/// A request under way, from this address as a proxy says, whose events are read as they come.
fn stream(directory: &TestDirectory, address: &str, path: &str) -> BufReader<TcpStream> {
    let mut socket = TcpStream::connect(directory.address()).unwrap();
    let timeout = Some(Duration::from_secs(20));
    socket.set_read_timeout(timeout).unwrap();
    let host = directory.address();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {address}\r\nAccept: text/event-stream\r\nAccept-Encoding: br, gzip\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).unwrap();
    BufReader::new(socket)
}

/// The next event `progress`.
fn next(stream: &mut BufReader<TcpStream>) -> Value {
    for line in stream.lines() {
        let line = line.unwrap();
        assert!(!line.starts_with("event: problem"), "{line}");
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str(data).unwrap();
        }
    }
    panic!("the stream has ended");
}

#[test]
fn a_search_tells_how_far_it_is_and_then_the_same_answer() {
    let directory = TestDirectory::shipped();
    let path = "/siting?area=13&count=30&within=800";
    let answer = directory.request(path, &[EVENTS, ("Accept-Encoding", "br, gzip")]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    // What lies between must neither pack nor hold back.
    assert_eq!(answer.header("content-encoding"), "identity");
    assert!(answer.header("cache-control").contains("no-transform"));
    assert_eq!(answer.header("x-accel-buffering"), "no");
    let told = events(&answer.text);
    let (last, before) = told.split_last().unwrap();
    assert!(before.len() > 2, "{before:?}");
    let number = |event: &Value, key: &str| event[key].as_f64();
    let mut known = (0.0, 0.0, 0.0);
    for (name, event) in before {
        assert_eq!(name, "progress");
        let (share, seconds) = (
            number(event, "share").unwrap(),
            number(event, "seconds").unwrap(),
        );
        let value = number(event, "value").unwrap_or(0.0);
        assert!((0.0..=1.0).contains(&share), "{event}");
        assert!(
            share >= known.0 && seconds > known.1 && value >= known.2,
            "{before:?}"
        );
        known = (share, seconds, value);
        if let Some(bound) = number(event, "bound") {
            let gap = number(event, "gap").unwrap();
            assert!(
                bound >= value && (gap - (bound / value - 1.0) * 100.0).abs() < 1e-6,
                "{event}"
            );
        }
    }
    assert!(before.iter().any(|(_, event)| event["bound"].is_number()));
    // Nothing that was told is taken back by the answer.
    assert_eq!(last.0, "answer");
    assert!(last.1["value"].as_f64().unwrap() >= known.2);
    let plain = directory.json(path);
    assert_eq!(without_time(last.1.clone()), without_time(plain));
    // Remembered, it comes at once; and by `f=` too.
    let again = directory.get(&format!("{path}&f=events"));
    let again = events(&again.text);
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].0, "answer");
    directory.expect_clean_log();
}

#[test]
fn the_other_aims_tell_their_bounds_from_the_other_side() {
    // Its own: of one address one search runs at a time, and these take a while.
    let directory = TestDirectory::shipped();
    for (objective, count) in [("median", 12), ("center", 6)] {
        let path = format!("/siting?area=37&count={count}&objective={objective}&f=events");
        let told = events(&directory.get(&path).text);
        let (last, before) = told.split_last().unwrap();
        assert_eq!(last.0, "answer", "{last:?}");
        for (_, event) in before {
            if let (Some(value), Some(bound)) = (event["value"].as_f64(), event["bound"].as_f64()) {
                assert!(bound <= value && value >= last.1["value"].as_f64().unwrap());
                assert!(bound <= last.1["value"].as_f64().unwrap() * (1.0 + 1e-9));
            }
        }
    }
}

#[test]
fn what_is_wrong_is_a_status_before_the_work_and_an_event_after() {
    let directory = &TestDirectory::shipped();
    let wrong = directory.request("/siting?area=13113&count=0", &[EVENTS]);
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.header("content-type"), "application/problem+json");
    let refused = directory.request("/siting?area=13113&count=1000&lang=en", &[EVENTS]);
    assert_eq!(refused.status, 200);
    let told = events(&refused.text);
    let (name, problem) = told.last().unwrap();
    assert_eq!(
        (name.as_str(), &problem["status"], &problem["code"]),
        ("problem", &json!(400), &json!("invalid-parameter"))
    );
    assert!(problem["detail"].as_str().unwrap().contains("candidates"));
    // A list of one's own is asked the same way.
    let stores = json!({"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"name": "渋谷の空き店舗"},
        "geometry": {"type": "Point", "coordinates": [139.7016, 35.658]},
    }]});
    let sort = ("Content-Type", "application/geo+json");
    let answer = Client::anonymous(directory).send_bytes(
        "POST",
        "/siting?area=13113&count=1",
        &[sort, EVENTS],
        stores.to_string().as_bytes(),
    );
    let told = events(&answer.text);
    let (name, answer) = told.last().unwrap();
    assert_eq!(
        (name.as_str(), &answer["numberReturned"]),
        ("answer", &json!(1))
    );
}

#[test]
fn a_client_that_closes_gives_its_turn_back() {
    let directory = TestDirectory::with(&["--trusted-proxies", "127.0.0.1"]);
    let long = |count: usize| format!("/siting?area=00&count={count}&within=1000&seconds=60");
    let begun = Instant::now();
    let mut two = [
        stream(&directory, "192.0.2.1", &long(301)),
        stream(&directory, "192.0.2.2", &long(302)),
    ];
    for stream in &mut two {
        // The first comes before there is anything to tell, the second while it goes on.
        assert_eq!(next(stream)["share"], 0.0);
        next(stream);
    }
    assert!(begun.elapsed() < Duration::from_secs(15));
    // There are two turns, and each of these would have kept its own for a minute: a third would be told
    // to come again.
    drop(two);
    let quick = directory.get("/siting?area=13113&count=1&within=500");
    assert_eq!(quick.status, 200);
    directory.expect_clean_log();
}
