//! What the tests share.

pub mod databases;
pub mod server;
