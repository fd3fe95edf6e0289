# Folders of the private engine: everything is in one cache folder.
# shellcheck disable=SC2034 # The files that source this one use the variables.

home=${DOCKER_BOOK_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/running-rust-in-docker}
# The kernel reports programs by their real path; `daemon.bash` compares with it.
home=$(realpath --canonicalize-missing -- "$home")

apt_folder=$home/apt             # our own configuration and package lists
downloads=$home/downloads        # the .deb files
client_folder=$home/client       # DOCKER_CONFIG: CLI plugins, buildx' state
run_folder=$home/run             # socket and state of the running daemon
log=$home/dockerd.log
lock_file=$home/lock
host_before=$home/host-before    # state of the host before the daemon changes it

# Transcripts are recorded with the first engine; the second replaces it if its packages are no longer
# available. `-classic` has no containerd image store; `-mirror` pulls from Docker Hub through its own
# registry, and publishes ports on IPv4 only.
engines=(28.5.2 26.1.5 28.5.2-classic 28.5.2-mirror)
asked=${DOCKER_BOOK_ENGINE:-${engines[0]}}
[[ " ${engines[*]} " == *" $asked "* ]] ||
    fail "unknown engine DOCKER_BOOK_ENGINE=$asked; known engines: ${engines[*]}"

# `use_engine NAME`: engines of one version share their programs, but not their data.
use_engine() {
    engine=$1
    engine_version=${1%%-*}
    prefix=$home/engine-$engine_version # the .deb files unpacked, and links to their programs
    data_root=$home/data-$engine        # images, containers, volumes, build cache
}

# The engine that runs, or that was killed; otherwise the requested one. `instead` is not empty if
# another one had been requested.
find_engine() {
    local name=$asked
    instead=""
    [[ ! -s $run_folder/engine ]] || read -r name instead <"$run_folder/engine"
    use_engine "$name"
}
find_engine

socket=$run_folder/docker.sock
address=unix://$socket
registry_address=127.0.0.1:17589 # For the engine 28.5.2-mirror.

# Containers and build steps run in this cgroup, so that they can be found after the daemon and its shims
# were killed.
cgroup=running-rust-in-docker-$(printf '%s' "$home" | cksum | cut --delimiter=' ' --fields=1)

# The path of a Unix socket has at most 107 bytes; containerd's is the longest.
longest_socket=$run_folder/exec/containerd/containerd-debug.sock.ttrpc

check_folder_name() {
    local LC_ALL=C
    ((${#longest_socket} <= 107)) ||
        fail "cannot keep an engine in $home: Unix sockets allow it $((107 - ${#longest_socket} + ${#home})) bytes of path, it has ${#home}; set DOCKER_BOOK_HOME to a shorter one"
    [[ $home != *[[:space:]:\*\?\[\]\\\'\"]* ]] ||
        fail "cannot keep an engine in $home: a space, colon, quote or wildcard in the path breaks PATH and configuration files; set DOCKER_BOOK_HOME to another one"
}

# Waits until no other run changes the cache folder. Programs started from here inherit the lock, so the
# download of a killed script still holds it.
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
