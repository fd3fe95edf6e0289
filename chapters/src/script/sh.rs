//! A chapter in POSIX sh: what dash, bash and zsh have in common. The outside programs are POSIX's,
//! and `mktemp`, which every system has.

use super::{Dialect, Fill, Piece, Step, Word};
use crate::chapter::Action;
use crate::expect::Look;

/// POSIX sh.
pub(super) struct Sh;

impl Dialect for Sh {
    const PROLOGUE: &'static str = include_str!("prologue.sh");
    const EPILOGUE: &'static str = "";

    fn quoted(text: &str) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:=,@%+-".contains(c);
        if !text.is_empty() && text.chars().all(is_plain) {
            return text.to_owned();
        }
        format!("'{}'", text.replace('\'', r"'\''"))
    }

    fn list(texts: &[&str]) -> String {
        Self::quoted(&texts.join(" "))
    }

    fn export(name: &str, value: &str) -> String {
        format!("export {name}={}", Self::quoted(value))
    }

    fn section(id: &str) -> String {
        format!("section {}\n", Self::quoted(id))
    }

    fn step(step: &Step<'_>) -> String {
        let listed = step.listed;
        let status = listed.expected.exit_status();
        let limit = listed.limit.as_secs();
        let native = if listed.expected.needs_engines_network() {
            "natively "
        } else {
            ""
        };
        let command = command(&step.lines);
        let line = match listed.action {
            Action::Run if status == 0 => format!("run {command}"),
            Action::Run => format!("exits_with {status} {command}"),
            Action::WaitUntil => format!("wait_until {limit} {status} {command}"),
            Action::Foreground => format!("foreground {limit} {command}"),
            Action::Interrupt => format!("interrupt {limit} {status}"),
            Action::Afterwards => format!("afterwards {}", Self::quoted(&command)),
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
            format!("{variable}=$(value {} {position})\n", form.name())
        });
        format!("{expected}{native}{line}\n{}", fills.collect::<String>())
    }
}

/// What is waited for.
fn expect(step: &Step<'_>) -> String {
    let looks = step.listed.expected.looks().map(|look| match look {
        Look::With(fragment) => format!(" with {}", Sh::quoted(fragment)),
        Look::Without(fragment) => format!(" without {}", Sh::quoted(fragment)),
        Look::Nothing => " silence".to_owned(),
    });
    format!("expect{}\n", looks.collect::<String>())
}

fn command(lines: &[Vec<Word>]) -> String {
    let lines = lines.iter().map(|line| {
        let words: Vec<_> = line.iter().map(word).collect();
        words.join(" ")
    });
    lines.collect::<Vec<_>>().join(" \\\n    ")
}

fn word(word: &Word) -> String {
    if let Some(text) = word.text() {
        return Sh::quoted(text);
    }
    if let [Piece::Variable(variable)] = word.0.as_slice() {
        return format!("\"${variable}\"");
    }
    let pieces = word.0.iter().map(|piece| match piece {
        Piece::Variable(variable) => format!("${{{variable}}}"),
        Piece::Text(text) => {
            let escaped = |c: char| match c {
                '"' | '$' | '`' | '\\' => format!("\\{c}"),
                c => c.to_string(),
            };
            text.chars().map(escaped).collect()
        }
    });
    format!("\"{}\"", pieces.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::process::Command;
    use std::sync::Arc;
    use std::time::Duration;

    use proptest::prelude::{prop, proptest};

    use super::*;
    use crate::process::Runner;

    /// What a shell makes of the words, `container_1` being `4f1b`.
    fn read_by_sh(words: &[&str]) -> String {
        let words: Vec<_> = words.iter().map(|text| Word::of(text)).collect();
        let script = format!("container_1=4f1b; printf '<%s>' {}", command(&[words]));
        let mut sh = Command::new("sh");
        sh.args(["-c", &script]);
        let environment: BTreeMap<_, _> = std::env::vars_os().collect();
        let runner = Runner::new(environment, Arc::default());
        runner
            .run(sh, Duration::from_secs(10), &mut |_| {})
            .unwrap()
            .output
    }

    #[track_caller]
    fn check(words: &[&str], expected: &str) {
        assert_eq!(read_by_sh(words), expected);
    }

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        check(
            &[
                "a b",
                "it's",
                "\"$HOME\" `id`",
                r"table {{.ID}}\t{{.Tag}}",
                r"\",
                "",
                "*",
                "a\nb",
                "#",
                "~",
                "!",
            ],
            "<a b><it's><\"$HOME\" `id`><table {{.ID}}\\t{{.Tag}}><\\><><*><a\nb><#><~><!>",
        );
    }

    #[test]
    fn a_placeholder_is_filled_in_among_what_stays() {
        check(
            &["<container-1>", "<container-1>:/a b", r#"$"`\<container-1>1"#],
            "<4f1b><4f1b:/a b><$\"`\\4f1b1>",
        );
    }

    proptest! {
        #[test]
        fn every_word_comes_out_as_it_went_in(words in prop::collection::vec("[^\0\r]*", 1..8)) {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let expected: Vec<_> = words.iter().map(|word| format!("<{word}>")).collect();
            check(&words, &expected.concat());
        }
    }
}
