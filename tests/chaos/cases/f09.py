"""F9: poison. What cannot be read goes to the dead letters byte by byte with the reason, its own customer is held where the
key can be believed, and nobody else notices.

Every kind of it for everything that comes from outside; a batch of 1,000 with one row that the database refuses (by a
constraint the test adds); a record that kills every process that decodes it (ARREARS_CRASH_ON, chaos builds only), which is
set aside after the fourth death that counts; and an event of our own that this program does not know, which is never set
aside: its task stops until an operator says `skip`. The last comes when all else was checked, since nobody of ours wrote it.
"""
import signal

import admin
import facts
import feed as feeds
import line as lines
import poison
from matrix import Case

BATCH = 1000
REFUSED = "REFUSED-BY-THE-DATABASE"
KILLER = "kills-who-decodes-it"
# The first process may have committed before it met the record, and then left no note; the second may have noted another
# record of the same batch: two deaths that do not count, four that do.
DEATHS_AT_MOST = 6
UNKNOWN_EVENT = poison.field(1000, b"of a later version")
NEWER = "newer producer: upgrade me"


# ---- what is put

def poison_all(drill, poisoner):
    for number, row in enumerate(poison.POISONS):
        poisoner.poison(row, f"x{number}")
    drill.expect(poisoner.refused() == len(poison.REFUSED_BY_BROKER), "the broker took what is too long, or has no key")


