//! Recognises a file's format by its first bytes, because names are often wrong or lost.

use super::Format;
use super::encoding::{self, BOM};
use super::package::{encrypted, save_as_xlsx};
use crate::domain::report::Problem;

/// So many bytes of UTF-16 say which format it is.
const HEAD: usize = 4096;

/// The format of a file, or why it cannot be read.
pub fn format(bytes: &[u8]) -> Result<Format, Box<Problem>> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Format::Xlsx);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        // The container of Excel before 2007, and of a newer workbook that has a password.
        let name: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        return Err(
            match bytes.windows(name.len()).any(|window| window == name) {
                true => encrypted(),
                false => save_as_xlsx("古いExcelの形式（xls）", "a workbook of an old Excel (xls)"),
            },
        );
    }
    let utf16 = encoding::utf16(bytes);
    let head = &bytes[..bytes.len().min(HEAD)];
    let decoded = utf16.map(|encoding| encoding::decode(encoding, head).0.into_owned());
    let text = decoded.as_ref().map_or(bytes, |text| text.as_bytes());
    let text = text.strip_prefix(BOM).unwrap_or(text).trim_ascii_start();
    let begins = |words: &[&[u8]]| {
        words
            .iter()
            .any(|word| text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word))
    };
    if text.is_empty() {
        return Err(unknown(
            "ファイルが空です。表を保存し直して、もう一度選んでください",
            "the file is empty: save the table again and choose that file",
        ));
    }
    if begins(&[b"{", b"["]) {
        return Ok(Format::GeoJson);
    }
    if begins(&[b"<!doctype", b"<html", b"<?xml", b"<table"]) {
        return Err(save_as_xlsx(
            "HTMLかXMLのファイル（拡張子がxlsでも）",
            "a file of HTML or XML, whatever its name says",
        ));
    }
    if begins(&[b"%PDF-"]) {
        return Err(unknown(
            "PDFは読めません。もとの表をCSVかxlsxで保存し、そのファイルを選んでください",
            "a PDF cannot be read: choose the table that it was made from, as CSV or xlsx",
        ));
    }
    // Text has hardly any control characters; a damaged cell may have a few.
    let controls = bytes.iter().filter(|byte| is_no_text(**byte)).count();
    if controls > 0 && controls >= bytes.len() / 100 && utf16.is_none() {
        return Err(unknown(
            "表のファイルではありません（文字でないデータです）。CSV、xlsx、GeoJSONのどれかを選んでください",
            "this is no table (its bytes are no text): choose a CSV, xlsx or GeoJSON file",
        ));
    }
    Ok(Format::Csv)
}

/// A control character that no text has. Form feeds, the end mark of old files and escapes are met with.
fn is_no_text(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1b)
}

fn unknown(ja: &str, en: &str) -> Box<Problem> {
    Box::new(Problem::of_file("format-unknown", (ja, en)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_bytes() {
        for (bytes, expected) in [
            (&b"PK\x03\x04..."[..], Format::Xlsx),
            (b"\xef\xbb\xbf\n {\"type\":1}", Format::GeoJson),
            (b"[1]", Format::GeoJson),
            (b"name,lat\na,1\n", Format::Csv),
            (b"\xff\xfea\0b\0", Format::Csv),
            (b"\xff\xfe{\0\"\0", Format::GeoJson),
            (b"\0n\0,\0l\0\n\0a\0,\0b", Format::Csv),
            (b"# a note\nname,lat\n", Format::Csv),
        ] {
            assert_eq!(format(bytes).unwrap(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_to_do() {
        let zeros = [0; 4096];
        let container = |tail: &[u8]| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", tail].concat();
        let name: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, word) in [
            (&b""[..], "空です"),
            (b"\xef\xbb\xbf\r\n \n", "空です"),
            (&zeros, "文字でない"),
            (b"\x01\x02\x03", "文字でない"),
            (b"<HTML><table>", "HTML"),
            (b"%PDF-1.7", "PDF"),
            (
                &container(b"Workbook"),
                "xlsx形式（Excelブック）で保存し直してください",
            ),
            (&container(&name), "パスワード"),
        ] {
            let problem = format(bytes).unwrap_err();
            assert_eq!((problem.code, problem.blocks), ("format-unknown", true));
            assert!(problem.message.ja.contains(word), "{}", problem.message.ja);
        }
    }
}
