//! What the words mean; no I/O, no clock.

pub mod change;
pub mod facility;
pub mod feature;
pub mod fields;
pub mod municipality;
pub mod position;
pub mod report;
pub mod support;
pub mod vocabulary;
