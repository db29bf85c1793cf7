//! Where settings come from: the file, then the environment, then flags; the last one wins.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use super::setting::{SETTINGS, Setting};
use crate::complaint::Complaint;

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
    pub fn read_file(&mut self, path: &Path, must_exist: bool) -> Result<(), Complaint> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => {
                return Ok(());
            }
            Err(error) => {
                return Err(Complaint(format!(
                    "cannot read {}: {error}",
                    path.display()
                )));
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
                    Complaint(format!(
                        "{} has the unknown setting \"{key}\"",
                        path.display()
                    ))
                })?;
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(yes) => yes.to_string(),
                _ => {
                    return Err(Complaint(format!(
                        "{}: \"{key}\" must be a string, a whole number, true or false",
                        path.display()
                    )));
                }
            };
            self.set(setting, Source::File, text.into());
        }
        Ok(())
    }

    /// Reads the environment, where every `LEOPARD_` variable must be one that is known.
    pub fn read_environment(
        &mut self,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<(), Complaint> {
        for (name, text) in variables {
            let name = name.to_string_lossy();
            match SETTINGS.iter().find(|setting| setting.name == name) {
                Some(setting) => self.set(setting, Source::Environment, text),
                None if name.starts_with("LEOPARD_") => {
                    return Err(Complaint(format!(
                        "the environment has the unknown setting {name}"
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

/// Where the file cannot be read, but not what stands there: it may be a secret.
fn unreadable(path: &Path, text: &str, error: &toml::de::Error) -> Complaint {
    let start = error.span().map_or(0, |span| span.start);
    let line = text
        .bytes()
        .take(start)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1;
    Complaint(format!(
        "{}, line {line}: {}",
        path.display(),
        error.message()
    ))
}

#[cfg(test)]
mod tests {
    use super::super::setting::{BIND, HEARTBEAT_SECONDS, JWT_SECRET};
    use super::*;

    fn file(text: &str) -> Result<Texts, Complaint> {
        let folder = std::env::temp_dir().join(format!("leopard-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{:x}.toml", text.len()));
        std::fs::write(&path, text).unwrap();
        let mut texts = Texts::default();
        let outcome = texts.read_file(&path, true);
        std::fs::remove_file(&path).unwrap();
        outcome.map(|()| texts)
    }

    fn environment(name: &str) -> Result<Texts, Complaint> {
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
    fn numbers_may_be_written_as_numbers() {
        let texts = file("heartbeat_seconds = 5").unwrap();
        assert_eq!(
            texts.get(&HEARTBEAT_SECONDS),
            Some((Source::File, "5".into()))
        );
    }

    #[test]
    fn a_broken_file_is_not_quoted() {
        let complaint = file("\njwt_secret = \"hidden").err().unwrap().0;
        assert!(
            complaint.contains("line 2") && !complaint.contains("hidden"),
            "{complaint}"
        );
    }

    #[test]
    fn a_secret_has_no_flag() {
        assert_eq!(JWT_SECRET.flag(), None);
        assert_eq!(BIND.flag().as_deref(), Some("bind"));
    }
}
