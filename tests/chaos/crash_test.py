#!/usr/bin/python3
"""kill -9 at named points of the services' steps, one after the other, then: is anything lost, doubled or unbalanced?

    tests/chaos/crash_test.py [--seed N] [--build build/chaos] [SERVICE | POINT | SERVICE:POINT ...]

Needs the chaos build (cmake --preset chaos), in which ARREARS_CRASH_POINT kills the process at that point. The whole line
runs all the time. Each death is followed by more input and a new process; the checker looks at the end, and it must find
every fault that is planted for it.
"""
import argparse
import pathlib
import signal
import sys
import time
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "harness/py"), str(HERE.parent / "check")]
import checker  # noqa: E402
import facts  # noqa: E402
import feed as feeds  # noqa: E402
import line as lines  # noqa: E402
import plant  # noqa: E402
import rules_scoring  # noqa: E402
import stores  # noqa: E402


class Crash(NamedTuple):
    service: str
    point: str
    at_pass: int = 2          # in the middle of the work
    owes: bool = False         # it must have committed what the log is not known to hold
    loses_store: bool = False  # and what its store held is gone as well
    leaves: str = ""           # of the attempt it died on: "begun", "out" (begun, and the mail is out), "noted"

    def __str__(self):
        return f"{self.service}:{self.point}" + (", store lost" if self.loses_store else "")


# Of the step that all services share, the ledger walks every point. The others are killed where their own state could
# part from what they said. Approvals dies on the first step that has anything to do, and that has decisions alone.
CRASHES = (
    # Decided and numbered, nothing written: what the step had in memory is gone and its position must be too, or the
    # events are lost; a store that were written in parts would count them twice.
    Crash("scoring", "before_commit"),
    # Redis has the new states, the topic does not: what is in no log is lost unless the next owner says it from Redis.
    Crash("scoring", "after_commit", owes=True),
    # The same, and Redis forgets it: now the commit never was. Some passes later, so that the topic has states behind the
    # last checkpoint (one a second): their events are read again, and must count once.
    Crash("scoring", "after_commit", at_pass=20, owes=True, loses_store=True),
    # Handed to the broker, perhaps taken: said again by the next owner, so the topic has records twice or a lower one last.
    Crash("scoring", "after_publish", owes=True),
    # The decision and its nonce are written and not committed: kept by half, the nonce would refuse the decision for ever.
    Crash("approvals", "before_commit", at_pass=1),
    # The approval is in the tables and not in the topic: unless the next owner says it, the ledger never writes off.
    Crash("approvals", "after_commit", at_pass=1, owes=True),
    # Said, and not known to be: said again it must not be written off, or refused, a second time.
    Crash("approvals", "after_publish", at_pass=1, owes=True),
    # The reminders of a day are decided and numbered: kept by half, one would be sent that was never issued.
    Crash("dunning", "before_commit"),
    # The requests are in the tables and not in the topic: unless the next owner says them, nobody ever decides.
    Crash("dunning", "after_commit", at_pass=1, owes=True),
    # Said, and not known to be: said again they must not wait twice.
    Crash("dunning", "after_publish", at_pass=1, owes=True),
    # An attempt is begun and nobody ends it: sent again by itself, a mail would go out twice.
    Crash("dunning", "after_dispatch_claim", leaves="begun"),
    Crash("dunning", "before_send", leaves="begun"),
    # The mail is out and nobody knows.
    Crash("dunning", "after_send", leaves="out"),
    # It is noted, and the service does not know.
    Crash("dunning", "after_outcome", leaves="noted"),
)
# Of those who act in the world outside: the ledger never comes there.
OF_DISPATCH = ("after_dispatch_claim", "before_send", "after_send", "after_outcome")
# An attempt whose process died is uncertain soon, and what was put off is tried again at once.
PATIENCE = {"ARREARS_DISPATCH_UNCERTAIN_MS": "1500", "ARREARS_DISPATCH_RETRY_MS": "100"}
# Passed at once by every process; killed at the first pass of one.
AT_START = ("before_takeover", "after_takeover")
AT_END = ("in_revoke",)


def crashes():
    """The ledger's from the table in the source, so that a new point is not forgotten; then the others'."""
    text = (lines.ROOT / "lib/chassis/crash.c").read_text()
    points = text[text.index("CRASH_POINTS[] = {"):text.index("NULL,")].split('"')[1::2]
    steps = [point for point in points if point not in OF_DISPATCH]
    return [Crash("ledger", point, 1 if point in AT_START + AT_END else 2) for point in steps] + list(CRASHES)


# ---- the line

def place_of(line, service):
    if service.store is stores.Redis:
        return line.stack / "run/redis.sock"
    return (f"host={line.env['ARREARS_PG_SOCKET_DIR']} port={line.env['ARREARS_PG_PORT']} "
            f"dbname={service.name} user=postgres")


