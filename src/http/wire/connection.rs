//! A connection that lets no empty refusal out, and loses no answer when it closes.
//!
//! The HTTP library refuses by itself, before any handler or middleware of ours, what is no HTTP, a
//! head longer than its buffer (128 KiB), an address longer than 65,534 bytes, and a head that takes too
//! long to arrive. It does so with a status and no body. Whoever sent a megabyte of query deserves to
//! read what the limit is, so those answers are replaced here, on their way out, by problem documents.
//! Nor may any answer be lost on its way: a connection closed on unread bytes is reset, and a client that
//! is still sending, or sent a body that nobody wanted, would lose what it has not read yet. So what is
//! left of such a request is read first, and thrown away.
//!
//! Nor may a client hold a connection for ever: one that takes nothing of what is written to it, or stays
//! silent in the middle of a request's head, is given up ([`deadlines`]).

mod deadlines;

use std::future::poll_fn;
use std::io;
use std::net::TcpListener;
#[cfg(unix)]
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

#[cfg(unix)]
use actix_web::rt::net::TcpSocket;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Instant, Sleep, sleep, timeout};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Semaphore;

use crate::http::problem::Problem;
use crate::http::query::LONGEST_QUERY;
use crate::http::wire::client::Client;
use crate::http::wire::doors::Pass;
use deadlines::{Silence, Stall};

/// No refusal of the library is longer, nor do two fit.
const LONGEST_REFUSAL: usize = 256;
/// The most that is thrown away of a request before its connection closes, and for how long.
const MOST_DRAINED: usize = 16 << 20;
const LONGEST_DRAINED: Duration = Duration::from_secs(5);
/// How long a client that seems to have nothing more to say may take to close, too.
const FAREWELL: Duration = Duration::from_millis(500);

/// A client's connection.
pub struct Connection {
    stream: TcpStream,
    /// Bytes of the request's first line so far, and whether it has ended.
    line: (usize, bool),
    refused: Option<Refused>,
    /// What is thrown away before the connection closes, once it has begun to.
    closing: Option<Drain>,
    base: Arc<str>,
    client: Client,
    stall: Stall,
    silence: Silence,
    _pass: Pass,
}

/// A refusal on its way out.
struct Refused {
    /// What goes out in place of the library's.
    instead: Vec<u8>,
    /// How much of that has gone.
    gone: usize,
    /// How many bytes of the library's it stands for.
    stands_for: usize,
    /// What is thrown away once it has gone.
    drain: Option<Drain>,
}

/// Bytes that still come, and that nobody wants.
struct Drain {
    /// How many more are read.
    left: usize,
    /// Until when.
    until: Pin<Box<Sleep>>,
}

impl Connection {
    /// Watches over a stream; problems are explained below `base`, the server's public address.
    pub fn new(stream: TcpStream, base: Arc<str>, pass: Pass) -> Connection {
        Connection {
            stream,
            line: (0, false),
            refused: None,
            closing: None,
            base,
            client: Client::default(),
            stall: Stall::default(),
            silence: Silence::default(),
            _pass: pass,
        }
    }

    /// The client, for those who answer it.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    fn note_read(&mut self, read: &[u8]) {
        let (length, ended) = &mut self.line;
        if !*ended {
            let end = read.iter().position(|&byte| byte == b'\n');
            *length += end.unwrap_or(read.len());
            *ended = end.is_some();
        }
    }

    /// The problem for a refusal of the library's with this status.
    fn problem(&self, status: u16) -> Problem {
        let (line, _) = self.line;
        match status {
            408 => Problem::head_too_slow(),
            _ if line > LONGEST_QUERY => Problem::query_too_long(line, LONGEST_QUERY),
            431 => Problem::head_too_long(),
            _ => Problem::malformed_request(),
        }
    }
}

/// Clients that are told at once that there are too many connections.
const TOLD: usize = 64;
static TELLING: Semaphore = Semaphore::const_new(TOLD);

/// Tells a client that there are too many connections, unless many are being told already.
pub async fn turn_away(mut stream: TcpStream, base: &str) {
    let Ok(_telling) = TELLING.try_acquire() else {
        return;
    };
    let mut refused = Refused {
        instead: Problem::too_many_connections().raw(base),
        gone: 0,
        stands_for: 0,
        drain: None,
    };
    let told = poll_fn(|context| refused.poll(Pin::new(&mut stream), context));
    let _ = timeout(LONGEST_DRAINED, told).await;
}

/// What the system buffers for a connection whose client does not read; by itself it goes to megabytes.
#[cfg(unix)]
const SEND_BUFFER: u32 = 256 << 10;

/// Bounds what the system buffers for each connection of this listener.
#[cfg(unix)]
pub fn bound_buffers(listener: &TcpListener) -> io::Result<()> {
    // Connections inherit the option, which is set by way of a second name for the same socket.
    let same = listener.as_fd().try_clone_to_owned()?;
    TcpSocket::from_std_stream(same.into()).set_send_buffer_size(SEND_BUFFER)
}

