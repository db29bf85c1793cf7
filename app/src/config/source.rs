//! Where settings come from: the file, then the environment, then flags; the last one wins.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use super::nearest::did_you_mean;
use super::setting::{SETTINGS, Setting};
use crate::cli_error::CliError;

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Default,
    File,
    Environment,
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "by default",
            Self::File => "in the configuration file",
            Self::Environment => "in the environment",
            Self::Flag => "as a flag",
        })
    }
}

/// The text of every setting that somebody set, not interpreted yet.
#[derive(Default)]
pub struct Texts(BTreeMap<&'static str, (Source, OsString)>);

impl Texts {
    /// What the setting says and who said it.
    pub fn get(&self, setting: &Setting) -> Option<(Source, OsString)> {
        let said = self.0.get(setting.name).cloned();
        said.or_else(|| setting.default.map(|text| (Source::Default, text.into())))
    }

    fn set(&mut self, setting: &'static Setting, source: Source, text: OsString) {
        self.0.insert(setting.name, (source, text));
    }

    /// Reads the file. One that nobody asked for by name may be missing.
    pub fn read_file(&mut self, path: &Path, must_exist: bool) -> Result<(), CliError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => {
                return Ok(());
            }
            Err(error) => {
                return Err(CliError(format!("cannot read {}: {error}", path.display())));
            }
        };
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| unreadable(path, &text, &error))?;
        for (key, value) in table {
            let setting = SETTINGS
                .iter()
                .find(|setting| setting.key() == key)
                .ok_or_else(|| {
                    let keys = SETTINGS.iter().map(Setting::key);
                    CliError(format!(
                        "{} has the unknown setting \"{key}\"{}",
                        path.display(),
                        did_you_mean(&key, keys)
                    ))
                })?;
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(yes) => yes.to_string(),
                _ => {
                    return Err(CliError(format!(
                        "{}: \"{key}\" must be a string, a whole number, true or false",
                        path.display()
                    )));
                }
            };
            self.set(setting, Source::File, text.into());
        }
        Ok(())
    }

    /// Reads the environment. An unknown `LEOPARD_` variable is an error, unless an orchestrator
    /// injected it.
    pub fn read_environment(
        &mut self,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<(), CliError> {
        for (name, text) in variables {
            let name = name.to_string_lossy();
            match SETTINGS.iter().find(|setting| setting.name == name) {
                Some(setting) => self.set(setting, Source::Environment, text),
                None if name.starts_with("LEOPARD_") && !is_service_link(&name) => {
                    let names = SETTINGS.iter().map(|setting| setting.name.to_owned());
                    return Err(CliError(format!(
                        "the environment has the unknown setting {name}{}",
                        did_you_mean(&name, names)
                    )));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Takes what was set by flags.
    pub fn take_flags(&mut self, flags: impl IntoIterator<Item = (&'static Setting, String)>) {
        for (setting, text) in flags {
            self.set(setting, Source::Flag, text.into());
        }
    }
}

/// Whether this is a variable that Kubernetes sets in every pod beside a Service called `leopard` or
/// `leopard-…` (and Docker for linked containers): `LEOPARD_SERVICE_HOST`, `LEOPARD_PORT_8000_TCP_ADDR`.
fn is_service_link(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.ends_with("_PORT")
        || name.contains("_PORT_")
}

/// Names the line with the syntax error and what belongs there. The line itself may hold a secret, so
/// no part of its value is repeated.
fn unreadable(path: &Path, text: &str, error: &toml::de::Error) -> CliError {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.as_bytes().iter().take(start);
    let number = before.filter(|byte| **byte == b'\n').count();
    let line = text.lines().nth(number).unwrap_or_default();
    let expected = quotes_missing(line).unwrap_or_else(|| error.message().to_owned());
    CliError(format!(
        "{}, line {}: {expected}",
        path.display(),
        number + 1
    ))
}

/// What to write where a setting's text stands without quotes, the most frequent mistake.
fn quotes_missing(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let setting = SETTINGS.iter().find(|setting| setting.key() == key)?;
    let is_quoted = value.starts_with(['"', '\'', '[', '{']);
    (!value.is_empty() && !is_quoted).then(|| {
        let form = setting.default.unwrap_or(setting.value);
        format!(
            "text must stand in double quotes: expected {key} = \"…\", such as {key} = \"{form}\""
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::setting::{BIND, HEARTBEAT_SECONDS, JWT_SECRET};
    use super::*;

    fn file(text: &str) -> Result<Texts, CliError> {
        let folder = std::env::temp_dir().join(format!("leopard-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{:x}.toml", text.len()));
        std::fs::write(&path, text).unwrap();
        let mut texts = Texts::default();
        let outcome = texts.read_file(&path, true);
        std::fs::remove_file(&path).unwrap();
        outcome.map(|()| texts)
    }

    fn environment(name: &str) -> Result<Texts, CliError> {
        let mut texts = Texts::default();
        texts
            .read_environment([(name.into(), "x".into())].into_iter())
            .map(|()| texts)
    }

    #[test]
    fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
        let mut texts = Texts::default();
        let bind = |texts: &Texts| texts.get(&BIND).map(|(source, _)| source);
        assert_eq!(bind(&texts), Some(Source::Default));
        texts = file("bind = \"127.0.0.1:1\"").unwrap();
        assert_eq!(bind(&texts), Some(Source::File));
        texts
            .read_environment([(BIND.name.into(), "x".into())].into_iter())
            .unwrap();
        assert_eq!(bind(&texts), Some(Source::Environment));
        texts.take_flags([(&BIND, "y".to_owned())]);
        assert_eq!(bind(&texts), Some(Source::Flag));
    }

    #[test]
    fn unknown_settings_are_named() {
        assert!(
            environment("LEOPARD_HART_BEAT")
                .err()
                .unwrap()
                .0
                .contains("LEOPARD_HART_BEAT")
        );
        assert!(environment("HOME").is_ok());
        assert!(file("hart_beat = 3").err().unwrap().0.contains("hart_beat"));
    }

    #[test]
    fn an_unknown_setting_is_answered_with_the_nearest_known_one() {
        for (unknown, nearest) in [
            ("LEOPARD_HEARTBEATS", "LEOPARD_HEARTBEAT_SECONDS"),
            ("LEOPARD_BROKERS", "LEOPARD_BROKER"),
            ("LEOPARD_LOGFORMAT", "LEOPARD_LOG_FORMAT"),
        ] {
            let error = environment(unknown).err().unwrap().0;
            let expected = format!("did you mean {nearest}?");
            assert!(error.contains(&expected), "{error}");
        }
        let error = file("heartbeat = 3").err().unwrap().0;
        assert!(error.contains("did you mean heartbeat_seconds?"), "{error}");
        let error = environment("LEOPARD_ENTIRELY_OTHER_THING").err().unwrap().0;
        assert!(!error.contains("did you mean"), "{error}");
    }

    #[test]
    fn variables_that_orchestrators_inject_are_ignored() {
        for injected in [
            "LEOPARD_SERVICE_HOST",
            "LEOPARD_SERVICE_PORT",
            "LEOPARD_SERVICE_PORT_HTTP",
            "LEOPARD_PORT",
            "LEOPARD_PORT_8000_TCP",
            "LEOPARD_PORT_8000_TCP_ADDR",
            "LEOPARD_WEB_SERVICE_HOST",
            "LEOPARD_WEB_PORT",
        ] {
            assert!(environment(injected).is_ok(), "{injected}");
        }
        for setting in SETTINGS {
            assert!(!is_service_link(setting.name), "{} is read", setting.name);
        }
    }

    #[test]
    fn numbers_may_be_written_as_numbers() {
        let texts = file("heartbeat_seconds = 5").unwrap();
        assert_eq!(
            texts.get(&HEARTBEAT_SECONDS),
            Some((Source::File, "5".into()))
        );
    }

    #[test]
    fn a_broken_file_is_not_quoted() {
        let error = file("\njwt_secret = \"hidden").err().unwrap().0;
        assert!(
            error.contains("line 2") && !error.contains("hidden"),
            "{error}"
        );
    }

    #[test]
    fn text_without_quotes_is_answered_with_the_form_that_is_expected() {
        let error = file("\nbind = 127.0.0.1:8009").err().unwrap().0;
        assert!(
            error.contains("line 2") && error.contains("bind = \"127.0.0.1:8000\""),
            "{error}"
        );
        let error = file("jwt_secret = hidden").err().unwrap().0;
        assert!(
            error.contains("double quotes") && !error.contains("hidden"),
            "{error}"
        );
        let error = file("bind \"127.0.0.1:8009\"").err().unwrap().0;
        assert!(error.contains("line 1"), "{error}");
    }

    #[test]
    fn a_secret_has_no_flag() {
        assert_eq!(JWT_SECRET.flag(), None);
        assert_eq!(BIND.flag().as_deref(), Some("bind"));
    }
}
