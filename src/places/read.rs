//! Reads the lists of towns and postal codes and indexes them.

use std::collections::HashMap;
use std::io::Read;
use std::sync::OnceLock;

use crate::districts::{District, Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

use super::bigrams::Bigrams;
use super::fold::fold;
use super::latin::Readings;
use super::romaji::latin;
use super::{Area, Entry, Places, Point, PostalCode, Quarter, Texts};

/// A list that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{list}, line {line}: {reason}")]
pub struct Unreadable {
    /// `towns` or `postal codes`.
    pub list: &'static str,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

impl Places {
    /// Reads `code,name,kana,postal,lat,lon` and `postal,code5,neighborhood,kana,lat,lon,precision`,
    /// both in order of their first column. A code unknown to `districts`, as with boundaries of another
    /// year, is replaced by the district at or nearest to the point.
    pub fn read(
        towns: impl Read,
        postal: impl Read,
        districts: &Districts,
    ) -> Result<Places, Unreadable> {
        let mut areas: Vec<Area> = [Level::Prefecture, Level::Municipality, Level::Ward]
            .into_iter()
            .flat_map(|level| {
                districts
                    .of(level)
                    .map(|district| area(district, districts))
            })
            .collect();
        let codes = DistrictCodes::new(&areas, districts);
        let mut towns = TownList::read(towns, &codes)?;
        let quarters = quarters(&mut towns.entries, &mut towns.names, &mut towns.kana);
        assign_towns(&mut areas, &towns.entries, &quarters, districts);
        let postal = PostalList::read(postal, &codes)?;
        towns.names.shrink_to_fit();
        towns.kana.shrink_to_fit();
        let mut places = Places {
            districts: areas,
            towns: towns.entries,
            quarters,
            names: towns.names,
            kana: towns.kana,
            folded_names: Texts::default(),
            folded_kana: Texts::default(),
            index: Bigrams::build(std::iter::empty()),
            readings: Readings::default(),
            postal: postal.codes,
            neighbourhoods: postal.names,
            neighbourhood_kana: postal.kana,
            former: Vec::new(),
            stops: super::stops::Stops::default(),
            grid: OnceLock::new(),
            weights: super::rank::Weights::default(),
        };
        places.fold();
        places.readings = Readings::of(&places);
        Ok(places)
    }

    /// Folds names and readings, and indexes them.
    fn fold(&mut self) {
        let mut last: (String, String) = Default::default();
        for i in 0..self.names.ends.len() {
            let name = self.names.get(i);
            self.folded_names.push(&fold(plain(name)));
            // Blocks share a reading; it is followed by the block, so that the quarter alone matches it whole.
            let kana = self.kana.get(i);
            if kana != last.0 {
                last = (kana.to_owned(), fold(kana));
            }
            let block = self
                .towns
                .get(i)
                .and_then(|town| town.quarter)
                .and_then(|_| block(name));
            match block.filter(|_| !kana.is_empty()) {
                Some((_, block)) => self.folded_kana.push(&format!("{}{}", last.1, fold(block))),
                None => self.folded_kana.push(&last.1),
            }
        }
        self.folded_names.shrink_to_fit();
        self.folded_kana.shrink_to_fit();
        let texts = (0..self.names.ends.len()).flat_map(|i| {
            [&self.folded_names, &self.folded_kana].map(|texts| (i as u32, texts.get(i)))
        });
        self.index = Bigrams::build(texts);
    }
}

/// Numbers of municipalities and wards by their codes.
struct DistrictCodes<'a> {
    by_code: HashMap<u32, u32>,
    districts: &'a Districts,
}

impl<'a> DistrictCodes<'a> {
    fn new(areas: &[Area], districts: &'a Districts) -> DistrictCodes<'a> {
        let numbers = areas
            .iter()
            .zip(0..)
            .filter(|(area, _)| area.level != Level::Prefecture);
        DistrictCodes {
            by_code: numbers.map(|(area, i)| (area.number, i)).collect(),
            districts,
        }
    }

    /// The district of a code, or for an unknown code the one at or nearest to the point.
    fn find(&self, code: u32, at: Point) -> Option<u32> {
        let known = self.by_code.get(&code);
        known.copied().or_else(|| {
            let found = self.districts.at_or_nearest(at.position())?;
            let code = &found.ward.unwrap_or(found.municipality).code;
            self.by_code.get(&code.parse().ok()?).copied()
        })
    }
}

/// The list of towns as read.
#[derive(Default)]
struct TownList {
    entries: Vec<Entry>,
    names: Texts,
    kana: Texts,
}

impl TownList {
    fn read(text: impl Read, codes: &DistrictCodes<'_>) -> Result<TownList, Unreadable> {
        let mut list = TownList::default();
        rows("towns", text, &TOWNS, |cells| list.push(cells, codes))?;
        list.entries.shrink_to_fit();
        Ok(list)
    }

    fn push(
        &mut self,
        [code, name, reading, postal, lat, lon]: [&str; 6],
        codes: &DistrictCodes<'_>,
    ) -> Result<(), String> {
        let number: u64 = code
            .parse()
            .ok()
            .filter(|_| code.len() == 12)
            .ok_or("no code of 12 digits")?;
        if self.entries.last().is_some_and(|last| last.code >= number) {
            return Err("not in order of code".to_owned());
        }
        self.names.push(name);
        self.kana.push(reading);
        let point = point(lon, lat)?;
        self.entries.push(Entry {
            code: number,
            district: codes
                .find((number / 10_000_000) as u32, point)
                .ok_or("in no known district")?,
            postal: if postal.is_empty() {
                0
            } else {
                postal.parse().map_err(|_| "no postal code")?
            },
            point,
            quarter: None,
            blocks: 1,
        });
        Ok(())
    }
}

/// The list of postal codes as read.
#[derive(Default)]
struct PostalList {
    codes: Vec<PostalCode>,
    names: Texts,
    kana: Texts,
}

impl PostalList {
    fn read(text: impl Read, codes: &DistrictCodes<'_>) -> Result<PostalList, Unreadable> {
        let mut list = PostalList::default();
        rows("postal codes", text, &POSTAL, |cells| {
            list.push(cells, codes)
        })?;
        list.codes.shrink_to_fit();
        list.names.shrink_to_fit();
        list.kana.shrink_to_fit();
        Ok(list)
    }

    fn push(
        &mut self,
        [code, district, name, reading, lat, lon, _]: [&str; 7],
        codes: &DistrictCodes<'_>,
    ) -> Result<(), String> {
        let number = code
            .parse()
            .ok()
            .filter(|_| code.len() == 7)
            .ok_or("no code of 7 digits")?;
        if self.codes.last().is_some_and(|last| last.code >= number) {
            return Err("not in order of code".to_owned());
        }
        self.names.push(name);
        self.kana.push(reading);
        let point = point(lon, lat)?;
        let district = district.parse().ok();
        let district = district.and_then(|code| codes.find(code, point));
        self.codes.push(PostalCode {
            code: number,
            district: district.ok_or("in no known district")?,
            point,
        });
        Ok(())
    }
}

/// Gives each district the ranges of its towns and quarters.
fn assign_towns(areas: &mut [Area], towns: &[Entry], quarters: &[Quarter], districts: &Districts) {
    for area in areas {
        let (low, high) = match area.level {
            Level::Prefecture => (area.number * 1000, area.number * 1000 + 1000),
            _ => (area.number, last_code(area, districts) + 1),
        };
        let code = |town: &Entry| (town.code / 10_000_000) as u32;
        let start = towns.partition_point(|town| code(town) < low) as u32;
        let end = towns.partition_point(|town| code(town) < high) as u32;
        area.towns = start..end;
        let place = |first| quarters.partition_point(|quarter| quarter.first < first) as u32;
        area.quarters = place(start)..place(end);
    }
}

const TOWNS: [&str; 6] = ["code", "name", "kana", "postal", "lat", "lon"];
const POSTAL: [&str; 7] = [
    "postal",
    "code5",
    "neighborhood",
    "kana",
    "lat",
    "lon",
    "precision",
];

/// Reads a list whose first line names its columns, row by row.
pub(super) fn rows<const N: usize>(
    list: &'static str,
    text: impl Read,
    columns: &[&str; N],
    mut row: impl FnMut([&str; N]) -> Result<(), String>,
) -> Result<(), Unreadable> {
    let mut reader = csv::Reader::from_reader(text);
    let unreadable = |line, reason| Unreadable { list, line, reason };
    let headers = reader.headers().map_err(|e| unreadable(1, e.to_string()))?;
    if headers.iter().ne(columns.iter().copied()) {
        return Err(unreadable(
            1,
            format!("its columns are not {}", columns.join(",")),
        ));
    }
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(true) => row(std::array::from_fn(|i| &record[i]))
                .map_err(|reason| unreadable(line, reason))?,
            Ok(false) => return Ok(()),
            Err(e) => return Err(unreadable(line, e.to_string())),
        }
    }
}

