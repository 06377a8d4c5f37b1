//! OpenAPI 3.0, for what does not read 3.1 yet.

use serde_json::{Map, Value};

/// The 3.0 rendering of a 3.1 document.
pub(super) fn as_30(mut document: Value) -> Value {
    let schemas = document["components"]["schemas"].clone();
    document["openapi"] = "3.0.3".into();
    downgrade(&mut document, &schemas);
    document
}

/// What 3.0 says in another way: `null` among the types or the choices becomes `nullable`, `const` a list of
/// one, `examples` of a schema `example`. It has no word for the names of members, and a list of required
/// members may not be empty. The rest is the same in both.
fn downgrade(value: &mut Value, schemas: &Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| downgrade(value, schemas)),
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get("type").cloned() {
                let kind = types
                    .iter()
                    .find(|kind| *kind != "null")
                    .cloned()
                    .unwrap_or(Value::Null);
                object.insert("type".to_owned(), kind);
                object.insert("nullable".to_owned(), true.into());
            }
            choose_or_null(object, schemas);
            if let Some(only) = object.remove("const") {
                object.insert("type".to_owned(), type_of(&only).into());
                object.insert("enum".to_owned(), Value::Array(vec![only]));
            }
            object.remove("propertyNames");
            if object.contains_key("type")
                && let Some(Value::Array(examples)) = object.remove("examples")
            {
                object.extend(
                    examples
                        .into_iter()
                        .next()
                        .map(|first| ("example".to_owned(), first)),
                );
            }
            if object
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(Vec::is_empty)
            {
                object.remove("required");
            }
            object
                .values_mut()
                .for_each(|value| downgrade(value, schemas));
        }
        _ => {}
    }
}

/// A choice one of whose branches is `null`. A list of words must name `null` itself: `nullable` adds
/// nothing to it. So a nullable reference to one is written out.
fn choose_or_null(object: &mut Map<String, Value>, schemas: &Value) {
    let is_null = |branch: &Value| branch["type"] == "null";
    let Some(key) = ["anyOf", "oneOf"]
        .into_iter()
        .find(|key| object.contains_key(*key))
    else {
        return;
    };
    let Value::Array(branches) = &object[key] else {
        return;
    };
    if !branches.iter().any(is_null) {
        return;
    }
    let mut others: Vec<Value> = branches.iter().filter(|it| !is_null(it)).cloned().collect();
    object.remove(key);
    object.insert("nullable".to_owned(), true.into());
    let only = others.len() == 1;
    let name = others[0]["$ref"]
        .as_str()
        .and_then(|it| it.rsplit('/').next());
    let words = name.and_then(|name| schemas[name]["enum"].as_array());
    match words.filter(|_| only) {
        Some(words) => {
            let words = words.iter().cloned().chain([Value::Null]).collect();
            object.insert("type".to_owned(), "string".into());
            object.insert("enum".to_owned(), Value::Array(words));
        }
        None => {
            let word = if only { "allOf" } else { key };
            object.insert(word.to_owned(), Value::Array(std::mem::take(&mut others)));
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::openapi31;
    use super::*;

    #[test]
    fn the_30_rendering_has_nothing_that_only_31_has() {
        fn walk(value: &Value) {
            match value {
                Value::Array(list) => list.iter().for_each(walk),
                Value::Object(object) => {
                    assert!(
                        !object.get("type").is_some_and(Value::is_array),
                        "{object:?}"
                    );
                    assert_ne!(object.get("required"), Some(&json!([])), "{object:?}");
                    assert_ne!(object.get("type"), Some(&json!("null")), "{object:?}");
                    for newer in ["const", "propertyNames", "$defs", "prefixItems"] {
                        assert!(!object.contains_key(newer), "{newer}: {object:?}");
                    }
                    object.values().for_each(walk);
                }
                _ => {}
            }
        }
        let document = as_30(openapi31("http://localhost"));
        walk(&document);
        assert_eq!(document["openapi"], "3.0.3");
        let kind = &document["components"]["schemas"]["facility"]["properties"]["kind"];
        assert_eq!(kind["nullable"], true);
        assert_eq!(kind["type"], "string");
        assert!(kind["enum"].as_array().unwrap().contains(&Value::Null));
        let geometry = &document["components"]["schemas"]["newFacility"]["properties"]["geometry"];
        assert_eq!(
            *geometry,
            json!({ "nullable": true, "allOf": [{ "$ref": "#/components/schemas/point" }] })
        );
    }
}
