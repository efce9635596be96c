"""F14: the documents of an hour come late, in another order, and one in ten of them twice.

The hour is the hour in which they were written; each arrives up to half an hour later. The same documents go in their own
order, and once, to a second line. What each order ends in:

- One invoice, with payments and credit notes that name it: those that come first wait as unapplied, and are applied when it
  comes. The same is open in any order.
- Many invoices, and money that names none: it pays what is open and waits where nothing is. The same is open in any order.
- A cancellation before its invoice is refused, UNKNOWN_DOCUMENT, and is not remembered. Its sender sends it again, after
  which the invoice is taken back like any other.
- Many invoices, and money that names them: money that waits pays whatever invoice comes next, and money that names a paid
  invoice waits although another is open. What is open and what is unapplied depend on the order. Their difference does not.

A cancellation and a payment of one invoice are left out: the first of them stands, so the order is the outcome.
"""
from typing import NamedTuple

import facts
import feed as feeds
import twin
from matrix import Case

HOUR_S, LATE_S, TWICE = 3600, 1800, 0.1
CUSTOMERS = 1200
DUE = "2024-04-29"
UNKNOWN_DOCUMENT = 2
QUIET_WITHIN_S = 120
SOME = 20


class Document(NamedTuple):
    at_s: float      # when it was written
    customer: str
    kind: str
    invoice: str     # that it is, or names; may be empty
    value: bytes


