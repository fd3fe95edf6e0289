//! The state of the Docker Engine in use: what it is, which objects it holds,
//! which of them the tutorial made.

use std::collections::BTreeSet;
use std::fmt;
use std::net::Ipv4Addr;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::platform;
use crate::process::{self, End, Event, Outcome, Runner};
use crate::provenance::{self, Provenance};
use crate::tutorial::Names;

/// Longest time for one question to the engine, or one removal.
const QUERY_LIMIT: Duration = Duration::from_mins(1);

/// The label that `scripts/base-images` puts on what it assembles.
const ASSEMBLED: &str = "assembled from Debian packages";

/// The image of `BuildKit`'s Dockerfile frontend that a `# syntax=` line names.
const FRONTEND: &str = "docker/dockerfile:1";

/// What an engine with the containerd image store says of its storage driver.
const CONTAINERD_STORE: &str = "io.containerd.snapshotter.v1";

/// Digits of a digest that tell one image from another.
const DIGEST_DIGITS: usize = 12;

/// The engine that `docker` talks to in a [`Runner`]'s environment.
#[derive(Clone, Debug)]
pub struct Docker {
    runner: Runner,
    /// `None` for a tutorial that is about something else: the engine is not asked what it holds.
    names: Option<&'static Names>,
}

/// What the engine says of itself.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Versions and architecture.
    pub provenance: Provenance,
    /// Where the client has found the engine.
    pub endpoint: Endpoint,
    /// What the engine calls itself, to tell one from another.
    pub id: String,
    /// Whether the engine's network is this shell's: the shell reaches the addresses of containers,
    /// and a published port on each of its own addresses.
    pub shares_network: bool,
    /// Folder of the engine's data, on the engine's machine.
    pub root: String,
    /// Base images of the tutorial that are not there yet.
    pub missing_images: Vec<&'static str>,
}

/// Where the client looks for the engine.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Endpoint {
    /// Name of the Docker context; `default` where `DOCKER_HOST` decides.
    pub context: String,
    /// Such as `unix:///var/run/docker.sock`.
    pub address: String,
}

impl Endpoint {
    /// Whether the address, such as `tcp://192.0.2.1:2375`, is one of another machine.
    #[must_use]
    pub fn is_of_another_machine(&self) -> bool {
        let mut schemes = ["tcp://", "ssh://"].iter();
        let Some(place) = schemes.find_map(|scheme| self.address.strip_prefix(scheme)) else {
            return false;
        };
        let place = place.split('/').next().unwrap_or(place);
        let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
        let host = host.strip_prefix("[::1]").map_or(host, |_| "localhost");
        let host = host.split(':').next().unwrap_or(host);
        let is_own = host == "localhost" || host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback());
        !is_own
    }
}

/// How the networks of this shell and of the engine lie to each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Network {
    /// They are one: this shell reaches the addresses of containers.
    Shared,
    /// The engine's is one of its own, whose published ports are led to this shell's `localhost`: in
    /// a virtual machine, or without root's rights.
    Forwarded,
    /// Both run on one kernel, in namespaces apart: the engine's ports are not at this `localhost`.
    Apart,
    /// The engine runs on another machine.
    OtherMachine,
}

/// Something that the engine holds.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Full id; the name of a volume.
    pub id: String,
    /// Name, `repository:tag` of an image; `None` for an image without a name.
    pub name: Option<String>,
    /// Image that a container was created from, by name or id.
    pub image: Option<String>,
}

/// Kinds of objects, in the order in which they can be removed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum ObjectKind {
    /// A container, running or not.
    Container,
    /// A name of an image, or an image without a name.
    Image,
    /// A network.
    Network,
    /// A volume.
    Volume,
}

