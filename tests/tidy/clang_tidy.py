#!/usr/bin/env python3
"""clang-tidy over every C file that changed since it last passed.

    tests/tidy/clang_tidy.py build/dev

A file has changed when its text, the text of a header of ours that it reaches, or .clang-tidy has. What
passed is remembered in build/<preset>/tidy: the first run takes minutes, the next one seconds."""
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE_ROOTS = [ROOT / "lib", ROOT / "services", ROOT]
# Options of the compiler in use that clang does not know.
FOR_CLANG = ["--extra-arg=-Wno-unknown-warning-option"]


def our_sources(build):
    commands = json.loads((build / "compile_commands.json").read_text())
    files = {pathlib.Path(c["directory"], c["file"]).resolve() for c in commands}
    return sorted(f for f in files if f.is_relative_to(ROOT) and not f.is_relative_to(build) and f.exists())


@functools.lru_cache(maxsize=None)
def headers_of(path):
    names = re.findall(r'^\s*#\s*include\s*"([^"]+)"', path.read_text(encoding="utf-8"), flags=re.M)
    candidates = [root / name for name in names for root in INCLUDE_ROOTS]
    return [c for c in candidates if c.exists()]


def reached_from(path):
    seen, todo = set(), [path]
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo.extend(headers_of(at))
    return sorted(seen)


def fingerprint(path):
    digest = hashlib.sha256()
    for part in [ROOT / ".clang-tidy", *reached_from(path)]:
        digest.update(part.read_bytes())
    return digest.hexdigest()


def stamp_of(build, path):
    return build / "tidy" / str(path.relative_to(ROOT)).replace("/", "+")


def check(build, path, mark):
    command = ["clang-tidy", "--quiet", "-p", str(build), *FOR_CLANG, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        stamp_of(build, path).write_text(mark)
        return ""
    return (done.stdout or done.stderr).replace(str(ROOT) + "/", "")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    (build / "tidy").mkdir(exist_ok=True)
    marks = {path: fingerprint(path) for path in our_sources(build)}
    changed = [p for p, m in marks.items() if not stamp_of(build, p).exists() or stamp_of(build, p).read_text() != m]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = list(filter(None, pool.map(lambda path: check(build, path, marks[path]), changed)))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(marks)} files, {len(changed)} changed, {len(faults)} with faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
