use std::marker::PhantomData;

use leopard_core::Failure;
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};

use super::Problem;

/// What can go wrong with an operation beyond what can with all: its type says so, and so the
/// document lists these statuses there.
pub(crate) struct Refusal<K>(Problem, PhantomData<K>);

/// Not everybody who is known may do it.
pub(crate) type MayBeForbidden = Refusal<Forbidden>;
/// It is a change of what others change too.
pub(crate) type MayConflict = Refusal<Conflicting>;
/// It is meant for one version of what others change too.
pub(crate) type MayBeOutdated = Refusal<Outdated>;

/// The statuses of a kind of refusals.
pub(crate) trait Statuses {
    const ALL: &'static [u16];
}

pub(crate) struct Forbidden;
pub(crate) struct Conflicting;
pub(crate) struct Outdated;

impl Statuses for Forbidden {
    const ALL: &'static [u16] = &[403];
}

impl Statuses for Conflicting {
    const ALL: &'static [u16] = &[403, 409];
}

impl Statuses for Outdated {
    const ALL: &'static [u16] = &[403, 409, 412];
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

impl<K: Statuses> ApiResponse for Refusal<K> {
    fn meta() -> MetaResponses {
        let mut meta = Problem::meta();
        for status in K::ALL {
            let mut responses = Problem::meta().responses;
            for response in &mut responses {
                response.status = Some(*status);
            }
            meta.responses.extend(responses);
        }
        meta
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}
