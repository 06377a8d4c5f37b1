//! Requests nobody sends by accident: whatever comes, the server answers, and what it cannot answer is a
//! problem document or a page, never an internal failure and never silence.
//!
//! The short form is always the same; `make fuzz` sends 100,000 others (`MACHINAKA_REQUESTS`,
//! `MACHINAKA_SEED`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::support::server::TestDirectory;

/// Requests of the short form.
const REQUESTS: u64 = 700;

/// SplitMix64: the same seed gives the same requests.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Values as attackers, broken programs and people in a hurry write them, encoded as a query has them.
const VALUES: &[&str] = &[
    "",
    "%20",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "1e400",
    "-1e400",
    "-0",
    "0",
    "-1",
    "1.5",
    "1e3",
    "99999999999999999999999999",
    "-99999999999999999999",
    "9223372036854775807",
    "2147483648",
    "4294967296",
    "0x10",
    "1_000",
    "%EF%BC%91%EF%BC%92",
    "%00",
    "%0d%0aX-Injected:%201",
    "%",
    "%zz",
    "%f",
    "%ff%fe",
    "%C0%80",
    "%ED%A0%80",
    "%F0%9F%8F%A2",
    "%E2%80%AE",
    "%F3%A0%84%80",
    "null",
    "undefined",
    "true",
    "[]",
    "{}",
    "[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":1}}}",
    "..%2f..%2fetc%2fpasswd",
    "'%20OR%201=1--",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "*",
    ",",
    ",,,,",
    ";",
    "/",
    "../..",
    "now",
    "unknown",
    "2026-13-45T99:99:99Z",
    "0000-00-00",
    "-1/..",
    "../..",
    "9999999999-01-01/..",
    "2026-02-30/P1D",
    "2026-01-01/P99999999999999Y",
    "../2026-01-01T00:00:00%2B99:99",
    "2026-01-01T00:00:00.123456789012345678Z",
    "1969-12-31T23:59:59Z",
    "2050-12-31T23:59:59Z",
    "180,90,-180,-90",
    "139,35,138,36",
    "1,2,3,4,5,6",
    "1,2,3",
    "NaN,NaN,NaN,NaN",
    "1e308,1e308,1e308,1e308",
    "139.7,35.66",
    "35.66,139.7",
    "181,91",
    "139.7,35.66;139.7,35.66,1e9",
    "139.7,35.66,-1",
    ";;;",
    "13113",
    "131130",
    "13113,40130",
    "00",
    "13",
    "99",
    "131139",
    "１３",
    "kiPHL1",
    "ki",
    "kp",
    "kpffffffffffffffffx",
    "us",
    "k%F0%9F%8F%A2",
    "json",
    "html",
    "csv",
    "xlsx",
    "gpkg",
    "fgb",
    "kml",
    "geojsonl",
    "events",
    "openapi30",
    "tilejson",
    "coworking",
    "coworking,coworking,coworking",
    "leave-out",
    "keep",
    "square",
    "prefecture",
    "CRS84",
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "[OGC:CRS84]",
    "ja",
    "en",
    "fr",
    "all",
    "2sfca,e2sfca,nearest",
];

/// Names that no resource knows.
const FOREIGN: &[&str] = &[
    "fbclid",
    "utm_source",
    "%66",
    "%zz",
    "",
    "LIMIT",
    "limit[]",
    "limit[a][b]",
    "a%00b",
    "__proto__",
];

/// What stands for a part of a path.
const PARTS: &[&str] = &[
    "hub-001",
    "facilities",
    "municipalities",
    "population",
    "coverage",
    "13113",
    "40130",
    "13",
    "0",
    "1",
    "-1",
    "22",
    "23",
    "99999999999",
    "%00",
    "%2e%2e",
    "..",
    "%E6%B8%8B%E8%B0%B7",
    "%ff",
    "a%2fb",
    "%F0%9F%8F%A2",
    "{id}",
    "hub-001%20",
    "nix",
    "533946301-13101",
    "not-found",
    "~",
    "a.b",
    "*",
    "%3Cb%3E",
];