def start(line, name, **settings):
    return line.service(name, ARREARS_REDIS=str(line.stack / "run/redis.sock"), **PATIENCE, **settings)


def start_all(line):
    for service in facts.SERVICES:
        if service.store is stores.Postgres:
            line.migrate(service.name)
        start(line, service.name)
    for service in line.services:
        service.wait_ready()


def end(line, name):
    service = next(one for one in line.services if one.name == name)
    assert service.end() == 0, f"{name} did not end cleanly"


def end_all(line):
    """Who writes before who reads, so that also what is said on the way out has been read."""
    for service in facts.SERVICES:
        end(line, service.name)
        line.services = [one for one in line.services if one.name != service.name]
        line.wait_quiet()


def close_day(line, feed):
    line.arrears("day", "close", feed.day)
    feed.day = feeds.next_day(feed.day)


# ---- deaths

def begin_closing(line, feed):
    """The close may end with a process, so the command's time runs out. It is given again, and then has no effect."""
    line.arrears("day", "close", feed.day, "--timeout", "1", check=False)


def work(line, feed, crash):
    """Something for the service to do: its step, or the dispatcher, comes to the point."""
    if crash.service == "approvals":
        feed.decide(5)
    elif crash.service == "dunning" and crash.owes:
        feed.propose()  # of what is known: its first step has to have an answer
    elif crash.service == "dunning":
        feed.owe(12, reachable=True)
        begin_closing(line, feed)
    else:
        feed.send(60)


def die_working(line, feed, crash, dying):
    until = time.monotonic() + lines.DEADLINE_S
    dying.api  # its ports are open
    if crash.point == "in_day_close":
        begin_closing(line, feed)
    # Acknowledgements alone are stored only while nothing else is committed.
    pause_s = 3 if crash.point == "after_acks_stored" else 0.3
    while dying.process.poll() is None:
        if time.monotonic() > until:
            raise lines.Trouble(f"{crash.service} never came to {crash.point}")
        work(line, feed, crash)
        dying.pause(pause_s)


def die_at(line, feed, crash):
    """Starts a process that will die at the point, and gives it reason to come there."""
    dying = start(line, crash.service, ARREARS_CRASH_POINT=f"{crash.point}:{crash.at_pass}")
    if crash.point in AT_END:
        dying.wait_ready()
        work(line, feed, crash)
        dying.signal(signal.SIGTERM)
    elif crash.point not in AT_START:
        die_working(line, feed, crash, dying)
    status = dying.wait_death()
    assert status == -signal.SIGKILL, f"{crash}: ended with {status}"


def mail_is_out(line, reminder, attempt, *_):
    wanted = f"<{reminder}.{attempt}@".encode()
    return any(wanted in mail.read_bytes() for mail in pathlib.Path(line.env["ARREARS_MAIL_DIR"]).glob("*.eml"))


def look_at_attempt(line, store, crash):
    """Exactly what the point is named after is left of the attempt."""
    begun = store.rows("SELECT intent, d.attempt, mail_to FROM dispatch d JOIN reminder r ON r.reminder = d.intent"
                       " WHERE claimed_at IS NOT NULL AND outcome IS NULL")
    noted = store.rows("SELECT intent, attempt FROM dispatch WHERE outcome IS NOT NULL AND NOT taken")
    if crash.leaves == "noted":
        assert not begun and noted, f"{crash}: {begun} has no outcome, {noted} waits to be told"
    else:
        assert len(begun) == 1, f"{crash}: {begun} was begun and not ended"
        taken = crash.leaves == "out" and begun[0][2].endswith(feeds.TAKES_MAIL)
        assert mail_is_out(line, *begun[0]) == taken, f"{crash}: is the mail of {begun[0]} out?"


def look_at_what_is_left(line, crash):
    """That it died with something in its hands; else its death says little."""
    service = next(one for one in facts.SERVICES if one.name == crash.service)
    store = service.store(service.name, place_of(line, service))
    if crash.owes:
        assert any(given > known for *_, given, known in store.numbers()), f"{crash}: nothing was left to be published"
    if crash.leaves:
        look_at_attempt(line, store, crash)
    if crash.loses_store:
        store.call("FLUSHALL")
    store.close()


def live_on(line, feed):
    """Something of everything, and a day's end."""
    feed.decide(5)
    feed.recover(3)
    feed.stock(5 - len(feed.stocked))
    feed.ask(10)
    feed.owe(6)
    close_day(line, feed)
    line.wait_quiet()
    feed.speak()