/// Why the engine did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `docker` could not be run.
    #[error("failed to ask the Docker Engine")]
    Run(#[from] process::Error),
    /// `docker` did not end within this time.
    #[error("`docker {command}` did not answer within {} s", .limit.as_secs())]
    Silent {
        /// Arguments, as typed.
        command: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// `docker` ended with an error.
    #[error("`docker {command}` failed: {output}")]
    Refused {
        /// Arguments, as typed.
        command: String,
        /// What it said.
        output: String,
    },
    /// `docker` said that something is gone, and it is not.
    #[error("the {} {} is still there", .0.kind, .0.handle())]
    Stays(Object),
    /// `docker` said something else than expected.
    #[error("failed to read the answer of `docker {command}`")]
    Answer {
        /// Arguments, as typed.
        command: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Docker {
    /// The engine that `runner`'s environment leads to; `names` are those of the tutorial's things,
    /// `None` for a tutorial that has none there.
    #[must_use]
    pub fn new(runner: Runner, names: Option<&'static Names>) -> Self {
        Self { runner, names }
    }

    /// The same engine, asked even after Ctrl-C: for cleaning up.
    #[must_use]
    pub fn uninterruptible(&self) -> Self {
        Self::new(self.runner.uninterruptible(), self.names)
    }

    /// Versions, architecture, data folder and base images.
    ///
    /// # Errors
    ///
    /// [`Error::Run`] if there is no client; [`Error::Refused`] if no engine
    /// answers; [`Error::Answer`] if it says something unknown.
    ///
    /// # Panics
    ///
    /// Never: a question does not panic.
    pub fn facts(&self) -> Result<Facts, Error> {
        // Asked at the same time: most of a question's time is the client's start.
        let (info, endpoint, bridge, images, components, curl) = thread::scope(|scope| {
            let endpoint = scope.spawn(|| self.endpoint());
            let bridge = scope.spawn(|| self.bridge_address());
            let images = scope.spawn(|| self.present_base_images());
            let components = scope.spawn(|| self.components());
            let curl = scope.spawn(|| provenance::curl(&self.runner));
            (
                self.info(),
                endpoint.join().expect("a question does not panic"),
                bridge.join().expect("a question does not panic"),
                images.join().expect("a question does not panic"),
                components.join().expect("a question does not panic"),
                curl.join().expect("a question does not panic"),
            )
        });
        let (info, endpoint, images, components) = (info?, endpoint?, images?, components?);
        let component = |name: &str| {
            let component = components.iter().find(|component| component.name == name);
            component
                .map(|component| component.version.clone())
                .unwrap_or_default()
        };
        let plugin = |name: &str| {
            let plugin = info
                .client
                .plugins
                .iter()
                .flatten()
                .find(|plugin| plugin.name == name);
            plugin.map(|plugin| plugin.version.clone()).unwrap_or_default()
        };
        let is_there = |name: &&str| images.iter().any(|image| image.name == **name);
        let frontend = images.iter().find(|image| image.name == FRONTEND);
        Ok(Facts {
            provenance: Provenance {
                recorded_on: String::new(),
                engine: info.server_version.clone(),
                client: info.client.version.clone(),
                buildx: plugin("buildx"),
                compose: plugin("compose"),
                runc: component("runc"),
                containerd: component("containerd"),
                image_store: info.image_store(),
                frontend: frontend.map(BaseImage::told_apart).unwrap_or_default(),
                curl,
                operating_system: platform::operating_system(),
                architecture: format!("{}/{}", info.os, info.architecture),
                base_images: origin(&images).to_owned(),
                database: None,
            },
            shares_network: info.network(&endpoint, bridge) == Network::Shared,
            endpoint,
            id: info.id.clone(),
            root: info.root.clone(),
            missing_images: self
                .base_images()
                .iter()
                .copied()
                .filter(|image| !is_there(image))
                .collect(),
        })
    }

    /// All that the engine holds, sorted.
    ///
    /// # Errors
    ///
    /// As for [`Docker::facts`].
    ///
    /// # Panics
    ///
    /// Never: a question does not panic.
    pub fn objects(&self) -> Result<Vec<Object>, Error> {
        if self.names.is_none() {
            return Ok(Vec::new());
        }
        let lists = [
            &["container", "ls", "--all", "--no-trunc", "--format", "json"][..],
            &["image", "ls", "--no-trunc", "--format", "json"],
            &["network", "ls", "--no-trunc", "--format", "json"],
            &["volume", "ls", "--format", "json"],
        ];
        let kinds = [
            ObjectKind::Container,
            ObjectKind::Image,
            ObjectKind::Network,
            ObjectKind::Volume,
        ];
        // Asked at the same time: most of a question's time is the client's start.
        let answers = thread::scope(|scope| {
            lists
                .map(|list| scope.spawn(move || self.rows(list)))
                .map(|answer| answer.join().expect("a question does not panic"))
        });
        let mut objects = Vec::new();
        for (kind, rows) in kinds.into_iter().zip(answers) {
            objects.extend(rows?.into_iter().map(|row| row.object(kind)));
        }
        objects.sort();
        objects.dedup();
        Ok(objects)
    }

    /// Full ids of the containers that run; none for a tutorial without Docker.
    ///
    /// # Errors
    ///
    /// As for [`Docker::facts`].
    pub fn running(&self) -> Result<BTreeSet<String>, Error> {
        if self.names.is_none() {
            return Ok(BTreeSet::new());
        }
        let ids = self.ask(&["container", "ls", "--no-trunc", "--format", "{{.ID}}"])?;
        Ok(ids.lines().map(str::to_owned).collect())
    }

    /// Removes what was made since `before`, as [`Names::made`] tells it, until a look finds no more:
    /// what a command asked for before it was ended may come to be while the rest is removed.
    ///
    /// # Errors
    ///
    /// As for [`Docker::remove`]; [`Error::Stays`] if something is there all the same.
    pub(crate) fn remove_made(&self, before: &[Object], seen: &BTreeSet<String>) -> Result<(), Error> {
        let mut seen = seen.clone();
        let mut removed = BTreeSet::new();
        loop {
            let made = self.names().made(before, &self.objects()?, &seen);
            if made.is_empty() {
                return Ok(());
            }
            self.remove(&made)?;
            // An image that lost its name while a container was made of it is known by its id.
            seen.extend(made.iter().map(|object| object.digits().to_owned()));
            for object in made {
                if !removed.insert((object.kind, object.handle().to_owned())) {
                    return Err(Error::Stays(object));
                }
            }
        }
    }

    /// Removes `objects`, running containers included.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if something is still in use by somebody else; what
    /// can be removed is gone then all the same.
    pub fn remove(&self, objects: &[Object]) -> Result<(), Error> {
        let of = |kind| {
            objects
                .iter()
                .filter(move |object| object.kind == kind)
                .map(Object::handle)
        };
        let commands = [
            (
                ObjectKind::Container,
                &["container", "rm", "--force", "--volumes"][..],
            ),
            (ObjectKind::Image, &["image", "rm", "--force"]),
            (ObjectKind::Network, &["network", "rm"]),
            (ObjectKind::Volume, &["volume", "rm"]),
        ];
        let mut result = Ok(());
        for (kind, command) in commands {
            let arguments: Vec<&str> = command.iter().copied().chain(of(kind)).collect();
            if arguments.len() > command.len() {
                result = result.and(self.ask(&arguments).map(drop));
            }
        }
        result
    }

    /// Runs `docker pull`.
    ///
    /// # Errors
    ///
    /// [`Error::Run`] if there is no client.
    pub(crate) fn pull(
        &self,
        image: &str,
        limit: Duration,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<Outcome, Error> {
        let mut command = Command::new("docker");
        command.args(["pull", image]);
        Ok(self.runner.run(command, limit, watch)?)
    }

    /// The environment that leads to the engine.
    pub(crate) fn runner(&self) -> &Runner {
        &self.runner
    }

    /// Whether the engine has this image.
    #[must_use]
    pub fn has_image(&self, image: &str) -> bool {
        self.ask(&["image", "inspect", "--format", "{{.Id}}", image])
            .is_ok()
    }

    /// Name of the container that publishes this port, if one does.
    #[must_use]
    pub fn container_on(&self, port: u16) -> Option<String> {
        let filter = format!("publish={port}");
        let names = self
            .ask(&["container", "ls", "--filter", &filter, "--format", "{{.Names}}"])
            .ok()?;
        names.lines().next().map(str::to_owned)
    }

    /// How this shell's network lies to the engine's; `None` if no engine answers.
    pub(crate) fn network(&self) -> Option<Network> {
        let endpoint = self.endpoint().ok()?;
        Some(self.info().ok()?.network(&endpoint, self.bridge_address()))
    }

    /// What the tutorial calls its things; none for a tutorial that has none.
    #[must_use]
    pub fn names(&self) -> &'static Names {
        self.names.unwrap_or(&Names::NONE)
    }

    /// Where the client looks for the engine, whether or not one is there.
    ///
    /// # Errors
    ///
    /// [`Error::Run`] if there is no client; [`Error::Refused`] if there is no such context.
    pub fn endpoint(&self) -> Result<Endpoint, Error> {
        let format = "{{.Name}} {{.Endpoints.docker.Host}}";
        let answer = self.ask(&["context", "inspect", "--format", format])?;
        let last = answer.trim_end().lines().next_back().unwrap_or_default();
        let (context, address) = last.split_once(' ').unwrap_or((last, ""));
        Ok(Endpoint {
            context: context.to_owned(),
            address: address.to_owned(),
        })
    }

    /// What `docker --version` prints: `Docker version 28.5.2, build …`, perhaps after a warning; nothing
    /// if it cannot be run.
    #[must_use]
    pub(crate) fn client(&self) -> String {
        let answer = self.run(&["--version"]);
        answer.map(|outcome| outcome.output).unwrap_or_default()
    }

    fn info(&self) -> Result<Info, Error> {
        let arguments = ["info", "--format", "json"];
        let outcome = self.run(&arguments)?;
        let refused = |output: &str| Error::Refused {
            command: arguments.join(" "),
            output: output.trim().to_owned(),
        };
        let Some(line) = json_lines(&outcome.output).next() else {
            return Err(refused(&outcome.output));
        };
        let info: Info = parse(&arguments, line)?;
        // With no engine the client still answers, and says why: in the answer with status 0, or
        // beside it with another one, depending on its version.
        match info.errors.iter().flatten().next() {
            Some(error) => Err(refused(error)),
            None if outcome.status != Some(0) => Err(refused(&outcome.output.replace(line, ""))),
            None => Ok(info),
        }
    }

    /// The engine's own address in its network `bridge`; `None` if it has no such network.
    fn bridge_address(&self) -> Option<Ipv4Addr> {
        let format = "{{range .IPAM.Config}}{{println (print .Gateway \"|\" .Subnet)}}{{end}}";
        let answer = self.ask(&["network", "inspect", "--format", format, "bridge"]);
        answer.ok()?.lines().find_map(gateway)
    }

    fn base_images(&self) -> &'static [&'static str] {
        self.names.map_or(&[], |names| names.base_images)
    }

    /// The engine's own parts, such as runc and containerd.
    fn components(&self) -> Result<Vec<Plugin>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Version {
            server: Option<Server>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Server {
            components: Option<Vec<Plugin>>,
        }
        let arguments = ["version", "--format", "json"];
        // With no engine it fails; `docker info` says why in better words.
        let answer = self.run(&arguments)?.output;
        let Some(line) = json_lines(&answer).next() else {
            return Ok(Vec::new());
        };
        let version: Version = parse(&arguments, line)?;
        let components = version.server.and_then(|server| server.components);
        Ok(components.unwrap_or_default())
    }

    /// Base images that are there.
    fn present_base_images(&self) -> Result<Vec<BaseImage>, Error> {
        let format = r#"{{range .RepoTags}}{{.}} {{end}}|{{.Id}}|{{index .Config.Labels "org.opencontainers.image.description"}}"#;
        let mut arguments = vec!["image", "inspect", "--format", format];
        arguments.extend(self.base_images());
        // It fails when one is missing and still prints the others.
        let answer = self.run(&arguments)?.output;
        let rows = answer.lines().filter_map(|line| {
            let (names, rest) = line.split_once('|')?;
            let (id, description) = rest.split_once('|')?;
            Some((names, id, description))
        });
        let images = rows.flat_map(|(names, id, description)| {
            names.split_whitespace().map(move |name| BaseImage {
                name: name.to_owned(),
                id: id.to_owned(),
                is_assembled: description.contains(ASSEMBLED),
            })
        });
        Ok(images.collect())
    }

    fn rows(&self, arguments: &[&str]) -> Result<Vec<Row>, Error> {
        let answer = self.ask(arguments)?;
        json_lines(&answer).map(|line| parse(arguments, line)).collect()
    }

    /// What `docker` answers to `arguments`.
    ///
    /// # Errors
    ///
    /// [`Error::Run`] if there is no client; [`Error::Refused`] if it ends with an error.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String, Error> {
        let outcome = self.run(arguments)?;
        if outcome.status == Some(0) {
            return Ok(outcome.output);
        }
        Err(Error::Refused {
            command: arguments.join(" "),
            output: outcome.output.trim().to_owned(),
        })
    }

    fn run(&self, arguments: &[&str]) -> Result<Outcome, Error> {
        let mut command = Command::new("docker");
        command.args(arguments);
        let outcome = self.runner.run(command, QUERY_LIMIT, &mut |_| {})?;
        if outcome.end == End::TimedOut {
            return Err(Error::Silent {
                command: arguments.join(" "),
                limit: QUERY_LIMIT,
            });
        }
        Ok(outcome)
    }
}

impl Names {
    /// What of `after` the tutorial made since `before`: it was not there, and it
    /// bears one of the tutorial's names, or an output named its id (`seen`), or
    /// it is a container of such an image.
    #[must_use]
    pub fn made(&self, before: &[Object], after: &[Object], seen: &BTreeSet<String>) -> Vec<Object> {
        let is_ours = |object: &&Object| {
            let image = object.image.as_deref().unwrap_or_default();
            let by_id = seen.contains(object.digits());
            let by_image = seen.contains(image.trim_start_matches("sha256:")) || self.has_repository(image);
            self.are_borne_by(object)
                || by_id && object.name.is_none()
                || object.kind == ObjectKind::Container && (by_id || by_image)
        };
        after
            .iter()
            .filter(|object| !before.iter().any(|earlier| earlier.is_same(object)))
            .filter(is_ours)
            .cloned()
            .collect()
    }

    /// Whether an object has one of these names.
    #[must_use]
    pub fn are_borne_by(&self, object: &Object) -> bool {
        let Some(name) = object.name.as_deref() else {
            return false;
        };
        match object.kind {
            ObjectKind::Container => self.containers.contains(&name),
            ObjectKind::Image => self.has_repository(name),
            ObjectKind::Network => self.networks.contains(&name),
            ObjectKind::Volume => self.volumes.contains(&name),
        }
    }
}

impl Error {
    /// What went wrong and why, for a reader.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::Run(source) => language.text("docker-run", &[("reason", &source.say(language))]),
            Self::Silent { command, limit } => {
                let seconds = limit.as_secs().to_string();
                language.text("docker-silent", &[("command", command), ("seconds", &seconds)])
            }
            Self::Refused { command, output } => {
                language.text("docker-refused", &[("command", command), ("output", output)])
            }
            Self::Stays(object) => language.text("docker-stays", &[("object", &object.say(language))]),
            Self::Answer { command, source } => language.text(
                "docker-answer",
                &[("command", command), ("reason", &source.to_string())],
            ),
        }
    }
}

