//! `machinaka generate`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Args;

use super::{Failure, progress};
use crate::directory::Reference;
use crate::domain::change::Moment;
use crate::domain::feature;
use crate::synthetic;

/// How many facilities to make up.
#[derive(Args)]
pub struct Generate {
    /// How many.
    #[arg(long, value_name = "N")]
    count: u32,
    /// The same seed gives the same facilities.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Writes them, a line each.
pub fn run(options: &Generate) -> Result<ExitCode, Failure> {
    let reference = Reference::shipped();
    let bar = progress(u64::from(options.count));
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut line = Vec::new();
    for facility in synthetic::facilities(
        &reference.districts,
        reference.places(),
        options.count,
        options.seed,
    ) {
        line.clear();
        feature::write(&facility, Moment(0), &mut line);
        line.push(b'\n');
        out.write_all(&line)?;
        bar.inc(1);
    }
    out.flush()?;
    bar.finish_and_clear();
    Ok(ExitCode::SUCCESS)
}
