# Known failures: what each is, why it happens here, what to do next.
# The table of src/explain/known.toml says how each is recognised.

explain-label-cause = cause
explain-label-why = why
explain-label-next = next
explain-label-page = page
explain-label-then = then
explain-label-or = or

explain-not-reached = no Docker Engine can be used

explain-client-missing = There is no program docker.
explain-client-missing-why = No folder of PATH holds it: Docker's client is not installed, or is somewhere else.
explain-client-missing-next = { $setup ->
    [script] `{ $script } up` brings one along, and an engine.
   *[other] Install Docker: https://docs.docker.com/engine/install/
}

explain-no-engine = { $address ->
    [absent] No Docker Engine answers.
   *[other] No Docker Engine answers at { $address }.
}
explain-no-engine-why = { $socket ->
    [missing] There is no socket { $path }: the engine has not been started, or it has its socket elsewhere.
    [silent] The socket { $path } is there, but nobody listens on it: the engine has ended.
    [absent] The client does not say where it looked.
   *[elsewhere] No program listens there, or a firewall blocks the connection.
}
explain-no-engine-next = { $choice ->
    [host] Start that engine, or `unset DOCKER_HOST` to use the current context.
    [variable] Start that engine, or `unset DOCKER_CONTEXT`.
    [context] Start that engine; for the context desktop-linux, start Docker Desktop. To use another: `docker context ls`, then `docker context use NAME`.
   *[default] { $setup ->
        [script] `{ $script } up` starts one; `docker context ls` shows which addresses the client knows.
        [systemd] `sudo systemctl start docker`; where Docker is not installed: https://docs.docker.com/engine/install/
       *[desktop] Start Docker; where it is not installed: https://docs.docker.com/engine/install/
    }
}

explain-no-wsl-integration = Docker Desktop is not available in this WSL 2 distribution.
explain-no-wsl-integration-why = Docker Desktop is not running, or its WSL integration is off for this distribution.
explain-no-wsl-integration-next = Start Docker Desktop, then Settings, Resources, WSL integration: switch this distribution on. https://docs.docker.com/desktop/features/wsl/

explain-other-program = The program docker is not Docker's client.
explain-other-program-why = It says of itself: { $words }
explain-other-program-next = `type -a docker` shows where it is. Install Docker, or put its folder first in PATH: https://docs.docker.com/engine/install/

explain-context-missing = There is no Docker context { $name }.
explain-context-missing-why = { $there ->
    [absent] DOCKER_CONTEXT or the client's config.json names it.
   *[other] DOCKER_CONTEXT or the client's config.json names it. There are: { $there }.
}
explain-context-missing-next = `unset DOCKER_CONTEXT`, or `docker context use NAME` with one of these.

explain-address-invalid = Docker's client does not understand the engine's address.
explain-address-invalid-why = The client says: { $words }
explain-address-invalid-next = DOCKER_HOST has to begin with unix://, tcp:// or ssh://; or `unset DOCKER_HOST` to use the current context.

explain-host-unknown = The engine's host { $host } is not known.
explain-host-unknown-why = The name could not be resolved: it is misspelled, it is known only in another network such as a VPN, or no name server answers.
explain-host-unknown-next = Check the name in DOCKER_HOST, or in `docker context ls`.

explain-ssh = The engine is reached over ssh, and ssh failed.
explain-ssh-why = It says: { $words }
explain-ssh-next = `ssh HOST docker version`, with the host from DOCKER_HOST or `docker context ls`, has to work first.

explain-engine-tls = Docker's client and the engine do not agree on TLS.
explain-engine-tls-why = The client says: { $words }
explain-engine-tls-next = With TLS, set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH. Without TLS: `unset DOCKER_TLS_VERIFY`

explain-not-an-engine = { $address ->
    [absent] What answers is not a Docker Engine.
   *[other] What answers at { $address } is not a Docker Engine.
}
explain-not-an-engine-why = It is another program, which answers as a web server does.
explain-not-an-engine-next = Check the address in DOCKER_HOST, or in `docker context ls`.

explain-engine-silent = { $address ->
    [absent] The Docker Engine does not answer in time.
   *[other] The Docker Engine at { $address } does not answer in time.
}
explain-engine-silent-why = The engine hangs or is still starting, or a firewall drops the connection.
explain-engine-silent-next = Wait a minute and try `docker version`; if it still hangs, restart Docker.

