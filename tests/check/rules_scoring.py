"""What scoring promises: the credit of every customer is what follows from the ledger's timeline, in the topic and in
Redis.

Scores and bands are not computed again here: that would be the scorecard's code a second time. What they are made
from is.
"""
import collections

from facts import CREDIT, LEDGER, WARNINGS, number_of, place

NEEDS = ("scoring", "ledger")


class Customer:
    """What the ledger's events add up to."""

    def __init__(self):
        self.amounts = collections.defaultdict(collections.Counter)  # currency -> open, unapplied, paid
        self.overdue = {}  # invoice -> currency, open, days past due
        self.settled = self.settled_late = self.written_off = self.changes = 0
        self.applied = {}

    def add(self, currency, **changes):
        for name, minor in changes.items():
            self.amounts[currency][name] += minor

    def figures(self):
        """By currency, with what is overdue of it."""
        late = collections.Counter()
        for currency, minor, _ in self.overdue.values():
            late[currency] += minor
        return {currency: (amounts["open"], late[currency], amounts["unapplied"], amounts["paid"])
                for currency, amounts in self.amounts.items()}


def take_invoice_posted(customer, body):
    customer.add(body.amount.currency, open=body.amount.minor)


def take_credit_posted(customer, body):
    customer.add(body.amount.currency, unapplied=body.amount.minor)


def take_allocated(customer, body):
    minor = body.amount.minor
    customer.add(body.amount.currency, open=-minor, unapplied=-minor, paid=minor)
    if body.invoice_number in customer.overdue:
        customer.overdue[body.invoice_number] = (body.open.currency, body.open.minor,
                                                 customer.overdue[body.invoice_number][2])


def take_invoice_settled(customer, body):
    customer.settled += 1
    customer.settled_late += body.days_late > 0
    customer.overdue.pop(body.number, None)


def take_invoice_reversed(customer, body):
    customer.add(body.amount.currency, open=-body.amount.minor)
    customer.overdue.pop(body.number, None)


def take_written_off(customer, body):
    take_invoice_reversed(customer, body)
    customer.written_off += 1


def take_bucket_entered(customer, body):
    customer.overdue[body.number] = (body.open.currency, body.open.minor, body.days_past_due)


def take_recovered(customer, body):
    customer.add(body.amount.currency, unapplied=-body.amount.minor)


TAKES = {name[5:]: value for name, value in list(globals().items()) if name.startswith("take_")}


def fold(facts):
    """Customer -> what the ledger's timeline makes of it."""
    customers = collections.defaultdict(Customer)
    for record, event in facts.events(LEDGER):
        kind = event.WhichOneof("event")
        if kind in TAKES:
            customer = customers[f"{event.creditor}/{event.customer}"]
            TAKES[kind](customer, getattr(event, kind))
            (service, task, _, _), seq = number_of(record)
            customer.applied[LEDGER, service, task] = seq
            customer.changes += 1
    return customers


def highest(facts):
    """Customer -> (epoch, version), record, state: the highest of each key, never the last."""
    found = {}
    for record, message in facts.messages(CREDIT):
        if message.WhichOneof("record") == "state":
            key, order = record.key().decode(), (message.epoch, message.state.version)
            if key not in found or order > found[key][0]:
                found[key] = order, record, message.state
    return found


def figures_of(state):
    return {e.open.currency: (e.open.minor, e.overdue.minor, e.unapplied.minor, e.paid.minor) for e in state.exposures}


def comparisons(state, customer):
    """What is compared: name, what the state has, what follows from the ledger."""
    yield "open, overdue, unapplied, paid", figures_of(state), customer.figures()
    yield "settled", (state.settled_count, state.settled_late_count), (customer.settled, customer.settled_late)
    yield "written off", state.written_off_count, customer.written_off
    yield ("overdue invoices", {i.number: (i.open.currency, i.open.minor, i.days_past_due)
                                for i in state.overdue_invoices}, customer.overdue)
    yield "events taken in", {(a.topic, a.service, a.task): a.seq for a in state.applied}, customer.applied
    yield "version", state.version, customer.changes


def rule_credit_is_the_fold_of_the_ledger(facts):
    """Every event counted once: a lost or doubled one changes an amount, a count or the version."""
    states, customers = highest(facts), fold(facts)
    for key in sorted(states.keys() | customers.keys()):
        if key not in states:
            yield f"{key} has no credit state"
            continue
        for what, has, wanted in comparisons(states[key][2], customers[key]):
            if has != wanted:
                yield f"{key}: {what} is {has}, the ledger says {wanted}"


def rule_redis_holds_what_the_topic_says(facts):
    """The very record that is the highest of its key."""
    store = facts.stores["scoring"]
    held = {(task, key.decode()): value for task in store.tasks for key, value in store.hash(task, "states").items()}
    said = {(record.partition(), key): record.value() for key, (_, record, _) in highest(facts).items()}
    for task, key in sorted(held.keys() | said.keys()):
        if held.get((task, key)) != said.get((task, key)):
            yield f"{key}: Redis holds another state than the highest of the topic, or one of them has none"


def rule_warnings_are_said(facts):
    """An open warning was said; said again it has the same content."""
    first = {}
    for record, message in facts.messages(WARNINGS):
        if first.setdefault(message.id, record.value()) != record.value():
            yield f"{place(record)}: warning {message.id} came before with other content"
    for key, (_, _, state) in highest(facts).items():
        for warning in state.open_warnings:
            if warning.id not in first:
                yield f"lost: {key} has the open warning {warning.id}, which was never said"
