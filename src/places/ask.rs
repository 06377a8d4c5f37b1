//! Answering what people type: which of its words are filters, which readings of the rest find something,
//! and in which order the places come.

use super::fold::fold_with_lot;
use super::former::is_weak;
use super::rank::{Around, FIRST_LETTER, Ranked, Wanted};
use super::read::plain;
use super::search::{BEGINNING, Found, Hit};
use super::slips::{Among, SLIP};
use super::stops::{Meant, NOT_NAMES, latin_words};
use super::ways::is_whole;
use super::words::{self, FilterWord};
use super::{Place, Places};

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// As it was typed.
    pub text: &'a str,
    /// How many places at most.
    pub limit: usize,
    /// Where whoever asks looks or is.
    pub around: Around<'a>,
    /// Whether places may be guessed whose names are spelled otherwise.
    pub guesses: bool,
}

/// What is found.
#[derive(Debug, Default)]
pub struct Answer {
    /// The likeliest first.
    pub places: Vec<Place>,
    /// The words that were filters of facilities.
    pub filters: Vec<FilterWord>,
    /// The text without them.
    pub rest: String,
    /// Whether the first place is so much likelier than the others that it may be taken without asking.
    pub is_clear: bool,
    /// The station or airport that was asked for by name, where there is none of that name.
    pub missing: Option<Missing>,
}

/// A station or an airport that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// `station` or `airport`.
    pub kind: &'static str,
    /// As it was typed.
    pub name: String,
}

/// How a text is read, and what that finds.
pub(super) struct Reading {
    pub(super) hits: Vec<Hit>,
    /// The folded word, or the loose letters of one, that was looked for.
    pub(super) word: String,
    /// Former names that led to districts or towns.
    pub(super) former: Vec<(Found, String)>,
    /// Something else was typed.
    pub(super) is_guess: bool,
    /// Something else may be meant: it is offered, and never taken unasked.
    pub(super) is_doubtful: bool,
    dropped: Option<String>,
    missing: Option<Missing>,
}

impl Reading {
    pub(super) fn of(word: String, hits: Vec<Hit>) -> Reading {
        Reading {
            hits,
            word,
            former: Vec::new(),
            is_guess: false,
            is_doubtful: false,
            dropped: None,
            missing: None,
        }
    }

    /// The same as an offer: something else may be meant.
    pub(super) fn offered(self) -> Reading {
        Reading {
            is_guess: true,
            is_doubtful: true,
            ..self
        }
    }

    /// The same, which a part of the text was left out for.
    pub(super) fn without(self, part: String) -> Reading {
        let dropped = match self.dropped {
            Some(own) => format!("{own} {part}"),
            None => part,
        };
        Reading {
            is_guess: true,
            dropped: Some(dropped),
            ..self
        }
    }

    /// Whether something is named that nobody knows.
    pub(super) fn is_missing(&self) -> bool {
        self.missing.is_some()
    }

    /// Whether something is called like that, and does not only begin so.
    pub(super) fn is_whole(&self) -> bool {
        self.hits.iter().any(is_whole)
    }
}

impl<'a> Question<'a> {
    /// A text alone.
    pub fn of(text: &'a str, limit: usize) -> Question<'a> {
        Question {
            text,
            limit,
            around: Around::default(),
            guesses: true,
        }
    }
}

impl Places {
    /// The likeliest `limit` places for a text, the likeliest first; none for a text that names nothing.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Place> {
        self.ask(&Question::of(text, limit)).places
    }

    /// The places a text means, and what else it says.
    pub fn ask(&self, question: &Question<'_>) -> Answer {
        let text = question.text.trim();
        if let Some(codes) = self.postal_codes(text) {
            let first = codes.iter().take(question.limit);
            return Answer {
                places: first
                    .map(|(number, code)| self.postal(*number, code))
                    .collect(),
                is_clear: codes.len() == 1,
                rest: text.to_owned(),
                ..Answer::default()
            };
        }
        let own = self.reading(text, question.limit);
        if own.is_whole() {
            return self.answer(own, words::Split::of(text), question);
        }
        let apart = words::split(text);
        if apart.rest.is_empty() && !apart.filters.is_empty() {
            return self.answer(own, apart, question);
        }
        let splits = std::iter::once(apart).chain(words::split_joined(text));
        for split in splits.filter(|split| !split.filters.is_empty()) {
            let read = self.any_reading(&split.rest, question);
            let read = match words::without_particle(&split.rest) {
                Some(rest) if read.hits.is_empty() => self.any_reading(rest, question),
                _ => read,
            };
            if !read.hits.is_empty() || read.missing.is_some() {
                return self.answer(read, split, question);
            }
        }
        let read = self.or_other(own, text, question);
        self.answer(read, words::Split::of(text), question)
    }

    fn any_reading(&self, text: &str, question: &Question<'_>) -> Reading {
        self.or_other(self.reading(text, question.limit), text, question)
    }

