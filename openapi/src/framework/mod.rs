//! Extensions of poem-openapi: strict readers of bodies, queries and headers that collect every error, and a
//! document that client generators understand.

mod described;
pub(crate) mod document;
pub(crate) mod header;
pub(crate) mod payload;
pub(crate) mod query;
pub(crate) mod response;

pub(crate) use described::described;
