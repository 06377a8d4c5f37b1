//! Stations and airports by the names people type.
//!
//! A stop is found by its name and its reading, with and without 駅, Station or Sta.; by spellings
//! that signs and registers mix (霞ケ関, お茶の水, 市谷: see [`loosen`]); and by its short name,
//! without the operator or the city in front (難波 of JR難波 and 大阪難波). Words in front or behind
//! may say which of several is meant: its line, its operator, its municipality (東西線 中野,
//! 兵庫県 三田駅).
//!
//! [`Places::stop_hits`] is the one way in. Its hits carry how well the words match; in which order
//! like-named places of different sorts come is [`Hit`]'s business.

use unicode_normalization::UnicodeNormalization;

use crate::districts::{Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::stations::{Airport, Stations, line_name};

use super::ask::Reading;
use super::fold::fold;
use super::romaji::{latin, loose};
use super::search::{BEGINNING, Found, Hit, MIDDLE, Match, SHORT_CITY, WHOLE};
use super::{Area, Place, Places, Sort};

/// Stops so near, in metres, stand beside each other.
const BESIDE: f64 = 1_000.0;
/// A loosened spelling, or a short name.
const BENT: Match = SHORT_CITY;

/// A station or an airport.
pub(super) struct Stop {
    pub(super) sort: Sort,
    pub(super) id: Box<str>,
    /// As answers have it: `渋谷駅`.
    pub(super) name: Box<str>,
    pub(super) kana: Option<Box<str>>,
    pub(super) name_en: Option<Box<str>>,
    /// Its municipality among the districts.
    pub(super) district: Option<u32>,
    pub(super) position: Position,
    /// Its lines as people call them.
    pub(super) lines: Vec<Box<str>>,
    /// What words in front or behind may say of it, folded: lines and operators.
    qualifiers: Vec<Box<str>>,
}

/// One way to write a stop.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    text: Box<str>,
    /// What a match is worse for being made of this form.
    bent: Match,
    stop: u32,
}

/// All stops with the ways to write them, each in order of text.
#[derive(Default)]
pub(super) struct Stops {
    pub(super) all: Vec<Stop>,
    /// Folded.
    written: Vec<Form>,
    /// In Latin letters, loosely.
    latin: Vec<Form>,
    /// The three letters on tickets, as they are written: OKA is 那覇空港, and Oka is not.
    codes: Vec<(Box<str>, u32)>,
}

/// Operators as people call them, in kanji, kana and Latin letters, by a part of their legal names.
/// A station's own name often begins with one of them.
const OPERATORS: &[(&str, &[&str])] = &[
    ("旅客鉄道", &["JR", "じぇいあーる", "JR"]),
    ("近畿日本鉄道", &["近鉄", "きんてつ", "Kintetsu"]),
    ("西日本鉄道", &["西鉄", "にしてつ", "Nishitetsu"]),
    ("名古屋鉄道", &["名鉄", "めいてつ", "Meitetsu"]),
    ("京成電鉄", &["京成", "けいせい", "Keisei"]),
    ("京浜急行電鉄", &["京急", "けいきゅう", "Keikyu"]),
    ("京王電鉄", &["京王", "けいおう", "Keio"]),
    ("小田急電鉄", &["小田急", "おだきゅう", "Odakyu"]),
    ("東急電鉄", &["東急", "とうきゅう", "Tokyu"]),
    ("東武鉄道", &["東武", "とうぶ", "Tobu"]),
    ("西武鉄道", &["西武", "せいぶ", "Seibu"]),
    ("相模鉄道", &["相鉄", "そうてつ", "Sotetsu"]),
    ("阪急電鉄", &["阪急", "はんきゅう", "Hankyu"]),
    ("阪神電気鉄道", &["阪神", "はんしん", "Hanshin"]),
    ("京阪電気鉄道", &["京阪", "けいはん", "Keihan"]),
    ("南海電気鉄道", &["南海", "なんかい", "Nankai"]),
    ("山陽電気鉄道", &["山陽", "さんよう", "Sanyo"]),
    ("神戸電鉄", &["神鉄", "しんてつ", "Shintetsu"]),
    ("京福電気鉄道", &["嵐電", "らんでん", "Randen"]),
    ("広島電鉄", &["広電", "ひろでん", "Hiroden"]),
    ("遠州鉄道", &["遠鉄", "えんてつ", "Entetsu"]),
    ("富山地方鉄道", &["電鉄", "でんてつ", "Dentetsu"]),
    ("長野電鉄", &["長電", "ながでん", "Nagaden"]),
    ("静岡鉄道", &["静鉄", "しずてつ", "Shizutetsu"]),
    (
        "東京地下鉄",
        &["東京メトロ", "とうきょうめとろ", "Tokyo Metro"],
    ),
    (
        "大阪市高速電気軌道",
        &["大阪メトロ", "おおさかめとろ", "Osaka Metro"],
    ),
    ("東京都", &["都営", "とえい", "Toei"]),
    ("東京都", &["都電", "とでん", "Toden"]),
];

