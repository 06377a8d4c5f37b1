//! A GeoPackage: an SQLite file of a fixed shape, which GIS programs open as it is.
//!
//! Made in memory and handed out as bytes. Nothing here is a directory's database; it stands in this
//! room because the format is SQLite.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Double, Nullable, Text};
use diesel::sqlite::Sqlite;

use super::StoreError;
use super::error::one_line;
use crate::domain::attributes::{Cell, Sort};
use crate::domain::position::Position;

/// What the one table of points holds.
pub struct Layer<'a> {
    /// Its name, of ASCII letters.
    pub name: &'a str,
    /// Its columns beside the point: name, what it holds, and whether it may be empty.
    pub columns: &'a [(&'a str, Sort, bool)],
    /// When it last changed, RFC 3339 in UTC. The same content makes the same bytes.
    pub at: &'a str,
}

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

/// The file's bytes, with a row for every point.
pub fn geopackage(
    layer: &Layer<'_>,
    rows: impl Iterator<Item = (Position, Vec<Cell>)>,
) -> Result<Vec<u8>, StoreError> {
    let failed = |error: String| StoreError::Failed(one_line(&error));
    let mut db = SqliteConnection::establish(":memory:").map_err(|e| failed(e.to_string()))?;
    db.batch_execute(TABLES)?;
    db.transaction(|db| fill(db, layer, rows))?;
    let bytes = db.serialize_database_to_buffer();
    bytes
        .try_as_slice()
        .map(<[u8]>::to_vec)
        .map_err(|error| failed(error.to_string()))
}

fn fill(
    db: &mut SqliteConnection,
    layer: &Layer<'_>,
    rows: impl Iterator<Item = (Position, Vec<Cell>)>,
) -> QueryResult<()> {
    let name = layer.name;
    let columns: String = layer
        .columns
        .iter()
        .map(|(name, sort, nullable)| {
            let sort = match sort {
                Sort::Text | Sort::Json => "text",
                Sort::Integer => "integer",
                Sort::Flag => "boolean",
            };
            let empty = if *nullable { "" } else { " not null" };
            format!(", \"{name}\" {sort}{empty}")
        })
        .collect();
    db.batch_execute(&format!(
        "create table \"{name}\" (fid integer primary key autoincrement not null, geom point{columns})"
    ))?;
    let marks = ", ?".repeat(layer.columns.len());
    let insert = format!("insert into \"{name}\" values (null, ?{marks})");
    let mut bounds: Option<[f64; 4]> = None;
    for (position, cells) in rows {
        let (lon, lat) = (position.lon(), position.lat());
        let [west, south, east, north] = bounds.unwrap_or([lon, lat, lon, lat]);
        bounds = Some([west.min(lon), south.min(lat), east.max(lon), north.max(lat)]);
        let mut query = diesel::sql_query(&insert)
            .into_boxed::<Sqlite>()
            .bind::<Binary, _>(point(lon, lat));
        for cell in cells {
            query = match cell {
                Cell::Nothing => query.bind::<Nullable<Text>, _>(None::<String>),
                Cell::Text(text) => query.bind::<Text, _>(text),
                Cell::Integer(number) => query.bind::<BigInt, _>(number),
                Cell::Flag(flag) => query.bind::<Bool, _>(flag),
            };
        }
        query.execute(db)?;
    }
    let edge = |i: usize| bounds.map(|bounds| bounds[i]);
    diesel::sql_query(
        "insert into gpkg_contents values (?, 'features', ?, '', ?, ?, ?, ?, ?, 4326)",
    )
    .bind::<Text, _>(name)
    .bind::<Text, _>(name)
    .bind::<Text, _>(with_milliseconds(layer.at))
    .bind::<Nullable<Double>, _>(edge(0))
    .bind::<Nullable<Double>, _>(edge(1))
    .bind::<Nullable<Double>, _>(edge(2))
    .bind::<Nullable<Double>, _>(edge(3))
    .execute(db)?;
    diesel::sql_query("insert into gpkg_geometry_columns values (?, 'geom', 'POINT', 4326, 0, 0)")
        .bind::<Text, _>(name)
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

/// A point as the format holds it: its own header, then well-known binary, both with the low byte first.
fn point(lon: f64, lat: f64) -> Vec<u8> {
    let mut bytes = b"GP\x00\x01".to_vec();
    bytes.extend(4326_i32.to_le_bytes());
    bytes.push(1);
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(lon.to_le_bytes());
    bytes.extend(lat.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use diesel::dsl::sql;

    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let layer = Layer {
            name: "facilities",
            columns: &[
                ("id", Sort::Text, false),
                ("seats", Sort::Integer, true),
                ("synthetic", Sort::Flag, false),
            ],
            at: "2026-11-22T01:02:03Z",
        };
        let row = |id: &str, lon: f64, seats: Cell| {
            let cells = vec![Cell::Text(id.to_owned()), seats, Cell::Flag(true)];
            (Position::new(lon, 35.0).unwrap(), cells)
        };
        let rows = || {
            [
                row("a'\"", 136.5, Cell::Integer(7)),
                row("b", 135.5, Cell::Nothing),
            ]
        };
        let bytes = geopackage(&layer, rows().into_iter()).unwrap();
        assert_eq!(bytes, geopackage(&layer, rows().into_iter()).unwrap());
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
