//! The position error of an address that is known only to its town.
//!
//! A town reaches about as far as its three nearest towns are away. Uploads and the shipped data
//! (`geodata/build.py`) follow the same rule. Of 1,906 facilities of municipal open data with both an
//! address and a position, 89 % lie within that error.

use std::collections::HashSet;

use super::{Places, Point};
use crate::domain::position::Position;

/// The smallest error of a town's point, in metres: half the way to the next one in a city.
const LEAST_ERROR: f64 = 300.0;

/// The factor on the measured spacing, so that nine in ten facilities lie within.
const MARGIN: f64 = 1.1;

/// A town's reach is estimated from so many neighbours.
const NEIGHBOURS: usize = 3;

/// Cells per degree.
const CELLS: i32 = 50;

/// The smallest width or height of a cell in Japan, in metres.
const CELL_METRES: f64 = 1_500.0;

/// The search for neighbours ends after so many rings of cells.
const MOST_RINGS: i32 = 60;

/// A town's error in metres, from the distance to its farthest block and to the next towns.
pub(super) fn town_error(farthest_block: f64, spacing: f64) -> f64 {
    let error = MARGIN * farthest_block.hypot(spacing);
    (error.max(LEAST_ERROR) / 10.0).ceil() * 10.0
}

/// Towns by the cell they lie in.
#[derive(Default)]
pub(super) struct Grid(Vec<((i32, i32), Point)>);

impl Grid {
    fn of(places: &Places) -> Grid {
        let points: HashSet<(i32, i32)> = places
            .towns
            .iter()
            .map(|town| (town.point.lon, town.point.lat))
            .collect();
        let mut cells: Vec<((i32, i32), Point)> = points
            .into_iter()
            .map(|(lon, lat)| (cell(lon, lat), Point { lon, lat }))
            .collect();
        cells.sort_unstable_by_key(|(cell, point)| (*cell, point.lat, point.lon));
        Grid(cells)
    }

    /// Squared metres from a position to the towns of a square of cells around it.
    fn around(&self, position: Position, rings: i32) -> Vec<f64> {
        let at = Point::of(position);
        let (column, row) = cell(at.lon, at.lat);
        let mut found = Vec::new();
        for column in column - rings..=column + rings {
            let from = (column, row - rings);
            let start = self.0.partition_point(|(cell, _)| *cell < from);
            let rest = self.0[start..].iter();
            for (_, point) in rest.take_while(|(cell, _)| *cell <= (column, row + rings)) {
                let metres = position.planar(point.position()).0;
                if metres > 1.0 {
                    found.push(metres);
                }
            }
        }
        found.sort_unstable_by(f64::total_cmp);
        found.truncate(NEIGHBOURS);
        found
    }
}

fn cell(lon: i32, lat: i32) -> (i32, i32) {
    let number = |millionths: i32| millionths.div_euclid(1_000_000 / CELLS);
    (number(lon), number(lat))
}

impl Places {
    /// The root mean square of the ways to the three nearest towns, in metres.
    pub(super) fn spacing(&self, position: Position) -> f64 {
        let grid = self.grid.get_or_init(|| Grid::of(self));
        let mut near = Vec::new();
        for rings in 1..=MOST_RINGS {
            near = grid.around(position, rings);
            let is_sure = near
                .get(NEIGHBOURS - 1)
                .is_some_and(|farthest| *farthest <= f64::from(rings) * CELL_METRES);
            if is_sure {
                break;
            }
        }
        let squares: f64 = near.iter().map(|metres| metres * metres).sum();
        (squares / near.len().max(1) as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shipped;
    use super::*;

    #[test]
    fn spacing_is_that_of_the_three_nearest_of_all_towns() {
        let (_, places) = shipped();
        for town in places.towns().step_by(9_973) {
            let mut away: Vec<f64> = places
                .towns()
                .map(|other| town.position.planar(other.position).0)
                .filter(|metres| *metres > 1.0)
                .collect();
            away.sort_unstable_by(f64::total_cmp);
            // Two towns may share one point.
            away.dedup();
            let squares: f64 = away[..NEIGHBOURS]
                .iter()
                .map(|metres| metres * metres)
                .sum();
            let expected = (squares / 3.0).sqrt();
            let found = places.spacing(town.position);
            assert!(
                (found - expected).abs() < 0.5,
                "{}: {found} {expected}",
                town.name
            );
        }
    }

    #[test]
    fn an_error_is_never_better_than_half_a_block_and_ends_in_a_zero() {
        assert_eq!(town_error(0.0, 0.0), 300.0);
        assert_eq!(town_error(0.0, 1_000.0), 1_100.0);
        assert_eq!(town_error(400.0, 300.0), 550.0);
        assert_eq!(town_error(400.0, 301.0), 560.0);
    }
}
