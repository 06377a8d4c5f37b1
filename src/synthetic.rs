//! Made-up facilities near real towns, for tests and benchmarks.
//!
//! The same count and seed give the same facilities on every machine. Their names say what they
//! are made of and nothing that could be taken for a real place; each carries `synthetic: true`.
//! As with real records, much about each of them is unknown.

use crate::districts::Districts;
use crate::domain::facility::{Facility, FacilityId, Name};
use crate::domain::position::Position;
use crate::domain::support::Support;
use crate::domain::vocabulary::{
    Amenity, Certainty, Confidence, Eligibility, Kind, Precision, Programme, Status, Stock, Use,
};
use crate::places::{Places, Town};

/// `count` facilities; the first of a larger count are those of a smaller one.
pub fn facilities<'a>(
    districts: &'a Districts,
    places: &'a Places,
    count: u32,
    seed: u64,
) -> impl Iterator<Item = Facility> + 'a {
    let towns = places.towns().len() as u64;
    (1..=count).map(move |number| {
        let mut chance = Chance::new(seed, number);
        let town = places.town(chance.below(towns) as usize);
        facility(
            &town,
            districts,
            &format!("syn-{seed}-{number:07}"),
            &mut chance,
        )
    })
}

fn facility(town: &Town<'_>, districts: &Districts, id: &str, chance: &mut Chance) -> Facility {
    let district = districts.municipality(town.district);
    let city = district.and_then(|d| d.parent).unwrap_or(town.district);
    let name_of = |code| {
        districts
            .municipality(code)
            .map_or(String::new(), |d| d.name.to_string())
    };
    let prefecture = district.map_or(String::new(), |d| d.prefecture.to_string());
    let ward = (city != town.district).then_some(town.district);
    let municipality_name = name_of(city);
    let number = 1 + chance.below(99);
    let address = format!(
        "{prefecture}{municipality_name}{}{}{number}",
        ward.map_or(String::new(), name_of),
        town.name
    );
    let kind = chance.known(0.95, Kind::ALL);
    let sort = ["ワークス", "デスク", "ラボ", "ベース"][chance.below(4) as usize];
    let seats = 4 + chance.below(60) as u32;
    Facility {
        id: FacilityId::new(id).expect("letters, digits and hyphens"),
        position: near(town.position, chance),
        name: Name::new(&format!("架空{}{sort}{number}", town.name))
            .expect("towns have short names"),
        name_kana: None,
        name_en: None,
        kind,
        stock: chance.known(0.6, Stock::ALL),
        stock_note: None,
        built_year: chance.happens(0.2).then(|| 1900 + chance.below(100) as i32),
        status: status(chance),
        status_asof: None,
        municipality: city,
        municipality_name,
        ward,
        prefecture,
        address: Some(address),
        position_precision: if chance.happens(0.8) {
            Precision::Building
        } else {
            Precision::Town
        },
        position_error: None,
        operator: None,
        phone: None,
        website: None,
        opening_hours: chance.happens(0.5).then(|| "Mo-Fr 09:00-18:00".to_owned()),
        closures: None,
        eligibility: chance.known(0.5, Eligibility::ALL),
        eligibility_note: None,
        price_hour_yen: chance.happens(0.4).then(|| 100 * chance.below(15) as u32),
        seats: chance.happens(0.5).then_some(seats),
        amenities: chance.happens(0.6).then(|| chance.some(Amenity::ALL)),
        uses: chance.happens(0.6).then(|| chance.some(Use::ALL)),
        support: support(chance),
        sources: vec![],
        confidence: Some(Confidence::Low),
        checked_on: None,
        synthetic: true,
    }
}

fn support(chance: &mut Chance) -> Option<Vec<Support>> {
    let programme = chance.known(0.1, Programme::ALL)?;
    let certainty = Certainty::ALL[chance.below(3) as usize];
    let fiscal_year = Some((2019 + chance.below(7)).to_string());
    Some(vec![Support {
        programme,
        branch: None,
        fiscal_year,
        area: None,
        evidence_title: None,
        evidence_url: None,
        certainty,
    }])
}

/// Mostly open, as in a directory that is kept.
fn status(chance: &mut Chance) -> Status {
    match chance.below(100) {
        0..=79 => Status::Open,
        80..=91 => Status::Unknown,
        92..=94 => Status::Suspended,
        95..=97 => Status::Closed,
        _ => Status::Planned,
    }
}

/// Within about 300 m of the town's point; the point itself where that would leave Japan's box.
fn near(point: Position, chance: &mut Chance) -> Position {
    let mut offset = || (chance.fraction() - 0.5) * 0.006;
    let (east, north) = (offset(), offset());
    Position::new(point.lon() + east, point.lat() + north).unwrap_or(point)
}

/// A sequence of numbers that look random: splitmix64, which is small and the same everywhere.
struct Chance(u64);

impl Chance {
    fn new(seed: u64, number: u32) -> Chance {
        let mut chance = Chance(seed ^ u64::from(number).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn fraction(&mut self) -> f64 {
        // 53 bits are what a double holds.
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn happens(&mut self, share: f64) -> bool {
        self.fraction() < share
    }

    /// A word, or unknown.
    fn known<W: Copy>(&mut self, share: f64, words: &[W]) -> Option<W> {
        self.happens(share)
            .then(|| words[self.below(words.len() as u64) as usize])
    }

    /// About a third of the words, in their order.
    fn some<W: Copy>(&mut self, words: &[W]) -> Vec<W> {
        words
            .iter()
            .copied()
            .filter(|_| self.happens(0.33))
            .collect()
    }
}
