//! Answers what people type. Words that are filters are separated, the rest is interpreted until an
//! interpretation finds places, and these are ranked.

use super::fold::fold_with_lot;
use super::former::is_weak;
use super::rank::{AskedName, FIRST_LETTER, RankedHit, SearchContext};
use super::read::plain;
use super::search::{BEGINNING, Hit, PlaceKey};
use super::stops::{MeantKind, NOT_NAMES, latin_words};
use super::typos::{TYPO, TypoScope};
use super::ways::is_whole;
use super::words::{self, FilterWord};
use super::{Place, Places};

/// A text to find places for, and what is known of the visitor.
#[derive(Clone, Copy)]
pub struct PlaceQuery<'a> {
    /// As it was typed.
    pub text: &'a str,
    /// How many places at most.
    pub limit: usize,
    /// Where the visitor looks or is.
    pub context: SearchContext<'a>,
    /// Whether names with another spelling may be guessed.
    pub guesses: bool,
}

/// The places found, and what else the text says.
#[derive(Debug, Default)]
pub struct PlaceAnswer {
    /// The likeliest first.
    pub places: Vec<Place>,
    /// The words that filter facilities.
    pub filters: Vec<FilterWord>,
    /// The text without them.
    pub rest: String,
    /// Whether the first place is likely enough to be used without asking.
    pub is_clear: bool,
    /// The station or airport that the text names and no list contains.
    pub missing: Option<MissingStop>,
}

/// A station or an airport that no list contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingStop {
    /// `station` or `airport`.
    pub kind: &'static str,
    /// As it was typed.
    pub name: String,
}

/// One way to understand a text, and the hits it gives.
pub(super) struct Interpretation {
    pub(super) hits: Vec<Hit>,
    /// The word that was searched for, folded or in loose Latin letters.
    pub(super) word: String,
    /// Former names that led to districts or towns.
    pub(super) former: Vec<(PlaceKey, String)>,
    /// The text differs from the places' names.
    pub(super) is_guess: bool,
    /// Another place may be meant: these are offered and never used without asking.
    pub(super) is_doubtful: bool,
    dropped: Option<String>,
    missing: Option<MissingStop>,
}

impl Interpretation {
    pub(super) fn of(word: String, hits: Vec<Hit>) -> Interpretation {
        Interpretation {
            hits,
            word,
            former: Vec::new(),
            is_guess: false,
            is_doubtful: false,
            dropped: None,
            missing: None,
        }
    }

    /// The interpretation as an offer, because another place may be meant.
    pub(super) fn offered(self) -> Interpretation {
        Interpretation {
            is_guess: true,
            is_doubtful: true,
            ..self
        }
    }

    /// The interpretation with a further part of the text ignored.
    pub(super) fn without(self, part: String) -> Interpretation {
        let dropped = match self.dropped {
            Some(own) => format!("{own} {part}"),
            None => part,
        };
        Interpretation {
            is_guess: true,
            dropped: Some(dropped),
            ..self
        }
    }

    /// Whether the text names a station or airport that no list contains.
    pub(super) fn is_missing(&self) -> bool {
        self.missing.is_some()
    }

    /// Whether a place has the whole name, not only its beginning.
    pub(super) fn is_whole(&self) -> bool {
        self.hits.iter().any(is_whole)
    }
}

impl<'a> PlaceQuery<'a> {
    /// A query by text alone.
    pub fn of(text: &'a str, limit: usize) -> PlaceQuery<'a> {
        PlaceQuery {
            text,
            limit,
            context: SearchContext::default(),
            guesses: true,
        }
    }
}

impl Places {
    /// The likeliest `limit` places for a text, the likeliest first; none for a text that names nothing.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Place> {
        self.ask(&PlaceQuery::of(text, limit)).places
    }

    /// The places a text means, with its filters.
    pub fn ask(&self, query: &PlaceQuery<'_>) -> PlaceAnswer {
        let text = query.text.trim();
        if let Some(codes) = self.postal_codes(text) {
            let first = codes.iter().take(query.limit);
            return PlaceAnswer {
                places: first
                    .map(|(number, code)| self.postal(*number, code))
                    .collect(),
                is_clear: codes.len() == 1,
                rest: text.to_owned(),
                ..PlaceAnswer::default()
            };
        }
        let own = self.interpret(text, query.limit);
        if own.is_whole() {
            return self.answer(own, words::Split::of(text), query);
        }
        let apart = words::split(text);
        if apart.rest.is_empty() && !apart.filters.is_empty() {
            return self.answer(own, apart, query);
        }
        let splits = std::iter::once(apart).chain(words::split_joined(text));
        for split in splits.filter(|split| !split.filters.is_empty()) {
            let read = self.any_interpretation(&split.rest, query);
            let read = match words::without_particle(&split.rest) {
                Some(rest) if read.hits.is_empty() => self.any_interpretation(rest, query),
                _ => read,
            };
            if !read.hits.is_empty() || read.missing.is_some() {
                return self.answer(read, split, query);
            }
        }
        let read = self.or_other(own, text, query);
        self.answer(read, words::Split::of(text), query)
    }

