#!/usr/bin/env bash
# The contract against buf: lint (every field has a comment), and nothing broken since the commit that
# proto/BASELINE names. buf comes from npm, pinned, into a cache outside the clone; it asks no network itself.
set -euo pipefail

readonly VERSION=1.75.0
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/arrears/buf-$VERSION
buf=$cache/node_modules/.bin/buf

if [[ ! -x $buf ]]; then
    mkdir -p "$cache"
    npm install --prefix "$cache" --ignore-scripts --no-audit --no-fund --silent "@bufbuild/buf@$VERSION"
fi

baseline=$(sed -e 's/#.*//' "$root/proto/BASELINE" | tr -d '[:space:]')
git -C "$root" cat-file -e "$baseline^{commit}" 2>/dev/null ||
    { echo "proto/BASELINE names $baseline, which is not in this clone: fetch the whole history" >&2; exit 1; }

cd "$root"
"$buf" lint proto
"$buf" breaking proto --against ".git#ref=$baseline,subdir=proto"

# A lint that passes everything, or a comparison that never fails, would be no test.
spoiled=$(mktemp -d)
trap 'rm -rf "$spoiled"' EXIT
cp -r proto/. "$spoiled"
sed -i 's/string number = 1;/int64 number = 1;/' "$spoiled/arrears/ledger/v1/ledger.proto"
if "$buf" breaking "$spoiled" --against ".git#ref=$baseline,subdir=proto" >/dev/null 2>&1; then
    echo "a field whose type changed was not found" >&2
    exit 1
fi
sed -i '/\/\/ Invoice number\./d' "$spoiled/arrears/ledger/v1/ledger.proto"
if "$buf" lint "$spoiled" >/dev/null 2>&1; then
    echo "a field without a comment was not found" >&2
    exit 1
fi
echo "contract: lint and comparison with $baseline are clean"
