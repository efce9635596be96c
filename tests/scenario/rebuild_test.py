#!/usr/bin/python3
"""A ledger that is made again from its topics is the one that was lost.

    tests/scenario/rebuild_test.py [--build build/dev] [--seed N] [--documents N]

The whole line lives on a random stream (tests/chaos/feed.py: documents of every kind, money in suspense and moved on,
poison, contradictions, signed decisions), with days that end and workers that die in between. What the ledger answers
then has to be the same, byte for byte, from a database that `ledger rebuild` has filled. With --documents so many more
go in, and how long an empty database takes is worth something.
"""
import argparse
import contextlib
import datetime
import json
import pathlib
import signal
import sys
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "chaos"), str(HERE.parent / "harness/py"), str(HERE.parent / "check")]
import contract  # noqa: E402
import drill as drills  # noqa: E402
import feed as feeds  # noqa: E402
import line as lines  # noqa: E402
import tamper  # noqa: E402

LEDGER, TRANSFERS = "arrears.ledger.v1", "arrears.transfers.v1"
REFUSED = 3  # somebody has to act
SEALED = "2024-03"
# The numbers of every task, but for who owns it.
NUMBERS = ("SELECT task, phase, day, simulated, policy_set, output_order FROM task ORDER BY task",
           "SELECT task, topic, partition, seq, acked_seq FROM task_output ORDER BY task, topic, partition")


def expect(what, wanted, got):
    if wanted != got:
        raise lines.Trouble(f"{what}: expected {str(wanted)[:2000]}, got {str(got)[:2000]}")


# ---- what the ledger says

def answer(ledger, path):
    with urllib.request.urlopen(ledger.api + path, timeout=30) as reply:
        return reply.read()


def questions(first, last):
    """Everything that can be asked of days that are closed."""
    days = [first]
    while days[-1] < last:
        days.append(feeds.next_day(days[-1]))
    for day in days:
        yield f"/v1/aging?as_of={day}"
        yield f"/v1/aging?as_of={day}&from=invoice&by=customer"
        yield f"/v1/aging?as_of={first}&known_on={day}"
        yield f"/v1/trial-balance?as_of={day}"
        yield f"/v1/trial-balance?as_of={first}&known_on={day}"
        yield f"/v1/exposure?top=500&as_of={day}"
        yield f"/v1/suspense?as_of={day}"
        yield f"/v1/cut-off?as_of={day}"
    yield f"/v1/kpi?as_of={last}&days=90"
    yield f"/v1/roll-rates?as_of={last}&days=1"
    yield f"/v1/recovery?from={first}&to={last}"
    yield "/v1/tie-out"
    yield "/v1/holds"
    yield "/v1/audit/tasks"
    for task in range(lines.PARTITIONS):
        yield f"/v1/audit/heads?task={task}"
        yield f"/v1/audit/balances?task={task}"


def journal(ledger, first, last):
    """Every entry. Its id is where a page ends, and holds the number that an account got in this database."""
    after, entries = "", []
    while after is not None:
        page = json.loads(answer(ledger, f"/v1/journal?from={first}&to={last}" + (f"&after={after}" if after else "")))
        entries += [{name: value for name, value in entry.items() if name != "id"} for entry in page["entries"]]
        after = page["next"]
    return sorted(entries, key=lambda entry: (entry["customer"], entry["entry"]))


def accounts(ledger, line):
    rows = line.sql("ledger", "SELECT creditor, customer FROM account ORDER BY 1, 2")
    return {name: answer(ledger, "/v1/accounts/" + "/".join(map(urllib.parse.quote, name))) for name in rows}


def everything(drill, last):
    """All answers, and the numbers of the tasks."""
    ledger = drill.line.workers("ledger")[0]
    said = {path: answer(ledger, path) for path in questions(feeds.FIRST_DAY, last)}
    said["journal"] = journal(ledger, "2024-01-01", last)
    said |= accounts(ledger, drill.line)
    return said | {sql: drill.line.sql("ledger", sql) for sql in NUMBERS}


def same(what, before, after):
    expect(f"{what}: what is answered", sorted(map(str, before)), sorted(map(str, after)))
    for name, wanted in before.items():
        expect(f"{what}: {name}", wanted, after[name])


