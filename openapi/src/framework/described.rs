/// Implements the framework's traits for a type of responses with a schema of its own: its name, its schema, its
/// JSON, and what it adds to the document.
macro_rules! described {
    (impl<$generic:ident: $bound:ident> $($rest:tt)+) => {
        $crate::framework::described!(@ [$generic: $bound] $($rest)+);
    };
    (@ [$($generics:tt)*]
        $type:ty, $name:expr, $schema:expr,
        json |$this:ident| $json:expr
        $(, register |$registry:ident| $register:expr)? $(,)?
    ) => {
        impl<$($generics)*> poem_openapi::types::Type for $type {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn schema_ref() -> poem_openapi::registry::MetaSchemaRef {
                $schema
            }

            $(fn register($registry: &mut poem_openapi::registry::Registry) {
                $register;
            })?

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl<$($generics)*> serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $this = self;
                serde::Serialize::serialize(&$json, serializer)
            }
        }

        impl<$($generics)*> poem_openapi::types::ToJSON for $type {
            fn to_json(&self) -> Option<serde_json::Value> {
                serde_json::to_value(self).ok()
            }
        }

        /// The framework requires this of every member of an object, although responses are never parsed.
        impl<$($generics)*> poem_openapi::types::ParseFromJSON for $type {
            fn parse_from_json(
                _: Option<serde_json::Value>,
            ) -> poem_openapi::types::ParseResult<Self> {
                Err(poem_openapi::types::ParseError::custom("responses are not parsed"))
            }
        }
    };
    ($($rest:tt)+) => {
        $crate::framework::described!(@ [] $($rest)+);
    };
}

pub(crate) use described;
