//! Finds the value of every setting. A flag wins over the environment, the environment over the file
//! that `--env-file` names, and the file over the default.
//!
//! A setting is an argument of clap that names an environment variable. Nothing else lists the
//! settings: flags, `--help`, the table in the documentation and the errors all come from these
//! definitions.

use std::{collections::BTreeMap, ffi::OsString, fmt};

use clap::{
    Arg, ArgMatches, Args, Command,
    builder::ValueParser,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};

/// Values by the names of their variables.
pub type Values = BTreeMap<String, String>;

/// A setting whose value cannot be used. The value itself is never part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The environment variable.
    pub variable: String,
    /// The flag, where there is one.
    pub flag: Option<String>,
    /// What is wrong with the value.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(variable: &str, flag: Option<&str>, message: impl Into<String>) -> Self {
        let (variable, flag) = (variable.to_owned(), flag.map(ToOwned::to_owned));
        Self { variable, flag, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.flag {
            Some(flag) => write!(f, "{} ({flag}): {}", self.variable, self.message),
            None => write!(f, "{}: {}", self.variable, self.message),
        }
    }
}

/// All settings whose values cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid settings:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

/// Why the settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The command line is wrong, or asks for help.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The file of `--env-file` cannot be read.
    #[error("--env-file: {0}")]
    File(String),
    /// Some values cannot be used.
    #[error(transparent)]
    Faults(#[from] Faults),
}

/// A setting's names.
#[derive(Debug, Clone)]
struct Setting {
    id: clap::Id,
    long: String,
    variable: String,
    /// Whether there is a flag for it.
    hidden: bool,
}

impl Setting {
    fn of(arg: &Arg) -> Option<Self> {
        let variable = arg.get_env()?.to_str()?.to_owned();
        let (id, long) = (arg.get_id().clone(), arg.get_long()?.to_owned());
        Some(Self { id, long, variable, hidden: arg.is_hide_set() })
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        let flag = (!self.hidden).then(|| format!("--{}", self.long));
        Fault { variable: self.variable.clone(), flag, message: message.into() }
    }
}

/// All settings of a command and its subcommands.
fn settings(command: &Command) -> Vec<Setting> {
    let own = command.get_arguments().filter_map(Setting::of);
    own.chain(command.get_subcommands().flat_map(settings)).collect()
}

/// The variables of all settings.
pub(crate) fn variables(command: &Command) -> Vec<String> {
    settings(command).into_iter().map(|setting| setting.variable).collect()
}

/// Changes the definition of every setting.
fn each(command: Command, change: &dyn Fn(Arg, &Setting) -> Arg) -> Command {
    command
        .mut_args(|arg| match Setting::of(&arg) {
            Some(setting) => change(arg, &setting),
            None => arg,
        })
        .mut_subcommands(|command| each(command, change))
}

/// The same command, for `--help`: values from the environment may be secret.
fn for_help(command: Command) -> Command {
    each(command, &|arg, _| arg.hide_env_values(true))
}

