//! The front end, embedded: the map's page, its frame for other sites, the planner's and the
//! municipalities', their scripts and styles, what makes the map installable, and the style of
//! server-made pages.

use std::borrow::Cow;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::http::answer::{PAGE_POLICY, Stop};
use crate::http::pages::no_script::{self, Page};
use crate::http::problem::Problem;
use crate::http::query::QueryParams;
use crate::http::site::{Site, origin};

/// What the web build left; empty where it was not run.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Built;

/// Shown instead of either page where the web build was not run.
const PLACEHOLDER: &str = include_str!("../../../web/placeholder.html");
const STYLESHEET: &str = include_str!("pages.css");
const MANIFEST: &str = include_str!("../../../web/public/manifest.webmanifest");
/// What stands for the worker where the web build was not run: it keeps nothing.
const IDLE_WORKER: &str = "// The pages have not been built: nothing is kept for later.\n";
const ICON: &str = include_str!("../../../web/src/icon.svg");

/// The map's page. Its title and description are in the language asked for by the page itself.
pub fn index(request: &HttpRequest) -> HttpResponse {
    framed(request, "index.html", "'none'", Some(Page::Map))
}

/// `/manage` and all below it: one page, which reads from the address what to show. It holds nothing
/// that is not public; what it asks for afterwards is behind the login.
pub async fn manage(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    Ok(page(&request, "manage.html"))
}

/// The planner's page; `is_read` says whether the list of districts takes a query.
pub fn planner(request: &HttpRequest, is_read: fn(&str, &Site) -> bool) -> HttpResponse {
    framed(
        request,
        "coverage.html",
        "'none'",
        Some(Page::Coverage(is_read)),
    )
}

/// `/embed`: map and list for another site's frame. It holds no login and takes no input but its
/// address, so that any site may frame it; the other pages allow none.
pub async fn embed(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    Ok(framed(&request, "embed.html", "*", Some(Page::Frame)))
}

/// `/sw.js`: what keeps the map's page usable without a connection. Browsers ask for it by this name.
pub async fn worker(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    match Built::get("sw.js") {
        Some(_) => named(&request, "sw.js"),
        None => own(&request, "text/javascript; charset=utf-8", IDLE_WORKER),
    }
}

/// `/manifest.webmanifest`: how the map's page is installed.
pub async fn manifest(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    own(&request, "application/manifest+json", MANIFEST)
}

/// `/icons/…`: its icons.
pub async fn icons(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Stop> {
    named(&request, &format!("icons/{file}"))
}

/// A file of the web build that keeps its name when its content changes.
fn named(request: &HttpRequest, path: &str) -> Result<HttpResponse, Stop> {
    QueryParams::of(request, &[])?;
    serve(request, path, "public, no-cache")
}

/// A page of the web build, or what stands for it.
fn page(request: &HttpRequest, name: &str) -> HttpResponse {
    framed(request, name, "'none'", None)
}

/// A page that sites of `ancestors` may show in a frame.
fn framed(
    request: &HttpRequest,
    name: &str,
    ancestors: &str,
    unscripted: Option<Page>,
) -> HttpResponse {
    let (mut body, mut tag) = match Built::get(name) {
        Some(file) => (file.data.into_owned(), hex(&file.metadata.sha256_hash())),
        None => (PLACEHOLDER.as_bytes().to_vec(), "placeholder".to_owned()),
    };
    let query = request.query_string();
    if let Some(page) = unscripted.filter(|_| !query.is_empty())
        && let Ok(built) = std::str::from_utf8(&body)
        && let Some(filled) = no_script::filled(built, page, query, Site::of(request))
    {
        let mut hash = Sha256::new();
        hash.update(&filled);
        tag = hex(&hash.finalize().into());
        body = filled.into_bytes();
    }
    // Only the map's page offers it.
    let outside = Site::of(request)
        .outside_basemap
        .as_ref()
        .filter(|_| matches!(unscripted, Some(Page::Map)))
        .and_then(|basemap| origin(&basemap.tiles));
    let policy = match outside {
        // The only thing the page may load from elsewhere, once its reader has asked for it.
        Some(origin) => PAGE_POLICY
            .replace("img-src 'self'", &format!("img-src 'self' {origin}"))
            .replace(
                "connect-src 'self'",
                &format!("connect-src 'self' {origin}"),
            ),
        None => PAGE_POLICY.to_owned(),
    }
    .replace(
        "frame-ancestors 'none'",
        &format!("frame-ancestors {ancestors}"),
    );
    let etag = format!("\"{tag}\"");
    if is_known(request, &etag) {
        return HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .finish();
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"))
        .insert_header((header::VARY, "Accept"))
        .insert_header((header::ETAG, etag))
        .body(body)
}

/// `/assets/…`: named by their content, so they never change.
pub async fn asset(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Stop> {
    QueryParams::of(&request, &[])?;
    serve(
        &request,
        &format!("assets/{file}"),
        "public, max-age=31536000, immutable",
    )
}

/// `/pages.css`: the style of the pages the server makes.
pub async fn stylesheet(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    own(&request, "text/css; charset=utf-8", STYLESHEET)
}

/// `/icon.svg`: their icon, which is the map's.
pub async fn icon(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    own(&request, "image/svg+xml", ICON)
}

/// A file that is part of the program, whether or not the web build was run.
fn own(request: &HttpRequest, media_type: &str, body: &'static str) -> Result<HttpResponse, Stop> {
    QueryParams::of(request, &[])?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"))
        .body(body))
}

fn serve(request: &HttpRequest, path: &str, caching: &'static str) -> Result<HttpResponse, Stop> {
    // A development build reads the folder itself: no name may lead elsewhere in it.
    if path.split('/').any(|part| part == "..") {
        return Err(Problem::no_such_path(request.path()).into());
    }
    let EmbeddedFile { data, metadata, .. } =
        Built::get(path).ok_or_else(|| Problem::no_such_path(request.path()))?;
    let etag = format!("\"{}\"", hex(&metadata.sha256_hash()));
    if is_known(request, &etag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type(path)))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::ETAG, etag))
        .body(match data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        }))
}

fn is_known(request: &HttpRequest, etag: &str) -> bool {
    request
        .headers()
        .get(header::IF_NONE_MATCH)
        .is_some_and(|seen| seen.as_bytes() == etag.as_bytes())
}

fn hex(hash: &[u8; 32]) -> String {
    hash[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files a web build makes.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
