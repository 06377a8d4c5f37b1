//! What the map and its readers look up: words and programmes, whose data is used, how the map is
//! set up, and what each problem means.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::directory::credits::{credit_addresses, credit_openstreetmap, has_openstreetmap};
use crate::directory::{Generation, reference};
use crate::http::answer::{Answer, Stop};
use crate::http::document::{document, own_links};
use crate::http::find::streets;
use crate::http::html;
use crate::http::negotiate::{self, HTML, JSON};
use crate::http::problem::{Kind, Problem, Text};
use crate::http::query::{self as p, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;

/// `/vocabularies`: every word with its labels, and the programmes with their facts and sources.
pub async fn vocabularies(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    document(&request, &[JSON, HTML], |site, format, language| {
        let programmes = reference::programmes();
        let mut body = programmes["vocabularies"].clone();
        body["programmes"] = programmes["programmes"].clone();
        body["sources"] = programmes["sources"].clone();
        let links = own_links(site, "/vocabularies", format);
        body["links"] = json!(links);
        (
            body,
            links,
            language.pick("用語と支援事業", "Vocabularies and programmes"),
        )
    })
}

/// `/credits`.
pub async fn credits(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let asked = QueryParams::of(&request, p::DOCUMENT)?;
    let format = negotiate::format(&request, asked.get(&p::F), &[JSON, HTML])?;
    let site = Site::of(&request);
    let generation = site.directory.now();
    let tag = tag_with_streets(site, &generation).await?;
    let mut answer = Answer::tagged(&request, &generation, format, &tag)?;
    let people = site.demand(&generation).await?.sources();
    let mut body = generation.known.credits(&people);
    let (directory, asked) = (Arc::clone(&site.directory), Arc::clone(&generation));
    let lists = compute(move || directory.addresses(&asked).sources()).await?;
    credit_addresses(&mut body, &lists);
    if has_openstreetmap(&generation.snapshot) {
        credit_openstreetmap(&mut body);
    }
    if let (Some(credit), Some(credits)) =
        (streets::credit(site).await?, body["credits"].as_array_mut())
    {
        credits.insert(0, credit);
    }
    if format == HTML {
        let html = html::credits(&body, answer.language());
        return Ok(answer.finish(html));
    }
    let links = answer.links(own_links(site, "/credits", format));
    body["links"] = json!(links);
    Ok(answer.finish(body.to_string()))
}

/// `/config.json`: how the map is set up here.
pub async fn config(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let asked = QueryParams::of(&request, p::DOCUMENT)?;
    let format = negotiate::format(&request, asked.get(&p::F), &[JSON])?;
    let site = Site::of(&request);
    let now = site.directory.now();
    let tag = tag_with_streets(site, &now).await?;
    let answer = Answer::tagged(&request, &now, format, &tag)?;
    let body = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "facilities": now.snapshot.len(),
        "as_of": now.timestamp,
        "basemap": {
            "outside": site.outside_basemap.as_deref(),
            "streets": streets::configuration(site).await?,
        },
    });
    Ok(answer.finish(body.to_string()))
}

/// The tag of what changes with the directory and with the operator's basemap file.
async fn tag_with_streets(site: &Site, generation: &Generation) -> Result<String, Problem> {
    let tag = &generation.tag;
    Ok(
        match streets::configuration(site).await?["version"].as_str() {
            Some(version) => format!("{tag}-{version}"),
            None => tag.to_string(),
        },
    )
}

/// `/problems/{code}`: what a problem's `type` leads to.
pub async fn problem(request: HttpRequest, code: web::Path<String>) -> Result<HttpResponse, Stop> {
    let Some(kind) = Kind::ALL.iter().find(|kind| kind.code() == code.as_str()) else {
        let what = Text::new(
            format!("「{code}」という種類の問題はありません"),
            format!("there is no problem “{code}”"),
        );
        return Err(Problem::not_found(what).into());
    };
    document(&request, &[JSON, HTML], |_: &Site, _, language| {
        let (ja, en) = kind.title();
        let title = language.pick(ja, en);
        (
            json!({ "code": kind.code(), "status": kind.status().as_u16(), "title": title }),
            vec![],
            title,
        )
    })
}
