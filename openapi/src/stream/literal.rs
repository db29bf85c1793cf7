//! Types with a single value, which discriminate the events of the stream.

/// Declares types whose only value is a text.
macro_rules! literals {
    ($($name:ident = $text:literal),* $(,)?) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct $name;

        $crate::framework::described! {
            $name, stringify!($name),
            $crate::framework::payload::inline(poem_openapi::registry::MetaSchema {
                description: Some("Type of the event."),
                enum_items: vec![$text.into()],
                ..poem_openapi::registry::MetaSchema::new("string")
            }),
        }

        impl poem_openapi::types::ToJSON for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some($text.into())
            }
        }
    )*};
}

pub(super) use literals;
