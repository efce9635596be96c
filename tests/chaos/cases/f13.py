"""F13: more than can be worked off at once. A backlog waits for the ledger, as after a long outage, and the broker at first
takes what the ledger says far more slowly than the ledger posts: what is committed and not yet said would pile up in memory.
Then the broker is as fast as it is, and the ledger catches up.

--minutes makes the backlog longer: 20 are two million documents. The checker holds all topics in memory, about 10 KB for
each document; where that is too much, what the tables have is compared with what was sent, and with what the topics have.
"""
import time

import feed as feeds
import invariants
import line as lines
import net
import watch as watches
from matrix import Case

BACKLOG_A_MINUTE, AT_ONCE, CUSTOMERS = 100_000, 10_000, 5000
CHECKED_MOST = 200_000  # documents, by the checker
KB_A_SECOND, SLOW_S = 500, 20
# What is bounded: records fetched ahead (ARREARS_KAFKA_MEMORY_KIB), events that the broker has not acknowledged
# (STEP_LIMITS.unpublished), and the arenas of a step. Beside an event the client keeps about as much again, beside the
# smaller records that it has fetched twice as much. Measured with half a million documents: 189.
FETCHED_MIB, UNACKNOWLEDGED_MIB, STEP_MIB = 32, 32, 64
RESIDENT_MIB = 3 * FETCHED_MIB + 2 * UNACKNOWLEDGED_MIB + STEP_MIB
# Of BACKLOG_A_MINUTE: as much as is above the bar when all of it waits for the broker.
TIMES_IN_CONTROL, POSTED_WITHIN_S = 4, 300
CAUGHT_UP_WITHIN_S, QUIET_WITHIN_S = 300, 1800  # the first for BACKLOG_A_MINUTE documents
PREFIX = "late-"


def resident_mib(service):
    """The most there ever was."""
    with open(f"/proc/{service.process.pid}/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith("VmHWM:")) // 1024


class Backlog:
    """Invoices of customers whom no other feed has."""

    def __init__(self, drill, count):
        self.feed, self.count, self.minor = drill.new_feed(drill.seed + 1000), count, 0

    def _invoice(self, number):
        message, chance = self.feed.contract.new(feeds.BILLING), self.feed.chance
        body = message.invoice_issued
        body.creditor, body.customer, body.number = feeds.CREDITOR, f"{PREFIX}{chance.randrange(CUSTOMERS)}", f"INV-{number}"
        body.issued_on, body.due_on = feeds.FIRST_DAY, "2024-04-29"
        body.amount.currency, body.amount.minor = "EUR", chance.randint(1, 100000)
        self.minor += body.amount.minor
        self.feed.bill(message, body)

    def send(self):
        for number in range(self.count):
            self._invoice(number)
            if number % AT_ONCE == AT_ONCE - 1:
                self.feed.flush(120)
        self.feed.flush(120)

    def look_at_tables(self, drill):
        """Each is posted once, and no other."""
        wanted = self.count, self.minor
        for table in ("item", "entry"):
            found = drill.line.sql("ledger", f"SELECT count(*), sum(amount) FROM {table} JOIN account USING (task, account)"
                                             f" WHERE customer LIKE '{PREFIX}%'")[0]
            invariants.check(f"documents sent = rows of {table}", found == wanted, f"{found}, wanted {wanted}")


def fall_behind(drill, network, count):
    """A ledger that has much to do, and a broker that hardly takes what it says; and the backlog."""
    network.start_all()
    drill.begin()
    drill.line.wait_quiet()
    drill.end("ledger")
    backlog = Backlog(drill, count)
    backlog.send()
    network.doors["ledger", net.KAFKA].poison("bandwidth", net.TO_SERVER, rate=KB_A_SECOND)
    return drill.start("ledger", **network.settings("ledger")).wait_ready(), backlog


def catch_up(drill, network, count):
    watch = watches.Watch(drill)
    mark, posted = watch.mark(("ledger", net.KAFKA)), drill.entries()
    network.doors["ledger", net.KAFKA].cure(net.TO_SERVER)
    took_s = drill.recovered("the ledger has caught up", lambda: watch.reached(("ledger", net.KAFKA), mark),
                             CAUGHT_UP_WITHIN_S * count / BACKLOG_A_MINUTE, deadline_s=QUIET_WITHIN_S)
    watch.close()
    drill.line.wait_quiet(QUIET_WITHIN_S)
    drill.figure("documents a second once the broker is fast", int((drill.entries() - posted) / took_s))


def look_at_memory(drill, ledger):
    most = resident_mib(ledger)
    drill.figure("resident at the peak, MiB", most)
    drill.expect(most <= RESIDENT_MIB, f"the ledger held {most} MiB, the bar is {RESIDENT_MIB}")


def play(drill):
    count = int((drill.minutes or 1) * BACKLOG_A_MINUTE)
    with net.Net(drill) as network:
        ledger, backlog = fall_behind(drill, network, count)
        time.sleep(SLOW_S)  # the fault itself
        drill.figure("resident while the broker is slow, MiB", resident_mib(ledger))
        catch_up(drill, network, count)
        look_at_memory(drill, ledger)
        drill.live_on()
        drill.settle(QUIET_WITHIN_S, drill.check if count <= CHECKED_MOST else drill.check_by_sums)
        backlog.look_at_tables(drill)


def play_control(drill):
    """Until all that waits has been posted, or the bar is missed."""
    with net.Net(drill) as network:
        ledger, backlog = fall_behind(drill, network, TIMES_IN_CONTROL * BACKLOG_A_MINUTE)
        lines.wait_for("all is posted, or too much is held",
                       lambda: resident_mib(ledger) > RESIDENT_MIB or drill.entries() >= backlog.count, POSTED_WITHIN_S)
        look_at_memory(drill, ledger)


CASES = [Case("F13", "a backlog, and a broker that is slower than the ledger",
              f"the ledger holds {RESIDENT_MIB} MiB at the most; its rate is printed",
              play, "no_bounds", play_control, seconds=120, checked=False)]
