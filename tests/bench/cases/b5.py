"""B5: credit states of customers, written to Redis with fence, positions and outbox; append-only file every second.

Fed from memory: scoring's handler, the step loop and the task store as they are shipped, a real Redis; the broker is in
memory. A state is that of one customer after one invoice; it is decoded, decided, encoded, committed in calls of at most
200 and read back from scoring's own topic. Beside it the same bytes as plain commands through one pipeline: SET of the
state, SET of its row in the outbox, DEL of that row; and, without a bar, the same with a row of the outbox for as many
states as a call holds, which is how the store bundles them.
"""
import functools
import json
import random
import subprocess
import time

import contract
import data
import frame
import installation
import invariants
import line as lines
import server as servers

LEDGER, CREDIT = "arrears.ledger.v1", "arrears.credit.v1"
UNIT, BATCH = "states/s", 200


class Feed:
    """The rules, and what the ledger would say: each task's day is open, one invoice first, then `events` more."""

    def __init__(self, line, path, events):
        self.path, self.events = path, events
        self.contract = contract.Contract(line.descriptors)
        self.open = {}  # customer: what is open in the end
        self.seq = [0] * lines.PARTITIONS
        rules = [r for r in contract.read_all(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], data.POLICIES) if r.value()]
        with open(path, "wb") as file:
            file.writelines(data.record_bytes(data.RULES, rule.key(), rule.value()) for rule in rules)
            file.writelines(self._days(self._set_of(rules)))
            file.writelines(self._invoices(events))

    def _set_of(self, rules):
        record = self.contract.message("arrears.policies.v1.PolicyRecord")
        return next(rule.key().decode() for rule in rules if record.FromString(rule.value()).WhichOneof("record") == "set")

    def _event(self, task):
        self.seq[task] += 1
        event = self.contract.new(LEDGER)
        event.origin.service, event.origin.task = "ledger", task
        event.origin.seq = event.origin.order = self.seq[task]
        event.recorded_on = data.DAY
        return event

    def _days(self, policy_set):
        for task in range(lines.PARTITIONS):
            event = self._event(task)
            event.day_opened.day, event.day_opened.policy_set, event.day_opened.simulated = data.DAY, policy_set, True
            yield data.record_bytes(task, b"", event.SerializeToString())

    def _invoices(self, events):
        chance = random.Random(data.SEED)
        known = data.customers()
        first = {}
        for customer in known:
            first.setdefault(customer[1], customer)
        drawn = [*first.values(), *(chance.choice(known) for _ in range(events))]
        for number, (customer, task) in enumerate(drawn):
            event = self._event(task)
            event.cause.record.topic, event.cause.record.partition = data.BILLING, task
            event.cause.record.offset = event.origin.seq
            event.creditor, event.customer = data.CREDITOR, customer
            body = event.invoice_posted
            body.number, body.issued_on, body.due_on = f"INV-{number:07}", data.DAY, "2024-05-05"
            body.amount.currency, body.amount.minor = "EUR", chance.randint(100, 1_000_000)
            self.open[customer] = self.open.get(customer, 0) + body.amount.minor
            yield data.record_bytes(task, f"{data.CREDITOR}/{customer}".encode(), event.SerializeToString())


class Redis:
    """The line's, by its own client."""

    def __init__(self, socket):
        self.words = ["redis-cli", "-s", socket]

    def ask(self, *words):
        return lines.run([*self.words, *words]).stdout

    def raw(self, *words):
        done = subprocess.run([*self.words, "--raw", *words], check=True, stdout=subprocess.PIPE)
        return done.stdout[:-1]

    def empty(self):
        """With its file written anew: no run pays for the one before it."""
        self.ask("FLUSHALL")
        self.ask("BGREWRITEAOF")
        lines.wait_for("the file is written", lambda: "aof_rewrite_in_progress:0" in self.ask("INFO", "persistence"))

    def pipe(self, path):
        """Seconds that it takes to write the commands of a file, without waiting for single answers."""
        with open(path, "rb") as file:
            began = time.monotonic()
            out = subprocess.run([*self.words, "--pipe"], stdin=file, check=True, stdout=subprocess.PIPE, text=True).stdout
            took = time.monotonic() - began
        invariants.check("every write is answered", "errors: 0" in out, out)
        return took


def check_states(redis, feed):
    """Of each customer one state, with what is open; each task has read its input to the end."""
    found, sound = 0, 0
    for task in range(lines.PARTITIONS):
        numbers = redis.raw("HGET", f"{{scoring.{task}}}:task", "numbers").decode()
        invariants.check("positions are at the ends", f"in {LEDGER} {feed.seq[task]} " in numbers, numbers)
        found += int(redis.ask("HLEN", f"{{scoring.{task}}}:states"))
    invariants.check("a state for each customer", found == len(feed.open), f"{found}, wanted {len(feed.open)}")
    chance = random.Random(data.SEED)
    for customer in chance.sample(sorted(feed.open), 200):
        key = f"{data.CREDITOR}/{customer}"
        task = data.partition_of(key.encode())
        state = feed.contract.read(CREDIT, redis.raw("HGET", f"{{scoring.{task}}}:states", key)).state
        sound += [exposure.open.minor for exposure in state.exposures] == [feed.open[customer]]
    invariants.check("what is open is the sum of the invoices", sound == 200, f"{sound} of 200")


def run_scoring(redis, feed, writes, bundled):
    redis.empty()
    out = lines.run([servers.BUILD / "tests/scoring_bench", redis.words[2], feed.path, writes, bundled]).stdout
    check_states(redis, feed)
    done = json.loads(out)
    return frame.Sample(done["events"], done["events"] * 1e6 / done["us"], done["p50_us"], done["p99_us"])


def run_plain(redis, feed, writes):
    redis.empty()
    events = feed.events + lines.PARTITIONS
    took = redis.pipe(writes)
    invariants.check("a key for each customer", int(redis.ask("DBSIZE")) == len(feed.open))
    return frame.Sample(events, events / took)


def variants(server):
    lines.run(["cmake", "--build", servers.BUILD, "--target", "scoring_bench"])
    folder = installation.folder_of(server)
    redis = Redis(server.line.env["ARREARS_REDIS"])
    feed = Feed(server.line, folder / "feed-states", 30_000 if server.quick else 300_000)
    writes, bundled = folder / "writes", folder / "writes-bundled"
    make = functools.partial(frame.Variant, connections=1, fsync_rate=server.fsync_rate, unit=UNIT)
    wanted = frame.Sample(0, 100_000)
    return [
        make("scoring", BATCH, run=functools.partial(run_scoring, redis, feed, writes, bundled),
             beside=(frame.Beside("plain, one pipeline", 0.4), frame.Beside("plain, bundled"),
                     frame.Beside("wanted 100,000/s", 1.0))),
        make("plain, one pipeline", 0, run=functools.partial(run_plain, redis, feed, writes)),
        make("plain, bundled", BATCH, run=functools.partial(run_plain, redis, feed, bundled)),
        make("wanted 100,000/s", 0, run=lambda: wanted),
    ]