explain-client-too-old = Docker's client is too old for the engine.
explain-client-too-old-why = { $client ->
    [absent] The engine speaks version { $api } of its API or a later one, and the client an earlier one.
   *[other] The engine speaks version { $api } of its API or a later one, and the client, { $client }, an earlier one.
}
explain-client-too-old-next = Install a newer client: https://docs.docker.com/engine/install/

explain-client-too-new = Docker's client is too new for the engine.
explain-client-too-new-why = { $client ->
    [absent] The engine speaks version { $api } of its API at most, and the client a later one.
   *[other] The engine speaks version { $api } of its API at most, and the client, { $client }, a later one.
}
explain-client-too-new-next = Update the engine, or install an older client.

explain-credential-helper = The program that keeps passwords of registries fails.
explain-credential-helper-why = The client's config.json names it in credsStore or credHelpers. It says: { $words }
explain-credential-helper-next = These images need no password: take the line with the helper's name out of ~/.docker/config.json, or install the helper.

explain-socket-permission = The Docker Engine's socket may not be opened by your user.
explain-socket-permission-why = { $membership ->
    [later] { $user } belongs to the group { $group }, which may open { $path }, but was added to it after the last login.
    [outsider] { $path } belongs to the group { $group }, and { $user } is not in it.
    [member] { $user } is in the group { $group }, but the permissions of { $path } do not allow that group to open it.
    [root] { $path } is for root alone, and you are { $user }.
   *[absent] { $user } has no permission to look at { $path }.
}
explain-socket-permission-next = { $membership ->
    [later] Log in again, or `newgrp { $group }` in this terminal.
    [outsider] `sudo usermod --append --groups { $group } { $user }`, then log in again. That group can do what root can.
    [member] `ls -l { $path }` shows the rights; restarting the engine sets them again.
   *[other] Run the chapter as root, or use an engine without root's rights: https://docs.docker.com/engine/security/rootless/
}

explain-privileged-port = An engine without root's rights may not publish port { $port }.
explain-privileged-port-why = { $first ->
    [absent] By default, only root may use ports below 1024.
   *[other] On this machine only root may use ports below { $first } (net.ipv4.ip_unprivileged_port_start).
}
explain-privileged-port-next = `sudo sysctl net.ipv4.ip_unprivileged_port_start={ $port }`, then restart the engine: `systemctl --user restart docker`

explain-port-held = Port { $port } of this machine is in use.
explain-port-held-why = { $occupant ->
    [container] The port is held by the container { $name }.
    [process] The port is held by { $name } (process { $process }).
    [nobody] No program of this machine holds it now. With Docker Desktop on Windows, a program of Windows may.
   *[absent] The port is held by a program that your user cannot see.
}
explain-port-held-next = { $occupant ->
    [container] `docker container stop { $name }`, if it may be stopped
    [process] End { $name }, if it may be ended: `kill { $process }`
    [nobody] Run the chapter again.
   *[absent] `sudo ss --listening --tcp --processes 'sport = :{ $port }'` shows which program it is.
}

explain-container-taken = There is a container { $name } already.
explain-container-taken-why = { $owner ->
    [nobody] It existed a moment ago, but it is gone now.
    [tutorial] It runs { $image } (state: { $status }), so an earlier run of a chapter left it behind.
   *[stranger] It was made from { $image } on { $created } (state: { $status }), and not by this tutorial.
}
explain-container-taken-next = { $owner ->
    [nobody] Run the chapter again.
    [tutorial] { $clean ->
        [absent] `docker container rm --force { $name }`
       *[other] `{ $clean }`, or `docker container rm --force { $name }`
    }
   *[stranger] `docker container rename { $name } { $name }-2` keeps it; `docker container rm --force { $name }` removes it.
}

explain-network-taken = There is a network { $name } already.
explain-network-taken-why = { $created ->
    [absent] Docker refuses a second network with the same name.
   *[other] { $containers ->
        [absent] It was made on { $created }, and no running container is in it.
       *[other] It was made on { $created }, and these containers are in it: { $containers }.
    }
}
explain-network-taken-next = { $containers ->
    [absent] `docker network rm { $name }`, if nobody needs it
   *[other] If nobody needs these containers: `docker container rm --force` with their names, then `docker network rm { $name }`
}

