//! From the texts of settings to values; whatever is wrong is said with the setting's name.

use std::ffi::OsString;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use leopard_openapi::CorsOrigins;
use tracing::level_filters::LevelFilter;

use super::bind::BindAddress;
use super::origin::origin;
use super::setting::Setting;
use super::source::Texts;
use crate::cli_error::CliError;

impl Texts {
    /// The setting's text.
    pub fn text(&self, setting: &Setting) -> Result<String, CliError> {
        self.value(setting, "no readable text", |text| Some(text.to_owned()))
    }

    /// A whole number within bounds.
    pub fn number<N>(&self, setting: &Setting, least: N, most: N) -> Result<N, CliError>
    where
        N: FromStr + PartialOrd + Display + Copy,
    {
        let wanted = format!("no whole number from {least} to {most}");
        self.value(setting, &wanted, |text| {
            text.parse()
                .ok()
                .filter(|number| (least..=most).contains(number))
        })
    }

    /// A host and a port to listen on.
    pub fn bind_address(&self, setting: &Setting) -> Result<BindAddress, CliError> {
        let wanted = "no address with a port, such as 127.0.0.1:8000, localhost:8000 or :8000";
        self.value(setting, wanted, BindAddress::parse)
    }

    /// Yes or no.
    pub fn truth(&self, setting: &Setting) -> Result<bool, CliError> {
        self.value(setting, "neither true nor false", |text| text.parse().ok())
    }

    /// One of some words.
    pub fn choice<T: Copy>(&self, setting: &Setting, choices: &[(&str, T)]) -> Result<T, CliError> {
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        self.value(setting, &format!("none of: {}", words.join(", ")), |text| {
            choices
                .iter()
                .find(|(word, _)| *word == text)
                .map(|(_, choice)| *choice)
        })
    }

    /// An optional path.
    pub fn path(&self, setting: &Setting) -> Option<PathBuf> {
        self.get(setting).map(|(_, text)| PathBuf::from(text))
    }

    /// The setting's bytes as they stand.
    pub fn bytes(&self, setting: &Setting) -> Option<Vec<u8>> {
        self.get(setting)
            .map(|(_, text)| OsString::into_encoded_bytes(text))
    }

    /// A filter of the log.
    pub fn filter(&self, setting: &Setting) -> Result<String, CliError> {
        let wanted =
            "neither error, warn, info, debug, trace nor a filter such as info,access=warn";
        self.value(setting, wanted, |text| {
            let is_filter = text.split(',').map(str::trim).all(is_directive);
            is_filter.then(|| text.to_owned())
        })
    }

    /// Who may call from a page of another origin.
    pub fn origins(&self, setting: &Setting) -> Result<CorsOrigins, CliError> {
        let wanted = "neither * nor origins such as https://app.example.org";
        self.value(setting, wanted, |text| {
            if text.trim() == "*" {
                return Some(CorsOrigins::Any);
            }
            let origins: Vec<_> = elements(text).map(origin).collect::<Option<_>>()?;
            (!origins.is_empty()).then_some(CorsOrigins::Only(origins))
        })
    }

    /// Networks of proxies.
    pub fn networks(&self, setting: &Setting) -> Result<Vec<IpNet>, CliError> {
        let wanted = "neither loopback, nor none, nor networks such as 10.0.0.0/8";
        self.value(setting, wanted, |text| match text.trim() {
            "none" => Some(vec![]),
            _ => elements(text)
                .map(networks)
                .collect::<Option<Vec<_>>>()
                .map(|all| all.concat()),
        })
    }

    fn value<T>(
        &self,
        setting: &Setting,
        fault: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, CliError> {
        let (source, text) = self
            .get(setting)
            .ok_or_else(|| CliError(format!("{} is not set", setting.name)))?;
        let text = text.to_string_lossy();
        parse(&text).ok_or_else(|| {
            CliError(format!(
                "{}, set {source} to \"{text}\", is {fault}",
                setting.name
            ))
        })
    }
}

fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|element| !element.is_empty())
}

/// A word alone is a level: a misspelt one would be taken for a target, and silence all others.
fn is_directive(text: &str) -> bool {
    let is_level = !text.is_empty() && text.parse::<LevelFilter>().is_ok();
    is_level || text.contains(['=', '[', ']'])
}

fn networks(text: &str) -> Option<Vec<IpNet>> {
    if text == "loopback" {
        return Some(vec!["127.0.0.0/8".parse().ok()?, "::1/128".parse().ok()?]);
    }
    let network = text
        .parse()
        .ok()
        .or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from));
    network.map(|network| vec![network])
}
