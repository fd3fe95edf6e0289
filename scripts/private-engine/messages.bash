# Messages of the scripts. They go to stderr, so that stdout has only results.

say() { printf '%s\n' "$*" >&2; }

# What to type next; not printed if a program runs this script, because it says so itself.
say_next() { [[ ${DOCKER_BOOK_INSIDE:-} ]] || say "Next: $*"; }

# Ends the script with a message: what was attempted, why it failed, what to do next.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Otherwise a program that Ctrl-C has also ended would be reported as failed.
trap 'fail_interrupted' INT
fail_interrupted() {
    say "${0##*/}: interrupted; to continue, type the same again"
    exit 130
}

# `step TEXT`: one line per step, with the seconds since the script began.
step() { printf '[%3d s] %s\n' "$SECONDS" "$*" >&2; }
