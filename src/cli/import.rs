//! `machinaka import`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use super::{Failure, database_url, missing, open, progress_bytes};
use crate::directory::Reference;
use crate::directory::import::{self, BlankCells, Columns, Edits, Fate, Imported, SamePlace};
use crate::domain::report::{CODES, Problem};
use crate::domain::user::Area;
use crate::domain::vocabulary::Kind;
use crate::domain::wording::Language;
use crate::review;

/// Something in the input blocks; nothing was changed.
const BLOCKED: u8 = 2;

/// What to read, and what to do with it.
#[derive(Args)]
pub struct Import {
    /// The file.
    file: PathBuf,
    /// The only municipality or ward (five digits) or prefecture (two) its rows may lie in.
    #[arg(long, value_name = "CODE")]
    municipality: Option<String>,
    /// What sort of place all of its facilities are, where the file itself says no kinds.
    #[arg(long, value_parser = PossibleValuesParser::new(Kind::SLUGS).map(|word| word.parse::<Kind>().expect("one of its slugs")))]
    kind: Option<Kind>,
    /// What rows do that bring no id but have the name and place of a published facility: update it,
    /// keep it as it is, or make new ones. Without it, --publish stops where the facts differ.
    #[arg(long, value_enum, value_name = "WHAT")]
    same: Option<Same>,
    /// What an empty cell does to a published value.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = Blank::Keep)]
    blank: Blank,
    /// The worksheet of a workbook that holds the table; else the first that does.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The row of the header; else it is found.
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u32).range(1..))]
    header_row: Option<u32>,
    /// Also read rows that the workbook hides.
    #[arg(long)]
    hidden: bool,
    /// Which column holds what, as `name=施設名称,address=所在地`: a field, or what is a part of one such
    /// as `lat`, and the header as the file has it. May be given several times.
    #[arg(long, value_name = "FIELD=HEADER,…", value_parser = import::columns)]
    columns: Vec<Columns>,
    /// Only report; change nothing.
    #[arg(long, conflicts_with = "publish")]
    dry_run: bool,
    /// Publish at once, in one transaction, if nothing blocks. Without it the file waits for review.
    #[arg(long)]
    publish: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// What rows with the name and place of a published facility do.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Same {
    Update,
    Keep,
    New,
}

/// What empty cells do.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Blank {
    Keep,
    Clear,
}

impl From<Same> for SamePlace {
    fn from(same: Same) -> SamePlace {
        match same {
            Same::Update => SamePlace::Update,
            Same::Keep => SamePlace::Keep,
            Same::New => SamePlace::New,
        }
    }
}

impl From<Blank> for BlankCells {
    fn from(blank: Blank) -> BlankCells {
        match blank {
            Blank::Keep => BlankCells::Keep,
            Blank::Clear => BlankCells::Clear,
        }
    }
}

/// Reads the file, reports, and publishes if asked to.
pub fn run(database: Option<String>, options: Import) -> Result<ExitCode, Failure> {
    let reference = Reference::shipped();
    let area = options
        .municipality
        .map(|code| {
            let code = review::area(&code, &reference.districts)?;
            Area::new(&code).map_err(|error| error.to_string())
        })
        .transpose()?;
    let file = File::open(&options.file)
        .map_err(|error| format!("cannot read {}: {error}", options.file.display()))?;
    let bar = progress_bytes(file.metadata().map_or(0, |data| data.len()));
    let file = BufReader::with_capacity(1 << 20, bar.wrap_read(file));
    let name = options.file.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let fate = match (options.dry_run, options.publish) {
        (true, _) => Fate::Reported,
        (false, true) => Fate::Published,
        (false, false) => Fate::Submitted(&name),
    };
    let import = import::Import {
        file,
        area,
        work: Edits {
            kind: options.kind,
            sheet: options.sheet,
            header_row: options.header_row.map(|row| row as usize),
            hidden: options.hidden,
            same: options.same.map(SamePlace::from),
            blank: Some(options.blank.into()),
            columns: options
                .columns
                .into_iter()
                .flat_map(|columns| columns.0)
                .collect(),
            ..Edits::default()
        },
    };
    let url = database_url(database)?;
    let imported = match missing(&url) {
        // Whoever only wants to know what is wrong with a file needs no directory, and gets none.
        Some(path) if fate == Fate::Reported => {
            eprintln!(
                "machinaka: there is no database at {path}; the file is held against an empty directory"
            );
            import.report_alone(&reference)?
        }
        _ => open(Some(url), reference)?.import(import, fate)?,
    };
    bar.finish_and_clear();
    let mut out = BufWriter::new(io::stdout().lock());
    if options.json {
        let mut report = serde_json::to_value(imported.report.in_language(Language::Ja))?;
        report["changes"] = imported.changes.into();
        report["unchanged"] = imported.unchanged.into();
        report["undecided"] = imported.undecided.into();
        if let Some(id) = imported.submission {
            report["submission"] = id.0.into();
        }
        if let Some(seq) = imported.published {
            report["published"] = seq.0.into();
        }
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        write_report(&imported, &mut out)?;
    }
    out.flush()?;
    let waits = options.publish && imported.undecided > 0;
    Ok(if imported.report.blocks() || waits {
        ExitCode::from(BLOCKED)
    } else {
        ExitCode::SUCCESS
    })
}

