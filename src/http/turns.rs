//! Turns for what takes seconds: two at a time and a minute at most, off the threads that answer.
//!
//! Work stops when nobody waits for it any more; who finds no turn is told when to come again, and
//! the map never notices.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::error::BlockingError;
use actix_web::web;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::problem::{Problem, Text};

/// How many are computed at once.
const AT_ONCE: usize = 2;
/// How long one may take.
pub const LONGEST: Duration = Duration::from_secs(60);
/// How long a request waits for its turn, and when it may come again otherwise.
const TURN: Duration = Duration::from_secs(5);
const AGAIN: i64 = 10;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What the work asks now and then: whether it is still wanted, and has time.
pub struct Patience {
    wanted: Arc<AtomicBool>,
    begun: Instant,
}

impl Patience {
    /// Whether somebody still waits for the answer.
    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Whether somebody waits and the time is not over.
    pub fn lasts(&self) -> bool {
        self.is_wanted() && self.begun.elapsed() < LONGEST
    }
}

/// Does work on the blocking pool when its turn comes.
pub async fn in_turn<T: Send + 'static>(
    work: impl FnOnce(&Patience) -> T + Send + 'static,
) -> Result<T, Problem> {
    begin(work).await?.await
}

/// Begins such work when its turn comes. Who drops it no longer waits for it: it stops.
pub async fn begin<T: Send + 'static>(
    work: impl FnOnce(&Patience) -> T + Send + 'static,
) -> Result<Running<T>, Problem> {
    let turn = turn().await?;
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    let still = Arc::clone(&wanted.0);
    let done = web::block(move || {
        // Given back when the work ends, not when the request does.
        let _turn = turn;
        work(&Patience {
            wanted: still,
            begun: Instant::now(),
        })
    });
    Ok(Running {
        done: Box::pin(done),
        _wanted: wanted,
    })
}

/// Work under way: in the end its result.
pub struct Running<T> {
    done: Pin<Box<dyn Future<Output = Result<T, BlockingError>>>>,
    _wanted: Wanted,
}

impl<T> Future for Running<T> {
    type Output = Result<T, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let done = self.done.as_mut().poll(context);
        done.map_err(|error| Problem::internal(&error))
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

async fn turn() -> Result<SemaphorePermit<'static>, Problem> {
    match actix_web::rt::time::timeout(TURN, TURNS.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Problem::busy(
            AGAIN,
            Text::new(
                format!("計算が{AT_ONCE}件進んでいます。{AGAIN}秒ほど待ってもう一度お試しください"),
                format!("{AT_ONCE} computations are under way: try again in about {AGAIN} seconds"),
            ),
        )),
    }
}

/// Says so when the request that waits is gone.
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
