//! The database of chapter 6, and how programs say that it fails.

use tutorial_engine::author::tutorial::{DatabaseNames, Words};

use crate::{COCKROACH, POSTGRES};

pub(crate) const NAMES: DatabaseNames = DatabaseNames {
    container: "roach",
    volume: "roach",
    images: &[POSTGRES.image, COCKROACH.image],
    first_password: "POSTGRES_PASSWORD",
    password: "PGPASSWORD",
};

/// How its programs, and the service that uses it, say that it fails.
pub(crate) const WORDS: &[Words] = &[
    Words {
        failure: "database-not-ready",
        pattern: r#"connection to server at "([^"]+)".* failed: (?:Connection refused|FATAL: +the database system is starting up)"#,
        seen: &[
            (
                "here",
                "psql: error: connection to server at \"db\" (172.18.0.2), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
            ),
            (
                "https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/postmaster/postmaster.c",
                "psql: error: connection to server at \"db\" (172.18.0.2), port 5432 failed: FATAL:  the database system is starting up",
            ),
        ],
    },
    Words {
        failure: "database-not-ready",
        pattern: r#"connection to server on socket "([^"]+)" failed: (?:No such file or directory|Connection refused|FATAL: +the database system is starting up)"#,
        seen: &[(
            "here",
            "psql: error: connection to server on socket \"/var/run/postgresql/.s.PGSQL.5432\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n",
        )],
    },
    Words {
        failure: "database-not-ready",
        pattern: r"(?m)^(\S+) - (?:no response|rejecting connections)$",
        seen: &[("here", "db:5432 - no response\n")],
    },
    Words {
        failure: "database-not-ready",
        pattern: r"the database at (\S+) is not ready \(attempt \S+\): [^\n]*(?:onnection refused|is starting up|timed out)",
        seen: &[(
            "server/src/roach/keep.rs",
            "the database at db:5432 is not ready (attempt 1): error connecting to server: Connection refused (os error 111); next try in 0.1 s",
        )],
    },
    Words {
        failure: "database-not-ready",
        pattern: r"ERROR: cannot dial server\.\s+Is the server running\?",
        seen: &[(
            "https://github.com/MaterializeInc/materialize/issues/14732",
            "ERROR: cannot dial server.\nIs the server running?\nIf the server is running, check --host client-side and --advertise server-side.\n",
        )],
    },
    Words {
        failure: "password-refused",
        pattern: r#"password authentication failed for user "([^"]+)""#,
        seen: &[(
            "here",
            r#"psql: error: connection to server at "db" (172.18.0.2), port 5432 failed: FATAL:  password authentication failed for user "totoro""#,
        )],
    },
    Words {
        failure: "password-refused",
        pattern: r"password authentication failed for user ([^\s;]+)",
        seen: &[(
            "https://github.com/cockroachdb/cockroach/blob/027dd8b26b5ab931656bd3c1cf4e33c21ece6995/pkg/security/auth.go",
            "ERROR: password authentication failed for user totoro\nSQLSTATE: 28P01\nFailed running \"sql\"",
        )],
    },
];
