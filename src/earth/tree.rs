//! A flat k-d tree over earth-centred points: built once, then only read.
//!
//! rstar is the index for boxes and districts; nearest alone uses this tree, because it answers
//! the ten nearest several times faster on the same points (`benches/README.md` has the figures).
//! The points lie in leaves of up to [`LEAF`], all leaves in one array; the inner nodes are an implicit
//! perfect binary tree, so that there are no pointers to follow.

use super::{Ecef, chord2};

/// Points a leaf: a few cache lines of coordinates cost less to scan than the nodes that would part them.
const LEAF: usize = 8;

/// The tree. It knows points by a number, their slot in the snapshot.
pub struct Tree {
    /// Inner nodes: node `i` has the children `2i + 1` and `2i + 2`.
    nodes: Vec<Node>,
    points: Vec<Point>,
}

#[derive(Clone, Copy)]
struct Node {
    split: f64,
    axis: usize,
}

#[derive(Clone, Copy)]
struct Point {
    at: Ecef,
    slot: u32,
}

/// A point found, by the square of its chord from where the search began, in m².
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Square of the straight line through the earth, m².
    pub chord2: f64,
    /// The point's number.
    pub slot: u32,
}

impl Tree {
    /// Builds the tree over points with their numbers.
    pub fn build(points: impl IntoIterator<Item = (Ecef, u32)>) -> Tree {
        let mut points: Vec<Point> = points
            .into_iter()
            .map(|(at, slot)| Point { at, slot })
            .collect();
        let mut levels = 0;
        while points.len() >> levels > LEAF {
            levels += 1;
        }
        let mut nodes = vec![
            Node {
                split: 0.0,
                axis: 0
            };
            (1 << levels) - 1
        ];
        split(&mut nodes, 0, &mut points);
        Tree { nodes, points }
    }

    /// How many points it holds.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The slots in the tree's own order, which keeps neighbours together.
    pub fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.points.iter().map(|point| point.slot)
    }

    /// The same tree with its points numbered in the tree's own order.
    pub fn renumbered(mut self) -> Tree {
        for (slot, point) in (0..).zip(&mut self.points) {
            point.slot = slot;
        }
        self
    }

    /// Offers the points to `nearest` in an order that goes roughly outwards, skipping what is
    /// farther than `nearest` still wants.
    pub fn search(&self, from: Ecef, nearest: &mut impl Search) {
        self.descend(0, 0, self.points.len(), from, [0.0; 3], 0.0, nearest);
    }

    /// `beyond` is, per axis, how far the node's box lies from `from`; `beyond2` is the sum of
    /// their squares: a lower bound of every chord² inside.
    #[allow(
        clippy::too_many_arguments,
        reason = "a recursion's state; a struct would be copied at each step"
    )]
    fn descend(
        &self,
        node: usize,
        low: usize,
        high: usize,
        from: Ecef,
        beyond: Ecef,
        beyond2: f64,
        nearest: &mut impl Search,
    ) {
        let Some(&Node { split, axis }) = self.nodes.get(node) else {
            for point in &self.points[low..high] {
                let chord2 = chord2(from, point.at);
                if chord2 <= nearest.reach2() {
                    nearest.offer(Found {
                        chord2,
                        slot: point.slot,
                    });
                }
            }
            return;
        };
        let middle = low + (high - low) / 2;
        let offset = from[axis] - split;
        let (near, far) = if offset < 0.0 {
            ((2 * node + 1, low, middle), (2 * node + 2, middle, high))
        } else {
            ((2 * node + 2, middle, high), (2 * node + 1, low, middle))
        };
        self.descend(near.0, near.1, near.2, from, beyond, beyond2, nearest);
        let far2 = beyond2 - beyond[axis] * beyond[axis] + offset * offset;
        if far2 <= nearest.reach2() {
            let mut beyond = beyond;
            beyond[axis] = offset;
            self.descend(far.0, far.1, far.2, from, beyond, far2, nearest);
        }
    }
}

/// What a search wants: how far it still looks, and what it does with a point.
pub trait Search {
    /// The square of the longest chord still of interest, m². It may shrink, never grow.
    fn reach2(&self) -> f64;
    /// Takes a point within reach.
    fn offer(&mut self, found: Found);
}

/// The `k` points of shortest chord among those that `wanted` keeps, sorted.
pub struct Shortest<F> {
    k: usize,
    wanted: F,
    reach2: f64,
    found: Vec<Found>,
}

impl<F: Fn(Found) -> bool> Shortest<F> {
    /// Wants `k` points with a chord² of at most `reach2`.
    pub fn new(k: usize, reach2: f64, wanted: F) -> Self {
        Shortest {
            k,
            wanted,
            reach2,
            found: Vec::with_capacity(k.min(1024) + 1),
        }
    }

