use crate::framework::described;

/// A text of the program, for people, in a response.
pub(crate) struct Label(pub(crate) &'static str);

described! {
    Label, String::name(), String::schema_ref(),
    json |label| label.0,
}
