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


def fees_owed(facts):
    """One for each reminder that went out; one that came back and goes out once more is charged again."""
    charged = set()
    for reminder, what, attempt in news(facts):
        if what == "sent" and reminder not in charged:
            charged.add(reminder)
            yield (*reminder[:2], f"~{reminder[2]}.{attempt}")
        elif what in ("failed", "withdrawn"):
            charged.discard(reminder)


def rule_a_reminder_costs_once(facts):
    """All of a creditor's that cost something do so once; where the rules charge for none, none is charged."""
    charged = collections.Counter((event.creditor, event.customer, event.charge_posted.number)
                                  for _, event in facts.events(LEDGER)
                                  if event.HasField("charge_posted") and event.charge_posted.number.startswith("~"))
    creditors = {creditor for creditor, _, _ in charged}
    owed = collections.Counter(fee for fee in fees_owed(facts) if fee[0] in creditors)
    yield from differences("fee", charged, owed)