def walk(line, feed, chosen):
    for number, crash in enumerate(chosen):
        began = time.monotonic()
        line.wait_quiet()  # so that decisions alone are on their way when approvals dies
        end(line, crash.service)
        die_at(line, feed, crash)
        look_at_what_is_left(line, crash)
        if crash.leaves:
            feed.surprise()
        start(line, crash.service).wait_ready()
        feed.send(30)
        # The ledger dies most often, and its deaths have little to do with what others do at the end of a day.
        if crash.service != "ledger" or number % 3 == 0:
            live_on(line, feed)
        print(f"{str(crash):34} died, healed  {time.monotonic() - began:5.1f} s", flush=True)


def begin(line, feed):
    """A day on which all begins: old debts whose ladder ends before the test does, and an address that puts off."""
    line.arrears("day", "open", feed.day, "--simulated")
    feed.send(500)
    feed.ask(30)
    feed.stock(5)
    feed.owe(4, due_on=feeds.OLD)
    feed.owe(1, domain="later.test")
    feed.owe(20)
    close_day(line, feed)


def lose_connections(line, feed, times=20):
    """The database ends its sessions while they commit: what became of a COMMIT is unknown, again and again."""
    names = [service.name for service in facts.SERVICES if service.store is stores.Postgres]
    db = line.database(names[0]).cursor()
    for number in range(times):
        feed.send(60)
        feed.decide(2)
        feed.propose()
        feed.stock(2)
        if number % 5 == 0:
            feed.ask(3)
            feed.owe(12)
            close_day(line, feed)
        db.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                   "WHERE application_name = ANY(%s)", (names,))
    line.wait_quiet()
    for service in line.services:
        assert service.process.poll() is None, f"{service.name} did not live through lost connections"
    print(f"connections of {', '.join(names)} ended {times} times, they went on", flush=True)


# ---- the checker

# What the stream must have brought about, so that no rule was silent for want of anything to look at.
SEEN = {
    facts.LEDGER: {"invoice_settled", "bucket_entered", "held", "input_refused", "written_off", "write_off_refused",
                   "recovered", "noted"},
    facts.APPROVALS: {"approved", "rejected", "decision_refused", "day_closed"},
    facts.WARNINGS: {"band_fell"},
    facts.DUNNING: {"held", "input_refused", "reminder_issued", "reminder_sent", "reminder_failed", "reminder_uncertain",
                    "reminder_withdrawn", "reminder_resent", "person_needed"},
}


def look_at_answers(line):
    """Scoring answers with the credit that the topic has for the customer."""
    known = facts.Facts(log_of(line), places(line))
    scoring = next(one for one in line.services if one.name == "scoring")
    for key, (_, _, state) in rules_scoring.highest(known).items():
        answer = scoring.get(f"/v1/credit/{key}")
        got = answer["version"], answer["score"], [e["open"]["minor"] for e in answer["exposures"]]
        wanted = state.version, state.score, [e.open.minor for e in state.exposures]
        assert got == wanted, f"scoring answers {got} of {key}, the topic has {wanted}"
    known.close()


def look_at_what_happened(known):
    for topic, wanted in SEEN.items():
        seen = {field.name for _, message in known.messages(topic) for field, _ in message.ListFields()}
        assert wanted <= seen, f"{topic} never had {wanted - seen}"


def places(line):
    return {service.name: place_of(line, service) for service in facts.SERVICES}


def log_of(line):
    return facts.Log(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], line.descriptors)


def check(line, log):
    found = []
    return checker.check_log(log, places(line), found.append, line.env["ARREARS_MAIL_DIR"]), found


def chosen_of(words):
    known = crashes()
    chosen = [c for c in known if not words or {c.service, c.point, f"{c.service}:{c.point}"} & set(words)]
    if not chosen:
        raise lines.Trouble(f"none of {words} is among {', '.join(map(str, known))}")
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", default=lines.ROOT / "build/chaos")
    parser.add_argument("points", nargs="*")
    arguments = parser.parse_args()
    chosen = chosen_of(arguments.points)
    print(f"seed {arguments.seed}, {len(chosen)} deaths", flush=True)
    with lines.Line(arguments.build) as line:
        feeds.publish_authority(line)
        start_all(line)
        feed = feeds.Feed(line, arguments.seed)
        begin(line, feed)
        walk(line, feed, chosen)
        lose_connections(line, feed)
        look_at_answers(line)
        end_all(line)
        feed.close()
        log = log_of(line)
        faults, found = check(line, log)
        print("\n".join(found), flush=True)
        assert faults == 0, f"{faults} faults"
        planter = plant.Planter(line, feed, facts.Facts(log, places(line)), lambda: check(line, log)[1])
        if not arguments.points:
            look_at_what_happened(planter.facts)
        planted = plant.all_of(planter, every=not arguments.points)
    print(f"{len(chosen)} deaths and {planted} planted faults passed, 0 failed")


if __name__ == "__main__":
    lines.main(main)
