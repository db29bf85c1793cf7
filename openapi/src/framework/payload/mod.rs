//! Values read from JSON and written to it.

mod body;
mod choice;
mod fields;
mod json;
mod json_body;
mod json_value;
mod label;
mod path;
mod timestamp;
mod value;

pub(crate) use body::{Members, ReadBody, body, object_schema, others};
pub(crate) use choice::{Choice, Name, choices, names, open_names, read_choice};
pub(crate) use fields::{Fields, not_one_of, shown, type_name};
pub(crate) use json::Json;
pub(crate) use json_body::JsonBody;
pub(crate) use label::Label;
pub(crate) use path::{Path, PathValue};
pub(crate) use timestamp::Timestamp;
pub(crate) use value::{FieldValue, List, array_schema, elements, inline, text_schema};
