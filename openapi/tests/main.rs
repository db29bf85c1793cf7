//! The API over mocked ports: one binary, one module a subject.

mod anonymous_body;
mod bad_body;
mod bad_request;
mod bodies;
mod browser_guard;
mod health;
mod refused_values;
mod responses;
mod stream;
mod support;
mod web;