    /// What was found, by chord.
    pub fn into_sorted(mut self) -> Vec<Found> {
        if self.k > INSERTION {
            self.found
                .sort_unstable_by(|a, b| a.chord2.total_cmp(&b.chord2));
            self.found.truncate(self.k);
        }
        self.found
    }
}

/// Up to here a sorted array beats anything cleverer; above, points are gathered and the best half kept.
const INSERTION: usize = 64;

impl<F: Fn(Found) -> bool> Search for Shortest<F> {
    fn reach2(&self) -> f64 {
        self.reach2
    }

    fn offer(&mut self, found: Found) {
        if self.k == 0 || !(self.wanted)(found) {
            return;
        }
        if self.k <= INSERTION {
            if self.found.len() == self.k {
                self.found.pop();
            }
            let mut place = self.found.len();
            while place > 0 && self.found[place - 1].chord2 > found.chord2 {
                place -= 1;
            }
            self.found.insert(place, found);
            if self.found.len() == self.k {
                // Strictly nearer from now on would lose ties that the caller breaks by id; it asks for more than it needs.
                self.reach2 = self.reach2.min(self.found[self.k - 1].chord2);
            }
        } else {
            self.found.push(found);
            if self.found.len() >= 2 * self.k {
                self.found
                    .select_nth_unstable_by(self.k - 1, |a, b| a.chord2.total_cmp(&b.chord2));
                self.found.truncate(self.k);
                self.reach2 = self.reach2.min(self.found[self.k - 1].chord2);
            }
        }
    }
}

/// Every point within a fixed reach, handed to a function.
pub struct Within<F> {
    /// Square of the longest chord, m².
    pub reach2: f64,
    /// What takes the points.
    pub each: F,
}

impl<F: FnMut(Found)> Search for Within<F> {
    fn reach2(&self) -> f64 {
        self.reach2
    }

    fn offer(&mut self, found: Found) {
        (self.each)(found);
    }
}

/// Parts the points at the median of their longest side and goes on with both halves.
fn split(nodes: &mut [Node], node: usize, points: &mut [Point]) {
    if node >= nodes.len() {
        return;
    }
    let axis = longest_side(points);
    let middle = points.len() / 2;
    let (_, median, _) =
        points.select_nth_unstable_by(middle, |a, b| a.at[axis].total_cmp(&b.at[axis]));
    nodes[node] = Node {
        split: median.at[axis],
        axis,
    };
    let (left, right) = points.split_at_mut(middle);
    split(nodes, 2 * node + 1, left);
    split(nodes, 2 * node + 2, right);
}

fn longest_side(points: &[Point]) -> usize {
    let mut low = [f64::INFINITY; 3];
    let mut high = [f64::NEG_INFINITY; 3];
    for point in points {
        for axis in 0..3 {
            low[axis] = low[axis].min(point.at[axis]);
            high[axis] = high[axis].max(point.at[axis]);
        }
    }
    (0..3)
        .max_by(|&a, &b| (high[a] - low[a]).total_cmp(&(high[b] - low[b])))
        .expect("three axes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute(points: &[Ecef], from: Ecef, k: usize) -> Vec<f64> {
        let mut all: Vec<f64> = points.iter().map(|&p| chord2(from, p)).collect();
        all.sort_unstable_by(f64::total_cmp);
        all.truncate(k);
        all
    }

    proptest! {
        #[test]
        fn the_nearest_are_those_of_sorting_everything(
            // Few distinct values on purpose: ties and equal points are where trees go wrong.
            points in prop::collection::vec([-9i8..9, -9i8..9, -9i8..9], 0..300),
            from in [-12i8..12, -12i8..12, -12i8..12],
            k in 0usize..150,
        ) {
            let points: Vec<Ecef> = points.iter().map(|p| p.map(f64::from)).collect();
            let from = from.map(f64::from);
            let tree = Tree::build(points.iter().zip(0..).map(|(&at, slot)| (at, slot)));
            let mut nearest = Shortest::new(k, f64::INFINITY, |_| true);
            tree.search(from, &mut nearest);
            let found: Vec<f64> = nearest.into_sorted().iter().map(|f| f.chord2).collect();
            prop_assert_eq!(found, brute(&points, from, k));

            let mut within = 0;
            tree.search(from, &mut Within { reach2: 50.0, each: |_| within += 1 });
            prop_assert_eq!(within, points.iter().filter(|&&p| chord2(from, p) <= 50.0).count());
        }
    }
}
