//! Stops found by their names, and by the lines, operators and districts named beside them.
//!
//! [`Places::stop_hits`] is the one way in. A hit says how well the words match;
//! [`Hit`] decides the order of places of the same name.

use unicode_normalization::UnicodeNormalization;

use crate::districts::Level;

use super::super::ask::Interpretation;
use super::super::fold::fold;
use super::super::romaji::loose;
use super::super::search::{BEGINNING, Hit, MIDDLE, WHOLE};
use super::super::{Area, Places};
use super::names::{OPERATORS, loosen};
use super::{Form, INEXACT, Stop, Stops};

/// Stops so near to each other, in metres, form a crossing.
const BESIDE: f64 = 1_000.0;
/// Endings that mean a station, folded; the longest first.
const STATION: &[&str] = &["station", "停留場", "電停", "えき", "eki", "sta", "駅"];
const AIRPORT: &[&str] = &["空港", "くうこう", "airport"];

impl Places {
    /// The stops a text finds, and the kind of place it asks for. `word` is the text, folded.
    pub(in crate::places) fn stop_hits(
        &self,
        text: &str,
        word: &str,
        limit: usize,
    ) -> (Vec<Hit>, MeantKind) {
        let mut hits = Vec::new();
        let meant = MeantKind::of(text, word);
        let name = match meant {
            MeantKind::Station => without(word, STATION),
            _ => word,
        };
        if !name.is_empty() {
            self.written_stops(word, limit, &mut hits);
            if name != word {
                self.written_stops(name, limit, &mut hits);
            }
        }
        let codes = self
            .stops
            .codes
            .iter()
            .filter(|(code, _)| **code == *text.trim());
        hits.extend(codes.map(|(_, stop)| self.stop_hit(*stop, WHOLE)));
        self.latin_stops(text, limit, &mut hits);
        hits.sort_unstable();
        let mut seen = Vec::new();
        hits.retain(|hit| {
            let is_new = !seen.contains(&hit.key);
            seen.push(hit.key);
            is_new
        });
        (hits, meant)
    }

    fn written_stops(&self, name: &str, limit: usize, hits: &mut Vec<Hit>) {
        let stops = &self.stops;
        for text in [name, &*loosen(name)] {
            let worse = if text == name { 0 } else { INEXACT };
            for form in equal(&stops.written, text) {
                hits.push(self.stop_hit(form.stop, WHOLE + form.penalty.max(worse)));
            }
        }
        // 東西線中野, 中野駅東西線, 三田駅(兵庫県): the rest qualifies the name.
        let bare = name.replace(['(', ')', '/'], "");
        for (at, _) in bare.char_indices().skip(1) {
            let (before, after) = bare.split_at(at);
            for (part, rest) in [(after, before), (before, after)] {
                let part = without(part, STATION);
                let loosened = loosen(part);
                for text in [part, &*loosened] {
                    for form in equal(&stops.written, text) {
                        if self.qualifies(form.stop, rest) {
                            hits.push(self.stop_hit(form.stop, WHOLE + form.penalty));
                        }
                    }
                    if *loosened == *part {
                        break;
                    }
                }
            }
        }
        for form in beginning(&stops.written, name) {
            if form.text.len() > name.len() {
                hits.push(self.stop_hit(form.stop, BEGINNING + form.penalty));
            }
        }
        if hits.len() < limit && name.chars().nth(1).is_some() {
            let holding = stops.written.iter().filter(|form| {
                form.penalty == 0 && !form.text.starts_with(name) && form.text.contains(name)
            });
            hits.extend(holding.map(|form| self.stop_hit(form.stop, MIDDLE)));
        }
    }

