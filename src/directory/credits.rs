//! The credits of an answer's data. They follow the data used: imported boundaries and censuses are
//! named where they apply, and data they replaced is not.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Reference;
use crate::coverage::population::Source;
use crate::domain::wording::Wording;
use crate::snapshot::Snapshot;
use crate::snapshot::facets::Facet;

/// The shipped data of facilities: what their positions and facts are from.
const FACILITIES: &str = "facilities.geojson";
/// The shipped boundaries of districts.
const DISTRICTS: [&str; 3] = [
    "municipalities.geojson",
    "prefectures.geojson",
    "wards.geojson",
];
/// The shipped stations.
const STATIONS: &str = "stations.csv";
/// The modelled people.
const MODEL: &str = "population.csv.gz";
/// The address of those whose boundaries ship.
pub(super) const SHIPPED_BOUNDARIES: &str = "https://www.jma.go.jp/";

/// Where the ministry describes its railways.
const STATIONS_URL: &str = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-N02-2024.html";

/// What an answer rests on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Used {
    /// The boundaries of these prefectures.
    pub boundaries: Prefectures,
    /// The people of these sources: the model, or a grid.
    pub people: BTreeSet<Source>,
    /// Facilities.
    pub facilities: bool,
    /// Facilities of OpenStreetMap among them.
    pub openstreetmap: bool,
    /// Lists of blocks and lots by which facilities are, or may have been, found.
    pub addresses: Vec<String>,
    /// Stations.
    pub stations: bool,
}

/// Whom OpenStreetMap asks to name.
const OPENSTREETMAP: &str = "© OpenStreetMap contributors";
const OPENSTREETMAP_URL: &str = "https://www.openstreetmap.org/copyright";

/// Whose boundaries are used.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Prefectures {
    /// Nobody's.
    #[default]
    None,
    /// Those of prefectures by their two digits.
    Some(BTreeSet<String>),
    /// Everybody's.
    All,
}

impl Used {
    /// How those who gave the data ask to be named, each once.
    pub fn credits(&self, known: &Reference) -> Vec<Wording> {
        let mut all = known.boundary_credits(&self.boundaries);
        let shipped = |file: &str| known.shipped_credits(|credit| has_file(credit, file));
        for source in &self.people {
            match source {
                Source::Grid(_) => all.push(grid_credit(source)),
                _ => all.extend(shipped(MODEL)),
            }
        }
        if self.facilities {
            all.extend(shipped(FACILITIES));
        }
        if self.openstreetmap {
            let text = format!("{OPENSTREETMAP}（ODbL）");
            all.push(Wording::new(text, format!("{OPENSTREETMAP} (ODbL)")));
        }
        all.extend(self.addresses.iter().map(|source| official_credit(source)));
        if self.stations {
            match known.stations_source() {
                Some(source) => all.push(official_credit(source)),
                None => all.extend(shipped(STATIONS)),
            }
        }
        let mut once = Vec::new();
        all.retain(|credit| {
            let is_new = !once.contains(credit);
            once.push(credit.clone());
            is_new
        });
        all
    }

    /// The same as one note to stand beside figures.
    pub fn note(&self, known: &Reference) -> Option<Wording> {
        let all = self.credits(known);
        // A credit may be two sentences, of which the first names its makers.
        let first = |text: &str, stop: &str| text.split(stop).next().unwrap_or("").to_owned();
        let ja: Vec<String> = all.iter().map(|credit| first(&credit.ja, "。")).collect();
        let en: Vec<String> = all.iter().map(|credit| first(&credit.en, "; ")).collect();
        (!all.is_empty()).then(|| {
            Wording::new(
                format!("出典：{}", ja.join("、")),
                format!("Sources: {}", en.join("; ")),
            )
        })
    }
}

impl Reference {
    fn boundary_credits(&self, whose: &Prefectures) -> Vec<Wording> {
        let is_used = |code: &str| match whose {
            Prefectures::None => false,
            Prefectures::Some(codes) => codes.contains(code),
            Prefectures::All => true,
        };
        let (mut imported, mut is_shipped_used) = (BTreeSet::new(), false);
        for code in (1..=47).map(|number| format!("{number:02}")) {
            if !is_used(&code) {
                continue;
            }
            match self.official_source(&code) {
                Some(source) => drop(imported.insert(source)),
                None => is_shipped_used = true,
            }
        }
        let mut all: Vec<Wording> = imported.into_iter().map(official_credit).collect();
        if is_shipped_used {
            all.extend(self.shipped_credits(|credit| credit["url"] == SHIPPED_BOUNDARIES));
        }
        all
    }

