//! The error of a command.

use std::fmt;

use leopard_core::Failure;

/// An error as a sentence for the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError(pub String);

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Invalid(errors) => {
                let messages = errors.iter().flat_map(|(field, errors)| {
                    errors.iter().map(move |error| format!("{}: {error}", argument(field)))
                });
                Self(messages.collect::<Vec<_>>().join(" "))
            }
            // Internal details are for the operator alone.
            Failure::Busy(detail) => Self(format!("the database is busy: {detail}")),
            Failure::Unavailable(detail) => Self(format!("the database is unavailable: {detail}")),
            Failure::Internal(detail) => Self(format!("internal error: {detail}")),
            other => Self(other.to_string()),
        }
    }
}

/// The argument of a field.
fn argument(field: &str) -> String {
    match field {
        "username" => "NAME".to_owned(),
        "password" => "the password".to_owned(),
        "due_date" => "--due".to_owned(),
        other => format!("--{}", other.replace('_', "-")),
    }
}