fn point(lon: &str, lat: &str) -> Result<Point, String> {
    let degrees = |text: &str| {
        text.parse::<f64>()
            .map_err(|_| format!("“{text}” is no number"))
    };
    let position = Position::new(degrees(lon)?, degrees(lat)?).map_err(|e| e.to_string())?;
    Ok(Point::of(position))
}

/// Finds the towns of several blocks, adds their names and marks the blocks.
fn quarters(towns: &mut [Entry], names: &mut Texts, kana: &mut Texts) -> Vec<Quarter> {
    // A list in order takes a fraction of the memory of a table of lists.
    let mut members: Vec<(u32, &str, u32)> = (0..)
        .zip(&*towns)
        .map(|(i, town)| {
            let name = names.get(i as usize);
            let base = block(name).map_or(name, |(base, _)| base);
            (town.district, base, i)
        })
        .collect();
    members.sort_unstable();
    let mut found: Vec<(Vec<u32>, String)> = members
        .chunk_by(|one, other| (one.0, one.1) == (other.0, other.1))
        .filter(|members| members.len() > 1)
        .map(|members| {
            let numbers = members.iter().map(|(_, _, number)| *number);
            (numbers.collect(), members[0].1.to_owned())
        })
        .collect();
    found.sort_unstable();

    let mut quarters = Vec::new();
    for (members, base) in found {
        let blocks = members.len() as u16;
        // Where 道玄坂 is itself in the list beside 道玄坂一丁目, it stands for the quarter.
        if let Some(&whole) = members.iter().find(|&&i| names.get(i as usize) == base) {
            towns[whole as usize].blocks = blocks;
            continue;
        }
        let number = quarters.len() as u32;
        members
            .iter()
            .for_each(|&i| towns[i as usize].quarter = Some(number));
        let blocks: Vec<&Entry> = members.iter().map(|&i| &towns[i as usize]).collect();
        quarters.push(quarter(members[0], &blocks));
        names.push(&base);
        let reading = members
            .iter()
            .map(|&i| kana.get(i as usize))
            .find(|kana| !kana.is_empty());
        let reading = reading.unwrap_or_default().to_owned();
        kana.push(&reading);
    }
    quarters
}

