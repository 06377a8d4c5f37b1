//! Branch and bound over sites: the most promising node first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::work::Work;

/// A part of the question: all choices with some sites in and some out.
#[derive(Clone)]
pub(super) struct Node {
    /// Sites that are chosen.
    pub inside: Vec<u32>,
    /// Sites that are not.
    pub outside: Vec<u32>,
    /// Where the multipliers of the relaxation start.
    pub multipliers: Rc<[f32]>,
    /// No choice of the node is better than this; more is better.
    pub promise: f64,
}

/// What came of looking at a node.
pub(super) enum Relaxed {
    /// Nothing better than the best known is in it.
    Closed,
    /// It is to be split on a site. Its lists may have grown, its promise fallen.
    Open(Node, u32),
}

/// A relaxation that bounds nodes, and that remembers the best choice it has met.
pub(super) trait Relaxation {
    /// Bounds a node.
    fn relax(&mut self, node: Node, work: &mut Work) -> Relaxed;
    /// Whether a node of this promise can hold anything better than the best known.
    fn is_worth(&self, promise: f64) -> bool;
    /// Tells what is known when nothing is open that promises more.
    fn tell(&self, promise: f64, work: &mut Work);
}

/// Searches until nothing better can exist or the work is over. Returns the greatest promise left
/// open: `None` proves the best known choice.
pub(super) fn search(
    relaxation: &mut impl Relaxation,
    root: Node,
    most_open: usize,
    work: &mut Work,
) -> Option<f64> {
    let mut open = BinaryHeap::from([Open {
        node: root,
        turn: 0,
    }]);
    let mut turn = 0;
    while let Some(Open { node, .. }) = open.pop() {
        if !relaxation.is_worth(node.promise) {
            continue;
        }
        // All choices are in the root: what it promises before it is looked at bounds nothing yet.
        if turn > 0 {
            relaxation.tell(node.promise, work);
        }
        if work.is_over() || open.len() >= most_open {
            return Some(node.promise);
        }
        match relaxation.relax(node, work) {
            Relaxed::Closed => {}
            Relaxed::Open(node, site) => {
                let mut with = node.clone();
                with.inside.push(site);
                let mut without = node;
                without.outside.push(site);
                for node in [with, without] {
                    turn += 1;
                    open.push(Open { node, turn });
                }
            }
        }
    }
    None
}

/// A node in the queue; among equals the latest goes first, which finds complete choices sooner.
struct Open {
    node: Node,
    turn: u64,
}

impl Ord for Open {
    fn cmp(&self, other: &Open) -> Ordering {
        let promise = self.node.promise.total_cmp(&other.node.promise);
        promise.then(self.turn.cmp(&other.turn))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Open) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Open) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}
