//! Planners' questions: who is covered, where the next hubs should go, and the people both count.

pub mod coverage;
mod events;
mod no_sites;
pub mod population;
pub mod query;
pub mod siting;
mod zones;

use super::resource::{Resource, at};

/// The resources of this folder.
pub fn resources() -> Vec<Resource> {
    vec![
        at("/coverage").get(coverage::show).post(coverage::ask),
        at("/siting").get(siting::show).post(siting::ask),
    ]
}
