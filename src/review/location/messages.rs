//! Problems of rows that lie outside their municipality or area.

use crate::districts::{District, Districts, Level};
use crate::domain::report::Problem;
use crate::domain::wording::Wording;
use crate::places::NamedTown;

use super::super::headers::{Axis, Headers, about, written};
use super::super::mistakes::{self, Correction, IntendedPlace};
use super::{Claim, ClaimSource, Located, PlacedRow};

/// A district's unambiguous name: `福岡県福岡市中央区`.
pub(in super::super) fn full_name(district: &District, districts: &Districts) -> String {
    match district
        .parent
        .and_then(|city| districts.municipality(city))
    {
        Some(city) => format!("{}{}{}", city.prefecture, city.name, district.name),
        None if district.level == Level::Prefecture => district.name.to_string(),
        None => format!("{}{}", district.prefecture, district.name),
    }
}

/// A code no municipality has.
pub(super) fn unknown_code(
    placed: &PlacedRow<'_>,
    code: &str,
    source: ClaimSource,
    found: Option<Located<'_>>,
    districts: &Districts,
) -> Problem {
    let field = source.field();
    let message = (
        format!(
            "コード{code}の市区町村はありません（合併などで廃止されたコードかもしれません）。今の市区町村コードに直してください"
        ),
        format!(
            "no municipality has the code {code} (it may have been merged with others): write today’s code"
        ),
    );
    let mut problem = Problem::blocking(placed.number, "municipality-code", message)
        .in_column(placed.headers.of(field));
    let expected = match found {
        Some(found) => {
            problem = with_code(
                problem,
                placed.headers,
                field,
                found.municipality,
                districts,
            );
            Wording::same(format!(
                "{}（{}）",
                found.municipality.code,
                full_name(found.municipality, districts)
            ))
        }
        None => Wording::new(
            "今ある市区町村のコード",
            "the code of a municipality there is",
        ),
    };
    problem.found(code, expected)
}

/// A code that a ward of a designated city had once.
pub(super) fn former_ward(
    placed: &PlacedRow<'_>,
    code: &str,
    source: ClaimSource,
    city: &District,
    districts: &Districts,
) -> Problem {
    let field = source.field();
    let name = full_name(city, districts);
    let message = (
        format!(
            "コード{code}の区は今はありません。{name}として扱います。今のコードに直してください"
        ),
        format!("no ward has the code {code} any more; it is taken for {name}: write today’s code"),
    );
    let problem =
        Problem::warning(placed.number, "former-name", message).in_column(placed.headers.of(field));
    let expected = Wording::same(format!("{}（{name}）", city.code));
    with_code(problem, placed.headers, field, city, districts).found(code, expected)
}

/// The row lies outside the district of its code, or outside the permitted area.
pub(super) fn elsewhere(
    placed: &PlacedRow<'_>,
    claim: &Claim<'_>,
    located: Option<Located<'_>>,
    districts: &Districts,
) -> Problem {
    let claimed = full_name(claim.district, districts);
    let outside = outside_words(placed, claim, &claimed, located, districts);
    let address_agrees = placed.address.is_some_and(|address| {
        located.is_some_and(|l| *l.municipality.code == address.municipality.to_string())
    });
    let town = placed
        .address
        .filter(|address| is_in(claim.district, address.municipality))
        .and_then(|address| address.town.as_ref());
    let meant = IntendedPlace {
        shape: &claim.district.shape,
        town: town.map(|town| (town.position, town.error)),
    };
    let correction = (placed.is_given && !address_agrees)
        .then(|| mistakes::explain(placed.position, &meant))
        .flatten();
    let problem = |advice: Wording| {
        let message = (
            format!("{}。{}", outside.ja, advice.ja),
            format!("{}: {}", outside.en, advice.en),
        );
        Problem::blocking(placed.number, "outside-municipality", message)
    };
    let expected = Wording::new(format!("{claimed}の中"), format!("inside {claimed}"));
    let column = placed.headers.of_position(Axis::Lat);
    let problem = match correction {
        Some(correction) => about_mistake(problem, placed, correction, town),
        None if address_agrees && claim.source != ClaimSource::Area => {
            let advice = (
                "住所もそうなので、コードを確かめてください",
                "the address says so, too, so check the code",
            );
            let found = located.expect("the address agrees with it").municipality;
            let problem = problem(advice.into()).in_column(placed.headers.of(claim.source.field()));
            with_code(
                problem,
                placed.headers,
                claim.source.field(),
                found,
                districts,
            )
        }
        None if address_agrees => {
            let advice = (
                "住所もそうなら、この行は除いてください",
                "if that is right, leave this row out",
            );
            in_column(problem(advice.into()), column)
        }
        None => {
            let advice = (
                "緯度と経度を地図で確かめてください",
                "check latitude and longitude on a map",
            );
            in_column(problem(advice.into()), column)
        }
    };
    problem.found(written(placed.position), expected)
}

