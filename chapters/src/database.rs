//! Which database engine the chapter about databases runs on: `PostgreSQL`,
//! on which it was recorded, or `CockroachDB`, as the article has it.

use std::fmt;

use clap::ValueEnum;

use crate::chapter::Outline;
use crate::explain;
use crate::image_name::ImageName;
use crate::language::Language;
use crate::provenance::Provenance;

/// The article's database in a version that stays: the article's tag moves, and its series has no
/// image for arm64. From v25.4.10 on its makers support 25.4 for the longest time that they offer, to
/// May 2027; images of 26.1 and later want a newer processor. It is under the `CockroachDB` Software
/// License.
pub const COCKROACH_IMAGE: &str = "cockroachdb/cockroach:v25.4.11";

/// The database whose image can be had everywhere.
pub const POSTGRES_IMAGE: &str = "postgres:15-bookworm";

/// A database engine in a container. The default is the one that transcripts are recorded on; a
/// test holds it against them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Database {
    /// `PostgreSQL`, as the book shows it
    #[default]
    Postgres,
    /// `CockroachDB`, as the article has it
    Cockroach,
}

/// A run on another database engine than the one that the book's recording was made on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Unrecorded {
    /// What the chapter runs on.
    here: Database,
    /// What it was recorded on.
    recorded: Database,
}

impl Database {
    /// The image that the chapter runs, with its tag.
    #[must_use]
    pub fn image(self) -> &'static str {
        match self {
            Self::Postgres => POSTGRES_IMAGE,
            Self::Cockroach => COCKROACH_IMAGE,
        }
    }

    /// The engine in an image of any tag; `None` for another image.
    fn of_image(image: &str) -> Option<Self> {
        let repository = ImageName::parse(image).repository;
        let is_it = |database: &&Self| ImageName::parse(database.image()).repository == repository;
        Self::value_variants().iter().find(is_it).copied()
    }

    /// What comes after `--database` to choose it.
    pub(crate) fn option(self) -> String {
        let value = self.to_possible_value().expect("no engine is hidden");
        value.get_name().to_owned()
    }

    /// TCP ports of the host that its container publishes, as the article has it.
    #[must_use]
    pub fn ports(self) -> &'static [u16] {
        match self {
            Self::Postgres => &[],
            Self::Cockroach => &[8080, 26257],
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::Cockroach => "CockroachDB",
        })
    }
}

impl Unrecorded {
    /// `None` where `recorded` says the same engine as `here`, or one of them says none.
    pub(crate) fn of(here: &Provenance, recorded: &Provenance) -> Option<Self> {
        let engine = |provenance: &Provenance| Database::of_image(provenance.database.as_ref()?);
        let unrecorded = Self {
            here: engine(here)?,
            recorded: engine(recorded)?,
        };
        (unrecorded.here != unrecorded.recorded).then_some(unrecorded)
    }

    /// What a reader is told before the chapter runs.
    pub(crate) fn say(self, outline: &Outline, language: Language) -> String {
        language.text(
            "reader-unrecorded",
            &[
                ("chapter", outline.name),
                ("database", &self.here.to_string()),
                ("recorded", &self.recorded.to_string()),
            ],
        )
    }

    /// The line of a failure's report that names the chapter as it was recorded.
    pub(crate) fn instead(self, outline: &Outline, language: Language) -> String {
        let command = format!("{} {}", outline.tutorial.start, outline.name);
        let text = language.text(
            "reader-recorded",
            &[("command", &command), ("database", &self.recorded.to_string())],
        );
        explain::line(language, "or", &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tutorial::RUNNING_RUST_IN_DOCKER;

    #[track_caller]
    fn check(here: Option<&str>, recorded: Option<&str>, expected: Option<(Database, Database)>) {
        let [here, recorded] = [here, recorded].map(|image| Provenance {
            database: image.map(str::to_owned),
            ..Provenance::default()
        });
        let unrecorded = Unrecorded::of(&here, &recorded);
        assert_eq!(unrecorded.map(|it| (it.here, it.recorded)), expected);
    }

    #[test]
    fn what_was_recorded_is_what_the_recording_says() {
        let (postgres, cockroach) = (Some(POSTGRES_IMAGE), Some(COCKROACH_IMAGE));
        check(postgres, postgres, None);
        check(
            cockroach,
            postgres,
            Some((Database::Cockroach, Database::Postgres)),
        );
        check(
            postgres,
            cockroach,
            Some((Database::Postgres, Database::Cockroach)),
        );
    }

    #[track_caller]
    fn check_said(language: Language, before: &str, after_a_failure: &str) {
        let unrecorded = Unrecorded {
            here: Database::Cockroach,
            recorded: Database::Postgres,
        };
        let outline = Outline::new(&RUNNING_RUST_IN_DOCKER, "chapter-6", "6-database", |_| Ok(()));
        assert_eq!(unrecorded.say(&outline, language), before);
        assert_eq!(unrecorded.instead(&outline, language), after_a_failure);
    }

    #[test]
    fn a_reader_learns_what_was_not_recorded_and_what_was() {
        check_said(
            Language::English,
            "chapter-6 on CockroachDB was never recorded: the book shows it on PostgreSQL.\n\
             A command may fail or show something else though you did nothing wrong.",
            "or         `cargo run --bin chapter-6` runs it on PostgreSQL, as it was recorded",
        );
        check_said(
            Language::Japanese,
            "CockroachDBで動かすchapter-6には記録がありません。\n\
             本の出力はPostgreSQLのものです。\n\
             操作に間違いがなくても、失敗したり、出力が違ったりすることがあります。",
            "または     `cargo run --bin chapter-6`なら、記録のあるPostgreSQLで動きます",
        );
    }

    #[test]
    fn another_version_of_an_engine_is_the_same_engine() {
        check(Some(POSTGRES_IMAGE), Some("postgres:14"), None);
    }

    #[test]
    fn a_chapter_without_database_has_nothing_to_record_of_one() {
        check(None, None, None);
        check(Some(COCKROACH_IMAGE), None, None);
    }
}
