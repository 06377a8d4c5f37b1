//! Writes small PMTiles files for tests, after the specification and apart from what reads them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A tile by zoom, column and row.
pub type Tile = (u8, u32, u32, Vec<u8>);

/// How a file is written.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Whether directories, metadata and tiles are compressed with gzip.
    pub gzip: bool,
    /// So many lines a leaf directory has; none: all lines stand in the root directory.
    pub leaf_lines: Option<usize>,
    /// 1 for vector tiles.
    pub tile_type: u8,
    /// The metadata.
    pub metadata: String,
}

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            gzip: true,
            leaf_lines: None,
            tile_type: 1,
            metadata: PROTOMAPS.to_owned(),
        }
    }
}

/// Metadata as Protomaps' files have it.
pub const PROTOMAPS: &str = r#"{"name":"Test streets","version":"4.1.0",
    "attribution":"<a href=\"https://www.openstreetmap.org/copyright\">&copy; OpenStreetMap</a>",
    "vector_layers":[{"id":"earth","fields":{}},{"id":"water","fields":{}},{"id":"roads","fields":{"kind":"String"}}]}"#;

/// A tile of one street, and a name that tells it from others.
pub fn street(name: &str) -> Vec<u8> {
    let tile = mvt::Tile::new(4096);
    let layer = tile.create_layer("roads");
    let line = mvt::GeomEncoder::<f64>::new(mvt::GeomType::Linestring)
        .point(0.0, 2048.0)
        .and_then(|line| line.point(4096.0, 2048.0))
        .and_then(mvt::GeomEncoder::encode)
        .unwrap();
    let mut feature = layer.into_feature(line);
    feature.add_tag_string("kind", "major_road");
    feature.add_tag_string("name", name);
    let mut tile = tile;
    tile.add_layer(feature.into_layer()).unwrap();
    tile.to_bytes().unwrap()
}

/// The bytes of a file with these tiles.
pub fn file(mut tiles: Vec<Tile>, layout: &Layout) -> Vec<u8> {
    tiles.sort_by_key(|&(z, x, y, _)| number(z, x, y));
    let (mut data, mut lines): (Vec<u8>, Vec<Line>) = (Vec::new(), Vec::new());
    let mut before: Option<&[u8]> = None;
    for (z, x, y, bytes) in &tiles {
        let tile = number(*z, *x, *y);
        let last = lines.last_mut();
        match last.filter(|last| before == Some(bytes) && last.tile + last.run == tile) {
            // As others like it lie beside it.
            Some(last) => last.run += 1,
            None => {
                let packed = layout.packed(bytes);
                let (offset, length) = (data.len() as u64, packed.len() as u64);
                lines.push(Line {
                    tile,
                    offset,
                    length,
                    run: 1,
                });
                data.extend(packed);
            }
        }
        before = Some(bytes);
    }
    let (mut leaves, mut root) = (Vec::new(), lines.clone());
    if let Some(size) = layout.leaf_lines {
        root = Vec::new();
        for part in lines.chunks(size) {
            let leaf = layout.packed(&directory(part));
            root.push(Line {
                tile: part[0].tile,
                offset: leaves.len() as u64,
                length: leaf.len() as u64,
                run: 0,
            });
            leaves.extend(leaf);
        }
    }
    let root = layout.packed(&directory(&root));
    let metadata = layout.packed(layout.metadata.as_bytes());
    let zooms = || tiles.iter().map(|tile| tile.0);
    let mut header = b"PMTiles\x03".to_vec();
    let mut offset = 127u64;
    for part in [&root, &metadata, &leaves, &data] {
        header.extend(offset.to_le_bytes());
        header.extend((part.len() as u64).to_le_bytes());
        offset += part.len() as u64;
    }
    for count in [tiles.len(), lines.len(), lines.len()] {
        header.extend((count as u64).to_le_bytes());
    }
    let packing = if layout.gzip { 2 } else { 1 };
    header.extend([1, packing, packing, layout.tile_type]);
    header.extend([zooms().min().unwrap_or(0), zooms().max().unwrap_or(0)]);
    for degrees in [122.0, 20.0, 154.0, 46.0f64] {
        header.extend(((degrees * 1e7) as i32).to_le_bytes());
    }
    header.extend([0; 9]);
    assert_eq!(header.len(), 127);
    [header, root, metadata, leaves, data].concat()
}

#[derive(Clone)]
struct Line {
    tile: u64,
    offset: u64,
    length: u64,
    run: u64,
}

fn directory(lines: &[Line]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = |mut number: u64| {
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    };
    put(lines.len() as u64);
    let mut before = 0;
    for line in lines {
        put(line.tile - before);
        before = line.tile;
    }
    lines.iter().for_each(|line| put(line.run));
    lines.iter().for_each(|line| put(line.length));
    let mut end = None;
    for line in lines {
        put(if end == Some(line.offset) {
            0
        } else {
            line.offset + 1
        });
        end = Some(line.offset + line.length);
    }
    bytes
}

impl Layout {
    fn packed(&self, bytes: &[u8]) -> Vec<u8> {
        if !self.gzip {
            return bytes.to_vec();
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
}

/// A tile's number, by going down the quarters with the curve's four shapes.
pub fn number(z: u8, x: u32, y: u32) -> u64 {
    // For each shape the quarters (column, row) in the curve's order, and the shape within each.
    const SHAPES: [[(u32, u32, usize); 4]; 4] = [
        [(0, 0, 1), (0, 1, 0), (1, 1, 0), (1, 0, 3)],
        [(0, 0, 0), (1, 0, 1), (1, 1, 1), (0, 1, 2)],
        [(1, 1, 3), (1, 0, 2), (0, 0, 2), (0, 1, 1)],
        [(1, 1, 2), (0, 1, 3), (0, 0, 3), (1, 0, 0)],
    ];
    let (mut shape, mut along) = (0, 0);
    for level in (0..z).rev() {
        let quarter = (x >> level & 1, y >> level & 1);
        let quarters = &SHAPES[shape];
        let place = quarters
            .iter()
            .position(|&(column, row, _)| (column, row) == quarter);
        let place = place.unwrap();
        along = along * 4 + place as u64;
        shape = quarters[place].2;
    }
    (0..z).map(|level| 1 << (2 * level)).sum::<u64>() + along
}
