"""What ledger and dunning say of the same reminders: the ledger has heard of each, and each costs its fee once."""
import collections

from facts import DUNNING, LEDGER
from rules_approvals import differences
from rules_dunning import ENDS

NEEDS = ("dunning", "ledger")
NEWS = {"reminder_issued": "issued", "reminder_resent": "resent", **ENDS}


def news(facts):
    """(creditor, customer, reminder), what became of it, the attempt; in dunning's order."""
    for _, event in facts.events(DUNNING):
        kind = event.WhichOneof("event")
        if kind in NEWS:
            body = getattr(event, kind)
            yield (event.creditor, event.customer, body.reminder_id), NEWS[kind], getattr(body, "attempt", 0)


def rule_the_ledger_has_heard_of_every_reminder(facts):
    """What the ledger knows of each is the last that dunning said."""
    said = {reminder: what for reminder, what, _ in news(facts)}
    store = facts.stores["ledger"]
    known = {row[:3]: row[3] for row in store.rows(
        "SELECT creditor, customer, reminder, news FROM reminder JOIN account USING (task, account)")}
    yield from differences("reminder", known, said)


def charges_of(facts):
    """What the ledger charged for reminders, and what of it it took back: by creditor, customer and number."""
    charged, taken_back = {}, collections.Counter()
    for _, event in facts.events(LEDGER):
        kind = event.WhichOneof("event")
        body = getattr(event, kind)
        if kind == "charge_posted" and body.number.startswith("~"):
            charged[event.creditor, event.customer, body.number] = body.amount.minor
        elif kind == "debt_reduced" and body.number.startswith("~"):
            taken_back[event.creditor, event.customer, body.number] += body.amount.minor
    return charged, taken_back


def rule_a_reminder_costs_once(facts):
    """A fee is of a reminder that went out. There is one for each, and another one only when the one before was taken back as a
    whole. Where the rules charge for none, none is charged; one about what is not owed any more costs nothing."""
    charged, taken_back = charges_of(facts)
    numbers = collections.Counter((event.creditor, event.customer, event.charge_posted.number)
                                  for _, event in facts.events(LEDGER)
                                  if event.HasField("charge_posted") and event.charge_posted.number.startswith("~"))
    standing, sent = {}, set()
    for reminder, what, attempt in news(facts):
        fee = (*reminder[:2], f"~{reminder[2]}.{attempt}")
        if what == "sent":
            sent.add(fee)
            if fee in charged and standing.get(reminder, fee) != fee:
                yield f"fee {fee}: doubled: {standing[reminder]} stands for the same reminder"
            if fee in charged:
                standing[reminder] = fee
        elif what in ("failed", "withdrawn") and reminder in standing:
            if taken_back[fee] == charged[standing[reminder]]:
                del standing[reminder]
    for fee in sorted(numbers):
        if numbers[fee] > 1 or fee not in sent:
            yield f"fee {fee}: charged {numbers[fee]} times, sent {int(fee in sent)}"