const METHODS: &[&str] = &[
    "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get",
    "PROPFIND",
];

/// Lines of a head, as bytes: some are no text.
const HEADERS: &[&[u8]] = &[
    b"Accept: text/html,application/xhtml+xml,*/*;q=0.8",
    b"Accept: */*",
    b"Accept: application/json",
    b"Accept: ",
    b"Accept: text/html;q=NaN, application/json;q=-1",
    b"Accept: image/png",
    b"Accept: \xff\xfe",
    b"Accept: ,;,;q=,",
    b"Accept-Language: en",
    b"Accept-Language: ja;q=1e9, en;q=inf",
    b"Accept-Language: \xe3\x81",
    b"Accept-Encoding: gzip, br",
    b"Accept-Encoding: identity;q=0",
    b"Accept-Encoding: nix;q=2, *;q=0",
    b"If-None-Match: *",
    b"If-None-Match: \"a\", W/\"b\", ,",
    b"If-Match: *",
    b"If-Match: \"\xff\"",
    b"If-Modified-Since: yesterday",
    b"Range: bytes=0-",
    b"Range: bytes=9999999999999999999-1",
    b"Authorization: Bearer mchnk_\x01",
    b"Authorization: Bearer ",
    b"Authorization: Basic !!!!",
    b"Cookie: session=\"\xff\"; ;=; a",
    b"X-Forwarded-For: 999.1.1.1, ::::, unknown",
    b"X-Forwarded-Proto: gopher",
    b"Forwarded: for=\"[::1\"",
    b"X-Request-Id: \xe2\x80\xae",
    b"X-Request-Id: a b",
    b"Origin: null",
    b"Origin: http://evil.example",
    b"Referer: http://\xff",
    b"Content-Type: text/csv",
    b"Content-Type: application/json",
    b"Content-Type: application/geo+json; charset=\"\xff",
    b"Content-Type: multipart/form-data",
    b"Content-Type: multipart/form-data; boundary=x",
    b"Content-Type: application/x-www-form-urlencoded",
    b"Content-Type: nix",
    b"Content-Encoding: gzip",
    b"Idempotency-Key: \x7f",
    b"Idempotency-Key: k",
    b"X-CSRF-Token: ",
    b"Cache-Control: \t",
    b"Host: evil.example:99999",
    b"Host: ",
];

/// A body, as broken as its sender.
fn body(dice: &mut Dice) -> Vec<u8> {
    let nested = |opening: &str, depth: usize| opening.repeat(depth).into_bytes();
    match dice.below(14) {
        0 => Vec::new(),
        1 => b"{}".to_vec(),
        2 => nested("[", 20_000),
        3 => nested("{\"a\":", 20_000),
        4 => b"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1e999,2]},\"properties\":{}}]}".to_vec(),
        5 => b"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[139,35],[140,36],[139,36],[140,35],[139,35]]]},\"properties\":{\"name\":7}}]}".to_vec(),
        6 => b"{\"type\":\"Feature\",\"geometry\":null,\"properties\":null}".to_vec(),
        7 => b"\xff\xfe\x00{".to_vec(),
        8 => b"name,kind,lat,lon\r\n\"a,coworking,48.85,2.35\r\n,,,\r\n".to_vec(),
        9 => b"\xef\xbb\xbfid,lon,lat\na,2.35,48.85\nb,1e308,-1e308\nc,NaN,inf\n".to_vec(),
        10 => b"PK\x03\x04".to_vec(),
        11 => b"--x\r\nContent-Disposition: form-data; name=\"zones\"\r\n\r\n[[[\r\n--x--".to_vec(),
        12 => b"{\"name\":\"a\",\"password\":null,\"kind\":\"closed\",\"text\":[[]]}".to_vec(),
        _ => (0..dice.below(300)).map(|_| dice.next() as u8).collect(),
    }
}

