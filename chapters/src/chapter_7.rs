//! Chapter 7: the service and its database described in one file, for Docker Compose.

use std::time::Duration;

use tutorial_engine::prelude::*;

use crate::{TUTORIAL, effects};

/// Longest wait for a new answer after a source file was saved: without a cache mount, every crate is
/// compiled again.
const ANSWER_LIMIT: Duration = Duration::from_mins(10);

/// Docker Compose.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-7", "7-compose").port(8080);

    chapter.section("7-1");
    run!(chapter, "docker compose --project-directory . --file chapters/listings/7-1.yaml config --services")
        .shows("db")
        .shows("server");

    // Without a name in the file, the folder's name is the project's.
    chapter.section("7-1-name");
    run!(chapter, "cat chapters/listings/7/shop/compose.yaml").but_not("name:");
    run!(chapter, "docker compose --file chapters/listings/7/shop/compose.yaml config")
        .shows("name: shop")
        .shows("shop_default");

    chapter.section("7-2");
    run!(chapter, "docker compose build").shows("naming to docker.io/library/docker-gs-ping-roach");
    run!(chapter, "docker compose up --detach --wait")
        .shows("Network docker-gs-ping_default  Created")
        .shows("Volume docker-gs-ping_data  Created")
        .shows("Container docker-gs-ping-db-1  Healthy")
        .shows("Container docker-gs-ping-server-1  Healthy");
    wait_until!(chapter, "docker compose ps --format 'table {{.Service}}\\t{{.Status}}\\t{{.Ports}}'")
        .shows("(healthy)")
        .shows("127.0.0.1:8080->8080/tcp")
        .but_not("starting");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! (0)");

    // Compose changes only what differs from the file.
    chapter.section("7-2-again").after("7-2");
    run!(chapter, "docker compose up --detach --wait")
        .shows("Container docker-gs-ping-db-1  Healthy")
        .but_not("Created");

    // The database of this project takes six seconds longer to set itself up, and the service does not
    // wait for it.
    chapter.section("7-3").after("7-2");
    run!(chapter, "docker build --tag docker-gs-ping-step:early chapters/listings/6-5")
        .shows("naming to docker.io/library/docker-gs-ping-step:early");
    run!(chapter, "cat chapters/listings/7-3.yaml").shows("depends_on:").but_not("condition:");
    run!(chapter, "docker compose --file chapters/listings/7-3.yaml up --detach")
        .shows("Container docker-gs-ping-early-server-1  Started");
    wait_until!(chapter, "docker compose --file chapters/listings/7-3.yaml logs --no-log-prefix server")
        .shows("the database at db:5432 is not ready");
    wait_until!(
        chapter,
        "docker compose --file chapters/listings/7-3.yaml exec db psql --username totoro --dbname mydb --command '\\dt'"
    )
    .shows("message");
    run!(chapter, "docker compose --file chapters/listings/7-3.yaml down --volumes")
        .shows("Container docker-gs-ping-early-server-1  Removed")
        .shows("Network docker-gs-ping-early_default  Removed");

    chapter.section("7-4").after("7-2");
    run!(chapter, "docker compose exec db getent hosts server").shows("server");

    chapter.section("7-5").after("7-2");
    run!(chapter, "curl --no-progress-meter --header content-type:application/json --data '{\"value\":\"Hello, Compose!\"}' http://localhost:8080/send")
        .shows("{\"value\":\"Hello, Compose!\"}");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! (1)");
    run!(chapter, "docker compose down")
        .shows("Container docker-gs-ping-db-1  Removed")
        .shows("Network docker-gs-ping_default  Removed")
        .but_not("Volume");
    run!(chapter, "docker compose up --detach --wait").shows("Container docker-gs-ping-server-1  Healthy");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! (1)");
    run!(chapter, "docker compose down --volumes").shows("Volume docker-gs-ping_data  Removed");
    run!(chapter, "docker compose up --detach --wait").shows("Volume docker-gs-ping_data  Created");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! (0)");

    // A secret is a file in the container; it is in no variable.
    chapter.section("7-6").after("7-2");
    run!(chapter, "docker compose exec db cat /run/secrets/db-password").shows("myfriend");
    run!(chapter, "docker container inspect --format '{{json .Config.Env}}' docker-gs-ping-server-1")
        .shows("PGPASSWORD_FILE=/run/secrets/db-password")
        .but_not("myfriend");

    // The file keeps its rights in the container, where the service is an ordinary user.
    chapter.section("7-6-unreadable").after("7-2");
    afterwards!(chapter, "rm -R target/chapter-7-secret");
    run!(chapter, "mkdir -p target/chapter-7-secret").shows_nothing();
    run!(chapter, "cp chapters/listings/7/db-password.txt target/chapter-7-secret").shows_nothing();
    run!(chapter, "chmod 000 target/chapter-7-secret/db-password.txt").shows_nothing();
    run!(chapter, "cat chapters/listings/7-6.yaml").shows("target/chapter-7-secret/db-password.txt");
    run!(
        chapter,
        "docker compose --file compose.yaml --file chapters/listings/7-6.yaml run --rm --no-deps server"
    )
    .shows("PGPASSWORD_FILE")
    .shows("Permission denied")
    .exits_with(2);

    chapter.section("7-7").after("7-2");
    run!(chapter, "docker compose config --services").shows("db").shows("server").but_not("psql");
    run!(chapter, "docker compose --profile tools config --services").shows("psql");
    run!(
        chapter,
        "docker compose run --rm psql --tuples-only --no-align --command 'SELECT COUNT(*) FROM message'"
    )
    .shows("0");

    // In a copy, so that the reader's files stay as they are. The file with random content keeps the
    // build cache from answering with the result of an earlier run.
    chapter.section("7-8").after("7-2");
    afterwards!(chapter, "rm -R target/chapter-7");
    run!(chapter, "mkdir -p target/chapter-7/chapters/listings/7").shows_nothing();
    run!(chapter, "cp chapters/listings/7/db-password.txt target/chapter-7/chapters/listings/7")
        .shows_nothing();
    run!(
        chapter,
        "cp -R .cargo .dockerignore Cargo.lock Dockerfile.multistage compose.yaml server target/chapter-7"
    )
    .shows_nothing();
    run!(chapter, "dd if=/dev/urandom of=target/chapter-7/server/src/random bs=16 count=1 status=none")
        .shows_nothing();
    run!(chapter, "cat chapters/listings/7-8.yaml").shows("docker-gs-ping-step:watch");
    run!(
        chapter,
        "docker compose --file target/chapter-7/compose.yaml --file chapters/listings/7-8.yaml build"
    )
    .shows("naming to docker.io/library/docker-gs-ping-step:watch");
    foreground!(
        chapter,
        "docker compose --file target/chapter-7/compose.yaml --file chapters/listings/7-8.yaml watch --no-up"
    )
    .shows("Watch enabled");
    run!(chapter, "sed -i.bak 's/Hello, Docker!/Hello, Compose!/' target/chapter-7/server/src/handlers.rs")
        .shows_nothing();
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/")
        .shows("Hello, Compose! <3")
        .for_at_most(ANSWER_LIMIT);
    interrupt!(chapter).exits_with(130);

    // Without the cache mount, Cargo compiles every crate again.
    chapter.section("7-8-without").after("7-8");
    run!(chapter, "cp chapters/listings/7-8/without-mount.Dockerfile target/chapter-7").shows_nothing();
    run!(chapter, "cat chapters/listings/7-8-without.yaml").shows("without-mount.Dockerfile");
    foreground!(chapter, "docker compose --file target/chapter-7/compose.yaml --file chapters/listings/7-8-without.yaml watch --no-up")
        .shows("Watch enabled");
    run!(chapter, "sed -i.bak 's/Hello, Compose!/Hello, Rust!/' target/chapter-7/server/src/handlers.rs")
        .shows_nothing();
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/")
        .shows("Hello, Rust! <3")
        .for_at_most(ANSWER_LIMIT);
    interrupt!(chapter).exits_with(130);
    run!(chapter, "docker compose up --detach --wait").shows("Container docker-gs-ping-server-1  Healthy");

    chapter.section("7-exercise-1").after("7-2");
    run!(chapter, "docker compose exec db bash -c 'kill -s INT 1'").shows_nothing();
    wait_until!(
        chapter,
        "docker container inspect --format '{{.RestartCount}} {{.State.Health.Status}}' docker-gs-ping-db-1"
    )
    .shows("1 healthy");
    wait_until!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! (0)");

    chapter.section("7-exercise-2").after("7-2");
    run!(
        chapter,
        "docker compose --project-directory . --file chapters/listings/7-exercise-2.yaml config --services"
    )
    .shows("db")
    .but_not("server");
    run!(
        chapter,
        "docker compose --project-directory . --file chapters/listings/7-exercise-2.yaml up --detach --wait"
    )
    .shows("Found orphan containers ([docker-gs-ping-server-1]) for this project");
    run!(chapter, "docker compose --project-directory . --file chapters/listings/7-exercise-2.yaml up --detach --wait --remove-orphans")
        .shows("Container docker-gs-ping-server-1  Removed");

    // Two containers cannot publish the same port.
    chapter.section("7-exercise-3").after("7-2");
    run!(chapter, "cat chapters/listings/7-exercise-3.yaml").shows("8080-8081:8080");
    run!(chapter, "docker compose --file compose.yaml --file chapters/listings/7-exercise-3.yaml up --detach --wait --scale server=2")
        .shows("Container docker-gs-ping-server-2  Healthy");
    run!(chapter, "curl --no-progress-meter http://localhost:8080/").shows("Hello, Docker! (0)");
    run!(chapter, "curl --no-progress-meter http://localhost:8081/").shows("Hello, Docker! (0)");

    // The database of section 7-3, whose setup takes longer.
    chapter.section("7-exercise-4").after("7-2").answer("chapters/listings/7-exercise-4/mended.yaml");
    run!(chapter, "docker build --tag docker-gs-ping-step:early chapters/listings/6-5")
        .shows("naming to docker.io/library/docker-gs-ping-step:early");
    run!(chapter, "docker compose --project-name docker-gs-ping-early --file chapters/listings/7-exercise-4/mended.yaml up --detach --wait")
        .shows("docker-gs-ping-early-server-1");
    wait_until!(chapter, "docker compose --project-name docker-gs-ping-early --file chapters/listings/7-exercise-4/mended.yaml exec db psql --username totoro --dbname mydb --command '\\dt'")
        .shows("message").proves(effects::TABLES).for_at_most(effects::START_LIMIT);
    run!(chapter, "docker compose --project-name docker-gs-ping-early --file chapters/listings/7-exercise-4/mended.yaml logs --no-log-prefix server")
        .but_not("not ready").proves(effects::WAITS);
    run!(chapter, "docker compose --project-name docker-gs-ping-early --file chapters/listings/7-exercise-4/mended.yaml down --volumes")
        .shows("Container docker-gs-ping-early-server-1  Removed");
    chapter
}
