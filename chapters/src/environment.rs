//! The environment that every program of a chapter gets.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// What changes what Docker prints, the same for everybody: name and value.
pub(crate) const FIXED: [(&str, &str); 5] = [
    ("DOCKER_CLI_HINTS", "false"),
    ("BUILDKIT_PROGRESS", "plain"),
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "UTC"),
    ("NO_COLOR", "1"),
];

/// What every program sees: where things are and how the network is reached,
/// from the reader; all that changes what Docker prints, the same for everybody.
pub(crate) fn plain_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> BTreeMap<OsString, OsString> {
    const KEPT: [&str; 12] = [
        "PATH",
        "HOME",
        "USER",
        "TMPDIR",
        "SSH_AUTH_SOCK",
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "DOCKER_CERT_PATH",
        "DOCKER_TLS_VERIFY",
        "RUSTUP_HOME",
        "CARGO_HOME",
    ];
    const KEPT_PREFIXES: [&str; 3] = ["XDG_", "DOCKER_BOOK_", "SSL_CERT_"];
    let is_kept = |name: &OsString| {
        let name = name.to_string_lossy();
        let is_proxy = name.to_ascii_lowercase().ends_with("_proxy");
        KEPT.contains(&&*name) || is_proxy || KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let kept = variables.into_iter().filter(|(name, _)| is_kept(name));
    kept.chain(FIXED.map(|(name, value)| (name.into(), value.into())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_language_is_not_that_of_programs() {
        let variables = [
            ("LANG", "ja_JP.UTF-8"),
            ("LC_ALL", "ja_JP.UTF-8"),
            ("LC_MESSAGES", "ja"),
        ];
        let plain = plain_environment(variables.map(|(name, value)| (name.into(), value.into())));
        let locale: Vec<_> = plain
            .iter()
            .filter(|(name, _)| name.to_string_lossy().starts_with('L'))
            .collect();
        assert_eq!(locale, [(&OsString::from("LC_ALL"), &OsString::from("C.UTF-8"))]);
    }
}
