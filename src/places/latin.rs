//! Places in Latin letters: Dogenzaka, Shinjuku 3-chome, Tenjin, Fukuoka.
//!
//! All spellings of a reading share one loose form (see [`romaji`](super::romaji)): どうげんざか,
//! Dōgenzaka and Dougenzaka are `dogenzaka`. The forms are stored once each in alphabetical order, with
//! the towns that have the reading.
//!
//! Latin text has spaces between words, and the wider district stands on either side.

use std::ops::Range;

use memchr::memmem;
use unicode_normalization::UnicodeNormalization;

use crate::districts::Level;

use super::fold::fold;
use super::romaji::{latin, loose};
use super::search::{
    BEGINNING, DEPTH, Hit, MIDDLE, MatchQuality, SHORT_CITY, SHORT_PREFECTURE, Scope, WHOLE,
};
use super::{Area, Places, Texts, read};

/// Shorter words match only the beginning of a name.
const LEAST_MIDDLE: usize = 4;
/// No name has more words.
const MOST_WORDS: usize = 8;
/// Separates the forms.
const NEXT: char = '\n';

/// The readings of towns and quarters in Latin letters.
#[derive(Default)]
pub(super) struct Readings {
    /// Every form once, in order.
    all: String,
    /// Where each begins, and the end.
    starts: Vec<u32>,
    /// Where each form's numbers begin, and the end.
    groups: Vec<u32>,
    /// Numbers of towns, and of quarters behind them.
    numbers: Vec<u32>,
}

