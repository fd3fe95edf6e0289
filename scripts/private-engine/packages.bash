# The engine's programs: Debian packages, unpacked into the cache folder but never installed.
# shellcheck disable=SC2154 # The folders' names come from `folders.bash`.

# For both engines, from Debian 12: packages of later releases need a newer C library.
packages=(
    runc tini
    iptables libip4tc2 libip6tc2 libxtables12 libnftnl11 libnetfilter-conntrack3 libnfnetlink0 libmnl0
    nftables libnftables1 libjansson4 libedit2 libbsd0 libmd0
    busybox-static  # `ip link delete`, if iproute2 is not installed.
    mmdebstrap      # For `scripts/base-images`.
    docker-registry # For the engine 28.5.2-mirror.
)
# Docker 26.1.5, from Debian 13.
debian_13_packages=(docker.io docker-cli containerd docker-buildx docker-compose)
# Docker 28.5.2, from Debian's testing suite. The suite changes, so its files are listed here: path in
# the pool, then the SHA-256 for amd64 and for arm64.
testing_files=(
    "docker.io/docker.io_28.5.2+dfsg4-5
        69a59cc77a1fb8ee9ad6859abc2e6de5d76b70887405595c2b1307818fecf682
        7da4fd6e52c4810b06925d98e216812d2260152f1f34bb1e30cfd69395b1e459"
    "docker.io/docker-cli_28.5.2+dfsg4-5
        8ea2428acdda666f41263f5a0d3a85681a696491361574eb7bd721a1194939b9
        0d8ca54ff94caf1df61df03320c3fda2254841651a223f8d272c905f84ae3205"
    "containerd/containerd_2.1.9+ds1-5
        2dda86ce7033fd612fc50e136679d8174ccad680eb29cd4611e0d2a1b84cf591
        43426c2af51f051e86374143d34031830ee5d0ff16bc23f35c6f498f27f8389d"
    "docker-buildx/docker-buildx_0.29.1+ds1-4
        6103bcc4eab8169ae679f806d3949ffc99a1545a61fddea6124da826f115f2bf
        4d6b995fdfd10e2f045d020b108abb33df699cf66f213c1acf97a8d893b74bc4"
    "docker-compose/docker-compose_2.40.3-3
        e7603d5e6df0f8404f7b03da478022b87d7b50644cffe68884b071e5cfc17fd3
        a7c33f38d80c4fad61d426fd47e0b7f1e81ad4a643e4e4cee3401e6f8638d359"
)
# Increase it when the links below change; the packages are then unpacked again.
layout=3

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Fails if something is missing on this machine, and says what to do about it.
check_machine() {
    local instead="install Docker (https://docs.docker.com/engine/install/) and start it instead"
    local os version tool
    [[ $(uname --kernel-name) == Linux ]] || fail "cannot set up an engine on $(uname --kernel-name): it needs Linux; $instead"
    # shellcheck source=/dev/null
    read -r os version < <(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-0}")
    [[ $os == ubuntu || ($os == debian && ${version%%.*} -ge 12) ]] ||
        fail "cannot set up an engine on $os $version: it needs Debian 12 or later, or Ubuntu; $instead"
    ((EUID == 0)) || fail "cannot set up an engine as $(id --user --name): it needs root; use sudo, or $instead"
    for tool in apt-get dpkg-deb setsid flock perl unshare mount; do
        command -v "$tool" >/dev/null || fail "cannot set up an engine: $tool is missing; $instead"
    done
    [[ $(dpkg --print-architecture) =~ ^(amd64|arm64)$ ]] ||
        fail "cannot set up an engine on $(dpkg --print-architecture): it needs amd64 or arm64; $instead"
    # The root user may still lack rights, for example in a container.
    try "create namespaces" unshare --propagation unchanged --mount --uts --ipc --net --pid --fork true
    try "mount file systems" unshare --mount mount --no-mtab --types tmpfs none /tmp
}

