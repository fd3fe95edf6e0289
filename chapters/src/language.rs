//! The languages in which a chapter speaks to its reader, and the catalogue of what it says:
//! `chapters/language/en/*.ftl` and `ja/*.ftl`, in Fluent's format.

use std::ffi::{OsStr, OsString};
use std::sync::LazyLock;

use clap::ValueEnum;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

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

/// Every language.
pub const LANGUAGES: [Language; 2] = [Language::English, Language::Japanese];

type Bundle = FluentBundle<FluentResource>;

/// The files of the catalogue, by language: name and text.
macro_rules! catalogue {
    ($($name:literal),+ $(,)?) => {
        /// The catalogue's files in English and in Japanese: name, English text, Japanese text.
        pub const CATALOGUE: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("../language/en/", $name, ".ftl")),
            include_str!(concat!("../language/ja/", $name, ".ftl")),
        )),+];
    };
}

catalogue![
    "chapter",
    "clean-up",
    "docker",
    "expect",
    "explain",
    "failure",
    "interactive",
    "output",
    "pages",
    "preflight",
    "process",
    "reader",
    "replay",
    "report",
    "screen",
    "script",
    "setup",
    "step",
];

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", CATALOGUE.iter().map(|file| file.1)));
static JAPANESE: LazyLock<Bundle> = LazyLock::new(|| bundle("ja", CATALOGUE.iter().map(|file| file.2)));

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

    /// Things one after the other: `a, b`.
    #[must_use]
    pub fn list(self, things: &[impl AsRef<str>]) -> String {
        let things: Vec<&str> = things.iter().map(AsRef::as_ref).collect();
        things.join(match self {
            Self::English => ", ",
            Self::Japanese => "、",
        })
    }

    /// What the catalogue has under `id`, with its variables filled in.
    ///
    /// # Panics
    ///
    /// If the catalogue has no such message or the message wants other variables; a test holds
    /// every use against the catalogue.
    #[must_use]
    pub fn text(self, id: &str, variables: &[(&'static str, &str)]) -> String {
        let bundle = match self {
            Self::English => &*ENGLISH,
            Self::Japanese => &*JAPANESE,
        };
        let message = bundle.get_message(id).and_then(|message| message.value());
        let pattern = message.unwrap_or_else(|| panic!("the catalogue has no message {id}"));
        let arguments: FluentArgs<'_> = variables.iter().map(|&(name, value)| (name, value)).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        assert!(errors.is_empty(), "message {id}: {errors:?}");
        text.into_owned()
    }
}

fn bundle<'a>(language: &str, texts: impl Iterator<Item = &'a str>) -> Bundle {
    let language = language.parse().expect("the language has a valid code");
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks around variables would end in terminals and files.
    bundle.set_use_isolating(false);
    for text in texts {
        let resource = FluentResource::try_new(text.to_owned());
        let resource =
            resource.unwrap_or_else(|(_, errors)| panic!("the catalogue is not valid: {errors:?}"));
        bundle
            .add_resource(resource)
            .unwrap_or_else(|errors| panic!("the catalogue says something twice: {errors:?}"));
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
