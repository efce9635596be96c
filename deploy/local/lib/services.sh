# shellcheck shell=bash
# The four services: their settings, and how they are migrated, started and ended.
#
# A service takes part when its binary is there, so a stack can be used before all of them are built.

readonly BIN=$ROOT/build/release/bin
# Enough to see tasks spread over replicas, few enough for one machine.
readonly PARTITIONS=8

# Columns: name (as binary and, for pg, as database), where it keeps its state (pg, redis, none), further settings.
# The order is the order of starting: a service is up before those that read from it.
# A further setting names a function "setting_<word>" below.
readonly SERVICES='
ledger    pg    journal
scoring   redis
dunning   pg    smtp
approvals pg
'
# A first start may have to read the rule topic and wait for its partitions to be assigned.
readonly SERVICE_START_MS=30000
# A service ends between two batches; its own limit for the last one is shorter than this.
readonly SERVICE_END_MS=20000

service_binary() { printf '%s/%s' "$BIN" "$1"; }
service_is_built() { [[ -x $(service_binary "$1") ]]; }

setting() { printf '%s=%s\n' "$1" "${2@Q}"; }

setting_storage() { # SERVICE STORAGE
    case $2 in
        pg)
            setting ARREARS_DATABASE "host=$D/run port=$(port_get postgres) dbname=$1 user=$1_app"
            setting ARREARS_DATABASE_PASSWORD_FILE "$D/secrets/$1_app"
            ;;
        redis) setting ARREARS_REDIS "$D/run/redis.sock" ;;
        none) ;;
        *) die "unknown storage of $1: $2" ;;
    esac
}

setting_journal() {
    setting ARREARS_LEDGER_JOURNAL_KEY_FILE "$D/keys/journal.key"
}

setting_smtp() {
    setting ARREARS_SMTP_URL "smtp://127.0.0.1:$(port_get smtp)"
    setting ARREARS_SMTP_TLS none # the sink listens on loopback and has no certificate
}

service_settings() { # SERVICE STORAGE FURTHER...
    local name=$1 further
    setting ARREARS_KAFKA_BOOTSTRAP_SERVERS "127.0.0.1:$(port_get kafka)"
    # A fixed member name: after a restart the service gets its partitions back without a rebalance.
    setting ARREARS_GROUP_INSTANCE_ID "$name-1"
    setting ARREARS_ADMIN_PORT "$(port_get "${name}_admin")"
    setting ARREARS_API_PORT "$(port_get "${name}_api")"
    setting ARREARS_OPERATOR_KEYS_FILE "$D/keys/operator.pub"
    setting_storage "$name" "$2"
    shift 2
    for further in "$@"; do "setting_$further"; done
}

service_settings_write() { # SERVICE STORAGE FURTHER...
    (umask 077 && service_settings "$@" >"$D/$1.env.new")
    mv "$D/$1.env.new" "$D/$1.env"
}

# Into the environment of a subshell. The caller's shell may hold the lines of another stack's "env": a service
# gets exactly what its file says.
service_settings_load() { # SERVICE
    unset "${!ARREARS_@}"
    set -a
    # shellcheck source=/dev/null
    source "$D/$1.env"
    set +a
}

# Only a migration gets the owner's name and password; the running service never has them.
service_migrate() { # SERVICE
    local name=$1
    (
        service_settings_load "$name"
        ARREARS_DATABASE_OWNER="host=$D/run port=$(port_get postgres) dbname=$name user=${name}_owner"
        ARREARS_DATABASE_OWNER_PASSWORD_FILE=$D/secrets/${name}_owner
        export ARREARS_DATABASE_OWNER ARREARS_DATABASE_OWNER_PASSWORD_FILE
        exec "$(service_binary "$name")" migrate
    ) >>"$D/log/$name.log" 2>&1 || { say "$name could not migrate its database"; log_tail "$name"; return 1; }
}

service_start() { # SERVICE
    (
        service_settings_load "$1"
        process_start "$1" "$(service_binary "$1")"
    )
}

service_is_ready() { # SERVICE
    curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$(port_get "$1_admin")/readyz" 2>/dev/null
}

# A build replaces the file under a running process, which goes on with the old one.
service_say_if_outdated() { # SERVICE
    local exe
    exe=$(readlink "/proc/$(process_pid "$1")/exe") || return 0
    if [[ $exe == *' (deleted)' ]]; then say "$1 runs an older build; deploy/local/down and up bring the new one"; fi
}

service_bring_up() { # SERVICE STORAGE FURTHER...
    local name=$1
    service_is_built "$name" || return 0
    if process_is_running "$name"; then service_say_if_outdated "$name"; return 0; fi
    service_settings_write "$@"
    if [[ $2 == pg ]]; then service_migrate "$name" || return 1; fi
    service_start "$name"
}

services_start() {
    local name
    local -a row
    while read -r -a row; do
        if ((${#row[@]})); then service_bring_up "${row[@]}" || return 1; fi
    done <<<"$SERVICES"
    for name in $(names_of "$SERVICES"); do
        if service_is_built "$name"; then
            process_wait "$name" "$SERVICE_START_MS" service_is_ready "$name" || return 1
        fi
    done
}

# The last ones first, and each before the one that feeds it: nobody is left to complain about a lost partner.
services_end() {
    local name failed=''
    for name in $(names_reversed "$SERVICES"); do
        if process_is_running "$name"; then process_end "$name" "$SERVICE_END_MS" TERM TERM || failed=1; fi
    done
    [[ ! $failed ]]
}

# What has to be true of the broker before a service starts: topics, an operator's key, rules to go by. Each
# command changes only what is missing, so a second up repeats them without effect.
broker_prepare() {
    [[ -x $BIN/arrears ]] || return 0
    local ARREARS_KAFKA_BOOTSTRAP_SERVERS ARREARS_OPERATOR_KEY_FILE=$D/keys/operator.key
    ARREARS_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$(port_get kafka)
    export ARREARS_KAFKA_BOOTSTRAP_SERVERS ARREARS_OPERATOR_KEY_FILE
    tool_run topics apply --partitions "$PARTITIONS" || return 1
    [[ -e $D/keys/operator.key ]] || tool_run keys new --out "$D/keys/operator" || return 1
    [[ -e $D/keys/journal.key ]] || tool_run keys new --out "$D/keys/journal" || return 1
    tool_run policy publish "$ROOT/policies/" || return 1
}

tool_run() { # ARGUMENT OF arrears...
    printf '$ arrears %s\n' "$*" >>"$D/log/arrears.log"
    "$BIN/arrears" "$@" </dev/null >>"$D/log/arrears.log" 2>&1 ||
        { say "arrears $1 $2 failed"; log_tail arrears; return 1; }
}
