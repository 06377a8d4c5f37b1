//! The search itself.

use crate::districts::Level;

use super::fold::fold;
use super::read::plain;
use super::{Area, Place, Places, Point, Postal, Sort};

/// Digits from which on a number is the beginning of a postal code: three name a town or a part of a city.
const POSTAL_DIGITS: usize = 3;

/// How deep districts are nested: prefecture, city, ward.
const DEPTH: u8 = 3;

/// How a text was found; smaller is better. Between these lie the same behind a shortened district:
/// 福岡天神 means the city's before the prefecture's.
type Match = u8;
const WHOLE: Match = 0;
const BEGINNING: Match = 3;
const MIDDLE: Match = 6;
const SHORT_CITY: Match = 1;
const SHORT_PREFECTURE: Match = 2;

/// What was found, to be put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    matched: Match,
    sort: Sort,
    /// Blocks come after towns found the same way.
    is_block: bool,
    /// Towns within it, the greatest first.
    size: std::cmp::Reverse<u32>,
    /// The size of the municipality around it.
    around: std::cmp::Reverse<u32>,
    code: u64,
    found: Found,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    District(u32),
    Quarter(u32),
    Town(u32),
}

impl Places {
    /// The best `limit` places for a text, best first; none for a text that names nothing.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Place> {
        if let Some(postal) = self.postal_codes(text) {
            let codes = postal.iter().take(limit);
            return codes
                .map(|(number, code)| self.postal(*number, code))
                .collect();
        }
        let word = fold(plain(text.trim()));
        let mut hits = self.hits(&word);
        if hits.is_empty() {
            // An address: what is behind its first number is no town's name.
            hits = up_to_number(&word).map_or(hits, |word| self.hits(word));
        }
        // Only the best are put in order; a common word has thirty thousand.
        let keep = limit.saturating_mul(4).max(1);
        if hits.len() > keep {
            hits.select_nth_unstable(keep - 1);
            // The same place may have been found behind several districts, so a few more are kept.
            hits.truncate(keep);
        }
        hits.sort_unstable();
        let mut seen = Vec::new();
        for hit in hits {
            if seen.len() == limit {
                break;
            }
            if !seen.contains(&hit.found) {
                seen.push(hit.found);
            }
        }
        seen.into_iter().map(|found| self.place(found)).collect()
    }

    /// Every place a folded word finds; some perhaps twice.
    fn hits(&self, word: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        if !word.is_empty() {
            self.within(None, word, 0, &mut hits);
            self.behind_districts(None, word, 0, DEPTH, &mut hits);
        }
        hits
    }

    /// Takes the districts a word may begin with off it, and looks for the rest in them.
    fn behind_districts(
        &self,
        around: Option<&Area>,
        word: &str,
        penalty: Match,
        depth: u8,
        hits: &mut Vec<Hit>,
    ) {
        if depth == 0 {
            return;
        }
        for area in self.districts.iter().filter(|area| lies_in(area, around)) {
            let after = |forms: &[Box<str>]| {
                let rests = forms.iter().filter_map(|form| word.strip_prefix(&**form));
                rests
                    .filter(|rest| !rest.is_empty())
                    .min_by_key(|rest| rest.len())
                    .map(plain)
            };
            let stem = || {
                let stems = area.stems.iter();
                let long: Vec<Box<str>> = stems
                    .filter(|form| form.chars().count() > 1)
                    .cloned()
                    .collect();
                let short = match area.level {
                    Level::Prefecture => SHORT_PREFECTURE,
                    _ => SHORT_CITY,
                };
                after(&long).map(|rest| (rest, short))
            };
            let Some((rest, penalty)) = after(&area.full).map(|rest| (rest, penalty)).or_else(stem)
            else {
                continue;
            };
            self.within(Some(area), rest, penalty, hits);
            self.behind_districts(Some(area), rest, penalty, depth - 1, hits);
        }
    }

    /// The districts, quarters and towns in an area whose names or readings hold the word.
    fn within(&self, around: Option<&Area>, word: &str, penalty: Match, hits: &mut Vec<Hit>) {
        let single = word.chars().nth(1).is_none();
        for (number, area) in (0..)
            .zip(&self.districts)
            .filter(|(_, area)| lies_in(area, around))
        {
            let Some(matched) =
                area_match(area, word).filter(|matched| !single || *matched < MIDDLE)
            else {
                continue;
            };
            hits.push(Hit {
                matched: matched + penalty,
                sort: sort(area.level),
                is_block: false,
                size: std::cmp::Reverse(area.towns.len() as u32),
                around: std::cmp::Reverse(0),
                code: area.number.into(),
                found: Found::District(number),
            });
        }
        let towns = self.towns.len() as u32;
        let candidates = self.index.candidates(word);
        let part = |from: u32, to: u32| {
            let place = |number| candidates.partition_point(|&candidate| candidate < number);
            &candidates[place(from)..place(to)]
        };
        let (in_towns, in_quarters) = match around {
            None => (part(0, towns), part(towns, u32::MAX)),
            Some(area) => (
                part(area.towns.start, area.towns.end),
                part(towns + area.quarters.start, towns + area.quarters.end),
            ),
        };
        for &number in in_towns.iter().chain(in_quarters) {
            let at = number as usize;
            let texts = [self.folded_names.get(at), self.folded_kana.get(at)];
            let matched = texts.iter().filter_map(|text| text_match(text, word)).min();
            let Some(matched) = matched.filter(|matched| !single || *matched < MIDDLE) else {
                continue;
            };
            let (district, first, size, is_block, found) = match number.checked_sub(towns) {
                Some(i) => {
                    let quarter = &self.quarters[i as usize];
                    (
                        quarter.district,
                        quarter.first,
                        quarter.blocks,
                        false,
                        Found::Quarter(i),
                    )
                }
                None => {
                    let town = &self.towns[at];
                    (
                        town.district,
                        number,
                        town.blocks,
                        town.quarter.is_some(),
                        Found::Town(number),
                    )
                }
            };
            hits.push(Hit {
                matched: matched + penalty,
                sort: Sort::Town,
                is_block,
                size: std::cmp::Reverse(size.into()),
                around: std::cmp::Reverse(self.districts[district as usize].towns.len() as u32),
                code: self.towns[first as usize].code,
                found,
            });
        }
    }

    /// The postal codes a text begins, if it is a postal code or the beginning of one.
    fn postal_codes(&self, text: &str) -> Option<Vec<(usize, &Postal)>> {
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

    fn place(&self, found: Found) -> Place {
        match found {
            Found::District(number) => self.district(&self.districts[number as usize]),
            Found::Town(number) => {
                let town = &self.towns[number as usize];
                let id = format!("town-{:012}", town.code);
                self.town_place(id, number as usize, town.district, town.postal, town.point)
            }
            Found::Quarter(number) => {
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
            sort: sort(area.level),
            name: area.name.to_string(),
            kana: known(&area.kana),
            en: known(&area.romaji),
            context: area.context.to_string(),
            municipality,
            ward,
            postal: None,
            position: area.label,
            bbox: Some(area.bbox),
        }
    }

    fn town_place(&self, id: String, at: usize, district: u32, postal: u32, point: Point) -> Place {
        let area = &self.districts[district as usize];
        let (municipality, ward) = area.codes();
        Place {
            id,
            sort: Sort::Town,
            name: self.names.get(at).to_owned(),
            kana: known(self.kana.get(at)),
            en: None,
            context: format!("{}{}", area.context, area.name),
            municipality,
            ward,
            postal: (postal > 0).then(|| format!("{postal:07}")),
            position: point.position(),
            bbox: None,
        }
    }

    fn postal(&self, number: usize, postal: &Postal) -> Place {
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
            sort: Sort::Postal,
            name: name.trim_end().to_owned(),
            kana: known(self.neighbourhood_kana.get(number)),
            en: None,
            context: format!("{}{}", area.context, area.name),
            municipality,
            ward,
            postal: Some(digits),
            position: postal.point.position(),
            bbox: None,
        }
    }
}

fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn sort(level: Level) -> Sort {
    match level {
        Level::Prefecture => Sort::Prefecture,
        Level::Municipality => Sort::Municipality,
        Level::Ward => Sort::Ward,
    }
}

/// Whether a district lies in another; everything lies in `None`.
fn lies_in(area: &Area, around: Option<&Area>) -> bool {
    around.is_none_or(|around| match around.level {
        Level::Prefecture => area.level != Level::Prefecture && area.number / 1000 == around.number,
        Level::Municipality => area
            .parent
            .is_some_and(|city| city.number() == around.number),
        Level::Ward => false,
    })
}

/// How a district's ways to be written hold the word. 渋谷 is the whole of 渋谷区 to anybody asking.
fn area_match(area: &Area, word: &str) -> Option<Match> {
    if area.stems.iter().any(|stem| **stem == *word) {
        return Some(WHOLE);
    }
    area.full
        .iter()
        .filter_map(|full| text_match(full, word))
        .min()
}

fn text_match(text: &str, word: &str) -> Option<Match> {
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

/// The part of an address that ends with its first number, if more follows.
fn up_to_number(word: &str) -> Option<&str> {
    let is_numeral = |c: char| "〇一二三四五六七八九十百".contains(c);
    let first = word.char_indices().skip(1).find(|(_, c)| is_numeral(*c))?.0;
    let end = word[first..].find(|c| !is_numeral(c))? + first;
    Some(&word[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
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
            let places = Places::read(&towns, postal, &districts()).unwrap();
            let word = fold(&word);
            let mut hits = Vec::new();
            places.within(None, &word, 0, &mut hits);
            let single = word.chars().count() == 1;
            let holds = |name: &String| {
                let name = fold(name);
                if single { name.starts_with(&word) } else { name.contains(&word) }
            };
            let all = (0..).zip(&names);
            let expected: Vec<Found> = all.filter(|(_, name)| holds(name)).map(|(i, _)| Found::Town(i)).collect();
            let mut found: Vec<Found> = hits.iter().map(|hit| hit.found).collect();
            found.retain(|found| matches!(found, Found::Town(_)));
            prop_assert_eq!(found, expected);
        }
    }
}
