#!/usr/bin/python3
"""kill -9 at every named point of the ledger's step, one after the other, then: is anything lost, doubled or unbalanced?

    tests/chaos/crash_test.py [--seed N] [--build build/chaos] [POINT ...]

Needs the chaos build (cmake --preset chaos), in which ARREARS_CRASH_POINT kills the process at that point. Each
death is followed by more input and a new process; the checker looks at the end, and three planted faults must
be found by it.
"""
import argparse
import os
import pathlib
import random
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "harness/py"), str(HERE.parent / "check")]
import checker  # noqa: E402
import contract  # noqa: E402
import facts  # noqa: E402
import line as lines  # noqa: E402

BILLING, LEDGER = "arrears.billing.v1", "arrears.ledger.v1"
FIRST_DAY = "2024-01-01"


def crash_points():
    """From the table in the source, so that a new point is not forgotten."""
    text = (lines.ROOT / "lib/chassis/crash.c").read_text()
    table = text[text.index("CRASH_POINTS[] = {"):text.index("NULL,")]
    return [word for word in table.split('"')[1::2]]


class Feed:
    """Seeded documents of a few customers: invoices, payments in part, in full and too much, credit notes, repetitions."""

    def __init__(self, line, seed):
        self.contract = contract.Contract(line.descriptors)
        self.producer = contract.producer(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"])
        self.chance = random.Random(seed)
        self.count = 0
        self.invoices = []
        self.sent = []

    def _message(self):
        message = self.contract.new(BILLING)
        customer = f"c{self.chance.randrange(40)}"
        self.count += 1
        if not self.invoices or self.chance.random() < 0.5:
            body = message.invoice_issued
            body.number, body.issued_on, body.due_on = f"INV-{self.count}", FIRST_DAY, f"2024-01-{self.chance.randint(2, 28):02}"
            body.amount.minor = self.chance.randint(1, 100000)
            self.invoices.append((customer, body.number, body.amount.minor))
        else:
            customer, number, amount = self.chance.choice(self.invoices)
            body = message.credit_note_issued if self.chance.random() < 0.2 else message.payment_received
            body.number = f"C-{self.count}"
            body.amount.minor = max(1, int(amount * self.chance.choice([0.3, 0.5, 1, 1, 1.2])))
            if body.DESCRIPTOR.name == "PaymentReceived":
                body.received_on = FIRST_DAY
                body.invoice_number = self.chance.choice([number, number, "", "UNKNOWN"])
            else:
                body.issued_on, body.invoice_number = FIRST_DAY, number
        body.creditor, body.customer, body.amount.currency = "acme", customer, "EUR"
        return f"acme/{customer}", message.SerializeToString()

    def send(self, count):
        for _ in range(count):
            repeat = self.sent and self.chance.random() < 0.1
            key, value = self.chance.choice(self.sent) if repeat else self._message()
            self.sent.append((key, value))
            self.producer.produce(BILLING, key=key, value=value)
        # A record that cannot be read, now and then: its account is held, nobody else waits.
        self.producer.produce(BILLING, key=f"acme/c{self.chance.randrange(40)}", value=b"\xff\xff no message")
        assert self.producer.flush(30) == 0, "the broker does not take the test's records"


def die_at(line, feed, point, day):
    """Starts a ledger that will die at the point, and gives it reason to come there."""
    # Points of a start are passed at once; the others at their second pass, in the middle of the work.
    at_start = point in ("before_takeover", "after_takeover")
    first_pass = at_start or point == "in_revoke"
    dying = line.service("ledger", ARREARS_CRASH_POINT=f"{point}:{1 if first_pass else 2}")
    if at_start:
        assert dying.wait_death() == -signal.SIGKILL, f"{point} did not kill"
        return
    if point == "in_revoke":
        dying.wait_ready()
        feed.send(100)
        dying.signal(signal.SIGTERM)
        assert dying.wait_death() == -signal.SIGKILL, f"{point} did not kill"
        return
    until = time.monotonic() + lines.DEADLINE_S
    dying.api  # its ports are open
    if point == "in_day_close":
        close_without_waiting(line, day)
    # Acknowledgements alone are stored only while nothing else is committed.
    pause_s = 3 if point == "after_acks_stored" else 0.3
    while dying.process.poll() is None:
        if time.monotonic() > until:
            raise lines.Trouble(f"the ledger never came to {point}")
        feed.send(60)
        dying.pause(pause_s)
    assert dying.wait_death() == -signal.SIGKILL, f"{point}: ended with {dying.process.returncode}"


def close_without_waiting(line, day):
    """The tick is sent; the close itself ends with the process, so the command's time runs out."""
    line.arrears("day", "close", day, "--timeout", "1", check=False)


def next_day(day):
    year, month, date = map(int, day.split("-"))
    return f"{year}-{month:02}-{date + 1:02}"


def walk(line, feed, points):
    day = FIRST_DAY
    for point in points:
        began = time.monotonic()
        die_at(line, feed, point, day)
        healed = line.service("ledger").wait_ready()
        line.arrears("day", "close", day)
        day = next_day(day)
        line.wait_quiet()
        print(f"{point:18} died, healed, day closed  {time.monotonic() - began:5.1f} s", flush=True)
        assert healed.end() == 0, f"after {point} the ledger did not end cleanly"


def lose_connections(line, feed, times=20):
    """The database ends the ledger's sessions while it commits: what became of a COMMIT is unknown, again and again."""
    service = line.service("ledger").wait_ready()
    db = line.database("ledger").cursor()
    for _ in range(times):
        feed.send(60)
        db.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'ledger'")
    line.wait_quiet()
    assert service.process.poll() is None, "the ledger did not live through lost connections"
    assert service.end() == 0
    print(f"connections ended {times} times, the ledger went on", flush=True)


def check(line):
    database = f"host={line.env['ARREARS_PG_SOCKET_DIR']} port={line.env['ARREARS_PG_PORT']} dbname=ledger user=postgres"
    found = []
    faults = checker.check(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], database, line.descriptors, found.append)
    return faults, found


