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
/// It may be meant for one version of what others change too.
pub(crate) type MayBeOutdated = Refusal<Outdated>;
/// Both of these.
pub(crate) type MayBeForbiddenOrOutdated = Refusal<ForbiddenOrOutdated>;
/// It may also lead to a status to which nothing leads from where it stands.
pub(crate) type MayConflict = Refusal<Conflicting>;

/// The statuses of a kind of refusals.
pub(crate) trait Statuses {
    const ALL: &'static [u16];
}

pub(crate) struct Forbidden;
pub(crate) struct Outdated;
pub(crate) struct ForbiddenOrOutdated;
pub(crate) struct Conflicting;

impl Statuses for Forbidden {
    const ALL: &'static [u16] = &[403];
}

impl Statuses for Outdated {
    const ALL: &'static [u16] = &[412];
}

impl Statuses for ForbiddenOrOutdated {
    const ALL: &'static [u16] = &[403, 412];
}

impl Statuses for Conflicting {
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
