use leopard_core::domain::field::FieldErrors;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::{Map, Value};

use super::{Choice, FieldValue, Fields};

/// A request body. Use [`body!`] to declare one: its schema and its reader then have the same members.
pub(crate) trait ReadBody: Sized + Send {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    /// The schema of members that are not described. Without one, they are ignored.
    const OTHERS: Option<fn() -> MetaSchemaRef> = None;

    fn describe(members: &mut Members<'_>);

    /// Reads every member; `None` if one is invalid.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// Declares a request body: its schema's name, its members with their documentation, and the value
/// built from them. A member is `name: presence Kind`, where the presence is a method of [`Fields`]
/// and [`Members`], and the kind a [`FieldValue`]. In the last expression, every member is an `Option`.
macro_rules! body {
    (
        $(#[doc = $doc:literal])+
        $body:ty as $name:literal {
            $($(#[doc = $about:literal])+ $member:ident: $presence:ident $kind:ty,)+
        }
        |$fields:ident| $value:expr
    ) => {
        impl $crate::framework::payload::ReadBody for $body {
            const NAME: &'static str = $name;
            const DESCRIPTION: &'static str = concat!($($doc, "\n"),+);

            fn describe(members: &mut $crate::framework::payload::Members<'_>) {
                $(members.$presence::<$kind>(stringify!($member), concat!($($about, "\n"),+));)+
            }

            fn read($fields: &mut $crate::framework::payload::Fields) -> Option<Self> {
                $(let $member = $fields.$presence::<$kind>(stringify!($member));)+
                $value
            }
        }
    };
}

pub(crate) use body;

/// Reads the members of a JSON object; every error of every member is reported at once.
pub(super) fn read<T: ReadBody>(members: Map<String, Value>) -> Result<T, FieldErrors> {
    let mut fields = Fields::of(members);
    let value = T::read(&mut fields);
    fields.finish(value)
}

/// Adds the schema of a body to the document.
pub(super) fn register<T: ReadBody>(registry: &mut Registry) {
    registry.create_schema::<T, _>(T::NAME.to_owned(), |registry| MetaSchema {
        additional_properties: T::OTHERS.map(|schema| Box::new(schema())),
        ..object_schema(registry, T::DESCRIPTION, T::describe)
    });
}

/// The schema of an object with these members.
pub(crate) fn object_schema(
    registry: &mut Registry,
    description: &'static str,
    describe: impl FnOnce(&mut Members<'_>),
) -> MetaSchema {
    let mut members = Members { registry, required: vec![], properties: vec![] };
    describe(&mut members);
    MetaSchema {
        description: Some(description),
        required: members.required,
        properties: members.properties,
        ..MetaSchema::new("object")
    }
}

/// Whether an object may have further members. The framework cannot write a boolean here: it is the default of
/// an otherwise empty schema, which the finished document replaces by it.
pub(crate) fn others(are_allowed: bool) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema {
        default: Some(are_allowed.into()),
        ..MetaSchema::ANY
    }))
}

/// The members of a body in the document.
pub(crate) struct Members<'a> {
    registry: &'a mut Registry,
    required: Vec<&'static str>,
    properties: Vec<(&'static str, MetaSchemaRef)>,
}

/// Declares how a member is written in the document, with the name of the method of [`Fields`] that reads it.
macro_rules! presences {
    ($($presence:ident: required $required:literal, nullable $nullable:literal;)+) => {$(
        pub(crate) fn $presence<T: FieldValue>(&mut self, name: &'static str, about: &'static str) {
            if $required {
                self.required.push(name);
            }
            self.add::<T>(name, about, $nullable);
        }
    )+};
}

impl Members<'_> {
    presences! {
        required: required true, nullable false;
        optional: required false, nullable false;
        nullable: required false, nullable true;
        patch: required false, nullable true;
        required_or_null: required true, nullable true;
    }

    /// An optional choice with its default.
    pub(crate) fn or_default<T: FieldValue + Choice + Default>(
        &mut self,
        name: &'static str,
        about: &'static str,
    ) {
        let default = Some(T::default().name().into());
        self.add_with::<T>(
            name,
            MetaSchema { description: Some(about), default, ..MetaSchema::ANY },
        );
    }

    fn add<T: FieldValue>(&mut self, name: &'static str, about: &'static str, nullable: bool) {
        self.add_with::<T>(
            name,
            MetaSchema { description: Some(about), nullable, ..MetaSchema::ANY },
        );
    }

    fn add_with<T: FieldValue>(&mut self, name: &'static str, facts: MetaSchema) {
        T::register(self.registry);
        self.properties.push((name, T::schema().merge(facts)));
    }
}
