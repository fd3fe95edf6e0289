//! A chapter in PowerShell, 7.3 or later: earlier ones lose the double quotes of an argument on its
//! way to a program.
//!
//! Where this was written there was no PowerShell. The tests here check how words are quoted, and
//! that every command is there; CI runs one of the scripts.

use super::{Dialect, Fill, Piece, Step, Word};
use crate::chapter::Action;
use crate::expect::Look;

/// PowerShell 7.3.
pub(super) struct PowerShell;

impl Dialect for PowerShell {
    const PROLOGUE: &'static str = include_str!("prologue.ps1");
    const EPILOGUE: &'static str = "}\nfinally {\n    Remove-WhatWasMade\n}\n";

    /// A word that begins with a digit would be a number, one with a single `-` a parameter.
    fn quoted(text: &str) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:=-".contains(c);
        let name = text.strip_prefix("--").unwrap_or(text);
        let starts_plainly = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        if starts_plainly && text.chars().all(is_plain) {
            return text.to_owned();
        }
        let doubled = |c: char| {
            if SINGLE_QUOTES.contains(&c) {
                format!("{c}{c}")
            } else {
                c.to_string()
            }
        };
        format!("'{}'", text.chars().map(doubled).collect::<String>())
    }

    fn list(texts: &[&str]) -> String {
        let texts: Vec<_> = texts.iter().map(|text| string(text)).collect();
        format!("@({})", texts.join(", "))
    }

    fn export(name: &str, value: &str) -> String {
        format!("$env:{name} = {}", string(value))
    }

    fn section(id: &str) -> String {
        format!("Section {}\n", Self::quoted(id))
    }

    fn step(step: &Step<'_>) -> String {
        let listed = step.listed;
        let status = listed.expected.exit_status();
        let limit = listed.limit.as_secs();
        let native = if listed.expected.needs_engines_network() {
            "Natively "
        } else {
            ""
        };
        let command = command(&step.lines);
        let line = match listed.action {
            Action::Run if status == 0 => format!("Run {command}"),
            Action::Run => format!("ExitsWith {status} {command}"),
            Action::WaitUntil => format!("WaitUntil {limit} {status} {command}"),
            Action::Foreground => format!("Foreground {limit} {command}"),
            Action::Interrupt => format!("Interrupt {limit} {status}"),
            Action::Afterwards => format!("Afterwards {command}"),
        };
        let expected = match listed.action {
            Action::WaitUntil | Action::Foreground => expect(step),
            _ => String::new(),
        };
        let fills = step.fills.iter().map(|fill| {
            let Fill {
                variable,
                form,
                position,
            } = fill;
            format!("${variable} = Value {} {position}\n", form.name())
        });
        format!("{expected}{native}{line}\n{}", fills.collect::<String>())
    }
}

/// PowerShell takes each of them for the end of a word in single quotes; two are one.
const SINGLE_QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

/// The same for double quotes.
const DOUBLE_QUOTES: [char; 4] = ['"', '\u{201c}', '\u{201d}', '\u{201e}'];

/// A text in quotes, whatever it is.
fn string(text: &str) -> String {
    let quoted = PowerShell::quoted(text);
    if quoted.starts_with('\'') {
        quoted
    } else {
        format!("'{text}'")
    }
}

/// What is waited for.
fn expect(step: &Step<'_>) -> String {
    let looks = step.listed.expected.looks().map(|look| match look {
        Look::With(fragment) => format!(" with {}", string(fragment)),
        Look::Without(fragment) => format!(" without {}", string(fragment)),
        Look::Nothing => " silence".to_owned(),
    });
    format!("Expect{}\n", looks.collect::<String>())
}

fn command(lines: &[Vec<Word>]) -> String {
    let lines = lines.iter().map(|line| {
        let words: Vec<_> = line.iter().map(word).collect();
        words.join(" ")
    });
    lines.collect::<Vec<_>>().join(" `\n    ")
}

fn word(word: &Word) -> String {
    if let Some(text) = word.text() {
        return PowerShell::quoted(text);
    }
    if let [Piece::Variable(variable)] = word.0.as_slice() {
        return format!("${variable}");
    }
    let pieces = word.0.iter().map(|piece| match piece {
        Piece::Variable(variable) => format!("${{{variable}}}"),
        Piece::Text(text) => {
            let escaped = |c: char| match c {
                '$' | '`' => format!("`{c}"),
                c if DOUBLE_QUOTES.contains(&c) => format!("`{c}"),
                c => c.to_string(),
            };
            text.chars().map(escaped).collect()
        }
    });
    format!("\"{}\"", pieces.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(word(&Word::of(text)), expected);
    }

    #[test]
    fn what_powershell_reads_as_it_stands_is_not_quoted() {
        check("docker-gs-ping:v1.0", "docker-gs-ping:v1.0");
        check("--no-progress-meter", "--no-progress-meter");
        check("http://localhost:8080/", "http://localhost:8080/");
        check("PGUSER=totoro", "PGUSER=totoro");
    }

    #[test]
    fn what_would_be_a_number_or_a_parameter_is_quoted() {
        check("8080", "'8080'");
        check("127.0.0.1:8080:8080", "'127.0.0.1:8080:8080'");
        check("-R", "'-R'");
        check("--", "'--'");
        check(".", "'.'");
        check("", "''");
    }

    #[test]
    fn what_powershell_would_read_otherwise_is_quoted() {
        check("it's", "'it''s'");
        check("\u{2018}so\u{2019}", "'\u{2018}\u{2018}so\u{2019}\u{2019}'");
        check("$$by hand$$ `id`", "'$$by hand$$ `id`'");
        check(r#"{"value":"a b"}"#, r#"'{"value":"a b"}'"#);
        check(r"table {{.ID}}\t{{.Tag}}", r"'table {{.ID}}\t{{.Tag}}'");
        check("a\nb", "'a\nb'");
        check("@file", "'@file'");
        check("docker-gs-ping:*", "'docker-gs-ping:*'");
    }

    #[test]
    fn a_placeholder_is_filled_in_among_what_stays() {
        check("<container-1>", "$container_1");
        check("http://<address-1>:8080/", "\"http://${address_1}:8080/\"");
        check("\"$<port-1>`\u{201c}", "\"`\"`$${port_1}```\u{201c}\"");
    }
}
