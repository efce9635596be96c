"""F4: late writes. A process that was replaced does not know it yet, and goes on; or a broker that takes what comes later
and not what came before.
"""
import collections
import signal

import facts
import line as lines
import topics
import zombies
from matrix import Case

# Before the transaction, in it with the task's row locked, and in it with everything written.
FENCED_AT = ("after_take:2", "after_decide:2", "after_claim:2", "before_commit:2")


def play_fence(drill):
    """What it decided on is done by somebody else; woken, it must commit nothing under its old epoch."""
    drill.start_all()
    drill.begin()
    for point in FENCED_AT:
        zombies.play(drill, "ledger", point, lambda: drill.feed.send(60))
        drill.live_on()
    drill.figure("zombies", len(FENCED_AT))
    drill.settle()


def play_fence_control(drill):
    """It has decided and not begun its transaction. What it writes under its old epoch breaks the heir as well, so that the
    line does not become quiet: the tables are looked at as they are."""
    drill.start_all()
    drill.begin()
    with zombies.asleep(drill, "ledger", "after_decide:2", lambda: drill.feed.send(60)) as zombie:
        pass
    lines.wait_for("the zombie dies of it, or shares the tasks",
                   lambda: zombie.process.poll() is not None or zombies.share(drill.line.workers("ledger")))
    drill.check()


# Committed and not published: the heir publishes it from the outbox, and the zombie once more.
LATE = (("ledger", lambda drill: drill.feed.send(60)),
        ("dunning", lambda drill: drill.feed.propose()),
        ("approvals", lambda drill: drill.feed.decide(3)))


def play_late_events(drill):
    drill.start_all()
    drill.begin()
    for name, work in LATE:
        drill.feed.stock(5)
        zombies.play(drill, name, "before_publish:1", lambda: work(drill))
        drill.live_on()
    drill.settle()
    drill.figure("records published again", drill.again)
    drill.expect(drill.again > 0, "no zombie published anything late")


# Whatever lies before the segment that is written to is compacted as soon as the cleaner comes by.
COMPACTED_SOON = {"cleanup_policy": "compact", "segment_ms": 100, "min_cleanable_dirty_ratio": 0.01,
                  "min_compaction_lag_ms": 0}
COMPACTED_WITHIN_S = 90  # the cleaner looks every 15 s


def written(drill, kind):
    """(record, message) of the compacted topic, in their order."""
    log = drill.log()
    log.read([facts.CREDIT])
    for record in log.records[facts.CREDIT]:
        message = log.message(record)
        if message and message.WhichOneof("record") == kind:
            yield record, message


def states(drill):
    """Key -> (epoch, version) of its records, in their order."""
    found = collections.defaultdict(list)
    for record, message in written(drill, "state"):
        found[record.key()].append((message.epoch, message.state.version))
    return found


def checkpoints(drill):
    """Task -> (epoch, commit) of its records, in their order."""
    found = collections.defaultdict(list)
    for record, message in written(drill, "checkpoint"):
        found[record.partition()].append((message.epoch, message.commit_no))
    return found


def went_back(drill):
    """How often a lower state of a customer follows a higher one."""
    return sum(after < before for order in states(drill).values() for before, after in zip(order, order[1:]))


def others_live_on(drill):
    """The customers that nothing came late of. Whoever wrote late may have written where it stood as well: a rebuild would
    begin there, read again what the late states do not know, and be right by accident."""
    before = checkpoints(drill)
    for key, order in states(drill).items():
        if order[-1] == max(order):
            drill.feed.pay(key.decode().partition("/")[2], "UNKNOWN", 100)
    drill.feed.flush()

    def have_come_on():
        now = checkpoints(drill)
        return all(now[task][-1] > max(order) for task, order in before.items())
    lines.wait_for("the tasks have written how far they are", have_come_on)


def all_stored_as_said(drill):
    """Who takes a task over says again what the store does not know to be said: the heir's states would follow the late ones
    by that alone."""
    store = drill.open_store("scoring")
    try:
        return all(given == known for *_, given, known in store.numbers())
    finally:
        store.close()


