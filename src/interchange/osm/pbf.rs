//! OpenStreetMap's PBF: blocks of protocol buffers, each packed by itself. It is gone through for
//! coworking spaces, then for the ways and the nodes of their outlines. Lengths are held against the
//! format's own limits before anything is unpacked.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{Element, Extract, ExtractError, is_coworking, middle, rounded, with_nodes};

/// The longest header of a block, as the format says.
const HEADER: usize = 64 << 10;
/// The largest block, packed or not, as the format says.
const BLOCK: usize = 32 << 20;

/// Whether a file is one: it begins with the length of a header, and that header.
pub(super) fn is_pbf(bytes: &[u8]) -> bool {
    bytes.get(..4).is_some_and(|length| length[..2] == [0, 0])
        && bytes.get(4..6) == Some(b"\x0a\x09")
        && bytes.get(6..15) == Some(b"OSMHeader")
}

/// The coworking spaces of an extract. `unpacked`: so many bytes may it be in all.
pub(super) fn read(bytes: &[u8], unpacked: usize) -> Result<Extract, ExtractError> {
    let mut extract = Extract::default();
    let mut left = unpacked;
    each_block(bytes, |block| {
        left = left
            .checked_sub(block.len())
            .ok_or(ExtractError::TooLarge)?;
        let block = Block::read(block)?;
        for group in &block.groups {
            block.places(group, &mut extract)?;
        }
        Ok(())
    })?;
    let ways = extract.places.iter().flat_map(|place| &place.ways);
    let ways: HashSet<i64> = ways.copied().collect();
    if !ways.is_empty() {
        let mut nodes = HashMap::new();
        each_block(bytes, |block| {
            for group in &Block::read(block)?.groups {
                way_nodes(group, &ways, &mut nodes)?;
            }
            Ok(())
        })?;
        with_nodes(&mut extract.places, &nodes);
    }
    let nodes = extract
        .places
        .iter()
        .flat_map(|place| place.nodes.iter().copied());
    let wanted: HashSet<i64> = nodes.collect();
    let mut points = HashMap::new();
    if !wanted.is_empty() {
        each_block(bytes, |block| {
            let block = Block::read(block)?;
            for group in &block.groups {
                block.each_node(group, |id, point, _| {
                    if wanted.contains(&id) {
                        points.insert(id, point);
                    }
                })?;
            }
            Ok(())
        })?;
    }
    for place in &mut extract.places {
        if place.point.is_none() {
            place.point = middle(&place.nodes, &points);
        }
    }
    Ok(extract)
}

/// Goes through the blocks of data, unpacked.
fn each_block(
    bytes: &[u8],
    mut take: impl FnMut(&[u8]) -> Result<(), ExtractError>,
) -> Result<(), ExtractError> {
    let mut rest = bytes;
    let mut has_data = false;
    while !rest.is_empty() {
        let (length, after) = rest
            .split_first_chunk::<4>()
            .ok_or(ExtractError::CutShort)?;
        let length = u32::from_be_bytes(*length) as usize;
        if length > HEADER {
            return Err(ExtractError::Damaged);
        }
        let (header, after) = after
            .split_at_checked(length)
            .ok_or(ExtractError::CutShort)?;
        let (mut sort, mut size) = (&[][..], 0);
        for field in Fields(header) {
            match field? {
                (1, Value::Bytes(name)) => sort = name,
                (3, Value::Number(number)) => {
                    size = usize::try_from(number).map_err(|_| ExtractError::Damaged)?
                }
                _ => {}
            }
        }
        if size > BLOCK {
            return Err(ExtractError::Damaged);
        }
        let (blob, after) = after.split_at_checked(size).ok_or(ExtractError::CutShort)?;
        rest = after;
        match sort {
            b"OSMHeader" => supported(&unpacked(blob)?)?,
            b"OSMData" => {
                has_data = true;
                take(&unpacked(blob)?)?;
            }
            // The format lets others add blocks of their own.
            _ => {}
        }
    }
    has_data.then_some(()).ok_or(ExtractError::CutShort)
}

/// Notes the nodes of those ways of a group that are wanted.
fn way_nodes(
    group: &[u8],
    wanted: &HashSet<i64>,
    nodes: &mut HashMap<i64, Vec<i64>>,
) -> Result<(), ExtractError> {
    for field in Fields(group) {
        let (3, Value::Bytes(way)) = field? else {
            continue;
        };
        let (mut id, mut refs) = (0, &[][..]);
        for field in Fields(way) {
            match field? {
                (1, Value::Number(number)) => id = number as i64,
                (8, Value::Bytes(packed)) => refs = packed,
                _ => {}
            }
        }
        if wanted.contains(&id) {
            nodes.insert(id, deltas(refs)?);
        }
    }
    Ok(())
}

