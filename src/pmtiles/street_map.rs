//! A basemap path whose file may be replaced.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::archive::{Archive, Identity};
use super::fault::Fault;

/// How often the path is checked for another file.
const EVERY: Duration = Duration::from_secs(1);

/// A basemap file that may be replaced while it is served. A valid new file is opened within a second.
/// An invalid one is reported, and the old one stays in use as long as it exists.
pub struct StreetMap {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    archive: Arc<Archive>,
    /// Whether the opened file can still be read.
    is_served: bool,
    /// The state of the path's file that was last looked into.
    seen: Option<Identity>,
    looked: Instant,
    fault: Option<String>,
}

impl StreetMap {
    /// Opens the file at a path.
    pub fn open(path: &Path) -> Result<StreetMap, Fault> {
        let archive = Archive::open(path)?;
        let seen = Some(archive.identity().clone());
        Ok(StreetMap {
            path: path.to_owned(),
            state: Mutex::new(State {
                archive: Arc::new(archive),
                is_served: true,
                seen,
                looked: Instant::now(),
                fault: None,
            }),
        })
    }

    /// The file as it is now; none while there is nothing to read from.
    pub fn archive(&self) -> Option<Arc<Archive>> {
        let state = self.looked();
        state.is_served.then(|| Arc::clone(&state.archive))
    }

    /// What is wrong with it just now.
    pub fn fault(&self) -> Option<String> {
        self.looked().fault.clone()
    }

    /// A tile of the file as it is now, unpacked.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>, Fault> {
        let read = |archive: Option<Arc<Archive>>| match archive {
            Some(archive) => archive.tile(z, x, y),
            None => Err(Fault::Changed),
        };
        match read(self.archive()) {
            Err(Fault::Changed) => {
                self.look(&mut self.lock());
                read(self.archive())
            }
            Err(fault) => {
                let mut state = self.lock();
                // One damaged tile is told of; a file full of them does not fill the log.
                if state.fault.is_none() {
                    self.tell(&mut state, format!("tile {z}/{x}/{y}: {fault}"));
                }
                Err(fault)
            }
            tile => tile,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, after a look at the path if the last was some time ago.
    fn looked(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        if state.looked.elapsed() >= EVERY {
            self.look(&mut state);
        }
        state
    }

    fn look(&self, state: &mut State) {
        state.looked = Instant::now();
        let there = std::fs::metadata(&self.path).map(|metadata| Identity::of(&metadata));
        let is_as_seen = there.as_ref().ok() == state.seen.as_ref();
        if is_as_seen && (!state.is_served || state.archive.is_untouched()) {
            return;
        }
        state.seen = there.ok();
        match Archive::open(&self.path) {
            Ok(archive) => {
                let is_new = archive.identity() != state.archive.identity();
                state.seen = Some(archive.identity().clone());
                state.archive = Arc::new(archive);
                state.is_served = true;
                state.fault = None;
                if is_new {
                    tracing::info!(file = %self.path.display(), "the basemap file was replaced");
                }
            }
            Err(fault) => {
                state.is_served = state.archive.is_untouched();
                let more = match state.is_served {
                    true => "the file before it is served on",
                    false => "no streets are served until it is sound",
                };
                self.tell(state, format!("{fault}; {more}"));
            }
        }
    }

    /// Says once in the log what is wrong.
    fn tell(&self, state: &mut State, fault: String) {
        let fault = format!("the basemap file {}: {fault}", self.path.display());
        if state.fault.as_ref() != Some(&fault) {
            tracing::warn!("{fault}");
            state.fault = Some(fault);
        }
    }
}
