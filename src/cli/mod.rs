//! The command line: reads it, wires the rooms, and says what came of it.
//!
//! A file a command: its flags, what it does, what it prints. Results go to standard output, logs
//! and progress to standard error.

mod backup;
mod coverage;
mod export;
mod generate;
mod import;
mod import_addresses;
mod import_boundaries;
mod import_population;
mod import_stations;
mod official;
mod serve;
mod site;
mod token;
mod user;
mod verify;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::directory::coverage::Imprecision;
use crate::directory::coverage::zones::{self, Zone};
use crate::directory::{self, Directory, Reference};
use crate::store::Store;

/// The directory of Japan's urban telework hubs, on a map.
#[derive(Parser)]
#[command(name = "machinaka", version, about)]
struct Cli {
    /// sqlite:PATH or postgres://…; by default a SQLite file in your data folder.
    #[arg(
        long,
        global = true,
        env = "MACHINAKA_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    database: Option<String>,
    #[command(subcommand)]
    command: Command,
}

/// What becomes of hubs whose position error exceeds the distance.
#[derive(ValueEnum, Clone, Copy, Default)]
enum Imprecise {
    #[default]
    LeaveOut,
    Keep,
}

impl From<Imprecise> for Imprecision {
    fn from(imprecise: Imprecise) -> Imprecision {
        match imprecise {
            Imprecise::LeaveOut => Imprecision::LeaveOut,
            Imprecise::Keep => Imprecision::Keep,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Serve the map and the API.
    Serve(serve::Serve),
    /// Read facilities from CSV, a workbook (xlsx) or GeoJSON: report, hand in for review, or publish.
    Import(import::Import),
    /// Read people: the census grid from e-Stat's files, or the ministry's projection.
    ImportPopulation(import_population::ImportPopulation),
    /// Read official boundaries (国土数値情報 N03) in place of the shipped ones, prefecture by prefecture.
    ImportBoundaries(import_boundaries::ImportBoundaries),
    /// Read official lists of blocks and lots (位置参照情報 街区レベル), so that addresses are found to the block.
    ImportAddresses(import_addresses::ImportAddresses),
    /// Read all of Japan's stations and lines (国土数値情報 N02) in place of the shipped stations.
    ImportStations(import_stations::ImportStations),
    /// How many people live within a distance of a hub, by district.
    Coverage(coverage::CoverageOf),
    /// Choose where the next facilities should go.
    Site(site::Site),
    /// Write facilities to a file that can be imported again.
    Export(export::Export),
    /// Write synthetic facilities near real towns, a GeoJSON Feature a line.
    Generate(generate::Generate),
    /// Accounts of the people who may change the directory.
    User(user::Users),
    /// API tokens: `machinaka token NAME` prints a new one.
    Token(token::Tokens),
    /// Copy the whole directory into a SQLite file, while others go on writing; compared afterwards.
    Backup(backup::Backup),
    /// Copy a backup into an empty database; compared afterwards.
    Restore(backup::Restore),
    /// Check the change log and its hash chain.
    Verify,
}

/// Why a command failed, in one sentence.
type Failure = Box<dyn std::error::Error>;

/// Runs the command line and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Cli { database, command } = match Cli::try_parse_from(arguments) {
        Ok(read) => read,
        Err(said) => {
            // Help and version are answers. Anything else is a failure like others: exit code 2, which
            // the library would choose, is import's word for a file with something in it that blocks.
            let failed = said.use_stderr();
            return match said.print() {
                Ok(()) if !failed => ExitCode::SUCCESS,
                _ => ExitCode::FAILURE,
            };
        }
    };
    log_to_stderr();
    let done = match command {
        Command::Serve(options) => serve::run(database, options),
        Command::Import(options) => import::run(database, options),
        Command::ImportPopulation(options) => import_population::run(database, options),
        Command::ImportAddresses(options) => import_addresses::run(database, options),
        Command::ImportBoundaries(options) => import_boundaries::run(database, options),
        Command::ImportStations(options) => import_stations::run(database, options),
        Command::Coverage(options) => coverage::run(database, options),
        Command::Site(options) => site::run(database, options),
        Command::Export(options) => export::run(database, options),
        Command::Generate(options) => generate::run(&options),
        Command::User(options) => user::run(database, options),
        Command::Token(options) => token::run(database, options),
        Command::Backup(options) => backup::back_up(database, options),
        Command::Restore(options) => backup::restore(database, options),
        Command::Verify => verify::run(database),
    };
    done.unwrap_or_else(|failure| {
        let io = failure.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            // Whoever read the output, such as `head`, has seen enough.
            return ExitCode::SUCCESS;
        }
        eprintln!("machinaka: {}", failure.to_string().replace('\n', " "));
        ExitCode::FAILURE
    })
}

fn open(database: Option<String>, reference: Arc<Reference>) -> Result<Arc<Directory>, Failure> {
    let store = Store::open(&database_url(database)?)?;
    store.migrate()?;
    Directory::open(store, reference).map_err(|error: directory::Error| error.into())
}

/// A database that is there already: opening would create one at a mistyped path.
fn existing(url: &str) -> Result<Store, Failure> {
    if let Some(path) = missing(url) {
        return Err(format!("there is no database at {path}").into());
    }
    let store = Store::open(url)?;
    store.migrate()?;
    Ok(store)
}

/// Zones of one's own: the polygons of a GeoJSON file.
fn zones(path: &Path) -> Result<Vec<Zone>, Failure> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let document = serde_json::from_slice(&bytes)
        .map_err(|error| format!("{shown}: it is no JSON ({error})"))?;
    let read = zones::features(document).and_then(|features| zones::read((1..).zip(&features)));
    let read = read.map_err(|wrong| format!("{shown}: {}", wrong.en))?;
    match read.is_empty() {
        true => Err(format!("{shown}: there are no zones in it").into()),
        false => Ok(read),
    }
}

/// The path of a SQLite file that is not there, or has nothing in it.
fn missing(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let is_there = std::fs::metadata(path).is_ok_and(|file| file.len() > 0);
    (!is_there).then_some(path)
}

/// The database asked for, or a file in the platform's data folder.
fn database_url(database: Option<String>) -> Result<String, Failure> {
    use etcetera::BaseStrategy;
    if let Some(url) = database {
        return Ok(url);
    }
    let folders = etcetera::choose_base_strategy().map_err(|error| {
        format!("no data folder is known ({error}): name a database with --database")
    })?;
    Ok(format!(
        "sqlite:{}",
        folders
            .data_dir()
            .join("machinaka")
            .join("machinaka.sqlite")
            .display()
    ))
}

/// JSON where something collects it, plain lines where a person reads; `RUST_LOG` sets how much.
fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    // Whoever sends bytes that are no HTTP gets a 400, and must not fill the log with errors of ours.
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn,actix_http=off"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    if io::stderr().is_terminal() {
        builder.compact().init()
    } else {
        builder.json().init()
    }
}

fn progress(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {eta}")
        .expect("a valid template");
    if io::stderr().is_terminal() {
        ProgressBar::new(length).with_style(style)
    } else {
        ProgressBar::hidden()
    }
}

fn progress_bytes(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}")
        .expect("a valid template");
    progress(length).with_style(style)
}
