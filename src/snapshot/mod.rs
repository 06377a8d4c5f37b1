//! snapshot
pub mod nearest;
pub mod tree;