explain-volume-in-use = The volume { $name } is in use, so it cannot be removed.
explain-volume-in-use-why = { $containers ->
    [absent] The container that used it is gone by now.
   *[other] It is mounted in { $containers }; a container holds its volumes until it is removed, not only until it stops.
}
explain-volume-in-use-next = { $containers ->
    [absent] `docker volume rm { $name }`
   *[other] `docker container rm --force { $typed }`, if nobody needs it, then `docker volume rm { $name }`
}

explain-disk-full = A disk is full.
explain-disk-full-why = { $room ->
    [little] { $free } are free in { $folder }, where the engine keeps images, containers and the build cache.
    [enough] { $free } are free in { $folder }, where the engine keeps its data, so it is another disk that is full: the one in the message, or one inside the container.
   *[absent] The engine's data is not on a disk of this machine: Docker Desktop's virtual machine has its own disk.
}
explain-disk-full-next = { $room ->
    [enough] `df --human-readable` shows which, `df --inodes` whether it has run out of files instead of bytes.
   *[other] `docker system df` shows what takes the room, `docker builder prune` empties the build cache; `docker system prune` removes stopped containers, too.
}

explain-wrong-architecture = The program { $program ->
    [absent] in the container
   *[other] { $program }
} is made for another processor.
explain-wrong-architecture-why = { $engine ->
    [absent] The engine runs programs of its own architecture.
   *[other] The engine runs programs for { $engine }.
} { $emulated ->
    [absent] Nothing is set up here that would emulate others.
   *[other] Beside these, this machine's kernel emulates { $emulated }.
} A script without a first line such as `#!/bin/sh` gives the same error.
explain-wrong-architecture-next = { $engine ->
    [absent] `docker image inspect --format '{"{{.Architecture}}"}'` with the image's name shows what it is made for; build it again here.
   *[other] Build or pull the image again with `--platform { $engine }`. `docker image inspect --format '{"{{.Architecture}}"}'` with its name shows what it is made for now.
}

explain-no-such-platform = There is no image for { $platform ->
    [absent] this platform
   *[other] { $platform }
} under this name.
explain-no-such-platform-why = { $engine ->
    [absent] An image holds programs for one processor or a few; the publisher of this one has made none for the processor that was asked for.
   *[other] An image holds programs for one processor or a few. The engine here runs { $engine }.
}
explain-no-such-platform-next = { $engine ->
    [absent] `docker manifest inspect` with the image's name shows which platforms there are.
   *[other] `docker manifest inspect` with the image's name shows which platforms there are; leave `--platform` out, or name { $engine }.
}

explain-other-platform = The image is made for { $platform }, which is not the engine's platform.
explain-other-platform-why = { $engine ->
    [absent] Such a program runs only where it is emulated, and slowly.
   *[other] The engine's is { $engine }. Such a program runs only where it is emulated, and slowly.
}
explain-other-platform-next = { $engine ->
    [absent] Build or pull the image for the engine's own platform, with `--platform`.
   *[other] Build or pull the image again with `--platform { $engine }`.
}

explain-rate-limit = The registry has answered your address too often and refuses for a while.
explain-rate-limit-why = Without an account Docker Hub counts by address, and everybody behind the same router or proxy shares one.
explain-rate-limit-next = { $setup ->
    [script] `docker login` counts you alone; `{ $images }` makes the base images without a registry.
   *[other] `docker login` counts you alone; or wait: the limit is for some hours.
}

explain-certificate-unknown = { $host ->
    [absent] A program does not know who signed a server's certificate.
   *[other] The engine does not know who signed the certificate of { $host }.
}
explain-certificate-unknown-why = { $host ->
    [absent] The program runs in the container, which knows the certificate authorities of its image and not those of this machine. A proxy on the way may use its own certificate.
   *[other] { $proxy ->
        [absent] The registry signs its certificate itself, or a proxy on the way uses its own certificate; the engine has no proxy configured.
       *[other] The engine reaches it through the proxy { $proxy }: if that proxy reads the traffic, it signs with its own certificate authority.
    }
}
explain-certificate-unknown-next = { $host ->
    [absent] Copy the authority's certificate into the image: `COPY ca.crt /usr/local/share/ca-certificates/`, then `RUN update-ca-certificates`.
   *[other] { $setup ->
        [script] Put the authority's certificate into /etc/docker/certs.d/{ $host }/ca.crt; or `{ $images }`, which does without a registry.
        [systemd] Put the authority's certificate into /etc/docker/certs.d/{ $host }/ca.crt on the engine's machine.
       *[desktop] Add the authority's certificate to your system's, then restart Docker.
    }
}

