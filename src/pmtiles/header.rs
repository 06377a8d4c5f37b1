//! The header: the first 127 bytes.

use super::fault::Fault;
use super::hilbert::DEEPEST;

/// How long a header is.
pub(super) const LENGTH: usize = 127;

/// The most that the parts read as a whole may take in the file.
pub(super) const MOST_DIRECTORY: u64 = 4 << 20;
pub(super) const MOST_METADATA: u64 = 8 << 20;

/// A header, checked against the file's length.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    pub(super) root: Part,
    pub(super) metadata: Part,
    pub(super) leaves: Part,
    pub(super) tiles: Part,
    pub(super) internal: Compression,
    pub(super) tile_compression: Compression,
    /// The zooms it has.
    pub min_zoom: u8,
    /// The deepest of them.
    pub max_zoom: u8,
    /// West, south, east and north, in degrees.
    pub bounds: [f64; 4],
}

/// A stretch of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// How something is compressed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Compression {
    None,
    Gzip,
}

impl Header {
    /// Reads a header of a file that is so long.
    pub(super) fn read(bytes: &[u8], file_length: u64) -> Result<Header, Fault> {
        if bytes.len() >= 7 && &bytes[..7] != b"PMTiles" {
            // The first two versions begin with two letters and the version.
            return match bytes {
                [b'P', b'M', version @ (1 | 2), ..] => Err(Fault::Version(*version)),
                _ => Err(Fault::NotPmtiles),
            };
        }
        let Some(bytes) = bytes.first_chunk::<LENGTH>() else {
            return match bytes.starts_with(b"PM") {
                true => Err(cut_short("header", LENGTH as u64, file_length)),
                false => Err(Fault::NotPmtiles),
            };
        };
        if bytes[7] != 3 {
            return Err(Fault::Version(bytes[7]));
        }
        let part = |name: &'static str, at: usize| {
            let (offset, length) = (long(bytes, at), long(bytes, at + 8));
            let end = offset.saturating_add(length);
            match end <= file_length {
                true => Ok(Part { offset, length }),
                false => Err(cut_short(name, end, file_length)),
            }
        };
        let tile_type = match bytes[99] {
            1 => None,
            0 => Some("of an unknown type".to_owned()),
            2 => Some("PNG pictures".to_owned()),
            3 => Some("JPEG pictures".to_owned()),
            4 => Some("WebP pictures".to_owned()),
            5 => Some("AVIF pictures".to_owned()),
            6 => Some("MapLibre tiles (MLT)".to_owned()),
            other => Some(format!("of type {other}")),
        };
        if let Some(other) = tile_type {
            return Err(Fault::TileType(other));
        }
        let header = Header {
            root: part("root directory", 8)?,
            metadata: part("metadata", 24)?,
            leaves: part("leaf directories", 40)?,
            tiles: part("tile data", 56)?,
            internal: compression("directories", bytes[97])?,
            tile_compression: compression("tile data", bytes[98])?,
            min_zoom: bytes[100],
            max_zoom: bytes[101],
            bounds: [102, 106, 110, 114].map(|at| degrees(bytes, at)),
        };
        if header.min_zoom > header.max_zoom || header.max_zoom > DEEPEST {
            let (least, most) = (header.min_zoom, header.max_zoom);
            let what = format!("it says zooms {least} to {most}, and 0 to {DEEPEST} are possible");
            return Err(Fault::damaged("header", what));
        }
        too_large("root directory", header.root.length, MOST_DIRECTORY)?;
        too_large("metadata", header.metadata.length, MOST_METADATA)?;
        Ok(header)
    }
}

pub(super) fn too_large(part: &'static str, length: u64, most: u64) -> Result<(), Fault> {
    match length <= most {
        true => Ok(()),
        false => Err(Fault::TooLarge { part, most }),
    }
}

pub(super) fn cut_short(part: &'static str, end: u64, length: u64) -> Fault {
    Fault::CutShort { part, end, length }
}

fn compression(part: &'static str, code: u8) -> Result<Compression, Fault> {
    let with = match code {
        1 => return Ok(Compression::None),
        2 => return Ok(Compression::Gzip),
        0 => "an unknown method".to_owned(),
        3 => "brotli".to_owned(),
        4 => "zstd".to_owned(),
        other => format!("method {other}"),
    };
    Err(Fault::Compression { part, with })
}

fn long(bytes: &[u8; LENGTH], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

fn degrees(bytes: &[u8; LENGTH], at: usize) -> f64 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    f64::from(i32::from_le_bytes(number)) / 1e7
}
