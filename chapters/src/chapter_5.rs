//! Chapter 5: the image runs, and the host reaches it.

use tutorial_engine::prelude::*;

use crate::{TUTORIAL, effects};

/// Running an image.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-5", "5-running").port(8080);

    chapter.section("5");
    run!(chapter, "docker build --tag docker-gs-ping .").shows("naming to docker.io/library/docker-gs-ping");
    run!(chapter, "docker build --tag docker-gs-ping:multistage --file Dockerfile.multistage .")
        .shows("naming to docker.io/library/docker-gs-ping:multistage");

    // The service runs, but nothing listens on the host's own port 8080.
    chapter.section("5-foreground").after("5");
    foreground!(chapter, "docker run --rm docker-gs-ping").shows("http server started on");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/")
        .shows("curl: (7) Failed to connect to localhost port 8080")
        .exits_with(7);
    interrupt!(chapter).shows_nothing().ends_at_once();

    // Docker keeps the output; `docker logs` shows it.
    chapter.section("5-background").after("5");
    run!(chapter, "docker run --detach docker-gs-ping").shows("<container-1>");
    wait_until!(chapter, "docker container logs <container-1>").shows("http server started on");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/")
        .shows("curl: (7) Failed to connect to localhost port 8080")
        .exits_with(7);

    // On Linux the host can reach the container's own address without --publish.
    chapter.section("5-address").after("5-background");
    run!(
        chapter,
        "docker container inspect --format '{{.NetworkSettings.Networks.bridge.IPAddress}}' <container-1>"
    )
    .shows("<address-1>");
    wait_until!(chapter, "curl --no-progress-meter http://<address-1>:8080/")
        .shows("Hello, Docker! <3")
        .in_the_engines_network();

    // The service's log shows the status code, in the foreground and in the background.
    chapter.section("5-1").after("5-address");
    wait_until!(chapter, "docker container logs <container-1>")
        .shows("http server started on")
        .shows("\"status\":200")
        .in_the_engines_network();
    run!(chapter, "docker container stop <container-1>").shows("<container-1>").ends_at_once();
    run!(chapter, "docker container rm <container-1>").shows("<container-1>");

    chapter.section("5-2").after("5");
    run!(chapter, "docker run --detach --publish 8080:8080 docker-gs-ping").shows("<container-2>");
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! <3");
    run!(chapter, "curl --no-progress-meter --include http://localhost:8080/").shows("HTTP/1.1 200 OK");
    run!(chapter, "curl --no-progress-meter http://127.0.0.2:8080/")
        .shows("Hello, Docker! <3")
        .in_the_engines_network();
    wait_until!(chapter, "docker container ls --filter ancestor=docker-gs-ping --format 'table {{.ID}}\\t{{.Image}}\\t{{.Status}}\\t{{.Ports}}\\t{{.Names}}'")
        .shows("Up").shows("0.0.0.0:8080->8080/tcp");

    // A stopped container still exists and starts again with its port.
    chapter.section("5-2-stop").after("5-2");
    run!(chapter, "docker container stop <container-2>").shows("<container-2>").ends_at_once();
    wait_until!(chapter, "docker container ls --all --filter ancestor=docker-gs-ping --format 'table {{.ID}}\\t{{.Image}}\\t{{.Status}}\\t{{.Names}}'")
        .shows("Exited (0)");
    run!(chapter, "docker container restart <container-2>").shows("<container-2>");
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! <3");
    run!(chapter, "docker container stop <container-2>").shows("<container-2>").ends_at_once();
    run!(chapter, "docker container rm <container-2>").shows("<container-2>");

    // 127.0.0.1 is one address of the host; 127.0.0.2 stands for the others.
    chapter.section("5-2-address").after("5");
    run!(chapter, "docker run --detach --publish 127.0.0.1:8080:8080 docker-gs-ping").shows("<container-3>");
    run!(chapter, "docker container port <container-3>").shows("127.0.0.1:8080").but_not("0.0.0.0");
    wait_until!(chapter, "curl --no-progress-meter http://127.0.0.1:8080/").shows("Hello, Docker! <3");
    run!(chapter, "curl --no-progress-meter http://127.0.0.2:8080/")
        .shows("curl: (7) Failed to connect to 127.0.0.2 port 8080")
        .exits_with(7)
        .in_the_engines_network();
    run!(chapter, "docker container rm --force <container-3>").shows("<container-3>");

    // --publish-all publishes the ports of EXPOSE; the engine chooses the host's port.
    chapter.section("5-2-expose").after("5");
    run!(chapter, "docker run --detach --publish-all docker-gs-ping").shows("<container-4>");
    run!(chapter, "docker container port <container-4> 8080/tcp").shows("<port-1>").but_not(":8080");
    run!(chapter, "docker container rm --force <container-4>").shows("<container-4>");

    // Inside a container, 127.0.0.1 is the container itself, so nothing outside can reach it. The
    // address is that of the first container again, because 5-1 has removed that one.
    chapter.section("5-2-localhost").after("5-1");
    run!(chapter, "docker run --detach --env HOST=127.0.0.1 --publish 8080:8080 docker-gs-ping")
        .shows("<container-5>");
    wait_until!(chapter, "docker container logs <container-5>")
        .shows("http server started on 127.0.0.1:8080");
    run!(chapter, "docker container port <container-5>").shows("0.0.0.0:8080");
    run!(chapter, "docker container exec <container-5> /docker-gs-ping --health").shows_nothing();
    run!(
        chapter,
        "docker container inspect --format '{{.NetworkSettings.Networks.bridge.IPAddress}}' <container-5>"
    )
    .shows("<address-1>");
    run!(chapter, "docker run --rm --env HOST=<address-1> docker-gs-ping /docker-gs-ping --health")
        .shows("connection refused")
        .exits_with(1);
    run!(chapter, "docker container rm --force <container-5>").shows("<container-5>");

    chapter.section("5-3").after("5");
    run!(chapter, "docker run --detach --publish 8080:8080 --name rest-server docker-gs-ping")
        .shows("<container-6>");
    wait_until!(chapter, "docker container ls --filter ancestor=docker-gs-ping --format 'table {{.Image}}\\t{{.Status}}\\t{{.Names}}'")
        .shows("Up").shows("rest-server");
    run!(chapter, "docker run --detach --name rest-server docker-gs-ping")
        .shows("The container name \"/rest-server\" is already in use by container")
        .shows("<container-6>")
        .exits_with(125);
    run!(chapter, "docker container rm --force rest-server").shows("rest-server");

    // No tag means the tag `latest`, even if there are other tags.
    chapter.section("5-4").after("5");
    run!(chapter, "docker image rm docker-gs-ping:latest").shows("Untagged: docker-gs-ping:latest");
    run!(chapter, "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.Size}}' docker-gs-ping")
        .shows("multistage")
        .but_not("latest");
    run!(chapter, "docker run docker-gs-ping")
        .shows("Unable to find image 'docker-gs-ping:latest' locally")
        .exits_with(125);
    run!(chapter, "docker run --pull=never docker-gs-ping")
        .shows("No such image: docker-gs-ping:latest")
        .exits_with(125);
    run!(chapter, "docker run --detach --publish 8080:8080 docker-gs-ping:multistage").shows("<container-7>");
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! <3");
    run!(chapter, "docker container rm --force <container-7>").shows("<container-7>");

    // The label selects our containers: without the filter, prune removes every stopped container.
    chapter.section("5-tidy").after("5");
    run!(chapter, "docker container create --label tidy docker-gs-ping:multistage").shows("<container-8>");
    wait_until!(
        chapter,
        "docker container ls --all --filter label=tidy --format 'table {{.ID}}\\t{{.Image}}\\t{{.Status}}'"
    )
    .shows("<container-8>")
    .shows("Created");
    // The size of a container that never ran depends on the image store.
    run!(chapter, "docker container prune --force --filter label=tidy")
        .shows("<container-8>")
        .varies_with(Part::ImageStore);
    run!(chapter, "docker system df --format 'table {{.Type}}'").shows("Images").shows("Build Cache");

    // The number after the colon is the container's port; Docker checks neither EXPOSE nor whether the
    // service listens there.
    chapter.section("5-exercise-1").after("5");
    run!(chapter, "docker run --detach --env PORT=9090 --publish 8080:9090 docker-gs-ping:multistage")
        .shows("<container-9>");
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! <3");
    wait_until!(chapter, "docker container logs <container-9>")
        .shows("http server started on")
        .shows(":9090")
        .shows("\"status\":200");
    run!(chapter, "docker container port <container-9>").shows("9090/tcp -> 0.0.0.0:8080");
    run!(chapter, "docker container rm --force <container-9>").shows("<container-9>");

    // PID 1 has no default action for SIGTERM: if it has no handler, Docker kills it at the end of
    // the grace period; 137 = 128 + 9.
    chapter.section("5-exercise-2").after("5");
    run!(chapter, "docker run --detach --name rest-server docker-gs-ping:multistage").shows("<container-10>");
    wait_until!(chapter, "docker container logs rest-server").shows("http server started on");
    run!(chapter, "docker container kill --signal SIGINT rest-server").shows("rest-server");
    run!(chapter, "docker container wait rest-server").shows("0").but_not("1").ends_at_once();
    run!(chapter, "docker container rm rest-server").shows("rest-server");
    run!(
        chapter,
        "docker run --detach --name rest-server --stop-timeout 2 rust:1.95-slim-bookworm sleep 600"
    )
    .shows("<container-11>");
    run!(chapter, "docker container kill --signal SIGINT rest-server").shows("rest-server");
    wait_until!(chapter, "docker container ls --filter 'name=^rest-server$' --format 'table {{.Image}}\\t{{.Status}}\\t{{.Names}}'")
        .shows("Up").shows("rest-server");
    run!(chapter, "docker container stop rest-server").shows("rest-server");
    run!(chapter, "docker container wait rest-server").shows("137");
    run!(chapter, "docker container rm rest-server").shows("rest-server");

    // `latest` is an ordinary tag: it only moves if someone moves it.
    chapter.section("5-exercise-3").after("5-4");
    run!(chapter, "docker image tag docker-gs-ping:multistage docker-gs-ping").shows_nothing();
    run!(chapter, "docker run --detach --publish 8080:8080 docker-gs-ping").shows("<container-12>");
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! <3");
    run!(chapter, "docker container inspect --format '{{.Config.Image}} {{.Image}}' <container-12>")
        .shows("docker-gs-ping <image-2>");
    run!(chapter, "docker image inspect --format '{{.Id}}' docker-gs-ping:multistage").shows("<image-2>");
    run!(chapter, "docker container rm --force <container-12>").shows("<container-12>");

    chapter
        .section("5-exercise-4")
        .after("5")
        .answer("chapters/listings/5-exercise-4/mended.Dockerfile");
    run!(chapter, "docker build --tag docker-gs-ping:mended --file chapters/listings/5-exercise-4/mended.Dockerfile chapters/listings/5-exercise-4")
        .shows("naming to docker.io/library/docker-gs-ping:mended");
    run!(chapter, "docker run --detach --name rest-server --publish 8080:8080 docker-gs-ping:mended")
        .shows("<container-13>");
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/")
        .shows("Hello, Docker! <3")
        .proves(effects::REACHED)
        .for_at_most(effects::START_LIMIT);
    run!(chapter, "docker container rm --force rest-server").shows("rest-server");

    // A shell is PID 1 unless the command is a list or the shell replaces itself with `exec`.
    chapter
        .section("5-exercise-5")
        .after("5")
        .answer("chapters/listings/5-exercise-5/mended.Dockerfile");
    run!(chapter, "docker build --tag docker-gs-ping:single .")
        .shows("naming to docker.io/library/docker-gs-ping:single");
    run!(chapter, "docker build --tag docker-gs-ping:mended --file chapters/listings/5-exercise-5/mended.Dockerfile chapters/listings/5-exercise-5")
        .shows("naming to docker.io/library/docker-gs-ping:mended");
    run!(chapter, "docker run --detach --name rest-server docker-gs-ping:mended").shows("<container-14>");
    wait_until!(chapter, "docker container logs rest-server").shows("http server started on");
    run!(chapter, "docker container stop rest-server")
        .shows("rest-server")
        .ends_at_once()
        .proves(effects::STOPS);
    run!(chapter, "docker container wait rest-server").shows("0").but_not("1").proves(effects::STOPS);
    run!(chapter, "docker container rm rest-server").shows("rest-server");
    chapter
}
