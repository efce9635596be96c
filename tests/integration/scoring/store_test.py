#!/usr/bin/python3
"""Scoring on a real Redis and a real broker: what it commits, who may, and what is left when Redis is lost.

    tests/integration/scoring/store_test.py [--build build/dev]

One line with the ledger and scoring is started; the scenes run in order on it. The fold of the topic is computed here,
from the descriptors alone, and compared with what Redis holds, byte for byte.
"""
import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "harness/py"))
import contract  # noqa: E402
import line as lines  # noqa: E402

CREDIT, WARNINGS = "arrears.credit.v1", "arrears.warnings.v1"


def expect(what, wanted, got):
    if wanted != got:
        raise lines.Trouble(f"{what}: expected {wanted!r}, got {got!r}")


class Scene:
    def __init__(self, line):
        self.line = line
        self.bootstrap = line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"]
        self.contract = contract.Contract(line.descriptors)
        self.producer = contract.producer(self.bootstrap)
        self.socket = line.stack / "run/redis.sock"
        self.settings = {"ARREARS_REDIS": str(self.socket)}
        self.number = 0

    def redis(self, *words, check=True):
        done = subprocess.run(["redis-cli", "-s", self.socket, *map(str, words)], capture_output=True)
        answer = done.stdout.decode(errors="replace").strip()
        if check and (done.returncode or answer.startswith(("ERR", "FENCED", "UNKNOWN", "BUILDING"))):
            raise lines.Trouble(f"redis {words}: {answer}")
        return answer

    def start(self, **settings):
        return self.line.service("scoring", **self.settings, **settings)

    @property
    def scoring(self):
        return next(service for service in self.line.services if service.name == "scoring")

    def send(self, *events):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
            file.flush()
            self.line.arrears("events", "send", file.name)
        self.line.wait_quiet()

    def next_number(self):
        self.number += 1
        return f"I-{self.number}"

    def credit(self, customer):
        return self.scoring.get(f"/v1/credit/acme/{customer}")

    def records(self, kind="state"):
        for record in contract.read_all(self.bootstrap, CREDIT):
            message = self.contract.read(CREDIT, record.value())
            if message.WhichOneof("record") == kind:
                yield record, message

    def fold(self):
        """The highest (epoch, version) of each key, as bytes."""
        best = {}
        for record, message in self.records():
            place = (message.epoch, message.state.version)
            if record.key() not in best or place > best[record.key()][0]:
                best[record.key()] = (place, record.value())
        return {key.decode(): value for key, (_, value) in best.items()}

    def last(self):
        """What compaction would leave: the last record of each key."""
        return {record.key().decode(): record.value() for record, _ in self.records()}

    def held(self):
        """What Redis holds, all tasks; as hex, since the values are bytes."""
        script = ("local r = {} for p = 0, tonumber(ARGV[1]) - 1 do local h = redis.call('HGETALL', "
                  "'{scoring.' .. p .. '}:states') for i = 1, #h, 2 do local x = h[i + 1]:gsub('.', function(c) "
                  "return string.format('%02x', c:byte()) end) r[#r + 1] = h[i] .. ' ' .. x end end return r")
        answer = self.redis("eval", script, 0, lines.PARTITIONS)
        rows = [row.split(" ") for row in answer.splitlines() if row]
        return {key: bytes.fromhex(value) for key, value in rows}

    def wait_held(self, what):
        """Until Redis holds what the topic says, and the topic ends with it."""
        lines.wait_for(what, lambda: self.held() == self.fold() == self.last())

    def warnings(self, customer):
        messages = [self.contract.read(WARNINGS, r.value()) for r in contract.read_all(self.bootstrap, WARNINGS)]
        return [m.id for m in messages if m.customer == customer]


def invoice(customer, number, minor, due="2024-02-01"):
    return {"invoiceIssued": {"creditor": "acme", "customer": customer, "number": number,
                              "amount": {"currency": "EUR", "minor": minor},
                              "issuedOn": "2024-01-02", "dueOn": due}}


def payment(customer, number, minor, of):
    return {"paymentReceived": {"creditor": "acme", "customer": customer, "number": number,
                                "amount": {"currency": "EUR", "minor": minor},
                                "receivedOn": "2024-01-20", "invoiceNumber": of}}


