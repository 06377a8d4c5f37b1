//! The directory over HTTP: the only async room, and the only one that knows status codes and
//! OGC's nouns. A handler decodes, asks, encodes; slow work goes to the blocking pool.
//!
//! A folder for each audience: [`find`], [`plan`], [`manage`], [`pages`], [`ogc`]. What they share stands
//! above them and knows none of them; `tests/suite/walls.rs` says which folder may know which.

mod answer;
mod document;
mod features;
mod find;
mod html;
mod language;
mod manage;
mod negotiate;
mod ogc;
mod opening;
mod pages;
mod plan;
mod problem;
mod query;
mod resource;
mod schema;
mod site;
mod wire;

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::web::ServiceConfig;

use resource::Resource;

pub use find::{export, facets};
pub use site::{OutsideBasemap, Site};

/// A server on `listener`, with routes of the caller's before ours.
pub fn server(
    listener: TcpListener,
    site: Site,
    more: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    wire::server::server(listener, site, resources, more)
}

/// Every resource: the table that answers requests, and that tests hold against who may do what.
fn resources() -> Vec<Resource> {
    let mut all: Vec<Resource> = Vec::new();
    let folders = [
        find::resources(),
        plan::resources(),
        manage::resources(),
        pages::resources(),
        ogc::resources(),
    ];
    for resource in folders.into_iter().flatten() {
        // One folder reads a path, another writes it.
        match all.iter_mut().find(|known| known.path == resource.path) {
            Some(known) => known.join(resource),
            None => all.push(resource),
        }
    }
    all
}

/// Every route, as method and path: HEAD goes with GET, and OPTIONS is everywhere, so neither is listed.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    let resources = resources();
    let routes = resources.iter().flat_map(|resource| {
        let methods = resource.methods();
        methods.map(|method| (method, resource.path))
    });
    routes.collect()
}
