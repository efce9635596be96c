"""Everything there is to be checked: the services as a table, and what stands in their topics and stores.

A new service is a row of SERVICES, and a module of rules of its own when it keeps promises that others do not.
"""
import email.parser
import pathlib
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness/py"))
import contract as contract_module  # noqa: E402
import stores  # noqa: E402

BILLING, LEDGER = "arrears.billing.v1", "arrears.ledger.v1"
CREDIT, WARNINGS = "arrears.credit.v1", "arrears.warnings.v1"
CONTACTS, DUNNING = "arrears.contacts.v1", "arrears.dunning.v1"
TRANSFERS = "arrears.transfers.v1"
SUSPENSE = "~suspense"  # the account of money that is nobody's yet: the ledger's alone
REQUESTS, DECISIONS, APPROVALS = "arrears.approval-requests.v1", "arrears.decisions.v1", "arrears.approvals.v1"


def dead_letters(topic):
    return topic + ".dlq"


class Service(NamedTuple):
    name: str
    store: type
    reads: tuple     # topics; the partition is the task
    writes: tuple    # numbered topics: per task and partition 1, 2, 3 ...
    states: tuple = ()  # topics whose records carry no number


# Who writes stands above who reads it, where that can be said.
SERVICES = (
    Service("ledger", stores.Postgres, (BILLING, APPROVALS, TRANSFERS, DUNNING), (LEDGER, TRANSFERS, dead_letters(BILLING))),
    Service("scoring", stores.Redis, (LEDGER,), (), (CREDIT, WARNINGS)),
    Service("dunning", stores.Postgres, (LEDGER, CONTACTS, CREDIT, APPROVALS), (DUNNING, REQUESTS, dead_letters(CONTACTS))),
    Service("approvals", stores.Postgres, (REQUESTS, DECISIONS), (APPROVALS, dead_letters(DECISIONS))),
)


class Mail(NamedTuple):
    file: str
    reminder: str  # by its Message-ID, with the attempt
    attempt: int
    to: str        # as the envelope had it


def read_mail(path):
    head = email.parser.BytesHeaderParser().parsebytes(path.read_bytes())
    reminder, _, attempt = head["Message-ID"].strip("<>").partition("@")[0].rpartition(".")
    return Mail(path.name, reminder, int(attempt), head["Delivered-To"])


class Log:
    """The records of topics, and their messages. Whoever looks again reads only what came since."""

    def __init__(self, bootstrap, descriptors):
        self.bootstrap, self.contract = bootstrap, contract_module.Contract(descriptors)
        self.records, self.known = {}, {}

    def read(self, topics):
        for topic in topics:
            self.records.setdefault(topic, [])
        begin = {(topic, r.partition()): r.offset() + 1 for topic in topics for r in self.records[topic]}
        for record in contract_module.read_all(self.bootstrap, *topics, begin=begin):
            self.records[record.topic()].append(record)
        for topic in topics:
            self.records[topic].sort(key=place)

    def message(self, record):
        """None: it cannot be read, or is a tombstone."""
        where = place(record)
        if where not in self.known:
            try:
                value = record.value()
                self.known[where] = None if value is None else self.contract.read(record.topic(), value)
            except self.contract.unreadable:
                self.known[where] = None
        return self.known[where]


class Facts:
    """Read once. Has the stores that it was given; rules about a service without one see nothing of it."""

    def __init__(self, log, places, mail=None):
        """places: service -> where its store is. mail: the folder of a sink that takes all mail, or None."""
        self.log, self.contract = log, log.contract
        self.services = [service for service in SERVICES if service.name in places]
        self.stores = {service.name: service.store(service.name, places[service.name]) for service in self.services}
        self.topics = sorted({topic for s in self.services for topic in s.reads + s.writes + s.states})
        log.read(self.topics)
        self.records = {topic: list(log.records[topic]) for topic in self.topics}
        self._messages, self._events = {}, {}
        self.mails = None if mail is None else [read_mail(path) for path in sorted(pathlib.Path(mail).glob("*.eml"))]

    def close(self):
        for store in self.stores.values():
            store.close()

    def has(self, *services):
        return all(service in self.stores for service in services)

    def messages(self, topic):
        """(record, message) of the records of a topic that can be read."""
        if topic not in self._messages:
            both = ((record, self.log.message(record)) for record in self.records[topic])
            self._messages[topic] = [(record, message) for record, message in both if message is not None]
        return self._messages[topic]

    def events(self, topic):
        """(record, message) of a numbered topic, each number once."""
        if topic not in self._events:
            first = {place(record) for record in first_of_each(self.records[topic])}
            self._events[topic] = [(record, message) for record, message in self.messages(topic) if place(record) in first]
        return self._events[topic]

    def numbered(self):
        """Topic -> names of the services that number what they write there; dead letters may have several."""
        found = {}
        for service in self.services:
            for topic in service.writes:
                found.setdefault(topic, set()).add(service.name)
        return found

    def dead(self, topic, service):
        """Places of the records that the service has put to the topic's dead letters, one for each letter."""
        return [(header(r, "kafka_dlt-original-topic"), int(header(r, "kafka_dlt-original-partition")),
                 int(header(r, "kafka_dlt-original-offset")))
                for r in first_of_each(self.records[dead_letters(topic)]) if writer_of(r) == service]


def item_of(body):
    """What a message is about: invoice, charge, instalment."""
    number = body.invoice_number if "invoice_number" in body.DESCRIPTOR.fields_by_name else body.number
    return number, body.charge, body.instalment


def posted_items(kind, body):
    """(item, amount, due day) of what an InvoicePosted or a ChargePosted says is owed."""
    if kind == "charge_posted":
        return [(item_of(body), body.amount, body.due_on)]
    if not body.instalments:
        return [((body.number, 0, 0), body.amount, body.due_on)]
    return [((body.number, 0, number), part.amount, part.due_on) for number, part in enumerate(body.instalments, 1)]


# Events by which less of an item is open, and by which more of it is again. Each says what is open then.
REDUCES = ("allocated", "discount_granted", "tolerance_used", "debt_reduced")
REOPENS = ("allocation_reversed", "debt_restored")


def header(record, name):
    for key, value in reversed(record.headers() or []):
        if key == name:
            return value.decode()
    return None


def number_of(record):
    """(service, task, topic, partition), seq: from the header that our services write."""
    name = header(record, "arrears_dead_letter_id") or header(record, "ce_id")
    service, task, topic, partition, seq = name.split("/")
    return (service, int(task), topic, int(partition)), int(seq)


def writer_of(record):
    return number_of(record)[0][0]


def first_of_each(records):
    """A second publication has the same number: it is not a second event."""
    seen = set()
    for record in records:
        number = number_of(record)
        if number not in seen:
            seen.add(number)
            yield record


def place(record):
    return record.topic(), record.partition(), record.offset()


def cause_of(event):
    """The place of the record that made a service say it; None when it was something else."""
    if event.cause.WhichOneof("cause") != "record":
        return None
    cause = event.cause.record
    return cause.topic, cause.partition, cause.offset


def repeated_ticks(facts, topic):
    """Ticks have no key; what was signed and said before has no effect, whatever else stands in the record."""
    seen, repeats = set(), set()
    for record, message in facts.messages(topic):
        name = message.WhichOneof("event")
        if record.key() is None and name in ("tick", "period"):
            signed = getattr(message, name)
            said = record.partition(), signed.payload, signed.key_id, signed.signature
            if said in seen:
                repeats.add(place(record))
            seen.add(said)
    return repeats