def open_minor(credit):
    return sum(e["open"]["minor"] for e in credit["exposures"])


def ready(service):
    service.api  # finds the ports
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{service.ports[0]}/readyz", timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


# ---- scenes, in order

def scene_starts(scene):
    scene.scoring.wait_ready()


def scene_states_follow_the_ledger(scene):
    scene.line.arrears("day", "open", "2024-01-02", "--simulated")
    scene.line.wait_quiet()
    scene.send(*[invoice(f"c{i}", "I-1", 1000 + i) for i in range(20)])
    expect("open", 1003, open_minor(scene.credit("c3")))
    expect("band of a new customer", "B", scene.credit("c3")["band"])
    scene.send(payment("c3", "P-1", 1003, "I-1"))
    expect("open", 0, open_minor(scene.credit("c3")))
    expect("band of a good one", "A", scene.credit("c3")["band"])
    scene.wait_held("Redis and the topic agree")


def scene_lists_and_exposure(scene):
    top = scene.scoring.get("/v1/exposure?top=3")["currencies"]
    expect("three of one currency", [("EUR", ["c19", "c18", "c17"])],
           [(c["currency"], [row["customer"] for row in c["customers"]]) for c in top])
    expect("band A", ["c3"], [row["customer"] for row in scene.scoring.get("/v1/credit?band=A")["customers"]])
    expect("at most", 5, len(scene.scoring.get("/v1/credit?top=5")["customers"]))
    expect("nobody", None, scene.credit("nobody"))


def scene_a_fall_is_one_warning(scene):
    scene.line.arrears("day", "close", "2024-02-02", "--wait")
    scene.line.wait_quiet()
    expect("band", "D", scene.credit("c5")["band"])
    expect("warnings", 1, len(scene.warnings("c5")))
    expect("none for who has paid", [], scene.warnings("c3"))


def scene_checkpoints_follow_the_acknowledgements(scene):
    def whole():
        seen = {message.checkpoint.day for record, message in scene.records("checkpoint")}
        tasks = {record.key() for record, message in scene.records("checkpoint") if message.checkpoint.day == "2024-02-03"}
        return len(tasks) == lines.PARTITIONS and seen
    lines.wait_for("a checkpoint of every task on the open day", whole)


def scene_a_stale_or_unknown_epoch_writes_nothing(scene):
    before = scene.held()
    keys = ["{scoring.0}:task", "{scoring.0}:states", "{scoring.0}:outbox"]
    epoch, number = (scene.redis("hget", keys[0], name) for name in ("epoch", "commit_no"))
    stale = str(int(epoch) - 1)

    def refused(word, *call):
        answer = scene.redis("fcall", *call, check=False)
        if not answer.startswith(word):
            raise lines.Trouble(f"{call}: {answer!r} is not {word}")

    pair = ["acme/forged", "x"]
    refused("FENCED", "arrears_commit", 3, *keys, stale, number, int(number) + 1, "n", 0, 1, 0, 0, *pair)
    refused("UNKNOWN", "arrears_commit", 3, *keys, epoch, int(number) + 7, int(number) + 8, "n", 0, 1, 0, 0, *pair)
    nobody = [key.replace("scoring.0", "scoring.none") for key in keys]
    refused("UNKNOWN", "arrears_commit", 3, *nobody, epoch, number, int(number) + 1, "n", 0, 1, 0, 0, *pair)
    refused("ERR", "arrears_commit", 3, *keys, epoch, number, int(number) + 1, "n", 0, 2, 0, 0, *pair)
    refused("FENCED", "arrears_takeover", 1, keys[0], epoch, 0)
    refused("FENCED", "arrears_rebuild_begin", 3, *keys, stale)
    refused("UNKNOWN", "arrears_rebuild_add", 2, *keys[:2], epoch, *pair)
    expect("states", before, scene.held())


def scene_a_lost_redis_is_rebuilt_from_the_topic(scene):
    before = scene.held()
    warned = scene.warnings("c5")
    scene.redis("flushall")
    lines.wait_for("rebuilt", lambda: scene.held() == before)
    scene.wait_held("Redis and the topic agree")
    lines.wait_for("open warnings are said again", lambda: len(scene.warnings("c5")) > len(warned))
    expect("with the same id", set(warned), set(scene.warnings("c5")))
    scene.send(invoice("c5", "I-2", 7, due="2024-09-01"))
    expect("work goes on", 1012, open_minor(scene.credit("c5")))
    scene.wait_held("Redis and the topic agree")


