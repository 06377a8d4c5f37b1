//! Who may do what: every route, every method, every sort of person, against a real server.
//!
//! `tests/cases/authorisation.csv` says what each of them gets. The routes come from the router, so
//! one without a row fails, and so does a row without a route. The rows' cases are the same request
//! about something of municipality A and about something of municipality B.

mod swapped;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use world::World;

const TABLE: &str = include_str!("../cases/authorisation.csv");

struct Row {
    method: String,
    path: String,
    case: String,
    /// By role, the status expected.
    expected: BTreeMap<String, u16>,
}

fn table() -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let header = reader.headers().unwrap().clone();
    let roles: Vec<&str> = header.iter().skip(3).collect();
    let known: Vec<&str> = world::ROLES.to_vec();
    assert_eq!(roles, known, "the table's columns are the roles");
    let read = |row: csv::StringRecord| Row {
        method: row[0].to_owned(),
        path: row[1].to_owned(),
        case: row[2].to_owned(),
        expected: roles
            .iter()
            .zip(row.iter().skip(3))
            .map(|(role, status)| {
                let status = status.parse();
                let status = status.unwrap_or_else(|_| panic!("{row:?}: {role} has no status"));
                ((*role).to_owned(), status)
            })
            .collect(),
    };
    reader.records().map(|row| read(row.unwrap())).collect()
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: BTreeSet<(String, String)> = machinaka::http::routes()
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect();
    let rows: BTreeSet<(String, String)> = table()
        .into_iter()
        .map(|row| (row.method, row.path))
        .collect();
    let missing: Vec<_> = routes.difference(&rows).collect();
    assert!(missing.is_empty(), "routes without a row: {missing:?}");
    let left_over: Vec<_> = rows.difference(&routes).collect();
    assert!(left_over.is_empty(), "rows without a route: {left_over:?}");
}

#[test]
fn everybody_gets_what_the_table_says_and_nothing_else() {
    let world = World::new();
    let mut wrong = Vec::new();
    let mut executed = 0;
    for row in table() {
        for (role, expected) in &row.expected {
            let answer = world.ask(role, &row.method, &row.path, &row.case);
            executed += 1;
            if answer.status != *expected {
                wrong.push(format!(
                    "{} {} {} as {role}: {} instead of {expected}: {:.300}",
                    row.method, row.path, row.case, answer.status, answer.text
                ));
            }
            // Whoever is refused is not told what they would have got.
            if matches!(*expected, 401 | 403 | 404) && answer.status == *expected {
                assert_eq!(answer.header("content-type"), "application/problem+json");
                for secret in world::SECRETS {
                    let told = answer.text.contains(secret);
                    assert!(!told, "{} {} tells {role} {secret}", row.method, row.path);
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {executed}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{executed} cells");
}
