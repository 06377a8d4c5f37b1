//! Whether a facility is open, and until when. It depends on hours in OpenStreetMap's syntax, Japan's
//! public holidays, temporary closures and the facility's status.
//!
//! Everything is in Japan's time (UTC+9 all year) and by the minute. Missing, unreadable or uncertain
//! hours give [`State::Unknown`]. A text is parsed once ([`Schedule::of`]) and shared by all facilities
//! that have it.

mod holidays;
mod rewrite;
mod schedule;
mod time;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use crate::domain::facility::{Closure, Date, Facility};
use crate::domain::vocabulary::Status;

use schedule::Held;

pub use schedule::Schedule;
pub use time::{FIRST_DAY, LAST_DAY, Minute};

/// How far ahead a change of state is searched for: a year and a month, to find yearly changes.
const HORIZON_DAYS: i64 = 400;

/// Whether a facility is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It is open.
    Open,
    /// It is closed.
    Closed,
    /// It is unknown, or stated in words only.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [State; 3] = [State::Open, State::Closed, State::Unknown];

    /// The value in answers.
    pub const fn slug(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Closed => "closed",
            State::Unknown => "unknown",
        }
    }
}

/// Everything that decides whether a facility is open. Equal values always have the same state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Opening {
    /// Not planned, suspended or closed for good.
    works: bool,
    schedule: Option<Arc<Schedule>>,
    closures: Box<[Shut]>,
}

/// A temporary closure: first and last day, with the evenings that begin on them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shut {
    first: i32,
    /// The last day; `None` if it is unknown when it opens again.
    pub last: Option<i32>,
    /// Why.
    pub note: Option<Box<str>>,
}

/// A stretch of a day that is not closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Minutes from the day's midnight.
    pub from: u16,
    /// The same.
    pub to: u16,
    /// Open or unknown.
    pub state: State,
    /// The comment in the text of hours.
    pub note: Option<Arc<str>>,
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
            // Unused entries are removed before the table grows.
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
        self.held(minute).state
    }

    /// The comment on its state at a minute: why it is closed, or what to ask.
    pub fn note(&self, minute: Minute) -> Option<Arc<str>> {
        match self.closure(minute) {
            Some(shut) => shut.note.as_deref().map(Arc::from),
            None => self.held(minute).note,
        }
    }

    /// The temporary closure for which it is closed at a minute.
    pub fn closure(&self, minute: Minute) -> Option<&Shut> {
        if !self.works || self.at(minute) != State::Closed {
            return None;
        }
        let day = minute.day();
        let without = |shut: i32| {
            let schedule = self.schedule.as_ref();
            schedule.is_none_or(|hours| hours.at(minute, |day| day == shut).state != State::Closed)
        };
        let of = |day: i32| self.closures.iter().find(|shut| shut.holds(day));
        // An evening that would go on past midnight is closed for the day it would have begun on.
        of(day).or_else(|| of(day - 1).filter(|_| without(day)))
    }

    fn held(&self, minute: Minute) -> Held {
        let is_shut = |day: i32| self.closures.iter().any(|shut| shut.holds(day));
        let closed = !self.works || (self.schedule.is_none() && is_shut(minute.day()));
        match &self.schedule {
            Some(schedule) if !closed => schedule.at(minute, is_shut),
            _ => Held {
                state: match closed {
                    true => State::Closed,
                    false => State::Unknown,
                },
                note: None,
            },
        }
    }

    /// When it is open on a day: from and to, in minutes from its midnight.
    pub fn open_on(&self, day: i32) -> Vec<(u16, u16)> {
        let open = self.on(day).into_iter();
        let open = open.filter(|stretch| stretch.state == State::Open);
        open.map(|stretch| (stretch.from, stretch.to)).collect()
    }

    /// A day's stretches that are not closed, in their order.
    pub fn on(&self, day: i32) -> Vec<Stretch> {
        let Some(schedule) = self.schedule.as_ref().filter(|_| self.works) else {
            return Vec::new();
        };
        let is_shut = |day: i32| self.closures.iter().any(|shut| shut.holds(day));
        let stretch = |(from, to, held): (u16, u16, Held)| Stretch {
            from,
            to,
            state: held.state,
            note: held.note,
        };
        schedule.on(day, is_shut).into_iter().map(stretch).collect()
    }

    /// Whether a temporary closure holds on a day.
    pub fn is_shut_on(&self, day: i32) -> bool {
        self.closures.iter().any(|shut| shut.holds(day))
    }

    /// The first minute after this one in which it is in another state; `None` where none is known
    /// within [`HORIZON_DAYS`].
    pub fn until(&self, minute: Minute) -> Option<Minute> {
        if !self.works {
            return None;
        }
        let is_shut = |day: i32| self.closures.iter().any(|shut| shut.holds(day));
        match &self.schedule {
            Some(schedule) if self.closures.is_empty() => schedule.until(minute),
            Some(schedule) => schedule.find_until(minute, is_shut),
            None => {
                let now = is_shut(minute.day());
                let mut days = (minute.day() + 1..=LAST_DAY).take(HORIZON_DAYS as usize);
                days.find(|day| is_shut(*day) != now).map(Minute::midnight)
            }
        }
    }
}

impl Shut {
    fn of(closure: &Closure) -> Shut {
        Shut {
            first: closure.from.day_number(),
            last: closure.to.as_ref().map(Date::day_number),
            note: closure.note.as_deref().map(Box::from),
        }
    }

    fn holds(&self, day: i32) -> bool {
        self.first <= day && self.last.is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
mod tests;
