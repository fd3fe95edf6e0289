//! `--script`: a chapter as a plain script, for a machine without Rust or for somebody who wants to
//! read it as one.
//!
//! What is written is a prologue, with a function for each word of a chapter, and then the chapter,
//! line by line. This file decides what is written, [`sh`] and [`powershell`] how that shell has it.

mod powershell;
mod prologue;
mod sh;

use std::collections::BTreeMap;

use clap::ValueEnum;

use crate::chapter::{Action, Listed, Outline};
use crate::language::Language;
use crate::listing;
use crate::normalise::{Kind, numbered_placeholders};
use crate::options::Options;
use crate::screen::sentence;
use crate::snapshot::Snapshot;
use crate::transcript::Transcript;
use prologue::{Needs, Prologue};

/// A shell that a script can be written for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Shell {
    /// POSIX sh, such as dash, bash and zsh
    Sh,
    /// PowerShell 7.3 or later
    Powershell,
}

/// A line of the chapter, as a script has it.
struct Step<'a> {
    listed: &'a Listed,
    /// Its words, in the lines that the chapter's file has them in.
    lines: Vec<Vec<Word>>,
    /// Variables that are filled from its output.
    fills: Vec<Fill>,
}

/// A word of a command.
#[derive(Debug, Eq, PartialEq)]
struct Word(Vec<Piece>);

/// A part of a word.
#[derive(Debug, Eq, PartialEq)]
enum Piece {
    /// As it stands.
    Text(String),
    /// What the variable of this name holds: `container_1`.
    Variable(String),
}

/// A variable, and where its value stands in the output of a command.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Fill {
    /// `container_1`.
    variable: String,
    form: Form,
    /// From 1, among the different values of that form in the output.
    position: usize,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// 64 hexadecimal digits, or their first 12.
    Id,
    /// A private IPv4 address.
    Address,
    /// A port that Docker chose, behind an IPv4 address.
    Port,
    /// A port that Docker chose, behind an IPv6 address.
    Ipv6Port,
    /// A name that Docker chose for a container.
    Name,
}

/// How a shell writes the parts of a script.
trait Dialect {
    /// The functions that the chapter's lines call, with what starts with `#:`, `#?` and `@` still
    /// to be filled in; see [`Prologue`].
    const PROLOGUE: &'static str;
    /// What follows the chapter's last line.
    const EPILOGUE: &'static str;

    /// A text as one word that stands for itself.
    fn quoted(text: &str) -> String;
    /// Several of them.
    fn list(texts: &[&str]) -> String;
    /// Sets a variable of the environment.
    fn export(name: &str, value: &str) -> String;
    /// A section starts; the line ends in `\n`, as all that follow.
    fn section(id: &str) -> String;
    /// A line of the chapter.
    fn step(step: &Step<'_>) -> String;
}

/// The chapter, or `--step` and what comes before it, as a script.
///
/// # Errors
///
/// A sentence, if there is no recording that says what the chapter's placeholders stand for.
pub(crate) fn script(
    outline: &Outline,
    shell: Shell,
    options: &Options,
    language: Language,
) -> Result<String, String> {
    let chapter = listing::listed(outline, options.database);
    let lines = chapter.lines();
    let last = lines.iter().rposition(|line| options.shows(line.section));
    let lines: Vec<&Listed> = lines.iter().take(last.map_or(0, |last| last + 1)).collect();
    let recording = Snapshot::of_chapter(outline.tutorial, outline.name);
    let recording = recording.map_err(|error| {
        let variables = [("chapter", outline.name), ("error", &*sentence(&error))];
        language.text("script-no-recording", &variables)
    })?;
    let steps = steps(&lines, &recording.transcript).map_err(|placeholder| {
        let variables = [("chapter", outline.name), ("placeholder", &*placeholder)];
        language.text("script-no-source", &variables)
    })?;
    let script = Script {
        outline,
        options,
        language,
        steps: &steps,
    };
    Ok(match shell {
        Shell::Sh => script.text::<sh::Sh>(shell),
        Shell::Powershell => script.text::<powershell::PowerShell>(shell),
    })
}

struct Script<'a> {
    outline: &'a Outline,
    options: &'a Options,
    language: Language,
    steps: &'a [Step<'a>],
}

