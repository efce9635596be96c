# shellcheck shell=bash
# The stack's TCP ports on 127.0.0.1: a block of neighbours, chosen once and written to D/ports.

# The order is the order in the block. Appending is safe; a running stack without a new name gets new ports
# only after its next down.
readonly PORT_NAMES=(postgres redis kafka kafka_controller smtp
    ledger_api ledger_admin scoring_api scoring_admin dunning_api dunning_admin approvals_api approvals_admin)

# 20000-29999 is below the range from which the kernel takes ports for outgoing connections (32768 up), so no
# passing connection sits on a port while its server restarts.
readonly PORT_FIRST=20000 PORT_BLOCK=20 PORT_BLOCKS=500
readonly PORT_PROMISES=${XDG_CACHE_HOME:-$HOME/.cache}/arrears/ports

# Local ports that somebody listens on, decimal, one a line; state 0A is LISTEN.
ports_listening() {
    local hex
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { n = split($2, a, ":"); print a[n] }' |
        while read -r hex; do printf '%d\n' "0x$hex"; done
}

port_get() { # NAME
    local name number
    while IFS='=' read -r name number; do
        if [[ $name == "$1" ]]; then printf '%s' "$number"; return 0; fi
    done <"$D/ports"
    die "no port named $1 in $D/ports"
}

# The blocks of this user's other stacks, one a line; a server may be seconds from listening on its port. A line holds
# while its stack's folder is there.
ports_promised() {
    local block folder
    while read -r block folder; do
        if [[ -d $folder && $folder != "$D" ]]; then printf '%d %s\n' "$block" "$folder"; fi
    done <"$PORT_PROMISES"
}

ports_promise() { # BLOCK, of which nobody listens on any
    local promised
    promised=$(ports_promised)
    [[ $'\n'$promised != *$'\n'"$1 "* ]] || return 1
    printf '%s\n' ${promised:+"$promised"} "$1 $D" >"$PORT_PROMISES.new" || die "cannot write $PORT_PROMISES.new"
    mv "$PORT_PROMISES.new" "$PORT_PROMISES"
}

ports_choose() {
    local taken block try i
    taken=$(ports_listening)
    for ((try = 0; try < PORT_BLOCKS; try++)); do
        block=$((PORT_FIRST + PORT_BLOCK * (SRANDOM % PORT_BLOCKS)))
        if ! awk -v a="$block" -v n="$PORT_BLOCK" '$1 >= a && $1 < a + n { found = 1 } END { exit !found }' \
            <<<"$taken" && ports_promise "$block"; then
            for i in "${!PORT_NAMES[@]}"; do printf '%s=%d\n' "${PORT_NAMES[i]}" $((block + i)); done >"$D/ports.new"
            mv "$D/ports.new" "$D/ports"
            return 0
        fi
    done
    die "found no free block of $PORT_BLOCK ports in $PORT_FIRST-$((PORT_FIRST + PORT_BLOCK * PORT_BLOCKS - 1))"
}

ports_are_usable() {
    local name number taken
    [[ -s $D/ports ]] || return 1
    taken=$'\n'$(ports_listening)$'\n'
    for name in "${PORT_NAMES[@]}"; do
        number=$(sed -n "s/^$name=//p" "$D/ports")
        [[ $number && $taken != *$'\n'"$number"$'\n'* ]] || return 1
    done
}

# While anything of the stack runs its ports stay, others know them by now. A stopped stack keeps them if it can.
ports_settle() {
    local lock_fd
    if stack_is_running; then return 0; fi
    mkdir -p "${PORT_PROMISES%/*}"
    exec {lock_fd}>>"$PORT_PROMISES.lock"
    flock "$lock_fd"
    [[ -e $PORT_PROMISES ]] || : >"$PORT_PROMISES"
    (ports_are_usable && ports_promise "$(port_get "${PORT_NAMES[0]}")") || ports_choose
    exec {lock_fd}>&-
}
