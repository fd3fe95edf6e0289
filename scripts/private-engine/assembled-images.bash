# Builds images with the same content as upstream's, from Debian's packages: one function per image. Each
# builds the image under the name `$assembling`; `base-images` gives it its real name after checking it.
# shellcheck disable=SC2154 # `home`, `mirror` and others come from the files beside this one.
# shellcheck disable=SC2016 # An inner shell expands the text in single quotes.

assembling=running-rust-in-docker.local/assembling
checked=running-rust-in-docker.local/checked   # what the assembled frontend builds
checking=running-rust-in-docker.checking       # container for checking an assembled image
label_key=org.opencontainers.image.description
label_value="assembled from Debian packages; not the upstream image"
recipe_key=running-rust-in-docker.recipe

# shellcheck disable=SC2034 # `base-images` uses it.
image_folder=$home/images        # assembled images, from `docker save`
work_folder=$home/images.working # used by one run; cleared by the next
host_certificates=/etc/ssl/certs/ca-certificates.crt
debian_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

rust_version=1.95 # For the image; the patch version is that of the host's toolchain.

# `recipe FUNCTION`: a checksum of everything that goes into the image that the function assembles.
recipe() {
    {
        declare -f "$1" import_image debian_root debian_files add_certificates toolchain_files
        cat "$host_certificates"
        [[ $1 != assemble_rust ]] || (cd "$scripts" && rustc --version --verbose) || true
        [[ $1 != assemble_postgres ]] || cat "$parts/postgres-entrypoint"
    } | cksum | cut --delimiter=' ' --fields=1
}

# The toolchain of rustup's minimal profile in /usr/local, on top of Debian and gcc.
assemble_rust() {
    local toolchain version target name
    find_toolchain
    check_space 3000 "assemble the Rust image"
    name=$version-$target
    step "  making a Debian 12 root with gcc, 60 MB to download, about half a minute"
    debian_root minbase bookworm "$work_folder/image.tar" ca-certificates gcc libc6-dev
    step "  adding the host's Rust $version"
    mkdir --parents "$work_folder"/tree/usr/local/{cargo/bin,"rustup/toolchains/$name"}
    toolchain_files "$toolchain" | tar --append --file "$work_folder/image.tar" --owner=0 --group=0 --numeric-owner \
        --transform "flags=rSH;s,^,usr/local/rustup/toolchains/$name/," --directory "$toolchain" --files-from -
    for tool in cargo rustc rustdoc; do
        ln --symbolic "/usr/local/rustup/toolchains/$name/bin/$tool" "$work_folder/tree/usr/local/cargo/bin/$tool"
    done
    chmod --recursive a+w "$work_folder"/tree/usr/local/{cargo,rustup}
    add_certificates "$work_folder/tree"
    # Docker refuses a path that occurs twice.
    tar --delete --file "$work_folder/image.tar" ./etc/ssl/certs/ca-certificates.crt
    tar --append --file "$work_folder/image.tar" --owner=0 --group=0 --directory "$work_folder/tree" \
        usr/local/cargo usr/local/rustup etc/ssl/certs/ca-certificates.crt
    step "  importing it, $(($(stat --format %s "$work_folder/image.tar") / 1000000)) MB"
    import_image "$work_folder/image.tar" \
        "ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:$debian_path RUST_VERSION=$version" \
        'CMD ["bash"]'
    step "  compiling a program in it"
    docker run --rm --name "$checking" --network=none "$assembling" sh -c \
        'set -e; cargo --version; echo "fn main() {}" | rustc --crate-name check -o /tmp/check -; /tmp/check' >&2 ||
        fail "the assembled Rust image does not compile a program: see the message above; report it"
}

# Sets `toolchain`, `version` and `target` in the calling function: the project's Rust on this host.
find_toolchain() {
    local verbose
    verbose=$(cd "$scripts" && rustc --version --verbose) ||
        fail "cannot assemble the Rust image: the host's rustc does not run; type: rustup toolchain install $rust_version"
    version=$(awk '/^release:/ { print $2 }' <<<"$verbose")
    target=$(awk '/^host:/ { print $2 }' <<<"$verbose")
    toolchain=$(cd "$scripts" && rustc --print sysroot)
    [[ $version == "$rust_version".* ]] ||
        fail "cannot assemble the Rust image: it is Rust $rust_version, the host has $version; type: rustup toolchain install $rust_version"
    [[ -e $toolchain/lib/rustlib/manifest-rustc-$target ]] ||
        fail "cannot assemble the Rust image: $toolchain is not a toolchain of rustup; install it with https://rustup.rs"
}

# Paths of rustup's minimal profile in the toolchain, without documentation.
toolchain_files() {
    local component
    for component in rustc cargo rust-std; do
        sed --quiet 's,^file:,,p' "$1/lib/rustlib/manifest-$component-$target" ||
            fail "cannot assemble the Rust image: $1 lacks the component $component; type: rustup component add $component"
    done | grep --invert-match '^share/'
}