impl Object {
    /// What it is and what it is called, for a reader: `image docker-gs-ping:v1.0`.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        let kind = self.kind.to_string();
        language.text("docker-object", &[("kind", &kind), ("name", self.handle())])
    }

    /// Whether two lists name one thing: the image of a container reads differently once that
    /// image has lost its name.
    #[must_use]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.kind, &self.id, &self.name) == (other.kind, &other.id, &other.name)
    }

    /// Its id without an algorithm.
    fn digits(&self) -> &str {
        self.id.trim_start_matches("sha256:")
    }

    /// What `docker … rm` takes: a name where the object has one, so that an
    /// image keeps the names that others gave it.
    pub(crate) fn handle(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// The word that `docker` has for it.
impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Container => "container",
            Self::Image => "image",
            Self::Network => "network",
            Self::Volume => "volume",
        })
    }
}

/// A base image of the tutorial that the engine has.
struct BaseImage {
    name: String,
    /// With its algorithm.
    id: String,
    is_assembled: bool,
}

/// Where base images come from, as [`Provenance::base_images`] has it.
fn origin(images: &[BaseImage]) -> &'static str {
    let assembled = images.iter().filter(|image| image.is_assembled).count();
    match assembled {
        0 => "pulled",
        _ if assembled == images.len() => "assembled",
        _ => "mixed",
    }
}

