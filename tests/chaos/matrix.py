"""The fault matrix: what a case is, how it is played, and the table that comes of it."""
import csv
import dataclasses
import importlib
import json
import pathlib
import sys
import time
from typing import Callable, NamedTuple

import drill as drills
import invariants
import line as lines

CASES = pathlib.Path(__file__).resolve().parent / "cases"


class Case(NamedTuple):
    """play(drill) injects the fault into a line that works, and raises Missed, or AssertionError, where a bar is not met.

    Its control is the same with safeguards left out (lib/chassis/broken.c), and must go wrong: by a fault that the checker
    finds, or by a bar that is missed. `play_control` where the case itself would take too long to show that.
    """
    id: str                # F3, F4b
    fault: str             # what happens
    bar: str               # what is asked for, besides no fault found by the checker
    play: Callable
    control: str           # the safeguards left out, with commas between
    play_control: Callable = None
    selected: bool = False  # among those that every test run plays
    seconds: int = 60      # about what one play takes
    checked: bool = True   # drill.settle is called for it when play has returned


@dataclasses.dataclass
class Row:
    case: str
    fault: str
    bar: str
    seed: int
    events: int
    lost: int
    doubled: int
    other: int             # faults of other rules
    again: int             # published a second time, with the same number and bytes
    recovery_s: float
    figures: dict
    passed: bool
    why: str               # it did not pass
    control: str
    caught: str            # by what; empty: it was not
    seconds: float


def known_cases():
    """Of every module in cases/, in the order of their numbers."""
    found = []
    for path in sorted(CASES.glob("f*.py")):
        found += importlib.import_module(f"cases.{path.stem}").CASES
    return found


@dataclasses.dataclass
class Played:
    drill: drills.Drill
    why: str = ""

    def caught_by(self):
        kinds = {rule for rule, _ in self.drill.faults}
        return self.why or ", ".join(sorted(kinds)).replace("_", " ")


def first_line(fault):
    return str(fault).strip().split("\n")[0]


def play(case, settings, broken=""):
    """Plays it once. What goes wrong is an answer, not an accident, when it is the control."""
    drill = drills.Drill(broken=broken, **settings)
    played = Played(drill)
    function = case.play_control if broken and case.play_control else case.play
    try:
        with drill:
            function(drill)
            if case.checked:
                drill.settle()
    except (drills.Missed, lines.Trouble, invariants.Broken, AssertionError) as fault:
        played.why = first_line(fault)
        drill.say(str(fault))
    if not played.why and drill.faults:
        played.why = "" if broken else f"{len(drill.faults)} faults"
    return played


def row_of(case, with_control, **settings):
    """settings: of the drill."""
    began, say, seed = time.monotonic(), settings["say"], settings["seed"]
    say(f"{case.id}: {case.fault}")
    played = play(case, settings)
    caught = "not played"
    if with_control:
        say(f"{case.id}: the control, {case.control} left out")
        caught = play(case, settings, case.control).caught_by()
    drill = played.drill
    return Row(case=case.id, fault=case.fault, bar=case.bar, seed=seed, events=drill.events, lost=drill.lost,
               doubled=drill.doubled, other=len(drill.faults) - drill.lost - drill.doubled, again=drill.again,
               recovery_s=None if drill.recovery_s is None else round(drill.recovery_s, 1), figures=drill.figures,
               passed=not played.why, why=played.why, control=case.control, caught=caught,
               seconds=round(time.monotonic() - began, 1))


def is_good(row):
    return row.passed and bool(row.caught)


# ---- printing

COLUMNS = {"case": 5, "seed": 6, "events": 8, "lost": 4, "doubled": 7, "other": 5, "again": 6, "recovery s": 10,
           "result": 8, "control": 0}


def cells(row):
    caught = f"{row.control}: {row.caught or 'NOT CAUGHT'}" if row.caught != "not played" else "not played"
    return [row.case, row.seed, row.events, row.lost, row.doubled, row.other, row.again,
            "" if row.recovery_s is None else row.recovery_s, "passed" if row.passed else "FAILED", caught]


def print_table(rows, out=sys.stdout):
    print("  ".join(name.ljust(width) for name, width in COLUMNS.items()).rstrip(), file=out)
    for row in rows:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(cells(row), COLUMNS.values())).rstrip(), file=out)
        for text in ([row.why] if row.why else []) + [f"{name}: {value}" for name, value in row.figures.items()]:
            print(f"       {text}", file=out)


def print_json(rows, out=sys.stdout):
    json.dump([dataclasses.asdict(row) for row in rows], out, indent=2)
    print(file=out)


def print_csv(rows, out=sys.stdout):
    writer = csv.writer(out)
    writer.writerow(field.name for field in dataclasses.fields(Row))
    for row in rows:
        values = dataclasses.asdict(row)
        values["figures"] = "; ".join(f"{name}: {value}" for name, value in row.figures.items())
        writer.writerow(values.values())


def print_markdown(rows, out=sys.stdout):
    """As docs/reliability.md has it."""
    print("| case | fault | seed | events | lost | doubled | other faults | again | recovery s | control, caught by |", file=out)
    print("|---|---|---|---|---|---|---|---|---|---|", file=out)
    for row in rows:
        number, seed, events, lost, doubled, other, again, recovery, result, control = cells(row)
        fault = row.fault + "".join(f"; {name}: {value}" for name, value in row.figures.items())
        print(f"| {number} | {fault} | {seed} | {events} | {lost} | {doubled} | {other} | {again} | {recovery} "
              f"| {control if result == 'passed' else result + ': ' + row.why} |", file=out)


PRINTERS = {"table": print_table, "json": print_json, "csv": print_csv, "markdown": print_markdown}
