use leopard_core::domain::field::{FieldError, FieldErrors};
use leopard_core::domain::patch::Patch;
use serde_json::{Map, Value};

use super::FieldValue;

/// The most characters of an unknown choice that the error repeats.
const SHOWN_CHARACTERS: usize = 100;

/// The most unknown members that errors name.
const SHOWN_OTHERS: usize = 20;

/// The members of a JSON object, read one after the other, and their errors.
pub(crate) struct Fields {
    members: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields {
    pub(crate) fn of(members: Map<String, Value>) -> Self {
        Self { members, errors: FieldErrors::default() }
    }

    /// A required value.
    pub(crate) fn required<T: FieldValue>(&mut self, name: &str) -> Option<T> {
        match self.members.remove(name) {
            None => self.fail(name, FieldError::Required),
            Some(value) => self.present(name, value),
        }
    }

    /// An optional value; null is an error.
    pub(crate) fn optional<T: FieldValue>(&mut self, name: &str) -> Option<T> {
        let value = self.members.remove(name)?;
        self.present(name, value)
    }

    /// A value that is the default if it is absent; null is an error.
    pub(crate) fn or_default<T: FieldValue + Default>(&mut self, name: &str) -> Option<T> {
        match self.members.remove(name) {
            None => Some(T::default()),
            Some(value) => self.present(name, value),
        }
    }

    /// An optional value; null is the same as absent.
    pub(crate) fn nullable<T: FieldValue>(&mut self, name: &str) -> Option<T> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        self.present(name, value)
    }

    /// An optional value, or null to clear the field.
    pub(crate) fn patch<T: FieldValue>(&mut self, name: &str) -> Patch<T> {
        match self.members.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(value) => self.present(name, value).map_or(Patch::Keep, Patch::Set),
        }
    }

    /// A required value, or null to clear the field.
    pub(crate) fn required_or_null<T: FieldValue>(&mut self, name: &str) -> Patch<T> {
        if !self.members.contains_key(name) {
            self.errors.add(name, FieldError::Required);
        }
        self.patch(name)
    }

    /// Checks a value further; `None` if it is absent or invalid.
    pub(crate) fn check<T>(
        &mut self,
        name: &str,
        value: Option<Result<T, FieldError>>,
    ) -> Option<T> {
        self.errors.note(name, value?)
    }

    /// Whether none of these members is invalid.
    pub(crate) fn are_valid(&self, names: &[&str]) -> bool {
        !self.errors.iter().any(|(name, _)| names.contains(&name))
    }

    /// Adds errors of several members together.
    pub(crate) fn add(&mut self, errors: &FieldErrors) {
        self.errors.add_all(errors);
    }

    /// The members that were not read, to be read later.
    pub(crate) fn take_others(&mut self) -> Self {
        Self::of(std::mem::take(&mut self.members))
    }

    /// Reports every member that was not read as an unknown choice.
    pub(crate) fn refuse_others(&mut self) {
        for name in self.members.keys().take(SHOWN_OTHERS) {
            self.errors.add(name, not_a_choice(name));
        }
    }

    /// The value if no member is invalid; every error otherwise.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, FieldErrors> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }

    fn present<T: FieldValue>(&mut self, name: &str, value: Value) -> Option<T> {
        if value.is_null() {
            return self.fail(name, FieldError::Null);
        }
        match T::read(value) {
            Ok(value) => Some(value),
            Err(error) => self.fail(name, error),
        }
    }

    fn fail<T>(&mut self, name: &str, error: FieldError) -> Option<T> {
        self.errors.add(name, error);
        None
    }
}

/// An unknown member; the error repeats its beginning.
fn not_a_choice(given: &str) -> FieldError {
    FieldError::NotAChoice(shown(given))
}

/// A value other than these choices; the error repeats its beginning.
pub(crate) fn not_one_of(given: &str, choices: Vec<&'static str>) -> FieldError {
    let choices = choices.into_iter().map(str::to_owned).collect();
    FieldError::NotOneOf(shown(given), choices)
}

/// The beginning of a value, for an error.
pub(crate) fn shown(given: &str) -> String {
    given.chars().take(SHOWN_CHARACTERS).collect()
}

/// The type of a value, as Django's clients know it.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}