    fn any_interpretation(&self, text: &str, query: &PlaceQuery<'_>) -> Interpretation {
        self.or_other(self.interpret(text, query.limit), text, query)
    }

    /// The interpretation itself, or another one if it found nothing.
    fn or_other(&self, own: Interpretation, text: &str, query: &PlaceQuery<'_>) -> Interpretation {
        if !own.hits.is_empty() {
            return own;
        }
        let is_station = own.missing.as_ref().is_some_and(|m| m.kind == "station");
        if is_station && let Some(other) = self.near_station(text, query.limit) {
            return other;
        }
        if is_station && let Some(other) = self.unlisted_station(&own.word) {
            return Interpretation {
                missing: own.missing,
                ..other
            };
        }
        if !is_station && let Some(other) = self.other_interpretation(text, &own.word, query.limit)
        {
            // An airport's city is not the airport.
            let is_guess = other.is_guess || own.missing.is_some();
            let missing = own.missing;
            return Interpretation {
                is_guess,
                missing,
                ..other
            };
        }
        if !query.guesses {
            return own;
        }
        if let Some(other) = self.without_words(text, query.limit) {
            return other;
        }
        let among = match own.missing {
            Some(_) => TypoScope::Stops,
            None => TypoScope::All,
        };
        let letters = latin_name(text);
        let word = match among {
            TypoScope::Stops => super::stops::name_of(&own.word),
            TypoScope::All => &own.word,
        };
        let hits = self.near_spellings(word, letters.as_deref(), among);
        Interpretation {
            hits,
            is_guess: true,
            ..own
        }
    }

    /// Interprets a text as it is written.
    pub(super) fn interpret(&self, text: &str, limit: usize) -> Interpretation {
        let turned = station_last(text);
        let text = turned.as_deref().unwrap_or(text);
        let (word, lot) = fold_with_lot(plain(text.trim()));
        let mut hits = self.hits(&word, limit);
        let read = self.latin_hits(text, limit);
        let is_latin = !read.is_empty();
        if is_latin && text.contains(|c: char| c.is_numeric()) {
            // 1-2-3 Dogenzaka begins with no 一.
            hits.clear();
        }
        hits.extend(read);
        let (former, ways) = self.former_hits(&word);
        let (stops, meant) = self.stop_hits(text, &word, limit);
        // A name in use today comes before a former one: 河原町 no longer means a part of 鳥取市.
        let is_taken = hits.iter().chain(&stops).any(is_whole);
        hits.extend(former.iter().map(|(hit, _)| match is_taken {
            true => hit.worse(),
            false => *hit,
        }));
        if hits.iter().all(is_weak) {
            for way in &ways {
                hits.extend(self.hits(way, limit));
            }
        }
        let former: Vec<(PlaceKey, String)> = former
            .into_iter()
            .filter(|(hit, _)| !self.is_called(hit.key, &word))
            .map(|(hit, name)| (hit.key, name.to_owned()))
            .collect();
        let missing = self.only_meant(&mut hits, &stops, meant, &word, text);
        hits.extend(stops);
        if missing
            .as_ref()
            .is_some_and(|missing| missing.kind == "station")
        {
            hits.clear();
        }
        let lot = if is_latin { latin_lot(text) } else { lot };
        let read = Interpretation {
            former,
            missing,
            ..Interpretation::of(word, hits)
        };
        match lot.filter(|_| read.is_whole()) {
            Some(lot) => read.without(lot),
            None => read,
        }
    }

    /// Removes other hits if the text asks for a station or an airport. Returns the one it asks for
    /// if no list contains it.
    fn only_meant(
        &self,
        hits: &mut Vec<Hit>,
        stops: &[Hit],
        meant: MeantKind,
        word: &str,
        text: &str,
    ) -> Option<MissingStop> {
        let kind = match meant {
            MeantKind::Any => return None,
            MeantKind::Station => "station",
            MeantKind::Airport => "airport",
        };
        let is_known = stops.iter().any(|hit| hit.quality < BEGINNING);
        // さえき is a town that ends in no station, and so is 名駅 in Nagoya.
        let is_latin = latin_words(text).is_some();
        if !is_known && !is_latin && hits.iter().any(|hit| self.is_called_so(hit, word)) {
            return None;
        }
        hits.clear();
        (!is_known).then(|| MissingStop {
            kind,
            name: text.trim().to_owned(),
        })
    }

