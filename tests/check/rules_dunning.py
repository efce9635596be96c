"""What dunning promises: a reminder is issued once and ends once, reminders and requests name what is open, nothing is done
where facts are missing, and tables and topics agree.

What is open, and who is on hold, is folded from the ledger's timeline up to where dunning stood when it decided.
"""
import collections

from facts import APPROVALS, DUNNING, LEDGER, REQUESTS
from rules_approvals import differences

NEEDS = ("dunning", "ledger", "approvals")
ENDS = {"reminder_sent": "sent", "reminder_failed": "failed", "reminder_uncertain": "uncertain",
        "reminder_withdrawn": "withdrawn"}


def said(facts, *kinds):
    """(record, event, its body) of those kinds."""
    for record, event in facts.events(DUNNING):
        if event.WhichOneof("event") in kinds:
            yield record, event, getattr(event, event.WhichOneof("event"))


def ends(facts):
    """(creditor, reminder, attempt), how it ended, who said so."""
    for _, event, body in said(facts, *ENDS):
        yield (event.creditor, body.reminder_id, body.attempt), ENDS[event.WhichOneof("event")], getattr(body, "said_by", "")


# ---- what dunning knew

class Standing:
    """One account, as the ledger has told it so far."""

    def __init__(self):
        self.items = {}      # invoice -> currency, open, due day
        self.holds = set()   # places of records that could not be read
        self.cleared = set()

    def take(self, kind, body):
        if kind == "invoice_posted":
            self.items[body.number] = (body.amount.currency, body.amount.minor, body.due_on)
        elif kind == "allocated":
            due_on = self.items.pop(body.invoice_number)[2]
            if body.open.minor:
                self.items[body.invoice_number] = (body.open.currency, body.open.minor, due_on)
        elif kind in ("invoice_reversed", "written_off"):
            self.items.pop(body.number, None)
        elif kind == "held":
            self.holds.add((body.topic, body.partition, body.offset))
        elif kind == "noted" and body.WhichOneof("note") == "hold_cleared":
            where = body.hold_cleared.topic, body.hold_cleared.partition, body.hold_cleared.offset
            self.holds.discard(where)
            self.cleared.add(where)


def decided_at(facts, events):
    """{(partition of the ledger's topic, offset): [(record, event)]}: up to where dunning had read when it said that."""
    closes = {(record.partition(), event.day_closed.day): record.offset() for record, event in facts.events(LEDGER)
              if event.WhichOneof("event") == "day_closed"}
    found = collections.defaultdict(list)
    for record, event in events:
        cause = getattr(event.cause, event.cause.WhichOneof("cause"))
        offset = closes[event.origin.task, cause] if isinstance(cause, str) else cause.offset
        found[event.origin.task, offset].append((record, event))
    return found


def with_standing(facts, events):
    """(record, event, standings of its partition then): the standings change when the next one is asked for."""
    wanted, standings = decided_at(facts, events), collections.defaultdict(lambda: collections.defaultdict(Standing))
    for record, event in facts.events(LEDGER):
        partition = standings[record.partition()]
        for decided in wanted.get((record.partition(), record.offset()), ()):
            yield *decided, partition
        kind = event.WhichOneof("event")
        if event.customer:
            partition[event.creditor, event.customer].take(kind, getattr(event, kind))


def wrong_items(items, standing):
    for item in items:
        wanted = item.open.currency, item.open.minor, item.due_on
        if standing.items.get(item.invoice_number) != wanted:
            yield f"{item.invoice_number} as {wanted}, the ledger says {standing.items.get(item.invoice_number)}"


# ---- reminders

def rule_a_reminder_is_issued_once(facts):
    """Its id is used once, and an account is written to at most once a day in each currency."""
    ids, days = collections.Counter(), collections.defaultdict(set)
    for _, event, body in said(facts, "reminder_issued"):
        ids[event.creditor, body.reminder_id] += 1
        days[event.creditor, event.customer, body.total.currency, event.recorded_on].add(body.reminder_id)
    for reminder, count in ids.items():
        if count > 1:
            yield f"doubled: {reminder} was issued {count} times"
    for where, reminders in days.items():
        if len(reminders) > 1:
            yield f"too many: {where} has {sorted(reminders)}"


def rule_an_attempt_ends_once(facts):
    """What the mail server made of it is said once, of a reminder that was issued; a person's word may follow."""
    issued = {(event.creditor, body.reminder_id) for _, event, body in said(facts, "reminder_issued")}
    known = collections.defaultdict(list)
    for attempt, how, said_by in ends(facts):
        if attempt[:2] not in issued:
            yield f"{attempt} was {how} and never issued"
        if not said_by:
            known[attempt].append(how)
    for attempt, hows in known.items():
        certain = [how for how in hows if how != "uncertain"]
        if len(certain) > 1 or hows.count("uncertain") > 1 or "uncertain" in hows[1:]:
            yield f"doubled: {attempt} was {', then '.join(hows)}"