/// Reads the flags alone, without a look at the values of settings.
///
/// # Errors
/// A wrong command line, a request for help, and flags for settings that must not have one.
pub(crate) fn flags(command: &Command, arguments: &[OsString]) -> Result<ArgMatches, Problem> {
    let loose = each(command.clone(), &|arg, _| {
        arg.env(None::<&'static str>).value_parser(ValueParser::os_string())
    });
    let matches = loose.try_get_matches_from(arguments).map_err(|error| {
        // Only the real definition knows which values are possible.
        if matches!(error.kind(), ErrorKind::DisplayHelp) {
            for_help(command.clone()).try_get_matches_from(arguments).err().unwrap_or(error)
        } else {
            error
        }
    })?;
    let given = |setting: &&Setting| {
        let id = setting.id.as_str();
        matches.try_contains_id(id).unwrap_or_default()
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    let settings = settings(command);
    let forbidden = settings.iter().filter(|setting| setting.hidden).filter(given);
    let faults: Vec<Fault> = forbidden
        .map(|setting| {
            let message = format!(
                "there is no flag for this setting, because other users of the machine can read the \
                 arguments of a program; set {} instead of --{}",
                setting.variable, setting.long
            );
            setting.fault(message)
        })
        .collect();
    if faults.is_empty() { Ok(matches) } else { Err(Faults(faults).into()) }
}

/// Reads all settings: those on the command line, then those that `lookup` finds, then the defaults.
///
/// # Errors
/// A wrong command line, or every setting whose value cannot be used.
pub(crate) fn resolve(
    command: Command,
    arguments: &[OsString],
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<ArgMatches, Problem> {
    let settings = settings(&command);
    // clap takes the default where there is no flag, so a value from elsewhere becomes the default.
    let mut command = each(command, &|arg, setting| {
        let arg = arg.env(None::<&'static str>);
        match lookup(&setting.variable).filter(|value| !value.trim().is_empty()) {
            Some(value) if arg.get_value_delimiter().is_some() => {
                let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
                arg.default_values(parts.map(ToOwned::to_owned).collect::<Vec<_>>())
            }
            Some(value) => arg.default_value(value),
            None => arg,
        }
    });
    // clap reports one wrong value at a time. An argument that was reported accepts anything in the
    // next round, so that every round finds another one.
    let mut faults: Vec<Fault> = Vec::new();
    let mut reported: Vec<String> = Vec::new();
    loop {
        let error = match command.clone().try_get_matches_from(arguments) {
            Ok(matches) if faults.is_empty() => return Ok(matches),
            Ok(_) => return Err(Faults(faults).into()),
            Err(error) => error,
        };
        let Some((long, message)) = wrong_value(&error) else { return Err(error.into()) };
        let Some(setting) = settings.iter().find(|setting| setting.long == long) else {
            return Err(error.into());
        };
        if reported.contains(&long) {
            return Err(error.into());
        }
        faults.push(setting.fault(message));
        command = loosen(command, &long);
        reported.push(long);
    }
}

/// The argument whose value clap refused, and why.
fn wrong_value(error: &clap::Error) -> Option<(String, String)> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let long = argument.strip_prefix("--")?.split([' ', '=', '[']).next()?.to_owned();
    let message = match error.kind() {
        ErrorKind::ValueValidation => std::error::Error::source(error)?.to_string(),
        ErrorKind::InvalidValue => match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(values)) if !values.is_empty() => {
                format!("must be one of {}", values.join(", "))
            }
            _ => return None,
        },
        _ => return None,
    };
    Some((long, message))
}

fn loosen(command: Command, long: &str) -> Command {
    command
        .mut_args(|arg| {
            let found = arg.get_long() == Some(long);
            if found { arg.value_parser(ValueParser::os_string()) } else { arg }
        })
        .mut_subcommands(|command| loosen(command, long))
}

/// Reads a group of settings from wherever `lookup` finds them, for programs and tests that have no
/// command line.
///
/// # Errors
/// Every setting whose value cannot be used.
pub(crate) fn read<T: Args>(lookup: &dyn Fn(&str) -> Option<String>) -> Result<T, Faults> {
    let command = T::augment_args(Command::new("stream-mcp").no_binary_name(true));
    let read = resolve(command, &[], lookup)
        .and_then(|matches| T::from_arg_matches(&matches).map_err(Problem::from));
    read.map_err(|problem| match problem {
        Problem::Faults(faults) => faults,
        other => Faults(vec![Fault::new("settings", None, other.to_string())]),
    })
}

/// The settings of a command as tables in Markdown, one for each heading of `--help`.
pub(crate) fn tables(command: &Command) -> String {
    let mut text = String::new();
    let mut last = None;
    let shared = command.get_arguments();
    let own = command.get_subcommands().flat_map(Command::get_arguments);
    for arg in shared.chain(own) {
        let Some(setting) = Setting::of(arg) else { continue };
        let heading = arg.get_help_heading().unwrap_or("Other");
        if last != Some(heading) {
            text.push_str(&format!(
                "\n### {heading}\n\n| variable | flag | default | meaning |\n| --- | --- | --- | --- |\n"
            ));
            last = Some(heading);
        }
        let flag = if setting.hidden { String::new() } else { format!("`--{}`", setting.long) };
        let defaults: Vec<String> = arg
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        let help = arg.get_long_help().or_else(|| arg.get_help());
        let help = help.map(ToString::to_string).unwrap_or_default();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let stop = if help.ends_with('.') { "" } else { "." };
        let (variable, defaults) = (&setting.variable, defaults.join(", "));
        text.push_str(&format!("| `{variable}` | {flag} | {defaults} | {help}{stop} |\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{Args as _, Command};

    use super::{Problem, flags, read, resolve};

    #[derive(Debug, clap::Args)]
    struct Group {
        /// A secret.
        #[arg(long, env = "X_SECRET", hide = true, value_parser = never)]
        secret: Option<String>,
        #[arg(long, env = "X_NUMBER", default_value = "5")]
        number: u8,
        #[arg(long = "name", env = "X_NAMES", value_delimiter = ',', default_values = ["a", "b"])]
        names: Vec<String>,
        #[arg(long, env = "X_KIND", value_parser = ["one", "two"])]
        kind: Option<String>,
        #[arg(
            long, env = "X_ON", num_args = 0..=1, require_equals = true, value_parser = crate::settings::switch,
            default_value = "false", default_missing_value = "true"
        )]
        on: bool,
    }

    fn never(_: &str) -> Result<String, String> {
        Err("is wrong".to_owned())
    }

    fn parse(arguments: &[&str], values: &[(&str, &str)]) -> Result<Group, Problem> {
        let command = Group::augment_args(Command::new("x").no_binary_name(true));
        let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
        flags(&command, &arguments)?;
        let find = |name: &str| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let matches = resolve(command, &arguments, &find)?;
        Ok(<Group as clap::FromArgMatches>::from_arg_matches(&matches)?)
    }

    #[test]
    fn a_flag_wins_over_a_variable_and_a_variable_over_the_default() {
        let variables = [("X_NUMBER", "7"), ("X_NAMES", " c , d,"), ("X_ON", "yes")];
        let group = parse(&["--number", "9"], &variables).unwrap();
        assert_eq!((group.number, group.names, group.on), (9, vec!["c".into(), "d".into()], true));
        let flags = ["--name=e", "--name", "f,g", "--on=false"];
        let group = parse(&flags, &variables).unwrap();
        assert_eq!((group.number, group.names.join(""), group.on), (7, "efg".to_owned(), false));
        let group = parse(&["--on"], &[("X_NUMBER", " ")]).unwrap();
        assert_eq!((group.number, group.names.join(""), group.on), (5, "ab".to_owned(), true));
    }

    #[test]
    fn all_wrong_values_are_reported_at_once_and_never_repeated() {
        let variables = [("X_SECRET", "hush"), ("X_KIND", "hush"), ("X_ON", "hush")];
        let message = parse(&["--number=hush"], &variables).unwrap_err().to_string();
        assert!(!message.contains("hush"), "{message}");
        for part in [
            "X_SECRET: is wrong",
            "X_NUMBER (--number): invalid digit",
            "X_KIND (--kind): must be one of one, two",
            "X_ON (--on): must be true or false",
        ] {
            assert!(message.contains(part), "{part} is not in\n{message}");
        }
        assert!(read::<Group>(&|_| None).is_ok());
    }

    #[test]
    fn a_secret_on_the_command_line_is_rejected_without_being_repeated() {
        let message = parse(&["--secret", "hush"], &[]).unwrap_err().to_string();
        assert!(message.contains("set X_SECRET instead") && !message.contains("hush"), "{message}");
    }

    #[test]
    fn a_wrong_command_line_is_a_usage_error() {
        for wrong in [&["--nothing"][..], &["--number"], &["--number", "1", "--number", "2"]] {
            assert!(matches!(parse(wrong, &[]), Err(Problem::Usage(_))), "{wrong:?}");
        }
    }

    #[test]
    fn help_shows_the_defaults_and_no_value_from_the_environment() {
        let Err(Problem::Usage(help)) = parse(&["--help"], &[("X_NUMBER", "77")]) else {
            panic!("no help")
        };
        let help = help.to_string();
        assert!(help.contains("[env: X_NUMBER]") && help.contains("[default: 5]"), "{help}");
        assert!(help.contains("[possible values: one, two]") && !help.contains("77"), "{help}");
    }
}
