//! How many connections there may be: in all, and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::http::wire::proxy::network;

/// Connections in all, where the system allows as many open files.
const MOST: usize = 10_000;
/// Open files that are left to everything else: the database, what is read, the listener.
const OTHERS: usize = 128;
/// Connections of one address: a large office behind one address has fewer.
const EACH: usize = 512;

/// Counts connections.
pub struct Doors {
    most: usize,
    each: usize,
    /// Proxies, which connect for many.
    proxies: Arc<[IpAddr]>,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection that is counted until this is dropped.
pub struct Pass {
    doors: Arc<Doors>,
    address: Option<IpAddr>,
}

impl Doors {
    /// For this process; trusted proxies have no limit of their own.
    pub fn new(proxies: Arc<[IpAddr]>) -> Arc<Doors> {
        let most = open_files().map_or(MOST, |files| files.saturating_sub(OTHERS).clamp(64, MOST));
        Doors::with(most, EACH, proxies)
    }

    fn with(most: usize, each: usize, proxies: Arc<[IpAddr]>) -> Arc<Doors> {
        Arc::new(Doors {
            most,
            each,
            proxies,
            inside: Mutex::default(),
        })
    }

    /// Lets a connection in, unless there are too many.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Pass> {
        let peer = peer.to_canonical();
        // A proxy on this machine need not be trusted to speak for many.
        let is_proxy =
            peer.is_loopback() || self.proxies.iter().any(|one| one.to_canonical() == peer);
        let address = (!is_proxy).then(|| network(peer));
        let mut inside = self.inside();
        let own = address.and_then(|address| inside.by_address.get(&address));
        if inside.all >= self.most || own.is_some_and(|own| *own >= self.each) {
            return None;
        }
        inside.all += 1;
        if let Some(address) = address {
            *inside.by_address.entry(address).or_default() += 1;
        }
        Some(Pass {
            doors: Arc::clone(self),
            address,
        })
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut inside = self.doors.inside();
        inside.all -= 1;
        if let Some(address) = self.address
            && let Some(own) = inside.by_address.get_mut(&address)
        {
            *own -= 1;
            if *own == 0 {
                inside.by_address.remove(&address);
            }
        }
    }
}

/// How many files this process may have open, where the system says.
fn open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_in_all_and_by_address() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let doors = Doors::with(6, 2, [proxy].into());
        let enter = |address: &str| doors.enter(address.parse().unwrap());
        let own = [
            enter("192.0.2.1").unwrap(),
            enter("::ffff:192.0.2.1").unwrap(),
        ];
        assert!(enter("192.0.2.1").is_none(), "two an address");
        let neighbours = [
            enter("2001:db8:1:2::1").unwrap(),
            enter("2001:db8:1:2::2").unwrap(),
        ];
        assert!(enter("2001:db8:1:2:3::").is_none(), "and a network");
        drop(neighbours);
        // Proxies, and whatever is on this machine, speak for many.
        let others = ["10.0.0.1", "10.0.0.1", "127.0.0.1", "::1"].map(|one| enter(one).unwrap());
        assert!(enter("127.0.0.1").is_none(), "six in all");
        assert!(enter("192.0.2.2").is_none());
        drop(others);
        drop(own);
        assert!(doors.inside().by_address.is_empty());
        assert_eq!(doors.inside().all, 0);
    }

    #[test]
    fn this_systems_limit_is_read() {
        if std::path::Path::new("/proc/self/limits").exists() {
            assert!(open_files().is_some());
        }
    }
}
