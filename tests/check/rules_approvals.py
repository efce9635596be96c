"""What approvals promises: every request taken up once, every decision answered once, and what was approved done once."""
import collections

from facts import APPROVALS, DECISIONS, LEDGER, REQUESTS, cause_of, item_of, place, repeated_ticks

NEEDS = ("approvals",)
ANSWERS = ("approved", "rejected", "decision_refused")
WAIVED = 7  # of DebtReduced.kind
# How the table calls what the topic says of a decision that did not count.
REFUSALS = {1: "unknown_request", 2: "already_decided", 3: "bad_signature", 4: "no_authority", 5: "own_request",
            6: "other_facts", 7: "out_of_time"}


def said(facts, *kinds):
    """(event, its body) of those kinds."""
    for _, event in facts.events(APPROVALS):
        if event.WhichOneof("event") in kinds:
            yield event, getattr(event, event.WhichOneof("event"))


def request_of(event, body):
    return event.creditor, body.request_id


def rule_every_request_is_taken_up_once(facts):
    """Received and put before a tier once, however often it was written; nothing is received that nobody asked for."""
    asked = {(m.requested.creditor, m.requested.request_id) for _, m in facts.messages(REQUESTS)}
    for kind in ("received", "routed"):
        counts = collections.Counter(request_of(*pair) for pair in said(facts, kind))
        for request in asked - set(counts):
            yield f"lost: {request} was never {kind}"
        for request in set(counts) - asked:
            yield f"{request} was {kind} and never asked for"
        for request in (request for request, count in counts.items() if count > 1):
            yield f"doubled: {request} was {kind} {counts[request]} times"


def rule_every_decision_is_answered_once(facts):
    """Each record of decisions has one event or one dead letter: it counted, or it is said why not."""
    answers = collections.Counter(cause_of(event) for event, _ in said(facts, *ANSWERS))
    days = {cause_of(event) for event, _ in said(facts, "day_opened", "day_closed")}
    letters = collections.Counter(facts.dead(DECISIONS, "approvals"))
    ticks = repeated_ticks(facts, DECISIONS) | days
    for where in map(place, facts.records[DECISIONS]):
        count = answers[where] + letters[where] + (where in ticks)
        if count != 1:
            yield (f"lost: {where} has neither an event nor a dead letter" if count == 0 else
                   f"doubled: {where} was answered {count} times")


def rule_a_request_is_decided_at_most_once(facts):
    """Approved or rejected, never both and never twice."""
    counts = collections.Counter(request_of(*pair) for pair in said(facts, "approved", "rejected"))
    for request, count in counts.items():
        if count > 1:
            yield f"doubled: {request} was decided {count} times"


def ledger_answers(facts):
    """Request -> the items given up for it, and how often it was refused; without those under a standing approval."""
    written, refused = collections.defaultdict(list), collections.Counter()
    for _, event in facts.events(LEDGER):
        kind = event.WhichOneof("event")
        if kind == "written_off":
            body = event.written_off
            if body.standing:
                continue
            written[request_of(event, body)].append((event.customer, item_of(body), body.amount.currency, body.amount.minor))
        elif kind == "debt_reduced" and event.debt_reduced.kind == WAIVED:
            body = event.debt_reduced
            written[event.creditor, body.number].append((event.customer, item_of(body), body.amount.currency, body.amount.minor))
        elif kind == "write_off_refused":
            refused[request_of(event, event.write_off_refused)] += 1
    return written, refused


def given_up(item):
    """Currency and minor units of what is given up of an item: all that is open, where no part is named."""
    money = item.amount if item.HasField("amount") else item.open
    return money.currency, money.minor


def rule_an_approved_write_off_is_done_once(facts):
    """The ledger posts exactly the approved items, or refuses once; nothing is written off that was not approved."""
    if not facts.has("ledger"):
        return
    approved = {request_of(event, body): sorted((event.customer, item_of(i), *given_up(i)) for i in body.items)
                for event, body in said(facts, "approved")}
    written, refused = ledger_answers(facts)
    for request, items in approved.items():
        if not written[request] and not refused[request]:
            yield f"lost: {request} was approved, and neither posted nor refused"
        elif refused[request] + bool(written[request]) > 1:
            yield f"doubled: {request} was posted {len(written[request])} times and refused {refused[request]} times"
        elif written[request] and sorted(written[request]) != items:
            yield f"{request} was approved for {items}, posted were {sorted(written[request])}"
    for request in (set(written) | set(refused)) - set(approved):
        if written[request] or refused[request]:
            yield f"{request} was posted or refused and never approved"


def rule_items_are_kept_as_they_were_asked_for(facts):
    """Of every request that was taken up: its items, by instalment and charge."""
    kept = collections.defaultdict(list)
    for *request, position, invoice, charge, instalment, minor, due_on in facts.stores["approvals"].rows(
            "SELECT creditor, request, position, invoice, charge, instalment, open, due_on::text FROM request_item"
            " ORDER BY 1, 2, 3"):
        kept[tuple(request)].append(((invoice, charge, instalment), minor, due_on))
    asked = {(m.requested.creditor, m.requested.request_id): [(item_of(i), i.open.minor, i.due_on) for i in m.requested.items]
             for _, m in facts.events(REQUESTS)}
    yield from differences("items of request", kept, {request: asked.get(request) for request in kept})


def decisions_said(facts):
    """(task, offset) of each decision -> (request, answer, state), as the topic says."""
    found = {}
    for event, body in said(facts, *ANSWERS):
        where, kind = cause_of(event), event.WhichOneof("event")
        counted = kind != "decision_refused"
        if where and where[0] == DECISIONS:
            found[where[1:]] = (body.request_id, "done" if counted else REFUSALS[body.reason], kind if counted else "")
    return found


def differences(what, rows, events, witness="topic"):
    """Of two tables that should be one."""
    for key in sorted(rows.keys() | events.keys()):
        if rows.get(key) != events.get(key):
            yield f"{what} {key}: the table has {rows.get(key)}, the {witness} says {events.get(key)}"


def rule_tables_are_what_the_topic_says(facts):
    """Requests and decisions, counted or not, with the very bytes that were signed."""
    store = facts.stores["approvals"]
    requests = {row[:2]: row[2:] for row in store.rows(
        "SELECT creditor, request, customer, currency, amount, requester, encode(hash, 'hex') FROM request")}
    yield from differences("request", requests, {
        request_of(event, body): (event.customer, body.amount.currency, body.amount.minor, body.requester,
                                  body.request_hash.hex()) for event, body in said(facts, "received")})
    decisions = {row[:2]: row[2:] for row in store.rows(
        "SELECT task, record_offset, request, answer, state FROM decision")}
    yield from differences("decision", decisions, decisions_said(facts))
    kept = {row[:2]: bytes(row[2]) for row in store.rows("SELECT task, record_offset, payload FROM decision")}
    for record, message in facts.messages(DECISIONS):
        if message.WhichOneof("event") == "decision":
            payload = kept.get((record.partition(), record.offset()), message.decision.payload)
            if payload != message.decision.payload:
                yield f"decision {place(record)} is kept with other bytes than were signed"
