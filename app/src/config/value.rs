//! Parsers of settings. An error names the setting, its source and what it must be.

use std::ffi::OsStr;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, Command, Error, ValueEnum};
use ipnet::IpNet;
use leopard_openapi::CorsOrigins;
use tracing::level_filters::LevelFilter;

use super::database::Database;
use super::origin::origin;

/// A function from text and source to a value, or to the end of a sentence that begins with the
/// setting's name.
#[derive(Clone)]
struct Parser<F>(F);

impl<T, F> TypedValueParser for Parser<F>
where
    T: Clone + Send + Sync + 'static,
    F: Fn(&OsStr, ValueSource) -> Result<T, String> + Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, text: &OsStr) -> Result<T, Error> {
        self.parse_ref_(command, arg, text, ValueSource::CommandLine)
    }

    fn parse_ref_(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        text: &OsStr,
        source: ValueSource,
    ) -> Result<T, Error> {
        (self.0)(text, source).map_err(|fault| {
            let name = arg.and_then(Arg::get_env).unwrap_or_default();
            let message = format!("{}{fault}\n", name.display());
            Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

/// A value without secrets; the error repeats the text and says that it `must be …`.
pub fn parsed<T: Clone + Send + Sync + 'static>(
    parse: impl Fn(&str) -> Option<T> + Clone + Send + Sync + 'static,
    must_be: impl Into<String>,
) -> impl TypedValueParser<Value = T> {
    let must_be = must_be.into();
    Parser(move |text: &OsStr, source| {
        let text = text.to_string_lossy();
        parse(&text).ok_or_else(|| format!(", set {} to \"{text}\", {must_be}", place(source)))
    })
}

/// Clap's defaults hold the settings of the file.
fn place(source: ValueSource) -> &'static str {
    match source {
        ValueSource::CommandLine => "as a flag",
        ValueSource::EnvVariable => "in the environment",
        _ => "in the configuration file",
    }
}

pub fn number(bounds: RangeInclusive<u32>) -> impl TypedValueParser<Value = u32> {
    let must_be = format!("must be a whole number from {} to {}", bounds.start(), bounds.end());
    let parse = move |text: &str| text.parse().ok().filter(|number| bounds.contains(number));
    parsed(parse, must_be)
}

pub fn bool() -> impl TypedValueParser<Value = bool> {
    parsed(|text| text.parse().ok(), "must be true or false")
}

/// A choice by its name.
pub fn one_of<T: ValueEnum + Send + Sync + 'static>() -> impl TypedValueParser<Value = T> {
    let names = T::value_variants().iter().filter_map(T::to_possible_value);
    let names: Vec<_> = names.map(|name| name.get_name().to_owned()).collect();
    let choose = |text: &str| T::from_str(text, false).ok();
    parsed(choose, format!("must be one of: {}", names.join(", ")))
}

pub fn path() -> impl TypedValueParser<Value = PathBuf> {
    Parser(|text: &OsStr, source| {
        let path = (!text.is_empty()).then(|| PathBuf::from(text));
        path.ok_or_else(|| format!(", set {} to \"\", must be the path of a file", place(source)))
    })
}

/// A secret, which is neither shown nor taken from a command line.
pub fn secret<T: Clone + Send + Sync + 'static>(
    read: fn(&OsStr) -> T,
) -> impl TypedValueParser<Value = T> {
    Parser(move |text: &OsStr, source| match source {
        ValueSource::CommandLine => Err(NO_FLAG.to_owned()),
        _ => Ok(read(text)),
    })
}

/// A URL that is not shown, and not taken from a command line if it holds a password.
pub fn database_url() -> impl TypedValueParser<Value = Database> {
    Parser(|text: &OsStr, source| {
        let database = Database::parse(&text.to_string_lossy())
            .ok_or(" must be sqlite://FILE (without options), postgres://… or memory:")?;
        if source == ValueSource::CommandLine && database.holds_password() {
            return Err(format!(" with a password{NO_FLAG}"));
        }
        Ok(database)
    })
}

