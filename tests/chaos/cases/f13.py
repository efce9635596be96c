"""F13: more than can be worked off at once. A backlog waits for the ledger, as after a long outage, and the broker at first
takes what the ledger says far more slowly than the ledger posts: what is committed and not yet said would pile up in memory.
Then the broker is as fast as it is, and the ledger catches up.

--minutes makes the backlog longer. The checker holds all topics in memory, about 10 KB for each document.
"""
import time

import net
import watch as watches
from matrix import Case

BACKLOG, BACKLOG_A_MINUTE = 100_000, 100_000
POUR = 10_000
KB_A_SECOND, SLOW_S = 500, 20
RESIDENT_MIB = 250
CAUGHT_UP_WITHIN_S, QUIET_WITHIN_S = 300, 1800


def resident_mib(service):
    """The most there ever was."""
    with open(f"/proc/{service.process.pid}/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith("VmHWM:")) // 1024


def pour(drill, count):
    feed = drill.new_feed(drill.seed + 1000, prefix="b", customers=5000)
    for _ in range(count // POUR):
        feed.pour(POUR)
        feed.flush(120)


def play(drill):
    count = int((drill.minutes or BACKLOG / BACKLOG_A_MINUTE) * BACKLOG_A_MINUTE)
    with net.Net(drill) as network:
        network.start_all()
        drill.begin()
        drill.line.wait_quiet()
        drill.end("ledger")
        pour(drill, count)
        watch = watches.Watch(drill)
        mark = watch.mark(("ledger", net.KAFKA))
        door = network.doors["ledger", net.KAFKA]
        door.poison("bandwidth", net.TO_SERVER, rate=KB_A_SECOND)
        ledger = drill.start("ledger", **network.settings("ledger")).wait_ready()
        time.sleep(SLOW_S)  # the fault itself
        drill.figure("resident while the broker is slow, MiB", resident_mib(ledger))
        door.cure(net.TO_SERVER)
        took_s = drill.recovered("the ledger has caught up", lambda: watch.reached(("ledger", net.KAFKA), mark),
                                 CAUGHT_UP_WITHIN_S * count / BACKLOG, deadline_s=QUIET_WITHIN_S)
        drill.figure("backlog, documents", count)
        drill.figure("caught up with, documents a second at least", int(count / (took_s + SLOW_S)))
        watch.close()
        drill.line.wait_quiet(QUIET_WITHIN_S)
        most = resident_mib(ledger)
        drill.figure("resident at the peak, MiB", most)
        drill.expect(most <= RESIDENT_MIB, f"the ledger held {most} MiB, the bar is {RESIDENT_MIB}")
        drill.live_on()
        drill.settle(QUIET_WITHIN_S)


CASES = [Case("F13", "a backlog, and a broker that is slower than the ledger",
              f"the ledger holds {RESIDENT_MIB} MiB at the most; its rate is printed",
              play, "no_bounds", seconds=120, checked=False,
              open="its bar is a guess until it has been measured, and two million documents need a check by SQL")]
