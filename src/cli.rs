//! The command line: reads it, wires the rooms, and says what came of it.
//!
//! Results go to standard output, logs and progress to standard error.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, IsTerminal, Write};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::directory::{self, Directory, Imported, Reference};
use crate::domain::change::Moment;
use crate::domain::facility::Website;
use crate::domain::feature;
use crate::http::{self, OutsideBasemap, Site};
use crate::review;
use crate::store::Store;
use crate::synthetic;

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

#[derive(Subcommand)]
enum Command {
    /// Serve the map and the API.
    Serve(Serve),
    /// Read facilities from a GeoJSON file (a FeatureCollection, or a Feature a line).
    Import(Import),
    /// Write synthetic facilities near real towns, a GeoJSON Feature a line.
    Generate(Generate),
    /// Check the change log and its hash chain.
    Verify,
}

#[derive(Args)]
struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(
        long,
        env = "MACHINAKA_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "HOST:PORT"
    )]
    listen: String,
    /// How people reach this server, for the links in its answers; by default the address it listens on.
    #[arg(long, env = "MACHINAKA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Leave an empty directory empty instead of filling it with the shipped facilities.
    #[arg(long, env = "MACHINAKA_EMPTY")]
    empty: bool,
    /// Raster tiles of another server to show under ours, with {z}, {x} and {y}. Off by default.
    #[arg(
        long,
        env = "MACHINAKA_BASEMAP_TILES",
        value_name = "URL",
        requires = "basemap_attribution"
    )]
    basemap_tiles: Option<String>,
    /// Whom that other server wants credited.
    #[arg(long, env = "MACHINAKA_BASEMAP_ATTRIBUTION", value_name = "TEXT")]
    basemap_attribution: Option<String>,
    /// The deepest zoom that other server has.
    #[arg(
        long,
        env = "MACHINAKA_BASEMAP_MAX_ZOOM",
        value_name = "ZOOM",
        default_value_t = 18
    )]
    basemap_max_zoom: u8,
}

