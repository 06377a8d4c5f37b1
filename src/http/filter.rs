//! What narrows facilities down: the parameters that items, tiles, coverage, counts and files share.

use super::parameters::{self as p, Given, Parameter};
use super::problem::{Problem, Text};
use crate::directory::{Directory, Generation, moment};
use crate::opening::Minute;
use crate::snapshot::find::Filter;
use crate::snapshot::names::Words;

/// What narrows facilities down wherever it may be asked: all but where and how many.
pub const PARAMETERS: &[&Parameter] = &[
    &p::DATETIME,
    &p::MUNICIPALITY,
    &p::KIND,
    &p::STOCK,
    &p::PROGRAMME,
    &p::CERTAINTY,
    &p::ELIGIBILITY,
    &p::AMENITY,
    &p::AMENITY_ALL,
    &p::USE,
    &p::PRECISION,
    &p::STATUS,
    &p::STATUS_AGE,
    &p::PRICE_MAX,
    &p::SEATS_MIN,
    &p::OPEN_AT,
    &p::NAMED,
    &p::INCLUDE_UNKNOWN,
];

/// The longest text looked for in names.
const LONGEST_WORDS: usize = 100;

/// The filter of a request.
pub fn read(given: &Given<'_>, directory: &Directory) -> Result<Filter, Problem> {
    let mut filter = given.filter(&directory.reference().districts)?;
    if let Some(text) = given.get(&p::DATETIME) {
        let rule = || {
            Text::new(
                "日付か日時、または「始め/終わり」の期間を指定してください（例 2026-04-01/..）",
                "must be a day, a moment or an interval, such as 2026-04-01/..",
            )
        };
        filter.checked = Some(
            super::datetime::days(text)
                .ok_or_else(|| Problem::parameter(p::DATETIME.name, text, rule()))?,
        );
    }
    filter.price_max = given.whole(&p::PRICE_MAX)?;
    filter.seats_min = given.whole(&p::SEATS_MIN)?;
    filter.open_at = minute(given, &p::OPEN_AT)?;
    filter.named = given.get(&p::NAMED).map(words).transpose()?;
    Ok(filter)
}

/// The filter of an answer without an order, in which what might match stands among what does.
pub fn read_lenient(given: &Given<'_>, directory: &Directory) -> Result<Filter, Problem> {
    let filter = read(given, directory)?;
    // Without a demand there is nothing unknown, and the answer is quicker.
    let lenient = given.include_unknown()? && filter != Filter::default();
    Ok(Filter { lenient, ..filter })
}

/// The minute a parameter names: `now`, or a moment.
pub fn minute(given: &Given<'_>, parameter: &Parameter) -> Result<Option<Minute>, Problem> {
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
pub fn tag(generation: &Generation, given: &Given<'_>, shown: Option<Minute>) -> String {
    let is_now = |parameter| given.get(parameter) == Some(NOW);
    if is_now(&p::OPEN_AT) || is_now(&p::OPENING) {
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

fn words(text: &str) -> Result<Words, Problem> {
    let is_short = text.chars().count() <= LONGEST_WORDS;
    Words::of(text).filter(|_| is_short).ok_or_else(|| {
        let rule = Text::new(
            format!("1〜{LONGEST_WORDS}文字の施設名かその一部を指定してください"),
            format!(
                "must be a facility's name or a part of it, of 1 to {LONGEST_WORDS} characters"
            ),
        );
        Problem::parameter(p::NAMED.name, text, rule)
    })
}