# Time zones, certificates, users: files that a static program may need. No shell.
assemble_distroless_static() {
    local tree=$work_folder/tree
    debian_files "$tree" base-files netbase tzdata
    printf '%s\n' 'root:x:0:0:root:/root:/sbin/nologin' 'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin' \
        'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >"$tree/etc/passwd"
    printf '%s\n' 'root:x:0:' 'nobody:x:65534:' 'tty:x:5:' 'staff:x:50:' 'nonroot:x:65532:' >"$tree/etc/group"
    printf '%s\n' 'hosts: files dns' >"$tree/etc/nsswitch.conf"
    add_certificates "$tree"
    install --directory --mode=700 "$tree/root"
    install --directory --mode=700 --owner=65532 --group=65532 "$tree/home/nonroot"
    tar --create --file "$work_folder/image.tar" --numeric-owner --directory "$tree" .
    import_image "$work_folder/image.tar" "USER 65532" "WORKDIR /home/nonroot" \
        "ENV PATH=$debian_path SSL_CERT_FILE=$host_certificates"
    # It has no program to run, so the check copies a file out of it.
    docker create --name "$checking" "$assembling" /none >/dev/null
    docker cp "$checking:/etc/passwd" - | tar --extract --to-stdout | grep --quiet nonroot ||
        fail "the assembled distroless image lacks its users; report it"
    docker rm "$checking" >/dev/null
}

# PostgreSQL with an entrypoint that supports what the chapter uses of upstream's.
assemble_postgres() {
    local programs=/usr/lib/postgresql/15/bin
    check_space 1600 "assemble the PostgreSQL image"
    step "  making a Debian 12 root with PostgreSQL 15, 70 MB to download, about a minute"
    # Otherwise Debian's package would create a database in the image.
    debian_root_hook='mkdir --parents "$1/etc/postgresql-common" && echo create_main_cluster = false >"$1/etc/postgresql-common/createcluster.conf"' \
        debian_root minbase bookworm "$work_folder/image.tar" ca-certificates postgresql-15
    install -D --mode=755 "$parts/postgres-entrypoint" "$work_folder/tree/usr/local/bin/docker-entrypoint.sh"
    add_certificates "$work_folder/tree"
    tar --delete --file "$work_folder/image.tar" ./etc/ssl/certs/ca-certificates.crt
    tar --append --file "$work_folder/image.tar" --owner=0 --group=0 --directory "$work_folder/tree" \
        usr/local/bin/docker-entrypoint.sh etc/ssl/certs/ca-certificates.crt
    step "  importing it, $(($(stat --format %s "$work_folder/image.tar") / 1000000)) MB"
    # SIGINT is the server's fast shutdown; SIGTERM would wait for its clients.
    import_image "$work_folder/image.tar" \
        "ENV PATH=$programs:$debian_path LANG=C.UTF-8 PG_MAJOR=15 PGDATA=/var/lib/postgresql/data" \
        "VOLUME /var/lib/postgresql/data" 'ENTRYPOINT ["docker-entrypoint.sh"]' "STOPSIGNAL SIGINT" "EXPOSE 5432" 'CMD ["postgres"]'
    step "  starting a database in it"
    docker create --name "$checking" --env POSTGRES_USER=someone --env POSTGRES_DB=some-database \
        --env POSTGRES_PASSWORD_FILE=/password --env POSTGRES_INITDB_ARGS=--data-checksums "$assembling" >/dev/null
    # Like a secret: only root can read it.
    install --mode=600 /dev/stdin "$work_folder/password" <<<check
    docker cp --quiet "$work_folder/password" "$checking:/password"
    docker start "$checking" >/dev/null
    for _ in {1..300}; do
        ! docker exec "$checking" pg_isready --quiet --host=localhost 2>/dev/null || break
        sleep 0.1
    done
    postgres_answers check || { docker logs "$checking" >&2; fail "the assembled PostgreSQL image does not start a database: its log stands above; report it"; }
    ! postgres_answers wrong 2>/dev/null || fail "the assembled PostgreSQL image takes any password; report it"
    docker stop "$checking" >/dev/null
    [[ $(docker container inspect --format '{{.State.ExitCode}}' "$checking") == 0 ]] ||
        fail "the assembled PostgreSQL image does not end cleanly; report it"
    docker rm --volumes "$checking" >/dev/null
}

# `postgres_answers PASSWORD`: uses the container's address, because localhost may not ask for a
# password.
postgres_answers() {
    [[ $(docker exec --env PGPASSWORD="$1" "$checking" sh -c \
        'psql --host="$(hostname -i)" --username=someone --dbname=some-database --no-align --tuples-only --command="SHOW data_checksums"') == on ]]
}

