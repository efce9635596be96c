"""Records from outside that no service can read, a row for each way to get one wrong, and the place each was put to.

Everything is made from a message that would do, so that a row says what is wrong with it and nothing else.
"""
from typing import NamedTuple

import confluent_kafka

import facts
import feed as feeds
import line as lines

LEDGER, DUNNING, APPROVALS = "ledger", "dunning", "approvals"
READER = {facts.BILLING: LEDGER, facts.CONTACTS: DUNNING, facts.DECISIONS: APPROVALS}
SAYS = {LEDGER: facts.LEDGER, DUNNING: facts.DUNNING}
# Fields of BillingEvent and WriteOffProposed, for what no library would write.
PROPOSED, INVOICE_NUMBERS, LENGTH_PREFIXED, START_GROUP = 6, 4, 2, 3
MOST_BYTES = 1 << 20  # of a record on a topic from outside
HUGE_BYTES = 10 << 20


class Poison(NamedTuple):
    """make(message of the topic that would do) gives the value; None: a tombstone."""
    name: str
    topic: str
    code: str
    make: object
    holds: bool = True      # its account is known for sure, so it is put on hold
    key: str = "{account}"  # None: without one
    away: int = 0           # partitions away from the one of its key


class Put(NamedTuple):
    poison: Poison
    account: str
    place: tuple            # topic, partition, offset
    key: bytes
    value: bytes


def whole(message):
    return message.SerializeToString()


def changed(**fields):
    """An invoice with other fields; `currency` and `minor` are those of its amount."""
    def make(message):
        for name, value in fields.items():
            body = message.invoice_issued
            setattr(body.amount if name in ("currency", "minor") else body, name, value)
        return message.SerializeToString()
    return make


def with_number(raw):
    """An invoice whose number is these bytes, which are no lawful text."""
    def make(message):
        message.invoice_issued.number = "N" * len(raw)
        return message.SerializeToString().replace(b"N" * len(raw), raw)
    return make


def varint(number):
    parts = []
    while number > 0x7f:
        parts.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(parts + [number])


def field(number, content):
    return varint(number << 3 | LENGTH_PREFIXED) + varint(len(content)) + content


def bomb(_):
    """A proposal for 300,000 invoices without a name: 44 times as large when it is unpacked."""
    return field(PROPOSED, field(INVOICE_NUMBERS, b"") * 300_000)


