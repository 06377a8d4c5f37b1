//! What answers that are collections of features share: their representations, links and last members.

use std::io::Write;

use crate::http::answer::{Link, write_links};
use crate::http::negotiate::{CSV, FGB, Format, GEOJSON, GEOJSONL, GPKG, HTML, JSON, KML, XLSX};
use crate::http::query::{self as p, Parameter, cursor};
use crate::http::site::Site;
use crate::snapshot::find::Cursor;

/// The representations of features.
pub const FORMATS: &[Format] = &[GEOJSON, HTML];

/// The representations of many facilities.
pub const OF_ITEMS: &[Format] = &[GEOJSON, HTML, CSV, XLSX, KML, FGB, GPKG, GEOJSONL];

/// The members of a FeatureCollection after its features.
pub fn finish_collection(
    out: &mut Vec<u8>,
    matched: u64,
    returned: usize,
    timestamp: &str,
    links: &[Link],
) {
    write!(
        out,
        r#"],"numberMatched":{matched},"numberReturned":{returned},"timeStamp":"{timestamp}","links":"#
    )
    .expect("writing to memory");
    write_links(links, out);
    out.push(b'}');
}

/// Links of a page: itself, its other representations, its collection, the next page.
pub fn links(
    site: &Site,
    path: &str,
    query: &str,
    format: Format,
    next: Option<&Cursor>,
) -> Vec<Link> {
    let here = site.url(path);
    let mut links = representations(&here, query, format);
    let collection = path.strip_suffix("/items").unwrap_or(path);
    links.push(Link::new(site.url(collection), "collection", JSON));
    links.push(Link::new(site.url("/credits?f=html"), "license", HTML));
    if let Some(cursor) = next {
        let next = with(&here, query, &p::CURSOR, &cursor::write(cursor));
        links.push(Link::new(next, "next", format));
    }
    links
}

/// `self` and `alternate`.
pub fn representations(here: &str, query: &str, format: Format) -> Vec<Link> {
    let own = if query.is_empty() {
        here.to_owned()
    } else {
        [here, "?", query].concat()
    };
    let mut links = Vec::with_capacity(4);
    links.push(Link::new(own, "self", format));
    for &other in FORMATS.iter().filter(|&&other| other != format) {
        let alternate = with(here, query, &p::F, other.name);
        links.push(Link::new(alternate, "alternate", other));
    }
    links
}

/// The address with a query in which one parameter is replaced.
pub fn with(here: &str, query: &str, parameter: &Parameter, value: &str) -> String {
    let length = here.len() + query.len() + parameter.name.len() + value.len() + 3;
    let mut address = String::with_capacity(length);
    address.push_str(here);
    address.push('?');
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(parameter.name));
    for pair in others {
        address.push_str(pair);
        address.push('&');
    }
    address.push_str(parameter.name);
    address.push('=');
    address.push_str(value);
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_replaced_and_the_others_stay() {
        for (query, expected) in [
            ("", "/items?f=html"),
            ("f=json", "/items?f=html"),
            ("a=1&f=json&b=2", "/items?a=1&b=2&f=html"),
            ("a=1&&ff=2&", "/items?a=1&ff=2&f=html"),
        ] {
            assert_eq!(with("/items", query, &p::F, "html"), expected);
        }
    }
}
