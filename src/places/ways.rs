//! Other interpretations of a text that finds nothing as written: an address with a house number, a
//! station's exit, Hokkaido's grid, a county, western order.

use unicode_normalization::UnicodeNormalization;

use crate::districts::Level;

use super::Places;
use super::address::{STREETS, in_grid};
use super::ask::Interpretation;
use super::fold::fold;
use super::search::{BEGINNING, Hit, PlaceKey, WHOLE};
use super::words::without_near;

/// Endings of places at a station: 渋谷駅前, 博多駅筑紫口.
const AT_STATION: &[&str] = &["前", "口", "改札", "構内", "ホーム"];
/// Endings and beginnings of places near a station: 大阪駅前第3ビル, 渋谷駅から徒歩5分.
const NEAR_STATION: &[&str] = &["ビル", "広場", "分", "以内", "圏内", "直結"];
const FROM_STATION: &[&str] = &["から", "より", "まで", "徒歩"];
/// The longest text behind a station's name.
const LONGEST_EXIT: usize = 16;
/// Longer texts name no place.
const MOST_WORDS: usize = 5;

impl Places {
    /// The first other interpretation that finds a place. `word` is the text, folded.
    pub(super) fn other_interpretation(
        &self,
        text: &str,
        word: &str,
        limit: usize,
    ) -> Option<Interpretation> {
        let whole = |text: &str| Some(self.interpret(text, limit)).filter(Interpretation::is_whole);
        let plainly = |way: String| {
            let hits = self.hits(&way, limit);
            (!hits.is_empty()).then(|| Interpretation::of(way, hits))
        };
        if let Some(read) = without_near(text).and_then(|text| whole(&text)) {
            return Some(read);
        }
        if let Some(read) = self.near_station(text, limit) {
            return Some(read);
        }
        if let Some(read) = self
            .between_stops(word)
            .or_else(|| self.unlisted_station(word))
        {
            return Some(read);
        }
        if let Some(read) = self.in_hokkaidos_grid(word).and_then(plainly) {
            return Some(read);
        }
        if let Some(read) = self.interpret_address(text, word) {
            return Some(read);
        }
        if let Some((before, number)) = before_number(text) {
            let read = whole(before.trim_end());
            if let Some(read) =
                read.filter(|read| !before.trim_end().ends_with('の') && !read.is_guess)
            {
                return Some(read.without(number));
            }
        }
        let own = |way: Option<&str>| way.map(str::to_owned);
        let ways: [&dyn Fn() -> Option<String>; 5] = [
            &|| own(up_to_number(word)),
            &|| own(without_office(word)),
            &|| self.without_county(word),
            &|| in_western_order(text),
            &|| without_small_ga(word),
        ];
        let read = ways.into_iter().find_map(|way| plainly(way()?));
        // It probably lies near the city of its name.
        let new = || Some(plainly(own(without_new(word))?)?.offered());
        let read = read.or_else(new);
        // A county is followed by a municipality, and an airport has a municipality's name. A town of
        // that name elsewhere is not meant.
        let is_district = |hit: &Hit| matches!(hit.key, PlaceKey::District(_)) && is_whole(hit);
        read.map(|mut read| {
            if (is_named_after(word) || word.contains('郡')) && read.hits.iter().any(is_district) {
                read.hits.retain(is_district);
            }
            read
        })
    }

    /// The station of a text that names something at a station.
    pub(super) fn near_station(&self, text: &str, limit: usize) -> Option<Interpretation> {
        let whole = |text: &str| Some(self.interpret(text, limit)).filter(Interpretation::is_whole);
        let (station, behind) = at_station(text)?;
        let read = whole(&station)?;
        Some(match behind {
            Some(behind) => read.without(behind),
            None => read,
        })
    }

    /// The place of a text with other words: 札幌 for 札幌 日曜.
    pub(super) fn without_words(&self, text: &str, limit: usize) -> Option<Interpretation> {
        let words: Vec<&str> = text.split_whitespace().collect();
        // Commas separate the districts around a place.
        let is_list = text.contains([',', '、', '，']);
        if is_list || !(2..=MOST_WORDS).contains(&words.len()) {
            return None;
        }
        let lengths = (1..words.len()).rev();
        let parts = lengths.flat_map(|length| {
            let (first, behind) = words.split_at(length);
            let (before, last) = words.split_at(words.len() - length);
            [(first, behind), (last, before)]
        });
        for (part, rest) in parts {
            let part = part.join(" ");
            if part.chars().nth(1).is_none() {
                continue;
            }
            let read = self.interpret(&part, limit);
            if read.is_whole() && !read.is_missing() {
                return Some(read.without(rest.join(" ")));
            }
        }
        None
    }

