//! Large answers: counted, compressed once, shared by all who ask for the same, and given out in slices.
//!
//! A connection buffers what its body gives at once, and keeps the state of the compression until the
//! end. So a large body is compressed before it is sent, as a whole, and goes out a slice at a time:
//! a client that does not read holds one slice and a reference to the body.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use actix_http::encoding::Encoder;
use actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, ContentEncoding, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use tokio::sync::Semaphore;

use crate::http::answer;
use crate::http::negotiate::XLSX;
use crate::http::problem::{Problem, Text};
use crate::http::resource::Private;
use crate::http::wire::client::Client;
use crate::http::wire::held::{ANSWERS, Held, SMALL};
use crate::http::wire::remembered::Remembered;
use crate::http::wire::turns::Asker;

/// What a connection is given to buffer at a time.
const SLICE: usize = 16 << 10;
/// Bodies compressed at once: a processor each, and some megabytes.
const PACKERS: usize = 2;
/// When a refused client may come again, in seconds.
const AGAIN: i64 = 5;

static PACKING: Semaphore = Semaphore::const_new(PACKERS);
/// One packs what several ask for.
static ALONE: Remembered<()> = Remembered::new(0, 0, |()| 0);
/// Public bodies that somebody is being sent, by their tag and address.
static SHARED: Mutex<BTreeMap<String, Weak<Whole>>> = Mutex::new(BTreeMap::new());

/// A body as it is sent.
struct Whole {
    bytes: Bytes,
    _held: Held,
}

/// Bounds what the answer to a request holds.
pub async fn bounded(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(bytes) if bytes.len() > SMALL => bytes,
        Ok(bytes) => {
            let response = response.set_body(BoxBody::new(bytes));
            return Ok(ServiceResponse::new(request, response));
        }
        Err(stream) => {
            let response = response.set_body(stream.boxed());
            return Ok(ServiceResponse::new(request, response));
        }
    };
    let response = match whole(&request, &mut response, body).await {
        Ok(whole) => response.set_body(BoxBody::new(Sliced { whole, sent: 0 })),
        Err(problem) => problem.response(&request),
    };
    Ok(ServiceResponse::new(request, response))
}

/// The body as it is sent, counted; the head says how it is compressed.
async fn whole(
    request: &HttpRequest,
    response: &mut HttpResponse<()>,
    body: Bytes,
) -> Result<Arc<Whole>, Problem> {
    let encoding = encoding(request, response.headers_mut());
    let key = key(request, response);
    let known = || key.as_ref().and_then(|key| shared().get(key)?.upgrade());
    let whole = match known() {
        Some(known) => known,
        None => {
            // A body for which there is no room is not held while somebody else packs the same.
            let own = hold(request, body.len()).map(|held| (held, body));
            let _alone = match &key {
                Some(key) => Some(Client::of(request).while_there(ALONE.alone(key)).await?),
                None => None,
            };
            match known() {
                Some(known) => known,
                None => {
                    let (mut held, body) = own?;
                    let bytes = match encoding {
                        Some(encoding) => packed(body, encoding).await?,
                        None => body,
                    };
                    held.shrink(bytes.len());
                    let whole = Arc::new(Whole { bytes, _held: held });
                    share(key, &whole);
                    whole
                }
            }
        }
    };
    if let Some(encoding) = encoding {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_ENCODING, encoding.to_header_value());
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    Ok(whole)
}

/// Lets others be sent the same body.
fn share(key: Option<String>, whole: &Arc<Whole>) {
    let mut shared = shared();
    shared.retain(|_, body| body.strong_count() > 0);
    if let Some(key) = key {
        shared.insert(key, Arc::downgrade(whole));
    }
}

fn shared() -> MutexGuard<'static, BTreeMap<String, Weak<Whole>>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hold(request: &HttpRequest, bytes: usize) -> Result<Held, Problem> {
    let held = ANSWERS.hold(Asker::of(request).address, bytes);
    held.ok_or_else(|| {
        Problem::busy(
            AGAIN,
            Text::new(
                "受け取り待ちの大きな答えが多く、いまは送れません。少し待ってもう一度お試しください",
                "too many large answers wait to be read just now: wait a little and try again",
            ),
        )
    })
}

/// Tag and address of a public answer, which name its bytes.
fn key(request: &HttpRequest, response: &HttpResponse<()>) -> Option<String> {
    let tag = response.headers().get(header::ETAG)?.to_str().ok()?;
    let is_private = request.extensions().contains::<Private>();
    (!is_private).then(|| format!("{tag} {}", request.uri()))
}

/// How the body is to be compressed; workbooks and pictures are already.
fn encoding(request: &HttpRequest, headers: &mut HeaderMap) -> Option<ContentEncoding> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return None;
    }
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let is_picture = media_type.starts_with("image/") && !media_type.starts_with("image/svg");
    if is_picture || media_type == XLSX.media_type {
        // The next layer would compress it otherwise.
        let identity = ContentEncoding::Identity.to_header_value();
        headers.insert(header::CONTENT_ENCODING, identity);
        return None;
    }
    match answer::encoding(request) {
        Some("br") => Some(ContentEncoding::Brotli),
        Some("gz") => Some(ContentEncoding::Gzip),
        _ => None,
    }
}

/// Compresses a body as a whole.
async fn packed(body: Bytes, encoding: ContentEncoding) -> Result<Bytes, Problem> {
    let _packing = PACKING.acquire().await;
    // What the encoder writes into a head is written by the caller, who may not need the encoder.
    let mut head = HttpResponse::Ok().finish();
    let encoder = Encoder::response(encoding, head.head_mut(), body);
    to_bytes(encoder)
        .await
        .map_err(|error| Problem::internal(&error))
}

/// A body given out a slice at a time.
struct Sliced {
    whole: Arc<Whole>,
    sent: usize,
}

impl MessageBody for Sliced {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.whole.bytes.len() as u64)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let (from, end) = (self.sent, self.whole.bytes.len());
        if from == end {
            return Poll::Ready(None);
        }
        self.sent = end.min(from + SLICE);
        Poll::Ready(Some(Ok(self.whole.bytes.slice(from..self.sent))))
    }
}
