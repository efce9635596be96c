#!/usr/bin/python3
"""Is anything lost, doubled or unbalanced? Reads topics and tables only, and shares no code with the services.

    tests/check/checker.py --bootstrap HOST:PORT --database CONNINFO --descriptors FILE

Each rule is a function that yields faults. The last line counts them; exit status 1 when there is one. To be run when the
line is quiet: while it works, what is under way would look lost.
"""
import argparse
import collections
import pathlib
import sys

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness/py"))
import contract as contract_module  # noqa: E402

BILLING, LEDGER, DEAD = "arrears.billing.v1", "arrears.ledger.v1", "arrears.billing.v1.dlq"
NUMBERED = [LEDGER, DEAD]
# Which field of billing events names a document, and under which kind the ledger keeps it.
DOCUMENTS = {"invoice_issued": "invoice", "credit_note_issued": "credit_note", "invoice_cancelled": "cancellation",
             "payment_received": "payment", "write_off_proposed": "write_off_proposal",
             "reminder_settled": "reminder_settlement", "reminder_resend_requested": "reminder_resend"}


class Facts:
    """Everything there is, read once."""

    def __init__(self, bootstrap, database, descriptors):
        self.contract = contract_module.Contract(descriptors)
        self.records = {topic: contract_module.read_all(bootstrap, topic) for topic in [BILLING] + NUMBERED}
        self.db = psycopg2.connect(database)
        self.ledger_events = [(r, self.contract.read(LEDGER, r.value())) for r in first_of_each(self.records[LEDGER])]

    def rows(self, sql):
        with self.db.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()


def header(record, name):
    for key, value in reversed(record.headers() or []):
        if key == name:
            return value.decode()
    return None


def number_of(record):
    """(service, task, topic, partition), seq: from the header that our services write."""
    name = header(record, "arrears_dead_letter_id") or header(record, "ce_id")
    service, task, topic, partition, seq = name.split("/")
    return (service, int(task), topic, int(partition)), int(seq)


def first_of_each(records):
    """A second publication has the same number: it is not a second event."""
    seen = set()
    for record in records:
        number = number_of(record)
        if number not in seen:
            seen.add(number)
            yield record


def place(record):
    return record.topic(), record.partition(), record.offset()


# ---- rules

def rule_numbers_follow_each_other(facts):
    """Per writer and partition 1, 2, 3 ...; a repetition has the same bytes."""
    for topic in NUMBERED:
        last, bytes_of = collections.Counter(), {}
        for record in facts.records[topic]:
            stream, seq = number_of(record)
            if stream[2:] != (topic, record.partition()):
                yield f"{place(record)} carries the number of another place: {stream}"
            if seq > last[stream] + 1:
                yield f"{place(record)}: number {seq} of {stream} follows {last[stream]}"
            if seq <= last[stream] and bytes_of.get((stream, seq)) != record.value():
                yield f"{place(record)}: number {seq} of {stream} came before with other bytes"
            bytes_of.setdefault((stream, seq), record.value())
            last[stream] = max(last[stream], seq)


def rule_topics_hold_the_outbox(facts):
    """What was committed was published, and nothing else."""
    published = {}
    for topic in NUMBERED:
        for record in first_of_each(facts.records[topic]):
            (_, task, _, partition), seq = number_of(record)
            published[topic, task, partition, seq] = record.value()
    written = {(topic, task, partition, seq): value for topic, task, partition, seq, value in facts.rows(
        "SELECT topic, task, partition, seq, value FROM outbox")}
    for key in written.keys() - published.keys():
        yield f"committed and never published: {key}"
    for key in published.keys() - written.keys():
        yield f"published and never committed: {key}"
    for key in written.keys() & published.keys():
        if bytes(written[key]) != published[key]:
            yield f"published with other bytes than committed: {key}"
    for task, topic, partition, seq, acked in facts.rows(
            "SELECT task, topic, partition, seq, acked_seq FROM task_output WHERE seq <> acked_seq"):
        yield f"task {task} has given {topic} [{partition}] number {seq} and knows of {acked} only"


def documents_of(facts):
    """The accepted or refused documents by identity: first record, and the others with that identity."""
    found = collections.OrderedDict()
    for record in facts.records[BILLING]:
        try:
            message = facts.contract.read(BILLING, record.value())
        except Exception:
            continue
        kind = DOCUMENTS.get(message.WhichOneof("event"))
        if kind:
            body = getattr(message, message.WhichOneof("event"))
            found.setdefault((body.creditor, body.customer, kind, body.number), []).append(record)
    return found