/// What a blob holds.
fn unpacked(blob: &[u8]) -> Result<Vec<u8>, ExtractError> {
    let mut size = None;
    for field in Fields(blob) {
        match field? {
            (1, Value::Bytes(raw)) => return Ok(raw.to_vec()),
            (2, Value::Number(number)) => size = usize::try_from(number).ok(),
            (3, Value::Bytes(packed)) => {
                let most = size
                    .filter(|size| *size <= BLOCK)
                    .ok_or(ExtractError::Damaged)?;
                let mut block = Vec::with_capacity(most);
                let read = ZlibDecoder::new(packed)
                    .take(most as u64 + 1)
                    .read_to_end(&mut block);
                let is_whole = read.is_ok_and(|read| read == most);
                return is_whole.then_some(block).ok_or(ExtractError::Damaged);
            }
            (4..=7, Value::Bytes(_)) => return Err(ExtractError::Feature),
            _ => {}
        }
    }
    Err(ExtractError::Damaged)
}

/// Refuses an extract that says it cannot be understood without something that is not here.
fn supported(header: &[u8]) -> Result<(), ExtractError> {
    for field in Fields(header) {
        if let (4, Value::Bytes(feature)) = field?
            && !matches!(feature, b"OsmSchema-V0.6" | b"DenseNodes")
        {
            return Err(ExtractError::Feature);
        }
    }
    Ok(())
}

/// A block of data.
struct Block<'a> {
    texts: Vec<&'a [u8]>,
    groups: Vec<&'a [u8]>,
    granularity: i64,
    offset: [i64; 2],
}

impl<'a> Block<'a> {
    fn read(bytes: &'a [u8]) -> Result<Block<'a>, ExtractError> {
        let mut block = Block {
            texts: Vec::new(),
            groups: Vec::new(),
            granularity: 100,
            offset: [0, 0],
        };
        for field in Fields(bytes) {
            match field? {
                (1, Value::Bytes(table)) => {
                    for text in Fields(table) {
                        if let (1, Value::Bytes(text)) = text? {
                            block.texts.push(text);
                        }
                    }
                }
                (2, Value::Bytes(group)) => block.groups.push(group),
                (17, Value::Number(number)) => block.granularity = number as i64,
                (19, Value::Number(number)) => block.offset[1] = number as i64,
                (20, Value::Number(number)) => block.offset[0] = number as i64,
                _ => {}
            }
        }
        Ok(block)
    }

    fn text(&self, number: u64) -> Result<&'a str, ExtractError> {
        let text = usize::try_from(number)
            .ok()
            .and_then(|number| self.texts.get(number));
        std::str::from_utf8(text.ok_or(ExtractError::Damaged)?).map_err(|_| ExtractError::Damaged)
    }

    fn point(&self, lon: i64, lat: i64) -> [f64; 2] {
        let degrees = |offset: i64, units: i64| {
            rounded(offset.wrapping_add(self.granularity.wrapping_mul(units)) as f64 / 1e9)
        };
        [degrees(self.offset[0], lon), degrees(self.offset[1], lat)]
    }

    fn tags(&self, pairs: &[(u64, u64)]) -> Result<Vec<(&'a str, &'a str)>, ExtractError> {
        pairs
            .iter()
            .map(|(key, value)| Ok((self.text(*key)?, self.text(*value)?)))
            .collect()
    }

    /// Adds the coworking spaces of a group.
    fn places(&self, group: &[u8], extract: &mut Extract) -> Result<(), ExtractError> {
        let mut found = Ok(());
        self.each_node(group, |id, point, pairs| {
            extract.elements += 1;
            if pairs.is_empty() || found.is_err() {
                return;
            }
            match self.tags(pairs) {
                Ok(tags) => extract.add("node", id, &tags, Some(point), [vec![], vec![]]),
                Err(fault) => found = Err(fault),
            }
        })?;
        found?;
        for field in Fields(group) {
            let (kind, bytes) = match field? {
                (3, Value::Bytes(way)) => ("way", way),
                (4, Value::Bytes(relation)) => ("relation", relation),
                _ => continue,
            };
            extract.elements += 1;
            let (mut id, mut keys, mut values) = (0, &[][..], &[][..]);
            let (mut refs, mut members, mut kinds) = (&[][..], &[][..], &[][..]);
            for field in Fields(bytes) {
                match field? {
                    (1, Value::Number(number)) => id = number as i64,
                    (2, Value::Bytes(packed)) => keys = packed,
                    (3, Value::Bytes(packed)) => values = packed,
                    (8, Value::Bytes(packed)) if kind == "way" => refs = packed,
                    (9, Value::Bytes(packed)) if kind == "relation" => members = packed,
                    (10, Value::Bytes(packed)) if kind == "relation" => kinds = packed,
                    _ => {}
                }
            }
            let pairs: Vec<(u64, u64)> = numbers(keys)?.into_iter().zip(numbers(values)?).collect();
            let tags = self.tags(&pairs)?;
            if is_coworking(tags.iter().copied()) {
                let mut outline = [deltas(refs)?, Vec::new()];
                for (member, kind) in deltas(members)?.into_iter().zip(numbers(kinds)?) {
                    // Nodes and ways; a relation's relations have outlines of their own.
                    if let Some(list) = usize::try_from(kind).ok().and_then(|k| outline.get_mut(k))
                    {
                        list.push(member);
                    }
                }
                extract.add(kind, id, &tags, None, outline);
            }
        }
        Ok(())
    }

