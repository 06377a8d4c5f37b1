//! What is said of a row that lies where it should not.

use crate::districts::{District, Districts, Level};
use crate::domain::report::Problem;
use crate::domain::wording::Wording;
use crate::places::NamedTown;

use super::super::labels::{Axis, Labels, about, written};
use super::super::slips::{self, Meant, Slip};
use super::{By, Claim, Located, Placed};

/// A district with what tells it from others of its name: `福岡県福岡市中央区`.
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
    placed: &Placed<'_>,
    code: &str,
    by: By,
    found: Option<Located<'_>>,
    districts: &Districts,
) -> Problem {
    let field = by.field();
    let message = (
        format!(
            "コード{code}の市区町村はありません（合併などで廃止されたコードかもしれません）。今の市区町村コードに直してください"
        ),
        format!(
            "no municipality has the code {code} (it may have been merged with others): write today’s code"
        ),
    );
    let mut problem = Problem::blocking(placed.number, "municipality-code", message)
        .in_column(placed.labels.of(field));
    let expected = match found {
        Some(found) => {
            problem = with_code(problem, placed.labels, field, found.municipality, districts);
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
    placed: &Placed<'_>,
    code: &str,
    by: By,
    city: &District,
    districts: &Districts,
) -> Problem {
    let field = by.field();
    let name = full_name(city, districts);
    let message = (
        format!(
            "コード{code}の区は今はありません。{name}として扱います。今のコードに直してください"
        ),
        format!("no ward has the code {code} any more; it is taken for {name}: write today’s code"),
    );
    let problem =
        Problem::warning(placed.number, "former-name", message).in_column(placed.labels.of(field));
    let expected = Wording::same(format!("{}（{name}）", city.code));
    with_code(problem, placed.labels, field, city, districts).found(code, expected)
}

/// The row lies outside what it says, or outside the area rows may lie in.
pub(super) fn elsewhere(
    placed: &Placed<'_>,
    claim: &Claim<'_>,
    located: Option<Located<'_>>,
    districts: &Districts,
) -> Problem {
    let claimed = full_name(claim.district, districts);
    let away = about(claim.district.shape.away(placed.position).0);
    let address_agrees = placed.address.is_some_and(|address| {
        located.is_some_and(|l| *l.municipality.code == address.municipality.to_string())
    });
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
    let (ja, en) = match claim.by {
        By::Area => (
            format!(
                "{}は{here_ja}、この提出で扱える{claimed}の外です（境界から約{away}）",
                subject.0
            ),
            format!(
                "{} {here_en}, outside {claimed}, to which this submission is limited (about {away} from its border)",
                subject.1
            ),
        ),
        By::Code | By::Ward => (
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
    let town = placed
        .address
        .filter(|address| is_in(claim.district, address.municipality))
        .and_then(|address| address.town.as_ref());
    let meant = Meant {
        shape: &claim.district.shape,
        town: town.map(|town| (town.position, town.error)),
    };
    let slip = (placed.is_given && !address_agrees)
        .then(|| slips::explain(placed.position, &meant))
        .flatten();
    let problem = |advice: Wording| {
        let message = (
            format!("{ja}。{}", advice.ja),
            format!("{en}: {}", advice.en),
        );
        Problem::blocking(placed.number, "outside-municipality", message)
    };
    let expected = Wording::new(format!("{claimed}の中"), format!("inside {claimed}"));
    let column = placed.labels.of_position(Axis::Lat);
    let problem = match slip {
        Some(slip) => about_slip(problem, placed, slip, town),
        None if address_agrees && claim.by != By::Area => {
            let advice = (
                "住所もそうなので、コードを確かめてください",
                "the address says so, too, so check the code",
            );
            let found = located.expect("the address agrees with it").municipality;
            let problem = problem(advice.into()).in_column(placed.labels.of(claim.by.field()));
            with_code(problem, placed.labels, claim.by.field(), found, districts)
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

/// A problem of which one slip is the explanation, with what mends it.
pub(in super::super) fn about_slip(
    problem: impl FnOnce(Wording) -> Problem,
    placed: &Placed<'_>,
    slip: Slip,
    town: Option<&NamedTown>,
) -> Problem {
    let (from, to) = (placed.position, slip.position);
    let numbers = |axis| match axis {
        Axis::Lat => (("緯度", "latitude"), from.lat(), to.lat()),
        Axis::Lon => (("経度", "longitude"), from.lon(), to.lon()),
    };
    let (wrong_ja, wrong_en) = match slip.axis {
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
    let button = match slip.axis {
        Some(axis) => {
            let ((ja, en), _, to) = numbers(axis);
            Wording::new(format!("{ja}を{to}に直す"), format!("Change {en} to {to}"))
        }
        None => Wording::new(
            format!("{}に直す", written(to)),
            format!("Change to {}", written(to)),
        ),
    };
    let column = placed.labels.of_position(slip.axis.unwrap_or(Axis::Lat));
    let problem = in_column(problem(advice), column);
    match placed.labels.cells(to) {
        cells if cells.is_empty() => problem,
        cells => problem.suggest(button, cells),
    }
}

/// Outside a ward whose border is only estimated: a ward must not shut its own facilities out.
pub(super) fn outside_estimate(
    placed: &Placed<'_>,
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
    in_column(problem, placed.labels.of_position(Axis::Lat))
        .found(written(placed.position), expected)
}

/// In no municipality, and nothing says in which it should be but perhaps the address.
pub(super) fn nowhere(placed: &Placed<'_>, districts: &Districts) -> Problem {
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
    let slip = named
        .filter(|_| placed.is_given)
        .and_then(|(address, city)| {
            let town = address.town.as_ref();
            let meant = Meant {
                shape: &city.shape,
                town: town.map(|town| (town.position, town.error)),
            };
            Some((slips::explain(placed.position, &meant)?, town))
        });
    let problem = match slip {
        Some((slip, town)) => about_slip(problem, placed, slip, town),
        None => {
            let advice = (
                "緯度と経度を地図で確かめてください",
                "check latitude and longitude on a map",
            );
            in_column(problem(advice.into()), placed.labels.of_position(Axis::Lat))
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
    placed: &Placed<'_>,
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
    in_column(problem, placed.labels.of_position(Axis::Lat))
        .found(written(placed.position), expected)
}

impl By {
    /// The field that makes the claim.
    fn field(self) -> &'static str {
        match self {
            By::Ward => "ward",
            By::Code | By::Area => "municipality",
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
    labels: &Labels,
    field: &str,
    district: &District,
    districts: &Districts,
) -> Problem {
    let Some(column) = labels.known(field).filter(|_| field == "municipality") else {
        return problem;
    };
    let code = crate::domain::municipality::MunicipalityCode::new(&district.code);
    let text = match code {
        Ok(code) if labels.is_sheet() => code.six_digits(),
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
