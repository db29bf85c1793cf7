//! Errors of input fields, with the texts that clients match.

use std::collections::BTreeMap;

/// One error of one field. Its `Display` text is part of the API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The field is missing.
    #[error("This field is required.")]
    Required,
    /// The field is empty or holds only white space.
    #[error("This field may not be blank.")]
    Blank,
    /// The field is `null` and a value is required.
    #[error("This field may not be null.")]
    Null,
    /// The value is not a string.
    #[error("Not a valid string.")]
    NotAString,
    /// The value is not an integer of 64 bits.
    #[error("A valid integer is required.")]
    NotAnInteger,
    /// The value is neither `true` nor `false`.
    #[error("Must be a valid boolean.")]
    NotABoolean,
    /// The value is not an RFC 3339 timestamp.
    #[error(
        "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
    )]
    NotADatetime,
    /// The value names no user; holds the words that are allowed beside an id.
    #[error("Enter the id of a user, or {0}.")]
    NotAUserChoice(&'static str),
    /// The value is not a list; holds the JSON type that was sent.
    #[error("Expected a list of items but got type \"{0}\".")]
    NotAList(&'static str),
    /// The value is not one of the choices; holds the value.
    #[error("\"{0}\" is not a valid choice.")]
    NotAChoice(String),
    /// The same with the choices, which [`FieldError::hint`] lists.
    #[error("\"{0}\" is not a valid choice.")]
    NotOneOf(String, Vec<String>),
    /// More characters (Unicode scalar values) than this maximum.
    #[error("Ensure this field has no more than {0} characters.")]
    TooLong(usize),
    /// Fewer characters (Unicode scalar values) than this minimum.
    #[error("Ensure this field has at least {0} characters.")]
    TooShort(usize),
    /// A number below this minimum.
    #[error("Ensure this value is greater than or equal to {0}.")]
    TooSmall(i64),
    /// A number above this maximum.
    #[error("Ensure this value is less than or equal to {0}.")]
    TooGreat(i64),
    /// More elements than this maximum.
    #[error("Ensure this field has no more than {0} elements.")]
    TooMany(usize),
    /// The list is empty and needs at least one element.
    #[error("This list may not be empty.")]
    EmptyList,
    /// The value is not a JSON object; holds the JSON type that was sent.
    #[error("Expected a dictionary of items but got type \"{0}\".")]
    NotAnObject(&'static str),
    /// More bytes of JSON than this maximum.
    #[error("Ensure this field has no more than {0} bytes of JSON.")]
    TooLarge(usize),
    /// The member of this name has another type than it has everywhere else.
    #[error("\"{0}\" has another type here.")]
    WrongMember(&'static str),
    /// More mentions than this maximum.
    #[error("Ensure this field has no more than {0} mentions.")]
    TooManyMentions(usize),
    /// The task already has this maximum number of comments.
    #[error("Ensure this task has no more than {0} comments.")]
    TooManyComments(i64),
    /// The text contains U+0000.
    #[error("Null characters are not allowed.")]
    NullCharacters,
    /// The text contains characters other than printable ASCII.
    #[error("Only printable ASCII characters are allowed.")]
    NotPrintable,
    /// No active user has this id.
    #[error("Invalid pk \"{0}\" - object does not exist.")]
    UnknownUser(i64),
    /// No active user has this username.
    #[error("There is no active user \"{0}\".")]
    NoActiveUsername(String),
    /// No user has this username.
    #[error("There is no user \"{0}\".")]
    UnknownUsername(String),
    /// Another user has this username.
    #[error("A user with that username already exists.")]
    UsernameTaken,
    /// The username contains a character that is not allowed.
    #[error(
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
    )]
    UsernameCharacters,
    /// The field is missing and is required together with the field of this name.
    #[error("This field and \"{0}\" must be given together.")]
    OnlyTogether(&'static str),
    /// None or several of these members are given.
    #[error("Give exactly one of {0}.")]
    NotExactlyOne(&'static str),
    /// The value is not an e-mail address.
    #[error("Enter a valid email address.")]
    NotAnEmail,
    /// The value is neither a web address nor an absolute path.
    #[error("Enter a valid URL: http://, https:// or an absolute path.")]
    NotAUrl,
    /// The user has another password.
    #[error("Your old password was entered incorrectly. Please enter it again.")]
    WrongPassword,
    /// A service user gets a password.
    #[error("A service user has no password.")]
    PasswordOfService,
    /// No active user has this external id.
    #[error("There is no active user with the external id \"{0}\".")]
    NoActiveExternalId(String),
    /// The password equals the username.
    #[error("The password is too similar to the username.")]
    PasswordIsUsername,
    /// The password is on the list of the most common passwords.
    #[error("This password is too common.")]
    PasswordTooCommon,
    /// Staff try to take the staff right from themselves or to deactivate themselves.
    #[error("You cannot take this from yourself.")]
    OwnRight,
    /// No active staff user would remain.
    #[error("At least one active staff user must remain.")]
    LastStaff,
    /// The time is not in the future.
    #[error("This time must be in the future.")]
    NotInFuture,
    /// Only staff may grant the scope of this name.
    #[error("Only staff may grant \"{0}\".")]
    ScopeOfStaff(&'static str),
    /// Notifications of this type cannot be switched off.
    #[error("This type cannot be switched off.")]
    CannotBeMuted,
    /// A notification type would be off by default, and users could not turn it off again.
    #[error("This type must be on by default, because users cannot disable it.")]
    MustBeOnByDefault,
    /// Not the form of the name of a notification type.
    #[error("\"{0}\" is not a valid choice.")]
    NotATypeName(String),
    /// There are already this maximum number of own notification types.
    #[error("There may be no more than {0} types of your own.")]
    TooManyTypes(usize),
}

impl FieldError {
    /// A second sentence for people: clients match the first as it is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotOneOf(_, choices) => Some(format!("Choose one of {}.", choices.join(", "))),
            Self::NotATypeName(_) => {
                let form = "The name of a type has 1 to 64 characters A-Z, 0-9 and _, and begins with a \
                    letter.";
                Some(form.to_owned())
            }
            _ => None,
        }
    }
}

/// The errors of an input, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<String, Vec<FieldError>>);

impl FieldErrors {
    /// One error of one field.
    pub fn of(field: &str, error: FieldError) -> Self {
        let mut errors = Self::default();
        errors.add(field, error);
        errors
    }

    /// Adds an error of a field.
    pub fn add(&mut self, field: &str, error: FieldError) {
        self.0.entry(field.to_owned()).or_default().push(error);
    }

    /// Adds all errors of another input.
    pub fn add_all(&mut self, others: &Self) {
        for (field, errors) in &others.0 {
            let all = self.0.entry(field.clone()).or_default();
            all.extend(errors.iter().cloned());
        }
    }

    /// Returns the value, or adds its error and returns `None`.
    pub fn note<T>(&mut self, field: &str, value: Result<T, FieldError>) -> Option<T> {
        value.map_err(|error| self.add(field, error)).ok()
    }

    /// Whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors by field, in the order of the field names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[FieldError])> {
        let fields = self.0.iter();
        fields.map(|(field, errors)| (field.as_str(), errors.as_slice()))
    }
}
