//! The environment of a chapter's programs: only variables that are listed in these tables.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use wildmatch::WildMatch;

use Setting::{Beyond, Fixed, Folder, Kept};

/// How a variable is set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Setting {
    /// Every program gets the reader's value.
    Kept,
    /// Only programs that reach beyond this machine get the reader's value: `docker`, and programs
    /// started by their path, such as a tutorial's scripts.
    Beyond,
    /// The value is always this.
    Fixed(&'static str),
    /// The value is this folder, relative to the tutorial's root.
    Folder(&'static str),
}

/// Variables by name, several separated by spaces, such as `NO_COLOR`, `XDG_*` or `*_proxy`.
pub type Settings = [(&'static str, Setting)];

/// The settings for every tutorial. All other variables are unset, because some of them would change the
/// output: `FORCE_COLOR`, `LANG`, `COMPOSE_FILE`, `BUILDX_BUILDER`, `GREP_OPTIONS` and others.
const SETTINGS: &Settings = &[
    // Where programs are, and which user's files they read.
    ("PATH HOME USER LOGNAME TMPDIR RUSTUP_HOME CARGO_HOME", Kept),
    // The socket of a rootless engine, and the cache folder.
    ("XDG_*", Kept),
    // The reader's choice of an engine.
    ("DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG SSH_AUTH_SOCK", Kept),
    ("DOCKER_CERT_PATH DOCKER_TLS DOCKER_TLS_VERIFY", Kept),
    // Helpers that keep a registry's password: the desktop's keyring, `pass`, Google's.
    (
        "DBUS_SESSION_BUS_ADDRESS GNUPGHOME PASSWORD_STORE_DIR CLOUDSDK_CONFIG",
        Kept,
    ),
    // WSL 2 needs these to start a Windows program, such as Docker Desktop's helper.
    ("WSL_INTEROP WSL_DISTRO_NAME", Kept),
    // A proxy for the network must not be used for `localhost` and for containers.
    ("*_proxy *_PROXY SSL_CERT_*", Beyond),
    // Advertising, and output made for a terminal.
    ("DOCKER_CLI_HINTS", Fixed("false")),
    ("BUILDKIT_PROGRESS", Fixed("plain")),
    ("NO_COLOR", Fixed("1")),
    // The same language and time zone everywhere.
    ("LC_ALL", Fixed("C.UTF-8")),
    ("TZ", Fixed("UTC")),
];

/// The variables that programs get.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Variables of every program.
    pub(crate) everywhere: BTreeMap<OsString, OsString>,
    /// Additional variables of a program that reaches beyond this machine.
    beyond: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// Applies the settings to the `variables` of a reader's shell. Settings in `of_tutorial` take
    /// precedence over those for every tutorial; folders are relative to `root`.
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

    /// The variables that `program` gets.
    pub(crate) fn of(&self, program: &OsStr) -> impl Iterator<Item = (&OsString, &OsString)> {
        let reaches_beyond = program == "docker" || Path::new(program).is_absolute();
        let beyond = reaches_beyond.then_some(&self.beyond);
        self.everywhere.iter().chain(beyond.into_iter().flatten())
    }
}

/// An environment in which every program gets these variables.
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

    /// The variables that a program gets, as `NAME=value`.
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
