//! What of the machine and the engine explains a failure, as variables of the
//! catalogue's messages. What nobody answers is `unknown`, which the messages
//! have words for.

use std::path::Path;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::Cause;
use crate::database::{COCKROACH_IMAGE, POSTGRES_IMAGE};
use crate::docker::Docker;
use crate::image_name::ImageName;
use crate::platform;
use crate::preflight::{self, Holder};
use crate::setup::{self, Choice};

/// Names and values of the variables.
pub(super) type State = Vec<(&'static str, String)>;

/// Less free disk than this is what fills a disk, in bytes: a layer of the
/// chapters' images may be as large.
const LITTLE_BYTES: u64 = 1_000_000_000;

/// Two clocks that differ by less agree.
const CLOCKS_DIFFER: Duration = Duration::minutes(2);

/// The container and the volume of the tutorial's database.
const DATABASE: &str = "roach";

/// Everything that the messages about `cause` may name.
pub(super) fn of(cause: &Cause, docker: &Docker) -> State {
    let mut state = look(cause, docker);
    // A message can choose by a word, and not by an empty one.
    for (_, value) in state.iter_mut().filter(|(_, value)| value.is_empty()) {
        value.push_str("unknown");
    }
    state
}

fn look(cause: &Cause, docker: &Docker) -> State {
    match cause {
        Cause::NoEngine(address) => engine_address(address, docker),
        Cause::OtherProgram(words)
        | Cause::AddressInvalid(words)
        | Cause::Ssh(words)
        | Cause::EngineTls(words)
        | Cause::CredentialHelper(words) => vec![("words", words.trim().to_owned())],
        Cause::NoWslIntegration => Vec::new(),
        Cause::ContextMissing(name) => context_missing(name, docker),
        Cause::HostUnknown(host) => vec![("host", host.clone())],
        Cause::NotAnEngine | Cause::EngineSilent => {
            let endpoint = docker.endpoint().unwrap_or_default();
            vec![("address", endpoint.address)]
        }
        Cause::ClientTooOld(version) | Cause::ClientTooNew(version) => vec![
            ("api", version.clone()),
            (
                "client",
                ask(docker, &["version", "--format", "{{.Client.Version}}"]),
            ),
        ],
        Cause::SocketPermission(address) => socket_permission(address),
        Cause::PrivilegedPort(port) => privileged_port(*port),
        Cause::PortHeld(port) => port_held(*port, docker),
        Cause::ContainerTaken(name) => container_taken(name, docker),
        Cause::NetworkTaken(name) => network_taken(name, docker),
        Cause::VolumeInUse(name) => volume_in_use(name, docker),
        Cause::DiskFull => disk(docker),
        Cause::WrongArchitecture(program) => wrong_architecture(program, docker),
        Cause::NoSuchPlatform(platform) | Cause::OtherPlatform(platform) => {
            vec![("platform", platform.clone()), ("engine", platform_of(docker))]
        }
        Cause::ClientMissing | Cause::RateLimit => vec![("setup", setup().to_owned())],
        Cause::CertificateUnknown(host) => certificate(host, docker),
        Cause::NotYetValid(time) | Cause::Expired(time) => clocks(time, docker),
        Cause::NoRegistry(host) => registry(host, docker),
        Cause::PluginMissing(plugin) => plugin_missing(plugin, docker),
        Cause::OldBuilder => builder(docker),
        Cause::NewTable => vec![("version", version(docker))],
        Cause::DatabaseNotReady(address) => database(address, docker),
        Cause::PasswordRefused(user) => password(user, docker),
        Cause::ImageMissing(name) => image_missing(name, docker),
        Cause::NetworkMissing(name) => network_missing(name, docker),
        Cause::PoolExhausted => pool(docker),
        Cause::PublishedElsewhere(port) => published_elsewhere(*port, docker),
    }
}

/// How an engine is had here: `script` where the tutorial's own works,
/// `systemd` where that starts one, else `desktop`.
fn setup() -> &'static str {
    if setup::can_set_up() {
        "script"
    } else if platform::has_systemd() {
        "systemd"
    } else {
        "desktop"
    }
}

fn engine_address(address: &str, docker: &Docker) -> State {
    let choice = Choice::of(docker.runner(), docker.endpoint().ok().as_ref());
    let path = address.strip_prefix("unix://");
    let state = match path {
        Some(path) if Path::new(path).exists() => "silent",
        Some(_) => "missing",
        None if address.is_empty() => "unknown",
        None => "elsewhere",
    };
    vec![
        ("address", address.to_owned()),
        ("path", path.unwrap_or_default().to_owned()),
        ("state", state.to_owned()),
        ("choice", choice.word().to_owned()),
        ("setup", setup().to_owned()),
    ]
}

