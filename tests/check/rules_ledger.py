"""What the ledger promises: every input answered once, and books that balance and agree with what it says."""
import collections

from facts import BILLING, LEDGER, cause_of, place, repeated_ticks

NEEDS = ("ledger",)
# Which field of billing events names a document, and under which kind the ledger keeps it.
DOCUMENTS = {"invoice_issued": "invoice", "credit_note_issued": "credit_note", "invoice_cancelled": "cancellation",
             "payment_received": "payment", "write_off_proposed": "write_off_proposal",
             "reminder_settled": "reminder_settlement", "reminder_resend_requested": "reminder_resend"}
# Whose a row is; one of no account stays, without names.
OF_ACCOUNT = "LEFT JOIN account USING (task, account)"


def documents_of(facts):
    """The accepted or refused documents by identity: first record, and the others with that identity."""
    found = collections.OrderedDict()
    for record, message in facts.messages(BILLING):
        kind = DOCUMENTS.get(message.WhichOneof("event"))
        if kind:
            body = getattr(message, message.WhichOneof("event"))
            found.setdefault((body.creditor, body.customer, kind, body.number), []).append(record)
    return found


def repeated_documents(facts, answered):
    """Places of records that say an earlier document again to the letter; a fault is one that had an effect. What was
    refused is not remembered: sent again it is new."""
    repeats, faults = set(), []
    refused = {cause_of(event) for _, event in facts.events(LEDGER) if event.HasField("input_refused")}
    for identity, records in documents_of(facts).items():
        values = set()
        for record in records:
            if record.value() in values:
                repeats.add(place(record))
                if answered[place(record)]:
                    faults.append(f"doubled: {place(record)} repeats {identity} and had an effect")
            if place(record) not in refused:
                values.add(record.value())
    return repeats, faults


def rule_every_input_has_its_answer(facts):
    """Each record of the input has an event or a dead letter, unless it repeats an accepted document to the letter, or is a
    tick that repeats another."""
    answered = collections.Counter(cause_of(event) for _, event in facts.events(LEDGER))
    repeats, faults = repeated_documents(facts, answered)
    yield from faults
    silent = repeats | repeated_ticks(facts, BILLING) | set(facts.dead(BILLING, "ledger"))
    for where in map(place, facts.records[BILLING]):
        if not answered[where] and where not in silent:
            yield f"lost: {where} has neither an event nor a dead letter"


def rule_every_document_is_posted_once(facts):
    """One posting for each accepted document, in the topic and in the tables."""
    posted = collections.Counter()
    for _, event in facts.events(LEDGER):
        name = event.WhichOneof("event")
        if name == "invoice_posted":
            posted[event.creditor, event.customer, "invoice", event.invoice_posted.number] += 1
        elif name == "credit_posted":
            kind = "payment" if event.credit_posted.kind == 1 else "credit_note"
            posted[event.creditor, event.customer, kind, event.credit_posted.number] += 1
    for identity, count in posted.items():
        if count != 1:
            yield f"doubled: {identity} was posted {count} times"
    kept = set(facts.stores["ledger"].rows(
        "SELECT creditor, customer, kind, number FROM (SELECT task, account, 'invoice' AS kind, number FROM item UNION "
        f"SELECT task, account, kind, number FROM credit) d {OF_ACCOUNT}"))
    for identity in kept - set(posted):
        yield f"in the tables and not in the topic: {identity}"
    for identity in set(posted) - kept:
        yield f"in the topic and not in the tables: {identity}"


def rule_entries_have_no_gaps(facts):
    """An account's entries are numbered 1, 2, 3 ... That debits are credits is in the shape of a row."""
    for row in facts.stores["ledger"].rows(
            f"SELECT creditor, customer, max(entry), count(*) FROM entry {OF_ACCOUNT} GROUP BY 1, 2 "
            "HAVING max(entry) <> count(*)"):
        yield f"entries of {row[0]}/{row[1]} have gaps: {row[3]} of {row[2]}"


def rule_accounts_know_what_they_have(facts):
    """What an account's row says of its invoices, credits and holds, without which they would not be looked at."""
    of_account = "(x.task, x.account) = (a.task, a.account)"
    for row in facts.stores["ledger"].rows(
            "SELECT * FROM (SELECT creditor, customer, open_total, has_credit, is_held,"
            f" (SELECT coalesce(sum(open), 0) FROM item x WHERE {of_account}) AS open,"
            f" EXISTS (SELECT FROM credit x WHERE unapplied > 0 AND {of_account}) AS credit,"
            f" EXISTS (SELECT FROM hold x WHERE cleared_on IS NULL AND {of_account}) AS held FROM account a) f"
            " WHERE (open_total, has_credit, is_held) <> (open, credit, held)"):
        yield f"account {row[0]}/{row[1]} says {row[2:5]} of what is open, unapplied and held, there is {row[5:]}"


