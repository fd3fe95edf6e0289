//! Chapter 4: several build stages, one small image.

use tutorial_engine::prelude::*;

use crate::{TUTORIAL, effects};

/// Multi-stage builds.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-4", "4-multi-stage");

    chapter.section("4");
    run!(chapter, "grep FROM Dockerfile.multistage")
        .shows("AS build-stage")
        .shows("AS build-release-stage");

    // The size that an engine shows depends on how it stores images; 4-3-files counts the files instead.
    chapter.section("4-1");
    run!(chapter, "docker build --tag docker-gs-ping .").shows("naming to docker.io/library/docker-gs-ping");
    run!(chapter, "docker build --tag docker-gs-ping:multistage --file Dockerfile.multistage .")
        .shows("[build-release-stage 2/3] COPY --from=build-stage")
        .but_not("run-test-stage");
    run!(chapter, "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.Size}}' docker-gs-ping")
        .shows("multistage")
        .megabytes_below("multistage", 15)
        .times("latest", 100.0, "multistage");

    // The image has only what the last stage copies: no shell, no root.
    chapter.section("4-2").after("4-1");
    run!(chapter, "docker run --rm --entrypoint sh docker-gs-ping:multistage")
        .shows("exec: \"sh\": executable file not found in $PATH")
        .exits_with(127);
    run!(chapter, "docker image inspect --format '{{.Config.User}}' docker-gs-ping:multistage")
        .shows("65532:65532");
    run!(chapter, "docker image inspect --format '{{json .Config.Entrypoint}} {{json .Config.Cmd}}' docker-gs-ping:multistage")
        .shows("[\"/docker-gs-ping\"] null");

    // A stage also has a number, but it changes if another stage is put before it. AS gives it a fixed
    // name.
    chapter.section("4-2-number");
    run!(chapter, "cat chapters/listings/4-2/by-number.Dockerfile").shows("COPY --from=0");
    run!(chapter, "docker build --tag docker-gs-ping:by-number --file chapters/listings/4-2/by-number.Dockerfile chapters/listings/4-2")
        .shows("COPY --from=0 /greeting.txt /");

    // The executable comes from --entrypoint, otherwise from ENTRYPOINT; its arguments come from docker
    // run, otherwise from CMD. --entrypoint also disables CMD.
    chapter.section("4-2-entrypoint");
    run!(chapter, "cat chapters/listings/4-2/exec-form.Dockerfile").shows("ENTRYPOINT").shows("CMD");
    run!(chapter, "docker build --tag docker-gs-ping:exec-form --file chapters/listings/4-2/exec-form.Dockerfile chapters/listings/4-2")
        .shows("naming to docker.io/library/docker-gs-ping:exec-form");
    run!(chapter, "docker run --rm docker-gs-ping:exec-form").shows("entrypoint cmd");
    run!(chapter, "docker run --rm docker-gs-ping:exec-form argument")
        .shows("entrypoint argument")
        .but_not("cmd");
    run!(chapter, "docker run --rm --entrypoint echo docker-gs-ping:exec-form argument")
        .shows("argument")
        .but_not("entrypoint");
    run!(chapter, "docker run --rm --entrypoint echo docker-gs-ping:exec-form").shows_nothing();

    chapter.section("4-2-shell-form");
    run!(chapter, "cat chapters/listings/4-2/shell-form.Dockerfile").shows("ENTRYPOINT echo");
    run!(chapter, "docker build --tag docker-gs-ping:shell-form --file chapters/listings/4-2/shell-form.Dockerfile chapters/listings/4-2")
        .shows("naming to docker.io/library/docker-gs-ping:shell-form");
    run!(chapter, "docker run --rm docker-gs-ping:shell-form argument")
        .shows("entrypoint")
        .but_not("argument")
        .but_not("cmd");

    // A cached step prints nothing, so --no-cache-filter is needed.
    chapter.section("4-3-test");
    run!(
        chapter,
        "docker build --target run-test-stage --no-cache-filter run-test-stage --file Dockerfile.multistage ."
    )
    .shows("test result: ok")
    .but_not("FAILED")
    .showing_step("[run-test-stage 2/2]");

    chapter.section("4-3-target");
    run!(chapter, "docker build --target run-tests --file Dockerfile.multistage .")
        .shows("target stage \"run-tests\" could not be found")
        .exits_with(1);

    // The way before stages existed: two files, a container to copy from, a folder to copy to.
    chapter.section("4-3-several-files");
    afterwards!(chapter, "rm -R target/chapter-4");
    run!(chapter, "mkdir -p target/chapter-4").shows_nothing();
    run!(
        chapter,
        "docker build --tag docker-gs-ping:old-build --target build-stage --file Dockerfile.multistage ."
    )
    .shows("[build-stage 7/7] RUN")
    .but_not("build-release-stage");
    run!(chapter, "docker container create docker-gs-ping:old-build").shows("<container-1>");
    run!(chapter, "docker container cp --quiet <container-1>:/docker-gs-ping target/chapter-4")
        .shows_nothing();
    run!(chapter, "docker container rm <container-1>").shows("<container-1>");
    run!(chapter, "docker build --tag docker-gs-ping:old-run --file chapters/listings/4-3/old-run.Dockerfile target/chapter-4")
        .shows("[2/2] COPY docker-gs-ping /docker-gs-ping");
    run!(
        chapter,
        "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.Size}}' 'docker-gs-ping:old*'"
    )
    .shows("old-run")
    .times("old-build", 100.0, "old-run");

    // The total size of the files is the same on every engine, however it stores the image.
    chapter.section("4-3-files").after("4-1").after("4-3-several-files");
    run!(chapter, "docker container create docker-gs-ping:multistage").shows("<container-2>");
    run!(chapter, "docker container export --output target/chapter-4/files.tar <container-2>")
        .shows_nothing();
    run!(chapter, "wc -c target/chapter-4/files.tar").shows("files.tar").megabytes_below("files.tar", 6);
    run!(chapter, "wc -c target/chapter-4/docker-gs-ping")
        .shows("docker-gs-ping")
        .megabytes_below("docker-gs-ping", 4);
    run!(chapter, "docker container rm <container-2>").shows("<container-2>");

    // A file removed in a later layer is still in the earlier layer.
    chapter.section("4-3-layers");
    run!(chapter, "cat chapters/listings/4-3/two-layers.Dockerfile").shows("RUN rm");
    run!(chapter, "docker build --tag docker-gs-ping:two-layers --file chapters/listings/4-3/two-layers.Dockerfile chapters/listings/4-3")
        .shows("[3/3] RUN rm /scratch");
    run!(chapter, "cat chapters/listings/4-3/one-layer.Dockerfile").shows("&&");
    run!(chapter, "docker build --tag docker-gs-ping:one-layer --file chapters/listings/4-3/one-layer.Dockerfile chapters/listings/4-3")
        .shows("[2/2] RUN dd").shows("rm /scratch");
    run!(
        chapter,
        "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.Size}}' 'docker-gs-ping:*-layer*'"
    )
    .shows("one-layer")
    .times("two-layers", 1.1, "one-layer");

    // Several stages alone save no space: only the base of the last one matters.
    chapter.section("4-3-same-base");
    run!(chapter, "cat chapters/listings/4-3/same-base.Dockerfile").shows("COPY --from=build-stage");
    run!(chapter, "docker build --tag docker-gs-ping:same-base --file chapters/listings/4-3/same-base.Dockerfile chapters/listings/4-3")
        .shows("COPY --from=build-stage /hello.sh /hello.sh");
    run!(chapter, "docker image ls --filter reference=rust:1.95-slim-bookworm --filter reference=docker-gs-ping:same-base --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.Size}}'")
        .shows("same-base").times("same-base", 1.0, "1.95-slim-bookworm");

    // Text after the image's name is always passed as arguments, even if it looks like a command. A
    // different executable needs --entrypoint.
    chapter.section("4-exercise-1").after("4-2-entrypoint");
    run!(chapter, "docker run --rm docker-gs-ping:exec-form cat /etc/hostname")
        .shows("entrypoint cat /etc/hostname");
    run!(
        chapter,
        "docker run --rm --hostname greeter --entrypoint cat docker-gs-ping:exec-form /etc/hostname"
    )
    .shows("greeter")
    .but_not("entrypoint");

    // To look into an image without a shell, create a container that never runs and read its files.
    chapter.section("4-exercise-2").after("4-3-files");
    run!(chapter, "docker container create docker-gs-ping:multistage").shows("<container-3>");
    run!(chapter, "docker container export --output target/chapter-4/image.tar <container-3>")
        .shows_nothing();
    run!(chapter, "tar --list --file target/chapter-4/image.tar docker-gs-ping etc/passwd")
        .shows("docker-gs-ping")
        .shows("etc/passwd");
    run!(chapter, "docker container cp --quiet <container-3>:/bin/sh target/chapter-4")
        .shows("Could not find the file /bin/sh in container <container-3>")
        .exits_with(1);
    run!(chapter, "docker container cp --quiet <container-3>:/etc/passwd target/chapter-4").shows_nothing();
    run!(chapter, "grep --only-matching nonroot:x:65532: target/chapter-4/passwd").shows("nonroot:x:65532");
    run!(chapter, "docker container rm <container-3>").shows("<container-3>");

    // The program of the single-stage image needs a C library that the small base does not have; the
    // kernel reports this as if the program itself were missing.
    chapter.section("4-exercise-3").after("4-1").after("4-3-several-files");
    run!(chapter, "mkdir -p target/chapter-4/dynamic").shows_nothing();
    run!(chapter, "docker container create docker-gs-ping").shows("<container-4>");
    run!(chapter, "docker container cp --quiet <container-4>:/docker-gs-ping target/chapter-4/dynamic")
        .shows_nothing();
    run!(chapter, "docker container rm <container-4>").shows("<container-4>");
    run!(chapter, "docker build --tag docker-gs-ping:dynamic --file chapters/listings/4-3/old-run.Dockerfile target/chapter-4/dynamic")
        .shows("[2/2] COPY docker-gs-ping /docker-gs-ping");
    run!(chapter, "docker run --detach docker-gs-ping:dynamic").shows("<container-5>");
    wait_until!(chapter, "docker container logs <container-5>")
        .shows("exec /docker-gs-ping: no such file or directory");
    // Runs in the large image, because grep treats binary files differently on different systems.
    run!(chapter, "docker run --rm docker-gs-ping grep --text --only-matching /ld-linux /docker-gs-ping")
        .shows("/ld-linux");
    run!(chapter, "docker container rm <container-5>").shows("<container-5>");

    // Each build comes after a new random file in the sources, because the build cache would also have
    // one that was built before. The two that are compared run one after the other.
    chapter.section("4-exercise-4").answer("chapters/listings/4-exercise-4/mended.Dockerfile");
    afterwards!(chapter, "rm -R target/chapter-4-words");
    run!(chapter, "mkdir -p target/chapter-4-words").shows_nothing();
    run!(chapter, "cp -R chapters/listings/words/. target/chapter-4-words").shows_nothing();
    run!(chapter, "docker build --tag docker-gs-ping:words --file chapters/listings/4-exercise-4/mended.Dockerfile target/chapter-4-words")
        .shows("naming to docker.io/library/docker-gs-ping:words");
    run!(chapter, "docker run --rm docker-gs-ping:words").shows("words").proves(effects::COUNTS);
    run!(chapter, "dd if=/dev/urandom of=target/chapter-4-words/src/new.rs bs=16 count=1 status=none")
        .shows_nothing();
    run!(
        chapter,
        "docker build --file chapters/listings/4-exercise-4/slow.Dockerfile target/chapter-4-words"
    )
    .rebuilt("RUN cargo build");
    run!(chapter, "dd if=/dev/urandom of=target/chapter-4-words/src/new.rs bs=16 count=1 status=none")
        .shows_nothing();
    run!(chapter, "docker build --build-arg HTTP_PROXY=http://127.0.0.1:9 --build-arg HTTPS_PROXY=http://127.0.0.1:9 --tag docker-gs-ping:words --file chapters/listings/4-exercise-4/mended.Dockerfile target/chapter-4-words")
        .proves(effects::FETCHES_ONCE)
        .in_half_the_time_of(
            "docker build --file chapters/listings/4-exercise-4/slow.Dockerfile target/chapter-4-words",
        )
        .proves(effects::COMPILES_ONCE);
    chapter
}
