//! `machinaka verify`.

use std::io::{self, Write};
use std::process::ExitCode;

use super::{Failure, database_url, existing, progress};

/// Reads the whole log, and says where it ends.
pub fn run(database: Option<String>) -> Result<ExitCode, Failure> {
    let store = existing(&database_url(database)?)?;
    let bar = progress(0);
    let verified = store.verify(|reached, last| {
        bar.set_length(u64::try_from(last.0).unwrap_or(0));
        bar.set_position(u64::try_from(reached.0).unwrap_or(0));
    })?;
    bar.finish_and_clear();
    let redacted = match verified.redacted {
        0 => String::new(),
        n => format!(" ({n} values taken out)"),
    };
    writeln!(
        io::stdout(),
        "{} changes{redacted}, the chain holds up to {}",
        verified.changes,
        verified.head.hash
    )?;
    Ok(ExitCode::SUCCESS)
}
