//! Simplifies borders identically for both neighbours.
//!
//! The whole country's file has many millions of vertices, some metres apart. Vertices where borders
//! fork stay. Between them, Douglas and Peucker's algorithm runs over the line once, in a direction that
//! does not depend on the ring. So neighbours still share every vertex.

use super::super::rings::{DEGREE, Point, crossing};
use super::super::simplify;

/// Metres of a degree of latitude, and of longitude in the middle of Japan.
const METRES: [f64; 2] = [91_000.0, 111_000.0];

/// How coarse borders may be, in metres, the finest first.
const TOLERANCES: [f32; 8] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// A ring and the polygon it belongs to.
pub(super) struct Ring {
    pub polygon: usize,
    pub points: Vec<Point>,
}

/// Leaves out vertices until there are at most `most`. Returns how far the borders may have moved,
/// in metres. Rings of one polygon follow one another.
pub(super) fn thin(rings: &mut [Ring], most: usize) -> f32 {
    let count: usize = rings.iter().map(|ring| ring.points.len()).sum();
    if count <= most {
        return 0.0;
    }
    let mut vertices: Vec<Point> = rings
        .iter()
        .flat_map(|ring| ring.points.iter().copied())
        .collect();
    vertices.sort_unstable();
    vertices.dedup();
    vertices.shrink_to_fit();
    let numbered: Vec<Vec<u32>> = rings
        .iter()
        .map(|ring| {
            let number = |point| vertices.binary_search(point).unwrap_or_default() as u32;
            ring.points.iter().map(number).collect()
        })
        .collect();
    let mut keep = significance(&numbered, &vertices);
    let left = |keep: &[f32], tolerance: f32| {
        let kept = numbered
            .iter()
            .flatten()
            .filter(|i| keep[**i as usize] >= tolerance);
        kept.count()
    };
    let coarsest = TOLERANCES[TOLERANCES.len() - 1];
    let fine = TOLERANCES
        .into_iter()
        .find(|tolerance| left(&keep, *tolerance) <= most);
    let tolerance = fine.unwrap_or(coarsest);
    loop {
        for (ring, numbers) in rings.iter_mut().zip(&numbered) {
            let kept = numbers.iter().filter(|i| keep[**i as usize] >= tolerance);
            ring.points.clear();
            ring.points.extend(kept.map(|i| vertices[*i as usize]));
        }
        // A narrow inlet may close until its shores cross: there everything is kept.
        let mut crossed = false;
        let mut first = 0;
        for polygon in rings.chunk_by(|a, b| a.polygon == b.polygon) {
            let numbers = &numbered[first..first + polygon.len()];
            first += polygon.len();
            let whole: Vec<Vec<Point>> = polygon.iter().map(|ring| ring.points.clone()).collect();
            if crossing(&whole).is_some() {
                for &i in numbers.iter().flatten() {
                    crossed |= keep[i as usize] < f32::INFINITY;
                    keep[i as usize] = f32::INFINITY;
                }
            }
        }
        if !crossed {
            return tolerance;
        }
    }
}

/// For each vertex the tolerance beyond which it is left out.
fn significance(rings: &[Vec<u32>], vertices: &[Point]) -> Vec<f32> {
    // The two neighbours each vertex has in the ring it was first met in.
    let mut beside = vec![[u32::MAX; 2]; vertices.len()];
    let mut forks = vec![false; vertices.len()];
    for ring in rings {
        for (i, &vertex) in ring.iter().enumerate() {
            let (before, after) = around(ring, i);
            let pair = [before.min(after), before.max(after)];
            let known = &mut beside[vertex as usize];
            if *known == [u32::MAX; 2] {
                *known = pair;
            }
            forks[vertex as usize] |= *known != pair;
        }
    }
    drop(beside);
    let mut keep = vec![f32::INFINITY; vertices.len()];
    let mut line = Vec::new();
    for ring in rings {
        let at: Vec<usize> = (0..ring.len())
            .filter(|i| forks[ring[*i] as usize])
            .collect();
        if at.is_empty() {
            // The same beginning and direction whosever ring it is.
            let start = (0..ring.len()).min_by_key(|i| ring[*i]).unwrap_or_default();
            let (before, after) = around(ring, start);
            line.clear();
            line.extend(ring[start..].iter().chain(&ring[..=start]));
            if before < after {
                line.reverse();
            }
            closed(&line, vertices, &mut keep);
            continue;
        }
        for (i, &from) in at.iter().enumerate() {
            let to = at.get(i + 1).copied().unwrap_or(at[0] + ring.len());
            line.clear();
            line.extend((from..=to).map(|i| ring[i % ring.len()]));
            let reversed = line.iter().rev();
            if reversed.lt(line.iter()) {
                line.reverse();
            }
            rank(&line, vertices, &mut keep);
        }
    }
    keep
}

