//! How long a client may keep a connection waiting.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::time::{Instant, Sleep, sleep};

/// How long what is written may lie there before a byte of it is taken.
const STALL: Duration = Duration::from_secs(30);
/// The slowest pace at which an answer may be read, bytes a second: that of the slowest mobile contract.
const PACE: f64 = 4096.0;
/// How long a connection may be silent while no request is worked on, such as in the middle of a
/// request's head. What is idle between requests ends sooner.
const SILENCE: Duration = Duration::from_secs(90);

/// The patience with a client that does not read. Blocked writes use it up, and what is read restores it.
pub struct Stall {
    most: Duration,
    left: Duration,
    blocked: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Default for Stall {
    fn default() -> Stall {
        Stall::lasting(STALL)
    }
}

impl Stall {
    fn lasting(most: Duration) -> Stall {
        Stall {
            most,
            left: most,
            blocked: None,
        }
    }

    /// What came of a write; an error where the patience is over.
    pub fn poll(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => {
                if let Some((since, _)) = self.blocked.take() {
                    self.left = self.left.saturating_sub(since.elapsed());
                }
                let restored = Duration::from_secs_f64(*bytes as f64 / PACE);
                self.left = (self.left + restored).min(self.most);
                written
            }
            Poll::Ready(Err(_)) => written,
            Poll::Pending => {
                let left = self.left;
                let blocked = || (Instant::now(), Box::pin(sleep(left)));
                let (_, over) = self.blocked.get_or_insert_with(blocked);
                ready!(over.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

/// The patience with a client that says nothing.
pub struct Silence {
    last: Instant,
    over: Option<Pin<Box<Sleep>>>,
}

impl Default for Silence {
    fn default() -> Silence {
        Silence {
            last: Instant::now(),
            over: None,
        }
    }
}

impl Silence {
    /// Bytes came or went.
    pub fn end(&mut self) {
        self.last = Instant::now();
    }

    /// Ready when the patience is over.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let over = self.over.get_or_insert_with(|| Box::pin(sleep(SILENCE)));
        loop {
            ready!(over.as_mut().poll(context));
            let until = self.last + SILENCE;
            if until <= Instant::now() {
                return Poll::Ready(());
            }
            over.as_mut().reset(until);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[actix_web::test]
    async fn who_reads_nothing_or_too_little_is_given_up_and_who_reads_slowly_is_not() {
        let mut context = Context::from_waker(Waker::noop());
        let moment = Duration::from_millis(60);
        let mut stall = Stall::lasting(Duration::from_millis(100));
        let mut written = |bytes: Option<usize>| {
            let written = bytes.map_or(Poll::Pending, |bytes| Poll::Ready(Ok(bytes)));
            stall.poll(&mut context, written)
        };
        // At the pace or faster, however often it blocks.
        for _ in 0..5 {
            assert!(written(None).is_pending());
            sleep(moment).await;
            assert!(matches!(written(Some(4096)), Poll::Ready(Ok(4096))));
        }
        // A byte now and then restores nothing.
        assert!(written(None).is_pending());
        sleep(moment).await;
        assert!(matches!(written(Some(1)), Poll::Ready(Ok(1))));
        assert!(written(None).is_pending());
        sleep(moment).await;
        let over = written(None);
        assert!(matches!(over, Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::TimedOut));
    }
}
