"""Faults that the checker must find, each by the rules made for it and by no other, or its silence says nothing.

The services have ended. What is written to a topic stays, so after each fault only what was not found before counts.
A lie that the service tells itself (number, outbox, topic and positions agree) can only be found by what it means.
"""
from facts import APPROVALS, BILLING, CREDIT, DECISIONS, LEDGER, REQUESTS, SERVICES, WARNINGS, Facts, number_of

WARNED, REFUSED, APPROVED = "band_fell", "decision_refused", "approved"


class Planter:
    def __init__(self, line, feed, places, check):
        """check: what the checker finds, as rows "rule: fault"."""
        self.feed, self.check = feed, check
        self.facts = Facts(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], places, line.descriptors)
        self.stores = self.facts.stores
        for service, table in (("ledger", "leg"), ("approvals", "decision")):
            self.sql(service, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        self.known = set(check())

    def sql(self, service, text, values=None):
        return self.stores[service].rows(text, values)

    def event(self, topic, kind, wanted=lambda record, message: True):
        """The last of a kind: record, and a message to be changed."""
        record, message = [(r, m) for r, m in self.facts.messages(topic)
                           if kind in (field.name for field, _ in m.ListFields()) and wanted(r, m)][-1]
        copy = type(message)()
        copy.CopyFrom(message)
        return record, copy

    def publish(self, like, message, seq=None):
        """Beside a record, with its headers, or under another number; the services that read it are told that they have."""
        headers = like.headers() or []
        if seq is not None:
            name = "/".join(map(str, (*number_of(like)[0], seq))).encode()
            headers = [(k, name if k == "ce_id" else v) for k, v in headers]
        self.feed.producer.produce(like.topic(), key=like.key(), value=message.SerializeToString(), headers=headers,
                                   partition=like.partition())
        self.feed.flush()
        for service in SERVICES:
            if like.topic() in service.reads and self.stores[service.name].kept_outbox:
                self.sql(service.name, "UPDATE task_input SET next = next + 1 WHERE topic = %s AND task = %s",
                         (like.topic(), like.partition()))

    def next_number(self, record):
        (service, task, topic, partition), _ = number_of(record)
        return 1 + self.sql(service, "SELECT seq FROM task_output WHERE (task, topic, partition) = (%s, %s, %s)",
                            (task, topic, partition))[0][0]

    def commit(self, record, seq, message):
        """A row of the outbox like that of the record."""
        (service, task, topic, partition), old = number_of(record)
        self.sql(service, "INSERT INTO outbox SELECT written_on, task, topic, partition, %s, h.ordinal, h.epoch, at, type,"
                 " key, %s, headers FROM outbox o, (SELECT max(ordinal) + 1 AS ordinal, max(epoch) AS epoch FROM outbox"
                 "  WHERE task = %s) h WHERE (task, topic, partition, seq) = (%s, %s, %s, %s)",
                 (seq, message.SerializeToString(), task, task, topic, partition, old))

    def say(self, record, message, left_out=0):
        """The service says something more, as it says everything."""
        (service, task, topic, partition), _ = number_of(record)
        message.origin.seq = seq = self.next_number(record) + left_out
        self.commit(record, seq, message)
        self.sql(service, "UPDATE task_output SET seq = %s, acked_seq = %s WHERE (task, topic, partition) = (%s, %s, %s)",
                 (seq, seq, task, topic, partition))
        self.publish(record, message, seq)

    def blame_a_request(self, message):
        """Its cause becomes a record that is no decision, so that it does not answer one a second time."""
        record, cause = self.facts.records[REQUESTS][-1], message.cause.record
        cause.topic, cause.partition, cause.offset = record.topic(), record.partition(), record.offset()


# ---- faults of every service

def fault_a_lost_event(planter):
    """Committed by approvals, in no log."""
    record, message = planter.event(APPROVALS, REFUSED)
    seq = planter.next_number(record)
    planter.commit(record, seq, message)
    return lambda: planter.sql("approvals", "DELETE FROM outbox WHERE topic = %s AND partition = %s AND seq = %s",
                               (APPROVALS, record.partition(), seq))


def fault_a_gap(planter):
    """A number is left out, in the topic and in the outbox."""
    record, message = planter.event(APPROVALS, REFUSED)
    planter.blame_a_request(message)
    planter.say(record, message, left_out=1)


def fault_another_second_publication(planter):
    """The same number with other bytes."""
    record, message = planter.event(APPROVALS, REFUSED)
    message.recorded_on = "1999-01-01"
    planter.publish(record, message, number_of(record)[1])


def fault_an_input_left(planter):
    change = "UPDATE task_input SET next = next %s 1 WHERE topic = %%s AND next > 1"
    planter.sql("approvals", change % "-", (REQUESTS,))
    return lambda: planter.sql("approvals", change % "+", (REQUESTS,))


def fault_an_owner_that_was_replaced(planter):
    where = "WHERE (task, ordinal) = (SELECT task, max(ordinal) FROM outbox GROUP BY task ORDER BY 2 DESC LIMIT 1)"
    planter.sql("approvals", f"UPDATE outbox SET epoch = epoch - 1 {where}")
    return lambda: planter.sql("approvals", f"UPDATE outbox SET epoch = epoch + 1 {where}")


# ---- of the ledger

def fault_an_imbalance(planter):
    where = planter.sql("ledger", "SELECT task, creditor, customer, entry, gl FROM leg WHERE gl = 'revenue' LIMIT 1")[0]
    change = "UPDATE leg SET amount = amount %s 1 WHERE (task, creditor, customer, entry, gl) = (%%s, %%s, %%s, %%s, %%s)"
    planter.sql("ledger", change % "+", where)
    return lambda: planter.sql("ledger", change % "-", where)


def fault_a_lost_document(planter):
    record, message = planter.event(BILLING, "invoice_issued")
    message.invoice_issued.number = "PLANTED"
    planter.publish(record, message)


def fault_a_doubled_posting(planter):
    planter.say(*planter.event(LEDGER, "invoice_posted"))


# ---- of approvals

def fault_a_lost_request(planter):
    record, message = planter.event(REQUESTS, "requested")
    message.requested.request_id = "PLANTED"
    planter.publish(record, message)


def fault_a_lost_decision(planter):
    record, message = planter.event(DECISIONS, "decision")
    planter.publish(record, message)


def fault_a_doubled_answer(planter):
    planter.say(*planter.event(APPROVALS, REFUSED))


def fault_a_doubled_decision(planter):
    record, message = planter.event(APPROVALS, APPROVED)
    planter.blame_a_request(message)
    planter.say(record, message)


def fault_a_lost_write_off(planter):
    """A request that waits is approved, and the ledger passes over it."""
    decided = {m.approved.request_id or m.rejected.request_id for _, m in planter.facts.messages(APPROVALS)}
    _, waiting = planter.event(APPROVALS, "received", lambda r, m: m.received.request_id not in decided)
    record, message = planter.event(APPROVALS, APPROVED)
    message.approved.request_id = waiting.received.request_id
    planter.blame_a_request(message)
    planter.say(record, message)


def fault_an_altered_table(planter):
    where = planter.sql("approvals", "SELECT task, record_offset FROM decision WHERE answer = 'bad_signature' LIMIT 1")[0]
    change = "UPDATE decision SET answer = '%s' WHERE (task, record_offset) = (%%s, %%s)"
    planter.sql("approvals", change % "own_request", where)
    return lambda: planter.sql("approvals", change % "bad_signature", where)


# ---- of scoring

def fault_a_wrong_credit_state(planter):
    """In the topic and in Redis alike: one cent too much, as an event counted twice would leave it."""
    record, message = planter.event(CREDIT, "state")
    message.epoch += 1 << 20
    message.state.exposures[0].open.minor += 1
    planter.publish(record, message)
    store = planter.stores["scoring"]
    store.call("HSET", store.key(record.partition(), "states"), record.key(), message.SerializeToString())


def fault_a_redis_that_forgot(planter):
    store = planter.stores["scoring"]
    record, _ = planter.event(CREDIT, "state")
    where = store.key(record.partition(), "states"), record.key()
    held = store.call("HGET", *where)
    store.call("HDEL", *where)
    return lambda: store.call("HSET", *where, held)


def fault_an_altered_warning(planter):
    record, message = planter.event(WARNINGS, WARNED)
    message.band_fell.score += 1
    planter.publish(record, message)


# The rules that find it: the one made for it first, then those that it cannot but break as well.
WANTED = {
    fault_a_lost_event: ["topics_hold_the_outbox: committed and never published"],
    fault_a_gap: ["numbers_follow_each_other"],
    fault_another_second_publication: ["numbers_follow_each_other"],
    fault_an_input_left: ["positions_stand_at_the_ends: approvals"],
    fault_an_owner_that_was_replaced: ["owners_write_in_turn: approvals"],
    fault_an_imbalance: ["entries_balance: unbalanced", "balances_are_sums_of_legs"],
    fault_a_lost_document: ["every_input_has_its_answer: lost"],
    fault_a_lost_request: ["every_request_is_taken_up_once: lost"],
    fault_a_lost_decision: ["every_decision_is_answered_once: lost"],
    fault_a_doubled_answer: ["every_decision_is_answered_once: doubled"],
    fault_a_doubled_decision: ["a_request_is_decided_at_most_once: doubled"],
    fault_a_lost_write_off: ["an_approved_write_off_is_done_once: lost"],
    fault_an_altered_table: ["tables_are_what_the_topic_says"],
    fault_a_wrong_credit_state: ["credit_is_the_fold_of_the_ledger"],
    fault_a_redis_that_forgot: ["redis_holds_what_the_topic_says"],
    fault_an_altered_warning: ["warnings_are_said"],
    # Last, since from here on the ledger contradicts itself and scoring.
    fault_a_doubled_posting: ["every_document_is_posted_once: doubled", "topic_folds_to_the_tables",
                              "credit_is_the_fold_of_the_ledger", "positions_stand_at_the_ends: scoring"],
}


def all_of(planter):
    """Plants one after the other; how many there were."""
    for fault, wanted in WANTED.items():
        undo = fault(planter)
        # The last row counts, and is another every time.
        fresh = [row for row in planter.check()[:-1] if row not in planter.known]
        missing = [words for words in wanted if not any(row.startswith(words) for row in fresh)]
        others = [row for row in fresh if not any(row.startswith(words) for words in wanted)]
        name = fault.__name__[6:].replace("_", " ")
        assert not missing and not others, f"planted {name}: not found by {missing}; found besides: {others}"
        print(f"planted {name}: found, {next(row for row in fresh if row.startswith(wanted[0]))}", flush=True)
        if undo:
            undo()
        else:
            planter.known |= set(fresh)
    return len(WANTED)
