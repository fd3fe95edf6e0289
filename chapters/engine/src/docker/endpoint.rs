//! Where the client looks for the engine, and which setting says so.

use std::net::IpAddr;

use strum::Display;
use url::Url;

use crate::run::process::Runner;

/// Arguments of `docker` that print the context's name and its address, with a space between.
pub(crate) const CONTEXT: &[&str] = &["context", "inspect", "--format", NAME_AND_ADDRESS];
const NAME_AND_ADDRESS: &str = "{{.Name}} {{.Endpoints.docker.Host}}";

/// Where the client looks for the engine.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Endpoint {
    /// Name of the Docker context; `default` if `DOCKER_HOST` decides.
    pub context: String,
    /// Address of the engine, such as `unix:///var/run/docker.sock`.
    pub address: String,
    /// Which setting selected the engine.
    pub(crate) choice: Choice,
}

/// Which setting selected the engine. Messages choose their wording by it.
#[derive(Clone, Copy, Debug, Default, Display, Eq, PartialEq)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Choice {
    /// The reader set `DOCKER_HOST`.
    Host,
    /// The reader set `DOCKER_CONTEXT`.
    Variable,
    /// The reader ran `docker context use`.
    Context,
    /// No setting: this is the client's default.
    #[default]
    Default,
    /// This program chose the private engine, because there is no other.
    Private,
}

/// How the shell's network is connected to the engine's.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Network {
    /// They are the same: this shell can reach the addresses of containers.
    #[default]
    Shared,
    /// The engine has its own network; its published ports are forwarded to this shell's `localhost`.
    Forwarded,
    /// Both run on one kernel in separate namespaces: published ports are not on this `localhost`.
    Apart,
    /// The engine runs on another machine.
    OtherMachine,
}

impl Endpoint {
    /// Reads the answer to [`CONTEXT`]; a client that failed counts as an empty answer.
    pub(crate) fn read(answer: &str, runner: &Runner) -> Self {
        let last = answer.trim_end().lines().next_back().unwrap_or_default();
        let (context, address) = last.split_once(' ').unwrap_or((last, ""));
        Self::new(context, address, runner)
    }

    /// Builds the endpoint from the client's answer. If it is empty, only variables can have selected
    /// the engine.
    pub(crate) fn new(context: &str, address: &str, runner: &Runner) -> Self {
        let or = |said: &str, name| match runner.variable(name) {
            Some(told) if said.is_empty() => told.to_string_lossy().into_owned(),
            _ => said.to_owned(),
        };
        let choice = match context {
            _ if runner.variable("DOCKER_HOST").is_some() => Choice::Host,
            _ if runner.variable("DOCKER_CONTEXT").is_some() => Choice::Variable,
            "" | "default" => Choice::Default,
            _ => Choice::Context,
        };
        Self {
            context: or(context, "DOCKER_CONTEXT"),
            address: or(address, "DOCKER_HOST"),
            choice,
        }
    }

    /// Whether the address, such as `tcp://192.0.2.1:2375`, belongs to another machine.
    pub(crate) fn is_of_another_machine(&self) -> bool {
        let names_host = self.address.starts_with("tcp://") || self.address.starts_with("ssh://");
        let address = Url::parse(&self.address).ok();
        let host = address.as_ref().and_then(Url::host_str).unwrap_or_default();
        let number = host.trim_matches(['[', ']']).parse();
        let is_own = host == "localhost" || number.is_ok_and(|number: IpAddr| number.is_loopback());
        names_host && !is_own
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_engine_on_another_machine_is_told_by_its_address() {
        let is_elsewhere = |address: &str| {
            let address = address.to_owned();
            let endpoint = Endpoint {
                address,
                ..Endpoint::default()
            };
            endpoint.is_of_another_machine()
        };
        for address in [
            "tcp://192.0.2.1:2375",
            "ssh://me@example.org",
            "tcp://localhost.example.org:2375",
        ] {
            assert!(is_elsewhere(address), "{address}");
        }
        for address in [
            "unix:///var/run/docker.sock",
            "tcp://localhost:2375",
            "tcp://127.0.0.1:2375",
            "tcp://[::1]:2375",
            "ssh://me@localhost",
            "",
        ] {
            assert!(!is_elsewhere(address), "{address}");
        }
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], context: &str, address: &str, expected: (&str, &str, Choice)) {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let runner = Runner::new(variables.collect::<BTreeMap<_, _>>(), Arc::default());
        let endpoint = Endpoint::new(context, address, &runner);
        let seen = (&*endpoint.context, &*endpoint.address, endpoint.choice);
        assert_eq!(seen, expected);
    }

    #[test]
    fn the_reader_chooses_with_a_variable_or_with_a_context() {
        let (host, context) = (("DOCKER_HOST", "tcp://h:1"), ("DOCKER_CONTEXT", "c"));
        check(
            &[host, context],
            "default",
            "tcp://h:1",
            ("default", "tcp://h:1", Choice::Host),
        );
        check(&[context], "c", "unix:///s", ("c", "unix:///s", Choice::Variable));
        check(&[], "mine", "unix:///s", ("mine", "unix:///s", Choice::Context));
        check(
            &[],
            "default",
            "unix:///s",
            ("default", "unix:///s", Choice::Default),
        );
    }

    #[test]
    fn what_the_client_cannot_say_is_what_it_was_told() {
        let (host, context) = (("DOCKER_HOST", "tcp://h:1"), ("DOCKER_CONTEXT", "c"));
        check(&[host], "", "", ("", "tcp://h:1", Choice::Host));
        check(&[context], "", "", ("c", "", Choice::Variable));
        check(&[], "gone", "", ("gone", "", Choice::Context));
        check(&[], "", "", ("", "", Choice::Default));
    }
}
