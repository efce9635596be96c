"""B3: a billing event in, the ledger's event out, through the real broker; a: the ledger alone, b: the whole line runs.

Latency counts from the scheduled arrival of an event to the moment its answer is in the reader's hands: the sender's own
linger (5 ms) and the reader's share of the processors are in it. Loads are shares of what the same round carried live
when more arrived than it could carry. The tables grow during a round; the next round begins with empty ones.
"""
import functools
import time

import frame
import installation
import session

UNIT, CPU, MS = "events/s", "ns of a processor/event", "ms"
LOADS = (25, 50, 75, 95)
ALONE, ALL = ("ledger",), ("ledger", "scoring", "dunning", "approvals")
SERVERS = ("generator", "kafka", "postgres")


class Sizes:
    """`steady` seconds are those of a rate that has a bar: long enough that what lies between arrival and answer when
    the last event arrives, a few tenths of a second, is no hundredth of them."""

    def __init__(self, quick):
        self.backlog, self.seconds, self.steady = (50_000, 2, 2) if quick else (300_000, 6, 30)


def rate(done):
    return frame.Sample(done["events"], done["events"] * 1e6 / done["us"])


def from_backlog(done):
    """Between the first answer and the last."""
    return frame.Sample(done["events"], done["events"] * 1e6 / (done["us"] - done["first_us"]))


def carried(done):
    """Answers a second while events arrived."""
    return done["in_time"] * 1e6 / done["window_us"]


class Rows:
    """The rows of one kind of installation, which all carry its letter."""

    def __init__(self, server, feeds, letter, names, overload):
        self.feeds, self.letter, self.names, self.overload = feeds, letter, names, overload
        self.sizes = Sizes(server.quick)
        self.warming = installation.Warming(feeds, overload // 3, server.quick)
        self.session = session.Session(lambda: installation.Installation(feeds, names), server.fsync_rate)

    def add(self, name, unit, run, *beside):
        self.session.add(f"{self.letter} {name}", unit, run, *beside)

    def note(self, name, unit, run, *beside):
        self.session.note(f"{self.letter} {name}", unit, run, *beside)

    def beside(self, name, bar=None):
        return frame.Beside(f"{self.letter} {name}", bar)

    def wanted(self, name, value, unit, *beside):
        self.session.wanted(f"{self.letter} {name}", value, unit, *beside)

    def play(self, place, name, a_second, most=None, seconds=None):
        """Arrivals at this rate; `most` sizes the file when the rate is known late."""
        events = int(a_second * (seconds or self.sizes.seconds))
        feed = self.feeds.invoices(f"{self.letter}{name}", most or events)
        place.figures[name] = done = place.through(feed, events, a_second)
        return frame.Sample(events, carried(done), done["p50_us"], done["p99_us"])

    # ---- rows

    def broker_alone(self):
        self.add("produce only", UNIT, self.produce)
        self.add("consume only", UNIT, lambda place: rate(place.read("arrears.billing.v1", self.sizes.backlog)))

    def produce(self, place):
        self.warming.play(place)
        place.line.wait_quiet()
        place.stop("ledger")
        return rate(place.send(self.feeds.invoices(f"{self.letter}backlog", self.sizes.backlog), self.sizes.backlog))

    def backlog(self, place):
        feed = self.feeds.invoices(f"{self.letter}backlog", self.sizes.backlog)
        began = time.monotonic()
        place.figures["backlog"] = done = place.answers(feed, self.sizes.backlog, lambda: place.start("ledger"))
        place.line.wait_quiet(installation.CATCH_UP_S)
        done["quiet_s"] = time.monotonic() - began - done["first_us"] / 1e6
        return from_backlog(done)

    def all_quiet(self, place):
        done = place.figures["backlog"]
        return frame.Sample(done["events"], done["events"] / done["quiet_s"])

    def overloaded(self):
        name = f"live, {self.overload:,}/s arriving"
        self.add(name, UNIT, lambda place: self.play(place, "overload", self.overload))

    def loads(self):
        for percent in LOADS:
            self.add(f"live at {percent}%", UNIT, functools.partial(self.load, percent))

    def load(self, percent, place):
        a_second = int(carried(place.figures["overload"]) * percent / 100)
        return self.play(place, f"load{percent}", a_second, most=self.overload * self.sizes.seconds)

    def steady(self, a_second, bar=None):
        """At a fixed rate, once warm."""
        wanted = f"wanted {a_second:,}/s"
        self.add(f"live at {a_second:,}/s", UNIT,
                 lambda place: self.play(place, f"at{a_second}", a_second, seconds=self.sizes.steady),
                 *([self.beside(wanted, bar)] if bar else []))
        if bar:
            self.wanted(wanted, a_second, UNIT)

    def latency(self, a_second, limit_ms):
        name = f"p99 at {a_second:,}/s"
        self.note(name, MS, lambda place: frame.Sample(0, place.figures[f"at{a_second}"]["p99_us"] / 1e3))
        self.wanted(f"limit {limit_ms} ms", limit_ms, MS, self.beside(name, 1.0))

    def processors(self, figure):
        for name in (*SERVERS, "redis", *self.names) if "scoring" in self.names else (*SERVERS, *self.names):
            self.note(f"{figure}: {name}", CPU, functools.partial(self.processor, figure, name))

    @staticmethod
    def processor(figure, name, place):
        done = place.figures[figure]
        return frame.Sample(done["events"], done["cpu_s"].get(name, 0) * 1e9 / done["events"])


def ledger_alone(server, feeds):
    rows = Rows(server, feeds, "a", ALONE, overload=60_000)
    rows.broker_alone()
    rows.add("backlog", UNIT, rows.backlog, rows.beside("produce only"), rows.beside("consume only"),
             rows.beside("wanted 45,000/s", 1.0))
    rows.wanted("wanted 45,000/s", 45_000, UNIT)
    rows.overloaded()
    rows.loads()
    rows.steady(20_000)
    rows.latency(20_000, 100)
    rows.steady(30_000, 0.99)
    rows.processors("backlog")
    rows.processors("at30000")
    return rows.session.rows


def whole_line(server, feeds):
    rows = Rows(server, feeds, "b", ALL, overload=30_000)
    rows.broker_alone()
    rows.add("backlog, the ledger", UNIT, rows.backlog, rows.beside("produce only"), rows.beside("consume only"))
    rows.note("backlog, all quiet", UNIT, rows.all_quiet, rows.beside("wanted 12,000/s, all", 1.0))
    rows.wanted("wanted 12,000/s, all", 12_000, UNIT)
    rows.overloaded()
    rows.loads()
    rows.steady(12_000, 0.99)
    rows.processors("backlog")
    return rows.session.rows


def variants(server):
    installation.build()
    feeds = installation.Feeds(installation.folder_of(server), server.line.descriptors)
    return ledger_alone(server, feeds) + whole_line(server, feeds)
