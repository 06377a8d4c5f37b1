//! machinaka: the directory of Japan's urban telework hubs, on a map.
//!
//! Rooms, and who may know whom (`tests/suite/walls.rs` holds the code to it):
//!
//! ```text
//!     cli ──► http ──► directory ──► store                     touch the world
//!       ╲       │          │           │
//!        ▼      ▼          ▼           ▼
//!  review ──► interchange, snapshot ◄── tiles ──► places ──► districts ──► domain     pure
//! ```
//!
//! - [`domain`]: what the words mean; constructors refuse nonsense.
//! - [`earth`]: points on the ellipsoid: chords, geodesics, a tree over them.
//! - [`districts`]: prefectures, municipalities, wards, and which of them a point lies in.
//! - [`stations`]: railway stations, and the airports they name.
//! - [`places`]: words to places.
//! - [`opening`]: whether a facility is open, and until when.
//! - [`snapshot`]: the published directory at one sequence number; nearest, filters, paging.
//! - [`coverage`]: people on grid squares, and which of them live within reach of a facility.
//! - [`tiles`]: any of these as vector tiles.
//! - [`interchange`]: files in and out.
//! - [`review`]: proposed rows against what is published.
//! - [`synthetic`]: made-up facilities for tests and benchmarks.
//! - [`store`]: the change log on SQLite or PostgreSQL; the only room that knows diesel.
//! - [`directory`]: the one application service: what is published now, and how it changes.
//! - [`pmtiles`]: an operator's own basemap file.
//! - [`http`]: the map and the API; the only async room.
//! - [`cli`]: the command line, which wires the rooms.

pub mod cli;
pub mod coverage;
pub mod directory;
pub mod districts;
pub mod domain;
pub mod earth;
pub mod http;
pub mod interchange;
pub mod opening;
pub mod places;
pub mod pmtiles;
pub mod review;
pub mod snapshot;
pub mod stations;
pub mod store;
pub mod synthetic;
pub mod tiles;
