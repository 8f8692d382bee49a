//! The reference page of options and variables is what `clap` and the table of variables say.
//!
//! `PROOFLOAD_BLESS=1 cargo test -p proofload --lib cli::tests::reference` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use clap::Arg;

use crate::cli::{flags, variables};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/options.md");

const HEAD: &str = "\
# Options and variables of a perf binary

<!-- Written by `PROOFLOAD_BLESS=1 cargo test -p proofload --lib cli::tests::reference` from the command line's definition. -->

`cargo test --test perf -- OPTIONS FILTER…`. A `FILTER` selects the tests whose `[kind] name` contains it; several select what any of them does.
An option wins over its variable, the variable over the profile, the profile over the attribute, and the attribute over the rest of `proofload.toml`. A
variable that is set to nothing counts as not set; for an option without a value, it is `1`. What the options under *Load* set is
described in [settings](settings.md).
";

const TAIL: &str = "
## Servers

| variable | meaning |
| --- | --- |
| `PROOFLOAD_TARGET_AGENT=http://127.0.0.1:8080` | the server fixture `agent` already runs there |
| `PROOFLOAD_BIND=192.168.1.10` | the servers that are started listen on this address of this machine instead of 127.0.0.1, so that workers elsewhere reach them; commands get it as `{bind}` |
| `PROOFLOAD_BEFORE_AGENT=…` | with `--against`: a program or the URL of a server that is the base of `agent` |

## The broker of `--workers`

| variable | meaning |
| --- | --- |
| `PROOFLOAD_NATS=nats://host:4222` | a NATS server that runs already, `tls://` for TLS; a token or a user and a password may be in it, as in `nats://token@host`. Without it, `nats-server` is started on this machine |
| `PROOFLOAD_NATS_TOKEN` | the token, apart from the address |
| `PROOFLOAD_NATS_USER`, `PROOFLOAD_NATS_PASSWORD` | the user and the password, apart from the address |
| `PROOFLOAD_IMAGE` | with `--print-manifest`: the image that has the test binary at `/perf` |

A certificate that the system does not know is trusted if `SSL_CERT_FILE` names it. Credentials files and keys of NATS are not supported.

[Exit codes](run.md#exit-codes).
";

#[test]
fn the_page_of_options_is_what_the_command_line_accepts() {
    let page = page();
    if std::env::var_os("PROOFLOAD_BLESS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let written = std::fs::read_to_string(Path::new(PAGE)).unwrap_or_default();
    assert!(
        written == page,
        "{PAGE} is not what the command line accepts: write it anew with \
         `PROOFLOAD_BLESS=1 cargo test -p proofload --lib cli::tests::reference`"
    );
}

fn page() -> String {
    let command = flags::command();
    let options: Vec<&Arg> = command.get_arguments().filter(|option| !option.is_positional()).collect();
    let mut page = HEAD.to_owned();
    let mut headings: Vec<&str> = Vec::new();
    for heading in options.iter().filter_map(|option| option.get_help_heading()) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for heading in headings {
        write!(page, "\n## {heading}\n\n| option | variable | meaning |\n| --- | --- | --- |\n").unwrap();
        let of_heading = |option: &&&Arg| option.get_help_heading() == Some(heading) && !option.is_hide_set();
        for option in options.iter().filter(of_heading) {
            writeln!(page, "{}", row(option)).unwrap();
        }
    }
    page.push_str(&without_effect(&options));
    page.push_str(&variables_alone(&options));
    page.push_str(TAIL);
    page
}

fn row(option: &Arg) -> String {
    let variable = variable(option).map(|name| format!("`{name}`")).unwrap_or_default();
    let help = option.get_help().map(ToString::to_string).unwrap_or_default();
    let meaning = help.split(" [env:").next().unwrap_or_default().replace('|', "\\|");
    format!("| `{}` | {variable} | {meaning} |", spelling(option).replace('|', "\\|"))
}

fn spelling(option: &Arg) -> String {
    let short = option.get_short().map(|short| format!("-{short}"));
    let long = option.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let value = match option.get_value_names() {
        Some([name, ..]) if option.get_action().takes_values() && option.is_require_equals_set() => {
            format!("[={name}]")
        }
        Some([name, ..]) if option.get_action().takes_values() => format!(" {name}"),
        _ => String::new(),
    };
    format!("{}{value}", names.join(", "))
}

fn variable(option: &Arg) -> Option<String> {
    let name = variables::name_of(option.get_id().as_str());
    variables::known().any(|known| variables::name_of(known) == name).then_some(name)
}

fn without_effect(options: &[&Arg]) -> String {
    let hidden = options.iter().filter(|option| option.is_hide_set()).map(|option| format!("`{}`", spelling(option)));
    let hidden: Vec<String> = hidden.collect();
    format!(
        "\nAccepted as other test binaries accept them, and without effect here: {}. Tests run one at a time, because two loads at once \
         measure each other.\n",
        hidden.join(", ")
    )
}

/// The variables of settings that no option has.
fn variables_alone(options: &[&Arg]) -> String {
    let with_option: Vec<String> = options.iter().filter_map(|option| variable(option)).collect();
    let alone = variables::known().map(variables::name_of).filter(|name| !with_option.contains(name));
    let alone: Vec<String> = alone.map(|name| format!("`{name}`")).collect();
    format!("\n## Variables without an option\n\nOf settings: {}.\n", alone.join(", "))
}
