//! What a person at a terminal is told when something cannot be done.

use std::fmt;

use leopard_core::Failure;

/// A sentence that names what is wrong.
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
                let told = errors.iter().flat_map(|(field, errors)| {
                    errors
                        .iter()
                        .map(move |error| format!("{}: {error}", argument(field)))
                });
                Self(told.collect::<Vec<_>>().join(" "))
            }
            // The operator is the one who may see the inside.
            Failure::Busy(detail) => Self(format!("the database is busy: {detail}")),
            Failure::Unavailable(detail) => Self(format!("the database is unavailable: {detail}")),
            Failure::Internal(detail) => Self(format!("something is broken: {detail}")),
            other => Self(other.to_string()),
        }
    }
}

/// What the command line calls a field.
fn argument(field: &str) -> String {
    match field {
        "username" => "NAME".to_owned(),
        "password" => "the password".to_owned(),
        "due_date" => "--due".to_owned(),
        other => format!("--{}", other.replace('_', "-")),
    }
}
