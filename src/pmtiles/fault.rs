//! Errors of basemap files.

use std::io;

use thiserror::Error;

/// Why a file is no basemap or cannot be read.
#[derive(Debug, Error)]
pub enum Fault {
    /// The system does not give it.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("it is no regular file")]
    NotAFile,
    /// It does not begin as a PMTiles file does.
    #[error("it is no PMTiles file: it does not begin with “PMTiles”")]
    NotPmtiles,
    /// It is of another version of the format.
    #[error(
        "it is PMTiles version {0}, and only version 3 can be read (`pmtiles convert` makes version 3)"
    )]
    Version(u8),
    /// It ends before it should.
    #[error(
        "it is cut short: its {part} ends at byte {end}, and the file has {length} bytes. Download it again"
    )]
    CutShort {
        /// What is missing.
        part: &'static str,
        /// Where that should end.
        end: u64,
        /// How long the file is.
        length: u64,
    },
    /// Its tiles are pictures, or of another encoding.
    #[error("its tiles are {0}, and only Mapbox vector tiles (MVT) can be drawn")]
    TileType(String),
    /// It is compressed as this program cannot.
    #[error("its {part} is compressed with {with}, and only gzip or no compression can be read")]
    Compression {
        /// What is compressed.
        part: &'static str,
        /// How.
        with: String,
    },
    /// A part is larger than anything sound.
    #[error("its {part} has more than {most} bytes, the most that is read")]
    TooLarge {
        /// Which part.
        part: &'static str,
        /// The limit.
        most: u64,
    },
    /// A part does not say what it should.
    #[error("its {part} is damaged: {what}")]
    Damaged {
        /// Which part.
        part: String,
        /// What is wrong.
        what: String,
    },
    /// Its layers are none that can be drawn.
    #[error(
        "its layers are none that can be drawn: known are Protomaps version 4, OpenMapTiles and 最適化ベクトルタイル (GSI), \
         and the file has {0}"
    )]
    Schema(String),
    /// Somebody wrote into it after it was opened.
    #[error("it was changed while it was served, and what it holds now is not read yet")]
    Changed,
}

impl Fault {
    /// A damaged part.
    pub(super) fn damaged(part: impl Into<String>, what: impl Into<String>) -> Fault {
        Fault::Damaged {
            part: part.into(),
            what: what.into(),
        }
    }
}
