//! A question about coverage, as its parameters ask it.

use std::collections::BTreeSet;

use constcat::concat_slices;

use crate::coverage::population::Weight;
use crate::coverage::reach::{Ask, Method};
use crate::directory::coverage::{Area, Measure, Question, Supply, Within};
use crate::districts::{Districts, Level};
use crate::domain::municipality::MunicipalityCode;
use crate::http::parameters::{self as p, Given, Parameter};
use crate::http::problem::{Problem, Text};
use crate::http::{Site, filter, zones};

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
pub fn question(given: &Given<'_>, site: &Site, whole: Area) -> Result<Question, Problem> {
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
        leave_out_imprecise: given
            .choice(&p::IMPRECISE, &[("keep", false), ("leave-out", true)])?,
        imagined,
        measures: measures(given)?,
        supply: given.choice(
            &p::SUPPLY,
            &[("seats", Supply::Seats), ("facilities", Supply::Facilities)],
        )?,
    })
}

/// Which people count.
pub fn weight(given: &Given<'_>) -> Result<Weight, Problem> {
    let Some(text) = given.get(&p::WEIGHT) else {
        return Ok(Weight::Total);
    };
    text.parse().map_err(|()| {
        let known = Weight::SLUGS.join(", ");
        let rule = Text::new(format!("使えるもの: {known}"), format!("known are {known}"));
        Problem::parameter(p::WEIGHT.name, text, rule)
    })
}

fn measures(given: &Given<'_>) -> Result<BTreeSet<Measure>, Problem> {
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

/// How the area is cut.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Own,
    Prefecture,
    Municipality,
    Ward,
    Square,
}

fn area(given: &Given<'_>, districts: &Districts, whole: Area) -> Result<Area, Problem> {
    const CHOICES: &[(&str, By)] = &[
        ("", By::Own),
        ("prefecture", By::Prefecture),
        ("municipality", By::Municipality),
        ("ward", By::Ward),
        ("square", By::Square),
    ];
    let by = match given.get(&p::BY) {
        None => By::Own,
        Some(_) => given.choice(&p::BY, &CHOICES[1..])?,
    };
    let does_not_fit = |text: &str| {
        let rule = Text::new(
            "このareaはその単位に分けられません",
            "this area cannot be cut into those",
        );
        Problem::parameter(p::BY.name, text, rule)
    };
    let Some(text) = given.get(&p::AREA) else {
        return match by {
            By::Own => Ok(whole),
            By::Prefecture => Ok(Area::Prefectures),
            By::Municipality => Ok(Area::Municipalities(None)),
            By::Ward => Ok(Area::Wards(None)),
            By::Square => Err(does_not_fit("square")),
        };
    };
    let unknown = |en: String| {
        let rule = Text::new(
            "2桁の都道府県コードか、5桁（検査数字付きは6桁）の全国地方公共団体コードを指定してください",
            en,
        );
        Problem::parameter(p::AREA.name, text, rule)
    };
    if text.len() == 2 {
        let number = text
            .parse::<u8>()
            .ok()
            .filter(|_| districts.get(text).is_some())
            .ok_or_else(|| unknown("no prefecture has this code: 01 to 47".to_owned()))?;
        return match by {
            By::Own | By::Municipality => Ok(Area::Municipalities(Some(number))),
            By::Ward => Ok(Area::Wards(Some(Within::Prefecture(number)))),
            By::Square => Ok(Area::Squares(Within::Prefecture(number))),
            By::Prefecture => Err(does_not_fit("prefecture")),
        };
    }
    let code = MunicipalityCode::new(text).map_err(|error| unknown(error.to_string()))?;
    let district = districts
        .municipality(code)
        .ok_or_else(|| unknown("no municipality or ward has this code".to_owned()))?;
    match (district.level, by) {
        (Level::Ward, By::Own | By::Ward) => Ok(Area::Ward(code)),
        (Level::Ward, By::Square) => Ok(Area::Squares(Within::Ward(code))),
        (_, By::Own | By::Municipality) => Ok(Area::Municipality(code)),
        (_, By::Ward) => Ok(Area::Wards(Some(Within::Municipality(code)))),
        (_, By::Square) => Ok(Area::Squares(Within::Municipality(code))),
        (_, By::Prefecture) => Err(does_not_fit("prefecture")),
    }
}
