//! More than covered or not: how far people have to go, how many share a facility, and how evenly.

/// A place's people and what they have: a distance, or an accessibility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted {
    /// How many.
    pub people: f64,
    /// What each of them has.
    pub value: f64,
}

/// Distances as people have them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distances {
    /// The mean.
    pub mean: f64,
    /// Half the people have at most this.
    pub median: f64,
    /// Nine in ten have at most this.
    pub p90: f64,
}

/// The people who share each site: the first step of the floating catchment method (2SFCA, Luo and
/// Wang 2003; with weights below 1 the enhanced one, Luo and Qi 2009).
pub struct Crowd(Vec<f64>);

/// What each site has for each of the people who share it.
pub struct Shares(Vec<f64>);

/// The zones of the enhanced method, as shares of the whole reach, with their weights (Luo and Qi
/// 2009: thirds of half an hour; the slower decay of the two they give).
pub const ZONES: [(f64, f64); 3] = [(1.0 / 3.0, 1.0), (2.0 / 3.0, 0.68), (1.0, 0.22)];

/// The weight of the zone that a distance lies in; its outer edge belongs to it.
pub fn zone_weight(distance: f64, within: f64) -> f64 {
    let zone = ZONES.iter().find(|(share, _)| distance <= share * within);
    zone.map_or(0.0, |(_, weight)| *weight)
}

/// Mean, median and 90th percentile, each person counting once; `None` where there is nobody.
pub fn distances(mut all: Vec<Weighted>) -> Option<Distances> {
    all.retain(|place| place.people > 0.0);
    all.sort_by(|a, b| a.value.total_cmp(&b.value));
    let people: f64 = all.iter().map(|place| place.people).sum();
    let last = all.last()?.value;
    let mean = all
        .iter()
        .map(|place| place.people * place.value)
        .sum::<f64>()
        / people;
    let quantile = |share: f64| {
        let mut before = 0.0;
        all.iter()
            .find(|place| {
                before += place.people;
                before >= share * people
            })
            .map_or(last, |place| place.value)
    };
    Some(Distances {
        mean,
        median: quantile(0.5),
        p90: quantile(0.9),
    })
}

impl Crowd {
    /// Nobody yet, at so many sites.
    pub fn new(sites: usize) -> Crowd {
        Crowd(vec![0.0; sites])
    }

    /// People who reach a site, and how willingly they go there: 1 is fully.
    pub fn join(&mut self, site: u32, people: f64, weight: f64) {
        self.0[site as usize] += people * weight;
    }

    /// Each site's supply, shared among them.
    pub fn shares(self, supply: &[f64]) -> Shares {
        let share = |(crowd, supply): (f64, &f64)| if crowd > 0.0 { supply / crowd } else { 0.0 };
        Shares(self.0.into_iter().zip(supply).map(share).collect())
    }
}

impl Shares {
    /// The second step: what a place has that reaches these sites so willingly. Supply a person.
    pub fn access(&self, reached: impl IntoIterator<Item = (u32, f64)>) -> f64 {
        let of = |(site, weight): (u32, f64)| self.0[site as usize] * weight;
        // A sum of nothing is -0 to the machine.
        reached.into_iter().map(of).fold(0.0, |sum, one| sum + one)
    }
}

/// The Gini coefficient of what people have: 0 where all have the same, towards 1 where one has all.
/// `None` where there is nobody, or nobody has anything.
pub fn gini(mut all: Vec<Weighted>) -> Option<f64> {
    all.retain(|place| place.people > 0.0);
    all.sort_by(|a, b| a.value.total_cmp(&b.value));
    let people: f64 = all.iter().map(|place| place.people).sum();
    let sum: f64 = all.iter().map(|place| place.people * place.value).sum();
    if people <= 0.0 || sum <= 0.0 {
        return None;
    }
    // Twice the area under Lorenz' curve, by trapezoids.
    let (mut below, mut area) = (0.0, 0.0);
    for place in &all {
        let with = below + place.people * place.value;
        area += place.people * (below + with);
        below = with;
    }
    Some((1.0 - area / (people * sum)).max(0.0))
}

