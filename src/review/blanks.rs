//! Empty cells beside published values: they are counted, and one decision applies to the file.

use std::collections::BTreeMap;

use super::headers::Headers;
use crate::domain::fields::FACILITY;
use crate::domain::report::Problem;
use crate::interchange::edits::BlankCells;

/// The problem of a file's empty cells.
pub(super) fn problem(
    blanks: &BTreeMap<&'static str, usize>,
    decided: BlankCells,
    headers: &Headers,
) -> Option<Problem> {
    let cells: usize = blanks.values().sum();
    if cells == 0 {
        return None;
    }
    let fields = || {
        FACILITY
            .iter()
            .filter_map(|field| Some((field, blanks.get(field.name)?)))
    };
    let ja: Vec<String> = fields()
        .map(|(field, n)| format!("{} {n}件", field.ja))
        .collect();
    let en: Vec<String> = fields()
        .map(|(field, n)| format!("{} {n}", field.en))
        .collect();
    let (ja, en) = (ja.join("、"), en.join(", "));
    let message = match decided {
        BlankCells::Keep => (
            format!(
                "空のセルが{cells}個あり、公開中の値をそのまま残します（{ja}）。消すときは、空のセルで値を消すことを選んでください"
            ),
            format!(
                "{cells} cells are empty beside published values, which stay ({en}): choose to clear them if they should become unknown"
            ),
        ),
        BlankCells::Clear => (
            format!("空のセルが{cells}個あり、公開中の値を消します（{ja}）"),
            format!(
                "{cells} cells are empty, and the published values beside them are cleared ({en})"
            ),
        ),
    };
    let problem = Problem {
        blocks: false,
        ..Problem::of_file("blank-cells", message)
    };
    let mut names = blanks.keys();
    Some(
        match (
            names.next().and_then(|name| headers.known(name)),
            names.next(),
        ) {
            (Some(column), None) => problem.in_column(column),
            _ => problem,
        },
    )
}
