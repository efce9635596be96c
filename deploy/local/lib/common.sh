# shellcheck shell=bash
# What up, down and env share: messages, options, where the stack's folder is, waiting for a condition.
#
# Layout of the stack's folder D:
#   ports            name=number, chosen once and kept while anything runs
#   pids/<name>      pid, start time and boot of one process (lib/process.sh)
#   log/<name>.log   what that process said
#   run/             unix sockets of PostgreSQL and Redis
#   secrets/         a password per database role; 700
#   keys/            key pairs: the operator's, the journal's; 700
#   mail/NNNN.eml    every mail that was sent; 700
#   postgres/ redis/ kafka/    data and generated settings of the servers
#   <service>.env    the settings a service was started with

# The longest socket below D is run/.s.PGSQL.NNNNN (20 bytes with its slash) and a socket's path ends at 107.
readonly STACK_DIR_MAX=87
readonly STACK_MARK=.arrears-stack

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
readonly HERE ROOT

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

default_dir() { printf '/var/tmp/arrears-%s' "$(id -un)"; }

# Prints the comment at the top of the script that was called: the help stands in one place only.
usage() { awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"; }

# Reads --dir D and the flags that the caller names; sets D and, for a flag --some-thing, OPT_SOME_THING=1.
options_read() { # "FLAG..." ARG...
    local flags=" $1 " name
    shift
    D=$(default_dir)
    while (($#)); do
        case $1 in
            -h | --help) usage; exit 0 ;;
            --dir) (($# >= 2)) || die "--dir needs a folder"; D=$2; shift ;;
            --dir=*) D=${1#--dir=} ;;
            *)
                [[ $flags == *" $1 "* ]] || { usage >&2; die "unknown argument: $1"; }
                name=${1#--}
                name=${name//-/_}
                printf -v "OPT_${name^^}" 1
                ;;
        esac
        shift
    done
    D=$(realpath -m -- "$D")
    dir_check_name
}

# Strict, so that the path needs no quoting in four servers' settings files.
dir_check_name() {
    [[ $D =~ ^/[A-Za-z0-9._/-]+$ ]] || die "the folder's path may hold only letters, digits and . _ - /: $D"
    ((${#D} <= STACK_DIR_MAX)) ||
        die "the folder's path is ${#D} bytes long, sockets in it allow $STACK_DIR_MAX: $D"
    [[ $D/ != "$ROOT"/* ]] || die "the folder must be outside the clone: $D"
}

# " --dir D" for commands shown to the user; nothing for the default folder.
dir_option() { if [[ $D != "$(default_dir)" ]]; then printf ' --dir %s' "$D"; fi; }

# Makes D, or refuses one that is not ours: "down --purge" will remove it.
dir_make() {
    if [[ -e $D && ! -e $D/$STACK_MARK ]]; then
        [[ -d $D && -z $(ls -A "$D") ]] || die "$D exists and is no Arrears stack; name another folder with --dir"
    fi
    mkdir -p "$D"
    [[ -O $D ]] || die "$D belongs to somebody else; name another folder with --dir"
    # Others may pass through (PostgreSQL may run as another user) but not look around.
    chmod 711 "$D"
    : >>"$D/$STACK_MARK"
    (umask 077 && cd "$D" && mkdir -p pids log redis kafka secrets keys mail)
}

dir_is_stack() { [[ -e $D/$STACK_MARK && -O $D ]]; }

# One up or down at a time per folder. The descriptor is closed in everything that is started (process_start).
dir_lock() {
    exec {LOCK_FD}>>"$D/$STACK_MARK"
    flock -w 300 "$LOCK_FD" || die "another up or down has been working on $D for five minutes"
}

now_ms() { local t=${EPOCHREALTIME/[.,]/}; printf '%s' "${t%???}"; }

# Asks a question every 50 ms until it is answered with yes. The deadline ends the wait, not the pace.
wait_until() { # DEADLINE_MS COMMAND...
    local end
    end=$(($(now_ms) + $1))
    shift
    until "$@"; do
        (($(now_ms) < end)) || return 1
        sleep 0.05
    done
}
