//! The options that are the body's data, in the order in which they were given: curl joins them in that order.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// The parts of a body, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct DataArguments {
    pub(super) parts: Vec<DataPart>,
}

/// One such option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DataPart {
    pub(super) kind: DataKind,
    pub(super) text: String,
}

/// Which option it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataKind {
    /// `@FILE` is a file without its line breaks.
    Data,
    /// `@` means nothing.
    Raw,
    /// `@FILE` is a file as it is.
    Binary,
    /// A file, with or without `@`.
    File,
    UrlEncoded,
    Json,
}

impl DataKind {
    const ALL: [DataKind; 6] =
        [DataKind::Data, DataKind::Raw, DataKind::Binary, DataKind::File, DataKind::UrlEncoded, DataKind::Json];

    /// The name of its option.
    pub(super) fn name(self) -> &'static str {
        match self {
            DataKind::Data => "data",
            DataKind::Raw => "data-raw",
            DataKind::Binary => "data-binary",
            DataKind::File => "data-file",
            DataKind::UrlEncoded => "data-urlencode",
            DataKind::Json => "json",
        }
    }

    /// As the person wrote it.
    pub(super) fn flag(self) -> &'static str {
        match self {
            DataKind::Data => "--data",
            DataKind::Raw => "--data-raw",
            DataKind::Binary => "--data-binary",
            DataKind::File => "--data-file",
            DataKind::UrlEncoded => "--data-urlencode",
            DataKind::Json => "--json",
        }
    }

    fn argument(self) -> Arg {
        let (value, help) = match self {
            DataKind::Data => ("DATA", "Body; @FILE for a file's text; several are joined with &"),
            DataKind::Raw => ("DATA", "Body as it is, also if it begins with @"),
            DataKind::Binary => ("DATA", "Body; @FILE for a file as it is"),
            DataKind::File => ("FILE", "Body from a file as it is"),
            DataKind::UrlEncoded => ("DATA", "Body, encoded: VALUE, NAME=VALUE, @FILE or NAME@FILE"),
            DataKind::Json => ("JSON", "Body in JSON, with its headers; @FILE for a file"),
        };
        let argument = Arg::new(self.name()).long(self.name()).value_name(value).help(help);
        let argument = argument.action(ArgAction::Append).allow_hyphen_values(true).help_heading("Request");
        match self {
            DataKind::Data => argument.alias("data-ascii"),
            DataKind::Raw | DataKind::Binary | DataKind::UrlEncoded => argument.hide_short_help(true),
            DataKind::File | DataKind::Json => argument,
        }
    }
}

impl Args for DataArguments {
    fn augment_args(command: Command) -> Command {
        command.args(DataKind::ALL.map(DataKind::argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        DataArguments::augment_args(command)
    }
}

impl FromArgMatches for DataArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<DataArguments, Error> {
        let mut placed = Vec::new();
        for kind in DataKind::ALL {
            let places = matches.indices_of(kind.name()).into_iter().flatten();
            let texts = matches.get_many::<String>(kind.name()).into_iter().flatten();
            placed.extend(places.zip(texts).map(|(place, text)| (place, DataPart { kind, text: text.clone() })));
        }
        placed.sort_by_key(|(place, _)| *place);
        Ok(DataArguments { parts: placed.into_iter().map(|(_, part)| part).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = DataArguments::from_arg_matches(matches)?;
        Ok(())
    }
}
