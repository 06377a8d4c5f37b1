//! Japan's public holidays, as shipped in `geodata/holidays.csv`.
//!
//! The list that comes with the crate `opening-hours` lacks citizens' holidays and moved ones.

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

const LIST: &str = include_str!("../../geodata/holidays.csv");

/// Whether a day, counted from 1 January of year 1, is a public holiday.
pub(super) fn holds(day: i32) -> bool {
    static PUBLIC: LazyLock<HashSet<i32>> = LazyLock::new(|| {
        let day = |line: &str| {
            let day: NaiveDate = line[..10]
                .parse()
                .expect("the shipped holidays were read when they were built");
            day.num_days_from_ce()
        };
        LIST.lines().skip(1).map(day).collect()
    });
    PUBLIC.contains(&day)
}
