//! Finds districts, towns, quarters and postal codes by a folded word.

use std::cmp::Reverse;
use std::ops::Range;

use crate::districts::Level;

use super::read::plain;
use super::romaji::hepburn;
use super::{Area, Entry, Place, PlaceKind, Places, Point, PostalCode, Quarter};

/// Digits from which on a number is the beginning of a postal code: three name a town or a part of a city.
const POSTAL_DIGITS: usize = 3;

/// How deep districts are nested: prefecture, city, ward.
pub(super) const DEPTH: u8 = 3;

/// How well a name matches; smaller is better. The values between are for a match behind a shortened
/// district: 福岡天神 means the city's before the prefecture's.
pub(super) type MatchQuality = u8;
pub(super) const WHOLE: MatchQuality = 0;
pub(super) const BEGINNING: MatchQuality = 3;
pub(super) const MIDDLE: MatchQuality = 6;
pub(super) const SHORT_CITY: MatchQuality = 1;
pub(super) const SHORT_PREFECTURE: MatchQuality = 2;

/// A place that matches, ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) quality: MatchQuality,
    pub(super) kind: PlaceKind,
    /// Blocks come after towns found the same way.
    is_block: bool,
    /// Towns within it, or lines that meet there: the greatest first.
    size: Reverse<u32>,
    /// The size of the municipality around it.
    around: Reverse<u32>,
    code: u64,
    pub(super) key: PlaceKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PlaceKey {
    District(u32),
    Quarter(u32),
    Town(u32),
    Stop(u32),
}

/// The part of Japan to search.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// In this district; everywhere if none.
    pub(super) around: Option<&'a Area>,
    /// Only in the municipalities of this county and their towns, as `latin_county` has it.
    pub(super) county: Option<&'a str>,
    /// The penalty for a shortened district in front of the word.
    pub(super) penalty: MatchQuality,
    /// With so many good matches, weaker ones are not searched for.
    pub(super) limit: usize,
}

impl Hit {
    /// A hit on something that has no towns in it.
    pub(super) fn new(
        quality: MatchQuality,
        kind: PlaceKind,
        around: usize,
        code: u64,
        key: PlaceKey,
    ) -> Hit {
        Hit {
            quality,
            kind,
            is_block: false,
            size: Reverse(0),
            around: Reverse(around as u32),
            code,
            key,
        }
    }

    /// The hit as if only the beginning matched.
    pub(super) fn worse(self) -> Hit {
        Hit {
            quality: self.quality.max(BEGINNING),
            ..self
        }
    }

    /// The hit on a place of this size.
    pub(super) fn sized(self, size: usize) -> Hit {
        Hit {
            size: Reverse(size as u32),
            ..self
        }
    }
}

impl Scope<'_> {
    pub(super) fn holds(&self, area: &Area) -> bool {
        self.is_of_county(area)
            && self.around.is_none_or(|around| match around.level {
                Level::Prefecture => {
                    area.level != Level::Prefecture && area.number / 1000 == around.number
                }
                Level::Municipality => area
                    .parent
                    .is_some_and(|city| city.number() == around.number),
                Level::Ward => false,
            })
    }

    pub(super) fn is_of_county(&self, area: &Area) -> bool {
        self.county
            .is_none_or(|county| *area.latin_county == *county)
    }
}

impl Places {
    /// The places a folded word finds, the best `limit` among them; some perhaps twice.
    pub(super) fn hits(&self, word: &str, limit: usize) -> Vec<Hit> {
        let mut hits = Vec::new();
        if !word.is_empty() {
            let scope = Scope {
                around: None,
                county: None,
                penalty: 0,
                limit,
            };
            self.within(scope, word, &mut hits);
            self.behind_districts(scope, word, DEPTH, &mut hits);
        }
        hits
    }

