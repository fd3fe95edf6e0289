//! The languages in which a tutorial speaks to its reader, and catalogues of what it says: files in
//! Fluent's format, compiled in. The engine's own are `language/en/*.ftl` and `ja/*.ftl`.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::sync::OnceLock;

use clap::ValueEnum;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};

/// A language that the book has, too.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Language {
    /// English
    #[default]
    #[value(name = "en")]
    English,
    /// 日本語
    #[value(name = "ja")]
    Japanese,
}

/// Every language, in the order of the texts that a tutorial gives.
pub const LANGUAGES: [Language; 2] = [Language::English, Language::Japanese];

/// What the engine says.
pub static CATALOGUE: Catalogue = crate::catalogue![
    "chapter",
    "clean-up",
    "docker",
    "expect",
    "explain",
    "failure",
    "interactive",
    "listing",
    "options",
    "output",
    "preflight",
    "process",
    "reader",
    "resident",
    "replay",
    "report",
    "screen",
    "setup",
];

/// The catalogue of the files of the calling crate with these names: `catalogue!["words"]` reads
/// `language/en/words.ftl` and `language/ja/words.ftl`, as seen from its `Cargo.toml`.
#[macro_export]
macro_rules! catalogue {
    ($($name:literal),+ $(,)?) => {
        $crate::language::Catalogue::new(&[$((
            $name,
            [
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/language/en/", $name, ".ftl")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/language/ja/", $name, ".ftl")),
            ],
        )),+])
    };
}

/// A message with its variables: `text!(language, "report-is", name, here = short(here))`. A variable
/// may be anything that can be displayed. A message of another catalogue than the engine's is
/// `text!(in CATALOGUE, language, "page-is", name)`.
#[macro_export]
macro_rules! text {
    (in $catalogue:expr, $language:expr, $id:expr $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $catalogue.text($language, $id, &[$((stringify!($name), &*$crate::text!(@value $name $(= $value)?))),*])
    };
    (@value $name:ident) => { $name.to_string() };
    (@value $name:ident = $value:expr) => { ($value).to_string() };
    ($language:expr, $id:expr $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $language.text($id, &[$((stringify!($name), &*$crate::text!(@value $name $(= $value)?))),*])
    };
}

/// Messages in every language.
pub struct Catalogue {
    files: &'static [File],
    /// In the order of [`LANGUAGES`]; each read once it is needed.
    bundles: [OnceLock<Bundle>; LANGUAGES.len()],
}

/// Name and texts, in the order of [`LANGUAGES`].
type File = (&'static str, [&'static str; LANGUAGES.len()]);

type Bundle = FluentBundle<FluentResource>;

/// What a catalogue has under one id, in one language.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Name of its file, without `.ftl`.
    pub file: &'static str,
    /// Its id.
    pub id: &'static str,
    /// Names of all variables that it may want.
    pub variables: BTreeSet<&'static str>,
    /// Variables that it chooses a variant by, each with the word of a variant.
    pub choices: BTreeSet<(&'static str, &'static str)>,
    /// Its text, with all its variants and without what is filled in.
    pub words: String,
}

impl Catalogue {
    /// A catalogue of files: name, and the texts in the order of [`LANGUAGES`].
    #[must_use]
    pub const fn new(files: &'static [File]) -> Self {
        Self {
            files,
            bundles: [const { OnceLock::new() }; LANGUAGES.len()],
        }
    }

