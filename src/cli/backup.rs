//! `machinaka backup` and `machinaka restore`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Failure, database_url, existing, missing};
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
        remove(&partial);
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

fn copy_into_file(from: &Store, path: &Path) -> Result<crate::store::backup::Copied, Failure> {
    let to = Store::open(&format!("sqlite:{}", path.display()))?;
    to.migrate()?;
    let copied = from.copy_to(&to)?;
    to.close_file()?;
    Ok(copied)
}

/// Copies a backup into an empty database, and compares.
pub fn restore(database: Option<String>, options: Restore) -> Result<ExitCode, Failure> {
    let from = Source::open(&options.file)?;
    let from = &from.store;
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

/// A backup that is only read: its bytes stay as they are.
struct Source {
    store: Store,
    /// Where it was written by an older program, a copy that could be brought up to date.
    copy: Option<PathBuf>,
}

impl Source {
    fn open(file: &Path) -> Result<Source, Failure> {
        let shown = file.display();
        let url = format!("sqlite:{shown}");
        if missing(&url).is_some() {
            return Err(format!("there is no backup at {shown}").into());
        }
        let journal = with_end(file, "-wal");
        if std::fs::metadata(&journal).is_ok_and(|file| file.len() > 0) {
            return Err(format!(
                "{shown} is no backup but a database in use: {} beside it holds what is not in the file yet. Make a copy with `machinaka backup`",
                journal.display()
            )
            .into());
        }
        let store = Store::open_unchanging(&url)?;
        if store.is_current()? {
            return Ok(Source { store, copy: None });
        }
        drop(store);
        let name = format!("machinaka-restore-{}.sqlite", std::process::id());
        let copy = std::env::temp_dir().join(name);
        let url = format!("sqlite:{}", copy.display());
        let store = std::fs::copy(file, &copy)
            .map_err(|error| format!("cannot copy {shown} to {}: {error}", copy.display()).into())
            .and_then(|_| existing(&url));
        match store {
            Ok(store) => Ok(Source {
                store,
                copy: Some(copy),
            }),
            Err(failure) => {
                remove(&copy);
                Err(failure)
            }
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(copy) = &self.copy {
            remove(copy);
        }
    }
}

/// Removes a SQLite file and what SQLite keeps beside it.
fn remove(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(with_end(path, end));
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut path = path.to_path_buf().into_os_string();
    path.push(end);
    path.into()
}
