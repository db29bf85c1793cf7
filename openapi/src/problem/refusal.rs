use std::marker::PhantomData;

use leopard_core::Failure;
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, MetaSchema, MetaSchemaRef, Registry};

use super::Problem;

/// The failure of an operation with errors of its own beside the common ones. The document lists the statuses
/// that the type names.
pub(crate) struct Refusal<K>(Problem, PhantomData<K>);

pub(crate) trait Refusals {
    const ALL: &'static [Refused];
}

/// One status in the document.
pub(crate) struct Refused {
    status: u16,
    /// What it means at this operation; empty for the usual meaning.
    meaning: &'static str,
    /// An example; none for the usual one.
    example: Option<fn() -> Failure>,
}

impl Refused {
    /// A status with its usual meaning.
    pub(crate) const fn usual(status: u16) -> Self {
        Self { status, meaning: "", example: None }
    }

    /// A status with a meaning of the operation's own; empty for the usual one.
    pub(crate) const fn own(status: u16, meaning: &'static str, example: fn() -> Failure) -> Self {
        Self { status, meaning, example: Some(example) }
    }
}

macro_rules! refusals {
    ($($(#[doc = $doc:literal])+ $refusal:ident, $kind:ident = $statuses:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) type $refusal = Refusal<$kind>;

        pub(crate) struct $kind;

        impl Refusals for $kind {
            const ALL: &'static [Refused] = &$statuses;
        }
    )+};
}

refusals! {
    /// Only some callers may do it.
    MayBeForbidden, Forbidden = [Refused::usual(403)];
    /// It may be conditional on a version.
    MayBeOutdated, Outdated = [Refused::usual(412)];
    /// Both of these.
    MayBeForbiddenOrOutdated, ForbiddenOrOutdated = [Refused::usual(403), Refused::usual(412)];
    /// It may also ask for a change of status that is not allowed.
    MayConflict, Conflicting = [Refused::usual(403), Refused::usual(409), Refused::usual(412)];
}

impl<K> From<Problem> for Refusal<K> {
    fn from(problem: Problem) -> Self {
        Self(problem, PhantomData)
    }
}

impl<K> From<Failure> for Refusal<K> {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

impl<K> From<Refusal<K>> for poem::Error {
    fn from(refusal: Refusal<K>) -> Self {
        refusal.0.into()
    }
}

impl<K: Refusals> ApiResponse for Refusal<K> {
    fn meta() -> MetaResponses {
        let mut meta = Problem::meta();
        for refused in K::ALL {
            let mut responses = Problem::meta().responses;
            for response in &mut responses {
                response.status = Some(refused.status);
                response.description = refused.meaning;
                for content in &mut response.content {
                    // The finished document has it beside the schema.
                    content.schema = MetaSchemaRef::Inline(Box::new(MetaSchema {
                        example: refused.example.map(|example| Problem::from(example()).example()),
                        ..MetaSchema::ANY
                    }));
                }
            }
            meta.responses.extend(responses);
        }
        meta
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}