explain-not-yet-valid = Something is not valid yet: most likely a clock is slow.
explain-not-yet-valid-why = { $said ->
    [moment] Valid from { $time } on.
    [span] Valid in { $time }.
   *[absent] { "" }
} This machine thinks that it is { $here }{ $clocks ->
    [behind] , and the engine { $minutes } minutes less.
    [ahead] , and the engine { $minutes } minutes more.
    [agree] , and so does the engine.
   *[absent] .
}
explain-not-yet-valid-next = { $setup ->
    [desktop] Restart Docker Desktop: its virtual machine loses time while the computer sleeps.
   *[other] Compare with a clock that you trust; `sudo timedatectl set-ntp true` sets this one from the network.
}

explain-expired = Something is not valid any more: it is old, or a clock is fast.
explain-expired-why = { $said ->
    [absent] { "" }
   *[moment] Valid until { $time }.
} This machine thinks that it is { $here }{ $clocks ->
    [behind] , and the engine { $minutes } minutes less.
    [ahead] , and the engine { $minutes } minutes more.
    [agree] , and so does the engine.
   *[absent] .
}
explain-expired-next = { $setup ->
    [desktop] If the time is wrong, restart Docker Desktop; if it is right, the certificate's owner has to renew it.
   *[other] If the time is wrong, `sudo timedatectl set-ntp true`; if it is right, the certificate's owner has to renew it.
}

explain-no-registry = The registry { $host } does not answer.
explain-no-registry-why = { $proxy ->
    [absent] The engine connects directly, without a proxy. There is no network, no name resolution, or a firewall blocks the connection.
   *[other] The engine uses the proxy { $proxy }: the engine has to reach it, and it has to allow the connection.
}
explain-no-registry-next = { $setup ->
    [script] `{ $images }`, which makes the base images without a registry
   *[other] `curl --head https://{ $host }/v2/` shows whether this machine gets through; a proxy for the engine: https://docs.docker.com/engine/daemon/proxy/
}

explain-plugin-missing = Docker's client lacks the plugin { $plugin }.
explain-plugin-missing-why = { $client ->
    [absent] The client asks for a plugin that it does not find.
   *[other] { $there ->
        [absent] The client { $client } finds no plugin at all.
       *[other] The client { $client } finds these plugins only: { $there }.
    }
} { $plugin ->
    [buildx] Without it, Docker builds with the old builder instead of BuildKit.
   *[other] It looks in ~/.docker/cli-plugins and in the folders of the system.
}
explain-plugin-missing-next = { $setup ->
    [desktop] Update Docker Desktop, which includes it.
   *[other] `sudo apt-get install docker-{ $plugin }-plugin`, from Docker's own packages: https://docs.docker.com/engine/install/
}

explain-old-builder = The image is built by the builder from before BuildKit.
explain-old-builder-why = { $age ->
    [old] The engine is { $version }; BuildKit is the default from { $minimum } on.
    [new] The engine { $version } has BuildKit, so the variable DOCKER_BUILDKIT=0 has switched it off.
   *[absent] BuildKit is the default from engine { $minimum } on, unless DOCKER_BUILDKIT=0 switches it off.
} The old builder supports neither `RUN --mount` nor heredocs, and ignores `# syntax=`.
explain-old-builder-next = { $age ->
    [old] Install Docker Engine { $minimum } or later: https://docs.docker.com/engine/install/
   *[other] `unset DOCKER_BUILDKIT`, then build again
}

explain-new-table = The table has the columns of Docker 29.
explain-new-table-why = { $version ->
    [absent] From version 29 on `docker image ls` shows IMAGE, ID, DISK USAGE, CONTENT SIZE and EXTRA instead of REPOSITORY, TAG, IMAGE ID, CREATED and SIZE.
   *[other] From version 29 on `docker image ls` shows IMAGE, ID, DISK USAGE, CONTENT SIZE and EXTRA instead of REPOSITORY, TAG, IMAGE ID, CREATED and SIZE; the engine here is { $version }.
}
explain-new-table-next = `docker image ls --format 'table {"{{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.Size}}"}'` shows the same columns in every version.

