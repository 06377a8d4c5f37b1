//! Writes facilities and other features as indexed FlatGeobuf, for GIS and for pages that read a part
//! of a file.
//!
//! The library's writer needs a temporary file. Our files are small, so they are built in memory from
//! the library's parts. The index orders them along a Hilbert curve, as the format requires.

use std::io::{self, Write};

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent, hilbert_sort};
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, Geometry, GeometryArgs,
    GeometryType, Header, HeaderArgs,
};

use crate::domain::attributes::{Cell, Ground, Layer, Record, Sort};

/// What every file of the format's third version begins with.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";

/// Writes the features.
pub fn flatgeobuf(
    layer: &Layer<'_>,
    records: impl Iterator<Item = Record>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut builder = FlatBufferBuilder::new();
    let mut features: Vec<Vec<u8>> = Vec::new();
    let mut nodes = Vec::new();
    for record in records {
        let [west, south, east, north] = record.ground.bounds();
        let mut node = NodeItem::bounds(west, south, east, north);
        node.offset = features.len() as u64;
        nodes.push(node);
        features.push(feature(&mut builder, &record));
    }
    let extent = calc_extent(&nodes);
    hilbert_sort(&mut nodes, &extent);
    out.write_all(&MAGIC)?;
    out.write_all(&header(layer, &nodes, &extent))?;
    if !nodes.is_empty() {
        let mut offset = 0;
        let placed: Vec<NodeItem> = nodes
            .iter()
            .map(|node| {
                let placed = NodeItem {
                    offset,
                    ..node.clone()
                };
                offset += features[node.offset as usize].len() as u64;
                placed
            })
            .collect();
        let tree = PackedRTree::build(&placed, &extent, PackedRTree::DEFAULT_NODE_SIZE);
        tree.map_err(io::Error::other)?.stream_write(out)?;
    }
    for node in &nodes {
        out.write_all(&features[node.offset as usize])?;
    }
    Ok(())
}

fn header(layer: &Layer<'_>, nodes: &[NodeItem], extent: &NodeItem) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let columns: Vec<_> = layer
        .fields
        .iter()
        .map(|field| {
            let arguments = ColumnArgs {
                name: Some(builder.create_string(field.name)),
                title: Some(builder.create_string(field.ja)),
                description: Some(builder.create_string(field.en)),
                nullable: field.nullable,
                type_: match Sort::of(field) {
                    Sort::Text => ColumnType::String,
                    Sort::Json => ColumnType::Json,
                    Sort::Integer => ColumnType::Long,
                    Sort::Number => ColumnType::Double,
                    Sort::Flag => ColumnType::Bool,
                },
                ..ColumnArgs::default()
            };
            Column::create(&mut builder, &arguments)
        })
        .collect();
    let crs = CrsArgs {
        org: Some(builder.create_string("EPSG")),
        code: 4326,
        name: Some(builder.create_string("WGS 84")),
        ..CrsArgs::default()
    };
    let bounds = [extent.min_x, extent.min_y, extent.max_x, extent.max_y];
    let arguments = HeaderArgs {
        name: Some(builder.create_string(layer.name)),
        description: (!layer.about.is_empty()).then(|| builder.create_string(&layer.about)),
        // Of nothing there are no bounds, and no index.
        envelope: (!nodes.is_empty()).then(|| builder.create_vector(&bounds)),
        index_node_size: match nodes.is_empty() {
            true => 0,
            false => PackedRTree::DEFAULT_NODE_SIZE,
        },
        geometry_type: match layer.are_areas {
            true => GeometryType::MultiPolygon,
            false => GeometryType::Point,
        },
        columns: Some(builder.create_vector(&columns)),
        features_count: nodes.len() as u64,
        crs: Some(Crs::create(&mut builder, &crs)),
        ..HeaderArgs::default()
    };
    let header = Header::create(&mut builder, &arguments);
    builder.finish_size_prefixed(header, None);
    builder.finished_data().to_vec()
}

