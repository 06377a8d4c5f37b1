//! What the words mean; no I/O, no clock.
pub mod change;
pub mod facility;
