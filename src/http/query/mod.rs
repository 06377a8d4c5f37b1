//! The parameters of the API: one table that both reads them and describes them.
//!
//! Reading is strict. A parameter that an operation does not list, a value that breaks its rule,
//! the same parameter twice with different values, and a broken percent-encoding are each
//! answered by a problem that names them.

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $about:literal, $schema:expr;)+) => {
        $($(#[$doc])* #[doc = concat!("`", $key, "`: ", $about)]
        pub const $name: $crate::http::query::Parameter = $crate::http::query::Parameter { name: $key, about: $about, schema: || $schema };)+
    };
}

pub(in crate::http) use parameters;

pub mod area;
pub mod as_of;
pub mod cursor;
pub mod datetime;
pub mod filter;
mod paging;
mod position;
pub mod text;

use std::borrow::Cow;

use actix_web::HttpRequest;
use serde_json::{Value, json};

use crate::http::negotiate;
use crate::http::problem::{Problem, Text};
use text::decoded;

pub use area::AREA;
pub use as_of::AS_OF;
pub use datetime::DATETIME;
pub use filter::{
    AMENITY_ALL, CERTAINTY, ELIGIBILITY, INCLUDE_UNKNOWN, KIND, MUNICIPALITY, OPEN_AT, OPENING,
    PRICE_MAX, PROGRAMME, STATUS, STOCK, USE,
};
pub use paging::{CURSOR, DEFAULT_LIMIT, GREATEST_LIMIT, LIMIT};
pub use position::{BBOX, BBOX_CRS, CRS, CRS84, MAX_DISTANCE, NEAR, NEAR_NAME, PLACE};
pub use text::{encoded, number, pairs, without, without_empty};

/// A query parameter.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does, for the API's definition.
    pub about: &'static str,
    /// Its JSON Schema.
    pub schema: fn() -> Value,
}

impl Parameter {
    /// What separates the members of its value, where that is a list.
    fn separator(&self) -> Option<char> {
        let schema = (self.schema)();
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("array"), _) => Some(','),
            (_, Some(SEMICOLONS)) => Some(';'),
            _ => None,
        }
    }

    /// Adds a value that is given after another. Many clients send a list as one parameter a member; the
    /// same value twice is one, and anything else would be a guess.
    fn add(&self, first: &mut Cow<'_, str>, value: &str) -> Result<(), Problem> {
        let separator = self.separator();
        let is_member = |text: &str| separator.is_some_and(|mark| !text.contains(mark));
        if *first == value && !is_member(value) {
            return Ok(());
        }
        let schema = (self.schema)();
        let most = schema["maxItems"].as_u64();
        if let Some(mark) = separator
            && (most.is_none() || is_member(value))
        {
            let joined = format!("{first}{mark}{value}");
            let members = joined.split(mark).count() as u64;
            if most.is_none_or(|most| members <= most) {
                *first = Cow::Owned(joined);
                return Ok(());
            }
        }
        let form = separator.and_then(|_| form(&schema["examples"][0]));
        let rule = match form {
            Some(form) => Text::new(
                format!(
                    "「{first}」と重ねて指定されています。{}={form} の形で1回だけ指定してください",
                    self.name
                ),
                format!(
                    "“{first}” was given too: give it once, as {}={form}",
                    self.name
                ),
            ),
            None => Text::new(
                format!("「{first}」と重ねて指定されています"),
                format!("“{first}” was given too"),
            ),
        };
        Err(Problem::parameter(self.name, value, rule))
    }
}

/// An example as a query has it.
fn form(example: &Value) -> Option<String> {
    match example {
        Value::Array(members) => {
            let members: Vec<String> = members.iter().map(Value::to_string).collect();
            Some(members.join(","))
        }
        example => example.as_str().map(str::to_owned),
    }
}

/// The `format` of a text whose members are separated by semicolons.
pub const SEMICOLONS: &str = "semicolons";

/// The longest query string read: 200 codes of municipalities take less than a tenth of it.
pub const LONGEST_QUERY: usize = 16_384;

parameters! {
    F = "f", "The representation, whatever Accept says.", json!({"type": "string"});
    LANG = "lang", "The language of sentences.", json!({"type": "string", "enum": ["ja", "en"]});
}

/// What `/` and the other documents take.
pub const DOCUMENT: &[&Parameter] = &[&F, &LANG];

/// What tiles without filters take.
pub const TILE: &[&Parameter] = &[&F];

pub(in crate::http) fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