    /// Removes a district's name from the front of the word and searches for the rest in that district.
    fn behind_districts(&self, scope: Scope<'_>, word: &str, depth: u8, hits: &mut Vec<Hit>) {
        if depth == 0 {
            return;
        }
        for area in self.districts.iter().filter(|area| scope.holds(area)) {
            let after = |form: &str| word.strip_prefix(form).filter(|rest| !rest.is_empty());
            let full = area.full.iter().filter_map(|form| after(form));
            let short = area.stems.iter().filter_map(|form| {
                // A word that begins with 津 or 光 nearly always means something else.
                let long = form.chars().nth(1).is_some();
                after(form).filter(|_| long)
            });
            let shortest = |rest: &&str| rest.len();
            let found = full.min_by_key(shortest).map(|rest| (rest, scope.penalty));
            let shortened = match area.level {
                Level::Prefecture => SHORT_PREFECTURE,
                _ => SHORT_CITY,
            };
            let found = found.or_else(|| Some((short.min_by_key(shortest)?, shortened)));
            if let Some((rest, penalty)) = found {
                let inner = Scope {
                    around: Some(area),
                    penalty,
                    ..scope
                };
                self.within(inner, plain(rest), hits);
                self.behind_districts(inner, plain(rest), depth - 1, hits);
            }
        }
    }

    /// The districts, quarters and towns of a scope whose names or readings contain the word.
    ///
    /// Names with the word in their middle come last. They are searched for only if too few begin with it,
    /// and never for a single character, which half of Japan's names contain.
    fn within(&self, scope: Scope<'_>, word: &str, hits: &mut Vec<Hit>) {
        let single = word.chars().nth(1).is_none();
        let enough = hits.len().saturating_add(scope.limit);
        let in_scope = |(_, area): &(u32, &Area)| scope.holds(area);
        for (number, area) in (0..).zip(&self.districts).filter(in_scope) {
            let quality = area_match(area, word);
            if let Some(quality) = quality.filter(|quality| !single || *quality < MIDDLE) {
                hits.push(self.district_hit(number, quality + scope.penalty));
            }
        }
        let begins = |text: &str| {
            let whole = if text.len() == word.len() {
                WHOLE
            } else {
                BEGINNING
            };
            text.starts_with(word).then_some(whole)
        };
        self.towns_among(self.index.beginning(word), scope, begins, hits);
        if hits.len() < enough && !single {
            let holds = |text: &str| text_match(text, word);
            let seen = |number: u32| {
                let texts = [
                    self.folded_names.get(number as usize),
                    self.folded_kana.get(number as usize),
                ];
                texts.iter().any(|text| text.starts_with(word))
            };
            let rest: Vec<u32> = self
                .index
                .holding(word)
                .iter()
                .copied()
                .filter(|&number| !seen(number))
                .collect();
            self.towns_among(&rest, scope, holds, hits);
        }
    }

    /// The candidates that lie in a scope and match. Their numbers must ascend.
    fn towns_among(
        &self,
        candidates: &[u32],
        scope: Scope<'_>,
        matches: impl Fn(&str) -> Option<MatchQuality>,
        hits: &mut Vec<Hit>,
    ) {
        let towns = self.towns.len() as u32;
        let part = |range: Range<u32>| {
            let place = |number| candidates.partition_point(|&candidate| candidate < number);
            &candidates[place(range.start)..place(range.end)]
        };
        let (in_towns, in_quarters) = match scope.around {
            None => (part(0..towns), part(towns..u32::MAX)),
            Some(Area {
                towns: t,
                quarters: q,
                ..
            }) => (part(t.clone()), part(towns + q.start..towns + q.end)),
        };
        for &number in in_towns.iter().chain(in_quarters) {
            let texts =
                [&self.folded_names, &self.folded_kana].map(|texts| texts.get(number as usize));
            let Some(quality) = texts.into_iter().filter_map(&matches).min() else {
                continue;
            };
            hits.push(self.town_hit(number, quality + scope.penalty));
        }
    }

    /// A hit on a district.
    pub(super) fn district_hit(&self, number: u32, quality: MatchQuality) -> Hit {
        let area = &self.districts[number as usize];
        Hit {
            size: Reverse(area.towns.len() as u32),
            ..Hit::new(
                quality,
                kind(area.level),
                0,
                area.number.into(),
                PlaceKey::District(number),
            )
        }
    }

