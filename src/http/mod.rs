//! The directory over HTTP: the only async room, and the only one that knows status codes and
//! OGC's nouns. A handler decodes, asks, encodes; what is slow goes to the blocking pool.

mod address;
mod answer;
mod as_of;
pub mod auth;
mod body;
mod body_schema;
mod bounded;
mod catalogue;
mod changes;
mod client;
mod collections;
mod connection;
mod coverage;
mod cursor;
mod datetime;
mod districts;
mod doors;
mod downloads;
mod events;
pub mod export;
pub mod facets;
mod facilities;
mod feed;
mod filter;
mod health;
mod held;
mod history;
mod landing;
mod language;
mod line;
mod named;
mod negotiate;
mod no_script;
mod no_sites;
mod openapi;
mod opening;
mod page;
mod parameters;
mod people;
mod places;
mod population;
mod preconditions;
mod problem;
mod proxy;
mod qr;
mod refused;
mod remembered;
mod reports;
mod server;
mod session;
mod site_map;
mod siting;
mod stations;
mod streets;
mod submission_view;
mod submissions;
mod tiles;
mod turns;
mod web;
mod writes;
mod zones;

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::http::Method;
use actix_web::http::header;
use actix_web::web::ServiceConfig;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Route, guard, web as route};
use tokio::sync::Semaphore;

use crate::directory::Directory;
use crate::pmtiles::StreetMap;
use answer::Stop;
use problem::Problem;

pub use server::server;

/// What handlers share.
#[derive(Clone)]
pub struct Site {
    /// The directory.
    pub directory: Arc<Directory>,
    /// How people reach this server, without a slash at the end; links are built from it.
    pub public_url: Arc<str>,
    /// Proxies whose word about a client's address is believed.
    pub trusted_proxies: Arc<[IpAddr]>,
    /// Whether a proxy that is none of these named a client.
    pub untrusted_proxy: Arc<AtomicBool>,
    /// Map tiles from elsewhere, shown under ours when the operator asks for it.
    pub outside_basemap: Option<Arc<OutsideBasemap>>,
    /// The operator's own basemap file, drawn over ours.
    pub street_map: Option<Arc<StreetMap>>,
}

/// A raster basemap of another server. Nobody's browser asks that server before its user says so.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OutsideBasemap {
    /// Its address with `{z}`, `{x}`, `{y}`.
    pub tiles: String,
    /// Whom to credit.
    pub attribution: String,
    /// Its least zoom.
    pub min_zoom: u8,
    /// Its greatest zoom.
    pub max_zoom: u8,
    /// The server that browsers ask, as `HOST` or `HOST:PORT`.
    pub host: String,
    /// Whether it is that of the Geospatial Information Authority of Japan.
    pub is_gsi: bool,
}

impl OutsideBasemap {
    /// Tiles of an operator's choice.
    pub fn of_operator(tiles: String, attribution: String, max_zoom: u8) -> OutsideBasemap {
        let host = web::origin(&tiles).and_then(|origin| origin.split("://").nth(1));
        OutsideBasemap {
            host: host.unwrap_or_default().to_owned(),
            tiles,
            attribution,
            min_zoom: 0,
            max_zoom,
            is_gsi: false,
        }
    }

    /// 地理院タイル（淡色地図）, which have zooms 5 to 18.
    pub fn gsi() -> OutsideBasemap {
        OutsideBasemap {
            tiles: "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png".to_owned(),
            attribution: "地理院タイル".to_owned(),
            min_zoom: 5,
            max_zoom: 18,
            host: "cyberjapandata.gsi.go.jp".to_owned(),
            is_gsi: true,
        }
    }
}

/// What a handler ends with.
type Done = Result<HttpResponse, Stop>;

