//! Nearest over HTTP, as a share of a static answer of the same size from the same server.
//!
//! For each size a directory of synthetic facilities is published into a throw-away SQLite file and
//! served by the product's own server. The static answer is a route of this bench beside the
//! product's, and found before them: it passes the same middleware and sends the same headers. The client is one thread
//! with all connections; rounds of nearest and static alternate, and the median ratio is reported.

mod support;

use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, rt};
use machinaka::directory::{Directory, moment};
use machinaka::districts::Level;
use machinaka::domain::change::{ActorId, Proposal, Statement};
use machinaka::domain::municipality::MunicipalityCode;
use machinaka::domain::position::Position;
use machinaka::http::{Site, server};
use machinaka::snapshot::facets::Facet;
use machinaka::store::Store;

const CONNECTIONS: [usize; 3] = [1, 16, 64];
const ROUND: Duration = Duration::from_millis(1500);
/// Different places asked for, so that nothing is answered from a warm cache line.
const PLACES: usize = 5_000;

fn main() {
    let sizes = support::sizes(&[10_000, 100_000, 1_000_000]);
    println!(
        "| facilities | open | memory now / peak | query | ÷ static at 1 / 16 / 64 connections | requests a second (static) |"
    );
    println!("|---|---|---|---|---|---|");
    let mut plain_at = Vec::new();
    for size in sizes {
        plain_at.push((size, table(size)));
    }
    for pair in plain_at.windows(2) {
        let [(small, fast), (large, slow)] = pair else {
            continue;
        };
        println!(
            "\n{small} → {large}: {:.2} × the time a query at one connection",
            fast / slow
        );
    }
}

/// Prints the rows of one size; returns the requests a second of the plain query at one connection.
fn table(size: usize) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("bench.sqlite").display());
    publish(&url, size);
    let start = Instant::now();
    let store = Store::open(&url).expect("a fresh database");
    let directory = Directory::open(store, support::reference().clone()).expect("a directory");
    let opened = start.elapsed();
    let (now, peak) = support::memory();

    let one_in_a_thousand = rare_municipality(&directory, size);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let site = Site {
            directory,
            public_url: format!("http://{address}").into(),
            trusted_proxies: [].into(),
            untrusted_proxy: std::sync::Arc::default(),
            outside_basemap: None,
            street_map: None,
        };
        rt::System::new()
            .block_on(async { server(listener, site, fixed).expect("a server").await })
            .expect("a served bench");
    });

    let mut plain = 0.0;
    let origins = support::positions(PLACES, 3);
    let filtered = format!("&municipality={one_in_a_thousand}");
    for (name, filter) in [
        ("k = 10", ""),
        ("k = 10, a filter that keeps 1 in 1,000", filtered.as_str()),
    ] {
        let queries: Vec<String> = origins
            .iter()
            .map(|p| {
                format!(
                    "/collections/facilities/items?near={:.5},{:.5}&limit=10{filter}",
                    p.lon(),
                    p.lat()
                )
            })
            .collect();
        let asked = rt::System::new().block_on(first_answer(address, &queries[0]));
        let fixed = vec![format!("/bench/static?size={}", asked.len())];
        let (mut ratios, mut rates) = (Vec::new(), Vec::new());
        for connections in CONNECTIONS {
            let mut rounds = Vec::new();
            for _ in 0..support::ROUNDS {
                let nearest = rate(address, &queries, connections);
                let standing = rate(address, &fixed, connections);
                rounds.push((nearest / standing, nearest, standing));
            }
            ratios.push(format!(
                "{:.2}",
                support::median(rounds.iter().map(|round| round.0))
            ));
            let [nearest, standing] = [1, 2]
                .map(|i| support::median(rounds.iter().map(|r| if i == 1 { r.1 } else { r.2 })));
            rates.push(format!("{nearest:.0} ({standing:.0})"));
            if connections == 1 && filter.is_empty() {
                plain = nearest;
            }
        }
        println!(
            "| {size} | {:.2} s | {now:.0} / {peak:.0} MiB | {name}, {} bytes | {} | {} |",
            opened.as_secs_f64(),
            asked.len(),
            ratios.join(" / "),
            rates.join(" / "),
        );
    }
    beside_downloads(address, &origins);
    plain
}

