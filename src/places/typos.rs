//! Names with one typo: しんじく, Shibya, Hakta.
//!
//! A typo is a letter left out, added, wrong or swapped with its neighbour. One half of such a text is
//! still right. So only names that begin with its first half or end with its second half are compared.

use std::collections::HashSet;

use crate::districts::Level;

use super::ask::Interpretation;
use super::fold::fold_with_lot;
use super::read::plain;
use super::romaji::loose;
use super::search::{DEPTH, Hit, MatchQuality, PlaceKey, Scope};
use super::{Area, Places, stops};

/// Worse than every match with the text as typed.
pub(super) const TYPO: MatchQuality = 9;
/// Shorter names are one typo away from too many others.
const LEAST: usize = 3;
/// The same in Latin letters.
const LEAST_LATIN: usize = 4;
/// A loose form drops fewer long vowels and doubled letters than this.
const MOST_LOST: usize = 3;
/// Longer texts are not compared.
const MOST: usize = 30;
/// Two characters are enough behind a district's name.
const LEAST_IN_DISTRICT: usize = 2;
/// Longer names of districts are not corrected.
const MOST_OF_DISTRICT: usize = 8;
/// At most so many names are compared.
const MOST_COMPARED: usize = 30_000;

/// The places to search for a name with a typo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypoScope {
    All,
    /// Stations and airports.
    Stops,
}

impl Places {
    /// The places whose names are one typo away from a folded text, or from words in Latin letters.
    pub(super) fn near_spellings(
        &self,
        word: &str,
        latin: Option<&str>,
        among: TypoScope,
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        match latin.map(|typed| (typed, loose(typed))) {
            Some((typed, letters)) => {
                // If the loose form lost much, as for zzzz, more than one letter was wrong.
                let is_like = typed.len() < letters.len() + MOST_LOST;
                if is_like && (LEAST_LATIN..=MOST).contains(&letters.len()) {
                    self.near_readings(typed, &letters, among, &mut hits);
                }
            }
            None => {
                let letters: Vec<char> = word.chars().collect();
                if (LEAST..=MOST).contains(&letters.len()) {
                    self.near_names(word, &letters, among, &mut hits);
                }
            }
        }
        hits
    }

    /// An address with one typo in the name of its town, ward or municipality: 渋谷区神官前, 福岡市博田区.
    pub(super) fn address_with_typo(&self, text: &str, word: &str) -> Option<Interpretation> {
        let (area, rest) = self.behind_its_districts(word);
        let lot = fold_with_lot(text).1;
        let hits = area
            .filter(|area| area.level != Level::Prefecture)
            .map(|area| self.near_towns(area, rest))
            .unwrap_or_default();
        if !hits.is_empty() {
            let read = Interpretation::of(word.to_owned(), hits).offered();
            return Some(match lot {
                Some(lot) => read.without(lot),
                None => read,
            });
        }
        let before = &word[..word.len() - rest.len()];
        let scope = Scope {
            around: area,
            county: None,
            penalty: 0,
            limit: 0,
        };
        let marks = rest.char_indices().take(MOST_OF_DISTRICT);
        let ends =
            marks.filter(|(_, c)| matches!(c, '都' | '府' | '県' | '市' | '区' | '町' | '村'));
        for end in ends.map(|(at, c)| at + c.len_utf8()) {
            let (name, behind) = rest.split_at(end);
            let letters: Vec<char> = name.chars().collect();
            if letters.len() < LEAST || behind.is_empty() {
                continue;
            }
            let is_meant = |area: &&Area| scope.holds(area) && is_one_typo(&letters, &area.full[0]);
            for area in self.districts.iter().filter(is_meant) {
                let way = format!("{before}{}{behind}", area.full[0]);
                let address = self.address(&way, &[]);
                if let Some(town) = address.and_then(|address| address.town) {
                    let hits = vec![self.town_hit(town.number, TYPO)];
                    return Some(Interpretation::of(word.to_owned(), hits).offered());
                }
            }
        }
        None
    }