/// Where the row lies, and outside which district that is.
fn outside_words(
    placed: &PlacedRow<'_>,
    claim: &Claim<'_>,
    claimed: &str,
    located: Option<Located<'_>>,
    districts: &Districts,
) -> Wording {
    let away = about(claim.district.shape.away(placed.position).0);
    let subject = if placed.is_given {
        ("緯度・経度の位置", "the coordinates lie")
    } else {
        ("この施設の位置", "this facility lies")
    };
    let (here_ja, here_en) = match located {
        Some(located) => {
            let name = full_name(located.municipality, districts);
            (format!("{name}の中で"), format!("in {name}"))
        }
        None => (
            "どの市区町村の中でもなく（海の上など）".to_owned(),
            "in no municipality (perhaps in the sea)".to_owned(),
        ),
    };
    let words = match claim.source {
        ClaimSource::Area => (
            format!(
                "{}は{here_ja}、この提出で扱える{claimed}の外です（境界から約{away}）",
                subject.0
            ),
            format!(
                "{} {here_en}, outside {claimed}, to which this submission is limited (about {away} from its border)",
                subject.1
            ),
        ),
        ClaimSource::Code | ClaimSource::Ward => (
            format!(
                "{}は{here_ja}、記入されたコードの{claimed}の外です（境界から約{away}）",
                subject.0
            ),
            format!(
                "{} {here_en}, outside {claimed}, which the row’s code names (about {away} from its border)",
                subject.1
            ),
        ),
    };
    words.into()
}

/// A problem of which one slip is the explanation, with what mends it.
pub(in super::super) fn about_mistake(
    problem: impl FnOnce(Wording) -> Problem,
    placed: &PlacedRow<'_>,
    correction: Correction,
    town: Option<&NamedTown>,
) -> Problem {
    let (from, to) = (placed.position, correction.position);
    let numbers = |axis| match axis {
        Axis::Lat => (("緯度", "latitude"), from.lat(), to.lat()),
        Axis::Lon => (("経度", "longitude"), from.lon(), to.lon()),
    };
    let (wrong_ja, wrong_en) = match correction.axis {
        Some(axis) => {
            let ((ja, en), from, to) = numbers(axis);
            (
                format!("{ja}の{from}が{to}の誤り"),
                format!("{en} {from} should have been {to}"),
            )
        }
        None => (
            "度分秒の数字をそのまま小数として書いたもの".to_owned(),
            "degrees, minutes and seconds were written as if they were decimals".to_owned(),
        ),
    };
    let (fits_ja, fits_en) = match town {
        Some(town) => (
            format!("、住所の{}に合います", town.name),
            format!(", it fits {} in the address", town.name),
        ),
        None => (
            "、その市区町村の中になります".to_owned(),
            ", it lies inside".to_owned(),
        ),
    };
    let advice = Wording::new(
        format!("{wrong_ja}なら{fits_ja}。確かめて直してください"),
        format!("if {wrong_en}{fits_en}; check and correct it"),
    );
    let button = match correction.axis {
        Some(axis) => {
            let ((ja, en), _, to) = numbers(axis);
            Wording::new(format!("{ja}を{to}に直す"), format!("Change {en} to {to}"))
        }
        None => Wording::new(
            format!("{}に直す", written(to)),
            format!("Change to {}", written(to)),
        ),
    };
    let column = placed
        .headers
        .of_position(correction.axis.unwrap_or(Axis::Lat));
    let problem = in_column(problem(advice), column);
    match placed.headers.cells(to) {
        cells if cells.is_empty() => problem,
        cells => problem.suggest(button, cells),
    }
}

