//! People by grid square: the squares themselves where they are large enough to see, otherwise sums.

use std::collections::BTreeMap;

use super::clip::BUFFER;
use super::write::{Shape, Writer};
use super::{EXTENT, Tile};

/// A square with people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    /// Its centre, degrees east and north.
    pub centre: [f64; 2],
    /// The name of its size: about how many metres its side is.
    pub metres: u32,
    /// How many live there.
    pub people: u32,
}

/// Sizes by name, with rows and columns to a degree (JIS X 0410).
const SIZES: [(u32, f64, f64); 5] = [
    (125, 960.0, 640.0),
    (250, 480.0, 320.0),
    (500, 240.0, 160.0),
    (1_000, 120.0, 80.0),
    (10_000, 12.0, 8.0),
];

/// So many squares along a tile's edge at most.
const ALONG: f64 = 72.0;
/// The length of a tile's edge at zoom 0 and Japan's middle, in metres.
const EDGE: f64 = 32_400_000.0;

/// The squares of a tile, in the layer `population`, each with its `people` and the name of its size.
pub fn squares(tile: Tile, all: impl Iterator<Item = Square>) -> Option<Vec<u8>> {
    let least = EDGE / f64::from(1_u32 << tile.zoom()) / ALONG;
    let coarsest = SIZES.len() - 1;
    let fit = SIZES
        .iter()
        .position(|(metres, ..)| f64::from(*metres) >= least);
    let fit = fit.unwrap_or(coarsest);
    let bounds = tile.bounds();
    let (_, rows, columns) = SIZES[coarsest];
    let mut people: BTreeMap<(usize, i32, i32), u64> = BTreeMap::new();
    for Square {
        centre: [lon, lat],
        metres,
        people: living,
    } in all
    {
        // A group reaches beyond its squares by its own size at most.
        if !(bounds.west - 1.0 / columns..=bounds.east + 1.0 / columns).contains(&lon)
            || !(bounds.south - 1.0 / rows..=bounds.north + 1.0 / rows).contains(&lat)
        {
            continue;
        }
        let own = SIZES.iter().position(|(name, ..)| *name == metres);
        let size = own.unwrap_or(coarsest).max(fit);
        let (_, rows, columns) = SIZES[size];
        let place = (
            size,
            (lat * rows).floor() as i32,
            (lon * columns).floor() as i32,
        );
        *people.entry(place).or_default() += u64::from(living);
    }
    let mut writer = Writer::new();
    let mut layer = writer.layer("population");
    for ((size, row, column), people) in people {
        let (metres, rows, columns) = SIZES[size];
        let corner = |column: i32, row: i32| {
            let at = world(f64::from(column) / columns, f64::from(row) / rows);
            tile.local(at).map(|axis| {
                let most = f64::from(EXTENT) + BUFFER;
                axis.clamp(-BUFFER, most).round() as i32
            })
        };
        // Rows go north, a tile's units south.
        let ([west, north], [east, south]) = (corner(column, row + 1), corner(column + 1, row));
        if west >= east || north >= south {
            continue;
        }
        let ring = vec![[west, north], [east, north], [east, south], [west, south]];
        layer.add(Shape::Rings(vec![ring]), |feature| {
            feature.add_tag_uint("people", people);
            feature.add_tag_uint("square_metres", metres.into());
        });
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
    use crate::tiles::MOST_BYTES;

    /// Tokyo, full to the last square of 500 m.
    fn full() -> impl Iterator<Item = Square> {
        (0..200 * 200).map(|i| Square {
            centre: [
                139.0 + (f64::from(i % 200) + 0.5) / 160.0,
                35.0 + (f64::from(i / 200) + 0.5) / 240.0,
            ],
            metres: 500,
            people: 7 + i as u32 % 100,
        })
    }

    #[test]
    fn no_tile_is_too_large_and_none_outside_holds_anything() {
        for z in 0..=Tile::MAX_ZOOM {
            let at = world(139.5, 35.5);
            let side = f64::from(1_u32 << z);
            let (x, y) = ((at[0] * side) as u32, (at[1] * side) as u32);
            let bytes = squares(Tile::new(z, x, y).unwrap(), full()).unwrap();
            assert!(bytes.len() < MOST_BYTES, "{z}: {}", bytes.len());
        }
        assert_eq!(squares(Tile::new(5, 0, 0).unwrap(), full()), None);
    }
}