    /// The innermost district at the front of an address, and the text behind it.
    fn behind_its_districts<'a>(&self, word: &'a str) -> (Option<&Area>, &'a str) {
        let (mut around, mut rest) = (None, word);
        for _ in 0..DEPTH {
            let scope = Scope {
                around,
                county: None,
                penalty: 0,
                limit: 0,
            };
            let within = self.districts.iter().filter(|area| scope.holds(area));
            let named = within.filter_map(|area| Some((area, rest.strip_prefix(&*area.full[0])?)));
            match named.min_by_key(|(_, rest)| rest.len()) {
                Some((area, behind)) => (around, rest) = (Some(area), behind),
                None => break,
            }
        }
        (around, rest)
    }

    /// The towns of a municipality or ward whose names are one typo away from the rest of an address.
    fn near_towns(&self, area: &Area, rest: &str) -> Vec<Hit> {
        let (name, number) = name_and_number(plain(rest));
        let typed: Vec<char> = name.chars().collect();
        // A single character, as in 本町, is one typo away from every other.
        let own = name.trim_end_matches(['町', '村']).chars().count();
        if own < LEAST_IN_DISTRICT || typed.len() > MOST {
            return Vec::new();
        }
        let towns = self.towns.len() as u32;
        let quarters = towns + area.quarters.start..towns + area.quarters.end;
        let near = |exactly: bool| -> Vec<Hit> {
            let all = area.towns.clone().chain(quarters.clone());
            let found = all.filter(|at| {
                let own = name_and_number(self.folded_names.get(*at as usize));
                let is_block = if exactly {
                    own.1 == number
                } else {
                    own.1.is_empty()
                };
                is_block && is_one_typo(&typed, own.0)
            });
            found.map(|at| self.town_hit(at, TYPO)).collect()
        };
        let found = near(true);
        match found.is_empty() && !number.is_empty() {
            // The number is a house's.
            true => near(false),
            false => found,
        }
    }

    fn near_names(&self, word: &str, letters: &[char], among: TypoScope, hits: &mut Vec<Hit>) {
        let is_near = |text: &str| is_one_typo(letters, text);
        for stop in stops::near(&self.stops, is_near) {
            hits.push(self.stop_hit(stop, TYPO));
        }
        if among == TypoScope::Stops {
            return;
        }
        for (number, area) in (0..).zip(&self.districts) {
            if area
                .full
                .iter()
                .chain(&area.stems)
                .any(|form| is_near(form))
            {
                hits.push(self.district_hit(number, TYPO));
            }
        }
        let half: usize = letters[..letters.len() / 2]
            .iter()
            .map(|c| c.len_utf8())
            .sum();
        let (before, after) = word.split_at(half);
        let begins = self.index.beginning(before);
        let ends = match after.chars().nth(1) {
            Some(_) => self.index.holding(after),
            None => &[],
        };
        for candidates in [begins, ends] {
            for &number in candidates.iter().take(MOST_COMPARED) {
                let texts = [&self.folded_names, &self.folded_kana];
                if texts
                    .iter()
                    .any(|texts| is_near(texts.get(number as usize)))
                {
                    hits.push(self.town_hit(number, TYPO));
                }
            }
        }
    }

    fn near_readings(&self, typed: &str, letters: &str, among: TypoScope, hits: &mut Vec<Hit>) {
        let chars: Vec<char> = letters.chars().collect();
        let ways = respelt(typed);
        let is_near = |text: &str| is_one_typo(&chars, text) || ways.contains(text);
        for stop in stops::near_latin(&self.stops, is_near) {
            hits.push(self.stop_hit(stop, TYPO));
        }
        if among == TypoScope::Stops {
            return;
        }
        for (number, area) in (0..).zip(&self.districts) {
            let mut forms = area.latin_full.iter().chain(&area.latin_stems);
            if forms.any(|form| is_near(form)) {
                hits.push(self.district_hit(number, TYPO));
            }
        }
        let Some((before, after)) = letters.split_at_checked(letters.len() / 2) else {
            return;
        };
        for way in &ways {
            let form = self.readings.beginning(way).start;
            if form < self.readings.len() && self.readings.form(form) == way {
                let numbers = self.readings.numbers(form).iter();
                hits.extend(numbers.map(|&number| self.town_hit(number, TYPO)));
            }
        }
        let begins = self.readings.beginning(before);
        let forms = begins
            .take(MOST_COMPARED)
            .chain(self.readings.ending(after));
        for form in forms {
            if is_near(self.readings.form(form)) {
                let numbers = self.readings.numbers(form).iter();
                hits.extend(numbers.map(|&number| self.town_hit(number, TYPO)));
            }
        }
    }

    /// Whether a place's name begins with the text's first letter, where typos are rare.
    pub(super) fn begins_like(&self, found: PlaceKey, word: &str, latin: Option<&str>) -> bool {
        let latin = latin.map(loose);
        let first = |text: &str| text.chars().next();
        let (asked, asked_latin) = (first(word), latin.as_deref().and_then(first));
        let is_same = |text: &str| first(text) == asked;
        let is_same_latin = |text: &str| asked_latin.is_some() && first(text) == asked_latin;
        match found {
            PlaceKey::District(number) => {
                let area = &self.districts[number as usize];
                area.full.iter().any(|form| is_same(form))
                    || area.latin_full.iter().any(|form| is_same_latin(form))
            }
            PlaceKey::Town(_) | PlaceKey::Quarter(_) => {
                let number = match found {
                    PlaceKey::Town(number) => number as usize,
                    PlaceKey::Quarter(number) => self.towns.len() + number as usize,
                    _ => return false,
                };
                let kana = self.kana.get(number);
                is_same(self.folded_names.get(number))
                    || is_same(self.folded_kana.get(number))
                    || is_same_latin(&super::romaji::latin(kana))
            }
            PlaceKey::Stop(number) => {
                let stop = &self.stops.all[number as usize];
                let kana = stop.kana.as_deref().unwrap_or_default();
                is_same(&super::fold::fold(&stop.name))
                    || is_same(&super::fold::fold(kana))
                    || is_same_latin(&super::romaji::latin(kana))
            }
        }
    }
}

