//! What a command makes, changes and removes, and what it needs, told from its words: nothing is
//! run and nothing is asked.
//!
//! Words alone do not say all: `docker container stop web` also removes a container that was
//! started with `--rm`. So a [`State`] follows the commands before, as far as they are known here;
//! one that is unknown has no effects. What stands in a Dockerfile is not read.

use std::collections::BTreeSet;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::chapter::{Action, Listed};
use crate::image_name::ImageName;
use crate::normalise::{self, Kind, has_identity};

/// Something that commands make and need. What has no name, but whose id an output shows, is known
/// by the placeholder of that id: `<container-1>`.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Thing {
    /// A container, running or not: its name or placeholder, `@` and a step where it has neither.
    Container(String),
    /// That a container runs; named as the container is.
    Running(String),
    /// A TCP port of the host that a running container is reached by.
    Port(u16),
    /// An image, `repository:tag` or placeholder, `@` and a step where it has neither.
    Image(String),
    /// A network.
    Network(String),
    /// A volume.
    Volume(String),
    /// A file or folder below `target/`, seen from the repository's root.
    File(String),
    /// What a placeholder stands for.
    Value(String),
    /// What the builder remembers of a Dockerfile, named by its path.
    Cache(String),
}

/// What a command does to things.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Effects {
    /// What is there afterwards and was not before, or is another one.
    pub makes: Vec<Thing>,
    /// What was there, stays, and is not as it was: a container in which a command ran, the volume
    /// that it writes to.
    pub changes: Vec<Thing>,
    /// What is no longer there.
    pub removes: Vec<Thing>,
    /// What of the state it uses or looks at.
    pub needs: Vec<Thing>,
    /// What is remembered of the containers that it makes.
    details: Vec<(String, Details)>,
    /// The container that a value which it shows belongs to.
    shows_of: Option<String>,
}

/// A command of a chapter, as far as its effects depend on it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Section and number of the line in it, from 1: `5-2#3`.
    pub id: String,
    /// What is done with the command.
    pub action: Action,
    /// Program and arguments, with placeholders.
    pub words: Vec<String>,
    /// Exit status that it has to end with.
    pub status: i32,
    /// Whether a build has to take something from the cache.
    pub uses_cache: bool,
    /// Placeholders that its output shows, those with an identity only.
    pub shown: Vec<String>,
}

/// What is there after some commands, and which of them made it so.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct State {
    held: Vec<Held>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Held {
    thing: Thing,
    /// Steps that made it and changed it since, in order.
    history: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
    /// The container that a value belongs to: its address, its port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<String>,
}

/// What is remembered of a container.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Details {
    image: String,
    /// Placeholder of its id, which names it as well as its name does.
    id: Option<String>,
    networks: Vec<String>,
    volumes: Vec<String>,
    ports: Vec<u16>,
    removes_itself: bool,
    is_in_foreground: bool,
}

/// Placeholders in a text, those of one thing only, each once, in order: no sizes and versions.
#[must_use]
pub fn placeholders(text: &str) -> Vec<String> {
    let mut found = normalise::distinct_placeholders(text);
    found.retain(|placeholder| normalise::kind_of(placeholder).is_some_and(has_identity));
    found
}

impl Step {
    /// A line of a chapter's file; `shown` are the placeholders in its output.
    #[must_use]
    pub fn of(line: &Listed, id: String, shown: Vec<String>) -> Self {
        Self {
            id,
            action: line.action,
            words: line.words.clone(),
            status: line.expected.exit_status(),
            uses_cache: line.expected.uses_cache(),
            shown,
        }
    }

    /// The section that it belongs to.
    #[must_use]
    pub fn section(&self) -> &str {
        section_of(&self.id)
    }
}

/// The section of a step's id.
#[must_use]
pub fn section_of(step: &str) -> &str {
    step.split('#').next().unwrap_or(step)
}

impl Effects {
    /// Whether it leaves everything as it was; what it shows and what the builder remembers do not
    /// count.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let is_seen = |thing: &Thing| matches!(thing, Thing::Value(_) | Thing::Cache(_));
        self.makes.iter().all(is_seen) && self.changes.is_empty() && self.removes.is_empty()
    }
}

impl State {
    /// What `step` would do here.
    #[must_use]
    pub fn effects(&self, step: &Step) -> Effects {
        let mut reading = Reading {
            state: self,
            step,
            effects: Effects::default(),
        };
        reading.read();
        let Effects {
            makes,
            changes,
            removes,
            needs,
            ..
        } = &mut reading.effects;
        for things in [&mut *makes, changes, removes, needs] {
            let mut seen = BTreeSet::new();
            things.retain(|thing| seen.insert(thing.clone()));
        }
        reading.effects
    }

