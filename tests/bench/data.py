"""What the ledger is fed with: the rules and the tick as the tools publish them, and seeded invoices and payments, in one file.

The form of the file, record after record: partition (-1: the rules), length of key, length of value (32 bits each,
little-endian), key, value. memory_broker.c reads it.
"""
import bisect
import itertools
import random
import struct

import contract
import invariants
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


def fill_payment(body, customer, number, minor, invoice):
    body.creditor, body.customer, body.number, body.invoice_number = CREDITOR, customer, number, invoice
    body.amount.currency, body.amount.minor = "EUR", minor
    body.received_on = DAY


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


class Invoices:
    """Nothing but invoices. `written` is what becomes of all that was drawn."""

    def __init__(self, new, chance, one):
        self.new, self.chance, self.one = new, chance, one
        self.written = invariants.invoices(0)

    def invoice(self, customer, number):
        message = self.new()
        fill_invoice(message.invoice_issued, self.chance, customer[0], f"INV-{number:07}")
        self.written += invariants.invoices(1)
        return message

    def draw(self, number):
        customer = self.one()
        return customer, self.invoice(customer, number)


class Mix(Invoices):
    """Of a hundred events fifty are invoices, forty pay what is open of one and ten the half of it: any one that is open."""

    WHOLE, PART = 0.4, 0.1

    def __init__(self, *how):
        super().__init__(*how)
        self.open = []

    def draw(self, number):
        kind = self.chance.random()
        if kind >= self.WHOLE + self.PART or not self.open:
            customer, message = super().draw(number)
            body = message.invoice_issued
            self.open.append((customer, body.number, body.amount.minor))
            return customer, message
        at = self.chance.randrange(len(self.open))
        self.open[at], self.open[-1] = self.open[-1], self.open[at]
        customer, invoice, owed = self.open.pop()
        paid = owed if kind < self.WHOLE else (owed + 1) // 2
        if paid < owed:
            self.open.append((customer, invoice, owed - paid))
        message = self.new()
        fill_payment(message.payment_received, customer[0], f"PAY-{number:07}", paid, invoice)
        self.written += invariants.payments(1, settled=paid == owed)
        return customer, message


class Feed:
    """A file of records; `events` of a kind come after an invoice of each task that takes part, which is not measured. The day
    is closed between them when that is asked for."""

    def __init__(self, opening, path, events, known=None, draw=evenly, closing=False, kind=Invoices):
        self.path = path
        chance = random.Random(SEED)
        known = known or customers()
        source = kind(lambda: opening.contract.new(BILLING), chance, draw(chance, known))
        first = {}
        for customer in known:
            first.setdefault(customer[1], customer)
        self.warm_up, self.events = len(first), events
        self.taken = dict.fromkeys(range(lines.PARTITIONS), 2 if closing else 1)  # ticks
        with open(path, "wb") as file:
            for record in opening.rules + opening.opens:
                file.write(record_bytes(*record))
            for number, customer in enumerate(first.values()):
                self._write(file, customer, source.invoice(customer, number))
            for record in opening.closes if closing else ():
                file.write(record_bytes(*record))
            warm = source.written
            for number in range(len(first), len(first) + events):
                self._write(file, *source.draw(number))
        self.written = source.written
        self.answers = source.written.said - warm.said  # to what is measured

    def _write(self, file, customer, message):
        name, partition = customer
        file.write(record_bytes(partition, f"{CREDITOR}/{name}".encode(), message.SerializeToString()))
        self.taken[partition] += 1
