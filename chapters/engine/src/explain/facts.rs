//! Facts about machine and engine that explain a failure, as variables of its messages.

use std::path::Path;

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::author::tutorial::DatabaseNames;
use crate::docker::client::Docker;
use crate::docker::info::{ENGINE_MIN, major};
use crate::docker::ports::{Holder, port_holder};
use crate::explain::known;
use crate::explain::words::{
    ABSENT, Age, Clocks, Found, Membership, Occupant, Origin, Owner, Room, Said, Setup, Socket,
};
use crate::record::image_name::ImageName;
use crate::run::platform;

/// Names and values: a word, a text, a number or a list; `null` if there is no value.
type Variables = Vec<(&'static str, Value)>;

/// Variables, each with a value that can be serialised.
macro_rules! variables {
    ($($name:ident $(= $value:expr)?),* $(,)?) => {
        vec![$((stringify!($name), variables!(@value $name $(= $value)?))),*]
    };
    (@value $name:ident) => { json!($name) };
    (@value $name:ident = $value:expr) => { json!($value) };
}

/// Free disk space in bytes below which the disk counts as full: one layer of an image may be as large.
const LITTLE_BYTES: u64 = 1_000_000_000;

/// Two clocks that differ by less than this count as equal.
const CLOCKS_DIFFER: Duration = Duration::minutes(2);

/// All variables that the messages about a known failure may use; `object` is what the failure is about.
pub(crate) fn of(id: &str, object: &str, docker: &Docker) -> Vec<(&'static str, String)> {
    let row = known::rows().iter().find(|row| row.id == id);
    let row = row.expect("the table has every failure that is named");
    let own = row.object.iter().map(|name| (name.as_str(), json!(object)));
    let facts = row.facts.iter().flat_map(|fact| look(fact, object, docker));
    let variables = own.chain(facts);
    variables.map(|(name, value)| (name, shown(&value))).collect()
}

/// A value in the form in which a message shows it or chooses by it.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    };
    if text.is_empty() { ABSENT.to_owned() } else { text }
}

