//! Text in lines that a terminal can show.

use console::{Alignment, pad_str};
use textwrap::WordSplitter::NoHyphenation;
use textwrap::core::Word;
use textwrap::{WordSeparator, WrapAlgorithm};

/// Columns of the labels in a report, `cause` and `expected`, with the space after them.
const LABEL_WIDTH: usize = 11;

/// A text of one or more lines after its label, in one column with those of other labels.
pub(crate) fn labelled(label: &str, text: &str) -> String {
    let label = pad_str(label, LABEL_WIDTH, Alignment::Left, None);
    format!("{label}{}", text.replace('\n', &format!("\n{:LABEL_WIDTH$}", "")))
}

/// `text` in lines of at most `width` columns. Japanese breaks between characters, but no line
/// starts with a closing bracket, a comma or a full stop, as Unicode's line breaking has it. A word in
/// katakana stays whole, and Latin text breaks at spaces alone: so do commands and addresses.
pub(crate) fn wrap(text: &str, width: usize, first: &str, others: &str) -> String {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_splitter(NoHyphenation)
        .word_separator(WordSeparator::Custom(words))
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::fill(text, options)
}

fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut words = Vec::new();
    let (mut start, mut end) = (0, 0);
    for word in WordSeparator::UnicodeBreakProperties.find_words(line) {
        end += word.word.len() + word.whitespace.len();
        let before = line[..end].chars().next_back();
        let after = line[end..].chars().next();
        let is_within_word = before.zip(after).is_some_and(|(before, after)| {
            let is_katakana = |c| matches!(c, '\u{30a0}'..='\u{30ff}') && c != '・';
            before.is_ascii_graphic() && after.is_ascii_graphic() || is_katakana(before) && is_katakana(after)
        });
        if !is_within_word {
            words.push(Word::from(&line[start..end]));
            start = end;
        }
    }
    Box::new(words.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: usize, expected: &str) {
        assert_eq!(wrap(text, width, "", ""), expected);
    }

    #[test]
    fn japanese_breaks_between_characters_and_no_line_starts_with_a_full_stop() {
        check(
            "一二三四五六七八九十。次の文です（括弧）。",
            20,
            "一二三四五六七八九\n十。次の文です（括\n弧）。",
        );
    }

    #[test]
    fn a_command_in_japanese_text_breaks_at_spaces_alone() {
        check(
            "実行は`docker-gs-ping/one/two`です。",
            14,
            "実行は\n`docker-gs-ping/one/two`\nです。",
        );
    }
}
