//! The one test binary: one link instead of one for each file.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

#[path = "../support/mod.rs"]
mod support;

mod authorisation;
mod backup;
mod boundaries;
mod caching;
mod cli;
mod coverage;
mod coverage_files;
mod covered;
mod errors;
mod exports;
mod facets;
mod facilities;
mod files;
mod findings;
mod history;
mod hours;
mod http;
mod kill;
mod log;
mod nearest;
mod ogc;
mod pages;
mod people;
mod people_squares;
mod places;
mod progress;
mod reports;
mod sheets;
mod sites;
mod sites_in_zones;
mod siting;
mod store;
mod store_files;
mod submissions;
mod uploads;
mod walls;
