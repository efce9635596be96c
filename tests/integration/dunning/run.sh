#!/usr/bin/env bash
# Runs dunning's tests on a real PostgreSQL in a private folder, which is gone afterwards.
#
#   tests/integration/dunning/run.sh build/dev/tests/dunning_store_test
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
# Below /var/tmp, not in TMPDIR: sockets need a short path and the postgres user must reach it.
work=$(mktemp -d /var/tmp/arrears-dunning-test.XXXXXX)
chmod 711 "$work"
cleanup() {
    "$root/deploy/local/down" --dir "$work/stack" --purge >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

"$root/deploy/local/up" --servers-only --dir "$work/stack" >"$work/up.out" 2>&1 || {
    cat "$work/up.out" >&2
    exit 1
}
port=$(sed -n 's/^postgres=//p' "$work/stack/ports")
where="host=$work/stack/run port=$port dbname=dunning"
export ARREARS_TEST_DATABASE="$where user=dunning_app"
export ARREARS_TEST_DATABASE_OWNER="$where user=dunning_owner"
ARREARS_TEST_DATABASE_PASSWORD=$(cat "$work/stack/secrets/dunning_app")
ARREARS_TEST_DATABASE_OWNER_PASSWORD=$(cat "$work/stack/secrets/dunning_owner")
export ARREARS_TEST_DATABASE_PASSWORD ARREARS_TEST_DATABASE_OWNER_PASSWORD
"$@"
