"""Faults that the checker must find, each by the rules made for it and by no other, or its silence says nothing.

The services have ended. What is written to a topic stays, so after each fault only what was not found before counts.
A lie that the service tells itself (number, outbox, topic and positions agree) can only be found by what it means.
"""
import collections
import copy
import json
import pathlib

import rules_dunning
import rules_reminders
from facts import (APPROVALS, BILLING, CREDIT, DECISIONS, DUNNING, LEDGER, REQUESTS, SERVICES, TRANSFERS, WARNINGS, item_of,
                   number_of, read_mail)

WARNED, REFUSED, APPROVED = "band_fell", "decision_refused", "approved"
ISSUED, SENT = "reminder_issued", "reminder_sent"


class Barren(Exception):
    """Few deaths have brought about too little: there is nothing to make this fault from."""


class Planter:
    def __init__(self, line, feed, facts, check):
        """facts: as they were before anything was planted. check: what the checker finds, as rows "rule: fault"."""
        self.feed, self.check = feed, check
        self.planted = set()  # names of requests that faults were made from
        self.mail = pathlib.Path(line.env["ARREARS_MAIL_DIR"])
        self.facts, self.stores = facts, facts.stores
        for service, table in (("ledger", "entry"), ("approvals", "decision")):
            self.sql(service, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        self.known = set(check())

    def sql(self, service, text, values=None):
        return self.stores[service].rows(text, values)

    def event(self, topic, kind, wanted=lambda record, message: True):
        """The last of a kind: record, and a message to be changed."""
        found = [(r, m) for r, m in self.facts.messages(topic)
                 if kind in (field.name for field, _ in m.ListFields()) and wanted(r, m)]
        if not found:
            raise Barren(f"no {kind} in {topic} is fit for it")
        record, message = found[-1]
        changed = type(message)()
        changed.CopyFrom(message)
        return record, changed

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
        self.sql(service, "INSERT INTO outbox_bundle SELECT written_on, task, topic, partition, %s, %s, h.epoch, at,"
                 " ARRAY[h.ordinal], ARRAY[type], ARRAY[key], ARRAY[%s::bytea], ARRAY[headers]"
                 " FROM outbox o, (SELECT max(ordinal) + 1 AS ordinal, max(epoch) AS epoch FROM outbox"
                 "  WHERE task = %s) h WHERE (task, topic, partition, seq) = (%s, %s, %s, %s)",
                 (seq, seq, message.SerializeToString(), task, task, topic, partition, old))

    def say(self, record, message, left_out=0):
        """The service says something more, as it says everything."""
        (service, task, topic, partition), _ = number_of(record)
        message.origin.seq = seq = self.next_number(record) + left_out
        self.commit(record, seq, message)
        self.sql(service, "UPDATE task_output SET seq = %s, acked_seq = %s WHERE (task, topic, partition) = (%s, %s, %s)",
                 (seq, seq, task, topic, partition))
        self.publish(record, message, seq)
        if topic == DUNNING:
            self.hear(message)

    def hear(self, message):
        """The ledger has heard what dunning says of a reminder."""
        kind = message.WhichOneof("event")
        if kind in rules_reminders.NEWS:
            self.sql("ledger", "UPDATE reminder SET news = %s WHERE reminder = %s",
                     (rules_reminders.NEWS[kind], getattr(message, kind).reminder_id))

    def blame_a_request(self, message):
        """Its cause becomes a record that is no decision, so that it does not answer one a second time."""
        record, cause = self.facts.records[REQUESTS][-1], message.cause.record
        cause.topic, cause.partition, cause.offset = record.topic(), record.partition(), record.offset()


    def mail_of(self, reminder, attempt):
        return next(path for path in sorted(self.mail.glob("*.eml"))
                    if (read_mail(path).reminder, read_mail(path).attempt) == (reminder, attempt))

    def send_again(self, mail, old, reminder, attempt):
        """One mail more, like that one, of another attempt."""
        again = self.mail / "9999.eml"
        again.write_bytes(mail.read_bytes().replace(old.encode(), f"<{reminder}.{attempt}@".encode()))
        return again.unlink

    def repeat_row(self, service, table, name, old, **changes):
        """A row like the one of that name, changed."""
        self.sql(service, f"INSERT INTO {table} SELECT (jsonb_populate_record(r, %s)).* FROM {table} r WHERE {name} = %s",
                 (json.dumps(changes), old))

    def issue(self, record, message, day=None):
        """A reminder more, as dunning issues it: in the topic and in its table."""
        body, old = message.reminder_issued, message.reminder_issued.reminder_id
        body.reminder_id += "-PLANTED"
        message.recorded_on = message.cause.day = day or message.recorded_on
        self.repeat_row("dunning", "reminder", "reminder", old, reminder=body.reminder_id, state="issued", attempt=1,
                        said_by="", issued_on=message.recorded_on)
        self.repeat_row("ledger", "reminder", "reminder", old, reminder=body.reminder_id, news="issued", fee=0)
        self.say(record, message)

    def request(self, record, message):
        """A request more, as dunning raises it."""
        body, old = message.requested, message.requested.request_id
        self.planted.add(old)
        body.request_id += "-PLANTED"
        self.repeat_row("dunning", "request", "request", old, request=body.request_id, state="waiting", amount=body.amount.minor)
        self.say(record, message)

    def requests_that(self, *kinds):
        """Requests by what approvals has said of them."""
        return {getattr(m, kind).request_id for _, m in self.facts.messages(APPROVALS) for kind in kinds if m.HasField(kind)}

    def rejected_request(self):
        """The last that was rejected and not asked for again."""
        rejected, asked = self.requests_that("rejected"), collections.Counter(
            (m.requested.customer, i.invoice_number) for _, m in self.facts.events(REQUESTS) for i in m.requested.items)
        rejected -= self.planted
        return self.event(REQUESTS, "requested", lambda r, m: m.requested.request_id in rejected and all(
            asked[m.requested.customer, i.invoice_number] == 1 for i in m.requested.items))

    def standings_at_the_end(self):
        """The last day that was closed, and what was open, held and paused then, by account."""
        closes = [(r, m) for r, m in self.facts.events(LEDGER) if m.WhichOneof("event") == "day_closed"]
        day = max(m.day_closed.day for _, m in closes)
        wanted = [(r, self._closed(m)) for r, m in closes if m.day_closed.day == day]
        found = {}
        for _, _, standings in rules_dunning.with_standing(self.facts, wanted):
            found |= {account: copy.deepcopy(standing) for account, standing in standings.items()}
        return day, found

    def _closed(self, message):
        closed = self.facts.contract.new(DUNNING)
        closed.origin.task, closed.cause.day = message.origin.task, message.day_closed.day
        return closed

    def reminder_of_today(self, held, paid):
        """An issued reminder that could be said of the last day again: held or not, its items paid or still open and due
        and none of them paused."""
        day, standings = self.standings_at_the_end()
        busy = {(m.creditor, m.customer) for _, m in self.facts.messages(DUNNING)
                if m.WhichOneof("event") == ISSUED and m.recorded_on == day}
        own = rules_dunning.held_by_dunning(self.facts)

        def fits(record, message):
            account, items = (message.creditor, message.customer), message.reminder_issued.items
            standing = standings[account]
            is_held = bool(standing.holds)
            is_paid = any(item_of(item) not in standing.items for item in items)
            if not is_paid and list(rules_dunning.wrong_items(items, standing, day)):
                return False
            return account not in busy and account not in own and is_held == held and is_paid == paid

        return *self.event(DUNNING, ISSUED, fits), day


# ---- faults of every service

def fault_a_lost_event(planter):
    """Committed by approvals, in no log."""
    record, message = planter.event(APPROVALS, REFUSED)
    seq = planter.next_number(record)
    planter.commit(record, seq, message)
    return lambda: planter.sql("approvals", "DELETE FROM outbox_bundle WHERE topic = %s AND partition = %s AND seq = %s",
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
    where = ("WHERE (task, ordinals[cardinality(ordinals)])"
             " = (SELECT task, max(ordinal) FROM outbox GROUP BY task ORDER BY 2 DESC LIMIT 1)")
    planter.sql("approvals", f"UPDATE outbox_bundle SET epoch = epoch - 1 {where}")
    return lambda: planter.sql("approvals", f"UPDATE outbox_bundle SET epoch = epoch + 1 {where}")


# ---- of the ledger

def fault_an_imbalance(planter):
    where = planter.sql("ledger", "SELECT task, account, entry FROM entry WHERE kind = 'payment' LIMIT 1")[0]
    change = "UPDATE entry SET amount = amount %s 1 WHERE (task, account, entry) = (%%s, %%s, %%s)"
    planter.sql("ledger", change % "+", where)
    return lambda: planter.sql("ledger", change % "-", where)


def fault_an_account_that_forgot(planter):
    where = planter.sql("ledger", "SELECT task, account FROM account WHERE is_held LIMIT 1")[0]
    change = "UPDATE account SET is_held = %s WHERE (task, account) = (%%s, %%s)"
    planter.sql("ledger", change % "false", where)
    return lambda: planter.sql("ledger", change % "true", where)


def fault_a_lost_document(planter):
    record, message = planter.event(BILLING, "invoice_issued")
    message.invoice_issued.number = "PLANTED"
    planter.publish(record, message)


def fault_a_doubled_posting(planter):
    planter.say(*planter.event(LEDGER, "invoice_posted", lambda r, m: not m.invoice_posted.debit_note))


def fault_a_transfer_that_nobody_took(planter):
    """Money for a second time, which the receiver was told that it has taken."""
    record, message = planter.event(TRANSFERS, "sent")
    message.sent.transfer_id += "1"
    planter.say(record, message)


def fault_money_in_transit(planter):
    rows = planter.sql("ledger", "SELECT task, creditor, currency FROM balance WHERE gl = 'in_transit' LIMIT 1")
    if not rows:
        raise Barren("nothing was moved")
    where = rows[0]
    change = "UPDATE balance SET amount = amount %s 1 WHERE gl = 'in_transit' AND (task, creditor, currency) = (%%s, %%s, %%s)"
    planter.sql("ledger", change % "+", where)
    return lambda: planter.sql("ledger", change % "-", where)


# ---- of approvals

def fault_a_lost_request(planter):
    """What was rejected is asked for once more, which dunning may do, and approvals passes over it."""
    planter.request(*planter.rejected_request())


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
    decided = planter.requests_that("approved", "rejected")
    _, waiting = planter.event(APPROVALS, "received", lambda r, m: m.received.request_id not in decided)
    record, message = planter.event(APPROVALS, APPROVED)
    message.approved.request_id = waiting.received.request_id
    planter.blame_a_request(message)
    planter.say(record, message)
    planter.sql("dunning", "UPDATE request SET state = 'approved' WHERE request = %s", (waiting.received.request_id,))


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


# ---- of dunning

def fault_a_reminder_issued_twice(planter):
    planter.say(*planter.event(DUNNING, ISSUED))


def fault_two_reminders_on_a_day(planter):
    planter.issue(*planter.event(DUNNING, ISSUED))


def fault_a_reminder_of_a_paid_item(planter):
    planter.issue(*planter.reminder_of_today(held=False, paid=True))


def fault_a_reminder_on_hold(planter):
    planter.issue(*planter.reminder_of_today(held=True, paid=False))


def fault_an_outcome_said_twice(planter):
    planter.say(*planter.event(DUNNING, SENT, lambda r, m: not m.reminder_sent.said_by))


def fault_a_request_for_more_than_is_open(planter):
    record, message = planter.rejected_request()
    message.requested.items[0].open.minor += 1
    message.requested.amount.minor += 1
    planter.request(record, message)


def fault_an_item_in_two_requests(planter):
    decided = planter.requests_that("approved", "rejected")
    planter.request(*planter.event(REQUESTS, "requested", lambda r, m: m.requested.request_id not in decided))


def fault_an_altered_reminder(planter):
    where = planter.sql("dunning", "SELECT task, reminder FROM reminder WHERE state = 'sent' LIMIT 1")[0]
    change = "UPDATE reminder SET state = '%s' WHERE (task, reminder) = (%%s, %%s)"
    planter.sql("dunning", change % "withdrawn", where)
    return lambda: planter.sql("dunning", change % "sent", where)


def fault_an_item_that_dunning_missed(planter):
    where = planter.sql("dunning", "SELECT task, creditor, customer, invoice, charge, instalment FROM item LIMIT 1")[0]
    change = ("UPDATE item SET open = open %s 1 WHERE (task, creditor, customer, invoice, charge, instalment)"
              " = (%%s, %%s, %%s, %%s, %%s, %%s)")
    planter.sql("dunning", change % "+", where)
    return lambda: planter.sql("dunning", change % "-", where)


def fault_an_outcome_that_nobody_took(planter):
    where = planter.sql("dunning", "SELECT task, intent, attempt FROM dispatch WHERE outcome = 'done' LIMIT 1")[0]
    change = "UPDATE dispatch SET taken = %s WHERE (task, intent, attempt) = (%%s, %%s, %%s)"
    planter.sql("dunning", change % "false", where)
    return lambda: planter.sql("dunning", change % "true", where)


# ---- of what went out

def sent_mail(planter):
    """An attempt that the server took, and its mail."""
    _, message = planter.event(DUNNING, SENT, lambda r, m: not m.reminder_sent.said_by)
    body = message.reminder_sent
    return body, planter.mail_of(body.reminder_id, body.attempt), f"<{body.reminder_id}.{body.attempt}@"


def fault_a_doubled_mail(planter):
    body, mail, name = sent_mail(planter)
    return planter.send_again(mail, name, body.reminder_id, body.attempt)


def fault_a_mail_of_nothing(planter):
    _, mail, name = sent_mail(planter)
    return planter.send_again(mail, name, "R-0-999999", 1)


def fault_a_mail_that_never_came(planter):
    _, mail, _ = sent_mail(planter)
    aside = mail.with_suffix(".aside")
    mail.rename(aside)
    return lambda: aside.rename(mail)


def fault_a_lost_word_of_a_mail(planter):
    """A further attempt went out, its row knows, and the topic does not."""
    body, mail, name = sent_mail(planter)
    return planter.send_again(mail, name, body.reminder_id, body.attempt + 100)


def fault_a_mail_that_was_taken_back(planter):
    _, mail, name = sent_mail(planter)
    _, message = planter.event(DUNNING, "reminder_withdrawn")
    body = message.reminder_withdrawn
    to = planter.sql("dunning", "SELECT mail_to FROM reminder WHERE reminder = %s", (body.reminder_id,))[0][0]
    undo = planter.send_again(mail, name, body.reminder_id, body.attempt)
    again = planter.mail / "9999.eml"
    again.write_bytes(again.read_bytes().replace(read_mail(mail).to.encode(), to.encode()))
    return undo


def fault_a_reminder_that_the_ledger_missed(planter):
    body = planter.event(DUNNING, SENT)[1].reminder_sent
    planter.sql("ledger", "UPDATE reminder SET news = 'uncertain' WHERE reminder = %s", (body.reminder_id,))
    return lambda: planter.sql("ledger", "UPDATE reminder SET news = 'sent' WHERE reminder = %s", (body.reminder_id,))


def fault_a_fee_charged_twice(planter):
    """Under another number, as costs of their own, in topic and table."""
    record, message = planter.event(LEDGER, "charge_posted", lambda r, m: m.charge_posted.number.startswith("~"))
    body = message.charge_posted
    body.number += "0"
    planter.say(record, message)


# The rules that find it: the one made for it first, then those that it cannot but break as well.
WANTED = {
    fault_a_lost_event: ["topics_hold_the_outbox: committed and never published"],
    fault_a_gap: ["numbers_follow_each_other"],
    fault_another_second_publication: ["numbers_follow_each_other"],
    fault_an_input_left: ["positions_stand_at_the_ends: approvals"],
    fault_an_owner_that_was_replaced: ["owners_write_in_turn: approvals"],
    fault_an_imbalance: ["balances_are_sums_of_legs", "the_journal_is_what_was_signed"],
    fault_money_in_transit: ["nothing_stays_in_transit", "balances_are_sums_of_legs"],
    fault_a_transfer_that_nobody_took: ["every_transfer_arrives"],
    fault_an_account_that_forgot: ["accounts_know_what_they_have"],
    fault_a_lost_document: ["every_input_has_its_answer: lost"],
    fault_a_lost_request: ["every_request_is_taken_up_once: lost"],
    fault_a_lost_decision: ["every_decision_is_answered_once: lost"],
    fault_a_doubled_answer: ["every_decision_is_answered_once: doubled"],
    fault_a_doubled_decision: ["a_request_is_decided_at_most_once: doubled"],
    fault_a_lost_write_off: ["an_approved_write_off_is_done_once: lost"],
    fault_an_altered_table: ["tables_are_what_the_topic_says"],
    fault_a_reminder_issued_twice: ["a_reminder_is_issued_once: doubled"],
    fault_two_reminders_on_a_day: ["a_reminder_is_issued_once: too many"],
    fault_a_reminder_of_a_paid_item: ["reminders_list_what_is_overdue"],
    fault_a_reminder_on_hold: ["nobody_is_reminded_on_hold"],
    fault_an_outcome_said_twice: ["an_attempt_ends_once: doubled"],
    # Approvals has ended and takes up nothing.
    fault_a_request_for_more_than_is_open: ["requests_list_what_is_open", "every_request_is_taken_up_once: lost"],
    fault_an_item_in_two_requests: ["an_item_stands_in_one_request", "every_request_is_taken_up_once: lost"],
    fault_an_altered_reminder: ["dunnings_tables_are_what_the_topics_say: reminder"],
    fault_an_item_that_dunning_missed: ["dunning_knows_what_is_open: item"],
    fault_an_outcome_that_nobody_took: ["no_attempt_is_forgotten"],
    fault_a_reminder_that_the_ledger_missed: ["the_ledger_has_heard_of_every_reminder: reminder"],
    fault_a_doubled_mail: ["an_attempt_goes_out_once: doubled"],
    fault_a_mail_of_nothing: ["mails_are_of_issued_reminders"],
    fault_a_mail_that_never_came: ["what_the_server_took_is_there: lost"],
    fault_a_lost_word_of_a_mail: ["of_what_went_out_something_is_said: unsaid"],
    fault_a_mail_that_was_taken_back: ["what_did_not_go_out_is_not_there"],
    fault_a_wrong_credit_state: ["credit_is_the_fold_of_the_ledger"],
    fault_a_redis_that_forgot: ["redis_holds_what_the_topic_says"],
    fault_an_altered_warning: ["warnings_are_said"],
    # Last, since from here on the ledger contradicts itself and scoring.
    fault_a_fee_charged_twice: ["a_reminder_costs_once: fee", "topic_folds_to_the_tables", "credit_is_the_fold_of_the_ledger",
                                "positions_stand_at_the_ends: scoring"],
    fault_a_doubled_posting: ["every_document_is_posted_once: doubled", "topic_folds_to_the_tables",
                              "credit_is_the_fold_of_the_ledger", "positions_stand_at_the_ends: scoring"],
}


def look(planter, fault, wanted):
    """It is found by the rules that are wanted and by no others; the row of the first. What is left of it is known then."""
    undo = fault(planter)
    # The last row counts, and is another every time.
    fresh = [row for row in planter.check()[:-1] if row not in planter.known]
    missing = [words for words in wanted if not any(row.startswith(words) for row in fresh)]
    others = [row for row in fresh if not any(row.startswith(words) for words in wanted)]
    assert not missing and not others, f"planted {fault.__name__}: not found by {missing}; found besides: {others}"
    if undo:
        undo()
    else:
        planter.known |= set(fresh)
    return next(row for row in fresh if row.startswith(wanted[0]))


def all_of(planter, every, say):
    """Plants one after the other; how many there were. every: there must be something to make each of them from."""
    count = 0
    for fault, wanted in WANTED.items():
        name = fault.__name__[6:].replace("_", " ")
        try:
            say(f"planted {name}: found, {look(planter, fault, wanted)}")
            count += 1
        except Barren as why:
            assert not every, f"planted {name}: {why}"
            say(f"not planted {name}: {why}")
    return count
