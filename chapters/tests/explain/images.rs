//! Explanations of failures of images: builds, platforms, tags.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::on_engine::{docker, engine};
use crate::ran::{RUST, Ran, Things, dockerfile, path};

#[test]
#[ignore = "needs a Docker Engine"]
fn a_program_for_another_processor_is_told_with_the_engines() {
    let _engine = engine();
    let _things = Things::new(&[("image", "strangers-program")]);
    let folder = foreign_program("FROM scratch\nCOPY true /true\nENTRYPOINT [\"/true\"]\n");
    docker(&["build", "--quiet", "--tag", "strangers-program", path(&folder)]);
    let ran = Ran::docker(&["run", "--rm", "strangers-program"]);
    ran.check(
        "wrong-architecture",
        &[
            "The program /true is made for another processor.",
            &format!("--platform {}", platform()),
        ],
    );
    let folder = foreign_program(&format!("FROM {RUST}\nCOPY true /bin/sh\nRUN anything\n"));
    Ran::build(&folder, &[]).check("wrong-architecture", &["The program /bin/sh is made"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_image_for_another_platform_is_told_from_one_that_is_not_there() {
    let _engine = engine();
    let _things = Things::new(&[("container", "strangers-thing"), ("image", "strangers-program")]);
    let foreign = foreign_platform();
    let folder = foreign_program("FROM scratch\nCOPY true /true\nENTRYPOINT [\"/true\"]\n");
    docker(&[
        "build",
        "--quiet",
        "--platform",
        foreign,
        "--tag",
        "strangers-program",
        path(&folder),
    ]);
    let created = Ran::docker(&[
        "container",
        "create",
        "--name",
        "strangers-thing",
        "strangers-program",
    ]);
    assert_eq!(created.outcome.status, Some(0));
    created.check(
        "other-platform",
        &[&format!("The image is made for {foreign}"), &platform()],
    );
    Ran::docker(&["run", "--rm", "--pull=never", "--platform", foreign, RUST]).check(
        "no-such-platform",
        &[
            &format!("There is no image for {foreign} under this name."),
            &platform(),
        ],
    );
    // Without `--pull=never`, the registry is asked, and does not answer.
    Ran::docker(&["run", "--rm", "--platform", foreign, RUST]).check(
        "image-missing",
        &[&format!("It has one of this name for {} only.", platform())],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_client_without_buildx_says_which_plugins_it_finds() {
    let _engine = engine();
    let folder = dockerfile(&format!("FROM {RUST}\nRUN --mount=type=cache,target=/x true\n"));
    without_plugins(&["build", path(&folder)]).check(
        "plugin-missing",
        &["lacks the plugin buildx", "the old builder instead of BuildKit"],
    );
    without_plugins(&["buildx", "version"]).check("plugin-missing", &["docker-buildx-plugin"]);
    without_plugins(&["compose", "version"]).check("plugin-missing", &["lacks the plugin compose"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn the_builder_from_before_buildkit_is_told_by_the_engines_version() {
    let _engine = engine();
    let _things = Things::new(&[("image", "strangers-program")]);
    let folder = dockerfile(&format!("FROM {RUST}\nRUN --mount=type=cache,target=/x true\n"));
    Ran::build(&folder, &[("DOCKER_BUILDKIT", "0")]).check(
        "old-builder",
        &[
            "has BuildKit, so the variable DOCKER_BUILDKIT=0 has switched it off",
            "`unset DOCKER_BUILDKIT`",
        ],
    );
    // It ignores the directive and succeeds.
    let folder = dockerfile("# syntax=docker/dockerfile:1\nFROM scratch\nLABEL a=b\n");
    let build = ["build", "--tag", "strangers-program", path(&folder)];
    let ran = Ran::docker_with(&build, &[("DOCKER_BUILDKIT", "0")]);
    assert_eq!(ran.outcome.status, Some(0), "{}", ran.outcome.output);
    ran.check("old-builder", &["ignores `# syntax=`"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_image_that_is_missing_is_told_with_its_other_tags() {
    let _engine = engine();
    let _things = Things::new(&[("image", "docker-gs-ping-step:explained")]);
    Ran::docker(&["run", "--pull=never", "nobodys-image"]).check(
        "image-missing",
        &[
            "The engine has no image nobodys-image:latest.",
            "Nor has it any other of nobodys-image",
        ],
    );
    let missing = ["run", "--pull=never", "docker-gs-ping-step"];
    Ran::docker(&missing).check("image-missing", &["the chapters build it themselves"]);
    docker(&["image", "tag", RUST, "docker-gs-ping-step:explained"]);
    Ran::docker(&missing).check(
        "image-missing",
        &["Of docker-gs-ping-step it has docker-gs-ping-step:explained; without a tag, `latest` is meant."],
    );
    Ran::docker(&["run", "--rm", "docker-gs-ping-step"])
        .check("image-missing", &["an earlier section builds it"]);
}

/// Runs `docker` without its plugins.
fn without_plugins(arguments: &[&str]) -> Ran {
    let empty = tempfile::tempdir().unwrap();
    let variables = [("DOCKER_CONFIG", path(&empty)), ("EMPTY", path(&empty))];
    let folders = ["/usr/lib", "/usr/libexec", "/usr/local/lib", "/usr/local/libexec"]
        .map(|folder| format!("{folder}/docker/cli-plugins"));
    let folders: Vec<_> = folders
        .into_iter()
        .filter(|folder| Path::new(folder).is_dir())
        .collect();
    if folders.is_empty() {
        return Ran::docker_with(arguments, &variables);
    }
    let mounts = folders
        .iter()
        .map(|folder| format!("mount --bind \"$EMPTY\" {folder} && "));
    let script = mounts.collect::<String>() + "exec docker \"$@\"";
    let unshare = ["--mount", "bash", "-c", &script, "bash"];
    Ran::program("unshare", &[&unshare[..], arguments].concat(), &variables)
}

/// The same, with `true` for a processor that this machine does not have.
fn foreign_program(text: &str) -> TempDir {
    /// Position of the processor in the header of an ELF file.
    const MACHINE: usize = 18;
    const S390: [u8; 2] = [22, 0];
    let folder = dockerfile(text);
    let mut program = fs::read("/bin/true").unwrap();
    program[MACHINE..MACHINE + 2].copy_from_slice(&S390);
    let file = folder.path().join("true");
    fs::write(&file, program).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The engine's platform.
fn platform() -> String {
    let platform = docker(&["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]);
    platform.trim().to_owned()
}

fn foreign_platform() -> &'static str {
    if platform() == "linux/arm64" {
        "linux/amd64"
    } else {
        "linux/arm64"
    }
}
