//! A list of facilities that is asked for by a place's name, as somebody without a script or an assistant
//! does: which place that is, which of the words are filters, and what else may be meant.

use std::sync::Arc;

use crate::domain::position::Position;
use crate::http::find::address;
use crate::http::find::places::{self, Suggestions};
use crate::http::html::{Search, SearchChoice};
use crate::http::negotiate::{Format, HTML};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::places::FilterWord;

/// So many places are offered where several may be meant.
const CHOICES: usize = 8;

/// What a list is asked for.
pub struct Named {
    /// What the page says of it.
    pub search: Search,
    /// Where the place is.
    pub place: Option<Position>,
    /// The question, with the filters that stood among the words.
    pub query: String,
}

/// Reads the place of a question; `asked` is the question as it came.
pub async fn place(
    site: &Site,
    given: &QueryParams<'_>,
    format: Format,
    asked: &str,
) -> Result<Named, Problem> {
    let is_near = given.get(&p::NEAR).is_some();
    let named = given.get(&p::NEAR_NAME).filter(|_| is_near);
    let named = named.unwrap_or("").trim();
    let written = given.get(&p::PLACE).map_or(named, str::trim).to_owned();
    let mut search = Search {
        is_near,
        is_open: given.get(&p::OPEN_AT).is_some(),
        written,
        ..Search::default()
    };
    let as_it_is = |search: Search| Named {
        search,
        place: None,
        query: asked.to_owned(),
    };
    if search.written.is_empty() {
        return Ok(as_it_is(search));
    }
    let wrong =
        |ja: &str, en: &str| Problem::parameter(p::PLACE.name, &search.written, Text::new(ja, en));
    // A name alone may mean another place; who came with a position keeps it.
    if search.written == named {
        search.found = Some(search.written.clone());
        return Ok(as_it_is(search));
    }
    // In a form somebody may write another place than the one they came from.
    if search.is_near && format != HTML {
        return Err(wrong(
            "nearと一緒には使えません",
            "cannot stand beside near",
        ));
    }
    if !places::is_readable(&search.written) {
        return Err(wrong(
            "100文字までにしてください",
            "may have 100 characters at most",
        ));
    }
    let directory = Arc::clone(&site.directory);
    let text = search.written.clone();
    // Just after the start, the towns may still be being read.
    let found = compute(move || {
        let now = directory.now();
        let found = Suggestions::of(&now, &text, CHOICES, None, None);
        let mut choices = found.choices(&now);
        let mut is_clear = found.is_clear();
        if let Some(door) = address::find(&directory, &now, found.rest_of(&text), found.places()) {
            is_clear |= door.is_clear;
            choices.insert(0, door.choice(&now));
            choices.truncate(CHOICES);
        }
        (found, choices, is_clear)
    });
    let (found, choices, is_clear) = found.await?;
    let mut query = asked.to_owned();
    if !found.filters().is_empty() {
        query = with_filters(asked, found.rest(), found.filters(), format == HTML);
        search.written = found.rest().to_owned();
        search.is_open |= found
            .filters()
            .iter()
            .any(|filter| filter.parameter == p::OPEN_AT.name);
        if search.written.is_empty() {
            return Ok(Named {
                search,
                place: None,
                query,
            });
        }
    }
    let mut choices = choices.into_iter();
    match choices.next() {
        // A person chooses; a program takes the likeliest.
        Some(first) if !is_clear && format == HTML => {
            let all = std::iter::once(first).chain(choices);
            search.choices = all.map(|choice| offered(choice, &query)).collect();
            Ok(Named {
                search,
                place: None,
                query,
            })
        }
        Some(first) => {
            search.found_en = first.name_en;
            search.found = Some(first.name);
            Ok(Named {
                search,
                place: Some(first.position),
                query,
            })
        }
        // A person reads that on the page, beside the list.
        None if format == HTML => Ok(Named {
            search,
            place: None,
            query,
        }),
        None => Err(Problem::parameter(
            p::PLACE.name,
            &search.written,
            Text::new(
                "その名前の場所は見つかりません",
                "no place of this name was found",
            ),
        )),
    }
}

/// A choice as a link to the same question near that place.
fn offered(choice: places::Choice, query: &str) -> SearchChoice {
    let kept = p::without(query, &[&p::PLACE, &p::NEAR, &p::NEAR_NAME, &p::CURSOR]);
    let near = format!("{},{}", choice.position.lon(), choice.position.lat());
    let href = format!(
        "?{kept}&{}={near}&{}={}",
        p::NEAR.name,
        p::NEAR_NAME.name,
        p::encoded(&choice.full)
    );
    SearchChoice {
        name: choice.full,
        name_en: choice.full_en,
        href,
    }
}

/// The question with the place that is left of its words, and with their filters. A filter that the question
/// has already wins, but for what a place offers: of that everything is wanted.
fn with_filters(asked: &str, rest: &str, filters: &[FilterWord], is_page: bool) -> String {
    let mut pairs: Vec<(String, String)> = p::pairs(asked).collect();
    pairs.retain(|(name, _)| name != p::PLACE.name);
    if !rest.is_empty() {
        pairs.push((p::PLACE.name.to_owned(), rest.to_owned()));
    }
    for filter in filters {
        let known = pairs.iter_mut().find(|(name, _)| name == filter.parameter);
        let is_list = filter.parameter == p::AMENITY_ALL.name;
        match known {
            None => pairs.push((filter.parameter.to_owned(), filter.value.clone())),
            Some((_, values))
                if is_list && !values.split(',').any(|value| value == filter.value) =>
            {
                values.push(',');
                values.push_str(&filter.value);
            }
            Some(_) => {}
        }
    }
    // Of most facilities little is known: on a page they follow those that match.
    if is_page
        && !pairs
            .iter()
            .any(|(name, _)| name == p::INCLUDE_UNKNOWN.name)
    {
        pairs.push((p::INCLUDE_UNKNOWN.name.to_owned(), "true".to_owned()));
    }
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", p::encoded(name), p::encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_among_the_words_join_those_of_the_question() {
        let filter = |parameter, value: &str| FilterWord {
            word: String::new(),
            parameter,
            value: value.to_owned(),
        };
        let filters = [
            filter("amenity-all", "wifi"),
            filter("amenity-all", "booth"),
            filter("price-max", "0"),
        ];
        for (asked, expected) in [
            (
                "f=html&place=x",
                "f=html&place=A&amenity-all=wifi,booth&price-max=0&include-unknown=true",
            ),
            (
                "place=x&price-max=500&amenity-all=power,wifi&include-unknown=false",
                "price-max=500&amenity-all=power,wifi,booth&include-unknown=false&place=A",
            ),
        ] {
            assert_eq!(with_filters(asked, "A", &filters, true), expected);
        }
    }
}
