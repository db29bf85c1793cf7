//! Where settings come from. A flag overrides the environment, which overrides the file, which
//! overrides the default.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command};

use crate::cli_error::CliError;

const PREFIX: &str = "LEOPARD_";
const DEFAULT_FILE: &str = "leopard.toml";

/// Parses a command line. For a command that takes settings, reads the configuration file too, whose
/// settings become the defaults of flags.
///
/// # Errors
/// If the environment or the file holds an unknown setting, a value is invalid, or the file cannot be
/// read. Ends the process with a message if the command line is wrong.
pub fn parse(
    command: Command,
    arguments: &[OsString],
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> Result<ArgMatches, CliError> {
    let parse = |command: Command| {
        let matches = command.try_get_matches_from(arguments);
        matches.or_else(|error| match error.kind() {
            // An invalid setting from any source: its parser writes the whole message.
            ErrorKind::ValueValidation if error.context().next().is_none() => {
                let text = error.to_string();
                Err(CliError(text.trim().trim_start_matches("error: ").to_owned()))
            }
            _ => error.exit(),
        })
    };
    let matches = parse(command.clone())?;
    let Some((name, of_command)) = matches.subcommand() else {
        return Ok(matches);
    };
    let settings = command.find_subcommand(name).map(KnownSettings::of);
    let Some(settings) = settings.filter(|settings| !settings.0.is_empty()) else {
        return Ok(matches);
    };
    settings.check_names(environment.map(|(name, _)| name))?;
    let file = match of_command.get_one::<PathBuf>("config") {
        Some(path) => settings.read_file(path)?,
        // A file that cannot be examined is read, which fails with the reason.
        None if Path::new(DEFAULT_FILE).try_exists().unwrap_or(true) => {
            settings.read_file(Path::new(DEFAULT_FILE))?
        }
        None => return Ok(matches),
    };
    parse(command.mut_subcommand(name, |command| {
        command.mut_args(|arg| match file.get(arg.get_id().as_str()) {
            Some(text) => arg.default_value(text.clone()),
            None => arg,
        })
    }))
}

/// The arguments of a command that are settings: those that have a name in the environment.
struct KnownSettings(Vec<Arg>);

impl KnownSettings {
    fn of(command: &Command) -> Self {
        let arguments = command.get_arguments();
        Self(arguments.filter(|arg| arg.get_env().is_some()).cloned().collect())
    }

    fn find(&self, key: &str) -> Option<&Arg> {
        self.0.iter().find(|arg| arg.get_id().as_str() == key)
    }

    /// Refuses an unknown `LEOPARD_` variable, unless an orchestrator injected it.
    fn check_names(&self, variables: impl Iterator<Item = OsString>) -> Result<(), CliError> {
        let known: Vec<_> = self.0.iter().filter_map(|arg| arg.get_env()?.to_str()).collect();
        for name in variables {
            let name = name.to_string_lossy();
            if name.starts_with(PREFIX) && !known.contains(&&*name) && !is_service_link(&name) {
                let suggestion = did_you_mean(&name, known.iter().copied());
                return Err(CliError(format!(
                    "the environment has the unknown setting {name}{suggestion}"
                )));
            }
        }
        Ok(())
    }

    /// The text of every setting in the file.
    fn read_file(&self, path: &Path) -> Result<BTreeMap<String, String>, CliError> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| CliError(format!("cannot read {shown}: {error}")))?;
        let table: toml::Table =
            text.parse().map_err(|error| self.syntax_error(path, &text, &error))?;
        let read = |(key, value): (String, toml::Value)| {
            if self.find(&key).is_none() {
                let suggestion = did_you_mean(&key, self.0.iter().map(|arg| arg.get_id().as_str()));
                let why = format!("{shown} has the unknown setting \"{key}\"{suggestion}");
                return Err(CliError(why));
            }
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(truth) => truth.to_string(),
                _ => {
                    let must_be = "must be a string, a whole number, true or false";
                    return Err(CliError(format!("{shown}: \"{key}\" {must_be}")));
                }
            };
            Ok((key, text))
        };
        table.into_iter().map(read).collect()
    }

    /// Names the line of the error and what is expected there. The line itself may hold a secret, so the
    /// message repeats no part of its value.
    fn syntax_error(&self, path: &Path, text: &str, error: &toml::de::Error) -> CliError {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.as_bytes().iter().take(start);
        let number = before.filter(|byte| **byte == b'\n').count();
        let line = text.lines().nth(number).unwrap_or_default();
        let expected = self.missing_quotes(line);
        let expected = expected.unwrap_or_else(|| error.message().to_owned());
        CliError(format!("{}, line {}: {expected}", path.display(), number + 1))
    }

    /// What to write instead of a text without quotes, the most frequent mistake.
    fn missing_quotes(&self, line: &str) -> Option<String> {
        let (key, value) = line.split_once('=')?;
        let (key, value) = (key.trim(), value.trim());
        let setting = self.find(key)?;
        let is_quoted = value.starts_with(['"', '\'', '[', '{']);
        (!value.is_empty() && !is_quoted).then(|| {
            let default = setting.get_default_values().first();
            let example = default.map_or("…".into(), |default| default.to_string_lossy());
            format!(
                "text must be in double quotes: expected {key} = \"…\", such as {key} = \"{example}\""
            )
        })
    }
}