impl Script<'_> {
    fn text<D: Dialect>(&self, shell: Shell) -> String {
        let has = |action| self.steps.iter().any(|step| step.listed.action == action);
        let prologue = Prologue {
            outline: self.outline,
            options: self.options,
            language: self.language,
            shell,
            needs: Needs {
                foreground: has(Action::Foreground),
                waiting: has(Action::Foreground) || has(Action::WaitUntil),
                attempts: has(Action::WaitUntil),
                afterwards: has(Action::Afterwards),
                values: self.steps.iter().any(|step| !step.fills.is_empty()),
                native: self
                    .steps
                    .iter()
                    .any(|step| step.listed.expected.needs_engines_network()),
            },
        };
        let mut text = prologue.text::<D>();
        let mut section = "";
        for step in self.steps {
            if step.listed.section != section {
                section = step.listed.section;
                let page = self.outline.address(self.language);
                let page = page.map_or_else(String::new, |page| format!("   {page}#{section}"));
                let heading = format!("\n# {section}{page}\n");
                text.push_str(&heading);
                text.push_str(&D::section(section));
            }
            text.push_str(&D::step(step));
        }
        text + D::EPILOGUE
    }
}

/// The lines with their words and what fills their variables; the error is the first placeholder
/// that no earlier output of the recording has.
fn steps<'a>(lines: &[&'a Listed], recording: &Transcript) -> Result<Vec<Step<'a>>, String> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let entries = entries(lines);
    for listed in lines {
        for word in &listed.words {
            for (kind, place) in numbered_placeholders(word) {
                let placeholder = &word[place];
                if listed.action == Action::Interrupt || known.contains_key(placeholder) {
                    continue;
                }
                let source = source(placeholder, kind, &entries, recording);
                let (line, fill) = source
                    .filter(|(line, _)| *line < steps.len())
                    .ok_or_else(|| placeholder.to_owned())?;
                known.insert(placeholder.to_owned(), line);
                steps[line].fills.push(fill);
            }
        }
        steps.push(Step {
            listed,
            lines: laid_out(listed),
            fills: Vec::new(),
        });
    }
    Ok(steps)
}

/// Section and number within it of each line that a transcript has, and which line that is.
fn entries<'a>(lines: &[&'a Listed]) -> BTreeMap<(&'a str, usize), usize> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut entries = BTreeMap::new();
    for (at, listed) in lines.iter().enumerate() {
        if listed.entry().is_some() {
            let number = numbers.entry(listed.section).or_default();
            entries.insert((listed.section, *number), at);
            *number += 1;
        }
    }
    entries
}

/// Where the recording shows a placeholder first: the line that printed it, and where in its output.
///
/// The line is found by its number within its section, so that it is found on another database too,
/// whose commands read differently.
fn source(
    placeholder: &str,
    kind: Kind,
    entries: &BTreeMap<(&str, usize), usize>,
    recording: &Transcript,
) -> Option<(usize, Fill)> {
    let form = Form::of(kind)?;
    let at = recording
        .entries
        .iter()
        .position(|entry| entry.output.contains(placeholder))?;
    let entry = &recording.entries[at];
    let number = recording.entries[..at]
        .iter()
        .filter(|earlier| earlier.section == entry.section)
        .count();
    let mut values: Vec<&str> = Vec::new();
    for (kind, place) in numbered_placeholders(&entry.output) {
        let value = &entry.output[place];
        if Form::of(kind) == Some(form) && !values.contains(&value) {
            values.push(value);
        }
    }
    let position = values.iter().position(|value| *value == placeholder)? + 1;
    let line = entries.get(&(entry.section.as_str(), number))?;
    let variable = variable(placeholder);
    Some((
        *line,
        Fill {
            variable,
            form,
            position,
        },
    ))
}

/// `container_1` for `<container-1>`.
fn variable(placeholder: &str) -> String {
    placeholder.trim_matches(['<', '>']).replace('-', "_")
}

impl Form {
    /// `None` for what no command can need: a size is the same as no other.
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Container | Kind::Image | Kind::Layer | Kind::Network | Kind::Volume => Some(Self::Id),
            Kind::Address => Some(Self::Address),
            Kind::Port => Some(Self::Port),
            Kind::Ipv6Port => Some(Self::Ipv6Port),
            Kind::Name => Some(Self::Name),
            Kind::Size | Kind::Version | Kind::Architecture => None,
        }
    }

    /// What the prologues call it.
    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Address => "address",
            Self::Port => "port",
            Self::Ipv6Port => "ipv6_port",
            Self::Name => "name",
        }
    }
}

impl Word {
    fn of(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut end = 0;
        for (_, place) in numbered_placeholders(text) {
            pieces.push(Piece::Text(text[end..place.start].to_owned()));
            pieces.push(Piece::Variable(variable(&text[place.clone()])));
            end = place.end;
        }
        pieces.push(Piece::Text(text[end..].to_owned()));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Self(pieces)
    }

