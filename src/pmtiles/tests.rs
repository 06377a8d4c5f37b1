use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;

use super::written::{self, Layout, street};
use super::*;

fn at(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("map.pmtiles");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn opened(bytes: &[u8]) -> Result<Archive, Fault> {
    let folder = tempfile::tempdir().unwrap();
    // The opened file goes on when its name is gone.
    Archive::open(&at(&folder, bytes))
}

fn why(bytes: &[u8]) -> String {
    opened(bytes).err().expect("it is refused").to_string()
}

/// Tiles of many zooms, some of them alike.
fn tiles(addresses: &[(u8, u32, u32, u8)]) -> BTreeMap<(u8, u32, u32), Vec<u8>> {
    let address = |&(z, x, y, kind): &(u8, u32, u32, u8)| {
        let side = 1u32 << z;
        ((z, x % side, y % side), street(&format!("street {kind}")))
    };
    addresses.iter().map(address).collect()
}

fn written(tiles: &BTreeMap<(u8, u32, u32), Vec<u8>>, layout: &Layout) -> Vec<u8> {
    let list = tiles
        .iter()
        .map(|(&(z, x, y), bytes)| (z, x, y, bytes.clone()));
    written::file(list.collect(), layout)
}

fn one(layout: &Layout) -> Vec<u8> {
    written::file(vec![(0, 0, 0, street("one"))], layout)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_tile_that_is_written_is_read_back_and_no_other(
        addresses in prop::collection::vec((0u8..=18, any::<u32>(), any::<u32>(), 0u8..3), 1..60),
        dense in 0u8..5,
        gzip: bool,
        leaf_lines in prop::option::of(1usize..9),
        others in prop::collection::vec((0u8..=20, any::<u32>(), any::<u32>()), 20),
    ) {
        let mut all = tiles(&addresses);
        // A whole zoom of tiles alike: runs.
        let side = 1u32 << dense;
        all.extend((0..side).flat_map(|x| (0..side).map(move |y| ((dense, x, y), street("sea")))));
        let layout = Layout { gzip, leaf_lines, ..Layout::default() };
        let archive = opened(&written(&all, &layout)).unwrap();
        for (&(z, x, y), bytes) in &all {
            let read = archive.tile(z, x, y).unwrap();
            prop_assert_eq!(read.as_ref(), Some(bytes), "{}/{}/{}", z, x, y);
        }
        for (z, x, y) in others {
            let (x, y) = (x % (1 << z), y % (1 << z));
            let read = archive.tile(z, x, y).unwrap();
            prop_assert_eq!(read.as_ref(), all.get(&(z, x, y)));
        }
        prop_assert_eq!(archive.tile(1, 2, 0).unwrap(), None);
        prop_assert_eq!(archive.tile(200, 0, 0).unwrap(), None);
    }

    #[test]
    fn damaged_bytes_give_an_error_and_nothing_worse(
        addresses in prop::collection::vec((0u8..=12, any::<u32>(), any::<u32>(), 0u8..3), 1..20),
        gzip: bool,
        leaf_lines in prop::option::of(1usize..4),
        strokes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        in_header: bool,
        cut in prop::option::weighted(0.3, any::<prop::sample::Index>()),
    ) {
        let all = tiles(&addresses);
        let mut bytes = written(&all, &Layout { gzip, leaf_lines, ..Layout::default() });
        for (place, value) in strokes {
            let most = if in_header { 127 } else { bytes.len() };
            bytes[place.index(most)] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(archive) = opened(&bytes) {
            for &(z, x, y) in all.keys() {
                let _ = archive.tile(z, x, y);
            }
        }
    }

    #[test]
    fn any_bytes_are_no_reason_to_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), begins_well: bool) {
        let mut bytes = bytes;
        if begins_well && bytes.len() > 8 {
            bytes[..8].copy_from_slice(b"PMTiles\x03");
        }
        prop_assert!(opened(&bytes).is_err());
        let _ = directory::Directory::read(&bytes);
    }
}

#[test]
fn what_is_wrong_is_said() {
    let good = one(&Layout::default());
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        bytes
    };
    for (bytes, said) in [
        (Vec::new(), "no PMTiles file"),
        (b"PK\x03\x04 a zip file".to_vec(), "no PMTiles file"),
        (b"PM\x02\x00 an old one".to_vec(), "PMTiles version 2"),
        (changed(7, 4), "PMTiles version 4"),
        (changed(97, 4), "compressed with zstd"),
        (changed(98, 3), "compressed with brotli"),
        (changed(99, 2), "PNG pictures"),
        (changed(99, 6), "MapLibre tiles (MLT)"),
        (changed(101, 200), "zooms 0 to 200"),
        (good[..100].to_vec(), "cut short: its header"),
        (good[..good.len() - 1].to_vec(), "cut short: its tile data"),
        (good[..140].to_vec(), "cut short: its root directory"),
    ] {
        let why = why(&bytes);
        assert!(why.contains(said), "{said}: {why}");
    }
    // The root directory, which is behind the header, and then the tile.
    assert!(why(&changed(127 + 14, 0xff)).contains("damaged"));
    let mut bytes = good.clone();
    let middle = bytes.len() - 20;
    bytes[middle] ^= 0x55;
    assert!(why(&bytes).contains("its tile is damaged"));
    let no_tile = written::file(vec![(0, 0, 0, b"<html>".to_vec())], &Layout::default());
    assert!(why(&no_tile).contains("no vector tile"));
    let cadastre = Layout {
        metadata: r#"{"vector_layers":[{"id":"cadastre"}]}"#.to_owned(),
        ..Layout::default()
    };
    assert!(why(&one(&cadastre)).contains("“cadastre”"));
    let folder = tempfile::tempdir().unwrap();
    let not_a_file = Archive::open(folder.path()).err().unwrap();
    assert!(matches!(not_a_file, Fault::NotAFile));
    let absent = Archive::open(&folder.path().join("absent")).err().unwrap();
    assert!(matches!(absent, Fault::Io(_)), "{absent}");
}

