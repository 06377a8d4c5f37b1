//! Vector tiles: returns the bytes of a Mapbox Vector Tile (version 2) for a tile's address.
//!
//! There are five kinds: [`facilities`](facilities::facilities), clustered below zoom 14;
//! [`squares`](squares::squares), people by grid square; [`stations`](stations::stations);
//! [`Basemap::districts`], districts as areas; and [`Basemap::tile`], the basemap. All are pure
//! functions. `None` is an empty tile.
//!
//! Coordinates are projected to the *world* first, the Web Mercator square with both axes from 0 to 1
//! and y downwards, then to the tile's own units, [`EXTENT`] to its edge.

mod areas;
mod basemap;
mod clip;
mod curve;
pub mod facilities;
mod squares;
mod stations;
mod topology;
mod write;

#[cfg(test)]
mod read;

use std::f64::consts::PI;

use crate::snapshot::curve::{STEP_BITS, Steps, World};
use crate::snapshot::find::Bbox;

pub use basemap::Basemap;
pub use facilities::facilities;
pub use squares::{Square, squares};
pub use stations::stations;

/// Units along a tile's edge. A tile is drawn 512 pixels wide: a pixel is eight units.
pub const EXTENT: u32 = 4096;

/// The largest tile in bytes. Larger tiles are drawn more coarsely.
pub const MOST_BYTES: usize = 500_000;

/// A tile's address in WebMercatorQuad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tile {
    z: u8,
    x: u32,
    y: u32,
}

impl Tile {
    /// The deepest zoom: a unit is 12 cm there, finer than any position is known.
    pub const MAX_ZOOM: u8 = 16;

    /// The tile in this column and row, if zoom `z` is served and has them.
    pub fn new(z: u8, x: u32, y: u32) -> Option<Tile> {
        (z <= Self::MAX_ZOOM && x < 1 << z && y < 1 << z).then_some(Tile { z, x, y })
    }

    /// Its zoom.
    pub const fn zoom(self) -> u8 {
        self.z
    }

    /// Its column, from the west.
    pub const fn column(self) -> u32 {
        self.x
    }

    /// Its row, from the north.
    pub const fn row(self) -> u32 {
        self.y
    }

    /// What it covers, in degrees.
    pub fn bounds(self) -> Bbox {
        let side = f64::from(1u32 << self.z);
        let lon = |x: u32| f64::from(x) / side * 360.0 - 180.0;
        let lat = |y: u32| {
            (PI * (1.0 - 2.0 * f64::from(y) / side))
                .sinh()
                .atan()
                .to_degrees()
        };
        Bbox {
            west: lon(self.x),
            south: lat(self.y + 1),
            east: lon(self.x + 1),
            north: lat(self.y),
        }
    }

    /// A point of the world in this tile's units.
    fn local(self, [x, y]: World) -> [f64; 2] {
        let side = f64::from(1u32 << self.z);
        let extent = f64::from(EXTENT);
        [
            (x * side - f64::from(self.x)) * extent,
            (y * side - f64::from(self.y)) * extent,
        ]
    }

    /// A tile's unit, measured in the world.
    fn unit(self) -> f64 {
        1.0 / f64::from(1u32 << self.z) / f64::from(EXTENT)
    }
}

impl Tile {
    #[cfg(test)]
    fn holds(self, steps: Steps) -> bool {
        steps.map(|axis| axis >> (STEP_BITS - self.z)) == [self.x, self.y]
    }

    /// A point this tile holds, in its units. Rounded down, as the tile's far edges are not its own.
    fn place(self, steps: Steps) -> [i32; 2] {
        let bits = STEP_BITS - self.z;
        steps.map(|axis| ((u64::from(axis & ((1 << bits) - 1)) * u64::from(EXTENT)) >> bits) as i32)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::position::Position;
    use crate::snapshot::curve::{steps, world};

    #[test]
    fn tiles_are_those_of_the_web() {
        assert!(Tile::new(0, 0, 0).is_some() && Tile::new(16, 65535, 65535).is_some());
        assert_eq!(Tile::new(1, 2, 0), None);
        assert_eq!(Tile::new(17, 0, 0), None);
        let world = Tile::new(0, 0, 0).unwrap().bounds();
        assert_eq!((world.west, world.east), (-180.0, 180.0));
        assert!(
            (world.north - 85.051_128_779_8).abs() < 1e-9,
            "{}",
            world.north
        );
        // 渋谷 station lies in 14/14549/6452.
        let tile = Tile::new(14, 14549, 6452).unwrap();
        let shibuya = Position::new(139.7016, 35.6580).unwrap();
        assert!(tile.bounds().contains(shibuya) && tile.holds(steps(shibuya)));
    }

    proptest! {
        #[test]
        fn a_point_is_where_its_tile_says(lon in 122.0..154.0f64, lat in 20.0..46.0f64, z in 0u8..=16) {
            let position = Position::new(lon, lat).unwrap();
            let steps = steps(position);
            let [x, y] = steps.map(|axis| axis >> (STEP_BITS - z));
            let tile = Tile::new(z, x, y).unwrap();
            prop_assert!(tile.holds(steps));
            let [px, py] = tile.place(steps);
            prop_assert!((0..4096).contains(&px) && (0..4096).contains(&py));
            let [lx, ly] = tile.local(world(position.lon(), position.lat()));
            prop_assert!((lx - f64::from(px)).abs() <= 1.2 && (ly - f64::from(py)).abs() <= 1.2);
            let b = tile.bounds();
            let e = 1e-6;
            prop_assert!(b.west - e <= lon && lon <= b.east + e && b.south - e <= lat && lat <= b.north + e);
        }
    }
}
