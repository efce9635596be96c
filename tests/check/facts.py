"""Everything there is to be checked: the services as a table, and what stands in their topics and stores.

A new service is a row of SERVICES, and a module of rules of its own when it keeps promises that others do not.
"""
import pathlib
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness/py"))
import contract as contract_module  # noqa: E402
import stores  # noqa: E402

BILLING, LEDGER = "arrears.billing.v1", "arrears.ledger.v1"
CREDIT, WARNINGS = "arrears.credit.v1", "arrears.warnings.v1"
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
    Service("ledger", stores.Postgres, (BILLING, APPROVALS), (LEDGER, dead_letters(BILLING))),
    Service("scoring", stores.Redis, (LEDGER,), (), (CREDIT, WARNINGS)),
    Service("approvals", stores.Postgres, (REQUESTS, DECISIONS), (APPROVALS, dead_letters(DECISIONS))),
)


class Facts:
    """Read once. Has the stores that it was given; rules about a service without one see nothing of it."""

    def __init__(self, bootstrap, places, descriptors):
        """places: service -> where its store is."""
        self.contract = contract_module.Contract(descriptors)
        self.services = [service for service in SERVICES if service.name in places]
        self.stores = {service.name: service.store(service.name, places[service.name]) for service in self.services}
        self.topics = sorted({topic for s in self.services for topic in s.reads + s.writes + s.states})
        self.records = {topic: [] for topic in self.topics}
        for record in contract_module.read_all(bootstrap, *self.topics):
            self.records[record.topic()].append(record)
        self._messages, self._events = {}, {}

    def close(self):
        for store in self.stores.values():
            store.close()

    def has(self, *services):
        return all(service in self.stores for service in services)

    def messages(self, topic):
        """(record, message) of the records of a topic that can be read."""
        if topic not in self._messages:
            self._messages[topic] = [(r, m) for r, m in map(self._read, self.records[topic]) if m is not None]
        return self._messages[topic]

    def _read(self, record):
        try:
            return record, self.contract.read(record.topic(), record.value())
        except self.contract.unreadable:
            return record, None

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


def repeated_ticks(records):
    """Ticks have no key; the same bytes again have no effect."""
    seen, repeats = set(), set()
    for record in records:
        if record.key() is None:
            if (record.partition(), record.value()) in seen:
                repeats.add(place(record))
            seen.add((record.partition(), record.value()))
    return repeats
