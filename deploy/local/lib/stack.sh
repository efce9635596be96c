# shellcheck shell=bash
# The two tables of the stack, servers and services, and what is done to every row of them.

# shellcheck source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"
# shellcheck source=java.sh
source "$HERE/lib/java.sh"
# shellcheck source=process.sh
source "$HERE/lib/process.sh"
# shellcheck source=ports.sh
source "$HERE/lib/ports.sh"
# shellcheck source=postgres.sh
source "$HERE/lib/postgres.sh"
# shellcheck source=redis.sh
source "$HERE/lib/redis.sh"
# shellcheck source=kafka.sh
source "$HERE/lib/kafka.sh"
# shellcheck source=smtp.sh
source "$HERE/lib/smtp.sh"
# shellcheck source=services.sh
source "$HERE/lib/services.sh"

# Each server has <name>_start and <name>_answers in its own file. Columns: name, then the signals that end it.
# PostgreSQL's TERM waits for its clients to leave; INT closes their connections, QUIT leaves the tidying to the
# next start.
readonly SERVERS='
postgres INT  QUIT
redis    TERM TERM
kafka    TERM TERM
smtp     TERM TERM
'
# A broker that was killed may find its own registration still alive and wait for it to expire, and a log to
# check; twice that on a busy machine.
readonly SERVER_START_MS=60000
# The broker's orderly end takes about a second, a database with much to write out some more.
readonly SERVER_END_MS=20000

# First column of a table, one a line.
names_of() { awk 'NF { print $1 }' <<<"$1"; }
names_reversed() { names_of "$1" | tac; }

stack_is_running() {
    local name
    for name in $(names_of "$SERVERS$SERVICES"); do
        if process_is_running "$name"; then return 0; fi
    done
    return 1
}

# Side by side: making the cluster and formatting the log take a second each, the broker's start some more.
servers_start() {
    local name failed=''
    local -A starter
    for name in $(names_of "$SERVERS"); do
        if process_is_running "$name"; then continue; fi
        "${name}_start" &
        starter[$name]=$!
    done
    for name in "${!starter[@]}"; do wait "${starter[$name]}" || { say "$name did not start"; failed=1; }; done
    [[ ! $failed ]]
}

servers_wait() {
    local name failed=''
    for name in $(names_of "$SERVERS"); do
        process_wait "$name" "$SERVER_START_MS" "${name}_answers" || failed=1
    done
    [[ ! $failed ]]
}

servers_end() {
    local name first second failed=''
    while read -r name first second; do
        if [[ $name ]] && process_is_running "$name"; then
            process_end "$name" "$SERVER_END_MS" "$first" "$second" || failed=1
        fi
    done < <(tac <<<"$SERVERS")
    [[ ! $failed ]]
}
