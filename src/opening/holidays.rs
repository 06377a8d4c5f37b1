//! Japan's public holidays, as shipped in `geodata/holidays.csv`.
//!
//! The list that comes with the crate `opening-hours` lacks citizens' holidays and moved ones.

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use compact_calendar::CompactCalendar;
use opening_hours::{Context, ContextHolidays};

const LIST: &str = include_str!("../../geodata/holidays.csv");

/// What hours are read with. School holidays differ by municipality: hours with them are not readable.
pub(super) fn context() -> Context {
    static PUBLIC: LazyLock<Arc<CompactCalendar>> = LazyLock::new(|| {
        let mut days = CompactCalendar::default();
        for line in LIST.lines().skip(1) {
            let day: NaiveDate = line[..10]
                .parse()
                .expect("the shipped holidays were read when they were built");
            days.insert(day);
        }
        Arc::new(days)
    });
    let none = Arc::new(CompactCalendar::default());
    Context::default().with_holidays(ContextHolidays::new(Arc::clone(&PUBLIC), none))
}