def rule_every_input_has_its_answer(facts):
    """Each record of the input has an event or a dead letter, unless it repeats an earlier document to the letter, or is a
    tick that repeats another."""
    answered = collections.Counter()
    for _, event in facts.ledger_events:
        if event.cause.WhichOneof("cause") == "record":
            cause = event.cause.record
            answered[cause.topic, cause.partition, cause.offset] += 1
    dead = {(header(r, "kafka_dlt-original-topic"), int(header(r, "kafka_dlt-original-partition")),
             int(header(r, "kafka_dlt-original-offset"))) for r in facts.records[DEAD]}
    repeats = set()
    for identity, records in documents_of(facts).items():
        values = set()
        for record in records:
            if record.value() in values:
                repeats.add(place(record))
                if answered[place(record)]:
                    yield f"doubled: {place(record)} repeats {identity} and had an effect"
            values.add(record.value())
    ticks = set()
    for record in facts.records[BILLING]:
        if record.key() is None:
            if (record.partition(), record.value()) in ticks:
                repeats.add(place(record))
            ticks.add((record.partition(), record.value()))
        if not answered[place(record)] and place(record) not in dead and place(record) not in repeats:
            yield f"lost: {place(record)} has neither an event nor a dead letter"


def rule_every_document_is_posted_once(facts):
    """One posting for each accepted document, in the topic and in the tables."""
    posted = collections.Counter()
    for _, event in facts.ledger_events:
        name = event.WhichOneof("event")
        if name == "invoice_posted":
            posted[event.creditor, event.customer, "invoice", event.invoice_posted.number] += 1
        elif name == "credit_posted":
            kind = "payment" if event.credit_posted.kind == 1 else "credit_note"
            posted[event.creditor, event.customer, kind, event.credit_posted.number] += 1
    for identity, count in posted.items():
        if count != 1:
            yield f"doubled: {identity} was posted {count} times"
    kept = set(facts.rows("SELECT creditor, customer, 'invoice', number FROM invoice UNION ALL "
                          "SELECT creditor, customer, kind, number FROM credit"))
    for identity in kept - set(posted):
        yield f"in the tables and not in the topic: {identity}"
    for identity in set(posted) - kept:
        yield f"in the topic and not in the tables: {identity}"


def rule_entries_balance(facts):
    """Debits are credits: for each entry, and so over all."""
    for row in facts.rows("SELECT task, creditor, customer, entry, sum(amount) FROM leg "
                          "GROUP BY task, creditor, customer, entry, currency HAVING sum(amount) <> 0"):
        yield f"unbalanced: entry {row[3]} of {row[1]}/{row[2]} is off by {row[4]}"
    for row in facts.rows("SELECT creditor, customer, entry FROM entry LEFT JOIN leg "
                          "USING (task, creditor, customer, entry) GROUP BY 1, 2, 3 HAVING count(gl) <> 2"):
        yield f"entry {row[2]} of {row[0]}/{row[1]} has not two legs"
    for row in facts.rows("SELECT creditor, customer, max(entry), count(*) FROM entry GROUP BY 1, 2 "
                          "HAVING max(entry) <> count(*)"):
        yield f"entries of {row[0]}/{row[1]} have gaps: {row[3]} of {row[2]}"


def rule_balances_are_sums_of_legs(facts):
    """What is stored as a balance is the fold of the journal."""
    for row in facts.rows(
            "SELECT task, creditor, gl, currency, coalesce(b.amount, 0), coalesce(l.amount, 0) "
            "FROM balance b FULL JOIN (SELECT task, creditor, gl, currency, sum(amount) AS amount FROM leg "
            "GROUP BY 1, 2, 3, 4) l USING (task, creditor, gl, currency) "
            "WHERE coalesce(b.amount, 0) <> coalesce(l.amount, 0)"):
        yield f"balance of {row[1]} {row[2]} {row[3]} in task {row[0]} is {row[4]}, its legs sum to {row[5]}"