fn context_missing(name: &str, docker: &Docker) -> State {
    // Of the default one, so that the client starts.
    let there = ask(
        docker,
        &["--context", "default", "context", "ls", "--format", "{{.Name}}"],
    );
    vec![("name", name.to_owned()), ("there", list(there.lines()))]
}

fn socket_permission(address: &str) -> State {
    let path = address.strip_prefix("unix://").unwrap_or(address);
    let group = platform::group_of(Path::new(path));
    let user = platform::user_name();
    // Group 0 gives more than an engine.
    let membership = match &group {
        Some(group) if group.id == 0 => "root",
        Some(group) if platform::is_in_group(group.id) => "member",
        Some(group) if group.members.contains(&user) => "later",
        Some(_) => "none",
        None => "unknown",
    };
    vec![
        ("path", path.to_owned()),
        ("user", user),
        ("group", group.map_or_else(String::new, |group| group.name)),
        ("membership", membership.to_owned()),
    ]
}

fn privileged_port(port: u16) -> State {
    vec![
        ("port", port.to_string()),
        ("first", platform::first_unprivileged_port()),
    ]
}

fn port_held(port: u16, docker: &Docker) -> State {
    let (holder, name, process) = match preflight::port_holder(docker, port).map(|held| held.holder) {
        None => ("nobody", String::new(), String::new()),
        Some(Holder::Container(name)) => ("container", name, String::new()),
        Some(Holder::Process(name, id)) => ("process", name, id.to_string()),
        Some(Holder::Unknown) => ("unknown", String::new(), String::new()),
    };
    vec![
        ("port", port.to_string()),
        ("holder", holder.to_owned()),
        ("name", name),
        ("process", process),
    ]
}

fn container_taken(name: &str, docker: &Docker) -> State {
    let format = "{{.Config.Image}}|{{.State.Status}}|{{.Created}}";
    let answer = ask(docker, &["container", "inspect", "--format", format, name]);
    let mut parts = answer.split('|');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (image, status, created) = (part(), part(), part());
    let is_ours = docker.names().containers.contains(&name)
        && (docker.names().has_repository(&image) || [POSTGRES_IMAGE, COCKROACH_IMAGE].contains(&&*image));
    let owner = match (answer.is_empty(), is_ours) {
        (true, _) => "gone",
        (false, true) => "tutorial",
        (false, false) => "stranger",
    };
    vec![
        ("name", name.to_owned()),
        ("image", image),
        ("status", status),
        ("created", day(&created)),
        ("owner", owner.to_owned()),
    ]
}

fn network_taken(name: &str, docker: &Docker) -> State {
    let format = r#"{{range .Containers}}{{.Name}} {{end}}|{{.Created.Format "2006-01-02"}}"#;
    let answer = ask(docker, &["network", "inspect", "--format", format, name]);
    let (containers, created) = answer.split_once('|').unwrap_or_default();
    let containers = list(containers.split_whitespace());
    let use_ = match (answer.is_empty(), containers.is_empty()) {
        (true, _) => "unknown",
        (false, true) => "unused",
        (false, false) => "used",
    };
    vec![
        ("name", name.to_owned()),
        ("containers", containers),
        ("created", created.to_owned()),
        ("use", use_.to_owned()),
    ]
}

fn volume_in_use(name: &str, docker: &Docker) -> State {
    let filter = format!("volume={name}");
    let format = "{{.Names}}";
    let answer = ask(
        docker,
        &[
            "container",
            "ls",
            "--all",
            "--filter",
            &filter,
            "--format",
            format,
        ],
    );
    let users = if answer.is_empty() { "none" } else { "some" };
    vec![
        ("name", name.to_owned()),
        ("users", users.to_owned()),
        ("containers", list(answer.lines())),
        ("typed", answer.lines().collect::<Vec<_>>().join(" ")),
    ]
}

fn disk(docker: &Docker) -> State {
    let folder = ask(docker, &["info", "--format", "{{.DockerRootDir}}"]);
    let free = Some(&folder)
        .filter(|folder| !folder.is_empty())
        .and_then(|folder| platform::free_bytes(folder));
    let room = match free {
        None => "unknown",
        Some(free) if free < LITTLE_BYTES => "little",
        Some(_) => "enough",
    };
    vec![
        ("folder", folder),
        ("free", free.map(size).unwrap_or_default()),
        ("room", room.to_owned()),
    ]
}

