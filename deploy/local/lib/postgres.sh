# shellcheck shell=bash
# PostgreSQL 15: private cluster in D/postgres, socket in D/run, checksums on, durability as shipped.
#
# Who may come in: the superuser "postgres" through the socket, without a password, for the operating system's
# users that run the stack; every other role with its password, through the socket as through TCP.

readonly PG_BIN=/usr/lib/postgresql/15/bin
readonly PG_DATABASES=(ledger dunning approvals)

# PostgreSQL refuses root; Debian's package has made the user "postgres" for that.
postgres_user() { if ((EUID == 0)); then printf postgres; else id -un; fi; }

# "exec" all the way (runuser would stay as a parent and hide the server's own process id).
postgres_as() {
    if ((EUID == 0)); then
        printf '%s\n' setpriv --reuid=postgres --regid=postgres --init-groups
    fi
}

postgres_run_as() { # COMMAND...
    local -a as
    mapfile -t as < <(postgres_as)
    (cd / && exec "${as[@]}" "$@")
}

postgres_dirs_make() {
    mkdir -p "$D/run" "$D/postgres"
    chmod 711 "$D/run"
    chmod 700 "$D/postgres"
    if ((EUID == 0)); then chown postgres: "$D/run" "$D/postgres"; fi
    postgres_run_as test -x "$D/run" ||
        die "the user $(postgres_user) cannot reach $D; name a folder below /var/tmp with --dir"
}

# initdb leaves half a cluster when it is killed, so it works aside and the result is moved into place.
postgres_cluster_make() {
    [[ ! -e $D/postgres/data ]] || return 0
    rm -rf "$D/postgres/data.new"
    postgres_run_as "$PG_BIN/initdb" --pgdata="$D/postgres/data.new" --username=postgres --data-checksums \
        --encoding=UTF8 --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256 >>"$D/log/postgres.log" 2>&1 ||
        { say "initdb failed"; log_tail postgres; return 1; }
    mv "$D/postgres/data.new" "$D/postgres/data"
}

# Rewritten at each start, beside the cluster: what is ours is not mixed with what initdb made.
postgres_settings_write() {
    cat >"$D/postgres/hba.conf" <<-HBA
		local all postgres              peer map=stack
		local all all                   scram-sha-256
		host  all all      127.0.0.1/32 scram-sha-256
	HBA
    printf 'stack %s postgres\n' "$(postgres_user)" "$(id -un)" | sort -u >"$D/postgres/ident.conf"
    chmod 644 "$D/postgres/hba.conf" "$D/postgres/ident.conf"
}

# Every process of a server works in its data folder; one that cannot be looked into has ended.
postgres_data_is_unused() {
    local cwd
    for cwd in /proc/[0-9]*/cwd; do
        if [[ $(readlink "$cwd" 2>/dev/null) == "$D/postgres/data" ]]; then return 1; fi
    done
}

# A killed server leaves two lock files, and children that need a moment to notice. The next server would refuse
# to start while the pid in them exists in any form, a zombie that nobody has collected included. Nobody in the
# folder, and nobody else starting one (we hold the stack's lock): the files are stale.
postgres_leftovers_clear() {
    wait_until 10000 postgres_data_is_unused ||
        { say "processes of an earlier PostgreSQL still work in $D/postgres/data"; return 1; }
    rm -f "$D/postgres/data/postmaster.pid" "$D"/run/.s.PGSQL.*
}

postgres_start() {
    postgres_dirs_make
    postgres_cluster_make || return 1
    postgres_leftovers_clear || return 1
    postgres_settings_write
    local -a as more=()
    local setting
    mapfile -t as < <(postgres_as)
    for setting in ${ARREARS_LOCAL_POSTGRES:-}; do more+=(-c "$setting"); done
    process_start postgres "${as[@]}" "$PG_BIN/postgres" -D "$D/postgres/data" \
        -c listen_addresses=127.0.0.1 -c port="$(port_get postgres)" \
        -c unix_socket_directories="$D/run" \
        -c hba_file="$D/postgres/hba.conf" -c ident_file="$D/postgres/ident.conf" \
        -c password_encryption=scram-sha-256 \
        -c log_line_prefix='%m [%p] %q%u@%d ' -c cluster_name=arrears "${more[@]}"
}

postgres_answers() { "$PG_BIN/pg_isready" -q -U postgres -d postgres -h "$D/run" -p "$(port_get postgres)"; }

postgres_sql() { # DATABASE [PSQL ARGUMENT...]; the script on stdin
    local database=$1
    shift
    "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$D/run" -p "$(port_get postgres)" -U postgres -d "$database" "$@"
}

# 24 random bytes as text without characters that a connection string would have to quote.
secret_make() { # NAME
    [[ ! -s $D/secrets/$1 ]] || return 0
    (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' >"$D/secrets/$1.new")
    mv "$D/secrets/$1.new" "$D/secrets/$1"
}

# The owner's role changes the schema (migrate), the application's role only works in it; which tables it may
# write is said by each migration. Passwords reach psql in a file, not as arguments that "ps" would show.
postgres_database_make() { # NAME
    local role
    for role in "$1_owner" "$1_app"; do secret_make "$role"; done
    postgres_sql postgres -v name="$1" -v owner="$1_owner" -v app="$1_app" -v secrets="$D/secrets" >/dev/null <<-'SQL'
		\set owner_file :secrets '/' :owner
		\set app_file :secrets '/' :app
		\set owner_password `cat :'owner_file'`
		\set app_password `cat :'app_file'`
		SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY[:'owner', :'app']) AS role
		 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
		ALTER ROLE :"owner" PASSWORD :'owner_password';
		ALTER ROLE :"app" PASSWORD :'app_password';
		SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
		 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
		REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
		GRANT CONNECT ON DATABASE :"name" TO :"app";
	SQL
}

postgres_databases_make() {
    local database
    for database in "${PG_DATABASES[@]}"; do
        postgres_database_make "$database" || { say "cannot make the database $database"; log_tail postgres; return 1; }
    done
}
