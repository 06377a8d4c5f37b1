//! tour
pub mod districts;
pub mod domain;
pub mod places;
pub mod snapshot;
pub mod synthetic;
pub mod tiles;
