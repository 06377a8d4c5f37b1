//! A station's own page: what runs there, where it is, and the hubs around it.

use askama::Template;

use super::head::Head;
use super::list::{Card, facility_card};
use super::{PlaceOf, map_link, place, render, suffix};
use crate::directory::Generation;
use crate::http::language::Language;
use crate::http::opening::Shown;
use crate::snapshot::find::Page;
use crate::stations::Station;

#[derive(Template)]
#[template(path = "station.html")]
struct StationPage {
    language: Language,
    head: Head,
    title: String,
    other_name: Option<String>,
    /// Its municipality in words, as signs have it beside that, and the way to its page.
    place: Option<((String, Option<String>), String)>,
    lines: String,
    operators: String,
    near: Vec<Card>,
    all: String,
    map: String,
    json: String,
}

/// A station's own page, with the hubs nearest to it.
pub fn station(
    station: &Station,
    generation: &Generation,
    near: &Page,
    (public_url, shown): (&str, Shown),
    language: Language,
) -> String {
    let full = station.full_name();
    let (title, other_name) = match (language, station.full_name_en()) {
        (Language::En, Some(english)) => (english, Some(full)),
        (_, english) => (full, station.kana.as_deref().map(str::to_owned).or(english)),
    };
    let districts = &generation.known.districts;
    let district = station
        .municipality
        .and_then(|code| districts.municipality(code));
    let place = district.map(|district| {
        let place_of = PlaceOf {
            municipality: &district.code,
            name: &district.name,
            prefecture: &district.prefecture,
        };
        let path = format!("/collections/municipalities/items/{}", district.code);
        (
            place(&generation.known, &place_of, language),
            [&path, suffix(language)].concat(),
        )
    });
    let path = format!("/collections/stations/items/{}", station.id);
    let (lon, lat) = (station.position.lon(), station.position.lat());
    let separator = language.pick("、", ", ");
    let whole = place.as_ref().map_or("", |(place, _)| place.0.as_str());
    let head = Head {
        description: language.pick(
            format!("{whole}の{title}に近いコワーキングスペースやシェアオフィスを、距離の近い順に案内します。"),
            format!("The coworking spaces and shared offices nearest to {title}, {whole}, by distance."),
        ),
        ..Head::of(public_url, &path, &title, language)
    };
    let hits = near.hits.iter();
    render(&StationPage {
        language,
        head,
        title,
        other_name,
        place,
        lines: station.line_names().join(separator),
        operators: station.operators.join(separator),
        near: hits
            .map(|hit| facility_card(generation, hit, shown, None, language))
            .collect(),
        all: format!(
            "/collections/facilities/items{}&near={lon},{lat}",
            suffix(language)
        ),
        map: map_link([lon, lat], 14, None, language),
        json: format!("{path}?f=json"),
    })
}
