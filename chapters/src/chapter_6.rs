//! Chapter 6: a database engine in a container, and the service that stores messages in it.

use tutorial_engine::prelude::*;

use crate::{COCKROACH, POSTGRES, TUTORIAL, effects};

/// The database engine.
#[must_use]
pub fn chapter() -> Chapter {
    let mut chapter = Chapter::new(&TUTORIAL, "chapter-6", "6-database").port(80);

    chapter.section("6-1");
    run!(chapter, "docker run --rm cockroachdb/cockroach:v25.4.11 version")
        .shows("v25.4.11")
        .on(COCKROACH);
    run!(chapter, "docker run --rm postgres:15-bookworm postgres --version")
        .shows("PostgreSQL) 15")
        .on(POSTGRES);
    run!(chapter, "docker run --rm postgres:15-bookworm grep --max-count 1 License /usr/share/doc/postgresql-15/copyright")
        .shows("License: PostgreSQL").on(POSTGRES);

    // A tag may later name another image; a digest always names the same one.
    chapter.section("6-1-digest");
    run!(chapter, "docker image inspect --format '{{.Id}}' cockroachdb/cockroach:v25.4.11")
        .shows("<image-1>")
        .on(COCKROACH);
    run!(chapter, "docker image inspect --format '{{.Id}}' postgres:15-bookworm")
        .shows("<image-1>")
        .on(POSTGRES);
    run!(chapter, "docker run --rm <image-1> version").shows("v25.4.11").on(COCKROACH);
    run!(chapter, "docker run --rm <image-1> postgres --version").shows("PostgreSQL) 15").on(POSTGRES);

    chapter.section("6-2");
    run!(chapter, "docker volume create roach").shows("roach");
    run!(chapter, "docker volume list --filter 'name=^roach$' --format 'table {{.Driver}}\\t{{.Name}}'")
        .shows("local")
        .shows("roach");

    // Data outside a volume is deleted with its container.
    chapter.section("6-2-kept").after("6-2");
    run!(chapter, "docker run --rm --volume roach:/data rust:1.95-slim-bookworm touch /data/written")
        .shows_nothing();
    run!(chapter, "docker run --rm --volume roach:/data rust:1.95-slim-bookworm ls /data").shows("written");
    run!(chapter, "docker run --rm rust:1.95-slim-bookworm ls /data")
        .shows("No such file or directory")
        .exits_with(2);
    run!(chapter, "docker run --rm --volume roach:/data rust:1.95-slim-bookworm rm /data/written")
        .shows_nothing();

    chapter.section("6-3");
    run!(chapter, "docker network create -d bridge mynet").shows("<network-1>");
    run!(chapter, "docker network list --filter 'name=^mynet$' --format 'table {{.ID}}\\t{{.Name}}\\t{{.Driver}}\\t{{.Scope}}'")
        .shows("mynet").shows("<network-1>");
    run!(
        chapter,
        "docker network list --filter type=builtin --format 'table {{.Name}}\\t{{.Driver}}\\t{{.Scope}}'"
    )
    .shows("bridge")
    .shows("host")
    .shows("none")
    .but_not("mynet");

    // Names resolve on a user-defined network, but not on the default one.
    chapter.section("6-3-names").after("6-3");
    run!(chapter, "docker run --detach --name roach --network mynet rust:1.95-slim-bookworm sleep 600")
        .shows("<container-1>");
    run!(chapter, "docker run --rm --network mynet rust:1.95-slim-bookworm getent hosts roach")
        .shows("<address-1>");
    run!(chapter, "docker run --rm rust:1.95-slim-bookworm getent hosts roach")
        .shows_nothing()
        .exits_with(2);
    run!(chapter, "docker container rm --force roach").shows("roach");

    // The hostname says what the container is for: the service will connect to `db`.
    chapter.section("6-4").after("6-3-names");
    run!(
        chapter,
        "docker run --detach --name roach --hostname db --network mynet rust:1.95-slim-bookworm sleep 600"
    )
    .shows("<container-2>");
    run!(chapter, "docker run --rm --network mynet rust:1.95-slim-bookworm getent hosts db").shows("db");
    run!(chapter, "docker container rm --force roach").shows("roach");

    chapter.section("6-5").after("6-2").after("6-3");
    run!(
        chapter,
        "docker run --detach
            --name roach
            --hostname db
            --network mynet
            --publish 127.0.0.1:26257:26257
            --publish 127.0.0.1:8080:8080
            --volume roach:/cockroach/cockroach-data
            cockroachdb/cockroach:v25.4.11 start-single-node
            --insecure"
    )
    .shows("<container-3>")
    .on(COCKROACH);
    run!(
        chapter,
        "docker run --detach
            --name roach
            --hostname db
            --network mynet
            --volume roach:/var/lib/postgresql/data
            --env POSTGRES_PASSWORD=secret
            postgres:15-bookworm"
    )
    .shows("<container-3>")
    .on(POSTGRES);

    // The container runs before its database answers.
    wait_until!(chapter, "docker container exec roach ./cockroach sql --insecure --execute 'SELECT 1'")
        .shows("1")
        .on(COCKROACH);
    wait_until!(chapter, "docker container exec roach pg_isready --host db")
        .shows("accepting connections")
        .on(POSTGRES);

    // While the image sets up a new database, its server listens only on a socket file.
    chapter.section("6-5-early");
    run!(chapter, "cat chapters/listings/6-5/Dockerfile chapters/listings/6-5/wait.sql").shows("pg_sleep");
    run!(chapter, "docker build --tag docker-gs-ping-step:early chapters/listings/6-5")
        .shows("COPY wait.sql /docker-entrypoint-initdb.d/");
    run!(chapter, "docker run --detach --env POSTGRES_PASSWORD=secret docker-gs-ping-step:early")
        .shows("<container-4>");
    wait_until!(chapter, "docker container exec <container-4> pg_isready").shows("accepting connections");
    run!(chapter, "docker container exec <container-4> pg_isready --host localhost")
        .shows("no response")
        .exits_with(2);
    wait_until!(chapter, "docker container exec <container-4> pg_isready --host localhost")
        .shows("accepting connections");
    run!(chapter, "docker container rm --force --volumes <container-4>").shows("<container-4>");

    // $$ quotes text in SQL inside the shell's quotes.
    chapter.section("6-6").after("6-5");
    run!(chapter, "docker container exec roach ./cockroach sql --insecure --execute 'CREATE DATABASE IF NOT EXISTS mydb'")
        .shows("CREATE DATABASE").on(COCKROACH);
    run!(
        chapter,
        "docker container exec roach ./cockroach sql --insecure --execute 'CREATE USER IF NOT EXISTS totoro'"
    )
    .shows("CREATE ROLE")
    .on(COCKROACH);
    run!(chapter, "docker container exec roach ./cockroach sql --insecure --execute 'GRANT ALL ON DATABASE mydb TO totoro'")
        .shows("GRANT").on(COCKROACH);
    run!(chapter, "docker container exec roach psql --username postgres --command 'CREATE DATABASE mydb'")
        .shows("CREATE DATABASE")
        .on(POSTGRES);
    run!(chapter, "docker container exec roach psql --username postgres --command 'CREATE USER totoro PASSWORD $$myfriend$$'")
        .shows("CREATE ROLE").on(POSTGRES);
    run!(chapter, "docker container exec roach psql --username postgres --command 'GRANT ALL ON DATABASE mydb TO totoro'")
        .shows("GRANT").on(POSTGRES);

    // Since PostgreSQL 15, that right does not include creating tables; the owner of a database may.
    chapter.section("6-6-owner").after("6-6");
    run!(
        chapter,
        "docker container exec roach psql --username totoro --dbname mydb --command 'CREATE TABLE mine ()'"
    )
    .shows("permission denied for schema public")
    .exits_with(1)
    .on(POSTGRES);
    run!(
        chapter,
        "docker container exec roach psql --username postgres --command 'ALTER DATABASE mydb OWNER TO totoro'"
    )
    .shows("ALTER DATABASE")
    .on(POSTGRES);

    // Running it again does no harm: existing objects stay as they are.
    chapter.section("6-6-again").after("6-6");
    run!(chapter, "docker container exec roach ./cockroach sql --insecure --execute 'CREATE DATABASE IF NOT EXISTS mydb'")
        .shows("CREATE DATABASE").on(COCKROACH);
    run!(chapter, "docker container exec roach psql --username postgres --command 'CREATE DATABASE mydb'")
        .shows("database \"mydb\" already exists")
        .exits_with(1)
        .on(POSTGRES);

    // The same package with one more program.
    chapter.section("6-7");
    run!(chapter, "ls server/src/bin").shows("docker-gs-ping-roach.rs").shows("docker-gs-ping.rs");
    run!(chapter, "grep --fixed-strings warp::path! server/src/ping.rs server/src/roach.rs")
        .shows("path!(\"ready\")")
        .shows("path!(\"send\")");
    run!(chapter, "grep '^ARG' Dockerfile.multistage").shows("ARG PROGRAM=docker-gs-ping");

    chapter.section("6-8");
    run!(chapter, "docker build --tag docker-gs-ping-roach --build-arg PROGRAM=docker-gs-ping-roach --file Dockerfile.multistage .")
        .shows("naming to docker.io/library/docker-gs-ping-roach");
    run!(
        chapter,
        "docker image ls --format 'table {{.Repository}}\\t{{.Tag}}\\t{{.Size}}' docker-gs-ping-roach"
    )
    .shows("latest")
    .megabytes_below("docker-gs-ping-roach", 20);

    chapter.section("6-9").after("6-6-owner").after("6-8");
    run!(
        chapter,
        "docker run --rm --detach
            --network mynet
            --name rest-server
            --publish 80:8080
            --env PGUSER=totoro
            --env PGPASSWORD=myfriend
            --env PGHOST=db
            --env PGPORT=26257
            --env PGDATABASE=mydb
            docker-gs-ping-roach"
    )
    .shows("<container-5>")
    .on(COCKROACH);
    run!(
        chapter,
        "docker run --rm --detach
            --network mynet
            --name rest-server
            --publish 80:8080
            --env PGUSER=totoro
            --env PGPASSWORD=myfriend
            --env PGHOST=db
            --env PGPORT=5432
            --env PGDATABASE=mydb
            docker-gs-ping-roach"
    )
    .shows("<container-5>")
    .on(POSTGRES);
    wait_until!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (0)");

    // The value is the table's primary key, so sending it again adds no message.
    chapter.section("6-9-send").after("6-9");
    run!(chapter, "curl --no-progress-meter --header content-type:application/json --data '{\"value\":\"Hello, Docker!\"}' http://localhost/send")
        .shows("{\"value\":\"Hello, Docker!\"}");
    run!(chapter, "curl --no-progress-meter --header content-type:application/json --data '{\"value\":\"Hello, Rust!\"}' http://localhost/send")
        .shows("{\"value\":\"Hello, Rust!\"}");
    run!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (2)");
    run!(chapter, "curl --no-progress-meter --header content-type:application/json --data '{\"value\":\"Hello, Rust!\"}' http://localhost/send")
        .shows("{\"value\":\"Hello, Rust!\"}");
    run!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (2)");

    // Every variable is checked; the log names the wrong one.
    chapter.section("6-9-wrong").after("6-9");
    run!(chapter, "docker run --rm docker-gs-ping-roach")
        .shows("PGHOST")
        .shows("PGUSER")
        .shows("PGDATABASE")
        .exits_with(2);
    run!(chapter, "docker run --detach --network mynet --env PGHOST=db --env PGUSER=totoro --env PGPASSWORD=myfriend --env PGDATABASE=yourdb docker-gs-ping-roach")
        .shows("<container-6>").on(POSTGRES);
    run!(chapter, "docker run --detach --network mynet --env PGHOST=db --env PGPORT=26257 --env PGUSER=totoro --env PGDATABASE=yourdb docker-gs-ping-roach")
        .shows("<container-6>").on(COCKROACH);
    wait_until!(chapter, "docker container logs <container-6>")
        .shows("database \"yourdb\" does not exist")
        .on(POSTGRES);
    // CockroachDB accepts a connection to a missing database, but refuses to create a table.
    wait_until!(chapter, "docker container logs <container-6>")
        .shows("no database or schema specified")
        .varies_with(Part::Database)
        .on(COCKROACH);
    run!(chapter, "docker container rm --force <container-6>").shows("<container-6>");
    run!(chapter, "docker run --detach --network mynet --env PGHOST=database --env PGUSER=totoro --env PGPASSWORD=myfriend --env PGDATABASE=mydb docker-gs-ping-roach")
        .shows("<container-7>");
    wait_until!(chapter, "docker container logs <container-7>").shows("failed to lookup address information");
    run!(chapter, "docker container rm --force <container-7>").shows("<container-7>");

    // `--rm` removes one of the two containers by itself, a moment after it stops.
    chapter.section("6-beyond-remove").after("6-9-send");
    run!(chapter, "docker container stop rest-server roach").shows("rest-server").shows("roach");
    wait_until!(chapter, "docker container ls --all --filter 'name=^rest-server$' --filter 'name=^roach$' --format 'table {{.Names}}\\t{{.Status}}'")
        .shows("roach").shows("Exited (0)").but_not("rest-server").on(POSTGRES);
    // In a new CockroachDB container, the database is the child of a shell, which does not react to
    // SIGTERM.
    wait_until!(chapter, "docker container ls --all --filter 'name=^rest-server$' --filter 'name=^roach$' --format 'table {{.Names}}\\t{{.Status}}'")
        .shows("roach")
        .shows("Exited (137)")
        .but_not("rest-server")
        .varies_with(Part::Database)
        .on(COCKROACH);
    run!(chapter, "docker container rm rest-server roach")
        .shows("No such container: rest-server")
        .shows("roach")
        .exits_with(1);

    // Two new containers on the old volume.
    chapter.section("6-beyond-volume").after("6-beyond-remove");
    run!(chapter, "docker run --detach --name roach --hostname db --network mynet --publish 127.0.0.1:26257:26257 --publish 127.0.0.1:8080:8080 --volume roach:/cockroach/cockroach-data cockroachdb/cockroach:v25.4.11 start-single-node --insecure")
        .shows("<container-8>").on(COCKROACH);
    run!(chapter, "docker run --detach --name roach --hostname db --network mynet --volume roach:/var/lib/postgresql/data postgres:15-bookworm")
        .shows("<container-8>").on(POSTGRES);
    run!(chapter, "docker run --rm --detach --network mynet --name rest-server --publish 80:8080 --env PGUSER=totoro --env PGHOST=db --env PGPORT=26257 --env PGDATABASE=mydb docker-gs-ping-roach")
        .shows("<container-9>").on(COCKROACH);
    run!(chapter, "docker run --rm --detach --network mynet --name rest-server --publish 80:8080 --env PGUSER=totoro --env PGPASSWORD=myfriend --env PGHOST=db --env PGDATABASE=mydb docker-gs-ping-roach")
        .shows("<container-9>").on(POSTGRES);
    wait_until!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (2)");

    // The database stops, the service keeps running and recovers when the database is back.
    chapter.section("6-beyond-order").after("6-beyond-volume");
    run!(chapter, "docker container stop roach").shows("roach");
    run!(chapter, "curl --no-progress-meter http://localhost/").shows("the database does not answer");
    run!(chapter, "curl --no-progress-meter http://localhost/health").shows("{\"Status\":\"OK\"}");
    run!(chapter, "docker container restart rest-server").shows("rest-server");
    wait_until!(chapter, "curl --no-progress-meter http://localhost/ready")
        .shows("the database does not answer");
    run!(chapter, "docker container start roach").shows("roach");
    wait_until!(chapter, "curl --no-progress-meter http://localhost/ready").shows("{\"Status\":\"OK\"}");
    run!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (2)");

    // Without the volume, the database is a new one: no user, no table, no message.
    chapter.section("6-beyond-lost").after("6-beyond-order");
    run!(chapter, "docker container stop rest-server roach").shows("rest-server").shows("roach");
    wait_until!(chapter, "docker container ls --all --filter 'name=^rest-server$' --format '{{.Names}}'")
        .shows_nothing();
    run!(chapter, "docker container rm roach").shows("roach");
    run!(chapter, "docker volume rm roach").shows("roach");
    run!(chapter, "docker run --detach --name roach --hostname db --network mynet --publish 127.0.0.1:26257:26257 --publish 127.0.0.1:8080:8080 --volume roach:/cockroach/cockroach-data cockroachdb/cockroach:v25.4.11 start-single-node --insecure")
        .shows("<container-10>").on(COCKROACH);
    run!(chapter, "docker run --detach --name roach --hostname db --network mynet --volume roach:/var/lib/postgresql/data --env POSTGRES_PASSWORD=secret postgres:15-bookworm")
        .shows("<container-10>").on(POSTGRES);
    wait_until!(chapter, "docker container exec roach ./cockroach sql --insecure --execute 'CREATE DATABASE IF NOT EXISTS mydb; CREATE USER IF NOT EXISTS totoro; GRANT ALL ON DATABASE mydb TO totoro'")
        .shows("GRANT").on(COCKROACH);
    wait_until!(chapter, "docker container exec roach pg_isready --host db")
        .shows("accepting connections")
        .on(POSTGRES);
    run!(chapter, "docker container exec roach psql --username postgres --command 'CREATE USER totoro PASSWORD $$myfriend$$' --command 'CREATE DATABASE mydb OWNER totoro'")
        .shows("CREATE DATABASE").on(POSTGRES);
    run!(chapter, "docker run --rm --detach --network mynet --name rest-server --publish 80:8080 --env PGUSER=totoro --env PGHOST=db --env PGPORT=26257 --env PGDATABASE=mydb docker-gs-ping-roach")
        .shows("<container-11>").on(COCKROACH);
    run!(chapter, "docker run --rm --detach --network mynet --name rest-server --publish 80:8080 --env PGUSER=totoro --env PGPASSWORD=myfriend --env PGHOST=db --env PGDATABASE=mydb docker-gs-ping-roach")
        .shows("<container-11>").on(POSTGRES);
    wait_until!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (0)");

    // Two services use one database: neither stores anything itself.
    chapter.section("6-exercise-1").after("6-beyond-lost");
    run!(chapter, "docker run --rm --detach --network mynet --publish 8080 --env PGUSER=totoro --env PGHOST=db --env PGPORT=26257 --env PGDATABASE=mydb docker-gs-ping-roach")
        .shows("<container-12>").on(COCKROACH);
    run!(chapter, "docker run --rm --detach --network mynet --publish 8080 --env PGUSER=totoro --env PGPASSWORD=myfriend --env PGHOST=db --env PGDATABASE=mydb docker-gs-ping-roach")
        .shows("<container-12>").on(POSTGRES);
    run!(chapter, "docker container port <container-12> 8080/tcp").shows("0.0.0.0:<port-1>");
    wait_until!(chapter, "curl --no-progress-meter http://127.0.0.1:<port-1>/").shows("Hello, Docker! (0)");
    run!(chapter, "curl --no-progress-meter --header content-type:application/json --data '{\"value\":\"to the second\"}' http://127.0.0.1:<port-1>/send")
        .shows("{\"value\":\"to the second\"}");
    run!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (1)");
    run!(chapter, "docker container rm --force <container-12>").shows("<container-12>");

    // A message inserted without the service is in the table, but not yet in the count.
    chapter.section("6-exercise-2").after("6-exercise-1");
    run!(chapter, "docker container exec roach ./cockroach sql --insecure --database mydb --execute 'INSERT INTO message VALUES ($$by hand$$)'")
        .shows("INSERT").on(COCKROACH);
    run!(chapter, "docker container exec roach psql --username totoro --dbname mydb --command 'INSERT INTO message VALUES ($$by hand$$)'")
        .shows("INSERT 0 1").on(POSTGRES);
    run!(chapter, "docker container exec roach ./cockroach sql --insecure --database mydb --execute 'SELECT COUNT(*) FROM message'")
        .shows("2").on(COCKROACH);
    run!(chapter, "docker container exec roach psql --username totoro --dbname mydb --tuples-only --no-align --command 'SELECT COUNT(*) FROM message'")
        .shows("2").on(POSTGRES);
    run!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (1)");
    run!(chapter, "docker container restart rest-server").shows("rest-server");
    wait_until!(chapter, "curl --no-progress-meter http://localhost/").shows("Hello, Docker! (2)");

    // A running container can join a network.
    chapter.section("6-exercise-3").after("6-3-names").after("6-5");
    run!(chapter, "docker run --detach rust:1.95-slim-bookworm sleep 600").shows("<container-13>");
    run!(chapter, "docker container exec <container-13> getent hosts db").shows_nothing().exits_with(2);
    run!(chapter, "docker network connect mynet <container-13>").shows_nothing();
    run!(chapter, "docker container exec <container-13> getent hosts db").shows("db");
    run!(chapter, "docker network disconnect mynet <container-13>").shows_nothing();
    run!(chapter, "docker container exec <container-13> getent hosts db").shows_nothing().exits_with(2);
    run!(chapter, "docker container rm --force <container-13>").shows("<container-13>");

    // Two scripts of the reader's own: one writes the archive, the other fills a new volume from it.
    chapter.section("6-exercise-4").after("6-9-send").answer("chapters/listings/6-exercise-4");
    afterwards!(chapter, "rm -R target/chapter-6");
    run!(chapter, "mkdir -p target/chapter-6").shows_nothing();
    run!(chapter, "docker container stop roach").shows("roach");
    run!(chapter, "sh chapters/listings/6-exercise-4/backup.sh");
    run!(chapter, "docker container rm roach").shows("roach");
    run!(chapter, "docker volume rm roach").shows("roach");
    run!(chapter, "docker volume create roach").shows("roach");
    run!(chapter, "sh chapters/listings/6-exercise-4/restore.sh");
    run!(chapter, "docker run --rm --volume roach:/data rust:1.95-slim-bookworm ls /data")
        .shows("PG_VERSION")
        .proves(effects::FILES)
        .on(POSTGRES);
    run!(chapter, "docker run --rm --volume roach:/data rust:1.95-slim-bookworm ls /data")
        .shows("logs")
        .proves(effects::FILES)
        .on(COCKROACH);
    run!(chapter, "docker run --detach --name roach --hostname db --network mynet --volume roach:/var/lib/postgresql/data postgres:15-bookworm")
        .shows("<container-14>").on(POSTGRES);
    run!(chapter, "docker run --detach --name roach --hostname db --network mynet --publish 127.0.0.1:26257:26257 --publish 127.0.0.1:8080:8080 --volume roach:/cockroach/cockroach-data cockroachdb/cockroach:v25.4.11 start-single-node --insecure")
        .shows("<container-14>").on(COCKROACH);
    wait_until!(chapter, "docker container exec roach psql --username totoro --dbname mydb --tuples-only --no-align --command 'SELECT COUNT(*) FROM message'")
        .shows("2").proves(effects::RESTORED).for_at_most(effects::START_LIMIT).on(POSTGRES);
    wait_until!(chapter, "docker container exec roach ./cockroach sql --insecure --database mydb --execute 'SELECT COUNT(*) FROM message'")
        .shows("2").proves(effects::RESTORED).for_at_most(effects::START_LIMIT).on(COCKROACH);
    chapter
}
