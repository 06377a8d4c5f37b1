//! Siting against the published optima of the shared problems: value, bound and seconds of each; and
//! for a prefecture and all of Japan, where nobody knows the best: how near to it the answer is proved.
//!
//! The shared problems are skipped with a word where they are absent.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use machinaka::coverage::siting::answer::{Answer, Refusal};
use machinaka::coverage::siting::center::Center;
use machinaka::coverage::siting::cover::Cover;
use machinaka::coverage::siting::distances::{Distances, Nothing};
use machinaka::coverage::siting::lists::Lists;
use machinaka::coverage::siting::median::Median;
use machinaka::coverage::siting::points::{Points, Space};
use machinaka::coverage::siting::reach::Reach;
use machinaka::coverage::siting::work::Work;
use machinaka::directory::siting::STEPS_A_SECOND;

/// What `machinaka site` allows itself in ten seconds.
const STEPS: u64 = 3_000_000_000;
const SECONDS: Duration = Duration::from_secs(10);

fn main() {
    areas();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/siting");
    if !folder.exists() {
        println!("skipped: the shared siting problems are not here");
        return;
    }
    println!("| problem | objective | sites | published | found | bound | proved | seconds |");
    println!("|---|---|---|---|---|---|---|---|");
    cover(&folder.join("sjc"));
    graphs(&folder.join("orlib-pmed"));
    tours(&folder.join("tsplib"));
}

