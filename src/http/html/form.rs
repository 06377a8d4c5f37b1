//! The form above a list without a script: filters that whoever needs them most asks for. What else the
//! address asks goes on with it unseen.

use crate::directory::reference::label;
use crate::domain::vocabulary::{Amenity, Eligibility, Use};
use crate::http::language::Language;
use crate::http::query as p;
use crate::http::query::filter;

/// What the form asks for besides a place and whether it is open.
pub(super) struct Form {
    pub choices: Vec<Choice>,
    pub with_unknown: bool,
    /// Names and values of what has no field.
    pub hidden: Vec<(String, String)>,
    /// Nothing matches; where to go then.
    pub is_empty: bool,
    pub unknown: Option<String>,
    pub all: String,
}

/// One of several words.
pub(super) struct Choice {
    pub label: &'static str,
    pub name: &'static str,
    pub options: Vec<Offered>,
}

pub(super) struct Offered {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

/// What the form sends of itself, or never goes on.
const OWN: [&str; 9] = [
    "f",
    "lang",
    "cursor",
    "place",
    "open-at",
    "opening",
    "limit",
    "include-unknown",
    "sortby",
];

impl Form {
    /// Of a query, and how many it found.
    pub(super) fn of(query: &str, matched: u64, language: Language) -> Form {
        let pairs: Vec<(String, String)> = p::pairs(query)
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let value = |name: &str| {
            let pair = pairs.iter().find(|(given, _)| given == name);
            pair.map_or("", |(_, value)| value)
        };
        let english = language.is_english();
        let any = language.pick("問わない", "Any");
        let choice = |(ja, en), name, vocabulary, slugs: &[&str]| {
            Choice::of(
                language.pick(ja, en),
                name,
                value(name),
                |slug| label(vocabulary, slug, english).to_owned(),
                slugs,
                any,
            )
        };
        let choices = vec![
            choice(
                ("利用できる人", "Who may use it"),
                p::ELIGIBILITY.name,
                "eligibility",
                Eligibility::SLUGS,
            ),
            choice(
                ("利用方法", "Ways to use it"),
                p::USE.name,
                "uses",
                Use::SLUGS,
            ),
            choice(
                ("設備", "Amenities"),
                p::AMENITY_ALL.name,
                "amenities",
                Amenity::SLUGS,
            ),
        ];
        let is_own =
            |name: &str| OWN.contains(&name) || choices.iter().any(|choice| choice.name == name);
        let hidden: Vec<(String, String)> = pairs
            .iter()
            .filter(|(name, _)| !is_own(name))
            .cloned()
            .collect();
        let is_filter = |name: &str| filter::PARAMETERS.iter().any(|filter| filter.name == name);
        // Of most hubs little is known: the first filter must not show an empty Japan.
        let asks = pairs.iter().any(|(name, _)| is_filter(name));
        let with_unknown = !asks || value(p::INCLUDE_UNKNOWN.name) == "true";
        let link = |is_kept: &dyn Fn(&str) -> bool, more: &str| {
            let kept = pairs.iter().filter(|(name, _)| is_kept(name));
            let kept = kept.map(|(name, value)| format!("&{name}={}", p::encoded(value)));
            format!(
                "/collections/facilities/items?f=html{}{}{more}",
                language.pick("", "&lang=en"),
                kept.collect::<String>()
            )
        };
        let is_free = |name: &str| !matches!(name, "f" | "lang" | "cursor");
        Form {
            is_empty: matched == 0,
            unknown: (asks && !with_unknown && matched == 0).then(|| {
                link(
                    &|name| is_free(name) && name != p::INCLUDE_UNKNOWN.name,
                    "&include-unknown=true",
                )
            }),
            all: link(&|name| is_free(name) && !is_filter(name), ""),
            choices,
            with_unknown,
            hidden,
        }
    }
}

impl Choice {
    fn of(
        label: &'static str,
        name: &'static str,
        chosen: &str,
        word: impl Fn(&str) -> String,
        slugs: &[&str],
        any: &'static str,
    ) -> Choice {
        let mut values = vec![""];
        values.extend(slugs);
        // Several words, as the map's page asks for them, are one choice more.
        if !values.contains(&chosen) {
            values.push(chosen);
        }
        let options = values.into_iter().map(|value| Offered {
            label: match value {
                "" => any.to_owned(),
                value => value.split(',').map(&word).collect::<Vec<_>>().join(" + "),
            },
            is_chosen: value == chosen,
            value: value.to_owned(),
        });
        Choice {
            label,
            name,
            options: options.collect(),
        }
    }
}
