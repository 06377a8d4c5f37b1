//! Stations as points: all from zoom 10 on, below it only those where several lines meet.

use crate::stations::Station;

use super::clip::BUFFER;
use super::write::{Shape, Writer};
use super::{EXTENT, Tile};

/// The zoom from which every station is in the tiles.
const ALL: u8 = 10;
/// Below this zoom only the largest are.
const FEW: u8 = 7;

/// The stations of a tile, in the layer `stations`, each with its name and the number of its lines.
pub fn stations<'a>(tile: Tile, all: impl Iterator<Item = &'a Station>) -> Option<Vec<u8>> {
    let least = match tile.zoom() {
        ALL.. => 0,
        FEW.. => 2,
        _ => 5,
    };
    let mut writer = Writer::new();
    let mut layer = writer.layer("stations");
    for station in all.filter(|station| station.lines.len() >= least) {
        let at = tile.local(world(station.position.lon(), station.position.lat()));
        let inside = -BUFFER..=f64::from(EXTENT) + BUFFER;
        if !at.iter().all(|axis| inside.contains(axis)) {
            continue;
        }
        layer.add(
            Shape::Point(at.map(|axis| axis.round() as i32)),
            |feature| {
                feature.add_tag_string("id", &station.id);
                feature.add_tag_string("name", &station.name);
                if let Some(name) = &station.name_en {
                    feature.add_tag_string("name_en", name);
                }
                feature.add_tag_uint("lines", station.lines.len() as u64);
            },
        );
    }
    writer.add(layer);
    writer.finish()
}

/// A place in the Web Mercator square.
fn world(lon: f64, lat: f64) -> [f64; 2] {
    let y = lat.to_radians().tan().asinh() / std::f64::consts::PI;
    [lon / 360.0 + 0.5, (1.0 - y) / 2.0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::position::Position;
    use crate::tiles::MOST_BYTES;

    fn station(i: usize, lines: usize) -> Station {
        Station {
            id: format!("s{i:05}").into(),
            name: format!("駅{i}").into(),
            kana: None,
            name_en: Some(format!("Station {i}").into()),
            municipality: None,
            lines: (0..lines).map(|line| format!("{line}線").into()).collect(),
            operators: Vec::new(),
            position: Position::new(139.0 + i as f64 / 8_000.0, 35.5).unwrap(),
        }
    }

    #[test]
    fn no_tile_is_too_large_and_low_zooms_have_the_largest_only() {
        // As many as Japan has, as close as Tokyo's.
        let all: Vec<Station> = (0..9_000).map(|i| station(i, 1 + i % 6)).collect();
        for zoom in 0..=Tile::MAX_ZOOM {
            let side = f64::from(1_u32 << zoom);
            let [x, y] = world(139.55, 35.5).map(|axis| (axis * side) as u32);
            let bytes = stations(Tile::new(zoom, x, y).unwrap(), all.iter()).unwrap();
            assert!(bytes.len() < MOST_BYTES, "{zoom}: {}", bytes.len());
        }
        let small = [station(0, 1)];
        let tile = |zoom: u8| {
            let side = f64::from(1_u32 << zoom);
            let [x, y] = world(139.0, 35.5).map(|axis| (axis * side) as u32);
            Tile::new(zoom, x, y).unwrap()
        };
        assert_eq!(stations(tile(9), small.iter()), None);
        assert!(stations(tile(10), small.iter()).is_some());
    }
}
