//! Every key as a flag, made from the table.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::{KEYS, Key, Kind};

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The file to read, if not the usual ones.
    pub file: Option<PathBuf>,
    /// Keys and what was written for them.
    pub given: Vec<(&'static Key, String)>,
}

const HEADING: &str = "Configuration (each also as VIGIE_… and in vigie.toml)";

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .env("VIGIE_CONFIG")
            .value_parser(value_parser!(PathBuf))
            .help("The configuration file [default: ./vigie.toml, then /etc/vigie/vigie.toml]");
        let keys = KEYS.iter().map(|key| {
            let arg = Arg::new(key.path).long(key.flag()).help(key.help).help_heading(HEADING);
            match key.kind {
                Kind::Flag => {
                    arg.num_args(0..=1).require_equals(true).default_missing_value("true")
                }
                Kind::Text | Kind::Secret | Kind::Number | Kind::List => arg,
            }
            .value_name(match key.kind {
                Kind::Text | Kind::Secret => "VALUE",
                Kind::Number => "NUMBER",
                Kind::Flag => "true|false",
                Kind::List => "VALUE,…",
            })
            .hide_short_help(true)
        });
        command.arg(file).args(keys)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = KEYS.iter().filter_map(|key| {
            matches.get_one::<String>(key.path).map(|value| (key, value.clone()))
        });
        Ok(Self { file: matches.get_one("config").cloned(), given: given.collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
