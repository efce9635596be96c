#!/usr/bin/env bash
# The local stack on real servers: two stacks side by side, their settings, repair after kill -9, and an end that
# leaves nothing of theirs and everything of others. Needs the packages of deploy/local/packages/run.txt.
#
#   tests/integration/stack/stack_test.sh
#
# Each check is a function check_*, run in the order written below; the last line counts them.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
readonly ROOT LOCAL=$ROOT/deploy/local
# Below /var/tmp, not in TMPDIR: sockets need a short path and the postgres user must reach it.
WORK=$(mktemp -d /var/tmp/arrears-stack-test.XXXXXX)
chmod 711 "$WORK"
readonly WORK ONE=$WORK/one TWO=$WORK/two
readonly SERVERS=(postgres redis kafka smtp)
readonly TOPIC=stack-test
# A command that takes longer hangs. The slowest one is a start in which the broker waits for its old registration.
readonly DEADLINE_S=90

passed=0 failed=0 bystander=''

cleanup() {
    "$LOCAL/down" --dir "$ONE" --purge >/dev/null 2>&1 || true
    "$LOCAL/down" --dir "$TWO" --purge >/dev/null 2>&1 || true
    if [[ $bystander ]]; then kill "$bystander" 2>/dev/null || true; fi
    rm -rf "$WORK"
}
trap cleanup EXIT

fail() { printf '    %s\n' "$*" >&2; return 1; }
expect() { [[ $2 == "$3" ]] || fail "$1: expected '$2', got '$3'"; } # WHAT EXPECTED GOT

# Own shell with set -e: a check ends at its first failing command.
check() { # NAME
    local began=$SECONDS
    set +e
    (set -e; "check_$1")
    local status=$?
    set -e
    if ((status == 0)); then
        passed=$((passed + 1)); printf 'ok      %s (%d s)\n' "$1" $((SECONDS - began))
    else
        failed=$((failed + 1)); printf 'FAILED  %s (%d s)\n' "$1" $((SECONDS - began))
    fi
}

wait_until() { # COMMAND...
    local end=$((SECONDS + DEADLINE_S))
    until "$@"; do
        ((SECONDS < end)) || fail "not within $DEADLINE_S s: $*" || return 1
        sleep 0.05
    done
}

up() { timeout "$DEADLINE_S" "$LOCAL/up" --servers-only --dir "$1" >"$WORK/up.out" 2>"$WORK/up.err" ||
    { cat "$WORK/up.err" >&2; return 1; }; }
down() { timeout "$DEADLINE_S" "$LOCAL/down" --dir "$@" 2>"$WORK/down.err" || { cat "$WORK/down.err" >&2; return 1; }; }
# The settings of one stack in this (sub)shell, the way a user takes them.
use() { local lines; lines=$("$LOCAL/env" --dir "$1"); eval "$lines"; }
pid_of() { cut -d' ' -f1 "$1/pids/$2"; }
runs() { [[ -e /proc/$1 && $(awk '/^State:/ { print $2 }' "/proc/$1/status" 2>/dev/null) == [^Z] ]]; }
ended() { ! runs "$1"; }

# Every process that has a file of the folder in its command line or works in it: more than the stack's own records.
processes_of() { # FOLDER
    local process
    for process in /proc/[0-9]*; do
        if [[ $process != "/proc/$BASHPID" && $(readlink "$process/cwd" 2>/dev/null) == "$1"* ]] ||
            tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qF -- "$1/"; then
            printf '%s\n' "${process#/proc/}"
        fi
    done
}
has_no_processes() { [[ -z $(processes_of "$1") ]]; }

tool() { # CLASS ARGUMENT...; a tool of Kafka from the jars that the stack runs on
    # Through the stack's own room, in a shell of its own: it knows the Java and the jars.
    # shellcheck disable=SC2016 # for the inner shell
    timeout "$DEADLINE_S" bash -c 'source "$1/lib/stack.sh"; shift; kafka_java -XX:TieredStopAtLevel=1 "$@"' \
        tool "$LOCAL" "$@" 2>>"$WORK/tool.err"
}

