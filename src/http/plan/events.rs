//! How far a long computation is, and in the end its answer: one response of server-sent events
//! (`text/event-stream`). Twice a second an event `progress` tells the share of the work that is spent,
//! the best value so far, the bound, and the gap between them in per cent, each null while it is not
//! known; then comes `answer` with the whole answer, or `problem` with the document that says why there
//! is none. A client that closes the connection withdraws the question: the work stops.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{self, ContentEncoding};
use actix_web::rt::time::{Instant, Sleep, sleep};
use actix_web::web::Bytes;
use serde_json::json;

use crate::coverage::siting::work::Progress;
use crate::http::negotiate::EVENTS;
use crate::http::problem::Problem;
use crate::http::wire::turns::Running;

/// How often progress is told.
const EVERY: Duration = Duration::from_millis(500);

/// The last event: its name and its data.
type Last = (&'static str, Vec<u8>);

/// The response that tells of `running`, or gives at once what is known already. `finish` makes the
/// last event.
pub fn response<T: Clone + Unpin + 'static, E: Unpin + 'static>(
    known: Known<T, E>,
    told: Arc<Mutex<Progress>>,
    finish: impl FnOnce(Result<Result<T, E>, Problem>) -> Last + 'static,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, EVENTS.media_type))
        // Neither our own compression nor a proxy may hold events back until there are more.
        .insert_header(ContentEncoding::Identity)
        .insert_header((header::CACHE_CONTROL, "no-store, no-transform"))
        .insert_header((header::HeaderName::from_static("x-accel-buffering"), "no"))
        .insert_header((header::VARY, "Accept, Accept-Language"))
        .body(Events {
            work: Some((known, Box::new(finish))),
            told,
            next: Box::pin(sleep(Duration::ZERO)),
            begun: Instant::now(),
        })
}

/// What is known already, or else the work that finds it.
type Known<T, E> = Result<T, Running<Result<T, E>>>;
type Finish<T, E> = Box<dyn FnOnce(Result<Result<T, E>, Problem>) -> Last>;

struct Events<T, E> {
    /// Gone when the last event is written.
    work: Option<(Known<T, E>, Finish<T, E>)>,
    told: Arc<Mutex<Progress>>,
    /// When progress is told again.
    next: Pin<Box<Sleep>>,
    begun: Instant,
}

impl<T: Clone + Unpin, E: Unpin> MessageBody for Events<T, E> {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let Some((work, _)) = &mut self.work else {
            return Poll::Ready(None);
        };
        let done = match work {
            Ok(known) => Poll::Ready(Ok(Ok(known.clone()))),
            Err(running) => Pin::new(running).poll(context),
        };
        if let Poll::Ready(done) = done
            && let Some((_, finish)) = self.work.take()
        {
            let (name, data) = finish(done);
            return Poll::Ready(Some(Ok(event(name, &data))));
        }
        self.next.as_mut().poll(context).map(|()| {
            self.next.as_mut().reset(Instant::now() + EVERY);
            let now = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let seconds = self.begun.elapsed().as_secs_f64();
            let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
            let told = json!({
                "share": rounded(now.share), "value": now.value, "bound": now.bound,
                "gap": now.gap(), "seconds": rounded(seconds),
            });
            Some(Ok(event("progress", told.to_string().as_bytes())))
        })
    }
}

/// One event. Its data are one line: JSON as it is written here has no other.
fn event(name: &str, data: &[u8]) -> Bytes {
    Bytes::from([b"event: ", name.as_bytes(), b"\ndata: ", data, b"\n\n"].concat())
}
