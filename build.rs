//! Draws the build's id: a digest of everything the program is made of. Answers' ETags carry it, so that
//! none is taken for that of another build. It needs no git; the same sources have the same id.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

/// What is compiled in. The front end's build may be missing.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "askama.toml",
    "build.rs",
    "geodata",
    "migrations",
    "src",
    "web/dist",
    "web/placeholder.html",
    "web/public",
    "web/src/icon.svg",
];

fn main() {
    let mut digest = DefaultHasher::new();
    for source in SOURCES.iter().map(Path::new).filter(|path| path.exists()) {
        // A missing path would make every build begin anew.
        println!("cargo::rerun-if-changed={}", source.display());
        for file in files(source) {
            let bytes = fs::read(&file).unwrap_or_default();
            // Separators differ between systems; lengths keep one file from running into the next.
            let name = file.to_string_lossy().replace('\\', "/");
            for part in [name.as_bytes(), &bytes] {
                digest.write_u64(part.len() as u64);
                digest.write(part);
            }
        }
    }
    for setting in ["TARGET", "PROFILE", "CARGO_CFG_FEATURE"] {
        let value = std::env::var(setting).unwrap_or_default();
        digest.write(value.as_bytes());
    }
    println!("cargo::rustc-env=MACHINAKA_BUILD={:016x}", digest.finish());
}

/// The files at a path in order; not those that editors and file managers hide.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let hidden = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with('.')
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| !hidden(path));
    paths.sort();
    paths.iter().flat_map(|path| files(path)).collect()
}
