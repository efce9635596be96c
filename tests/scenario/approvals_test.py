#!/usr/bin/python3
"""Approvals and the ledger as their users meet them: requests are written as dunning would, people decide by the
command-line tool, and what is approved reaches the books. Real broker and database, the programs as they are built.

    tests/scenario/approvals_test.py [--build build/dev]

One line is started; the scenes run in order on it, under an authority policy of the test's own.
"""
import csv
import io
import json
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "harness/py"))
import contract  # noqa: E402
import line as lines  # noqa: E402

LEDGER, APPROVALS = "arrears.ledger.v1", "arrears.approvals.v1"
REQUESTS, DECISIONS = "arrears.approval-requests.v1", "arrears.decisions.v1"
MESSAGES = {REQUESTS: "arrears.approvals.v1.ApprovalRequestEvent"}
COMMON = {"origin", "cause", "creditor", "customer", "recordedOn"}
PEOPLE = ("mia", "bea", "eve")


def expect(what, wanted, got):
    if wanted != got:
        raise lines.Trouble(f"{what}: expected {wanted!r}, got {got!r}")


def kind_of(event):
    return next(iter(event.keys() - COMMON))


class Scene:
    def __init__(self, line):
        self.line = line
        contract.MESSAGES.update(MESSAGES)
        self.contract = contract.Contract(line.descriptors)
        self.broker = line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"]
        self.producer = contract.producer(self.broker)
        self.seq = 0

    def key(self, person):
        return self.line.dir / f"{person}.key"

    def publish_policies(self):
        """The rules of the house, with persons whose keys only this test has."""
        public = {}
        for person in PEOPLE:
            made = self.line.arrears("keys", "new", "--out", str(self.line.dir / person))
            public[person] = made.stdout.split()[1]
        folder = self.line.dir / "policies"
        shutil.copytree(lines.ROOT / "policies", folder)
        (folder / "authority/standard.yaml").write_text(
            "id: standard\nvalid_from: 1900-01-01\npersons:\n"
            f"  - {{id: mia, role: manager, key: {public['mia']}}}\n"
            f"  - {{id: bea, role: board, key: {public['bea']}}}\n"
            "tiers:\n  - {name: manager, up_to: [{currency: EUR, minor: 500000}], persons: [mia, bea]}\n"
            "  - {name: board, persons: [bea]}\n")
        self.line.arrears("policy", "publish", str(folder))

    def send(self, *events):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
            file.flush()
            self.line.arrears("events", "send", file.name)
        self.line.wait_quiet()

    def raw(self, topic, value, key="acme"):
        self.producer.produce(topic, key=key, value=value)
        expect("records not sent", 0, self.producer.flush(30))

    def request(self, name, customer, items, requester="system"):
        """As dunning writes it: numbered without a gap."""
        self.seq += 1
        event = self.contract.new(REQUESTS)
        event.origin.service, event.origin.seq, event.origin.order = "dunning", self.seq, self.seq
        body = event.requested
        body.request_id, body.kind, body.creditor, body.customer = name, 1, "acme", customer
        body.requester, body.reason, body.requested_on = requester, "no answer to three reminders", "2024-01-02"
        for number, minor in items:
            item = body.items.add()
            item.invoice_number, item.due_on = number, "2024-02-01"
            item.open.currency, item.open.minor = "EUR", minor
        body.amount.currency, body.amount.minor = "EUR", sum(minor for _, minor in items)
        body.evidence.days_past_due, body.evidence.credit_band, body.evidence.credit_score = 95, "E", 120
        reminder = body.evidence.reminders.add()
        reminder.level, reminder.issued_on, reminder.outcome = 1, "2024-01-02", "sent"
        self.raw(REQUESTS, event.SerializeToString())

    def decide(self, verb, actor, name, *more, key=None):
        self.line.env["ARREARS_ACTOR"] = actor
        done = self.line.arrears("approvals", verb, "acme", name, "--key", str(key or self.key(actor)),
                                 "--reason", "looked into it", *more)
        self.line.wait_quiet()
        return done.stdout

    def show(self, name):
        return json.loads(self.line.arrears("approvals", "show", "acme", name, "-o", "json").stdout)

    def answers(self, name):
        return [decision["answer"] for decision in self.show(name)["decisions"]]

    def events(self, topic, key):
        done = self.line.arrears("events", "tail", topic, "--from", "start", "--until-end", "--key", key)
        return [json.loads(row)["event"] for row in done.stdout.splitlines()]

    def kinds(self, topic, key):
        return [kind_of(event) for event in self.events(topic, key)]

    def last_decision(self):
        records = [record for record in contract.read_all(self.broker, DECISIONS) if record.key()]
        return self.contract.read(DECISIONS, records[-1].value())


