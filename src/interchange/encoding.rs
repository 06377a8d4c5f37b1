//! Bytes to text and back: UTF-8, or CP932, which is Windows' Shift_JIS with NEC's and IBM's characters;
//! also UTF-16, EUC-JP and ISO-2022-JP, which older systems write.
//!
//! Detection uses all bytes and never chooses a Western code page. A byte order mark means UTF-8 or
//! UTF-16. Valid or nearly valid UTF-8 is UTF-8. Bytes that make kana in EUC-JP are EUC-JP; all others
//! are CP932. A person may choose another encoding.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use encoding_rs::{
    DecoderResult, EUC_JP, EncoderResult, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
};

use super::edits::Encoding;

/// The byte order mark of UTF-8.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// What stands for a character that CP932 does not have, as printers have always done.
pub const MISSING: char = '〓';

/// The encoding detected for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetectedEncoding {
    /// How its bytes are read.
    pub encoding: Encoding,
    /// Whether its bytes would read as well in the other encoding.
    pub either: bool,
}

/// Which UTF-16 the bytes are, if any (Excel's “Unicode text”): by their mark, or by the zeros that
/// every digit and comma has in it, all on one side.
pub fn utf16(bytes: &[u8]) -> Option<Encoding> {
    if bytes.starts_with(b"\xff\xfe") {
        return Some(Encoding::Utf16Le);
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Some(Encoding::Utf16Be);
    }
    if !bytes.len().is_multiple_of(2) || !bytes.contains(&0) {
        return None;
    }
    let zeros = |side: usize| {
        bytes
            .iter()
            .skip(side)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (first, second) = (zeros(0), zeros(1));
    let many = bytes.len() / 40;
    match (first, second) {
        // No text has a null itself.
        (0, second) if second > many => Some(Encoding::Utf16Le),
        (first, 0) if first > many => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Finds the encoding by looking at every byte.
pub fn find(bytes: &[u8]) -> DetectedEncoding {
    let found = |encoding, either| DetectedEncoding { encoding, either };
    if bytes.starts_with(BOM) {
        return found(Encoding::Utf8, false);
    }
    if let Some(utf16) = utf16(bytes) {
        return found(utf16, false);
    }
    if is_iso_2022_jp(bytes) {
        return found(Encoding::Iso2022Jp, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => {
            // Two half-width kana can look like one accented Latin letter; three bytes of kanji cannot.
            let could_be_kana = !bytes.is_ascii()
                && bytes.iter().all(|byte| *byte < 0xe0)
                && first_malformed(Encoding::Cp932, bytes).is_none();
            found(Encoding::Utf8, could_be_kana)
        }
        Err(_) if is_damaged_utf8(bytes) => found(Encoding::Utf8, false),
        Err(_) => match is_euc(bytes) {
            Some(is_certain) => found(Encoding::EucJp, !is_certain),
            None => found(Encoding::Cp932, false),
        },
    }
}

/// Whether the bytes switch to kanji and back as ISO-2022-JP does, and are of seven bits.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let switches = bytes
        .windows(3)
        .any(|three| matches!(three, b"\x1b$B" | b"\x1b$@"));
    switches && bytes.is_ascii()
}

/// Whether the bytes are EUC-JP and not CP932, and whether that is certain. Both read most files of the
/// other: as CP932 the text is full of half-width kana, as EUC-JP it has the full-width ones that every
/// Japanese text has.
fn is_euc(bytes: &[u8]) -> Option<bool> {
    let (mut pairs, mut kana, mut broken) = (0_usize, 0_usize, 0_usize);
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let is_high = |byte: Option<&u8>| byte.is_some_and(|byte| (0xa1..=0xfe).contains(byte));
        let length = match first {
            0x00..=0x7f => 1,
            0x8e if tail
                .first()
                .is_some_and(|byte| (0xa1..=0xdf).contains(byte)) =>
            {
                2
            }
            0x8f if is_high(tail.first()) && is_high(tail.get(1)) => 3,
            0xa1..=0xfe if is_high(tail.first()) => {
                pairs += 1;
                kana += usize::from(matches!(first, 0xa4 | 0xa5));
                2
            }
            _ => {
                broken += 1;
                1
            }
        };
        rest = &rest[length..];
    }
    if pairs == 0 || broken * 50 > pairs || kana * 10 < pairs {
        return None;
    }
    let is_other = first_malformed(Encoding::Cp932, bytes).is_none();
    match (broken, is_other) {
        (0, false) => Some(true),
        (0, true) => {
            let text = SHIFT_JIS.decode_without_bom_handling(bytes).0;
            let half = text
                .chars()
                .filter(|c| ('\u{ff61}'..='\u{ff9f}').contains(c))
                .count();
            let wide = text.chars().filter(|c| !c.is_ascii()).count();
            (half * 3 > wide).then_some(false)
        }
        (_, false) => Some(false),
        (_, true) => None,
    }
}

/// Whether most of the bytes make kana and kanji in UTF-8: a file cut within a character, or with a cell
/// pasted from elsewhere. Bytes of CP932 break UTF-8's rules at almost every character.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut kanji, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        kanji += chunk.valid().chars().filter(|c| *c >= '\u{800}').count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    kanji >= 4 * broken
}

/// Where the bytes first break the encoding's rules. The range is never empty.
fn first_malformed(encoding: Encoding, bytes: &[u8]) -> Option<Range<usize>> {
    match encoding {
        Encoding::Utf8 => {
            let error = std::str::from_utf8(bytes).err()?;
            let start = error.valid_up_to();
            let length = error.error_len().unwrap_or(bytes.len() - start);
            Some(start..start + length)
        }
        _ => {
            // In pieces, so that a large file needs no second copy of itself.
            let mut decoder = library(encoding).new_decoder_without_bom_handling();
            let mut buffer = [0; 4096];
            let mut start = 0;
            loop {
                let (result, read, _) =
                    decoder.decode_to_utf8_without_replacement(&bytes[start..], &mut buffer, true);
                start += read;
                match result {
                    DecoderResult::InputEmpty => return None,
                    DecoderResult::OutputFull => {}
                    DecoderResult::Malformed(length, after) => {
                        let end = start - usize::from(after);
                        return Some(end - usize::from(length)..end);
                    }
                }
            }
        }
    }
}

/// The text of some bytes, with `�` for what breaks the rules, and the first bytes that do.
pub fn decode(encoding: Encoding, bytes: &[u8]) -> (Cow<'_, str>, Option<&[u8]>) {
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Cp932 | Encoding::EucJp if bytes.is_ascii() => String::from_utf8_lossy(bytes),
        _ => library(encoding).decode_without_bom_handling(bytes).0,
    };
    let bad = text
        .contains('\u{fffd}')
        .then(|| first_malformed(encoding, bytes))
        .flatten()
        .map(|bad| &bytes[bad]);
    (text, bad)
}

