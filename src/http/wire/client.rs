//! The client at the other end of a connection: whether it is still there.
//!
//! A client that closes its side says that it sends nothing more. HTTP lets it wait for an answer all
//! the same, and quick answers are still sent; but browsers, proxies and programs close like this when
//! they no longer want one, so a long computation ends there.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use actix_web::HttpRequest;

use crate::http::problem::Problem;

/// A client; its connection notes when it leaves.
#[derive(Clone, Default)]
pub struct Client {
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    left: Cell<bool>,
    /// Requests that are worked on.
    requests: Cell<usize>,
}

/// A request that is worked on until this is dropped.
pub struct Busy(Client);

impl Drop for Busy {
    fn drop(&mut self) {
        let requests = &self.0.state.requests;
        requests.set(requests.get().saturating_sub(1));
    }
}

impl Client {
    /// The client of a request.
    pub fn of(request: &HttpRequest) -> Client {
        request.conn_data::<Client>().cloned().unwrap_or_default()
    }

    /// Whether it has closed its side.
    pub fn has_left(&self) -> bool {
        self.state.left.get()
    }

    /// It has closed its side.
    pub fn leave(&self) {
        self.state.left.set(true);
    }

    /// A request of its is worked on.
    pub fn begin(&self) -> Busy {
        self.state.requests.set(self.state.requests.get() + 1);
        Busy(self.clone())
    }

    /// Whether a request of its is worked on.
    pub fn is_busy(&self) -> bool {
        self.state.requests.get() > 0
    }

    /// Waits as long as the client does. The connection's task reads the close and then polls this, so
    /// nothing else has to wake it.
    pub async fn while_there<T>(&self, work: impl Future<Output = T>) -> Result<T, Problem> {
        let mut work = pin!(work);
        std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending if self.has_left() => Poll::Ready(Err(Problem::left())),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}