/// Where the library's own refusal begins in what is about to be written, and its status. Ours have a
/// body and a request id.
fn refusal(out: &[u8]) -> Option<(usize, u16)> {
    let tail = out.len().saturating_sub(LONGEST_REFUSAL);
    let text = std::str::from_utf8(&out[tail..])
        .ok()
        .filter(|text| text.ends_with("\r\n\r\n"))?;
    let start = text.rfind("HTTP/1.1 ")?;
    let head = &text[start..];
    let status = head.get(9..12)?.parse().ok()?;
    let is_the_librarys = matches!(status, 400 | 408 | 431)
        && head.contains("\r\ncontent-length: 0\r\n")
        && !head.contains("x-request-id");
    is_the_librarys.then_some((tail + start, status))
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let room = buffer.remaining();
        let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, buffer) else {
            if self.client.is_busy() {
                return Poll::Pending;
            }
            ready!(self.silence.poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        read?;
        self.silence.end();
        if room > 0 && buffer.filled().len() == before {
            self.client.leave();
        }
        self.note_read(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.refused.is_none()
            && let Some((start, status)) = refusal(out)
        {
            let mut instead = out[..start].to_vec();
            instead.extend(this.problem(status).raw(&this.base));
            this.refused = Some(Refused {
                instead,
                gone: 0,
                stands_for: out.len(),
                drain: None,
            });
        }
        // Whatever comes next on this connection is another request.
        this.line = (0, false);
        let Some(refused) = &mut this.refused else {
            let written = Pin::new(&mut this.stream).poll_write(context, out);
            let written = this.stall.poll(context, written);
            match &written {
                // What the system still holds for a client that does not read goes at once, too.
                Poll::Ready(Err(_)) => {
                    let _ = this.stream.set_zero_linger();
                }
                Poll::Ready(Ok(_)) => this.silence.end(),
                Poll::Pending => {}
            }
            return written;
        };
        // The library closes the connection as soon as its refusal is written, so it hears of that last.
        let refused = refused.poll(Pin::new(&mut this.stream), context);
        let refused = refused.map_ok(|()| this.refused.take().map_or(0, |gone| gone.stands_for));
        this.stall.poll(context, refused)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Says that nothing follows, and waits for the client to close too: whether something unread is left
    /// shows only when the system is asked again, which takes a turn.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let closing = match &mut this.closing {
            Some(closing) => closing,
            None => {
                ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
                this.closing.insert(Drain::lasting(FAREWELL))
            }
        };
        closing.poll(Pin::new(&mut this.stream), context).map(Ok)
    }
}

impl Refused {
    /// Writes the refusal, says that nothing follows, and throws away what still comes.
    fn poll(
        &mut self,
        mut stream: Pin<&mut TcpStream>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while self.gone < self.instead.len() {
            let rest = &self.instead[self.gone..];
            let written = ready!(stream.as_mut().poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.gone += written;
        }
        let drain = match &mut self.drain {
            Some(drain) => drain,
            None => {
                ready!(stream.as_mut().poll_shutdown(context))?;
                self.drain.insert(Drain::lasting(LONGEST_DRAINED))
            }
        };
        drain.poll(stream, context).map(Ok)
    }
}

impl Drain {
    fn lasting(time: Duration) -> Drain {
        Drain {
            left: MOST_DRAINED,
            until: Box::pin(sleep(time)),
        }
    }

    /// Throws away what comes until the client has closed too, has sent too much or taken too long.
    fn poll(&mut self, mut stream: Pin<&mut TcpStream>, context: &mut Context<'_>) -> Poll<()> {
        while self.left > 0 && self.until.as_mut().poll(context).is_pending() {
            match ready!(discard(stream.as_mut(), context)) {
                0 => break,
                read => {
                    if self.left == MOST_DRAINED {
                        let until = Instant::now() + LONGEST_DRAINED;
                        self.until.as_mut().reset(until);
                    }
                    self.left = self.left.saturating_sub(read);
                }
            }
        }
        Poll::Ready(())
    }
}

/// Reads and forgets. A connection that is broken has nothing more to give.
fn discard(stream: Pin<&mut TcpStream>, context: &mut Context<'_>) -> Poll<usize> {
    let mut bin = [0; 16 << 10];
    let mut bin = ReadBuf::new(&mut bin);
    stream
        .poll_read(context, &mut bin)
        .map(|read| read.map_or(0, |()| bin.filled().len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_librarys_own_empty_refusals_are_recognised() {
        let own = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\ndate: Sun, 22 Nov 2026 00:00:00 GMT\r\n\r\n";
        assert_eq!(refusal(own), Some((0, 431)));
        let before = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        let behind = [before.as_slice(), own].concat();
        assert_eq!(refusal(&behind), Some((before.len(), 431)));
        for ours in [
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-request-id: 1\r\n\r\n",
            "HTTP/1.1 204 No Content\r\ndate: x\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n",
            "",
        ] {
            assert_eq!(refusal(ours.as_bytes()), None, "{ours}");
        }
    }
}
