#!/usr/bin/env python3
"""Style that a machine can check. Each rule reads the rows of rules.py and yields (path, line, message).

    tests/tidy/tidy.py                 all rules over this repository
    tests/tidy/tidy.py include calls   some of them
"""
import argparse
import fnmatch
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

import rules

SELFTEST = "tests/tidy/selftest/"  # broken on purpose


class Tree:
    """The files of a repository: what git knows or would add; every file where there is no git."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        listed = self._from_git() if (self.root / ".git").exists() else self._from_disk()
        self.existing = {path for path in listed if (self.root / path).is_file()}
        self.files = sorted(path for path in self.existing if not path.startswith(SELFTEST))

    def _from_git(self):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(command, cwd=self.root, check=True, capture_output=True)
        return set(done.stdout.decode().split("\0")) - {""}

    def _from_disk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if f not in ("build", ".git")]
            for name in names:
                yield str((pathlib.Path(folder) / name).relative_to(self.root))

    def matching(self, pattern):
        return [path for path in self.files if re.search(pattern, path)]

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_bytes().decode("utf-8", "replace")

    @functools.lru_cache(maxsize=None)
    def code(self, path, keep_strings=False):
        """C without comments (and strings): blanked, so that lines and columns stay."""
        token = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

        def blank(match):
            if keep_strings and match[0][0] == '"':
                return match[0]
            return re.sub(r"[^\n]", " ", match[0])

        return re.sub(token, blank, self.text(path), flags=re.S)


OUR_C = r"^(lib|services|cli|tests)/.*\.[ch]$"


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def included(tree, path, kind):
    """(line, name) of each include of a kind: '"' for ours, '<' for the system's and libraries'."""
    pattern = r'^[ \t]*#[ \t]*include[ \t]*' + ('"([^"]+)"' if kind == '"' else "<([^>]+)>")
    code = tree.code(path, keep_strings=True)
    for match in re.finditer(pattern, code, flags=re.M):
        yield line_of(code, match.start(1)), match[1]


def may_include(path, name):
    for files, allowed in rules.INCLUDES:
        match = re.match(files, path)
        if match:
            groups = match.groupdict()
            return any(re.match(a.format(**groups) if groups else a, name) for a in allowed)
    return False


def rule_include(tree):
    """Rooms include downwards only."""
    for path in tree.matching(OUR_C):
        for line, name in included(tree, path, '"'):
            if not may_include(path, name):
                yield path, line, f'this room may not include "{name}"'


def library_fault(path, name):
    plain = name.removesuffix(".h")
    if plain in rules.STANDARD:
        if re.match(rules.CORES, path) and plain not in rules.CORE_STANDARD:
            return f"a core has no use for <{name}>: no I/O, no clock, no memory of its own"
        return None
    for header, rooms, why in rules.LIBRARIES:
        if re.match(header, name):
            lawful = re.match(rooms, path) or re.match(rules.ANY_TEST, path)
            return None if lawful else f"<{name}> not here: {why}"
    return f"<{name}> is neither C nor POSIX and has no row in tests/tidy/rules.py"


def rule_library(tree):
    """A third-party header has one room."""
    for path in tree.matching(OUR_C):
        for line, name in included(tree, path, "<"):
            fault = library_fault(path, name)
            if fault:
                yield path, line, fault


def rule_calls(tree):
    """Calls that have a better way."""
    for path in tree.matching(OUR_C):
        code = tree.code(path)
        for names, rooms, instead in rules.CALLS:
            if re.match(rooms, path):
                continue
            for match in re.finditer(rf"(?<![\w.>])({names})\s*\(", code):
                yield path, line_of(code, match.start()), f"{match[1]}(): use instead: {instead}"


def rule_words(tree):
    """Words that are refused in some rooms."""
    for pattern, files, why in rules.WORDS:
        for path in tree.matching(OUR_C):
            if re.match(files, path):
                code = tree.code(path)
                for match in re.finditer(pattern, code):
                    yield path, line_of(code, match.start()), f"'{match[0]}': {why}"


def rule_sql(tree):
    """SQL only where the tables are."""
    for path in tree.matching(OUR_C):
        if not re.match(rules.SQL_ROOMS, path):
            code = tree.code(path, keep_strings=True)
            for match in re.finditer(rules.SQL, code):
                yield path, line_of(code, match.start()), "SQL belongs to a store, a query or the chassis"


def rule_names(tree):
    """No file is called utils."""
    for path in tree.matching(OUR_C):
        if re.search(rules.NO_NAMES, path):
            yield path, 1, "a file is called after a noun of the business or the machine"


def rule_function_length(tree):
    """Functions fit a screen."""
    paths = tree.matching(OUR_C)
    if not paths:
        return
    command = ["ctags", "--output-format=json", "--fields=+ne", "--languages=C", "--langmap=C:.c.h", "--kinds-C=f"]
    done = subprocess.run(
        [*command, "-f", "-", "-L", "-"],
        cwd=tree.root, check=True, input="\n".join(paths), capture_output=True, text=True,
    )
    stop = rules.LIMITS["function_lines"]
    for tag in map(json.loads, done.stdout.splitlines()):
        length = tag.get("end", tag["line"]) - tag["line"] + 1
        if length > stop:
            yield tag["path"], tag["line"], f"{tag['name']} has {length} lines, the stop is {stop}"


def rule_line_length(tree):
    """Lines fit a screen."""
    for path in tree.matching(OUR_C):
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            if len(line) > rules.LIMITS["columns"]:
                yield path, number, f"{len(line)} columns, the stop is {rules.LIMITS['columns']}"


def rule_format(tree):
    """clang-format has nothing to change."""
    paths = tree.matching(OUR_C)
    if not paths:
        return
    done = subprocess.run(["clang-format", "--dry-run", *paths], cwd=tree.root, capture_output=True, text=True)
    seen = set()
    for match in re.finditer(r"^(\S+?):(\d+):\d+: warning", done.stderr, flags=re.M):
        if match[1] not in seen:  # the first place is enough to know what to run
            seen.add(match[1])
            yield match[1], int(match[2]), f"clang-format -i {match[1]}"


def rule_shell(tree):
    """shellcheck has nothing to say."""
    scripts = [p for p in tree.files if re.match(r"#!.*\b(ba|da)?sh\b", tree.text(p)) or p.endswith(".sh")]
    if not scripts:
        return
    command = ["shellcheck", "--external-sources", "--source-path=SCRIPTDIR", "--format=gcc", *scripts]
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True)
    for match in re.finditer(r"^(\S+?):(\d+):\d+: (.*)$", done.stdout, flags=re.M):
        yield match[1], int(match[2]), match[3]


def looks_like_path(word):
    if re.search(r"[<>{}$~=|(),;\"']|\.\.\.|://", word) or word.startswith(("/", "-", "@", "build/")):
        return False
    if word.split("/")[0] in rules.TOP_FOLDERS and "/" in word:
        return True
    return re.search(r"^[\w./*\[\]-]+\.(%s)$" % "|".join(rules.FILE_ENDINGS), word) is not None


def path_exists(tree, readme, word):
    """From the root, from the text's own folder, or (a bare name) anywhere."""
    word = re.sub(r"(:\d+)?/?$", "", word).removeprefix("./")
    own = os.path.dirname(readme)
    names = {word, os.path.normpath(os.path.join(own, word))}
    if "/" not in word:
        names.add("*/" + word)
    patterns = names | {name + "/*" for name in names}
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns for path in tree.existing)


