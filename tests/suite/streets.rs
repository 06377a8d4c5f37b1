//! The operator's own basemap file, and the tiles that a browser may ask of another server.

use std::path::{Path, PathBuf};

use crate::support::pmtiles::{self, Layout, street};
use crate::support::server::{TestDirectory, run};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("streets.pmtiles")
    }

    /// Puts a file of one street at the path, as one should: complete before it gets the name.
    fn put(&self, bytes: &[u8]) -> String {
        let new = self.0.path().join("new");
        std::fs::write(&new, bytes).unwrap();
        std::fs::rename(&new, self.path()).unwrap();
        self.path().display().to_string()
    }
}

/// A street everywhere at zoom 0, and one in 福岡 at zoom 14.
fn streets(name: &str) -> Vec<u8> {
    let tiles = vec![(0, 0, 0, street(name)), (14, 14126, 6567, street(name))];
    pmtiles::file(tiles, &Layout::default())
}

const TILE: &str = "/basemap/streets/14/6567/14126";

#[test]
fn without_a_file_there_are_no_streets() {
    let server = TestDirectory::shared();
    for path in ["/basemap/streets", TILE] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("--basemap"), "{}", answer.text);
    }
    let config = server.json("/config.json");
    assert_eq!(config["basemap"]["streets"], serde_json::Value::Null);
}

