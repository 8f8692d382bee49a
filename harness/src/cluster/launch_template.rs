//! How workers are started: as processes here, or by a launcher such as `srun`, `mpirun` or `ssh`: [`WorkerLaunch`].

use std::path::Path;

use thiserror::Error;

use crate::suggest::did_you_mean;
use crate::text::shell_words;

const COUNT: &str = "{n}";
const COMMAND: &str = "{command}";
const HOST: &str = "{host}";
const PLACEHOLDERS: [&str; 3] = [COUNT, COMMAND, HOST];

/// In the place of a launcher: a person or a scheduler starts the workers.
const EXTERNAL: &str = "external";

/// Launchers that by themselves start as many processes as there are places.
const OF_MANY: [&str; 4] = ["srun", "mpirun", "mpiexec", "prun"];

/// Programs whose argument after `-c` is a text for a shell.
const SHELLS: [&str; 5] = ["sh", "bash", "dash", "zsh", "ksh"];

/// How many workers there are, and what starts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerLaunch {
    workers: usize,
    way: Way,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// Each is a child process here.
    Local,
    /// Somebody else starts them.
    External,
    /// The launcher starts all of them at once.
    Once(Vec<String>),
    /// The launcher starts one, and is started again for each.
    Each(Vec<String>),
    /// The launcher is started once for each host.
    Hosts(Vec<String>, Vec<String>),
}

/// One process to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LaunchedCommand {
    /// The name of its output file: `worker-3`, `launcher`, `host-a`.
    pub(crate) name: String,
    /// The program first.
    pub(crate) words: Vec<String>,
    /// The worker that it is, if that is known here.
    pub(crate) index: Option<usize>,
}

/// `--workers`, `--launch` and `--hosts` do not go together, or `--launch` cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct LaunchMistake {
    /// `launch`, `hosts` or `workers`.
    pub option: &'static str,
    /// What is wrong and what to write.
    pub text: String,
}

fn mistake(option: &'static str, text: impl Into<String>) -> LaunchMistake {
    LaunchMistake { option, text: text.into() }
}

impl WorkerLaunch {
    /// What `--workers`, `--launch` and `--hosts` say together; `None` if none of them is given.
    ///
    /// # Errors
    /// If they do not go together.
    pub fn new(
        workers: Option<usize>,
        template: Option<&str>,
        hosts: &[String],
    ) -> Result<Option<WorkerLaunch>, LaunchMistake> {
        check_hosts(hosts)?;
        let Some(template) = template else {
            if !hosts.is_empty() {
                return Err(mistake("hosts", "needs a launcher: add `--launch 'ssh {host} {command}'`"));
            }
            return Ok(workers.map(|workers| WorkerLaunch { workers, way: Way::Local }));
        };
        let external = template.trim() == EXTERNAL;
        let words = if external { Vec::new() } else { parse(template)? };
        let has = |placeholder: &str| words.iter().any(|word| word.contains(placeholder));
        if has(HOST) {
            return of_hosts(workers, words, hosts).map(Some);
        }
        if !hosts.is_empty() {
            return Err(mistake(
                "hosts",
                "has no effect: there is no {host} in --launch, such as in `ssh {host} {command}`",
            ));
        }
        let Some(workers) = workers else {
            return Err(mistake("launch", "needs the number of workers, too: add `--workers 4`"));
        };
        if let Some(program) = words.first().filter(|_| !has(COUNT) && starts_many(&words)) {
            let text = format!(
                "`{program}` starts as many processes as there are places: write `{program} -n {{n}} {{command}}`"
            );
            return Err(mistake("launch", text));
        }
        let way = match has(COUNT) {
            _ if external => Way::External,
            true => Way::Once(words),
            false => Way::Each(words),
        };
        Ok(Some(WorkerLaunch { workers, way }))
    }

    /// How many workers take part; at least one.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// True if another program starts them.
    pub(crate) fn has_launcher(&self) -> bool {
        !matches!(self.way, Way::Local | Way::External)
    }

    /// True if nothing is started here: a person or a scheduler does it.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.way == Way::External
    }

    /// True if a host is named that is not this machine.
    pub(crate) fn names_other_hosts(&self) -> bool {
        matches!(self.way, Way::Hosts(..)) && self.may_leave_this_machine()
    }

    /// True if they may run on other machines.
    #[must_use]
    pub fn may_leave_this_machine(&self) -> bool {
        match &self.way {
            Way::Local => false,
            Way::External | Way::Once(_) | Way::Each(_) => true,
            Way::Hosts(_, hosts) => hosts.iter().any(|host| !["localhost", "127.0.0.1"].contains(&host.as_str())),
        }
    }

    /// What to start, where `command` are the words of one worker's command.
    pub(crate) fn commands(&self, command: &[String]) -> Vec<LaunchedCommand> {
        let numbered = |words: &[String]| {
            let one = |index| LaunchedCommand {
                name: format!("worker-{index}"),
                words: fill(words, 1, "", command),
                index: Some(index),
            };
            (0..self.workers).map(one).collect()
        };
        match &self.way {
            Way::External => Vec::new(),
            Way::Local => numbered(&[COMMAND.to_owned()]),
            Way::Each(words) => numbered(words),
            Way::Once(words) => {
                let words = fill(words, self.workers, "", command);
                vec![LaunchedCommand { name: "launcher".to_owned(), words, index: None }]
            }
            Way::Hosts(words, hosts) => {
                let on_each = self.workers / hosts.len();
                let one = |(at, host): (usize, &String)| LaunchedCommand {
                    name: format!("host-{host}"),
                    words: fill(words, on_each, host, command),
                    index: (on_each == 1).then_some(at),
                };
                hosts.iter().enumerate().map(one).collect()
            }
        }
    }
}

