use std::collections::BTreeMap;

use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, Object};
use serde::Serialize;

use super::{Code, MEDIA_TYPE, Problem};
use crate::http::request_id::RequestId;

pub(crate) type FieldMessages = BTreeMap<String, Vec<String>>;

/// An error (RFC 9457).
#[derive(Object, Serialize, Debug)]
#[oai(rename = "Problem")]
pub(crate) struct ProblemView {
    /// Always `about:blank`: use `code` instead.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    kind: String,
    /// Name of the status.
    title: String,
    /// Status of the response.
    status: u16,
    /// Human-readable explanation.
    detail: String,
    // Its type has its description.
    code: Code,
    /// Id of the request, as in `X-Request-Id`.
    request_id: String,
    /// With the code `invalid`: the messages of each invalid field, by its name.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<FieldMessages>,
    /// With the code `parse_error`: the line of the syntax error in the body, from 1.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// With the code `parse_error`: the bytes of that line up to the error.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
}

impl ProblemView {
    pub(super) fn of(problem: Problem, id: &RequestId) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: problem.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: problem.status.as_u16(),
            detail: problem.detail,
            code: problem.code,
            request_id: id.0.clone(),
            errors: problem.errors,
            line: problem.position.map(|(line, _)| line.into()),
            column: problem.position.map(|(_, column)| column.into()),
        }
    }
}

/// In the document every operation can fail with a 500; `document/statuses.rs` adds the other statuses.
impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "",
                status: Some(500),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: MEDIA_TYPE,
                    schema: ProblemView::schema_ref(),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        ProblemView::register(registry);
    }
}
