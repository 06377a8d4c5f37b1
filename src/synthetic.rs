//! Made-up facilities near real towns, for tests and benchmarks.
//!
//! They are spread and filled in as a real directory is, with as much left unknown, and nothing of
//! them is real: names are built from the town's and begin with 架空, there is no telephone number or operator,
//! websites are under the reserved `.example`, and each says `synthetic`. The same seed gives the
//! same facilities for ever: the one with number *n* depends on the seed, *n* and the towns alone,
//! not on how many are asked for, the clock or the machine (no rounding library function is used).

use crate::districts::{District, Districts};
use crate::domain::facility::{
    Closure, Date, Facility, FacilityId, Name, PartialDate, Source, Website,
};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::domain::support::Support;
use crate::domain::vocabulary::{
    Amenity, Certainty, Confidence, Eligibility, Kind, Precision, Programme, Status, Stock, Use,
};
use crate::places::{Places, Town};

/// The first `count` facilities of a seed; none if there are no towns to put them into.
pub fn facilities<'a>(
    districts: &'a Districts,
    places: &'a Places,
    count: u32,
    seed: u64,
) -> impl Iterator<Item = Facility> + 'a {
    let towns = places.towns().len() as u64;
    let count = if towns == 0 { 0 } else { count };
    (1..=count).map(move |number| {
        let mut dice = Dice::of(seed, number.into());
        // A town's point, or one near it, may lie over a border: then another is drawn, so that
        // whoever imports these finds nothing to refuse.
        let mut draw = || {
            let town = places.town(dice.below(towns) as usize);
            facility(
                format!("syn-{seed}-{number:07}"),
                town,
                districts,
                &mut dice,
            )
        };
        let mut drawn = draw();
        for _ in 0..100 {
            if lies_where_it_says(&drawn, districts) {
                break;
            }
            drawn = draw();
        }
        drawn
    })
}

fn lies_where_it_says(facility: &Facility, districts: &Districts) -> bool {
    let is = |district: &District, code: MunicipalityCode| *district.code == *code.to_string();
    districts.at(facility.position).is_some_and(|at| {
        is(at.municipality, facility.municipality)
            && facility.ward.is_none_or(|code| {
                at.ward.is_some_and(|ward| is(ward, code))
                    || districts
                        .municipality(code)
                        .is_some_and(|ward| ward.approximate)
            })
    })
}

fn facility(id: String, town: Town<'_>, districts: &Districts, dice: &mut Dice) -> Facility {
    let valid = "what is made up here keeps the rules";
    let inner = districts
        .municipality(town.district)
        .expect("a town lies in a known district");
    let outer = inner.parent.and_then(|city| districts.municipality(city));
    let city = outer.unwrap_or(inner);
    let quarter = quarter(town.name);
    let ending = *dice.one_of(&ENDINGS);
    let stock = dice.known(60, |dice| *dice.one_of(Stock::ALL));
    let status = dice.weighted(&STATUSES);
    let (precision, error, spread) = dice.weighted(&PRECISIONS);
    Facility {
        position: near(town.position, spread, dice),
        name: Name::new(&format!("架空まちなか{quarter}{}", ending.0)).expect(valid),
        name_kana: town
            .kana
            .filter(|_| dice.chance(40))
            .map(|kana| format!("カクウマチナカ{}{}", katakana(kana), ending.1)),
        name_en: None,
        kind: dice.known(85, |dice| *dice.one_of(Kind::ALL)),
        stock_note: None,
        built_year: stock.and_then(|_| dice.known(30, |dice| 1890 + dice.below(110) as i32)),
        stock,
        status,
        status_asof: dice.known(70, |dice| {
            PartialDate::new(&(2019 + dice.below(7)).to_string()).expect(valid)
        }),
        municipality: code(city),
        municipality_name: city.name.to_string(),
        ward: outer.map(|_| town.district),
        prefecture: inner.prefecture.to_string(),
        address: dice.known(90, |_| address(inner, outer, town.name)),
        position_precision: precision,
        position_error: dice.known(90, |_| error),
        operator: None,
        phone: None,
        website: dice.known(30, |_| {
            Website::new(&format!("https://{id}.example/")).expect(valid)
        }),
        id: FacilityId::new(&id).expect(valid),
        opening_hours: dice.known(55, |dice| (*dice.one_of(&HOURS)).to_owned()),
        closures: dice.known(25, closures),
        eligibility: dice.known(60, |dice| dice.weighted(&ELIGIBILITIES)),
        eligibility_note: None,
        price_note: None,
        amenities_note: None,
        hours_note: None,
        osm_id: None,
        status_age: None,
        price_hour_yen: dice.known(45, |dice| 50 * dice.below(31) as u32),
        seats: dice.known(50, |dice| 4 + (dice.below(12) * dice.below(11)) as u32),
        amenities: dice.known(50, |dice| dice.some_of(Amenity::ALL, 40)),
        uses: dice.known(45, |dice| dice.some_of(Use::ALL, 45)),
        support: dice.known(20, support),
        sources: vec![Source {
            title: "合成データ".to_owned(),
            url: None,
            date: None,
            fields: None,
        }],
        confidence: dice.known(60, |dice| *dice.one_of(Confidence::ALL)),
        checked_on: dice.known(30, |dice| {
            let (month, day) = (1 + dice.below(12), 1 + dice.below(28));
            Date::new(&format!("2025-{month:02}-{day:02}")).expect(valid)
        }),
        synthetic: true,
    }
}