    /// What the catalogue has under `id`, with its variables filled in.
    ///
    /// # Panics
    ///
    /// If the catalogue has no such message or the message wants other variables; a test holds
    /// every use against the catalogue.
    #[must_use]
    pub fn text(&self, language: Language, id: &str, variables: &[(&'static str, &str)]) -> String {
        let bundle = self.bundles[language as usize].get_or_init(|| bundle(language, self.files));
        let message = bundle.get_message(id).and_then(|message| message.value());
        let pattern = message.unwrap_or_else(|| panic!("the catalogue has no message {id}"));
        let arguments: FluentArgs<'_> = variables.iter().map(|&(name, value)| (name, value)).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        assert!(errors.is_empty(), "message {id}: {errors:?}");
        text.into_owned()
    }

    /// Every message in a language, in the order of the files.
    ///
    /// # Panics
    ///
    /// If a file is not valid.
    pub fn messages(&self, language: Language) -> impl Iterator<Item = Message> {
        self.files.iter().flat_map(move |&(file, texts)| {
            let parsed = fluent_syntax::parser::parse_runtime(texts[language as usize]);
            let entries = parsed.expect("the catalogue is valid").body.into_iter();
            entries.filter_map(move |entry| {
                let Entry::Message(entry) = entry else { return None };
                let mut message = Message {
                    file,
                    id: entry.id.name,
                    variables: BTreeSet::new(),
                    choices: BTreeSet::new(),
                    words: String::new(),
                };
                message.read(&entry.value?);
                Some(message)
            })
        })
    }
}

impl Message {
    fn read(&mut self, pattern: &Pattern<&'static str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.words += value,
                PatternElement::Placeable { expression } => match expression {
                    Expression::Inline(inline) => self.variables.extend(variable(inline)),
                    Expression::Select { selector, variants } => {
                        let variable = variable(selector);
                        self.variables.extend(variable);
                        for variant in variants {
                            let choice = variable.map(|variable| (variable, word(&variant.key)));
                            self.choices.extend(choice);
                            self.read(&variant.value);
                        }
                    }
                },
            }
        }
    }
}

impl Language {
    /// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG`
    /// that is set and not empty, as in POSIX; English where it is none of ours.
    #[must_use]
    pub fn of_environment(variables: &[(OsString, OsString)]) -> Self {
        let value = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| name == wanted);
            found
                .map(|(_, value)| value.as_os_str())
                .filter(|value| !value.is_empty())
        };
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(value);
        let is_japanese = |locale: &OsStr| locale.to_string_lossy().to_ascii_lowercase().starts_with("ja");
        if locale.is_some_and(is_japanese) {
            Self::Japanese
        } else {
            Self::English
        }
    }

    /// As in `--lang ja` and in the folder `book/ja`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// The language that has this code; `None` for any other text.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        LANGUAGES.into_iter().find(|language| language.code() == code)
    }

    /// Things one after the other: `a, b`.
    #[must_use]
    pub fn list(self, things: &[impl AsRef<str>]) -> String {
        let things: Vec<&str> = things.iter().map(AsRef::as_ref).collect();
        things.join(match self {
            Self::English => ", ",
            Self::Japanese => "、",
        })
    }

    /// What the engine's catalogue has under `id`, with its variables filled in.
    ///
    /// # Panics
    ///
    /// As [`Catalogue::text`].
    #[must_use]
    pub fn text(self, id: &str, variables: &[(&'static str, &str)]) -> String {
        CATALOGUE.text(self, id, variables)
    }
}

fn word(key: &VariantKey<&'static str>) -> &'static str {
    match key {
        VariantKey::Identifier { name: word } | VariantKey::NumberLiteral { value: word } => word,
    }
}

/// The variable of a placeable; a string in quotes has none.
fn variable(inline: &InlineExpression<&'static str>) -> Option<&'static str> {
    match inline {
        InlineExpression::VariableReference { id } => Some(id.name),
        _ => None,
    }
}

fn bundle(language: Language, files: &[File]) -> Bundle {
    let code = language.code().parse().expect("the language has a valid code");
    let mut bundle = Bundle::new_concurrent(vec![code]);
    // Marks around variables would end in terminals and files.
    bundle.set_use_isolating(false);
    for (name, texts) in files {
        let resource = FluentResource::try_new(texts[language as usize].to_owned());
        let resource = resource.unwrap_or_else(|(_, errors)| panic!("{name}.ftl is not valid: {errors:?}"));
        bundle
            .add_resource(resource)
            .unwrap_or_else(|errors| panic!("{name}.ftl says something twice: {errors:?}"));
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Language) {
        let variables: Vec<(OsString, OsString)> = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        assert_eq!(Language::of_environment(&variables), expected);
    }

    #[test]
    fn language_is_that_of_the_locale() {
        check(&[("LANG", "ja_JP.UTF-8")], Language::Japanese);
        check(
            &[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C.UTF-8")],
            Language::English,
        );
        check(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "")], Language::Japanese);
        check(&[], Language::English);
    }
}
