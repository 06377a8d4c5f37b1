//! Railways as a schematic: the stations of a line joined by straight strokes.
//!
//! A list of stations says which lines stop where, and not in which order. A line's stations are
//! joined by a minimum spanning tree, which for a line that does not wind much is that order. Lists
//! leave stations out, and lines of one name are many: strokes that are long for their line are cut.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::curve::{World, world};
use crate::stations::{Station, Stations, line_name};

use super::super::areas::Scale;
use super::super::clip;
use super::super::write::{Layer, Shape};

/// Strokes are drawn from this zoom.
pub(super) const RAILWAYS_FROM: u8 = 7;

/// A stroke this many times as long as half the strokes of its line joins two lines of one name.
const LONG: f64 = 6.0;
/// In metres: what no stroke is cut below, and what each is cut above.
const KEPT: f64 = 8_000.0;
const LONGEST: f64 = 60_000.0;
const LONGEST_EXPRESS: f64 = 90_000.0;

/// At zoom 10 a stroke may be so long, in metres, and half of that with each further zoom: close by, a
/// long one would run where no railway is.
const LONGEST_AT_10: f64 = 40_000.0;

/// A line between two stations.
struct Stroke {
    ends: [World; 2],
    metres: f64,
    is_express: bool,
}

/// The railways of a list of stations.
pub(super) struct Railways(Vec<Stroke>);

impl Railways {
    pub(super) fn build(stations: &Stations) -> Railways {
        let stations: Vec<&Station> = stations.iter().collect();
        let mut lines: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, station) in stations.iter().enumerate() {
            for line in &station.lines {
                lines.entry(line_name(line)).or_default().push(i);
            }
        }
        // Lines that share their way are drawn once.
        let mut joined = BTreeSet::new();
        let mut strokes = Vec::new();
        for (line, members) in lines {
            let is_express = is_express(line);
            let members: Vec<&Station> = members.iter().map(|&i| stations[i]).collect();
            for (a, b, metres) in joints(&members, is_express) {
                let ends = [members[a], members[b]];
                let mut names = ends.map(|station| &*station.id);
                names.sort_unstable();
                if joined.insert((names, is_express)) {
                    strokes.push(Stroke {
                        ends: ends.map(|at| world(at.position.lon(), at.position.lat())),
                        metres,
                        is_express,
                    });
                }
            }
        }
        Railways(strokes)
    }

    /// Adds what a tile shows.
    pub(super) fn draw(&self, zoom: u8, scale: Scale, layer: &mut Layer) {
        if zoom < RAILWAYS_FROM {
            return;
        }
        let longest = LONGEST_AT_10 * 0.5f64.powi(i32::from(zoom) - 10);
        let bounds = scale.bounds();
        for (class, is_express) in [("line", false), ("shinkansen", true)] {
            let mut lines = Vec::new();
            let shown = |stroke: &&Stroke| {
                let [a, b] = stroke.ends;
                stroke.is_express == is_express
                    && (zoom <= 10 || stroke.metres <= longest)
                    && (0..2).all(|axis| {
                        a[axis].min(b[axis]) <= bounds.high[axis]
                            && a[axis].max(b[axis]) >= bounds.low[axis]
                    })
            };
            for stroke in self.0.iter().filter(shown) {
                let line = stroke.ends.map(|end| scale.local(end));
                clip::line(line.into_iter(), |part| {
                    let part = clip::rounded(&part);
                    if part.len() > 1 {
                        lines.push(part);
                    }
                });
            }
            if !lines.is_empty() {
                layer.add(Shape::Lines(&lines), |feature| {
                    feature.add_tag_string("class", class);
                    feature.add_tag_string("kind", "schematic");
                });
            }
        }
    }
}

/// Whether a line is one of the 新幹線.
pub(super) fn is_express(line: &str) -> bool {
    line.ends_with("新幹線")
}

/// The strokes of one line, as pairs of its stations and their distance.
fn joints(members: &[&Station], is_express: bool) -> Vec<(usize, usize, f64)> {
    let longest = if is_express { LONGEST_EXPRESS } else { LONGEST };
    let mut kept = Vec::new();
    for tree in trees(members) {
        let mut lengths: Vec<f64> = tree.iter().map(|joint| joint.2).collect();
        lengths.sort_by(f64::total_cmp);
        let Some(&median) = lengths.get(lengths.len() / 2) else {
            continue;
        };
        let limit = (LONG * median).clamp(KEPT, longest);
        let whole = lengths.iter().all(|&length| length <= limit);
        kept.extend(tree.iter().filter(|joint| joint.2 <= limit));
        if let Some(closing) = closing(&tree, members).filter(|_| whole) {
            kept.push(closing);
        }
    }
    kept
}

