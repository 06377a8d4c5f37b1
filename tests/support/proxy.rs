//! A TCP proxy before a database that can fall silent or refuse. What it swallows it keeps, and passes on
//! when it speaks again, as a network does that was cut and comes back.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const PASSING: u8 = 0;
const SILENT: u8 = 1;
const REFUSING: u8 = 2;
const ENDED: u8 = 3;

/// A proxy on the loopback.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    state: AtomicU8,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Before the server of a database's URL; the URL through it is the second.
    pub fn before(url: &str) -> (Proxy, String) {
        let (before, rest) = url.split_once('@').unwrap();
        let (upstream, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            state: AtomicU8::new(PASSING),
            open: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                match accepting.state() {
                    ENDED => return,
                    REFUSING => drop(client),
                    _ => {
                        let shared = Arc::clone(&accepting);
                        thread::spawn(move || shared.carry(client));
                    }
                }
            }
        });
        let url = format!("{before}@127.0.0.1:{port}/{name}");
        (Proxy { port, shared }, url)
    }

    /// Accepts whatever comes, and passes nothing on.
    pub fn fall_silent(&self) {
        self.shared.state.store(SILENT, Ordering::SeqCst);
    }

    /// Closes every connection, and takes no other.
    pub fn refuse(&self) {
        self.shared.state.store(REFUSING, Ordering::SeqCst);
        self.shared.close_all();
    }

    /// Passes on what it kept and what comes.
    pub fn speak(&self) {
        self.shared.state.store(PASSING, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state.store(ENDED, Ordering::SeqCst);
        self.shared.close_all();
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn state(&self) -> u8 {
        self.state.load(Ordering::SeqCst)
    }

    fn carry(self: Arc<Self>, client: TcpStream) {
        self.wait();
        let Ok(server) = TcpStream::connect(&self.upstream) else {
            return;
        };
        let mut open = self.open.lock().unwrap();
        open.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
        drop(open);
        let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let shared = Arc::clone(&self);
        thread::spawn(move || shared.pump(back.0, back.1));
        self.pump(client, server);
    }

    fn pump(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = from.read(&mut buffer).unwrap_or(0);
            self.wait();
            if read == 0 || to.write_all(&buffer[..read]).is_err() {
                let _ = to.shutdown(Shutdown::Write);
                return;
            }
        }
    }

    fn wait(&self) {
        while self.state() == SILENT {
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn close_all(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
