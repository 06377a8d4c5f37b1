//! What the built pages say to a browser without JavaScript: the same question, asked of the lists that
//! need none.
//!
//! The built page carries a general word for everybody. Where the address asks something, it is filled
//! in here: who was sent a link goes on to the list it means, and the form stands ready with it.

use askama::Template;

use super::Site;
use super::facilities::ITEMS;
use super::language::Language;
use super::parameters::{self as p, Given};
use super::{filter, parameters};

#[derive(Template)]
#[template(path = "no_script.html")]
struct Filled {
    language: Language,
    list: String,
    open: Option<String>,
    coverage: Option<String>,
    frame: bool,
}

/// Which of the built pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// `/`.
    Map,
    /// `/embed`.
    Frame,
    /// `/coverage`.
    Coverage,
}

/// The built page with what the address asks in its `noscript`; as it is where nothing is asked.
pub fn filled(built: &str, page: Page, query: &str, site: &Site) -> Option<String> {
    let pairs: Vec<(String, String)> = parameters::pairs(query).collect();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| &**value)
    };
    let language = match value("lang") {
        Some("en") => Language::En,
        _ => Language::Ja,
    };
    let list = list(&pairs, language, site);
    let id = value("open").filter(|id| {
        let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=64).contains(&id.len()) && id.chars().all(is_id)
    });
    let open = id.map(|id| {
        format!(
            "/collections/facilities/items/{id}?f=html{}",
            language.pick("", "&lang=en")
        )
    });
    let coverage = (page == Page::Coverage).then(|| coverage(&pairs, language));
    let asks = list.contains('&') || open.is_some();
    let asks = asks || (page == Page::Coverage && !query.is_empty());
    if !asks {
        return None;
    }
    let onward = open.as_ref().or(coverage.as_ref()).unwrap_or(&list);
    // Only a list that was asked for: who comes to the first page wants its form.
    let goes_on = page != Page::Frame && (onward != &list || has_question(&list));
    let refresh = format!(
        "<noscript><meta http-equiv=\"refresh\" content=\"0; url={}\"></noscript>",
        onward.replace('&', "&amp;").replace('"', "%22")
    );
    let body = Filled {
        language,
        list,
        open,
        coverage,
        frame: page == Page::Frame,
    };
    let body = body.render().ok()?;
    let (before, rest) = built.split_once("<noscript>")?;
    let (_, after) = rest.split_once("</noscript>")?;
    let filled = format!("{before}<noscript>{body}</noscript>{after}");
    Some(match goes_on {
        true => filled.replacen("</head>", &format!("{refresh}</head>"), 1),
        false => filled,
    })
}

fn has_question(list: &str) -> bool {
    list.split('&').skip(1).any(|pair| pair != "lang=en")
}

/// The list the page's own address means. What it would leave out, this leaves out too.
fn list(pairs: &[(String, String)], language: Language, site: &Site) -> String {
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| &**value)
    };
    let mut asked: Vec<(&str, String)> = Vec::new();
    let view = value("map").and_then(|map| {
        let mut parts = map.split('/').skip(1);
        let (lat, lon) = (parts.next()?, parts.next()?);
        Some(format!("{lon},{lat}"))
    });
    let near = value("near").map(str::to_owned).or(view);
    if let Some(near) = near {
        asked.push((p::NEAR.name, near));
    }
    // A point that a person picked has no name that could be looked up.
    let place = value("place").filter(|_| value("near").is_some() && value("origin").is_none());
    let place = place.or_else(|| value("q").filter(|_| value("near").is_none()));
    if let Some(place) = place.map(str::trim).filter(|place| !place.is_empty()) {
        asked.push((p::PLACE.name, place.chars().take(100).collect()));
    }
    let mut filters = 0;
    for parameter in [
        &p::MUNICIPALITY,
        &p::OPEN_AT,
        &p::PRICE_MAX,
        &p::ELIGIBILITY,
        &p::USE,
        &p::AMENITY_ALL,
        &p::KIND,
        &p::STOCK,
        &p::PROGRAMME,
        &p::CERTAINTY,
    ] {
        if let Some(value) = value(parameter.name).filter(|value| !value.is_empty()) {
            asked.push((parameter.name, value.to_owned()));
            filters += usize::from(parameter.name != p::MUNICIPALITY.name);
        }
    }
    if let Some(also) = value("also").filter(|also| !also.is_empty()) {
        asked.push((p::STATUS.name, format!("open,suspended,unknown,{also}")));
    }
    if filters > 0 && value("known") != Some("true") {
        asked.push((p::INCLUDE_UNKNOWN.name, "true".to_owned()));
    }
    let mut list = format!(
        "/collections/facilities/items?f=html{}",
        language.pick("", "&lang=en")
    );
    for (name, value) in asked {
        let pair = format!("{name}={}", p::encoded(&value));
        if is_read(&pair, site) {
            list.push('&');
            list.push_str(&pair);
        }
    }
    list
}

/// Whether the list would take it.
fn is_read(pair: &str, site: &Site) -> bool {
    let Ok(given) = Given::read(pair, ITEMS) else {
        return false;
    };
    given.near().is_ok() && filter::read(&given, &site.directory).is_ok()
}

/// The districts that the planner's page would show, as a list.
fn coverage(pairs: &[(String, String)], language: Language) -> String {
    let mut list = format!(
        "/collections/coverage/items?f=html{}",
        language.pick("", "&lang=en")
    );
    for name in [p::AREA.name, p::WITHIN.name] {
        let given = pairs.iter().find(|(given, _)| given == name);
        let is_number = |value: &str| value.len() <= 6 && value.bytes().all(|b| b.is_ascii_digit());
        if let Some((_, value)) = given.filter(|(_, value)| is_number(value) && !value.is_empty()) {
            list.push_str(&format!("&{name}={value}"));
        }
    }
    list
}
