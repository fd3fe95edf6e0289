#!/bin/sh
#: script-header
#: script-about-sh
set -eu

#: script-environment
@ENVIRONMENT@

#: script-names
containers=@CONTAINERS@
repositories=@REPOSITORIES@
volumes=@VOLUMES@
networks=@NETWORKS@

keep=${KEEP:-no}
section=
#? foreground
process=
#.
#? afterwards
at_end=
#.

say() {
    printf '%s\n' "$*" >&2
}

#: script-refuse
refuse() {
    say "$*"
    exit 3
}

#: script-stop
stop() {
    say "$section: $*"
    exit 1
}

#: script-section
section() {
    section=$1
    say ''
    say "── $section"
}

#: script-show
show() {
    printf '$'
    for word in "$@"; do
        case $word in
        '' | *[!A-Za-z0-9_./:=,@%+-]*)
            printf " '%s'" "$(printf '%s\n' "$word" | sed "s/'/'\\\\''/g")"
            ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
}

#: script-end-line
#: script-remember
remember() {
    [ -z "$(tail -c 1 "$scratch/output")" ] || printf '\n'
    tr -cs '0-9a-z' '\n' <"$scratch/output" | grep -Ex '[0-9a-f]{64}' >>"$scratch/seen" || true
}

#: script-exits-with
exits_with() {
    wanted=$1
    shift
    show "$@"
    {
        status=0
        "$@" </dev/null 2>&1 || status=$?
        echo "$status" >"$scratch/status"
    } | tee "$scratch/output"
    remember
    status=$(cat "$scratch/status")
    [ "$status" -eq "$wanted" ] || stop @script-wrong-status@ "$status, $wanted: $*"
}

#: script-run
run() {
    exits_with 0 "$@"
}
#? native

#: script-natively
natively() {
    if [ "$native" = yes ]; then
        "$@"
    fi
}
#.
#? waiting

#: script-expect
expect() {
    : >"$scratch/with"
    : >"$scratch/without"
    is_silent=no
    while [ $# -gt 0 ]; do
        case $1 in
        with | without)
            printf '%s\n' "$2" >>"$scratch/$1"
            shift
            ;;
        silence) is_silent=yes ;;
        esac
        shift
    done
}

#: script-holds
holds() {
    while IFS= read -r fragment; do
        grep -Fq -e "$fragment" "$1" || return 1
    done <"$scratch/with"
    ! grep -Fq -f "$scratch/without" "$1" || return 1
    [ "$is_silent" = no ] || ! grep -q '[^[:space:]]' "$1"
}

#: script-again
again() {
    attempts=$((attempts + 1))
    [ "$attempts" -le "$1" ] || stop @script-too-late@ "$1 s: $2"
    sleep 1
}
#.
#? attempts

#: script-wait-until
wait_until() {
    limit=$1 wanted=$2
    shift 2
    show "$@"
    attempts=0
    until
        status=0
        "$@" </dev/null >"$scratch/output" 2>&1 || status=$?
        [ "$status" -eq "$wanted" ] && holds "$scratch/output"
    do
        again "$limit" "$*"
    done
    cat "$scratch/output"
    remember
}
#.
#? foreground

#: script-foreground
foreground() {
    limit=$1
    shift
    show "$@"
    "$@" </dev/null >"$scratch/foreground" 2>&1 &
    process=$!
    typed=$*
    attempts=0
    until holds "$scratch/foreground"; do
        kill -0 "$process" 2>/dev/null || stop @script-ended@ "$typed"
        again "$limit" "$typed"
    done
    cp "$scratch/foreground" "$scratch/output"
    cat "$scratch/output"
    remember
}

#: script-interrupt
interrupt() {
    printf '^C %s\n' "$typed"
    kill -INT "$process"
    attempts=0
    while kill -0 "$process" 2>/dev/null; do
        again "$1" "$typed"
    done
    status=0
    wait "$process" || status=$?
    process=
    tail -c "+$(($(wc -c <"$scratch/output") + 1))" "$scratch/foreground"
    [ "$status" -eq "$2" ] || stop @script-wrong-status@ "$status, $2: $typed"
}
#.
#? values

