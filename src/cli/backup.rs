//! `machinaka backup` and `machinaka restore`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, database_url};
use crate::store::Store;

/// Where the copy goes.
#[derive(Args)]
pub struct Backup {
    /// The file to write, which must not exist: a SQLite database.
    file: PathBuf,
}

/// Where the copy is.
#[derive(Args)]
pub struct Restore {
    /// A file that `machinaka backup` wrote.
    file: PathBuf,
}

/// Copies the directory into a file, and compares.
pub fn back_up(database: Option<String>, options: Backup) -> Result<ExitCode, Failure> {
    let from = existing(&database_url(database)?)?;
    let (path, shown) = (&options.file, options.file.display());
    if path.exists() {
        return Err(format!("{shown} exists: a backup never writes over a file").into());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(format!("there is no folder {}", folder.display()).into());
    }
    // Under its name there is only ever a whole copy.
    let partial = path.with_file_name(format!(
        "{}.partial-{}",
        path.file_name().unwrap_or_default().to_string_lossy(),
        std::process::id()
    ));
    let copied = copy_into_file(&from, &partial);
    let placed = copied.and_then(|copied| {
        std::fs::rename(&partial, path)
            .map_err(|error| format!("cannot write {shown}: {error}"))?;
        Ok(copied)
    });
    if placed.is_err() {
        for end in ["", "-wal", "-shm"] {
            let mut left = partial.clone().into_os_string();
            left.push(end);
            let _ = std::fs::remove_file(left);
        }
    }
    let copied = placed?;
    writeln!(
        io::stdout(),
        "{shown}: {} rows up to change {}, compared and verified; digest {}",
        copied.rows,
        copied.seq,
        copied.digest
    )?;
    Ok(ExitCode::SUCCESS)
}

fn copy_into_file(
    from: &Store,
    path: &std::path::Path,
) -> Result<crate::store::backup::Copied, Failure> {
    let to = Store::open(&format!("sqlite:{}", path.display()))?;
    to.migrate()?;
    let copied = from.copy_to(&to)?;
    to.close_file()?;
    Ok(copied)
}

/// Copies a backup into an empty database, and compares.
pub fn restore(database: Option<String>, options: Restore) -> Result<ExitCode, Failure> {
    let from = existing(&format!("sqlite:{}", options.file.display()))?;
    // A file that was damaged is found out before anything is written.
    from.verify(|_, _| {})?;
    let url = database_url(database)?;
    let to = Store::open(&url)?;
    to.migrate()?;
    let copied = from.copy_to(&to)?;
    writeln!(
        io::stdout(),
        "restored {} rows up to change {}, compared and verified; digest {}",
        copied.rows,
        copied.seq,
        copied.digest
    )?;
    Ok(ExitCode::SUCCESS)
}

/// A database that is there already: opening would create one at a mistyped path.
fn existing(url: &str) -> Result<Store, Failure> {
    if let Some(path) = url.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        return Err(format!("there is no database at {path}").into());
    }
    let store = Store::open(url)?;
    store.migrate()?;
    Ok(store)
}
