//! The way of a request in and of an answer out: connections, bodies, limits, turns, and the server
//! around them.

pub mod blocking;
pub mod body;
pub mod body_schema;
pub mod bounded;
pub mod client;
pub mod connection;
pub mod doors;
pub mod downloads;
pub mod held;
pub mod line;
pub mod preconditions;
pub mod proxy;
pub mod remembered;
pub mod server;
pub mod turns;