# BuildKit's real frontend, compiled from its sources in Debian 13.
assemble_dockerfile_frontend() {
    local root=$work_folder/root
    check_space 1200 "compile the Dockerfile frontend"
    step "  making a Debian 13 root with Go and BuildKit's sources, 120 MB to download, about half a minute"
    debian_root extract trixie "$root" golang-go golang-github-docker-docker-dev \
        golang-github-google-shlex-dev golang-github-gofrs-flock-dev golang-github-agext-levenshtein-dev \
        golang-github-containerd-stargz-snapshotter-dev
    step "  compiling the frontend, about a minute"
    alone sh -euc 'mkdir -p "$1/proc" "$1/tmp"; mount -t proc proc "$1/proc"
        cd / && exec env --ignore-environment PATH=/usr/sbin:/usr/bin HOME=/tmp GOCACHE=/tmp/go-cache \
        GO111MODULE=off GOPATH=/usr/share/gocode CGO_ENABLED=0 chroot "$1" /usr/bin/go build -trimpath -ldflags "-s -w" \
        -o /dockerfile-frontend github.com/moby/buildkit/frontend/dockerfile/cmd/dockerfile-frontend' - "$root" ||
        fail "cannot compile the Dockerfile frontend: see the message above; if the network is slow or the disk full, try again"
    install -D --mode=755 "$root/dockerfile-frontend" "$work_folder/tree/bin/dockerfile-frontend"
    add_certificates "$work_folder/tree"
    tar --create --file "$work_folder/image.tar" --owner=0 --group=0 --directory "$work_folder/tree" .
    import_image "$work_folder/image.tar" 'ENTRYPOINT ["/bin/dockerfile-frontend"]' \
        "LABEL moby.buildkit.frontend.network.none=true"
    step "  building with it"
    mkdir "$work_folder/context"
    cat >"$work_folder/context/Dockerfile" <<DOCKERFILE
# syntax=$assembling
FROM scratch
COPY <<FILE /check
$(date +%s%N)
FILE
DOCKERFILE
    docker buildx build --quiet --tag "$checked" "$work_folder/context" >/dev/null ||
        fail "the assembled Dockerfile frontend does not build: see the message above; report it"
    docker rmi "$checked" >/dev/null
}

# `import_image TAR INSTRUCTION…`
import_image() {
    local tar=$1 instruction changes=()
    shift
    for instruction in "$@" "LABEL $label_key=\"$label_value\" $recipe_key=$(recipe "${FUNCNAME[1]}")"; do
        changes+=(--change "$instruction")
    done
    docker import "${changes[@]}" "$tar" "$assembling" >/dev/null || fail "cannot import $tar: see Docker's message above; try again"
}

# Containers must also trust the certificate authority of a proxy.
add_certificates() {
    install -D --mode=644 "$host_certificates" "$1/etc/ssl/certs/ca-certificates.crt"
}

# `debian_root VARIANT SUITE TARGET PACKAGE…`: a folder, or a tar file by its name.
debian_root() {
    local variant=$1 suite=$2 target=$3
    shift 3
    # The redirection is in the inner shell: outside of `alone`, our own messages would go to the log,
    # too.
    TMPDIR=$work_folder alone sh -c 'exec "$@" >"$0" 2>&1' "$home/mmdebstrap.log" \
        "$prefix/programs/mmdebstrap" --quiet --mode=root --variant="$variant" --keyring="$keyring" \
        --aptopt="$apt_folder/network.conf" --essential-hook="${debian_root_hook:-true}" \
        --customize-hook='rm --recursive --force "$1"/usr/share/man/* "$1"/usr/share/locale/*' \
        --customize-hook='find "$1/usr/share/doc" -type f ! -name copyright -delete' \
        --customize-hook='rm --force "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
        --include="$(IFS=,; echo "$*")" "$suite" "$target" "$mirror" </dev/null || {
        tail --lines=15 "$home/mmdebstrap.log" >&2
        fail "cannot make a Debian root of $suite: mmdebstrap's last lines stand above, all of them in $home/mmdebstrap.log; check the network and try again"
    }
}

# `debian_files FOLDER PACKAGE…`: unpacks packages of Debian 12, without their dependencies.
debian_files() {
    local folder=$1 file
    shift
    mkdir "$folder" "$work_folder/packages"
    (cd "$work_folder/packages" && apt-get download --quiet=2 "${@/%//bookworm}" >&2) ||
        fail "cannot download $* from $mirror: see apt's message above; check the network and try again"
    for file in "$work_folder"/packages/*.deb; do
        dpkg-deb --extract "$file" "$folder"
    done
}

# Runs a program in its own process and mount namespaces, so that it and its mounts end with this script,
# however the script ends.
alone() { setpriv --pdeathsig KILL unshare --mount-proc --pid --fork --kill-child "$@" 9>&-; }