/// Prints how long nearest takes while workbooks of 10,000 facilities are downloaded, four at a time, none
/// of them twice.
fn beside_downloads(address: SocketAddr, origins: &[Position]) {
    const DOWNLOADS: usize = 4;
    const TIME: Duration = Duration::from_secs(20);
    let files = std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let start = Instant::now();
            let clients: Vec<_> = (0..DOWNLOADS)
                .map(|client| {
                    rt::spawn(async move {
                        let mut done = 0;
                        while start.elapsed() < TIME {
                            let limit = 10_000 - (client + done * DOWNLOADS);
                            let path =
                                format!("/collections/facilities/items?f=xlsx&limit={limit}");
                            first_answer(address, &path).await;
                            done += 1;
                        }
                        done
                    })
                })
                .collect();
            let mut done = 0;
            for client in clients {
                done += client.await.expect("a client that ran to its end");
            }
            done
        })
    });
    let times = rt::System::new().block_on(async {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let (mut buffer, mut times) = (Vec::new(), Vec::new());
        let start = Instant::now();
        while start.elapsed() < TIME {
            let at = &origins[times.len() % origins.len()];
            let (lon, lat) = (at.lon(), at.lat());
            let path = format!("/collections/facilities/items?near={lon:.5},{lat:.5}&limit=10");
            let asked = Instant::now();
            exchange(&mut stream, &request(&path), &mut buffer).await;
            times.push(asked.elapsed().as_secs_f64() * 1000.0);
            rt::time::sleep(Duration::from_millis(5)).await;
        }
        times
    });
    let done = files.join().expect("downloads that ran to their end");
    let slowest = times.iter().copied().fold(0.0, f64::max);
    let count = times.len();
    println!(
        "\nnearest beside {DOWNLOADS} downloads of XLSX ({done} in {} s): median {:.1} ms, slowest of {count} {slowest:.1} ms\n",
        TIME.as_secs(),
        support::median(times),
    );
}

/// The municipality that holds most nearly one in a thousand facilities.
fn rare_municipality(directory: &Directory, size: usize) -> String {
    let now = directory.now();
    let wanted = size as u64 / 1000;
    let codes = now
        .known
        .districts
        .of(Level::Municipality)
        .filter_map(|d| MunicipalityCode::new(&d.code).ok());
    let nearest =
        codes.min_by_key(|&code| now.snapshot.count(Facet::District(code)).abs_diff(wanted));
    nearest.expect("there are municipalities").to_string()
}

/// The static answer: as many bytes as asked for, with the headers of a nearest answer. Nothing is
/// made for it but the copy of its head and body, so that it is as quick as an answer of ours can be.
fn fixed(config: &mut ServiceConfig) {
    async fn answer(request: HttpRequest, bodies: web::Data<Bytes>) -> HttpResponse {
        let size = request
            .query_string()
            .strip_prefix("size=")
            .and_then(|size| size.parse::<usize>().ok())
            .unwrap_or(0);
        let mut answer = HttpResponse::Ok();
        for (name, value) in HEAD {
            answer.insert_header((name, HeaderValue::from_static(value)));
        }
        answer.body(bodies.slice(..size.min(bodies.len())))
    }
    config
        .app_data(web::Data::new(Bytes::from(vec![b'x'; 1 << 17])))
        .route("/bench/static", web::get().to(answer));
}

