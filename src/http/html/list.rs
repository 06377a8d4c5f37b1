//! Pages of many: facilities with a search that needs no script, districts, whose data is used.

use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::facility::followable;
use super::form::Form;
use super::status::{is_by_rule, status_words};
use super::{PlaceOf, Then, collection, href, list, place, render, suffix, unknown, usable};
use crate::directory::Generation;
use crate::directory::reference::label;
use crate::districts::District;
use crate::domain::facility::Source;
use crate::http::answer::Link;
use crate::http::features::OF_ITEMS;
use crate::http::language::Language;
use crate::http::negotiate::{CSV, FGB, Format, GEOJSONL, GPKG, KML, XLSX};
use crate::http::opening::{self, Shown};
use crate::http::query::{self as p, Parameter};
use crate::snapshot::find::{Hit, Page};

#[derive(Template)]
#[template(path = "list.html")]
pub(super) struct ListPage<'a> {
    pub language: Language,
    pub title: String,
    /// Beside an English title, as signs have it.
    pub written: Option<String>,
    pub summary: String,
    pub search: Option<&'a Search>,
    pub form: Option<Form>,
    /// That nothing is near, where nearest first was asked for.
    pub far: bool,
    /// What a visitor can use stands first, in a list by distance.
    pub by_use: bool,
    /// The same in a list without one.
    pub facts_first: bool,
    /// The minute whose states the cards tell, as the form sends it and, unless it is this one, in words.
    pub moment: String,
    pub named: Option<String>,
    /// What another language's page keeps of the question.
    pub kept: String,
    pub cards: Vec<Card>,
    pub next: Option<String>,
    pub json: Option<String>,
    pub files: Option<Files>,
    pub then: Option<&'a Then>,
}

/// All that match, whatever page this is, as files to take away.
pub(super) struct Files {
    matched: usize,
    /// What each is called, and where it is.
    links: Vec<(&'static str, String)>,
}

impl Files {
    /// Of a list of a collection, as it is asked for.
    pub fn of(collection: &str, asked: &str, formats: &[Format], matched: usize) -> Option<Files> {
        let pairs = kept(asked);
        let pairs = pairs.split('&').filter(|pair| !pair.is_empty());
        let question: String = pairs
            .filter(|pair| pair.split('=').next() != Some(p::LIMIT.name))
            .map(|pair| format!("&{pair}"))
            .collect();
        let named = formats.iter().filter_map(|format| {
            let name = match *format {
                CSV => "CSV",
                XLSX => "Excel",
                GPKG => "GeoPackage",
                FGB => "FlatGeobuf",
                KML => "KML",
                GEOJSONL => "GeoJSON Lines",
                _ => return None,
            };
            let f = format.name;
            let href = format!("/collections/{collection}/items?f={f}{question}");
            Some((name, href))
        });
        let links = named.collect();
        (matched > 0).then_some(Files { matched, links })
    }
}

/// What somebody without a script looks for, and what came of it.
#[derive(Debug, Default)]
pub struct Search {
    /// The place they wrote.
    pub written: String,
    /// What it was taken for.
    pub found: Option<String>,
    /// The same in English, where that is known.
    pub found_en: Option<String>,
    /// Whether the address has a position beside it.
    pub is_near: bool,
    /// Whether only what is open is shown.
    pub is_open: bool,
    /// The places that may be meant, where it is not clear which.
    pub choices: Vec<SearchChoice>,
}

/// A place that may be meant.
#[derive(Debug)]
pub struct SearchChoice {
    /// With the districts around it.
    pub name: String,
    /// The same in English, where that is known.
    pub name_en: Option<String>,
    /// The list near it.
    pub href: String,
}

impl Search {
    /// The question of this list as one that stands for itself: a form may send a place beside the
    /// position of the one before, and only one of them was meant.
    fn file_question(&self, asked: &str) -> String {
        let has = |parameter: &Parameter| {
            let mut pairs = asked.split('&');
            pairs.any(|pair| pair.split('=').next() == Some(parameter.name))
        };
        if self.is_lost() || !self.choices.is_empty() {
            return p::without(asked, &[&p::PLACE]);
        }
        match has(&p::PLACE) && has(&p::NEAR) && !has(&p::NEAR_NAME) {
            true => p::without(asked, &[&p::NEAR]),
            false => asked.to_owned(),
        }
    }