/// Operators whose trains most people call underground, by a part of their legal names.
const UNDERGROUND: &[&str] = &["地下鉄", "高速電気軌道", "市", "東京都", "交通局"];
const UNDERGROUND_NAMES: &[&str] = &["地下鉄", "市営地下鉄", "メトロ", "subway", "metro"];

/// What says that a station is meant, folded; the longest first.
const STATION: &[&str] = &["station", "停留場", "電停", "えき", "eki", "sta", "駅"];
const AIRPORT: &[&str] = &["空港", "くうこう", "airport"];

impl Places {
    /// The same with stations and airports.
    pub fn with_stations(
        mut self,
        stations: &Stations,
        airports: &[Airport],
        districts: &Districts,
    ) -> Places {
        let number_of = |code: Option<MunicipalityCode>, at: Position| {
            let by_code = |number: u32| {
                let is_it =
                    |area: &Area| area.level == Level::Municipality && area.number == number;
                self.districts.iter().position(is_it)
            };
            let known = code.and_then(|code| by_code(code.number()));
            let found = known.or_else(|| {
                // Boundaries of another year have other codes.
                let found = districts.at_or_nearest(at)?;
                by_code(found.municipality.code.parse().ok()?)
            });
            found.map(|at| at as u32)
        };
        let mut stops = Stops::default();
        for station in stations.iter() {
            let district = number_of(station.municipality, station.position);
            let lines: Vec<Box<str>> = station.line_names().into_iter().map(Into::into).collect();
            let stop = Stop {
                sort: Sort::Station,
                id: format!("station-{}", station.id).into(),
                name: station.full_name().into(),
                kana: station.kana.clone(),
                name_en: station.full_name_en().map(Into::into),
                district,
                position: station.position,
                lines,
                qualifiers: qualifiers(&station.lines, &station.operators),
            };
            let city = district.map(|at| &self.districts[at as usize]);
            let names = [
                Some(&*station.name),
                station.kana.as_deref(),
                station.name_en.as_deref(),
            ];
            stops.add(stop, names, &[], &prefixes(&station.operators, city));
        }
        for airport in airports {
            let stop = Stop {
                sort: Sort::Airport,
                id: format!("airport-{}", airport.name).into(),
                name: airport.name.clone(),
                kana: airport.kana.clone(),
                name_en: airport.name_en.clone(),
                district: number_of(airport.municipality, airport.position),
                position: airport.position,
                lines: Vec::new(),
                qualifiers: Vec::new(),
            };
            let names = [
                Some(&*airport.name),
                airport.kana.as_deref(),
                airport.name_en.as_deref(),
            ];
            stops.add(stop, names, &airport.also, &[]);
        }
        stops.written.sort_unstable();
        stops.written.dedup();
        stops.latin.sort_unstable();
        stops.latin.dedup();
        self.stops = stops;
        self
    }