fn library(encoding: Encoding) -> &'static encoding_rs::Encoding {
    match encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::Cp932 => SHIFT_JIS,
        Encoding::EucJp => EUC_JP,
        Encoding::Iso2022Jp => ISO_2022_JP,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
    }
}

/// The bytes as they can be cut at commas and line ends, and their encoding then: where those bytes
/// occur within characters, the text is written in UTF-8.
pub fn cuttable(encoding: Encoding, bytes: &[u8]) -> (Cow<'_, [u8]>, Encoding) {
    match encoding {
        Encoding::Utf8 | Encoding::Cp932 | Encoding::EucJp => (Cow::Borrowed(bytes), encoding),
        Encoding::Iso2022Jp | Encoding::Utf16Le | Encoding::Utf16Be => {
            let text = decode(encoding, bytes).0.into_owned();
            (Cow::Owned(text.into_bytes()), Encoding::Utf8)
        }
    }
}

/// What [`cuttable`] gave, in the file's own encoding again.
pub fn uncut(encoding: Encoding, bytes: Vec<u8>) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 | Encoding::Cp932 | Encoding::EucJp => bytes,
        Encoding::Iso2022Jp | Encoding::Utf16Le | Encoding::Utf16Be => {
            encode(encoding, &String::from_utf8_lossy(&bytes))
                .0
                .into_owned()
        }
    }
}

