//! Points in the order of the Z curve, where every tile of every zoom is one unbroken run.

use super::{STEP_BITS, Steps, Tile};

/// A point's place on the curve: its two axes' bits, interleaved.
pub(super) fn code([x, y]: Steps) -> u64 {
    spread(x) | spread(y) << 1
}

/// The point at a place on the curve.
pub(super) fn point(code: u64) -> Steps {
    [squeeze(code), squeeze(code >> 1)]
}

/// What a tile covers of a list in the curve's order.
pub(super) fn run<T>(sorted: &[T], tile: Tile, code_of: impl Fn(&T) -> u64) -> &[T] {
    let bits = STEP_BITS - tile.z;
    let first = code([tile.x << bits, tile.y << bits]);
    let end = first + (1 << (2 * bits));
    let place = |code| sorted.partition_point(|item| code_of(item) < code);
    &sorted[place(first)..place(end)]
}

const MASKS: [(u32, u64); 5] = [
    (16, 0x0000_ffff_0000_ffff),
    (8, 0x00ff_00ff_00ff_00ff),
    (4, 0x0f0f_0f0f_0f0f_0f0f),
    (2, 0x3333_3333_3333_3333),
    (1, 0x5555_5555_5555_5555),
];

fn spread(axis: u32) -> u64 {
    MASKS.iter().fold(u64::from(axis), |bits, (shift, mask)| {
        (bits | bits << shift) & mask
    })
}

fn squeeze(code: u64) -> u32 {
    let bits = code & MASKS[4].1;
    let pairs = MASKS.windows(2).rev();
    let bits = pairs.fold(bits, |bits, pair| (bits | bits >> pair[1].0) & pair[0].1);
    (bits | bits >> 16) as u32
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
            for &p in &points {
                prop_assert_eq!(point(code(p)), p);
            }
            let [x, y] = points[which % points.len()].map(|axis| axis >> (STEP_BITS - z));
            let tile = Tile::new(z, x, y).unwrap();
            let held = points.iter().filter(|&&p| tile.holds(p)).count();
            prop_assert_eq!(run(&codes, tile, |&c| c).len(), held);
        }
    }
}
