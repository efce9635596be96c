"""A long run: the whole line under a steady stream of invoices and payments, looked at every minute; what grows fails."""
import collections
import random
import statistics

import data
import frame
import installation
import invariants
import processes

NAMES = ("ledger", "scoring", "dunning", "approvals")
A_SECOND = 3_000
WARM = 1  # minutes that count for nothing


class Stream:
    """Invoices, and payments of the oldest one that is open as soon as so many are: one for one from then on."""
    OPEN = 90_000  # those of half a minute: the minute that counts for nothing is enough to get there

    def __init__(self, feeds):
        self.feeds, self.chance = feeds, random.Random(data.SEED)
        self.open = collections.deque()
        self.issued = self.paid = 0
        self.pays = False  # what comes next

    def feed(self, name, events):
        return self.feeds.write(name, (self._next() for _ in range(events)))

    def _next(self):
        self.pays = not self.pays and len(self.open) >= self.OPEN
        (customer, partition), value = self._payment() if self.pays else self._invoice()
        return data.record_bytes(partition, f"{data.CREDITOR}/{customer}".encode(), value)

    def _invoice(self):
        message = self.feeds.contract.new(data.BILLING)
        body = message.invoice_issued
        known = self.chance.choice(self.feeds.known)
        self.issued += 1
        data.fill_invoice(body, self.chance, known[0], f"INV-{self.issued:09}")
        self.open.append((known, body.number, body.amount.minor))
        return known, message.SerializeToString()

    def _payment(self):
        message = self.feeds.contract.new(data.BILLING)
        body = message.payment_received
        known, number, minor = self.open.popleft()
        self.paid += 1
        body.creditor, body.customer, body.number = data.CREDITOR, known[0], f"PAY-{self.paid:09}"
        body.amount.currency, body.amount.minor = "EUR", minor
        body.received_on, body.invoice_number = data.DAY, number
        return known, message.SerializeToString()


class Minute:
    def __init__(self, number, place, done):
        self.number, self.p50_ms, self.p99_ms = number, done["p50_us"] / 1e3, done["p99_us"] / 1e3
        pids = {name: pid for name, pid in place.pids().items() if name in NAMES}
        self.mib = {name: processes.resident_mib(pid) for name, pid in pids.items()}
        self.files = {name: processes.descriptors(pid) for name, pid in pids.items()}

    def text(self):
        each = ", ".join(f"{name} {self.mib[name]:.1f} MiB {self.files[name]} fd" for name in NAMES)
        return f"minute {self.number:3}  p50 {self.p50_ms:7.1f} ms  p99 {self.p99_ms:7.1f} ms  {each}"


def thirds(values):
    """The medians of the first third and of the last."""
    size = max(1, len(values) // 3)
    return statistics.median(values[:size]), statistics.median(values[-size:])


def trends(minutes):
    """(what, first third, last third, the most it may have come to)."""
    for name in NAMES:
        first, last = thirds([minute.mib[name] for minute in minutes])
        yield f"memory of {name}, MiB", first, last, first * 1.1 + 4
        first, last = thirds([minute.files[name] for minute in minutes])
        yield f"descriptors of {name}", first, last, first + 2
    first, last = thirds([minute.p99_ms for minute in minutes])
    yield "p99, ms", first, last, first * 2 + 50


def play(server, count, out):
    """Raises Broken when something grew, or an invariant does not hold at the end."""
    installation.build()
    feeds = installation.Feeds(installation.folder_of(server), server.line.descriptors)
    events = A_SECOND * 60
    stream, minutes = Stream(feeds), []
    with installation.Installation(feeds, NAMES) as place:
        for number in range(1, count + WARM + 1):
            feed = stream.feed(f"minute{number}", events)
            done = place.through(feed, events, A_SECOND)
            feeds.forget(f"minute{number}")
            minutes.append(Minute(number, place, done))
            out.write(minutes[-1].text() + "\n")
            out.flush()
        place.sent += stream.paid  # a payment is two entries: received, and allocated
        place.check()
    grown = []
    for what, first, last, most in trends(minutes[WARM:]):
        out.write(f"{what}: {first:.1f} in the first third, {last:.1f} in the last, at most {most:.1f}\n")
        grown += [what] if last > most else []
    invariants.check("nothing grows", not grown, ", ".join(grown))
    frame.progress(f"{count} minutes of {A_SECOND:,}/s, {place.sent:,} entries: flat")