def rule_balances_are_sums_of_legs(facts):
    """What is stored as a balance is the fold of the journal."""
    for row in facts.stores["ledger"].rows(
            "SELECT task, creditor, gl, currency, coalesce(b.amount, 0), coalesce(l.amount, 0) "
            "FROM balance b FULL JOIN (SELECT task, creditor, gl, currency, sum(amount) AS amount FROM leg "
            "GROUP BY 1, 2, 3, 4) l USING (task, creditor, gl, currency) "
            "WHERE coalesce(b.amount, 0) <> coalesce(l.amount, 0)"):
        yield f"balance of {row[1]} {row[2]} {row[3]} in task {row[0]} is {row[4]}, its legs sum to {row[5]}"


def rule_open_items_are_sums_of_legs(facts):
    """What is open on an invoice is what its receivable legs leave, never below zero."""
    for row in facts.stores["ledger"].rows(
            "SELECT creditor, customer, number, open, moved FROM (SELECT task, account, number, open, "
            "coalesce(sum(r.moved), 0) AS moved FROM item LEFT JOIN receivable r USING (task, account, number, charge, instalment) "
            f"GROUP BY task, account, number, charge, instalment, open) i {OF_ACCOUNT} WHERE open <> moved OR open < 0"):
        yield f"invoice {row[2]} of {row[0]}/{row[1]} has {row[3]} open, its legs leave {row[4]}"


def rule_topic_folds_to_the_tables(facts):
    """Who only reads the topic knows the same open items and the same unapplied credit."""
    open_items, unapplied = collections.Counter(), collections.Counter()
    for _, event in facts.events(LEDGER):
        name = event.WhichOneof("event")
        body = getattr(event, name)
        account = (event.creditor, event.customer)
        if name == "invoice_posted":
            for number, part in enumerate(body.instalments, 1):
                open_items[account + (body.number, 0, number)] += part.amount.minor
            if not body.instalments:
                open_items[account + (body.number, 0, 0)] += body.amount.minor
        elif name == "credit_posted":
            unapplied[account + (body.kind, body.number)] += body.amount.minor
        elif name == "allocated":
            open_items[account + (body.invoice_number, body.charge, body.instalment)] -= body.amount.minor
            unapplied[account + (body.kind, body.number)] -= body.amount.minor
        elif name == "invoice_reversed":
            for item in [item for item in open_items if item[:3] == account + (body.number,)]:
                del open_items[item]
        elif name == "written_off":
            open_items[account + (body.number, body.charge, body.instalment)] -= body.amount.minor
        elif name == "recovered":
            unapplied[account + (1, body.payment_number)] -= body.amount.minor
    for *item, amount in facts.stores["ledger"].rows(
            f"SELECT creditor, customer, number, charge, instalment, open FROM item {OF_ACCOUNT}"):
        creditor, customer, number = item[:3]
        if open_items.pop(tuple(item), 0) != amount:
            yield f"invoice {number} of {creditor}/{customer}: the topic does not say that {amount} is open"
    for creditor, customer, kind, number, amount in facts.stores["ledger"].rows(
            f"SELECT creditor, customer, kind, number, unapplied FROM credit {OF_ACCOUNT}"):
        if unapplied.pop((creditor, customer, 1 if kind == "payment" else 2, number), 0) != amount:
            yield f"{kind} {number} of {creditor}/{customer}: the topic does not say that {amount} is unapplied"
    for key in [k for k, v in (open_items + unapplied).items() if v]:
        yield f"the topic knows of {key}, the tables do not"


def rule_entries_are_written_in_turn(facts):
    """The epoch of an account's entries never goes back."""
    for row in facts.stores["ledger"].rows(
            "SELECT creditor, customer, entry FROM (SELECT *, max(epoch) OVER (PARTITION BY task, account "
            f"ORDER BY entry) AS highest FROM entry) e {OF_ACCOUNT} WHERE epoch < highest"):
        yield f"entry {row[2]} of {row[0]}/{row[1]} was written by an owner that had lost the task"
