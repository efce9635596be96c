"""F12: clocks and ticks. No business decision reads a clock, and a day is closed by a signed tick alone.

The services' clocks are an hour wrong, each in its own direction and time zone, while days are played over the end of a
year and a leap day; days are left out, closed twice, gone back to, half closed (the tick is in some partitions only: the
command finishes with the very bytes it finds), and closed by somebody who may not: unsigned, and with another key. In the
end each account and each task has the events that it has on a line where nothing of that happens.

That line closes each day by itself and waits until all is quiet; so does the line with faults, but for the days left out,
which are closed together with the next. Nothing comes in on that next day, and no letter is due (there are seven days between
two), so that it makes no difference but one: what becomes of the mails of the day left out may be known before the next
day is closed, or after. On which of the two that was said is not compared.

An installation that does not play days takes none that lies after the broker's clock, whatever its own clock says.
"""
import collections
import datetime
import itertools

import clocks
import facts
import feed as feeds
import line as lines
import poison
import sign
import twin
from matrix import Case

TICK, UNSIGNED, IN_FUTURE = "application/vnd.arrears.tick.v1+protobuf", "TICK_UNSIGNED", "DAY_IN_FUTURE"
EAST, WEST = "Pacific/Kiritimati", "America/St_Johns"
HOUR_S, DAY_S = 3600, 86400
CLOCKS = {"ledger": clocks.wrong(HOUR_S, EAST), "scoring": clocks.wrong(-HOUR_S, WEST),
          "dunning": clocks.wrong(-HOUR_S, EAST), "approvals": clocks.wrong(HOUR_S, WEST)}
DAYS_AHEAD, QUIET_WITHIN_S = 2, 120
FIRST, LAST = "2023-12-29", "2024-03-01"
# New debtors, on some days.
DEBTORS = dict.fromkeys(("2023-12-29", "2023-12-30", "2024-01-01", "2024-02-27", "2024-02-29", "2024-03-01"), 20)
LEFT_OUT, HALF_CLOSED, GONE_BACK_TO, NEVER = ("2023-12-30", "2024-02-27"), "2024-02-29", "2023-12-29", "2024-06-30"
# Between the end of the year and the leap day letters go out as on the other days, and ticks are left alone.
FIRST_ALONE, LAST_ALONE = "2024-01-02", "2024-02-26"
DAYS_OF_CONTROL = 4
ISSUED, DUE = "2023-11-01", ("2023-11-15", "2023-12-01", "2023-12-31", "2024-02-29")
# A field of a later version, which changes nothing: so the bytes are none that the command would make itself.
OF_A_LATER_VERSION = poison.field(1000, b"x")


# ---- what comes in

def owe(feed, count):
    """Of three debtors one has paid all, one half."""
    for number in range(count):
        customer, message = f"t{feed.count}", feed.contract.new(feeds.BILLING)
        feed.count += 1
        body = message.invoice_issued
        body.creditor, body.customer, body.number = feeds.CREDITOR, customer, f"INV-{feed.count}"
        body.issued_on, body.due_on = ISSUED, feed.chance.choice(DUE)
        body.amount.currency, body.amount.minor = "EUR", feed.chance.randint(1000, 100000)
        feed.contact(customer, f"{customer}@{feeds.TAKES_MAIL}")
        feed.bill(message, body)
        if number % 3:
            feed.pay(customer, body.number, body.amount.minor // (number % 3))
    feed.flush()


def days(until=LAST):
    day = FIRST
    while day <= until:
        yield day
        day = feeds.next_day(day)


def live(drill, chosen, end):
    """The days, each as end(day) closes it; nothing comes in before all is quiet again."""
    for day in chosen:
        drill.feed.day = day
        if day in DEBTORS:
            owe(drill.feed, DEBTORS[day])
            drill.line.wait_quiet(QUIET_WITHIN_S)
        end(day)
        drill.line.wait_quiet(QUIET_WITHIN_S)


# ---- ticks

def rules_in_force(drill):
    for record in facts.contract_module.read_all(drill.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], facts.BILLING):
        message = drill.feed.contract.read(facts.BILLING, record.value())
        if record.key() is None and message.HasField("tick"):
            return drill.feed.contract.message("arrears.envelope.v1.Tick").FromString(message.tick.payload).opened.policy_set
    raise lines.Trouble("no day was opened")


class Ticks:
    """Of a line that has begun."""

    def __init__(self, drill):
        self.feed, self.rules = drill.feed, rules_in_force(drill)
        self.operator, self.stranger = drill.line.stack / "keys/operator.key", drill.line.dir / f"{feeds.STRANGER}.key"

    def of(self, topic, day, key):
        """key: file of who signs; None: nobody does."""
        tick, message = self.feed.contract.message("arrears.envelope.v1.Tick")(), self.feed.contract.new(topic)
        tick.closed.day, tick.closed.policy_set = day, self.rules
        if key:
            sign.Signer(key).seal(message.tick, TICK, tick.SerializeToString())
        else:
            message.tick.payload, message.tick.key_id, message.tick.signature = tick.SerializeToString(), "operator", bytes(64)
        return message.SerializeToString()

    def half(self):
        return self.of(facts.BILLING, HALF_CLOSED, self.operator) + OF_A_LATER_VERSION

    def put(self, topic, value, partitions=range(lines.PARTITIONS)):
        for partition in partitions:
            self.feed.producer.produce(topic, key=None, value=value, partition=partition)
        self.feed.flush()

    def forge(self):
        """How many partitions were told."""
        told = 0
        for topic in (facts.BILLING, facts.DECISIONS):
            for key in (None, self.stranger):
                self.put(topic, self.of(topic, NEVER, key))
                told += lines.PARTITIONS
        return told


