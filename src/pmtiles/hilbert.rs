//! The numbers of tiles: zoom by zoom, and along a Hilbert curve within each.

/// The deepest zoom that a number can stand for here: four to its power still fits with all before it.
pub(super) const DEEPEST: u8 = 26;

/// The number of a tile; the address must be one of that zoom.
pub(super) fn number(z: u8, x: u32, y: u32) -> u64 {
    debug_assert!(z <= DEEPEST && x < 1 << z && y < 1 << z);
    let before = ((1u64 << (2 * z)) - 1) / 3;
    let (mut x, mut y) = (x, y);
    let mut along = 0u64;
    for level in (0..z).rev() {
        let side = 1u32 << level;
        let (right, below) = (u32::from(x & side != 0), u32::from(y & side != 0));
        along += u64::from((3 * right) ^ below) << (2 * level);
        // Turned, so that the curve enters each quarter where it left the one before.
        (x, y) = (x & (side - 1), y & (side - 1));
        if below == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    before + along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_specification() {
        // The specification's own examples.
        for ((z, x, y), expected) in [
            ((0, 0, 0), 0),
            ((1, 0, 0), 1),
            ((1, 0, 1), 2),
            ((1, 1, 1), 3),
            ((1, 1, 0), 4),
            ((2, 0, 0), 5),
            ((12, 3423, 1763), 19_078_479),
        ] {
            assert_eq!(number(z, x, y), expected, "{z}/{x}/{y}");
        }
    }

    #[test]
    fn every_tile_has_a_number_of_its_own_and_the_next_is_beside_it() {
        let mut first = 0;
        for z in 0..=7u8 {
            let side = 1u32 << z;
            let mut at = vec![None; 1 << (2 * z)];
            for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
                let place = &mut at[(number(z, x, y) - first) as usize];
                assert_eq!(place.replace((x, y)), None);
            }
            let steps = at
                .windows(2)
                .map(|pair| (pair[0].unwrap(), pair[1].unwrap()));
            for ((ax, ay), (bx, by)) in steps {
                assert_eq!(ax.abs_diff(bx) + ay.abs_diff(by), 1, "zoom {z}");
            }
            first += u64::from(side) * u64::from(side);
        }
    }
}
