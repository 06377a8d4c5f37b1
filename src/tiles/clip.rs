//! Clips lines and rings at a tile's edge, and rounds them to its units.

use super::EXTENT;

/// How far geometry goes on beyond a tile's edge, in its units: 16 pixels, so that no line's cut end shows.
pub(super) const BUFFER: f64 = 128.0;

const LOW: f64 = -BUFFER;
const HIGH: f64 = EXTENT as f64 + BUFFER;

/// A point in a tile's units.
pub(super) type Local = [f64; 2];

/// The part of a ring inside, by Sutherland and Hodgman. Parts of it may run along the edge.
pub(super) fn ring(mut ring: Vec<Local>) -> Vec<Local> {
    for axis in 0..2 {
        for (edge, sign) in [(LOW, 1.0), (HIGH, -1.0)] {
            let depth = |p: Local| (p[axis] - edge) * sign;
            if ring.iter().all(|&p| depth(p) >= 0.0) {
                continue;
            }
            let mut kept = Vec::with_capacity(ring.len() + 4);
            let mut before = ring.last().copied();
            for &p in &ring {
                if let Some(q) = before.filter(|&q| (depth(q) >= 0.0) != (depth(p) >= 0.0)) {
                    kept.push(crossing(q, p, axis, edge));
                }
                if depth(p) >= 0.0 {
                    kept.push(p);
                }
                before = Some(p);
            }
            ring = kept;
        }
    }
    ring
}

/// The parts of a line inside.
pub(super) fn line(points: impl Iterator<Item = Local>, mut part: impl FnMut(Vec<Local>)) {
    let mut open: Vec<Local> = Vec::new();
    let mut before: Option<Local> = None;
    for p in points {
        if let Some(q) = before.replace(p) {
            match segment(q, p) {
                Some((start, end)) => {
                    if open.last() != Some(&start) {
                        part(std::mem::take(&mut open));
                        open.push(start);
                    }
                    open.push(end);
                }
                None => part(std::mem::take(&mut open)),
            }
        }
    }
    part(open);
}

/// The part of a segment inside, by Liang and Barsky.
fn segment(a: Local, b: Local) -> Option<(Local, Local)> {
    let (mut from, mut to) = (0.0, 1.0);
    for axis in 0..2 {
        let along = b[axis] - a[axis];
        let (near, far) = (LOW - a[axis], HIGH - a[axis]);
        if along == 0.0 {
            if near > 0.0 || far < 0.0 {
                return None;
            }
            continue;
        }
        let (enter, leave) = if along > 0.0 {
            (near / along, far / along)
        } else {
            (far / along, near / along)
        };
        from = f64::max(from, enter);
        to = f64::min(to, leave);
    }
    let at = |share: f64| -> Local {
        match share {
            0.0 => a,
            1.0 => b,
            _ => std::array::from_fn(|axis| a[axis] + share * (b[axis] - a[axis])),
        }
    };
    (from < to).then(|| (at(from), at(to)))
}

fn crossing(a: Local, b: Local, axis: usize, edge: f64) -> Local {
    // Always reckoned from the same end, so that both neighbours of a border cut it at the same point.
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    let share = (edge - a[axis]) / (b[axis] - a[axis]);
    let mut point: Local = std::array::from_fn(|axis| a[axis] + share * (b[axis] - a[axis]));
    point[axis] = edge;
    point
}

/// Whole units, without repeated points.
pub(super) fn rounded(points: &[Local]) -> Vec<[i32; 2]> {
    let mut rounded: Vec<[i32; 2]> = points
        .iter()
        .map(|p| p.map(|axis| axis.round() as i32))
        .collect();
    rounded.dedup();
    rounded
}

/// A ring in whole units, the first point not repeated at the end.
pub(super) fn rounded_ring(points: &[Local]) -> Vec<[i32; 2]> {
    let mut ring = rounded(points);
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// Twice the signed area, exactly.
pub(super) fn area2(ring: &[[i32; 2]]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&[i32; 2], &[i32; 2])| {
        i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1])
    };
    ring.iter().zip(next).map(cross).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_ring_around_the_tile_becomes_its_edge() {
        let around = vec![[-9e3, -9e3], [9e3, -9e3], [9e3, 9e3], [-9e3, 9e3]];
        let cut = rounded_ring(&ring(around));
        assert_eq!(area2(&cut), 2 * (4096 + 256) * (4096 + 256));
        assert!(ring(vec![[-9e3, 0.0], [-8e3, 0.0], [-8e3, 10.0]]).is_empty());
    }

    #[test]
    fn a_line_that_leaves_and_returns_is_two() {
        let mut parts = Vec::new();
        let zigzag = [[0.0, 0.0], [9e3, 0.0], [9e3, 100.0], [0.0, 100.0]];
        line(zigzag.into_iter(), |part| {
            if !part.is_empty() {
                parts.push(rounded(&part))
            }
        });
        assert_eq!(
            parts,
            [vec![[0, 0], [4224, 0]], vec![[4224, 100], [0, 100]]]
        );
    }

    proptest! {
        #[test]
        fn what_is_cut_is_inside(points in prop::collection::vec([-9e3..9e3f64, -9e3..9e3f64], 3..12)) {
            let inside = |p: &Local| p.iter().all(|axis| (LOW - 1e-6..=HIGH + 1e-6).contains(axis));
            prop_assert!(ring(points.clone()).iter().all(inside));
            let mut good = true;
            line(points.iter().copied(), |part| good &= part.iter().all(inside) && part.len() != 1);
            prop_assert!(good);
        }
    }
}