    /// Whether the word ends with the name of a place found.
    fn is_called_so(&self, hit: &Hit, word: &str) -> bool {
        let number = match hit.key {
            PlaceKey::District(_) => return is_whole(hit),
            PlaceKey::Stop(_) => return false,
            PlaceKey::Town(number) => number as usize,
            PlaceKey::Quarter(number) => self.towns.len() + number as usize,
        };
        let names = [self.folded_names.get(number), self.folded_kana.get(number)];
        is_whole(hit)
            && names
                .iter()
                .any(|name| !name.is_empty() && word.ends_with(name))
    }

    /// Whether a district has that name today.
    fn is_called(&self, found: PlaceKey, word: &str) -> bool {
        let PlaceKey::District(number) = found else {
            return false;
        };
        let area = &self.districts[number as usize];
        area.full
            .iter()
            .chain(&area.stems)
            .any(|form| **form == *word)
    }

    fn answer(
        &self,
        read: Interpretation,
        split: words::Split,
        query: &PlaceQuery<'_>,
    ) -> PlaceAnswer {
        let letters = latin_name(query.text).map(|letters| super::romaji::loose(&letters));
        let wanted = AskedName {
            word: letters.as_deref().unwrap_or(&read.word),
            says_district: says_district(query.text),
        };
        let mut ranked = self.ranked(read.hits, &wanted, query.context, query.limit);
        let is_typo = ranked
            .first()
            .is_some_and(|first| first.hit.quality >= TYPO);
        if is_typo {
            let first_letters = latin_name(query.text);
            for one in &mut ranked {
                if !self.begins_like(one.hit.key, &read.word, first_letters.as_deref()) {
                    one.score -= FIRST_LETTER;
                }
            }
            ranked.sort_by_key(|one| std::cmp::Reverse(one.score));
        }
        let is_offer = is_typo || read.is_doubtful || read.missing.is_some();
        let is_clear = !is_offer
            && self.is_clear(&ranked)
            && !self.is_elsewhere(&ranked[0], &read.word, query);
        let place = |ranked: &RankedHit| {
            let former = read
                .former
                .iter()
                .find(|(found, _)| *found == ranked.hit.key);
            Place {
                former: former.map(|(_, name)| name.clone()),
                guess: read.is_guess,
                dropped: read.dropped.clone(),
                ..self.place(ranked.hit.key)
            }
        };
        PlaceAnswer {
            places: ranked.iter().take(query.limit).map(place).collect(),
            filters: split.filters,
            rest: split.rest,
            is_clear,
            missing: read.missing,
        }
    }
}

impl Places {
    /// Whether the station is far away and another place of its name is near: the only 丸の内駅 is in Nagoya.
    fn is_elsewhere(&self, first: &RankedHit, word: &str, query: &PlaceQuery<'_>) -> bool {
        let Some(from) = self.asked_from_afar(first.hit.key, query.context) else {
            return false;
        };
        let name = latin_name(query.text);
        let name = name.as_deref().unwrap_or(super::stops::name_of(word));
        self.is_any_near(&self.interpret(name, query.limit).hits, from)
    }
}

/// Moves the station to the end: 那覇 県庁前駅 for 県庁前駅 那覇.
fn station_last(text: &str) -> Option<String> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let at = words
        .iter()
        .position(|word| word.ends_with('駅') && word.chars().count() > 1)?;
    if at + 1 == words.len() {
        return None;
    }
    let station = words.remove(at);
    words.push(station);
    Some(words.join(" "))
}

/// A text's Latin words joined, without generic words; `None` for any other text.
fn latin_name(text: &str) -> Option<String> {
    let words = latin_words(text)?;
    let names = words.iter().filter(|word| !NOT_NAMES.contains(&&***word));
    let name: String = names.map(String::as_str).collect();
    (!name.is_empty()).then_some(name)
}

/// 2-3 of 1-2-3 Dogenzaka: only the first number is a block's.
fn latin_lot(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    let numbers = words.filter(|word| word.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
    let mut lots = numbers.filter_map(|word| Some(word.split_once('-')?.1.to_owned()));
    lots.find(|lot| !lot.is_empty())
}

/// Whether a text in Latin letters has a word for a district: Ward, City.
fn says_district(text: &str) -> bool {
    let Some(words) = latin_words(text) else {
        return false;
    };
    words.iter().any(|word| {
        matches!(
            &**word,
            "ward"
                | "city"
                | "town"
                | "village"
                | "prefecture"
                | "pref"
                | "district"
                | "county"
                | "ku"
                | "shi"
                | "cho"
                | "machi"
                | "mura"
                | "son"
                | "gun"
                | "ken"
                | "fu"
                | "to"
        )
    })
}
