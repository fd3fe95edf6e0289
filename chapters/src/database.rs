//! Which database engine the chapter about databases runs on: `CockroachDB`,
//! as the article has it, or `PostgreSQL`, which can be had everywhere.

use std::fmt;

use clap::ValueEnum;

/// The article's database in a version that stays: the article's tag moves, and its series has no
/// image for arm64. Its licence is the Business Source License 1.1, which ends at a date named in it.
pub const COCKROACH_IMAGE: &str = "cockroachdb/cockroach:v23.1.14";

/// The database wherever that one cannot be had.
pub const POSTGRES_IMAGE: &str = "postgres:15-bookworm";

/// A database engine in a container.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Database {
    /// The article's.
    Cockroach,
    /// The one that transcripts are recorded on.
    #[default]
    Postgres,
}

/// What a reader asks for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Choice {
    /// `CockroachDB` where its image is there or can be pulled, else `PostgreSQL`
    #[default]
    Auto,
    /// `CockroachDB`
    Cockroach,
    /// `PostgreSQL`
    Postgres,
}

impl Choice {
    /// The engine that is asked for; for [`Choice::Auto`] the one that the
    /// transcripts show, until somebody has looked which image can be had.
    #[must_use]
    pub fn database(self) -> Database {
        match self {
            Self::Auto | Self::Postgres => Database::Postgres,
            Self::Cockroach => Database::Cockroach,
        }
    }
}

impl Database {
    /// The image that the chapter runs, with its tag.
    #[must_use]
    pub fn image(self) -> &'static str {
        match self {
            Self::Cockroach => COCKROACH_IMAGE,
            Self::Postgres => POSTGRES_IMAGE,
        }
    }

    /// TCP ports of the host that its container publishes, as the article has it.
    #[must_use]
    pub fn ports(self) -> &'static [u16] {
        match self {
            Self::Cockroach => &[8080, 26257],
            Self::Postgres => &[],
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cockroach => "CockroachDB",
            Self::Postgres => "PostgreSQL",
        })
    }
}