    /// A reading of a text, or where it finds nothing another one.
    fn or_other(&self, own: Reading, text: &str, question: &Question<'_>) -> Reading {
        if !own.hits.is_empty() {
            return own;
        }
        let is_station = own.missing.as_ref().is_some_and(|m| m.kind == "station");
        if is_station && let Some(other) = self.at_that_station(text, question.limit) {
            return other;
        }
        if is_station && let Some(other) = self.like_that_station(&own.word) {
            return Reading {
                missing: own.missing,
                ..other
            };
        }
        if !is_station && let Some(other) = self.other_reading(text, &own.word, question.limit) {
            // An airport's city is not the airport.
            let is_guess = other.is_guess || own.missing.is_some();
            let missing = own.missing;
            return Reading {
                is_guess,
                missing,
                ..other
            };
        }
        if !question.guesses {
            return own;
        }
        if let Some(other) = self.without_words(text, question.limit) {
            return other;
        }
        let among = match own.missing {
            Some(_) => Among::Stops,
            None => Among::All,
        };
        let letters = latin_name(text);
        let word = match among {
            Among::Stops => super::stops::name_of(&own.word),
            Among::All => &own.word,
        };
        let hits = self.near_spellings(word, letters.as_deref(), among);
        Reading {
            hits,
            is_guess: true,
            ..own
        }
    }

    /// What a text finds as it is written.
    pub(super) fn reading(&self, text: &str, limit: usize) -> Reading {
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
        // A name that something has today means that: 河原町 is no part of 鳥取市 any more.
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
        let former: Vec<(Found, String)> = former
            .into_iter()
            .filter(|(hit, _)| !self.is_called(hit.found, &word))
            .map(|(hit, name)| (hit.found, name.to_owned()))
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
        let read = Reading {
            former,
            missing,
            ..Reading::of(word, hits)
        };
        match lot.filter(|_| read.is_whole()) {
            Some(lot) => read.without(lot),
            None => read,
        }
    }

    /// Where a text says that it means a station or an airport, leaves only these; tells which one it is
    /// where none has that name.
    fn only_meant(
        &self,
        hits: &mut Vec<Hit>,
        stops: &[Hit],
        meant: Meant,
        word: &str,
        text: &str,
    ) -> Option<Missing> {
        let kind = match meant {
            Meant::Any => return None,
            Meant::Station => "station",
            Meant::Airport => "airport",
        };
        let is_known = stops.iter().any(|hit| hit.matched < BEGINNING);
        // さえき is a town that ends in no station, and so is 名駅 in Nagoya.
        let is_latin = latin_words(text).is_some();
        if !is_known && !is_latin && hits.iter().any(|hit| self.is_called_so(hit, word)) {
            return None;
        }
        hits.clear();
        (!is_known).then(|| Missing {
            kind,
            name: text.trim().to_owned(),
        })
    }

    /// Whether a place that was found has a name with which the word ends.
    fn is_called_so(&self, hit: &Hit, word: &str) -> bool {
        let number = match hit.found {
            Found::District(_) => return is_whole(hit),
            Found::Stop(_) => return false,
            Found::Town(number) => number as usize,
            Found::Quarter(number) => self.towns.len() + number as usize,
        };
        let names = [self.folded_names.get(number), self.folded_kana.get(number)];
        is_whole(hit)
            && names
                .iter()
                .any(|name| !name.is_empty() && word.ends_with(name))
    }

    /// Whether a district has that name today.
    fn is_called(&self, found: Found, word: &str) -> bool {
        let Found::District(number) = found else {
            return false;
        };
        let area = &self.districts[number as usize];
        area.full
            .iter()
            .chain(&area.stems)
            .any(|form| **form == *word)
    }

    fn answer(&self, read: Reading, split: words::Split, question: &Question<'_>) -> Answer {
        let letters = latin_name(question.text).map(|letters| super::romaji::loose(&letters));
        let wanted = Wanted {
            word: letters.as_deref().unwrap_or(&read.word),
            says_district: says_district(question.text),
        };
        let mut ranked = self.ranked(read.hits, &wanted, question.around, question.limit);
        let is_slip = ranked
            .first()
            .is_some_and(|first| first.hit.matched >= SLIP);
        if is_slip {
            let first_letters = latin_name(question.text);
            for one in &mut ranked {
                if !self.begins_like(one.hit.found, &read.word, first_letters.as_deref()) {
                    one.score -= FIRST_LETTER;
                }
            }
            ranked.sort_by_key(|one| std::cmp::Reverse(one.score));
        }
        let is_offer = is_slip || read.is_doubtful || read.missing.is_some();
        let is_clear = !is_offer
            && self.is_clear(&ranked)
            && !self.is_elsewhere(&ranked[0], &read.word, question);
        let place = |ranked: &Ranked| {
            let former = read
                .former
                .iter()
                .find(|(found, _)| *found == ranked.hit.found);
            Place {
                former: former.map(|(_, name)| name.clone()),
                guess: read.is_guess,
                dropped: read.dropped.clone(),
                ..self.place(ranked.hit.found)
            }
        };
        Answer {
            places: ranked.iter().take(question.limit).map(place).collect(),
            filters: split.filters,
            rest: split.rest,
            is_clear,
            missing: read.missing,
        }
    }
}

impl Places {
    /// Whether a station lies far away, and a place of its name near: 丸の内駅 asked for in Tokyo is in Nagoya.
    fn is_elsewhere(&self, first: &Ranked, word: &str, question: &Question<'_>) -> bool {
        let Some(from) = self.asked_from_afar(first.hit.found, question.around) else {
            return false;
        };
        let name = latin_name(question.text);
        let name = name.as_deref().unwrap_or(super::stops::name_of(word));
        self.is_any_near(&self.reading(name, question.limit).hits, from)
    }
}

/// 那覇 県庁前駅 of 県庁前駅 那覇: what says that a station is meant stands last.
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

/// A text's words in Latin letters in one piece, without those that are no name; `None` of any other text.
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

/// Whether a text in Latin letters says itself that it means a district.
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