    /// The texts of those credits that ship and are wanted.
    fn shipped_credits(&self, wanted: impl Fn(&Value) -> bool) -> Vec<Wording> {
        let shipped = super::reference::shipped_credits();
        let list = shipped["credits"].as_array().into_iter().flatten();
        let text = |credit: &Value| {
            let text = |key: &str| credit[key].as_str().unwrap_or_default().to_owned();
            Wording::new(text("text"), text("text_en"))
        };
        list.filter(|credit| wanted(credit)).map(text).collect()
    }

    /// Everything used by a directory with people of these sources: the credits that ship, of which those
    /// that nothing uses any more are gone, behind those of what was imported.
    pub fn credits(&self, people: &BTreeSet<Source>) -> Value {
        let mut all = super::reference::shipped_credits().clone();
        let Some(credits) = all["credits"].as_array_mut() else {
            return all;
        };
        let codes = (1..=47).map(|number| format!("{number:02}"));
        let sources: Vec<Option<&str>> = codes.map(|code| self.official_source(&code)).collect();
        if sources.iter().all(Option::is_some) {
            credits.retain(|credit| credit["url"] != SHIPPED_BOUNDARIES);
        }
        if !people.is_empty() && !people.contains(&Source::Model) {
            credits.retain(|credit| !has_file(credit, MODEL));
        }
        let grids = people
            .iter()
            .filter(|source| matches!(source, Source::Grid(_)));
        for grid in grids {
            let text = grid_credit(grid);
            let credit = match grid.is_projection() {
                true => json!({
                    "title": "人口（国土数値情報 500mメッシュ別将来推計人口、国土交通省）",
                    "text": text.ja,
                    "licence": "CC BY 4.0",
                    "title_en": "People (National Land Numerical Information: projected population by 500 m squares)",
                    "text_en": text.en,
                    "licence_en": "CC BY 4.0",
                    "url": "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-mesh500r6.html",
                    "files": [],
                }),
                false => json!({
                    "title": "人口（国勢調査などの地域メッシュ統計、総務省統計局）",
                    "text": text.ja,
                    "licence": "政府統計の総合窓口（e-Stat）利用規約による（出典の記載により利用可）",
                    "title_en": "People (grid square statistics of the census, Statistics Bureau of Japan)",
                    "text_en": text.en,
                    "licence_en": "By the terms of use of e-Stat: may be used with this credit",
                    "url": "https://www.e-stat.go.jp/gis",
                    "files": [],
                }),
            };
            credits.insert(0, credit);
        }
        if let Some(source) = self.stations_source() {
            // Those that ship stay named: readings and Latin names are theirs. The schematic is gone
            // where the file has lines.
            if !self.railways.all.is_empty() {
                for credit in credits
                    .iter_mut()
                    .filter(|credit| has_file(credit, STATIONS))
                {
                    credit["title"] = json!("鉄道駅の読みとローマ字（国土数値情報 鉄道データ）");
                    credit["title_en"] = json!(
                        "Readings and Latin names of railway stations (National Land Numerical Information, railways)"
                    );
                }
            }
            let text = official_credit(source);
            credits.insert(0, json!({
                "title": "鉄道駅と路線（国土数値情報 鉄道データ）",
                "text": text.ja,
                "licence": "CC BY 4.0（2020年度以降の版）。それより前の版は国土数値情報ダウンロードサイトの利用規約による",
                "title_en": "Railway stations and lines (National Land Numerical Information)",
                "text_en": text.en,
                "licence_en": "CC BY 4.0 (editions from 2020 on); older editions by the terms of use of the site of National Land Numerical Information",
                "url": STATIONS_URL,
                "files": [],
            }));
        }
        let imported: BTreeSet<&str> = sources.into_iter().flatten().collect();
        for source in imported {
            let text = official_credit(source);
            credits.insert(0, json!({
                "title": "市区町村・都道府県の境界（国土数値情報 行政区域データ）",
                "text": text.ja,
                "licence": "国土数値情報ダウンロードサイトの利用規約による（出典の記載により利用可）",
                "title_en": "Boundaries of municipalities and prefectures (National Land Numerical Information)",
                "text_en": text.en,
                "licence_en": "By the terms of use of the site of National Land Numerical Information: may be used with this credit",
                "url": "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-N03-2024.html",
                "files": DISTRICTS,
            }));
        }
        all
    }
}

/// Whether facilities of OpenStreetMap are published.
pub fn has_openstreetmap(snapshot: &Snapshot) -> bool {
    snapshot.count(Facet::OpenStreetMap) > 0
}