def refuse_one_of_a_batch(drill, poisoner):
    """The service is away while the batch comes, so that it meets all of it at once."""
    drill.line.wait_quiet()
    drill.end("ledger")
    with drill.line.database("ledger") as db, db.cursor() as cursor:
        cursor.execute(f"ALTER TABLE item ADD CONSTRAINT refuse_one CHECK (number <> '{REFUSED}')")
    drill.feed.pour(BATCH // 2)
    row = poison.Poison("refused by the database", facts.BILLING, "STORE_REFUSES", poison.changed(number=REFUSED))
    poisoner.poison(row, "refused")
    drill.feed.pour(BATCH // 2)
    drill.feed.flush()
    drill.start("ledger").wait_ready()
    drill.line.wait_quiet()


def kill_whoever_decodes(drill, poisoner):
    drill.end("ledger")
    row = poison.Poison("a killer", facts.BILLING, "CRASHED", poison.changed(number=KILLER))
    poisoner.poison(row, "killer")
    drill.feed.send(60)
    deaths = 0
    while True:
        dying = drill.start("ledger", ARREARS_CRASH_ON=KILLER)
        lines.wait_for("it dies, or has set the record aside",
                       lambda: dying.process.poll() is not None or has_set_aside(dying, "CRASHED"))
        if dying.process.poll() is None:
            break
        assert dying.process.returncode == -signal.SIGKILL, f"ended with {dying.process.returncode}"
        deaths += 1
        drill.expect(deaths <= DEATHS_AT_MOST, f"{deaths} processes died on one record")
    drill.line.wait_quiet()
    drill.figure("processes that one record killed", deaths)


def has_set_aside(service, code):
    return any(line.get("event.action") == "dead_letter" and line.get("error.code") == code for line in service.lines())


# ---- what became of it

def letters_of(known):
    """Place of what was set aside -> key, value, reason."""
    found = {}
    for topic in poison.READER:
        for record in facts.first_of_each(known.records[facts.dead_letters(topic)]):
            place = (topic, *(int(facts.header(record, f"kafka_dlt-original-{name}")) for name in ("partition", "offset")))
            found[place] = (record.key(), record.value(), facts.header(record, "__connect.errors.exception.message"))
    return found


def holds_of(known):
    """Account -> places of the records that it is on hold for."""
    found = {}
    for topic in poison.SAYS.values():
        for _, event in known.events(topic):
            if event.WhichOneof("event") == "held":
                held = event.held
                found.setdefault(f"{event.creditor}/{event.customer}", set()).add((held.topic, held.partition, held.offset))
    return found


def wrong_with_letter(one, letters):
    if one.place not in letters:
        yield f"{one.place} is not among the dead letters"
        return
    key, value, reason = letters[one.place]
    if (key, value) != (one.key, one.value):
        yield "the dead letter is not what was sent"
    if not reason.startswith(one.poison.code + ": "):
        yield f"the reason is {reason}"


def wrong_with_hold(one, put, holds):
    """Its sender is held for it, if it surely was the sender, and for nothing that another put."""
    wanted = {one.place} if one.poison.holds else set()
    got = holds.get(one.account, set()) & {other.place for other in put}
    if got != wanted:
        yield f"{one.account} is held for {got}"


def look_at_what_became(drill, poisoner):
    known = facts.Facts(drill.log(), drill.places())
    letters, holds = letters_of(known), holds_of(known)
    wrong = [f"{one.poison.name} on {one.poison.topic}: {what}" for one in poisoner.put
             for what in (*wrong_with_letter(one, letters), *wrong_with_hold(one, poisoner.put, holds))]
    drill.expect(not wrong, "; ".join(wrong))
    causes = set().union(*holds.values())
    drill.expect(causes <= letters.keys(), f"held for what is no dead letter: {causes - letters.keys()}")
    mine = {f"{feeds.CREDITOR}/bystander{number}" for number in range(lines.PARTITIONS * 4)}
    drill.expect(not mine & holds.keys(), f"bystanders are on hold: {mine & holds.keys()}")
    drill.figure("kinds of poison", len(poisoner.put))
    drill.figure("dead letters", len(letters))
    known.close()


# ---- an event of ours that we do not know

def meet_a_newer_producer(drill):
    """Approvals said something that the ledger does not know: it stops that task alone until it is told to skip it."""
    ledger = drill.start("ledger").wait_ready()
    ends = []
    drill.feed.producer.produce(facts.APPROVALS, key=None, value=UNKNOWN_EVENT, partition=0,
                                on_delivery=lambda _, record: ends.append(record.offset()))
    drill.feed.flush()
    drill.recovered("the ledger says that it is too old", lambda: NEWER in admin.why_not_ready(ledger), within_s=10)
    others = {task["task"] for task in ledger.progress()["tasks"]}
    before = drill.entries()
    drill.feed.send(60)
    drill.recovered("the other tasks go on", lambda: drill.entries() > before, within_s=10)
    drill.expect(others == set(range(lines.PARTITIONS)), "a task was given up")
    drill.end("ledger")
    skip = [drill.line.bin / "ledger", "skip", facts.APPROVALS, "0", str(ends[0])]
    lines.run(skip, env=drill.line.service_env("ledger"))
    ledger = drill.start("ledger").wait_ready()
    drill.recovered("after `skip` it is ready", lambda: not admin.why_not_ready(ledger), within_s=10)
    drill.line.wait_quiet()


def play(drill):
    drill.start_all()
    drill.begin()
    poisoner = poison.Poisoner(drill)
    for number in range(lines.PARTITIONS * 4):
        poisoner.invoice(f"bystander{number}")
    poison_all(drill, poisoner)
    refuse_one_of_a_batch(drill, poisoner)
    kill_whoever_decodes(drill, poisoner)
    drill.live_on()
    drill.settle()
    look_at_what_became(drill, poisoner)
    if not drill.faults:
        meet_a_newer_producer(drill)


def play_control(drill):
    drill.start_all()
    drill.begin()
    poison_all(drill, poison.Poisoner(drill))
    drill.settle()


CASES = [Case("F9", "poison of every kind, one bad row in 1,000, a record that kills, an event of a newer producer",
              "only that customer is held; dead letters byte by byte with the reason; a newer producer stops its task alone",
              play, "no_hold", play_control, seconds=90, checked=False)]