/// The text with one letter removed, two neighbours swapped or another vowel, each in loose form. The typo
/// must be undone first: the h of Hiroshmia is no part of an sh.
fn respelt(typed: &str) -> HashSet<String> {
    let letters: Vec<char> = typed.chars().collect();
    let mut all = HashSet::new();
    let mut add = |letters: Vec<char>| {
        all.insert(loose(&letters.into_iter().collect::<String>()));
    };
    for at in 0..letters.len() {
        let mut without = letters.clone();
        without.remove(at);
        add(without);
        if at > 0 {
            let mut changed = letters.clone();
            changed.swap(at - 1, at);
            add(changed);
        }
        for vowel in ['a', 'i', 'u', 'e', 'o'] {
            let mut other = letters.clone();
            other[at] = vowel;
            add(other);
        }
    }
    all.remove(&loose(typed));
    all.retain(|way| way.len() >= LEAST_LATIN);
    all
}

/// A folded name and the number of its block: 神宮前 and 三.
fn name_and_number(text: &str) -> (&str, &str) {
    let is_numeral = |c: char| "〇一二三四五六七八九十百".contains(c);
    // 一番町 begins with its own.
    let mut numerals = text.char_indices().filter(|(_, c)| is_numeral(*c));
    match numerals.rfind(|(at, _)| *at > 0 && !text[..*at].ends_with(is_numeral)) {
        Some((at, _)) if text[at..].chars().all(is_numeral) => text.split_at(at),
        _ => (text, ""),
    }
}

/// The large form of a small kana, which many type in its place.
fn large(c: char) -> char {
    match c {
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        c => c,
    }
}

/// Whether one typo turns the word into another text. A large kana for a small one is no typo, but makes
/// another text.
fn is_one_typo(word: &[char], text: &str) -> bool {
    // Most differ by more, and their bytes tell: no character has more than four.
    let chars = word.len();
    if text.len() > (chars + 1) * 4 || text.len() + 4 < chars {
        return false;
    }
    let mut same = 0;
    let mut rest = text.chars();
    let mut ahead = rest.clone();
    let mut is_itself = true;
    while let Some(c) = ahead.next() {
        if word.get(same).map(|own| large(*own)) != Some(large(c)) {
            break;
        }
        is_itself &= word[same] == c;
        same += 1;
        rest = ahead.clone();
    }
    let (left, right) = (&word[same..], || rest.clone());
    let (own, others) = (left.len(), right().count());
    let equals = |from: usize, other: usize| {
        let left = left[from..].iter().map(|c| large(*c));
        right().skip(other).map(large).eq(left)
    };
    match own.abs_diff(others) {
        // Left out or typed too much.
        1 if own < others => equals(0, 1),
        1 => equals(1, 0),
        0 if own == 0 => !is_itself,
        // Wrong, or changed with its neighbour.
        0 => equals(1, 1) || (own > 1 && right().take(2).eq([left[1], left[0]]) && equals(2, 2)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_near(word: &str, text: &str) -> bool {
        let word: Vec<char> = word.chars().collect();
        is_one_typo(&word, text)
    }

    #[test]
    fn one_slip_is_one() {
        for (word, text) in [
            ("しんじく", "しんじゅく"),
            ("sibya", "sibuya"),
            ("よこはな", "よこはま"),
            ("なごらや", "なごや"),
            ("しびや", "しぶや"),
            ("hakaat", "hakata"),
            ("道元坂", "道玄坂"),
            ("ab", "abc"),
            ("abc", "bc"),
        ] {
            assert!(is_near(word, text) && is_near(text, word), "{word} {text}");
        }
        for (word, text) in [
            ("しぶや", "しぶや"),
            ("しんじく", "しぶや"),
            ("aabb", "bbaa"),
            ("", ""),
            ("abc", "abcde"),
            ("abcd", "badc"),
        ] {
            assert!(!is_near(word, text), "{word} {text}");
        }
    }

    /// Every text that one slip makes of a word.
    fn typos(word: &[char], letters: &[char]) -> Vec<String> {
        let mut all = Vec::new();
        for at in 0..=word.len() {
            let (before, after) = word.split_at(at);
            let mut with = |middle: &[char], rest: &[char]| {
                let text: String = before.iter().chain(middle).chain(rest).collect();
                all.push(text);
            };
            for &letter in letters {
                with(&[letter], after);
                if let [_, rest @ ..] = after {
                    with(&[letter], rest);
                }
            }
            if let [_, rest @ ..] = after {
                with(&[], rest);
            }
            if let [a, b, rest @ ..] = after {
                with(&[*b, *a], rest);
            }
        }
        let own: String = word.iter().collect();
        all.retain(|text| *text != own);
        all
    }

    proptest! {
        #[test]
        fn exactly_what_a_slip_makes_is_near(word in "[あいう]{0,6}", text in "[あいう]{0,7}") {
            let chars: Vec<char> = word.chars().collect();
            let made = typos(&chars, &['あ', 'い', 'う']);
            prop_assert_eq!(is_near(&word, &text), made.contains(&text));
        }
    }
}
