//! A question about coverage, as its parameters ask it.

use std::collections::BTreeSet;

use constcat::concat_slices;

use crate::coverage::population::Weight;
use crate::coverage::reach::{Ask, Method};
use crate::directory::coverage::area::{By, NoArea};
use crate::directory::coverage::{Area, Imprecision, Measure, Question, Supply};
use crate::districts::Districts;
use crate::http::plan::query::{self as p, Parameter, QueryParams};
use crate::http::plan::zones;
use crate::http::problem::{Problem, Text};
use crate::http::query::filter;
use crate::http::site::Site;

/// What it takes beside the filters, about one district.
pub const OF_ONE: &[&Parameter] = &[
    &p::WITHIN,
    &p::METHOD,
    &p::WEIGHT,
    &p::MEASURES,
    &p::SUPPLY,
    &p::ADD,
    &p::IMPRECISE,
];

/// The same, and about which districts.
pub const PARAMETERS: &[&Parameter] = concat_slices!([&Parameter]: &[&p::AREA, &p::BY], OF_ONE);

/// The question; without `area` and `by` about the whole country cut as `whole` says.
pub fn question(given: &QueryParams<'_>, site: &Site, whole: Area) -> Result<Question, Problem> {
    let districts = &site.directory.reference().districts;
    let imagined = given.imagined()?;
    zones::few_imagined(imagined.len())?;
    Ok(Question {
        area: area(given, districts, whole)?,
        ask: Ask {
            within: given.reach()?,
            method: given.choice(
                &p::METHOD,
                &[("centre", Method::Centre), ("area", Method::Area)],
            )?,
            weight: weight(given)?,
        },
        filter: filter::read(given, &site.directory)?,
        include_unknown: given.include_unknown()?,
        imprecision: given.choice(&p::IMPRECISE, Imprecision::CHOICES)?,
        imagined,
        measures: measures(given)?,
        supply: given.choice(
            &p::SUPPLY,
            &[("seats", Supply::Seats), ("facilities", Supply::Facilities)],
        )?,
    })
}

/// Which people count.
pub fn weight(given: &QueryParams<'_>) -> Result<Weight, Problem> {
    let Some(text) = given.get(&p::WEIGHT) else {
        return Ok(Weight::Total);
    };
    text.parse().map_err(|()| {
        let known = Weight::SLUGS.join(", ");
        let rule = Text::new(format!("使えるもの: {known}"), format!("known are {known}"));
        Problem::parameter(p::WEIGHT.name, text, rule)
    })
}

fn measures(given: &QueryParams<'_>) -> Result<BTreeSet<Measure>, Problem> {
    let mut wanted = BTreeSet::new();
    for word in given
        .get(&p::MEASURES)
        .unwrap_or("")
        .split(',')
        .map(str::trim)
    {
        match Measure::SLUGS.iter().position(|slug| *slug == word) {
            Some(place) => drop(wanted.insert(Measure::ALL[place])),
            None if word == "all" => wanted.extend(Measure::ALL),
            None if word.is_empty() => {}
            None => {
                let known = Measure::SLUGS.join(", ");
                let rule = Text::new(
                    format!("使えるもの: {known}, all"),
                    format!("known are {known}, all"),
                );
                return Err(Problem::parameter(p::MEASURES.name, word, rule));
            }
        }
    }
    Ok(wanted)
}

fn area(given: &QueryParams<'_>, districts: &Districts, whole: Area) -> Result<Area, Problem> {
    let by = match given.get(&p::BY) {
        None => None,
        Some(_) => Some(given.choice(&p::BY, By::CHOICES)?),
    };
    let code = given.get(&p::AREA);
    Area::read(code, by, whole, districts).map_err(|error| match error {
        NoArea::Code(rule) => Problem::parameter(p::AREA.name, code.unwrap_or(""), rule),
        NoArea::Cut(rule) => Problem::parameter(p::BY.name, given.get(&p::BY).unwrap_or(""), rule),
    })
}