/// Bytes as people who look into files write them: `8140 F0`.
pub fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes.iter().take(8) {
        write!(text, "{byte:02X}").expect("writing to memory cannot fail");
    }
    text
}

/// The bytes of a text, and the characters the encoding does not have, each written as [`MISSING`].
pub fn encode(encoding: Encoding, text: &str) -> (Cow<'_, [u8]>, Vec<char>) {
    match encoding {
        Encoding::Utf16Le => {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            return (Cow::Owned(units.collect()), Vec::new());
        }
        Encoding::Utf16Be => {
            let units = text.encode_utf16().flat_map(u16::to_be_bytes);
            return (Cow::Owned(units.collect()), Vec::new());
        }
        Encoding::Utf8 => return (Cow::Borrowed(text.as_bytes()), Vec::new()),
        _ if text.is_ascii() => return (Cow::Borrowed(text.as_bytes()), Vec::new()),
        _ => {}
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut lost = Vec::new();
    let mut encoder = library(encoding).new_encoder();
    let mut rest = text;
    loop {
        bytes.reserve(rest.len() + 16);
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return (Cow::Owned(bytes), lost),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => {
                let pair = substitute(character).filter(|_| encoding == Encoding::Cp932);
                if let Some(pair) = pair {
                    bytes.extend_from_slice(&pair);
                    continue;
                }
                lost.push(character);
                let mut missing = [0; 4];
                let missing = MISSING.encode_utf8(&mut missing);
                bytes.reserve(16);
                // Every one of these encodings has this sign.
                let _ =
                    encoder.encode_from_utf8_to_vec_without_replacement(missing, &mut bytes, false);
            }
        }
    }
}