explain-database-not-ready = { $address ->
   *[other] The database at { $address } does not take connections.
    [absent] The database does not take connections.
}
explain-database-not-ready-why = { $status ->
    [running] { $seconds ->
        [absent] The container { $container } runs, and the server in it is not ready yet.
       *[other] The container { $container } has run for { $seconds } s: a new database prepares its data first, and takes connections when it is done.
    }
   *[other] The container { $container } has ended (exit status { $code }).
    [absent] No container { $container } runs.
}
explain-database-not-ready-next = { $status ->
    [running] `docker container logs { $container }` shows how far it is; then run the chapter again.
   *[other] `docker container logs { $container }` shows why.
    [absent] Run the chapter from its start: an earlier section starts the database.
}

explain-password-refused = The database refuses the password of { $user }.
explain-password-refused-why = { $age ->
    [absent] The password is not the one that the user was made with, or there is no such user: a database says the same of both.
    [old] The volume { $volume } is older than the container (from { $created }): its users have the passwords of then, and { $first_password } only counts for a volume that is empty.
   *[new] The password is not the one that the user was made with, or there is no such user: a database says the same of both. { $first_password } only counts for a volume that is empty.
}
explain-password-refused-next = { $age ->
    [old] Use the password of then; or, if nobody needs the data, `docker volume rm { $volume }` and run the chapter from its start.
   *[other] Compare { $password } with what `CREATE USER` was given; run the chapter from its start.
}

explain-image-missing = The engine has no image { $name }.
explain-image-missing-why = { $found ->
    [platform] It has one of this name for { $platform } only.
    [tags] Of { $repository } it has { $there }; without a tag, `latest` is meant.
   *[nothing] { $origin ->
        [built] No registry has it either: the chapters build it themselves.
       *[other] Nor has it any other of { $repository }; no registry was asked, or none gave it.
    }
}
explain-image-missing-next = { $found ->
    [platform] Leave `--platform` out, or build it for the platform that is asked for.
   *[other] { $origin ->
        [built] Run the chapter from its start: an earlier section builds it.
        [pulled] `docker pull { $name }`
       *[other] Compare the name with what `docker image ls` shows.
    }
}

explain-network-missing = The engine has no network { $name }.
explain-network-missing-why = { $there ->
    [absent] It has none besides its own.
   *[other] Besides its own it has { $there }.
}
explain-network-missing-next = { $owner ->
    [tutorial] Run the chapter from its start, or `docker network create { $name }`
   *[other] `docker network create { $name }`
}

explain-pool-exhausted = The engine has no range of addresses left for one more network.
explain-pool-exhausted-why = { $networks ->
    [absent] About 30 networks
   *[other] { $networks } networks have been made, and { $unused } of them have no container; about 30
} fit in the ranges that an engine begins with, fewer where a VPN uses some.
explain-pool-exhausted-next = `docker network prune` removes networks without containers.

explain-published-elsewhere = Port { $port } is published, but nothing answers on this shell's localhost.
explain-published-elsewhere-why = { $container ->
    [absent] A container publishes it
   *[other] The container { $container } publishes it
} where the engine runs{ $machine ->
    [absent] . This shell runs in another network namespace, for example in a dev container.
   *[other] , at { $machine }.
}
explain-published-elsewhere-next = { $machine ->
    [absent] Run the chapter where the engine runs; or start the dev container with the host's network: `"runArgs": ["--network=host"]` in devcontainer.json
   *[other] Run the chapter on that machine.
}

explain-unhealthy = The container { $name } runs, but its health check fails.
explain-unhealthy-why = { $said ->
    [absent] Its health check has printed nothing.
   *[other] Its health check said last: { $said }
}
explain-unhealthy-next = `docker container logs { $name }` shows what its program printed.

explain-orphans = The project has containers that are not in this file: { $containers }
explain-orphans-why = The service was renamed or removed in the file, or the container belongs to another file of the same project.
explain-orphans-next = If nothing needs them, type the same command with `--remove-orphans`.

explain-old-compose = This Docker Compose does not know `{ $property }`.
explain-old-compose-why = { $version ->
    [absent] It does not say which version it is. The chapter needs 2.24.4 or later.
   *[other] It is version { $version }, and the chapter needs 2.24.4 or later. If it is newer, the word is misspelt.
}
explain-old-compose-next = Update it: https://docs.docker.com/compose/install/