/// The stroke that makes a loop line whole: its two ends are neighbours, too.
fn closing(tree: &[(usize, usize, f64)], members: &[&Station]) -> Option<(usize, usize, f64)> {
    let mut degrees: BTreeMap<usize, usize> = BTreeMap::new();
    for &(a, b, _) in tree {
        *degrees.entry(a).or_default() += 1;
        *degrees.entry(b).or_default() += 1;
    }
    let ends: Vec<usize> = degrees
        .into_iter()
        .filter(|&(_, degree)| degree == 1)
        .map(|(end, _)| end)
        .collect();
    let &[a, b] = &ends[..] else {
        return None;
    };
    let longest = tree.iter().map(|joint| joint.2).fold(0.0, f64::max);
    let apart = members[a].position.planar(members[b].position).0;
    (tree.len() > 4 && apart <= 1.5 * longest).then_some((a, b, apart))
}

/// A minimum spanning tree, by Prim, of each set of stations that companies connect.
fn trees(members: &[&Station]) -> Vec<Vec<(usize, usize, f64)>> {
    let shares = |a: &Station, b: &Station| {
        a.operators.is_empty() || a.operators.iter().any(|own| b.operators.contains(own))
    };
    let mut trees = Vec::new();
    let mut waiting: Vec<usize> = (0..members.len()).collect();
    while let Some(start) = waiting.pop() {
        let mut tree = Vec::new();
        let mut nearest = vec![(f64::INFINITY, start); members.len()];
        let mut last = start;
        loop {
            for &other in &waiting {
                let (a, b) = (members[last], members[other]);
                if shares(a, b) {
                    let metres = a.position.planar(b.position).0;
                    if metres < nearest[other].0 {
                        nearest[other] = (metres, last);
                    }
                }
            }
            let next = (0..waiting.len())
                .min_by(|&a, &b| nearest[waiting[a]].0.total_cmp(&nearest[waiting[b]].0))
                .filter(|&at| nearest[waiting[at]].0.is_finite());
            let Some(at) = next else {
                break;
            };
            last = waiting.swap_remove(at);
            tree.push((nearest[last].1, last, nearest[last].0));
        }
        trees.push(tree);
    }
    trees
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stations from `name,lines,operators,lat,lon`.
    fn stations(rows: &[&str]) -> Stations {
        let mut list = "id,name,kana,name_en,municipality,lines,operators,lat,lon\n".to_owned();
        for (i, row) in rows.iter().enumerate() {
            let parts: Vec<&str> = row.split(',').collect();
            let [name, lines, operators, lat, lon] = parts[..] else {
                panic!("{row}");
            };
            list += &format!("s{i:05},{name},,,,{lines},{operators},{lat},{lon}\n");
        }
        Stations::read(&list).unwrap()
    }

    fn strokes(rows: &[&str]) -> usize {
        Railways::build(&stations(rows)).0.len()
    }

    #[test]
    fn a_lines_stations_are_joined_in_their_order() {
        let railways = Railways::build(&stations(&[
            "北,中央線,JR,35.30,139.0",
            "南,中央線,JR,35.00,139.0",
            "中,中央線,JR,35.15,139.0",
        ]));
        assert_eq!(railways.0.len(), 2);
        assert!(railways.0.iter().all(|stroke| stroke.metres < 17_000.0));
    }

    #[test]
    fn lines_of_one_name_are_not_joined() {
        // Of other companies, and of one but far away for its line.
        assert_eq!(
            strokes(&[
                "札幌一,東西線,札幌市,43.06,141.35",
                "札幌二,東西線,札幌市,43.06,141.37",
                "京都一,東西線,京都市,35.01,135.76",
                "京都二,東西線,京都市,35.01,135.78",
            ]),
            2
        );
        assert_eq!(
            strokes(&[
                "一,本線,電鉄;JR,35.00,135.00",
                "二,本線,電鉄;JR,35.00,135.01",
                "三,本線,電鉄,35.00,135.02",
                "四,本線,急行;JR,35.00,135.30",
                "五,本線,急行,35.00,135.31",
            ]),
            3
        );
    }

    #[test]
    fn lines_that_share_their_way_are_drawn_once_and_expresses_apart() {
        let shared = [
            "東京,東海道線;東北線;東海道新幹線,JR,35.68,139.77",
            "品川,東海道線;東北線;東海道新幹線,JR,35.63,139.74",
        ];
        let railways = Railways::build(&stations(&shared));
        let mut express: Vec<bool> = railways.0.iter().map(|stroke| stroke.is_express).collect();
        express.sort_unstable();
        assert_eq!(express, [false, true]);
    }

    #[test]
    fn a_loop_is_closed() {
        let ring: Vec<String> = (0..8)
            .map(|i| {
                let angle = f64::from(i) * std::f64::consts::TAU / 8.0;
                let (lat, lon) = (34.68 + 0.03 * angle.sin(), 135.5 + 0.036 * angle.cos());
                format!("環{i},大阪環状線,JR,{lat},{lon}")
            })
            .collect();
        let ring: Vec<&str> = ring.iter().map(String::as_str).collect();
        assert_eq!(strokes(&ring), 8);
        assert_eq!(strokes(&ring[..6]), 5);
    }
}
