# shellcheck shell=bash
# Starts long-running processes and ends them by their own recorded id, never by a name.
#
# D/pids/<name> holds "pid start boot": a process is ours only while the kernel still shows that start time for
# that pid in the same boot, so a number that was given to somebody else's process is never signalled.

read -r BOOT_ID </proc/sys/kernel/random/boot_id
readonly BOOT_ID

# Start time in clock ticks since boot (field 22 of stat); nothing for a process that is gone or a zombie.
# The name in field 2 may hold spaces and brackets, hence the cut after the last one.
process_start_time() { # PID
    local stat
    # With the shell's own means: the waiting loops ask this twenty times a second.
    { IFS= read -r -d '' stat <"/proc/$1/stat"; } 2>/dev/null || true
    if [[ ! ${stat:-} ]]; then return 0; fi
    local -a field
    read -r -a field <<<"${stat##*) }"
    if [[ ${field[0]} != Z ]]; then printf '%s' "${field[19]}"; fi
}

process_record() { # NAME PID
    printf '%s %s %s\n' "$2" "$(process_start_time "$2")" "$BOOT_ID" >"$D/pids/$1.new"
    mv "$D/pids/$1.new" "$D/pids/$1"
}

# Prints the pid when the recorded process still runs.
process_pid() { # NAME
    local pid start boot
    [[ -e $D/pids/$1 ]] || return 1
    read -r pid start boot <"$D/pids/$1" || return 1
    [[ $boot == "$BOOT_ID" && $(process_start_time "$pid") == "$start" ]] || return 1
    printf '%s' "$pid"
}

process_is_running() { process_pid "$1" >/dev/null; }
process_has_ended() { ! process_is_running "$1"; }

# Runs in the child: no descriptor of the caller but the three standard ones. A daemon that kept one would hold
# the stack's lock, or the pipe of a test that waits for our output to end.
descriptors_close() {
    local path fd
    for path in /proc/self/fd/*; do
        fd=${path##*/}
        if ((fd > 2)); then exec {fd}>&-; fi
    done
}

# Own session: a Ctrl-C in the terminal is not for it. Shells start background jobs with SIGINT ignored, which a
# program would inherit; so the default is put back.
process_start() { # NAME COMMAND...
    local name=$1
    shift
    (
        descriptors_close
        cd "$D" || exit
        exec setsid env --default-signal=INT,QUIT "$@"
    ) </dev/null >>"$D/log/$name.log" 2>&1 &
    process_record "$name" $!
}

process_signal() { # NAME SIGNAL
    local pid
    if pid=$(process_pid "$1"); then kill -s "$2" "$pid" 2>/dev/null || true; fi
}

# Politely, then less so, saying it each time. The second signal asks for a quick end, KILL is the last resort.
process_end() { # NAME DEADLINE_MS SIGNAL SECOND_SIGNAL
    local name=$1 deadline_ms=$2 signal
    for signal in "$3" "$4" KILL; do
        process_signal "$name" "$signal"
        if wait_until "$deadline_ms" process_has_ended "$name"; then
            rm -f "$D/pids/$name"
            return 0
        fi
        say "  $name does not end $((deadline_ms / 1000)) s after SIG$signal"
    done
    say "  $name (pid $(process_pid "$name")) survived SIGKILL: it hangs in the kernel; its record stays"
    return 1
}

log_tail() { # NAME
    say "  the end of $D/log/$1.log:"
    tail -n 25 "$D/log/$1.log" 2>/dev/null | sed 's/^/    /' >&2 || true
}

process_ended_or() { # NAME QUESTION...
    local name=$1
    shift
    process_has_ended "$name" || "$@"
}

# Waits until a started process answers; stops waiting at once when it has ended.
process_wait() { # NAME DEADLINE_MS QUESTION...
    local name=$1 deadline_ms=$2
    shift 2
    if ! wait_until "$deadline_ms" process_ended_or "$name" "$@"; then
        say "$name runs but does not answer after $((deadline_ms / 1000)) s"
    elif process_has_ended "$name"; then
        say "$name ended while starting"
    else
        return 0
    fi
    log_tail "$name"
    return 1
}