#[test]
fn streets_are_served_as_tiles_with_their_credit() {
    let folder = Folder::new();
    let file = folder.put(&streets("明治通り"));
    let server = TestDirectory::with(&["--basemap", &file]);

    let described = server.json("/basemap/streets");
    assert_eq!(described["tilejson"], "3.0.0");
    assert_eq!(described["attribution"], "© OpenStreetMap");
    assert_eq!(
        (&described["minzoom"], &described["maxzoom"]),
        (&0.into(), &14.into())
    );
    let ids = described["vector_layers"].as_array().unwrap();
    let ids: Vec<_> = ids
        .iter()
        .map(|layer| layer["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["earth", "water", "roads"]);
    let template = described["tiles"][0].as_str().unwrap();
    let address = template
        .replace("{z}", "14")
        .replace("{y}", "6567")
        .replace("{x}", "14126");
    assert_eq!(server.path(&address), TILE);

    let tile = server.get(TILE);
    assert_eq!(tile.status, 200);
    assert_eq!(
        tile.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    assert_eq!(tile.bytes, street("明治通り"));
    let known = [("If-None-Match", tile.header("etag"))];
    assert_eq!(server.request(TILE, &known).status, 304);
    assert_eq!(server.get("/basemap/streets/14/0/0").status, 204);
    for absent in [
        "15/0/0",
        "14/16384/0",
        "0/1/0",
        "x/0/0",
        "-1/0/0",
        "99999999999/0/0",
    ] {
        let answer = server.get(&format!("/basemap/streets/{absent}"));
        assert_eq!(answer.status, 404, "{absent}");
        assert!(answer.text.contains("0〜14"), "{}", answer.text);
    }
    assert_eq!(server.get("/basemap/streets?nix=1").status, 400);

    let config = &server.json("/config.json")["basemap"]["streets"];
    assert_eq!(config["schema"], "protomaps");
    assert_eq!(config["attribution"], "© OpenStreetMap");
    let credits = server.json("/credits");
    assert_eq!(credits["credits"][0]["text"], "© OpenStreetMap");
    let page = server.get("/credits?f=html&lang=en").text;
    assert!(page.contains("Streets of the basemap") && page.contains("© OpenStreetMap"));
    assert_eq!(server.json("/readyz")["notes"], serde_json::Value::Null);
}

/// Files by another writer than these tests' own, see `tests/cases/pmtiles/make.py`.
#[test]
fn files_of_other_writers_are_served_whole() {
    for (name, schema, layer, credit) in [
        ("leaves", "protomaps", "roads", "Protomaps © OpenStreetMap"),
        (
            "unordered",
            "openmaptiles",
            "transportation",
            "© OpenMapTiles",
        ),
    ] {
        let file = format!(
            "{}/tests/cases/pmtiles/{name}.pmtiles",
            env!("CARGO_MANIFEST_DIR")
        );
        let server = TestDirectory::with(&["--basemap", &file]);
        let config = &server.json("/config.json")["basemap"]["streets"];
        assert_eq!(config["schema"], schema);
        assert_eq!(config["attribution"], credit);
        let side = |z: u32| 0..1u32 << z;
        for z in 0..=5 {
            for (x, y) in side(z).flat_map(|x| side(z).map(move |y| (x, y))) {
                // Of the deepest zoom a part: each is a request.
                if z == 5 && !(10..20).contains(&x) {
                    continue;
                }
                let tile = server.get(&format!("/basemap/streets/{z}/{y}/{x}"));
                assert_eq!(tile.status, 200, "{name} {z}/{y}/{x}");
                let has = |text: &str| {
                    tile.bytes
                        .windows(text.len())
                        .any(|own| own == text.as_bytes())
                };
                let is_land = z < 4 || x == 15;
                assert_eq!(
                    has(&format!("{z}/{x}/{y}")) && has(layer),
                    is_land,
                    "{name} {z}/{y}/{x}"
                );
                assert_eq!(has("ocean"), !is_land, "{name} {z}/{y}/{x}");
            }
        }
    }
}

#[test]
fn a_bad_file_is_refused_at_the_start_with_its_reason() {
    let folder = Folder::new();
    let database = format!(
        "sqlite:{}",
        folder.0.path().join("untouched.sqlite").display()
    );
    let good = streets("a");
    let pictures = Layout {
        tile_type: 2,
        ..Layout::default()
    };
    let pictures = pmtiles::file(vec![(0, 0, 0, street("a"))], &pictures);
    let webp = Layout {
        tile_type: 4,
        ..Layout::default()
    };
    let webp = pmtiles::file(vec![(0, 0, 0, street("a"))], &webp);
    for (bytes, said) in [
        (&good[..good.len() / 2], "cut short"),
        (&good[..60], "cut short"),
        (&pictures, "PNG pictures"),
        (&webp, "WebP pictures"),
        (b"not a map", "no PMTiles file"),
        (b"", "no PMTiles file"),
    ] {
        let file = folder.put(bytes);
        refused(&database, &file, said);
    }
    refused(
        &database,
        &folder.0.path().join("absent").display().to_string(),
        "cannot be read",
    );
    refused(
        &database,
        &folder.0.path().display().to_string(),
        "no regular file",
    );
    assert!(!Path::new(database.strip_prefix("sqlite:").unwrap()).exists());
}

fn refused(database: &str, file: &str, said: &str) {
    let flags = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        database,
        "--basemap",
        file,
    ];
    let output = run(&flags);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains(said) && error.contains(file),
        "{said}: {error}"
    );
}

#[test]
fn a_file_that_is_cut_or_replaced_while_it_is_served_takes_nothing_else_with_it() {
    let folder = Folder::new();
    let file = folder.put(&streets("before"));
    let warning = "the basemap file";
    let server =
        TestDirectory::with(&["--basemap", &file]).expecting(&[warning, "/basemap/streets"]);
    assert_eq!(server.get(TILE).bytes, street("before"));
    let config = || server.get("/config.json");
    let before = config().header("etag").to_owned();

    // By another program's file: what was there is served on, and the operator hears of it.
    folder.put(b"%PDF-1.7");
    let notes = || server.json("/readyz")["notes"].to_string();
    server.wait_until(|| notes().contains("no PMTiles file"));
    server.wait_until(|| server.has_logged(&["WARN", warning, "the file before it is served on"]));
    assert_eq!(server.get(TILE).bytes, street("before"));

    // By a new map.
    folder.put(&streets("after"));
    server.wait_until(|| server.get(TILE).bytes == street("after"));
    assert_eq!(notes(), "null");
    assert_ne!(config().header("etag"), before);

    // Cut, so that nothing is left to read from.
    let open = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
    open.set_len(200).unwrap();
    let answer = server.get(TILE);
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(
        answer.text.contains("unavailable") && !answer.text.contains(&file),
        "{}",
        answer.text
    );
    assert_eq!(server.get("/basemap/streets").status, 503);
    assert!(notes().contains("cut short"), "{}", notes());
    assert_eq!(server.get("/readyz").status, 200);
    assert_eq!(
        config().json()["basemap"]["streets"],
        serde_json::Value::Null
    );
    assert_eq!(server.get("/basemap/5/12/28").status, 200);
    assert_eq!(
        server.get("/collections/facilities/items?limit=1").status,
        200
    );

    folder.put(&streets("mended"));
    server.wait_until(|| server.get(TILE).bytes == street("mended"));
    assert_eq!(notes(), "null");
}

#[test]
fn a_page_may_ask_one_other_server_at_most_and_only_the_map() {
    const GSI: &str = "https://cyberjapandata.gsi.go.jp";
    let policy = |server: &TestDirectory, path: &str| {
        let answer = server.request(path, &[("Accept", "text/html")]);
        answer.header("content-security-policy").to_owned()
    };
    let outside = |policy: &str| {
        let hosts = policy.split([' ', ';']).filter(|part| part.contains("://"));
        hosts.map(str::to_owned).collect::<Vec<_>>()
    };
    let pages = [
        "/embed",
        "/coverage",
        "/manage",
        "/credits",
        "/collections/facilities/items",
    ];
    let server = TestDirectory::shared();
    assert_eq!(outside(&policy(server, "/")), [GSI, GSI]);
    for page in pages {
        assert_eq!(
            outside(&policy(server, page)),
            Vec::<String>::new(),
            "{page}"
        );
    }
    let offered = &server.json("/config.json")["basemap"]["outside"];
    assert_eq!(offered["is_gsi"], true);
    assert_eq!(offered["host"], "cyberjapandata.gsi.go.jp");

    let server = TestDirectory::with(&["--no-gsi-tiles"]);
    assert_eq!(outside(&policy(&server, "/")), Vec::<String>::new());
    assert_eq!(
        server.json("/config.json")["basemap"]["outside"],
        serde_json::Value::Null
    );

    let own = [
        "--basemap-tiles",
        "https://tiles.example:8443/{z}/{x}/{y}.png",
        "--basemap-attribution",
        "Us",
    ];
    let server = TestDirectory::with(&own);
    let own = "https://tiles.example:8443";
    assert_eq!(outside(&policy(&server, "/")), [own, own]);
    let offered = &server.json("/config.json")["basemap"]["outside"];
    assert_eq!(
        (&offered["is_gsi"], &offered["host"]),
        (&false.into(), &"tiles.example:8443".into())
    );
}