def close(drill, day):
    drill.line.arrears("day", "close", day)


def close_badly(drill, ticks, day):
    if day in LEFT_OUT:
        return
    if day == HALF_CLOSED:
        ticks.put(facts.BILLING, ticks.half(), range(lines.PARTITIONS // 2))
    close(drill, day)
    if FIRST_ALONE <= day <= LAST_ALONE:
        return
    close(drill, day)
    for topic in (facts.BILLING, facts.DECISIONS):
        ticks.put(topic, ticks.of(topic, day, ticks.operator))
        ticks.put(topic, ticks.of(topic, GONE_BACK_TO, ticks.operator))


# ---- what became of it

def reminder_of(message):
    kind = message.WhichOneof("event")
    return getattr(message, kind).reminder_id if kind.startswith("reminder_") else None


def strip(message):
    """Of what depends on the order between accounts, and of the name of the rules: keys are each line's own."""
    message.ClearField("origin")
    message.ClearField("cause")
    kind = message.WhichOneof("event")
    if kind in ("day_opened", "day_closed"):
        getattr(message, kind).ClearField("policy_set")
    if kind == "journal_sealed":
        message.journal_sealed.ClearField("note")


def events_of(drill):
    """(topic, account or task, number) -> what was said of it."""
    known, found, undated = facts.Facts(drill.log(), drill.places()), {}, set()
    for topic in (facts.LEDGER, facts.DUNNING):
        counts = collections.Counter()
        for record, message in known.events(topic):
            strip(message)
            if message.WhichOneof("event") == "reminder_issued" and message.recorded_on in LEFT_OUT:
                undated.add(reminder_of(message))
            elif reminder_of(message) in undated:
                message.ClearField("recorded_on")
            whose = record.key().decode() if record.key() else f"task {record.partition()}"
            counts[whose] += 1
            found[topic, whose, counts[whose]] = " ".join(str(message).split())
    known.close()
    return found


def dead_letters(drill, code):
    known = facts.Facts(drill.log(), drill.places())
    reasons = [facts.header(record, "__connect.errors.exception.message")
               for topic in (facts.BILLING, facts.DECISIONS)
               for record in facts.first_of_each(known.records[facts.dead_letters(topic)])]
    known.close()
    return sum(reason.startswith(f"{code}: ") for reason in reasons)


def look_at_half(drill, half):
    """The command has sent what it found in the others."""
    records = facts.contract_module.read_all(drill.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], facts.BILLING)
    told = {record.partition() for record in records if record.value() == half}
    drill.expect(len(told) == lines.PARTITIONS, f"the bytes of the half-sent tick are in {len(told)} partitions")


def when_calm(drill):
    with twin.of(drill) as calm:
        calm.start_all()
        calm.line.arrears("day", "open", FIRST, "--simulated")
        live(calm, days(), lambda day: close(calm, day))
        return events_of(calm)


def live_in_earnest(drill):
    """With the days of the calendar; the ledger believes that it is two days later."""
    with twin.of(drill) as earnest:
        earnest.line.migrate("ledger")
        ledger = earnest.start("ledger", **clocks.wrong(DAYS_AHEAD * DAY_S, EAST)).wait_ready()
        today = datetime.datetime.now(datetime.timezone.utc).date()
        earnest.line.arrears("day", "open", str(today))
        future = str(today + datetime.timedelta(DAYS_AHEAD))
        ticks = Ticks(earnest)
        ticks.put(facts.BILLING, ticks.of(facts.BILLING, future, ticks.operator))
        earnest.line.wait_quiet(QUIET_WITHIN_S)
        days = {task["day"] for task in ledger.progress()["tasks"]}
        refused = sum(line.get("error.code") == IN_FUTURE for line in ledger.lines())
        drill.expect(days == {str(today)}, f"the ledger stands on {days}, today is {today}")
        drill.expect(refused == lines.PARTITIONS, f"{refused} ticks of the future were refused")


def look_at_outcome(drill, wanted, ticks, told):
    refused = dead_letters(drill, UNSIGNED)
    drill.expect(refused == told, f"{told} forged ticks, {refused} are dead letters")
    look_at_half(drill, ticks.half())
    different = twin.difference(wanted, events_of(drill))
    drill.expect(not different, different)
    drill.figure("events, all the same as on a calm line", len(wanted))
    drill.figure("forged ticks refused", refused)


def live_badly(drill, chosen):
    """Its ticks, and how many partitions were told of forged ones."""
    clocks.start_all(drill, CLOCKS)
    drill.line.arrears("day", "open", FIRST, "--simulated")
    ticks = Ticks(drill)
    told = ticks.forge()
    live(drill, chosen, lambda day: close_badly(drill, ticks, day))
    return ticks, told


def play(drill):
    live_in_earnest(drill)
    wanted = when_calm(drill)
    ticks, told = live_badly(drill, days())
    drill.settle()
    if not drill.faults:
        look_at_outcome(drill, wanted, ticks, told)


def play_control(drill):
    live_badly(drill, itertools.islice(days(), DAYS_OF_CONTROL))
    drill.settle()


CASES = [Case("F12", "clocks an hour wrong, time zones, year end, leap day; ticks repeated, left out, half sent, forged",
              "accounts and tasks have the same events as on a calm line; no tick of the future where days are not played",
              play, "no_tick_check", play_control, seconds=300, checked=False)]
