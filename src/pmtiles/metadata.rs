//! A file's metadata: its layers and credits.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::fault::Fault;

/// How the layers of a file are named, and so how they are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Schema {
    /// Protomaps' basemap, version 4.
    Protomaps,
    /// OpenMapTiles, which Planetiler and others make as well.
    OpenMapTiles,
    /// The Geospatial Information Authority's 最適化ベクトルタイル.
    Gsi,
}

/// What is kept of a file's metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// How its layers are named.
    pub schema: Schema,
    /// Its name, as it says it.
    pub name: Option<String>,
    /// Whom to credit, as plain text.
    pub attribution: String,
    /// Its layers as TileJSON lists them.
    pub layers: Vec<Value>,
}

/// A credit longer than this is no credit.
const LONGEST_CREDIT: usize = 400;
/// So many layers are listed when none is known.
const LISTED: usize = 12;

impl Metadata {
    /// Reads unpacked metadata.
    pub(super) fn read(bytes: &[u8]) -> Result<Metadata, Fault> {
        let damaged = |what: String| Fault::damaged("metadata", what);
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| damaged(format!("no JSON ({error})")))?;
        let text = |key: &str| value[key].as_str().unwrap_or_default();
        let layers = match &value["vector_layers"] {
            Value::Array(layers) => layers.clone(),
            // Some programs keep what MBTiles calls `json` as a text of its own.
            _ => serde_json::from_str::<Value>(text("json"))
                .ok()
                .and_then(|mut inner| match inner["vector_layers"].take() {
                    Value::Array(layers) => Some(layers),
                    _ => None,
                })
                .unwrap_or_default(),
        };
        let schema = schema(&layers)?;
        let mut attribution = plain(text("attribution"));
        if attribution.is_empty() {
            attribution = schema.makers().to_owned();
        }
        let layers = layers.iter().filter_map(layer).collect();
        Ok(Metadata {
            schema,
            name: Some(plain(text("name"))).filter(|name| !name.is_empty()),
            attribution,
            layers,
        })
    }
}

impl Schema {
    /// Whom to credit where a file does not say it.
    fn makers(self) -> &'static str {
        match self {
            Schema::Protomaps => "Protomaps © OpenStreetMap contributors",
            Schema::OpenMapTiles => "© OpenMapTiles © OpenStreetMap contributors",
            Schema::Gsi => "国土地理院最適化ベクトルタイル",
        }
    }
}

/// What TileJSON keeps of a layer; nothing of one without a name.
fn layer(layer: &Value) -> Option<Value> {
    let id = layer["id"].as_str()?;
    let mut kept = serde_json::json!({ "id": id, "fields": {} });
    for key in ["fields", "minzoom", "maxzoom"] {
        if !layer[key].is_null() {
            kept[key] = layer[key].clone();
        }
    }
    Some(kept)
}

fn schema(layers: &[Value]) -> Result<Schema, Fault> {
    let ids: BTreeSet<&str> = layers
        .iter()
        .filter_map(|layer| layer["id"].as_str())
        .collect();
    let has = |wanted: &[&str]| wanted.iter().all(|id| ids.contains(id));
    if has(&["earth", "roads", "water"]) {
        let roads = layers.iter().find(|layer| layer["id"] == "roads");
        let fields = roads.and_then(|layer| layer["fields"].as_object());
        // Before version 4 every property's name began with this.
        let is_older = fields.is_some_and(|fields| {
            fields.keys().any(|key| key.starts_with("pmap:")) && !fields.contains_key("kind")
        });
        return match is_older {
            false => Ok(Schema::Protomaps),
            true => Err(Fault::Schema(
                "those of an older version of Protomaps' basemap".to_owned(),
            )),
        };
    }
    if has(&["transportation", "water"]) {
        return Ok(Schema::OpenMapTiles);
    }
    if has(&["RdCL", "WA"]) {
        return Ok(Schema::Gsi);
    }
    let mut named: Vec<String> = ids
        .iter()
        .take(LISTED)
        .map(|id| format!("“{id}”"))
        .collect();
    match (named.is_empty(), ids.len().saturating_sub(LISTED)) {
        (true, _) => return Err(Fault::Schema("none named".to_owned())),
        (false, 0) => {}
        (false, more) => named.push(format!("{more} more")),
    }
    Err(Fault::Schema(named.join(", ")))
}

