//! The walls between rooms: every `crate::` path of the sources against the table of ARCHITECTURE.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may name.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("districts", &["domain"]),
    ("places", &["domain", "districts"]),
    ("snapshot", &["domain"]),
    ("tiles", &["domain", "districts", "places", "snapshot"]),
    ("interchange", &["domain"]),
    (
        "review",
        &["domain", "districts", "places", "snapshot", "interchange"],
    ),
    ("synthetic", &["domain", "districts", "places"]),
    ("store", &["domain"]),
    (
        "directory",
        &[
            "domain",
            "districts",
            "places",
            "snapshot",
            "tiles",
            "interchange",
            "review",
            "store",
        ],
    ),
    (
        "http",
        &[
            "domain",
            "districts",
            "places",
            "snapshot",
            "tiles",
            "directory",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "directory",
            "http",
            "review",
            "store",
            "synthetic",
        ],
    ),
];

/// Rooms that take values and give values.
const PURE: &[&str] = &[
    "domain",
    "districts",
    "places",
    "snapshot",
    "tiles",
    "interchange",
    "review",
    "synthetic",
];

/// What a pure room must not reach for.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "now_v7",
];

#[test]
fn every_room_knows_only_the_rooms_it_may() {
    let mut wrong = Vec::new();
    for (room, file, text) in sources() {
        let (_, may) = MAY_KNOW
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("the room {room} is not in the table: say what it may know"));
        for named in named_rooms(&text) {
            if named != room && !may.contains(&named.as_str()) {
                wrong.push(format!("{} names {named}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_rooms_do_not_touch_the_world() {
    for (room, file, text) in sources() {
        let text = without_tests_and_comments(&text);
        for word in WORLD {
            let touches = PURE.contains(&room.as_str()) && text.contains(word);
            assert!(!touches, "{} uses {word}", file.display());
        }
        let libraries = [
            ("diesel::", &["store"][..]),
            ("actix_web::", &["http", "cli"]),
        ];
        for (library, rooms) in libraries {
            let knows = text.contains(library) && !rooms.contains(&room.as_str());
            assert!(!knows, "{} knows {library}", file.display());
        }
    }
}

#[test]
fn the_reader_of_paths_sees_groups_and_ignores_comments() {
    let text =
        "use crate::{store::{Store, log}, domain};\n// crate::http\nlet x = crate::cli::run();";
    let named: Vec<String> = named_rooms(text).into_iter().collect();
    assert_eq!(named, ["cli", "domain", "store"]);
}

/// Every source file with the room it stands in; the crate's own two roots aside.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let sources = files.into_iter().filter_map(|file| {
        let inside = file.strip_prefix(&root).unwrap();
        let first = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap();
        let room = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&file).unwrap();
        // A room's tests may read files and know more than the room.
        let is_source = !matches!(room.as_str(), "lib" | "main") && !file.ends_with("tests.rs");
        is_source.then_some((room, file, text))
    });
    let sources: Vec<_> = sources.collect();
    assert!(
        sources.len() > 30,
        "the sources are where this test looks for them"
    );
    sources
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rooms that `crate::` paths name.
fn named_rooms(text: &str) -> BTreeSet<String> {
    let text: Vec<&str> = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""))
        .collect();
    let text = text.join("\n");
    let mut rooms = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            rooms.insert(first_word(rest));
            continue;
        };
        // Only the group's own level names rooms.
        let mut depth = 0;
        let mut begins = true;
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                c if begins && depth == 0 && c.is_ascii_lowercase() => {
                    rooms.insert(first_word(&group[i..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    rooms
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

fn without_tests_and_comments(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}