/// The variables of a fact, by its name in `known.toml`; a test checks that every name there is handled
/// here.
fn look(fact: &str, object: &str, docker: &Docker) -> Variables {
    match fact {
        "choice" => variables![choice = docker.endpoint().choice.to_string()],
        "client-version" => variables![client = ask(docker, "version", "{{.Client.Version}}")],
        "clocks" => clocks(object, docker),
        "compose-version" => {
            let version = docker.ask(&["compose", "version", "--short"]).unwrap_or_default();
            variables![version = version.trim()]
        }
        "container" => container(object, docker),
        // With the default context, because the client would not start with a missing one.
        "contexts" => variables![there = list(docker, "--context default context ls", "{{.Name}}")],
        "database" => database_state(docker),
        "database-password" => database_password(docker),
        "disk" => {
            let folder = ask(docker, "info", "{{.DockerRootDir}}");
            let free = platform::free_bytes(&folder).filter(|_| !folder.is_empty());
            let room = free.map(|free| match free {
                ..LITTLE_BYTES => Room::Little,
                _ => Room::Enough,
            });
            variables![folder, free = free.map(size), room]
        }
        "emulators" => variables![emulated = platform::emulated_processors()],
        "endpoint" => variables![address = docker.endpoint().address],
        "engine-platform" => variables![engine = ask(docker, "version", "{{.Server.Os}}/{{.Server.Arch}}")],
        "engine-version" => {
            let version = ask(docker, "version", "{{.Server.Version}}");
            let age = major(&version).map(|major| match major {
                ..ENGINE_MIN => Age::Old,
                _ => Age::New,
            });
            variables![version, age, minimum = ENGINE_MIN]
        }
        "first-port" => variables![first = platform::first_unprivileged_port()],
        "health" => health(object, docker),
        "image" => image(object, docker),
        "network" => {
            let names = "{{range .Containers}}{{println .Name}}{{end}}";
            let formats = [names, r#"{{.Created.Format "2006-01-02"}}"#];
            let [containers, created] = inspect(docker, "network", object, formats);
            variables![containers = containers.lines().collect::<Vec<_>>(), created]
        }
        "network-count" => {
            let count = |filter| {
                let names = docker.ask(&["network", "ls", "--filter", filter, "--format", "{{.Name}}"]);
                names.ok().map(|names| names.lines().count())
            };
            let (networks, unused) = count("type=custom").zip(count("dangling=true")).unzip();
            variables![networks, unused]
        }
        "networks" => {
            let there = list(docker, "network ls --filter type=custom", "{{.Name}}");
            let is_ours = docker.names().networks.contains(&object);
            let owner = if is_ours { Owner::Tutorial } else { Owner::Stranger };
            variables![there, owner]
        }
        "plugins" => {
            let format = "{{range .ClientInfo.Plugins}}{{println .Name}}{{end}}";
            variables![there = list(docker, "info", format)]
        }
        "port-holder" => {
            let holder = object.parse().ok().and_then(|port| port_holder(docker, port));
            let (occupant, name, process) = match holder.map(|held| held.holder) {
                None => (Some(Occupant::Nobody), None, None),
                Some(Holder::Container(name)) => (Some(Occupant::Container), Some(name), None),
                Some(Holder::Process(name, id)) => (Some(Occupant::Process), Some(name), Some(id)),
                Some(Holder::Unknown) => (None, None, None),
            };
            variables![occupant, name, process]
        }
        "proxy" => variables![proxy = ask(docker, "info", "{{or .HTTPSProxy .HTTPProxy}}")],
        "publisher" => {
            let container = object.parse().ok().and_then(|port| docker.container_on(port));
            let endpoint = docker.endpoint();
            // A socket file may lead into a container; an address with another host leads to another
            // machine.
            let machine = endpoint.is_of_another_machine().then_some(endpoint.address);
            variables![container, machine]
        }
        "setup" => {
            let scripts = docker.names().scripts;
            let setup = if scripts.is_some() && platform::can_set_up() {
                Setup::Script
            } else if platform::has_systemd() {
                Setup::Systemd
            } else {
                Setup::Desktop
            };
            let (script, images) = scripts.map(|scripts| (scripts.engine, scripts.images)).unzip();
            variables![setup, script, images]
        }
        "socket" => socket(object),
        "socket-rights" => socket_rights(object),
        "volume-users" => {
            let command = format!("container ls --all --filter volume={object}");
            let containers = list(docker, &command, "{{.Names}}");
            variables![typed = containers.join(" "), containers]
        }
        _ => Variables::new(),
    }
}

fn clocks(time: &str, docker: &Docker) -> Variables {
    let here = OffsetDateTime::now_utc();
    let engine = parse(&ask(docker, "info", "{{.SystemTime}}"));
    let apart = engine.map(|engine| engine - here);
    let clocks = apart.map(|apart| match apart {
        apart if apart > CLOCKS_DIFFER => Clocks::Ahead,
        apart if apart < -CLOCKS_DIFFER => Clocks::Behind,
        _ => Clocks::Agree,
    });
    let said = (!time.is_empty()).then(|| parse(time).map_or(Said::Span, |_| Said::Moment));
    let minutes = apart.map(|apart| apart.whole_minutes().abs());
    variables![said, here = clock(here), clocks, minutes]
}

fn container(name: &str, docker: &Docker) -> Variables {
    let names = docker.names();
    let formats = ["{{.Config.Image}}", "{{.State.Status}}", "{{.Created}}"];
    let [image, status, created] = inspect(docker, "container", name, formats);
    let is_image_ours = names.has_repository(&image) || database(docker).images.contains(&&*image);
    let owner = match names.containers.contains(&name) && is_image_ours {
        _ if status.is_empty() => Owner::Nobody,
        true => Owner::Tutorial,
        false => Owner::Stranger,
    };
    let created = parse(&created).map(|created| created.date().to_string());
    variables![image, status, created, owner, clean = names.clean]
}

fn database_state(docker: &Docker) -> Variables {
    let container = database(docker).container;
    let formats = ["{{.State.Status}}", "{{.State.StartedAt}}", "{{.State.ExitCode}}"];
    let [status, started, code] = inspect(docker, "container", container, formats);
    let seconds = parse(&started).map(|started| (OffsetDateTime::now_utc() - started).whole_seconds());
    // If the engine's clock is ahead, the start time may lie in the future.
    let seconds = seconds.filter(|seconds| *seconds >= 0);
    variables![container, status, code, seconds]
}

fn database_password(docker: &Docker) -> Variables {
    let names = database(docker);
    let (volume, first_password, password) = (names.volume, names.first_password, names.password);
    let made = |kind, name, format| parse(&inspect(docker, kind, name, [format]).concat());
    let volume_made = made("volume", volume, "{{.CreatedAt}}");
    let container_made = made("container", names.container, "{{.Created}}");
    // A chapter makes the container right after the volume.
    let age = volume_made.map(|volume| match container_made {
        Some(container) if container - volume > CLOCKS_DIFFER => Age::Old,
        _ => Age::New,
    });
    let created = volume_made.map(clock);
    variables![volume, created, age, first_password, password]
}

fn health(container: &str, docker: &Docker) -> Variables {
    let log = "{{with .State.Health}}{{range .Log}}{{println .Output}}{{end}}{{end}}";
    let [log] = inspect(docker, "container", container, [log]);
    let said = log.lines().rfind(|line| !line.trim().is_empty());
    variables![said = said.map(str::trim)]
}

fn image(name: &str, docker: &Docker) -> Variables {
    let names = docker.names();
    let image = ImageName::parse(name).short();
    let (name, repository) = (&*image.to_string(), image.repository);
    let command = format!("image ls {repository}");
    let mut there = list(docker, &command, "{{.Repository}}:{{.Tag}}");
    there.retain(|image| !image.contains("<none>"));
    let platform = inspect(docker, "image", name, ["{{.Os}}/{{.Architecture}}"]).concat();
    let found = match (platform.is_empty(), there.is_empty()) {
        (false, _) => Found::Platform,
        (true, false) => Found::Tags,
        (true, true) => Found::Nothing,
    };
    let is_pulled = names.base_images.contains(&name) || database(docker).images.contains(&name);
    let built = names.has_repository(repository).then_some(Origin::Built);
    let origin = built.or(is_pulled.then_some(Origin::Pulled));
    variables![name, repository, found, there, platform, origin]
}

fn socket(address: &str) -> Variables {
    let path = address.strip_prefix("unix://");
    let socket = match path {
        _ if address.is_empty() => None,
        Some(path) if Path::new(path).exists() => Some(Socket::Silent),
        Some(_) => Some(Socket::Missing),
        None => Some(Socket::Elsewhere),
    };
    variables![path, socket]
}

fn socket_rights(address: &str) -> Variables {
    let path = address.strip_prefix("unix://").unwrap_or(address);
    let group = platform::group_of(Path::new(path));
    let user = platform::user_name();
    // Group 0 gives access to more than an engine.
    let membership = group.as_ref().map(|group| match group {
        group if group.gid.as_raw() == 0 => Membership::Root,
        group if platform::is_in_group(group.gid) => Membership::Member,
        group if group.mem.contains(&user) => Membership::Later,
        _ => Membership::Outsider,
    });
    variables![path, user, group = group.map(|group| group.name), membership]
}

fn database(docker: &Docker) -> DatabaseNames {
    docker.names().database.copied().unwrap_or_default()
}

/// What `docker COMMAND --format FORMAT` prints; empty if it fails.
fn ask(docker: &Docker, command: &str, format: &str) -> String {
    let command = command.split_whitespace().chain(["--format", format]);
    let answer = docker.ask(&command.collect::<Vec<_>>()).unwrap_or_default();
    answer.trim().to_owned()
}

/// The lines of an answer.
fn list(docker: &Docker, command: &str, format: &str) -> Vec<String> {
    ask(docker, command, format).lines().map(str::to_owned).collect()
}

/// What `docker KIND inspect NAME` prints for each format; empty if it fails.
fn inspect<const N: usize>(docker: &Docker, kind: &str, name: &str, formats: [&str; N]) -> [String; N] {
    let answer = ask(docker, &format!("{kind} inspect {name}"), &formats.join("|"));
    let mut parts = answer.splitn(N, '|');
    std::array::from_fn(|_| parts.next().unwrap_or_default().to_owned())
}

/// A size in decimal units, as `docker` prints it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

fn parse(time: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(time, &Rfc3339).ok()
}

fn clock(time: OffsetDateTime) -> String {
    let time = time.to_offset(UtcOffset::UTC);
    let (date, hour, minute) = (time.date(), time.hour(), time.minute());
    format!("{date} {hour:02}:{minute:02} UTC")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::run::process::Runner;

    /// No program can be found in this environment, so every query fails.
    fn no_docker() -> Docker {
        Docker::new(Runner::new(BTreeMap::new(), Arc::default()), None)
    }

    #[test]
    fn each_fact_of_the_table_can_be_found() {
        for known in known::rows() {
            for fact in &known.facts {
                assert_ne!(look(fact, "", &no_docker()), [], "{}: {fact}", known.id);
            }
        }
    }

    #[test]
    fn a_socket_that_is_there_is_told_from_one_that_is_not() {
        let said = |address: &str| socket(address)[1].1.clone();
        assert_eq!(said("unix:///nowhere/docker.sock"), json!(Socket::Missing));
        assert_eq!(said("unix:///"), json!(Socket::Silent));
        assert_eq!(said("tcp://192.0.2.1:2375"), json!(Socket::Elsewhere));
        assert_eq!(said(""), json!(null));
    }

    #[test]
    fn free_space_is_read_as_docker_reads_sizes() {
        assert_eq!(
            [0, 12_345, 999_999_999, 6_000_000_000].map(size),
            ["0 kB", "12 kB", "999 MB", "6 GB"]
        );
    }

    #[test]
    fn a_time_of_another_zone_is_shown_in_utc() {
        let time = parse("2026-11-25T23:54:46.123456789+09:00").unwrap();
        assert_eq!(clock(time), "2026-11-25 14:54 UTC");
    }
}
