//! Types with a single value, which discriminate the events of the stream.

/// Declares types whose only value is a text.
macro_rules! literals {
    ($($name:ident = $text:literal),* $(,)?) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct $name;

        impl poem_openapi::types::Type for $name {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_ref() -> poem_openapi::registry::MetaSchemaRef {
                let schema = poem_openapi::registry::MetaSchema {
                    description: Some("Type of the event."),
                    enum_items: vec![$text.into()],
                    ..poem_openapi::registry::MetaSchema::new("string")
                };
                poem_openapi::registry::MetaSchemaRef::Inline(Box::new(schema))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl poem_openapi::types::ParseFromJSON for $name {
            fn parse_from_json(
                value: Option<serde_json::Value>,
            ) -> poem_openapi::types::ParseResult<Self> {
                match value {
                    Some(serde_json::Value::String(text)) if text == $text => Ok(Self),
                    _ => Err(poem_openapi::types::ParseError::custom(concat!("not ", $text))),
                }
            }
        }

        impl poem_openapi::types::ToJSON for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some($text.into())
            }
        }
    )*};
}

pub(super) use literals;
