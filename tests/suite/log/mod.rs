//! A log that is not what it was: one that lost its last changes, and one that was altered.

mod away;
mod damaged;
mod time;
mod went_back;

use crate::history::Place;
use crate::support::databases::on_each_database;

/// Runs a check with an empty directory on each database, whose server may log these warnings.
fn on_each_place(warnings: &[&'static str], check: impl Fn(&Place<'_>)) {
    on_each_database(|database| {
        let mut place = Place::new(database);
        place.server = place.server.expecting(warnings);
        check(&place);
    });
}
