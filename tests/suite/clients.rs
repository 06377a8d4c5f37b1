//! Clients that do not read, that leave, and that ask for much at once: the others notice nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::support::server::TestDirectory;

/// A request, from this address as a proxy says; nothing of its answer has been read.
fn ask(directory: &TestDirectory, address: &str, path: &str) -> TcpStream {
    let mut socket = TcpStream::connect(directory.address()).unwrap();
    let timeout = Some(Duration::from_secs(60));
    socket.set_read_timeout(timeout).unwrap();
    let host = directory.address();
    let forwarded = match address {
        "" => String::new(),
        _ => format!("X-Forwarded-For: {address}\r\n"),
    };
    let head =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{forwarded}Connection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).unwrap();
    socket
}

/// The status of its answer.
fn status(socket: TcpStream) -> u16 {
    let mut line = String::new();
    BufReader::new(socket).read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1);
    status
        .unwrap_or_else(|| panic!("{line:?}"))
        .parse()
        .unwrap()
}

/// Hundredths of a second of processor that the server has used.
fn processor(directory: &TestDirectory) -> u64 {
    let stat = format!("/proc/{}/stat", directory.process());
    let stat = std::fs::read_to_string(stat).unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    let numbers: Vec<u64> = fields
        .skip(11)
        .take(2)
        .map(|n| n.parse().unwrap())
        .collect();
    numbers.iter().sum()
}

/// Mebibytes that the server holds.
fn memory(directory: &TestDirectory) -> u64 {
    let status = format!("/proc/{}/status", directory.process());
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kibibytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kibibytes.parse::<u64>().unwrap() / 1024
}

const NEAR: &str = "/collections/facilities/items?near=139.7016,35.658&limit=5";

#[test]
fn an_ordinary_close_ends_a_search_and_gives_its_turn_back() {
    let directory = TestDirectory::shipped();
    let before = processor(&directory);
    let long = "/siting?area=00&count=301&within=1000&seconds=60";
    let waiting = ask(&directory, "", long);
    directory.wait_until(|| processor(&directory) > before + 100);
    // Nothing was sent yet, so this closes as browsers do: with a FIN, not a reset.
    drop(waiting);
    directory.wait_until(|| {
        let then = processor(&directory);
        std::thread::sleep(Duration::from_millis(500));
        processor(&directory) < then + 10
    });
    // Of one address one long search runs at a time: this would wait for a minute.
    let quick = directory.get("/siting?area=13113&count=1&within=500");
    assert_eq!(quick.status, 200);
    directory.expect_clean_log();
}

#[test]
fn one_address_does_not_hold_every_turn_and_quick_questions_have_their_own() {
    let directory = TestDirectory::with(&["--trusted-proxies", "127.0.0.1"]);
    let long = |count| format!("/siting?area=00&count={count}&within=1000&seconds=60&f=events");
    let mut first = ask(&directory, "192.0.2.1", &long(301));
    let mut begun = [0; 512];
    assert!(first.read(&mut begun).unwrap() > 0);
    let second = ask(&directory, "192.0.2.1", &long(302));
    second.set_nonblocking(true).unwrap();
    let other = ask(
        &directory,
        "192.0.2.2",
        "/siting?area=13113&count=1&within=500",
    );
    assert_eq!(status(other), 200);
    // The address with a long search, and one more waiting, is still answered what is quick.
    for within in [701, 702] {
        let coverage = format!("/coverage?area=13113&within={within}");
        assert_eq!(status(ask(&directory, "192.0.2.1", &coverage)), 200);
        assert_eq!(status(ask(&directory, "192.0.2.3", &coverage)), 200);
    }
    let nothing = second.peek(&mut begun).unwrap_err();
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    drop((first, second));
    directory.expect_clean_log();
}

#[test]
fn who_asks_and_then_closes_one_side_is_answered_what_is_quick() {
    let directory = TestDirectory::shared();
    let socket = ask(directory, "", NEAR);
    socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(status(socket), 200);
}

#[test]
fn clients_that_do_not_read_hold_little() {
    let directory = TestDirectory::shipped();
    // Some megabytes, of which a client's window takes a part.
    let large = "/collections/municipalities/items?limit=2000";
    let length = directory.get(large).bytes.len() as u64;
    assert!(length > 2 << 20, "{length}");
    let before = memory(&directory);
    let sockets: Vec<TcpStream> = (0..200).map(|_| ask(&directory, "", large)).collect();
    for socket in &sockets {
        // Its answer has begun.
        assert!(socket.peek(&mut [0; 64]).unwrap() > 0);
    }
    let held = memory(&directory).saturating_sub(before);
    assert!(
        held < 120,
        "{held} MiB for 200 clients that do not read {length} bytes"
    );
    assert_eq!(directory.get(NEAR).status, 200);
    // One that reads after all gets the whole.
    let mut whole = Vec::new();
    let mut late = sockets.into_iter().next_back().unwrap();
    late.read_to_end(&mut whole).unwrap();
    assert!(whole.len() as u64 > length);
    directory.expect_clean_log();
}

#[test]
fn the_nearest_are_answered_while_files_are_written() {
    let directory = TestDirectory::shipped();
    let downloads = ["xlsx", "csv", "gpkg", "kml", "fgb"].map(|format| {
        let path = format!("/collections/facilities/items?limit=10000&f={format}");
        ask(&directory, "", &path)
    });
    for _ in 0..20 {
        assert_eq!(status(ask(&directory, "", NEAR)), 200);
    }
    for download in downloads {
        assert_eq!(status(download), 200);
    }
    directory.expect_clean_log();
}
