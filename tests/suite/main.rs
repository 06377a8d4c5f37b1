//! The one test binary: one link instead of one for each file.

#[path = "../support/mod.rs"]
mod support;

mod cli;
mod http;
mod nearest;
mod store;
mod store_files;
mod walls;