def rule_open_items_are_sums_of_legs(facts):
    """What is open on an invoice is what its receivable legs leave, never below zero."""
    for row in facts.rows(
            "SELECT i.creditor, i.customer, i.number, i.open, coalesce(sum(l.amount), 0) FROM invoice i LEFT JOIN "
            "(SELECT e.creditor, e.customer, e.invoice AS number, l.amount FROM entry e JOIN leg l "
            "USING (task, creditor, customer, entry) WHERE l.gl = 'receivable') l "
            "USING (creditor, customer, number) GROUP BY 1, 2, 3, 4 "
            "HAVING i.open <> coalesce(sum(l.amount), 0) OR i.open < 0"):
        yield f"invoice {row[2]} of {row[0]}/{row[1]} has {row[3]} open, its legs leave {row[4]}"


def rule_topic_folds_to_the_tables(facts):
    """Who only reads the topic knows the same open items and the same unapplied credit."""
    open_items, unapplied = collections.Counter(), collections.Counter()
    for _, event in facts.ledger_events:
        name = event.WhichOneof("event")
        body = getattr(event, name)
        account = (event.creditor, event.customer)
        if name == "invoice_posted":
            open_items[account + (body.number,)] += body.amount.minor
        elif name == "credit_posted":
            unapplied[account + (body.kind, body.number)] += body.amount.minor
        elif name == "allocated":
            open_items[account + (body.invoice_number,)] -= body.amount.minor
            unapplied[account + (body.kind, body.number)] -= body.amount.minor
        elif name in ("invoice_reversed", "written_off"):
            open_items[account + (body.number,)] -= body.amount.minor
        elif name == "recovered":
            unapplied[account + (1, body.payment_number)] -= body.amount.minor
    for creditor, customer, number, amount in facts.rows("SELECT creditor, customer, number, open FROM invoice"):
        if open_items.pop((creditor, customer, number), 0) != amount:
            yield f"invoice {number} of {creditor}/{customer}: the topic does not say that {amount} is open"
    for creditor, customer, kind, number, amount in facts.rows(
            "SELECT creditor, customer, kind, number, unapplied FROM credit"):
        if unapplied.pop((creditor, customer, 1 if kind == "payment" else 2, number), 0) != amount:
            yield f"{kind} {number} of {creditor}/{customer}: the topic does not say that {amount} is unapplied"
    for key in [k for k, v in (open_items + unapplied).items() if v]:
        yield f"the topic knows of {key}, the tables do not"


def rule_positions_stand_at_the_ends(facts):
    """Nothing of the input is left, and the epoch of what was written never goes back."""
    ends = collections.Counter()
    for record in facts.records[BILLING]:
        ends[record.partition()] = max(ends[record.partition()], record.offset() + 1)
    for task, position in facts.rows(f"SELECT task, next FROM task_input WHERE topic = '{BILLING}'"):
        if position < ends[task]:
            yield f"task {task} stands at {position} of {BILLING}, which ends at {ends[task]}"
    for row in facts.rows("SELECT task, ordinal FROM (SELECT task, ordinal, epoch, max(epoch) OVER "
                          "(PARTITION BY task ORDER BY ordinal) AS highest FROM outbox) o WHERE epoch < highest"):
        yield f"task {row[0]}: outbox row {row[1]} was written by an owner that had lost the task"
    for row in facts.rows("SELECT creditor, customer, entry FROM (SELECT *, max(epoch) OVER (PARTITION BY "
                          "creditor, customer ORDER BY entry) AS highest FROM entry) e WHERE epoch < highest"):
        yield f"entry {row[2]} of {row[0]}/{row[1]} was written by an owner that had lost the task"


RULES = [value for name, value in list(globals().items()) if name.startswith("rule_")]


def check(bootstrap, database, descriptors, show=print):
    """The number of faults; every one is shown."""
    facts = Facts(bootstrap, database, descriptors)
    total = 0
    for rule in RULES:
        faults = list(rule(facts))
        total += len(faults)
        for fault in faults[:20]:
            show(f"{rule.__name__[5:]}: {fault}")
    repeated = sum(len(facts.records[t]) for t in NUMBERED) - sum(1 for t in NUMBERED for _ in first_of_each(facts.records[t]))
    show(f"{len(facts.records[BILLING])} inputs, {len(facts.ledger_events)} events, {repeated} published again, "
         f"{len(RULES)} rules, {total} faults")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--database", required=True, help="libpq connection string of the ledger's database")
    parser.add_argument("--descriptors", required=True, help="the descriptor set of the contract")
    arguments = parser.parse_args()
    sys.exit(1 if check(arguments.bootstrap, arguments.database, arguments.descriptors) else 0)


if __name__ == "__main__":
    main()
