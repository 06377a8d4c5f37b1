//! The walls between rooms: every `crate::` path of the sources against the table of ARCHITECTURE.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may name.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("earth", &["domain"]),
    ("coverage", &["domain", "earth"]),
    ("districts", &["domain"]),
    ("stations", &["domain", "districts"]),
    ("places", &["domain", "districts", "stations"]),
    ("opening", &["domain"]),
    ("snapshot", &["domain", "earth", "places", "opening"]),
    (
        "tiles",
        &[
            "domain",
            "districts",
            "places",
            "stations",
            "opening",
            "snapshot",
        ],
    ),
    ("interchange", &["domain"]),
    (
        "review",
        &["domain", "districts", "places", "snapshot", "interchange"],
    ),
    ("synthetic", &["domain", "districts", "places"]),
    ("store", &["domain"]),
    ("pmtiles", &[]),
    (
        "directory",
        &[
            "domain",
            "coverage",
            "districts",
            "places",
            "stations",
            "opening",
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
            "coverage",
            "districts",
            "places",
            "stations",
            "opening",
            "snapshot",
            "tiles",
            "interchange",
            "review",
            "directory",
            "pmtiles",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "coverage",
            "directory",
            "http",
            "pmtiles",
            "review",
            "store",
            "synthetic",
        ],
    ),
];

/// The folders of `http`, an audience each, and the folders each may name. What stands beside them in
/// `http` is shared, and names none of them; only `http/mod.rs` joins them.
const AUDIENCES: &[(&str, &[&str])] = &[
    ("find", &[]),
    // The built pages lead readers without a script to the list of hubs, and credit the operator's map.
    ("pages", &["find"]),
    // As HTML, `/coverage` is a built page.
    ("plan", &["pages"]),
    // `/readyz` tells of a broken map file.
    ("manage", &["find"]),
    // Collections and the API's definition describe what the others answer; as HTML, `/` is a built page.
    ("ogc", &["find", "pages", "plan", "manage"]),
];

/// Rooms that take values and give values.
const PURE: &[&str] = &[
    "domain",
    "earth",
    "coverage",
    "districts",
    "stations",
    "places",
    "opening",
    "snapshot",
    "tiles",
    "interchange",
    "review",
    "synthetic",
];

/// What a pure room must not reach for: modules of `std`, and clocks and dice by any path.
const WORLD: &[&str] = &["fs", "net", "process", "env", "thread"];
const CLOCKS: &[&str] = &[
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "now_v7",
    "new_v4",
];