/// Every resource, by audience: the table that answers requests, and that tests hold against who may do what.
fn resources() -> Vec<Resource> {
    vec![
        // Programs that ask for facilities, most of all for the nearest.
        at("/collections/facilities/items")
            .get(facilities::items)
            .post(writes::make),
        at("/collections/facilities/items/{id}")
            .get(facilities::item)
            .put(writes::replace)
            .patch(writes::change)
            .delete(writes::withdraw),
        at("/collections/facilities/facets").get(facets::show),
        at("/collections/{collection}/items").get(collections::items),
        at("/collections/{collection}/items/{id}").get(collections::item),
        at("/collections/{collection}/tiles/WebMercatorQuad/{z}/{y}/{x}").get(tiles::collection),
        at("/basemap/streets").get(streets::description),
        at("/basemap/streets/{z}/{y}/{x}").get(streets::tile),
        at("/basemap/{z}/{y}/{x}").get(tiles::basemap),
        at("/places").get(places::search),
        // Planners: who is covered, and where the next hubs should go.
        at("/coverage").get(coverage::show).post(coverage::ask),
        at("/siting").get(siting::show).post(siting::ask),
        // Programs that keep a copy.
        at("/changes").get(changes::list),
        // Programs that find out what there is: OGC API Features and Tiles.
        at("/conformance").get(landing::conformance),
        at("/api").get(openapi::definition),
        at("/collections").get(collections::list),
        at("/collections/{collection}").get(collections::one),
        at("/collections/{collection}/queryables").get(collections::queryables),
        at("/collections/{collection}/schema").get(collections::schema),
        at("/collections/{collection}/tiles").get(tiles::sets),
        at("/collections/{collection}/tiles/WebMercatorQuad").get(tiles::set),
        at("/tileMatrixSets/WebMercatorQuad").get(tiles::matrix_set),
        at("/collections/facilities/feed").get(feed::all),
        at("/collections/municipalities/items/{id}/feed").get(feed::municipality),
        at("/collections/prefectures/items/{id}/feed").get(feed::prefecture),
        // People: the map, and what it and its readers want to know.
        at("/").get(landing::root),
        at("/config.json").get(catalogue::config),
        at("/vocabularies").get(catalogue::vocabularies),
        at("/credits").get(catalogue::credits),
        at("/problems/{code}").get(catalogue::problem),
        at("/pages.css").get(web::stylesheet),
        at("/assets/{file:.*}").get(web::asset),
        at("/icon.svg").get(web::icon),
        at("/embed").get(web::embed),
        at("/manifest.webmanifest").get(web::manifest),
        at("/sw.js").get(web::worker),
        at("/icons/{file:.*}").get(web::icons),
        at("/terms").get(site_map::text),
        at("/privacy").get(site_map::text),
        at("/accessibility").get(site_map::text),
        // Search engines.
        at("/robots.txt").get(site_map::robots),
        at("/sitemap.xml").get(site_map::map),
        // Visitors: what is wrong about a facility, said without an account.
        at("/collections/facilities/items/{id}/reports")
            .get(reports::form)
            .post(reports::hand_in),
        // Whoever works on the directory: what became of a facility.
        behind_login("/collections/facilities/items/{id}/history").get(history::show),
        behind_login("/collections/facilities/items/{id}/undo").post(history::undo),
        // Their pages, and who they are.
        at("/manage").get(web::manage),
        at("/manage/{rest:.*}").get(web::manage),
        behind_login("/session")
            .get(session::show)
            .post(session::begin)
            .delete(session::end),
        behind_login("/session/password").put(session::password),
        behind_login("/session/second-factor")
            .post(session::offer)
            .put(session::confirm)
            .delete(session::refrain),
        behind_login("/tokens")
            .get(people::tokens)
            .post(people::add_token),
        behind_login("/tokens/{id}").delete(people::revoke_token),
        // Municipalities: from a sheet to what is published.
        behind_login("/submissions")
            .get(submissions::list)
            .post(submissions::hand_in),
        behind_login("/submissions/checks").get(submissions::checks),
        behind_login("/submissions/{id}")
            .get(submissions::show)
            .patch(submissions::change),
        behind_login("/submissions/{id}/rows").get(submissions::rows),
        behind_login("/submissions/{id}/differences").get(submissions::differences),
        behind_login("/submissions/{id}/file").get(submissions::file),
        behind_login("/submissions/{id}/corrected").get(submissions::corrected),
        behind_login("/submissions/{id}/decision").post(submissions::decide),
        behind_login("/submissions/{id}/rest").post(submissions::take_rest),
        behind_login("/submissions/{id}/told").post(submissions::told),
        // Whoever manages accounts, and takes out of the log what should never have been published.
        behind_login("/changes/{seq}/redaction").post(changes::redact),
        behind_login("/users")
            .get(people::users)
            .post(people::add_user),
        behind_login("/users/{id}").patch(people::change_user),
        behind_login("/users/{id}/password").post(people::reset_password),
        // Whoever runs it.
        at("/healthz").get(health::healthz),
        at("/readyz").get(health::readyz),
    ]
}

