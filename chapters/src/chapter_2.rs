//! Chapter 2: a text file becomes an image.

use tutorial_engine::prelude::*;

use crate::{TUTORIAL, effects};

/// The Dockerfile and its name.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-2", "2-dockerfile");

    chapter.section("2");
    run!(chapter, "cat chapters/listings/2/Dockerfile").shows("FROM rust");
    run!(chapter, "docker build --tag docker-gs-ping:dockerfile chapters/listings/2")
        .shows("naming to docker.io/library/docker-gs-ping:dockerfile");
    run!(chapter, "docker run --rm docker-gs-ping:dockerfile").shows("built from Dockerfile");

    // Docker looks for this name at the root of the build context, here `server`.
    chapter.section("2-1-missing");
    run!(chapter, "docker build server")
        .shows("open Dockerfile: no such file or directory")
        .exits_with(1);

    chapter.section("2-1-file");
    run!(chapter, "docker build --tag docker-gs-ping:suffix --file chapters/listings/2/Dockerfile.other chapters/listings/2")
        .shows("naming to docker.io/library/docker-gs-ping:suffix");
    run!(chapter, "docker run --rm docker-gs-ping:suffix").shows("built from Dockerfile.other");
    run!(chapter, "docker build --tag docker-gs-ping:prefix --file chapters/listings/2/other.Dockerfile chapters/listings/2")
        .shows("naming to docker.io/library/docker-gs-ping:prefix");
    run!(chapter, "docker run --rm docker-gs-ping:prefix").shows("built from other.Dockerfile");

    // The file and the context are separate arguments: `server` does not need its own Dockerfile.
    chapter.section("2-exercise-1");
    run!(chapter, "docker build --tag docker-gs-ping:elsewhere --file chapters/listings/2/Dockerfile server")
        .shows("naming to docker.io/library/docker-gs-ping:elsewhere");
    run!(chapter, "docker run --rm docker-gs-ping:elsewhere").shows("built from Dockerfile");

    // --file is relative to the current folder, not to the context.
    chapter.section("2-exercise-2");
    run!(chapter, "docker build --file Dockerfile.other chapters/listings/2")
        .shows("open Dockerfile.other: no such file or directory")
        .exits_with(1);

    // The third mistake shows only in a container: what is no JSON list is a line for the shell.
    chapter.section("2-exercise-3").answer("chapters/listings/2-exercise-3/mended.Dockerfile");
    run!(chapter, "docker build --tag docker-gs-ping:mended --file chapters/listings/2-exercise-3/mended.Dockerfile chapters/listings/2-exercise-3")
        .shows("naming to docker.io/library/docker-gs-ping:mended");
    run!(chapter, "docker run --rm docker-gs-ping:mended").shows("It works.").proves(effects::GREETS);
    run!(chapter, "docker image inspect --format '{{json .Config.Entrypoint}} {{json .Config.Cmd}}' docker-gs-ping:mended")
        .but_not("sh\"")
        .proves(effects::LIST);
    chapter
}
