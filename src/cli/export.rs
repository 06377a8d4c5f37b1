//! `machinaka export`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Failure, database_url, existing};
use crate::directory::{Directory, Reference};
use crate::http::export::{self, FILTERS, Sort};

/// What to write, and where.
#[derive(Args)]
pub struct Export {
    /// The sort of file.
    #[arg(long, value_enum)]
    format: Format,
    /// The file; without it, standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    filters: Filters,
}

#[derive(ValueEnum, Clone, Copy)]
enum Format {
    Geojson,
    Geojsonl,
    Csv,
    Xlsx,
    /// FlatGeobuf.
    Fgb,
    /// A GeoPackage.
    Gpkg,
    Kml,
}

/// The filters of the API under their own names, as a query string: one table serves both.
struct Filters(String);

impl Args for Filters {
    fn augment_args(command: Command) -> Command {
        let filters = FILTERS.iter().map(|filter| {
            Arg::new(filter.name)
                .long(filter.name)
                .help(filter.about)
                .value_name("VALUE")
                .allow_hyphen_values(true)
        });
        command.args(filters)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Filters::augment_args(command)
    }
}

impl FromArgMatches for Filters {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Filters, clap::Error> {
        let given = FILTERS.iter().filter_map(|filter| {
            let value = matches.get_one::<String>(filter.name)?;
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            Some(format!("{}={value}", filter.name))
        });
        Ok(Filters(given.collect::<Vec<_>>().join("&")))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Filters::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Writes the facilities that match.
pub fn run(database: Option<String>, options: Export) -> Result<ExitCode, Failure> {
    let sort = match options.format {
        Format::Geojson => Sort::GeoJson,
        Format::Geojsonl => Sort::GeoJsonLines,
        Format::Csv => Sort::Csv,
        Format::Xlsx => Sort::Xlsx,
        Format::Fgb => Sort::FlatGeobuf,
        Format::Gpkg => Sort::GeoPackage,
        Format::Kml => Sort::Kml,
    };
    let directory = Directory::open(existing(&database_url(database)?)?, Reference::shipped())?;
    let found = export::find(&directory, &options.filters.0)?;
    let Some(path) = options.out else {
        let mut out = BufWriter::new(io::stdout().lock());
        found.write(&directory, sort, &mut out)?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    };
    let shown = path.display();
    let failed = |error: io::Error| format!("cannot write {shown}: {error}");
    // Beside its place first: a file that was there stays whole until the new one is.
    let mut beside = path.clone().into_os_string();
    beside.push(".partial");
    let beside = PathBuf::from(beside);
    let mut out = BufWriter::new(File::create(&beside).map_err(failed)?);
    let written = found
        .write(&directory, sort, &mut out)
        .and_then(|()| out.flush());
    let placed = written.and_then(|()| std::fs::rename(&beside, &path));
    if let Err(error) = placed {
        let _ = std::fs::remove_file(&beside);
        return Err(failed(error).into());
    }
    eprintln!("{} facilities in {shown}", found.len());
    Ok(ExitCode::SUCCESS)
}
