//! Turns for questions that take seconds, off the threads that answer.
//!
//! Two large questions are computed at once, and a third turn is reserved for small ones, so that a
//! quick question is answered while long searches run. One address never holds every turn. Work stops
//! when its client has left or its time is over; a question that finds no turn gets 503 and a time to
//! come again.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::error::BlockingError;
use actix_web::{HttpRequest, web};

use crate::http::problem::{Problem, Text};
use crate::http::wire::client::Client;
use crate::http::wire::line::{Line, Rules, Size};
use crate::http::wire::proxy::Came;

/// How long a large question may take.
pub const LONGEST: Duration = Duration::from_secs(60);
/// How long a small one may hold the turn that is reserved for small ones.
const LONGEST_SMALL: Duration = Duration::from_secs(3);
/// The largest body that is read within a moment.
const SMALL_BODY: usize = 256 << 10;
/// When a question without a turn may come again, in seconds.
const AGAIN: i64 = 10;

static QUESTIONS: Line = Line::new(Rules {
    at_once: 3,
    large: 2,
    each: 2,
    each_large: 1,
    waiting: 64,
    waiting_each: 16,
    // As long as a question before it may take.
    wait: LONGEST,
});

/// Who asks: the address whose share of the turns a request takes, and whether its client is there.
#[derive(Clone)]
pub struct Asker {
    /// Unknown behind a proxy that does not say.
    pub address: Option<Arc<str>>,
    /// The other end of the connection.
    pub client: Client,
}

impl Asker {
    /// Of this request.
    pub fn of(request: &HttpRequest) -> Asker {
        Asker {
            address: Came::of(request).shares_as().map(Arc::from),
            client: Client::of(request),
        }
    }

    /// A place in this line, as long as the client waits for it.
    pub async fn turn(
        &self,
        line: &'static Line,
        size: Size,
    ) -> Result<crate::http::wire::line::Turn, Problem> {
        let turn = line.turn(self.address.clone(), size);
        self.client.while_there(turn).await?.ok_or_else(no_turn)
    }
}

/// What the work asks now and then: whether it is still wanted, and has time.
pub struct Patience {
    wanted: Arc<AtomicBool>,
    begun: Instant,
    longest: Duration,
}

impl Patience {
    /// Whether somebody still waits for the answer.
    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Whether somebody waits and the time is not over.
    pub fn lasts(&self) -> bool {
        self.is_wanted() && self.begun.elapsed() < self.longest
    }
}

/// Does work on the blocking pool when its turn comes.
pub async fn in_turn<T: Send + 'static>(
    asker: &Asker,
    size: Size,
    work: impl FnOnce(&Patience) -> T + Send + 'static,
) -> Result<T, Problem> {
    begin(asker, size, work).await?.await
}

/// Begins such work when its turn comes. It stops when the result is dropped or the client leaves.
pub async fn begin<T: Send + 'static>(
    asker: &Asker,
    size: Size,
    work: impl FnOnce(&Patience) -> T + Send + 'static,
) -> Result<Running<T>, Problem> {
    let turn = asker.turn(&QUESTIONS, size).await?;
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    let still = Arc::clone(&wanted.0);
    let done = web::block(move || {
        // Given back when the work ends, not when the request does.
        let _turn = turn;
        work(&Patience {
            wanted: still,
            begun: Instant::now(),
            longest: match size {
                Size::Small => LONGEST_SMALL,
                Size::Large => LONGEST,
            },
        })
    });
    Ok(Running {
        done: Box::pin(done),
        client: asker.client.clone(),
        _wanted: wanted,
    })
}

/// Work under way: in the end its result, or that the client has left.
pub struct Running<T> {
    done: Pin<Box<dyn Future<Output = Result<T, BlockingError>>>>,
    client: Client,
    _wanted: Wanted,
}

impl<T> Future for Running<T> {
    type Output = Result<T, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.done.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(done.map_err(|error| Problem::internal(&error))),
            Poll::Pending if self.client.has_left() => Poll::Ready(Err(Problem::left())),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// How long it takes to read so many bytes of zones or candidates and to check them.
pub fn reading(bytes: usize) -> Size {
    match bytes <= SMALL_BODY {
        true => Size::Small,
        false => Size::Large,
    }
}

/// The work was not done within its time.
pub fn too_long() -> Problem {
    let seconds = LONGEST.as_secs();
    Problem::busy(
        AGAIN,
        Text::new(
            format!("計算が{seconds}秒で終わりませんでした。範囲か距離を小さくしてください"),
            format!("not done within {seconds} seconds: ask for a smaller area or distance"),
        ),
    )
}

fn no_turn() -> Problem {
    Problem::busy(
        AGAIN,
        Text::new(
            format!("ほかの計算が進んでいます。{AGAIN}秒ほど待ってもう一度お試しください"),
            format!("other computations are under way: try again in about {AGAIN} seconds"),
        ),
    )
}

/// Says so when the request that waits is gone.
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