class Writer:
    """Of documents, in memory."""

    def __init__(self, feed):
        self.feed, self.chance, self.documents, self.count = feed, feed.chance, [], 0

    def write(self, kind, customer, at_s, minor=0, invoice=""):
        """Its number."""
        self.count += 1
        message = self.feed.contract.new(feeds.BILLING)
        body = getattr(message, kind)
        body.creditor, body.customer, body.number = feeds.CREDITOR, customer, f"N-{self.count}"
        if minor:
            body.amount.currency, body.amount.minor = "EUR", minor
        if kind == "invoice_issued":
            body.issued_on, body.due_on = feeds.FIRST_DAY, DUE
        else:
            day = {"payment_received": "received_on", "credit_note_issued": "issued_on", "invoice_cancelled": "cancelled_on"}
            setattr(body, day[kind], feeds.FIRST_DAY)
            body.invoice_number = invoice
        named = body.number if kind == "invoice_issued" else invoice
        self.documents.append(Document(at_s, customer, kind, named, message.SerializeToString()))
        return body.number

    def _invoices(self, customer, count):
        """(number, amount, when) of each."""
        found = []
        for _ in range(count):
            at_s, minor = self.chance.uniform(0, HOUR_S / 2), self.chance.randint(1000, 100000)
            found.append((self.write("invoice_issued", customer, at_s, minor), minor, at_s))
        return found

    def _later(self, at_s):
        return self.chance.uniform(at_s, HOUR_S)

    def one_invoice(self, customer):
        [(number, minor, at_s)] = self._invoices(customer, 1)
        for _ in range(self.chance.randint(0, 3)):
            kind = self.chance.choice(["payment_received", "payment_received", "credit_note_issued"])
            self.write(kind, customer, self._later(at_s), minor // 4, number)

    def many_invoices(self, customer):
        for _, minor, at_s in self._invoices(customer, self.chance.randint(2, 4)):
            self.write("payment_received", customer, self._later(at_s), int(minor * self.chance.choice([0.4, 1, 1.3])))

    def taken_back(self, customer):
        [(number, _, at_s)] = self._invoices(customer, 1)
        self.write("invoice_cancelled", customer, self._later(at_s), invoice=number)

    def named_among_many(self, customer):
        for number, minor, at_s in self._invoices(customer, self.chance.randint(2, 4)):
            self.write("payment_received", customer, self._later(at_s), int(minor * self.chance.choice([0.4, 1, 1.3])), number)


KINDS = ("one_invoice", "many_invoices", "taken_back", "named_among_many")
ORDER_SHOWS = "named_among_many"


def written(drill):
    writer = Writer(drill.feed)
    for number in range(CUSTOMERS):
        kind = KINDS[number % len(KINDS)]
        getattr(writer, kind)(f"{kind}-{number}")
    return sorted(writer.documents)


def disordered(drill, documents):
    """As they arrive."""
    chance, arrivals = drill.feed.chance, []
    for document in documents:
        for _ in range(2 if chance.random() < TWICE else 1):
            arrivals.append((document.at_s + chance.uniform(0, LATE_S), document))
    return [document for _, document in sorted(arrivals)]


def too_early(arrivals):
    """Cancellations that come before their invoice, each time that they do."""
    known, found = set(), []
    for document in arrivals:
        if document.kind == "invoice_issued":
            known.add((document.customer, document.invoice))
        elif document.kind == "invoice_cancelled" and (document.customer, document.invoice) not in known:
            found.append(document)
    return found


def send(drill, documents):
    for document in documents:
        drill.feed.put(feeds.BILLING, f"{feeds.CREDITOR}/{document.customer}", document.value)
    drill.feed.flush()


def standing(drill):
    """Customer -> what is open, what is unapplied; of the one the order shows in: the difference."""
    with drill.line.database("ledger") as db, db.cursor() as cursor:
        cursor.execute("SELECT customer,"
                       " (SELECT coalesce(sum(open), 0) FROM item i WHERE (i.task, i.account) = (a.task, a.account)),"
                       " (SELECT coalesce(sum(unapplied), 0) FROM credit c WHERE (c.task, c.account) = (a.task, a.account))"
                       " FROM account a")
        return {customer: open_minor - unapplied if customer.startswith(ORDER_SHOWS) else (open_minor, unapplied)
                for customer, open_minor, unapplied in cursor.fetchall()}


def in_order(drill, documents):
    """Where the customers stand when nothing is late or comes twice."""
    with twin.of(drill) as calm:
        calm.line.migrate("ledger")
        calm.start("ledger").wait_ready()
        calm.line.arrears("day", "open", calm.feed.day, "--simulated")
        send(calm, documents)
        calm.line.wait_quiet(QUIET_WITHIN_S)
        return standing(calm)


def look_at_refusals(drill, wanted):
    known = facts.Facts(drill.log(), drill.places())
    refused = [message.input_refused for _, message in known.events(facts.LEDGER) if message.HasField("input_refused")]
    known.close()
    drill.expect(all(one.reason == UNKNOWN_DOCUMENT for one in refused), "something was refused for another reason")
    drill.expect(len(refused) == wanted, f"{len(refused)} refused, {wanted} came too early")


def look_at_outcome(drill, wanted, early):
    look_at_refusals(drill, early)
    different = twin.difference(wanted, standing(drill))
    drill.expect(not different, different)
    drill.figure("customers who stand where they do when all is in order", len(wanted))


def begin(drill):
    drill.start_all()
    drill.line.arrears("day", "open", drill.feed.day, "--simulated")


def play(drill):
    documents = written(drill)
    arrivals = disordered(drill, documents)
    early = too_early(arrivals)
    wanted = in_order(drill, documents)
    begin(drill)
    send(drill, arrivals)
    send(drill, early)
    drill.line.wait_quiet(QUIET_WITHIN_S)
    drill.close_day()
    drill.settle()
    drill.figure("documents, arrivals", f"{len(documents)}, {len(arrivals) + len(early)}")
    drill.figure("cancellations refused since they came too early", len(early))
    if not drill.faults:
        look_at_outcome(drill, wanted, len(early))


def play_control(drill):
    """Some invoices again when all is quiet: in one step with the first, it is dunning that stops."""
    documents = written(drill)
    begin(drill)
    send(drill, documents)
    drill.line.wait_quiet(QUIET_WITHIN_S)
    send(drill, [document for document in documents if document.kind == "invoice_issued"][:SOME])
    drill.settle()


CASES = [Case("F14", "one document in ten comes twice, all of them up to half an hour late and in another order",
              "the same is open as on a line where nothing is late; what is refused is a cancellation before its invoice",
              play, "no_identity", play_control, seconds=50, checked=False)]
