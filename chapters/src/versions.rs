//! What Docker's programs say in other words from version to version. A
//! transcript keeps the words of its own engine; where it is compared with a
//! run on another one, these count as equal, and nothing else does.

use regex::Regex;

/// One thing that is said in two ways. The older way was seen on Docker Engine
/// 26.1 with buildx 0.13, the newer on Docker Engine 28.5 with buildx 0.29, with
/// either image store.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// Who says it, and of what.
    pub what: &'static str,
    /// The newer way, as a pattern on a transcript.
    pub newer: &'static str,
    /// The older way, in which `$1` is what the pattern captures.
    pub older: &'static str,
    /// The newer way, as a run gave it.
    pub newer_seen: &'static str,
    /// The older way, as a run gave it.
    pub older_seen: &'static str,
}

/// All of them; a wording that is part of another's stands after it.
pub const WORDINGS: [Wording; 6] = [
    Wording {
        what: "runc, of a program that the image lacks",
        newer: r"(unable to start container process: )error during container init: (.* in \$PATH)\n\|\n\| Run 'docker run --help' for more information\n",
        older: "$1$2: unknown.\n",
        newer_seen: "| unable to start container process: error during container init: exec: \"sh\": executable file not found in $PATH\n|\n| Run 'docker run --help' for more information\n",
        older_seen: "| unable to start container process: exec: \"sh\": executable file not found in $PATH: unknown.\n",
    },
    Wording {
        what: "the engine, of an image that is not there",
        newer: r"(No such image: [^\s]*[^\s.])\n",
        older: "$1.\n",
        newer_seen: "| docker: Error response from daemon: No such image: docker-gs-ping:latest\n",
        older_seen: "| docker: Error response from daemon: No such image: docker-gs-ping:latest.\n",
    },
    Wording {
        what: "the containerd image store, of a name without a tag",
        newer: r"(\| naming to [^\s:@]+):latest\n",
        older: "$1\n",
        newer_seen: "| naming to docker.io/library/docker-gs-ping:latest\n",
        older_seen: "| naming to docker.io/library/docker-gs-ping\n",
    },
    Wording {
        what: "the client, of where to read more",
        newer: r"\|\n\| Run '(docker [a-z ]+ --help)' for more information\n",
        older: "| See '$1'.\n",
        newer_seen: "|\n| Run 'docker run --help' for more information\n",
        older_seen: "| See 'docker run --help'.\n",
    },
    Wording {
        what: "buildx, of a build that fails",
        newer: "ERROR: failed to build: failed to solve: ",
        older: "ERROR: failed to solve: ",
        newer_seen: "| ERROR: failed to build: failed to solve: failed to read dockerfile\n",
        older_seen: "| ERROR: failed to solve: failed to read dockerfile\n",
    },
    Wording {
        what: "buildx, of a Dockerfile's style",
        newer: r"\| +\d+ warnings? found \(use docker --debug to expand\):\n(?:\| +- [A-Za-z]+: .*\n)+",
        older: "",
        newer_seen: "|  1 warning found (use docker --debug to expand):\n|  - JSONArgsRecommended: JSON arguments recommended (line 2)\n",
        older_seen: "",
    },
];

/// `came`, or `known` itself where the two differ in nothing but wordings of
/// versions. Both are transcripts.
///
/// # Panics
///
/// Never: the patterns of this file are valid.
#[must_use]
pub fn in_the_words_of<'a>(known: &'a str, came: &'a str) -> &'a str {
    if in_older_words(known) == in_older_words(came) {
        known
    } else {
        came
    }
}

fn in_older_words(transcript: &str) -> String {
    let older = |text: String, wording: &Wording| {
        let newer = Regex::new(wording.newer).expect("a pattern of this file is valid");
        newer.replace_all(&text, wording.older).into_owned()
    };
    WORDINGS.iter().fold(transcript.to_owned(), older)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wording_is_found_and_put_in_older_words() {
        for wording in WORDINGS {
            assert_eq!(
                in_older_words(wording.newer_seen),
                wording.older_seen,
                "{}",
                wording.what
            );
            assert_eq!(
                in_older_words(wording.older_seen),
                wording.older_seen,
                "{}",
                wording.what
            );
        }
    }

    #[test]
    fn a_run_in_other_words_is_the_known_one() {
        let wording = WORDINGS[1];
        assert_eq!(
            in_the_words_of(wording.older_seen, wording.newer_seen),
            wording.older_seen
        );
        assert_eq!(
            in_the_words_of(wording.newer_seen, wording.older_seen),
            wording.newer_seen
        );
    }

    #[test]
    fn a_run_that_says_something_else_stays_what_it_is() {
        let known = "| See 'docker run --help'.\n";
        let came = "|\n| Run 'docker build --help' for more information\n";
        assert_eq!(in_the_words_of(known, came), came);
    }
}
