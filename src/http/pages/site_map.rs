//! What search engines read: `/robots.txt`, `/sitemap.xml`, and the pages that are text.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::districts::Level;
use crate::http::answer::{Answer, Stop, escaped};
use crate::http::html::{self, TEXTS};
use crate::http::negotiate::{self, Format, HTML};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter, QueryParams, filter};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;

/// Addresses a file of the map may hold (sitemaps.org allows 50,000).
const PER_PART: usize = 45_000;

/// A part of the map.
const PART: Parameter = Parameter {
    name: "part",
    about: "Which part, from 1 on; the map without it names them where there are several.",
    schema: || json!({"type": "integer", "minimum": 1}),
};

/// `/robots.txt`.
pub async fn robots(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    QueryParams::of(&request, &[])?;
    let map = Site::of(&request).url("/sitemap.xml");
    let text = format!(
        "User-agent: *\nDisallow: /manage\nDisallow: /session\nDisallow: /submissions\nDisallow: /users\nDisallow: /tokens\n\
         Disallow: /*/reports\nDisallow: /*?*cursor=\n\nSitemap: {map}\n"
    );
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("cache-control", "public, max-age=3600"))
        .body(text))
}

/// `/sitemap.xml`: every facility that is no longer only planned and every district, as one file or as an index of several.
pub async fn map(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let given = QueryParams::of(&request, &[&PART])?;
    let part = given.whole(&PART)?;
    let site = Site::of(&request).clone();
    let text = compute(move || written(&site, part)).await?;
    let text = text.ok_or_else(|| {
        Problem::not_found(Text::new(
            "この番号の部分はありません",
            "there is no part of this number",
        ))
    })?;
    Ok(HttpResponse::Ok()
        .content_type("application/xml; charset=utf-8")
        .insert_header(("cache-control", "public, max-age=3600"))
        .body(text))
}

fn written(site: &Site, part: Option<u32>) -> Option<String> {
    let now = site.directory.now();
    // What is made up is nothing to find.
    let facilities: Vec<_> = now
        .snapshot
        .iter()
        .filter(|entry| !entry.feature.contains(r#""synthetic":true"#))
        .collect();
    let districts = &now.known.districts;
    let levels = [Level::Prefecture, Level::Municipality, Level::Ward];
    let pages = ["/"]
        .into_iter()
        .chain(TEXTS)
        .chain(["/credits", "/coverage"]);
    let mut urls: Vec<(String, Option<&str>)> = pages.map(|path| (site.url(path), None)).collect();
    for level in levels {
        let collection = match level {
            Level::Prefecture => "prefectures",
            _ => "municipalities",
        };
        urls.extend(districts.of(level).map(|district| {
            let path = format!("/collections/{collection}/items/{}", district.code);
            (site.url(&path), None)
        }));
    }
    let dates: Vec<String> = facilities.iter().map(|entry| entry.at.rfc3339()).collect();
    urls.extend(facilities.iter().zip(&dates).map(|(entry, at)| {
        let path = format!("/collections/facilities/items/{}", entry.id);
        (site.url(&path), Some(at.as_str()))
    }));
    let parts = urls.len().div_ceil(PER_PART);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
    let number = match part {
        None if parts > 1 => {
            text.push_str(&format!("<sitemapindex xmlns=\"{NAMESPACE}\">\n"));
            for part in 1..=parts {
                let url = site.url(&format!("/sitemap.xml?part={part}"));
                text.push_str(&format!(
                    "<sitemap><loc>{}</loc></sitemap>\n",
                    escaped(&url)
                ));
            }
            text.push_str("</sitemapindex>\n");
            return Some(text);
        }
        None => 1,
        Some(number) => number as usize,
    };
    let chosen = urls.chunks(PER_PART).nth(number.checked_sub(1)?)?;
    text.push_str(&format!("<urlset xmlns=\"{NAMESPACE}\">\n"));
    for (url, at) in chosen {
        text.push_str(&format!("<url><loc>{}</loc>", escaped(url)));
        if let Some(at) = at {
            text.push_str(&format!("<lastmod>{at}</lastmod>"));
        }
        text.push_str("</url>\n");
    }
    text.push_str("</urlset>\n");
    Some(text)
}

/// `/terms`, `/privacy`, `/accessibility`.
pub async fn text(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    const FORMATS: &[Format] = &[HTML];
    let given = QueryParams::of(&request, p::DOCUMENT)?;
    // There is no other representation: whoever does not ask for one gets the page.
    let asked = given.get(&p::F).or(Some(HTML.name));
    let format = negotiate::format(&request, asked, FORMATS)?;
    let site = Site::of(&request);
    let generation = site.directory.now();
    // Its words change with the program alone.
    let tag = filter::text_tag(&generation);
    let answer = Answer::tagged(&request, &generation, format, &tag)?;
    let html = html::text(request.path(), &site.public_url, answer.language());
    Ok(answer.finish(html))
}
