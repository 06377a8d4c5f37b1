//! OpenAPI 3.0, for what does not read 3.1 yet.

use serde_json::Value;

/// The 3.0 rendering of a 3.1 document.
pub(super) fn as_30(mut document: Value) -> Value {
    document["openapi"] = "3.0.3".into();
    downgrade(&mut document);
    document
}

/// `type: [x, null]` becomes `nullable`, `examples` of a schema becomes `example`, and a list of required
/// members, which may not be empty in 3.0, is left out when it is; the rest is the same in both.
fn downgrade(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(downgrade),
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
            // 3.0 has no word for the names of members.
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
            object.values_mut().for_each(downgrade);
        }
        _ => {}
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
                    object.values().for_each(walk);
                }
                _ => {}
            }
        }
        let document = as_30(openapi31("http://localhost"));
        walk(&document);
        assert_eq!(document["openapi"], "3.0.3");
        assert_eq!(
            document["components"]["schemas"]["facility"]["properties"]["kind"]["nullable"],
            true
        );
    }
}
