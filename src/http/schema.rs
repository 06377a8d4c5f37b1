//! Schemas of the API's definition that come from the types of answers, and lists of words as such types.

use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Adds the schema of an answer, and those of all it holds.
pub fn add<T: ToSchema>(schemas: &mut Map<String, Value>) {
    let mut found = Vec::new();
    T::schemas(&mut found);
    found.push((T::name().into_owned(), T::schema()));
    for (name, schema) in found {
        let schema = serde_json::to_value(schema).expect("a schema is JSON");
        schemas.insert(name, schema);
    }
}

/// Words of the domain as answers have them: each list is one named schema.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident of $word:ty = $key:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name(pub $word);

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.0.slug())
                }
            }

            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                    utoipa::openapi::ObjectBuilder::new()
                        .schema_type(utoipa::openapi::Type::String)
                        .enum_values(Some(<$word>::SLUGS.iter().copied()))
                        .into()
                }
            }

            impl utoipa::ToSchema for $name {
                fn name() -> std::borrow::Cow<'static, str> {
                    $key.into()
                }
            }
        )+
    };
}

pub(in crate::http) use words;
