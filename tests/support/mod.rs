//! What the tests share.

pub mod bombs;
pub mod databases;
pub mod people;
pub mod pmtiles;
pub mod proxy;
pub mod server;
