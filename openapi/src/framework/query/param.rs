use std::marker::PhantomData;
use std::ops::RangeInclusive;

use leopard_core::domain::field::{FieldError, FieldErrors};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::last_value;
use super::shape::Shape;

/// A query parameter as text. Most readers treat an empty one as absent.
pub(crate) struct QueryParam<S> {
    name: &'static str,
    text: Option<String>,
    shape: PhantomData<S>,
}

impl<S> QueryParam<S> {
    /// The text, if there is one.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Reads a boolean; the default if it is absent.
    pub(crate) fn boolean(&self, default: bool, faults: &mut FieldErrors) -> bool {
        match self.filled().map(str::to_ascii_lowercase).as_deref() {
            None => default,
            Some("true" | "1") => true,
            Some("false" | "0") => false,
            Some(_) => {
                faults.add(self.name, FieldError::NotABoolean);
                default
            }
        }
    }

    /// Reads an integer.
    pub(crate) fn integer(&self, faults: &mut FieldErrors) -> Option<i64> {
        let number = self.filled()?.parse().ok();
        if number.is_none() {
            faults.add(self.name, FieldError::NotAnInteger);
        }
        number
    }

    /// Reads an integer within bounds.
    pub(crate) fn within(
        &self,
        bounds: RangeInclusive<u32>,
        faults: &mut FieldErrors,
    ) -> Option<u32> {
        let number = self.integer(faults)?;
        let (least, most) = (i64::from(*bounds.start()), i64::from(*bounds.end()));
        if number < least {
            faults.add(self.name, FieldError::TooSmall(least));
        } else if number > most {
            faults.add(self.name, FieldError::TooGreat(most));
        }
        u32::try_from(number).ok()
    }

    /// Reads a choice.
    pub(crate) fn choice<T>(
        &self,
        parse: impl Fn(&str) -> Option<T>,
        faults: &mut FieldErrors,
    ) -> Option<T> {
        let text = self.filled()?;
        let choice = parse(text);
        if choice.is_none() {
            faults.add(self.name, crate::framework::payload::not_a_choice(text));
        }
        choice
    }

    /// Reads a value with `parse`.
    pub(crate) fn parsed<T>(
        &self,
        parse: impl Fn(&str) -> Result<T, FieldError>,
        faults: &mut FieldErrors,
    ) -> Option<T> {
        faults.note(self.name, parse(self.filled()?))
    }

    fn filled(&self) -> Option<&str> {
        self.text().filter(|text| !text.is_empty())
    }
}

impl<'a, S: Shape> ApiExtractor<'a> for QueryParam<S> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        S::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(S::schema())
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self { name: options.name, text: last_value(request, options.name), shape: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(text: &str) -> QueryParam<super::super::shape::DefaultFalse> {
        QueryParam { name: "p", text: Some(text.to_owned()), shape: PhantomData }
    }

    #[test]
    fn a_boolean_is_one_of_four_words_in_any_case() {
        let mut faults = FieldErrors::default();
        for (text, value) in [("TRUE", true), ("1", true), ("False", false), ("0", false)] {
            assert_eq!(param(text).boolean(!value, &mut faults), value, "{text}");
        }
        assert!(param("").boolean(true, &mut faults));
        assert!(faults.is_empty());
        param("yes").boolean(false, &mut faults);
        assert_eq!(faults, FieldErrors::of("p", FieldError::NotABoolean));
    }

    #[test]
    fn an_integer_has_64_bits() {
        let mut faults = FieldErrors::default();
        assert_eq!(param("-7").integer(&mut faults), Some(-7));
        assert!(faults.is_empty());
        assert_eq!(param("9223372036854775808").integer(&mut faults), None);
        assert_eq!(faults, FieldErrors::of("p", FieldError::NotAnInteger));
    }
}
