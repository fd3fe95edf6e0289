# What the scripts tell people: on stderr, so that stdout holds results alone.

say() { printf '%s\n' "$*" >&2; }

# Ends the script: what was tried, why it failed, what to do next.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# `step TEXT`: one line per step, with the seconds since the script began.
step() { printf '[%3d s] %s\n' "$SECONDS" "$*" >&2; }