const NO_FLAG: &str = " must not be on the command line, which other users can read: set it in the \
                       environment or in leopard.toml";

pub fn log_filter(text: &str) -> Option<String> {
    let is_filter = text.split(',').map(str::trim).all(is_directive);
    is_filter.then(|| text.to_owned())
}

/// A word without a target must be a level: tracing would take a misspelt level for a target, and log
/// nothing else.
fn is_directive(text: &str) -> bool {
    let is_level = !text.is_empty() && text.parse::<LevelFilter>().is_ok();
    is_level || text.contains(['=', '[', ']'])
}

/// `*`, or origins separated by commas.
pub fn cors_origins(text: &str) -> Option<CorsOrigins> {
    if text.trim() == "*" {
        return Some(CorsOrigins::Any);
    }
    let origins: Vec<_> = elements(text).map(origin).collect::<Option<_>>()?;
    (!origins.is_empty()).then_some(CorsOrigins::Only(origins))
}

/// `none`, or `loopback`, addresses and networks, separated by commas.
pub fn networks(text: &str) -> Option<Vec<IpNet>> {
    if text.trim() == "none" {
        return Some(vec![]);
    }
    let networks: Option<Vec<Vec<IpNet>>> = elements(text).map(network).collect();
    networks.map(|networks| networks.concat())
}

fn network(text: &str) -> Option<Vec<IpNet>> {
    if text == "loopback" {
        return Some(vec!["127.0.0.0/8".parse().ok()?, "::1/128".parse().ok()?]);
    }
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    let network = text.parse().ok().or_else(address)?;
    Some(vec![network])
}

fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T>(
        parser: &impl TypedValueParser<Value = T>,
        text: &str,
        from: ValueSource,
    ) -> String {
        let arg = Arg::new("x").long("x").env("LEOPARD_X");
        let parsed = parser.parse_ref_(&Command::new("leopard"), Some(&arg), text.as_ref(), from);
        parsed.map(drop).unwrap_err().to_string()
    }

    #[test]
    fn error_names_the_setting_the_source_and_the_bounds() {
        for (source, place) in [
            (ValueSource::CommandLine, "as a flag"),
            (ValueSource::EnvVariable, "in the environment"),
            (ValueSource::DefaultValue, "in the configuration file"),
        ] {
            let error = error(&number(1..=9), "10", source);
            let expected =
                format!("LEOPARD_X, set {place} to \"10\", must be a whole number from 1 to 9");
            assert!(error.contains(&expected), "{error}");
        }
    }

    #[test]
    fn secret_is_refused_on_the_command_line_and_never_shown() {
        let secret = secret(OsStr::to_owned);
        let url = "postgres://me:hunter2@host/x";
        for error in [
            error(&secret, "hunter2", ValueSource::CommandLine),
            error(&database_url(), url, ValueSource::CommandLine),
            error(&database_url(), "mysql://me:hunter2@host/x", ValueSource::EnvVariable),
        ] {
            assert!(error.contains("LEOPARD_X"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn comma_separated_origins_and_networks_are_parsed() {
        let only = |origins: &[&str]| {
            let origins = origins.iter().map(|origin| (*origin).to_owned());
            Some(CorsOrigins::Only(origins.collect()))
        };
        assert_eq!(cors_origins(" * "), Some(CorsOrigins::Any));
        assert_eq!(cors_origins("http://a, https://b:443"), only(&["http://a", "https://b"]));
        assert_eq!((cors_origins(""), cors_origins("a")), (None, None));
        let list = "loopback, 10.0.0.0/8,192.0.2.1";
        assert_eq!(networks(list).map(|networks| networks.len()), Some(4));
        assert_eq!((networks("none"), networks("proxy")), (Some(vec![]), None));
    }

    #[test]
    fn misspelt_log_level_is_refused() {
        for filter in ["info", "info,access=warn", "[span]=debug"] {
            assert!(log_filter(filter).is_some(), "{filter}");
        }
        for wrong in ["", "inof", "info,"] {
            assert!(log_filter(wrong).is_none(), "{wrong}");
        }
    }
}