    /// Whether a place was written that nobody knows.
    fn is_lost(&self) -> bool {
        !self.written.is_empty() && self.found.is_none() && self.choices.is_empty()
    }
}

pub(super) struct Card {
    pub href: Option<String>,
    pub title: String,
    pub lines: Vec<Line>,
}

/// A line of a card, and what of it stays Japanese.
pub(super) struct Line {
    pub text: String,
    pub japanese: Option<String>,
}

impl From<String> for Line {
    fn from(text: String) -> Line {
        Line {
            text,
            japanese: None,
        }
    }
}

/// A page of facilities.
pub fn facilities(
    generation: &Generation,
    page: &Page,
    (search, asked): (&Search, &str),
    shown: Shown,
    links: &[Link],
    then: Option<&Then>,
    language: Language,
) -> String {
    // What only may match stays behind what does.
    let with_unknown = asked.split('&').any(|pair| pair == "include-unknown=true");
    let by_use = (!with_unknown).then(|| usable::first(&page.hits, &generation.snapshot));
    let by_use = by_use.flatten();
    let hits = by_use.clone().unwrap_or_else(|| page.hits.iter().collect());
    let cards = hits
        .into_iter()
        .map(|hit| facility_card(generation, hit, shown, then, language))
        .collect();
    let (matched, listed) = (page.matched, page.hits.len());
    render(&ListPage {
        language,
        title: match &search.found {
            Some(place) => {
                let english = search.found_en.as_ref().unwrap_or(place);
                language.pick(format!("{place}に近い拠点"), format!("Hubs near {english}"))
            }
            None if search.is_near => language
                .pick("近い順の拠点", "Hubs, nearest first")
                .to_owned(),
            None => language.pick("テレワーク拠点", "Telework hubs").to_owned(),
        },
        written: search
            .found
            .clone()
            .filter(|_| language.is_english() && search.found_en.is_some()),
        summary: language.pick(
            format!("{matched}件のうち{listed}件を表示"),
            format!("Showing {listed} of {matched}"),
        ),
        search: Some(search),
        form: Some(Form::of(asked, matched, language)),
        far: !asked.split('&').any(|pair| pair.starts_with("cursor="))
            && page
                .hits
                .first()
                .and_then(|hit| hit.distance)
                .is_some_and(|distance| distance.0 > WALKED),
        by_use: by_use.is_some(),
        facts_first: !search.is_near && listed > 1,
        moment: shown.moment(),
        named: shown.named(language),
        kept: kept(asked),
        cards,
        next: href(links, "next"),
        json: href(links, "alternate"),
        files: Files::of(
            "facilities",
            &search.file_question(asked),
            OF_ITEMS,
            matched as usize,
        ),
        then,
    })
}

pub(super) fn facility_card(
    generation: &Generation,
    hit: &Hit,
    shown: Shown,
    then: Option<&Then>,
    language: Language,
) -> Card {
    #[derive(Deserialize)]
    struct Brief {
        name: String,
        name_en: Option<String>,
        kind: Option<String>,
        status: String,
        status_asof: Option<String>,
        status_age: Option<String>,
        sources: Vec<Source>,
        municipality: String,
        prefecture: String,
        municipality_name: String,
        position_precision: String,
        price_hour_yen: Option<u32>,
        eligibility: Option<String>,
    }
    let entry = generation.snapshot.entry(hit.slot);
    let brief: Brief = entry.properties();
    let english = language == Language::En;
    let kind = brief
        .kind
        .as_deref()
        .map_or(unknown(language), |kind| label("kind", kind, english));
    // Always in this order: is it open, what does it cost, who may come.
    let price = brief.price_hour_yen.map(|yen| match yen {
        0 => language.pick("無料", "Free").to_owned(),
        _ => language.pick(format!("¥{yen}/時"), format!("¥{yen}/h")),
    });
    let who = brief.eligibility.as_deref();
    let who = who.map(|who| label("eligibility", who, english).to_owned());
    let open = opening::words(&entry.opening, shown, language);
    let first: Vec<String> = [Some(open), price, who].into_iter().flatten().collect();
    let (text, japanese) = place(
        &generation.known,
        &PlaceOf {
            municipality: &brief.municipality,
            name: &brief.municipality_name,
            prefecture: &brief.prefecture,
        },
        language,
    );
    let kind = format!(
        "{} ・ {}",
        kind,
        status_words(
            &brief.status,
            brief.status_asof.as_deref(),
            brief.status_age.as_deref(),
            is_by_rule(&brief.sources),
            language
        )
    );
    let mut lines: Vec<Line> = vec![
        first.join(" ・ ").into(),
        kind.into(),
        Line { text, japanese },
    ];
    // A place known only to its city has no distance worth telling.
    if let Some(distance) = hit.distance.filter(|_| brief.position_precision != "city") {
        lines.push(far(distance.0, language).into());
    }
    Card {
        href: Some(format!(
            "/collections/facilities/items/{}{}{}{}",
            entry.id,
            suffix(language),
            then.map_or(String::new(), |then| format!("&{}", then.query)),
            shown.query(),
        )),
        title: brief.name_en.filter(|_| english).unwrap_or(brief.name),
        lines,
    }
}

/// A question without its page and its language.
pub(super) fn kept(query: &str) -> String {
    let own = ["f", "lang", "cursor"];
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .filter(|pair| !own.contains(&pair.split('=').next().unwrap_or("")))
        .map(|pair| format!("&{pair}"))
        .collect()
}

/// An hour on foot at 80 m a minute.
const WALKED: f64 = 4_800.0;

/// A distance as far as it means something: 350 m, 1.2 km, and on foot only where somebody would walk.
fn far(metres: f64, language: Language) -> String {
    let distance = match metres {
        ..995.0 => format!("{:.0} m", (metres / 10.0).round() * 10.0),
        ..99_500.0 => format!("{:.1} km", metres / 1000.0),
        _ => format!("{:.0} km", metres / 1000.0),
    };
    if metres > WALKED {
        return language.pick(
            format!("直線距離 {distance}"),
            format!("{distance} in a straight line"),
        );
    }
    let minutes = (metres / 80.0).ceil().max(1.0);
    language.pick(
        format!("直線距離 {distance}・徒歩{minutes:.0}分"),
        format!("{distance} in a straight line, {minutes:.0} minutes on foot"),
    )
}

/// A page of districts.
pub fn districts(page: &[&District], matched: usize, links: &[Link], language: Language) -> String {
    let card = |district: &&District| Card {
        href: Some(format!(
            "/collections/{}/items/{}{}",
            collection(district),
            district.code,
            suffix(language)
        )),
        title: language.pick(&*district.name, &*district.romaji).to_owned(),
        lines: vec![match language {
            Language::Ja => format!("{} {}", district.code, district.kana).into(),
            Language::En => Line {
                text: district.code.to_string(),
                japanese: Some(district.name.to_string()),
            },
        }],
    };
    render(&ListPage {
        language,
        title: language
            .pick("市区町村・都道府県", "Municipalities and prefectures")
            .to_owned(),
        summary: language.pick(
            format!("{matched}件のうち{}件を表示", page.len()),
            format!("Showing {} of {matched}", page.len()),
        ),
        written: None,
        search: None,
        form: None,
        far: false,
        by_use: false,
        facts_first: false,
        moment: String::new(),
        named: None,
        kept: String::new(),
        cards: page.iter().map(card).collect(),
        next: href(links, "next"),
        json: href(links, "alternate"),
        files: None,
        then: None,
    })
}

/// Whose data is used.
pub fn credits(document: &Value, language: Language) -> String {
    let credits = list(&document["credits"]);
    let text = |credit: &Value, key: &str| {
        let english = language
            .is_english()
            .then(|| credit[format!("{key}_en")].as_str());
        let text = english.flatten().or_else(|| credit[key].as_str());
        text.unwrap_or_default().to_owned()
    };
    let card = |credit: &Value| {
        // How its makers want to be named stands beside a translation of it.
        let wanted = credit["text"]
            .as_str()
            .filter(|_| !credit["text_en"].is_null());
        Card {
            href: credit["url"]
                .as_str()
                .filter(|url| followable(url))
                .map(str::to_owned),
            title: text(credit, "title"),
            lines: vec![
                Line {
                    text: text(credit, "text"),
                    japanese: wanted.filter(|_| language.is_english()).map(str::to_owned),
                },
                text(credit, "licence").into(),
            ],
        }
    };
    render(&ListPage {
        language,
        title: language.pick("データの出典", "Data credits").to_owned(),
        summary: language
            .pick(
                "この地図と一覧は、次のデータを加工して作られています。",
                "This map and directory are made from the following data.",
            )
            .to_owned(),
        written: None,
        search: None,
        form: None,
        far: false,
        by_use: false,
        facts_first: false,
        moment: String::new(),
        named: None,
        kept: String::new(),
        cards: credits.iter().map(card).collect(),
        next: None,
        json: Some("/credits?f=json".to_owned()),
        files: None,
        then: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_say_no_more_than_they_mean() {
        for (metres, expected) in [
            (0.0, "直線距離 0 m・徒歩1分"),
            (352.4, "直線距離 350 m・徒歩5分"),
            (994.0, "直線距離 990 m・徒歩13分"),
            (999.0, "直線距離 1.0 km・徒歩13分"),
            (1_234.0, "直線距離 1.2 km・徒歩16分"),
            (4_801.0, "直線距離 4.8 km"),
            (781_045.0, "直線距離 781 km"),
        ] {
            assert_eq!(far(metres, Language::Ja), expected);
        }
    }
}