def scene_lost_functions_are_a_lost_redis(scene):
    scene.redis("function", "flush")
    scene.send(invoice("c6", "I-2", 11, due="2024-09-01"))
    expect("work goes on", 1017, open_minor(scene.credit("c6")))
    scene.wait_held("Redis and the topic agree")


def scene_a_killed_process_leaves_nothing_half(scene):
    before = scene.held()
    scene.scoring.signal(signal.SIGKILL)
    scene.scoring.wait_death()
    scene.start()
    scene.line.wait_quiet()
    expect("states", before, scene.held())
    scene.send(invoice("c7", "I-2", 13, due="2024-09-01"))
    expect("each event once", 1020, open_minor(scene.credit("c7")))
    scene.wait_held("Redis and the topic agree")


def scene_redis_and_process_lost_together(scene):
    before = scene.held()
    scene.scoring.signal(signal.SIGKILL)
    scene.scoring.wait_death()
    scene.redis("flushall")
    scene.start()
    scene.line.wait_quiet()
    scene.wait_held("Redis and the topic agree")
    expect("states", before, scene.held())


def scene_redis_restarts(scene):
    """Ended in an orderly way, and killed: its append-only file may then lack the last second."""
    for word in ("save", "now"):
        scene.send(*[invoice(f"c{i}", f"I-{word}", 2, due="2024-09-01") for i in range(20)])
        before = scene.held()
        if word == "save":
            scene.redis("shutdown", check=False)
        else:
            os.kill(int(scene.redis("info", "server").split("process_id:")[1].split()[0]), signal.SIGKILL)
        lines.wait_for("not ready", lambda: not ready(scene.scoring))
        lines.run([lines.ROOT / "deploy/local/up", "--servers-only", "--dir", scene.line.stack])
        lines.wait_for("ready", lambda: ready(scene.scoring))
        scene.line.wait_quiet()
        expect("states", before, scene.held())
        scene.wait_held("Redis and the topic agree")


def scene_an_older_redis_is_noticed(scene):
    """Restored from a copy: its epoch and its commits are lower than what stands in the topic."""
    def copy(source, target):
        for task in range(lines.PARTITIONS):
            for key in ("task", "states", "outbox"):
                scene.redis("copy", f"{source}{{scoring.{task}}}:{key}", f"{target}{{scoring.{task}}}:{key}", "replace")
    copy("", "old")
    scene.send(*[invoice(f"c{i}", "I-5", 1, due="2024-09-01") for i in range(20)])
    scene.wait_held("Redis and the topic agree")
    before = scene.held()
    scene.scoring.signal(signal.SIGKILL)
    scene.scoring.wait_death()
    copy("old", "")
    scene.start()
    scene.line.wait_quiet()
    expect("states", before, scene.held())
    rebuilt = [line for line in scene.scoring.lines() if line.get("event.action") == "store_rebuilt"]
    assert rebuilt, "nothing was rebuilt"


def scene_long_lists_are_committed_in_parts(scene):
    """States of tens of kilobytes: more than one call of Redis takes, so the batch is halved."""
    customers = ["long-1", "long-2", "long-3"]
    scene.send(*[invoice(customer, f"I-{n}", 10, due="2024-02-04") for n in range(300) for customer in customers])
    scene.line.arrears("day", "close", "2024-02-05", "--wait")
    scene.line.wait_quiet(180)
    for customer in customers:
        expect(customer, (300, 3000), (scene.credit(customer)["overdue_count"], open_minor(scene.credit(customer))))
        expect(customer, len(scene.warnings(customer)), len(set(scene.warnings(customer))))
    scene.wait_held("Redis and the topic agree")


def scene_a_late_record_is_said_again(scene):
    """An owner that was replaced writes what it still had: the last record of the key is the lower one."""
    key = "acme/c5"
    old = next((record for record, message in scene.records() if record.key().decode() == key))
    if old.value() == scene.last()[key]:
        raise lines.Trouble("there is no older record to write")
    scene.producer.produce(CREDIT, key=old.key(), value=old.value(), partition=old.partition())
    assert scene.producer.flush(30) == 0
    scene.wait_held("the owner said it again")