    fn latin_stops(&self, text: &str, limit: usize, hits: &mut Vec<Hit>) {
        let Some(words) = latin_words(text) else {
            return;
        };
        let kept: Vec<&str> = words
            .iter()
            .map(|word| &**word)
            .filter(|word| !NOT_NAMES.contains(word))
            .collect();
        if kept.is_empty() {
            return;
        }
        for from in 0..kept.len() {
            for to in from + 1..=kept.len() {
                if from > 0 && to < kept.len() {
                    continue;
                }
                let name = loose(&kept[from..to].concat());
                let rest = [&kept[..from], &kept[to..]].concat();
                for form in equal(&self.stops.latin, &name) {
                    if rest
                        .iter()
                        .all(|word| self.qualifies_in_latin(form.stop, word))
                    {
                        hits.push(self.stop_hit(form.stop, WHOLE + form.penalty));
                    }
                }
            }
        }
        let name = loose(&kept.concat());
        if name.len() < 2 {
            return;
        }
        for form in beginning(&self.stops.latin, &name) {
            if form.text.len() > name.len() {
                hits.push(self.stop_hit(form.stop, BEGINNING + form.penalty));
            }
        }
        if hits.len() < limit && name.len() > 3 {
            let holding = self.stops.latin.iter().filter(|form| {
                form.penalty == 0 && !form.text.starts_with(&*name) && form.text.contains(&*name)
            });
            hits.extend(holding.map(|form| self.stop_hit(form.stop, MIDDLE)));
        }
    }

    /// Whether all words, folded and in any order, name a line, operator or district of the stop.
    fn qualifies(&self, stop: u32, words: &str) -> bool {
        let stop = &self.stops.all[stop as usize];
        let around = self.around(stop);
        let mut rest = words;
        while !rest.is_empty() {
            // 西 for 西区 would match half of all stations.
            let stems = around.iter().flat_map(|area| &area.stems);
            let stems = stems.filter(|stem| stem.chars().nth(1).is_some());
            let districts = around.iter().flat_map(|area| &area.full).chain(stems);
            let forms = districts.chain(&stop.qualifiers);
            let longest = forms
                .filter(|form| !form.is_empty() && rest.starts_with(&***form))
                .map(|form| form.len())
                .max();
            match longest {
                Some(length) => rest = &rest[length..],
                None => return rest == "の" && rest.len() < words.len(),
            }
        }
        true
    }

    fn qualifies_in_latin(&self, stop: u32, word: &str) -> bool {
        let stop = &self.stops.all[stop as usize];
        let word = loose(word);
        let districts = self.around(stop).into_iter();
        let mut forms = districts.flat_map(|area| area.latin_full.iter().chain(&area.latin_stems));
        forms.any(|form| **form == *word)
            || stop.qualifiers.iter().any(|own| loose(own) == word)
            || matches!(&*word, "rine" | "raine" | "city" | "ward" | "prehecture")
    }

    /// Two stops beside each other, as crossings are called: 四条烏丸, 大門 浜松町.
    pub(in crate::places) fn between_stops(&self, word: &str) -> Option<Interpretation> {
        let ends = word.char_indices().skip(2).map(|(at, _)| at);
        let found = ends.filter_map(|at| {
            let (first, second) = word.split_at(at);
            second.chars().nth(1)?;
            let forms = [first, second].map(|name| equal(&self.stops.written, name_of(name)));
            let pairs = forms[0]
                .iter()
                .flat_map(|a| forms[1].iter().map(move |b| (a, b)));
            let place = |form: &Form| self.stops.all[form.stop as usize].position;
            let is_near = |(a, b): &(&Form, &Form)| place(a).planar(place(b)).0 <= BESIDE;
            let (a, b) = pairs.into_iter().find(is_near)?;
            Some(vec![
                self.stop_hit(a.stop, WHOLE),
                self.stop_hit(b.stop, WHOLE),
            ])
        });
        let hits = found.into_iter().next()?;
        Some(Interpretation::of(word.to_owned(), hits))
    }

    /// Places named like a station that is not listed: without its operator's name (奈良 for 近鉄奈良), or
    /// the airport it is named after.
    pub(in crate::places) fn unlisted_station(&self, word: &str) -> Option<Interpretation> {
        let name = name_of(word);
        let names = OPERATORS.iter().flat_map(|(_, names)| &names[..2]);
        let rests = names.filter_map(|operator| name.strip_prefix(&*fold(operator)));
        let rest = rests
            .filter(|rest| !rest.is_empty())
            .min_by_key(|rest| rest.len());
        let found = |name: &str| -> Vec<Hit> {
            let forms = equal(&self.stops.written, name).iter();
            forms
                .map(|form| self.stop_hit(form.stop, form.penalty))
                .collect()
        };
        let hits = match rest {
            Some(rest) => found(rest),
            None if name.len() < word.len() => found(name),
            None => Vec::new(),
        };
        (!hits.is_empty()).then(|| Interpretation::of(name.to_owned(), hits).offered())
    }