#: script-value
value() {
    chosen='(3276[89]|327[7-9][0-9]|32[89][0-9]{2}|3[3-9][0-9]{3}|[45][0-9]{4}|6[0-5][0-9]{3})'
    case $1 in
    id)
        tr -cs '0-9a-z' '\n' <"$scratch/output" | grep -Ex '[0-9a-f]{64}|[0-9a-f]{12}' |
            awk '!seen[substr($0, 1, 12)]++'
        ;;
    address)
        tr -cs '0-9.' '\n' <"$scratch/output" |
            grep -Ex '(10\.[0-9]{1,3}|172\.(1[6-9]|2[0-9]|3[01])|192\.168)\.[0-9]{1,3}\.[0-9]{1,3}'
        ;;
    port) tr -cs '0-9.:' '\n' <"$scratch/output" | grep -Ex "[0-9.]+:$chosen" | sed 's/.*://' ;;
    ipv6_port) tr -cs '0-9.:' '\n' <"$scratch/output" | grep -Ex ":+$chosen" | sed 's/.*://' ;;
    name) tr -cs '0-9a-z_' '\n' <"$scratch/output" | grep -Ex '[a-z]+_[a-z]+[0-9]?' ;;
    esac | awk '!seen[$0]++' | sed -n "$2p" | grep . || stop @script-no-value@ "$1"
}
#.
#? afterwards

#: script-afterwards
afterwards() {
    at_end="$1
$at_end"
}
#.

#: script-unnamed
unnamed_images() {
    docker image ls --quiet --no-trunc --filter dangling=true | sort -u
}

#: script-is-one-of
is_one_of() {
    case " $2 " in
    *" $1 "*) return 0 ;;
    esac
    return 1
}

#: script-was-seen
was_seen() {
    grep -qx -e "${1#sha256:}" "$scratch/seen"
}

#: script-remove
remove_what_was_made() {
    docker container ls --all --no-trunc --format '{{.ID}} {{.Names}} {{.Image}}' |
        while read -r id name image; do
            if grep -qx -e "$id" "$scratch/containers"; then
                continue
            fi
            if is_one_of "$name" "$containers" || is_one_of "${image%%:*}" "$repositories" ||
                was_seen "$id" || was_seen "$image"; then
                docker container rm --force --volumes "$id"
            fi
        done
    for name in $repositories; do
        docker image ls --format '{{.Repository}}:{{.Tag}}' "$name" | while read -r image; do
            docker image rm --force "$image"
        done
    done
    unnamed_images | comm -13 "$scratch/images" - | while read -r image; do
        if was_seen "$image"; then
            docker image rm --force "$image"
        fi
    done
    for name in $networks; do
        if docker network inspect "$name" >/dev/null 2>&1; then
            docker network rm "$name"
        fi
    done
    for name in $volumes; do
        if docker volume inspect "$name" >/dev/null 2>&1; then
            docker volume rm "$name"
        fi
    done
}

#: script-finish
finish() {
    status=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    section=
#? foreground
    [ -z "$process" ] || kill -INT "$process"
#.
    if [ "$keep" = yes ]; then
        say @script-kept@
    else
#? afterwards
        eval "$at_end" >&2
#.
        remove_what_was_made >"$scratch/removed" 2>&1 || cat "$scratch/removed" >&2
    fi
    rm -rf "$scratch"
    exit "$status"
}

#: script-folder
[ -f @RECORDING@ ] || refuse @script-not-here@
docker version --format '{{.Server.Version}}' >/dev/null || refuse @script-no-engine@
#: script-taken-why
for name in $containers; do
    ! docker container inspect "$name" >/dev/null 2>&1 || refuse @script-taken@ "container $name"
done
for name in $repositories; do
    [ -z "$(docker image ls --quiet "$name")" ] || refuse @script-taken@ "image $name"
done
for name in $networks; do
    ! docker network inspect "$name" >/dev/null 2>&1 || refuse @script-taken@ "network $name"
done
for name in $volumes; do
    ! docker volume inspect "$name" >/dev/null 2>&1 || refuse @script-taken@ "volume $name"
done
#? native

#: script-native
native=no
bridge=$(docker network inspect --format '{{range .IPAM.Config}}{{println .Gateway}}{{println .Subnet}}{{end}}' bridge |
    sed -n 's,0/.*,1,; /^[0-9.][0-9.]*$/p' | head -n 1)
if [ -n "$bridge" ] && ! docker info --format '{{.OperatingSystem}} {{.SecurityOptions}}' |
    grep -Eq 'Docker Desktop|rootless'; then
    #: script-native-curl
    status=0
    curl --silent --max-time 1 --noproxy '*' --interface "$bridge" "http://$bridge:9/" >/dev/null || status=$?
    [ "$status" -eq 45 ] || native=yes
fi
#.

scratch=$(mktemp -d)
: >"$scratch/seen"
docker container ls --all --quiet --no-trunc >"$scratch/containers"
unnamed_images >"$scratch/images"
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