/// What a name ends with, and its reading.
const ENDINGS: [(&str, &str); 5] = [
    ("ワークス", "ワークス"),
    ("オフィス", "オフィス"),
    ("テレワーク広場", "テレワークヒロバ"),
    ("しごと室", "シゴトシツ"),
    ("デスク", "デスク"),
];

/// Roughly as in the shipped directory, with more that are known to be open.
const STATUSES: [(u64, Status); 5] = [
    (68, Status::Open),
    (18, Status::Unknown),
    (4, Status::Planned),
    (3, Status::Suspended),
    (7, Status::Closed),
];

/// With the error in metres that such a position has, and how far from the town's point it lies.
const PRECISIONS: [(u64, (Precision, u32, f64)); 4] = [
    (55, (Precision::Building, 20, 500.0)),
    (15, (Precision::Street, 100, 500.0)),
    (22, (Precision::Town, 300, 150.0)),
    (8, (Precision::City, 4000, 800.0)),
];

const ELIGIBILITIES: [(u64, Eligibility); 4] = [
    (65, Eligibility::Anyone),
    (20, Eligibility::Registered),
    (8, Eligibility::Residents),
    (7, Eligibility::Corporate),
];

const HOURS: [&str; 10] = [
    "Mo-Fr 09:00-18:00",
    "Mo-Fr 09:00-17:00; PH off",
    "Mo-Sa 08:30-20:00",
    "Mo-Su 09:00-21:00",
    "Mo-Su,PH 10:00-19:00",
    "24/7",
    "Tu-Su 09:00-18:00",
    "Mo-Fr 08:00-22:00; Sa,Su,PH 10:00-18:00",
    "We-Mo 10:00-17:00",
    "Mo-Fr 09:00-12:00,13:00-17:30",
];

fn code(district: &District) -> MunicipalityCode {
    MunicipalityCode::new(&district.code).expect("a municipality's code")
}

/// A town's name without its block and without 大字: 道玄坂 of 道玄坂一丁目.
fn quarter(name: &str) -> &str {
    let name = name
        .strip_prefix("大字")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name);
    let base = name
        .strip_suffix("丁目")
        .map(|before| before.trim_end_matches(|c| "一二三四五六七八九十百".contains(c)));
    base.filter(|base| !base.is_empty()).unwrap_or(name)
}

fn katakana(hiragana: &str) -> String {
    let shifted = |c| match c {
        'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        c => c,
    };
    hiragana.chars().map(shifted).collect()
}

fn address(inner: &District, outer: Option<&District>, town: &str) -> String {
    let city = outer.map_or("", |city| &city.name);
    format!("{}{city}{}{town}", inner.prefecture, inner.name)
}

/// A point less than `spread` metres from another along each axis, nearer ones more often.
fn near(point: Position, spread: f64, dice: &mut Dice) -> Position {
    // Metres a degree in the middle of Japan: how far exactly does not matter here.
    let off = |dice: &mut Dice, metres: f64| (dice.share() + dice.share() - 1.0) * spread / metres;
    let (east, north) = (off(dice, 91_000.0), off(dice, 111_000.0));
    Position::new(point.lon() + east, point.lat() + north).unwrap_or(point)
}

fn closures(dice: &mut Dice) -> Vec<Closure> {
    if dice.chance(70) {
        return Vec::new();
    }
    let day = |text| Date::new(text).expect("a date");
    let (from, to) = (day("2026-12-29"), Some(day("2027-01-03")));
    vec![Closure {
        from,
        to,
        note: Some("年末年始".to_owned()),
    }]
}

/// Known support: of none at all, or of one or two programmes.
fn support(dice: &mut Dice) -> Vec<Support> {
    let one = |dice: &mut Dice, programme: Programme| Support {
        programme,
        branch: None,
        fiscal_year: dice.known(60, |dice| (2018 + dice.below(6)).to_string()),
        area: None,
        evidence_title: None,
        evidence_url: None,
        certainty: *dice.one_of(Certainty::ALL),
    };
    let mut programmes = Programme::ALL.to_vec();
    let count = dice.weighted(&[(25, 0), (65, 1), (10, 2)]);
    let mut support = Vec::with_capacity(count);
    for _ in 0..count {
        let programme = programmes.swap_remove(dice.below(programmes.len() as u64) as usize);
        support.push(one(dice, programme));
    }
    support
}