/// Libraries that belong to a few rooms.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("diesel_migrations", &["store"]),
    ("actix_web", &["http", "cli"]),
    ("actix_rt", &["http", "cli"]),
    ("actix_http", &["http"]),
    ("actix_service", &["http"]),
    ("tokio", &["http"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
];

#[test]
fn every_room_knows_only_the_rooms_it_may() {
    let wrong: Vec<String> = sources()
        .into_iter()
        .flat_map(|(room, file, text)| {
            let strangers = strangers(&room, &text);
            strangers
                .into_iter()
                .map(move |named| format!("{} names {named}", file.display()))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_audience_of_http_knows_only_the_folders_it_may() {
    let http = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut files = Vec::new();
    collect(&http, &mut files);
    let mut wrong = Vec::new();
    let mut there = BTreeSet::new();
    for file in files {
        let inside = file.strip_prefix(&http).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let folder = AUDIENCES.iter().map(|(name, _)| *name);
        let folder = folder.into_iter().find(|name| *name == first);
        there.extend(folder);
        if inside == Path::new("mod.rs") || file.ends_with("tests.rs") {
            continue;
        }
        let depth = inside.components().count() - usize::from(file.ends_with("mod.rs"));
        let text = fs::read_to_string(&file).unwrap();
        for named in foreign_audiences(folder, depth, &text) {
            wrong.push(format!("{} names {named}", inside.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let table: BTreeSet<&str> = AUDIENCES.iter().map(|(name, _)| *name).collect();
    assert_eq!(there, table);
    // No folder is known, by however many steps, to one it knows.
    for (i, (folder, may)) in AUDIENCES.iter().enumerate() {
        for known in *may {
            let above = AUDIENCES[..i].iter().any(|(name, _)| name == known);
            assert!(above, "{folder} knows {known} below it");
        }
    }
}

#[test]
fn a_wrong_arrow_inside_http_would_be_found() {
    let found = |folder, depth, text| foreign_audiences(folder, depth, text);
    let plan = "use crate::http::plan::zones;";
    assert_eq!(found(Some("find"), 2, plan), ["plan"]);
    assert_eq!(found(None, 1, plan), ["plan"]);
    assert_eq!(
        found(None, 1, "use super::{answer, manage::auth};"),
        ["manage"]
    );
    assert_eq!(
        found(None, 2, "super::super::find::facets::show()"),
        ["find"]
    );
    assert_eq!(
        found(Some("find"), 2, "use super::super::ogc::tiles;"),
        ["ogc"]
    );
    assert!(found(Some("plan"), 2, plan).is_empty());
    assert!(found(Some("ogc"), 2, plan).is_empty());
    // A folder's own module may have another folder's name.
    assert!(found(Some("plan"), 3, "use super::super::find;").is_empty());
    assert!(
        found(
            None,
            1,
            "#[cfg(test)]\nmod tests { use crate::http::find; }"
        )
        .is_empty()
    );
}

/// The audiences that a file of `http` names and must not: a file of an audience's folder, or a shared one.
/// So many folders down from `http` stands what its `super` begins from.
fn foreign_audiences(folder: Option<&str>, depth: usize, text: &str) -> Vec<String> {
    let text = without_tests_and_comments(text);
    let mut named = named_after("crate::http::", &text);
    let up = "super::".repeat(depth);
    named.extend(named_after(&up, &text));
    let may = AUDIENCES.iter().find(|(name, _)| Some(*name) == folder);
    let may = may.map_or(&[][..], |(_, may)| may);
    let is_foreign = |named: &String| {
        let is_audience = AUDIENCES.iter().any(|(name, _)| name == named);
        is_audience && Some(named.as_str()) != folder && !may.contains(&named.as_str())
    };
    named.into_iter().filter(is_foreign).collect()
}

#[test]
fn the_table_names_the_rooms_there_are_and_no_others() {
    let there: BTreeSet<String> = sources().into_iter().map(|(room, ..)| room).collect();
    let table: BTreeSet<String> = MAY_KNOW
        .iter()
        .map(|(room, _)| (*room).to_owned())
        .collect();
    assert_eq!(there, table);
    // And the library's tour shows each.
    let tour = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"));
    let tour = tour.unwrap();
    for room in &table {
        assert!(tour.contains(&format!("//! - [`{room}`]:")), "{room}");
    }
    // No room is known, by however many steps, to one it knows.
    let below: Vec<&str> = MAY_KNOW.iter().map(|(room, _)| *room).collect();
    for (i, (room, may)) in MAY_KNOW.iter().enumerate() {
        for known in *may {
            assert!(below[..i].contains(known), "{room} knows {known} below it");
        }
    }
}

#[test]
fn pure_rooms_do_not_touch_the_world_and_libraries_stay_in_their_rooms() {
    let wrong: Vec<String> = sources()
        .into_iter()
        .flat_map(|(room, file, text)| {
            let touched = touched(&room, &text);
            touched
                .into_iter()
                .map(move |what| format!("{} uses {what}", file.display()))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_violation_would_be_found() {
    assert_eq!(strangers("http", "use crate::store::Store;"), ["store"]);
    assert_eq!(
        strangers(
            "snapshot",
            "fn f() { crate::domain::x(); crate::directory::y() }"
        ),
        ["directory"]
    );
    assert_eq!(
        strangers("domain", "use crate::{\n    places::Place,\n};"),
        ["places"]
    );
    assert_eq!(
        strangers(
            "directory",
            "use crate::{domain::{self, change}, http};\nuse crate::store::Store;"
        ),
        ["http"]
    );
    assert!(strangers("directory", "// crate::cli\n//! [`crate::http`]").is_empty());
    assert_eq!(touched("domain", "use std::{fmt, fs::File};"), ["std::fs"]);
    assert_eq!(
        touched("places", "let now = chrono::Utc::now();"),
        ["Utc::now"]
    );
    assert_eq!(touched("snapshot", "std::net::lookup()"), ["std::net"]);
    assert_eq!(touched("http", "use diesel::prelude::*;"), ["diesel"]);
    assert_eq!(
        touched("directory", "#[derive(diesel::Queryable)]"),
        ["diesel"]
    );
    assert!(touched("directory", "std::fs::read(); Utc::now()").is_empty());
    assert!(touched("domain", "#[cfg(test)]\nmod tests { use std::fs; }").is_empty());
}

/// The rooms a text of `room` names and must not.
fn strangers(room: &str, text: &str) -> Vec<String> {
    let (_, may) = MAY_KNOW
        .iter()
        .find(|(name, _)| *name == room)
        .unwrap_or_else(|| panic!("the room {room} is not in the table: say what it may know"));
    named_rooms(text)
        .into_iter()
        .filter(|named| named != room && !may.contains(&named.as_str()))
        .collect()
}

/// What a text of `room` reaches for and must not.
fn touched(room: &str, text: &str) -> Vec<String> {
    let text = without_tests_and_comments(text);
    let mut touched = Vec::new();
    if PURE.contains(&room) {
        let modules = named_after("std::", &text);
        let world = WORLD.iter().filter(|module| modules.contains(**module));
        touched.extend(world.map(|module| format!("std::{module}")));
        let clocks = CLOCKS.iter().filter(|clock| text.contains(**clock));
        touched.extend(clocks.map(|clock| (*clock).to_owned()));
    }
    let knows = |library: &str| {
        ["::", ";", " as "].iter().any(|end| {
            text.match_indices(&format!("{library}{end}"))
                .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    };
    let strange = LIBRARIES
        .iter()
        .filter(|(library, rooms)| !rooms.contains(&room) && knows(library));
    touched.extend(strange.map(|(library, _)| (*library).to_owned()));
    touched
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
    named_after("crate::", &without_comments(text))
}

/// The first words after a prefix of paths, groups taken apart.
fn named_after(prefix: &str, text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for rest in text.split(prefix).skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            named.insert(first_word(rest));
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
                c if begins && depth == 0 && c.is_ascii_alphabetic() => {
                    named.insert(first_word(&group[i..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    named.remove("");
    named
}

/// The text without `//`. What stands in a string after `//` goes too, which no path does; block
/// comments stay, because `/*` is found in media ranges, and the house writes none.
fn without_comments(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

fn without_tests_and_comments(text: &str) -> String {
    without_comments(text.split("#[cfg(test)]").next().unwrap_or(""))
}
