# What the scripts tell people: on stderr, so that stdout holds results alone.

say() { printf '%s\n' "$*" >&2; }

# What to type next; a program that runs this script has its own word about that.
say_next() { [[ ${DOCKER_BOOK_INSIDE:-} ]] || say "Next: $*"; }

# Ends the script: what was tried, why it failed, what to do next.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# A program that Ctrl-C ends too would else be reported as one that failed.
trap 'fail_interrupted' INT
fail_interrupted() {
    say "${0##*/}: interrupted; type the same again to go on"
    exit 130
}

# `step TEXT`: one line per step, with the seconds since the script began.
step() { printf '[%3d s] %s\n' "$SECONDS" "$*" >&2; }
