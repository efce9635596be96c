#!/usr/bin/env python3
"""Each rule of tidy.py finds its planted violation, on its line, and leaves the lawful neighbour alone."""
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import planted  # noqa: E402
import tidy  # noqa: E402


def lines_found(rule, path, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / ".clang-format").write_bytes((HERE.parents[2] / ".clang-format").read_bytes())
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        return [line for _, line, _ in tidy.RULES[rule](tidy.Tree(root))]


def main():
    failed = 0
    for rule, path, text, line in planted.ROWS:
        found = lines_found(rule, path, text)
        if (line is None and found) or (line is not None and line not in found):
            failed += 1
            print(f"{rule}: {path}: {text[:60]!r}: expected line {line}, found {found}", file=sys.stderr)
    never_broken = set(tidy.RULES) - {rule for rule, _, _, line in planted.ROWS if line is not None}
    for rule in sorted(never_broken):
        failed += 1
        print(f"{rule}: no planted violation", file=sys.stderr)
    print(f"{len(planted.ROWS)} rows, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
