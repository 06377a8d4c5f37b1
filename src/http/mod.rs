//! The directory over HTTP: the only async room, and the only one that knows status codes and
//! OGC's nouns. A handler decodes, asks, encodes; what is slow goes to the blocking pool.

mod answer;
mod catalogue;
mod collections;
mod datetime;
mod districts;
mod facilities;
mod health;
mod landing;
mod language;
mod negotiate;
mod openapi;
mod page;
mod parameters;
mod places;
mod problem;
mod tiles;
mod web;

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Compress, DefaultHeaders, Next, from_fn};
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, guard, web as route};

use crate::directory::Directory;
use answer::Stop;
use problem::Problem;

/// What handlers share.
#[derive(Clone)]
pub struct Site {
    /// The directory.
    pub directory: Arc<Directory>,
    /// How people reach this server, without a slash at the end; links are built from it.
    pub public_url: Arc<str>,
    /// Map tiles from elsewhere, shown under ours when the operator asks for it.
    pub outside_basemap: Option<Arc<OutsideBasemap>>,
}

/// A raster basemap of another server.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OutsideBasemap {
    /// Its address with `{z}`, `{x}`, `{y}`.
    pub tiles: String,
    /// Whom to credit.
    pub attribution: String,
    /// Its greatest zoom.
    pub max_zoom: u8,
}

/// How long a connection may be idle: longer than the minute proxies keep theirs, so that they close first.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a request's head may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server on `listener`, with routes of the caller's beside ours.
pub fn server(
    listener: TcpListener,
    site: Site,
    more: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(site.clone())
            .wrap(from_fn(identified))
            .wrap(always())
            .wrap(Compress::default())
            .configure(routes)
            .configure(more.clone())
            .default_service(route::to(no_such_path))
    });
    Ok(server
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(PATIENCE)
        .listen(listener)?
        .run())
}

/// Every route, by audience.
fn routes(config: &mut ServiceConfig) {
    // Programs that ask for facilities, most of all for the nearest.
    get(
        config,
        "/collections/{collection}/items",
        collections::items,
    );
    get(
        config,
        "/collections/{collection}/items/{id}",
        collections::item,
    );
    get(
        config,
        "/collections/{collection}/tiles/WebMercatorQuad/{z}/{y}/{x}",
        tiles::collection,
    );
    get(config, "/basemap/{z}/{y}/{x}", tiles::basemap);
    get(config, "/places", places::search);

    // Programs that find out what there is: OGC API Features and Tiles.
    get(config, "/conformance", landing::conformance);
    get(config, "/api", openapi::definition);
    get(config, "/collections", collections::list);
    get(config, "/collections/{collection}", collections::one);
    get(
        config,
        "/collections/{collection}/queryables",
        collections::queryables,
    );
    get(
        config,
        "/collections/{collection}/schema",
        collections::schema,
    );
    get(config, "/collections/{collection}/tiles", tiles::sets);
    get(
        config,
        "/collections/{collection}/tiles/WebMercatorQuad",
        tiles::set,
    );
    get(config, "/tileMatrixSets/WebMercatorQuad", tiles::matrix_set);

    // People: the map, and what it and its readers want to know.
    get(config, "/", landing::root);
    get(config, "/config.json", catalogue::config);
    get(config, "/vocabularies", catalogue::vocabularies);
    get(config, "/credits", catalogue::credits);
    get(config, "/problems/{code}", catalogue::problem);
    get(config, "/pages.css", web::stylesheet);
    get(config, "/assets/{file:.*}", web::asset);
    get(config, "/icon.svg", web::icon);

    // Whoever runs it.
    get(config, "/healthz", health::healthz);
    get(config, "/readyz", health::readyz);
}

/// Reading a resource: GET and HEAD go to the handler, OPTIONS says so, anything else is refused.
fn get<F, A>(config: &mut ServiceConfig, path: &str, handler: fn(HttpRequest, A) -> F)
where
    F: Future<Output = Result<HttpResponse, Stop>> + 'static,
    A: actix_web::FromRequest + 'static,
{
    const ALLOW: &str = "GET, HEAD, OPTIONS";
    let read = move |request: HttpRequest, argument: A| async move {
        let answer = handler(request.clone(), argument).await;
        answer.unwrap_or_else(|stop| stop.response(&request))
    };
    let options = || async {
        HttpResponse::NoContent()
            .insert_header((header::ALLOW, ALLOW))
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, ALLOW))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "*"))
            .finish()
    };
    let refuse = |request: HttpRequest| async move {
        Problem::method_not_allowed(request.method().as_str(), ALLOW).response(&request)
    };
    let resource = route::resource(path)
        .route(
            route::route()
                .guard(guard::Any(guard::Get()).or(guard::Head()))
                .to(read),
        )
        .route(route::method(Method::OPTIONS).to(options))
        .default_service(route::to(refuse));
    config.service(resource);
}

/// Headers of every answer: anybody's page may read it, nobody may guess its type or learn where its reader came from.
fn always() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .add((
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "Link, Content-Crs, ETag, Location, X-Request-Id",
        ))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "strict-origin-when-cross-origin"))
}

/// Gives every request an id, the client's own if it sent a plain one, and writes it beside what was logged.
async fn identified(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    const ID: HeaderName = HeaderName::from_static("x-request-id");
    let plain = |value: &&HeaderValue| {
        value.len() <= 64
            && value
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    let id = match request.headers().get(&ID).filter(plain) {
        Some(id) => id.clone(),
        None => HeaderValue::from_str(uuid::Uuid::now_v7().as_simple().encode_lower(&mut [0; 32]))
            .expect("a UUID is ASCII"),
    };
    let asked = tracing::enabled!(tracing::Level::DEBUG)
        .then(|| format!("{} {}", request.method(), request.path()));
    let mut response = next.call(request).await?;
    let status = response.status();
    if let Some(asked) = asked {
        tracing::debug!(asked, status = status.as_u16(), request = ?id, "answered");
    } else if status.is_server_error() {
        tracing::warn!(path = response.request().path(), status = status.as_u16(), request = ?id, "answered");
    }
    response.headers_mut().insert(ID, id);
    Ok(response)
}

async fn no_such_path(request: HttpRequest) -> HttpResponse {
    Problem::no_such_path(request.path()).response(&request)
}

impl Site {
    fn of(request: &HttpRequest) -> &Site {
        request
            .app_data::<Site>()
            .expect("the server gives every request its site")
    }

    /// The public address of a path of ours.
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}
