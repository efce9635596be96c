"""F7: an input is not the log any more that the service has read: cut behind its position, or deleted and made again.

Whoever read on would leave records out and never know. The positions tell, and where a new log is already longer than the old
one, the record before the position. The line is not healed here, since the records are gone: what counts is that a service
that refuses has taken nothing in.
"""
import facts
import topics
from matrix import Case

REFUSED = 3  # an operator has to act
REFUSES_WITHIN_S = 15


def standing(drill, name):
    """What the service has taken in and said."""
    store = drill.open_store(name)
    found = sorted(store.positions()), sorted(store.numbers())
    store.close()
    return found


def refused(drill, service, before, reason, what):
    """It ends by itself, says why, and stands where it stood."""
    drill.recovered(f"{service.name} refuses {what}", lambda: service.process.poll() is not None, REFUSES_WITHIN_S)
    status, said = service.process.returncode, service.log.read_text()
    drill.expect(status == REFUSED, f"{service.name} ended with {status}, not with {REFUSED}: {said[-500:]}")
    drill.expect(reason in said, f"{service.name} does not say that {reason}: {said[-500:]}")
    after = standing(drill, service.name)
    drill.expect(after == before, f"{service.name} stood at {before} before it refused, and at {after} after that")
    drill.line.services.remove(service)


def refuses_to_start(drill, name, reason, what):
    before = standing(drill, name)
    refused(drill, drill.start(name), before, reason, what)


def cut_behind_readers(drill):
    """Those of the ledger's timeline are down while it goes on, and the timeline is cut before they are back."""
    readers = [service.name for service in facts.SERVICES if facts.LEDGER in service.reads]
    for name in readers:
        drill.end(name)
        drill.line.services = [service for service in drill.line.services if service.name != name]
    drill.feed.send(500)
    drill.line.wait_quiet()
    topics.cut(drill.line, facts.LEDGER)
    for name in readers:
        refuses_to_start(drill, name, "begins after offset", "a timeline that was cut")
    # Who writes it has lost nothing: retention cuts topics, too.
    drill.end("ledger")
    drill.start("ledger").wait_ready()


def remake_under_way(drill):
    """Approvals runs on while its decisions are deleted and made again."""
    approvals, before = drill.line.workers("approvals")[0], standing(drill, "approvals")
    topics.remake(drill.line, facts.DECISIONS)
    refused(drill, approvals, before, f"{facts.DECISIONS} does not hold the offset", "decisions that were made anew under its hands")


def remake_billing(drill):
    drill.end("ledger")
    topics.remake(drill.line, facts.BILLING)


def outgrow(drill):
    """The new log becomes longer than the old one was where the ledger stands in it."""
    places = {task: next for task, topic, next in standing(drill, "ledger")[0] if topic == facts.BILLING}
    feed = drill.new_feed(drill.seed + 1, prefix="n")
    while any(end <= places.get(task, 0) for task, end in topics.ends(drill.line, facts.BILLING).items()):
        feed.send(500)


def play(drill):
    drill.start_all()
    drill.begin()
    drill.busy_days(3)
    cut_behind_readers(drill)
    remake_under_way(drill)
    remake_billing(drill)
    refuses_to_start(drill, "ledger", "ends before offset", "documents that were made anew")
    outgrow(drill)
    refuses_to_start(drill, "ledger", "is not the record this service has taken there", "other documents, and more of them")
    drill.events = sum(topics.ends(drill.line, facts.BILLING).values())


def play_control(drill):
    """The ledger reads on where it stood in the old log: what the new one has before that is lost."""
    drill.start_all()
    drill.begin()
    drill.line.wait_quiet()
    remake_billing(drill)
    outgrow(drill)
    drill.start("ledger").wait_ready()
    drill.settle()


CASES = [Case("F7", "input deleted and made again, while its reader runs and while it does not; cut behind the position",
              "refuses with exit status 3, says why, has taken nothing in", play, "no_proof", play_control,
              seconds=40, checked=False)]
