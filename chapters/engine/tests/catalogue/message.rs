//! Parses the messages of a catalogue's file, and their variables.

use std::collections::BTreeSet;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};

/// A message of a file, in one language.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Message {
    /// Name of the file, without `.ftl`.
    pub file: &'static str,
    /// Id of the message.
    pub id: &'static str,
    /// Names of all variables that the message may use.
    pub variables: BTreeSet<&'static str>,
    /// Variables that the message chooses a variant by, each with the variant's word.
    pub choices: BTreeSet<(&'static str, &'static str)>,
    /// The message's text: all its variants, without variables.
    pub words: String,
}

impl Message {
    /// Every message of a file, in order.
    pub fn all(file: &'static str, text: &'static str) -> impl Iterator<Item = Self> {
        let parsed = fluent_syntax::parser::parse_runtime(text);
        let entries = parsed.expect("the catalogue is valid").body.into_iter();
        entries.filter_map(move |entry| {
            let Entry::Message(entry) = entry else { return None };
            let id = entry.id.name;
            let mut message = Self {
                file,
                id,
                ..Self::default()
            };
            message.read(&entry.value?);
            Some(message)
        })
    }

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
