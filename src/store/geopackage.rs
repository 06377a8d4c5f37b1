//! Writes a GeoPackage: an SQLite file with a fixed schema, which GIS programs open directly.
//!
//! It is built in memory and returned as bytes. It is no directory's database; it is in this room
//! because the format is SQLite.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Double, Nullable, Text};
use diesel::sqlite::Sqlite;

use super::StoreError;
use super::error::one_line;
use crate::domain::attributes::{Cell, Ground, Layer, Record, Sort};

/// The reference systems every GeoPackage lists; the tables; and who may find what in them.
const TABLES: &str = r#"
pragma application_id = 0x47504b47;
pragma user_version = 10300;
create table gpkg_spatial_ref_sys (
    srs_name text not null, srs_id integer not null primary key, organization text not null,
    organization_coordsys_id integer not null, definition text not null, description text);
insert into gpkg_spatial_ref_sys values
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
create table gpkg_contents (
    table_name text not null primary key, data_type text not null, identifier text unique, description text default '',
    last_change datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x double, min_y double, max_x double, max_y double, srs_id integer,
    constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys(srs_id));
create table gpkg_geometry_columns (
    table_name text not null, column_name text not null, geometry_type_name text not null, srs_id integer not null,
    z tinyint not null, m tinyint not null,
    constraint pk_geom_cols primary key (table_name, column_name), constraint uk_gc_table_name unique (table_name),
    constraint fk_gc_tn foreign key (table_name) references gpkg_contents(table_name),
    constraint fk_gc_srs foreign key (srs_id) references gpkg_spatial_ref_sys(srs_id));
"#;

/// The file's bytes, with a row for every feature; `at` is when they last changed, RFC 3339 in UTC. The
/// same content makes the same bytes.
pub fn geopackage(
    layer: &Layer<'_>,
    at: &str,
    records: impl Iterator<Item = Record>,
) -> Result<Vec<u8>, StoreError> {
    let failed = |error: String| StoreError::Failed(one_line(&error));
    let mut db = SqliteConnection::establish(":memory:").map_err(|e| failed(e.to_string()))?;
    db.batch_execute(TABLES)?;
    db.transaction(|db| fill(db, layer, at, records))?;
    let bytes = db.serialize_database_to_buffer();
    bytes
        .try_as_slice()
        .map(<[u8]>::to_vec)
        .map_err(|error| failed(error.to_string()))
}

fn fill(
    db: &mut SqliteConnection,
    layer: &Layer<'_>,
    at: &str,
    records: impl Iterator<Item = Record>,
) -> QueryResult<()> {
    let name = layer.name;
    let ground = if layer.are_areas {
        "multipolygon"
    } else {
        "point"
    };
    let columns: String = layer
        .fields
        .iter()
        .map(|field| {
            let sort = match Sort::of(field) {
                Sort::Text | Sort::Json => "text",
                Sort::Integer => "integer",
                Sort::Number => "double",
                Sort::Flag => "boolean",
            };
            let empty = if field.nullable { "" } else { " not null" };
            format!(", \"{}\" {sort}{empty}", field.name)
        })
        .collect();
    db.batch_execute(&format!(
        "create table \"{name}\" (fid integer primary key autoincrement not null, geom {ground}{columns})"
    ))?;
    let marks = ", ?".repeat(layer.fields.len());
    let insert = format!("insert into \"{name}\" values (null, ?{marks})");
    let mut bounds: Option<[f64; 4]> = None;
    for Record { ground, cells, .. } in records {
        let own = ground.bounds();
        let [west, south, east, north] = bounds.unwrap_or(own);
        bounds = Some([
            west.min(own[0]),
            south.min(own[1]),
            east.max(own[2]),
            north.max(own[3]),
        ]);
        let mut query = diesel::sql_query(&insert)
            .into_boxed::<Sqlite>()
            .bind::<Binary, _>(geometry(&ground));
        for cell in cells {
            query = match cell {
                Cell::Nothing => query.bind::<Nullable<Text>, _>(None::<String>),
                Cell::Text(text) => query.bind::<Text, _>(text),
                Cell::Integer(number) => query.bind::<BigInt, _>(number),
                Cell::Number(number) => query.bind::<Double, _>(number),
                Cell::Flag(flag) => query.bind::<Bool, _>(flag),
            };
        }
        query.execute(db)?;
    }
    let edge = |i: usize| bounds.map(|bounds| bounds[i]);
    diesel::sql_query(
        "insert into gpkg_contents values (?, 'features', ?, ?, ?, ?, ?, ?, ?, 4326)",
    )
    .bind::<Text, _>(name)
    .bind::<Text, _>(name)
    .bind::<Text, _>(&layer.about)
    .bind::<Text, _>(with_milliseconds(at))
    .bind::<Nullable<Double>, _>(edge(0))
    .bind::<Nullable<Double>, _>(edge(1))
    .bind::<Nullable<Double>, _>(edge(2))
    .bind::<Nullable<Double>, _>(edge(3))
    .execute(db)?;
    diesel::sql_query("insert into gpkg_geometry_columns values (?, 'geom', ?, 4326, 0, 0)")
        .bind::<Text, _>(name)
        .bind::<Text, _>(ground.to_ascii_uppercase())
        .execute(db)?;
    Ok(())
}

