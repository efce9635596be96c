"""Where a process dies, and what that must leave: the table of deaths, and how each is brought about."""
import pathlib
import signal
import time
from typing import NamedTuple

import feed as feeds
import line as lines


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
    # It is noted, and the service does not know. The first one: its news wakes the step, which may then have taken the
    # second before the process dies.
    Crash("dunning", "after_outcome", at_pass=1, leaves="noted"),
)
# Of those who act in the world outside: the ledger never comes there.
OF_DISPATCH = ("after_dispatch_claim", "before_send", "after_send", "after_outcome")
# Passed at once by every process; killed at the first pass of one.
AT_START = ("before_takeover", "after_takeover")
AT_END = ("in_revoke",)


def crashes():
    """The ledger's from the table in the source, so that a new point is not forgotten; then the others'."""
    text = (lines.ROOT / "lib/chassis/crash.c").read_text()
    points = text[text.index("CRASH_POINTS[] = {"):text.index("NULL,")].split('"')[1::2]
    steps = [point for point in points if point not in OF_DISPATCH]
    return [Crash("ledger", point, 1 if point in AT_START + AT_END else 2) for point in steps] + list(CRASHES)


def begin_closing(drill):
    """The close may end with a process, so the command's time runs out. It is given again, and then has no effect."""
    drill.line.arrears("day", "close", drill.feed.day, "--timeout", "1", check=False)


def work(drill, crash):
    """Something for the service to do: its step, or the dispatcher, comes to the point."""
    feed = drill.feed
    if crash.service == "approvals":
        feed.decide(5)
    elif crash.service == "dunning" and crash.owes:
        feed.propose()  # of what is known: its first step has to have an answer
    elif crash.service == "dunning":
        feed.owe(12, reachable=True)
        begin_closing(drill)
    else:
        feed.send(60)


def die_working(drill, crash, dying):
    until = time.monotonic() + lines.DEADLINE_S
    dying.api  # its ports are open
    if crash.point == "in_day_close":
        begin_closing(drill)
    # Acknowledgements alone are stored only while nothing else is committed.
    pause_s = 3 if crash.point == "after_acks_stored" else 0.3
    while dying.process.poll() is None:
        if time.monotonic() > until:
            raise lines.Trouble(f"{crash.service} never came to {crash.point}")
        work(drill, crash)
        dying.pause(pause_s)


def die_at(drill, crash):
    """Starts a process that will die at the point, and gives it reason to come there."""
    dying = drill.start(crash.service, ARREARS_CRASH_POINT=f"{crash.point}:{crash.at_pass}")
    if crash.point in AT_END:
        dying.wait_ready()
        work(drill, crash)
        dying.signal(signal.SIGTERM)
    elif crash.point not in AT_START:
        die_working(drill, crash, dying)
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
        taken = crash.leaves == "out" and not begun[0][2].endswith((feeds.REFUSES_MAIL, feeds.PUTS_OFF_MAIL))
        assert mail_is_out(line, *begun[0]) == taken, f"{crash}: is the mail of {begun[0]} out?"


def look_at_what_is_left(drill, crash):
    """That it died with something in its hands; else its death says little."""
    store = drill.open_store(crash.service)
    if crash.owes:
        assert any(given > known for *_, given, known in store.numbers()), f"{crash}: nothing was left to be published"
    if crash.leaves:
        look_at_attempt(drill.line, store, crash)
    if crash.loses_store:
        store.call("FLUSHALL")
    store.close()