/// What the definition says there is: each path with the names of its parameters.
fn resources(server: &TestDirectory) -> Vec<(String, Vec<String>)> {
    let definition = server.json("/api?f=openapi31");
    let paths = definition["paths"].as_object().unwrap();
    let name = |parameter: &Value| {
        let reference = parameter["$ref"]
            .as_str()
            .and_then(|at| at.rsplit('/').next());
        let name = reference.or(parameter["name"].as_str()).unwrap();
        name.to_owned()
    };
    let each = paths.iter().map(|(path, operations)| {
        let all = operations.as_object().unwrap().values();
        let parameters = all.filter_map(|operation| operation["parameters"].as_array());
        (path.clone(), parameters.flatten().map(name).collect())
    });
    let also = [
        "/manage/x",
        "/assets/x",
        "/icons/x",
        "/embed",
        "/sitemap.xml",
        "/robots.txt",
        "/readyz",
        "/terms",
        "/nix/nix",
    ];
    let also = also.map(|path| (path.to_owned(), Vec::new()));
    each.chain(also).collect()
}

/// One request, as it goes over the wire.
fn request(dice: &mut Dice, resources: &[(String, Vec<String>)]) -> Vec<u8> {
    let (path, names) = &resources[dice.below(resources.len())];
    let mut target = String::new();
    for (number, part) in path.split('{').enumerate() {
        match (number, part.split_once('}')) {
            (0, _) => target.push_str(part),
            (_, Some((_, rest))) => {
                let stands = if dice.one_in(3) {
                    "hub-001"
                } else {
                    dice.of(PARTS)
                };
                target.push_str(stands);
                target.push_str(rest);
            }
            _ => target.push_str(part),
        }
    }
    // Where the next hub should go is worth seconds of work: a small question, mostly.
    let is_long = target.starts_with("/siting");
    let mut pairs: Vec<String> = Vec::new();
    if is_long {
        pairs.extend(["area=13101".to_owned(), "seconds=1".to_owned()]);
    }
    for _ in 0..dice.below(5) {
        let name = match dice.below(6) {
            0 => dice.of(FOREIGN),
            _ if names.is_empty() => dice.of(FOREIGN),
            _ => &names[dice.below(names.len())],
        };
        if is_long && ["area", "seconds", "count"].contains(&name) {
            continue;
        }
        let value = dice.of(VALUES);
        pairs.push(match dice.below(12) {
            0 => name.to_owned(),
            1 => format!("={value}"),
            2 => format!("{name}={value}&{name}={}", dice.of(VALUES)),
            3 => format!("&&{name}=={value}"),
            4 => format!("{name}={}", value.repeat(1 + dice.below(40))),
            _ => format!("{name}={value}"),
        });
    }
    if dice.one_in(400) {
        pairs.push(format!("q={}", "a".repeat(20_000)));
    }
    if !pairs.is_empty() {
        target = format!("{target}?{}", pairs.join("&"));
    }
    let method = if dice.one_in(4) {
        dice.of(METHODS)
    } else {
        "GET"
    };
    let mut wire = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n").into_bytes();
    for _ in 0..dice.below(4) {
        wire.extend_from_slice(dice.of(HEADERS));
        wire.extend_from_slice(b"\r\n");
    }
    let body = match method {
        "POST" | "PUT" | "PATCH" | "DELETE" | "BREW" => body(dice),
        _ => Vec::new(),
    };
    if !body.is_empty() {
        wire.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    wire.extend_from_slice(b"\r\n");
    wire.extend_from_slice(&body);
    wire
}

/// What came back.
struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}

/// A connection that is used as long as the server keeps it.
struct Wire<'a> {
    address: &'a str,
    open: Option<BufReader<TcpStream>>,
}

