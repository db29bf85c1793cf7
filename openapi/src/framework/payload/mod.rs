//! What is read from and written into JSON.

mod fields;
mod json_body;
mod json_value;
mod record_id;
mod timestamp;

pub(crate) use fields::{
    Fields, boolean, choice, integer, list, not_a_choice, string, text, time, type_name,
};
pub(crate) use json_body::{JsonBody, ReadBody};
pub(crate) use record_id::RecordId;
pub(crate) use timestamp::Timestamp;