def ends(drill):
    """How much there is in the topics that the ledger writes."""
    records = contract.read_all(drill.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], LEDGER, TRANSFERS, "arrears.billing.v1.dlq")
    return len(records)


# ---- what is done to it

def superuser(drill, *statements):
    with contextlib.closing(drill.line.database("postgres")) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def new_database(drill):
    superuser(drill, "DROP DATABASE ledger", "CREATE DATABASE ledger OWNER ledger_owner",
              "GRANT CONNECT ON DATABASE ledger TO ledger_app")
    drill.line.migrate("ledger")


def keep_backup(drill):
    superuser(drill, "CREATE DATABASE ledger_backup TEMPLATE ledger OWNER ledger_owner")


def restore_backup(drill):
    """It can be restored again."""
    superuser(drill, "DROP DATABASE ledger", "CREATE DATABASE ledger TEMPLATE ledger_backup OWNER ledger_owner",
              "GRANT CONNECT ON DATABASE ledger TO ledger_app")


def rebuild(drill, wanted=0, **settings):
    """What it logs."""
    done = lines.run([drill.line.bin / "ledger", "rebuild"], env=drill.line.service_env("ledger") | settings, check=False)
    expect(f"exit of rebuild\n{done.stderr[-3000:]}", wanted, done.returncode)
    return [json.loads(row) for row in done.stderr.splitlines()]


def refused(drill, code, **settings):
    said = rebuild(drill, REFUSED, **settings)[-1]
    expect("why", code, said["error.code"])
    return said["error.message"]


def end_service(drill, name):
    drill.line.wait_quiet()
    drill.end(name)
    drill.line.services = [one for one in drill.line.services if one.name != name]


def start_service(drill, name):
    drill.start(name).wait_ready()
    drill.line.wait_quiet()


def end_ledger(drill):
    end_service(drill, "ledger")


def start_ledger(drill):
    start_service(drill, "ledger")


def perhaps_die(drill):
    """Between two steps or in one: what it had said and not noted as said, is said again."""
    if drill.feed.chance.random() > 0.3:
        return
    drill.line.workers("ledger")[0].signal(signal.SIGKILL)
    drill.line.workers("ledger")[0].wait_death()
    drill.start("ledger").wait_ready()


def change_journal_key(drill):
    """The open day is the last one that the old key signs."""
    keys = drill.line.stack / "keys"
    drill.line.arrears("keys", "new", "--out", str(keys / "journal-2"))
    old = (keys / "journal.key").read_text().strip()
    (keys / "journal.key").write_text(f"{old} until {drill.feed.day}\n" + (keys / "journal-2.key").read_text())
    (keys / "journal-1.pub").write_text((keys / "journal.pub").read_text())
    with (keys / "journal.pub").open("a") as known:
        known.write((keys / "journal-2.pub").read_text())


# ---- scenes, in order

class Stage:
    def __init__(self, drill, documents):
        self.drill = drill
        self.documents = documents
        self.before = None
        self.last = None  # closed day

    def look(self):
        # A mail that was put off is sent whenever its server likes, and then the ledger hears of it: nobody else may speak
        # until the last comparison.
        end_service(self.drill, "dunning")
        self.drill.line.wait_quiet()
        self.last = (datetime.date.fromisoformat(self.drill.feed.day) - datetime.timedelta(1)).isoformat()
        self.before = everything(self.drill, self.last)


