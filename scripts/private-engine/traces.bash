# Changes that a daemon makes on the host, and how to undo each, even after the daemon was killed.
# shellcheck disable=SC2154 # The folders' names come from `folders.bash`.

# Records the state before the changes, before the first start since boot.
remember_host() {
    local boot
    boot=$(</proc/sys/kernel/random/boot_id)
    [[ ! -e $host_before || $(head --lines=1 "$host_before") != "$boot" ]] || return 0
    {
        echo "$boot"
        cat /proc/sys/net/ipv4/ip_forward
        "$prefix/programs/iptables-save" 2>/dev/null | awk '/^\*/ { table = $1 } table == "*filter" && /^:FORWARD/ { policy = $2 }
            END { print policy ? policy : "ACCEPT" }'
        tables_of iptables
        tables_of ip6tables
    } >"$host_before.new"
    mv "$host_before.new" "$host_before"
}

# Fails if no daemon has run since the last clean `down`, or since boot.
something_was_left() {
    [[ -e $host_before && $(head --lines=1 "$host_before") == "$(</proc/sys/kernel/random/boot_id)" ]]
}

# Before a start: removes processes, mounts and networks left by an engine that was killed.
clear_what_was_left() {
    if something_was_left; then
        step "clearing what an engine that ended without warning left behind"
        kill_leftover_processes
        undo_changes
    fi
    remove_mounts
    rm --recursive --force --one-file-system "$run_folder"
}

undo_changes() {
    remove_shim_sockets
    remove_mounts
    remove_run_folders
    remove_bridges
    remove_firewall_rules
    remove_cgroups
    restore_forwarding
    rm --force "$host_before"
}

# containerd keeps its shims' sockets outside its own folders, and records their names in `address` (1.7)
# or in `bootstrap.json` (2).
remove_shim_sockets() {
    cat "$run_folder"/exec/containerd/daemon/io.containerd.runtime.v2.task/*/*/{address,bootstrap.json} 2>/dev/null |
        grep --only-matching --extended-regexp '/run/containerd/s/[0-9a-f]+' | xargs --no-run-if-empty rm --force || true
}

# Programs always create these folders; a folder in use is not empty and stays.
remove_run_folders() {
    rmdir /run/containerd/s /run/containerd /run/docker/plugins /run/docker /run/runc /run/mount 2>/dev/null || true
}

remove_mounts() {
    local mounts path
    mapfile -t mounts < <(awk '{ print $5 }' /proc/self/mountinfo | grep --fixed-strings "$home/" | sort --reverse || true)
    for path in "${mounts[@]}"; do
        path=$(printf '%b' "$path")
        umount "$path" 2>/dev/null || umount --lazy "$path" 2>/dev/null || true
    done
    ((${#mounts[@]} == 0)) || step "unmounted ${#mounts[@]} folders below $home"
}

# docker0, and the bridges of all networks that our engines have or had.
our_bridges() {
    local id
    echo docker0
    find "$home"/data-*/network/files -name local-kv.db -exec \
        grep --text --no-filename --only-matching --extended-regexp '"id":"[0-9a-f]{64}"' {} + 2>/dev/null |
        sort --unique | while IFS='"' read -r _ _ _ id _; do echo "br-${id:0:12}"; done
}

remove_bridges() {
    local bridge port removed=()
    for bridge in $(our_bridges); do
        [[ -d /sys/class/net/$bridge/bridge ]] || continue
        for port in "/sys/class/net/$bridge/brif"/*; do
            [[ ! -e $port ]] || "$prefix/programs/busybox" ip link delete "${port##*/}" 2>/dev/null || true
        done
        "$prefix/programs/busybox" ip link delete "$bridge"
        removed+=("$bridge")
    done
    ((${#removed[@]} == 0)) || step "removed the bridges ${removed[*]}"
}

remove_firewall_rules() {
    local family script count
    for family in iptables ip6tables; do
        script=$("$prefix/programs/$family-save" 2>/dev/null | rules_to_remove) || continue
        count=$(grep --count '^-[DX]' <<<"$script" || true)
        ((count > 0)) || continue
        "$prefix/programs/$family-restore" --noflush <<<"$script"
        step "removed $count rules and chains of $family"
        remove_new_tables "$family"
    done
}

# Tables that the daemon created, if no other program has added a rule since.
remove_new_tables() {
    local table kind=ip
    [[ $1 == iptables ]] || kind=ip6
    for table in $(tables_of "$1"); do
        grep --quiet --line-regexp "$table" "$host_before" ||
            "$prefix/programs/$1-save" --table "${table#*:}" | grep --quiet --extended-regexp '^-A|^:[^ ]+ -|^:[^ ]+ DROP' ||
            "$prefix/programs/nft" delete table "$kind" "${table#*:}"
    done
}
# Tables that exist, such as `iptables:nat`.
tables_of() { "$prefix/programs/$1-save" 2>/dev/null | sed --quiet "s,^\*,$1:,p"; }

# Reads the output of iptables-save, writes the input of iptables-restore.
rules_to_remove() {
    local forward
    forward=$(sed --quiet 3p "$host_before" 2>/dev/null || true)
    # If nothing was recorded: the kernel's default policy.
    awk -v bridges="$(our_bridges | paste --serial --delimiters='|')" -v forward="${forward:-ACCEPT}" '
        function ours() {
            return $0 ~ "( |^)(-[io] )(" bridges ")( |$)" || $0 ~ / -j DOCKER/ ||
                # A container that connects to its own published port.
                ($3 == "-s" && $5 == "-d" && $4 == $6 && / -j MASQUERADE/)
        }
        /^\*/ { chains = ""; print }
        /^\*filter/ { print ":FORWARD " forward " [0:0]" }
        /^:DOCKER/ { chain = substr($1, 2); print "-F " chain; chains = chains "-X " chain "\n" }
        /^-A/ && $2 !~ /^DOCKER/ && ours() { sub(/^-A/, "-D"); print }
        /^COMMIT/ { printf "%s", chains; print }'
}

remove_cgroups() {
    local folder
    for folder in $(cgroup_folders); do
        find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
}

restore_forwarding() {
    [[ ! -e $host_before ]] || sed --quiet 2p "$host_before" >/proc/sys/net/ipv4/ip_forward
}