    /// A hit on a town or, numbered behind them, a quarter.
    pub(super) fn town_hit(&self, number: u32, quality: MatchQuality) -> Hit {
        let (district, first, blocks, key) = match number.checked_sub(self.towns.len() as u32) {
            Some(i) => {
                let Quarter {
                    district,
                    first,
                    blocks,
                    ..
                } = self.quarters[i as usize];
                (district, first, blocks, PlaceKey::Quarter(i))
            }
            None => {
                let Entry {
                    district, blocks, ..
                } = self.towns[number as usize];
                (district, number, blocks, PlaceKey::Town(number))
            }
        };
        let town = &self.towns[first as usize];
        Hit {
            quality,
            kind: PlaceKind::Town,
            is_block: matches!(key, PlaceKey::Town(_)) && town.quarter.is_some(),
            size: Reverse(blocks.into()),
            around: Reverse(self.districts[district as usize].towns.len() as u32),
            code: town.code,
            key,
        }
    }

    /// The postal codes that begin with the text; `None` for any other text.
    pub(super) fn postal_codes(&self, text: &str) -> Option<Vec<(usize, &PostalCode)>> {
        use unicode_normalization::UnicodeNormalization;
        let plain = text
            .nfkc()
            .filter(|c| !c.is_whitespace() && !matches!(c, '〒' | '-' | '‐'..='―' | '−' | 'ー'));
        let digits: String = plain.take(8).collect();
        let is_code = (POSTAL_DIGITS..=7).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit());
        let first: u32 = digits.parse().ok().filter(|_| is_code)?;
        let unit = 10u32.pow(7 - digits.len() as u32);
        let (low, high) = (first * unit, (first + 1) * unit);
        let start = self.postal.partition_point(|postal| postal.code < low);
        let codes = self.postal[start..]
            .iter()
            .take_while(|postal| postal.code < high);
        Some(
            codes
                .enumerate()
                .map(|(i, postal)| (start + i, postal))
                .collect(),
        )
    }

    pub(super) fn place(&self, found: PlaceKey) -> Place {
        match found {
            PlaceKey::District(number) => self.district(&self.districts[number as usize]),
            PlaceKey::Stop(number) => self.stop_place(number),
            PlaceKey::Town(number) => {
                let town = &self.towns[number as usize];
                let id = format!("town-{:012}", town.code);
                self.town_place(id, number as usize, town.district, town.postal, town.point)
            }
            PlaceKey::Quarter(number) => {
                let quarter = &self.quarters[number as usize];
                let id = format!("quarter-{:012}", self.towns[quarter.first as usize].code);
                let at = self.towns.len() + number as usize;
                let ([west, south], [east, north]) =
                    (quarter.low.degrees(), quarter.high.degrees());
                Place {
                    bbox: Some([west, south, east, north]),
                    ..self.town_place(id, at, quarter.district, quarter.postal, quarter.point)
                }
            }
        }
    }

    fn district(&self, area: &Area) -> Place {
        let (municipality, ward) = area.codes();
        let digits = if area.level == Level::Prefecture {
            2
        } else {
            5
        };
        Place {
            id: format!("district-{:0digits$}", area.number),
            kind: kind(area.level),
            name: area.name.to_string(),
            kana: known(&area.kana),
            en: known(&area.romaji),
            context: area.context.to_string(),
            context_en: self.context_en(area),
            municipality,
            ward,
            postal: None,
            position: area.label,
            bbox: Some(area.bbox),
            former: None,
            lines: Vec::new(),
            guess: false,
            dropped: None,
        }
    }

    fn town_place(&self, id: String, at: usize, district: u32, postal: u32, point: Point) -> Place {
        let area = &self.districts[district as usize];
        let (municipality, ward) = area.codes();
        Place {
            id,
            kind: PlaceKind::Town,
            name: self.names.get(at).to_owned(),
            kana: known(self.kana.get(at)),
            en: hepburn(self.kana.get(at), self.names.get(at)),
            context: area.named(),
            context_en: self.named_en(area),
            municipality,
            ward,
            postal: (postal > 0).then(|| format!("{postal:07}")),
            position: point.position(),
            bbox: None,
            former: None,
            lines: Vec::new(),
            guess: false,
            dropped: None,
        }
    }

    pub(super) fn postal(&self, number: usize, postal: &PostalCode) -> Place {
        let area = &self.districts[postal.district as usize];
        let (municipality, ward) = area.codes();
        let digits = format!("{:07}", postal.code);
        let name = format!(
            "〒{}-{} {}",
            &digits[..3],
            &digits[3..],
            self.neighbourhoods.get(number)
        );
        Place {
            id: format!("postal-{digits}"),
            kind: PlaceKind::PostalCode,
            name: name.trim_end().to_owned(),
            kana: known(self.neighbourhood_kana.get(number)),
            en: Some(format!("{}-{}", &digits[..3], &digits[3..])),
            context: area.named(),
            context_en: self.named_en(area),
            municipality,
            ward,
            postal: Some(digits),
            position: postal.point.position(),
            bbox: None,
            former: None,
            lines: Vec::new(),
            guess: false,
            dropped: None,
        }
    }
}

fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn kind(level: Level) -> PlaceKind {
    match level {
        Level::Prefecture => PlaceKind::Prefecture,
        Level::Municipality => PlaceKind::Municipality,
        Level::Ward => PlaceKind::Ward,
    }
}

/// How a district's ways to be written hold the word. 渋谷 is the whole of 渋谷区 to anybody asking.
fn area_match(area: &Area, word: &str) -> Option<MatchQuality> {
    if area.stems.iter().any(|stem| **stem == *word) {
        return Some(WHOLE);
    }
    if area.county.iter().any(|county| **county == *word) {
        return Some(WHOLE);
    }
    area.full
        .iter()
        .filter_map(|full| text_match(full, word))
        .min()
}

fn text_match(text: &str, word: &str) -> Option<MatchQuality> {
    // Windows instead of `contains`: on texts this short its preparation costs more than the search.
    let (text, word) = (text.as_bytes(), word.as_bytes());
    if text.starts_with(word) {
        return Some(if text.len() == word.len() {
            WHOLE
        } else {
            BEGINNING
        });
    }
    text.windows(word.len())
        .any(|part| part == word)
        .then_some(MIDDLE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::places::fold;
    use crate::places::tests::districts;

    proptest! {
        #[test]
        fn the_index_finds_what_going_through_all_names_finds(
            names in prop::collection::btree_set("[渋谷道玄坂三]{1,4}(一丁目|二丁目|十一丁目)?", 1..25),
            word in "[渋谷道玄坂三一二]{1,4}",
        ) {
            let row = |(i, name): (usize, &String)| format!("13113{i:07},{name},,,35.6,139.7\n");
            let rows: String = names.iter().enumerate().map(row).collect();
            let towns = format!("code,name,kana,postal,lat,lon\n{rows}");
            let postal = "postal,code5,neighborhood,kana,lat,lon,precision\n";
            let places = Places::read(towns.as_bytes(), postal.as_bytes(), &districts()).unwrap();
            let word = fold(&word);
            let mut hits = Vec::new();
            let everywhere = Scope { around: None, county: None, penalty: 0, limit: usize::MAX };
            places.within(everywhere, &word, &mut hits);
            let single = word.chars().count() == 1;
            let holds = |name: &String| {
                let name = fold(name);
                if single { name.starts_with(&word) } else { name.contains(&word) }
            };
            let all = (0..).zip(&names);
            let expected: Vec<PlaceKey> = all.filter(|(_, name)| holds(name)).map(|(i, _)| PlaceKey::Town(i)).collect();
            let mut found: Vec<PlaceKey> = hits.iter().map(|hit| hit.key).collect();
            found.retain(|found| matches!(found, PlaceKey::Town(_)));
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