/// Outside a ward's estimated border. It only warns, because the ward's facilities may lie there.
pub(super) fn outside_estimate(
    placed: &PlacedRow<'_>,
    claim: &Claim<'_>,
    districts: &Districts,
) -> Problem {
    let name = full_name(claim.district, districts);
    let message = (
        format!("位置は{name}の推定境界の外です。境界は推定なので、正しければこのままで構いません"),
        format!(
            "the position is outside the estimated border of {name}: if it is right, leave it as it is"
        ),
    );
    let problem = Problem::warning(placed.number, "outside-municipality", message);
    let expected = Wording::new(format!("{name}の中"), format!("inside {name}"));
    in_column(problem, placed.headers.of_position(Axis::Lat))
        .found(written(placed.position), expected)
}

/// In no municipality, and at most the address tells which one is meant.
pub(super) fn nowhere(placed: &PlacedRow<'_>, districts: &Districts) -> Problem {
    let named = placed
        .address
        .and_then(|address| Some((address, districts.municipality(address.municipality)?)));
    let problem = |advice: Wording| {
        let message = (
            format!(
                "位置がどの市区町村からも500 m以上離れています（海の上など）。{}",
                advice.ja
            ),
            format!(
                "the position is more than 500 m from every municipality (perhaps in the sea): {}",
                advice.en
            ),
        );
        Problem::blocking(placed.number, "outside-municipality", message)
    };
    let correction = named
        .filter(|_| placed.is_given)
        .and_then(|(address, city)| {
            let town = address.town.as_ref();
            let meant = IntendedPlace {
                shape: &city.shape,
                town: town.map(|town| (town.position, town.error)),
            };
            Some((mistakes::explain(placed.position, &meant)?, town))
        });
    let problem = match correction {
        Some((correction, town)) => about_mistake(problem, placed, correction, town),
        None => {
            let advice = (
                "緯度と経度を地図で確かめてください",
                "check latitude and longitude on a map",
            );
            in_column(
                problem(advice.into()),
                placed.headers.of_position(Axis::Lat),
            )
        }
    };
    let expected = match named {
        Some((_, city)) => {
            let name = full_name(city, districts);
            Wording::new(format!("{name}の中"), format!("inside {name}"))
        }
        None => Wording::new("市区町村の中", "inside a municipality"),
    };
    problem.found(written(placed.position), expected)
}

/// Just outside the municipality the row names.
pub(super) fn beyond_border(
    placed: &PlacedRow<'_>,
    claim: &Claim<'_>,
    found: Located<'_>,
    districts: &Districts,
) -> Problem {
    let (name, other) = (
        full_name(claim.district, districts),
        full_name(found.municipality, districts),
    );
    let away = about(claim.district.shape.distance(placed.position).0);
    let message = (
        format!(
            "位置は境界から約{away}だけ{other}の側にあります。境界線は概略なので、記入された{name}の施設として扱います"
        ),
        format!(
            "the position is about {away} across the border, in {other}; borders here are generalized, so it is taken to be in {name}, as the row says"
        ),
    );
    let problem = Problem::warning(placed.number, "outside-municipality", message);
    let expected = Wording::new(format!("{name}の中"), format!("inside {name}"));
    in_column(problem, placed.headers.of_position(Axis::Lat))
        .found(written(placed.position), expected)
}

impl ClaimSource {
    /// The field that makes the claim.
    fn field(self) -> &'static str {
        match self {
            ClaimSource::Ward => "ward",
            ClaimSource::Code | ClaimSource::Area => "municipality",
        }
    }
}

fn is_in(claimed: &District, municipality: crate::domain::municipality::MunicipalityCode) -> bool {
    let code = municipality.to_string();
    match claimed.level {
        Level::Prefecture => code.starts_with(&*claimed.code),
        Level::Municipality => code == *claimed.code,
        Level::Ward => claimed.parent == Some(municipality),
    }
}

/// Offers a municipality's code for the cell: with its check digit in a sheet, as sheets have it.
fn with_code(
    problem: Problem,
    headers: &Headers,
    field: &str,
    district: &District,
    districts: &Districts,
) -> Problem {
    let Some(column) = headers.known(field).filter(|_| field == "municipality") else {
        return problem;
    };
    let code = crate::domain::municipality::MunicipalityCode::new(&district.code);
    let text = match code {
        Ok(code) if headers.is_sheet() => code.six_digits(),
        _ => district.code.to_string(),
    };
    let name = full_name(district, districts);
    let button = (
        format!("コードを{text}（{name}）に直す"),
        format!("Change the code to {text} ({name})"),
    );
    problem.suggest(button, [(column, text)])
}

fn in_column(problem: Problem, column: Option<&str>) -> Problem {
    match column {
        Some(column) => problem.in_column(column),
        None => problem,
    }
}
