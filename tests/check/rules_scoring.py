"""What scoring promises: the credit of every customer is what follows from the ledger's timeline, in the topic and in
Redis.

Scores and bands are not computed again here: that would be the scorecard's code a second time. What they are made
from is.
"""
import collections
import datetime

from facts import CREDIT, LEDGER, SUSPENSE, WARNINGS, item_of, number_of, place

NEEDS = ("scoring", "ledger")


class Customer:
    """What the ledger's events add up to."""

    def __init__(self):
        self.amounts = collections.defaultdict(collections.Counter)  # currency -> open, unapplied, paid
        self.overdue = {}  # invoice, charge, instalment -> currency, open, days past due
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


    def update(self, item, money, days):
        """What is open on it now, so many days past due."""
        self.overdue.pop(item, None)
        if money.minor and days > 0:
            self.overdue[item] = money.currency, money.minor, days


def days_late(due_on, day):
    return (datetime.date.fromisoformat(day) - datetime.date.fromisoformat(due_on)).days


def take_invoice_posted(customer, body, _):
    customer.add(body.amount.currency, open=body.amount.minor)


take_charge_posted = take_invoice_posted


def take_credit_posted(customer, body, _):
    customer.add(body.amount.currency, unapplied=body.amount.minor)


def take_discount_granted(customer, body, _):
    customer.add(body.amount.currency, open=-body.amount.minor)
    if item_of(body) in customer.overdue:
        customer.update(item_of(body), body.open, customer.overdue[item_of(body)][2])


take_tolerance_used = take_debt_reduced = take_discount_granted


def take_allocated(customer, body, day):
    customer.add(body.amount.currency, unapplied=-body.amount.minor, paid=body.amount.minor)
    take_discount_granted(customer, body, day)


def take_debt_restored(customer, body, day):
    customer.add(body.amount.currency, open=body.amount.minor)
    customer.update(item_of(body), body.open, days_late(body.due_on, day))


def take_allocation_reversed(customer, body, day):
    customer.add(body.amount.currency, paid=0 if body.forgiven else -body.amount.minor)
    take_debt_restored(customer, body, day)


def take_invoice_settled(customer, body, _):
    customer.settled += 1
    customer.settled_late += body.days_late > 0
    customer.overdue.pop(item_of(body), None)


def take_invoice_reversed(customer, body, _):
    customer.add(body.amount.currency, open=-body.amount.minor)
    customer.overdue = {item: late for item, late in customer.overdue.items() if item[0] != body.number}


def take_written_off(customer, body, day):
    take_discount_granted(customer, body, day)
    if not body.standing:  # a small balance says nothing of who left it
        customer.written_off += 1


def take_bucket_entered(customer, body, _):
    customer.update(item_of(body), body.open, body.days_past_due)


def take_due_date_changed(customer, body, day):
    if item_of(body) in customer.overdue:
        currency, minor, _ = customer.overdue.pop(item_of(body))
        if days_late(body.due_on, day) > 0:
            customer.overdue[item_of(body)] = currency, minor, days_late(body.due_on, day)


def take_recovered(customer, body, _):
    customer.add(body.amount.currency, unapplied=-body.amount.minor)


def take_payment_reversed(customer, body, _):
    customer.add(body.amount.currency, unapplied=-body.unapplied.minor)


take_refunded = take_payment_reversed
take_money_sent = take_recovered


TAKES = {name[5:]: value for name, value in list(globals().items()) if name.startswith("take_")}


def fold(facts):
    """Customer -> what the ledger's timeline makes of it."""
    customers = collections.defaultdict(Customer)
    for record, event in facts.events(LEDGER):
        kind = event.WhichOneof("event")
        if kind in TAKES and event.customer != SUSPENSE:
            customer = customers[f"{event.creditor}/{event.customer}"]
            TAKES[kind](customer, getattr(event, kind), event.recorded_on)
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
    yield ("overdue items", {item_of(i): (i.open.currency, i.open.minor, i.days_past_due)
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
