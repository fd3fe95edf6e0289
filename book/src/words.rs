//! Words that the book and its programs must not use, and what to use instead: one word for each thing,
//! and easy words.

use std::path::Path;

use tutorial_engine::language::{self, Catalogue, Language};

use crate::edition;
use crate::problem::{Error, Problem};
use crate::sources::Sources;

/// A word, and its replacement.
type Instead = (&'static str, &'static str);

const ENGLISH: &[Instead] = &[
    ("of which", "a sentence of its own"),
    ("whoever", "who does it, or `if you`"),
    ("the like", "what is meant"),
    ("no sure way", "unreliable"),
    ("process 1", "PID 1"),
    ("obviously", "nothing"),
    ("simply", "nothing"),
    ("database engine", "database"),
];

const JAPANESE: &[Instead] = &[
    ("要求", "リクエスト"),
    ("端末", "ターミナル"),
    ("既定", "デフォルト"),
    ("やり直し", "リトライ、再実行、再ビルド"),
    ("ビルドし直", "再ビルド"),
    ("フォルダ", "ディレクトリ"),
    ("アーキテクチャー", "アーキテクチャ"),
    ("コンテナー", "コンテナ"),
    ("プロセス1", "PID 1"),
    ("後始末", "後片付け"),
    ("直下", "ルート"),
    ("一重引用符", "シングルクォート"),
    ("データベースエンジン", "データベース"),
    ("あなた", "主語なし"),
    ("と思われ", "断定と、その根拠"),
    ("することができ", "できる"),
];

/// Occurrences of such words in pages and in the programs' messages.
///
/// # Errors
///
/// - [`Error::Read`], if a file cannot be read.
pub fn problems(sources: &Sources, language: Language) -> Result<Vec<Problem>, Error> {
    let words = match language {
        Language::English => ENGLISH,
        Language::Japanese => JAPANESE,
    };
    let code = language.code();
    let pages = sources.pages(language)?;
    let pages = pages
        .iter()
        .map(|(name, text)| (edition::pages(language).join(name), &**text));
    let messages = |folder: &'static str, catalogue: &'static Catalogue| {
        let file = move |name| Path::new(folder).join(code).join(format!("{name}.ftl"));
        catalogue
            .files(language)
            .map(move |(name, text)| (file(name), text))
    };
    let texts = pages
        .chain(messages("book/language", &edition::CATALOGUE))
        .chain(messages("chapters/engine/language", &language::CATALOGUE));
    Ok(texts
        .flat_map(|(file, text)| of_text(&file, text, words))
        .collect())
}

fn of_text(file: &Path, text: &str, words: &[Instead]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        // A reader may search for a word that the book does not use.
        if line.starts_with("{{#search ") {
            continue;
        }
        let written = line.to_lowercase();
        let found = words.iter().filter(|(word, _)| written.contains(word));
        problems.extend(found.map(|(word, instead)| {
            Problem::at(
                file,
                number,
                format!("`{word}` is not used here; write: {instead}"),
            )
        }));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_used_is_named_with_its_line_and_the_one_to_use() {
        let problems = of_text(Path::new("a.md"), "一行目\n既定の値\n", JAPANESE);
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems, ["a.md:2: `既定` is not used here; write: デフォルト"]);
    }

    #[test]
    fn capitals_do_not_hide_a_word() {
        assert_eq!(of_text(Path::new("a.md"), "Whoever comes.", ENGLISH).len(), 1);
    }
}
