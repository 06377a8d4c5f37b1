//! Writes tiles: layers of features in the order given.

use mvt::{Feature, GeomEncoder, GeomType};

use super::EXTENT;

/// A tile in the making.
pub(super) struct Writer(mvt::Tile);

/// A layer in the making.
pub(super) struct Layer(Option<mvt::Layer>);

/// A feature's shape, in whole units.
pub(super) enum Shape<'a> {
    Point([i32; 2]),
    Lines(&'a [Vec<[i32; 2]>]),
    /// Outlines have a positive area, and each is followed by its holes, which have a negative one.
    Rings(Vec<Vec<[i32; 2]>>),
}

/// The encoder refuses only numbers that do not fit 32 bits.
const SMALL: &str = "a tile's coordinates are small";

impl Writer {
    pub(super) fn new() -> Writer {
        Writer(mvt::Tile::new(EXTENT))
    }

    pub(super) fn layer(&self, name: &str) -> Layer {
        Layer(Some(self.0.create_layer(name)))
    }

    /// Adds the layer unless it is empty.
    pub(super) fn add(&mut self, layer: Layer) {
        let layer = layer.0.expect("a layer between two features");
        if layer.num_features() > 0 {
            self.0
                .add_layer(layer)
                .expect("layers have names of their own");
        }
    }

    /// The tile's bytes, unless it is empty.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        let empty = self.0.num_layers() == 0;
        (!empty).then(|| self.0.to_bytes().expect("writing to memory cannot fail"))
    }
}

impl Layer {
    pub(super) fn add(&mut self, shape: Shape<'_>, properties: impl FnOnce(&mut Feature)) {
        let layer = self.0.take().expect("a layer between two features");
        let mut feature = layer.into_feature(encode(shape));
        properties(&mut feature);
        self.0 = Some(feature.into_layer());
    }
}

fn encode(shape: Shape<'_>) -> mvt::GeomData {
    let (sort, parts) = match shape {
        Shape::Point(point) => (GeomType::Point, vec![vec![point]]),
        Shape::Lines(lines) => (GeomType::Linestring, lines.to_vec()),
        Shape::Rings(rings) => (GeomType::Polygon, rings),
    };
    let is_polygon = matches!(sort, GeomType::Polygon);
    let mut encoder: GeomEncoder<f64> = GeomEncoder::new(sort);
    let mut pen = None;
    for mut part in parts {
        // The encoder would go on with the ring before if this one began where that one ended.
        if is_polygon && part.first() == pen.as_ref() {
            part.rotate_left(1);
        }
        pen = part.last().copied();
        for [x, y] in part {
            encoder.add_point(x.into(), y.into()).expect(SMALL);
        }
        encoder.complete_geom().expect(SMALL);
    }
    encoder.encode().expect(SMALL)
}
