//! tour
pub mod districts;
pub mod domain;
pub mod interchange;
pub mod review;
pub mod snapshot;
pub mod store;
