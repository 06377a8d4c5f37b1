//! The one test binary: one link instead of one for each file.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod authorisation;
mod backup;
mod boundaries;
mod caching;
mod checks;
mod cli;
mod clients;
mod closed_days;
mod coverage;
mod coverage_files;
mod covered;
mod credits;
mod crs;
mod downloads;
mod errors;
mod exports;
mod facets;
mod facilities;
mod files;
mod findings;
mod generated;
mod history;
mod hostile;
mod hours;
mod http;
mod imprecise;
mod kill;
mod log;
mod nearest;
mod ogc;
mod openstreetmap;
mod pages;
mod people;
mod people_squares;
mod place_search;
mod places;
mod progress;
mod projection;
mod reports;
mod shared_links;
mod sheets;
mod shipped;
mod sites;
mod sites_in_zones;
mod siting;
mod stations;
mod store;
mod store_files;
mod streets;
mod structures;
mod submissions;
mod twice;
mod unwritable;
mod uploads;
mod values;
mod walls;