/// What Windows writes for characters that the standard's table lacks: the other system's forms of some
/// signs, and the characters a municipality drew itself (外字).
fn substitute(character: char) -> Option<[u8; 2]> {
    Some(match character {
        '\u{301c}' => [0x81, 0x60], // 〜 as ～
        '\u{2014}' => [0x81, 0x5c], // — as ―
        '\u{2016}' => [0x81, 0x61], // ‖ as ∥
        '\u{2212}' => [0x81, 0x7c], // − as －
        '\u{a2}' => [0x81, 0x91],   // ¢ as ￠
        '\u{a3}' => [0x81, 0x92],   // £ as ￡
        '\u{ac}' => [0x81, 0xca],   // ¬ as ￢
        '\u{a6}' => [0xfa, 0x55],   // ¦ as ￤
        '\u{e000}'..='\u{e757}' => {
            let index = u32::from(character) - 0xe000;
            let (lead, trail) = (index / 188, index % 188);
            let trail = trail + if trail < 63 { 0x40 } else { 0x41 };
            [0xf0 + lead as u8, trail as u8]
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cp932(text: &str) -> Vec<u8> {
        let (bytes, lost) = encode(Encoding::Cp932, text);
        assert!(lost.is_empty(), "{text}: {lost:?}");
        bytes.into_owned()
    }

    #[test]
    fn a_short_file_is_told_by_all_its_bytes() {
        for text in [
            "名称,緯度\r\n髙﨑,35\r\n",
            "①②,㈱\n",
            "ﾃﾞﾝﾜ,ﾅﾏｴ\n駅,1\n",
            "設備,～\n",
            "表,ソ能\n",
        ] {
            let found = find(&cp932(text));
            assert_eq!(found.encoding, Encoding::Cp932, "{text}");
            assert_eq!(find(text.as_bytes()).encoding, Encoding::Utf8, "{text}");
        }
        let ascii = DetectedEncoding {
            encoding: Encoding::Utf8,
            either: false,
        };
        assert_eq!(find(b"name,lat\na,35\n"), ascii);
        assert_eq!(find(b""), ascii);
    }

    #[test]
    fn a_character_after_the_first_megabyte_still_decides() {
        let mut bytes = b"a,b\n".repeat(300_000);
        bytes.extend(cp932("名,称\n"));
        assert_eq!(find(&bytes).encoding, Encoding::Cp932);
    }

    #[test]
    fn bytes_that_read_either_way_are_said_to() {
        // ﾃｱ in CP932, ñ in UTF-8.
        assert_eq!(
            find(b"a,\xc3\xb1"),
            DetectedEncoding {
                encoding: Encoding::Utf8,
                either: true
            }
        );
        assert!(!find("ñ,名称".as_bytes()).either);
    }

    #[test]
    fn older_encodings_are_found_and_written_again() {
        let text = "施設名,所在地,備考\r\n図書館,本町1-2,コワーキング\r\n公民館,元浜町,～①\r\n";
        let plain = "施設名,所在地\r\nみなとの机,本町1\r\n";
        for (encoding, text) in [
            (Encoding::EucJp, text),
            (Encoding::Iso2022Jp, plain),
            (Encoding::Utf16Le, text),
            (Encoding::Utf16Be, text),
        ] {
            let (bytes, lost) = encode(encoding, text);
            assert!(lost.is_empty(), "{encoding:?} {lost:?}");
            assert_eq!(find(&bytes).encoding, encoding);
            assert_eq!(decode(encoding, &bytes), (Cow::Borrowed(text), None));
            let (cut, _) = cuttable(encoding, &bytes);
            assert_eq!(uncut(encoding, cut.into_owned()), *bytes);
        }
        let marked = encode(Encoding::Utf16Le, "\u{feff}名称,緯度\n")
            .0
            .into_owned();
        assert_eq!(find(&marked).encoding, Encoding::Utf16Le);
        // Half-width kana alone are Windows'.
        assert_eq!(find(&cp932("ﾃﾞﾝﾜﾊﾞﾝｺﾞｳ,ﾅﾏｴ\n")).encoding, Encoding::Cp932);
        assert_eq!(encode(Encoding::EucJp, "𠮷").1, ['𠮷']);
    }

    #[test]
    fn damage_does_not_turn_one_encoding_into_the_other() {
        let mut utf8 = "名称,住所\n図書館,本町\n".as_bytes().to_vec();
        utf8.pop();
        utf8.pop();
        assert_eq!(find(&utf8).encoding, Encoding::Utf8);
        let mut sjis = cp932("名称,住所\n図書館,本町\n");
        sjis.pop();
        sjis.pop();
        assert_eq!(find(&sjis).encoding, Encoding::Cp932);
        let (text, bad) = decode(Encoding::Cp932, &sjis);
        assert!(text.ends_with('\u{fffd}'), "{text}");
        assert_eq!(bad.map(shown).as_deref(), Some("92"));
    }

    #[test]
    fn the_characters_officials_use_come_back_as_the_same_bytes() {
        let text = "髙﨑①Ⅳ㈱№℡～－∥￢ｱﾞｶﾞ\\~№㍻纊犾";
        let bytes = cp932(text);
        assert_eq!(decode(Encoding::Cp932, &bytes).0, text);
        // The municipality's own characters keep their places.
        for pair in [[0xf0, 0x40], [0xf0, 0x7e], [0xf0, 0x80], [0xf9, 0xfc]] {
            let (text, bad) = decode(Encoding::Cp932, &pair);
            assert_eq!(bad, None);
            assert_eq!(cp932(&text), pair);
        }
        // Forms that other systems write.
        assert_eq!(cp932("〜—−"), cp932("～―－"));
    }

    #[test]
    fn what_cp932_lacks_is_told() {
        let (bytes, lost) = encode(Encoding::Cp932, "𠮷野家é");
        assert_eq!(lost, ['𠮷', 'é']);
        assert_eq!(decode(Encoding::Cp932, &bytes).0, "〓野家〓");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            let found = find(&bytes);
            for encoding in [
                found.encoding,
                Encoding::Utf8,
                Encoding::Cp932,
                Encoding::EucJp,
                Encoding::Iso2022Jp,
                Encoding::Utf16Le,
                Encoding::Utf16Be,
            ] {
                let (text, bad) = decode(encoding, &bytes);
                if bad.is_none() && encoding == Encoding::Cp932 {
                    let (again, lost) = encode(encoding, &text);
                    assert!(lost.is_empty());
                    assert_eq!(decode(encoding, &again).0, text);
                }
            }
        }
    }
}
