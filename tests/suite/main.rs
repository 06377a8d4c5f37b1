//! The one test binary: one link instead of one for each file.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

#[path = "../support/mod.rs"]
mod support;

mod cli;
mod http;
mod nearest;
mod store;
mod store_files;
mod walls;