fn write_report(imported: &Imported, out: &mut impl Write) -> io::Result<()> {
    let Imported {
        report,
        is_table,
        changes,
        unchanged,
        undecided,
        submission,
        published,
    } = imported;
    let counter = if *is_table { "行目" } else { "件目" };
    write_problems(&report.problems, counter, out)?;
    writeln!(
        out,
        "{}件を読み、{}件が使えます（新規・変更 {changes}件、変更なし {unchanged}件）。",
        report.rows, report.accepted
    )?;
    if *undecided > 0 {
        writeln!(
            out,
            "{undecided}行は公開中の施設と同じかもしれず、まだ決まっていません。名称も場所も同じ行は --same update（更新）か keep（公開中のまま）、別の施設なら --same new で決めるか、--publish を付けずに出して画面で1件ずつ決めてください。"
        )?;
    }
    match (published, submission) {
        (Some(seq), _) => writeln!(out, "公開しました（番号 {seq} まで）。"),
        (None, Some(id)) => writeln!(
            out,
            "提出 {} として受け付けました。審査待ちです（/manage/submissions/{}）。",
            id.0, id.0
        ),
        (None, None) if report.blocks() => {
            writeln!(out, "不可があるため、何も変えていません。")
        }
        (None, None) => writeln!(out, "何も変えていません。"),
    }
}

/// So many problems of a sort are written; the rest are counted.
const WRITTEN: usize = 3;

/// Writes problems by their sort, those that block first: how many rows there are, and the first three.
fn write_problems(problems: &[Problem], counter: &str, out: &mut impl Write) -> io::Result<()> {
    for blocks in [true, false] {
        for code in CODES {
            let of_sort = |p: &&Problem| p.blocks == blocks && p.code == code.code;
            let of_sort: Vec<&Problem> = problems.iter().filter(of_sort).collect();
            for problem in of_sort.iter().take(WRITTEN) {
                write_problem(problem, counter, out)?;
            }
            if let Some(more) = of_sort.len().checked_sub(WRITTEN).filter(|more| *more > 0) {
                let weight = if blocks { "不可" } else { "注意" };
                writeln!(
                    out,
                    "{weight} ほか{more}件、合わせて{}件 [{}] {}（すべては --json）",
                    of_sort.len(),
                    code.code,
                    code.ja
                )?;
            }
        }
    }
    Ok(())
}

fn write_problem(problem: &Problem, counter: &str, out: &mut impl Write) -> io::Result<()> {
    let row = problem
        .row
        .map_or("ファイル".to_owned(), |row| format!("{row}{counter}"));
    let column = problem
        .column
        .as_deref()
        .map_or(String::new(), |column| format!(" {column}"));
    let weight = if problem.blocks { "不可" } else { "注意" };
    write!(
        out,
        "{weight} {row}{column} [{}] {}",
        problem.code, problem.message.ja
    )?;
    if let Some(found) = &problem.found {
        write!(out, "（値: {found}")?;
        match &problem.expected {
            Some(expected) => write!(out, " 期待: {}）", expected.ja)?,
            None => write!(out, "）")?,
        }
    }
    writeln!(out)
}
