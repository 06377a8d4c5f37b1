//! Coworking spaces of an extract that are skipped.

use std::collections::HashMap;

use super::{Element, words};
use crate::domain::position::{NoPosition, Position};
use crate::domain::report::Problem;

/// So near, two elements of one name are one place: a point and the building it stands in.
const SAME_PLACE: f64 = 50.0;

/// So many are named.
const NAMED: usize = 10;

/// Those that can be facilities, in their order, and what is said of the others.
pub(super) fn sort(places: Vec<Element>) -> (Vec<Element>, Option<Problem>) {
    let (mut nameless, mut nowhere, mut twice) = (Vec::new(), Vec::new(), Vec::new());
    let mut abroad = Vec::new();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    let mut hubs: Vec<Element> = Vec::new();
    for place in places {
        let id = format!("{}/{}", place.kind, place.id);
        let Some(name) = words::name(&place) else {
            nameless.push(id);
            continue;
        };
        if place.point.is_none() && words::address(&place).is_none() {
            nowhere.push(id);
            continue;
        }
        if is_abroad(&place) {
            abroad.push(id);
            continue;
        }
        let of_name = by_name.entry(name).or_default();
        let mut known = of_name.iter().copied();
        let same = known.find(|other| are_near(&hubs[*other], &place));
        match same {
            // The one that says more stays.
            Some(other) => {
                let gone = match hubs[other].tags.len() < place.tags.len() {
                    true => std::mem::replace(&mut hubs[other], place),
                    false => place,
                };
                twice.push(format!("{}/{}", gone.kind, gone.id));
            }
            None => {
                of_name.push(hubs.len());
                hubs.push(place);
            }
        }
    }
    let problem = said(&[
        (&nameless, ("名前がない", "without a name")),
        (
            &nowhere,
            ("位置も住所もない", "without a position or an address"),
        ),
        (&abroad, OUTSIDE),
        (
            &twice,
            ("同じ名前で同じ場所にある", "of one name at one place"),
        ),
    ]);
    (hubs, problem)
}

/// Whether it certainly lies outside Japan. Numbers that are none, or look swapped, are a fault of
/// the file and are said as such.
fn is_abroad(place: &Element) -> bool {
    let position = place.point.map(|[lon, lat]| Position::new(lon, lat));
    matches!(
        position,
        Some(Err(NoPosition::OutsideJapan { .. } | NoPosition::Zero))
    )
}

/// Of those whose positions lie in no municipality.
pub(super) const OUTSIDE: (&str, &str) = (
    "日本のどの市区町村の中にもない（海の上や国外など）",
    "in no municipality of Japan (at sea or abroad)",
);

fn are_near(one: &Element, other: &Element) -> bool {
    let position = |place: &Element| {
        let [lon, lat] = place.point?;
        Position::new(lon, lat).ok()
    };
    match (position(one), position(other)) {
        (Some(one), Some(other)) => one.planar(other).0 <= SAME_PLACE,
        _ => false,
    }
}

/// What is said of those left out: their ids, and why, in Japanese and English.
pub(super) fn said(left_out: &[(&[String], (&str, &str))]) -> Option<Problem> {
    let named = |ids: &[String], comma: &str, more: &str| {
        let more = if ids.len() > NAMED { more } else { "" };
        ids[..ids.len().min(NAMED)].join(comma) + more
    };
    let (mut ja, mut en) = (Vec::new(), Vec::new());
    for (ids, (why_ja, why_en)) in left_out {
        if !ids.is_empty() {
            let count = ids.len();
            ja.push(format!(
                "{why_ja}{count}件（{}）",
                named(ids, "、", " ほか")
            ));
            en.push(format!("{count} {why_en} ({})", named(ids, ", ", " …")));
        }
    }
    let message = (
        format!(
            "OpenStreetMapのコワーキングスペースのうち、{}は読み込みません",
            ja.join("、")
        ),
        format!(
            "of the coworking spaces in the OpenStreetMap extract these are not read: {}",
            en.join("; ")
        ),
    );
    (!ja.is_empty()).then(|| Problem {
        blocks: false,
        ..Problem::of_file("rows-skipped", message)
    })
}