fn around(ring: &[u32], i: usize) -> (u32, u32) {
    let before = ring[(i + ring.len() - 1) % ring.len()];
    (before, ring[(i + 1) % ring.len()])
}

/// A ring without a fork: three of its vertices always stay, so that it stays an area.
fn closed(line: &[u32], vertices: &[Point], keep: &mut [f32]) {
    rank(line, vertices, keep);
    let mut inner: Vec<u32> = line[1..line.len() - 1].to_vec();
    inner.sort_by(|a, b| keep[*b as usize].total_cmp(&keep[*a as usize]));
    for vertex in inner.into_iter().take(2) {
        keep[vertex as usize] = f32::INFINITY;
    }
}

/// Ranks the vertices between a line's ends, which are left as they are.
fn rank(line: &[u32], vertices: &[Point], keep: &mut [f32]) {
    let metres = |vertex: &u32| {
        let point = vertices[*vertex as usize];
        [0, 1].map(|axis| f64::from(point[axis]) / DEGREE * METRES[axis])
    };
    let points: Vec<[f64; 2]> = line.iter().map(metres).collect();
    let ranks = simplify::significance(&points);
    for i in 1..line.len() - 1 {
        keep[line[i] as usize] = ranks[i];
    }
}

#[cfg(test)]
mod tests {
    use super::super::dissolve::dissolved;
    use super::*;

    /// A jagged line from west to east, some metres up and down.
    fn jagged(steps: i32, south: i32) -> Vec<Point> {
        let up = |i: i32| (i * 7919 % 13) * 40;
        (0..=steps).map(|i| [i * 1000, south + up(i)]).collect()
    }

    fn two(steps: i32) -> Vec<Ring> {
        let shared = jagged(steps, 0);
        let below = [&shared[..], &[[steps * 1000, -100_000], [0, -100_000]]].concat();
        let mut below: Vec<Point> = below.into_iter().rev().collect();
        below.rotate_left(17);
        let above = [&shared[..], &[[steps * 1000, 100_000], [0, 100_000]]].concat();
        [below, above]
            .into_iter()
            .enumerate()
            .map(|(polygon, points)| Ring { polygon, points })
            .collect()
    }

    #[test]
    fn neighbours_share_what_is_left_of_their_border() {
        let mut rings = two(500);
        let tolerance = thin(&mut rings, 300);
        assert!(tolerance > 0.0);
        let left: usize = rings.iter().map(|ring| ring.points.len()).sum();
        assert!((8..=300).contains(&left), "{left}");
        let whole = dissolved(rings.iter().map(|ring| ring.points.as_slice()));
        assert_eq!((whole.len(), whole[0].holes.len()), (1, 0));
        assert_eq!(whole[0].outline.len(), 6);
    }

    #[test]
    fn what_is_small_enough_is_left_alone() {
        let mut rings = two(50);
        assert_eq!(thin(&mut rings, 1000), 0.0);
        assert_eq!(rings[1].points.len(), 53);
    }

    #[test]
    fn a_small_island_stays_an_area_and_an_enclave_fits_its_hole() {
        let island: Vec<Point> = (0..200)
            .map(|i| {
                let turn = f64::from(i) / 200.0 * std::f64::consts::TAU;
                [turn.cos(), turn.sin()].map(|axis| (axis * 5000.0) as i32)
            })
            .collect();
        let mut hole = island.clone();
        hole.reverse();
        hole.rotate_left(60);
        let mut rings: Vec<Ring> = [island, hole]
            .into_iter()
            .enumerate()
            .map(|(polygon, points)| Ring { polygon, points })
            .collect();
        thin(&mut rings, 7);
        assert_eq!(rings[0].points.len(), 3);
        assert!(dissolved(rings.iter().map(|ring| ring.points.as_slice())).is_empty());
    }
}