/// The quarter of some blocks; its point is the block's nearest to their middle.
fn quarter(first: u32, blocks: &[&Entry]) -> Quarter {
    let points = || blocks.iter().map(|block| block.point);
    let middle = |axis: fn(Point) -> i32| {
        points().map(|p| i64::from(axis(p))).sum::<i64>() / blocks.len() as i64
    };
    let (lon, lat) = (middle(|p| p.lon), middle(|p| p.lat));
    let away = |p: &Point| (i64::from(p.lon) - lon).pow(2) + (i64::from(p.lat) - lat).pow(2);
    let corner = |pick: fn(i32, i32) -> i32| {
        points().reduce(|a, b| Point {
            lon: pick(a.lon, b.lon),
            lat: pick(a.lat, b.lat),
        })
    };
    let several = "a quarter has blocks";
    let postal = blocks[0].postal;
    Quarter {
        first,
        district: blocks[0].district,
        postal: if blocks.iter().all(|block| block.postal == postal) {
            postal
        } else {
            0
        },
        point: points().min_by_key(away).expect(several),
        low: corner(i32::min).expect(several),
        high: corner(i32::max).expect(several),
        blocks: blocks.len() as u16,
    }
}

/// A name ending in 一丁目 as what is before it and 一丁目.
pub(super) fn block(name: &str) -> Option<(&str, &str)> {
    let before = name.strip_suffix("丁目")?;
    let base = before.trim_end_matches(|c| "〇一二三四五六七八九十百".contains(c));
    (!base.is_empty() && base.len() < before.len()).then(|| name.split_at(base.len()))
}

