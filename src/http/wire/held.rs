//! Bytes held for clients: bodies that arrive, and answers on their way out.
//!
//! What all of them together hold is bounded, and what one address holds, so that clients who do not
//! read cannot use up the machine's memory. Small bodies are not counted: the number of connections
//! bounds those.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;

/// Bodies up to this size are not counted.
pub const SMALL: usize = 64 << 10;

/// Answers on their way out.
pub static ANSWERS: Account = Account::new(256 << 20, 64 << 20);
/// Bodies of requests.
pub static REQUESTS: Account = Account::new(160 << 20, 40 << 20);

/// How many bytes are held, by whom.
pub struct Account {
    most: usize,
    each: usize,
    used: Mutex<Used>,
}

struct Used {
    all: usize,
    by_address: BTreeMap<Arc<str>, usize>,
}

/// Bytes that are counted until this is dropped.
pub struct Held {
    account: &'static Account,
    address: Option<Arc<str>>,
    bytes: usize,
}

impl Account {
    const fn new(most: usize, each: usize) -> Account {
        Account {
            most,
            each,
            used: Mutex::new(Used {
                all: 0,
                by_address: BTreeMap::new(),
            }),
        }
    }

    /// Counts so many bytes for an address, if there is room. A single body may be larger than any room.
    pub fn hold(&'static self, address: Option<Arc<str>>, bytes: usize) -> Option<Held> {
        let fits = |used: usize, most: usize| used == 0 || used.saturating_add(bytes) <= most;
        let mut used = self.used();
        let own = address.as_ref().and_then(|own| used.by_address.get(own));
        if !fits(used.all, self.most) || !fits(own.copied().unwrap_or(0), self.each) {
            return None;
        }
        used.all += bytes;
        if let Some(address) = &address {
            *used.by_address.entry(Arc::clone(address)).or_default() += bytes;
        }
        Some(Held {
            account: self,
            address,
            bytes,
        })
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Counts fewer bytes from now on.
    pub fn shrink(&mut self, bytes: usize) {
        let less = self.bytes.saturating_sub(bytes);
        self.bytes -= less;
        self.give_back(less);
    }

    /// The bytes, counted until the last part of them is dropped.
    pub fn with(self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Counted { bytes, _held: self })
    }

    fn give_back(&self, bytes: usize) {
        let mut used = self.account.used();
        used.all -= bytes;
        if let Some(address) = &self.address
            && let Some(own) = used.by_address.get_mut(address)
        {
            *own -= bytes;
            if *own == 0 {
                used.by_address.remove(address);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give_back(self.bytes);
    }
}

struct Counted {
    bytes: Bytes,
    _held: Held,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_and_each_address_hold_no_more_than_there_is_room_for() {
        let account: &'static Account = Box::leak(Box::new(Account::new(100, 40)));
        let hold = |address: Option<&str>, bytes| account.hold(address.map(Arc::from), bytes);
        let first = hold(Some("a"), 30).unwrap();
        assert!(hold(Some("a"), 11).is_none(), "its share is 40");
        let mut second = hold(Some("a"), 10).unwrap();
        let third = hold(None, 55).unwrap();
        assert!(hold(Some("b"), 6).is_none(), "100 in all");
        second.shrink(4);
        let fourth = hold(Some("b"), 6).unwrap();
        drop((first, second));
        assert_eq!(account.used().by_address.len(), 1);
        // The bytes are counted as long as any part of them lives.
        let part = third.with(Bytes::from_static(b"abc")).slice(1..2);
        assert_eq!(account.used().all, 61);
        drop(part);
        drop(fourth);
        assert_eq!(account.used().all, 0);
        assert!(account.used().by_address.is_empty());
        // A body larger than the room is alone.
        let large = hold(Some("a"), 500).unwrap();
        assert!(hold(None, 1).is_none());
        drop(large);
        assert!(hold(None, 1).is_some());
    }
}