impl BaseImage {
    /// An assembled image has another id on each machine, and is the same all the same.
    fn told_apart(&self) -> String {
        if self.is_assembled {
            return "assembled".to_owned();
        }
        let digits = self.id.trim_start_matches("sha256:");
        digits.chars().take(DIGEST_DIGITS).collect()
    }
}

/// The parts of `docker info --format json` that matter here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    #[serde(default)]
    server_version: String,
    #[serde(default, rename = "OSType")]
    os: String,
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    operating_system: String,
    #[serde(default, rename = "KernelVersion")]
    kernel: String,
    #[serde(default, rename = "ID")]
    id: String,
    #[serde(default)]
    driver: String,
    driver_status: Option<Vec<(String, String)>>,
    #[serde(rename = "SecurityOptions")]
    security: Option<Vec<String>>,
    #[serde(default, rename = "DockerRootDir")]
    root: String,
    #[serde(rename = "ClientInfo")]
    client: Client,
    #[serde(rename = "ServerErrors")]
    errors: Option<Vec<String>>,
}

impl Info {
    /// `bridge` is the engine's address in its network of that name. Another engine may have the same
    /// one: most begin at 172.17.0.1.
    fn network(&self, endpoint: &Endpoint, bridge: Option<Ipv4Addr>) -> Network {
        let mut security = self.security.iter().flatten();
        let has_own = self.operating_system == "Docker Desktop"
            || security.any(|option| option.contains("rootless"))
            || self.kernel != platform::kernel();
        if endpoint.is_of_another_machine() {
            Network::OtherMachine
        } else if has_own {
            Network::Forwarded
        } else if bridge.is_some_and(platform::is_own_address) {
            Network::Shared
        } else if platform::is_wsl() {
            // All distributions run on one kernel, and ports are led from one to the other.
            Network::Forwarded
        } else {
            Network::Apart
        }
    }

