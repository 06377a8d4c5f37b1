//! An operator's own basemap: a PMTiles file (version 3) of vector tiles, read from disk.
//!
//! The file is read with positioned reads and never mapped into memory, so a file truncated while the
//! server runs gives an error and no signal. Every length is checked against a limit and the file's real
//! length before memory is allocated. Each read checks before and after that the file is unchanged.
//!
//! [`Archive`] is one opened file. [`StreetMap`] follows a path, and reopens the file after it was
//! replaced.

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
