//! Rings with integer coordinates, and their flaws.
//!
//! Positions are in ten-millionths of a degree, about a centimetre. So neighbours share their vertices
//! exactly, and the side of a line on which a point lies is computed without error.

/// East and north, in ten-millionths of a degree.
pub(super) type Point = [i32; 2];

/// So many make a degree.
pub(super) const DEGREE: f64 = 1e7;

/// Lines that cross by less than this, two centimetres, cross because they were rounded.
const DEPTH: f64 = 2.0;

/// What is wrong with a polygon.
#[derive(Debug, PartialEq)]
pub(super) enum Flaw {
    /// A ring does not end where it began.
    Open(Point),
    /// A ring of so few positions.
    Short(usize),
    /// Two of its edges cross near here.
    Crosses(Point),
}

/// The rings of a polygon as they stand in the file, each with its first position again at its end,
/// to rings without it: the outline counter-clockwise, holes clockwise. What is nothing at this
/// precision is left out.
pub(super) fn cleaned(rings: Vec<Vec<Point>>) -> Result<Vec<Vec<Point>>, Flaw> {
    let mut clean = Vec::with_capacity(rings.len());
    for (i, mut ring) in rings.into_iter().enumerate() {
        if ring.len() < 4 {
            return Err(Flaw::Short(ring.len()));
        }
        if ring.first() != ring.last() {
            return Err(Flaw::Open(ring[ring.len() - 1]));
        }
        ring.pop();
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        let area = area2(&ring);
        if area == 0 {
            match i {
                0 => return Ok(Vec::new()),
                _ => continue,
            }
        }
        if (area > 0) != (i == 0) {
            ring.reverse();
        }
        clean.push(ring);
    }
    match crossing(&clean) {
        Some(at) => Err(Flaw::Crosses(at)),
        None => Ok(clean),
    }
}

/// Twice the signed area: positive counter-clockwise.
pub(super) fn area2(ring: &[Point]) -> i128 {
    edges(ring)
        .map(|(a, b)| i128::from(a[0]) * i128::from(b[1]) - i128::from(b[0]) * i128::from(a[1]))
        .sum()
}

/// From each position to the next, and from the last to the first.
pub(super) fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    let next = ring.iter().cycle().skip(1);
    ring.iter().copied().zip(next.copied())
}

/// Whether a point given in half units lies inside a ring; on an edge either may be said.
pub(super) fn holds(ring: &[Point], [x, y]: [i64; 2]) -> bool {
    let twice = |point: Point| point.map(|axis| 2 * i64::from(axis));
    let crossed = edges(ring).filter(|(a, b)| {
        let (a, b) = (twice(*a), twice(*b));
        (a[1] > y) != (b[1] > y) && {
            let side = i128::from(b[0] - a[0]) * i128::from(y - a[1])
                - i128::from(x - a[0]) * i128::from(b[1] - a[1]);
            (side > 0) == (b[1] > a[1])
        }
    });
    crossed.count() % 2 == 1
}

/// Where two edges of some rings cross, if any do. Rings may touch themselves and each other.
pub(super) fn crossing(rings: &[Vec<Point>]) -> Option<Point> {
    let all: Vec<(Point, Point)> = rings.iter().flat_map(|ring| edges(ring)).collect();
    if all.is_empty() {
        return None;
    }
    Boxes::of(&all).among(0, &all)
}

/// How many edges a leaf holds.
const LEAF: usize = 8;

/// Boxes around runs of edges, halved again and again: edges that follow one another lie together.
struct Boxes {
    /// By halves: the children of `i` are `2 i + 1` and `2 i + 2`.
    boxes: Vec<[i32; 4]>,
    edges: Vec<(u32, u32)>,
}

impl Boxes {
    fn of(all: &[(Point, Point)]) -> Boxes {
        let mut size = 1;
        while all.len().div_ceil(size) > LEAF {
            size *= 2;
        }
        let nodes = 2 * size - 1;
        let mut tree = Boxes {
            boxes: vec![[i32::MAX, i32::MAX, i32::MIN, i32::MIN]; nodes],
            edges: vec![(0, 0); nodes],
        };
        tree.fill(0, 0, all.len(), all);
        tree
    }

    fn fill(&mut self, node: usize, from: usize, to: usize, all: &[(Point, Point)]) {
        self.edges[node] = (from as u32, to as u32);
        if self.is_leaf(node) {
            for (a, b) in &all[from..to] {
                let around = &mut self.boxes[node];
                *around = [
                    around[0].min(a[0]).min(b[0]),
                    around[1].min(a[1]).min(b[1]),
                    around[2].max(a[0]).max(b[0]),
                    around[3].max(a[1]).max(b[1]),
                ];
            }
            return;
        }
        let middle = from + (to - from) / 2;
        self.fill(2 * node + 1, from, middle, all);
        self.fill(2 * node + 2, middle, to, all);
        let (a, b) = (self.boxes[2 * node + 1], self.boxes[2 * node + 2]);
        self.boxes[node] = [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ];
    }

    fn is_leaf(&self, node: usize) -> bool {
        2 * node + 1 >= self.boxes.len()
    }