    /// `containerd`, or the classic store's driver.
    fn image_store(&self) -> String {
        let mut status = self.driver_status.iter().flatten();
        let is_containerd = status.any(|(_, value)| value == CONTAINERD_STORE);
        if is_containerd {
            "containerd".to_owned()
        } else {
            self.driver.clone()
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Client {
    #[serde(default)]
    version: String,
    plugins: Option<Vec<Plugin>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Plugin {
    name: String,
    #[serde(default)]
    version: String,
}

/// A row of `docker … ls --format json`; which fields are there depends on
/// what is listed.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Row {
    #[serde(rename = "ID")]
    id: String,
    name: String,
    names: String,
    image: String,
    repository: String,
    tag: String,
}

impl Row {
    fn object(self, kind: ObjectKind) -> Object {
        let (id, name, image) = match kind {
            ObjectKind::Container => (self.id, Some(self.names), Some(self.image)),
            ObjectKind::Image => {
                let is_named = self.repository != "<none>" && self.tag != "<none>";
                (
                    self.id,
                    is_named.then(|| format!("{}:{}", self.repository, self.tag)),
                    None,
                )
            }
            ObjectKind::Network => (self.id, Some(self.name), None),
            ObjectKind::Volume => (self.name.clone(), Some(self.name), None),
        };
        Object {
            kind,
            id,
            name,
            image,
        }
    }
}

/// The gateway in a line such as `172.17.0.1|172.17.0.0/16`; `None` if it has no IPv4. An engine that
/// has just made its bridge names none, and has taken the first address of the subnet
/// (<https://github.com/moby/moby/issues/26799>).
fn gateway(line: &str) -> Option<Ipv4Addr> {
    let (gateway, subnet) = line.split_once('|')?;
    gateway.parse().ok().or_else(|| {
        let (network, _) = subnet.split_once('/')?;
        let network: Ipv4Addr = network.parse().ok()?;
        network.to_bits().checked_add(1).map(Ipv4Addr::from_bits)
    })
}

/// The lines that are answers; a client may print warnings between them.
fn json_lines(answer: &str) -> impl Iterator<Item = &str> {
    answer.lines().filter(|line| line.starts_with('{'))
}

fn parse<'a, T: Deserialize<'a>>(arguments: &[&str], answer: &'a str) -> Result<T, Error> {
    serde_json::from_str(answer).map_err(|source| Error::Answer {
        command: arguments.join(" "),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tutorial::RUNNING_RUST_IN_DOCKER;

    fn made(before: &[Object], after: &[Object], seen: &BTreeSet<String>) -> Vec<Object> {
        RUNNING_RUST_IN_DOCKER.docker.unwrap().made(before, after, seen)
    }

    fn object(kind: ObjectKind, id: &str, name: &str, image: &str) -> Object {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Object {
            kind,
            id: id.to_owned(),
            name: text(name),
            image: text(image),
        }
    }

    #[test]
    fn an_engine_on_another_machine_is_told_by_its_address() {
        let is_elsewhere = |address: &str| {
            let address = address.to_owned();
            let context = "default".to_owned();
            Endpoint { context, address }.is_of_another_machine()
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

    #[test]
    fn the_gateway_of_a_bridge_that_names_none_is_its_first_address() {
        let first = Some(Ipv4Addr::new(172, 17, 0, 1));
        assert_eq!(gateway("172.17.0.1|172.17.0.0/16"), first);
        assert_eq!(gateway("|172.17.0.0/16"), first);
        assert_eq!(gateway("fd00::1|fd00::/64"), None);
        assert_eq!(gateway(""), None);
    }

    #[test]
    fn what_was_there_before_is_not_made() {
        let old = object(ObjectKind::Container, "1", "rest-server", "docker-gs-ping");
        assert_eq!(
            made(
                std::slice::from_ref(&old),
                std::slice::from_ref(&old),
                &BTreeSet::new()
            ),
            []
        );
    }

    #[test]
    fn a_strangers_new_object_is_not_made() {
        let after = [
            object(ObjectKind::Container, "1", "rest-server-2", "nginx"),
            object(ObjectKind::Image, "sha256:2", "docker-gs-pong:latest", ""),
            object(ObjectKind::Image, "sha256:3", "", ""),
            object(ObjectKind::Volume, "roaches", "roaches", ""),
        ];
        assert_eq!(made(&[], &after, &BTreeSet::new()), []);
    }

    #[test]
    fn names_ids_and_images_of_the_tutorial_are_made() {
        let after = [
            object(
                ObjectKind::Container,
                "1",
                "happy_turing",
                "docker-gs-ping:multistage",
            ),
            object(ObjectKind::Container, "2", "sad_turing", "sha256:9"),
            object(ObjectKind::Image, "sha256:9", "", ""),
            object(ObjectKind::Image, "sha256:8", "docker-gs-ping:v1.0", ""),
            object(ObjectKind::Network, "7", "mynet", ""),
        ];
        assert_eq!(made(&[], &after, &BTreeSet::from(["9".to_owned()])), after);
    }

    #[test]
    fn another_name_of_an_image_that_a_build_produced_stays() {
        let after = [object(ObjectKind::Image, "sha256:9", "strangers:1", "")];
        assert_eq!(made(&[], &after, &BTreeSet::from(["9".to_owned()])), []);
    }
}
