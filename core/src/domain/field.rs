//! What can be wrong with a field of the input, in the words that clients know.

use std::collections::BTreeMap;
use std::fmt;

/// One thing that is wrong with one field; its text is what a client reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldError {
    /// The field is missing.
    Required,
    /// The field holds nothing but white space.
    Blank,
    /// The field is `null` where a value is needed.
    Null,
    /// The value is no string.
    NotAString,
    /// The value is no whole number of 64 bits.
    NotAnInteger,
    /// The value is neither `true` nor `false`.
    NotABoolean,
    /// The value is no RFC 3339 time.
    NotADatetime,
    /// The value is no list; the text names what it is.
    NotAList(&'static str),
    /// The value is none of the choices; the text is the value.
    NotAChoice(String),
    /// More characters (Unicode scalar values) than allowed.
    TooLong(usize),
    /// Fewer characters (Unicode scalar values) than needed.
    TooShort(usize),
    /// A smaller number than allowed.
    TooSmall(i64),
    /// A greater number than allowed.
    TooGreat(i64),
    /// More elements than allowed.
    TooMany(usize),
    /// A list without an element where one is needed.
    EmptyList,
    /// The value is no JSON object; the text names what it is.
    NotAnObject(&'static str),
    /// More bytes of JSON than allowed.
    TooLarge(usize),
    /// A member of an object is not what such a member is everywhere else.
    WrongMember(&'static str),
    /// More mentions than allowed.
    TooManyMentions(usize),
    /// A task has as many comments as it may have.
    TooManyComments(i64),
    /// The text holds U+0000.
    NullCharacters,
    /// The text holds something else than printable ASCII.
    NotPrintable,
    /// No active user has this id.
    UnknownUser(i64),
    /// No active user has this name.
    NoActiveUsername(String),
    /// No user at all has this name.
    UnknownUsername(String),
    /// The name is taken.
    UsernameTaken,
    /// The name holds a character that names may not hold.
    UsernameCharacters,
    /// One of two fields that only make sense together is missing.
    OnlyTogether(&'static str),
    /// It is no e-mail address.
    NotAnEmail,
    /// The password is not the one that the user has.
    WrongPassword,
    /// The password is the user name.
    PasswordIsUsername,
    /// The password is among the most common ones.
    PasswordTooCommon,
    /// Whoever administers wants to take this right from themselves.
    OwnRight,
    /// Nobody would be left who may administer.
    LastStaff,
    /// Notifications of this type cannot be switched off.
    CannotBeMuted,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("This field is required."),
            Self::Blank => f.write_str("This field may not be blank."),
            Self::Null => f.write_str("This field may not be null."),
            Self::NotAString => f.write_str("Not a valid string."),
            Self::NotAnInteger => f.write_str("A valid integer is required."),
            Self::NotABoolean => f.write_str("Must be a valid boolean."),
            Self::NotADatetime => f.write_str(
                "Datetime has wrong format. Use one of these formats instead: \
                 YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
            ),
            Self::NotAList(found) => {
                write!(f, "Expected a list of items but got type \"{found}\".")
            }
            Self::NotAChoice(value) => write!(f, "\"{value}\" is not a valid choice."),
            Self::TooLong(limit) => {
                write!(f, "Ensure this field has no more than {limit} characters.")
            }
            Self::TooShort(limit) => {
                write!(f, "Ensure this field has at least {limit} characters.")
            }
            Self::TooSmall(limit) => {
                write!(f, "Ensure this value is greater than or equal to {limit}.")
            }
            Self::TooGreat(limit) => {
                write!(f, "Ensure this value is less than or equal to {limit}.")
            }
            Self::TooMany(limit) => {
                write!(f, "Ensure this field has no more than {limit} elements.")
            }
            Self::EmptyList => f.write_str("This list may not be empty."),
            Self::NotAnObject(found) => {
                write!(
                    f,
                    "Expected a dictionary of items but got type \"{found}\"."
                )
            }
            Self::TooLarge(limit) => {
                write!(
                    f,
                    "Ensure this field has no more than {limit} bytes of JSON."
                )
            }
            Self::WrongMember(name) => write!(f, "\"{name}\" has another type here."),
            Self::TooManyMentions(limit) => {
                write!(f, "Ensure this field has no more than {limit} mentions.")
            }
            Self::TooManyComments(limit) => {
                write!(f, "Ensure this task has no more than {limit} comments.")
            }
            Self::NullCharacters => f.write_str("Null characters are not allowed."),
            Self::NotPrintable => f.write_str("Only printable ASCII characters are allowed."),
            Self::UnknownUser(id) => write!(f, "Invalid pk \"{id}\" - object does not exist."),
            Self::NoActiveUsername(name) => write!(f, "There is no active user \"{name}\"."),
            Self::UnknownUsername(name) => write!(f, "There is no user \"{name}\"."),
            Self::UsernameTaken => f.write_str("A user with that username already exists."),
            Self::UsernameCharacters => f.write_str(
                "Enter a valid username. This value may contain only letters, numbers, \
                 and @/./+/-/_ characters.",
            ),
            Self::OnlyTogether(other) => {
                write!(f, "This field and \"{other}\" must be given together.")
            }
            Self::NotAnEmail => f.write_str("Enter a valid email address."),
            Self::WrongPassword => {
                f.write_str("Your old password was entered incorrectly. Please enter it again.")
            }
            Self::PasswordIsUsername => f.write_str("The password is too similar to the username."),
            Self::PasswordTooCommon => f.write_str("This password is too common."),
            Self::OwnRight => f.write_str("You cannot take this from yourself."),
            Self::LastStaff => f.write_str("At least one active staff user must remain."),
            Self::CannotBeMuted => f.write_str("This type cannot be switched off."),
        }
    }
}

/// What is wrong, field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<String, Vec<FieldError>>);

impl FieldErrors {
    /// A single fault of a single field.
    #[must_use]
    pub fn of(field: &str, error: FieldError) -> Self {
        let mut errors = Self::default();
        errors.add(field, error);
        errors
    }

    /// Adds a fault of a field.
    pub fn add(&mut self, field: &str, error: FieldError) {
        self.0.entry(field.to_owned()).or_default().push(error);
    }

    /// Adds all of these faults.
    pub fn add_all(&mut self, others: &Self) {
        for (field, errors) in others.iter() {
            for error in errors {
                self.add(field, error.clone());
            }
        }
    }

    /// The value; where there is none, its fault is added.
    pub fn note<T>(&mut self, field: &str, value: Result<T, FieldError>) -> Option<T> {
        value.map_err(|error| self.add(field, error)).ok()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults by field, in the order of the field names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[FieldError])> {
        self.0
            .iter()
            .map(|(field, errors)| (field.as_str(), errors.as_slice()))
    }
}
