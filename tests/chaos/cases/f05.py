"""F5: workers of the ledger join and leave all the time, so that every task changes hands again and again under a stream.

They are members without a name of their own: who leaves is missed at once, and each time all tasks are dealt out anew.
"""
import itertools
import time

from facts import BILLING
from matrix import Case

WORKERS = (1, 2, 3)
EVERY_S = 2
BACKLOG = 30000  # documents that are drained once in calm and once in unrest: what they can do at most
STREAM = 200     # documents a second for the rest: what five minutes leave can still be checked
LEAST_OF_CALM = 0.3
MINUTES, MINUTES_IN_CONTROL = 5, 0.5
QUIET_S, QUIET_IN_CONTROL_S = 300, 60


def join(drill, instance):
    return drill.start("ledger", instance, ARREARS_GROUP_INSTANCE_ID="")


def leave(drill, instance):
    drill.end("ledger", instance)
    drill.line.services = [one for one in drill.line.services if (one.name, one.instance) != ("ledger", instance)]


def come_and_go(drill, done):
    """One leaves, and two seconds later comes back, then the next; how often, until it is done and all are back."""
    for number in itertools.count():
        if number % 2 == 0 and done():
            return number
        at = time.monotonic() + EVERY_S
        instance = WORKERS[number // 2 % len(WORKERS)]
        (leave if number % 2 == 0 else join)(drill, instance)
        drill.line.workers("scoring")[0].pause(max(0.0, at - time.monotonic()))


def taken(drill):
    """Records of billing that the ledger has taken in, by whichever worker."""
    with drill.line.database("ledger").cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(next), 0) FROM task_input WHERE topic = %s", (BILLING,))
        return int(cursor.fetchone()[0])


def drain(drill, feed, body):
    """Documents a second from a backlog. body(done) goes on until it is drained."""
    before, began = taken(drill), time.monotonic()
    feed.pour(BACKLOG)
    feed.flush(60)
    body(lambda: taken(drill) >= before + BACKLOG)
    return BACKLOG / (time.monotonic() - began)


def start_workers(drill):
    drill.start_all()
    drill.begin()
    drill.line.wait_quiet()
    leave(drill, 1)
    for instance in WORKERS:
        join(drill, instance)
    drill.line.wait_quiet()


def run(drill, minutes):
    start_workers(drill)
    feed = drill.new_feed(drill.seed + 1, prefix="b", customers=2000)
    calm = drain(drill, feed, lambda done: drill.recovered("the backlog is drained in calm", done, within_s=120,
                                                           deadline_s=120))
    changes = []
    unrest = drain(drill, feed, lambda done: changes.append(come_and_go(drill, done)))
    with drill.stream(STREAM):
        until = time.monotonic() + 60 * minutes
        changes.append(come_and_go(drill, lambda: time.monotonic() > until))
        drill.posts_again(30, "postings after the last has come or gone")
    drill.figure("workers came or went", sum(changes))
    drill.figure("documents a second from a backlog", f"{calm:.0f} in calm, {unrest:.0f} in unrest")
    drill.settle(QUIET_IN_CONTROL_S if drill.broken else QUIET_S)
    drill.expect(drill.faults or unrest >= LEAST_OF_CALM * calm, f"{unrest:.0f} documents/s in unrest, {calm:.0f} in calm")


def play(drill):
    run(drill, drill.minutes or MINUTES)


def play_control(drill):
    run(drill, min(drill.minutes or MINUTES, MINUTES_IN_CONTROL))


CASES = [Case("F5", "workers join and leave every 2 s under a stream", "throughput at least 30 % of calm; order kept",
              play, "no_mark_check", play_control, seconds=360, checked=False)]