#[derive(Args)]
struct Import {
    /// The file.
    file: PathBuf,
    /// The only municipality or ward (five digits) or prefecture (two) its rows may lie in.
    #[arg(long, value_name = "CODE")]
    municipality: Option<String>,
    /// Only report; change nothing.
    #[arg(long, conflicts_with = "publish")]
    dry_run: bool,
    /// Publish at once, in one transaction, if nothing blocks.
    #[arg(long)]
    publish: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Generate {
    /// How many.
    #[arg(long, value_name = "N")]
    count: u32,
    /// The same seed gives the same facilities.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Why a command failed, in one sentence.
type Failure = Box<dyn std::error::Error>;

/// Something in the input blocks; nothing was changed.
const BLOCKED: u8 = 2;

/// Runs the command line and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Cli { database, command } = Cli::parse_from(arguments);
    log_to_stderr();
    let done = match command {
        Command::Serve(options) => serve(database, options),
        Command::Import(options) => import(database, options),
        Command::Generate(options) => generate(&options),
        Command::Verify => verify(database),
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

fn serve(database: Option<String>, options: Serve) -> Result<ExitCode, Failure> {
    // First of all: an address in use should be known before a database is touched.
    let listener = listen(&options.listen)?;
    let address = listener.local_addr()?;
    let public_url = options
        .public_url
        .unwrap_or_else(|| format!("http://{}", reachable(address)));
    // Every link is built from it.
    Website::new(&public_url).map_err(|error| format!("--public-url: {error}"))?;
    let reference = Reference::shipped();
    let directory = open(database, reference)?;
    if !options.empty {
        directory.fill()?;
    }
    directory.follow();
    let outside_basemap = options.basemap_tiles.map(|tiles| {
        let attribution = options.basemap_attribution.unwrap_or_default();
        Arc::new(OutsideBasemap {
            tiles,
            attribution,
            max_zoom: options.basemap_max_zoom,
        })
    });
    let site = Site {
        directory,
        public_url: public_url.trim_end_matches('/').into(),
        outside_basemap,
    };
    let system = actix_web::rt::System::new();
    system.block_on(async move {
        let server = http::server(listener, site, |_| ())?;
        let mut out = io::stdout().lock();
        writeln!(out, "machinaka is ready at http://{}", reachable(address))?;
        out.flush()?;
        drop(out);
        server.await
    })?;
    Ok(ExitCode::SUCCESS)
}

fn import(database: Option<String>, options: Import) -> Result<ExitCode, Failure> {
    if !options.dry_run && !options.publish {
        return Err("the review of submissions is not part of this release: add --publish to publish at once, or --dry-run to see the report".into());
    }
    let reference = Reference::shipped();
    let area = options
        .municipality
        .map(|code| review::area(&code, &reference.districts))
        .transpose()?;
    let file = File::open(&options.file)
        .map_err(|error| format!("cannot read {}: {error}", options.file.display()))?;
    let bar = progress_bytes(file.metadata().map_or(0, |data| data.len()));
    let file = BufReader::with_capacity(1 << 20, bar.wrap_read(file));
    let imported = open(database, reference)?.import(file, area.as_deref(), options.publish)?;
    bar.finish_and_clear();
    let mut out = BufWriter::new(io::stdout().lock());
    if options.json {
        serde_json::to_writer_pretty(&mut out, &imported.report)?;
        writeln!(out)?;
    } else {
        write_report(&imported, &mut out)?;
    }
    out.flush()?;
    Ok(if imported.report.blocks() {
        ExitCode::from(BLOCKED)
    } else {
        ExitCode::SUCCESS
    })
}

fn write_report(imported: &Imported, out: &mut impl Write) -> io::Result<()> {
    let Imported {
        report,
        changes,
        unchanged,
        published,
    } = imported;
    for problem in &report.problems {
        let row = problem
            .row
            .map_or("ファイル".to_owned(), |row| format!("{row}件目"));
        let column = problem
            .column
            .as_deref()
            .map_or(String::new(), |column| format!(" {column}"));
        let weight = if problem.blocks { "不可" } else { "注意" };
        write!(
            out,
            "{weight} {row}{column} [{}] {}",
            problem.code, problem.message
        )?;
        if let Some(found) = &problem.found {
            write!(out, "（値: {found}")?;
            match &problem.expected {
                Some(expected) => write!(out, " 期待: {expected}）")?,
                None => write!(out, "）")?,
            }
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "{}件を読み、{}件が使えます（新規・変更 {changes}件、変更なし {unchanged}件）。",
        report.rows, report.accepted
    )?;
    match published {
        Some(seq) => writeln!(out, "公開しました（番号 {seq} まで）。"),
        None if report.blocks() => writeln!(out, "不可があるため、何も変えていません。"),
        None => writeln!(out, "何も変えていません。"),
    }
}

fn generate(options: &Generate) -> Result<ExitCode, Failure> {
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

fn verify(database: Option<String>) -> Result<ExitCode, Failure> {
    let url = database_url(database)?;
    // Opening would make an empty directory of a mistyped path, and find it in order.
    if let Some(path) = url.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        return Err(format!("there is no database at {path}").into());
    }
    let store = Store::open(&url)?;
    store.migrate()?;
    let bar = progress(0);
    let verified = store.verify(|reached, last| {
        bar.set_length(u64::try_from(last.0).unwrap_or(0));
        bar.set_position(u64::try_from(reached.0).unwrap_or(0));
    })?;
    bar.finish_and_clear();
    writeln!(
        io::stdout(),
        "{} changes, the chain holds up to {}",
        verified.changes,
        verified.head.hash
    )?;
    Ok(ExitCode::SUCCESS)
}

fn open(database: Option<String>, reference: Arc<Reference>) -> Result<Arc<Directory>, Failure> {
    let store = Store::open(&database_url(database)?)?;
    store.migrate()?;
    Directory::open(store, reference).map_err(|error: directory::Error| error.into())
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

fn listen(address: &str) -> Result<TcpListener, Failure> {
    let failed = |error: io::Error| format!("cannot listen on {address}: {error}");
    let addresses: Vec<SocketAddr> = address.to_socket_addrs().map_err(failed)?.collect();
    Ok(TcpListener::bind(&*addresses).map_err(failed)?)
}

/// An address a person can open: "everywhere" is nowhere to go to.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    address
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
