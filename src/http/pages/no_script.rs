//! What the built pages say to a browser without JavaScript: the same question, asked of the lists that
//! need none.
//!
//! The built page carries a general word for everybody. Where the address asks something, it is filled
//! in here: who was sent a link goes on to the list it means, and the form stands ready with it.

use askama::Template;

use crate::http::find::facilities::ITEMS;
use crate::http::language::Language;
use crate::http::query::{self as p, QueryParams, filter};
use crate::http::site::Site;

#[derive(Template)]
#[template(path = "no_script.html")]
struct Filled {
    language: Language,
    list: String,
    open: Option<String>,
    coverage: Option<String>,
    /// Nothing is asked yet.
    form: bool,
    frame: bool,
}

/// Which of the built pages.
#[derive(Clone, Copy)]
pub enum Page {
    /// `/`.
    Map,
    /// `/embed`.
    Frame,
    /// `/coverage`, and whether the list of districts takes a query.
    Coverage(fn(&str, &Site) -> bool),
}

/// The built page with what the address asks in its `noscript`; as it is where nothing is asked.
pub fn filled(built: &str, page: Page, query: &str, site: &Site) -> Option<String> {
    let pairs: Vec<(String, String)> = p::pairs(query).collect();
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
    let coverage = match page {
        Page::Coverage(is_read) => Some(coverage(&pairs, language, site, is_read)),
        _ => None,
    };
    let asks = has_question(&list) || open.is_some() || language.is_english();
    let asks = asks || (coverage.is_some() && !query.is_empty());
    if !asks {
        return None;
    }
    let (coverage, is_whole) = coverage.unzip();
    let onward = coverage.as_ref().unwrap_or(&list);
    // A list that was asked for: who comes to the first page wants its form, and the map of one hub is
    // not its page, which links to it.
    let goes_on = match page {
        Page::Map => open.is_none() && has_question(&list),
        Page::Coverage(_) => is_whole == Some(true),
        Page::Frame => false,
    };
    let refresh = format!(
        "<noscript><meta http-equiv=\"refresh\" content=\"0; url={}\"></noscript>",
        onward.replace('&', "&amp;").replace('"', "%22")
    );
    let body = Filled {
        language,
        form: !has_question(&list) && open.is_none(),
        list,
        open,
        coverage,
        frame: matches!(page, Page::Frame),
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
    // The name of a point would only lead away from it: there may be several such places.
    let named = value("place").filter(|_| value("near").is_some() && value("origin").is_none());
    let sought = value("q").filter(|_| value("near").is_none());
    for (parameter, name) in [(&p::NEAR_NAME, named), (&p::PLACE, sought)] {
        if let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) {
            asked.push((parameter.name, name.chars().take(100).collect()));
        }
    }
    let filters = [
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
    ];
    for parameter in filters {
        if let Some(value) = value(parameter.name).filter(|value| !value.is_empty()) {
            asked.push((parameter.name, value.to_owned()));
        }
    }
    if let Some(also) = value("also").filter(|also| !also.is_empty()) {
        asked.push((p::STATUS.name, format!("open,suspended,unknown,{also}")));
    }
    asked.retain(|(name, value)| is_read(&format!("{name}={}", p::encoded(value)), site));
    let narrows = |name: &str| {
        let filter = filters.iter().find(|filter| filter.name == name);
        filter.is_some_and(|filter| filter.name != p::MUNICIPALITY.name)
    };
    if value("known") != Some("true") && asked.iter().any(|(name, _)| narrows(name)) {
        asked.push((p::INCLUDE_UNKNOWN.name, "true".to_owned()));
    }
    let asked = asked
        .iter()
        .map(|(name, value)| format!("&{name}={}", p::encoded(value)));
    format!(
        "/collections/facilities/items?f=html{}{}",
        language.pick("", "&lang=en"),
        asked.collect::<String>()
    )
}

/// Whether the list would take it.
fn is_read(pair: &str, site: &Site) -> bool {
    let Ok(given) = QueryParams::read(pair, ITEMS) else {
        return false;
    };
    given.near().is_ok() && filter::read(&given, &site.directory).is_ok()
}

/// The districts that the planner's page would show, as a list, and whether it asks all that the address
/// does.
fn coverage(
    pairs: &[(String, String)],
    language: Language,
    site: &Site,
    is_read: fn(&str, &Site) -> bool,
) -> (String, bool) {
    let list = format!(
        "/collections/coverage/items?f=html{}",
        language.pick("", "&lang=en")
    );
    // How the page shows it is no part of the question.
    let is_view = |name: &str| ["f", "lang"].contains(&name) || name.starts_with("view.");
    let asked = pairs
        .iter()
        .filter(|(name, value)| !is_view(name) && !value.is_empty());
    let asked: Vec<String> = asked
        .map(|(name, value)| format!("&{name}={}", p::encoded(value)))
        .collect();
    let query = format!("f=html{}", asked.concat());
    match is_read(&query, site) {
        true => (list + &asked.concat(), !asked.is_empty()),
        // Other figures than those that were asked for are no answer.
        false => (list, false),
    }
}
