//! What every public answer has in common: its ETag and the 304 that saves it, caching, languages,
//! and links in the body that the `Link` header repeats.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::directory::Generation;
use crate::http::language::Language;
use crate::http::negotiate::{Format, GEOJSON, HTML, MVT};
use crate::http::problem::Problem;
use crate::http::query;

/// Coordinates are always longitude, latitude on WGS 84, and say so.
const CRS84: HeaderValue = HeaderValue::from_static(constcat::concat!("<", query::CRS84, ">"));
const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");
/// Ask again each time, and be told "not modified": a closed place must not linger in caches.
const PUBLIC_NO_CACHE: HeaderValue = HeaderValue::from_static("public, no-cache");
const VARY: HeaderValue = HeaderValue::from_static("Accept, Accept-Language, Accept-Encoding");

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
        let etag = [
            "\"",
            tag,
            "-",
            format.name,
            "-",
            language.code(),
            "-",
            encoding(request).unwrap_or("id"),
            "\"",
        ]
        .concat();
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

    /// The same for an answer to a body, which no address stands for: the client cannot have it already.
    pub fn unconditional(
        request: &HttpRequest,
        generation: &'a Generation,
        format: Format,
    ) -> Answer<'a> {
        Answer {
            format,
            language: Language::of(request),
            etag: String::new(),
            last_modified: &generation.last_modified,
            links: Vec::new(),
        }
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

    /// Under what the answer to this request may be remembered; an answer to a body has no such key.
    pub fn key(&self, request: &HttpRequest) -> Option<String> {
        (!self.etag.is_empty()).then(|| format!("{} {}", self.etag, request.uri()))
    }

    /// The answer.
    pub fn finish(self, body: impl Into<Bytes>) -> HttpResponse {
        self.headers(StatusCode::OK).body(BoxBody::new(body.into()))
    }

    /// The answer as a file to keep, named after what it holds and its format.
    pub fn attached(self, name: &str, body: Bytes) -> HttpResponse {
        let named = format!("attachment; filename=\"{name}.{}\"", self.format.name);
        self.headers(StatusCode::OK)
            .insert_header((header::CONTENT_DISPOSITION, named))
            .body(BoxBody::new(body))
    }

    /// The answer that there is nothing to show, as for an empty tile.
    pub fn nothing(self) -> HttpResponse {
        self.headers(StatusCode::NO_CONTENT).finish()
    }

    fn headers(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut response = HttpResponseBuilder::new(status);
        if !self.etag.is_empty() {
            response.insert_header((header::ETAG, self.etag.as_str()));
        }
        response
            .insert_header((header::LAST_MODIFIED, self.last_modified))
            .insert_header((header::CACHE_CONTROL, PUBLIC_NO_CACHE))
            .insert_header((header::VARY, VARY));
        if status != StatusCode::OK {
            return response;
        }
        let media_type = HeaderValue::from_static(self.format.media_type);
        response.insert_header((header::CONTENT_TYPE, media_type));
        if self.format == GEOJSON || self.format.is_file() {
            response.insert_header((CONTENT_CRS, CRS84));
        }
        if self.format == HTML {
            response
                .insert_header((header::CONTENT_LANGUAGE, self.language.code()))
                .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY));
        }
        if self.format != MVT
            && !self.links.is_empty()
            && let Ok(value) = HeaderValue::try_from(as_header(&self.links))
        {
            response.insert_header((header::LINK, value));
        }
        response
    }
}

/// Appends links as a JSON array. Hardly an address has anything to escape, and to copy one without
/// is several times as quick as serde's way through its letters.
pub fn write_links(links: &[Link], out: &mut Vec<u8>) {
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
    };
    out.push(b'[');
    for (i, link) in links.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        if link.title.is_some() || !plain(&link.href) {
            serde_json::to_writer(&mut *out, link).expect("a link is plain strings");
            continue;
        }
        for part in [
            r#"{"href":""#,
            &link.href,
            r#"","rel":""#,
            link.rel,
            r#"","type":""#,
            link.media_type,
            r#""}"#,
        ] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    out.push(b']');
}

/// The value of the `Link` header.
fn as_header(links: &[Link]) -> Vec<u8> {
    let mut value = Vec::with_capacity(links.iter().map(|link| link.href.len() + 64).sum());
    for link in links {
        if !value.is_empty() {
            value.extend_from_slice(b", ");
        }
        for part in [
            "<",
            &link.href,
            ">; rel=\"",
            link.rel,
            "\"; type=\"",
            link.media_type,
            "\"",
        ] {
            value.extend_from_slice(part.as_bytes());
        }
    }
    value
}

/// The content encoding the compression will choose: part of the ETag, because the bytes differ. None
/// where none is accepted.
pub fn encoding(request: &HttpRequest) -> Option<&'static str> {
    use actix_web::http::header::{AcceptEncoding, ContentEncoding, Encoding};
    if !request.headers().contains_key(header::ACCEPT_ENCODING) {
        return Some("id");
    }
    let supported = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    let Some(accepted) = request.get_header::<AcceptEncoding>() else {
        // What cannot be read asks for nothing.
        return Some("id");
    };
    accepted
        .negotiate(supported.iter())
        .map(|chosen| match chosen {
            Encoding::Known(ContentEncoding::Brotli) => "br",
            Encoding::Known(ContentEncoding::Gzip) => "gz",
            _ => "id",
        })
}

/// A text as XML holds it; what XML cannot hold at all is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_written_as_serde_writes_them() {
        let link = |href: &str| Link::new(href.to_owned(), "next", GEOJSON);
        let links = [
            link("http://localhost/items?near=139.7,35.66&limit=10"),
            link("http://localhost/items?q=\"\\\u{1}渋谷"),
            link("http://localhost/").titled("a \"title\""),
            link(""),
        ];
        for links in [&links[..], &links[..1], &[]] {
            let mut written = Vec::new();
            write_links(links, &mut written);
            assert_eq!(written, serde_json::to_vec(links).unwrap());
        }
    }
}
