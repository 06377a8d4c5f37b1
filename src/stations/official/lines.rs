//! The lines: stretches joined where nothing branches off, and simplified.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::districts::simplify::significance;
use crate::domain::position::Position;

/// How far a simplified line may lie from the true one.
const TOLERANCE: f64 = 100.0;
/// Metres a degree of latitude.
const DEGREE: f64 = 111_200.0;

/// A part of a line that nothing branches off, simplified to about 100 m.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Railway {
    /// 鉄道区分 (N02_001): 11 JR, 12 other railways, 13 and more cable cars, monorails, trams …
    pub class: String,
    /// Its legal name.
    pub line: String,
    /// Who runs it.
    pub operator: String,
    /// Degrees east and north, five decimals.
    pub points: Vec<[f64; 2]>,
}

/// All lines of an official file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Railways {
    /// In order of class, operator and line.
    pub all: Vec<Railway>,
}

/// A stretch as it stands in the file.
pub(super) struct Stretch {
    pub class: String,
    pub line: String,
    pub operator: String,
    pub points: Vec<Position>,
}

/// A point where stretches meet: a hundred-thousandth of a degree is a metre.
type Node = [i64; 2];

fn node(position: Position) -> Node {
    [position.lon(), position.lat()].map(|degrees| (degrees * 1e5).round() as i64)
}

impl Railways {
    pub(super) fn of(stretches: Vec<Stretch>) -> Railways {
        let mut groups: BTreeMap<[String; 3], Vec<Vec<Node>>> = BTreeMap::new();
        for stretch in stretches {
            let mut points: Vec<Node> = stretch.points.into_iter().map(node).collect();
            points.dedup();
            if points.len() > 1 {
                let key = [stretch.class, stretch.operator, stretch.line];
                groups.entry(key).or_default().push(points);
            }
        }
        let mut all = Vec::new();
        for ([class, operator, line], parts) in groups {
            for points in joined(parts) {
                all.push(Railway {
                    class: class.clone(),
                    line: line.clone(),
                    operator: operator.clone(),
                    points: simplified(&points),
                });
            }
        }
        Railways { all }
    }

    /// Reads what [`written`](Self::written) wrote: a line a railway.
    pub fn read(text: &str) -> Result<Railways, serde_json::Error> {
        let all: Result<Vec<Railway>, _> = text.lines().map(serde_json::from_str).collect();
        Ok(Railways { all: all? })
    }

    pub(super) fn written(&self) -> String {
        let mut text = String::new();
        for railway in &self.all {
            text.push_str(&serde_json::to_string(railway).expect("texts and finite numbers"));
            text.push('\n');
        }
        text
    }

    /// How many lines of an operator there are.
    pub fn count_lines(&self) -> usize {
        let mut names: Vec<(&str, &str)> = self
            .all
            .iter()
            .map(|own| (&*own.operator, &*own.line))
            .collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }
}

/// The parts of a line, joined end to end wherever exactly two of them meet.
fn joined(parts: Vec<Vec<Node>>) -> Vec<Vec<Node>> {
    let mut ends: HashMap<Node, Vec<usize>> = HashMap::new();
    for (i, part) in parts.iter().enumerate() {
        for end in [part[0], part[part.len() - 1]] {
            ends.entry(end).or_default().push(i);
        }
    }
    let next = |at: Node, from: usize, used: &[bool]| -> Option<usize> {
        let here = &ends[&at];
        let other = here.iter().copied().find(|&i| i != from)?;
        (here.len() == 2 && !used[other]).then_some(other)
    };
    let mut used = vec![false; parts.len()];
    let mut out = Vec::new();
    // First from where something ends or branches, then what is left: rings.
    let is_through = |at: Node| ends[&at].len() == 2;
    let begins = |part: &Vec<Node>| !is_through(part[0]) || !is_through(part[part.len() - 1]);
    let mut order: Vec<usize> = (0..parts.len()).filter(|&i| begins(&parts[i])).collect();
    order.extend((0..parts.len()).filter(|&i| !begins(&parts[i])));
    for first in order {
        if used[first] {
            continue;
        }
        used[first] = true;
        let mut points = parts[first].clone();
        if is_through(points[0]) && !is_through(points[points.len() - 1]) {
            points.reverse();
        }
        let mut last = first;
        while let Some(other) = next(points[points.len() - 1], last, &used) {
            used[other] = true;
            let end = points[points.len() - 1];
            let part = &parts[other];
            match part[0] == end {
                true => points.extend(&part[1..]),
                false => points.extend(part.iter().rev().skip(1)),
            }
            last = other;
        }
        out.push(points);
    }
    out
}

