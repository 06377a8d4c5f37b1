//! Files in and out; a file a format. Encodings, headers and quoting change; the meaning of a row doesn't.

pub mod geojson;