/// A name without the 大字 or 字 that people leave out.
pub(super) fn plain(name: &str) -> &str {
    let rest = name
        .strip_prefix("大字")
        .or_else(|| name.strip_prefix('字'));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
}

fn area(district: &District, districts: &Districts) -> Area {
    let city = district
        .parent
        .and_then(|city| districts.municipality(city));
    let context = match (district.level, city) {
        (Level::Prefecture, _) => String::new(),
        (_, None) => district.prefecture.to_string(),
        (_, Some(city)) => format!("{}{}", district.prefecture, city.name),
    };
    let [west, south, east, north] = district.shape.bounds();
    let label = Position::new(district.label[0], district.label[1])
        .or_else(|_| Position::new((west + east) / 2.0, (south + north) / 2.0))
        .expect("a district of Japan");
    let romaji_stem = district.romaji.rsplit_once('-').map(|(stem, _)| stem);
    let name_stem = name_stem(&district.name);
    let kana_stem = name_stem.and_then(|_| kana_stem(&district.kana));
    let folded = |texts: &[Option<&str>]| {
        let folded = texts
            .iter()
            .flatten()
            .map(|text| fold(text).into_boxed_str());
        folded.filter(|text| !text.is_empty()).collect()
    };
    let read_so = |texts: &[Option<&str>]| {
        let mut forms: Vec<Box<str>> = texts
            .iter()
            .flatten()
            .map(|text| latin(text).into())
            .collect();
        forms.retain(|form| !form.is_empty());
        forms.dedup();
        forms
    };
    Area {
        number: district.code.parse().expect("a district's code is digits"),
        level: district.level,
        name: district.name.clone(),
        kana: district.kana.clone(),
        romaji: district.romaji.clone(),
        context: context.into(),
        parent: district.parent,
        label,
        bbox: [west, south, east, north],
        full: folded(&[
            Some(&district.name),
            Some(&district.kana),
            Some(&district.romaji),
        ]),
        stems: folded(&[name_stem, kana_stem, romaji_stem]),
        latin_full: read_so(&[Some(&district.romaji), Some(&district.kana)]),
        latin_stems: read_so(&[romaji_stem, kana_stem]),
        county: Vec::new(),
        latin_county: "".into(),
        towns: 0..0,
        quarters: 0..0,
    }
}

/// 渋谷 of 渋谷区. Of one character nothing is left that people would call it by, but 津 is 津市.
fn name_stem(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(['都', '府', '県', '市', '区', '町', '村'])?;
    (!stem.is_empty() && name != "京都").then_some(stem)
}

fn kana_stem(kana: &str) -> Option<&str> {
    let endings = [
        "けん",
        "し",
        "く",
        "ちょう",
        "まち",
        "むら",
        "そん",
        "と",
        "ふ",
    ];
    endings
        .iter()
        .find_map(|ending| kana.strip_suffix(ending))
        .filter(|stem| !stem.is_empty())
}

/// The largest code whose towns lie in it: a designated city's towns carry their wards' codes, those
/// that its wards have now or had, which stand before the next municipality's.
fn last_code(area: &Area, districts: &Districts) -> u32 {
    let city = (area.level == Level::Municipality).then(|| area.code());
    let has_wards = |district: &District| city.is_some() && district.parent == city;
    if !districts.of(Level::Ward).any(has_wards) {
        return area.number;
    }
    let others = districts.of(Level::Municipality);
    let codes = others.filter_map(|other| MunicipalityCode::new(&other.code).ok());
    let next = codes
        .map(MunicipalityCode::number)
        .filter(|code| *code > area.number);
    next.min()
        .map_or(area.number / 1000 * 1000 + 999, |next| next - 1)
}