topic_make() {
    tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$ARREARS_KAFKA_BOOTSTRAP_SERVERS" \
        --create --topic "$TOPIC" --partitions 1 --replication-factor 1 >/dev/null
}
topic_write() { # TOPIC PRODUCER OPTION...
    local topic=$1
    shift
    tool kafka.tools.ConsoleProducer --bootstrap-server "$ARREARS_KAFKA_BOOTSTRAP_SERVERS" --topic "$topic" "$@"
}
topic_read() { # COUNT
    tool org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "$ARREARS_KAFKA_BOOTSTRAP_SERVERS" \
        --topic "$TOPIC" --from-beginning --max-messages "$1" --timeout-ms 30000
}

database_ask() { # ROLE SQL; with the role's password over TCP
    PGPASSWORD=$(cat "$ARREARS_STACK_DIR/secrets/$1") \
        psql -X -q -A -t -h 127.0.0.1 -p "$ARREARS_PG_PORT" -U "$1" -d "${1%_*}" -c "$2"
}
redis_ask() { redis-cli -s "$ARREARS_REDIS" "$@"; }

check_env_without_a_stack_fails() {
    local status=0
    "$LOCAL/env" --dir "$ONE" >"$WORK/env.out" 2>"$WORK/env.err" || status=$?
    expect 'exit code' 1 "$status"
    expect 'lines on stdout' '' "$(cat "$WORK/env.out")"
    grep -q 'no stack runs' "$WORK/env.err"
}

check_bad_folders_are_refused() {
    local folder
    mkdir "$WORK/mine" && : >"$WORK/mine/thesis.txt"
    for folder in "$WORK/with space" "$ROOT/inside" "$WORK/mine" "/var/tmp/$(printf 'x%.0s' {1..90})"; do
        if up "$folder" 2>/dev/null; then fail "up accepted $folder"; fi
    done
    if down "$WORK/mine" --purge 2>/dev/null; then fail 'down --purge accepted a folder that is no stack'; fi
    [[ -e $WORK/mine/thesis.txt ]]
}

check_two_stacks_start_at_once() {
    local first second
    "$LOCAL/up" --servers-only --dir "$ONE" >"$WORK/one.out" 2>&1 & first=$!
    "$LOCAL/up" --servers-only --dir "$TWO" >"$WORK/two.out" 2>&1 & second=$!
    wait "$first" || { cat "$WORK/one.out" >&2; return 1; }
    wait "$second" || { cat "$WORK/two.out" >&2; return 1; }
    grep -q 'deploy/local/down' "$WORK/one.out"
}

check_ports_differ() {
    expect 'shared ports' '' "$(cat "$ONE/ports" "$TWO/ports" | cut -d= -f2 | sort | uniq -d)"
}

# None of them listens yet: by chance alone a hundred of 500 blocks would hardly ever differ.
check_no_block_is_promised_twice() {
    local i
    printf '%s\n' "source $LOCAL/lib/common.sh" "source $LOCAL/lib/ports.sh" 'stack_is_running() { false; }' ports_settle >"$WORK/choose"
    for i in {1..100}; do mkdir -p "$WORK/ports/$i"; done
    export XDG_CACHE_HOME=$WORK/cache
    printf '%s\n' {1..100} | xargs -P 4 -I{} env D="$WORK/ports/{}" bash "$WORK/choose"
    expect 'different blocks' 100 "$(sed -n 's/^postgres=//p' "$WORK"/ports/*/ports | sort -u | wc -l)"
    rm -r "$WORK/ports"/{1..99}
    D=$WORK/ports/100 bash "$WORK/choose"
    expect 'promises of stacks that are gone' '' "$(grep -v 'ports/100$' "$WORK/cache/arrears/ports" || true)"
}

check_env_prints_export_lines() {
    expect 'other lines' '' "$("$LOCAL/env" --dir "$ONE" | grep -v '^export [A-Z_]*=' || true)"
    use "$ONE"
    expect folder "$ONE" "$ARREARS_STACK_DIR"
    expect 'first on PATH' "$ROOT/build/release/bin" "${PATH%%:*}"
    local name
    # Addresses of services are printed for those that are built.
    for name in KAFKA_BOOTSTRAP_SERVERS OPERATOR_KEY_FILE MAIL_DIR PG_PORT REDIS_PORT; do
        name=ARREARS_$name
        [[ ${!name:-} ]] || fail "no $name"
    done
}

