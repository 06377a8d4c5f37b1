//! People on grid squares, which of them live within reach of a facility, and where the next one
//! should go.
//!
//! Arrays in, numbers out: the room has never heard of snapshots, databases or the web, so that a
//! planner can ask about facilities that do not exist yet.

pub mod access;
pub mod estat;
pub mod mesh;
pub mod population;
pub mod projection;
pub mod reach;
mod shares;
pub mod siting;
pub mod squares;
