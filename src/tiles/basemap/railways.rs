//! Railways: the lines of an imported official file, otherwise a schematic with straight strokes between
//! a line's stations.
//!
//! A list of stations does not tell their order on a line. So a minimum spanning tree joins them, which
//! gives that order unless the line winds much. Lists omit stations, and several lines share a name, so
//! strokes that are long for their line are removed.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::curve::{World, world};
use crate::stations::official::Railway;
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

/// A line as an official file has it.
struct Track {
    points: Vec<World>,
    low: World,
    high: World,
    is_express: bool,
}

/// The railways of an official file, or of a list of stations.
pub(super) struct Railways {
    tracks: Vec<Track>,
    strokes: Vec<Stroke>,
}

impl Railways {
    pub(super) fn build(stations: &Stations, official: &[Railway]) -> Railways {
        if official.is_empty() {
            return Railways {
                tracks: Vec::new(),
                strokes: strokes(stations),
            };
        }
        Railways {
            tracks: official.iter().filter_map(track).collect(),
            strokes: Vec::new(),
        }
    }

    /// Adds what a tile shows.
    pub(super) fn draw(&self, zoom: u8, scale: Scale, layer: &mut Layer) {
        if zoom < RAILWAYS_FROM {
            return;
        }
        let longest = LONGEST_AT_10 * 0.5f64.powi(i32::from(zoom) - 10);
        let bounds = scale.bounds();
        let meets = |low: World, high: World| {
            (0..2).all(|axis| low[axis] <= bounds.high[axis] && high[axis] >= bounds.low[axis])
        };
        for (class, is_express) in [("line", false), ("shinkansen", true)] {
            let tracks = self
                .tracks
                .iter()
                .filter(|track| track.is_express == is_express && meets(track.low, track.high));
            let tracks = tracks.map(|track| &track.points[..]);
            add(layer, scale, [class, "track"], tracks);
            let strokes = self.strokes.iter().filter(|stroke| {
                let [a, b] = stroke.ends;
                let low = [a[0].min(b[0]), a[1].min(b[1])];
                let high = [a[0].max(b[0]), a[1].max(b[1])];
                stroke.is_express == is_express
                    && (zoom <= 10 || stroke.metres <= longest)
                    && meets(low, high)
            });
            let strokes = strokes.map(|stroke| &stroke.ends[..]);
            add(layer, scale, [class, "schematic"], strokes);
        }
    }
}

/// Adds lines as one feature of a class and kind.
fn add<'a>(
    layer: &mut Layer,
    scale: Scale,
    [class, kind]: [&'static str; 2],
    lines: impl Iterator<Item = &'a [World]>,
) {
    let mut parts = Vec::new();
    for line in lines {
        clip::line(line.iter().map(|&point| scale.local(point)), |part| {
            let part = clip::rounded(&part);
            if part.len() > 1 {
                parts.push(part);
            }
        });
    }
    if !parts.is_empty() {
        layer.add(Shape::Lines(&parts), |feature| {
            feature.add_tag_string("class", class);
            feature.add_tag_string("kind", kind);
        });
    }
}

fn track(railway: &Railway) -> Option<Track> {
    let points: Vec<World> = railway
        .points
        .iter()
        .map(|&[lon, lat]| world(lon, lat))
        .collect();
    let extreme = |pick: fn(f64, f64) -> f64| {
        let both = |a: World, b: &World| [pick(a[0], b[0]), pick(a[1], b[1])];
        points
            .split_first()
            .map(|(first, rest)| rest.iter().fold(*first, both))
    };
    let (low, high) = (extreme(f64::min)?, extreme(f64::max)?);
    Some(Track {
        is_express: is_express(&railway.line),
        points,
        low,
        high,
    })
}

/// The schematic of a list of stations.
fn strokes(stations: &Stations) -> Vec<Stroke> {
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
    strokes
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
        super::strokes(&stations(rows)).len()
    }

    #[test]
    fn a_lines_stations_are_joined_in_their_order() {
        let railways = super::strokes(&stations(&[
            "北,中央線,JR,35.30,139.0",
            "南,中央線,JR,35.00,139.0",
            "中,中央線,JR,35.15,139.0",
        ]));
        assert_eq!(railways.len(), 2);
        assert!(railways.iter().all(|stroke| stroke.metres < 17_000.0));
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
        let railways = super::strokes(&stations(&shared));
        let mut express: Vec<bool> = railways.iter().map(|stroke| stroke.is_express).collect();
        express.sort_unstable();
        assert_eq!(express, [false, true]);
    }

    #[test]
    fn an_official_file_takes_the_place_of_the_schematic() {
        let list = stations(&["一,中央線,JR,35.30,139.0", "二,中央線,JR,35.20,139.0"]);
        let railway = |line: &str, points: &[[f64; 2]]| Railway {
            class: "11".to_owned(),
            line: line.to_owned(),
            operator: "JR".to_owned(),
            points: points.to_vec(),
        };
        let official = [
            railway("中央線", &[[139.0, 35.3], [139.1, 35.25], [139.0, 35.2]]),
            railway("中央新幹線", &[[139.0, 35.3], [139.0, 35.2]]),
            railway("なし", &[]),
        ];
        let railways = Railways::build(&list, &official);
        assert!(railways.strokes.is_empty());
        let tracks = railways.tracks.iter();
        let tracks: Vec<_> = tracks
            .map(|track| (track.points.len(), track.is_express))
            .collect();
        assert_eq!(tracks, [(3, false), (2, true)]);
        assert_eq!(Railways::build(&list, &[]).strokes.len(), 1);
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
