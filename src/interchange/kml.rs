//! Writes facilities and other features as KML, for Google Earth and other viewers.
//!
//! Each feature is a Placemark with its fields as `ExtendedData` under their own names. Unknown fields
//! are omitted.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::escape::escape;

use crate::domain::attributes::{Cell, Ground, Layer, Record};

/// Writes the features, in their order.
pub fn kml(
    layer: &Layer<'_>,
    records: impl Iterator<Item = Record>,
    out: &mut impl Write,
) -> io::Result<()> {
    let name = layer.name;
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document id=\"{name}\">\n<name>{name}</name>\n",
    )?;
    if !layer.about.is_empty() {
        writeln!(out, "<description>{}</description>", text(&layer.about))?;
    }
    for record in records {
        writeln!(
            out,
            "<Placemark id=\"{}\">\n<name>{}</name>\n<ExtendedData>",
            // An id of XML begins with a letter.
            text(&format!("{}-{}", layer.of, record.id)),
            text(&record.name),
        )?;
        for (field, cell) in layer.fields.iter().zip(&record.cells) {
            let value = match cell {
                Cell::Nothing => continue,
                Cell::Text(value) => text(value),
                Cell::Integer(value) => Cow::Owned(value.to_string()),
                Cell::Number(value) => Cow::Owned(value.to_string()),
                Cell::Flag(value) => Cow::Owned(value.to_string()),
            };
            writeln!(
                out,
                "<Data name=\"{}\"><displayName>{}</displayName><value>{value}</value></Data>",
                field.name,
                text(field.ja),
            )?;
        }
        out.write_all(b"</ExtendedData>\n")?;
        ground(&record.ground, out)?;
        out.write_all(b"</Placemark>\n")?;
    }
    out.write_all(b"</Document>\n</kml>\n")
}

fn ground(ground: &Ground, out: &mut impl Write) -> io::Result<()> {
    let areas = match ground {
        Ground::Point([lon, lat]) => {
            return writeln!(out, "<Point><coordinates>{lon},{lat}</coordinates></Point>");
        }
        Ground::Areas(areas) => areas,
    };
    out.write_all(b"<MultiGeometry>\n")?;
    for rings in areas {
        out.write_all(b"<Polygon>")?;
        for (number, ring) in rings.iter().enumerate() {
            let side = if number == 0 { "outer" } else { "inner" };
            write!(out, "<{side}BoundaryIs><LinearRing><coordinates>")?;
            for (i, [lon, lat]) in ring.iter().enumerate() {
                let space = if i > 0 { " " } else { "" };
                write!(out, "{space}{lon},{lat}")?;
            }
            write!(out, "</coordinates></LinearRing></{side}BoundaryIs>")?;
        }
        out.write_all(b"</Polygon>\n")?;
    }
    out.write_all(b"</MultiGeometry>\n")
}

/// A text as XML holds it. What XML 1.0 cannot hold at all, control characters, is left out; a
/// carriage return would be read as a line's end, unless it is written as a reference.
fn text(text: &str) -> Cow<'_, str> {
    let is_held = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    let is_held = |c: char| is_held(c) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.chars().all(|c| is_held(c) && c != '\r') {
        return escape(text);
    }
    let held: String = text.chars().filter(|c| is_held(*c)).collect();
    Cow::Owned(escape(held.as_str()).replace('\r', "&#13;"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attributes::{facilities, record};
    use crate::domain::change::Moment;
    use crate::domain::facility::tests::example;
    use quick_xml::Reader;
    use quick_xml::escape::resolve_predefined_entity;
    use quick_xml::events::Event;

    /// Every element's text, by the `name` around it.
    fn read(bytes: &[u8]) -> Vec<(String, String)> {
        let text = std::str::from_utf8(bytes).unwrap();
        let mut reader = Reader::from_str(text);
        let (mut name, mut value, mut found) = (String::new(), String::new(), Vec::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    let local = start.local_name().as_ref().to_owned();
                    let given = start.try_get_attribute("name").unwrap();
                    match given {
                        Some(given) => name = given.value.into_owned(),
                        None if local == "coordinates" => name = local,
                        None => {}
                    }
                    value.clear();
                }
                Event::Text(text) => value.push_str(&text),
                Event::GeneralRef(reference) => match reference.resolve_char_ref().unwrap() {
                    Some(c) => value.push(c),
                    None => value.push_str(resolve_predefined_entity(&reference).unwrap()),
                },
                Event::End(end) => {
                    if matches!(end.local_name().as_ref(), "value" | "coordinates") {
                        found.push((name.clone(), value.clone()));
                    }
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn every_known_field_is_read_back() {
        let mut facility = example("hub-001", 136.2655, 35.3814);
        facility.operator = Some("<b>&\"'\r\n</b>\u{1}".to_owned());
        facility.uses = Some(vec![]);
        let mut bytes = Vec::new();
        let records = [record(&facility, Moment(0))];
        kml(&facilities(), records.into_iter(), &mut bytes).unwrap();
        let read = read(&bytes);
        let value = |name: &str| {
            let mut values = read.iter().filter(|(found, _)| found == name);
            let value = values.next().map(|(_, value)| value.as_str());
            assert!(values.next().is_none(), "{name} stands once");
            value
        };
        assert_eq!(value("id"), Some("hub-001"));
        assert_eq!(value("name"), Some(facility.name.as_str()));
        assert_eq!(value("operator"), Some("<b>&\"'\r\n</b>"));
        assert_eq!(value("uses"), Some("[]"));
        assert_eq!(value("support"), None);
        assert_eq!(value("synthetic"), Some("false"));
        assert_eq!(value("coordinates"), Some("136.2655,35.3814"));
    }
}
