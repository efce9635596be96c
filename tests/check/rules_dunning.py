"""What dunning promises: a reminder is issued once and ends once, reminders and requests name what is open, nothing is done
where facts are missing, and tables and topics agree.

What is open, and who is on hold, is folded from the ledger's timeline up to where dunning stood when it decided.
"""
import collections

from facts import APPROVALS, DUNNING, LEDGER, REDUCES, REOPENS, REQUESTS, SUSPENSE, item_of, posted_items
from rules_approvals import differences

NEEDS = ("dunning", "ledger", "approvals")
WAIVED = 7  # ReductionKind
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
        self.items = {}      # invoice, charge, instalment -> currency, open, due day
        self.pauses = {}     # number -> invoice, first day, day on which the clock runs again or ""
        self.holds = set()   # places of records that could not be read
        self.cleared = set()

    def set(self, item, money, due_on):
        self.items[item] = (money.currency, money.minor, due_on)
        if not money.minor:
            del self.items[item]

    def take(self, kind, body):
        if kind in ("invoice_posted", "charge_posted"):
            for item, amount, due_on in posted_items(kind, body):
                self.set(item, amount, due_on)
        elif kind in REDUCES:
            self.set(item_of(body), body.open, self.items[item_of(body)][2])
        elif kind in REOPENS:
            self.set(item_of(body), body.open, body.due_on)
        elif kind == "due_date_changed":
            self.items[item_of(body)] = (*self.items[item_of(body)][:2], body.due_on)
        elif kind == "invoice_reversed":
            self.items = {item: value for item, value in self.items.items() if item[0] != body.number}
        elif kind == "written_off":
            self.set(item_of(body), body.open, self.items.get(item_of(body), (None, None, ""))[2])
        elif kind == "held":
            self.holds.add((body.topic, body.partition, body.offset))
        elif kind == "noted":
            self.note(body.WhichOneof("note"), getattr(body, body.WhichOneof("note")))

    def note(self, kind, note):
        if kind == "hold_cleared":
            where = note.topic, note.partition, note.offset
            self.holds.discard(where)
            self.cleared.add(where)
        elif kind == "pause_started":
            self.pauses[note.number] = note.invoice_number, note.starts_on, note.ends_on
        elif kind == "pause_ended":
            self.pauses[note.pause_number] = (*self.pauses[note.pause_number][:2], note.ends_on)

    def is_paused(self, invoice, day):
        return any(of == invoice and first <= day and (not last or last > day) for of, first, last in self.pauses.values())


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


def wrong_items(items, standing, day):
    """day: dunning's open one."""
    for item in items:
        wanted = item.open.currency, item.open.minor, item.due_on
        if standing.items.get(item_of(item)) != wanted:
            yield f"{item_of(item)} as {wanted}, the ledger says {standing.items.get(item_of(item))}"
        if standing.is_paused(item.invoice_number, day):
            yield f"{item_of(item)}, which is paused on {day}"


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
    """Each item was open with that amount, due and not paused when the day ended; the total is their sum."""
    issued = [(record, event) for record, event, _ in said(facts, "reminder_issued")]
    for _, event, standings in with_standing(facts, issued):
        body = event.reminder_issued
        for fault in wrong_items(body.items, standings[event.creditor, event.customer], event.recorded_on):
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
    """Each item was open with that amount and not paused when it was asked; the amount is their sum."""
    requested = [(record, event) for record, event in facts.events(REQUESTS) if event.origin.service == "dunning"]
    for _, event, standings in with_standing(facts, requested):
        body = event.requested
        for fault in wrong_items(body.items, standings[body.creditor, body.customer], body.requested_on):
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


def restored(facts):
    """Item -> when a part of it was owed again after it was given up or sold."""
    found = {}
    for record, event in facts.events(LEDGER):
        if event.WhichOneof("event") == "debt_restored":
            where = event.creditor, event.customer, *item_of(event.debt_restored)
            found.setdefault(where, []).append(record.timestamp()[1])
    return found


def rule_an_item_stands_in_one_request(facts):
    """It is asked for again only when what was asked before has come to nothing, or was posted and is owed again."""
    nothing, again, last = came_to_nothing(facts), restored(facts), {}
    for record, event in facts.events(REQUESTS):
        body = event.requested
        for item in body.items:
            where = body.creditor, body.customer, *item_of(item)
            (before, then), now = last.get(where, (None, 0)), record.timestamp()[1]
            over = [nothing[body.creditor, before]] if (body.creditor, before) in nothing else again.get(where, [])
            if before and not any(then <= when <= now for when in over):
                yield f"{where} stands in {before} and in {body.request_id}"
            last[where] = body.request_id, now


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
            if kind == "written_off" and event.written_off.standing:
                continue
            if kind in kinds:
                states[event.creditor, getattr(event, kind).request_id] = kinds[kind]
            elif kind == "debt_reduced" and event.debt_reduced.kind == WAIVED:
                states[event.creditor, event.debt_reduced.number] = "posted"
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


def rule_dunning_knows_what_is_open(facts):
    """The ledger's open items with their days, what is unapplied by currency, and the pauses that are not over."""
    ledger, store = facts.stores["ledger"], facts.stores["dunning"]
    of_account = "JOIN account USING (task, account)"
    items = "charge, instalment, currency, open, due_on::text FROM item"
    yield from differences(
        "item", {row[:5]: row[5:] for row in store.rows(f"SELECT creditor, customer, invoice, {items}")},
        {row[:5]: row[5:] for row in ledger.rows(
            f"SELECT creditor, customer, number, {items} {of_account} WHERE open > 0")}, "ledger")
    waits = {row[:3]: row[3] for row in ledger.rows(
        f"SELECT creditor, customer, currency, sum(unapplied)::bigint FROM credit {of_account} WHERE customer <> '{SUSPENSE}'"
        " GROUP BY 1, 2, 3 HAVING sum(unapplied) > 0")}
    yield from differences("credit", {row[:3]: row[3] for row in store.rows(
        "SELECT creditor, customer, currency, unapplied FROM dunning WHERE unapplied <> 0")}, waits, "ledger")
    pauses = {row[:3]: row[3:] for row in ledger.rows(
        f"SELECT creditor, customer, number, invoice, starts_on::text, ends_on::text FROM pause {of_account}")}
    kept = {row[:3]: row[3:6] for row in store.rows(
        "SELECT creditor, customer, number, invoice, starts_on::text, ends_on::text FROM pause")}
    day = min((row[0] for row in store.rows("SELECT day::text FROM task WHERE day IS NOT NULL")), default="")
    for key in sorted(pauses.keys() | kept.keys()):
        over = key in pauses and pauses[key][2] is not None and pauses[key][2] <= day
        if kept.get(key) != pauses.get(key) and not (over and key not in kept):
            yield f"pause {key}: dunning has {kept.get(key)}, the ledger {pauses.get(key)}"


def rule_no_attempt_is_forgotten(facts):
    """What was begun has an outcome, and every outcome is known to the step."""
    for row in facts.stores["dunning"].rows("SELECT intent, attempt, outcome, taken FROM dispatch"
                                            " WHERE claimed_at IS NOT NULL AND (outcome IS NULL OR NOT taken)"):
        yield f"{row[0]}, attempt {row[1]}: outcome {row[2]}, known to the step: {row[3]}"