def scene_a_line_lives(stage):
    drill = stage.drill
    drill.start_all()
    drill.begin()
    drill.busy_days(6, disturb=lambda: perhaps_die(drill))
    drill.line.arrears("period", "close", SEALED, "--creditor", "acme")
    drill.live_on()
    if stage.documents:
        many = drill.new_feed(drill.seed + 1000, prefix="m-", customers=stage.documents // 25)
        many.pour(stage.documents)
        many.flush(120)
    drill.line.wait_quiet(600)
    kinds = {row[0] for row in drill.line.sql("ledger", "SELECT DISTINCT kind FROM entry")}
    for kind in ("invoice", "payment", "payment_reversal", "write_off", "transfer_out", "transfer_in"):
        assert kind in kinds, f"the stream has no {kind}: {sorted(kinds)}"


def scene_while_a_worker_lives_nothing_is_rebuilt(stage):
    assert "ledger has had 1 members" in refused(stage.drill, "STILL_RUNNING")


def scene_a_backup_is_kept_the_key_changes_and_life_goes_on(stage):
    drill = stage.drill
    end_ledger(drill)
    keep_backup(drill)
    change_journal_key(drill)
    start_ledger(drill)
    drill.live_on()
    drill.busy_days(3, disturb=lambda: perhaps_die(drill))
    stage.look()


def scene_an_empty_database_becomes_the_lost_one(stage):
    drill = stage.drill
    end_ledger(drill)
    said = ends(drill)
    new_database(drill)
    log = rebuild(drill)
    read = next(row for row in log if row["event.action"] == "published_read")
    expect("tasks", lines.PARTITIONS, sum(row["event.action"] == "task_rebuilt" for row in log))
    decided_ms = sum(row["ms"] for row in log if row["event.action"] == "task_rebuilt")
    print(f"        {read['events']} events: read in {read['ms']} ms, decided again in {decided_ms} ms", flush=True)
    expect("published meanwhile", said, ends(drill))
    start_ledger(drill)
    expect("published after", said, ends(drill))
    same("empty", stage.before, everything(drill, stage.last))
    code, report = tamper.audit(drill.line)
    expect("audit", (0, []), (code, report["findings"]))


def scene_neither_key_has_signed_every_head(stage):
    for name in ("journal-1", "journal-2"):
        _, report = tamper.audit(stage.drill.line, "--key", str(stage.drill.line.stack / f"keys/{name}.pub"))
        assert any(one["kind"] == "forged" for one in report["findings"]), name


def scene_a_second_rebuild_has_nothing_to_do(stage):
    drill = stage.drill
    end_ledger(drill)
    tasks = [row for row in rebuild(drill) if row["event.action"] == "task_rebuilt"]
    expect("records", [0] * lines.PARTITIONS, [row["records"] for row in tasks])


def scene_a_backup_is_brought_up_to_its_topics(stage):
    drill = stage.drill
    restore_backup(drill)
    said = ends(drill)
    service = drill.start("ledger")
    expect("an older database", REFUSED, service.wait_death())
    drill.line.services.remove(service)
    rebuild(drill)
    start_ledger(drill)
    expect("published", said, ends(drill))
    same("backup", stage.before, everything(drill, stage.last))


def scene_a_difference_is_found_and_named(stage):
    drill = stage.drill
    end_ledger(drill)
    new_database(drill)
    drill.line.arrears("keys", "new", "--out", str(drill.line.dir / "stranger"))
    why = refused(drill, "DIFFERENCE", ARREARS_LEDGER_JOURNAL_KEY_FILE=str(drill.line.dir / "stranger.key"))
    assert "JournalSealed" in why and "task 0" in why and LEDGER in why, why
    restore_backup(drill)
    with contextlib.closing(drill.line.database("ledger")) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE item SET amount = amount + 1, open = open + 1 WHERE open > 0")
    why = refused(drill, "DIFFERENCE")
    assert "of other bytes" in why and "number" in why, why


def scene_an_interrupted_rebuild_goes_on(stage):
    drill = stage.drill
    new_database(drill)
    drill.line.arrears("keys", "new", "--out", str(drill.line.dir / "other"))
    refused(drill, "DIFFERENCE", ARREARS_LEDGER_JOURNAL_KEY_FILE=str(drill.line.dir / "other.key"))
    assert drill.line.sql("ledger", "SELECT count(*) FROM entry")[0][0] > 0, "it was stopped before anything was committed"
    rebuild(drill)
    start_ledger(drill)
    same("interrupted", stage.before, everything(drill, stage.last))


def scene_life_goes_on_and_the_checker_is_silent(stage):
    drill = stage.drill
    start_service(drill, "dunning")
    drill.live_on()
    drill.busy_days(3)
    drill.settle()
    expect("faults", [], drill.faults)


SCENES = [value for name, value in list(globals().items()) if name.startswith("scene_")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=lines.ROOT / "build/dev")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=0)
    words = parser.parse_args()
    with drills.Drill(words.build, words.seed) as drill:
        lines.play_scenes(SCENES, Stage(drill, words.documents))
    print(f"{len(SCENES)} passed, 0 failed, seed {words.seed}")


if __name__ == "__main__":
    lines.main(main)
