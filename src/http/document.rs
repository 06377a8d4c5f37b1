//! JSON documents that are also pages: each is answered as JSON or as the page that shows it.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::http::answer::{Answer, Link, Stop};
use crate::http::html;
use crate::http::language::Language;
use crate::http::negotiate::{self, Format, HTML, JSON};
use crate::http::query::{self as p, Parameter, QueryParams};
use crate::http::site::Site;

/// `self` and the other representation of a JSON document.
pub fn own_links(site: &Site, path: &str, format: Format) -> Vec<Link> {
    let here = site.url(path);
    let (json, html) = (
        Link::new(format!("{here}?f=json"), "alternate", JSON),
        Link::new(format!("{here}?f=html"), "alternate", HTML),
    );
    if format == HTML {
        vec![
            Link {
                rel: "self",
                ..html
            },
            json,
        ]
    } else {
        vec![
            Link {
                href: here,
                rel: "self",
                ..json
            },
            html,
        ]
    }
}

/// An address with more of a query.
pub fn with_query(address: String, query: &str) -> String {
    if query.is_empty() {
        return address;
    }
    let joint = if address.contains('?') { "&" } else { "?" };
    [&address, joint, query].concat()
}

/// A JSON document, or the page that shows it.
pub fn document(
    request: &HttpRequest,
    formats: &[Format],
    make: impl FnOnce(&Site, Format, Language) -> (Value, Vec<Link>, &'static str),
) -> Result<HttpResponse, Stop> {
    document_of(request, p::DOCUMENT, formats, make)
}

/// The same of a document that takes other parameters.
pub fn document_of(
    request: &HttpRequest,
    parameters: &[&Parameter],
    formats: &[Format],
    make: impl FnOnce(&Site, Format, Language) -> (Value, Vec<Link>, &'static str),
) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = QueryParams::of(request, parameters)?;
    let format = negotiate::format(request, given.get(&p::F), formats)?;
    let generation = site.directory.now();
    let mut answer = Answer::begin(request, &generation, format)?;
    let (body, links, title) = make(site, format, answer.language());
    answer.links(links);
    if format == HTML {
        let html = html::document(title, &body, answer.language());
        return Ok(answer.finish(html));
    }
    Ok(answer.finish(body.to_string()))
}