check_private_files_are_private() {
    expect secrets 700 "$(stat -c %a "$ONE/secrets")"
    expect 'mode of the passwords' 600 "$(stat -c %a "$ONE"/secrets/* | sort -u)"
    expect passwords 6 "$(find "$ONE/secrets" -type f | wc -l)"
    expect 'only loopback' '' "$(sed -n 's/^\(bind\|listeners\).*0\.0\.0\.0.*/&/p' \
        "$ONE/redis/redis.conf" "$ONE/kafka/server.properties")"
}

check_postgres_answers_with_its_roles() {
    local database
    use "$ONE"
    for database in ledger dunning approvals; do
        expect owner "$database|${database}_owner" \
            "$(database_ask "${database}_owner" 'SELECT current_database(), pg_get_userbyid(datdba) FROM pg_database
                WHERE datname = current_database()')"
        expect application "${database}_app" "$(database_ask "${database}_app" 'SELECT current_user')"
    done
    if PGPASSWORD=wrong psql -X -h 127.0.0.1 -p "$ARREARS_PG_PORT" -U ledger_app -d ledger -c '' 2>/dev/null; then
        fail 'a wrong password was taken'
    fi
    if PGPASSWORD=$(cat "$ONE/secrets/ledger_app") \
        psql -X -h 127.0.0.1 -p "$ARREARS_PG_PORT" -U ledger_app -d dunning -c '' 2>/dev/null; then
        fail 'a role came into the database of another service'
    fi
    if database_ask ledger_app 'CREATE TABLE t (n int)' 2>/dev/null; then
        fail 'the application role could change the schema'
    fi
    database_ask ledger_owner 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)'
}

check_postgres_is_durable() {
    use "$ONE"
    expect settings 'on|on|on|on' "$(database_ask ledger_owner "SELECT current_setting('fsync'),
        current_setting('synchronous_commit'), current_setting('full_page_writes'), current_setting('data_checksums')")"
}

check_redis_answers() {
    use "$ONE"
    expect 'append only' yes "$(redis_ask config get appendonly | tail -1)"
    expect 'written out' everysec "$(redis_ask config get appendfsync | tail -1)"
    expect eviction noeviction "$(redis_ask config get maxmemory-policy | tail -1)"
    expect 'through TCP' PONG "$(redis-cli -h 127.0.0.1 -p "$ARREARS_REDIS_PORT" ping)"
    expect 'set' OK "$(redis_ask set kept 7)"
}

check_kafka_takes_and_gives() {
    use "$ONE"
    topic_make
    printf 'first\nsecond\n' | topic_write "$TOPIC"
    expect messages $'first\nsecond' "$(topic_read 2)"
}

check_kafka_makes_no_topic_by_itself() {
    use "$TWO"
    # The tool exits 0 whatever becomes of the message; its complaint is what tells.
    printf 'lost\n' | topic_write undeclared --producer-property max.block.ms=1000 >"$WORK/undeclared.out"
    grep -q 'not present in metadata' "$WORK/tool.err" || fail 'a message to an undeclared topic was taken'
    expect 'topics of the other stack' '' "$(tool org.apache.kafka.tools.TopicCommand --list \
        --bootstrap-server "$ARREARS_KAFKA_BOOTSTRAP_SERVERS" --exclude-internal)"
}

mail_send() { # TO
    printf 'From: a@example.com\r\nTo: %s\r\nSubject: reminder\r\n\r\nBody with \303\274.\r\n.dot\r\n' "$1" |
        curl -sS -m 20 "$ARREARS_SMTP_URL" --mail-from a@example.com --mail-rcpt "$1" --upload-file -
}

check_smtp_keeps_mails() {
    use "$ONE"
    mail_send one@example.com
    mail_send two@example.com
    expect mails '0001.eml 0002.eml' "$(cd "$ARREARS_MAIL_DIR" && echo ./* | sed 's|\./||g')"
    grep -q '^Delivered-To: two@example.com' "$ARREARS_MAIL_DIR/0002.eml"
    # A line that begins with a dot travels with a second one, which must be gone again.
    grep -q $'^\\.dot\r$' "$ARREARS_MAIL_DIR/0002.eml"
    if mail_send x@refused.test 2>/dev/null; then fail 'mail to refused.test was taken'; fi
    expect 'mails after a refusal' 2 "$(find "$ARREARS_MAIL_DIR" -type f | wc -l)"
}

