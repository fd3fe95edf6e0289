//! Escapes text for HTML.

/// The text with HTML's special characters escaped, for a page and for the value of an attribute.
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

/// The text as inline code.
#[must_use]
pub fn code(text: &str) -> String {
    format!("<code>{}</code>", whole_words(&escape(text)))
}

/// Longest word that fits in a line on a phone, in characters.
const WORD_LENGTH_MAX: usize = 30;

/// Escaped code with its words marked, because a browser breaks lines after any hyphen, even after those
/// of `--step`.
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

/// A scrollable block of code, with a name for screen readers and a button that copies `copied`.
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