#[test]
fn a_small_file_that_unpacks_to_much_is_refused() {
    let much = vec![0x1a; 9 << 20];
    let bomb = written::file(vec![(0, 0, 0, much)], &Layout::default());
    assert!(why(&bomb).contains("unpacks to more than"));
    let metadata = " ".repeat(17 << 20);
    let bomb = Layout {
        metadata,
        ..Layout::default()
    };
    assert!(why(&one(&bomb)).contains("unpacks to more than"));
}

#[test]
fn directories_in_memory_have_a_limit() {
    // Each line of a leaf directory is a tile of its own: none of two neighbours are alike.
    let side = 1u32 << 7;
    let all = (0..side).flat_map(|x| (0..side).map(move |y| (x, y)));
    let tiles = all.map(|(x, y)| (7, x, y, street(&(written::number(7, x, y) % 7).to_string())));
    let layout = Layout {
        leaf_lines: Some(1000),
        ..Layout::default()
    };
    let archive = opened(&written::file(tiles.collect(), &layout)).unwrap();
    for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
        assert!(archive.tile(7, x, y).unwrap().is_some());
    }
    assert_eq!(archive.lines_kept(), 16_384);
}

#[test]
fn header_and_credits_are_those_of_the_file() {
    let archive = opened(&one(&Layout::default())).unwrap();
    let header = archive.header();
    assert_eq!((header.min_zoom, header.max_zoom), (0, 0));
    assert_eq!(header.bounds, [122.0, 20.0, 154.0, 46.0]);
    let metadata = archive.metadata();
    assert_eq!(metadata.schema, Schema::Protomaps);
    assert_eq!(metadata.attribution, "© OpenStreetMap");
    assert_eq!(metadata.layers.len(), 3);
    let other = opened(&written::file(
        vec![(0, 0, 0, street("another"))],
        &Layout::default(),
    ));
    assert_ne!(archive.fingerprint(), other.unwrap().fingerprint());
}

/// What is served now, as the name of its street tells it.
fn shown(map: &StreetMap) -> Option<Vec<u8>> {
    map.tile(0, 0, 0).ok().flatten()
}

fn wait_until(mut done: impl FnMut() -> bool) {
    for _ in 0..600 {
        if done() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it does not come about");
}

#[test]
fn a_file_may_be_replaced_while_it_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = at(&folder, &one(&Layout::default()));
    let map = StreetMap::open(&path).unwrap();
    assert_eq!(shown(&map), Some(street("one")));
    assert_eq!(map.fault(), None);

    // As one should: another file takes the name.
    let replace = |bytes: &[u8]| {
        let new = folder.path().join("new");
        std::fs::write(&new, bytes).unwrap();
        std::fs::rename(&new, &path).unwrap();
    };
    let two = written::file(vec![(0, 0, 0, street("two"))], &Layout::default());
    replace(&two);
    wait_until(|| shown(&map) == Some(street("two")));
    assert_eq!(map.fault(), None);

    // By something else: the old one goes on, and it is said.
    replace(b"this is a text");
    wait_until(|| map.fault().is_some());
    assert!(map.fault().unwrap().contains("no PMTiles file"));
    assert_eq!(shown(&map), Some(street("two")));
    std::fs::remove_file(&path).unwrap();
    wait_until(|| map.fault().unwrap().contains("cannot be read"));
    assert_eq!(shown(&map), Some(street("two")));

    // And mended.
    let three = written::file(vec![(0, 0, 0, street("three"))], &Layout::default());
    replace(&three);
    wait_until(|| shown(&map) == Some(street("three")));
    assert_eq!(map.fault(), None);
}

#[test]
fn a_file_may_be_cut_or_written_over_while_it_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = at(&folder, &one(&Layout::default()));
    let map = StreetMap::open(&path).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(130).unwrap();
    assert_eq!(shown(&map), None);
    assert!(map.fault().unwrap().contains("cut short"));
    assert!(map.archive().is_none());
    // Whoever copies over a file writes it bit by bit.
    let two = written::file(vec![(0, 0, 0, street("two"))], &Layout::default());
    std::fs::write(&path, &two[..two.len() / 2]).unwrap();
    assert_eq!(shown(&map), None);
    std::fs::write(&path, &two).unwrap();
    wait_until(|| shown(&map) == Some(street("two")));
    assert_eq!(map.fault(), None);
}
