//! Chapter 3: a Dockerfile, instruction by instruction.

use tutorial_engine::prelude::*;

use crate::{TUTORIAL, effects};

/// Writing a Dockerfile.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-3", "3-writing").port(8080);

    chapter.section("3");
    run!(chapter, "cat chapters/listings/3-2.Dockerfile").shows("# syntax=docker/dockerfile:1");

    chapter.section("3-1-directive");
    run!(chapter, "docker build chapters/listings/3-1")
        .shows("docker/dockerfile:1")
        .showing_step("resolve image config for docker.io/docker/dockerfile:1");

    // On the second line, the directive is an ordinary comment.
    chapter.section("3-1-comment");
    run!(chapter, "cat chapters/listings/3-1/after-comment.Dockerfile").shows("# syntax=docker/dockerfile:1");
    run!(chapter, "docker build --file chapters/listings/3-1/after-comment.Dockerfile chapters/listings/3-1")
        .shows("[1/1] COPY greeting.txt /")
        .but_not("resolve image config for");

    // A cached step prints nothing, so --no-cache is needed.
    chapter.section("3-1-heredoc");
    run!(chapter, "cat chapters/listings/3-1/heredoc.Dockerfile").shows("RUN <<LINES");
    run!(
        chapter,
        "docker build --no-cache --file chapters/listings/3-1/heredoc.Dockerfile chapters/listings/3-1"
    )
    .shows("the second line")
    .showing_step("RUN <<LINES");

    chapter.section("3-2");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-2 --file chapters/listings/3-2.Dockerfile .")
        .shows("FROM docker.io/library/rust:1.95-slim-bookworm");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-2 cargo --version").shows("cargo 1.95");

    chapter.section("3-3").after("3-2");
    run!(chapter, "tail -n 1 chapters/listings/3-3.Dockerfile").shows("WORKDIR /app");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-3 --file chapters/listings/3-3.Dockerfile .")
        .shows("[2/2] WORKDIR /app");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-2 pwd").shows("/").but_not("/app");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-3 pwd").shows("/app");

    chapter.section("3-4");
    run!(chapter, "tail -n 2 chapters/listings/3-4.Dockerfile").shows("COPY server/Cargo.toml Cargo.lock ./");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-4 --file chapters/listings/3-4.Dockerfile .")
        .shows("COPY server/Cargo.toml Cargo.lock ./");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-4 ls -A")
        .shows("Cargo.lock")
        .shows("Cargo.toml");

    // Names are case-sensitive: the file is called Cargo.toml.
    chapter.section("3-4-missing");
    run!(chapter, "tail -n 1 chapters/listings/3-4/missing.Dockerfile").shows("COPY cargo.toml ./");
    run!(chapter, "docker build --file chapters/listings/3-4/missing.Dockerfile server")
        .shows("\"/cargo.toml\": not found")
        .exits_with(1);

    // README.md exists, but .dockerignore excludes it from the context.
    chapter.section("3-4-ignored");
    run!(chapter, "ls README.md").shows("README.md");
    run!(chapter, "tail -n 1 chapters/listings/3-4/ignored.Dockerfile").shows("COPY README.md ./");
    run!(chapter, "docker build --file chapters/listings/3-4/ignored.Dockerfile .")
        .shows("\"/README.md\": not found")
        .exits_with(1);

    // Nothing is added to /app, because crates go to Cargo's own folder.
    chapter.section("3-5");
    run!(chapter, "tail -n 1 chapters/listings/3-5.Dockerfile").shows("RUN cargo fetch");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-5 --file chapters/listings/3-5.Dockerfile .")
        .shows("RUN cargo fetch");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-5 ls -A")
        .shows("Cargo.toml")
        .but_not("registry");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-5 ls /usr/local/cargo/registry").shows("cache");

    // The manifest from `cargo init` names no source file, so Cargo looks for one.
    chapter.section("3-5-own");
    run!(chapter, "cat chapters/listings/3-5/Cargo.toml").shows("[package]");
    run!(chapter, "tail -n 2 chapters/listings/3-5/own.Dockerfile").shows("COPY Cargo.toml ./");
    run!(chapter, "docker build --file chapters/listings/3-5/own.Dockerfile chapters/listings/3-5")
        .shows("no targets specified in the manifest")
        .exits_with(1);
    run!(chapter, "tail -n 1 chapters/listings/3-5/own-with-source.Dockerfile").shows("src/main.rs");
    run!(chapter, "docker build --tag docker-gs-ping-step:own --file chapters/listings/3-5/own-with-source.Dockerfile chapters/listings/3-5")
        .shows("naming to docker.io/library/docker-gs-ping-step:own");

    // The lock file belongs to the workspace and has crates that the service does not use.
    chapter.section("3-5-locked");
    run!(chapter, "tail -n 1 chapters/listings/3-5/locked.Dockerfile").shows("--locked");
    run!(chapter, "docker build --file chapters/listings/3-5/locked.Dockerfile .")
        .shows("cannot update the lock file /app/Cargo.lock because --locked was passed")
        .exits_with(1);

    chapter.section("3-6");
    run!(chapter, "tail -n 1 chapters/listings/3-6.Dockerfile").shows("COPY server/src ./src");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-6 --file chapters/listings/3-6.Dockerfile .")
        .shows("COPY server/src ./src");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-6 ls src").shows("lib.rs");

    chapter.section("3-7");
    run!(chapter, "tail -n 2 chapters/listings/3-7.Dockerfile").shows("RUN cargo build");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-7 --file chapters/listings/3-7.Dockerfile .")
        .shows("RUN cargo build --release --offline --no-default-features --bin docker-gs-ping");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-7 stat --format '%A %n' /docker-gs-ping")
        .shows("-rwxr-xr-x /docker-gs-ping");

    chapter.section("3-8");
    run!(chapter, "tail -n 1 chapters/listings/3-8.Dockerfile").shows("EXPOSE 8080");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-8 --file chapters/listings/3-8.Dockerfile .")
        .shows("naming to docker.io/library/docker-gs-ping-step:3-8");
    run!(chapter, "docker image inspect --format '{{json .Config.ExposedPorts}}' docker-gs-ping-step:3-8")
        .shows("8080/tcp");

    // CMD is a default: arguments after the image's name replace it.
    chapter.section("3-9");
    run!(chapter, "tail -n 1 chapters/listings/3-9.Dockerfile").shows("CMD [ \"/docker-gs-ping\" ]");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-9 --file chapters/listings/3-9.Dockerfile .")
        .shows("naming to docker.io/library/docker-gs-ping-step:3-9");
    run!(chapter, "docker image inspect --format '{{json .Config.Cmd}}' docker-gs-ping-step:3-9")
        .shows("/docker-gs-ping");
    run!(chapter, "docker run --rm docker-gs-ping-step:3-9 echo instead")
        .shows("instead")
        .but_not("http server");

    // At least seven layers: the number of the base image's own layers may change.
    chapter.section("3-10").after("3-9");
    run!(chapter, "cat chapters/listings/3-9.Dockerfile")
        .shows("FROM")
        .shows("WORKDIR")
        .shows("COPY")
        .shows("RUN")
        .shows("EXPOSE")
        .shows("CMD");
    run!(
        chapter,
        "docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' docker-gs-ping-step:3-9"
    )
    .shows("<layer-1>")
    .shows("<layer-7>")
    .varies_with(Part::BaseImages);

    // The file with comments gives the same layers, but not always the same id: an engine may store the
    // build time in the image.
    chapter.section("3-11").after("3-10");
    run!(chapter, "cat Dockerfile").shows("# Download the crates");
    run!(chapter, "docker build --tag docker-gs-ping-step:3-11 .")
        .shows("naming to docker.io/library/docker-gs-ping-step:3-11");
    run!(chapter, "docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' docker-gs-ping-step:3-11")
        .shows("<layer-1>").naming_nothing_new().varies_with(Part::BaseImages);

    // Builds a copy of the project with a changed source file; the crates are not fetched again. The
    // change is random, because the cache would also have a change that was built before.
    chapter.section("3-11-cache").after("3-6");
    afterwards!(chapter, "rm -R target/chapter-3");
    run!(chapter, "mkdir -p target/chapter-3").shows_nothing();
    run!(chapter, "cp -R .cargo Cargo.lock server target/chapter-3").shows_nothing();
    run!(chapter, "dd if=/dev/urandom of=target/chapter-3/server/src/lib.rs bs=16 count=1 status=none")
        .shows_nothing();
    run!(chapter, "docker build --file chapters/listings/3-6.Dockerfile target/chapter-3")
        .shows("CACHED")
        .cached("RUN cargo fetch")
        .rebuilt("COPY server/src");

    // Without --tag an image has no name at all.
    chapter.section("3-12-untagged");
    run!(chapter, "docker build --quiet chapters/listings/3-1").shows("<image-1>");
    run!(chapter, "docker image inspect --format '{{.RepoTags}}' <image-1>").shows("[]");

    chapter.section("3-12");
    run!(chapter, "docker build --tag docker-gs-ping .")
        .shows("naming to docker.io/library/docker-gs-ping")
        .showing_step("exporting to image");
    run!(
        chapter,
        "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.Size}}' docker-gs-ping"
    )
    .shows("latest")
    .shows("<image-2>");

    // A tag is another name for the same image, not a copy.
    chapter.section("3-12-tag").after("3-12");
    run!(chapter, "docker image tag docker-gs-ping:latest docker-gs-ping:v1.0").shows_nothing();
    run!(
        chapter,
        "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.Size}}' docker-gs-ping"
    )
    .shows("latest")
    .shows("v1.0")
    .but_not("<image-3>");
    run!(chapter, "docker image rm docker-gs-ping:v1.0")
        .shows("Untagged: docker-gs-ping:v1.0")
        .but_not("Deleted");
    run!(
        chapter,
        "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.Size}}' docker-gs-ping"
    )
    .shows("latest")
    .but_not("v1.0");

    // The label selects our images among those without a name.
    chapter.section("3-12-prune");
    run!(chapter, "docker build --label tidy chapters/listings/3-1").but_not("naming to docker.io");
    run!(chapter, "docker image ls --filter label=tidy --format 'table {{.Repository}}\\t{{.Tag}}'")
        .shows("<none>");
    run!(chapter, "docker image prune --force --filter label=tidy")
        .shows("Total reclaimed space")
        .varies_with(Part::ImageStore);
    run!(chapter, "docker image ls --filter label=tidy --format 'table {{.Repository}}\\t{{.Tag}}'")
        .but_not("<none>");

    // The reader's own Dockerfile, in place of the last listing. The new file in the sources is random,
    // because the build cache would also have a change that was built before. The last build has a proxy at
    // a port where nothing listens: a step that downloads fails, whatever it prints, and one from the cache
    // does not, because Docker leaves a proxy out of the comparison.
    chapter.section("3-yours").answer("chapters/listings/3-9.Dockerfile");
    afterwards!(chapter, "rm -R target/chapter-3-yours");
    run!(chapter, "mkdir -p target/chapter-3-yours").shows_nothing();
    run!(chapter, "cp -R .cargo Cargo.lock server target/chapter-3-yours").shows_nothing();
    run!(chapter, "docker build --tag docker-gs-ping-step:yours --file chapters/listings/3-9.Dockerfile .")
        .shows("naming to docker.io/library/docker-gs-ping-step:yours");
    run!(chapter, "docker image inspect --format '{{json .Config.WorkingDir}}' docker-gs-ping-step:yours")
        .shows("\"/app\"")
        .proves(effects::WORKDIR);
    run!(chapter, "docker image inspect --format '{{json .Config.ExposedPorts}}' docker-gs-ping-step:yours")
        .shows("\"8080/tcp\"")
        .proves(effects::EXPOSE);
    run!(chapter, "docker image history --no-trunc --format '{{.CreatedBy}}' docker-gs-ping-step:yours")
        .shows("Cargo.toml")
        .shows("server/src")
        .proves(effects::STEPS)
        .varies_with(Part::BaseImages);
    run!(chapter, "docker run --detach --name rest-server --publish 8080:8080 docker-gs-ping-step:yours")
        .shows("<container-1>")
        .proves(effects::ANSWERS);
    run!(chapter, "docker container inspect --format '{{json .Path}}' rest-server")
        .shows("docker-gs-ping\"")
        .proves(effects::CMD);
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/")
        .shows("Hello, Docker! <3")
        .proves(effects::ANSWERS)
        .for_at_most(effects::START_LIMIT);
    run!(chapter, "docker container rm --force rest-server").shows("rest-server");
    run!(chapter, "dd if=/dev/urandom of=target/chapter-3-yours/server/src/new.rs bs=16 count=1 status=none")
        .shows_nothing();
    run!(chapter, "docker build --build-arg HTTP_PROXY=http://127.0.0.1:9 --build-arg HTTPS_PROXY=http://127.0.0.1:9 --file chapters/listings/3-9.Dockerfile target/chapter-3-yours")
        .proves(effects::FETCHES_ONCE);

    // The copy from 3-11-cache, already built: a newer file time does not count as a change.
    chapter.section("3-exercise-1").after("3-11-cache");
    run!(chapter, "touch target/chapter-3/server/src/lib.rs").shows_nothing();
    run!(chapter, "docker build --file chapters/listings/3-6.Dockerfile target/chapter-3")
        .shows("CACHED")
        .cached("COPY server/src");

    // User and folder are defaults, too; docker run can replace them.
    chapter.section("3-exercise-2").after("3-12");
    run!(chapter, "docker run --rm docker-gs-ping id --user --name").shows("root");
    run!(chapter, "docker run --rm --user 65532 docker-gs-ping id --user").shows("65532");
    run!(chapter, "docker run --rm --workdir / docker-gs-ping pwd").shows("/").but_not("/app");

    // The reader's own crate, with its Dockerfile.
    chapter.section("3-exercise-3").answer("chapters/listings/words");
    afterwards!(chapter, "rm -R target/chapter-3-crate");
    run!(chapter, "mkdir -p target/chapter-3-crate").shows_nothing();
    run!(chapter, "cp -R chapters/listings/words/. target/chapter-3-crate").shows_nothing();
    run!(chapter, "docker build --tag docker-gs-ping-step:crate target/chapter-3-crate")
        .shows("naming to docker.io/library/docker-gs-ping-step:crate");
    run!(chapter, "docker run --rm docker-gs-ping-step:crate").shows_something().proves(effects::RUNS);
    run!(chapter, "dd if=/dev/urandom of=target/chapter-3-crate/src/new.rs bs=16 count=1 status=none")
        .shows_nothing();
    run!(chapter, "docker build --build-arg HTTP_PROXY=http://127.0.0.1:9 --build-arg HTTPS_PROXY=http://127.0.0.1:9 target/chapter-3-crate")
        .proves(effects::FETCHES_ONCE);
    chapter
}
