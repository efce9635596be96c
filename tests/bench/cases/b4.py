"""B4: what comes again, what was left, and what was killed.

A duplicate is an event with the id and the content of one that was posted before: it is compared and has no effect, so
its rate is read from the ledger's progress. The drain is the same stream for the first time.
"""
import contextlib
import os
import signal
import threading
import time

import frame
import installation
import line as lines
import processes
import session

UNIT = "events/s"
BILLING = "arrears.billing.v1"
STREAM = 2_000  # a second, while the ledger is killed


class Sizes:
    def __init__(self, quick):
        self.drain, self.again, self.stream_s = (200_000, 100_000, 8) if quick else (2_000_000, 500_000, 15)


class Peak:
    """The most memory a process had while the body ran."""

    def __init__(self, pid):
        self.pid, self.mib = pid, 0
        self.done = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def _look(self):
        while not self.done.wait(0.2):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                self.mib = max(self.mib, processes.resident_mib(self.pid))


class Rows:
    def __init__(self, feeds, sizes):
        self.feeds, self.sizes = feeds, sizes

    def feed(self):
        return self.feeds.invoices("drain", self.sizes.drain)

    def read(self, place):
        place.stop_standing("ledger")
        place.send(self.feed(), self.sizes.drain)
        done = place.read(BILLING, self.sizes.drain)
        return frame.Sample(done["events"], done["events"] * 1e6 / done["us"])

    def drain(self, place):
        with contextlib.ExitStack() as stack:
            def begin():
                place.start("ledger")
                place.figures["peak"] = stack.enter_context(Peak(place.pids()["ledger"]))
            done = place.answers(self.feed(), self.sizes.drain, begin)
        return frame.Sample(done["events"], done["events"] * 1e6 / (done["us"] - done["first_us"]))

    def memory(self, place):
        return frame.Sample(0, place.figures["peak"].mib)

    def again(self, place):
        place.stop_standing("ledger")
        place.send(self.feed(), self.sizes.again)
        rate = place.taken("ledger", lambda: place.start("ledger"), self.sizes.again)
        return frame.Sample(self.sizes.again, rate)

    def killed(self, place):
        """From the signal to a commit of the next process, which has the name of the one before."""
        events = STREAM * self.sizes.stream_s
        feed = self.feeds.invoices("stream", events)
        stream = threading.Thread(target=lambda: place.figures.update(stream=place.through(feed, events, STREAM)))
        stream.start()
        before = self.position(place)
        lines.wait_for("the stream is posted", lambda: self.position(place) > before + STREAM)
        ledger = place.line.workers("ledger")[0]
        began = time.monotonic()
        os.kill(ledger.process.pid, signal.SIGKILL)
        ledger.process.wait()
        stood = self.position(place)
        place.line.service("ledger")
        lines.wait_for("a posting after the kill", lambda: self.position(place) > stood)
        took_s = time.monotonic() - began
        stream.join()
        done = place.figures["stream"]
        return frame.Sample(events, took_s * 1e3, done["p50_us"], done["p99_us"])

    @staticmethod
    def position(place):
        return place.sql("ledger", f"SELECT coalesce(sum(next), 0) FROM task_input WHERE topic = '{BILLING}'")[0][0]


def variants(server):
    installation.build()
    feeds = installation.Feeds(installation.folder_of(server), server.line.descriptors)
    rows = Rows(feeds, Sizes(server.quick))
    case = session.Session(lambda: installation.Installation(feeds, ("ledger",)), server.fsync_rate)
    case.add("sequential read", UNIT, rows.read)
    case.add("drain", UNIT, rows.drain, frame.Beside("sequential read"))
    case.note("drain: memory of the ledger", "MiB", rows.memory)
    case.add("duplicates", UNIT, rows.again, frame.Beside("sequential read"), frame.Beside("wanted 200,000/s", 1.0))
    case.wanted("wanted 200,000/s", 200_000, UNIT)
    case.add("kill -9 to first posting", "ms", rows.killed)
    case.wanted("limit 3 s", 3_000, "ms", frame.Beside("kill -9 to first posting", 1.0))
    return case.rows