/// The head of a nearest answer, as long as one.
const HEAD: [(HeaderName, &str); 7] = [
    (header::ETAG, "\"0123456789abcdef-json-ja-id\""),
    (header::LAST_MODIFIED, "Sun, 22 Nov 2026 00:00:00 GMT"),
    (header::CACHE_CONTROL, "public, no-cache"),
    (header::VARY, "Accept, Accept-Language, Accept-Encoding"),
    (header::CONTENT_TYPE, "application/geo+json"),
    (
        HeaderName::from_static("content-crs"),
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>",
    ),
    (
        header::LINK,
        "<http://127.0.0.1:40000/collections/facilities/items?near=139.70000,35.66000&limit=10>; rel=\"self\"; type=\"application/geo+json\", \
         <http://127.0.0.1:40000/collections/facilities/items?near=139.70000,35.66000&limit=10&f=html>; rel=\"alternate\"; type=\"text/html; charset=utf-8\", \
         <http://127.0.0.1:40000/collections/facilities>; rel=\"collection\"; type=\"application/json\", \
         <http://127.0.0.1:40000/collections/facilities/items?near=139.70000,35.66000&limit=10&cursor=kp534f2c8015415d40syn-1-0000001>; rel=\"next\"; type=\"application/geo+json\"",
    ),
];

fn publish(url: &str, size: usize) {
    let store = Store::open(url).expect("a fresh database");
    store.migrate().expect("tables");
    let reference = support::reference();
    let count = u32::try_from(size).expect("a bench of less than 2^32 facilities");
    let proposals =
        machinaka::synthetic::facilities(&reference.districts, reference.places(), count, 1).map(
            |facility| Proposal {
                facility: facility.id.clone(),
                statement: Statement::State(facility.to_stored()),
            },
        );
    store
        .publish(ActorId::CLI, None, proposals, None, moment())
        .expect("a publication");
}

/// Requests a second over so many connections.
fn rate(address: SocketAddr, paths: &[String], connections: usize) -> f64 {
    let requests: Rc<[Vec<u8>]> = paths.iter().map(|path| request(path)).collect();
    rt::System::new().block_on(async {
        let start = Instant::now();
        let clients: Vec<_> = (0..connections)
            .map(|client| {
                let requests = Rc::clone(&requests);
                rt::spawn(async move {
                    let mut stream = TcpStream::connect(address).await.expect("a connection");
                    let mut buffer = Vec::with_capacity(1 << 17);
                    let mut done = 0usize;
                    while start.elapsed() < ROUND {
                        exchange(
                            &mut stream,
                            &requests[(client * 977 + done) % requests.len()],
                            &mut buffer,
                        )
                        .await;
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        let mut done = 0;
        for client in clients {
            done += client.await.expect("a client that ran to its end");
        }
        done as f64 / start.elapsed().as_secs_f64()
    })
}

async fn first_answer(address: SocketAddr, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let mut buffer = Vec::new();
    let body = exchange(&mut stream, &request(path), &mut buffer).await;
    buffer.split_off(body)
}

fn request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes()
}

/// Sends a request and reads its answer into `buffer`; returns where the body begins.
async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> usize {
    let mut sent = 0;
    while sent < request.len() {
        stream.writable().await.expect("an open connection");
        sent += stream.try_write(&request[sent..]).unwrap_or(0);
    }
    buffer.clear();
    loop {
        stream.readable().await.expect("an open connection");
        match stream.try_read_buf(buffer) {
            Ok(0) => panic!("the server closed the connection"),
            Ok(_) => {}
            Err(_) => continue,
        }
        if let Some((body, length)) = head(buffer)
            && buffer.len() >= body + length
        {
            assert!(
                buffer.starts_with(b"HTTP/1.1 200"),
                "{}",
                String::from_utf8_lossy(&buffer[..body])
            );
            return body;
        }
    }
}

/// Where the body begins and how long it is. The server writes content-length first.
fn head(buffer: &[u8]) -> Option<(usize, usize)> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&buffer[..end]).ok()?;
    let length = head
        .split("content-length: ")
        .nth(1)?
        .split("\r\n")
        .next()?
        .parse()
        .ok()?;
    Some((end, length))
}
