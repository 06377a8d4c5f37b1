//! Minutes of Japan's clock.

use chrono::{DateTime, Datelike, NaiveDate};

use crate::domain::change::Moment;

/// Japan has been nine hours before Greenwich since 1888, and without summer time since 1952.
const OFFSET: i64 = 9 * 60;
/// A day in minutes.
pub(super) const DAY: u16 = 24 * 60;
const DAY_MINUTES: i64 = DAY as i64;
/// 1970-01-01, counted from 1 January of year 1.
const EPOCH: i64 = 719_163;

/// The first day of the list of holidays: before it nothing is said.
pub const FIRST_DAY: i32 = EPOCH as i32;
/// 2050-12-31, the end of the last year whose holidays are listed.
pub const LAST_DAY: i32 = 748_747;

/// A minute of Japan's clock, as minutes since 1970-01-01T00:00 there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(i64);

impl Minute {
    /// The minute a moment lies in.
    pub fn of(moment: Moment) -> Minute {
        Minute(moment.0.div_euclid(60_000_000) + OFFSET)
    }

    /// The minute of an RFC 3339 moment, if it is one and lies in the years whose holidays are listed.
    pub fn read(text: &str) -> Option<Minute> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?;
        let minute = Minute::of(Moment(moment.timestamp_micros()));
        (FIRST_DAY..=LAST_DAY)
            .contains(&minute.day())
            .then_some(minute)
    }

    /// The first minute of a day, counted from 1 January of year 1.
    pub fn midnight(day: i32) -> Minute {
        Minute((i64::from(day) - EPOCH) * DAY_MINUTES)
    }

    #[cfg(test)]
    pub(super) fn plus_days(self, days: i64) -> Minute {
        Minute(self.0 + days * DAY_MINUTES)
    }

    pub(super) fn plus_minutes(self, minutes: u16) -> Minute {
        Minute(self.0 + i64::from(minutes))
    }

    /// Its day, counted from 1 January of year 1.
    pub fn day(self) -> i32 {
        (self.0.div_euclid(DAY_MINUTES) + EPOCH) as i32
    }

    /// Minutes since its day began.
    pub fn of_day(self) -> u16 {
        self.0.rem_euclid(DAY_MINUTES) as u16
    }

    /// How many minutes later another one is.
    pub fn to(self, later: Minute) -> i64 {
        later.0 - self.0
    }

    /// A number that no other minute has.
    pub fn number(self) -> i64 {
        self.0
    }

    /// Year, month, day and weekday, Monday being 0.
    pub fn date(self) -> (i32, u32, u32, u32) {
        let date = date(self.day());
        (
            date.year(),
            date.month(),
            date.day(),
            date.weekday().num_days_from_monday(),
        )
    }

    /// RFC 3339 with Japan's offset.
    pub fn rfc3339(self) -> String {
        let (of_day, date) = (self.of_day(), date(self.day()));
        format!("{date}T{:02}:{:02}:00+09:00", of_day / 60, of_day % 60)
    }
}

/// The date of a day, counted from 1 January of year 1.
pub(super) fn date(day: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(NaiveDate::MAX)
}
