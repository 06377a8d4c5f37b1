//! Accounts, signing in, sessions, second factors and tokens, as people and attackers meet them.

mod accounts;
mod command_line;
mod second_factor;
mod sessions;
mod signing_in;
mod tokens;

use crate::support::people::Client;
use crate::support::server::{Answer, TestDirectory};

/// Flags of a server behind a proxy on the same machine that speaks HTTPS as `hubs.example.jp`.
const BEHIND_A_PROXY: &[&str] = &[
    "--empty",
    "--trusted-proxies",
    "127.0.0.1",
    "--public-url",
    "https://hubs.example.jp",
];

/// Somebody at that address, on the page of a server behind a proxy.
fn visitor<'a>(server: &'a TestDirectory, address: &str) -> Client<'a> {
    Client::anonymous(server)
        .with("Host", "hubs.example.jp")
        .with("X-Forwarded-Proto", "https")
        .with("X-Forwarded-For", address)
        .with("Origin", "https://hubs.example.jp")
        .with("Sec-Fetch-Site", "same-origin")
}

/// The problem an answer names; a status of success has none.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json()["code"], code, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[track_caller]
fn done(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
}
