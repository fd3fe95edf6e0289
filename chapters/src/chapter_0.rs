//! The first steps, before chapter 1: everyday commands.

use tutorial_engine::prelude::*;

use crate::TUTORIAL;

/// First steps.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-0", "0-first-steps");

    chapter.section("first-version");
    run!(chapter, "docker version").shows("Client").shows("Server").varies_with(Part::Engine);

    chapter.section("first-container");
    run!(chapter, "docker run --rm rust:1.95-slim-bookworm cargo --version").shows("cargo 1.95");

    chapter.section("first-list");
    run!(chapter, "docker run --detach --name rest-server rust:1.95-slim-bookworm sleep 600")
        .shows("<container-1>");
    wait_until!(chapter, "docker ps").shows("<container-1>").shows("rest-server");
    run!(chapter, "docker rm --force rest-server").shows("rest-server");

    // The columns of the list depend on the client's version.
    chapter.section("first-image");
    run!(chapter, "docker build --tag docker-gs-ping:first chapters/listings/2")
        .shows("naming to docker.io/library/docker-gs-ping:first");
    run!(chapter, "docker images").shows("docker-gs-ping").shows("first").varies_with(Part::Client);
    chapter
}
