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
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Reads a boolean; the default if it is absent.
    pub(crate) fn boolean(&self, default: bool, errors: &mut FieldErrors) -> bool {
        match self.filled().map(str::to_ascii_lowercase).as_deref() {
            None => default,
            Some("true" | "1") => true,
            Some("false" | "0") => false,
            Some(_) => {
                errors.add(self.name, FieldError::NotABoolean);
                default
            }
        }
    }

    pub(crate) fn integer(&self, errors: &mut FieldErrors) -> Option<i64> {
        let number = self.filled()?.parse().ok();
        if number.is_none() {
            errors.add(self.name, FieldError::NotAnInteger);
        }
        number
    }

    pub(crate) fn within(
        &self,
        bounds: RangeInclusive<u32>,
        errors: &mut FieldErrors,
    ) -> Option<u32> {
        let number = self.integer(errors)?;
        let (least, most) = (i64::from(*bounds.start()), i64::from(*bounds.end()));
        if number < least {
            errors.add(self.name, FieldError::TooSmall(least));
        } else if number > most {
            errors.add(self.name, FieldError::TooGreat(most));
        }
        u32::try_from(number).ok()
    }

    pub(crate) fn choice<T>(
        &self,
        parse: impl Fn(&str) -> Option<T>,
        errors: &mut FieldErrors,
    ) -> Option<T> {
        let text = self.filled()?;
        let choice = parse(text);
        if choice.is_none() {
            errors.add(self.name, crate::framework::payload::not_a_choice(text));
        }
        choice
    }

    pub(crate) fn parsed<T>(
        &self,
        parse: impl Fn(&str) -> Result<T, FieldError>,
        errors: &mut FieldErrors,
    ) -> Option<T> {
        errors.note(self.name, parse(self.filled()?))
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
    fn boolean_accepts_four_spellings_in_any_case() {
        let mut errors = FieldErrors::default();
        for (text, value) in [("TRUE", true), ("1", true), ("False", false), ("0", false)] {
            assert_eq!(param(text).boolean(!value, &mut errors), value, "{text}");
        }
        assert!(param("").boolean(true, &mut errors));
        assert!(errors.is_empty());
        param("yes").boolean(false, &mut errors);
        assert_eq!(errors, FieldErrors::of("p", FieldError::NotABoolean));
    }

    #[test]
    fn integer_has_64_bits() {
        let mut errors = FieldErrors::default();
        assert_eq!(param("-7").integer(&mut errors), Some(-7));
        assert!(errors.is_empty());
        assert_eq!(param("9223372036854775808").integer(&mut errors), None);
        assert_eq!(errors, FieldErrors::of("p", FieldError::NotAnInteger));
    }
}
