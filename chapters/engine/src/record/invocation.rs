//! Parses a command's literal: the program, and for `docker` also the verb and the kind of object.

/// A command, split into words, as a reader types it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Invocation {
    /// Name of the program; empty if the literal has no words.
    pub program: String,
    /// Kind of object that the `docker` command is about, such as `container`; `system` for `docker
    /// info` and `docker version`. Empty for another program.
    pub noun: String,
    /// The action of `docker`, such as `ls`; the same for each of its aliases.
    pub verb: String,
    /// All words after the program.
    pub words: Vec<String>,
}

impl Invocation {
    /// Splits a literal into words as a shell does, respecting quotes.
    #[must_use]
    pub fn parse(literal: &str) -> Self {
        let literal = literal.replace("\\\n", " ");
        let mut words = shlex::split(&literal).unwrap_or_default().into_iter();
        let program = words.next().unwrap_or_default();
        let words: Vec<String> = words.collect();
        let docker = (program == "docker").then(|| subcommand(&words)).flatten();
        let (noun, verb) = docker.unwrap_or_default();
        Self {
            noun: noun.to_owned(),
            verb: verb.to_owned(),
            program,
            words,
        }
    }

    /// Whether `docker` does one of these actions with an object of this kind.
    pub(crate) fn is(&self, noun: &str, verbs: &[&str]) -> bool {
        self.noun == noun && verbs.contains(&self.verb.as_str())
    }

    /// Whether the command builds an image.
    pub(crate) fn is_build(&self) -> bool {
        let command = (self.noun.as_str(), self.verb.as_str());
        matches!(
            command,
            ("image" | "buildx" | "builder" | "compose", "build") | ("buildx", "bake") | ("compose", "watch")
        )
    }

    /// Whether the command lists all containers or images of the engine.
    pub(crate) fn lists_all(&self) -> bool {
        let narrows = |word: &String| {
            !word.starts_with('-') && !["ps", "images", "ls", "container", "image"].contains(&&**word)
        };
        (self.is("container", &["ls"]) || self.is("image", &["ls"]))
            && !self.has(&["--filter", "-f", "--format"])
            && !self.words.iter().any(narrows)
    }

    /// Whether the command asks the engine for one object that is made in a moment. The engine continues
    /// even if the client is stopped, and then the object's id is never printed.
    pub(crate) fn is_one_request(&self) -> bool {
        self.is("container", &["commit", "create"])
            || self.is("container", &["run"]) && self.has(&["--detach", "-d"])
            || self.is("network", &["create"])
            || self.is("volume", &["create"])
            || self.is("image", &["tag"])
    }

    /// Whether the command has one of these options, alone or with a value.
    #[must_use]
    pub fn has(&self, names: &[&str]) -> bool {
        self.words.iter().any(|word| {
            let name = word.split('=').next().unwrap_or(word);
            names.contains(&name)
        })
    }

    /// Values of an option that may be repeated: `--publish 80:8080`, `--publish=80:8080`.
    pub(crate) fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let words = self.words.iter().enumerate();
        words.filter_map(|(at, word)| match word.split_once('=') {
            Some((name, value)) if names.contains(&name) => Some(value),
            _ if names.contains(&word.as_str()) => self.words.get(at + 1).map(String::as_str),
            _ => None,
        })
    }
}

/// Noun and verb after the options of `docker` itself.
fn subcommand(words: &[String]) -> Option<(&str, &str)> {
    let mut words = words.iter().map(String::as_str);
    let first = loop {
        let word = words.next()?;
        match word {
            // These options take a value.
            "--config" | "--context" | "--host" | "--log-level" | "--tlscacert" | "-H" | "-c" => words.next(),
            _ if word.starts_with('-') => None,
            _ => break word,
        };
    };
    Some(match first {
        "ps" => ("container", "ls"),
        "images" => ("image", "ls"),
        "rmi" => ("image", "rm"),
        // Commands that are typed without their noun.
        "attach" | "commit" | "cp" | "create" | "diff" | "exec" | "export" | "inspect" | "kill" | "logs"
        | "port" | "rename" | "restart" | "rm" | "run" | "start" | "stop" | "top" | "wait" => {
            ("container", first)
        }
        "build" | "history" | "import" | "load" | "pull" | "push" | "save" | "tag" => ("image", first),
        "info" | "version" => ("system", first),
        "compose" => (first, compose(words).unwrap_or_default()),
        _ => match words.find(|word| !word.starts_with('-')) {
            Some("list") => (first, "ls"),
            verb => (first, verb.unwrap_or_default()),
        },
    })
}

/// The verb after the options of `docker compose` itself.
fn compose<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    loop {
        match words.next()? {
            // These options take a value.
            "--ansi"
            | "--env-file"
            | "--file"
            | "-f"
            | "--parallel"
            | "--profile"
            | "--progress"
            | "--project-directory"
            | "--project-name"
            | "-p" => words.next(),
            word if word.starts_with('-') => None,
            word => return Some(word),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(literal: &str, noun: &str, verb: &str) {
        let invocation = Invocation::parse(literal);
        assert!(invocation.is(noun, &[verb]), "{literal}: {invocation:?}");
    }

    #[test]
    fn short_and_long_forms_are_the_same_command() {
        check("docker ps --all", "container", "ls");
        check("docker container ls", "container", "ls");
        check("docker volume list --filter x", "volume", "ls");
        check("docker build .", "image", "build");
        check("docker image build .", "image", "build");
    }

    #[test]
    fn what_is_made_in_a_moment_is_one_request() {
        let one = [
            "docker create x",
            "docker run --detach x",
            "docker network create n",
        ];
        let more = ["docker run --rm x", "docker build .", "docker container ls"];
        let is_one = |literal: &&str| Invocation::parse(literal).is_one_request();
        assert!(one.iter().all(is_one));
        assert!(!more.iter().any(is_one));
    }

    #[test]
    fn options_of_docker_itself_come_first() {
        check(
            "docker --host unix:///nowhere/docker.sock buildx version",
            "buildx",
            "version",
        );
        check("docker --debug --context other ps", "container", "ls");
        check(
            "docker compose --profile tools --file a.yaml run --rm psql",
            "compose",
            "run",
        );
    }

    #[test]
    fn an_options_values_are_found_in_both_forms() {
        let run = Invocation::parse("docker run \\\n    --publish 80:8080 -p=81:8080 --name 'a b' x");
        let published: Vec<_> = run.values(&["--publish", "-p"]).collect();
        assert_eq!(published, ["80:8080", "81:8080"]);
        assert_eq!(run.values(&["--name"]).collect::<Vec<_>>(), ["a b"]);
        assert!(run.has(&["-p"]) && !run.has(&["--detach"]));
    }

    #[test]
    fn another_program_has_no_subcommand() {
        assert_eq!(Invocation::parse("curl --include http://localhost/").noun, "");
        assert_eq!(Invocation::parse("").program, "");
    }
}