/// The words of a piece of HTML: credits come with links and entities.
fn plain(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        words.push_str(&rest[..start]);
        // What is left open is no tag.
        match rest[start..].find('>') {
            Some(end) => rest = &rest[start + end + 1..],
            None => break,
        }
    }
    if !rest.contains('<') {
        words.push_str(rest);
    }
    let words = words
        .replace("&copy;", "©")
        .replace("&#169;", "©")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let visible = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    let visible: String = visible.collect();
    let one_line: Vec<&str> = visible.split_whitespace().collect();
    one_line.join(" ").chars().take(LONGEST_CREDIT).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(layers: &[&str], more: Value) -> Result<Metadata, Fault> {
        let layers: Vec<Value> = layers.iter().map(|id| json!({ "id": id })).collect();
        let mut value = more;
        value["vector_layers"] = json!(layers);
        Metadata::read(value.to_string().as_bytes())
    }

    #[test]
    fn schemas_are_told_apart_by_their_layers() {
        for (layers, expected) in [
            (
                &["earth", "water", "roads", "places"][..],
                Schema::Protomaps,
            ),
            (
                &["water", "transportation", "building"],
                Schema::OpenMapTiles,
            ),
            (&["AdmBdry", "RdCL", "RailCL", "WA", "Anno"], Schema::Gsi),
        ] {
            let metadata = read(layers, json!({})).unwrap();
            assert_eq!(metadata.schema, expected);
            assert_eq!(metadata.attribution, expected.makers());
            assert_eq!(metadata.layers.len(), layers.len());
        }
        let unknown = read(&["cadastre"], json!({})).unwrap_err().to_string();
        assert!(unknown.contains("“cadastre”"), "{unknown}");
        assert!(
            read(&[], json!({}))
                .unwrap_err()
                .to_string()
                .contains("none named")
        );
        let older = json!({ "vector_layers": [
            { "id": "earth" }, { "id": "water" }, { "id": "roads", "fields": { "pmap:kind": "String" } },
        ] });
        let older = Metadata::read(older.to_string().as_bytes()).unwrap_err();
        assert!(older.to_string().contains("older version"), "{older}");
        // As some programs write it.
        let inner = json!({ "vector_layers": [{ "id": "transportation" }, { "id": "water" }] });
        let outer = json!({ "json": inner.to_string() }).to_string();
        let metadata = Metadata::read(outer.as_bytes()).unwrap();
        assert_eq!(metadata.schema, Schema::OpenMapTiles);
        assert!(Metadata::read(b"{").is_err() && Metadata::read(b"[]").is_err());
    }

    #[test]
    fn credits_are_plain_text() {
        for (html, expected) in [
            (
                r#"<a href="https://www.openstreetmap.org/copyright" target="_blank">&copy; OpenStreetMap</a>"#,
                "© OpenStreetMap",
            ),
            ("Protomaps  ©\n OSM", "Protomaps © OSM"),
            ("<script>alert(1)</script>a &lt;b&gt;", "alert(1)a <b>"),
            ("a <b", "a"),
            ("", ""),
        ] {
            assert_eq!(plain(html), expected, "{html}");
        }
        assert_eq!(plain(&"あ".repeat(1000)).chars().count(), LONGEST_CREDIT);
        let credited = read(
            &["transportation", "water"],
            json!({ "attribution": "<a>私たち</a>", "name": "街路" }),
        );
        let credited = credited.unwrap();
        assert_eq!(credited.attribution, "私たち");
        assert_eq!(credited.name.as_deref(), Some("街路"));
    }
}
