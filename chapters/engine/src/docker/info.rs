//! What an engine and its client report about themselves.

use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::author::tutorial::Scripts;
use crate::docker::client::{Docker, NoAnswer, read};
use crate::docker::endpoint::{CONTEXT, Endpoint, Network};
use crate::record::image_name::{ImageName, digits};
use crate::record::provenance::{Part, Provenance};
use crate::run::platform;
use crate::run::process::Runner;

/// Oldest major version of the engine with `BuildKit` as the default builder.
pub(crate) const ENGINE_MIN: u32 = 23;

/// The image of `BuildKit`'s Dockerfile frontend that a `# syntax=` line names.
const FRONTEND: &str = "docker/dockerfile:1";

/// Storage driver type that an engine with the containerd image store reports.
const CONTAINERD_STORE: &str = "io.containerd.snapshotter.v1";

/// Time limit for asking a program of the host for its version.
const VERSION_LIMIT: Duration = Duration::from_secs(10);

/// Number of a digest's digits that distinguish two images.
const DIGEST_DIGITS: usize = 12;

const INFO: &[&str] = &["info", "--format", "json"];
const VERSION: &[&str] = &["version", "--format", "json"];

/// Arguments of `docker` that print `GATEWAY|SUBNET`, one a line.
const BRIDGE: &[&str] = &["network", "inspect", "--format", POOLS, "bridge"];
const POOLS: &str = r#"{{range .IPAM.Config}}{{println (print .Gateway "|" .Subnet)}}{{end}}"#;

/// Arguments of `docker` that describe the images named after them, one a line.
const IMAGES: &[&str] = &["image", "inspect", "--format", IMAGE];
const IMAGE: &str = r#"{"id": {{json .Id}}, "names": {{json .RepoTags}}, "labels": {{json .Config.Labels}}}"#;

/// What the engine reports about itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Versions and architecture.
    pub(crate) provenance: Provenance,
    /// Where the client found the engine.
    pub(crate) endpoint: Endpoint,
    /// The engine's own id, which distinguishes it from other engines.
    pub(crate) id: String,
    /// How this shell's network is connected to the engine's.
    pub(crate) network: Network,
    /// The engine's data folder, on the engine's machine.
    pub(crate) root: String,
    /// Base images of the tutorial that the engine does not have yet.
    pub(crate) missing_images: Vec<&'static str>,
}

impl Docker {
    /// Versions, architecture, data folder and base images.
    pub(crate) fn facts(&self) -> Result<Facts, NoAnswer> {
        let names = self.names();
        let wanted = [IMAGES, names.base_images].concat();
        let answers = self.ask_all([INFO, VERSION, CONTEXT, BRIDGE, &wanted]);
        let [info, version, context, bridge, images] = answers;
        let info = read_info(info)?;
        let version = read::<Value>(VERSION, &version.or_else(NoAnswer::output)?)?.pop();
        let version = version.unwrap_or_default();
        let endpoint = Endpoint::read(&context.unwrap_or_default(), &self.runner);
        let bridge = bridge.unwrap_or_default().lines().find_map(gateway);
        // The command fails if an image is missing, but still prints the others.
        let images = read(&wanted, &images.or_else(NoAnswer::output)?)?;
        let image = |name: &str| images.iter().find(|image| is_called(image, name));
        let containerd = elements(&info["DriverStatus"]).find(|status| status[1] == CONTAINERD_STORE);
        let base_images = names.base_images.iter().copied();
        let (plugins, components) = (&info["ClientInfo"]["Plugins"], &version["Server"]["Components"]);
        let part = |name: &str| {
            let mut parts = elements(plugins).chain(elements(components));
            let part = parts.find(|part| part["Name"] == name);
            text(&part.unwrap_or(&Value::Null)["Version"])
        };
        let image_store = containerd.map_or_else(|| text(&info["Driver"]), |_| "containerd".to_owned());
        let frontend = image(FRONTEND).map_or_else(String::new, |image| told_apart(image, names.scripts));
        let architecture = format!("{}/{}", text(&info["OSType"]), text(&info["Architecture"]));
        let mut provenance = host(&self.runner);
        provenance.parts.extend([
            (Part::Engine, text(&info["ServerVersion"])),
            (Part::Client, text(&info["ClientInfo"]["Version"])),
            (Part::Buildx, part("buildx")),
            (Part::Compose, part("compose")),
            (Part::Runc, part("runc")),
            (Part::Containerd, part("containerd")),
            (Part::ImageStore, image_store),
            (Part::Frontend, frontend),
            (Part::Architecture, architecture),
            (Part::BaseImages, origin(&images, names.scripts).to_owned()),
        ]);
        Ok(Facts {
            provenance,
            id: text(&info["ID"]),
            network: network(&info, &endpoint, bridge),
            endpoint,
            root: text(&info["DockerRootDir"]),
            missing_images: base_images.filter(|name| image(name).is_none()).collect(),
        })
    }
}

/// Text in an answer; empty if it is missing.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Elements of a list in an answer; none if it is missing.
fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Without an engine, the client still answers with the reason: depending on its version, inside the
/// answer with status 0, or next to it with another status.
fn read_info(answer: Result<String, NoAnswer>) -> Result<Value, NoAnswer> {
    let has_succeeded = answer.is_ok();
    let output = answer.or_else(NoAnswer::output)?;
    let info = read::<Value>(INFO, &output)?.pop().unwrap_or_default();
    let beside: Vec<&str> = output.lines().filter(|line| !line.starts_with('{')).collect();
    match info["ServerErrors"][0].as_str() {
        Some(error) => Err(NoAnswer::refused(INFO, error)),
        None if has_succeeded && !info.is_null() => Ok(info),
        None => Err(NoAnswer::refused(INFO, &beside.join("\n"))),
    }
}

