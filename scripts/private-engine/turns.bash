# Private engines one after the other, for `test` and `record`.

started=""

# `begin_engine [NAME]`: what runs next runs on it; fails if it does not start, or has no base images.
# With no name, it is the reader's own if there is one, else the default.
begin_engine() {
    local settings
    step "starting ${1:-the engine} with its base images: a minute, or six if they have to be assembled"
    export DOCKER_BOOK_ENGINE=${1:-}
    started=$(scripts/engine up --print-started) && settings=$(scripts/engine env) && eval "$settings" &&
        scripts/base-images --with postgres:15-bookworm
}

# Only an engine that this run started is this run's to end.
end_engine() {
    [[ $started != started ]] || scripts/engine down
    started=""
}
trap end_engine EXIT

# Sets `running`: the private engine that runs, such as 28.5.2, or `yours`, or `none`.
find_running_engine() {
    running=$(scripts/engine status 2>/dev/null | sed --quiet 's/^engine  *\(private, \)\?//p' || true)
}
# Said before anything slow: who runs several engines in turn needs the place of this one.
refuse_running_engine() {
    [[ $running == none || $running == yours ]] ||
        fail "the private engine $running runs, and the others cannot run beside it; type first: scripts/engine down"
}