impl Wire<'_> {
    /// Sends a request and reads the answer to its end; `None` where the connection closed without one.
    fn send(&mut self, bytes: &[u8]) -> Option<Reply> {
        // A connection that the server has closed meanwhile is no answer: once more on a new one.
        let was_open = self.open.is_some();
        match self.exchange(bytes) {
            None if was_open => self.exchange(bytes),
            reply => reply,
        }
    }

    fn exchange(&mut self, bytes: &[u8]) -> Option<Reply> {
        let mut stream = match self.open.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).ok()?;
                stream
                    .set_read_timeout(Some(Duration::from_secs(120)))
                    .ok()?;
                BufReader::new(stream)
            }
        };
        // The server may refuse a body before it has read all of it.
        let _ = stream.get_mut().write_all(bytes);
        let mut head = String::new();
        loop {
            let mut line = Vec::new();
            if stream.read_until(b'\n', &mut line).ok()? == 0 {
                return None;
            }
            if line == b"\r\n" {
                break;
            }
            head.push_str(&String::from_utf8_lossy(&line));
        }
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut reply = Reply {
            status,
            head,
            body: Vec::new(),
        };
        let has_body = !bytes.starts_with(b"HEAD ") && ![204, 304].contains(&status);
        let length = reply
            .header("content-length")
            .and_then(|text| text.parse().ok());
        let is_chunked = reply.header("transfer-encoding") == Some("chunked");
        match (has_body, length, is_chunked) {
            (false, ..) => {}
            (_, Some(length), _) => {
                reply.body = vec![0; length];
                stream.read_exact(&mut reply.body).ok()?;
            }
            (_, _, true) => loop {
                let mut line = String::new();
                stream.read_line(&mut line).ok()?;
                let length = usize::from_str_radix(line.trim(), 16).ok()?;
                let mut chunk = vec![0; length + 2];
                stream.read_exact(&mut chunk).ok()?;
                if length == 0 {
                    break;
                }
                reply.body.extend_from_slice(&chunk[..length]);
            },
            _ => drop(stream.read_to_end(&mut reply.body)),
        }
        let closes = reply.header("connection") == Some("close");
        self.open = (!closes).then_some(stream);
        Some(reply)
    }
}

/// What is wrong with an answer, if anything is.
fn fault(reply: &Reply) -> Option<String> {
    let kind = reply.header("content-type").unwrap_or("");
    if reply.status >= 500 {
        return Some("a failure of the server".to_owned());
    }
    if reply.header("x-injected").is_some() {
        return Some("a header that the request wrote".to_owned());
    }
    let is_plain = reply.header("content-encoding").is_none() && !reply.body.is_empty();
    if reply.status < 400 || !is_plain {
        return None;
    }
    let text = String::from_utf8_lossy(&reply.body);
    match kind {
        "application/problem+json" => {
            let problem: Value = match serde_json::from_str(&text) {
                Ok(problem) => problem,
                Err(error) => return Some(format!("a document that is none: {error}")),
            };
            (problem["status"] != reply.status).then(|| "another status inside".to_owned())
        }
        "text/html; charset=utf-8" => {
            let is_page = text.contains("<h1>") && !text.contains("<script>alert");
            (!is_page).then(|| "no page".to_owned())
        }
        _ => Some(format!("neither problem nor page: {kind}")),
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_is_asked_is_answered() {
    let server = TestDirectory::shipped();
    let resources = resources(&server);
    let count = setting("MACHINAKA_REQUESTS").unwrap_or(REQUESTS);
    let seed = setting("MACHINAKA_SEED").unwrap_or(20_221_125);
    let mut wire = Wire {
        address: server.address(),
        open: None,
    };
    let mut statuses = std::collections::BTreeMap::new();
    for number in 0..count {
        let sent = request(&mut Dice(seed.wrapping_add(number)), &resources);
        let shown = || {
            let text = String::from_utf8_lossy(&sent);
            format!(
                "request {number} of seed {seed}:\n{}",
                text.chars().take(3_000).collect::<String>()
            )
        };
        let reply = wire
            .send(&sent)
            .unwrap_or_else(|| panic!("no answer to {}", shown()));
        if let Some(fault) = fault(&reply) {
            let body = String::from_utf8_lossy(&reply.body);
            let body: String = body.chars().take(800).collect();
            panic!("{fault}: {} {body}\n{}", reply.head, shown());
        }
        *statuses.entry(reply.status).or_insert(0) += 1;
    }
    // Requests that are all refused for one reason would try nothing.
    for status in [200, 400, 404, 405] {
        assert!(statuses.contains_key(&status), "{statuses:?}");
    }
    assert_eq!(server.get("/readyz").status, 200);
}
