"""F1: kill -9 at named points of the services' steps, one after the other.

Each death is followed by more input and a new process. In the end the checker must find nothing, and then every fault that
is planted for it (plant.py).
"""
import random
import time

import deaths
import facts
import plant
from drill import SHOWN_MOST, Missed
from matrix import Case

IN_SHORT = 8
# What the stream must have brought about, so that no rule was silent for want of anything to look at.
SEEN = {
    facts.LEDGER: {"invoice_settled", "bucket_entered", "held", "input_refused", "written_off", "write_off_refused",
                   "recovered", "noted"},
    facts.APPROVALS: {"approved", "rejected", "decision_refused", "day_closed"},
    facts.WARNINGS: {"band_fell"},
    facts.DUNNING: {"held", "input_refused", "reminder_issued", "reminder_sent", "reminder_failed", "reminder_uncertain",
                    "reminder_withdrawn", "reminder_resent", "person_needed"},
}


def unacknowledged(drill, service):
    """What a process had on its way when it died: so much may be published a second time."""
    store = drill.open_store(service)
    count = sum(given - known for *_, given, known in store.numbers())
    store.close()
    return count


def walk(drill, chosen):
    """How many records the dead had on their way."""
    on_the_way = 0
    for number, crash in enumerate(chosen):
        began = time.monotonic()
        drill.line.wait_quiet()  # so that decisions alone are on their way when approvals dies
        drill.end(crash.service)
        deaths.die_at(drill, crash)
        on_the_way += unacknowledged(drill, crash.service)
        deaths.look_at_what_is_left(drill, crash)
        if crash.leaves:
            drill.feed.surprise()
        drill.start(crash.service).wait_ready()
        drill.feed.send(30)
        # The ledger dies most often, and its deaths have little to do with what others do at the end of a day.
        if crash.service != "ledger" or number % 3 == 0:
            drill.live_on()
        drill.say(f"{str(crash):34} died, healed  {time.monotonic() - began:5.1f} s")
    return on_the_way


def chosen_of(drill):
    """Short: some of the ledger's, and one of each other service."""
    known = deaths.crashes()
    if not drill.short:
        return known
    chance = random.Random(drill.seed)
    others = [chance.choice([c for c in known if c.service == name]) for name in ("scoring", "approvals", "dunning")]
    return chance.sample([c for c in known if c.service == "ledger"], IN_SHORT - len(others)) + others


def look_at_what_happened(known):
    for topic, wanted in SEEN.items():
        seen = {field.name for _, message in known.messages(topic) for field, _ in message.ListFields()}
        if not wanted <= seen:
            raise Missed(f"{topic} never had {wanted - seen}")


def rows_of(drill, log):
    """What the checker finds in what was read before and what came since, and a last row that counts."""
    drill.check(log, say=lambda text: None)
    return [f"{rule}: {fault}" for rule, fault in drill.faults] + [f"{drill.events} events"]


def plant_faults(drill):
    """The line is checked and ended. Each fault must be found by the rules made for it and by no other."""
    log, events, again = drill.log(), drill.events, drill.again
    planter = plant.Planter(drill.line, drill.feed, facts.Facts(log, drill.places()), lambda: rows_of(drill, log))
    if not drill.short:
        look_at_what_happened(planter.facts)
    count = plant.all_of(planter, every=not drill.short, say=drill.say)
    drill.faults, drill.events, drill.again = [], events, again
    drill.figure("planted faults, all found", count)


def play(drill):
    drill.start_all()
    drill.begin()
    chosen = chosen_of(drill)
    on_the_way = walk(drill, chosen)
    drill.figure("deaths", len(chosen))
    drill.busy_days(2 if drill.short else 10)
    drill.look_at_answers()
    drill.settle()
    drill.expect(drill.again <= on_the_way, f"{drill.again} records were published twice, {on_the_way} were on their way")
    if not drill.faults:
        plant_faults(drill)


def play_control(drill):
    """Two deaths whose remains are lost, or done twice, when nobody looks after them."""
    drill.start_all()
    drill.begin()
    walk(drill, [crash for crash in deaths.crashes() if str(crash) in ("ledger:after_commit", "dunning:after_send")])
    drill.settle()


CASES = [Case("F1", "kill -9 of each service at every named point, in revoke, takeover and day close",
              "a topic has at most those records twice that were on their way; every planted fault is found",
              play, "no_outbox,no_claim", play_control, selected=True, seconds=200, checked=False)]
