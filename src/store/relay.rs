//! A relay on the loopback between libpq and a PostgreSQL server, which ends when the server is silent.
//!
//! libpq waits for an answer without limit. No TCP setting helps if a proxy acknowledges packets without
//! forwarding them. So libpq connects to a relay in this process, which connects to the server. If an
//! answer takes too long, the relay closes both sides. libpq then reports a lost connection, and the
//! server rolls the transaction back.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often silence is looked for.
const TICK: Duration = Duration::from_millis(250);
/// Each direction is a thread that holds one buffer.
const BUFFER: usize = 32 << 10;
const STACK: usize = 128 << 10;

/// What ends every complete answer of a server: ReadyForQuery and the state of the transaction.
const READY: &[u8] = b"Z\0\0\0\x05";

/// A line that libpq can connect to once.
pub(super) struct Relay {
    ends: Arc<Ends>,
    /// Where libpq finds it on the loopback.
    pub port: u16,
}

struct Ends {
    server: TcpStream,
    client: Mutex<Option<TcpStream>>,
    traffic: Mutex<Traffic>,
    /// How long an answer may take, in milliseconds.
    patience: AtomicU64,
}

/// What was heard last.
struct Traffic {
    /// When either side last sent something.
    last: Instant,
    /// Whether the server owes an answer.
    is_due: bool,
    /// The last bytes from the server.
    tail: [u8; 6],
    /// Whether TLS begins: then nothing of an answer can be read, and any part of it counts for all.
    is_encrypted: bool,
    was_cut: bool,
}

impl Relay {
    /// Connects to a server and waits for libpq.
    pub(super) fn open(host: &str, port: u16, within: Duration) -> io::Result<Relay> {
        let server = connect(host, port, within)?;
        server.set_nodelay(true)?;
        server.set_read_timeout(Some(TICK))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let own = listener.local_addr()?.port();
        let ends = Arc::new(Ends {
            server,
            client: Mutex::new(None),
            traffic: Mutex::new(Traffic {
                last: Instant::now(),
                is_due: false,
                tail: [0; 6],
                is_encrypted: false,
                was_cut: false,
            }),
            patience: AtomicU64::new(0),
        });
        let line = Relay {
            ends: Arc::clone(&ends),
            port: own,
        };
        line.set_patience(within);
        spawn("postgres line", move || {
            // One client, and nobody after it.
            let accepted = listener.accept();
            drop(listener);
            let Ok((client, _)) = accepted else { return };
            if let Err(error) = ends.relay(client) {
                tracing::debug!(%error, "a line to PostgreSQL could not be set up");
            }
            ends.close();
        })?;
        Ok(line)
    }

    /// How long an answer may take from now on.
    pub(super) fn set_patience(&self, patience: Duration) {
        let millis = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        self.ends.patience.store(millis, Ordering::Relaxed);
    }

    /// Whether it was closed because the server fell silent.
    pub(super) fn was_cut(&self) -> bool {
        self.ends.traffic().was_cut
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.ends.close();
        // Where libpq never came, somebody has to, so that nobody waits for it for ever.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Ends {
    /// Passes on what either side sends, until one of them closes or the server owes an answer for too long.
    fn relay(self: &Arc<Ends>, client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        *lock(&self.client) = Some(client.try_clone()?);
        let ends = Arc::clone(self);
        let mut from_client = client.try_clone()?;
        spawn("postgres requests", move || {
            let mut buffer = vec![0; BUFFER];
            while let Ok(read @ 1..) = from_client.read(&mut buffer) {
                ends.traffic().asked();
                if (&ends.server).write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            ends.close();
        })?;
        let mut buffer = vec![0; BUFFER];
        loop {
            match (&self.server).read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => {
                    self.traffic().answered(&buffer[..read]);
                    // A slow reader is not waiting for the server.
                    if (&client).write_all(&buffer[..read]).is_err() {
                        return Ok(());
                    }
                    self.traffic().last = Instant::now();
                }
                Err(error) if is_timeout(&error) => {
                    let patience = Duration::from_millis(self.patience.load(Ordering::Relaxed));
                    let mut traffic = self.traffic();
                    if traffic.is_due && traffic.last.elapsed() > patience {
                        traffic.was_cut = true;
                        return Ok(());
                    }
                }
                Err(_) => return Ok(()),
            }
        }
    }

    fn close(&self) {
        let _ = self.server.shutdown(Shutdown::Both);
        if let Some(client) = &*lock(&self.client) {
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        lock(&self.traffic)
    }
}

impl Traffic {
    fn asked(&mut self) {
        self.last = Instant::now();
        self.is_due = true;
    }

    fn answered(&mut self, bytes: &[u8]) {
        self.last = Instant::now();
        for &byte in &bytes[bytes.len().saturating_sub(self.tail.len())..] {
            self.tail.rotate_left(1);
            self.tail[5] = byte;
        }
        // A single S is the server's consent to TLS.
        self.is_encrypted |= bytes == b"S";
        self.is_due &= !(self.is_encrypted || self.tail.starts_with(READY));
    }
}

fn connect(host: &str, port: u16, within: Duration) -> io::Result<TcpStream> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, within) {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn is_timeout(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let builder = thread::Builder::new();
    let builder = builder.name(name.to_owned()).stack_size(STACK);
    builder.spawn(work).map(drop)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(parts: &[&[u8]]) -> bool {
        let mut traffic = Traffic {
            last: Instant::now(),
            is_due: false,
            tail: [0; 6],
            is_encrypted: false,
            was_cut: false,
        };
        traffic.asked();
        parts.iter().for_each(|part| traffic.answered(part));
        traffic.is_due
    }

    #[test]
    fn an_answer_is_due_until_the_server_is_ready_for_the_next_question() {
        assert!(heard(&[]));
        assert!(heard(&[b"T\0\0\0\x08rowD\0\0"]), "half of an answer");
        assert!(!heard(&[b"C\0\0\0\x0dSELECT 1\0Z\0\0\0\x05I"]));
        assert!(!heard(&[b"C\0\0\0\x0dSELECT 1\0Z\0", b"\0\0\x05", b"T"]));
        assert!(!heard(&[b"S", b"\x17\x03\x03\0\x20..."]));
    }

    #[test]
    fn a_line_whose_server_says_nothing_ends() {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = server.local_addr().unwrap().port();
        let line = Relay::open("127.0.0.1", port, Duration::from_millis(300)).unwrap();
        let (swallowing, _) = server.accept().unwrap();
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, line.port)).unwrap();
        client.write_all(b"Q").unwrap();
        client
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        assert_eq!(client.read(&mut [0; 8]).unwrap_or(0), 0, "closed");
        assert!(line.was_cut());
        drop(swallowing);
    }
}