/// Every route, as method and path: HEAD goes with GET, and OPTIONS is everywhere, so neither is listed.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    resources()
        .iter()
        .flat_map(|resource| {
            let methods = resource.handlers.iter();
            methods.map(|(method, _)| (*method, resource.path))
        })
        .collect()
}

/// A path, and a handler for each method it takes.
struct Resource {
    path: &'static str,
    /// Whether it is only for people who are signed in.
    private: bool,
    handlers: Vec<(&'static str, Route)>,
}

/// Marks a request of a private resource, for what is written on its answer.
struct Private;

/// A resource that anybody may read.
fn at(path: &'static str) -> Resource {
    Resource {
        path,
        private: false,
        handlers: Vec::new(),
    }
}

/// A resource behind a login: no other site's page may read it, and nobody keeps a copy.
fn behind_login(path: &'static str) -> Resource {
    Resource {
        private: true,
        ..at(path)
    }
}

/// What a handler is: it takes the request and what it wants of it, and gives an answer or says why not.
type Handler<A, F> = fn(HttpRequest, A) -> F;

impl Resource {
    fn get<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("GET", guard::Any(guard::Get()).or(guard::Head()), handler)
    }

    fn post<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("POST", guard::Post(), handler)
    }

    fn put<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("PUT", guard::Put(), handler)
    }

    fn patch<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("PATCH", guard::Patch(), handler)
    }

    fn delete<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("DELETE", guard::Delete(), handler)
    }

    fn on<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        mut self,
        method: &'static str,
        guard: impl guard::Guard + 'static,
        handler: Handler<A, F>,
    ) -> Resource {
        let private = self.private;
        let answer = move |request: HttpRequest, argument: A| async move {
            if private {
                request.extensions_mut().insert(Private);
            }
            let answer = handler(request.clone(), argument).await;
            answer.unwrap_or_else(|stop| stop.response(&request))
        };
        self.handlers
            .push((method, route::route().guard(guard).to(answer)));
        self
    }

    /// The methods as the header `Allow` lists them.
    fn allow(&self) -> String {
        let mut allow = Vec::new();
        for (method, _) in &self.handlers {
            allow.push(*method);
            if *method == "GET" {
                allow.push("HEAD");
            }
        }
        allow.push("OPTIONS");
        allow.join(", ")
    }

    /// Adds it to the server; OPTIONS says what it takes, and anything else is refused.
    fn register(self, config: &mut ServiceConfig) {
        let (allow, private) = (self.allow(), self.private);
        let refused = allow.clone();
        let options = move |request: HttpRequest| {
            let mut answer = HttpResponse::NoContent();
            answer.insert_header((header::ALLOW, allow.as_str()));
            if private {
                request.extensions_mut().insert(Private);
            } else {
                answer
                    .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, allow.as_str()))
                    // The wildcard leaves out the one header by which a token comes.
                    .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "*, Authorization"));
            }
            let answer = answer.finish();
            async move { answer }
        };
        let refuse = move |request: HttpRequest| {
            if private {
                request.extensions_mut().insert(Private);
            }
            let problem = Problem::method_not_allowed(request.method().as_str(), &refused);
            async move { problem.response(&request) }
        };
        let mut resource = route::resource(self.path);
        for (_, route) in self.handlers {
            resource = resource.route(route);
        }
        config.service(
            resource
                .route(route::method(Method::OPTIONS).to(options))
                .default_service(route::to(refuse)),
        );
    }
}

/// Answers computed at once: more would not be quicker, and each may hold megabytes.
const MOST_COMPUTING: usize = 4;
static COMPUTING: Semaphore = Semaphore::const_new(MOST_COMPUTING);

/// Does work that may take more than a few milliseconds, off the threads that answer. It must not wait
/// for anything but the processor.
async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let computing = COMPUTING.acquire().await;
    off_thread(move || {
        let _computing = computing;
        work()
    })
    .await
}

/// Does work on the blocking pool that may also wait, as for the database.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = route::block(work).await;
    done.map_err(|error| Problem::internal(&error))
}

impl Site {
    fn of(request: &HttpRequest) -> &Site {
        request
            .app_data::<Site>()
            .expect("the server gives every request its site")
    }

    /// The public address of a path of ours.
    fn url(&self, path: &str) -> String {
        [&*self.public_url, path].concat()
    }
}