def rule_reminders_list_what_is_overdue(facts):
    """Each item was open with that amount, and due, when the day ended; the total is their sum."""
    issued = [(record, event) for record, event, _ in said(facts, "reminder_issued")]
    for _, event, standings in with_standing(facts, issued):
        body = event.reminder_issued
        for fault in wrong_items(body.items, standings[event.creditor, event.customer]):
            yield f"{body.reminder_id} lists {fault}"
        if any(item.due_on >= event.recorded_on for item in body.items):
            yield f"{body.reminder_id} lists what is not due yet"
        if not body.items_left_out and sum(item.open.minor for item in body.items) != body.total.minor:
            yield f"{body.reminder_id} asks for {body.total.minor}, which is not the sum of its items"


def held_by_dunning(facts):
    """Account -> [(offset of its event, place)]: records that dunning itself could not read."""
    found = collections.defaultdict(list)
    for record, event, body in said(facts, "held"):
        found[event.creditor, event.customer].append((record.offset(), (body.topic, body.partition, body.offset)))
    return found


def rule_nobody_is_reminded_on_hold(facts):
    """While a record of the account lies unread, in the ledger's inputs or in dunning's, nothing is asked for."""
    own = held_by_dunning(facts)
    issued = [(record, event) for record, event, _ in said(facts, "reminder_issued")]
    for record, event, standings in with_standing(facts, issued):
        account = event.creditor, event.customer
        standing = standings[account]
        holds = standing.holds | {where for offset, where in own[account] if offset < record.offset()} - standing.cleared
        if holds:
            yield f"{event.reminder_issued.reminder_id} was issued while {account} was on hold for {sorted(holds)}"


# ---- requests

def rule_requests_list_what_is_open(facts):
    """Each item was open with that amount when it was asked; the amount is their sum."""
    requested = [(record, event) for record, event in facts.events(REQUESTS) if event.origin.service == "dunning"]
    for _, event, standings in with_standing(facts, requested):
        body = event.requested
        for fault in wrong_items(body.items, standings[body.creditor, body.customer]):
            yield f"{body.request_id} lists {fault}"
        if sum(item.open.minor for item in body.items) != body.amount.minor:
            yield f"{body.request_id} asks for {body.amount.minor}, which is not the sum of its items"


def came_to_nothing(facts):
    """Request -> when that was said: it was rejected, or approved and not posted."""
    found = {}
    for topic, kind in ((APPROVALS, "rejected"), (LEDGER, "write_off_refused")):
        for record, event in facts.events(topic):
            if event.WhichOneof("event") == kind:
                found[event.creditor, getattr(event, kind).request_id] = record.timestamp()[1]
    return found


def rule_an_item_stands_in_one_request(facts):
    """It is asked for again only when what was asked before has come to nothing."""
    nothing, last = came_to_nothing(facts), {}
    for record, event in facts.events(REQUESTS):
        body = event.requested
        for item in body.items:
            where = body.creditor, body.customer, item.invoice_number
            before = last.get(where)
            if before and nothing.get((body.creditor, before), float("inf")) > record.timestamp()[1]:
                yield f"{where} stands in {before} and in {body.request_id}"
            last[where] = body.request_id


# ---- tables

def reminders_said(facts):
    """(creditor, customer, reminder) -> what the topic makes of it."""
    found = {}
    for _, event, body in said(facts, "reminder_issued", "reminder_resent", *ENDS):
        key, kind = (event.creditor, event.customer, body.reminder_id), event.WhichOneof("event")
        if kind == "reminder_issued":
            found.setdefault(key, ("issued", 1, "", event.recorded_on, body.total.currency, body.total.minor, body.level))
        elif key in found:
            found[key] = (ENDS.get(kind, "issued"), body.attempt, getattr(body, "said_by", ""), *found[key][3:])
    return found


def requests_said(facts):
    """(creditor, request) -> customer, state, currency, amount, requester, proposal."""
    states = {}
    for topic, kinds in ((APPROVALS, {"approved": "approved", "rejected": "rejected"}),
                         (LEDGER, {"written_off": "posted", "write_off_refused": "refused"})):
        for _, event in facts.events(topic):
            kind = event.WhichOneof("event")
            if kind in kinds:
                states[event.creditor, getattr(event, kind).request_id] = kinds[kind]
    return {(b.creditor, b.request_id): (b.customer, states.get((b.creditor, b.request_id), "waiting"), b.amount.currency,
                                         b.amount.minor, b.requester, b.proposal_number)
            for b in (event.requested for _, event in facts.events(REQUESTS) if event.origin.service == "dunning")}


def rule_dunnings_tables_are_what_the_topics_say(facts):
    """Reminders and requests: every one, its state and its figures."""
    store = facts.stores["dunning"]
    reminders = {row[:3]: row[3:] for row in store.rows(
        "SELECT creditor, customer, reminder, state, attempt, said_by, issued_on::text, currency, total, level FROM reminder")}
    yield from differences("reminder", reminders, reminders_said(facts))
    requests = {row[:2]: row[2:] for row in store.rows(
        "SELECT creditor, request, customer, state, currency, amount, requester, proposal FROM request")}
    yield from differences("request", requests, requests_said(facts))


def rule_no_attempt_is_forgotten(facts):
    """What was begun has an outcome, and every outcome is known to the step."""
    for row in facts.stores["dunning"].rows("SELECT intent, attempt, outcome, taken FROM dispatch"
                                            " WHERE claimed_at IS NOT NULL AND (outcome IS NULL OR NOT taken)"):
        yield f"{row[0]}, attempt {row[1]}: outcome {row[2]}, known to the step: {row[3]}"
