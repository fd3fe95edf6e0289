//! Directives in pages: `{{#transcript chapter-3 3-4}}`.

use std::fmt;

/// A directive, with its arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Directive {
    /// Commands and recorded output of a section.
    Transcript {
        /// `chapter-3`
        chapter: String,
        /// `3-4`
        section: String,
    },
    /// The commands of a section for the database that is not recorded.
    Commands {
        /// `chapter-6`
        chapter: String,
        /// `6-5`
        section: String,
    },
    /// A file of the repository, or a part of it.
    File {
        /// Path, relative to the root.
        path: String,
        /// Start of the first shown line; `None` for the first line of the file.
        from: Option<String>,
        /// Start of the last shown line; `None` for the last line of the file.
        to: Option<String>,
    },
    /// A Dockerfile of chapter 3, with new lines marked.
    Listing {
        /// `3-4`
        section: String,
    },
    /// A drawing.
    Figure {
        /// `layers`
        name: String,
        /// Description for screen readers, in the page's language.
        alternative: String,
    },
    /// Words that a reader may search for, although the section does not contain them.
    Search {
        /// `back up a volume, keep data`
        words: String,
    },
    /// The list of commands.
    CommandList,
    /// Start of a folded hint.
    Hint,
    /// Its end.
    EndHint,
    /// A picture that a test has taken.
    Picture {
        /// `service`
        name: String,
        /// Description for screen readers, in the page's language.
        alternative: String,
    },
    /// The table of placeholders.
    Placeholders,
    /// The table of engines and versions.
    Provenance,
    /// The recorded answer of an exercise, folded.
    Answer {
        /// `3-exercise-1`
        section: String,
        /// Files that belong to the answer and are shown above it; paths relative to the root.
        files: Vec<String>,
    },
    /// Start of a group of tabs.
    Tabs,
    /// Start of one tab.
    Tab {
        /// Its name.
        label: String,
    },
    /// End of a group of tabs.
    EndTabs,
}

impl Directive {
    /// Parses a line; `None` if it has no directive.
    ///
    /// # Errors
    ///
    /// The error in the directive, and what to write instead.
    #[must_use]
    pub fn parse(line: &str) -> Option<Result<Self, String>> {
        let start = line.find("{{#")?;
        let text = line.trim();
        let Some(inside) = text.strip_prefix("{{#").and_then(|rest| rest.strip_suffix("}}")) else {
            let directive = &line[start..];
            return Some(Err(format!(
                "`{directive}` does not stand on a line of its own; put blank lines around it"
            )));
        };
        let (name, rest) = inside.split_once(' ').unwrap_or((inside, ""));
        Some(Self::of(name, rest.trim()).ok_or_else(|| {
            let known = FORMS
                .iter()
                .find(|form| form[3..].starts_with(name) && !name.is_empty());
            match known {
                Some(form) => format!("`{text}` has other arguments than it takes; write {form}"),
                None => format!("`{text}` is no directive; there are {}", FORMS.join(", ")),
            }
        }))
    }