    /// The districts a stop lies in: municipality, its wards, prefecture.
    fn around(&self, stop: &Stop) -> Vec<&Area> {
        let Some(city) = stop.district.map(|at| &self.districts[at as usize]) else {
            return Vec::new();
        };
        let is_around = |area: &&Area| match area.level {
            Level::Prefecture => area.number == city.number / 1000,
            Level::Municipality => area.number == city.number,
            Level::Ward => area.parent.is_some_and(|own| own.number() == city.number),
        };
        self.districts.iter().filter(is_around).collect()
    }
}

/// The kind of place a text asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::places) enum MeantKind {
    /// It does not tell.
    Any,
    /// It ends in 駅, Station or the like.
    Station,
    /// It ends in 空港 or Airport.
    Airport,
}

impl MeantKind {
    fn of(text: &str, word: &str) -> MeantKind {
        let words = latin_words(text).unwrap_or_default();
        // 三田駅 兵庫県: the word need not be the last.
        let is_gap = |c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，' | '（' | '(');
        let parts: Vec<String> = text.split(is_gap).map(fold).collect();
        let is_word = |of: &[&str]| words.iter().any(|word| of.contains(&&**word));
        let ends = |of: &[&str]| {
            // In Latin letters it must be a word of its own: Ebisu does not end in a word for a stop.
            let in_latin = |ending: &str| ending.is_ascii();
            let mut endings = of
                .iter()
                .filter(|ending| !in_latin(ending) || words.is_empty());
            let ends =
                |word: &str, ending: &str| word.len() > ending.len() && word.ends_with(ending);
            endings.any(|ending| ends(word, ending) || parts.iter().any(|part| ends(part, ending)))
        };
        if ends(STATION) || is_word(&["station", "stn", "sta", "sta.", "eki"]) {
            MeantKind::Station
        } else if ends(AIRPORT) || is_word(&["airport"]) {
            MeantKind::Airport
        } else {
            MeantKind::Any
        }
    }
}

/// Words that only tell the kind of place or the country.
pub(in crate::places) const NOT_NAMES: &[&str] = &[
    "station", "stn", "sta", "sta.", "eki", "japan", "near", "line",
];

/// The words of a text in Latin letters; `None` for any other text.
pub(in crate::places) fn latin_words(text: &str) -> Option<Vec<String>> {
    let plain: String = text
        .nfkc()
        .nfd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’'))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '‐'..='―' | '−' | 'ー' => '-',
            c => c,
        })
        .collect();
    if !plain.is_ascii() || !plain.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let words =
        plain.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '(' | ')' | '-'));
    let words = words.filter(|word| !word.is_empty()).map(str::to_owned);
    Some(words.take(MOST_WORDS).collect())
}

/// No name has more words.
const MOST_WORDS: usize = 10;

/// A folded word without its ending for a station.
pub(in crate::places) fn name_of(word: &str) -> &str {
    without(word, STATION)
}

/// A folded word without one of the endings.
fn without<'a>(word: &'a str, endings: &[&str]) -> &'a str {
    let rests = endings
        .iter()
        .filter_map(|ending| word.strip_suffix(ending));
    rests.min_by_key(|rest| rest.len()).unwrap_or(word)
}

/// The stops with a name that meets a condition.
pub(in crate::places) fn near(stops: &Stops, is_near: impl Fn(&str) -> bool) -> Vec<u32> {
    of_forms(&stops.written, is_near)
}

/// The stops with a Latin name that meets a condition.
pub(in crate::places) fn near_latin(stops: &Stops, is_near: impl Fn(&str) -> bool) -> Vec<u32> {
    of_forms(&stops.latin, is_near)
}

fn of_forms(forms: &[Form], is_near: impl Fn(&str) -> bool) -> Vec<u32> {
    let near = forms.iter().filter(|form| is_near(&form.text));
    let mut found: Vec<u32> = near.map(|form| form.stop).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The forms equal to a text.
fn equal<'a>(forms: &'a [Form], text: &str) -> &'a [Form] {
    let start = forms.partition_point(|form| *form.text < *text);
    let count = forms[start..].partition_point(|form| *form.text == *text);
    &forms[start..start + count]
}

/// The forms that begin with a text.
fn beginning<'a>(forms: &'a [Form], text: &str) -> &'a [Form] {
    let start = forms.partition_point(|form| *form.text < *text);
    let count = forms[start..].partition_point(|form| form.text.starts_with(text));
    &forms[start..start + count]
}
