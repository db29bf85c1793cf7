use leopard_core::Failure;
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};

use super::Problem;

/// What can go wrong with an operation that not everybody who is known may do: its type says so, and
/// so the document lists a 403 there.
pub(crate) struct MayBeForbidden(Problem);

impl From<Failure> for MayBeForbidden {
    fn from(failure: Failure) -> Self {
        Self(failure.into())
    }
}

impl From<MayBeForbidden> for poem::Error {
    fn from(MayBeForbidden(problem): MayBeForbidden) -> Self {
        problem.into()
    }
}

impl ApiResponse for MayBeForbidden {
    fn meta() -> MetaResponses {
        let mut meta = Problem::meta();
        let mut forbidden = Problem::meta().responses;
        for response in &mut forbidden {
            response.status = Some(403);
        }
        meta.responses.extend(forbidden);
        meta
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}
