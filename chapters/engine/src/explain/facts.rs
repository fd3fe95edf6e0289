//! What of the machine and the engine explains a failure, as variables of its messages.

use std::path::Path;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::author::tutorial::DatabaseNames;
use crate::docker::client::Docker;
use crate::docker::info::{ENGINE_MIN, major};
use crate::docker::ports::{Holder, port_holder};
use crate::explain::known;
use crate::explain::words::{
    ABSENT, Age, Clocks, Found, Membership, Occupant, Origin, Owner, Progress, Room, Said, Setup, Socket,
};
use crate::record::image_name::ImageName;
use crate::run::platform;

/// Names and values.
pub(crate) type Variables = Vec<(&'static str, String)>;

/// Variables with values that can be displayed, as `text!` has them.
macro_rules! variables {
    ($($name:ident $(= $value:expr)?),* $(,)?) => {
        vec![$((stringify!($name), $crate::text!(@value $name $(= $value)?))),*]
    };
}

/// Less free disk than this is what fills a disk, in bytes: a layer of an image may be as large.
const LITTLE_BYTES: u64 = 1_000_000_000;

/// Two clocks that differ by less agree.
const CLOCKS_DIFFER: Duration = Duration::minutes(2);

/// Everything that the messages about a known failure may name; `object` is what its words say.
pub(crate) fn of(id: &str, object: &str, docker: &Docker) -> Variables {
    let mut variables = Variables::new();
    if let Some(row) = known::row(id) {
        variables.extend(row.object.iter().map(|name| (name.as_str(), object.to_owned())));
        variables.extend(row.facts.iter().flat_map(|fact| look(fact, object, docker)));
    }
    for (_, value) in variables.iter_mut().filter(|(_, value)| value.is_empty()) {
        value.push_str(ABSENT);
    }
    variables
}

/// The variables of a fact, by its name in `known.toml`; a test knows that each name there is one of
/// these.
fn look(fact: &str, object: &str, docker: &Docker) -> Variables {
    match fact {
        "choice" => variables![choice = docker.endpoint().choice],
        "client-version" => variables![client = ask(docker, "version", "{{.Client.Version}}")],
        "clocks" => clocks(object, docker),
        "container" => container(object, docker),
        "contexts" => {
            // Of the default one, so that the client starts.
            let there = ask(docker, "--context default context ls", "{{.Name}}");
            variables![there = list(there.lines())]
        }
        "database" => database(docker),
        "database-password" => database_password(docker),
        "disk" => disk(docker),
        "emulators" => variables![emulated = platform::emulated_processors().join(", ")],
        "endpoint" => variables![address = docker.endpoint().address],
        "engine-platform" => variables![engine = ask(docker, "version", "{{.Server.Os}}/{{.Server.Arch}}")],
        "engine-version" => engine_version(docker),
        "first-port" => variables![first = platform::first_unprivileged_port()],
        "image" => image(object, docker),
        "network" => network(object, docker),
        "network-count" => network_count(docker),
        "networks" => networks(object, docker),
        "plugins" => {
            let there = ask(docker, "info", "{{range .ClientInfo.Plugins}}{{.Name}} {{end}}");
            variables![there = list(there.split_whitespace())]
        }
        "port-holder" => occupant(object, docker),
        "proxy" => {
            let proxies = ask(docker, "info", "{{.HTTPSProxy}}|{{.HTTPProxy}}");
            variables![proxy = or_empty(proxies.split('|').find(|proxy| !proxy.is_empty()))]
        }
        "publisher" => publisher(object, docker),
        "setup" => setup(docker),
        "socket" => socket(object),
        "socket-rights" => socket_rights(object),
        "volume-users" => {
            let command = format!("container ls --all --filter volume={object}");
            let users = ask(docker, &command, "{{.Names}}");
            variables![containers = list(users.lines()), typed = users.replace('\n', " ")]
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
    let said = (!time.is_empty()).then(|| match parse(time) {
        Some(_) => Said::Moment,
        None => Said::Span,
    });
    let minutes = apart.map(|apart| apart.whole_minutes().abs());
    variables![
        said = or_empty(said),
        here = clock(here),
        clocks = or_empty(clocks),
        minutes = or_empty(minutes),
    ]
}

fn container(name: &str, docker: &Docker) -> Variables {
    let names = docker.names();
    let format = "{{.Config.Image}}|{{.State.Status}}|{{.Created}}";
    let answer = inspect(docker, "container", name, format);
    let [image, status, created] = parts(&answer);
    let is_ours = names.containers.contains(&name)
        && (names.has_repository(image) || database_names(docker).images.contains(&image));
    let owner = match (answer.is_empty(), is_ours) {
        (true, _) => Owner::Nobody,
        (false, true) => Owner::Tutorial,
        (false, false) => Owner::Stranger,
    };
    let created = or_empty(parse(created).map(OffsetDateTime::date));
    variables![image, status, created, owner, clean = or_empty(names.clean)]
}

fn database(docker: &Docker) -> Variables {
    let container = database_names(docker).container;
    let format = "{{.State.Status}}|{{.State.StartedAt}}|{{.State.ExitCode}}";
    let answer = inspect(docker, "container", container, format);
    let [status, started, code] = parts(&answer);
    let progress = match status {
        "" => Progress::Missing,
        "running" => Progress::Running,
        _ => Progress::Ended,
    };
    let seconds = parse(started).map(|started| (OffsetDateTime::now_utc() - started).whole_seconds());
    // Where the engine's clock is ahead, a start has not come yet.
    let seconds = or_empty(seconds.filter(|seconds| *seconds >= 0));
    variables![container, progress, code, seconds]
}

fn database_password(docker: &Docker) -> Variables {
    let names = database_names(docker);
    let volume = parse(&inspect(docker, "volume", names.volume, "{{.CreatedAt}}"));
    let container = parse(&inspect(docker, "container", names.container, "{{.Created}}"));
    // A chapter makes the one right after the other.
    let age = volume.map(|volume| match container {
        Some(container) if container - volume > CLOCKS_DIFFER => Age::Old,
        _ => Age::New,
    });
    variables![
        volume = names.volume,
        created = or_empty(volume.map(clock)),
        age = or_empty(age),
        first_password = names.first_password,
        password = names.password,
    ]
}

fn disk(docker: &Docker) -> Variables {
    let folder = ask(docker, "info", "{{.DockerRootDir}}");
    let free = platform::free_bytes(&folder).filter(|_| !folder.is_empty());
    let room = free.map(|free| match free {
        ..LITTLE_BYTES => Room::Little,
        _ => Room::Enough,
    });
    variables![folder, free = or_empty(free.map(size)), room = or_empty(room)]
}

fn engine_version(docker: &Docker) -> Variables {
    let version = ask(docker, "version", "{{.Server.Version}}");
    let age = major(&version).map(|major| match major {
        ..ENGINE_MIN => Age::Old,
        _ => Age::New,
    });
    variables![version, age = or_empty(age), minimum = ENGINE_MIN]
}

fn image(name: &str, docker: &Docker) -> Variables {
    let names = docker.names();
    let image = ImageName::parse(name).short();
    let (name, repository) = (&*image.to_string(), image.repository);
    let command = format!("image ls {repository}");
    let there = ask(docker, &command, "{{.Repository}}:{{.Tag}}");
    let there = list(there.lines().filter(|image| !image.contains("<none>")));
    let platform = inspect(docker, "image", name, "{{.Os}}/{{.Architecture}}");
    let found = match (platform.is_empty(), there.is_empty()) {
        (false, _) => Found::Platform,
        (true, false) => Found::Tags,
        (true, true) => Found::Nothing,
    };
    let is_built = names.has_repository(repository);
    let is_pulled = names.base_images.contains(&name) || database_names(docker).images.contains(&name);
    let pulled = is_pulled.then_some(Origin::Pulled);
    let origin = or_empty(is_built.then_some(Origin::Built).or(pulled));
    variables![name, repository, found, there, platform, origin]
}

fn network(name: &str, docker: &Docker) -> Variables {
    let format = r#"{{range .Containers}}{{.Name}} {{end}}|{{.Created.Format "2006-01-02"}}"#;
    let answer = inspect(docker, "network", name, format);
    let [containers, created] = parts(&answer);
    variables![containers = list(containers.split_whitespace()), created]
}

fn network_count(docker: &Docker) -> Variables {
    let count = |filter| {
        let names = docker.ask(&["network", "ls", "--filter", filter, "--format", "{{.Name}}"]);
        names.ok().map(|names| names.lines().count())
    };
    let (networks, unused) = count("type=custom").zip(count("dangling=true")).unzip();
    variables![networks = or_empty(networks), unused = or_empty(unused)]
}

fn networks(name: &str, docker: &Docker) -> Variables {
    let there = ask(docker, "network ls --filter type=custom", "{{.Name}}");
    let is_ours = docker.names().networks.contains(&name);
    let owner = if is_ours { Owner::Tutorial } else { Owner::Stranger };
    variables![there = list(there.lines()), owner]
}

fn occupant(port: &str, docker: &Docker) -> Variables {
    let holder = port.parse().ok().and_then(|port| port_holder(docker, port));
    let (occupant, name, process) = match holder.map(|held| held.holder) {
        None => (Some(Occupant::Nobody), String::new(), None),
        Some(Holder::Container(name)) => (Some(Occupant::Container), name, None),
        Some(Holder::Process(name, id)) => (Some(Occupant::Process), name, Some(id)),
        Some(Holder::Unknown) => (None, String::new(), None),
    };
    variables![occupant = or_empty(occupant), name, process = or_empty(process)]
}

fn publisher(port: &str, docker: &Docker) -> Variables {
    let container = port.parse().ok().and_then(|port| docker.container_on(port));
    let endpoint = docker.endpoint();
    // A socket file reaches into a container; an address leads away.
    let machine = endpoint.is_of_another_machine().then_some(endpoint.address);
    variables![container = or_empty(container), machine = or_empty(machine)]
}

fn setup(docker: &Docker) -> Variables {
    let scripts = docker.names().scripts;
    let setup = if scripts.is_some() && platform::can_set_up() {
        Setup::Script
    } else if platform::has_systemd() {
        Setup::Systemd
    } else {
        Setup::Desktop
    };
    variables![
        setup,
        script = or_empty(scripts.map(|scripts| scripts.engine)),
        images = or_empty(scripts.map(|scripts| scripts.images)),
    ]
}

fn socket(address: &str) -> Variables {
    let path = address.strip_prefix("unix://");
    let socket = (!address.is_empty()).then(|| match path {
        Some(path) if Path::new(path).exists() => Socket::Silent,
        Some(_) => Socket::Missing,
        None => Socket::Elsewhere,
    });
    variables![path = or_empty(path), socket = or_empty(socket)]
}

fn socket_rights(address: &str) -> Variables {
    let path = address.strip_prefix("unix://").unwrap_or(address);
    let group = platform::group_of(Path::new(path));
    let user = platform::user_name();
    // Group 0 gives more than an engine.
    let membership = group.as_ref().map(|group| match group {
        group if group.id == 0 => Membership::Root,
        group if platform::is_in_group(group.id) => Membership::Member,
        group if group.members.contains(&user) => Membership::Later,
        _ => Membership::Outsider,
    });
    variables![
        path,
        user,
        group = or_empty(group.map(|group| group.name)),
        membership = or_empty(membership),
    ]
}

fn database_names(docker: &Docker) -> DatabaseNames {
    docker.names().database.copied().unwrap_or(DatabaseNames::NONE)
}

/// What `docker COMMAND --format FORMAT` answers; empty where it does not.
fn ask(docker: &Docker, command: &str, format: &str) -> String {
    let command = command.split_whitespace().chain(["--format", format]);
    let answer = docker.ask(&command.collect::<Vec<_>>()).unwrap_or_default();
    answer.trim().to_owned()
}

fn inspect(docker: &Docker, kind: &str, name: &str, format: &str) -> String {
    ask(docker, &format!("{kind} inspect {name}"), format)
}

/// The parts of an answer between bars; empty where there are fewer.
fn parts<const N: usize>(answer: &str) -> [&str; N] {
    let mut parts = answer.split('|');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn or_empty(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// Decimal, as `docker` has it.
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

    /// No program is found in its environment: no question is answered.
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
        assert_eq!(said("unix:///nowhere/docker.sock"), Socket::Missing.to_string());
        assert_eq!(said("unix:///"), Socket::Silent.to_string());
        assert_eq!(said("tcp://192.0.2.1:2375"), Socket::Elsewhere.to_string());
        assert_eq!(said(""), "");
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