def without_fences(text):
    return re.sub(r"^```.*?^```", lambda fence: re.sub(r"[^\n]", " ", fence[0]), text, flags=re.S | re.M)


def rule_paths(tree):
    """A path named in a text for people exists."""
    for readme in tree.matching(r"(^|/)README\.md$|^docs/.*\.md$|^CONTRIBUTING\.md$"):
        prose = without_fences(tree.text(readme))
        for match in re.finditer(r"`([^`\n]+)`", prose):
            word = match[1].split()[0] if match[1].split() else ""
            if looks_like_path(word) and not path_exists(tree, readme, word):
                yield readme, line_of(prose, match.start()), f"`{word}` does not exist"


def rule_machine(tree):
    """Nothing only makes sense on one machine."""
    for path in tree.files:
        text = tree.text(path)
        if "\0" in text:
            continue
        for pattern, why in rules.MACHINE:
            for match in re.finditer(pattern, text):
                yield path, line_of(text, match.start()), f"'{match[0]}': {why}"


RULES = {name.removeprefix("rule_"): rule for name, rule in list(globals().items()) if name.startswith("rule_")}


def faults(tree, names):
    for name in names:
        for path, line, message in RULES[name](tree):
            yield f"{path}:{line}: {name}: {message}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=pathlib.Path(__file__).parents[2])
    parser.add_argument("rules", nargs="*", choices=[[], *RULES], metavar="rule", help=", ".join(RULES))
    arguments = parser.parse_args()
    tree = Tree(arguments.root)
    found = list(faults(tree, arguments.rules or RULES))
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(tree.files)} files, {len(arguments.rules or RULES)} rules, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
