"""What the ledger promises: every input answered once, and books that balance and agree with what it says."""
import collections

from facts import BILLING, LEDGER, REDUCES, REOPENS, SUSPENSE, TRANSFERS, cause_of, item_of, place, posted_items, repeated_ticks

NEEDS = ("ledger",)
# Which field of billing events names a document, and under which kind the ledger keeps it.
DOCUMENTS = {"invoice_issued": "invoice", "credit_note_issued": "credit_note", "invoice_cancelled": "cancellation",
             "payment_received": "payment", "write_off_proposed": "write_off_proposal",
             "reminder_settled": "reminder_settlement", "reminder_resend_requested": "reminder_resend",
             "debit_note_issued": "debit_note", "fee_charged": "fee", "payment_reversed": "payment_reversal",
             "refund_paid": "refund", "payment_moved": "payment_move", "due_date_extended": "due_date_extension", "pause_started": "pause",
             "pause_ended": "pause_end", "invoice_milestone_reached": "milestone", "debt_reduced": "debt_reduction",
             "debt_restructured": "restructuring", "debt_bought_back": "buy_back", "debt_reinstated": "reinstatement",
             "balance_agreed": "balance_agreement", "balance_disputed": "balance_dispute"}
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
    """What an account's row says of its invoices, credits and holds, without which they would not be looked at. In suspense no
    credit is: there is nothing to be paid."""
    of_account = "(x.task, x.account) = (a.task, a.account)"
    for row in facts.stores["ledger"].rows(
            "SELECT * FROM (SELECT creditor, customer, open_total, has_credit, is_held,"
            f" (SELECT coalesce(sum(open), 0) FROM item x WHERE {of_account}) AS open,"
            f" customer <> '{SUSPENSE}' AND EXISTS (SELECT FROM credit x WHERE unapplied > 0 AND {of_account}) AS credit,"
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


class Books:
    """What the timeline adds up to: items by (creditor, customer, invoice, charge, instalment), credits by (creditor,
    customer, kind, number)."""

    def __init__(self):
        self.open, self.given_up, self.due = collections.Counter(), collections.Counter(), {}
        self.unapplied, self.reversed, self.credits = collections.Counter(), collections.Counter(), {}
        self.faults = []

    def take(self, event):
        name = event.WhichOneof("event")
        body, account = getattr(event, name), (event.creditor, event.customer)
        taker = getattr(self, f"take_{name}", None)
        if taker:
            taker(account, body)
        elif name in REDUCES or name in REOPENS:
            self.move(account + item_of(body), body)

    def move(self, item, body):
        name = body.DESCRIPTOR.name
        self.open[item] += body.amount.minor if name in ("AllocationReversed", "DebtRestored") else -body.amount.minor
        if self.open[item] != body.open.minor:
            self.faults.append(f"{name} of {item} says {body.open.minor} is open, the events before it leave {self.open[item]}")

    def take_invoice_posted(self, account, body):
        for item, amount, due_on in posted_items("invoice_posted", body):
            self.open[account + item] += amount.minor
            self.due[account + item] = due_on

    def take_charge_posted(self, account, body):
        self.open[account + item_of(body)] += body.amount.minor
        self.due[account + item_of(body)] = body.due_on

    def take_credit_posted(self, account, body):
        credit = account + (body.kind, body.number)
        self.unapplied[credit] += body.amount.minor
        self.credits[credit] = body.effective_on, body.kind, body.number, body.amount.currency

    def take_allocated(self, account, body):
        self.move(account + item_of(body), body)
        self.unapplied[account + (body.kind, body.number)] -= body.amount.minor

    def take_invoice_reversed(self, account, body):
        for item in [item for item in self.open if item[:3] == account + (body.number,)]:
            self.open[item] = 0

    def take_written_off(self, account, body):
        self.open[account + item_of(body)] -= body.amount.minor
        self.given_up[account + item_of(body)] += body.amount.minor

    def take_recovered(self, account, body):
        self.given_up[account + item_of(body)] -= body.amount.minor
        self.unapplied[account + (1, body.payment_number)] -= body.amount.minor

    def take_recovery_reversed(self, account, body):
        self.given_up[account + item_of(body)] += body.amount.minor

    def take_debt_restored(self, account, body):
        self.move(account + item_of(body), body)
        if body.kind == 2:  # it had been written off
            self.given_up[account + item_of(body)] -= body.amount.minor

    def take_due_date_changed(self, account, body):
        self.due[account + item_of(body)] = body.due_on

    def take_payment_reversed(self, account, body):
        credit = account + (1, body.payment_number)
        if body.unapplied.minor != min(self.unapplied[credit], body.amount.minor):
            self.faults.append(f"{body.number} takes {body.unapplied.minor} of {self.unapplied[credit]} unapplied of {credit}")
        self.unapplied[credit] -= body.unapplied.minor
        self.reversed[credit] += body.amount.minor

    def take_money_sent(self, account, body):
        credit = account + (1, body.payment_number)
        self.unapplied[credit] -= body.amount.minor
        if self.unapplied[credit] != body.unapplied.minor:
            self.faults.append(f"{body.transfer_id} leaves {body.unapplied.minor} of {credit}, the events before it {self.unapplied[credit]}")

    def take_refunded(self, account, body):
        """The oldest first, of its currency."""
        left = body.unapplied.minor
        for credit in sorted((c for c in self.credits if c[:2] == account and self.credits[c][3] == body.amount.currency),
                             key=self.credits.get):
            taken = min(left, self.unapplied[credit])
            self.unapplied[credit] -= taken
            left -= taken
        if left:
            self.faults.append(f"{body.number} gives back {left} more than was unapplied")


def books_of(facts):
    books = Books()
    for _, event in facts.events(LEDGER):
        books.take(event)
    return books


def rule_topic_folds_to_the_tables(facts):
    """Who only reads the topic knows the same open items, with their days, and the same unapplied credit."""
    books, store = books_of(facts), facts.stores["ledger"]
    yield from books.faults
    items = {row[:5]: row[5:] for row in store.rows(
        f"SELECT creditor, customer, number, charge, instalment, open, written_off, due_on::text FROM item {OF_ACCOUNT}")}
    for item in sorted(items.keys() | books.due.keys()):
        said = books.open[item], books.given_up[item], books.due.get(item)
        if items.get(item) != said:
            yield f"item {item}: open, given up and due are {items.get(item)}, the topic says {said}"
    credits = {row[:4]: row[4:] for row in store.rows(
        "SELECT creditor, customer, CASE kind WHEN 'payment' THEN 1 ELSE 2 END, number, unapplied, reversed"
        f" FROM credit {OF_ACCOUNT}")}
    for credit in sorted(credits.keys() | books.credits.keys()):
        said = books.unapplied[credit], books.reversed[credit]
        if credits.get(credit) != said:
            yield f"credit {credit}: unapplied and reversed are {credits.get(credit)}, the topic says {said}"


def rule_what_is_gone_is_accounted_for(facts):
    """Of a payment that is reversed, and of a refund: what was unapplied, what it had paid or recovered, what was called back
    from others, and what is owed from it are its amount."""
    gone, found = {}, collections.Counter()
    for record, event in facts.events(LEDGER):
        name = event.WhichOneof("event")
        body, cause = getattr(event, name), cause_of(event)
        if name in ("payment_reversed", "refunded"):
            gone[cause] = body.number, body.amount.minor
            found[cause] += body.unapplied.minor
        elif name in ("recovery_reversed", "money_recalled") or name == "allocation_reversed" and not body.forgiven:
            found[cause] += body.amount.minor
        elif name == "invoice_posted" and cause in gone:
            found[cause] += body.amount.minor
    for cause, (number, minor) in gone.items():
        if found[cause] != minor:
            yield f"{number} takes {minor} back, of which {found[cause]} is accounted for"


def said_to_others(facts):
    """What the timelines say was sent or called back: by its id, (creditor, receiver, amount)."""
    said = {}
    for _, event in facts.events(LEDGER):
        if event.HasField("money_sent"):
            body = event.money_sent
            said[event.creditor, body.transfer_id, body.to_customer] = body.amount.currency, body.amount.minor
        elif event.HasField("money_recalled"):
            body = event.money_recalled
            said[event.creditor, body.recall_id, body.from_customer] = body.amount.currency, body.amount.minor
    return said


def taken_from_others(facts):
    """What the timelines say has arrived, and was given back."""
    taken = {}
    for _, event in facts.events(LEDGER):
        if event.HasField("credit_posted") and event.credit_posted.from_customer:
            body = event.credit_posted
        elif event.HasField("payment_reversed") and event.payment_reversed.recalled:
            body = event.payment_reversed
        else:
            continue
        taken[event.creditor, body.number, event.customer] = body.amount.currency, body.amount.minor
    return taken


def rule_every_transfer_arrives(facts):
    """What one account says it sent is what was sent, and what another says it got: each transfer out has its in."""
    said, taken, sent = said_to_others(facts), taken_from_others(facts), {}
    for _, event in facts.events(TRANSFERS):
        body = getattr(event, event.WhichOneof("event"))
        number = body.recall_id if event.HasField("recalled") else body.transfer_id
        sent[event.creditor, number, event.customer] = body.amount.currency, body.amount.minor
    for transfer in sorted(said.keys() | sent.keys() | taken.keys()):
        if not said.get(transfer) == sent.get(transfer) == taken.get(transfer):
            yield (f"transfer {transfer}: {said.get(transfer)} was said, {sent.get(transfer)} sent, "
                   f"{taken.get(transfer)} taken")


def rule_nothing_stays_in_transit(facts):
    """The account of what is on its way comes to 0, and so does each transfer on it."""
    for row in facts.stores["ledger"].rows(
            "SELECT creditor, currency, sum(amount) FROM balance WHERE gl = 'in_transit' GROUP BY 1, 2 HAVING sum(amount) <> 0"):
        yield f"in transit at {row[0]} is {row[2]} {row[1]}"


def rule_entries_are_written_in_turn(facts):
    """The epoch of an account's entries never goes back."""
    for row in facts.stores["ledger"].rows(
            "SELECT creditor, customer, entry FROM (SELECT *, max(epoch) OVER (PARTITION BY task, account "
            f"ORDER BY entry) AS highest FROM entry) e {OF_ACCOUNT} WHERE epoch < highest"):
        yield f"entry {row[2]} of {row[0]}/{row[1]} was written by an owner that had lost the task"
