//! The environment that the programs of a chapter get: one table, and nothing that is not in it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use Name::{Begins, Ends, Is};
use Treatment::{Beyond, Fixed, Folder, Kept, Unset};

/// Names of variables.
#[derive(Clone, Copy)]
enum Name {
    Is(&'static str),
    Begins(&'static str),
    /// In small letters and in capitals.
    Ends(&'static str),
}

/// What becomes of a reader's variable.
#[derive(Clone, Copy)]
enum Treatment {
    /// Every program sees it as it is.
    Kept,
    /// Only programs see it that reach beyond this machine: see [`Environment::of`].
    Beyond,
    /// It is the same for everybody.
    Fixed(&'static str),
    /// It is this folder of the repository.
    Folder(&'static str),
    /// No program sees it. A name that is not in the table is treated so, too; those that are here
    /// are known to change what the book shows.
    Unset,
}

/// The first row with a name decides.
const TABLE: [(Name, Treatment); 49] = [
    // Where programs are, and whose files they read.
    (Is("PATH"), Kept),
    (Is("HOME"), Kept),
    (Is("USER"), Kept),
    (Is("LOGNAME"), Kept),
    (Is("TMPDIR"), Kept),
    (Is("RUSTUP_HOME"), Kept),
    (Is("CARGO_HOME"), Kept),
    // The socket of an engine without root's rights, and the private engine's folder.
    (Begins("XDG_"), Kept),
    (Begins("DOCKER_BOOK_"), Kept),
    // Which engine: the reader's choice, which the first line names.
    (Is("DOCKER_HOST"), Kept),
    (Is("DOCKER_CONTEXT"), Kept),
    (Is("DOCKER_CONFIG"), Kept),
    (Is("DOCKER_CERT_PATH"), Kept),
    (Is("DOCKER_TLS"), Kept),
    (Is("DOCKER_TLS_VERIFY"), Kept),
    (Is("SSH_AUTH_SOCK"), Kept),
    // Helpers that keep a registry's password: the desktop's keyring, `pass`, Google's.
    (Is("DBUS_SESSION_BUS_ADDRESS"), Kept),
    (Is("GNUPGHOME"), Kept),
    (Is("PASSWORD_STORE_DIR"), Kept),
    (Is("CLOUDSDK_CONFIG"), Kept),
    // How WSL 2 starts a program of Windows, which Docker Desktop's helper is.
    (Is("WSL_INTEROP"), Kept),
    (Is("WSL_DISTRO_NAME"), Kept),
    // A proxy for the network is none for `localhost` and for containers.
    (Ends("_proxy"), Beyond),
    (Begins("SSL_CERT_"), Beyond),
    // Otherwise the reader's own .curlrc counts.
    (Is("CURL_HOME"), Folder("chapters/curl")),
    // Advertising, and what is printed for a terminal.
    (Is("DOCKER_CLI_HINTS"), Fixed("false")),
    (Is("BUILDKIT_PROGRESS"), Fixed("plain")),
    (Is("NO_COLOR"), Fixed("1")),
    (Is("BUILDKIT_COLORS"), Unset),
    (Begins("CLICOLOR"), Unset),
    (Is("FORCE_COLOR"), Unset),
    (Is("COLUMNS"), Unset),
    // One language, one time zone.
    (Is("LC_ALL"), Fixed("C.UTF-8")),
    (Is("TZ"), Fixed("UTC")),
    (Begins("LC_"), Unset),
    (Begins("LANG"), Unset),
    // Whichever builder `docker buildx use` has chosen: `setup.rs` names the engine's own.
    (Begins("BUILDX_"), Unset),
    (Begins("BUILDKIT_"), Unset),
    (Is("DOCKER_BUILDKIT"), Unset),
    (Is("SOURCE_DATE_EPOCH"), Unset),
    // Images of the engine's platform, an API that client and engine agree on.
    (Is("DOCKER_DEFAULT_PLATFORM"), Unset),
    (Is("DOCKER_API_VERSION"), Unset),
    (Begins("DOCKER_CONTENT_TRUST"), Unset),
    (Is("DOCKER_CUSTOM_HEADERS"), Unset),
    (Begins("COMPOSE_"), Unset),
    // Options that GNU's programs take from the environment.
    (Begins("GREP_"), Unset),
    (Is("TAR_OPTIONS"), Unset),
    (Is("POSIXLY_CORRECT"), Unset),
    (Begins("BLOCK"), Unset),
];

/// What programs see of the environment.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// … every program.
    everywhere: BTreeMap<OsString, OsString>,
    /// … beside that, a program that reaches beyond this machine.
    beyond: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// What the table makes of the `variables` of a reader's shell; `root` is the repository.
    pub(crate) fn plain(variables: impl IntoIterator<Item = (OsString, OsString)>, root: &Path) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            match treatment(&name.to_string_lossy()) {
                Kept => environment.everywhere.insert(name, value),
                Beyond => environment.beyond.insert(name, value),
                Fixed(_) | Folder(_) | Unset => None,
            };
        }
        environment
            .everywhere
            .extend(fixed().map(|(name, value)| (name.into(), value.into())));
        for (name, treatment) in TABLE {
            if let (Is(name), Folder(folder)) = (name, treatment) {
                environment
                    .everywhere
                    .insert(name.into(), root.join(folder).into());
            }
        }
        environment
    }

    /// What `program` sees. `docker` and what is named by its path, as the scripts of this
    /// repository are, reach beyond this machine.
    pub(crate) fn of(&self, program: &OsStr) -> impl Iterator<Item = (&OsString, &OsString)> {
        let reaches_beyond = program == "docker" || Path::new(program).is_absolute();
        let beyond = reaches_beyond.then_some(&self.beyond);
        self.everywhere.iter().chain(beyond.into_iter().flatten())
    }

    /// The value of a variable that every program sees; `None` if it is not there, or empty.
    pub(crate) fn value(&self, name: &str) -> Option<&OsStr> {
        let value = self.everywhere.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value)
    }
}

/// Variables that every program sees.
impl From<BTreeMap<OsString, OsString>> for Environment {
    fn from(everywhere: BTreeMap<OsString, OsString>) -> Self {
        Self {
            everywhere,
            beyond: BTreeMap::new(),
        }
    }
}

impl Extend<(OsString, OsString)> for Environment {
    fn extend<T: IntoIterator<Item = (OsString, OsString)>>(&mut self, variables: T) {
        self.everywhere.extend(variables);
    }
}

/// What is the same for everybody: name and value.
pub(crate) fn fixed() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE
        .iter()
        .filter_map(|(name, treatment)| match (name, treatment) {
            (Is(name), Fixed(value)) => Some((*name, *value)),
            _ => None,
        })
}