impl Readings {
    pub(super) fn of(places: &Places) -> Readings {
        let mut last = (String::new(), String::new());
        let mut written = Texts::default();
        let mut named = Vec::new();
        for number in 0..places.names.ends.len() {
            let kana = places.kana.get(number);
            if kana.is_empty() {
                continue;
            }
            if kana != last.0 {
                last = (kana.to_owned(), latin(kana));
            }
            let mut form = last.1.clone();
            let town = places.towns.get(number);
            if town.is_some_and(|town| town.quarter.is_some())
                && let Some((_, block)) = read::block(places.names.get(number))
            {
                form.push_str(&fold(block));
            }
            written.push(&form);
            named.push(number as u32);
        }
        let forms = (0..)
            .zip(&named)
            .map(|(i, number)| (written.get(i), *number));
        let mut forms: Vec<(&str, u32)> = forms.collect();
        forms.sort_unstable();
        let mut readings = Readings::default();
        for (i, (form, number)) in forms.iter().enumerate() {
            if i == 0 || forms[i - 1].0 != *form {
                readings.starts.push(readings.all.len() as u32);
                readings.groups.push(i as u32);
                readings.all.push_str(form);
                readings.all.push(NEXT);
            }
            readings.numbers.push(*number);
        }
        readings.starts.push(readings.all.len() as u32);
        readings.groups.push(forms.len() as u32);
        readings.all.shrink_to_fit();
        readings.starts.shrink_to_fit();
        readings.groups.shrink_to_fit();
        readings.numbers.shrink_to_fit();
        readings
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(super) fn form(&self, i: usize) -> &str {
        let end = self.starts[i + 1] as usize - NEXT.len_utf8();
        &self.all[self.starts[i] as usize..end]
    }

    pub(super) fn numbers(&self, i: usize) -> &[u32] {
        &self.numbers[self.groups[i] as usize..self.groups[i + 1] as usize]
    }

    /// The forms that begin with a word.
    pub(super) fn beginning(&self, word: &str) -> Range<usize> {
        let place = |is_before: &dyn Fn(&str) -> bool| {
            let (mut low, mut high) = (0, self.len());
            while low < high {
                let middle = (low + high) / 2;
                if is_before(self.form(middle)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        let start = place(&|form| form < word);
        let end = place(&|form| form < word || form.starts_with(word));
        start..end
    }

    /// The forms that end with some letters.
    pub(super) fn ending(&self, letters: &str) -> Vec<usize> {
        let pattern = format!("{letters}{NEXT}");
        let ends = memmem::find_iter(self.all.as_bytes(), pattern.as_bytes());
        ends.map(|at| self.starts.partition_point(|start| *start as usize <= at) - 1)
            .collect()
    }

    /// The forms that hold a word somewhere behind their beginning.
    fn holding(&self, word: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for at in memmem::find_iter(self.all.as_bytes(), word.as_bytes()) {
            let i = self.starts.partition_point(|start| *start as usize <= at) - 1;
            if self.starts[i] as usize != at && found.last() != Some(&i) {
                found.push(i);
            }
        }
        found
    }
}

impl Places {
    /// What a text in Latin letters finds; nothing for any other.
    pub(super) fn latin_hits(&self, text: &str, limit: usize) -> Vec<Hit> {
        let Some(asked) = LatinQuery::of(text) else {
            return Vec::new();
        };
        let found = asked.ways().into_iter().map(|words| {
            let mut hits = Vec::new();
            let scope = Scope {
                around: None,
                county: None,
                penalty: 0,
                limit,
            };
            self.latin_within(scope, &words, asked.block.as_deref(), DEPTH, &mut hits);
            hits
        });
        let found = found.filter_map(|hits| Some((hits.iter().min()?.quality, hits)));
        // Of equally good ones the first.
        found
            .min_by_key(|(best, _)| *best)
            .map(|(_, hits)| hits)
            .unwrap_or_default()
    }

    /// The words as a place in the scope, and the first of them as a district around the rest.
    fn latin_within(
        &self,
        scope: Scope<'_>,
        words: &[String],
        block: Option<&str>,
        depth: u8,
        hits: &mut Vec<Hit>,
    ) {
        let word = loose(&words.concat());
        if word.len() < 2 {
            return;
        }
        let before = hits.len();
        if let Some(block) = block {
            self.latin_blocks(scope, &format!("{word}{block}"), hits);
        }
        // Where there is such a block, nothing else is called so.
        if hits.len() == before {
            self.latin_places(scope, &word, hits);
        }
        if depth == 0 {
            return;
        }
        for split in 1..words.len() {
            let (district, rest) = words.split_at(split);
            let district = loose(&district.concat());
            // Kitasaku-gun, which has no point: in its municipalities.
            let is_county = |area: &&Area| *area.latin_county == *district && scope.holds(area);
            if let Some(area) = self.districts.iter().find(is_county) {
                let inner = Scope {
                    county: Some(&area.latin_county),
                    ..scope
                };
                self.latin_within(inner, rest, block, depth - 1, hits);
            }
            for area in self.districts.iter().filter(|area| scope.holds(area)) {
                let is_full = area.latin_full.iter().any(|form| **form == *district);
                let penalty = if is_full && area.level == Level::Prefecture {
                    // Fukuoka means the city's before the prefecture's, which is called so in full.
                    SHORT_PREFECTURE
                } else if is_full {
                    scope.penalty
                } else if area.latin_stems.iter().any(|form| **form == *district) {
                    match area.level {
                        Level::Prefecture => SHORT_PREFECTURE,
                        _ => SHORT_CITY,
                    }
                } else {
                    continue;
                };
                let inner = Scope {
                    around: Some(area),
                    county: None,
                    penalty,
                    ..scope
                };
                self.latin_within(inner, rest, block, depth - 1, hits);
            }
        }
    }

    /// Districts, towns and quarters.
    fn latin_places(&self, scope: Scope<'_>, word: &str, hits: &mut Vec<Hit>) {
        let before = hits.len();
        for (number, area) in (0..).zip(&self.districts) {
            let quality = latin_match(area, word).filter(|_| scope.holds(area));
            if let Some(quality) = quality {
                hits.push(self.district_hit(number, quality + scope.penalty));
            }
        }
        for form in self.readings.beginning(word) {
            let is_whole = self.readings.form(form).len() == word.len();
            let quality = if is_whole { WHOLE } else { BEGINNING };
            self.read_so(scope, form, quality, hits);
        }
        if word.len() >= LEAST_MIDDLE && hits.len() < before.saturating_add(scope.limit) {
            for form in self.readings.holding(word) {
                self.read_so(scope, form, MIDDLE, hits);
            }
        }
    }

    /// The blocks that are read and numbered like that: 三 is not 三十.
    fn latin_blocks(&self, scope: Scope<'_>, word: &str, hits: &mut Vec<Hit>) {
        for form in self.readings.beginning(word) {
            if self.readings.form(form).len() == word.len() {
                self.read_so(scope, form, WHOLE, hits);
            }
        }
    }

    /// The towns and quarters of a scope that are read like that.
    fn read_so(&self, scope: Scope<'_>, form: usize, quality: MatchQuality, hits: &mut Vec<Hit>) {
        for &number in self.readings.numbers(form) {
            let quarter = number.checked_sub(self.towns.len() as u32);
            let is_in = scope.around.is_none_or(|area| match quarter {
                Some(quarter) => area.quarters.contains(&quarter),
                None => area.towns.contains(&number),
            });
            let district = match quarter {
                Some(quarter) => self.quarters[quarter as usize].district,
                None => self.towns[number as usize].district,
            };
            let is_in = is_in && scope.is_of_county(&self.districts[district as usize]);
            if is_in {
                hits.push(self.town_hit(number, quality + scope.penalty));
            }
        }
    }
}

/// How a district's forms hold a word.
fn latin_match(area: &Area, word: &str) -> Option<MatchQuality> {
    if area.latin_stems.iter().any(|form| **form == *word) {
        return Some(WHOLE);
    }
    let begins = area
        .latin_full
        .iter()
        .filter(|form| form.starts_with(word))
        .map(|form| {
            if form.len() == word.len() {
                WHOLE
            } else {
                BEGINNING
            }
        });
    begins
        .min()
        .or_else(|| (*area.latin_county == *word).then_some(WHOLE))
}

/// A text in Latin letters, split into words.
struct LatinQuery {
    /// Between commas, each word on its own.
    groups: Vec<Vec<String>>,
    /// 三 of 3-chome or of 3-12-5.
    block: Option<String>,
}

impl LatinQuery {
    fn of(text: &str) -> Option<LatinQuery> {
        let plain: String = text
            .nfkc()
            .nfd()
            .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
            .flat_map(char::to_lowercase)
            .map(|c| match c {
                '’' => '\'',
                '‐'..='―' | '−' | 'ー' => '-',
                '、' => ',',
                c => c,
            })
            .collect();
        if !plain.is_ascii() || !plain.contains(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut block = None;
        let mut groups = Vec::new();
        for group in plain.split([',', '/', '(', ')']) {
            let mut words = Vec::new();
            for word in group.split(|c: char| c.is_whitespace()) {
                let digits = word.bytes().take_while(u8::is_ascii_digit).count();
                if digits > 0 {
                    // A postal code is no block, nor is the number of a house behind one.
                    if digits < 3 {
                        block.get_or_insert_with(|| fold(&word[..digits]));
                    }
                } else if word != "chome" && word.contains(|c: char| c.is_ascii_alphabetic()) {
                    words.push(word.to_owned());
                }
            }
            if !words.is_empty() {
                groups.push(words);
            }
        }
        let count: usize = groups.iter().map(Vec::len).sum();
        (1..=MOST_WORDS)
            .contains(&count)
            .then_some(LatinQuery { groups, block })
    }

    /// The words in the orders that may be meant, the likeliest first.
    fn ways(&self) -> Vec<Vec<String>> {
        let given: Vec<&String> = self.groups.iter().flatten().collect();
        // By commas where there are some: Kanda Jinbocho, Chiyoda-ku.
        let turned: Vec<&String> = match self.groups.len() {
            1 => given.iter().rev().copied().collect(),
            _ => self.groups.iter().rev().flatten().collect(),
        };
        // Fukuoka City, Hakata Ward: the English word follows its name in either order.
        let in_order = self.groups.iter().flat_map(|group| suffixed(group));
        let in_turn = self.groups.iter().rev().flat_map(|group| suffixed(group));
        let bare = |words: &[&String]| -> Vec<String> {
            let kept = words.iter().filter(|word| meant(word).is_some());
            kept.map(|word| (*word).clone()).collect()
        };
        let mut ways = vec![
            in_order.collect(),
            in_turn.collect(),
            bare(&given),
            bare(&turned),
        ];
        if let [group] = &*self.groups {
            // Karuizawa Kitasaku County, without commas.
            ways.push(suffixed(group).into_iter().rev().collect());
        }
        let mut seen: Vec<Vec<String>> = Vec::new();
        ways.retain(|way| {
            let is_new = !way.is_empty() && !seen.contains(way);
            seen.push(way.clone());
            is_new
        });
        ways
    }
}

/// The words with `-shi` for a City behind a name, and without what only says that it is a place.
fn suffixed(words: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        match (suffix(word), out.last_mut()) {
            (Some(suffix), Some(last)) => last.push_str(suffix),
            (Some(_), None) => {}
            (None, _) => out.extend(meant(word).map(str::to_owned)),
        }
    }
    out
}

/// What the English word is in a district's romanised name.
fn suffix(word: &str) -> Option<&'static str> {
    match word {
        "city" => Some("shi"),
        "ward" => Some("ku"),
        "district" | "county" => Some("gun"),
        _ => None,
    }
}

/// A word, unless it only says what sort of place is meant, or the country.
fn meant(word: &str) -> Option<&str> {
    const NOT_NAMES: [&str; 16] = [
        "city",
        "ward",
        "district",
        "county",
        "town",
        "village",
        "prefecture",
        "pref",
        "pref.",
        "station",
        "sta",
        "sta.",
        "eki",
        "airport",
        "japan",
        "near",
    ];
    (!NOT_NAMES.contains(&word)).then_some(word)
}