/// The points that matter at [`TOLERANCE`], in degrees.
fn simplified(points: &[Node]) -> Vec<[f64; 2]> {
    let parallel = (points[0][1] as f64 / 1e5).to_radians().cos();
    let plane: Vec<[f64; 2]> = points
        .iter()
        .map(|[lon, lat]| {
            [
                *lon as f64 / 1e5 * DEGREE * parallel,
                *lat as f64 / 1e5 * DEGREE,
            ]
        })
        .collect();
    let kept = significance(&plane).into_iter().zip(points);
    kept.filter(|(tolerance, _)| f64::from(*tolerance) > TOLERANCE)
        .map(|(_, point)| point.map(|units| units as f64 / 1e5))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stretch(points: &[[f64; 2]]) -> Stretch {
        Stretch {
            class: "11".into(),
            line: "線".into(),
            operator: "鉄道".into(),
            points: points
                .iter()
                .map(|[x, y]| Position::new(*x, *y).unwrap())
                .collect(),
        }
    }

    #[test]
    fn stretches_become_one_line_and_branches_stay_apart() {
        let railways = Railways::of(vec![
            stretch(&[[139.02, 35.0], [139.01, 35.0]]),
            stretch(&[[139.0, 35.0], [139.005, 35.0001], [139.01, 35.0]]),
            stretch(&[[139.02, 35.0], [139.03, 35.02]]),
        ]);
        assert_eq!(railways.all.len(), 1);
        // 11 m off the line are not kept.
        assert_eq!(
            railways.all[0].points,
            [[139.0, 35.0], [139.02, 35.0], [139.03, 35.02]]
        );
        let branching = Railways::of(vec![
            stretch(&[[139.0, 35.0], [139.1, 35.0]]),
            stretch(&[[139.1, 35.0], [139.2, 35.0]]),
            stretch(&[[139.1, 35.0], [139.1, 35.1]]),
        ]);
        assert_eq!(branching.all.len(), 3);
        let ring = Railways::of(vec![
            stretch(&[[139.0, 35.0], [139.1, 35.0]]),
            stretch(&[[139.1, 35.0], [139.1, 35.1]]),
            stretch(&[[139.0, 35.0], [139.1, 35.1]]),
        ]);
        assert_eq!(ring.all.len(), 1);
        assert_eq!(ring.all[0].points.len(), 4);
        assert_eq!(Railways::read(&ring.written()).unwrap(), ring);
        assert_eq!(ring.count_lines(), 1);
    }

    proptest! {
        #[test]
        fn every_end_where_something_ends_or_branches_is_kept(
            parts in prop::collection::vec(prop::collection::vec((0..6_i64, 0..6_i64), 2..4), 1..9),
        ) {
            let parts: Vec<Vec<Node>> = parts
                .into_iter()
                .map(|part| {
                    let mut points: Vec<Node> =
                        part.into_iter().map(|(x, y)| [x * 1000, y * 1000]).collect();
                    points.dedup();
                    points
                })
                .filter(|part| part.len() > 1)
                .collect();
            // Each step between two points as often as before.
            let steps = |parts: &[Vec<Node>]| {
                let mut all: Vec<[Node; 2]> = parts
                    .iter()
                    .flat_map(|part| part.windows(2).map(|pair| {
                        let (a, b) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
                        [a, b]
                    }))
                    .collect();
                all.sort_unstable();
                all
            };
            let before = steps(&parts);
            prop_assert_eq!(steps(&joined(parts)), before);
        }
    }
}