    /// The town of an address; or its ward or municipality if only numbers or Kyoto's streets follow.
    fn interpret_address(&self, text: &str, word: &str) -> Option<Interpretation> {
        let has_number = text.nfkc().any(|c| c.is_ascii_digit());
        let has_street = STREETS.iter().any(|street| word.contains(street));
        let in_wards = || {
            let wards = self
                .districts
                .iter()
                .filter(|area| area.level == Level::Ward);
            let named = wards.filter_map(|ward| {
                let rest = word
                    .strip_prefix(&*ward.full[0])
                    .filter(|rest| !rest.is_empty())?;
                self.town_in(ward, rest)
            });
            named.collect::<Vec<u32>>()
        };
        let address = self.address(text, &[]);
        if let Some(town) = address.as_ref().and_then(|address| address.town.as_ref()) {
            let former = address.as_ref().and_then(|address| address.former.clone());
            return Some(self.interpret_town(text, word, &[town.number], former));
        }
        let towns = in_wards();
        if !towns.is_empty() {
            return Some(self.interpret_town(text, word, &towns, None));
        }
        if let Some(read) = self.address_with_typo(text, word) {
            return Some(read);
        }
        let address = address.filter(|_| has_number || has_street)?;
        let code = address.ward.unwrap_or(address.municipality).number();
        let number = self
            .districts
            .iter()
            .position(|area| area.number == code && area.level != Level::Prefecture)?;
        let area = &self.districts[number];
        let hit = self.district_hit(number as u32, WHOLE);
        let mut read = Interpretation::of(word.to_owned(), vec![hit]);
        read.former
            .extend(address.former.map(|name| (hit.key, name)));
        let rest = behind(text, &area.full[0]).unwrap_or_default();
        let is_numbered = |c: char| c.is_ascii_digit() || matches!(c, '第' | '字');
        let names_a_town = !has_street && !rest.starts_with(is_numbered);
        Some(match rest.is_empty() {
            true => read,
            // 名古屋市中区綿3丁目: no list contains the town, so only the ward is offered.
            false if names_a_town => read.without(rest).offered(),
            false => read.without(rest),
        })
    }

    fn interpret_town(
        &self,
        text: &str,
        word: &str,
        towns: &[u32],
        former: Option<String>,
    ) -> Interpretation {
        let hits: Vec<Hit> = towns
            .iter()
            .map(|&town| self.town_hit(town, WHOLE))
            .collect();
        let mut read = Interpretation::of(word.to_owned(), hits);
        if let (Some(former), Some(hit)) = (former, read.hits.first()) {
            read.former.push((hit.key, former));
        }
        let name = self.folded_names.get(towns[0] as usize);
        let rest = behind(text, name).or_else(|| Some(before_number(text)?.1.to_owned()));
        match rest.filter(|rest| !rest.is_empty()) {
            Some(rest) => read.without(rest),
            None => read,
        }
    }

    /// 札幌市中央区北一条西二 of 札幌市中央区北1西2, as people there write it.
    fn in_hokkaidos_grid(&self, word: &str) -> Option<String> {
        let mut before = word;
        loop {
            let inside = self.districts.iter().filter_map(|area| {
                let forms = area.full.iter().chain(&area.stems);
                let rests = forms.filter_map(|form| before.strip_prefix(&**form));
                rests.min_by_key(|rest| rest.len())
            });
            match inside
                .min_by_key(|rest| rest.len())
                .filter(|rest| !rest.is_empty())
            {
                Some(rest) => before = rest,
                None => break,
            }
        }
        let district = &word[..word.len() - before.len()];
        let way = in_grid(before).into_iter().next()?;
        Some(format!("{district}{way}"))
    }

    /// 北海道東川町 of 北海道上川郡東川町: no list names counties.
    fn without_county(&self, word: &str) -> Option<String> {
        let (before, town) = word.split_once('郡').filter(|(_, town)| !town.is_empty())?;
        let prefectures = self
            .districts
            .iter()
            .filter(|area| area.level == Level::Prefecture);
        let prefecture = prefectures
            .flat_map(|area| &area.full)
            .find(|form| before.starts_with(&***form));
        Some(prefecture.map_or("", |form| &**form).to_owned() + town)
    }
}