/// So many for each 10,000 people; `None` where nobody lives.
pub fn per_10_000(count: f64, people: f64) -> Option<f64> {
    (people > 0.0).then(|| count * 10_000.0 / people)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Demand and site, with a weight.
    type Link = (usize, u32, f64);

    fn two_step(supply: &[f64], demand: &[f64], links: &[Link]) -> Vec<f64> {
        let mut crowd = Crowd::new(supply.len());
        for &(i, site, weight) in links {
            crowd.join(site, demand[i], weight);
        }
        let shares = crowd.shares(supply);
        let of = |i: usize| {
            let own = links.iter().filter(move |(j, ..)| *j == i);
            shares.access(own.map(|&(_, site, weight)| (site, weight)))
        };
        (0..demand.len()).map(of).collect()
    }

    /// Luo and Wang 2003, figure 3: eleven tracts, two sites, half an hour.
    #[test]
    fn the_published_example_is_met() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/siting/fca");
        let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}"));
        let (Ok(table), Ok(expected)) = (
            read("luo_wang_2003_fig3.tsv"),
            read("luo_wang_2003_fig3_expected.tsv"),
        ) else {
            println!("skipped: ../shared/data/siting/fca is not there");
            return;
        };
        let rows: Vec<Vec<&str>> = table
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect())
            .collect();
        let near = rows
            .iter()
            .filter(|row| row[2].parse::<f64>().unwrap() <= 30.0);
        let links: Vec<Link> = near
            .map(|row| {
                (
                    row[0].parse::<usize>().unwrap() - 1,
                    u32::from(row[1] == "b"),
                    1.0,
                )
            })
            .collect();
        let access = two_step(&[1.0, 1.0], &[1.0; 11], &links);
        let mut checked = 0;
        for line in expected.lines().skip(1) {
            let (tract, value) = line.split_once('\t').unwrap();
            let found = access[tract.parse::<usize>().unwrap() - 1];
            assert!(
                (found - value.parse::<f64>().unwrap()).abs() < 1e-12,
                "{line}: {found}"
            );
            checked += 1;
        }
        assert_eq!(checked, 11);
    }

    #[test]
    fn known_distributions() {
        let of = |list: &[(f64, f64)]| -> Vec<Weighted> {
            list.iter()
                .map(|&(people, value)| Weighted { people, value })
                .collect()
        };
        assert_eq!(gini(of(&[(1.0, 5.0), (3.0, 5.0)])), Some(0.0));
        assert_eq!(gini(of(&[(1.0, 0.0), (1.0, 1.0)])), Some(0.5));
        assert_eq!(gini(of(&[(3.0, 0.0), (1.0, 1.0)])), Some(0.75));
        assert_eq!(gini(of(&[])), None);
        assert_eq!(gini(of(&[(3.0, 0.0)])), None);
        let found =
            distances(of(&[(5.0, 100.0), (4.0, 200.0), (1.0, 1000.0), (0.0, 9e9)])).unwrap();
        assert_eq!(
            found,
            Distances {
                mean: 230.0,
                median: 100.0,
                p90: 200.0
            }
        );
        assert_eq!(distances(of(&[(0.0, 1.0)])), None);
        assert_eq!(per_10_000(3.0, 20_000.0), Some(1.5));
        assert_eq!(per_10_000(3.0, 0.0), None);
        assert_eq!(
            [100.0, 300.0, 301.0, 600.0, 900.0, 901.0].map(|d| zone_weight(d, 900.0)),
            [1.0, 1.0, 0.68, 0.68, 0.22, 0.0]
        );
    }

    proptest! {
        #[test]
        fn supply_is_neither_made_nor_lost(
            supply in prop::collection::vec(0.0..100.0, 1..8), demand in prop::collection::vec(0.0..5_000.0, 1..30),
            pairs in prop::collection::vec((0usize..30, 0usize..8, 0usize..3), 0..120),
        ) {
            let mut pairs = pairs;
            pairs.sort_unstable();
            pairs.dedup_by_key(|(i, j, _)| (*i, *j));
            let links: Vec<Link> = pairs.iter().filter(|(i, j, _)| *i < demand.len() && *j < supply.len())
                .map(|&(i, j, zone)| (i, j as u32, ZONES[zone].1)).collect();
            let access = two_step(&supply, &demand, &links);
            let given: f64 = (0..supply.len()).filter(|&j| links.iter().any(|l| l.1 as usize == j && demand[l.0] > 0.0))
                .map(|j| supply[j]).sum();
            let taken: f64 = access.iter().zip(&demand).map(|(a, d)| a * d).sum();
            prop_assert!((taken - given).abs() <= 1e-9 * given.max(1.0), "{taken} {given}");
        }

        #[test]
        fn a_gini_is_that_of_every_pair(all in prop::collection::vec((1u32..50, 0u32..1000), 1..20)) {
            let places: Vec<Weighted> = all.iter().map(|&(p, v)| Weighted { people: f64::from(p), value: f64::from(v) }).collect();
            let people: f64 = places.iter().map(|p| p.people).sum();
            let mean = places.iter().map(|p| p.people * p.value).sum::<f64>() / people;
            let apart: f64 = places.iter().flat_map(|a| places.iter().map(move |b| a.people * b.people * (a.value - b.value).abs())).sum();
            match gini(places) {
                Some(found) => prop_assert!((found - apart / (2.0 * people * people * mean)).abs() < 1e-9),
                None => prop_assert!(mean == 0.0),
            }
        }
    }
}
