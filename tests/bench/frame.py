"""The frame: variants in turn, round after round, the median of each, and what it comes to beside the others."""
import csv
import json
import statistics
import sys
from typing import Callable, NamedTuple

ROUNDS = 5


class Beside(NamedTuple):
    """A comparison of a variant with another one of its case."""
    peer: str
    bar: float = None  # at least this ratio; None: only shown


class Variant(NamedTuple):
    name: str
    batch: int
    connections: int
    unit: str
    run: Callable  # makes one run; returns a Sample, raises invariants.Broken
    fsync_rate: Callable  # of the disk at this moment, a second
    beside: tuple = ()


class Sample(NamedTuple):
    events: int
    value: float
    p50_us: int = None  # of one commit
    p99_us: int = None
    fsync_rate: int = None  # just before the run


def play(variants, rounds, say):
    """{name: samples}; A B A B, so that what the machine does meanwhile falls on all of them."""
    samples = {variant.name: [] for variant in variants}
    for number in range(rounds):
        for variant in variants:
            rate = variant.fsync_rate()
            sample = variant.run()._replace(fsync_rate=rate)
            samples[variant.name].append(sample)
            say(f"round {number + 1}/{rounds}  {variant.name:24} {sample.value:12,.0f} {variant.unit:16} fsync/s {rate:,}")
    return samples


def median(samples, field):
    values = [getattr(sample, field) for sample in samples]
    return None if None in values else statistics.median(values)


def comparison(variant, beside, samples):
    """The median of the ratios of each round: both halves ran beside each other."""
    pairs = zip(samples[variant.name], samples[beside.peer])
    ratio = statistics.median(own.value / other.value for own, other in pairs)
    return {"peer": beside.peer, "ratio": ratio, "bar": beside.bar,
            "met": None if beside.bar is None else ratio >= beside.bar}


def rows_of(case, variants, samples, rounds):
    for variant in variants:
        own = samples[variant.name]
        row = {"case": case, "variant": variant.name, "batch": variant.batch, "connections": variant.connections,
               "events": own[0].events, "rounds": rounds, "value": median(own, "value"), "unit": variant.unit,
               "min": min(sample.value for sample in own), "max": max(sample.value for sample in own),
               "p50_us": median(own, "p50_us"), "p99_us": median(own, "p99_us"), "fsync_rate": median(own, "fsync_rate")}
        beside = [comparison(variant, one, samples) for one in variant.beside]
        yield from (row | one for one in beside or [{"peer": None, "ratio": None, "bar": None, "met": None}])


# ---- output

def as_json(rows, facts, out):
    json.dump([row | facts for row in rows], out, indent=1)
    out.write("\n")


def as_csv(rows, facts, out):
    writer = csv.DictWriter(out, fieldnames=[*rows[0], *facts])
    writer.writeheader()
    writer.writerows(row | facts for row in rows)


def text(row, column):
    value = row[column]
    if value is None:
        return ""
    if column in ("value", "min", "max", "p50_us", "p99_us", "events", "fsync_rate", "batch"):
        return f"{value:,.0f}"
    if column == "ratio":
        return f"{value:.1%}" if value < 1.5 else f"{value:.1f} x"
    if column == "bar":
        return f">= {value:.0%}" if value < 1.5 else f">= {value:.0f} x"
    return {True: "met", False: "MISSED"}[value] if column == "met" else str(value)


COLUMNS = ("case", "variant", "batch", "connections", "events", "value", "unit", "min", "max", "p50_us", "p99_us",
           "fsync_rate", "peer", "ratio", "bar", "met")
IN_A_PAGE = ("variant", "batch", "value", "unit", "min", "max", "p50_us", "p99_us", "peer", "ratio", "bar", "met")
OF_THE_PAIR = ("peer", "ratio", "bar", "met")
TITLES = {"connections": "conns", "value": "median", "fsync_rate": "fsync/s", "peer": "beside"}


def lines_of(rows, columns):
    """The titles, then the cells of each row; what a variant has in common stands in its first row."""
    lines, last = [[TITLES.get(column, column) for column in columns]], None
    for row in rows:
        again = (row["case"], row["variant"]) == last
        last = row["case"], row["variant"]
        lines.append(["" if again and column not in OF_THE_PAIR else text(row, column) for column in columns])
    return lines


def note_of(rows):
    return f"A quick look: {rows[0]['rounds']} of {ROUNDS} rounds; no figure to be quoted.\n" if rows[0]["rounds"] < ROUNDS else ""


def as_table(rows, facts, out):
    out.write(facts_text(facts) + "\n")
    lines = lines_of(rows, COLUMNS)
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
    left = {COLUMNS.index(column) for column in ("case", "variant", "unit", "peer", "met")}
    for line in lines:
        cells = (cell.ljust(width) if at in left else cell.rjust(width)
                 for at, (cell, width) in enumerate(zip(line, widths)))
        out.write("  ".join(cells).rstrip() + "\n")
    out.write(note_of(rows))


def facts_text(facts):
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def markdown(lines, out):
    for number, line in enumerate(lines):
        out.write("| " + " | ".join(line) + " |\n")
        if number == 0:
            out.write("|---" * len(line) + "|\n")


def as_markdown(rows, facts, out):
    """As docs/benchmarks.md has it: a table for each case, the machine below."""
    for case in dict.fromkeys(row["case"] for row in rows):
        own = [row for row in rows if row["case"] == case]
        out.write(f"### {case}\n\n")
        markdown(lines_of(own, IN_A_PAGE), out)
        out.write("\n")
    out.write(note_of(rows) + facts_text(facts) + ".\n")


FORMS = {"table": as_table, "json": as_json, "csv": as_csv, "markdown": as_markdown}


def progress(words):
    print(words, file=sys.stderr, flush=True)