def invoice(customer, number, minor):
    return {"invoiceIssued": {"creditor": "acme", "customer": customer, "number": number,
                              "amount": {"currency": "EUR", "minor": minor},
                              "issuedOn": "2024-01-02", "dueOn": "2024-02-01"}}


def payment(customer, number, minor, of):
    return {"paymentReceived": {"creditor": "acme", "customer": customer, "number": number,
                                "amount": {"currency": "EUR", "minor": minor},
                                "receivedOn": "2024-01-02", "invoiceNumber": of}}


# ---- scenes, in order

def scene_a_request_waits_before_those_who_may_decide(scene):
    scene.publish_policies()
    scene.line.arrears("day", "open", "2024-01-02", "--simulated")
    scene.send(invoice("c1", "I-1", 1000), invoice("c1", "I-2", 500), invoice("c2", "I-1", 800),
               invoice("c3", "I-1", 900000), invoice("c4", "I-1", 70))
    scene.request("WO-1", "c1", [("I-1", 1000), ("I-2", 500)])
    scene.request("WO-2", "c2", [("I-1", 800)])
    scene.request("WO-3", "c3", [("I-1", 900000)])
    scene.request("WO-4", "c4", [("I-1", 70)], requester="mia")
    scene.line.wait_quiet()
    listed = json.loads(scene.line.arrears("approvals", "list", "--state", "waiting", "-o", "json").stdout)["requests"]
    expect("tiers and approvers", [("WO-1", "manager", ["mia", "bea"]), ("WO-2", "manager", ["mia", "bea"]),
                                   ("WO-3", "board", ["bea"]), ("WO-4", "manager", ["bea"])],
           [(row["request"], row["tier"], row["approvers"]) for row in listed])
    shown = scene.show("WO-1")
    expect("evidence", (95, "E", 120, [{"level": 1, "issued_on": "2024-01-02", "outcome": "sent"}]),
           (shown["days_past_due"], shown["credit_band"], shown["credit_score"], shown["reminders"]))


def scene_an_approved_write_off_is_posted(scene):
    said = scene.decide("approve", "mia", "WO-1")
    for text in ("You sign as    mia: approve", "15.00 EUR", "I-2", "looked into it"):
        assert text in said, said
    events = scene.events(APPROVALS, "acme/c1")
    expect("said", ["received", "routed", "approved"], [kind_of(event) for event in events])
    expect("by", ("mia", "manager", "system"),
           tuple(events[-1]["approved"][name] for name in ("approver", "tier", "requester")))
    expect("ledger", 2, scene.kinds(LEDGER, "acme/c1").count("writtenOff"))
    expect("state", "approved", scene.show("WO-1")["state"])


def scene_a_forged_decision_is_refused_and_recorded(scene):
    scene.decide("approve", "mia", "WO-2", key=scene.key("eve"))
    scene.decide("approve", "eve", "WO-2")  # a key that no policy names
    expect("answers", ["bad_signature"] * 2, scene.answers("WO-2"))
    refused = scene.events(APPROVALS, "acme/c2")[-1]["decisionRefused"]
    expect("said", "DECISION_REFUSAL_BAD_SIGNATURE", refused["reason"])


def scene_an_altered_decision_is_refused_and_recorded(scene):
    scene.decide("reject", "mia", "WO-2", "--expires", "2024-01-01")  # signed by mia, and late
    expect("late", "out_of_time", scene.answers("WO-2")[-1])
    altered = scene.last_decision()
    assert b"2024-01-01" in altered.decision.payload
    altered.decision.payload = altered.decision.payload.replace(b"2024-01-01", b"2025-01-01")
    scene.raw(DECISIONS, altered.SerializeToString())
    scene.line.wait_quiet()
    expect("altered", "bad_signature", scene.answers("WO-2")[-1])
    expect("state", "waiting", scene.show("WO-2")["state"])


