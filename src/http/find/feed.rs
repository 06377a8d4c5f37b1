//! Atom feeds of what changed last, with GeoRSS points: of all facilities, of a district.

use std::cmp::Reverse;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::directory::Generation;
use crate::directory::reference::label;
use crate::districts::{District, Level};
use crate::domain::vocabulary::Status;
use crate::http::answer::{Answer, Stop, escaped};
use crate::http::find::districts as pages;
use crate::http::language::Language;
use crate::http::negotiate::{self, ATOM};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::snapshot::entries::Entry;
use crate::snapshot::find::{Filter, Line, Query};

/// What a feed takes.
pub const PARAMETERS: &[&Parameter] = &[&p::F, &p::LANG];

/// Changes a feed tells: more than a town has in a month, and a reader asks more often.
const LONGEST: usize = 50;

/// `/collections/facilities/feed`.
pub async fn all(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    answer(&request, None).await
}

/// `/collections/municipalities/items/{id}/feed`: of a municipality or a ward.
pub async fn municipality(
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Stop> {
    of_district(&request, &code, &[Level::Ward, Level::Municipality]).await
}

/// `/collections/prefectures/items/{id}/feed`.
pub async fn prefecture(
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Stop> {
    of_district(&request, &code, &[Level::Prefecture]).await
}

async fn of_district(
    request: &HttpRequest,
    code: &str,
    levels: &[Level],
) -> Result<HttpResponse, Stop> {
    let districts = &Site::of(request).directory.reference().districts;
    let district = districts.get(code).filter(|d| levels.contains(&d.level));
    if district.is_none() {
        let none = Text::new(
            format!("コード「{code}」はありません"),
            format!("there is no code “{code}” here"),
        );
        return Err(Problem::not_found(none).into());
    }
    answer(request, Some(code.to_owned())).await
}

async fn answer(request: &HttpRequest, code: Option<String>) -> Result<HttpResponse, Stop> {
    let site = Site::of(request).clone();
    let given = QueryParams::of(request, PARAMETERS)?;
    // There is no other representation: whoever does not ask for one gets the feed.
    let asked = given.get(&p::F).or(Some(ATOM.name));
    let format = negotiate::format(request, asked, &[ATOM])?;
    let generation = site.directory.now();
    let answer = Answer::begin(request, &generation, format)?;
    let (language, here) = (answer.language(), site.url(request.path()));
    let told = Arc::clone(&generation);
    let text = compute(move || {
        let districts = &told.known.districts;
        let district = code.as_deref().and_then(|code| districts.get(code));
        written(&site, &told, district, &here, language)
    });
    Ok(answer.finish(text.await?))
}

fn written(
    site: &Site,
    generation: &Generation,
    district: Option<&District>,
    here: &str,
    language: Language,
) -> String {
    let snapshot = &generation.snapshot;
    let lines = district.map(|district| Line {
        any: pages::facet(district).into_iter().collect(),
        unknown: Vec::new(),
    });
    let query = Query {
        filter: Filter {
            // What has closed is news, too.
            status: Some(Status::ALL.to_vec()),
            lines: lines.into_iter().collect(),
            ..Filter::default()
        },
        ..Query::default()
    };
    let found = snapshot.find(&query, None, snapshot.len().max(1));
    let mut entries: Vec<&Arc<Entry>> = found
        .hits
        .iter()
        .map(|hit| snapshot.entry(hit.slot))
        .collect();
    entries.sort_unstable_by_key(|entry| (Reverse(entry.changed), entry.id.as_str()));
    entries.truncate(LONGEST);

    let place = match district {
        None => language.pick("全国", "All of Japan").to_owned(),
        Some(district) => language.pick(
            format!("{}{}", district.prefecture, district.name),
            district.romaji.to_string(),
        ),
    };
    let title = language.pick(
        format!("{place}のテレワーク拠点の更新"),
        format!("Changes of telework hubs: {place}"),
    );
    // A feed is as new as its newest entry; an empty one as the directory.
    let updated = entries
        .first()
        .map_or_else(|| generation.timestamp.clone(), |entry| entry.at.rfc3339());
    let suffix = language.pick("", "?lang=en");
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:georss=\"http://www.georss.org/georss\" xml:lang=\"{}\">\n\
         <id>{here}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{here}{suffix}\"/>\n\
         <author><name>{}</name></author>\n",
        language.code(),
        escaped(&title),
        language.pick("まちなか", "machinaka"),
    );
    for entry in entries {
        text.push_str(&told(entry, site, language));
    }
    text.push_str("</feed>\n");
    text
}

fn told(entry: &Entry, site: &Site, language: Language) -> String {
    #[derive(Deserialize)]
    struct Brief {
        name: String,
        kind: Option<String>,
        status: String,
        prefecture: String,
        municipality_name: String,
        address: Option<String>,
        opening_hours: Option<String>,
    }
    let brief: Brief = entry.properties();
    let english = language == Language::En;
    let url = site.url(&format!("/collections/facilities/items/{}", entry.id));
    let place = brief
        .address
        .unwrap_or_else(|| format!("{}{}", brief.prefecture, brief.municipality_name));
    let kind = brief
        .kind
        .as_deref()
        .map(|kind| label("kind", kind, english));
    let hours = brief
        .opening_hours
        .map(|hours| language.pick(format!("利用時間 {hours}"), format!("Hours {hours}")));
    let parts = [
        kind.map(str::to_owned),
        Some(label("status", &brief.status, english).to_owned()),
        Some(place),
        hours,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let [lon, lat]: [f64; 2] = entry.position.into();
    format!(
        "<entry>\n<id>{url}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>\n<summary>{}</summary>\n\
         <georss:point>{lat} {lon}</georss:point>\n</entry>\n",
        escaped(&brief.name),
        entry.at.rfc3339(),
        escaped(&parts.join(language.pick("・", ", "))),
    )
}
