"""F12: clocks and ticks. No business decision reads a clock, and a day is closed by a signed tick alone.

The services' clocks are an hour wrong, each in its own direction and time zone, while days are played over the end of a
year and a leap day; days are left out, closed twice, gone back to, half closed (the tick is in some partitions only: the
command finishes with the very bytes it finds), and closed by somebody who may not: unsigned, and with another key. In the
end each account has the events that it has on a line where nothing of that happens.

An installation that does not play days takes none that lies after the broker's clock, whatever its own clock says.
"""
import datetime

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
# Each with its number of new debtors; on a day without, nothing comes in, and the line with faults leaves its close out.
DAYS = {"2023-12-29": 20, "2023-12-30": 0, "2023-12-31": 20, "2024-01-01": 20,
        "2024-02-27": 20, "2024-02-28": 0, "2024-02-29": 20, "2024-03-01": 20}
HALF_CLOSED, GONE_BACK_TO, NEVER = "2024-02-29", "2023-12-29", "2024-06-30"
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


def live(drill, end):
    """The days, each as end(day) closes it; nothing comes in before all is quiet again."""
    for day, debtors in DAYS.items():
        drill.feed.day = day
        owe(drill.feed, debtors)
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
    if not DAYS[day]:
        return
    if day == HALF_CLOSED:
        ticks.put(facts.BILLING, ticks.half(), range(lines.PARTITIONS // 2))
    close(drill, day)
    close(drill, day)
    for topic in (facts.BILLING, facts.DECISIONS):
        ticks.put(topic, ticks.of(topic, day, ticks.operator))
        ticks.put(topic, ticks.of(topic, GONE_BACK_TO, ticks.operator))


# ---- what became of it

def events_of(drill):
    """(topic, account, number) -> what was said of it, without what depends on the order between accounts."""
    known, found = facts.Facts(drill.log(), drill.places()), {}
    for topic in (facts.LEDGER, facts.DUNNING):
        counts = {}
        for record, message in known.events(topic):
            if not message.customer:
                continue
            message.ClearField("origin")
            message.ClearField("cause")
            number = counts[record.key()] = counts.get(record.key(), 0) + 1
            found[topic, record.key().decode(), number] = " ".join(str(message).split())
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
        calm.line.arrears("day", "open", next(iter(DAYS)), "--simulated")
        live(calm, lambda day: close(calm, day))
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
    drill.figure("events of accounts, all the same as on a calm line", len(wanted))
    drill.figure("forged ticks refused", refused)


def play(drill):
    if not drill.broken:
        live_in_earnest(drill)
    wanted = None if drill.broken else when_calm(drill)
    clocks.start_all(drill, CLOCKS)
    drill.line.arrears("day", "open", next(iter(DAYS)), "--simulated")
    ticks = Ticks(drill)
    told = ticks.forge()
    live(drill, lambda day: close_badly(drill, ticks, day))
    drill.settle()
    if not drill.faults:
        look_at_outcome(drill, wanted, ticks, told)


CASES = [Case("F12", "clocks an hour wrong, time zones, year end, leap day; ticks repeated, left out, half sent, forged",
              "each account has the same events as on a calm line; no tick of the future where days are not played",
              play, "no_tick_check", seconds=90, checked=False,
              open="mails of days that are closed in one go end on whatever day dunning has reached: the comparison needs "
                   "each day closed by itself")]