/// Whether Kubernetes sets this variable in every pod beside a Service called `leopard` or `leopard-…`
/// (or Docker for a linked container): `LEOPARD_SERVICE_HOST`, `LEOPARD_PORT_8000_TCP_ADDR`.
fn is_service_link(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.ends_with("_PORT")
        || name.contains("_PORT_")
}

/// ` (did you mean NAME?)` with the most similar known name, or nothing if none is similar.
fn did_you_mean<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> String {
    let own = unknown.trim_start_matches(PREFIX);
    let similarity = |name: &str| strsim::jaro_winkler(own, name.trim_start_matches(PREFIX));
    let rated = known.map(|name| (similarity(name), name));
    match rated.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((similarity, name)) if similarity > 0.8 => format!(" (did you mean {name}?)"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::super::Settings;
    use super::*;

    fn settings() -> KnownSettings {
        KnownSettings::of(&Settings::augment_args(Command::new("x")))
    }

    fn file(text: &str) -> Result<BTreeMap<String, String>, String> {
        let name = format!("leopard-{}-{:x}.toml", std::process::id(), text.len());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        let outcome = settings().read_file(&path);
        std::fs::remove_file(&path).unwrap();
        outcome.map_err(|error| error.0)
    }

    fn environment(name: &str) -> Result<(), String> {
        let checked = settings().check_names([name.into()].into_iter());
        checked.map_err(|error| error.0)
    }

    #[test]
    fn unknown_setting_is_refused_with_the_nearest_known_one() {
        for (unknown, nearest) in [
            ("LEOPARD_HEARTBEATS", "LEOPARD_HEARTBEAT_SECONDS"),
            ("LEOPARD_HARTBEAT_SECONDS", "LEOPARD_HEARTBEAT_SECONDS"),
            ("LEOPARD_BROKERS", "LEOPARD_BROKER"),
            ("LEOPARD_LOGFORMAT", "LEOPARD_LOG_FORMAT"),
        ] {
            let error = environment(unknown).unwrap_err();
            let expected = format!("{unknown} (did you mean {nearest}?)");
            assert!(error.ends_with(&expected), "{error}");
        }
        let error = environment("LEOPARD_ENTIRELY_OTHER_THING").unwrap_err();
        assert!(!error.contains("did you mean"), "{error}");
        assert_eq!(environment("HOME"), Ok(()));
        let error = file("heartbeat = 3").unwrap_err();
        assert!(error.contains("did you mean heartbeat_seconds?"), "{error}");
    }

    #[test]
    fn setting_key_matches_its_variable() {
        for setting in &settings().0 {
            let name = setting.get_env().unwrap().to_string_lossy();
            let key = name.trim_start_matches(PREFIX).to_ascii_lowercase();
            assert_eq!(setting.get_id().as_str(), key);
            assert!(!is_service_link(&name), "{name} is read");
        }
    }

    #[test]
    fn settings_file_accepts_text_numbers_and_booleans() {
        let text = "heartbeat_seconds = 5\nbroker = \"local\"\nmigrate_on_start = false";
        let expected =
            [("heartbeat_seconds", "5"), ("broker", "local"), ("migrate_on_start", "false")];
        let expected = expected.map(|(key, text)| (key.to_owned(), text.to_owned()));
        assert_eq!(file(text), Ok(expected.into()));
        assert!(file("broker = [1]").unwrap_err().contains("must be a string"));
    }

    #[test]
    fn syntax_error_names_the_line_and_the_expected_form_without_the_value() {
        for (text, expected) in [
            ("\njwt_secret = \"hidden", "line 2"),
            (
                "\nbind = 127.0.0.1:8009",
                "line 2: text must be in double quotes: expected bind = \"…\", such as bind = \"127.0.0.1:8000\"",
            ),
            ("jwt_secret = hidden", "double quotes"),
            ("bind \"127.0.0.1:8009\"", "line 1"),
        ] {
            let error = file(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("hidden") && !error.contains("8009"), "{error}");
        }
    }
}