    fn meet(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.boxes[a], self.boxes[b]);
        a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
    }

    fn run<'a>(&self, node: usize, all: &'a [(Point, Point)]) -> &'a [(Point, Point)] {
        let (from, to) = self.edges[node];
        &all[from as usize..to as usize]
    }

    /// A crossing among the edges of one node.
    fn among(&self, node: usize, all: &[(Point, Point)]) -> Option<Point> {
        if self.is_leaf(node) {
            let run = self.run(node, all);
            let mut pairs = (0..run.len()).flat_map(|i| (i + 1..run.len()).map(move |j| (i, j)));
            return pairs.find_map(|(i, j)| cross(run[i], run[j]));
        }
        self.among(2 * node + 1, all)
            .or_else(|| self.among(2 * node + 2, all))
            .or_else(|| self.between(2 * node + 1, 2 * node + 2, all))
    }

    /// A crossing between an edge of one node and one of another.
    fn between(&self, a: usize, b: usize, all: &[(Point, Point)]) -> Option<Point> {
        if !self.meet(a, b) {
            return None;
        }
        let count = |node: usize| self.edges[node].1 - self.edges[node].0;
        match (self.is_leaf(a), self.is_leaf(b)) {
            (true, true) => {
                let (left, right) = (self.run(a, all), self.run(b, all));
                let mut pairs = left
                    .iter()
                    .flat_map(|a| right.iter().map(move |b| (*a, *b)));
                pairs.find_map(|(a, b)| cross(a, b))
            }
            (false, leaf) if leaf || count(a) >= count(b) => self
                .between(2 * a + 1, b, all)
                .or_else(|| self.between(2 * a + 2, b, all)),
            _ => self
                .between(a, 2 * b + 1, all)
                .or_else(|| self.between(a, 2 * b + 2, all)),
        }
    }
}

/// Where two edges cross, each going well past the other.
fn cross((a, b): (Point, Point), (c, d): (Point, Point)) -> Option<Point> {
    let apart = |axis: usize| {
        a[axis].max(b[axis]) < c[axis].min(d[axis]) || c[axis].max(d[axis]) < a[axis].min(b[axis])
    };
    if apart(0) || apart(1) {
        return None;
    }
    let (of_a, of_b) = (side(c, d, a), side(c, d, b));
    let (of_c, of_d) = (side(a, b, c), side(a, b, d));
    let parted = |x: i64, y: i64| (x > 0 && y < 0) || (x < 0 && y > 0);
    if !parted(of_a, of_b) || !parted(of_c, of_d) {
        return None;
    }
    let length = |a: Point, b: Point| {
        f64::hypot(
            f64::from(b[0]) - f64::from(a[0]),
            f64::from(b[1]) - f64::from(a[1]),
        )
    };
    let (ab, cd) = (length(a, b), length(c, d));
    let deep = |side: i64, length: f64| side.abs() as f64 / length > DEPTH;
    if !(deep(of_a, cd) && deep(of_b, cd) && deep(of_c, ab) && deep(of_d, ab)) {
        return None;
    }
    let share = of_a as f64 / (of_a as f64 - of_b as f64);
    let at = |axis: usize| f64::from(a[axis]) + share * (f64::from(b[axis]) - f64::from(a[axis]));
    Some([at(0).round() as i32, at(1).round() as i32])
}

/// Twice the area of the triangle: positive where `p` lies to the left of the way from `a` to `b`.
/// Japan is 32 degrees wide, so products stay far below the largest number.
fn side(a: Point, b: Point, p: Point) -> i64 {
    let [along, to] = [b, p].map(|to| [0, 1].map(|axis| i64::from(to[axis]) - i64::from(a[axis])));
    along[0] * to[1] - along[1] * to[0]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SQUARE: [Point; 5] = [[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]];

    #[test]
    fn rings_are_closed_wound_and_told_what_is_wrong_with_them() {
        let hole = vec![[10, 10], [20, 10], [20, 20], [10, 10]];
        let clean = cleaned(vec![SQUARE.to_vec(), hole]).unwrap();
        assert_eq!((clean[0].len(), clean[1].len()), (4, 3));
        assert!(area2(&clean[0]) > 0 && area2(&clean[1]) < 0);
        let open = SQUARE[..4].to_vec();
        assert_eq!(cleaned(vec![open]), Err(Flaw::Open([0, 100])));
        assert_eq!(cleaned(vec![SQUARE[..3].to_vec()]), Err(Flaw::Short(3)));
        let bow = vec![[0, 0], [100, 100], [100, 0], [0, 120], [0, 0]];
        assert!(matches!(cleaned(vec![bow]), Err(Flaw::Crosses(_))));
        // A hole that leaves its outline.
        let out = vec![[50, 50], [150, 50], [150, 60], [50, 50]];
        assert!(cleaned(vec![SQUARE.to_vec(), out]).is_err());
        // Touching is no crossing, nor is what rounding may have done.
        let touching = vec![
            [0, 0],
            [100, 0],
            [50, 50],
            [100, 100],
            [0, 100],
            [50, 50],
            [0, 0],
        ];
        assert!(cleaned(vec![touching]).is_ok());
        let rounded = vec![
            [0, 0],
            [1000, 0],
            [1000, 1000],
            [500, -1],
            [0, 1000],
            [0, 0],
        ];
        assert!(cleaned(vec![rounded]).is_ok());
    }

    proptest! {
        /// The boxes leave nothing out: every pair of edges says the same.
        #[test]
        fn a_crossing_is_found_wherever_one_is(
            points in proptest::collection::vec((-60_i32..60, -60_i32..60), 3..60)
        ) {
            let ring: Vec<Point> = points.into_iter().map(|(x, y)| [x * 10, y * 10]).collect();
            let all: Vec<_> = edges(&ring).collect();
            let pairs = (0..all.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
            let any = pairs.clone().any(|(i, j)| cross(all[i], all[j]).is_some());
            prop_assert_eq!(crossing(std::slice::from_ref(&ring)).is_some(), any);
        }
    }
}