    /// Does what [`State::effects`] says.
    pub fn apply(&mut self, step: &Step) -> Effects {
        let effects = self.effects(step);
        self.held.retain(|held| !effects.removes.contains(&held.thing));
        for thing in &effects.makes {
            self.held.retain(|held| held.thing != *thing);
            let details = match thing {
                Thing::Container(name) => effects.details.iter().find(|(of, _)| of == name),
                _ => None,
            };
            self.held.push(Held {
                thing: thing.clone(),
                history: vec![step.id.clone()],
                details: details.map(|(_, details)| details.clone()),
                of: matches!(thing, Thing::Value(_))
                    .then(|| effects.shows_of.clone())
                    .flatten(),
            });
        }
        for held in &mut self.held {
            if effects.changes.contains(&held.thing) {
                held.history.push(step.id.clone());
                if let Thing::Container(name) = &held.thing
                    && let Some((_, details)) = effects.details.iter().find(|(of, _)| of == name)
                {
                    held.details = Some(details.clone());
                }
            }
        }
        effects
    }

    /// All that is there.
    pub fn things(&self) -> impl Iterator<Item = &Thing> {
        self.held.iter().map(|held| &held.thing)
    }

    /// Whether it is there.
    #[must_use]
    pub fn has(&self, thing: &Thing) -> bool {
        self.held.iter().any(|held| held.thing == *thing)
    }

    /// Steps that made it and changed it since, in order; none where it is not there.
    #[must_use]
    pub fn history(&self, thing: &Thing) -> &[String] {
        let held = self.held.iter().find(|held| held.thing == *thing);
        held.map_or(&[], |held| &held.history)
    }

    /// Placeholder of a container's id, for one that has a name as well.
    #[must_use]
    pub fn id_of(&self, container: &str) -> Option<&str> {
        self.details(container)?.id.as_deref()
    }

    /// Forgets what is not there in truth, and what cannot be without it.
    pub fn retain(&mut self, is_there: impl Fn(&Thing) -> bool) {
        let gone: Vec<Thing> = self.things().filter(|thing| !is_there(thing)).cloned().collect();
        for thing in gone {
            self.drop(&thing);
        }
    }

    /// Takes a thing away with all that cannot be without it; answers what is gone. For a port that
    /// is the container that holds it, for a network or a volume the containers that use it.
    pub fn drop(&mut self, thing: &Thing) -> Vec<Thing> {
        let mut gone = Vec::new();
        let mut going = vec![thing.clone()];
        while let Some(thing) = going.pop() {
            if !self.has(&thing) {
                continue;
            }
            match &thing {
                Thing::Container(name) => {
                    going.push(Thing::Running(name.clone()));
                }
                Thing::Running(name) => {
                    let ports = self.details(name).map(|details| details.ports.clone());
                    let ports = ports.unwrap_or_default();
                    self.held
                        .retain(|held| !matches!(held.thing, Thing::Port(port) if ports.contains(&port)));
                }
                Thing::Port(port) => going.extend(self.with(|details| details.ports.contains(port))),
                Thing::Network(name) => going.extend(self.with(|details| details.networks.contains(name))),
                Thing::Volume(name) => going.extend(self.with(|details| details.volumes.contains(name))),
                Thing::File(path) => {
                    let below = |other: &&Thing| matches!(other, Thing::File(other) if is_below(other, path));
                    going.extend(self.things().filter(below).cloned());
                }
                Thing::Image(_) | Thing::Value(_) | Thing::Cache(_) => {}
            }
            self.held.retain(|held| held.thing != thing);
            gone.push(thing);
        }
        gone
    }

    fn details(&self, container: &str) -> Option<&Details> {
        let held = self.held.iter();
        held.filter(|held| held.thing == Thing::Container(container.to_owned()))
            .find_map(|held| held.details.as_ref())
    }

    /// Containers of which this holds.
    fn with(&self, holds: impl Fn(&Details) -> bool) -> Vec<Thing> {
        let held = self.held.iter();
        held.filter(|held| held.details.as_ref().is_some_and(&holds))
            .map(|held| held.thing.clone())
            .collect()
    }

    /// What a container is called here that a command calls `word`: by name, or by its id.
    fn container(&self, word: &str) -> Option<String> {
        self.held.iter().find_map(|held| match &held.thing {
            Thing::Container(name) => {
                let has_id = held
                    .details
                    .as_ref()
                    .is_some_and(|details| details.id.as_deref() == Some(word));
                (name == word || has_id).then(|| name.clone())
            }
            _ => None,
        })
    }

    fn runs(&self, container: &str) -> bool {
        self.has(&Thing::Running(container.to_owned()))
    }

