# Runs private engines one after the other, for `test` and `record`.

started=""

# `begin_engine [NAME]`: later commands use this engine; fails if it does not start or has no base
# images. Without a name, uses the reader's own engine if there is one, otherwise the default.
begin_engine() {
    local settings
    step "starting ${1:-the engine} with its base images: a minute, or six if they have to be assembled"
    export DOCKER_BOOK_ENGINE=${1:-}
    started=$(scripts/engine up --print-started) && settings=$(scripts/engine env) && eval "$settings" &&
        { [[ $started != started ]] || remove_leftovers; } &&
        scripts/base-images --with postgres:15-bookworm
}

# A run that was killed may have left anything, and only its own checkout has the notes that tell what.
# So nothing but base images stays on a private engine that was started to be tested on.
remove_leftovers() {
    local base='^(rust|postgres|cockroachdb/cockroach|docker/dockerfile|gcr\.io/distroless/[^:]*):'
    remove_each container --force < <(docker container ls --all --format '{{.Names}}') &&
        remove_each volume < <(docker volume ls --format '{{.Name}}') &&
        remove_each network < <(docker network ls --filter type=custom --format '{{.Name}}') &&
        remove_each image --force < <(docker image ls --filter dangling=false --format '{{.Repository}}:{{.Tag}}' | grep --extended-regexp --invert-match "$base")
}
# `remove_each KIND [--force]`: what stands on standard input, a name a line.
remove_each() {
    local name
    while read -r name; do
        step "removing what an earlier run left: $1 $name"
        docker "$1" rm "${@:2}" "$name" >/dev/null || return
    done
}

# Ends an engine only if this run started it.
end_engine() {
    [[ $started != started ]] || scripts/engine down
    started=""
}
trap end_engine EXIT

# Sets `running`: the private engine that runs, such as 28.5.2, or `yours`, or `none`.
find_running_engine() {
    running=$(scripts/engine status 2>/dev/null | sed --quiet 's/^engine  *\(private, \)\?//p' || true)
}
# Running several engines in turn requires that no other one runs: one that a chapter has left running is
# stopped, unless something runs on it. Its data stays.
stop_running_engine() {
    local lock containers
    [[ $running != none && $running != yours ]] || return 0
    lock=${TMPDIR:-/tmp}/running-rust-in-docker-$(id --user).lock
    flock --nonblock "$lock" true ||
        fail "a chapter runs on the private engine $running, and the others cannot run beside it; wait until it ends, then type the same again"
    containers=$(
        eval "$(DOCKER_BOOK_ENGINE=$running scripts/engine env)"
        docker container ls --format '{{.Names}}'
    )
    [[ ! $containers ]] ||
        fail "these containers run on the private engine $running, and the others cannot run beside it; stop them, then type the same again:"$'\n'"$containers"
    scripts/engine down
    running=none
}