    /// The stops a text finds, and whether it says that a station or an airport is meant; `word` is
    /// the text, folded.
    pub(super) fn stop_hits(&self, text: &str, word: &str, limit: usize) -> (Vec<Hit>, Meant) {
        let mut hits = Vec::new();
        let meant = Meant::of(text, word);
        let name = match meant {
            Meant::Station => without(word, STATION),
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
            let is_new = !seen.contains(&hit.found);
            seen.push(hit.found);
            is_new
        });
        (hits, meant)
    }

    fn written_stops(&self, name: &str, limit: usize, hits: &mut Vec<Hit>) {
        let stops = &self.stops;
        for text in [name, &*loosen(name)] {
            let worse = if text == name { 0 } else { BENT };
            for form in equal(&stops.written, text) {
                hits.push(self.stop_hit(form.stop, WHOLE + form.bent.max(worse)));
            }
        }
        // 東西線中野, 中野駅東西線, 三田駅(兵庫県): the rest says which one is meant.
        let bare = name.replace(['(', ')', '/'], "");
        for (at, _) in bare.char_indices().skip(1) {
            let (before, after) = bare.split_at(at);
            for (part, rest) in [(after, before), (before, after)] {
                let part = without(part, STATION);
                let loosened = loosen(part);
                for text in [part, &*loosened] {
                    for form in equal(&stops.written, text) {
                        if self.is_said_of(form.stop, rest) {
                            hits.push(self.stop_hit(form.stop, WHOLE + form.bent));
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
                hits.push(self.stop_hit(form.stop, BEGINNING + form.bent));
            }
        }
        if hits.len() < limit && name.chars().nth(1).is_some() {
            let holding = stops.written.iter().filter(|form| {
                form.bent == 0 && !form.text.starts_with(name) && form.text.contains(name)
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
                        .all(|word| self.is_said_of_latin(form.stop, word))
                    {
                        hits.push(self.stop_hit(form.stop, WHOLE + form.bent));
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
                hits.push(self.stop_hit(form.stop, BEGINNING + form.bent));
            }
        }
        if hits.len() < limit && name.len() > 3 {
            let holding = self.stops.latin.iter().filter(|form| {
                form.bent == 0 && !form.text.starts_with(&*name) && form.text.contains(&*name)
            });
            hits.extend(holding.map(|form| self.stop_hit(form.stop, MIDDLE)));
        }
    }

    /// Whether words, folded and in any order, all say something true of a stop.
    fn is_said_of(&self, stop: u32, words: &str) -> bool {
        let stop = &self.stops.all[stop as usize];
        let around = self.around(stop);
        let mut rest = words;
        while !rest.is_empty() {
            // 西 of 西区 is said of half of all stations.
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

    fn is_said_of_latin(&self, stop: u32, word: &str) -> bool {
        let stop = &self.stops.all[stop as usize];
        let word = loose(word);
        let districts = self.around(stop).into_iter();
        let mut forms = districts.flat_map(|area| area.latin_full.iter().chain(&area.latin_stems));
        forms.any(|form| **form == *word)
            || stop.qualifiers.iter().any(|own| loose(own) == word)
            || matches!(&*word, "rine" | "raine" | "city" | "ward" | "prehecture")
    }

    /// Two stops beside each other, as crossings are called: 四条烏丸, 大門 浜松町.
    pub(super) fn between_stops(&self, word: &str) -> Option<Reading> {
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
        Some(Reading::of(word.to_owned(), hits))
    }

    /// What is called like a station that is not listed: without its operator's name (奈良 of 近鉄奈良), or the
    /// airport it is called by.
    pub(super) fn like_that_station(&self, word: &str) -> Option<Reading> {
        let name = name_of(word);
        let names = OPERATORS.iter().flat_map(|(_, names)| &names[..2]);
        let rests = names.filter_map(|operator| name.strip_prefix(&*fold(operator)));
        let rest = rests
            .filter(|rest| !rest.is_empty())
            .min_by_key(|rest| rest.len());
        let found = |name: &str| -> Vec<Hit> {
            let forms = equal(&self.stops.written, name).iter();
            forms
                .map(|form| self.stop_hit(form.stop, form.bent))
                .collect()
        };
        let hits = match rest {
            Some(rest) => found(rest),
            None if name.len() < word.len() => found(name),
            None => Vec::new(),
        };
        (!hits.is_empty()).then(|| Reading::of(name.to_owned(), hits).offered())
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

    pub(super) fn stop_hit(&self, number: u32, matched: Match) -> Hit {
        let stop = &self.stops.all[number as usize];
        let around = stop
            .district
            .map_or(0, |at| self.districts[at as usize].towns.len());
        // Of several the one with most lines; of equally many that of the larger municipality.
        Hit::new(
            matched,
            stop.sort,
            around,
            u64::from(number),
            Found::Stop(number),
        )
        .sized(stop.lines.len())
    }

    pub(super) fn stop_place(&self, number: u32) -> Place {
        let stop = &self.stops.all[number as usize];
        let area = stop.district.map(|at| &self.districts[at as usize]);
        Place {
            id: stop.id.to_string(),
            sort: stop.sort,
            name: stop.name.to_string(),
            kana: stop.kana.as_deref().map(str::to_owned),
            en: stop.name_en.as_deref().map(str::to_owned),
            context: area.map(Area::named).unwrap_or_default(),
            context_en: area.and_then(|area| self.named_en(area)),
            municipality: area.and_then(|area| area.codes().0),
            ward: None,
            postal: None,
            position: stop.position,
            bbox: None,
            former: None,
            lines: stop.lines.iter().map(|line| line.to_string()).collect(),
            guess: false,
            dropped: None,
        }
    }
}

/// What sort of place a text says it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// It does not say.
    Any,
    /// It ends in 駅, Station or the like.
    Station,
    /// It ends in 空港 or Airport.
    Airport,
}

impl Meant {
    fn of(text: &str, word: &str) -> Meant {
        let words = latin_words(text).unwrap_or_default();
        // 三田駅 兵庫県: the word that says it need not be the last.
        let is_gap = |c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，' | '（' | '(');
        let parts: Vec<String> = text.split(is_gap).map(fold).collect();
        let is_word = |of: &[&str]| words.iter().any(|word| of.contains(&&**word));
        let ends = |of: &[&str]| {
            // In Latin letters a word of its own says so: Ebisu ends in none.
            let in_latin = |ending: &str| ending.is_ascii();
            let mut endings = of
                .iter()
                .filter(|ending| !in_latin(ending) || words.is_empty());
            let ends =
                |word: &str, ending: &str| word.len() > ending.len() && word.ends_with(ending);
            endings.any(|ending| ends(word, ending) || parts.iter().any(|part| ends(part, ending)))
        };
        if ends(STATION) || is_word(&["station", "stn", "sta", "sta.", "eki"]) {
            Meant::Station
        } else if ends(AIRPORT) || is_word(&["airport"]) {
            Meant::Airport
        } else {
            Meant::Any
        }
    }
}

impl Stops {
    /// Adds a stop with every way to write it. `names` are its name, reading and Latin name; `also` is what else
    /// it is called.
    fn add(
        &mut self,
        stop: Stop,
        names: [Option<&str>; 3],
        also: &[Box<str>],
        prefixes: &[Prefix],
    ) {
        let number = self.all.len() as u32;
        let [name, kana, english] = names;
        let mut written = Vec::new();
        if let Some(name) = name {
            for (text, bent) in whole_and_parts(name) {
                let own = fold(text);
                written.push((loosen(&own), BENT));
                let short = without_prefix(&own, prefixes, 0);
                written.extend(short.map(|short| (short, BENT)));
                written.push((own, bent));
            }
        }
        if let Some(kana) = kana {
            let own = fold(kana);
            let short = without_prefix(&own, prefixes, 1);
            written.extend(short.map(|short| (short, BENT)));
            written.push((own, WHOLE));
        }
        let mut read = Vec::new();
        let kana = kana.map(latin);
        let letters = |name: &str| loose(&name.replace(|c: char| !c.is_alphanumeric(), ""));
        let english = english.map(letters);
        for name in also {
            match name.is_ascii() {
                true if is_code(name) => self.codes.push((name.clone(), number)),
                true => read.push((letters(name), WHOLE)),
                false => written.push((fold(name), WHOLE)),
            }
        }
        for own in [kana, english].into_iter().flatten() {
            let short = without_prefix(&own, prefixes, 2);
            read.extend(short.map(|short| (short, BENT)));
            read.push((own, WHOLE));
        }
        let best = |forms: Vec<(String, Match)>, into: &mut Vec<Form>| {
            for (text, bent) in &forms {
                let is_best = forms
                    .iter()
                    .all(|(other, its)| other != text || its >= bent);
                if is_best && !text.is_empty() {
                    into.push(Form {
                        text: text.as_str().into(),
                        bent: *bent,
                        stop: number,
                    });
                }
            }
        };
        best(written, &mut self.written);
        best(read, &mut self.latin);
        self.all.push(stop);
    }
}

/// Whether a name is the three letters on tickets.
fn is_code(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|b| b.is_ascii_uppercase())
}

/// A name, and where it has another one in brackets (西鉄福岡（天神）) both of them.
fn whole_and_parts(name: &str) -> Vec<(&str, Match)> {
    let mut all = vec![(name, WHOLE)];
    if let Some((before, rest)) = name.split_once(['（', '(']) {
        let inner = rest.trim_end_matches(['）', ')']);
        all.extend([(before, WHOLE), (inner, BENT)]);
    }
    all
}

/// What may stand in front of a station's name and belong to its operator or city: folded, its
/// reading, in Latin letters.
type Prefix = [Box<str>; 3];

fn prefixes(operators: &[Box<str>], city: Option<&Area>) -> Vec<Prefix> {
    let mut all: Vec<Prefix> = Vec::new();
    for (legal, names) in OPERATORS {
        if operators.iter().any(|own| own.contains(legal)) {
            all.push([
                fold(names[0]).into(),
                fold(names[1]).into(),
                loose(names[2]).into(),
            ]);
        }
    }
    if let Some(city) = city
        && let [name, kana, ..] = &*city.stems
        && let Some(latin) = city.latin_stems.first()
    {
        all.push([name.clone(), kana.clone(), latin.clone()]);
    }
    all
}

/// 難波 of JR難波, なんば of おおさかなんば: a name of two characters at least must be left.
fn without_prefix(name: &str, prefixes: &[Prefix], which: usize) -> Option<String> {
    let rests = prefixes.iter().filter_map(|prefix| {
        let prefix = &prefix[which];
        name.strip_prefix(&**prefix).filter(|_| !prefix.is_empty())
    });
    // In Latin letters two are no name.
    let least = if which == 2 { 3 } else { 2 };
    rests
        .filter(|rest| rest.chars().nth(least - 1).is_some())
        .min_by_key(|rest| rest.len())
        .map(str::to_owned)
}

/// What words beside a station's name may say of it: lines by all their names, operators by their
/// legal and their common ones.
fn qualifiers(lines: &[Box<str>], operators: &[Box<str>]) -> Vec<Box<str>> {
    let mut all: Vec<Box<str>> = Vec::new();
    let mut add = |text: &str| {
        let folded: Box<str> = fold(text).into();
        if !folded.is_empty() && !all.contains(&folded) {
            all.push(folded);
        }
    };
    for line in lines {
        add(line);
        add(line_name(line));
        // 中央本線 and 中央線, 東海道新幹線 and 新幹線.
        if let Some(stem) = line.strip_suffix('線') {
            add(&format!("{stem}本線"));
        }
        if line.ends_with("新幹線") {
            add("新幹線");
        }
    }
    for operator in operators {
        add(operator);
        for ending in ["電気鉄道", "電鉄", "鉄道", "旅客鉄道"] {
            if let Some(stem) = operator.strip_suffix(ending) {
                add(stem);
            }
        }
        if let Some(region) = operator.strip_suffix("旅客鉄道") {
            add(&format!("JR{region}"));
        }
        if UNDERGROUND.iter().any(|part| operator.ends_with(part)) {
            UNDERGROUND_NAMES.iter().for_each(|name| add(name));
        }
    }
    for (legal, names) in OPERATORS {
        if operators.iter().any(|own| own.contains(legal)) {
            names.iter().for_each(|name| add(name));
        }
    }
    all
}

/// A folded name in the form that spellings share which registers and signs mix: 市谷 of 市が谷,
/// 御茶水 of お茶の水, 三宮 of 三の宮, 四谷 of 四つ谷.
fn loosen(folded: &str) -> String {
    let chars: Vec<char> = folded.chars().collect();
    let is_kanji = |at: usize| {
        let c = chars.get(at);
        c.is_some_and(|c| matches!(c, '㐀'..='鿿' | '々'))
    };
    let mut out = String::with_capacity(folded.len());
    for (at, &c) in chars.iter().enumerate() {
        let is_between = at > 0 && is_kanji(at - 1) && is_kanji(at + 1);
        match c {
            'が' | 'の' | 'つ' | '之' | 'ノ' if is_between => {}
            'お' if is_kanji(at + 1) => out.push('御'),
            c => out.push(c),
        }
    }
    out
}

/// Words that only say what sort of place is meant, or the country.
pub(super) const NOT_NAMES: &[&str] = &[
    "station", "stn", "sta", "sta.", "eki", "japan", "near", "line",
];

/// The words of a text in Latin letters; `None` of any other.
pub(super) fn latin_words(text: &str) -> Option<Vec<String>> {
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

/// A name has so many words at most.
const MOST_WORDS: usize = 10;

/// A folded word without what says that a station is meant.
pub(super) fn name_of(word: &str) -> &str {
    without(word, STATION)
}

/// A folded word without the ending that says what it means.
fn without<'a>(word: &'a str, endings: &[&str]) -> &'a str {
    let rests = endings
        .iter()
        .filter_map(|ending| word.strip_suffix(ending));
    rests.min_by_key(|rest| rest.len()).unwrap_or(word)
}

/// The stops one of whose names meets a condition.
pub(super) fn near(stops: &Stops, is_near: impl Fn(&str) -> bool) -> Vec<u32> {
    of_forms(&stops.written, is_near)
}

/// The same of their names in Latin letters.
pub(super) fn near_latin(stops: &Stops, is_near: impl Fn(&str) -> bool) -> Vec<u32> {
    of_forms(&stops.latin, is_near)
}

fn of_forms(forms: &[Form], is_near: impl Fn(&str) -> bool) -> Vec<u32> {
    let near = forms.iter().filter(|form| is_near(&form.text));
    let mut found: Vec<u32> = near.map(|form| form.stop).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The forms that are a text.
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