    /// Goes through the nodes of a group: id, position, and the numbers of keys and values.
    fn each_node(
        &self,
        group: &[u8],
        mut take: impl FnMut(i64, [f64; 2], &[(u64, u64)]),
    ) -> Result<(), ExtractError> {
        for field in Fields(group) {
            match field? {
                (1, Value::Bytes(node)) => {
                    let (mut id, mut lon, mut lat) = (0, 0, 0);
                    let (mut keys, mut values) = (&[][..], &[][..]);
                    for field in Fields(node) {
                        match field? {
                            (1, Value::Number(number)) => id = signed(number),
                            (2, Value::Bytes(packed)) => keys = packed,
                            (3, Value::Bytes(packed)) => values = packed,
                            (8, Value::Number(number)) => lat = signed(number),
                            (9, Value::Number(number)) => lon = signed(number),
                            _ => {}
                        }
                    }
                    let pairs: Vec<(u64, u64)> =
                        numbers(keys)?.into_iter().zip(numbers(values)?).collect();
                    take(id, self.point(lon, lat), &pairs);
                }
                (2, Value::Bytes(dense)) => self.each_dense(dense, &mut take)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn each_dense(
        &self,
        dense: &[u8],
        take: &mut impl FnMut(i64, [f64; 2], &[(u64, u64)]),
    ) -> Result<(), ExtractError> {
        let (mut ids, mut lons, mut lats, mut pairs) = (vec![], vec![], vec![], vec![]);
        for field in Fields(dense) {
            match field? {
                (1, Value::Bytes(packed)) => ids = deltas(packed)?,
                (8, Value::Bytes(packed)) => lats = deltas(packed)?,
                (9, Value::Bytes(packed)) => lons = deltas(packed)?,
                (10, Value::Bytes(packed)) => pairs = numbers(packed)?,
                _ => {}
            }
        }
        if lons.len() != ids.len() || lats.len() != ids.len() {
            return Err(ExtractError::Damaged);
        }
        let mut pairs = pairs.into_iter();
        let mut own = Vec::new();
        for ((id, lon), lat) in ids.into_iter().zip(lons).zip(lats) {
            own.clear();
            // A node's keys and values end with a zero; without any there are no zeros either.
            while let Some(key) = pairs.next().filter(|key| *key != 0) {
                own.push((key, pairs.next().ok_or(ExtractError::Damaged)?));
            }
            take(id, self.point(lon, lat), &own);
        }
        Ok(())
    }
}

impl Extract {
    fn add(
        &mut self,
        kind: &'static str,
        id: i64,
        tags: &[(&str, &str)],
        point: Option<[f64; 2]>,
        [nodes, ways]: [Vec<i64>; 2],
    ) {
        if !is_coworking(tags.iter().copied()) {
            return;
        }
        let tags = tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.places.push(Element {
            kind,
            id,
            tags: tags.collect(),
            point,
            nodes,
            ways,
            edited: None,
        });
    }
}

/// What a field of a message holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes, which nothing here is.
    Other,
}

/// The fields of a message, one after the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), ExtractError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(ExtractError::Damaged))
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let key = varint(&mut self.0)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut self.0)?),
            1 => self.bytes(8).map(|_| Value::Other)?,
            2 => {
                let length = usize::try_from(varint(&mut self.0)?).ok()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => self.bytes(4).map(|_| Value::Other)?,
            _ => return None,
        };
        Some((key >> 3, value))
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn numbers(mut packed: &[u8]) -> Result<Vec<u64>, ExtractError> {
    let mut numbers = Vec::new();
    while !packed.is_empty() {
        numbers.push(varint(&mut packed).ok_or(ExtractError::Damaged)?);
    }
    Ok(numbers)
}

/// Numbers with a sign in their last bit.
const fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Numbers that are written as the difference from the one before.
fn deltas(packed: &[u8]) -> Result<Vec<i64>, ExtractError> {
    let mut last = 0_i64;
    let all = numbers(packed)?.into_iter().map(|number| {
        last = last.wrapping_add(signed(number));
        last
    });
    Ok(all.collect())
}
