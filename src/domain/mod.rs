//! What the words mean; no I/O, no clock.

pub mod attributes;
pub mod change;
pub mod difference;
pub mod facility;
pub mod feature;
pub mod fields;
pub mod municipality;
pub mod position;
pub mod report;
pub mod submission;
pub mod support;
pub mod usable;
pub mod user;
pub mod vocabulary;
pub mod wording;
