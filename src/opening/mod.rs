//! Whether a facility is open, and until when: hours in OpenStreetMap's syntax, Japan's public
//! holidays, temporary closures, and whether the place works at all.
//!
//! Everything is in Japan's time, nine hours before Greenwich all year, and by the minute. What cannot
//! be known is [`State::Unknown`]: no hours, hours no machine can read, hours that say so themselves.
//! A text is read once ([`Schedule::of`]) and shared by all facilities that have it.

mod holidays;
mod rewrite;
mod schedule;
mod time;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use crate::domain::facility::{Closure, Date, Facility};
use crate::domain::vocabulary::Status;

pub use schedule::Schedule;
pub use time::{FIRST_DAY, LAST_DAY, Minute};

/// How far ahead a change of state is looked for: a year and a month, so that what happens once a year is found.
const HORIZON_DAYS: i64 = 400;

/// Whether somebody can work there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It is open.
    Open,
    /// It is closed.
    Closed,
    /// Nobody has said, or not so that a machine understands.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [State; 3] = [State::Open, State::Closed, State::Unknown];

    /// As answers write it.
    pub const fn slug(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Closed => "closed",
            State::Unknown => "unknown",
        }
    }
}

/// Everything that decides whether one facility is open. Two that are equal are always in the same state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Opening {
    /// Not planned, suspended or closed for good.
    works: bool,
    schedule: Option<Arc<Schedule>>,
    closures: Box<[Shut]>,
}

/// Days on which it is closed, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Shut {
    first: i32,
    /// `None` until somebody says when it opens again.
    last: Option<i32>,
}

impl Opening {
    /// A facility's, the same one for all facilities that open and close alike.
    #[allow(
        clippy::mutable_key_type,
        reason = "a schedule is hashed and compared by its text; only what it remembers changes"
    )]
    pub fn shared(facility: &Facility) -> Arc<Opening> {
        static ALL: LazyLock<Mutex<HashMap<Opening, Weak<Opening>>>> =
            LazyLock::new(Mutex::default);
        let opening = Opening::of(facility);
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opening) = all.get(&opening).and_then(Weak::upgrade) {
            return opening;
        }
        if all.len() == all.capacity() {
            // Before it grows: what nobody has any more makes room.
            all.retain(|_, opening| opening.strong_count() > 0);
        }
        let shared = Arc::new(opening.clone());
        all.insert(opening, Arc::downgrade(&shared));
        shared
    }

    /// A facility's.
    pub fn of(facility: &Facility) -> Opening {
        let closures = facility.closures.as_deref().unwrap_or_default();
        Opening {
            works: !matches!(
                facility.status,
                Status::Planned | Status::Suspended | Status::Closed
            ),
            schedule: facility.opening_hours.as_deref().map(Schedule::of),
            closures: closures.iter().map(Shut::of).collect(),
        }
    }

    /// Whether there are hours and a machine can read them.
    pub fn is_readable(&self) -> bool {
        self.schedule
            .as_ref()
            .is_some_and(|hours| hours.is_readable())
    }

    /// Its state at a minute.
    pub fn at(&self, minute: Minute) -> State {
        let day = minute.day();
        if !self.works || self.closures.iter().any(|shut| shut.holds(day)) {
            return State::Closed;
        }
        let schedule = self.schedule.as_ref();
        schedule.map_or(State::Unknown, |schedule| schedule.at(minute))
    }

    /// When it is open on a day: from and to, in minutes from its midnight.
    pub fn open_on(&self, day: i32) -> Vec<(u16, u16)> {
        if !self.works || self.closures.iter().any(|shut| shut.holds(day)) {
            return Vec::new();
        }
        let schedule = self.schedule.as_ref();
        schedule.map_or_else(Vec::new, |schedule| schedule.open_on(day))
    }

    /// The first minute after this one in which it is in another state; `None` where none is known
    /// within [`HORIZON_DAYS`].
    pub fn until(&self, minute: Minute) -> Option<Minute> {
        if !self.works {
            return None;
        }
        let now = self.at(minute);
        let last = minute.plus_days(HORIZON_DAYS);
        let mut at = minute;
        // Each turn passes a boundary of the hours or of a closure, and none is passed twice.
        loop {
            let hours = self.schedule.as_ref().and_then(|hours| hours.until(at));
            let shut = self.closures.iter().filter_map(|shut| shut.next(at)).min();
            at = hours.into_iter().chain(shut).min()?;
            if at > last {
                return None;
            }
            if self.at(at) != now {
                return Some(at);
            }
        }
    }
}

impl Shut {
    fn of(closure: &Closure) -> Shut {
        Shut {
            first: closure.from.day_number(),
            last: closure.to.as_ref().map(Date::day_number),
        }
    }

    fn holds(&self, day: i32) -> bool {
        self.first <= day && self.last.is_none_or(|last| day <= last)
    }

    /// The first midnight after a minute at which it begins or ends.
    fn next(&self, after: Minute) -> Option<Minute> {
        let ends = self.last.filter(|last| *last >= self.first);
        let edges = [Some(self.first), ends.map(|last| last + 1)];
        let edges = edges.into_iter().flatten().map(Minute::midnight);
        edges.filter(|edge| *edge > after).min()
    }
}

#[cfg(test)]
mod tests;