fn wrong_architecture(program: &str, docker: &Docker) -> State {
    let emulated = platform::emulated_processors();
    vec![
        ("program", program.to_owned()),
        ("engine", platform_of(docker)),
        ("emulated", list(emulated.iter().map(String::as_str))),
        (
            "emulators",
            if emulated.is_empty() { "none" } else { "some" }.to_owned(),
        ),
    ]
}

fn certificate(host: &str, docker: &Docker) -> State {
    let proxy = proxy(docker);
    let between = match (host.is_empty(), proxy.is_empty()) {
        (true, _) => "step",
        (false, true) => "direct",
        (false, false) => "proxy",
    };
    vec![
        ("host", host.to_owned()),
        ("proxy", proxy),
        ("between", between.to_owned()),
        ("setup", setup().to_owned()),
    ]
}

fn clocks(time: &str, docker: &Docker) -> State {
    let here = OffsetDateTime::now_utc();
    let engine = ask(docker, &["info", "--format", "{{.SystemTime}}"]);
    let engine = parse(&engine);
    let apart = engine.map(|engine| engine - here);
    let clocks = match apart {
        None => "unknown",
        Some(apart) if apart > CLOCKS_DIFFER => "ahead",
        Some(apart) if apart < -CLOCKS_DIFFER => "behind",
        Some(_) => "agree",
    };
    let said = match (time.is_empty(), parse(time)) {
        (true, _) => "unknown",
        (false, Some(_)) => "moment",
        (false, None) => "span",
    };
    let apart = apart.map_or(0, |apart| apart.whole_minutes().abs());
    vec![
        ("time", time.to_owned()),
        ("said", said.to_owned()),
        ("here", clock(here)),
        ("engine", engine.map(clock).unwrap_or_default()),
        ("clocks", clocks.to_owned()),
        ("minutes", apart.to_string()),
        ("setup", setup().to_owned()),
    ]
}

fn registry(host: &str, docker: &Docker) -> State {
    let proxy = proxy(docker);
    let way = if proxy.is_empty() { "direct" } else { "proxy" };
    vec![
        ("host", host.to_owned()),
        ("proxy", proxy),
        ("way", way.to_owned()),
        ("setup", setup().to_owned()),
    ]
}

/// The proxy that the engine reaches registries through; empty where there is none.
fn proxy(docker: &Docker) -> String {
    let format = "{{.HTTPSProxy}}|{{.HTTPProxy}}";
    let answer = ask(docker, &["info", "--format", format]);
    let mut proxies = answer.split('|').filter(|proxy| !proxy.is_empty());
    proxies.next().unwrap_or_default().to_owned()
}

fn plugin_missing(plugin: &str, docker: &Docker) -> State {
    let format = "{{range .ClientInfo.Plugins}}{{.Name}} {{end}}";
    let there = ask(docker, &["info", "--format", format]);
    let client = ask(docker, &["version", "--format", "{{.Client.Version}}"]);
    let there = list(there.split_whitespace());
    let others = if there.is_empty() { "none" } else { "some" };
    vec![
        ("plugin", plugin.to_owned()),
        ("there", there),
        ("others", others.to_owned()),
        ("client", client),
        ("setup", setup().to_owned()),
    ]
}

fn builder(docker: &Docker) -> State {
    let version = version(docker);
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    let age = match major {
        None => "unknown",
        Some(major) if major < preflight::ENGINE_MIN => "old",
        Some(_) => "new",
    };
    vec![
        ("version", version),
        ("age", age.to_owned()),
        ("minimum", preflight::ENGINE_MIN.to_string()),
    ]
}

fn database(address: &str, docker: &Docker) -> State {
    let format = "{{.State.Status}}|{{.State.StartedAt}}|{{.State.ExitCode}}";
    let answer = ask(docker, &["container", "inspect", "--format", format, DATABASE]);
    let mut parts = answer.split('|');
    let mut part = || parts.next().unwrap_or_default();
    let (status, started, code) = (part(), part(), part());
    let status = match status {
        "" => "missing",
        "running" => "running",
        _ => "ended",
    };
    vec![
        ("address", address.to_owned()),
        ("container", DATABASE.to_owned()),
        ("status", status.to_owned()),
        ("code", code.to_owned()),
        ("seconds", seconds_since(started).unwrap_or_default()),
    ]
}

fn password(user: &str, docker: &Docker) -> State {
    let created = ["volume", "inspect", "--format", "{{.CreatedAt}}", DATABASE];
    let volume = parse(&ask(docker, &created));
    let created = ["container", "inspect", "--format", "{{.Created}}", DATABASE];
    let container = parse(&ask(docker, &created));
    // A chapter makes the one right after the other.
    let data = match (volume, container) {
        (Some(volume), Some(container)) if container - volume > CLOCKS_DIFFER => "older",
        (Some(_), _) => "there",
        (None, _) => "none",
    };
    vec![
        ("user", user.to_owned()),
        ("data", data.to_owned()),
        ("volume", DATABASE.to_owned()),
        ("created", volume.map(clock).unwrap_or_default()),
    ]
}