    fn of(name: &str, rest: &str) -> Option<Self> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        Some(match (name, words.as_slice()) {
            ("transcript", [chapter, section]) => Self::Transcript {
                chapter: (*chapter).to_owned(),
                section: (*section).to_owned(),
            },
            ("commands", [chapter, section, "cockroach"]) => Self::Commands {
                chapter: (*chapter).to_owned(),
                section: (*section).to_owned(),
            },
            ("file", [path, ..]) => {
                let mut rest = rest[path.len()..].trim_start();
                let from = named(&mut rest, "from");
                let to = named(&mut rest, "to");
                if !rest.is_empty() {
                    return None;
                }
                Self::File {
                    path: (*path).to_owned(),
                    from,
                    to,
                }
            }
            ("listing", [section]) => Self::Listing {
                section: (*section).to_owned(),
            },
            ("figure", [name, _, ..]) => Self::Figure {
                name: (*name).to_owned(),
                alternative: quoted(&rest[name.len()..])?,
            },
            ("picture", [name, _, ..]) => Self::Picture {
                name: (*name).to_owned(),
                alternative: quoted(&rest[name.len()..])?,
            },
            ("search", [_, ..]) => Self::Search {
                words: rest.to_owned(),
            },
            ("command-list", []) => Self::CommandList,
            ("hint", []) => Self::Hint,
            ("endhint", []) => Self::EndHint,
            ("placeholders", []) => Self::Placeholders,
            ("provenance", []) => Self::Provenance,
            ("answer", [section, files @ ..]) => Self::Answer {
                section: (*section).to_owned(),
                files: files.iter().map(|file| (*file).to_owned()).collect(),
            },
            ("tabs", []) => Self::Tabs,
            ("tab", [_, ..]) => Self::Tab {
                label: rest.to_owned(),
            },
            ("endtabs", []) => Self::EndTabs,
            _ => return None,
        })
    }

    /// The directive without language-dependent arguments.
    #[must_use]
    pub fn shape(&self) -> Self {
        match self {
            Self::Figure { name, .. } => Self::Figure {
                name: name.clone(),
                alternative: String::new(),
            },
            Self::Picture { name, .. } => Self::Picture {
                name: name.clone(),
                alternative: String::new(),
            },
            Self::Search { .. } => Self::Search { words: String::new() },
            other => other.clone(),
        }
    }

    /// The section with the recording that it shows; `None` if it shows none.
    #[must_use]
    pub fn recorded_section(&self) -> Option<&str> {
        match self {
            Self::Transcript { section, .. } | Self::Answer { section, .. } => Some(section),
            _ => None,
        }
    }
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = match self {
            Self::Transcript { chapter, section } => format!("transcript {chapter} {section}"),
            Self::Commands { chapter, section } => format!("commands {chapter} {section} cockroach"),
            Self::File { path, from, to } => {
                let named = |name: &str, value: &Option<String>| {
                    value
                        .as_ref()
                        .map_or_else(String::new, |value| format!(" {name}=\"{value}\""))
                };
                format!("file {path}{}{}", named("from", from), named("to", to))
            }
            Self::Listing { section } => format!("listing {section}"),
            Self::Figure { name, alternative } => format!("figure {name} \"{alternative}\""),
            Self::Picture { name, alternative } => format!("picture {name} \"{alternative}\""),
            Self::Search { words } => format!("search {words}"),
            Self::CommandList => "command-list".to_owned(),
            Self::Hint => "hint".to_owned(),
            Self::EndHint => "endhint".to_owned(),
            Self::Placeholders => "placeholders".to_owned(),
            Self::Provenance => "provenance".to_owned(),
            Self::Answer { section, files } => {
                format!(
                    "answer {}",
                    [std::slice::from_ref(section), files].concat().join(" ")
                )
            }
            Self::Tabs => "tabs".to_owned(),
            Self::Tab { label } => format!("tab {label}"),
            Self::EndTabs => "endtabs".to_owned(),
        };
        write!(f, "{{{{#{written}}}}}")
    }
}

/// The form of each directive.
const FORMS: [&str; 16] = [
    "{{#transcript chapter-3 3-4}}",
    "{{#commands chapter-6 6-5 cockroach}}",
    r#"{{#file Dockerfile from="FROM" to="CMD"}}"#,
    "{{#listing 3-4}}",
    r#"{{#figure layers "what it shows"}}"#,
    r#"{{#picture service "what it shows"}}"#,
    "{{#search back up a volume, keep data}}",
    "{{#command-list}}",
    "{{#hint}}",
    "{{#endhint}}",
    "{{#placeholders}}",
    "{{#provenance}}",
    "{{#answer 3-exercise-1 Dockerfile}}",
    "{{#tabs}}",
    "{{#tab PostgreSQL}}",
    "{{#endtabs}}",
];

/// The text between two quotes; `None` if there is none.
fn quoted(rest: &str) -> Option<String> {
    let text = rest.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// Removes `name="value"` from the start of `rest`, if it is there.
fn named(rest: &mut &str, name: &str) -> Option<String> {
    let (value, after) = rest.strip_prefix(name)?.strip_prefix("=\"")?.split_once('"')?;
    *rest = after.trim_start();
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &Directive) {
        assert_eq!(Directive::parse(line), Some(Ok(expected.clone())));
        assert_eq!(expected.to_string(), line);
    }

    #[track_caller]
    fn check_fault(line: &str, expected: &str) {
        let fault = Directive::parse(line).unwrap().unwrap_err();
        assert!(fault.contains(expected), "{fault}");
    }

    #[test]
    fn part_of_a_file_is_named_by_how_its_lines_start() {
        check(
            r#"{{#file Dockerfile.multistage from="FROM gcr.io" to="ENTRYPOINT"}}"#,
            &Directive::File {
                path: "Dockerfile.multistage".to_owned(),
                from: Some("FROM gcr.io".to_owned()),
                to: Some("ENTRYPOINT".to_owned()),
            },
        );
    }

    #[test]
    fn figure_has_its_alternative_in_quotes() {
        check(
            r#"{{#figure layers "three layers, one above the other"}}"#,
            &Directive::Figure {
                name: "layers".to_owned(),
                alternative: "three layers, one above the other".to_owned(),
            },
        );
    }

    #[test]
    fn every_form_is_read_and_written_alike() {
        for form in FORMS {
            let read = Directive::parse(form).unwrap().unwrap();
            check(form, &read);
        }
    }

    #[test]
    fn line_without_directive_is_text() {
        assert_eq!(Directive::parse("`docker inspect --format '{{.Id}}'`"), None);
    }

    #[test]
    fn fault_says_what_to_write() {
        check_fault("{{#include Dockerfile}}", "is no directive");
        check_fault("{{#transcript 3-4}}", "write {{#transcript chapter-3 3-4}}");
        check_fault("{{#figure layers}}", "write {{#figure");
        check_fault("see {{#listing 3-4}} here", "line of its own");
    }
}
