#!/usr/bin/env bash
# proto/README.md holds the table of topics as the program prints it.
#
#   tests/contract/readme.sh ARREARS
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ARREARS_KAFKA_BOOTSTRAP_SERVERS=none # the table comes from the program, nothing is asked
"$1" topics list --markdown | while IFS= read -r row; do
    grep -qxF -- "$row" "$root/proto/README.md" || { printf 'proto/README.md has no row\n%s\n' "$row" >&2; exit 1; }
done
echo 'proto/README.md is as the program prints it'