/// A list of words.
pub(in crate::http) fn words(slugs: &[&str]) -> Value {
    list(json!({"type": "string", "enum": slugs}))
}

/// A list of words, or one more: where the words have it themselves, it is named once.
pub(in crate::http) fn words_or(slugs: &[&str], other: &str) -> Value {
    let mut all = slugs.to_vec();
    if !all.contains(&other) {
        all.push(other);
    }
    words(&all)
}

/// A request's parameters, decoded.
pub struct QueryParams<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl<'a> QueryParams<'a> {
    /// Reads a request's query. Where a page is asked for, parameters that are not among `known` are
    /// ignored: shared links gather them.
    pub fn of(request: &'a HttpRequest, known: &[&Parameter]) -> Result<QueryParams<'a>, Problem> {
        let is_page = negotiate::wants_page(request);
        QueryParams::read_as(request.query_string(), known, is_page)
    }

    /// Reads a query string whose parameters are among `known`.
    pub fn read(query: &'a str, known: &[&Parameter]) -> Result<QueryParams<'a>, Problem> {
        QueryParams::read_as(query, known, false)
    }

    fn read_as(
        query: &'a str,
        known: &[&Parameter],
        ignores_unknown: bool,
    ) -> Result<QueryParams<'a>, Problem> {
        if query.len() > LONGEST_QUERY {
            return Err(Problem::query_too_long(query.len(), LONGEST_QUERY));
        }
        let mut given: Vec<(&'static str, Cow<'a, str>)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if ignores_unknown && !is_known(pair, known) {
                continue;
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
                let names: Vec<&str> = known.iter().map(|parameter| parameter.name).collect();
                return Err(Problem::unknown_parameter(&name, &names));
            };
            match given.iter_mut().find(|(name, _)| *name == parameter.name) {
                Some((_, first)) => parameter.add(first, &value)?,
                None if parameter.name == LANG.name && !matches!(&*value, "ja" | "en") => {
                    let rule = Text::new("使えるもの: ja, en", "known are ja, en");
                    return Err(Problem::parameter(LANG.name, &value, rule));
                }
                None if [CRS.name, BBOX_CRS.name].contains(&parameter.name)
                    && !position::is_crs84(&value) =>
                {
                    let rule =
                        Text::new(format!("使えるもの: {CRS84}"), format!("known is {CRS84}"));
                    return Err(Problem::parameter(parameter.name, &value, rule));
                }
                None => given.push((parameter.name, value)),
            }
        }
        Ok(QueryParams(given))
    }

    /// The value of a parameter, if it was given.
    pub fn get(&self, parameter: &Parameter) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| *name == parameter.name)
            .map(|(_, value)| value.as_ref())
    }

    /// A whole number of at least 0; what is greater than any value there is, is the greatest.
    pub fn whole(&self, parameter: &Parameter) -> Result<Option<u32>, Problem> {
        let Some(text) = self.get(parameter) else {
            return Ok(None);
        };
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            let rule = Text::new(
                "0以上の整数を指定してください",
                "must be a whole number of at least 0",
            );
            return Err(Problem::parameter(parameter.name, text, rule));
        }
        Ok(Some(text.parse().unwrap_or(u32::MAX)))
    }

    /// A flag, where it is given.
    pub fn flag(&self, parameter: &Parameter) -> Result<Option<bool>, Problem> {
        match self.get(parameter) {
            None => Ok(None),
            Some("false") => Ok(Some(false)),
            Some("true") => Ok(Some(true)),
            Some(other) => {
                let rule = Text::new("trueかfalseを指定してください", "must be true or false");
                Err(Problem::parameter(parameter.name, other, rule))
            }
        }
    }

    /// One of a few words; the first where none is given.
    pub fn choice<T: Copy>(
        &self,
        parameter: &Parameter,
        choices: &[(&str, T)],
    ) -> Result<T, Problem> {
        let Some(text) = self.get(parameter) else {
            return Ok(choices[0].1);
        };
        let found = choices.iter().find(|(word, _)| *word == text.trim());
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let slugs: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            unknown_word(parameter, text, &slugs)
        })
    }

    /// Words separated by commas, each one of a few.
    pub fn among(
        &self,
        parameter: &Parameter,
        text: &str,
        known: &[&'static str],
    ) -> Result<Vec<&'static str>, Problem> {
        let word = |word: &str| {
            let found = known.iter().find(|known| **known == word).copied();
            found.ok_or_else(|| unknown_word(parameter, word, known))
        };
        text.split(',').map(str::trim).map(word).collect()
    }

    fn words<W: std::str::FromStr>(
        &self,
        parameter: &Parameter,
        text: &str,
        slugs: &[&str],
    ) -> Result<Vec<W>, Problem> {
        let word = |word: &str| {
            word.parse()
                .map_err(|_| unknown_word(parameter, word, slugs))
        };
        text.split(',').map(str::trim).map(word).collect()
    }
}

