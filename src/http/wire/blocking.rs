//! Work that takes more than a few milliseconds, off the threads that answer.

use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::web;
use tokio::sync::Semaphore;

use crate::http::problem::{Problem, Text};

/// Answers computed at once: more would not be quicker, and each may hold megabytes.
const MOST_COMPUTING: usize = 4;
static COMPUTING: Semaphore = Semaphore::const_new(MOST_COMPUTING);

/// Does work that may take more than a few milliseconds, off the threads that answer. It must not wait
/// for anything but the processor.
pub async fn compute<T: Send + 'static>(
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
pub async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = web::block(work).await;
    done.map_err(|error| Problem::internal(&error))
}

/// Requests that ask the database at once. There are fewer connections; but where none is free, or the
/// database is silent, those who wait must not take every thread of the blocking pool.
const MOST_ASKING: usize = 64;
static ASKING: Semaphore = Semaphore::const_new(MOST_ASKING);
/// How long a request waits until it may ask: as long as it would wait for a connection.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Runs what asks the database, away from the threads that answer.
pub async fn ask_database<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, crate::directory::Error> + Send + 'static,
) -> Result<T, Problem> {
    let Ok(Ok(asking)) = timeout(LONGEST_WAIT, ASKING.acquire()).await else {
        return Err(Problem::busy(
            1,
            Text::new(
                "データベースを待つ人が多く、いまは答えられません。少し待ってもう一度お試しください",
                "too many wait for the database just now: wait a little and try again",
            ),
        ));
    };
    let done = off_thread(move || {
        let _asking = asking;
        work()
    });
    done.await?.map_err(Problem::from)
}
