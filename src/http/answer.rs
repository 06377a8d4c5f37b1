//! What every public answer has in common: its ETag and the 304 that saves it, caching, languages,
//! and links in the body that the `Link` header repeats.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::language::Language;
use super::negotiate::{Format, GEOJSON, HTML, MVT};
use super::problem::Problem;
use crate::directory::Generation;

/// Coordinates are always longitude, latitude on WGS 84, and say so.
const CRS84: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";

/// What pages may load: only what this server gives them. MapLibre starts its worker from a blob
/// and draws icons from data; nothing needs inline scripts.
pub const PAGE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self' blob:; \
    img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// A link to another resource or representation.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Where.
    pub href: String,
    /// In what relation.
    pub rel: &'static str,
    /// What is there.
    #[serde(rename = "type")]
    pub media_type: &'static str,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'static str>,
}

impl Link {
    /// A link without a title.
    pub fn new(href: String, rel: &'static str, format: Format) -> Link {
        Link {
            href,
            rel,
            media_type: format.media_type,
            title: None,
        }
    }

    /// The same with a title.
    pub fn titled(self, title: &'static str) -> Link {
        Link {
            title: Some(title),
            ..self
        }
    }
}

/// Why a handler stops before it has an answer of its own.
pub enum Stop {
    /// The client has it already.
    Unchanged(Box<HttpResponse>),
    /// Something is wrong.
    Problem(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Stop {
        Stop::Problem(problem)
    }
}

impl Stop {
    /// The response that says so.
    pub fn response(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Stop::Unchanged(response) => *response,
            Stop::Problem(problem) => problem.response(request),
        }
    }
}

/// An answer in the making.
pub struct Answer<'a> {
    format: Format,
    language: Language,
    etag: String,
    last_modified: &'a str,
    links: Vec<Link>,
}

impl<'a> Answer<'a> {
    /// Begins the answer in one representation, unless the client has it already.
    pub fn begin(
        request: &HttpRequest,
        generation: &'a Generation,
        format: Format,
    ) -> Result<Answer<'a>, Stop> {
        Answer::tagged(request, generation, format, &generation.tag)
    }

    /// The same for an answer that changes with something narrower than the whole directory.
    pub fn tagged(
        request: &HttpRequest,
        generation: &'a Generation,
        format: Format,
        tag: &str,
    ) -> Result<Answer<'a>, Stop> {
        let language = Language::of(request);
        let etag = format!(
            "\"{tag}-{}-{}-{}\"",
            format.name,
            language.code(),
            encoding(request)
        );
        let answer = Answer {
            format,
            language,
            etag,
            last_modified: &generation.last_modified,
            links: Vec::new(),
        };
        let seen = request
            .headers()
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok());
        let weak = |tag: &str| tag.trim().trim_start_matches("W/") == answer.etag;
        if seen.is_some_and(|seen| seen.trim() == "*" || seen.split(',').any(weak)) {
            return Err(Stop::Unchanged(Box::new(
                answer.headers(StatusCode::NOT_MODIFIED).finish(),
            )));
        }
        Ok(answer)
    }

    /// The language the person reads.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Adds links; call it before the body is written, which repeats them.
    pub fn links(&mut self, links: impl IntoIterator<Item = Link>) -> &[Link] {
        self.links.extend(links);
        &self.links
    }

    /// The answer.
    pub fn finish(self, body: impl Into<Vec<u8>>) -> HttpResponse {
        self.headers(StatusCode::OK).body(BoxBody::new(body.into()))
    }

    /// The answer that there is nothing to show, as for an empty tile.
    pub fn nothing(self) -> HttpResponse {
        self.headers(StatusCode::NO_CONTENT).finish()
    }

    fn headers(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut response = HttpResponseBuilder::new(status);
        response
            .insert_header((header::ETAG, self.etag.as_str()))
            .insert_header((header::LAST_MODIFIED, self.last_modified))
            // Ask again each time, and be told "not modified": a closed place must not linger in caches.
            .insert_header((header::CACHE_CONTROL, "public, no-cache"))
            .insert_header((header::VARY, "Accept, Accept-Language"));
        if status != StatusCode::OK {
            return response;
        }
        response.insert_header((header::CONTENT_TYPE, self.format.media_type));
        if self.format == GEOJSON {
            response.insert_header(("content-crs", CRS84));
        }
        if self.format == HTML {
            response
                .insert_header((header::CONTENT_LANGUAGE, self.language.code()))
                .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY));
        }
        if self.format != MVT && !self.links.is_empty() {
            let links: Vec<String> = self
                .links
                .iter()
                .map(|link| {
                    format!(
                        "<{}>; rel=\"{}\"; type=\"{}\"",
                        link.href, link.rel, link.media_type
                    )
                })
                .collect();
            if let Ok(value) = HeaderValue::from_str(&links.join(", ")) {
                response.insert_header((header::LINK, value));
            }
        }
        response
    }
}

/// The content encoding the compression will choose: part of the ETag, because the bytes differ.
fn encoding(request: &HttpRequest) -> &'static str {
    use actix_web::http::header::{AcceptEncoding, ContentEncoding, Encoding};
    if !request.headers().contains_key(header::ACCEPT_ENCODING) {
        return "id";
    }
    let supported = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    match request
        .get_header::<AcceptEncoding>()
        .and_then(|accept| accept.negotiate(supported.iter()))
    {
        Some(Encoding::Known(ContentEncoding::Brotli)) => "br",
        Some(Encoding::Known(ContentEncoding::Gzip)) => "gz",
        _ => "id",
    }
}
