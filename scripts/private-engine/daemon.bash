# Starts, finds and stops the private daemon. It is recognised by its program file, as the kernel reports
# it: the process id in a pid file may belong to another program by now.
# shellcheck disable=SC2154 # The folders' names come from `folders.bash`.

start_limit=60 # Time limit for the daemon to answer, in seconds.
stop_limit=30  # Time limit for the daemon to stop before it is killed, in seconds.

# `pids_of PATTERN`: processes with a program path that matches, even if the file has been deleted.
pids_of() {
    find /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$1" -printf '%h\n' 2>/dev/null |
        sed 's,/proc/,,' || true
}
daemon_pid() { pids_of "$home/engine-*/usr/*/dockerd*" | head --lines=1; }

# Another daemon in the same network, which therefore uses the bridge docker0, too.
other_daemon_pid() {
    local pid
    for pid in $(pids_of '*/dockerd*'); do
        [[ $(readlink "/proc/$pid/exe") != "$home"/* && $(readlink "/proc/$pid/ns/net") == "$(readlink /proc/self/ns/net)" ]] || continue
        echo "$pid"
        return
    done
}

# Processes of containers, even if their shim was killed.
container_pids() {
    local procs
    for procs in $(cgroup_folders); do
        find "$procs" -name cgroup.procs -exec cat {} + 2>/dev/null
    done | sort --unique
}
cgroup_folders() {
    local folder
    for folder in /sys/fs/cgroup/"$cgroup" /sys/fs/cgroup/*/"$cgroup"; do
        [[ ! -d $folder ]] || echo "$folder"
    done
}

private_docker() {
    env --unset=DOCKER_CONTEXT --unset=DOCKER_TLS_VERIFY --unset=DOCKER_API_VERSION \
        DOCKER_HOST="$address" DOCKER_CONFIG="$client_folder" timeout 10 "$prefix/client/docker" "$@"
}
# Version of the private engine; fails if it does not answer.
private_version() {
    local version
    [[ -S $socket && -x $prefix/client/docker ]] || return 1
    version=$(private_docker info --format '{{.ServerVersion}}' 2>/dev/null) && [[ $version ]] && echo "$version"
}

# Version of the engine in the caller's own environment; fails if there is none, or if it is the private
# one.
own_version() {
    local version
    [[ ${DOCKER_HOST:-} != "$address" ]] && command -v docker >/dev/null || return 1
    version=$(timeout 10 docker info --format '{{.ServerVersion}}' 2>/dev/null) && [[ $version ]] && echo "$version"
}
own_address() {
    echo "${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}')}"
}

# `refuse_beside_own VERSION`: a caller who asks for a private engine by name gets no other.
refuse_beside_own() {
    [[ ! ${DOCKER_BOOK_ENGINE:-} ]] ||
        fail "cannot use the private engine $asked: your own Docker Engine $1 answers at $(own_address), and both cannot run; stop yours and unset DOCKER_HOST, or unset DOCKER_BOOK_ENGINE to use yours"
}

# One private engine at a time, for the same reason as below.
refuse_other_engine() {
    [[ $engine == "$asked" || ($instead && ! ${DOCKER_BOOK_ENGINE:-}) ]] ||
        fail "cannot start the private engine $asked: the private engine $engine runs, and only one can; type: scripts/engine down, then the same again"
}

# Two daemons would fight over the bridge docker0 and the firewall's chains.
refuse_second_engine() {
    local other
    other=$(other_daemon_pid)
    [[ ! $other ]] ||
        fail "cannot start an engine in $home: another Docker daemon (pid $other, $(readlink "/proc/$other/exe")) holds the bridge docker0; use it through DOCKER_HOST, or stop it first"
}

start_daemon() {
    local pid deadline is_second=""
    pid=$(daemon_pid)
    if [[ $pid ]]; then
        step "waiting for the daemon that is already starting (pid $pid)"
    else
        refuse_second_engine # It may have started while packages were unpacked.
        check_space 50 "start an engine"
        clear_what_was_left
        remember_host
        mkdir --parents "$run_folder"
        echo "$engine $instead" >"$run_folder/engine"
        link_plugins
        write_configuration
        [[ $engine != *-mirror ]] || start_registry
        launch_daemon
        pid=$!
    fi

    # The daemon gets its own session, so that Ctrl-C only ends this script.
    trap 'abandon_start "$pid"' EXIT
    deadline=$((SECONDS + start_limit))
    until private_version >/dev/null; do
        if ! kill -0 "$pid" 2>/dev/null; then
            # dockerd gives its containerd 15 s; the first start from a slow disk may take longer.
            if [[ ! $is_second ]] && grep --quiet "timeout waiting for containerd to start" "$log"; then
                is_second=yes
                kill_leftover_processes
                launch_daemon
                pid=$!
                continue
            fi
            tail --lines=15 "$log" >&2
            fail "dockerd ended while starting: its last lines stand above, all of them in $log"
        elif ((SECONDS > deadline)); then
            tail --lines=15 "$log" >&2
            fail "dockerd (pid $pid) did not answer within $start_limit s: its last lines stand above, all of them in $log"
        fi
        sleep 0.2
    done
    trap - EXIT
}

launch_daemon() {
    step "starting dockerd; its log is $log"
    [[ ! -e $log ]] || mv "$log" "$log.before"
    # 9 is the lock: the daemon must not inherit it.
    PATH=$prefix/programs:$PATH setsid "$prefix/programs/dockerd" --config-file "$home/daemon.json" \
        </dev/null >"$log" 2>&1 9>&- &
}

# The registry that engine 28.5.2-mirror asks before Docker Hub; `scripts/base-images` fills it.
start_registry() {
    local pid deadline=$((SECONDS + start_limit))
    ! registry_answers ||
        fail "cannot start the engine's registry: another program listens on $registry_address; end it, then type the same again"
    cat >"$home/registry.yml" <<CONFIGURATION
version: 0.1
log: { level: warn }
storage: { filesystem: { rootdirectory: "$home/registry" } }
http: { addr: "$registry_address" }
CONFIGURATION
    step "starting the registry; its log is $home/registry.log"
    setsid "$prefix/programs/docker-registry" serve "$home/registry.yml" </dev/null >"$home/registry.log" 2>&1 9>&- &
    pid=$!
    until registry_answers; do
        { kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); } ||
            fail "the registry at $registry_address ended, or did not answer within $start_limit s: see $home/registry.log"
        sleep 0.2
    done
}
registry_answers() { (exec 3<>"/dev/tcp/${registry_address/:/\/}") 2>/dev/null; }

# `abandon_start PID`: removes everything of an engine that was not started completely.
abandon_start() {
    trap '' INT TERM HUP
    say "The engine did not start completely: stopping what was started"
    kill "$1" 2>/dev/null || true
    end_engine
}

link_plugins() {
    mkdir --parents "$client_folder/cli-plugins"
    ln --symbolic --force "$prefix"/usr/libexec/docker/cli-plugins/* "$client_folder/cli-plugins/"
}

# Everything in its own folders, and nothing from the host's /etc/docker. IPv6 stays off: docker-proxy
# serves published ports on [::1] anyway. Without docker-proxy, ports are published on IPv4 only; `"ip":
# "0.0.0.0"` is the default and means both.
write_configuration() {
    local mtu mirrors="" docker_proxy=true containerd_store=false
    # Its containers have addresses outside the private blocks, and its ports are published on IPv4 only,
    # because readers' engines may be configured like that.
    [[ $engine != *-mirror ]] || docker_proxy=false mirrors="\"registry-mirrors\": [\"http://$registry_address\"], \"bip\": \"198.19.0.1/24\",
  \"default-address-pools\": [{ \"base\": \"198.18.0.0/16\", \"size\": 24 }],"
    [[ $engine_version != "${engines[0]}" || $engine == *-classic ]] || containerd_store=true
    mtu=$(cat "/sys/class/net/$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route)/mtu" 2>/dev/null || echo 1500)
    ((mtu < 1500)) || mtu=1500 # Larger frames than Docker's default gain nothing here.
    cat >"$home/daemon.json" <<CONFIGURATION
{
  "hosts": ["$address"], $mirrors
  "features": { "containerd-snapshotter": $containerd_store },
  "data-root": "$data_root",
  "exec-root": "$run_folder/exec",
  "pidfile": "$run_folder/docker.pid",
  "init-path": "$prefix/programs/docker-init",
  "userland-proxy": $docker_proxy,
  "userland-proxy-path": "$prefix/programs/docker-proxy",
  "exec-opts": ["native.cgroupdriver=cgroupfs"],
  "cgroup-parent": "/$cgroup",
  "ip6tables": false,
  "mtu": $mtu,
  "default-network-opts": { "bridge": { "com.docker.network.driver.mtu": "$mtu" } },
  "shutdown-timeout": 10
}
CONFIGURATION
}

end_engine() {
    stop_daemon
    if [[ $(other_daemon_pid) ]]; then
        say "Another Docker daemon runs (pid $(other_daemon_pid)): docker0 and the firewall rules are left unchanged"
        remove_mounts
        rm --force "$host_before"
    else
        undo_changes
    fi
    rm --recursive --force --one-file-system "$run_folder"
}

# Asks the daemon to stop, which also stops its containers; kills what remains.
stop_daemon() {
    local pid deadline
    pid=$(daemon_pid)
    if [[ $pid ]]; then
        step "stopping dockerd (pid $pid) and its containers"
        kill "$pid" 2>/dev/null || true
        deadline=$((SECONDS + stop_limit))
        while [[ -e /proc/$pid/exe ]]; do
            if ((SECONDS > deadline)); then
                say "dockerd did not stop within $stop_limit s and is killed"
                break
            fi
            sleep 0.1
        done
    fi
    kill_leftover_processes
}

kill_leftover_processes() {
    local pids
    for _ in {1..50}; do
        mapfile -t pids < <(pids_of "$home/engine-*" && container_pids)
        ((${#pids[@]})) || return 0
        kill -KILL "${pids[@]}" 2>/dev/null || true
        sleep 0.1
    done
    fail "cannot end processes of the private engine: ${pids[*]} survived SIGKILL for 5 s; see what they wait for with: ps -o pid,stat,wchan,args ${pids[*]}"
}