/// A place's name without the office that is called by it, or what sort of place it is in English. An
/// airport that is not listed lies in or near the city it is called by.
fn without_office(word: &str) -> Option<&str> {
    const CALLED: &[&str] = &[
        "くうこう",
        "空港",
        "airport",
        "庁",
        "役所",
        "役場",
        "city",
        "ward",
        "town",
        "village",
        "prefecture",
        "pref",
    ];
    let called = CALLED.iter().filter_map(|ending| word.strip_suffix(ending));
    called
        .filter(|name| !name.is_empty())
        .min_by_key(|name| name.len())
}

/// Whether a word names an airport, an office or a station by the city it serves.
fn is_named_after(word: &str) -> bool {
    without_office(word).is_some() || word.starts_with('新')
}

/// 大阪 of 新大阪, 千歳 of 新千歳空港: a new station or airport is called by its city, in or near which it lies.
fn without_new(word: &str) -> Option<&str> {
    let name = without_office(word).unwrap_or(word);
    name.strip_prefix('新')
        .filter(|city| city.chars().nth(1).is_some())
}

/// Tokyo Shibuya of Shibuya, Tokyo.
fn in_western_order(text: &str) -> Option<String> {
    let is_gap = |c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，');
    let words: Vec<&str> = text.split(is_gap).filter(|word| !word.is_empty()).collect();
    let turned: String = words.iter().rev().copied().collect();
    matches!(words.len(), 2..=4).then(|| fold(&turned))
}

/// 市谷 of 市ヶ谷: signs write it where official names do not.
fn without_small_ga(word: &str) -> Option<String> {
    let chars: Vec<char> = word.chars().collect();
    let is_kanji = |at: usize| chars.get(at).is_some_and(|c| ('一'..='鿿').contains(c));
    let is_small = |at: usize| chars[at] == 'が' && at > 0 && is_kanji(at - 1) && is_kanji(at + 1);
    let without: String = (0..chars.len())
        .filter(|at| !is_small(*at))
        .map(|at| chars[at])
        .collect();
    (without != word).then_some(without)
}

/// The part of an address that ends with its first number, if more follows.
fn up_to_number(word: &str) -> Option<&str> {
    let is_numeral = |c: char| "〇一二三四五六七八九十百".contains(c);
    let first = word.char_indices().skip(1).find(|(_, c)| is_numeral(*c))?.0;
    let end = word[first..].find(|c| !is_numeral(c))? + first;
    Some(&word[..end])
}

/// What a text goes on with behind a folded name, without the marks between.
fn behind(text: &str, name: &str) -> Option<String> {
    let plain: String = text.nfkc().collect();
    let ends = plain.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends
        .into_iter()
        .find(|end| fold(&plain[..*end]).ends_with(name))?;
    let rest = plain[end..].trim_start_matches("丁目");
    let is_joint =
        |c: char| c.is_whitespace() || matches!(c, '-' | '‐'..='―' | '−' | 'の' | ',' | '、');
    Some(rest.trim_matches(is_joint).to_owned())
}

/// A text before its first digit, and from there on.
fn before_number(text: &str) -> Option<(&str, String)> {
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let at = text.find(is_digit).filter(|at| *at > 0)?;
    let number: String = text[at..].nfkc().collect();
    Some((&text[..at], number.trim().to_owned()))
}

/// 渋谷駅 of 渋谷駅東口, and what is left out where that may be farther away.
fn at_station(text: &str) -> Option<(String, Option<String>)> {
    let (station, behind) = text.split_once('駅')?;
    let behind = behind.trim();
    if station.is_empty() || behind.is_empty() || behind.chars().count() > LONGEST_EXIT {
        return None;
    }
    let ends = |of: &[&str]| of.iter().any(|end| behind.ends_with(end));
    let begins = FROM_STATION.iter().any(|start| behind.starts_with(start));
    let station = format!("{station}駅");
    if ends(AT_STATION) && !begins {
        return Some((station, None));
    }
    (ends(NEAR_STATION) || begins).then(|| (station, Some(behind.to_owned())))
}

/// Whether it is found whole, and not as a part of a name.
pub(super) fn is_whole(hit: &Hit) -> bool {
    hit.quality < BEGINNING
}
