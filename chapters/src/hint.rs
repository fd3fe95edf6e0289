//! What a failure most likely means and what to do about it, from what the
//! command printed and the real state of the machine.

use std::sync::LazyLock;

use regex::Regex;

use crate::docker::Docker;
use crate::language::Language;
use crate::preflight;

/// A cause that is known by what a command prints.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Cause {
    /// No engine answers.
    NoEngine,
    /// The engine's socket may not be opened by this user.
    SocketPermission,
    /// Somebody listens on this TCP port already.
    PortHeld(u16),
    /// A container has this name already.
    NameTaken(String),
    /// The engine has no image of this name.
    ImageMissing(String),
    /// The disk of the engine's data is full.
    DiskFull,
    /// The registry of an image does not answer.
    NoRegistry,
}

/// Reads the cause from a command's output; `None` if it is not a known one.
#[must_use]
pub fn cause(output: &str) -> Option<Cause> {
    type Make = fn(&str) -> Cause;
    static CAUSES: LazyLock<[(Regex, Make); 10]> = LazyLock::new(|| {
        let causes: [(&str, Make); 10] = [
            ("[Nn]o space left on device", |_| Cause::DiskFull),
            ("permission denied while trying to connect", |_| {
                Cause::SocketPermission
            }),
            ("Cannot connect to the Docker daemon", |_| Cause::NoEngine),
            ("failed to connect to the docker API", |_| Cause::NoEngine),
            (
                r"(?:Bind for|bind host port|bind to|listen tcp4?) \S*:(\d+)\S*:? .*(?:already allocated|already in use)",
                |port| Cause::PortHeld(port.parse().unwrap_or_default()),
            ),
            (r#"container name "/?([^"]+)" is already in use"#, |name| {
                Cause::NameTaken(name.to_owned())
            }),
            (r"No such image: (\S+?)\.?(?:\s|$)", |name| {
                Cause::ImageMissing(name.to_owned())
            }),
            (r"failed to resolve source metadata for (\S+?):? ", |_| {
                Cause::NoRegistry
            }),
            (r"Unable to find image '([^']+)' locally", |name| {
                Cause::ImageMissing(name.to_owned())
            }),
            (
                "registry.*(?:no such host|i/o timeout|connection refused)",
                |_| Cause::NoRegistry,
            ),
        ];
        causes.map(|(text, make)| (Regex::new(text).expect("a pattern of this file is valid"), make))
    });
    CAUSES.iter().find_map(|(pattern, make)| {
        let found = pattern.captures(output)?;
        Some(make(found.get(1).map_or("", |name| name.as_str())))
    })
}

/// What to do about a cause, in a sentence; asks the machine where that helps.
#[must_use]
pub fn advice(cause: &Cause, docker: &Docker) -> String {
    match cause {
        Cause::NoEngine => "no Docker Engine answers: start Docker, or `scripts/engine up` on Debian 12 as root".to_owned(),
        Cause::SocketPermission => {
            "your user may not open the engine's socket: add it to the group docker and log in again".to_owned()
        }
        Cause::PortHeld(port) => {
            let holder = preflight::port_holder(docker, *port).map(|holder| holder.say(Language::English));
            let holder = holder.map_or_else(|| "was held, and is free by now".to_owned(), |holder| format!("is held by {holder}: stop it"));
            format!("port {port} {holder}, then run the chapter again")
        }
        Cause::NameTaken(name) => {
            format!("a container called {name} is there already: `docker container rm --force {name}` removes it, if it is yours to remove")
        }
        Cause::ImageMissing(name) => {
            format!("the engine has no image {name}: an earlier section builds it, so run the chapter from its start")
        }
        Cause::DiskFull => "the disk is full: `docker system df` shows what takes the room, `docker system prune` frees some".to_owned(),
        Cause::NoRegistry => "the registry does not answer: check the network, or run `scripts/base-images`, which does without one on Debian 12 as root".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, expected: impl Into<Option<Cause>>) {
        assert_eq!(cause(output), expected.into());
    }

    #[test]
    fn a_port_in_use_is_named() {
        let old = "docker: Error response from daemon: driver failed programming external connectivity on endpoint x (1): Bind for 0.0.0.0:8080 failed: port is already allocated.";
        check(old, Some(Cause::PortHeld(8080)));
        let process = "docker: Error response from daemon: driver failed programming external connectivity on endpoint x (1): Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use.";
        check(process, Some(Cause::PortHeld(80)));
        let new = "docker: Error response from daemon: failed to bind host port 0.0.0.0:8080/tcp: address already in use";
        check(new, Some(Cause::PortHeld(8080)));
    }

    #[test]
    fn a_taken_name_is_named() {
        let output = r#"docker: Error response from daemon: Conflict. The container name "/rest-server" is already in use by container "4f1b"."#;
        check(output, Some(Cause::NameTaken("rest-server".to_owned())));
    }

    #[test]
    fn a_missing_image_is_named() {
        check(
            "docker: Error response from daemon: No such image: a:b.",
            Some(Cause::ImageMissing("a:b".to_owned())),
        );
        check(
            "Unable to find image 'a:latest' locally\n",
            Some(Cause::ImageMissing("a:latest".to_owned())),
        );
    }

    #[test]
    fn a_full_disk_is_one_whoever_says_so() {
        check(
            "ERROR: failed to copy: write /var/lib/x: no space left on device",
            Cause::DiskFull,
        );
        check(
            "dd: error writing '/small/a': No space left on device",
            Cause::DiskFull,
        );
    }

    #[test]
    fn an_engine_that_is_away_is_one_in_the_words_of_every_client() {
        check(
            "Cannot connect to the Docker daemon at unix:///nowhere. Is the docker daemon running?",
            Cause::NoEngine,
        );
        check(
            "failed to connect to the docker API at unix:///nowhere; check if the path is correct",
            Cause::NoEngine,
        );
    }

    #[test]
    fn an_ordinary_failure_has_no_known_cause() {
        check("exit code: 1", None);
    }
}
