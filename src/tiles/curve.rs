//! Tiles as ranges of the Z-order curve.

use std::ops::Range;

use crate::snapshot::curve::{STEP_BITS, code};

use super::Tile;

/// The stretch of the curve that a tile is.
pub(super) fn stretch(tile: Tile) -> Range<u64> {
    let bits = STEP_BITS - tile.z;
    let start = code([tile.x << bits, tile.y << bits]);
    start..start + (1 << (2 * bits))
}

/// What a tile covers of a list in the curve's order.
pub(super) fn run<T>(sorted: &[T], tile: Tile, code_of: impl Fn(&T) -> u64) -> &[T] {
    let Range { start, end } = stretch(tile);
    let place = |code| sorted.partition_point(|item| code_of(item) < code);
    &sorted[place(start)..place(end)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_run_is_what_the_tile_holds(points in prop::collection::vec([0u32..1 << 31, 0u32..1 << 31], 1..50), z in 0u8..=16, which in 0usize..50) {
            let mut codes: Vec<u64> = points.iter().map(|&p| code(p)).collect();
            codes.sort_unstable();
            let [x, y] = points[which % points.len()].map(|axis| axis >> (STEP_BITS - z));
            let tile = Tile::new(z, x, y).unwrap();
            let held = points.iter().filter(|&&p| tile.holds(p)).count();
            prop_assert_eq!(run(&codes, tile, |&c| c).len(), held);
        }
    }
}