check_second_up_is_harmless() {
    local before
    before=$(cat "$ONE"/pids/* "$ONE/ports" "$ONE"/secrets/*)
    up "$ONE"
    grep -q 'already running' "$WORK/up.err"
    expect 'processes, ports and passwords' "$before" "$(cat "$ONE"/pids/* "$ONE/ports" "$ONE"/secrets/*)"
}

check_up_repairs_a_killed_broker() {
    local old others
    old=$(pid_of "$ONE" kafka)
    others=$(cat "$ONE"/pids/{postgres,redis,smtp} "$ONE/ports")
    kill -9 "$old"
    wait_until ended "$old"
    up "$ONE"
    [[ $(pid_of "$ONE" kafka) != "$old" ]]
    expect 'the others, and the ports' "$others" "$(cat "$ONE"/pids/{postgres,redis,smtp} "$ONE/ports")"
    use "$ONE"
    printf 'third\n' | topic_write "$TOPIC"
    expect messages $'first\nsecond\nthird' "$(topic_read 3)"
}

check_up_repairs_a_killed_database() {
    local old
    old=$(pid_of "$ONE" postgres)
    kill -9 "$old"
    wait_until ended "$old"
    up "$ONE"
    use "$ONE"
    expect 'row' 7 "$(database_ask ledger_owner 'SELECT n FROM kept')"
}

check_a_foreign_pid_is_not_ended() {
    local record=$TWO/pids/smtp saved
    saved=$(cat "$record")
    # As if the sink had died and its number had been given to somebody else's process.
    printf '%s %s\n' "$bystander" "${saved#* }" >"$record"
    down "$TWO"
    runs "$bystander" || fail 'down ended a process that is not its own'
    # The sink lost its record by our doing: end it ourselves.
    kill "${saved%% *}"
    wait_until has_no_processes "$TWO"
}

check_down_touches_no_other_stack() {
    local server
    for server in "${SERVERS[@]}"; do runs "$(pid_of "$ONE" "$server")" || fail "$server of the first stack is gone"; done
    if "$LOCAL/env" --dir "$TWO" >/dev/null 2>&1; then fail 'env still finds the second stack'; fi
}

check_data_stay_after_down() {
    down "$ONE"
    wait_until has_no_processes "$ONE"
    up "$ONE"
    use "$ONE"
    expect 'row' 7 "$(database_ask ledger_owner 'SELECT n FROM kept')"
    expect 'key' 7 "$(redis_ask get kept)"
    expect messages $'first\nsecond\nthird' "$(topic_read 3)"
    mail_send three@example.com
    [[ -e $ARREARS_MAIL_DIR/0003.eml ]]
}

check_purge_leaves_nothing() {
    down "$ONE" --purge
    down "$TWO" --purge
    expect folders '' "$(cd "$WORK" && find . -maxdepth 1 -name one -o -maxdepth 1 -name two)"
    wait_until has_no_processes "$ONE"
    wait_until has_no_processes "$TWO"
    down "$ONE"
    runs "$bystander"
}

main() {
    # Somebody else's process on the same machine: it must be there at the end.
    sleep infinity & bystander=$!
    local name
    for name in env_without_a_stack_fails bad_folders_are_refused two_stacks_start_at_once ports_differ \
        no_block_is_promised_twice env_prints_export_lines private_files_are_private postgres_answers_with_its_roles postgres_is_durable \
        redis_answers kafka_takes_and_gives kafka_makes_no_topic_by_itself smtp_keeps_mails \
        second_up_is_harmless up_repairs_a_killed_broker up_repairs_a_killed_database \
        a_foreign_pid_is_not_ended down_touches_no_other_stack data_stay_after_down purge_leaves_nothing; do
        check "$name"
    done
    if ((failed)); then sed 's/^/    tool: /' "$WORK/tool.err" >&2 2>/dev/null || true; fi
    printf '%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0))
}

main
