//! The languages that a tutorial supports, and catalogues of its messages: files in Fluent's format,
//! compiled in. The engine's own are `language/en/*.ftl` and `ja/*.ftl`.

use std::ffi::OsString;
use std::sync::OnceLock;

use clap::ValueEnum;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use include_dir::{Dir, include_dir};

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

impl Language {
    /// The language with this code, such as `ja`; `None` if the book has none.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        LANGUAGES.into_iter().find(|language| language.code() == code)
    }
}

/// Every language, in the order of the texts that a tutorial gives.
pub const LANGUAGES: [Language; 2] = [Language::English, Language::Japanese];

/// The engine's messages.
pub static CATALOGUE: Catalogue = Catalogue::new(&include_dir!("$CARGO_MANIFEST_DIR/language"));

/// A message with its variables: `text!(language, "report-is", name, here = short(here))`. A variable
/// may be anything that implements `Display`. A message of a catalogue other than the engine's is
/// `text!(in CATALOGUE, language, "page-is", name)`.
#[macro_export]
macro_rules! text {
    (in $catalogue:expr, $language:expr, $id:expr $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $catalogue.text($language, $id, &[$((stringify!($name), &*$crate::text!(@value $name $(= $value)?))),*])
    };
    (@value $name:ident) => { $name.to_string() };
    (@value $name:ident = $value:expr) => { ($value).to_string() };
    ($language:expr, $($message:tt)+) => {
        $crate::text!(in $crate::language::CATALOGUE, $language, $($message)+)
    };
}

/// Messages in every language.
pub struct Catalogue {
    folder: &'static Dir<'static>,
    /// In the order of [`LANGUAGES`]; each is read when first needed.
    bundles: [OnceLock<Bundle>; LANGUAGES.len()],
}

type Bundle = FluentBundle<FluentResource>;

impl Catalogue {
    /// Creates a catalogue from the files `en/*.ftl` and `ja/*.ftl` in a folder.
    #[must_use]
    pub const fn new(folder: &'static Dir<'static>) -> Self {
        Self {
            folder,
            bundles: [const { OnceLock::new() }; LANGUAGES.len()],
        }
    }

    /// The message with this `id`, with its variables filled in.
    ///
    /// # Panics
    ///
    /// If the catalogue has no such message, or the message needs other variables; a test checks every
    /// use against the catalogue.
    #[must_use]
    pub fn text(&self, language: Language, id: &str, variables: &[(&'static str, &str)]) -> String {
        let bundle = self.bundles[language as usize].get_or_init(|| self.bundle(language));
        let message = bundle.get_message(id).and_then(|message| message.value());
        let pattern = message.unwrap_or_else(|| panic!("the catalogue has no message {id}"));
        let arguments: FluentArgs<'_> = variables.iter().map(|&(name, value)| (name, value)).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        assert!(errors.is_empty(), "message {id}: {errors:?}");
        text.into_owned()
    }

    /// Each file of a language: its name without `.ftl`, and its text.
    ///
    /// # Panics
    ///
    /// If the catalogue does not have the language.
    pub fn files(&self, language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
        let folder = self.folder.get_dir(language.code());
        let files = folder.expect("the catalogue has every language").files();
        files.filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
    }

    fn bundle(&self, language: Language) -> Bundle {
        let code = language.code().parse().expect("the language has a valid code");
        let mut bundle = Bundle::new_concurrent(vec![code]);
        // Fluent's invisible marks around variables would show up in terminals and files.
        bundle.set_use_isolating(false);
        for (name, text) in self.files(language) {
            let resource = FluentResource::try_new(text.to_owned());
            let resource =
                resource.unwrap_or_else(|(_, errors)| panic!("{name}.ftl is not valid: {errors:?}"));
            let added = bundle.add_resource(resource);
            added.unwrap_or_else(|errors| panic!("{name}.ftl says something twice: {errors:?}"));
        }
        bundle
    }
}

impl Language {
    /// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that
    /// is set and not empty, as in POSIX; English if that language is not supported.
    pub(crate) fn of_environment(variables: &[(OsString, OsString)]) -> Self {
        let set = |name| {
            variables
                .iter()
                .find(|(known, value)| known == name && !value.is_empty())
        };
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        let locale = locale.map(|(_, locale)| locale.to_string_lossy().to_ascii_lowercase());
        match locale {
            Some(locale) if locale.starts_with("ja") => Self::Japanese,
            _ => Self::English,
        }
    }

    /// Code of the language, as in `--lang ja` and in the folder `book/ja`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// Joins texts to a list: `a, b`.
    pub(crate) fn list(self, things: &[impl AsRef<str>]) -> String {
        let things: Vec<&str> = things.iter().map(AsRef::as_ref).collect();
        things.join(match self {
            Self::English => ", ",
            Self::Japanese => "、",
        })
    }
}

#[cfg(test)]
#[path = "../tests/catalogue/message.rs"]
pub(crate) mod message;

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