    /// The word, if it has no variable in it.
    fn text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// The words of a command, in the lines of its literal.
fn laid_out(listed: &Listed) -> Vec<Vec<Word>> {
    let starts = starts_of_lines(listed.source.literal);
    let mut lines = Vec::new();
    let mut words = listed.words.iter();
    // A literal that reads otherwise than it was cut is one line.
    if starts.iter().sum::<usize>() == listed.words.len() {
        for count in starts {
            lines.push(words.by_ref().take(count).map(|word| Word::of(word)).collect());
        }
    } else {
        lines.push(words.map(|word| Word::of(word)).collect());
    }
    lines
}

/// How many words of a literal start on each of its lines; a line on which none does is left out.
fn starts_of_lines(literal: &str) -> Vec<usize> {
    let mut counts = vec![0];
    let mut quote = None;
    let mut is_between_words = true;
    for c in literal.chars() {
        match quote {
            Some(open) => quote = Some(open).filter(|open| *open != c),
            None if c.is_whitespace() => {
                is_between_words = true;
                if c == '\n' {
                    counts.push(0);
                }
                continue;
            }
            None => quote = Some(c).filter(|c| matches!(c, '\'' | '"')),
        }
        if std::mem::take(&mut is_between_words)
            && let Some(count) = counts.last_mut()
        {
            *count += 1;
        }
    }
    counts.retain(|count| *count > 0);
    counts
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::chapter::Chapter;
    use crate::database::Database;
    use crate::expect::{shows, shows_nothing};
    use crate::failure::Error;

    fn listed(commands: impl Fn(&mut Chapter) -> Result<(), Error>) -> Vec<Listed> {
        let mut chapter = Chapter::listed(Path::new("/"), Database::Postgres);
        chapter.section("1");
        commands(&mut chapter).unwrap();
        chapter.lines().to_vec()
    }

    #[test]
    fn words_stay_in_the_lines_that_the_chapter_has_them_in() {
        let lines = listed(|chapter| {
            crate::run!(
                chapter,
                "docker run --detach
                    --name 'a\nb  c'
                    roach",
                shows_nothing()
            )
        });
        let words: Vec<Vec<String>> = laid_out(&lines[0])
            .iter()
            .map(|line| line.iter().map(|word| word.text().unwrap().to_owned()).collect())
            .collect();
        assert_eq!(
            words,
            [
                &["docker", "run", "--detach"][..],
                &["--name", "a\nb  c"],
                &["roach"]
            ]
        );
    }

    #[test]
    fn a_placeholder_in_a_word_is_a_variable() {
        let variable = Piece::Variable("address_1".to_owned());
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(
            Word::of("http://<address-1>:8080/<html>").0,
            [text("http://"), variable, text(":8080/<html>")]
        );
    }

    #[track_caller]
    fn check_fill(recording: &str, expected: &[(usize, &str, usize)]) {
        let lines = listed(|chapter| {
            crate::run!(chapter, "docker container ls", shows("one"))?;
            crate::run!(chapter, "docker container ls --all", shows("two"))?;
            crate::run!(chapter, "docker container rm <container-2>", shows_nothing())
        });
        let lines: Vec<_> = lines.iter().collect();
        let steps = steps(&lines, &recording.parse().unwrap()).unwrap();
        let fills = steps.iter().enumerate().flat_map(|(at, step)| {
            let fill = move |fill: &Fill| (at, fill.variable.clone(), fill.position);
            step.fills.iter().map(fill).collect::<Vec<_>>()
        });
        let expected: Vec<_> = expected
            .iter()
            .map(|&(at, variable, position)| (at, variable.to_owned(), position))
            .collect();
        assert_eq!(fills.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_variable_is_filled_where_the_recording_shows_it_first() {
        check_fill(
            "[0]\n$ docker ps\n[1]\n$ docker container ls\n| <container-1>\n$ docker container ls --all\n\
             | <container-1> <image-1>\n| <container-1> <container-2>\n$ docker container rm <container-2>\n",
            &[(1, "container_2", 3)],
        );
    }

    #[test]
    fn a_placeholder_that_nothing_printed_is_named() {
        let lines = listed(|chapter| crate::run!(chapter, "docker stop <container-1>", shows_nothing()));
        let lines: Vec<_> = lines.iter().collect();
        let recording = "[1]\n$ docker stop <container-1>\n| <container-1>\n"
            .parse()
            .unwrap();
        assert_eq!(steps(&lines, &recording).err().as_deref(), Some("<container-1>"));
    }
}
