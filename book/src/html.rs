//! Text that is safe in a page.

/// The text with what HTML reads as its own written out, for a page and for
/// the value of an attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A text in code.
#[must_use]
pub fn code(text: &str) -> String {
    format!("<code>{}</code>", whole_words(&escape(text)))
}

/// Characters of a word that has room in a line of a phone.
const WORD_LENGTH_MAX: usize = 30;

/// Text of code that is escaped already, its words marked: a browser breaks a
/// line after any hyphen, also after those of `--step`.
#[must_use]
pub fn whole_words(escaped: &str) -> String {
    let words = escaped.split(' ').map(|word| {
        let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric());
        if is_plain || word.chars().count() > WORD_LENGTH_MAX {
            word.to_owned()
        } else {
            format!(r#"<span class="word">{word}</span>"#)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A block of code that scrolls by itself, has a name for those who cannot see
/// it, and a button that copies `copied`.
#[must_use]
pub fn block(class: &str, label: &str, copied: Option<(&str, &str)>, inner: &str) -> String {
    let button = copied.map_or_else(String::new, |(text, name)| {
        format!(
            r#"<button class="copy" type="button" data-pagefind-ignore data-copy="{}">{}</button>"#,
            escape(text),
            escape(name)
        )
    });
    format!(
        r#"<div class="block {class}">{button}<pre tabindex="0" role="group" aria-label="{}">{inner}</pre></div>"#,
        escape(label)
    )
}