# Rights that containers need in addition.
# shellcheck disable=SC2016 # The dollar signs belong to perl.
check_rights() {
    local cgroups
    try "mount overlay file systems" unshare --mount sh -euc 'mount --no-mtab --types tmpfs none /tmp
        cd /tmp
        mkdir lower upper work merged
        mount --no-mtab --types overlay --options lowerdir=lower,upperdir=upper,workdir=work none merged'
    # Tries to create an interface in the engine's network under a name that exists: with the right, the
    # kernel says that the name exists. (In a network of its own, root always has the right.)
    try "create network bridges" perl -e 'use Socket; my $name = "lo\0";
        socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
        ioctl($socket, 0x89a0, $name) or $!{EEXIST} or die "SIOCBRADDBR: $!\n"'
    mapfile -t cgroups < <(awk '$3 ~ /^cgroup2?$/ { print $2 }' /proc/mounts)
    ((${#cgroups[@]})) ||
        fail "cannot run containers: no cgroup hierarchy is mounted; mount one, such as: mount -t cgroup2 none /sys/fs/cgroup"
    try "create cgroups" perl -e 'use POSIX qw(access W_OK); access($_, W_OK) and exit for @ARGV; die "$ARGV[0]: $!\n"' "${cgroups[@]}"
}

# `try WHAT COMMAND…`: fails with the system's error message if the command fails. It leaves nothing
# behind, because its mounts disappear with their namespace.
try() {
    local words
    words=$(LC_ALL=C "${@:2}" 2>&1) && return
    words=${words%%$'\n'*}
    words=${words/unshare failed: /}
    fail "cannot run containers: this process cannot $1 (${words%.}). In a container: start it with --privileged, or run Docker on the host and pass --volume /var/run/docker.sock:/var/run/docker.sock --network host. Or set DOCKER_HOST to another engine."
}

# Never fails, but tells the reader if this system was never tested.
say_if_untried() {
    local system
    # shellcheck source=/dev/null
    system=$(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-0}")
    [[ $system == "debian 12" ]] || say "Note: the private engine was only tested on Debian 12, and this is $system."
}

# Sets `mirror`.
find_mirror() {
    local codename
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-unknown}")
    mirror=${DOCKER_BOOK_DEBIAN_MIRROR:-$(host_mirror "$codename")}
    [[ $mirror ]] ||
        fail "cannot find Debian's packages: apt on this machine has no source of Debian $codename main; set DOCKER_BOOK_DEBIAN_MIRROR to a Debian mirror's address"
}

# The Debian mirror that the host's apt uses. Another repository may have the same release name, but only
# the path of Debian's ends in /debian.
host_mirror() {
    # shellcheck disable=SC2016 # apt expands it.
    apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)' 2>/dev/null |
        awk -v release="$1" '$2 == release && $3 == "main" && $4 == "Packages" { print ($1 ~ /\/debian\/?$/ ? 0 : 1), $1 }' |
        sort --stable --key=1,1n | head --lines=1 | cut --delimiter=' ' --fields=2
}

# A separate apt: its own sources and lists, Debian's keyring, and only the network settings of the
# host's configuration.
configure_apt() {
    [[ -r $keyring ]] ||
        fail "cannot check Debian's packages: $keyring is missing; type: apt-get install debian-archive-keyring"
    find_mirror
    mkdir --parents "$apt_folder"/{state/lists/partial,cache/archives/partial,none} "$downloads"
    : >"$apt_folder/status"
    printf "deb [signed-by=$keyring] $mirror %s main\n" bookworm trixie >"$apt_folder/sources.list"
    host_network >"$apt_folder/network.conf"
    cat - "$apt_folder/network.conf" >"$apt_folder/apt.conf" <<CONFIGURATION
Dir::Etc::Parts "$apt_folder/none";
Dir::Etc::Main "$apt_folder/network.conf";
Dir::Etc::SourceList "$apt_folder/sources.list";
Dir::Etc::SourceParts "$apt_folder/none";
Dir::Etc::PreferencesParts "$apt_folder/none";
Dir::State "$apt_folder/state";
Dir::State::status "$apt_folder/status";
Dir::Cache "$apt_folder/cache";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::Retries "3";
CONFIGURATION
}

# Proxies, client certificates, and whether to check the dates of Release files (for machines without a
# clock).
host_network() {
    apt-config dump | grep --extended-regexp '^Acquire::((https?|socks)::|Check-Date|Check-Valid-Until|ForceIPv[46]|Retries)' || true
}

# Debian replaces packages: an older list names files that no longer exist.
read_package_lists() {
    configure_apt
    step "reading the package lists of Debian 12 and 13"
    APT_CONFIG=$apt_folder/apt.conf apt-get update --quiet=2 --error-on=any >&2 ||
        fail "cannot read Debian's package lists from $mirror: see apt's message above; check the network and try again"
}

packages_are_unpacked() {
    [[ -e $prefix/complete && $(<"$prefix/complete") == "$(contents)" ]]
}
contents() {
    local own=("${debian_13_packages[@]}")
    [[ $engine_version != "${engines[0]}" ]] || own=("${testing_files[@]}")
    echo "$layout ${packages[*]} ${own[*]}"
}

# Docker 26.1.5 replaces 28.5.2 if that is not available and was not requested by name.
unpack_packages() {
    packages_are_unpacked && return
    local files pinned=""
    check_space 700 "unpack the engine"
    read_package_lists
    local -x APT_CONFIG=$apt_folder/apt.conf
    local names=("${packages[@]/%//bookworm}")
    if [[ $engine_version == "${engines[0]}" ]]; then
        pinned=$(pool_uris "${testing_files[@]}")
    else
        names+=("${debian_13_packages[@]/%//trixie}")
    fi
    step "downloading the packages of Docker $engine_version, about 100 MB, to $downloads"
    # In an empty folder, because apt would omit files that are already downloaded.
    files=$(cd "$apt_folder/none" && apt-get download --print-uris "${names[@]}")
    remove_altered "$files"$'\n'"$pinned"
    if [[ $pinned ]] && ! download_files "$pinned"; then
        [[ ! ${DOCKER_BOOK_ENGINE:-} ]] ||
            fail "cannot get Docker $engine_version: $mirror does not have the files listed in this script (see apt's message above); Debian's testing suite may have a newer version now; to use another: DOCKER_BOOK_ENGINE=${engines[1]} $0 up"
        say "Docker $engine_version is not available: Debian's testing suite may have a newer version now. Docker ${engines[1]} of Debian 13 is used instead; some of its output is worded differently from the book's."
        use_engine "${engines[1]}"
        instead=instead
        unpack_packages
        return
    fi
    (cd "$downloads" && apt-get download --quiet=2 "${names[@]}" >&2) ||
        fail "cannot download Debian's packages from $mirror: see apt's message above; check the network and try again"
    files+=$'\n'$pinned
    [[ ! $(altered "$files") ]] ||
        fail "cannot use $(altered "$files" | paste --serial --delimiters=' ') in $downloads: Debian's signed list has another checksum; try again"
    step "unpacking them to $prefix"
    unpack_files "$files" "$prefix.new"
    link_programs "$prefix.new"
    check_libraries "$prefix.new"
    contents >"$prefix.new/complete"
    rm --recursive --force "$prefix"
    mv "$prefix.new" "$prefix"
}

# `pool_uris FILE…`, each as in `testing_files`: prints lines like `apt-get download --print-uris`: URI,
# file, size, checksum. A file that ends in `_all` is for both architectures and has one checksum.
pool_uris() {
    local file path amd64 arm64 all letters architecture
    for file in "$@"; do
        read -r -d '' path amd64 arm64 <<<"$file" || true
        architecture=$(dpkg --print-architecture)
        # shellcheck disable=SC2034 # The architecture names the variable.
        [[ $path != *_all ]] || { architecture=all all=$amd64 && path=${path%_all}; }
        # The pool has a folder for each first letter; for libraries, for each first four letters.
        letters=${path:0:1}
        [[ $path != lib* ]] || letters=${path:0:4}
        echo "${mirror%/}/pool/main/$letters/${path}_$architecture.deb ${path##*/}_$architecture.deb - SHA256:${!architecture}"
    done
}

# Downloads the files in such lines; apt compares the checksums.
download_files() {
    local uri file sum
    while read -r uri file _ sum; do
        [[ -e $downloads/$file ]] ||
            /usr/lib/apt/apt-helper --quiet=2 --option APT::Sandbox::User=root download-file "$uri" "$downloads/$file" "$sum" >&2 || {
            rm --force "$downloads/$file.FAILED"
            return 1
        }
    done <<<"$1"
}

# Files that exist but differ from Debian's signed list; apt checks only their size. The argument is the
# output of `--print-uris`.
altered() {
    local file sum
    while read -r _ file _ sum; do
        [[ ! $file || ! -e $downloads/$file || "SHA256:$(sha256sum <"$downloads/$file")" == "$sum  -" ]] || echo "$file"
    done <<<"$1"
}
remove_altered() {
    local file
    for file in $(altered "$1"); do
        step "$file is not whole, or was altered: downloading it again"
        rm --force "$downloads/$file"
    done
}

# `unpack_files FILES FOLDER`: reads such lines, too; replaces the folder.
unpack_files() {
    local file
    rm --recursive --force "$2"
    mkdir "$2"
    while read -r _ file _; do
        [[ ! $file ]] || dpkg-deb --extract "$downloads/$file" "$2" ||
            fail "cannot unpack $downloads/$file to $2: see dpkg-deb's message above; try again"
    done <<<"$1"
}

# Two folders for PATH: `programs` for the daemon, `client` for the caller.
link_programs() {
    local name
    mkdir "$1"/{programs,client}
    ln --symbolic ../usr/bin/docker "$1/client/docker"
    for name in /usr/sbin/{dockerd,runc} /usr/bin/{docker,docker-proxy,docker-registry,containerd,containerd-shim-runc-v2,ctr,mmdebstrap} /bin/busybox; do
        find_program "$1" "$name"
        ln --symbolic "..$found" "$1/programs/${name##*/}"
    done
    ln --symbolic ../usr/bin/tini-static "$1/programs/docker-init"
    # Only these need the prefix's libraries: if set for all, the variable would also affect programs of
    # the host.
    for name in ip{,6}tables{,-save,-restore}; do
        write_wrapper "$1/programs/$name" "xtables-nft-multi $name"
    done
    write_wrapper "$1/programs/nft" nft
}
write_wrapper() {
    cat >"$1" <<WRAPPER
#!/bin/sh
libraries=$prefix/usr/lib/$(uname --machine)-linux-gnu
export LD_LIBRARY_PATH="\$libraries" XTABLES_LIBDIR="\$libraries/xtables"
exec $prefix/usr/sbin/$2 "\$@"
WRAPPER
    chmod +x "$1"
}

# Debian moves programs between bin and sbin; sets `found`.
find_program() {
    for found in "$2" "/usr/bin/${2##*/}" "/usr/sbin/${2##*/}" "/bin/${2##*/}"; do
        [[ -x $1$found ]] && return
    done
    fail "cannot find ${2##*/} in the unpacked packages: Debian's layout has changed; report it, and install Docker instead"
}

check_libraries() {
    local missing
    missing=$(LD_LIBRARY_PATH=$1/usr/lib/$(uname --machine)-linux-gnu ldd "$1"/programs/{dockerd,docker,containerd,runc,docker-proxy} "$1"/usr/sbin/{xtables-nft-multi,nft} 2>&1 |
        grep --extended-regexp 'not found' | sort --unique || true)
    [[ ! $missing ]] || fail "cannot run the unpacked engine, libraries of this system are missing or too old: $missing"
}