    /// Running containers on any of these networks.
    fn neighbours(&self, networks: &[String]) -> Vec<String> {
        let shares = |details: &Details| details.networks.iter().any(|network| networks.contains(network));
        let containers = self.with(shares).into_iter().filter_map(|thing| match thing {
            Thing::Container(name) => Some(name),
            _ => None,
        });
        containers.filter(|name| self.runs(name)).collect()
    }
}

/// Networks that are always there.
const BUILT_IN_NETWORKS: [&str; 3] = ["bridge", "host", "none"];

/// Options of `docker` itself that are followed by a value.
const GLOBAL_OPTIONS: [&str; 8] = [
    "--host",
    "-H",
    "--context",
    "-c",
    "--config",
    "--log-level",
    "-l",
    "--tlscacert",
];

/// Options of Docker's commands that are not followed by a value.
const FLAGS: [&str; 32] = [
    "--all",
    "-a",
    "--detach",
    "-d",
    "--digests",
    "--follow",
    "-f",
    "--force",
    "--force-rm",
    "--init",
    "--interactive",
    "-i",
    "-it",
    "-dit",
    "-itd",
    "--link",
    "--load",
    "--no-cache",
    "--no-prune",
    "--no-trunc",
    "--privileged",
    "--publish-all",
    "-P",
    "--pull",
    "--push",
    "--quiet",
    "-q",
    "--read-only",
    "--rm",
    "--size",
    "--tty",
    "-t",
];

/// One command, read in a state.
struct Reading<'a> {
    state: &'a State,
    step: &'a Step,
    effects: Effects,
}

/// Arguments of a Docker command: options with their values, then the rest.
struct Arguments<'a> {
    options: Vec<(&'a str, &'a str)>,
    operands: Vec<&'a str>,
}

impl<'a> Reading<'a> {
    fn read(&mut self) {
        let step = self.step;
        if step.action == Action::Afterwards {
            // It belongs to the end of the chapter, not to this place in it.
            return;
        }
        let words: Vec<&str> = step.words.iter().map(String::as_str).collect();
        self.placeholders();
        if step.action == Action::Interrupt {
            self.interrupt();
            return;
        }
        match words.split_first() {
            Some((&"docker", arguments)) => self.docker(arguments),
            Some((&"curl", arguments)) => self.curl(arguments),
            Some((&program, arguments)) => self.files(program, arguments),
            None => {}
        }
    }

    /// Values that its words name and its output shows.
    fn placeholders(&mut self) {
        let words = self.step.words.iter().flat_map(|word| placeholders(word));
        for placeholder in words.chain(self.step.shown.iter().cloned()) {
            let value = Thing::Value(placeholder);
            if self.state.has(&value) {
                self.effects.needs.push(value);
            } else if let Thing::Value(placeholder) = &value
                && self.step.shown.contains(placeholder)
            {
                self.effects.makes.push(value);
            }
        }
    }