/// People of a prefecture or all of Japan, whom no facility serves yet, and all its towns as candidates.
fn areas() {
    println!(
        "| area | people's squares | candidates | metres | sites | covered | bound | gap | seconds | lists | memory at most |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    // Tokyo has about 5,000 towns.
    for (name, prefix, within, counts, limit) in [
        ("13", "13", 800.0, &[10, 50, 200][..], 10),
        ("01", "01", 800.0, &[10, 50, 200], 10),
        ("13", "13", 3_000.0, &[10, 50], 10),
        ("Japan", "", 800.0, &[100, 500], 60),
        ("Japan", "", 3_000.0, &[100, 500], 60),
    ] {
        let reference = support::reference();
        let mut people = Points::default();
        for placed in reference.model() {
            if placed.municipality.to_string().starts_with(prefix) && placed.people.total > 0 {
                let centre = placed.mesh.centre();
                people.at.push([centre.lon(), centre.lat()]);
                people.weights.push(f64::from(placed.people.total));
            }
        }
        let towns = reference.places().towns();
        let towns = towns.filter(|town| town.district.to_string().starts_with(prefix));
        let places = Points {
            at: towns
                .map(|town| [town.position.lon(), town.position.lat()])
                .collect(),
            ..Points::default()
        };
        let begun = Instant::now();
        let sites = Reach::new(&people, &places, Space::Earth).within(within);
        let lists = begun.elapsed().as_secs_f64();
        for &count in counts {
            let begun = Instant::now();
            let limit = Duration::from_secs(limit).saturating_sub(Duration::from_secs_f64(lists));
            let stop = || begun.elapsed() >= limit;
            // As the program has it: parts of the work take shares of what there is.
            let steps = STEPS_A_SECOND * limit.as_secs_f64();
            let mut work = Work::new(steps as u64, &stop, &|_| {});
            let question = Cover {
                weights: &people.weights,
                sites: &sites,
                count,
            };
            let answer = question.solve(&mut work).expect("an answer");
            println!(
                "| {name} | {} | {} | {within} | {count} | {} | {} | {:.3} % | {:.1} | {lists:.1} s, {} | {:.0} MiB |",
                people.at.len(),
                places.at.len(),
                answer.value,
                answer.bound,
                answer.gap() * 100.0,
                begun.elapsed().as_secs_f64() + lists,
                sites.items(),
                support::memory().1,
            );
        }
    }
    println!();
}

fn rows(path: PathBuf) -> Vec<Vec<String>> {
    let text = fs::read_to_string(&path).expect("a table of expected values");
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}

fn report(
    name: &str,
    objective: &str,
    count: usize,
    published: &str,
    solve: impl FnOnce(&mut Work) -> Result<Answer, Refusal>,
) {
    let begun = Instant::now();
    let stop = || begun.elapsed() >= SECONDS;
    let mut work = Work::new(STEPS, &stop, &|_| {});
    let answer = solve(&mut work).expect("an answer");
    let seconds = begun.elapsed().as_secs_f64();
    let wrong = if answer.value == number(published) {
        ""
    } else {
        " **other**"
    };
    println!(
        "| {name} | {objective} | {count} | {published} | {}{wrong} | {} | {} | {seconds:.2} |",
        answer.value,
        answer.bound,
        if answer.is_proved() { "yes" } else { "no" },
    );
}

fn cover(folder: &Path) {
    for row in rows(folder.join("expected.tsv")) {
        let (name, metres, count) = (&row[0], number(&row[1]), number(&row[2]) as usize);
        let numbers = |file: String| -> Vec<f64> {
            let text = fs::read_to_string(folder.join(file)).expect("a problem");
            text.split_whitespace().map(number).collect()
        };
        let at: Vec<[f64; 2]> = numbers(format!("{name}.txt"))[1..]
            .chunks(2)
            .map(|pair| [pair[0], pair[1]])
            .collect();
        let weights = numbers(format!("demand-{name}.dat"));
        let near = |site: &[f64; 2]| {
            let within = at
                .iter()
                .enumerate()
                .filter(|(_, at)| (at[0] - site[0]).hypot(at[1] - site[1]) <= metres);
            within.map(|(i, _)| i as u32).collect::<Vec<u32>>()
        };
        let sites: Lists = at.iter().map(near).collect();
        let question = Cover {
            weights: &weights,
            sites: &sites,
            count,
        };
        report(
            name,
            &format!("cover, {metres} m"),
            count,
            &row[3],
            |work| question.solve(work),
        );
    }
}

fn graphs(folder: &Path) {
    for row in rows(folder.join("expected.tsv")) {
        let text = fs::read_to_string(folder.join(format!("{}.txt", row[0]))).expect("a problem");
        let distances = complete(&shortest_paths(&text));
        let weights = vec![1.0; distances.len()];
        let (weights, distances, beyond) = (&weights[..], &distances, &Nothing);
        let count = number(&row[3]) as usize;
        let median = Median {
            weights,
            distances,
            beyond,
            count,
        };
        report(&row[0], "median", count, &row[4], |work| median.solve(work));
        let center = Center {
            weights,
            distances,
            beyond,
            count,
        };
        report(&row[0], "center", count, &row[5], |work| center.solve(work));
    }
}

fn tours(folder: &Path) {
    for row in rows(folder.join("expected.tsv")) {
        let text = fs::read_to_string(folder.join(format!("{}.tsp", row[0]))).expect("a problem");
        let at: Vec<[f64; 2]> = text
            .lines()
            .filter_map(|line| {
                let numbers: Vec<f64> = line
                    .split_whitespace()
                    .map_while(|w| w.parse().ok())
                    .collect();
                (numbers.len() == 3).then(|| [numbers[1], numbers[2]])
            })
            .collect();
        let rounded = |a: &[f64; 2], b: &[f64; 2]| ((a[0] - b[0]).hypot(a[1] - b[1]) + 0.5).floor();
        let metres: Vec<Vec<f64>> = at
            .iter()
            .map(|a| at.iter().map(|b| rounded(a, b)).collect())
            .collect();
        let distances = complete(&metres);
        let weights = vec![1.0; distances.len()];
        let count = number(&row[1]) as usize;
        let question = Center {
            weights: &weights,
            distances: &distances,
            beyond: &Nothing,
            count,
        };
        report(&row[0], "center", count, &row[2], |work| {
            question.solve(work)
        });
    }
}

fn complete(metres: &[Vec<f64>]) -> Distances {
    let mut distances = Distances::new(metres.len());
    for row in metres {
        let reached = (0_u32..)
            .zip(row.iter().copied())
            .filter(|(_, metres)| metres.is_finite());
        distances.push(reached.collect(), f64::INFINITY);
    }
    distances
}

/// Of an OR-Library graph: an edge that is listed twice costs what is said last.
fn shortest_paths(text: &str) -> Vec<Vec<f64>> {
    let mut numbers = text.split_whitespace().map(|word| number(word) as usize);
    let mut next = || numbers.next().expect("three numbers a line");
    let (nodes, edges, _) = (next(), next(), next());
    let mut metres = vec![vec![f64::INFINITY; nodes]; nodes];
    for (node, row) in metres.iter_mut().enumerate() {
        row[node] = 0.0;
    }
    for _ in 0..edges {
        let (a, b, cost) = (next() - 1, next() - 1, next() as f64);
        (metres[a][b], metres[b][a]) = (cost, cost);
    }
    for through in 0..nodes {
        let row = metres[through].clone();
        for from in &mut metres {
            let first = from[through];
            for (to, second) in from.iter_mut().zip(&row) {
                *to = to.min(first + second);
            }
        }
    }
    metres
}