fn feature(builder: &mut FlatBufferBuilder<'_>, record: &Record) -> Vec<u8> {
    let mut properties = Vec::new();
    for (column, cell) in (0_u16..).zip(&record.cells) {
        if *cell == Cell::Nothing {
            continue;
        }
        properties.extend(column.to_le_bytes());
        match cell {
            Cell::Nothing => {}
            Cell::Integer(number) => properties.extend(number.to_le_bytes()),
            Cell::Number(number) => properties.extend(number.to_le_bytes()),
            Cell::Flag(flag) => properties.push(u8::from(*flag)),
            Cell::Text(text) => {
                // A facility's texts are far below four gigabytes: an upload is.
                properties.extend((text.len() as u32).to_le_bytes());
                properties.extend(text.as_bytes());
            }
        }
    }
    builder.reset();
    let geometry = geometry(builder, &record.ground);
    let arguments = FeatureArgs {
        geometry: Some(geometry),
        properties: Some(builder.create_vector(&properties)),
        columns: None,
    };
    let feature = Feature::create(builder, &arguments);
    builder.finish_size_prefixed(feature, None);
    builder.finished_data().to_vec()
}

fn geometry<'a>(builder: &mut FlatBufferBuilder<'a>, ground: &Ground) -> WIPOffset<Geometry<'a>> {
    let areas = match ground {
        Ground::Point(position) => {
            let point = GeometryArgs {
                xy: Some(builder.create_vector(position)),
                type_: GeometryType::Point,
                ..GeometryArgs::default()
            };
            return Geometry::create(builder, &point);
        }
        Ground::Areas(areas) => areas,
    };
    let mut parts = Vec::with_capacity(areas.len());
    for rings in areas {
        let xy: Vec<f64> = rings.iter().flatten().flatten().copied().collect();
        let mut end = 0;
        let ends: Vec<u32> = rings
            .iter()
            .map(|ring| {
                end += ring.len() as u32;
                end
            })
            .collect();
        let polygon = GeometryArgs {
            // Of a single ring its end is that of the positions.
            ends: (ends.len() > 1).then(|| builder.create_vector(&ends)),
            xy: Some(builder.create_vector(&xy)),
            type_: GeometryType::Polygon,
            ..GeometryArgs::default()
        };
        parts.push(Geometry::create(builder, &polygon));
    }
    let all = GeometryArgs {
        parts: Some(builder.create_vector(&parts)),
        type_: GeometryType::MultiPolygon,
        ..GeometryArgs::default()
    };
    Geometry::create(builder, &all)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::Cursor;

    use super::*;
    use crate::domain::attributes::{facilities as layer, record};
    use crate::domain::change::Moment;
    use crate::domain::facility::Facility;
    use crate::domain::facility::tests::example;
    use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};

    fn written(facilities: &[Facility]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let all = facilities
            .iter()
            .map(|facility| record(facility, Moment(0)));
        flatgeobuf(&layer(), all, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_formats_own_reader_finds_every_value_and_only_what_lies_in_a_box() {
        let facilities: Vec<Facility> = (0..100)
            .map(|n| {
                let lon = 136.0 + f64::from(n) / 100.0;
                let mut facility = example(&format!("hub-{n}"), lon, 35.3814);
                facility.seats = Some(n as u32);
                facility.operator = Some(format!("運営 <{n}>"));
                facility.uses = Some(vec![]);
                facility
            })
            .collect();
        let bytes = written(&facilities);
        let reader = FgbReader::open(Cursor::new(&bytes)).unwrap();
        let header = reader.header();
        assert_eq!(header.features_count(), 100);
        assert_eq!(header.crs().unwrap().code(), 4326);
        assert_eq!(header.geometry_type(), GeometryType::Point);
        let mut found = reader.select_bbox(136.095, 35.0, 136.205, 36.0).unwrap();
        let mut seen = Vec::new();
        while let Some(feature) = found.next().unwrap() {
            let properties: HashMap<String, String> = feature.properties().unwrap();
            let n: u32 = properties["seats"].parse().unwrap();
            assert_eq!(properties["operator"], format!("運営 <{n}>"));
            assert_eq!(properties["uses"], "[]");
            assert!(!properties.contains_key("support"));
            let place = feature.geometry().unwrap().xy().unwrap();
            let lon = facilities[n as usize].position.lon();
            assert_eq!([place.get(0), place.get(1)], [lon, 35.3814]);
            seen.push(n);
        }
        seen.sort_unstable();
        assert_eq!(seen, (10..=20).collect::<Vec<_>>());
        assert_eq!(bytes, written(&facilities), "the same makes the same");
    }

    #[test]
    fn one_and_none_are_files_too() {
        for count in [0, 1] {
            let facilities = vec![example("hub-001", 136.2655, 35.3814); count];
            let bytes = written(&facilities);
            let reader = FgbReader::open(Cursor::new(&bytes)).unwrap();
            let mut found = reader.select_all().unwrap();
            let mut seen = 0;
            while found.next().unwrap().is_some() {
                seen += 1;
            }
            assert_eq!(seen, count);
        }
    }
}
