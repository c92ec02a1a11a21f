//! docs/reference/commands.md, made of the command line itself.

use std::fmt::Write as _;

use clap::{Arg, Command};

const INTRODUCTION: &str = "\
# Commands

<!-- Generated from the command line by tests/generated_docs.rs. Do not edit. -->

`grantd --help` and `grantd COMMAND --help` say the same. Results go to standard output. Hints, errors
and the log go to standard error.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | failed |
| 2 | wrong usage, or wrong settings |

A command that changes something works on the database itself. A server that runs on the same database
follows within a second. Which database: that of the settings (`--config FILE`, `GRANTD_CONFIG`, or the
environment alone), or with `--dev` that of `grantd serve --dev`.
";

/// The page.
pub(super) fn page(mut command: Command) -> String {
    // Puts global options where they can be given, too.
    command.build();
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n| command | does |\n| --- | --- |\n");
    for sub in subcommands(&command) {
        let name = format!("grantd {}", sub.get_name());
        let _ = writeln!(page, "| [`{name}`](#{}) | {} |", anchor(&name), about(sub));
    }
    for sub in subcommands(&command) {
        describe(&mut page, sub, &command, "grantd", 2);
    }
    page
}

fn describe(page: &mut String, command: &Command, parent: &Command, prefix: &str, level: usize) {
    let name = format!("{prefix} {}", command.get_name());
    let _ = write!(
        page,
        "\n{} `{name}`\n\n{}\n",
        "#".repeat(level),
        long_about(command)
    );
    if command.has_subcommands() {
        inherited(page, command, parent, prefix);
        options(page, command, parent);
        for sub in subcommands(command) {
            describe(page, sub, command, &name, level + 1);
        }
        return;
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim().trim_start_matches("Usage: ");
    let _ = write!(page, "\n```text\n{usage}\n```\n");
    options(page, command, parent);
    inherited(page, command, parent, prefix);
    if let Some(text) = command.get_after_help() {
        let _ = write!(page, "\n```text\n{}\n```\n", text.to_string().trim());
    }
}

/// The options that the command does not only take because its parent does.
fn options(page: &mut String, command: &Command, parent: &Command) {
    let own: Vec<&Arg> = shown(command)
        .filter(|arg| !is_inherited(arg, parent))
        .collect();
    if own.is_empty() {
        return;
    }
    page.push_str("\n| argument | meaning |\n| --- | --- |\n");
    for arg in own {
        let _ = writeln!(page, "| {} | {} |", spelling(arg), meaning(arg));
    }
}

fn inherited(page: &mut String, command: &Command, parent: &Command, parent_name: &str) {
    let names: Vec<String> = shown(command)
        .filter(|arg| is_inherited(arg, parent))
        .filter_map(|arg| arg.get_long().map(|long| format!("`--{long}`")))
        .collect();
    if !names.is_empty() {
        let _ = write!(
            page,
            "\nAlso, as for [`{parent_name}`](#{}): {}.\n",
            anchor(parent_name),
            names.join(", ")
        );
    }
}

fn is_inherited(arg: &Arg, parent: &Command) -> bool {
    arg.is_global_set()
        && parent
            .get_arguments()
            .any(|other| other.get_id() == arg.get_id())
}

fn shown(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str()))
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help" && !sub.is_hide_set())
}

fn spelling(arg: &Arg) -> String {
    let values: Vec<String> = arg
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    let value = values.join(" ");
    let takes_value = arg.get_action().takes_values();
    let mut spellings: Vec<String> = Vec::new();
    if let Some(short) = arg.get_short() {
        spellings.push(format!("-{short}"));
    }
    for long in arg
        .get_long()
        .into_iter()
        .chain(arg.get_visible_aliases().unwrap_or_default())
    {
        spellings.push(format!("--{long}"));
    }
    if spellings.is_empty() {
        return if arg.is_required_set() {
            format!("`{value}`")
        } else {
            format!("`[{value}]`")
        };
    }
    let spelt: Vec<String> = spellings
        .into_iter()
        .map(|spelling| {
            if takes_value {
                format!("`{spelling} {value}`")
            } else {
                format!("`{spelling}`")
            }
        })
        .collect();
    spelt.join(", ")
}

fn meaning(arg: &Arg) -> String {
    let help = arg
        .get_long_help()
        .or(arg.get_help())
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut text = one_line(&help);
    if !text.ends_with('.') {
        text.push('.');
    }
    if arg.get_action().takes_values() {
        let words: Vec<String> = arg
            .get_possible_values()
            .iter()
            .map(|value| match value.get_help() {
                Some(help) => format!("`{}` ({})", value.get_name(), lower(&help.to_string())),
                None => format!("`{}`", value.get_name()),
            })
            .collect();
        if !words.is_empty() {
            let _ = write!(text, " One of {}.", words.join(", "));
        }
        let defaults: Vec<String> = arg
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.display()))
            .collect();
        if !defaults.is_empty() {
            let _ = write!(text, " Default: {}.", defaults.join(" "));
        }
    }
    if arg.is_required_set() && arg.get_long().is_some() {
        text.push_str(" Required.");
    }
    text
}

fn about(command: &Command) -> String {
    one_line(
        &command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default(),
    )
}

fn long_about(command: &Command) -> String {
    let text = command
        .get_long_about()
        .or(command.get_about())
        .map(ToString::to_string)
        .unwrap_or_default();
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| format!("{}.", one_line(paragraph).trim_end_matches('.')))
        .collect();
    paragraphs.join("\n\n")
}

fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

/// The anchor of a heading, as GitHub makes it.
pub(super) fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}
