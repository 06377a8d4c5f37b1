//! The progress of checking a file.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows done of all rows: first each is read, then each is held against the directory.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicUsize,
    read: AtomicUsize,
    compared: AtomicUsize,
}

/// How many rows are done at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// All rows; 0 while nobody knows how many there are.
    pub rows: usize,
    /// Those read.
    pub read: usize,
    /// Those held against the directory.
    pub compared: usize,
}

impl Progress {
    /// Begins, with so many rows. A file that is gone through again begins again.
    pub fn begin(&self, rows: usize) {
        self.rows.store(rows, Ordering::Relaxed);
        self.read.store(0, Ordering::Relaxed);
        self.compared.store(0, Ordering::Relaxed);
    }

    /// So many rows more are read.
    pub fn read(&self, rows: usize) {
        self.read.fetch_add(rows, Ordering::Relaxed);
    }

    /// So many rows in all are held against the directory.
    pub fn compared(&self, rows: usize) {
        self.compared.store(rows, Ordering::Relaxed);
    }

    /// How many are done now.
    pub fn now(&self) -> Done {
        Done {
            rows: self.rows.load(Ordering::Relaxed),
            read: self.read.load(Ordering::Relaxed),
            compared: self.compared.load(Ordering::Relaxed),
        }
    }
}
