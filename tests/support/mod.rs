//! What the tests share.

pub mod bombs;
pub mod databases;
pub mod people;
pub mod pmtiles;
pub mod proxy;
pub mod server;

/// How many facilities ship, and how many of them are shown where nobody asks for a status.
pub const SHIPPED: usize = 317;
pub const SHOWN: usize = 304;
