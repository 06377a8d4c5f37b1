//! From a sheet's headers to what its columns hold.
//!
//! A header that is a field's own name or label is taken at its word. Else the words people use
//! are tried, and where such a word could head many things (種別, 区分), the column's cells must
//! look right too.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sha2::{Digest, Sha256};

use crate::domain::report::Problem;
use crate::domain::wording::Wording;

use super::edits::Edits;
use super::headers::is_about_people;
use super::sheet::Sheet;
use super::targets::{self, Rank, fold};
use super::values;
use super::{Column, ColumnMatch};

/// How many of a column's cells are looked at to see what it holds.
pub(super) const LOOKED_AT: usize = 200;

/// What each column holds, and what there is to say about the headers.
pub fn match_columns(sheet: &Sheet, edits: &Edits) -> (Vec<Column>, Vec<Problem>) {
    let labels = sheet.labels();
    let mut fields: Vec<Option<(&'static str, ColumnMatch)>> = vec![None; labels.len()];
    let mut taken = HashSet::new();
    let mut open = Vec::new();
    let (chosen, unknown) = chosen(&labels, edits);
    for (i, label) in labels.iter().enumerate() {
        match chosen.get(label.as_str()) {
            Some(Some(name)) => {
                let target = targets::target(name).filter(|target| taken.insert(target.name));
                fields[i] = target.map(|target| (target.name, ColumnMatch::Chosen));
            }
            Some(None) => {}
            None => open.push(i),
        }
    }
    // Whether it has no cell, how well its header says it, its place, and the target.
    let mut candidates: Vec<(bool, Rank, usize, &'static str)> = Vec::new();
    for i in open {
        let is_blank = cells(sheet, i).next().is_none();
        for (name, rank) in meanings(header(sheet, i)) {
            let is_guess = rank >= targets::GUESS;
            if rank == 0 || (looks_right(sheet, i, name) && !(is_blank && is_guess)) {
                candidates.push((is_blank, rank, i, name));
            }
        }
    }
    candidates.sort_unstable();
    let mut guessed = None;
    for (_, rank, i, name) in candidates {
        if fields[i].is_none() && taken.insert(name) {
            if rank >= targets::GUESS {
                guessed = Some(i);
            }
            let found = if rank == 0 {
                ColumnMatch::Named
            } else {
                ColumnMatch::Guessed
            };
            fields[i] = Some((name, found));
        }
    }
    let columns: Vec<Column> = labels
        .into_iter()
        .zip(fields)
        .map(|(label, field)| Column { label, field })
        .collect();
    let mut problems = variants(sheet, &columns);
    problems.extend(
        unknown
            .into_iter()
            .map(|header| no_such_column(header, &columns)),
    );
    problems.extend(guessed.map(|i| name_guessed(sheet, i, &columns[i].label)));
    problems.extend(unmatched(sheet, &columns, edits));
    (columns, problems)
}

/// What was chosen, by the columns' labels; and the headers it was chosen for that no column has. A
/// header somebody types need not have its width and spaces.
fn chosen<'l, 'w>(
    labels: &'l [String],
    edits: &'w Edits,
) -> (BTreeMap<&'l str, &'w Option<String>>, Vec<&'w str>) {
    let (mut chosen, mut unknown) = (BTreeMap::new(), Vec::new());
    for (header, field) in &edits.columns {
        let is_alike = |label: &&String| fold(label) == fold(header) && !fold(header).is_empty();
        let exact = labels.iter().find(|label| *label == header);
        match (exact.or_else(|| labels.iter().find(is_alike)), field) {
            (Some(label), field) => drop(chosen.insert(label.as_str(), field)),
            (None, Some(_)) => unknown.push(header.as_str()),
            (None, None) => {}
        }
    }
    (chosen, unknown)
}

/// That a column was chosen which the file does not have.
fn no_such_column(header: &str, columns: &[Column]) -> Problem {
    let labels: Vec<&str> = columns.iter().map(|column| column.label.trim()).collect();
    let message = (
        format!("「{header}」という見出しの列はありません。見出しのとおりに書いてください"),
        format!("there is no column “{header}”: write it as the header has it"),
    );
    let expected = Wording::same(labels.join("、"));
    Problem::of_file("column-unmatched", message).found(header, expected)
}

/// The columns' fingerprint: files with the same headers have the same, however these are written.
/// By it a municipality's matching is found again.
pub fn header_fingerprint(sheet: &Sheet) -> String {
    let mut hash = Sha256::new();
    for header in &sheet.header.cells {
        hash.update(fold(header));
        hash.update([0x1f]);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What a header may stand for. Of one in two rows, such as `利用・定休日`, the second may say it alone.
fn meanings(header: &str) -> Vec<(&'static str, Rank)> {
    const BEHIND: Rank = 50;
    let whole = targets::meanings(header);
    let Some((above, below)) = header.rsplit_once('・').filter(|_| whole.is_empty()) else {
        return whole;
    };
    // Whose telephone it is: not the facility's.
    let of_people = ["代表", "申請", "担当"];
    if of_people.iter().any(|word| above.contains(word)) || is_about_people(&fold(above)) {
        return whole;
    }
    let alone = targets::meanings(below).into_iter();
    alone.map(|(name, rank)| (name, rank + BEHIND)).collect()
}

fn header(sheet: &Sheet, column: usize) -> &str {
    sheet.header.cells.get(column).map_or("", String::as_str)
}

/// The first cells of a column that hold anything.
fn cells(sheet: &Sheet, column: usize) -> impl Iterator<Item = &str> {
    sheet
        .rows
        .iter()
        .filter_map(move |line| line.cells.get(column))
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .take(LOOKED_AT)
}

/// Whether a column could hold this: of what only certain texts can be, some cell must be one.
fn looks_right(sheet: &Sheet, column: usize, name: &str) -> bool {
    let mut cells = cells(sheet, column).peekable();
    // 種別 or 区分 without a cell that tells says nothing; 電話番号 is clear without any.
    let is_clear = !values::is_of_words(name) && cells.peek().is_none();
    is_clear || cells.any(|cell| values::fits(name, cell))
}

/// That the facilities' name was only guessed: such a column may hold a person's.
fn name_guessed(sheet: &Sheet, column: usize, label: &str) -> Problem {
    let label = label.trim();
    let example: String = cells(sheet, column)
        .next()
        .unwrap_or("")
        .chars()
        .take(40)
        .collect();
    let message = (
        format!(
            "見出し「{label}」の列（例: {example}）を、施設の名称と推測しました。人の名前などではないことを確かめ、列の対応で「名称」を選んでください（コマンドでは --columns name={label}）"
        ),
        format!(
            "the column “{label}” (such as {example}) was guessed to be the facilities’ name: make sure that it holds no person’s, and choose “Name” for it (on the command line, --columns name={label})"
        ),
    );
    let expected = ("施設の名称の列", "the column of the facilities’ names");
    Problem::of_file("name-guessed", message)
        .in_column(label)
        .found(label, expected)
}

/// A warning for each column that was recognised although its header is written wrongly.
fn variants(sheet: &Sheet, columns: &[Column]) -> Vec<Problem> {
    let used = columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.field.is_some());
    used.filter_map(|(i, column)| {
        let written = header(sheet, i);
        let expected = tidied(written);
        (expected != written).then(|| {
            let message = (
                format!("見出し「{written}」は「{expected}」として読みました。余分な空白や、長音「ー」の代わりの横線を直してください"),
                format!("the header “{written}” was read as “{expected}”: remove spaces at its ends, and write the long mark ー where there is another dash"),
            );
            let problem = Problem {
                blocks: false,
                ..Problem::of_file("header-variant", message)
            };
            problem.in_column(&column.label).found(written, Wording::same(expected))
        })
    })
    .collect()
}

/// A header as it should be written: no spaces at its ends, and long marks where dashes stand for them.
fn tidied(header: &str) -> String {
    let is_kana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
    let mut tidy = String::with_capacity(header.len());
    let mut rest = header.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let is_meant = tidy.ends_with(is_kana)
            && match c {
                '―' | '—' | '─' | '━' => true,
                '-' | '‐' | '‑' | '‒' | '–' | '−' | '－' => {
                    rest.peek().copied().is_some_and(is_kana)
                }
                _ => false,
            };
        tidy.push(if is_meant { 'ー' } else { c });
    }
    tidy
}

/// One problem that names the columns nothing is done with. It keeps the file out where a column
/// that no facility can do without was not found.
fn unmatched(sheet: &Sheet, columns: &[Column], edits: &Edits) -> Option<Problem> {
    let left: Vec<&str> = columns
        .iter()
        .enumerate()
        .filter(|(i, column)| {
            column.field.is_none()
                && !edits.columns.contains_key(&column.label)
                && !targets::is_unmissed(&fold(header(sheet, *i)))
                && cells(sheet, *i).next().is_some()
        })
        .map(|(_, column)| column.label.trim())
        .collect();
    let has: BTreeSet<&str> = columns.iter().filter_map(|c| Some(c.field?.0)).collect();
    let mut message = Wording::new(
        "次の列は使いません。使う列があれば、対応する項目を選んでください",
        "these columns are not used; choose a field for those that should be",
    );
    let mut missing = Vec::new();
    if !has.contains("name") {
        missing.push(("名称", "a name"));
    }
    let has_position = has.contains("position") || (has.contains("lat") && has.contains("lon"));
    if !has_position && !has.iter().any(|name| name.starts_with("address")) {
        missing.push((
            "緯度・経度または住所",
            "latitude and longitude or an address",
        ));
    }
    if sheet.rows.is_empty() || (left.is_empty() && missing.is_empty()) {
        return None;
    }
    // A row that names a published facility's id leaves the rest as it is.
    let blocks = !missing.is_empty() && !has.contains("id");
    if !missing.is_empty() {
        let (ja, en): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
        let (ja, en) = (ja.join("と、"), en.join(" and "));
        message = if blocks {
            Wording::new(
                format!(
                    "{ja}の列が見つからないため、どの行も登録できません。列の対応でどの列かを選ぶか、表の見出しを直してください（例: 名称、緯度、経度、住所）"
                ),
                format!(
                    "no column was found for {en}, so no row can be used: choose which column it is, or mend the header (such as 名称, 緯度, 経度, 住所)"
                ),
            )
        } else {
            Wording::new(
                format!(
                    "{ja}の列が見つかりません。IDで分かる公開済みの施設だけが使えます。ほかの施設もあれば、どの列がそれに当たるか選んでください"
                ),
                format!(
                    "no column was found for {en}; only published facilities are known, by their ids: if there are others, choose which column it is"
                ),
            )
        };
    }
    let problem = Problem {
        blocks,
        ..Problem::of_file("column-unmatched", message)
    };
    let expected = ("公開する施設の項目", "a field of a facility");
    Some(problem.found(left.join("、"), expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interchange::sheet::SheetLine;

    /// A sheet of a header and rows, cells separated by `|`.
    fn sheet(lines: &[&str]) -> Sheet {
        let mut lines = lines.iter().enumerate().map(|(i, line)| SheetLine {
            number: i + 1,
            cells: line.split('|').map(str::to_owned).collect(),
        });
        Sheet {
            header: lines.next().unwrap(),
            rows: lines.collect(),
            ..Sheet::default()
        }
    }

    fn matched(sheet: &Sheet, edits: &Edits) -> Vec<(String, Option<&'static str>)> {
        let (columns, _) = match_columns(sheet, edits);
        columns
            .into_iter()
            .map(|column| (column.label, column.field.map(|(name, _)| name)))
            .collect()
    }

    fn fields(lines: &[&str]) -> Vec<Option<&'static str>> {
        let matched = matched(&sheet(lines), &Edits::default());
        matched.into_iter().map(|(_, field)| field).collect()
    }

    #[test]
    fn labels_are_the_headers_each_once() {
        let sheet = sheet(&["名称|備考|備考||備考 (2)|備考", "a|b|c|d|e|f||h"]);
        let labels: Vec<_> = matched(&sheet, &Edits::default())
            .into_iter()
            .map(|(label, _)| label)
            .collect();
        assert_eq!(
            labels,
            [
                "名称",
                "備考",
                "備考 (2)",
                "列D",
                "備考 (2) (2)",
                "備考 (3)",
                "列G",
                "列H"
            ]
        );
    }

    #[test]
    fn a_fields_own_name_or_label_wins_over_a_guess() {
        assert_eq!(
            fields(&["施設名|名称|緯度|経度", "a|b|35|139"]),
            [None, Some("name"), Some("lat"), Some("lon")]
        );
        let ours = sheet(&[
            "id|name|kind|lon|lat|municipality_name|prefecture|updated_at",
            "a|b|coworking|139|35|長浜市|滋賀県|x",
        ]);
        let (columns, problems) = match_columns(&ours, &Edits::default());
        assert_eq!(problems, []);
        assert_eq!(columns[0].field, Some(("id", ColumnMatch::Named)));
        assert_eq!(columns[7].field, None);
    }

    #[test]
    fn a_vague_header_counts_only_with_cells_that_fit() {
        assert_eq!(
            fields(&["名称|種別|緯度|経度", "a|公立幼稚園|35|139"])[1],
            None
        );
        assert_eq!(
            fields(&[
                "名称|種別|緯度|経度",
                "a|その他|35|139",
                "b|コワーキング|35|139"
            ])[1],
            Some("kind")
        );
        assert_eq!(fields(&["名称|種別|緯度|経度", "a||35|139"])[1], None);
        // A label is taken at its word.
        assert_eq!(
            fields(&["名称|種類|緯度|経度", "a|公立幼稚園|35|139"])[1],
            Some("kind")
        );
        assert_eq!(fields(&["名称|HP|緯度|経度", "a|有|35|139"])[1], None);
        assert_eq!(
            fields(&["名称|利用対象|住所", "a|市内に住む人|b"])[1],
            Some("eligibility_note")
        );
        assert_eq!(
            fields(&["名称|利用対象|住所", "a|どなたでも|b"])[1],
            Some("eligibility")
        );
        assert_eq!(
            fields(&["名称|駐車場|住所", "a|有|b"])[1],
            Some("amenities.parking")
        );
        assert_eq!(
            fields(&["名称|駐車場|住所", "a|普2台|b"])[1],
            Some("amenities.parking")
        );
        assert_eq!(fields(&["名称|駐車場|住所", "a|駅前通り|b"])[1], None);
    }

    #[test]
    fn a_name_is_asked_for_where_it_is_only_guessed() {
        let guessed = |lines: &[&str], chosen: &[(&str, &str)]| {
            let columns = chosen
                .iter()
                .map(|(label, field)| ((*label).to_owned(), Some((*field).to_owned())));
            let edits = Edits {
                columns: columns.collect(),
                ..Edits::default()
            };
            let (columns, problems) = match_columns(&sheet(lines), &edits);
            let name = columns
                .iter()
                .find(|c| c.field.is_some_and(|(name, _)| name == "name"));
            let asked = problems.iter().find(|p| p.code == "name-guessed");
            (
                name.map(|column| column.label.clone()),
                asked.map(|p| (p.row, p.blocks, p.column.clone().unwrap())),
            )
        };
        let name = |label: &str| Some(label.to_owned());
        let asked = |label: &str| Some((None, true, label.to_owned()));
        for (lines, column, question) in [
            (
                ["農園名|住所", "青空農園|a"],
                name("農園名"),
                asked("農園名"),
            ),
            (
                ["登録名称|住所", "あ|a"],
                name("登録名称"),
                asked("登録名称"),
            ),
            (["施設名称１|住所", "あ|a"], name("施設名称１"), None),
            (["観光施設名|住所", "あ|a"], name("観光施設名"), None),
            (
                ["農園名|施設名（必須）", "い|あ"],
                name("施設名（必須）"),
                None,
            ),
            // A column without any cell never wins, and no person's is taken.
            (["施設名|施設名称１", "|あ"], name("施設名称１"), None),
            (["農園名|住所", "|a"], None, None),
            (["営業者申請者名|住所", "架空 太郎|a"], None, None),
            (["代表者氏名|氏名", "架空 太郎|架空 花子"], None, None),
        ] {
            assert_eq!(guessed(&lines, &[]), (column, question), "{lines:?}");
        }
        let chosen = guessed(&["農園名|住所", "青空農園|a"], &[("農園名", "name")]);
        assert_eq!(chosen, (name("農園名"), None));
        let person = guessed(&["氏名|住所", "架空 太郎|a"], &[("氏名", "name")]);
        assert_eq!(person, (name("氏名"), None));
    }

    #[test]
    fn what_a_person_chose_stands() {
        let sheet = sheet(&["施設|緯度|経度|x", "a|35|139|b"]);
        let chosen = [
            ("施設", Some("name")),
            ("緯度", None),
            ("x", Some("lat")),
            ("経度", Some("nonsense")),
        ];
        let columns = chosen
            .into_iter()
            .map(|(label, field)| (label.to_owned(), field.map(str::to_owned)));
        let edits = Edits {
            columns: BTreeMap::from_iter(columns),
            ..Edits::default()
        };
        let (columns, problems) = match_columns(&sheet, &edits);
        let fields: Vec<_> = columns.iter().map(|column| column.field).collect();
        assert_eq!(
            fields,
            [
                Some(("name", ColumnMatch::Chosen)),
                None,
                None,
                Some(("lat", ColumnMatch::Chosen))
            ]
        );
        // A column left out on purpose is not named again; but there is no longitude.
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].found.as_deref(), Some(""));
    }

    #[test]
    fn what_is_not_used_is_said_once() {
        let (_, problems) = match_columns(
            &sheet(&["名称|緯度|経度|備考|担当|空", "a|35|139|b|c|"]),
            &Edits::default(),
        );
        assert_eq!(problems.len(), 1);
        let problem = &problems[0];
        assert_eq!(
            (problem.row, problem.code, problem.blocks),
            (None, "column-unmatched", false)
        );
        assert_eq!(problem.found.as_deref(), Some("備考、担当"));
        let (_, problems) = match_columns(&sheet(&["なまえ|ばしょ", "a|b"]), &Edits::default());
        let said = &problems[0].message.ja;
        let without = "名称と、緯度・経度または住所の列が見つからないため、どの行も登録できません";
        assert!(said.starts_with(without), "{said}");
        assert_eq!(
            match_columns(&sheet(&["名称|緯度|経度|備考"]), &Edits::default()).1,
            []
        );
    }

    #[test]
    fn without_a_name_or_a_place_the_file_stays_out_until_a_column_is_chosen() {
        let blocked = |lines: &[&str], chosen: &[(&str, &str)]| {
            let columns = chosen
                .iter()
                .map(|(label, field)| ((*label).to_owned(), Some((*field).to_owned())));
            let edits = Edits {
                columns: columns.collect(),
                ..Edits::default()
            };
            let (_, problems) = match_columns(&sheet(lines), &edits);
            let of_columns = problems.iter().filter(|p| p.code == "column-unmatched");
            of_columns.map(|p| p.blocks).collect::<Vec<_>>()
        };
        let odd = ["ほげ|ふが|ぴよ", "a|b|c"];
        assert_eq!(blocked(&odd, &[]), [true]);
        assert_eq!(blocked(&odd, &[("ほげ", "name")]), [true], "no place");
        assert_eq!(blocked(&odd, &[("ふが", "address")]), [true], "no name");
        let both = [("ほげ", "name"), ("ふが", "address")];
        assert_eq!(blocked(&odd, &both), [false], "ぴよ is not used");
        assert_eq!(blocked(&["名称|緯度", "a|35"], &[]), [true], "half a place");
        assert_eq!(blocked(&["名称|町字", "a|元浜町"], &[]), [false; 0]);
        // What is published has its name and place already.
        assert_eq!(blocked(&["ID|席数", "hub-001|5"], &[]), [false]);
    }

    #[test]
    fn headers_written_wrongly_are_read_and_said() {
        let sheet = sheet(&[
            "コ―ド|市区町村コ―ド|名称 |緯度|経度|telephone　number|Wi-Fi",
            "x|252034|a|35|139|03-1234-5678|有",
        ]);
        let (columns, problems) = match_columns(&sheet, &Edits::default());
        let variants: Vec<_> = problems
            .iter()
            .filter(|p| p.code == "header-variant")
            .collect();
        let named: Vec<_> = variants
            .iter()
            .map(|p| {
                (
                    p.column.as_deref().unwrap(),
                    p.expected.as_ref().unwrap().ja.as_str(),
                )
            })
            .collect();
        assert_eq!(
            named,
            [("市区町村コ―ド", "市区町村コード"), ("名称 ", "名称")]
        );
        assert_eq!(columns[1].field.unwrap().0, "municipality");
        assert_eq!(tidied("センタ―"), "センター");
        assert_eq!(tidied("ユニット-A"), "ユニット-A");
    }

    #[test]
    fn one_matching_is_remembered_for_headers_that_differ_in_writing_only() {
        let print = |header: &str| header_fingerprint(&sheet(&[header]));
        assert_eq!(print("名称|緯度|コード"), print("名称 |緯度|コ―ド"));
        assert_ne!(print("名称|緯度"), print("緯度|名称"));
        assert_ne!(print("名称|緯度"), print("名称緯度"));
        assert_eq!(print("名称").len(), 64);
    }
}
