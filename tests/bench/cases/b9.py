"""B9: what a posting costs besides time: memory, processor time, write-ahead log, topics, and the size of the programs.

Measured over a stream at a rate that the machine carries with ease, beside the bytes of the rows themselves.
"""
import functools
import pathlib
import tempfile

import frame
import installation
import line as lines
import processes
import server as servers
import session

A_SECOND = 10_000
BYTES = "bytes/posting"
TABLES = ("entry", "item")  # a row of each for a posting; those of accounts are fewer by far
OUTBOX = "(SELECT sum(pg_column_size(o.*))::float8 / sum(cardinality(ordinals)) FROM outbox_bundle o)"  # an event of it, compressed


class Sizes:
    def __init__(self, quick):
        self.warm, self.events = (20_000, 50_000) if quick else (100_000, 300_000)


def topic_bytes(place, topic):
    folder = place.line.stack / "kafka/data"
    return sum(path.stat().st_size for path in pathlib.Path(folder).glob(f"{topic}-*/*.log"))


class Rows:
    def __init__(self, feeds, sizes):
        self.feeds, self.sizes = feeds, sizes

    def counters(self, place):
        return {"wal": place.sql("ledger", "SELECT pg_current_wal_insert_lsn() - '0/0'")[0][0],
                "database": place.sql("ledger", "SELECT pg_database_size('ledger')")[0][0],
                "arrears.billing.v1": topic_bytes(place, "arrears.billing.v1"),
                "arrears.ledger.v1": topic_bytes(place, "arrears.ledger.v1")}

    def play(self, place):
        sizes = self.sizes
        place.through(self.feeds.invoices("warm", sizes.warm), sizes.warm, A_SECOND)
        place.line.wait_quiet()
        before = self.counters(place)
        done = place.through(self.feeds.invoices("cost", sizes.events), sizes.events, A_SECOND)
        place.line.wait_quiet()
        after = self.counters(place)
        place.figures |= {"cost": done, "resident": {n: processes.resident_mib(p) for n, p in place.pids().items()}}
        place.figures |= {name: (float(after[name]) - float(before[name])) / sizes.events for name in after}

    def resident(self, name, place):
        if "cost" not in place.figures:
            self.play(place)
        return frame.Sample(self.sizes.events, place.figures["resident"][name])

    def processor(self, name, place):
        done = place.figures["cost"]
        return frame.Sample(done["events"], done["cpu_s"][name] * 1e6 / done["events"])

    def each(self, name, place):
        return frame.Sample(self.sizes.events, place.figures[name])

    @staticmethod
    def raw(place):
        """What the rows hold, without the pages and indexes they stand in."""
        rows = (f"(SELECT avg(pg_column_size(t.*)) FROM (SELECT * FROM {table} LIMIT 20000) t)" for table in TABLES)
        return frame.Sample(0, float(place.sql("ledger", "SELECT " + " + ".join((*rows, OUTBOX)))[0][0]))


def program_kib(name, _):
    """As it is shipped: without what only a debugger reads."""
    with tempfile.NamedTemporaryFile() as file:
        lines.run(["strip", "-o", file.name, servers.BUILD / "bin" / name])
        return frame.Sample(0, pathlib.Path(file.name).stat().st_size / 2 ** 10)


def variants(server):
    installation.build()
    feeds = installation.Feeds(installation.folder_of(server), server.line.descriptors)
    rows = Rows(feeds, Sizes(server.quick))
    case = session.Session(lambda: installation.Installation(feeds, ("ledger",)), server.fsync_rate)
    for name in ("ledger", "postgres", "kafka"):
        case.add(f"memory: {name}", "MiB", functools.partial(rows.resident, name))
    for name in ("ledger", "postgres", "kafka", "generator"):
        case.add(f"processor: {name}", "s/million postings", functools.partial(rows.processor, name))
    case.add("raw rows", BYTES, rows.raw)
    for name in ("wal", "database", "arrears.billing.v1", "arrears.ledger.v1"):
        case.add(name, BYTES, functools.partial(rows.each, name), frame.Beside("raw rows"))
    for name in installation.PROGRAMS[1:5]:
        case.add(f"program: {name}", "KiB", functools.partial(program_kib, name))
    return case.rows