def nest(_):
    """Groups in groups, as deep as a record is long."""
    return varint(99 << 3 | START_GROUP) * (MOST_BYTES // 4)


def fill(_):
    """As long as the broker lets it be."""
    return b"\xff" * (MOST_BYTES - 1024)


def contradiction(message):
    """The number of the invoice before, with another amount."""
    body = message.invoice_issued
    body.number, body.amount.minor = f"INV-{int(body.number[4:]) - 1}", body.amount.minor + 1
    return message.SerializeToString()


def mail(address):
    def make(message):
        message.contact.email = address
        return message.SerializeToString()
    return make


def forged(message):
    """Whole, and signed by nobody."""
    message.decision.payload, message.decision.key_id, message.decision.signature = b"x", "nobody", bytes(64)
    return message.SerializeToString()


POISONS = (
    Poison("no key", facts.BILLING, "KEY_MISSING", whole, holds=False, key=None),
    Poison("a key that is none", facts.BILLING, "KEY_MALFORMED", whole, holds=False, key="acme/a b"),
    Poison("in another partition", facts.BILLING, "PARTITION_WRONG", whole, holds=False, away=1),
    Poison("a key unlike its body", facts.BILLING, "KEY_UNLIKE_BODY", changed(customer="somebody-else")),
    Poison("no message", facts.BILLING, "MESSAGE_UNREADABLE", lambda message: feeds.NO_MESSAGE),
    Poison("no UTF-8", facts.BILLING, "TEXT_NOT_UTF8", with_number(b"\xff\xfe\xfd\xfc")),
    Poison("a NUL in a text", facts.BILLING, "MESSAGE_UNREADABLE", with_number(b"A\0BC")),
    Poison("an unknown currency", facts.BILLING, "CURRENCY_UNKNOWN", changed(currency="XQX")),
    Poison("a day that is none", facts.BILLING, "DATE_UNREAL", changed(due_on="2023-02-29")),
    Poison("an amount of nothing", facts.BILLING, "AMOUNT_NOT_POSITIVE", changed(minor=0)),
    Poison("an amount below nothing", facts.BILLING, "AMOUNT_NOT_POSITIVE", changed(minor=-5)),
    Poison("an amount beyond all bounds", facts.BILLING, "AMOUNT_TOO_LARGE", changed(minor=2**63 - 1)),
    Poison("a number that was used", facts.BILLING, "CONFLICT", contradiction, holds=False),
    Poison("a name of our own", facts.BILLING, "NAME_RESERVED", changed(customer="~other"), key="acme/~other"),
    Poison("a bomb", facts.BILLING, "MESSAGE_UNREADABLE", bomb),
    Poison("a nest", facts.BILLING, "MESSAGE_UNREADABLE", nest),
    Poison("a full megabyte", facts.BILLING, "MESSAGE_UNREADABLE", fill),
    Poison("an empty record", facts.BILLING, "EVENT_UNKNOWN", lambda message: b""),
    Poison("a tombstone", facts.BILLING, "VALUE_MISSING", lambda message: None),
    Poison("in another partition", facts.CONTACTS, "PARTITION_WRONG", whole, holds=False, away=1),
    Poison("no message", facts.CONTACTS, "MESSAGE_UNREADABLE", lambda message: feeds.NO_MESSAGE),
    Poison("an address that ends the line", facts.CONTACTS, "MAIL_UNLAWFUL", mail("a@example.test\r\nBcc: b@example.test")),
    Poison("an empty record", facts.CONTACTS, "EVENT_UNKNOWN", lambda message: b""),
    Poison("no key", facts.DECISIONS, "KEY_MISSING", forged, holds=False, key=None),
    Poison("no message", facts.DECISIONS, "MESSAGE_UNREADABLE", lambda message: feeds.NO_MESSAGE, holds=False, key="acme"),
    Poison("an empty record", facts.DECISIONS, "EVENT_UNKNOWN", lambda message: b"", holds=False, key="acme"),
    Poison("a tombstone", facts.DECISIONS, "VALUE_MISSING", lambda message: None, holds=False, key="acme"),
)


# What the broker itself refuses: nothing of it ever comes to lie anywhere. A compacted topic takes no record without a key.
REFUSED_BY_BROKER = (
    (facts.BILLING, "acme/huge", b"\xff" * HUGE_BYTES),
    (facts.CONTACTS, None, b"no key"),
)


class Poisoner:
    """Puts records, and knows where each came to lie."""

    def __init__(self, drill):
        self.feed, self.put = drill.feed, []
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": drill.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], "partitioner": "murmur2",
            "message.max.bytes": 2 * HUGE_BYTES, "log_level": 2})

    def _try(self, topic, key, value, partition=-1):
        """What the broker says to a record, and where it lies then."""
        answers = []
        self.producer.produce(topic, key=key, value=value, partition=partition,
                              on_delivery=lambda error, record: answers.append((error, record.partition(), record.offset())))
        assert self.producer.flush(60) == 0, f"the broker does not answer to a record on {topic}"
        return answers[0]

    def _produce(self, *words):
        """(partition, offset)"""
        error, *place = self._try(*words)
        assert not error, f"{words[0]} does not take a record: {error}"
        return place

    def refused(self):
        """How many records the broker refused, of those that it must."""
        return sum(self._try(*row)[0] is not None for row in REFUSED_BY_BROKER)

    def good(self, topic, customer):
        """A message of the topic that would do."""
        message = self.feed.contract.new(topic)
        if topic == facts.BILLING:
            body = message.invoice_issued
            self.feed.count += 1
            body.number, body.issued_on, body.due_on = f"INV-{self.feed.count}", feeds.ISSUED, feeds.OVERDUE
            body.amount.currency, body.amount.minor = "EUR", 12300
        elif topic == facts.CONTACTS:
            body = message.contact
            body.name, body.email = "Somebody", f"{customer}@example.test"
        else:
            return message
        body.creditor, body.customer = feeds.CREDITOR, customer
        return message

    def invoice(self, customer):
        """One that is posted; the partition of its account."""
        return self._produce(facts.BILLING, f"{feeds.CREDITOR}/{customer}", whole(self.good(facts.BILLING, customer)))[0]

    def poison(self, row, customer):
        """A good document of the customer, the poison, and another good one."""
        account = f"{feeds.CREDITOR}/{customer}"
        partition = self.invoice(customer)
        key = row.key.format(account=account) if row.key else None
        value = row.make(self.good(row.topic, customer))
        # A record without a key lies where its sender puts it.
        where = (partition + row.away) % lines.PARTITIONS if row.away or key is None else -1
        place = self._produce(row.topic, key, value, where)
        self.put.append(Put(row, account if row.key == "{account}" else key, (row.topic, *place),
                            key.encode() if key else None, value))
        self.invoice(customer)

