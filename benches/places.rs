//! What `/places` computes for a text, on all shipped data: 500 texts as people type them.
//!
//! In process, as the server does it: the suggestions with facilities, and the same again with guesses where
//! nothing is found. Prints the median and the slowest of the texts of each kind, the whole as a share of going once
//! through all names in the same run, and the slowest of what nobody should type; and how many towns are found by
//! their own address. Asserts nothing of time.

mod support;

use std::hint::black_box;
use std::time::Instant;

use machinaka::directory::Reference;
use machinaka::places::{PlaceAnswer, PlaceQuery, Places};

/// How many texts of all kinds together.
const TEXTS: usize = 500;
/// Each text is asked so often; the middle of its times counts.
const TIMES: usize = 5;

fn main() {
    let reference = support::reference();
    let places = reference.places();
    let scan = scan(places);
    let names: Vec<String> = reference
        .stations
        .iter()
        .map(|station| station.name.to_string())
        .collect();
    let latin: Vec<String> = reference
        .stations
        .iter()
        .filter_map(|station| station.name_en.as_deref().map(str::to_owned))
        .collect();
    let towns: Vec<(String, String)> = places
        .towns()
        .step_by(997)
        .map(|town| {
            let district = reference.districts.municipality(town.district);
            let around = district.map_or(String::new(), |district| district.name.to_string());
            (around, town.name.to_owned())
        })
        .collect();
    let each = TEXTS / 10;
    let of = |all: &[String], with: &dyn Fn(&str) -> String| -> Vec<String> {
        let step = (all.len() / each).max(1);
        let some = all.iter().step_by(step).take(each);
        some.map(|name| with(name)).collect()
    };
    let of_towns = |with: &dyn Fn(&str, &str) -> String| -> Vec<String> {
        let step = (towns.len() / each).max(1);
        let some = towns.iter().step_by(step).take(each);
        some.map(|(around, town)| with(around, town)).collect()
    };
    let kinds: [(&str, Vec<String>); 10] = [
        ("stations", of(&names, &|name| format!("{name}駅"))),
        ("stations, bare", of(&names, &str::to_owned)),
        (
            "stations, Latin",
            of(&latin, &|name| format!("{name} Station")),
        ),
        ("stations, a slip", of(&names, &|name| slipped(name) + "駅")),
        ("Latin, a slip", of(&latin, &slipped)),
        ("towns", of_towns(&|_, town| town.to_owned())),
        (
            "addresses",
            of_towns(&|around, town| format!("{around}{town}1-2-3")),
        ),
        (
            "addresses, a slip",
            of_towns(&|around, town| format!("{around}{}1-2-3", slipped(town))),
        ),
        (
            "place and words",
            of(&names, &|name| format!("{name} Wi-Fi 個室")),
        ),
        (
            "place and unknown words",
            of(&names, &|name| format!("{name} 日曜 静か")),
        ),
    ];
    println!("| texts | median | slowest | of the slowest |");
    println!("|---|---|---|---|");
    let mut all: Vec<(f64, String)> = Vec::new();
    for (kind, texts) in kinds {
        let times = texts.into_iter().map(|text| (time(places, &text), text));
        let own: Vec<(f64, String)> = times.collect();
        row(kind, &own);
        all.extend(own);
    }
    row(&format!("all {}", all.len()), &all);
    let median = support::median(all.iter().map(|(time, _)| *time));
    println!(
        "\ngoing once through all names: {scan:.2} ms; the median is {:.2} of it",
        median / scan
    );

    let hostile = [
        "町".to_owned(),
        "駅".to_owned(),
        "本町".to_owned(),
        "\u{1}\u{2}\u{3}".to_owned(),
        "あ".repeat(100),
        "a".repeat(100),
        "渋 ".repeat(50),
        "a ".repeat(50),
        "1".repeat(100),
        "東京都".repeat(33),
        "市区町村".repeat(25),
    ];
    let own: Vec<(f64, String)> = hostile
        .into_iter()
        .map(|text| (time(places, &text), text))
        .collect();
    println!("\n| texts | median | slowest | of the slowest |");
    println!("|---|---|---|---|");
    row("hostile", &own);
    addresses(reference, places);
}

/// Prints how many towns are found by their own address with the number of a house.
fn addresses(reference: &Reference, places: &Places) {
    let (mut read, mut other, mut none) = (0, 0, 0);
    for town in places.towns().step_by(7) {
        let Some(ward) = reference.districts.municipality(town.district) else {
            continue;
        };
        let city = ward
            .parent
            .and_then(|city| reference.districts.municipality(city));
        let city = city.map_or("", |city| &*city.name);
        let text = format!("{}{city}{}{}12番地3", ward.prefecture, ward.name, town.name);
        let found = places.address(&text, &[]).and_then(|address| address.town);
        match found {
            Some(found) if found.position.planar(town.position).0 < found.error.0 => read += 1,
            Some(_) => other += 1,
            None => none += 1,
        }
    }
    println!("\naddresses of towns: {read} read, {other} as another town, {none} not");
}

/// Milliseconds for one answer, the middle of several.
fn time(places: &Places, text: &str) -> f64 {
    let times = (0..TIMES).map(|_| {
        let start = Instant::now();
        let answer = ask(places, text);
        let time = start.elapsed().as_secs_f64() * 1e3;
        assert!(answer.places.len() <= 10);
        black_box(answer);
        time
    });
    support::median(times)
}

/// As the server asks: guesses only where nothing else is found.
fn ask(places: &Places, text: &str) -> PlaceAnswer {
    let question = PlaceQuery::of(text, 10);
    let plainly = places.ask(&PlaceQuery {
        guesses: false,
        ..question
    });
    match plainly.places.is_empty() {
        true => places.ask(&question),
        false => plainly,
    }
}

/// Milliseconds to look at every town's name and reading once.
fn scan(places: &Places) -> f64 {
    let times = (0..support::ROUNDS).map(|_| {
        let start = Instant::now();
        let holding = places.towns().filter(|town| {
            town.name.contains("道玄坂")
                || town.kana.is_some_and(|kana| kana.contains("どうげんざか"))
        });
        black_box(holding.count());
        start.elapsed().as_secs_f64() * 1e3
    });
    support::median(times)
}

/// A text with two neighbours in its middle changed.
fn slipped(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let middle = letters.len() / 2;
    if middle > 0 {
        letters.swap(middle - 1, middle);
    }
    letters.into_iter().collect()
}

fn row(kind: &str, times: &[(f64, String)]) {
    let median = support::median(times.iter().map(|(time, _)| *time));
    let slowest = times.iter().max_by(|a, b| a.0.total_cmp(&b.0));
    let (slowest, text) = slowest.expect("some texts were asked");
    let text: String = text.chars().take(20).filter(|c| !c.is_control()).collect();
    println!("| {kind} | {median:.2} ms | {slowest:.2} ms | {text} |");
}
