//! The pages built beforehand, what they look up, the pages that are text, and what search engines read.

mod catalogue;
mod no_script;
mod site_map;
pub mod web;

use super::resource::{Resource, at};

/// The resources of this folder; `/` and `/coverage` are also documents, and belong to others.
pub fn resources() -> Vec<Resource> {
    vec![
        at("/embed").get(web::embed),
        at("/manage").get(web::manage),
        at("/manage/{rest:.*}").get(web::manage),
        at("/assets/{file:.*}").get(web::asset),
        at("/pages.css").get(web::stylesheet),
        at("/icon.svg").get(web::icon),
        at("/icons/{file:.*}").get(web::icons),
        at("/manifest.webmanifest").get(web::manifest),
        at("/sw.js").get(web::worker),
        at("/config.json").get(catalogue::config),
        at("/vocabularies").get(catalogue::vocabularies),
        at("/credits").get(catalogue::credits),
        at("/problems/{code}").get(catalogue::problem),
        at("/terms").get(site_map::text),
        at("/privacy").get(site_map::text),
        at("/accessibility").get(site_map::text),
        at("/robots.txt").get(site_map::robots),
        at("/sitemap.xml").get(site_map::map),
    ]
}