def plant(line, feed):
    """Faults that the checker must find, each by the rule made for it, or its silence above says nothing."""
    db = line.database("ledger").cursor()
    db.execute("ALTER TABLE leg DISABLE TRIGGER ALL")
    bootstrap = line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"]

    def imbalance():
        db.execute("SELECT task, creditor, customer, entry, gl FROM leg LIMIT 1")
        where = db.fetchone()
        change = ("UPDATE leg SET amount = amount %s 1 WHERE (task, creditor, customer, entry, gl) = (%%s, %%s, %%s, %%s, %%s)")
        db.execute(change % "+", where)
        return lambda: db.execute(change % "-", where)

    def loss():
        # The ledger does not run any more: nobody will answer this one.
        key, value = feed._message()
        feed.producer.produce(BILLING, key=key, value=value)
        feed.producer.flush(30)

    def duplicate():
        record = next(r for r in contract.read_all(bootstrap, LEDGER)
                      if feed.contract.read(LEDGER, r.value()).WhichOneof("event") == "invoice_posted")
        last = max(facts.number_of(r)[1] for r in contract.read_all(bootstrap, LEDGER)
                   if r.partition() == record.partition())
        name = dict(record.headers())["ce_id"].decode().rsplit("/", 1)[0]
        headers = [(k, f"{name}/{last + 1}".encode() if k == "ce_id" else v) for k, v in record.headers()]
        feed.producer.produce(LEDGER, key=record.key(), value=record.value(), headers=headers,
                              partition=record.partition())
        feed.producer.flush(30)

    wanted = {imbalance: "entries_balance: unbalanced", loss: "every_input_has_its_answer: lost",
              duplicate: "every_document_is_posted_once: doubled"}
    for fault, words in wanted.items():
        undo = fault()
        _, found = check(line)
        row = next((row for row in found if row.startswith(words)), None)
        assert row, f"a planted {fault.__name__} was not found, only {found}"
        print(f"planted {fault.__name__}: found, {row}", flush=True)
        if undo:
            undo()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", default=lines.ROOT / "build/chaos")
    parser.add_argument("points", nargs="*")
    arguments = parser.parse_args()
    points = arguments.points or crash_points()
    print(f"seed {arguments.seed}, {len(points)} points", flush=True)
    with lines.Line(arguments.build) as line:
        line.migrate("ledger")
        feed = Feed(line, arguments.seed)
        first = line.service("ledger").wait_ready()
        line.arrears("day", "open", FIRST_DAY, "--simulated")
        feed.send(500)
        line.wait_quiet()
        assert first.end() == 0
        walk(line, feed, points)
        lose_connections(line, feed)
        faults, found = check(line)
        print("\n".join(found), flush=True)
        assert faults == 0, f"{faults} faults"
        plant(line, feed)
    print(f"{len(points)} passed, 0 failed")


if __name__ == "__main__":
    lines.main(main)
