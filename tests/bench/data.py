"""What the ledger is fed with: the rules and the tick as the tools publish them, and seeded invoices, in one file.

The form of the file, record after record: partition (-1: the rules), length of key, length of value (32 bits each,
little-endian), key, value. memory_broker.c reads it.
"""
import bisect
import itertools
import random
import struct

import contract
import line as lines

BILLING, POLICIES = "arrears.billing.v1", "arrears.policies.v1"
RULES = -1
CREDITOR, CUSTOMERS, DAY = "acme", 10_000, "2024-04-30"
SEED = 1


def record_bytes(partition, key, value):
    return struct.pack("<iii", partition, len(key), len(value)) + key + value


def fill_invoice(body, chance, customer, number):
    body.creditor, body.customer, body.number = CREDITOR, customer, number
    body.amount.currency, body.amount.minor = "EUR", chance.randint(100, 1_000_000)
    body.issued_on, body.due_on = DAY, f"2024-05-{chance.randint(1, 28):02}"


def partition_of(key):
    """murmur2, as in the Java clients; the ledger checks it for every record."""
    factor, mask = 0x5BD1E995, 0xFFFFFFFF
    value = (0x9747B28C ^ len(key)) & mask
    whole = len(key) // 4 * 4
    for at in range(0, whole, 4):
        word = int.from_bytes(key[at:at + 4], "little") * factor & mask
        value = (value * factor & mask) ^ ((word ^ word >> 24) * factor & mask)
    if whole < len(key):
        value = (value ^ int.from_bytes(key[whole:], "little")) * factor & mask
    value = (value ^ value >> 13) * factor & mask
    return ((value ^ value >> 15) & 0x7FFFFFFF) % lines.PARTITIONS


def customers(only_task=None, count=CUSTOMERS):
    """(name, partition) of so many customers; those of one task when it is named."""
    found = ((f"c{number:06}", partition_of(f"{CREDITOR}/c{number:06}".encode())) for number in itertools.count())
    return list(itertools.islice((c for c in found if only_task in (None, c[1])), count))


def evenly(chance, known):
    return lambda: chance.choice(known)


def zipf(chance, known, exponent=0.99):
    """The first customer is the most frequent one."""
    sums = list(itertools.accumulate(rank ** -exponent for rank in range(1, len(known) + 1)))
    return lambda: known[bisect.bisect(sums, chance.random() * sums[-1])]


class Opening:
    """The published rules and the signed ticks of one installation; they are the same for every run."""

    def __init__(self, line):
        self.contract = contract.Contract(line.descriptors)
        ledger = line.service("ledger").wait_ready()  # who opens a day asks it where it stands
        line.arrears("day", "open", DAY, "--simulated")
        line.arrears("day", "close", DAY)
        ledger.end()
        line.services.remove(ledger)
        known = contract.read_all(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], POLICIES, BILLING)
        self.rules = [(RULES, record.key() or b"", record.value()) for record in known if record.topic() == POLICIES]
        ticks = [record for record in known if record.topic() == BILLING]
        self.opens, self.closes = ([(record.partition(), b"", record.value()) for record in ticks if record.offset() == at]
                                   for at in (0, 1))


class Feed:
    """A file of records; `events` invoices come after one of each task that takes part, which is not measured. The day
    is closed between them when that is asked for."""

    def __init__(self, opening, path, events, known=None, draw=evenly, closing=False):
        self.path, self.contract = path, opening.contract
        chance = random.Random(SEED)
        known = known or customers()
        one = draw(chance, known)
        first = {}
        for customer in known:
            first.setdefault(customer[1], customer)
        self.warm_up, self.events = len(first), events
        self.taken = dict.fromkeys(range(lines.PARTITIONS), 2 if closing else 1)  # ticks
        drawn = [one() for _ in range(events)]
        with open(path, "wb") as file:
            for record in opening.rules + opening.opens:
                file.write(record_bytes(*record))
            self._write(file, chance, 0, first.values())
            for record in opening.closes if closing else ():
                file.write(record_bytes(*record))
            self._write(file, chance, len(first), drawn)

    def _write(self, file, chance, number, drawn):
        for customer, partition in drawn:
            file.write(record_bytes(partition, f"{CREDITOR}/{customer}".encode(), self._invoice(chance, number, customer)))
            self.taken[partition] += 1
            number += 1

    @property
    def postings(self):
        return self.warm_up + self.events

    def _invoice(self, chance, number, customer):
        message = self.contract.new(BILLING)
        fill_invoice(message.invoice_issued, chance, customer, f"INV-{number:07}")
        return message.SerializeToString()
