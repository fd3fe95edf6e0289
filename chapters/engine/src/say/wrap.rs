//! Wraps text for a terminal.

use console::{Alignment, measure_text_width, pad_str};
use textwrap::WordSplitter::NoHyphenation;
use textwrap::core::Word;
use textwrap::{WordSeparator, WrapAlgorithm};

/// Width of a report's labels, such as `cause` and `expected`, with the space after them, in columns.
const LABEL_WIDTH: usize = 11;

/// A text of one or more lines after its label, aligned with the texts of other labels.
pub(crate) fn labelled(label: &str, text: &str) -> String {
    let label = pad_str(label, LABEL_WIDTH, Alignment::Left, None);
    format!("{label}{}", text.replace('\n', &format!("\n{:LABEL_WIDTH$}", "")))
}

/// A command in lines of at most `width` columns, as it can be typed: broken before options, and before
/// other words if that is not enough. A longer word is not broken.
pub(crate) fn command(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    let parts = before_words(text, true).into_iter();
    let parts = parts.flat_map(|part| {
        // Leaves room for the indent and ` \`.
        let fits = measure_text_width(part.trim_end()) + 6 <= width;
        if fits {
            vec![part]
        } else {
            before_words(part, false)
        }
    });
    for part in parts {
        let line = lines.last_mut().expect("there is one");
        let taken = measure_text_width(line) + measure_text_width(part.trim_end());
        if !line.trim().is_empty() && taken + 2 > width {
            line.truncate(line.trim_end().len());
            lines.push("    ".to_owned());
        }
        lines.last_mut().expect("there is one").push_str(part);
    }
    lines.join(" \\\n")
}

/// The command split before each word, or only before each option; text in quotes is one word, and no
/// option. The prompt is not split from the first word.
fn before_words(text: &str, only_options: bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quote, mut previous) = (0, None, ' ');
    for (at, character) in text.char_indices() {
        let is_word = previous == ' ' && quote.is_none() && at > 2;
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        if is_word && (character == '-' || !only_options && character != ' ') {
            parts.push(&text[start..at]);
            start = at;
        }
        previous = character;
    }
    parts.push(&text[start..]);
    parts
}

/// `text` in lines of at most `width` columns. Japanese breaks between characters, but no line starts
/// with a closing bracket, a comma or a full stop (Unicode line breaking). Katakana words are not
/// broken, and Latin text, commands and addresses break only at spaces.
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
    fn a_wide_command_is_broken_before_its_options() {
        let wide = "$ docker image ls --format '{{.Size}} - {{.ID}}' --filter dangling=true";
        let broken =
            "$ docker image ls \\\n    --format '{{.Size}} - {{.ID}}' \\\n    --filter dangling=true";
        assert_eq!(command(wide, 40), broken);
        assert_eq!(command(wide, 80), wide);
    }

    #[test]
    fn a_wide_command_without_options_is_broken_before_its_words() {
        let wide = "$ docker image tag 0123456789012345678901234567890123456789 docker-gs-ping:greeting";
        let broken = "$ docker image tag \\\n    0123456789012345678901234567890123456789 \\\n    \
                      docker-gs-ping:greeting";
        assert_eq!(command(wide, 50), broken);
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