/// The format asks for milliseconds.
fn with_milliseconds(at: &str) -> String {
    match at.strip_suffix('Z') {
        Some(seconds) if seconds.len() == 19 => format!("{seconds}.000Z"),
        _ => at.to_owned(),
    }
}

/// A place as the format holds it: its own header, then well-known binary, both with the low byte first.
fn geometry(ground: &Ground) -> Vec<u8> {
    let mut bytes = b"GP\x00\x01".to_vec();
    bytes.extend(4326_i32.to_le_bytes());
    let begin = |bytes: &mut Vec<u8>, sort: u32| {
        bytes.push(1);
        bytes.extend(sort.to_le_bytes());
    };
    let count = |bytes: &mut Vec<u8>, count: usize| bytes.extend((count as u32).to_le_bytes());
    let place = |bytes: &mut Vec<u8>, at: &[f64; 2]| {
        bytes.extend(at[0].to_le_bytes());
        bytes.extend(at[1].to_le_bytes());
    };
    match ground {
        Ground::Point(at) => {
            begin(&mut bytes, 1);
            place(&mut bytes, at);
        }
        Ground::Areas(areas) => {
            begin(&mut bytes, 6);
            count(&mut bytes, areas.len());
            for rings in areas {
                begin(&mut bytes, 3);
                count(&mut bytes, rings.len());
                for ring in rings {
                    count(&mut bytes, ring.len());
                    ring.iter().for_each(|at| place(&mut bytes, at));
                }
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use diesel::dsl::sql;

    use super::*;
    use crate::domain::attributes::facilities;
    use crate::domain::fields::{Field, Shape};

    #[test]
    fn what_was_written_is_read_back() {
        let id = Field::text("id", "ID", "Id", false);
        let fields = [
            id,
            Field {
                shape: Shape::Integer(None),
                ..Field::text("seats", "", "", true)
            },
            Field {
                shape: Shape::Flag,
                ..Field::text("synthetic", "", "", false)
            },
        ];
        let layer = Layer {
            fields: &fields,
            ..facilities()
        };
        let at = "2026-11-22T01:02:03Z";
        let row = |id: &str, lon: f64, seats: Cell| Record {
            id: id.to_owned(),
            name: String::new(),
            ground: Ground::Point([lon, 35.0]),
            cells: vec![Cell::Text(id.to_owned()), seats, Cell::Flag(true)],
        };
        let rows = || {
            [
                row("a'\"", 136.5, Cell::Integer(7)),
                row("b", 135.5, Cell::Nothing),
            ]
        };
        let bytes = geopackage(&layer, at, rows().into_iter()).unwrap();
        assert_eq!(bytes, geopackage(&layer, at, rows().into_iter()).unwrap());
        assert_eq!(&bytes[68..72], b"GPKG");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gpkg");
        std::fs::write(&path, &bytes).unwrap();
        let mut db = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let mut text = |query: &str| sql::<Text>(query).get_result::<String>(&mut db).unwrap();
        assert_eq!(text("pragma integrity_check"), "ok");
        assert_eq!(
            text(
                "select group_concat(fid || id || ifnull(seats, '-') || synthetic) from facilities"
            ),
            "1a'\"71,2b-1"
        );
        assert_eq!(
            text("select hex(geom) from facilities where fid = 2"),
            "47500001E610000001010000000000000000F0604000000000008041 40".replace(' ', "")
        );
        assert_eq!(
            text("select table_name || min_x || ' ' || max_x || last_change from gpkg_contents"),
            "facilities135.5 136.52026-11-22T01:02:03.000Z"
        );
    }
}