    fn docker(&mut self, arguments: &[&'a str]) {
        let mut rest = arguments;
        while let [option, more @ ..] = rest
            && option.starts_with('-')
        {
            if matches!(*option, "--host" | "-H" | "--context" | "-c") {
                // Another engine: nothing of it is known here.
                return;
            }
            let has_value = GLOBAL_OPTIONS.contains(option);
            rest = if has_value {
                more.get(1..).unwrap_or_default()
            } else {
                more
            };
        }
        let is_done = self.step.status == 0;
        match rest {
            ["build", rest @ ..] | ["image" | "buildx", "build", rest @ ..] if is_done => self.build(rest),
            ["run", rest @ ..] | ["container", "run", rest @ ..] => self.container_run(rest, true),
            ["create", rest @ ..] | ["container", "create", rest @ ..] => self.container_run(rest, false),
            ["ps", rest @ ..] | ["container", "ls" | "list" | "ps", rest @ ..] => self.container_list(rest),
            ["images", rest @ ..] | ["image", "ls" | "list", rest @ ..] => self.image_list(rest),
            ["rmi", rest @ ..] | ["image", "rm" | "remove", rest @ ..] => self.image_remove(rest),
            ["tag", rest @ ..] | ["image", "tag", rest @ ..] => self.image_tag(rest),
            ["pull", rest @ ..] | ["image", "pull", rest @ ..] if is_done => {
                for image in Arguments::of(rest, &[]).operands {
                    self.effects.makes.push(Thing::Image(with_tag(image)));
                }
            }
            ["save", rest @ ..] | ["image", "inspect" | "history" | "save" | "push", rest @ ..] => {
                let arguments = Arguments::of(rest, &[]);
                for image in &arguments.operands {
                    self.need(Thing::Image(with_tag(image)));
                }
                self.output(&arguments);
            }
            ["volume", command, rest @ ..] => self.volume(command, rest),
            ["network", command, rest @ ..] => self.network(command, rest),
            ["container", command, rest @ ..] | [command, rest @ ..] => self.container(command, rest),
            [] => {}
        }
    }

    fn build(&mut self, arguments: &[&'a str]) {
        let arguments = Arguments::of(arguments, &["-f", "-t"]);
        let context = arguments.operands.first().copied().unwrap_or(".");
        let file = arguments.value(&["--file", "-f"]);
        let file = file.map_or_else(|| format!("{context}/Dockerfile"), str::to_owned);
        self.need_files(context);
        self.need_files(&file);
        let cache = Thing::Cache(file);
        if self.step.uses_cache {
            self.need(cache.clone());
        }
        if !self.state.has(&cache) {
            self.effects.makes.push(cache);
        }
        let tags = arguments.values(&["--tag", "-t"]);
        if arguments.value(&["--output", "-o"]).is_some() {
            self.output(&arguments);
        } else if tags.is_empty() {
            let name = self.shown("<image-").unwrap_or_else(|| self.anonymous());
            self.effects.makes.push(Thing::Image(name));
        }
        for tag in tags {
            self.effects.makes.push(Thing::Image(with_tag(tag)));
        }
    }

    /// `docker run`, or `docker container create`, which does not start it.
    fn container_run(&mut self, arguments: &[&'a str], starts: bool) {
        let arguments = Arguments::of_program(arguments);
        let Some(image) = arguments.operands.first().copied().map(with_tag) else {
            return;
        };
        let is_image_known = self.state.has(&Thing::Image(image.clone()));
        self.need(Thing::Image(image.clone()));
        let name = arguments.value(&["--name"]).map(str::to_owned);
        let id = self.shown("<container-");
        let is_name_taken = name
            .as_deref()
            .is_some_and(|name| self.state.container(name).is_some());
        if let Some(name) = &name {
            self.need_container(name);
        }
        let networks = arguments.values(&["--network", "--net"]).into_iter();
        let networks: Vec<String> = networks
            .filter(|network| !BUILT_IN_NETWORKS.contains(network))
            .map(str::to_owned)
            .collect();
        let volumes: Vec<String> = arguments
            .values(&["--volume", "-v"])
            .into_iter()
            .filter_map(volume)
            .collect();
        for network in &networks {
            self.need(Thing::Network(network.clone()));
        }
        for volume in &volumes {
            self.need(Thing::Volume(volume.clone()));
        }
        let is_detached = arguments.has(&["--detach", "-d"]);
        // With 125 docker itself has failed: on a name or an image there is no container to leave,
        // on anything later there is one.
        let is_refused = self.step.status == 125 && (is_name_taken || !is_image_known);
        if is_refused {
            return;
        }
        for volume in &volumes {
            let thing = Thing::Volume(volume.clone());
            if self.state.has(&thing) {
                self.effects.changes.push(thing);
            } else {
                self.effects.makes.push(thing);
            }
        }
        if starts {
            for neighbour in self.state.neighbours(&networks) {
                self.change(&neighbour);
            }
        }
        let details = Details {
            image,
            id: id.clone(),
            networks,
            volumes,
            ports: arguments
                .values(&["--publish", "-p"])
                .into_iter()
                .filter_map(host_port)
                .collect(),
            removes_itself: arguments.has(&["--rm"]),
            is_in_foreground: self.step.action == Action::Foreground,
        };
        let goes_on =
            starts && (self.step.action == Action::Foreground || is_detached && self.step.status == 0);
        if !goes_on && details.removes_itself {
            return;
        }
        let name = name.or(id).unwrap_or_else(|| self.anonymous());
        self.effects.makes.push(Thing::Container(name.clone()));
        if goes_on {
            self.start(&name, &details);
        }
        self.effects.details.push((name, details));
    }

    fn container(&mut self, command: &str, rest: &[&'a str]) {
        let arguments = if command == "exec" {
            Arguments::of_program(rest)
        } else {
            Arguments::of(rest, &[])
        };
        match command {
            "rm" | "remove" => self.each(&arguments, Self::remove),
            "stop" | "wait" => self.each(&arguments, Self::stop),
            "kill" => {
                let signal = arguments.value(&["--signal", "-s"]).unwrap_or("KILL");
                if signal.trim_start_matches("SIG") == "KILL" {
                    self.each(&arguments, Self::stop);
                } else {
                    // What it does then is the program's business.
                    self.each(&arguments, Self::change);
                }
            }
            "start" | "restart" => self.each(&arguments, |reading, name| {
                reading.change(name);
                if let Some(details) = reading.state.details(name).cloned()
                    && !reading.state.runs(name)
                {
                    reading.start(name, &details);
                }
            }),
            "pause" | "unpause" | "rename" | "update" => self.each(&arguments, Self::change),
            "exec" => {
                if let Some(name) = arguments
                    .operands
                    .first()
                    .and_then(|name| self.state.container(name))
                {
                    self.need_container(&name);
                    self.change(&name);
                }
            }
            "cp" => self.copy(&arguments),
            "logs" | "inspect" | "port" | "top" | "stats" | "diff" | "export" | "attach" => {
                for word in &arguments.operands {
                    if let Some(name) = self.state.container(word) {
                        self.need_container(&name);
                        self.effects.shows_of = Some(name);
                    } else if command == "inspect" {
                        self.need(Thing::Image(with_tag(word)));
                    }
                }
                self.output(&arguments);
            }
            _ => {}
        }
    }

    /// For each container that is named and there.
    fn each(&mut self, arguments: &Arguments<'_>, act: impl Fn(&mut Self, &str)) {
        for word in &arguments.operands {
            if let Some(name) = self.state.container(word) {
                self.need_container(&name);
                act(self, &name);
            }
        }
    }

    fn copy(&mut self, arguments: &Arguments<'_>) {
        let [from, to] = arguments.operands[..] else {
            return;
        };
        match (from.split_once(':'), to.split_once(':')) {
            (Some((container, path)), None) => {
                if let Some(name) = self.state.container(container) {
                    self.need_container(&name);
                }
                if self.step.status == 0 {
                    self.make_file_in(to, path, false);
                }
            }
            (None, Some((container, _))) => {
                self.need_files(from);
                if let Some(name) = self.state.container(container) {
                    self.need_container(&name);
                    self.change(&name);
                }
            }
            _ => {}
        }
    }

    fn container_list(&mut self, arguments: &[&'a str]) {
        let arguments = Arguments::of(arguments, &["-f"]);
        let shows_all = arguments.has(&["--all", "-a"]);
        let filters = arguments.values(&["--filter", "-f"]);
        let filter = |key: &str| -> Vec<&str> {
            let of_key = filters.iter().filter_map(|filter| filter.split_once('='));
            of_key
                .filter(|(of, _)| *of == key)
                .map(|(_, value)| value)
                .collect()
        };
        let (images, names) = (filter("ancestor"), filter("name"));
        for held in &self.state.held {
            let (Thing::Container(name), Some(details)) = (&held.thing, &held.details) else {
                continue;
            };
            let is_of_image =
                images.is_empty() || images.iter().any(|image| with_tag(image) == details.image);
            let is_named = names.is_empty() || names.iter().any(|part| name.contains(part));
            if is_of_image && is_named && (shows_all || self.state.runs(name)) {
                self.need_container(name);
            }
        }
    }

    fn image_list(&mut self, arguments: &[&'a str]) {
        let arguments = Arguments::of(arguments, &["-f"]);
        let filters = arguments.values(&["--filter", "-f"]);
        let references = filters
            .iter()
            .filter_map(|filter| filter.strip_prefix("reference="));
        let patterns: Vec<&str> = arguments.operands.iter().copied().chain(references).collect();
        for thing in self.state.things() {
            let Thing::Image(image) = thing else { continue };
            if patterns.is_empty() || patterns.iter().any(|pattern| is_matched(image, pattern)) {
                self.effects.needs.push(thing.clone());
            }
        }
    }

    fn image_remove(&mut self, arguments: &[&'a str]) {
        for word in Arguments::of(arguments, &[]).operands {
            let image = Thing::Image(with_tag(word));
            self.need(image.clone());
            if self.step.status == 0 && self.state.has(&image) {
                self.effects.removes.push(image);
            }
        }
    }

    fn image_tag(&mut self, arguments: &[&'a str]) {
        if let [from, to] = Arguments::of(arguments, &[]).operands[..]
            && self.step.status == 0
        {
            self.need(Thing::Image(with_tag(from)));
            self.effects.makes.push(Thing::Image(with_tag(to)));
        }
    }

    fn volume(&mut self, command: &str, rest: &[&'a str]) {
        let arguments = Arguments::of(rest, &["-f"]);
        match command {
            "create" => {
                let name = arguments.operands.first().map(|name| (*name).to_owned());
                let name = name
                    .or_else(|| self.shown("<volume-"))
                    .unwrap_or_else(|| self.anonymous());
                let volume = Thing::Volume(name);
                if !self.state.has(&volume) {
                    self.effects.makes.push(volume);
                }
            }
            "ls" | "list" => self.named(&arguments, |thing| match thing {
                Thing::Volume(name) => Some(name),
                _ => None,
            }),
            "rm" | "remove" | "inspect" => {
                self.remove_each(&arguments, Thing::Volume, command != "inspect");
            }
            _ => {}
        }
    }

    fn network(&mut self, command: &str, rest: &[&'a str]) {
        // Here -d is --driver, and has a value.
        let rest: Vec<&str> = rest
            .iter()
            .map(|word| if *word == "-d" { "--driver" } else { word })
            .collect();
        let arguments = Arguments::of(&rest, &["-f"]);
        match (command, &arguments.operands[..]) {
            ("create", [name]) if self.step.status == 0 => {
                self.effects.makes.push(Thing::Network((*name).to_owned()));
            }
            ("ls" | "list", _) => self.named(&arguments, |thing| match thing {
                Thing::Network(name) => Some(name),
                _ => None,
            }),
            ("rm" | "remove" | "inspect", _) => {
                self.remove_each(&arguments, Thing::Network, command != "inspect");
            }
            ("connect" | "disconnect", [network, container]) => {
                self.need(Thing::Network((*network).to_owned()));
                let Some(name) = self.state.container(container) else {
                    return;
                };
                self.need_container(&name);
                self.change(&name);
                let mut details = self.state.details(&name).cloned().unwrap_or_default();
                details.networks.retain(|other| other != network);
                if command == "connect" {
                    details.networks.push((*network).to_owned());
                }
                self.effects.details.push((name, details));
            }
            _ => {}
        }
    }

    /// A list of volumes or networks, filtered by name or not.
    fn named(&mut self, arguments: &Arguments<'_>, name: impl Fn(&Thing) -> Option<&String>) {
        let filters = arguments.values(&["--filter", "-f"]);
        if filters.contains(&"type=builtin") {
            return;
        }
        let names: Vec<&str> = filters
            .iter()
            .filter_map(|filter| filter.strip_prefix("name="))
            .collect();
        for thing in self.state.things() {
            if let Some(name) = name(thing)
                && (names.is_empty() || names.iter().any(|part| name.contains(part)))
            {
                self.effects.needs.push(thing.clone());
            }
        }
    }

    fn remove_each(&mut self, arguments: &Arguments<'_>, thing: fn(String) -> Thing, removes: bool) {
        for word in &arguments.operands {
            let thing = thing((*word).to_owned());
            self.need(thing.clone());
            if removes && self.step.status == 0 && self.state.has(&thing) {
                self.effects.removes.push(thing);
            }
        }
    }

    /// Asks whoever listens on a port of this machine, or on a container's address.
    fn curl(&mut self, arguments: &[&'a str]) {
        const SENDING: [&str; 8] = [
            "--data",
            "-d",
            "--data-raw",
            "--data-binary",
            "--json",
            "--form",
            "-F",
            "--upload-file",
        ];
        let arguments = Arguments {
            options: pairs(
                arguments,
                &[
                    "--include",
                    "-i",
                    "--no-progress-meter",
                    "--silent",
                    "-s",
                    "--fail",
                ],
            ),
            operands: arguments.to_vec(),
        };
        for url in arguments.operands.iter().filter(|word| word.starts_with("http")) {
            let containers = match authority(url) {
                Some((_, Port::Number(port))) if !url.contains("://<") => {
                    let mut holders = self.state.with(|details| details.ports.contains(&port));
                    holders.retain(|thing| matches!(thing, Thing::Container(name) if self.state.runs(name)));
                    if !holders.is_empty() {
                        self.need(Thing::Port(port));
                    }
                    holders
                }
                _ => self.owners_of_values(url),
            };
            for container in containers {
                let Thing::Container(name) = container else {
                    continue;
                };
                self.need_container(&name);
                // What was asked stands in its log.
                self.effects.changes.push(Thing::Container(name.clone()));
                if SENDING.iter().any(|option| arguments.has(&[option])) {
                    let networks = self.state.details(&name).map(|details| details.networks.clone());
                    for neighbour in self.state.neighbours(&networks.unwrap_or_default()) {
                        self.change(&neighbour);
                    }
                }
            }
        }
        self.output(&arguments);
    }

    /// Containers that the values in a word belong to.
    fn owners_of_values(&self, word: &str) -> Vec<Thing> {
        let values: Vec<Thing> = placeholders(word).into_iter().map(Thing::Value).collect();
        let held = self.state.held.iter().filter(|held| values.contains(&held.thing));
        held.filter_map(|held| held.of.clone())
            .map(Thing::Container)
            .collect()
    }

    /// Programs that make, change, remove and read files.
    fn files(&mut self, program: &str, arguments: &[&'a str]) {
        let operands: Vec<&str> = arguments
            .iter()
            .copied()
            .filter(|word| !word.starts_with('-'))
            .collect();
        match (program, &operands[..]) {
            ("mkdir", folders) => folders.iter().for_each(|folder| self.make_file(folder)),
            ("touch", files) => {
                for file in files {
                    self.need_files(file);
                    self.write_file(file);
                }
            }
            ("cp", [sources @ .., to]) => {
                for source in sources {
                    self.need_files(source);
                    self.make_file_in(to, source, sources.len() > 1);
                }
            }
            ("rm" | "rmdir", paths) => {
                for path in paths {
                    self.need_files(path);
                    let path = tidied(path);
                    let below = |thing: &&Thing| matches!(thing, Thing::File(other) if is_below(other, path));
                    self.effects
                        .removes
                        .extend(self.state.things().filter(below).cloned());
                }
            }
            ("dd", words) => {
                for word in words {
                    if let Some(file) = word.strip_prefix("if=") {
                        self.need_files(file);
                    } else if let Some(file) = word.strip_prefix("of=") {
                        self.need_files(file);
                        self.write_file(file);
                    }
                }
            }
            (_, words) => words.iter().for_each(|word| self.need_files(word)),
        }
    }

    /// Ctrl-C for the container in the foreground.
    fn interrupt(&mut self) {
        for thing in self.state.with(|details| details.is_in_foreground) {
            let Thing::Container(name) = thing else { continue };
            if self.state.runs(&name) {
                self.need_container(&name);
                self.stop(&name);
            }
        }
    }

    fn start(&mut self, container: &str, details: &Details) {
        self.effects.makes.push(Thing::Running(container.to_owned()));
        self.effects
            .makes
            .extend(details.ports.iter().copied().map(Thing::Port));
    }

    fn stop(&mut self, container: &str) {
        if !self.state.runs(container) {
            return;
        }
        let details = self.state.details(container);
        if details.is_some_and(|details| details.removes_itself) {
            self.remove(container);
            return;
        }
        self.end(container);
        self.effects.changes.push(Thing::Container(container.to_owned()));
    }

    fn remove(&mut self, container: &str) {
        self.end(container);
        self.effects.removes.push(Thing::Container(container.to_owned()));
    }

    fn end(&mut self, container: &str) {
        if self.state.runs(container) {
            let ports = self.state.details(container).map(|details| details.ports.clone());
            let ports = ports.unwrap_or_default().into_iter().map(Thing::Port);
            self.effects.removes.extend(ports);
            self.effects.removes.push(Thing::Running(container.to_owned()));
        }
    }

    /// A container and what it writes to are not as they were.
    fn change(&mut self, container: &str) {
        self.need_container(container);
        self.effects.changes.push(Thing::Container(container.to_owned()));
        let volumes = self
            .state
            .details(container)
            .map(|details| details.volumes.clone());
        self.effects
            .changes
            .extend(volumes.unwrap_or_default().into_iter().map(Thing::Volume));
    }

    /// What is not there is not needed: a command may be there to show that.
    fn need(&mut self, thing: Thing) {
        if self.state.has(&thing) {
            self.effects.needs.push(thing);
        }
    }

    /// A container, running if it runs.
    fn need_container(&mut self, container: &str) {
        let name = self.state.container(container);
        if let Some(name) = name {
            self.need(Thing::Container(name.clone()));
            self.need(Thing::Running(name));
        }
    }

    /// A path below `target/`, what is in it, and what it is in.
    fn need_files(&mut self, path: &str) {
        let path = tidied(path);
        let is_related = |thing: &&Thing| matches!(thing, Thing::File(other) if is_below(other, path) || is_below(path, other));
        self.effects
            .needs
            .extend(self.state.things().filter(is_related).cloned());
    }

    fn make_file(&mut self, path: &str) {
        let file = Thing::File(tidied(path).to_owned());
        if is_ours(path) && !self.state.has(&file) {
            self.effects.makes.push(file);
        }
    }

    /// A file below `target/` is written to, whether it was there or not.
    fn write_file(&mut self, path: &str) {
        let file = Thing::File(tidied(path).to_owned());
        if self.state.has(&file) {
            self.effects.changes.push(file);
        } else {
            self.make_file(path);
        }
    }

    /// A copy of `source`, in `to` if that is a folder, else as `to`.
    fn make_file_in(&mut self, to: &str, source: &str, is_folder: bool) {
        let is_known = self.state.has(&Thing::File(tidied(to).to_owned()));
        if is_folder || is_known || to.ends_with('/') {
            self.need_files(to);
            let name = tidied(source).rsplit('/').next().unwrap_or(source);
            self.write_file(&format!("{}/{name}", tidied(to)));
        } else {
            self.write_file(to);
        }
    }

    fn output(&mut self, arguments: &Arguments<'_>) {
        if let Some(file) = arguments.value(&["--output", "-o"]) {
            self.write_file(file.strip_prefix("type=local,dest=").unwrap_or(file));
        }
    }

    /// The first placeholder of a kind that the output shows and nothing before did.
    fn shown(&self, start: &str) -> Option<String> {
        let is_new =
            |shown: &&String| shown.starts_with(start) && !self.state.has(&Thing::Value((*shown).clone()));
        self.step.shown.iter().find(is_new).cloned()
    }

    fn anonymous(&self) -> String {
        format!("@{}", self.step.id)
    }
}

impl<'a> Arguments<'a> {
    /// Cuts options from operands; `valued` are short options that are flags elsewhere and have a
    /// value here.
    fn of(words: &[&'a str], valued: &[&str]) -> Self {
        Self::cut(words, valued, false)
    }

    /// The same where the rest belongs to a program: options end at the first operand.
    fn of_program(words: &[&'a str]) -> Self {
        Self::cut(words, &[], true)
    }

    fn cut(words: &[&'a str], valued: &[&str], ends_at_operand: bool) -> Self {
        let mut options = Vec::new();
        let mut operands = Vec::new();
        let mut rest = words;
        while let [word, more @ ..] = rest {
            rest = more;
            if !word.starts_with('-') || *word == "-" {
                operands.push(*word);
                if ends_at_operand {
                    operands.extend(more);
                    break;
                }
            } else if let Some((name, value)) = word.split_once('=') {
                options.push((name, value));
            } else if FLAGS.contains(word) && !valued.contains(word) {
                options.push((*word, ""));
            } else {
                options.push((*word, more.first().copied().unwrap_or_default()));
                rest = more.get(1..).unwrap_or_default();
            }
        }
        Self { options, operands }
    }

    fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(name))
    }

    fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.values(names).first().copied()
    }

    fn values(&self, names: &[&str]) -> Vec<&'a str> {
        let of_name = self.options.iter().filter(|(name, _)| names.contains(name));
        of_name.map(|(_, value)| *value).collect()
    }
}

/// Options and what stands behind them, flags with nothing.
fn pairs<'a>(words: &[&'a str], flags: &[&str]) -> Vec<(&'a str, &'a str)> {
    let options = words.iter().enumerate().filter(|(_, word)| word.starts_with('-'));
    options
        .map(|(at, word)| {
            let value = words.get(at + 1).copied().filter(|_| !flags.contains(word));
            (*word, value.unwrap_or_default())
        })
        .collect()
}

/// The port in a URL: a number, or a placeholder.
enum Port {
    Number(u16),
    Placeholder,
}

/// Host and port of a URL.
fn authority(url: &str) -> Option<(&str, Port)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let default = if scheme == "https" { 443 } else { 80 };
    match authority.rsplit_once(':') {
        None => Some((authority, Port::Number(default))),
        Some((host, port)) => match port.parse() {
            Ok(port) => Some((host, Port::Number(port))),
            Err(_) => Some((host, Port::Placeholder)),
        },
    }
}

/// The host's port in `8080:80`, `127.0.0.1:8080:80`; `None` where Docker chooses one.
fn host_port(published: &str) -> Option<u16> {
    let mut parts = published.rsplit(':');
    let _container = parts.next()?;
    parts.next()?.parse().ok()
}

/// The volume in `roach:/data`; `None` for a folder of the host.
fn volume(mounted: &str) -> Option<String> {
    let (source, _) = mounted.split_once(':')?;
    let is_folder = source.starts_with(['/', '.', '~']);
    (!is_folder).then(|| source.to_owned())
}

/// The name of an image, completed as Docker does.
#[must_use]
pub fn with_tag(image: &str) -> String {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    if image.starts_with(['<', '@']) {
        return image.to_owned();
    }
    ImageName::parse(image).with_tag().to_string()
}

/// Whether a list of images that is asked for `pattern` shows `image`.
fn is_matched(image: &str, pattern: &str) -> bool {
    let whole = if pattern.contains(':') {
        pattern.to_owned()
    } else {
        format!("{pattern}:*")
    };
    let pattern = regex::escape(&whole).replace(r"\*", "[^/]*").replace(r"\?", ".");
    Regex::new(&format!("^{pattern}$")).is_ok_and(|pattern| pattern.is_match(image))
}

fn is_ours(path: &str) -> bool {
    path.starts_with("target/")
}

fn tidied(path: &str) -> &str {
    path.trim_end_matches('/')
}

/// Whether a path is another one, or is in it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a value is what it was when it was shown: an address and a port are the engine's choice
/// at each start of a container.
#[must_use]
pub fn is_lasting(placeholder: &str) -> bool {
    !matches!(
        normalise::kind_of(placeholder),
        Some(Kind::Address | Kind::Port | Kind::Ipv6Port)
    )
}