def scene_another_owner_and_a_stopped_one(scene):
    """The first is stopped, not dead; the second takes all; the first wakes up and must do no harm."""
    first = scene.scoring
    first.signal(signal.SIGSTOP)
    second = scene.start(ARREARS_GROUP_INSTANCE_ID="scoring-2")
    lines.wait_for("the second has all tasks", lambda: len((second.progress() or {"tasks": []})["tasks"]) ==
                   lines.PARTITIONS, 120)
    scene.send(*[invoice(f"c{i}", "I-3", 100, due="2024-09-01") for i in range(8, 20)])
    expect("once", 1113, open_minor(scene.credit("c8")))
    first.signal(signal.SIGCONT)

    def shared():
        tasks = [{task["task"] for task in (one.progress() or {"tasks": []})["tasks"]} for one in (first, second)]
        return all(tasks) and len(tasks[0] | tasks[1]) == lines.PARTITIONS and not tasks[0] & tasks[1]
    lines.wait_for("the two share the tasks", shared, 120)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(invoice(f"c{i}", "I-4", 50, due="2024-09-01")) + "\n" for i in range(8, 20))
        file.flush()
        scene.line.arrears("events", "send", file.name)
    lines.wait_for("both take their part", lambda: all(open_minor(scene.credit(f"c{i}")) == 1155 + i
                                                       for i in range(8, 20)))
    first.signal(signal.SIGTERM)
    expect("exit", 0, first.wait_death())
    scene.line.wait_quiet()
    scene.wait_held("Redis and the topic agree")


def scene_a_storm_leaves_every_event_counted_once(scene):
    """Processes killed, Redis emptied and cut while events flow; afterwards every figure is the ledger's."""
    chance = random.Random(int(os.environ.get("ARREARS_SEED", "7")))
    wanted = {f"c{i}": open_minor(scene.credit(f"c{i}")) for i in range(20)}

    def fault():
        kind = chance.choice(["kill", "kill", "flush", "cut", "functions", "none"])
        if kind == "kill":
            scene.scoring.signal(signal.SIGKILL)
            scene.scoring.wait_death()
            scene.start()
        elif kind == "flush":
            scene.redis("flushall")
        elif kind == "cut":
            scene.redis("client", "kill", "type", "normal", "skipme", "yes")
        elif kind == "functions":
            scene.redis("function", "flush")

    for turn in range(12):
        events = []
        for _ in range(40):
            customer, minor = f"c{chance.randrange(20)}", chance.randint(1, 999)
            wanted[customer] += minor
            events.append(invoice(customer, f"S-{turn}-{len(events)}", minor, due="2024-09-01"))
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
            file.flush()
            scene.line.arrears("events", "send", file.name)
        fault()
    scene.scoring.wait_ready()
    scene.line.wait_quiet()
    scene.wait_held("Redis and the topic agree")
    expect("what is open", wanted, {customer: open_minor(scene.credit(customer)) for customer in wanted})


def scene_eviction_is_refused(scene):
    scene.scoring.signal(signal.SIGTERM)
    expect("exit", 0, scene.scoring.wait_death())
    scene.redis("config", "set", "maxmemory-policy", "allkeys-lru")
    refused = scene.start()
    expect("exit", 3, refused.wait_death())
    assert "noeviction" in refused.log.read_text()
    scene.redis("config", "set", "maxmemory-policy", "noeviction")
    scene.start()
    scene.line.wait_quiet()
    scene.wait_held("Redis and the topic agree")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=lines.ROOT / "build/dev", type=pathlib.Path)
    build = parser.parse_args().build.resolve()
    with lines.Line(build) as line:
        line.migrate("ledger")
        line.service("ledger").wait_ready()
        scene = Scene(line)
        scene.start()
        for name, play in list(globals().items()):
            if name.startswith("scene_"):
                try:
                    play(scene)
                except (lines.Trouble, AssertionError) as fault:
                    raise lines.Trouble(f"{name}: {fault}\n{scene.scoring.log.read_text()[-3000:]}") from None
                print(f"ok      {name[6:].replace('_', ' ')}", flush=True)


if __name__ == "__main__":
    lines.main(main)