fn treatment(name: &str) -> Treatment {
    let row = TABLE.iter().find(|(row, _)| match row {
        Is(whole) => name == *whole,
        Begins(start) => name.starts_with(start),
        Ends(end) => name.to_ascii_lowercase().ends_with(end),
    });
    row.map_or(Unset, |(_, treatment)| *treatment)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program sees of `variables`, as `NAME=value`.
    fn seen(variables: &[(&str, &str)], program: &str) -> Vec<String> {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let environment = Environment::plain(variables, Path::new("/repository"));
        let always: Vec<_> = fixed().map(|(name, _)| name).chain(["CURL_HOME"]).collect();
        environment
            .of(program.as_ref())
            .map(|(name, value)| (name.to_str().unwrap(), value.to_str().unwrap()))
            .filter(|(name, value)| !always.contains(name) || value.contains("reader"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn what_the_reader_has_set_changes_nothing_that_is_shown() {
        let set = [
            "LANG",
            "LANGUAGE",
            "LC_ALL",
            "LC_MESSAGES",
            "TZ",
            "NO_COLOR",
            "FORCE_COLOR",
            "CLICOLOR_FORCE",
            "BUILDKIT_PROGRESS",
            "BUILDKIT_COLORS",
            "BUILDX_BUILDER",
            "BUILDX_CONFIG",
            "DOCKER_BUILDKIT",
            "DOCKER_DEFAULT_PLATFORM",
            "DOCKER_API_VERSION",
            "DOCKER_CLI_HINTS",
            "DOCKER_CONTENT_TRUST",
            "COMPOSE_FILE",
            "COMPOSE_PROJECT_NAME",
            "SOURCE_DATE_EPOCH",
            "CURL_HOME",
            "GREP_OPTIONS",
            "GREP_COLORS",
            "TAR_OPTIONS",
            "POSIXLY_CORRECT",
            "BLOCKSIZE",
            "SOMETHING_ELSE",
        ];
        let set = set.map(|name| (name, "the reader's"));
        for program in ["docker", "curl"] {
            assert_eq!(seen(&set, program), Vec::<String>::new(), "{program}");
        }
    }

    #[test]
    fn the_readers_engine_is_reached_as_the_reader_reaches_it() {
        let set = [
            ("DOCKER_HOST", "ssh://host"),
            ("DOCKER_CONTEXT", "other"),
            ("HOME", "/home/reader"),
            ("PATH", "/bin"),
            ("SSH_AUTH_SOCK", "/agent"),
            ("XDG_RUNTIME_DIR", "/run/user/1"),
        ];
        let kept = set.map(|(name, value)| format!("{name}={value}"));
        let mut kept = kept.to_vec();
        kept.sort();
        for program in ["docker", "curl"] {
            assert_eq!(seen(&set, program), kept, "{program}");
        }
    }

    #[test]
    fn a_proxy_is_for_what_reaches_beyond_this_machine() {
        let set = [
            ("http_proxy", "http://p:1"),
            ("HTTPS_PROXY", "http://p:1"),
            ("no_proxy", "a"),
        ];
        assert_eq!(seen(&set, "docker").len(), 3);
        assert_eq!(seen(&set, "/repository/scripts/engine").len(), 3);
        assert_eq!(seen(&set, "curl"), Vec::<String>::new());
    }

    #[test]
    fn everybody_sees_the_same_of_what_is_fixed() {
        let environment = Environment::plain([], Path::new("/repository"));
        for (name, value) in [
            ("LC_ALL", "C.UTF-8"),
            ("TZ", "UTC"),
            ("CURL_HOME", "/repository/chapters/curl"),
        ] {
            assert_eq!(environment.value(name), Some(value.as_ref()), "{name}");
        }
    }
}