/// Reproducible chance: the splitmix64 generator.
struct Dice(u64);

impl Dice {
    /// A sequence of its own for each number of a seed.
    fn of(seed: u64, number: u64) -> Dice {
        let mut start = Dice(seed);
        let first = start.next();
        Dice(first ^ Dice(number).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`, which is small.
    fn below(&mut self, end: u64) -> u64 {
        ((self.next() >> 32) * end) >> 32
    }

    /// 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        // 53 bits are what a double holds exactly.
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Something that is known of so many in a hundred.
    fn known<T>(&mut self, percent: u64, value: impl FnOnce(&mut Dice) -> T) -> Option<T> {
        self.chance(percent).then(|| value(self))
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len() as u64) as usize]
    }

    fn weighted<T: Copy>(&mut self, all: &[(u64, T)]) -> T {
        let mut left = self.below(all.iter().map(|(weight, _)| weight).sum());
        let chosen = all
            .iter()
            .find(|(weight, _)| match left.checked_sub(*weight) {
                Some(rest) => {
                    left = rest;
                    false
                }
                None => true,
            });
        chosen.expect("the weights add up").1
    }

    fn some_of<T: Copy>(&mut self, all: &[T], percent: u64) -> Vec<T> {
        all.iter()
            .copied()
            .filter(|_| self.chance(percent))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::tests::{districts, places, shipped};

    fn lines(count: u32, seed: u64) -> Vec<String> {
        let (districts, places) = (districts(), places());
        let all = facilities(&districts, &places, count, seed);
        all.map(|facility| facility.to_stored()).collect()
    }

    #[test]
    fn a_seed_gives_the_same_facilities_for_ever() {
        assert_eq!(
            lines(2, 42),
            [
                r#"{"id":"syn-42-0000001","name":"架空まちなか天神デスク","name_kana":"カクウマチナカテンジンデスク","kind":"exchange","stock":"public-facility","built_year":1955,"status":"unknown","status_asof":"2025","municipality":"40130","municipality_name":"福岡市","ward":"40133","prefecture":"福岡県","address":"福岡県福岡市中央区天神二丁目","position_precision":"building","position_error":20,"opening_hours":"Mo-Fr 08:00-22:00; Sa,Su,PH 10:00-18:00","closures":[],"price_hour_yen":200,"uses":["member","corporate","reservation"],"support":[{"programme":"toshi-kozo-saihen","type":null,"fiscal_year":"2021","area":null,"evidence_title":null,"evidence_url":null,"certainty":"unknown"}],"sources":[{"title":"合成データ","url":null,"date":null,"fields":null}],"confidence":"high","checked_on":"2025-12-03","synthetic":true,"position":[130.3996302,33.593027]}"#,
                r#"{"id":"syn-42-0000002","name":"架空まちなか霞が関しごと室","kind":"workation","stock":"vacant-store","status":"open","status_asof":"2020","municipality":"13101","municipality_name":"千代田区","prefecture":"東京都","address":"東京都千代田区霞が関一丁目","position_precision":"building","position_error":20,"opening_hours":"Mo-Fr 09:00-17:00; PH off","uses":["drop-in","member","corporate"],"sources":[{"title":"合成データ","url":null,"date":null,"fields":null}],"synthetic":true,"position":[139.7535163,35.6739147]}"#,
            ]
        );
    }

    #[test]
    fn fewer_are_the_beginning_of_more() {
        assert_eq!(lines(50, 7)[..20], lines(20, 7));
        assert_ne!(lines(20, 7), lines(20, 8));
    }

    #[test]
    fn they_are_where_they_say_and_much_is_unknown() {
        let (districts, places) = shipped();
        let all: Vec<Facility> = facilities(&districts, &places, 3000, 1).collect();
        let share = |wanted: &dyn Fn(&Facility) -> bool| {
            all.iter().filter(|f| wanted(f)).count() * 100 / all.len()
        };
        assert!(share(&|f| f.synthetic && f.phone.is_none() && f.operator.is_none()) == 100);
        assert!((70..90).contains(&share(&|f| f.support.is_none())));
        assert!((35..55).contains(&share(&|f| f.opening_hours.is_none())));
        assert!((5..40).contains(&share(&|f| f.ward.is_some())));
        let at_home = |f: &Facility| {
            districts
                .at(f.position)
                .is_some_and(|at| *at.municipality.code == *f.municipality.to_string())
        };
        assert_eq!(share(&at_home), 100);
        let ward_of_city = |f: &Facility| {
            f.ward.is_none_or(|ward| {
                districts.municipality(ward).and_then(|ward| ward.parent) == Some(f.municipality)
            })
        };
        assert_eq!(share(&ward_of_city), 100);
        for facility in &all[..200] {
            assert_eq!(
                Facility::from_stored(&facility.to_stored()).unwrap(),
                *facility
            );
        }
    }
}