/// Puts OpenStreetMap before other credits.
pub fn credit_openstreetmap(all: &mut Value) {
    if let Some(credits) = all["credits"].as_array_mut() {
        credits.insert(
            0,
            json!({
                "title": "OpenStreetMapから取り込んだ施設",
                "text": OPENSTREETMAP,
                "licence": "Open Database License（ODbL）1.0",
                "title_en": "Facilities imported from OpenStreetMap",
                "text_en": OPENSTREETMAP,
                "licence_en": "Open Database License (ODbL) 1.0",
                "url": OPENSTREETMAP_URL,
                "files": [],
            }),
        );
    }
}

/// Puts the lists of blocks that are imported before other credits.
pub fn credit_addresses(all: &mut Value, sources: &[String]) {
    let Some(credits) = all["credits"].as_array_mut() else {
        return;
    };
    for source in sources {
        let text = official_credit(source);
        credits.insert(
            0,
            json!({
                "title": "街区・地番の位置（位置参照情報 街区レベル）",
                "text": text.ja,
                "licence": "位置参照情報利用約款による（出典の記載により利用可）",
                "title_en": "Positions of blocks and lots (MLIT, position reference information)",
                "text_en": text.en,
                "licence_en": "By the ministry's terms of use: may be used with this credit",
                "url": "https://nlftp.mlit.go.jp/isj/",
                "files": [],
            }),
        );
    }
}

fn has_file(credit: &Value, file: &str) -> bool {
    let files = credit["files"].as_array().into_iter().flatten();
    files.into_iter().any(|own| own == file)
}

/// How those who made official data ask to be named.
pub fn official_credit(source: &str) -> Wording {
    Wording::new(
        format!("{source}を加工して作成"),
        format!("Made by adapting data of {source}"),
    )
}

/// How a grid's makers ask to be named.
fn grid_credit(source: &Source) -> Wording {
    let name = source.wording();
    if source.is_projection() {
        return Wording::new(
            format!("国土数値情報「{}」（国土交通省）を加工して作成", name.ja),
            format!(
                "Made by adapting {} (National Land Numerical Information, MLIT)",
                name.en
            ),
        );
    }
    Wording::new(
        format!("総務省統計局「{}」（e-Stat）を加工して作成", name.ja),
        format!(
            "Made by adapting {} (Statistics Bureau of Japan, e-Stat)",
            name.en
        ),
    )
}

/// The note that says whose people a figure counts, where they are a grid's.
pub(super) fn grid_note(people: &BTreeSet<Source>) -> Option<(&'static str, Wording)> {
    let grid = people
        .iter()
        .find(|source| matches!(source, Source::Grid(_)))?;
    let name = grid.wording();
    Some((
        "census",
        match people.contains(&Source::Model) {
            true => Wording::new(
                format!("一部の地区の人口は{}による", name.ja),
                format!("In some districts people are those of {}", name.en),
            ),
            false => Wording::new(
                format!("人口は{}による", name.ja),
                format!("People are those of {}", name.en),
            ),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(used: &Used) -> String {
        let known = Reference::shipped();
        let all = used.credits(&known);
        all.iter()
            .map(|credit| format!("{} | {}\n", credit.ja, credit.en))
            .collect()
    }

    #[test]
    fn credits_are_of_what_is_used_and_of_nothing_else() {
        let grid = Source::Grid("census-2020-500m".into());
        for (used, names_all, names_none) in [
            (
                Used::default(),
                &[][..],
                &["気象庁", "GeoNames", "国勢調査", "施設"][..],
            ),
            (
                Used {
                    boundaries: Prefectures::All,
                    ..Used::default()
                },
                &["気象庁", "Meteorological Agency"],
                &["GeoNames", "国勢調査", "施設"],
            ),
            (
                Used {
                    people: [Source::Model].into(),
                    ..Used::default()
                },
                &["GeoNames（CC BY 4.0）", "GeoNames (CC BY 4.0)"],
                &["気象庁", "500 mメッシュ"],
            ),
            (
                Used {
                    people: [grid.clone()].into(),
                    ..Used::default()
                },
                &[
                    "総務省統計局「令和2年国勢調査 500 mメッシュ」（e-Stat）",
                    "the 2020 census",
                ],
                &["GeoNames"],
            ),
            (
                Used {
                    people: [Source::Model, grid].into(),
                    facilities: true,
                    ..Used::default()
                },
                &["GeoNames", "500 mメッシュ", "位置参照情報", "施設の事実"],
                &["気象庁", "OpenStreetMap"],
            ),
            (
                Used {
                    facilities: true,
                    openstreetmap: true,
                    ..Used::default()
                },
                &[
                    "© OpenStreetMap contributors（ODbL）",
                    "contributors (ODbL)",
                ],
                &["気象庁"],
            ),
        ] {
            let text = names(&used);
            for name in names_all {
                assert!(text.contains(name), "{name}: {text}");
            }
            for name in names_none {
                assert!(!text.contains(name), "{name}: {text}");
            }
        }
    }
}
