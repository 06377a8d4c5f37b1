//! What narrows facilities down: the parameters that items, tiles, coverage, counts and files share.

use serde_json::json;

use super::{self as p, Parameter, QueryParams, datetime, unknown_word, words, words_or};
use crate::directory::{Directory, Generation, moment};
use crate::districts::Districts;
use crate::domain::municipality::MunicipalityCode;
use crate::domain::vocabulary::{
    Amenity, Certainty, Eligibility, Kind, Precision, Programme, Status, StatusAge, Stock, Use,
};
use crate::http::problem::{Problem, Text};
use crate::opening::Minute;
use crate::snapshot::facets::Facet;
use crate::snapshot::find::{Filter, Line};
use crate::snapshot::names::Words;

parameters! {
    MUNICIPALITY = "municipality", "Codes of municipalities or wards (five digits, or six with the check digit) or prefectures (two digits), separated by commas. A city includes its wards.",
        super::list(json!({"type": "string", "pattern": "^[0-9]{2}([0-9]{3,4})?$"}));
    KIND = "kind", "Sorts of places, or `unknown`.", words_or(Kind::SLUGS, "unknown");
    STOCK = "stock", "Former buildings, or `unknown`.", words_or(Stock::SLUGS, "unknown");
    PROGRAMME = "programme", "Programmes that supported it, or `unknown`.", words_or(Programme::SLUGS, "unknown");
    CERTAINTY = "certainty", "How sure a programme's support is.", words_or(Certainty::SLUGS, "unknown");
    ELIGIBILITY = "eligibility", "Who may use it, or `unknown`.", words_or(Eligibility::SLUGS, "unknown");
    AMENITY = "amenity", "What it offers, or `unknown`: any of these.", words_or(Amenity::SLUGS, "unknown");
    AMENITY_ALL = "amenity-all", "What it offers: all of these.", words(Amenity::SLUGS);
    USE = "use", "How it can be used, or `unknown`.", words_or(Use::SLUGS, "unknown");
    PRECISION = "precision", "How exactly its position is known.", words(Precision::SLUGS);
    STATUS = "status", "Whether it works; `*` for all. Without it: open, suspended and unknown.", words_or(Status::SLUGS, "*");
    STATUS_AGE = "status-age", "How long ago its status was said, in calendar years: `fresh` this year or last year, `ageing` two to four years ago, `old` five or more; or `unknown`.", words_or(StatusAge::SLUGS, "unknown");
    INCLUDE_UNKNOWN = "include-unknown", "Whether those follow whose value is unknown where one is asked for.",
        json!({"type": "boolean", "default": false});
    PRICE_MAX = "price-max", "An hour costs at most so many yen.", json!({"type": "integer", "minimum": 0, "examples": [400]});
    SEATS_MIN = "seats-min", "At least so many seats.", json!({"type": "integer", "minimum": 0});
    OPEN_AT = "open-at", "Open at this minute, by opening hours, Japan's public holidays and temporary closures: `now`, or a moment (RFC 3339). Adds the property `opening`.",
        json!({"type": "string", "examples": ["now", "2026-04-01T09:00:00+09:00"]});
    OPENING = "opening", "Adds the property `opening` for this minute, `now` or a moment (RFC 3339): its `state` (`open`, `closed`, `unknown`), `until` when (null if nothing is known to change), whether the hours are `readable`, and a `note`: why it is closed for a time, or what leaves it unknown.",
        json!({"type": "string", "examples": ["now"]});
    NAMED = "q", "Words that a facility's names hold, each of them: in kanji, kana or Latin letters, however wide.",
        json!({"type": "string", "minLength": 1, "maxLength": 100});
}

/// What narrows facilities down wherever it may be asked: all but where and how many.
pub const PARAMETERS: &[&Parameter] = &[
    &p::DATETIME,
    &MUNICIPALITY,
    &KIND,
    &STOCK,
    &PROGRAMME,
    &CERTAINTY,
    &ELIGIBILITY,
    &AMENITY,
    &AMENITY_ALL,
    &USE,
    &PRECISION,
    &STATUS,
    &STATUS_AGE,
    &PRICE_MAX,
    &SEATS_MIN,
    &OPEN_AT,
    &NAMED,
    &INCLUDE_UNKNOWN,
];

