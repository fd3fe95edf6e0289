//! Chapter 1: requirements and the route through the book.

use tutorial_engine::prelude::*;

use crate::TUTORIAL;

/// Requirements and route.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-1", "1-requirements")
        .port(80)
        .port(8080)
        .port(26257)
        .showing_preflight();

    chapter.section("1");
    run!(chapter, "docker version --format 'client {{.Client.Version}}, engine {{.Server.Version}}'")
        .shows("<version-1>")
        .shows("<version-2>");
    run!(chapter, "docker buildx version").shows("buildx");
    run!(chapter, "docker compose version").shows("Docker Compose version");
    run!(chapter, "docker info --format '{{.OSType}}/{{.Architecture}}'").shows("linux/");

    // The route leads from the first file to the second.
    chapter.section("1-1");
    run!(chapter, "ls Dockerfile Dockerfile.multistage").shows("Dockerfile.multistage");

    chapter.section("1-exercise-1");
    run!(chapter, "docker version --format '{{range .Server.Components}}{{println .Name}}{{end}}'")
        .shows("Engine")
        .shows("containerd")
        .shows("runc");

    // No engine listens there; the answer does not need one.
    chapter.section("1-exercise-2");
    run!(chapter, "docker --host unix:///nowhere/docker.sock buildx version")
        .shows("github.com/docker/buildx");
    run!(chapter, "docker --host unix:///nowhere/docker.sock compose version")
        .shows("Docker Compose version");
    chapter
}
