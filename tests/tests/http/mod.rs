//! What holds for every request, the OpenAPI document, its clients, and the web pages.

mod access_log;
mod access_rights;
mod behind_nginx;
mod connections;
mod docs_page;
mod document;
mod generated_clients;
mod idempotency;
mod invalid_request;
mod location;
mod malformed;
mod patterns;
mod quotas;
mod schemathesis;
mod tester_page;