/// The longest text looked for in names.
const LONGEST_WORDS: usize = 100;

/// The filter of a request.
pub fn read(given: &QueryParams<'_>, directory: &Directory) -> Result<Filter, Problem> {
    let mut filter = given.filter(&directory.reference().districts)?;
    if let Some(text) = given.get(&p::DATETIME) {
        let rule = || {
            Text::new(
                "日付か日時、または「始め/終わり」の期間を指定してください（例 2026-04-01/..）",
                "must be a day, a moment or an interval, such as 2026-04-01/..",
            )
        };
        filter.checked = Some(
            datetime::days(text)
                .ok_or_else(|| Problem::parameter(p::DATETIME.name, text, rule()))?,
        );
    }
    filter.price_max = given.whole(&PRICE_MAX)?;
    filter.seats_min = given.whole(&SEATS_MIN)?;
    filter.open_at = minute(given, &OPEN_AT)?;
    filter.named = given.get(&NAMED).map(name_words).transpose()?;
    Ok(filter)
}

/// The filter of an answer without an order, in which what might match stands among what does.
pub fn read_lenient(given: &QueryParams<'_>, directory: &Directory) -> Result<Filter, Problem> {
    let filter = read(given, directory)?;
    // Without a demand there is nothing unknown, and the answer is quicker.
    let lenient = given.include_unknown()? && filter != Filter::default();
    Ok(Filter { lenient, ..filter })
}

/// The minute a parameter names: `now`, or a moment.
pub fn minute(given: &QueryParams<'_>, parameter: &Parameter) -> Result<Option<Minute>, Problem> {
    let Some(text) = given.get(parameter) else {
        return Ok(None);
    };
    if text == NOW {
        return Ok(Some(now()));
    }
    // A plus that was not encoded has become a space.
    let encoded = text.rsplit_once(' ');
    let encoded = encoded.map(|(time, offset)| format!("{time}+{offset}"));
    let minute = Minute::read(text).or_else(|| Minute::read(encoded.as_deref()?));
    minute.map(Some).ok_or_else(|| {
        let rule = Text::new(
            "now か、1970年から2050年までの時差の付いた日時（例 2026-04-01T09:00:00+09:00）を指定してください",
            "must be now, or a moment of the years 1970 to 2050 with its offset, such as 2026-04-01T09:00:00+09:00",
        );
        Problem::parameter(parameter.name, text, rule)
    })
}

/// How a parameter asks for this minute.
pub const NOW: &str = "now";

/// This minute.
pub fn now() -> Minute {
    Minute::of(moment())
}

/// What an answer's ETag is made of: with `now` in one of its parameters, or where the answer shows
/// anyway what is open, also the minute it was made for.
pub fn tag(generation: &Generation, given: &QueryParams<'_>, shown: Option<Minute>) -> String {
    let is_now = |parameter| given.get(parameter) == Some(NOW);
    if is_now(&OPEN_AT) || is_now(&OPENING) {
        return at(&generation.tag, shown.unwrap_or_else(now));
    }
    generation.tag.clone()
}

/// The tag of what changes with neither facilities nor time.
pub fn text_tag(generation: &Generation) -> String {
    format!("{}-text", generation.origin)
}

/// A tag of an answer that is right for one minute.
pub fn at(tag: &str, minute: Minute) -> String {
    format!("{tag}-m{}", minute.number())
}

fn name_words(text: &str) -> Result<Words, Problem> {
    let is_short = text.chars().count() <= LONGEST_WORDS;
    Words::of(text).filter(|_| is_short).ok_or_else(|| {
        let rule = Text::new(
            format!("1〜{LONGEST_WORDS}文字の施設名かその一部を指定してください"),
            format!(
                "must be a facility's name or a part of it, of 1 to {LONGEST_WORDS} characters"
            ),
        );
        Problem::parameter(NAMED.name, text, rule)
    })
}

