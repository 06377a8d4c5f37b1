//! What the tests share.

pub mod bombs;
pub mod databases;
pub mod people;
pub mod proxy;
pub mod server;
