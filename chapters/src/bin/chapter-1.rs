//! Chapter 1: what you need, and where the road leads.
use chapters::prelude::*;

/// Requirements and route.
pub const CHAPTER: Outline = Outline {
    tutorial: &RUNNING_RUST_IN_DOCKER,
    name: "chapter-1",
    page: "1-requirements",
    ports: &[80, 8080, 26257],
    has_database: false,
    shows_preflight: true,
    commands,
};

fn main() -> ExitCode {
    chapters::reader::open(&[CHAPTER], std::env::args_os(), std::env::vars_os())
}

fn commands(chapter: &mut Chapter) -> Result<(), Error> {
    chapter.section("1");
    run!(
        chapter,
        "docker version --format 'client {{.Client.Version}}, engine {{.Server.Version}}'",
        shows("<version-1>").and("<version-2>")
    )?;
    run!(chapter, "docker buildx version", shows("buildx"))?;
    run!(chapter, "docker compose version", shows("Docker Compose version"))?;
    run!(
        chapter,
        "docker info --format '{{.OSType}}/{{.Architecture}}'",
        shows("linux/")
    )?;

    // The road leads from the first file to the second.
    chapter.section("1-1");
    run!(
        chapter,
        "ls Dockerfile Dockerfile.multistage",
        shows("Dockerfile.multistage")
    )?;

    // Not the client's system: that may be another one.
    chapter.section("1-exercise-1");
    run!(
        chapter,
        "docker version --format '{{.Server.Os}}'",
        shows("linux")
    )?;
    run!(chapter, "docker info --format '{{.OSType}}'", shows("linux"))?;

    // No engine listens there, and none is needed to answer.
    chapter.section("1-exercise-2");
    run!(
        chapter,
        "docker --host unix:///nowhere/docker.sock buildx version",
        shows("github.com/docker/buildx")
    )?;
    run!(
        chapter,
        "docker --host unix:///nowhere/docker.sock compose version",
        shows("Docker Compose version")
    )?;

    chapter.section("1-exercise-3");
    run!(
        chapter,
        "grep --count ^FROM Dockerfile Dockerfile.multistage",
        shows("Dockerfile:1").and("Dockerfile.multistage:3")
    )
}
