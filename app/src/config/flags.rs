//! Settings as flags of a command.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::setting::{SETTINGS, Setting};

/// The flags of a command that were given; `SHOWN` says whether its `--help` lists them.
#[derive(Debug, Default)]
pub struct SettingFlags<const SHOWN: bool> {
    file: Option<PathBuf>,
    settings: Vec<(&'static Setting, String)>,
}

const CONFIG: &str = "config";
const HEADING: &str = "Settings (in leopard.toml and in the environment too)";

impl<const SHOWN: bool> SettingFlags<SHOWN> {
    /// The configuration file.
    pub fn file(&self) -> &Path {
        self.file.as_deref().unwrap_or(Path::new("leopard.toml"))
    }

    /// Whether somebody asked for that file by name.
    pub fn names_file(&self) -> bool {
        self.file.is_some()
    }

    /// What was set.
    pub fn settings(&self) -> Vec<(&'static Setting, String)> {
        self.settings.clone()
    }
}

impl<const SHOWN: bool> Args for SettingFlags<SHOWN> {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .hide(!SHOWN)
            .help("The configuration file [default: leopard.toml, if it exists]");
        // Global: they may stand after the command of a command too.
        let command = command.arg(config.global(true));
        let arguments = SETTINGS.iter().filter_map(argument);
        let command = arguments.fold(command, |command, argument| {
            command.arg(argument.hide(!SHOWN).global(true))
        });
        if SHOWN {
            command.after_help(secrets())
        } else {
            command
        }
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The setting as a flag; a secret is none, because other users can read command lines.
fn argument(setting: &'static Setting) -> Option<Arg> {
    let flag = setting.flag()?;
    let default = setting
        .default
        .map(|text| format!(", default: {text}"))
        .unwrap_or_default();
    let argument = Arg::new(setting.name)
        .long(flag)
        .value_name(setting.value)
        .help_heading(HEADING)
        .help(format!("{} [{}{default}]", setting.help, setting.name));
    Some(argument)
}

/// The settings that only the file and the environment can set.
fn secrets() -> String {
    let secrets = SETTINGS.iter().filter(|setting| setting.secret);
    let lines = secrets.map(|setting| format!("  {}\n          {}\n", setting.name, setting.help));
    format!("Settings that are no flags:\n{}", lines.collect::<String>())
}

impl<const SHOWN: bool> FromArgMatches for SettingFlags<SHOWN> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |setting: &'static Setting| {
            setting.flag()?;
            matches
                .get_one::<String>(setting.name)
                .map(|text| (setting, text.clone()))
        };
        Ok(Self {
            file: matches.get_one::<PathBuf>(CONFIG).cloned(),
            settings: SETTINGS.iter().filter_map(given).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
