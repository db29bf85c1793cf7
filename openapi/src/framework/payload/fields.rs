use chrono::{DateTime, Utc};
use leopard_core::domain::field::{FieldError, FieldErrors};
use leopard_core::domain::patch::Patch;
use leopard_core::domain::text::Text;
use leopard_core::domain::timestamp;
use serde_json::{Map, Value};

/// The most characters of a wrong choice that are repeated in the answer.
const SHOWN_CHARACTERS: usize = 100;

/// The most wrong names that are repeated in the answer.
const SHOWN_OTHERS: usize = 20;

/// The members of a JSON object, read one after the other; what is wrong with them is collected.
/// Members that nobody asks for are ignored.
pub(crate) struct Fields {
    members: Map<String, Value>,
    faults: FieldErrors,
}

impl Fields {
    pub(crate) fn of(members: Map<String, Value>) -> Self {
        Self {
            members,
            faults: FieldErrors::default(),
        }
    }

    /// A value that must be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, FieldError>,
    ) -> Option<T> {
        match self.members.remove(name) {
            None => self.fault(name, FieldError::Required),
            Some(value) => self.present(name, value, read),
        }
    }

    /// A value that may be missing, but not null.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, FieldError>,
    ) -> Option<T> {
        let value = self.members.remove(name)?;
        self.present(name, value, read)
    }

    /// A value that may be missing or null.
    pub(crate) fn nullable<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, FieldError>,
    ) -> Option<T> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        self.present(name, value, read)
    }

    /// The change that an optional value makes: none if it is missing, `Clear` if it is null.
    pub(crate) fn nullable_optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, FieldError>,
    ) -> Patch<T> {
        match self.members.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(value) => self
                .present(name, value, read)
                .map_or(Patch::Keep, Patch::Set),
        }
    }

    /// The same for a value that is required and may be null.
    pub(crate) fn required_or_null<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, FieldError>,
    ) -> Patch<T> {
        if !self.members.contains_key(name) {
            self.faults.add(name, FieldError::Required);
        }
        self.nullable_optional(name, read)
    }

    /// Refuses what nobody has asked for by now, where the names themselves are a choice.
    pub(crate) fn refuse_others(&mut self) {
        for name in self.members.keys().take(SHOWN_OTHERS) {
            self.faults.add(name, not_a_choice(name));
        }
    }

    /// How many fields are wrong so far.
    pub(crate) fn faults(&self) -> usize {
        self.faults.iter().count()
    }

    /// Adds what is wrong with several fields together.
    pub(crate) fn add(&mut self, faults: &FieldErrors) {
        self.faults.add_all(faults);
    }

    /// What is wrong, if anything; the value that was made of the fields otherwise. It is
    /// missing only if a field is.
    pub(crate) fn finish<T>(&mut self, value: Option<T>) -> Result<T, FieldErrors> {
        let faults = std::mem::take(&mut self.faults);
        match value {
            Some(value) if faults.is_empty() => Ok(value),
            _ => Err(faults),
        }
    }

    fn present<T>(
        &mut self,
        name: &str,
        value: Value,
        read: impl FnOnce(Value) -> Result<T, FieldError>,
    ) -> Option<T> {
        if value.is_null() {
            return self.fault(name, FieldError::Null);
        }
        match read(value) {
            Ok(value) => Some(value),
            Err(error) => self.fault(name, error),
        }
    }

    fn fault<T>(&mut self, name: &str, error: FieldError) -> Option<T> {
        self.faults.add(name, error);
        None
    }
}

/// Text of 1 to `MAX` characters.
pub(crate) fn text<const MAX: usize>(value: Value) -> Result<Text<MAX>, FieldError> {
    Text::new(string(value)?)
}

/// Any string.
pub(crate) fn string(value: Value) -> Result<String, FieldError> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(FieldError::NotAString),
    }
}

/// A whole number of 64 bits, written as one.
pub(crate) fn integer(value: &Value) -> Result<i64, FieldError> {
    value.as_i64().ok_or(FieldError::NotAnInteger)
}

/// True or false, written as such.
pub(crate) fn boolean(value: &Value) -> Result<bool, FieldError> {
    value.as_bool().ok_or(FieldError::NotABoolean)
}

/// A time.
pub(crate) fn time(value: &Value) -> Result<DateTime<Utc>, FieldError> {
    timestamp::parse(value.as_str().ok_or(FieldError::NotADatetime)?)
}

/// One of the names that `parse` knows.
pub(crate) fn choice<T>(
    value: &Value,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, FieldError> {
    match value {
        Value::String(name) => parse(name).ok_or_else(|| not_a_choice(name)),
        other => Err(not_a_choice(&other.to_string())),
    }
}

/// A list, each element read by `read`; its first fault is that of the list.
pub(crate) fn list<T>(
    value: Value,
    max: usize,
    read: impl Fn(Value) -> Result<T, FieldError>,
) -> Result<Vec<T>, FieldError> {
    match value {
        Value::Array(elements) if elements.len() > max => Err(FieldError::TooMany(max)),
        Value::Array(elements) => elements.into_iter().map(read).collect(),
        other => Err(FieldError::NotAList(type_name(&other))),
    }
}

/// Says that this is none of the choices, without repeating a whole novel.
pub(crate) fn not_a_choice(given: &str) -> FieldError {
    FieldError::NotAChoice(given.chars().take(SHOWN_CHARACTERS).collect())
}

/// What kind of value it is, in the words that clients of Django know.
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
