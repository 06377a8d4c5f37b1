//! An operator's own basemap: a PMTiles file (version 3) of vector tiles, read from disk.
//!
//! The file is read with positioned reads and never mapped into memory, so that a file that is cut
//! short while the server runs gives an error and no signal. Every length in the file is held against
//! a limit and against the file's real length before anything is allocated. Each read looks before and
//! after whether the file is still the one that was opened.
//!
//! [`Archive`] is one opened file; [`StreetMap`] is what a path names now, also after somebody
//! replaces the file.

mod archive;
mod directory;
mod fault;
mod header;
mod hilbert;
mod metadata;
mod street_map;

#[cfg(test)]
mod tests;
#[cfg(test)]
#[path = "../../tests/support/pmtiles.rs"]
mod written;

pub use archive::Archive;
pub use fault::Fault;
pub use header::Header;
pub use metadata::{Metadata, Schema};
pub use street_map::StreetMap;