/// True for a launcher of many processes without a number of them.
fn starts_many(words: &[String]) -> bool {
    let has_number = words.iter().any(|word| word.starts_with("-n") || word.starts_with("--n"));
    OF_MANY.contains(&file_name(&words[0])) && !has_number
}

fn check_hosts(hosts: &[String]) -> Result<(), LaunchMistake> {
    let is_none = |host: &&String| host.is_empty() || host.starts_with('-') || host.contains(char::is_whitespace);
    match hosts.iter().find(is_none) {
        Some(host) => Err(mistake("hosts", format!("`{host}` is no name of a host: write `--hosts a,b,c`"))),
        None => Ok(()),
    }
}

fn of_hosts(workers: Option<usize>, words: Vec<String>, hosts: &[String]) -> Result<WorkerLaunch, LaunchMistake> {
    if hosts.is_empty() {
        return Err(mistake("launch", "has {host}, and no host is named: add `--hosts a,b,c`"));
    }
    let workers = workers.unwrap_or(hosts.len());
    let starts_several = words.iter().any(|word| word.contains(COUNT));
    let (own, many) = (workers == hosts.len(), workers.is_multiple_of(hosts.len()));
    if !(own || starts_several && many) {
        let each = match starts_several {
            true => "the same number of workers starts on each host, so it is a multiple of their number",
            false => "one worker starts on each host; leave --workers out, or start {n} of them in --launch",
        };
        return Err(mistake("workers", format!("{workers} workers, and {} hosts in --hosts: {each}", hosts.len())));
    }
    Ok(WorkerLaunch { workers, way: Way::Hosts(words, hosts.to_vec()) })
}

/// The words of a template that has a program and the command.
fn parse(template: &str) -> Result<Vec<String>, LaunchMistake> {
    let words = shell_words(template).map_err(|error| mistake("launch", error.to_string()))?;
    let example = "such as `srun -n {n} {command}`";
    if let Some(unknown) = words.iter().find_map(|word| unknown_placeholder(word)) {
        let suggestion = did_you_mean(&unknown, PLACEHOLDERS);
        return Err(mistake(
            "launch",
            format!("unknown {unknown}{suggestion} (there are {{n}}, {{command}} and {{host}})"),
        ));
    }
    if !words.iter().any(|word| word.contains(COMMAND)) {
        return Err(mistake(
            "launch",
            format!("does not say where the command of a worker is: write {{command}}, {example}"),
        ));
    }
    if words[0].contains('{') && words[0] != COMMAND {
        return Err(mistake("launch", format!("begins with the launcher's own name, {example}")));
    }
    Ok(words)
}

/// `{hosts}`: letters between braces that stand for nothing.
fn unknown_placeholder(word: &str) -> Option<String> {
    let begins = word.match_indices('{').map(|(at, _)| &word[at..]);
    let mut closed = begins.filter_map(|rest| rest.split_once('}').map(|(name, _)| format!("{name}}}")));
    closed.find(|name| {
        let letters = &name[1..name.len() - 1];
        !letters.is_empty() && letters.chars().all(char::is_alphabetic) && !PLACEHOLDERS.contains(&name.as_str())
    })
}

fn fill(words: &[String], count: usize, host: &str, command: &[String]) -> Vec<String> {
    let program = words.first().map_or("", |word| file_name(word));
    let mut filled = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if word != COMMAND || is_text_of_shell(&words[..at]) {
            let quoted = command.iter().map(|word| shell_quoted(word)).collect::<Vec<_>>().join(" ");
            filled.push(word.replace(COUNT, &count.to_string()).replace(HOST, host).replace(COMMAND, &quoted));
        } else if program == "ssh" {
            // It joins its arguments with blanks, and a shell there splits them again.
            filled.extend(command.iter().map(|word| shell_quoted(word)));
        } else {
            filled.extend(command.iter().cloned());
        }
    }
    filled
}

/// True after `sh -c`, where the whole command is one text.
fn is_text_of_shell(before: &[String]) -> bool {
    let [.., shell, option] = before else { return false };
    SHELLS.contains(&file_name(shell)) && option.starts_with('-') && !option.starts_with("--") && option.ends_with('c')
}

fn file_name(word: &str) -> &str {
    Path::new(word).file_name().and_then(|name| name.to_str()).unwrap_or(word)
}

/// The word as a POSIX shell reads it back.
fn shell_quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests;
