//! A minimal reader of vector tiles for tests, after the specification.

use std::collections::BTreeMap;

/// A layer as written.
pub(super) struct Layer {
    pub(super) name: String,
    pub(super) features: Vec<Feature>,
}

/// A feature with its properties as text and its parts as absolute points.
pub(super) struct Feature {
    pub(super) sort: u64,
    pub(super) parts: Vec<Vec<[i32; 2]>>,
    pub(super) properties: BTreeMap<String, String>,
}

impl Feature {
    pub(super) fn get(&self, key: &str) -> &str {
        self.properties.get(key).map_or("", String::as_str)
    }
}

/// The layers of a tile; panics at whatever the specification forbids.
pub(super) fn layers(tile: &[u8]) -> Vec<Layer> {
    fields(tile)
        .into_iter()
        .map(|(field, value)| {
            assert_eq!(field, 3);
            layer(value.bytes())
        })
        .collect()
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    fn bytes(&self) -> &'a [u8] {
        match self {
            Value::Bytes(bytes) => bytes,
            Value::Number(_) => panic!("bytes were expected"),
        }
    }

    fn number(&self) -> u64 {
        match self {
            Value::Number(number) => *number,
            Value::Bytes(_) => panic!("a number was expected"),
        }
    }
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Value<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut bytes)),
            1 => {
                let (bits, rest) = bytes.split_first_chunk().expect("eight bytes");
                bytes = rest;
                Value::Number(u64::from_le_bytes(*bits))
            }
            2 => {
                let length = varint(&mut bytes) as usize;
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Value::Bytes(value)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((tag >> 3, value));
    }
    fields
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn layer(bytes: &[u8]) -> Layer {
    let (mut name, mut keys, mut values, mut features) =
        (String::new(), Vec::new(), Vec::new(), Vec::new());
    for (field, value) in fields(bytes) {
        match field {
            1 => name = text(value.bytes()),
            2 => features.push(value),
            3 => keys.push(text(value.bytes())),
            4 => {
                let (sort, value) = fields(value.bytes()).remove(0);
                values.push(match sort {
                    1 => text(value.bytes()),
                    3 => f64::from_bits(value.number()).to_string(),
                    7 => (value.number() == 1).to_string(),
                    _ => value.number().to_string(),
                });
            }
            5 => assert_eq!(value.number(), 4096),
            15 => assert_eq!(value.number(), 2),
            other => panic!("field {other}"),
        }
    }
    let features = features
        .iter()
        .map(|bytes| feature(bytes.bytes(), &keys, &values))
        .collect();
    Layer { name, features }
}

fn feature(bytes: &[u8], keys: &[String], values: &[String]) -> Feature {
    let (mut sort, mut tags, mut commands) = (0, Vec::new(), Vec::new());
    let packed = |value: Value<'_>| {
        let mut bytes = value.bytes();
        let mut numbers = Vec::new();
        while !bytes.is_empty() {
            numbers.push(varint(&mut bytes));
        }
        numbers
    };
    for (field, value) in fields(bytes) {
        match field {
            2 => tags = packed(value),
            3 => sort = value.number(),
            4 => commands = packed(value),
            other => panic!("field {other}"),
        }
    }
    let properties = tags.chunks(2).map(|pair| {
        (
            keys[pair[0] as usize].clone(),
            values[pair[1] as usize].clone(),
        )
    });
    Feature {
        sort,
        parts: parts(sort, &commands),
        properties: properties.collect(),
    }
}

fn parts(sort: u64, commands: &[u64]) -> Vec<Vec<[i32; 2]>> {
    let (mut parts, mut pen): (Vec<Vec<[i32; 2]>>, _) = (Vec::new(), [0, 0]);
    let mut rest = commands.iter();
    let mut closed = true;
    while let Some(command) = rest.next() {
        let (id, count) = (command & 7, command >> 3);
        if id == 7 {
            assert!(sort == 3 && count == 1 && !closed && parts.last().unwrap().len() > 2);
            closed = true;
            continue;
        }
        assert!(id == 1 || id == 2);
        assert!(
            count > 0 && (id == 1 || !closed || sort != 3),
            "a line without a beginning"
        );
        for _ in 0..count {
            for axis in &mut pen {
                let number = *rest.next().unwrap() as u32;
                *axis += (number >> 1) as i32 ^ -((number & 1) as i32);
            }
            if id == 1 {
                assert!(closed || sort != 3, "a ring that is not closed");
                closed = false;
                parts.push(vec![pen]);
            } else {
                assert_ne!(
                    parts.last().unwrap().last(),
                    Some(&pen),
                    "a step of no length"
                );
                parts.last_mut().unwrap().push(pen);
            }
        }
    }
    parts
}
