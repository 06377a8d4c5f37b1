//! OpenStreetMap's XML. It is gone through for coworking spaces, then for the ways and the nodes of
//! their outlines.

use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::{
    Element, Extract, ExtractError, is_coworking, kind_of, middle, middle_of, rounded, with_nodes,
};

/// So much of a file's beginning tells whether it is OpenStreetMap's.
const HEAD: usize = 2_048;

/// Whether a file is OpenStreetMap's XML.
pub(super) fn is_xml(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let begins = head
        .trim_ascii_start()
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head.trim_ascii_start());
    begins.starts_with(b"<")
        && memchr::memmem::find(head, b"<osm").is_some_and(|at| {
            head.get(at + 4)
                .is_none_or(|next| next.is_ascii_whitespace() || *next == b'>')
        })
}

/// The coworking spaces of an extract.
pub(super) fn read(bytes: &[u8]) -> Result<Extract, ExtractError> {
    let is_whole = bytes.trim_ascii_end().ends_with(b"</osm>");
    places(bytes).map_err(|fault| match fault {
        ExtractError::Damaged if !is_whole => ExtractError::CutShort,
        fault => fault,
    })
}

fn places(bytes: &[u8]) -> Result<Extract, ExtractError> {
    let mut extract = Extract::default();
    each(bytes, |element| {
        extract.elements += 1;
        if is_coworking(element.tags.iter().map(|(key, value)| (&**key, &**value))) {
            extract.places.push(element);
        }
    })?;
    let open = |place: &&Element| place.point.is_none();
    let ways = extract.places.iter().filter(open).flat_map(|p| &p.ways);
    let ways: HashSet<i64> = ways.copied().collect();
    if !ways.is_empty() {
        let mut nodes = HashMap::new();
        each(bytes, |element| {
            if element.kind == "way" && ways.contains(&element.id) {
                nodes.insert(element.id, element.nodes);
            }
        })?;
        with_nodes(&mut extract.places, &nodes);
    }
    let wanted: HashSet<i64> = extract
        .places
        .iter()
        .filter(open)
        .flat_map(|place| place.nodes.iter().copied())
        .collect();
    let mut points = HashMap::new();
    if !wanted.is_empty() {
        each(bytes, |element| {
            if let (true, Some(point)) = (
                element.kind == "node" && wanted.contains(&element.id),
                element.point,
            ) {
                points.insert(element.id, point);
            }
        })?;
    }
    for place in &mut extract.places {
        if place.point.is_none() {
            place.point = middle(&place.nodes, &points);
        }
    }
    Ok(extract)
}

/// Goes through all elements.
fn each(bytes: &[u8], mut take: impl FnMut(Element)) -> Result<(), ExtractError> {
    let mut reader = Reader::from_reader(bytes);
    let mut buffer = Vec::new();
    let mut open: Option<Element> = None;
    let mut is_closed = false;
    loop {
        buffer.clear();
        match reader
            .read_event_into(&mut buffer)
            .map_err(|_| ExtractError::Damaged)?
        {
            Event::Start(tag) => match kind_of_tag(&tag) {
                Some(kind) => open = Some(element(kind, &tag)?),
                None => child(&tag, open.as_mut())?,
            },
            Event::Empty(tag) => match kind_of_tag(&tag) {
                Some(kind) => take(element(kind, &tag)?),
                None => child(&tag, open.as_mut())?,
            },
            Event::End(tag) => {
                is_closed = tag.name().as_ref() == "osm";
                if kind_of(tag.name().as_ref()).is_some()
                    && let Some(element) = open.take()
                {
                    take(element);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    is_closed.then_some(()).ok_or(ExtractError::CutShort)
}

fn kind_of_tag(tag: &BytesStart<'_>) -> Option<&'static str> {
    kind_of(tag.name().as_ref())
}

fn element(kind: &'static str, tag: &BytesStart<'_>) -> Result<Element, ExtractError> {
    let id = attribute(tag, "id")?.and_then(|id| id.parse().ok());
    Ok(Element {
        kind,
        id: id.ok_or(ExtractError::Damaged)?,
        tags: Vec::new(),
        point: point(tag, ["lon", "lat"])?,
        nodes: Vec::new(),
        ways: Vec::new(),
        edited: attribute(tag, "timestamp")?.as_deref().and_then(super::day),
    })
}

/// What stands within an element: a tag, a node or a way of its outline, or its middle.
fn child(tag: &BytesStart<'_>, element: Option<&mut Element>) -> Result<(), ExtractError> {
    let Some(element) = element else {
        return Ok(());
    };
    match tag.name().as_ref() {
        "tag" => {
            let (key, value) = (attribute(tag, "k")?, attribute(tag, "v")?);
            element
                .tags
                .push(key.zip(value).ok_or(ExtractError::Damaged)?);
        }
        "nd" => {
            // `out geom` writes the positions beside the references.
            if let Some(node) = attribute(tag, "ref")?.and_then(|node| node.parse().ok()) {
                element.nodes.push(node);
            }
        }
        "member" => {
            let id = attribute(tag, "ref")?.and_then(|id| id.parse().ok());
            match (attribute(tag, "type")?.as_deref(), id) {
                (Some("way"), Some(way)) => element.ways.push(way),
                (Some("node"), Some(node)) => element.nodes.push(node),
                _ => {}
            }
        }
        "center" => element.point = point(tag, ["lon", "lat"])?,
        "bounds" if element.point.is_none() => {
            let corners = [
                point(tag, ["minlon", "minlat"])?,
                point(tag, ["maxlon", "maxlat"])?,
            ];
            element.point = middle_of(corners.into_iter().flatten());
        }
        _ => {}
    }
    Ok(())
}

fn point(tag: &BytesStart<'_>, [lon, lat]: [&str; 2]) -> Result<Option<[f64; 2]>, ExtractError> {
    let degrees = |name: &str| -> Result<Option<f64>, ExtractError> {
        let Some(text) = attribute(tag, name)? else {
            return Ok(None);
        };
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        Ok(Some(rounded(number.ok_or(ExtractError::Damaged)?)))
    };
    Ok(degrees(lon)?
        .zip(degrees(lat)?)
        .map(|(lon, lat)| [lon, lat]))
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, ExtractError> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| ExtractError::Damaged)?;
        if attribute.key.as_ref() == name {
            return unescape(&attribute.value)
                .map(|text| Some(text.into_owned()))
                .map_err(|_| ExtractError::Damaged);
        }
    }
    Ok(None)
}