impl QueryParams<'_> {
    /// Whether those of unknown value follow.
    pub fn include_unknown(&self) -> Result<bool, Problem> {
        Ok(self.flag(&INCLUDE_UNKNOWN)?.unwrap_or(false))
    }

    /// Which words are wanted.
    pub fn filter(&self, districts: &Districts) -> Result<Filter, Problem> {
        let status = match self.get(&STATUS) {
            None => None,
            Some("*") => Some(Status::ALL.to_vec()),
            Some(text) => Some(self.words(&STATUS, text, Status::SLUGS)?),
        };
        let mut lines = Vec::new();
        self.line(&KIND, Kind::SLUGS, Facet::Kind, &mut lines)?;
        self.line(&STOCK, Stock::SLUGS, Facet::Stock, &mut lines)?;
        self.line(&PROGRAMME, Programme::SLUGS, Facet::Programme, &mut lines)?;
        self.line(&CERTAINTY, Certainty::SLUGS, Facet::Certainty, &mut lines)?;
        self.line(
            &ELIGIBILITY,
            Eligibility::SLUGS,
            Facet::Eligibility,
            &mut lines,
        )?;
        self.line(&AMENITY, Amenity::SLUGS, Facet::Amenity, &mut lines)?;
        self.line(&USE, Use::SLUGS, Facet::Use, &mut lines)?;
        self.line(&STATUS_AGE, StatusAge::SLUGS, Facet::StatusAge, &mut lines)?;
        if let Some(text) = self.get(&PRECISION) {
            let any = self.words(&PRECISION, text, Precision::SLUGS)?;
            lines.push(Line {
                any: any.into_iter().map(Facet::Precision).collect(),
                unknown: vec![],
            });
        }
        if let Some(text) = self.get(&MUNICIPALITY) {
            lines.push(self.areas(text, districts)?);
        }
        let each = match self.get(&AMENITY_ALL) {
            Some(text) => self.words(&AMENITY_ALL, text, Amenity::SLUGS)?,
            None => vec![],
        };
        let each = each.into_iter().map(|amenity| Line {
            any: vec![Facet::Amenity(Some(amenity))],
            unknown: vec![Facet::Amenity(None)],
        });
        Ok(Filter {
            status,
            lines,
            each: each.collect(),
            ..Filter::default()
        })
    }

    /// A line of a vocabulary that can be unknown.
    fn line<W: std::str::FromStr>(
        &self,
        parameter: &Parameter,
        slugs: &'static [&'static str],
        facet: fn(Option<W>) -> Facet,
        lines: &mut Vec<Line>,
    ) -> Result<(), Problem> {
        let Some(text) = self.get(parameter) else {
            return Ok(());
        };
        let mut any = Vec::new();
        for word in text.split(',').map(str::trim) {
            // `certainty` has a word of its own called unknown; support nobody knows of is unknown as well.
            match word.parse() {
                Ok(word) => any.push(facet(Some(word))),
                Err(_) if word == "unknown" => {}
                Err(_) => return Err(unknown_word(parameter, word, slugs)),
            }
            if word == "unknown" {
                any.push(facet(None));
            }
        }
        lines.push(Line {
            any,
            unknown: vec![facet(None)],
        });
        Ok(())
    }

    fn areas(&self, text: &str, districts: &Districts) -> Result<Line, Problem> {
        let mut line = Line::default();
        for code in text.split(',').map(str::trim) {
            let wrong = |ja: String, en: String| {
                Problem::parameter(MUNICIPALITY.name, code, Text::new(ja, en))
            };
            let unknown = || {
                wrong(
                    "この番号の自治体はありません".to_owned(),
                    "no municipality, ward or prefecture has this code".to_owned(),
                )
            };
            if code.len() == 2 {
                let number = code
                    .parse::<u8>()
                    .ok()
                    .filter(|_| districts.get(code).is_some())
                    .ok_or_else(unknown)?;
                line.any.push(Facet::Prefecture(number));
                continue;
            }
            let code = MunicipalityCode::new(code).map_err(|error| {
                wrong(
                    "5桁、または検査数字の正しい6桁の全国地方公共団体コードではありません"
                        .to_owned(),
                    error.to_string(),
                )
            })?;
            let district = districts.municipality(code).ok_or_else(unknown)?;
            line.any.push(Facet::District(code));
            line.unknown.extend(district.parent.map(Facet::SomeWardOf));
        }
        Ok(line)
    }
}
