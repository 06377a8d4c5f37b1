//! tour
pub mod districts;
pub mod domain;
pub mod snapshot;
