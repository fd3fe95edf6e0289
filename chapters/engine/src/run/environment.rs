//! The environment that the programs of a chapter get: what the tables name, and nothing else.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use wildmatch::WildMatch;

use Setting::{Beyond, Fixed, Folder, Kept};

/// What becomes of a variable.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Setting {
    /// Every program sees the reader's, as it is.
    Kept,
    /// Only programs see the reader's that reach beyond this machine: `docker`, and what is started
    /// by its path, as a tutorial's scripts are.
    Beyond,
    /// It is the same for everybody.
    Fixed(&'static str),
    /// It is this folder, seen from the tutorial's root.
    Folder(&'static str),
}

/// Variables by their names, with spaces between, such as `NO_COLOR`, `XDG_*` or `*_proxy`.
pub type Settings = [(&'static str, Setting)];

/// For every tutorial. What is not named here is unset: some of that would change what the book
/// shows, such as `FORCE_COLOR`, `LANG`, `COMPOSE_FILE`, `BUILDX_BUILDER` and `GREP_OPTIONS`.
const SETTINGS: &Settings = &[
    // Where programs are, and whose files they read.
    ("PATH HOME USER LOGNAME TMPDIR RUSTUP_HOME CARGO_HOME", Kept),
    // The socket of an engine without root's rights, and the cache folder.
    ("XDG_*", Kept),
    // Which engine: the reader's choice, which the first line names.
    ("DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG SSH_AUTH_SOCK", Kept),
    ("DOCKER_CERT_PATH DOCKER_TLS DOCKER_TLS_VERIFY", Kept),
    // Helpers that keep a registry's password: the desktop's keyring, `pass`, Google's.
    (
        "DBUS_SESSION_BUS_ADDRESS GNUPGHOME PASSWORD_STORE_DIR CLOUDSDK_CONFIG",
        Kept,
    ),
    // How WSL 2 starts a program of Windows, which Docker Desktop's helper is.
    ("WSL_INTEROP WSL_DISTRO_NAME", Kept),
    // A proxy for the network is none for `localhost` and for containers.
    ("*_proxy *_PROXY SSL_CERT_*", Beyond),
    // Advertising, and what is printed for a terminal.
    ("DOCKER_CLI_HINTS", Fixed("false")),
    ("BUILDKIT_PROGRESS", Fixed("plain")),
    ("NO_COLOR", Fixed("1")),
    // One language, one time zone.
    ("LC_ALL", Fixed("C.UTF-8")),
    ("TZ", Fixed("UTC")),
];

/// What programs see of the environment.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// … every program.
    pub(crate) everywhere: BTreeMap<OsString, OsString>,
    /// … beside that, a program that reaches beyond this machine.
    beyond: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// What is made of the `variables` of a reader's shell. Settings `of_tutorial` come before those of
    /// every tutorial; folders are seen from `root`.
    pub(crate) fn plain(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        of_tutorial: &Settings,
        root: &Path,
    ) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            let text = name.to_string_lossy();
            let mut settings = of_tutorial.iter().chain(SETTINGS);
            let is_named = |names: &str| names.split(' ').any(|known| WildMatch::new(known).matches(&text));
            match settings.find(|(names, _)| is_named(names)) {
                Some((_, Kept)) => environment.everywhere.insert(name, value),
                Some((_, Beyond)) => environment.beyond.insert(name, value),
                _ => None,
            };
        }
        for (name, setting) in SETTINGS.iter().chain(of_tutorial) {
            let value = match setting {
                Fixed(value) => OsString::from(value),
                Folder(folder) => root.join(folder).into_os_string(),
                Kept | Beyond => continue,
            };
            environment.everywhere.insert(name.into(), value);
        }
        environment
    }

    /// What `program` sees.
    pub(crate) fn of(&self, program: &OsStr) -> impl Iterator<Item = (&OsString, &OsString)> {
        let reaches_beyond = program == "docker" || Path::new(program).is_absolute();
        let beyond = reaches_beyond.then_some(&self.beyond);
        self.everywhere.iter().chain(beyond.into_iter().flatten())
    }
}

/// Variables that every program sees.
impl From<BTreeMap<OsString, OsString>> for Environment {
    fn from(everywhere: BTreeMap<OsString, OsString>) -> Self {
        let beyond = BTreeMap::new();
        Self { everywhere, beyond }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_TUTORIAL: &Settings = &[
        ("CURL_HOME", Folder("curl")),
        ("OUR_*", Kept),
        ("TZ", Fixed("Asia/Tokyo")),
    ];

    /// What a program sees of `variables`, as `NAME=value`.
    fn seen(variables: &[(&str, &str)], program: &str) -> Vec<String> {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let environment = Environment::plain(variables, OF_TUTORIAL, Path::new("/repository"));
        let settings = SETTINGS.iter().chain(OF_TUTORIAL);
        let fixed = settings.filter(|(_, setting)| matches!(setting, Fixed(_) | Folder(_)));
        let always: Vec<_> = fixed.map(|(name, _)| *name).collect();
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
            ("OUR_CACHE", "/cache"),
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
        let environment = Environment::plain([], OF_TUTORIAL, Path::new("/repository"));
        for (name, value) in [
            ("LC_ALL", "C.UTF-8"),
            ("TZ", "Asia/Tokyo"),
            ("CURL_HOME", "/repository/curl"),
        ] {
            assert_eq!(environment.everywhere[OsStr::new(name)], value, "{name}");
        }
    }
}