def scene_too_small_an_authority_is_refused(scene):
    scene.decide("approve", "mia", "WO-3")
    expect("answers", ["no_authority"], scene.answers("WO-3"))


def scene_nobody_approves_his_own_request(scene):
    scene.decide("approve", "mia", "WO-4")
    expect("answers", ["own_request"], scene.answers("WO-4"))
    scene.decide("reject", "bea", "WO-4")
    expect("said", ["received", "routed", "decisionRefused", "rejected"], scene.kinds(APPROVALS, "acme/c4"))
    expect("ledger", 0, scene.kinds(LEDGER, "acme/c4").count("writtenOff"))


def scene_a_payment_in_between_changes_the_facts(scene):
    scene.send(payment("c2", "P-1", 300, of="I-1"))
    scene.decide("approve", "mia", "WO-2")
    expect("approved", "approved", scene.kinds(APPROVALS, "acme/c2")[-1])
    refused = scene.events(LEDGER, "acme/c2")[-1]["writeOffRefused"]
    expect("ledger", "WRITE_OFF_REFUSAL_FACTS_CHANGED", refused["reason"])


def scene_money_for_what_was_given_up_is_recovered(scene):
    scene.send(payment("c1", "P-1", 1000, of="I-1"))
    recovered = scene.events(LEDGER, "acme/c1")[-1]["recovered"]
    expect("recovered", ("I-1", "1000"), (recovered["invoice"] if "invoice" in recovered else
                                          recovered["invoiceNumber"], recovered["amount"]["minor"]))


def scene_a_replayed_decision_does_not_count_again(scene):
    again = scene.last_decision()
    scene.raw(DECISIONS, again.SerializeToString())
    scene.line.wait_quiet()
    expect("answers", ["done", "already_decided"], scene.answers("WO-2")[-2:])
    expect("approved", 1, scene.kinds(APPROVALS, "acme/c2").count("approved"))


def scene_what_is_no_message_goes_to_the_dead_letters(scene):
    scene.raw(DECISIONS, b"\xff\xff")
    scene.line.wait_quiet()
    letters = list(csv.DictReader(io.StringIO(scene.line.arrears("dlq", "list", "-o", "csv").stdout)))
    expect("letters", [DECISIONS + ".dlq"], [letter["topic"] for letter in letters])
    expect("holds", [], scene.line.services[0].get("/v1/holds")["holds"])


def scene_a_day_is_closed_by_both(scene):
    scene.line.arrears("day", "close", "2024-01-02", "--wait")
    expect("open day", "2024-01-03", scene.show("WO-3")["day"])
    scene.decide("approve", "bea", "WO-3")
    expect("ledger", "writtenOff", scene.kinds(LEDGER, "acme/c3")[-1])


def scene_what_was_recorded_cannot_be_changed(scene):
    import psycopg2
    for role in ("approvals_app", "approvals_owner"):
        cursor = scene.line.database("approvals", role).cursor()
        for sql in ("UPDATE decision SET state = 'approved'", "DELETE FROM request", "TRUNCATE decision"):
            try:
                cursor.execute(sql)
                raise lines.Trouble(f"{role} could: {sql}")
            except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.RaiseException):
                pass


def scene_a_repeated_request_is_nothing_and_a_contradiction_stops(scene):
    before = scene.kinds(APPROVALS, "acme/c3")
    scene.request("WO-3", "c3", [("I-1", 900000)])
    scene.line.wait_quiet()
    expect("said", before, scene.kinds(APPROVALS, "acme/c3"))
    scene.request("WO-3", "c3", [("I-1", 1)])
    service = next(one for one in scene.line.services if one.name == "approvals")
    lines.wait_for("the task stops", lambda: any(row.get("event.action") == "task_stopped" for row in service.lines()))
    expect("said", before, scene.kinds(APPROVALS, "acme/c3"))


SCENES = [value for name, value in list(globals().items()) if name.startswith("scene_")]


def main():
    build = lines.build_argument(__doc__)
    with lines.Line(build) as line:
        for name in ("ledger", "approvals"):
            line.migrate(name)
            line.service(name).wait_ready()
        lines.play_scenes(SCENES, Scene(line))
    print(f"{len(SCENES)} passed, 0 failed")


if __name__ == "__main__":
    lines.main(main)
