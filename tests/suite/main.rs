//! The one test binary: one link instead of one for each file.

#[path = "../support/mod.rs"]
mod support;

mod store;
mod store_files;