def compact(drill):
    """A start writes a claim into every partition: what stood there before is in a closed segment then."""
    drill.start("scoring").wait_ready()
    drill.line.wait_quiet()
    drill.end("scoring")
    lines.wait_for("the topic is compacted", lambda: all(len(order) == 1 for order in states(drill).values()),
                   COMPACTED_WITHIN_S)


def play_late_states(drill):
    drill.start_all()
    drill.begin()
    with zombies.asleep(drill, "scoring", "before_publish:1", lambda: drill.feed.send(60)) as zombie:
        lines.wait_for("what the heir has said is stored as said", lambda: all_stored_as_said(drill))
        before = went_back(drill)
    lines.wait_for("the zombie publishes late", lambda: went_back(drill) > before)
    zombies.bury(drill, zombie)
    drill.figure("states published late", went_back(drill) - before)
    others_live_on(drill)
    heir, = drill.line.workers("scoring")
    drill.end("scoring", heir.instance)
    drill.line.services.remove(heir)
    topics.configure(drill.line, facts.CREDIT, **COMPACTED_SOON)
    compact(drill)
    topics.apply(drill.line)
    store = drill.open_store("scoring")
    store.call("FLUSHALL")
    store.close()
    drill.start("scoring").wait_ready()
    drill.live_on()


PUBLISHED_WITHIN_S = 15
TAKEN_BYTES = 1200     # of a batch of the timeline, for a while: any usual event goes alone, a long reason does not
REASON_LETTERS = 1000  # the most there may be


def refused_stream(drill):
    """(number that is refused, last one given, last one taken for acknowledged) of its task, or None."""
    with drill.line.database("ledger").cursor() as cursor:
        cursor.execute("SELECT o.seq, t.seq, t.acked_seq FROM outbox o JOIN task_output t USING (task, topic, partition)"
                       " WHERE o.topic = %s AND octet_length(o.value) > %s", (facts.LEDGER, REASON_LETTERS))
        return cursor.fetchone()


def play_refused(drill):
    """The ledger dies while the broker still refuses: what it takes for acknowledged then is what counts."""
    drill.start_all()
    drill.begin()
    drill.line.wait_quiet()
    ledger, = drill.line.workers("ledger")
    topics.configure(drill.line, facts.LEDGER, max_message_bytes=TAKEN_BYTES, retention_ms=-1)
    customer = drill.feed.propose_at_length(REASON_LETTERS)
    for _ in range(3):
        drill.feed.pay(customer, "UNKNOWN", 100)
    drill.feed.flush()

    def has_met_it():
        refused, given, known = refused_stream(drill) or (0, 0, 0)
        return given > refused and (known >= refused or "output_stopped" in ledger.log.read_text())
    lines.wait_for("the broker refuses a number and later ones are given", has_met_it)
    refused, given, known = refused_stream(drill)
    drill.figure("refused, given, acknowledged", f"{refused}, {given}, {known}")
    ledger.signal(signal.SIGKILL)
    ledger.wait_death()
    topics.apply(drill.line)
    drill.start("ledger")
    drill.recovered("what was refused is published", lambda: refused_stream(drill)[2] >= given, PUBLISHED_WITHIN_S)
    drill.feed.send(60)
    drill.settle()
    if not drill.faults:
        drill.expect(known < refused, f"number {known} was taken for acknowledged while {refused} was refused")


CASES = [
    Case("F4a", "a ledger worker is stopped inside and outside its transaction, replaced, and wakes",
         "0 rows of the old epoch, taken over within 15 s", play_fence, "no_fence", play_fence_control, seconds=90,
         checked=False),
    Case("F4b", "workers that have committed and not published are replaced, and publish late",
         "readers apply everything once", play_late_events, "no_mark_check", seconds=80, checked=False),
    Case("F4c", "a state published late, the topic compacted, Redis wiped", "the rebuild equals the fold of the timeline",
         play_late_states, "no_read_back", seconds=80),
    Case("F4d", "a message is refused for good while later ones are acknowledged, and the process dies",
         "nothing behind it counts as acknowledged", play_refused, "no_gapless", seconds=45, checked=False),
]