/// `bridge` is the engine's address in its network of that name. Another engine may have the same
/// address: most use 172.17.0.1.
fn network(info: &Value, endpoint: &Endpoint, bridge: Option<Ipv4Addr>) -> Network {
    let kernel = platform::kernel();
    let has_own = info["OperatingSystem"] == "Docker Desktop"
        || info["SecurityOptions"].to_string().contains("rootless")
        || info["KernelVersion"] != *kernel;
    if endpoint.is_of_another_machine() {
        Network::OtherMachine
    } else if has_own {
        Network::Forwarded
    } else if bridge.is_some_and(platform::is_own_address) {
        Network::Shared
    } else if kernel.contains("WSL") {
        // All distributions of WSL 2 run on one kernel, and ports are forwarded between them.
        Network::Forwarded
    } else {
        Network::Apart
    }
}

fn is_called(image: &Value, name: &str) -> bool {
    let name = ImageName::parse(name).with_tag().to_string();
    elements(&image["names"]).any(|own| *own == name)
}

/// Whether a tutorial's script assembled an image.
fn is_assembled(image: &Value, scripts: Option<&Scripts>) -> bool {
    scripts.is_some_and(|scripts| text(&image["labels"][scripts.label.0]).contains(scripts.label.1))
}

/// The value of [`Part::Frontend`]. An assembled image has a different id on each machine although it is
/// the same, so its id is not used.
fn told_apart(image: &Value, scripts: Option<&Scripts>) -> String {
    if is_assembled(image, scripts) {
        return "assembled".to_owned();
    }
    digits(&text(&image["id"])).chars().take(DIGEST_DIGITS).collect()
}

/// The origin of base images: the value of [`Part::BaseImages`].
fn origin(images: &[Value], scripts: Option<&Scripts>) -> &'static str {
    let assembled = images.iter().filter(|image| is_assembled(image, scripts));
    match assembled.count() {
        0 => "pulled",
        count if count == images.len() => "assembled",
        _ => "mixed",
    }
}

/// Versions of the host's programs that commands use besides an engine.
pub(crate) fn host(runner: &Runner) -> Provenance {
    let mut curl = Command::new("curl");
    curl.arg("--version");
    let said = runner.run(curl, VERSION_LIMIT, &mut |_| {});
    let said = said.map(|outcome| outcome.output).unwrap_or_default();
    let curl = said.split_whitespace().nth(1).unwrap_or_default();
    let (curl, system) = (curl.to_owned(), platform::operating_system());
    Provenance {
        recorded_on: String::new(),
        parts: [(Part::Curl, curl), (Part::OperatingSystem, system)].into(),
    }
}

/// The first number of a version; `None` if the text is not a version.
pub(crate) fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

/// The gateway in a line such as `172.17.0.1|172.17.0.0/16`; `None` if it has no IPv4. An engine that
/// has just created its bridge prints no gateway but uses the first address of the subnet
/// (<https://github.com/moby/moby/issues/26799>).
fn gateway(line: &str) -> Option<Ipv4Addr> {
    let (gateway, subnet) = line.split_once('|')?;
    gateway.parse().ok().or_else(|| {
        let (network, _) = subnet.split_once('/')?;
        let network: Ipv4Addr = network.parse().ok()?;
        network.to_bits().checked_add(1).map(Ipv4Addr::from_bits)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::author::tutorial::EXAMPLE;

    #[test]
    fn the_gateway_of_a_bridge_that_names_none_is_its_first_address() {
        let first = Some(Ipv4Addr::new(172, 17, 0, 1));
        assert_eq!(gateway("172.17.0.1|172.17.0.0/16"), first);
        assert_eq!(gateway("|172.17.0.0/16"), first);
        assert_eq!(gateway("fd00::1|fd00::/64"), None);
        assert_eq!(gateway(""), None);
    }

    #[track_caller]
    fn check_refused(answer: Result<&str, &str>, expected: &str) {
        let answer = answer.map(str::to_owned);
        let said = read_info(answer.map_err(|output| NoAnswer::refused(INFO, output)));
        let Err(NoAnswer::Refused { output, .. }) = said else {
            panic!("read as an engine's answer: {said:?}")
        };
        assert_eq!(output, expected);
    }

    #[test]
    fn a_client_without_an_engine_says_why_in_its_answer_or_beside_it() {
        let inside =
            r#"{"ServerVersion": "", "ServerErrors": ["no engine"], "ClientInfo": {"Plugins": null}}"#;
        check_refused(Ok(&format!("WARNING: x\n{inside}\n")), "no engine");
        check_refused(
            Err(&format!("{inside}\nerrors pretty printing info\n")),
            "no engine",
        );
        check_refused(Err("{\"ID\": \"\"}\nno engine\n"), "no engine");
        check_refused(Ok("podman version 4.3.1\n"), "podman version 4.3.1");
    }

    #[test]
    fn base_images_come_from_where_their_labels_say() {
        let image =
            |labels: Value| json!({"id": "sha256:0123456789abcdef", "names": ["a:latest"], "labels": labels});
        let description = "assembled from Debian packages; not the upstream image";
        let pulled = image(Value::Null);
        let assembled = image(json!({"org.opencontainers.image.description": description}));
        let scripts = EXAMPLE.docker.unwrap().scripts;
        assert_eq!(told_apart(&pulled, scripts), "0123456789ab");
        assert_eq!(told_apart(&assembled, scripts), "assembled");
        assert_eq!(told_apart(&assembled, None), "0123456789ab");
        assert!(is_called(&pulled, "a"));
        assert!(!is_called(&pulled, "a:1"));
        assert_eq!(origin(&[], scripts), "pulled");
        assert_eq!(origin(&[pulled, assembled], scripts), "mixed");
    }
}
