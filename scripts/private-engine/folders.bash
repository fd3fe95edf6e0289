# Where the private engine keeps everything: one cache folder, and nothing outside of it.
# shellcheck disable=SC2034 # The files that source this one use the names.

home=${DOCKER_BOOK_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/running-rust-in-docker}
# The kernel names programs by their real path; `daemon.bash` compares with it.
home=$(realpath --canonicalize-missing -- "$home")

apt_folder=$home/apt             # configuration and package lists of our own
downloads=$home/downloads        # the .deb files
client_folder=$home/client       # DOCKER_CONFIG: CLI plugins, buildx' state
run_folder=$home/run             # socket and state of the running daemon
log=$home/dockerd.log
lock_file=$home/lock
host_before=$home/host-before    # what the daemon changes on the host, as it was

# The first is what transcripts are recorded on, the second is what runs if its packages are gone.
# `-classic` has no containerd image store; `-mirror` pulls from Docker Hub through a
# registry of its own, and publishes ports on IPv4 only.
engines=(28.5.2 26.1.5 28.5.2-classic 28.5.2-mirror)
asked=${DOCKER_BOOK_ENGINE:-${engines[0]}}
[[ " ${engines[*]} " == *" $asked "* ]] ||
    fail "unknown engine DOCKER_BOOK_ENGINE=$asked; known are: ${engines[*]}"

# `use_engine NAME`: engines of one version share their programs, and none shares its data.
use_engine() {
    engine=$1
    engine_version=${1%%-*}
    prefix=$home/engine-$engine_version # the .deb files unpacked, and links to their programs
    data_root=$home/data-$engine        # images, containers, volumes, build cache
}

# The engine that runs, or that was killed; else the one that was asked for.
# `instead` is not empty if another one had been asked for.
find_engine() {
    local name=$asked
    instead=""
    [[ ! -s $run_folder/engine ]] || read -r name instead <"$run_folder/engine"
    use_engine "$name"
}
find_engine

socket=$run_folder/docker.sock
address=unix://$socket
registry_address=127.0.0.1:17589 # Of the engine 28.5.2-mirror.

# Containers and build steps run below this cgroup, so that they are found
# again after the daemon and its shims were killed.
cgroup=running-rust-in-docker-$(printf '%s' "$home" | cksum | cut --delimiter=' ' --fields=1)

# A Unix socket's path has at most 107 bytes; containerd's is the longest.
longest_socket=$run_folder/exec/containerd/containerd-debug.sock.ttrpc

check_folder_name() {
    local LC_ALL=C
    ((${#longest_socket} <= 107)) ||
        fail "cannot keep an engine in $home: Unix sockets allow it $((107 - ${#longest_socket} + ${#home})) bytes of path, it has ${#home}; set DOCKER_BOOK_HOME to a shorter one"
    [[ $home != *[[:space:]:\*\?\[\]\\\'\"]* ]] ||
        fail "cannot keep an engine in $home: a space, colon, quote or wildcard in the path breaks PATH and configuration files; set DOCKER_BOOK_HOME to another one"
}

# Waits until no other run changes the cache folder. Programs started from here
# inherit the lock, so a killed script's download still counts as running.
take_lock() {
    { mkdir --parents "$home" && exec 9>>"$lock_file"; } ||
        fail "cannot write to $home as $(id --user --name): see the message above; do it as the folder's owner, or set DOCKER_BOOK_HOME to a folder that can be written"
    flock --nonblock 9 && return
    say "Waiting for another run that is changing $home …"
    flock --timeout 900 9 ||
        fail "cannot change $home: another run has held $lock_file for 15 minutes; see who with: fuser --verbose $lock_file"
}

# `check_space MEGABYTES PURPOSE`: better now than in the middle of a file.
check_space() {
    local free
    free=$(df --output=avail --block-size=1M "$home" | tail --lines=1)
    ((free >= $1)) ||
        fail "cannot $2: it needs $1 MB in $home, ${free// /} MB are free; make room, or set DOCKER_BOOK_HOME to a folder on another disk"
}