pub(in crate::http) fn unknown_word(parameter: &Parameter, word: &str, slugs: &[&str]) -> Problem {
    let known = slugs.join(", ");
    let rule = Text::new(format!("使えるもの: {known}"), format!("known are {known}"));
    Problem::parameter(parameter.name, word, rule)
}

/// Whether a pair of a query is of a known parameter.
fn is_known(pair: &str, known: &[&Parameter]) -> bool {
    let name = decoded(pair.split('=').next().unwrap_or(""));
    name.is_ok_and(|name| known.iter().any(|parameter| parameter.name == name))
}

/// A request's query, as links repeat it: where a page is asked for, without what is not `known`.
pub fn query<'a>(request: &'a HttpRequest, known: &[&Parameter]) -> Cow<'a, str> {
    let query = request.query_string();
    if !negotiate::wants_page(request) {
        return query.into();
    }
    let pairs = query.split('&').filter(|pair| is_known(pair, known));
    pairs.collect::<Vec<_>>().join("&").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: &[&Parameter] = &[&LIMIT, &NEAR, &MAX_DISTANCE, &BBOX, &KIND, &CURSOR];

    #[test]
    fn broken_encodings_unknown_and_conflicting_parameters_are_refused() {
        for bad in [
            "near=%",
            "near=%zz",
            "near=%ff",
            "%E3%81=1",
            "nix=1",
            "limit=1&limit=2",
        ] {
            assert!(QueryParams::read(bad, ALL).is_err(), "{bad}");
        }
        for good in [
            "",
            "&&",
            "limit=1&limit=1",
            "near=139.7&near=35.66",
            "near=139%2C35",
            "kind=a+b",
        ] {
            assert!(QueryParams::read(good, ALL).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_list_may_be_given_as_one_parameter_a_member_and_is_else_refused_with_its_form() {
        let add = Parameter {
            name: "add",
            about: "",
            schema: || json!({"type": "string", "format": SEMICOLONS, "examples": ["1,2;3,4"]}),
        };
        let known = [&NEAR, &BBOX, &KIND, &LIMIT, &add];
        let joined = [
            ("near=139.7&near=35.66", &NEAR, "139.7,35.66"),
            ("near=139.7,35.66&near=139.7,35.66", &NEAR, "139.7,35.66"),
            ("bbox=139&bbox=35&bbox=139&bbox=35", &BBOX, "139,35,139,35"),
            (
                "bbox=1&near=1&bbox=2&near=2&bbox=3&bbox=4",
                &BBOX,
                "1,2,3,4",
            ),
            ("kind=a&kind=b", &KIND, "a,b"),
            ("kind=a,b&kind=c", &KIND, "a,b,c"),
            ("kind=a,b&kind=a,b", &KIND, "a,b"),
            ("add=1,2&add=3,4", &add, "1,2;3,4"),
        ];
        for (query, parameter, expected) in joined {
            let params = QueryParams::read(query, &known).unwrap();
            assert_eq!(params.get(parameter), Some(expected), "{query}");
        }
        let refused = [
            ("near=139.7,35.66&near=139.8,35.7", "near=139.7016,35.658"),
            ("near=1&near=2&near=3", "near=139.7016,35.658"),
            ("bbox=1,2,3,4&bbox=5,6,7,8", "bbox=139.6,35.6,139.8,35.7"),
            ("limit=1&limit=2", "“1” was given too"),
        ];
        for (query, form) in refused {
            let problem = QueryParams::read(query, &known).map(|_| ()).unwrap_err();
            assert!(
                problem.detail().en.contains(form),
                "{query}: {:?}",
                problem.detail()
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in ".{0,40}", numbers in prop::collection::vec(any::<f64>(), 0..7)) {
            let listed = numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
            for value in [text, listed] {
                let encoded = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC).to_string();
                for parameter in ALL {
                    let query = format!("{}={encoded}", parameter.name);
                    let given = QueryParams::read(&query, ALL).unwrap();
                    let _ = (given.limit(1, 2), given.near(), given.max_distance(), given.bbox(), given.cursor());
                }
            }
        }
    }
}
