"""F5: workers of the ledger join and leave all the time, so that every task changes hands again and again under a stream.

They are members without a name of their own: who leaves is missed at once, and each time all tasks are dealt out anew.
"""
import itertools
import time

from matrix import Case

WORKERS = (1, 2, 3)
EVERY_S = 2
STREAM = 500  # documents a second, in calm and in unrest: what five minutes leave can still be checked
CALM_S = 15
LEAST_OF_CALM = 0.3
MINUTES, MINUTES_IN_CONTROL = 5, 0.7


def join(drill, instance):
    return drill.start("ledger", instance, ARREARS_GROUP_INSTANCE_ID="")


def leave(drill, instance):
    drill.end("ledger", instance)
    drill.line.services = [one for one in drill.line.services if (one.name, one.instance) != ("ledger", instance)]


def come_and_go(drill, until):
    """One leaves, and two seconds later comes back, then the next; how often."""
    for number in itertools.count():
        if time.monotonic() > until:
            return number
        at = time.monotonic() + EVERY_S
        instance = WORKERS[number // 2 % len(WORKERS)]
        (leave if number % 2 == 0 else join)(drill, instance)
        drill.line.workers("scoring")[0].pause(max(0.0, at - time.monotonic()))


def rate_of(drill, body):
    """Postings a second while the body runs, and what it gives."""
    before, began = drill.entries(), time.monotonic()
    answer = body()
    return (drill.entries() - before) / (time.monotonic() - began), answer


def run(drill, minutes):
    drill.start_all()
    drill.begin()
    drill.line.wait_quiet()
    leave(drill, 1)
    for instance in WORKERS:
        join(drill, instance)
    drill.line.wait_quiet()
    with drill.stream(STREAM):
        drill.posts_again(10, "postings of three workers")
        calm, _ = rate_of(drill, lambda: drill.line.workers("scoring")[0].pause(CALM_S))
        unrest, times = rate_of(drill, lambda: come_and_go(drill, time.monotonic() + 60 * minutes))
        drill.posts_again(30, "postings after the last has come or gone")
    drill.figure("workers came or went", times)
    drill.figure("postings a second, calm", round(calm))
    drill.figure("postings a second, in unrest", round(unrest))
    drill.settle(300)
    drill.expect(drill.faults or unrest >= LEAST_OF_CALM * calm, f"{unrest:.0f} postings/s in unrest, {calm:.0f} in calm")


def play(drill):
    run(drill, drill.minutes or MINUTES)


def play_control(drill):
    run(drill, min(drill.minutes or MINUTES, MINUTES_IN_CONTROL))


CASES = [Case("F5", "workers join and leave every 2 s under a steady stream", "throughput at least 30 % of calm; order kept",
              play, "no_mark_check", play_control, seconds=360, checked=False)]