fn image_missing(name: &str, docker: &Docker) -> State {
    let name = name.trim_start_matches("docker.io/library/");
    let repository = ImageName::parse(name).repository;
    let format = "{{.Repository}}:{{.Tag}}";
    let there = ask(docker, &["image", "ls", "--format", format, repository]);
    let platform = ask(
        docker,
        &["image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", name],
    );
    let there: Vec<_> = there.lines().filter(|image| !image.contains("<none>")).collect();
    let found = match (platform.is_empty(), there.is_empty()) {
        (false, _) => "platform",
        (true, false) => "tags",
        (true, true) => "nothing",
    };
    let origin = if docker.names().has_repository(repository) {
        "built"
    } else if docker.names().base_images.contains(&name) {
        "base"
    } else if name == POSTGRES_IMAGE {
        "database"
    } else {
        "other"
    };
    vec![
        ("name", name.to_owned()),
        ("repository", repository.to_owned()),
        ("found", found.to_owned()),
        ("there", list(there.into_iter())),
        ("platform", platform),
        ("origin", origin.to_owned()),
        ("setup", setup().to_owned()),
    ]
}

fn network_missing(name: &str, docker: &Docker) -> State {
    let filter = [
        "network",
        "ls",
        "--filter",
        "type=custom",
        "--format",
        "{{.Name}}",
    ];
    let there = list(ask(docker, &filter).lines());
    let others = if there.is_empty() { "none" } else { "some" };
    let is_ours = docker.names().networks.contains(&name);
    vec![
        ("name", name.to_owned()),
        ("there", there),
        ("others", others.to_owned()),
        ("origin", if is_ours { "tutorial" } else { "other" }.to_owned()),
    ]
}

fn pool(docker: &Docker) -> State {
    let custom = [
        "network",
        "ls",
        "--filter",
        "type=custom",
        "--format",
        "{{.Name}}",
    ];
    let unused = [
        "network",
        "ls",
        "--filter",
        "dangling=true",
        "--format",
        "{{.Name}}",
    ];
    let count = |list: &[&str]| {
        let names = docker.ask(list).ok();
        names.map_or_else(String::new, |names| names.lines().count().to_string())
    };
    vec![("networks", count(&custom)), ("unused", count(&unused))]
}

fn published_elsewhere(port: u16, docker: &Docker) -> State {
    let endpoint = docker.endpoint().unwrap_or_default();
    // A socket file reaches into a container; an address leads away.
    let place = if endpoint.is_of_another_machine() {
        "machine"
    } else {
        "namespace"
    };
    vec![
        ("port", port.to_string()),
        ("container", docker.container_on(port).unwrap_or_default()),
        ("address", endpoint.address),
        ("place", place.to_owned()),
    ]
}

/// Of the engine: `linux/amd64`; empty where it does not answer.
fn platform_of(docker: &Docker) -> String {
    ask(
        docker,
        &["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"],
    )
}

fn version(docker: &Docker) -> String {
    ask(docker, &["version", "--format", "{{.Server.Version}}"])
}

/// What `docker` answers; empty where it does not.
fn ask(docker: &Docker, arguments: &[&str]) -> String {
    let answer = docker.ask(arguments).unwrap_or_default();
    answer.trim().to_owned()
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
    let time = time.to_offset(time::UtcOffset::UTC);
    let (date, hour, minute) = (time.date(), time.hour(), time.minute());
    format!("{date} {hour:02}:{minute:02} UTC")
}

/// The date of a time; empty where it is none.
fn day(time: &str) -> String {
    parse(time).map_or_else(String::new, |time| time.date().to_string())
}

/// Whole seconds; `None` for a time that is none, or has not come.
fn seconds_since(time: &str) -> Option<String> {
    let seconds = (OffsetDateTime::now_utc() - parse(time)?).whole_seconds();
    (seconds >= 0).then(|| seconds.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::process::Runner;

    #[test]
    fn a_socket_that_is_there_is_told_from_one_that_is_not() {
        let docker = Docker::new(Runner::new(BTreeMap::new(), Arc::default()), None);
        let state = |address: &str| engine_address(address, &docker)[2].1.clone();
        assert_eq!(state("unix:///nowhere/docker.sock"), "missing");
        assert_eq!(state("unix:///"), "silent");
        assert_eq!(state("tcp://192.0.2.1:2375"), "elsewhere");
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
