#!/usr/bin/python3
"""The whole line as its users meet it: billing events in, mails out, requests signed, write-offs and recoveries in the
books. Four real processes on a real broker, database, cache and mail server, the programs as they are built.

    tests/scenario/line_test.py [--build build/dev]

One line is started; the scenes run in order on it, and the days go by as they are played. At the end a second line is
given the same input: what it says of reminders, requests and postings has to be the same.
"""
import argparse
import datetime
import email
import email.policy
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "harness/py"))
import contract  # noqa: E402
import line as lines  # noqa: E402

LEDGER, DUNNING, CONTACTS = "arrears.ledger.v1", "arrears.dunning.v1", "arrears.contacts.v1"
REQUESTS, CREDIT = "arrears.approval-requests.v1", "arrears.credit.v1"
COMMON = {"origin", "cause", "creditor", "customer", "recordedOn"}
FIRST_DAY = datetime.date(2024, 1, 1)
DUE = datetime.date(2024, 1, 10)
TONES = {"BAND_A": "courteous", "BAND_B": "courteous", "BAND_D": "firm", "BAND_E": "firm"}
PERSONS = ("demo-manager", "demo-board")


def expect(what, wanted, got):
    if wanted != got:
        raise lines.Trouble(f"{what}: expected {wanted!r}, got {got!r}")


def kind_of(event):
    return next(iter(event.keys() - COMMON))


def day(offset):
    return (DUE + datetime.timedelta(days=offset)).isoformat()


def invoice(customer, number, minor, currency="EUR", due=DUE):
    return {"invoiceIssued": {"creditor": "acme", "customer": customer, "number": number,
                              "amount": {"currency": currency, "minor": minor},
                              "issuedOn": FIRST_DAY.isoformat(), "dueOn": due.isoformat()}}


def payment(customer, number, minor, on, of=""):
    return {"paymentReceived": {"creditor": "acme", "customer": customer, "number": number,
                                "amount": {"currency": "EUR", "minor": minor}, "receivedOn": on, "invoiceNumber": of}}


def contact(customer, mail, name=None):
    return {"contact": {"creditor": "acme", "customer": customer, "name": name or f"Customer {customer}",
                        "email": mail}}


class Scene:
    def __init__(self, line):
        self.line = line
        contract.MESSAGES[DUNNING] = "arrears.dunning.v1.DunningEvent"
        self.contract = contract.Contract(line.descriptors)
        self.broker = line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"]

    def start(self):
        line = self.line
        for name in ("ledger", "dunning", "approvals"):
            line.migrate(name)
        line.service("ledger").wait_ready()
        line.service("scoring").wait_ready()
        line.service("dunning").wait_ready()
        line.service("approvals").wait_ready()
        return self

    def publish_policies(self):
        folder = self.line.dir / "policies"
        shutil.copytree(lines.ROOT / "policies", folder)
        authority = folder / "authority/standard.yaml"
        for person in PERSONS:
            public = self.line.arrears("keys", "new", "--out", str(self.line.dir / person)).stdout.split()[1]
            authority.write_text(authority.read_text().replace(f"\n  - id: {person}\n",
                                                               f"\n  - id: {person}\n    key: {public}\n"))
        self.line.arrears("policy", "publish", str(folder))

    def _lines(self, command, rows, *more):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
            file.flush()
            self.line.arrears("events", command, file.name, *more)

    def send(self, *events, topic="arrears.billing.v1"):
        self._lines("send", events, "--topic", topic)
        self.line.wait_quiet()

    def play(self, until, *events):
        """Each (day, event) on its day, and every day up to `until` is closed."""
        last = (until, payment("filler", f"F-{until}", 1, until))
        self._lines("play", [{"on": on, "event": event} for on, event in (*events, last)])
        self.line.wait_quiet()

    def ask(self, *words):
        return json.loads(self.line.arrears(*words, "-o", "json").stdout)

    def persons(self):
        return {row["customer"]: row["reason"] for row in self.ask("dunning", "list", "--persons")["accounts"]}

    def reminders(self, customer):
        rows = self.ask("dunning", "list", "--customer", customer)["reminders"]
        return sorted(rows, key=lambda row: (row["issued_on"], row["attempt"]))

    def mails(self, to):
        folder = pathlib.Path(self.line.env["ARREARS_MAIL_DIR"])
        read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in sorted(folder.glob("*.eml"))]
        return [mail for mail in read if mail["Delivered-To"] == to]

    def events(self, topic, key):
        done = self.line.arrears("events", "tail", topic, "--from", "start", "--until-end", "--key", key)
        return [json.loads(row)["event"] for row in done.stdout.splitlines()]

    def kinds(self, topic, key):
        return [kind_of(event) for event in self.events(topic, key)]

    def request_of(self, customer):
        rows = [row for row in self.ask("approvals", "list")["requests"]
                if row["customer"] == customer and row["amount"]["currency"] == "EUR"]
        return self.ask("approvals", "show", "acme", rows[-1]["request"]) if rows else None

    def decide(self, verb, request, person="demo-manager"):
        self.line.env["ARREARS_ACTOR"] = person
        self.line.arrears("approvals", verb, "acme", request, "--key", str(self.line.dir / f"{person}.key"),
                          "--reason", "looked into it")
        self.line.env["ARREARS_ACTOR"] = "tester"
        self.line.wait_quiet()


# ---- scenes, in order

def scene_contacts_and_invoices_come_in(scene):
    scene.send(contact("c1", "c1@post.test", "Müller & Söhne KG"), contact("c3", "c3@refused.test"),
               contact("c4", "c4@post.test"), contact("c5", "c5@post.test"), topic=CONTACTS)
    scene.play(FIRST_DAY.isoformat(),
               *[(FIRST_DAY.isoformat(), event) for event in (
                   invoice("c1", "I-1", 100050), invoice("c1", "I-2", 7, "USD"), invoice("c2", "I-1", 50000),
                   invoice("c3", "I-1", 60000), invoice("c4", "I-1", 70000), invoice("c5", "I-1", 400))])
    expect("nothing is said before anything is overdue", [], scene.kinds(DUNNING, "acme/c1"))


def scene_the_first_level_goes_out_a_day_after_the_due_day(scene):
    scene.play(day(0))
    expect("on the due day nothing", [], scene.reminders("c1"))
    scene.play(day(1))
    expect("said", ["reminderIssued", "reminderSent"], scene.kinds(DUNNING, "acme/c1"))
    mail, = scene.mails("c1@post.test")
    reminder, = scene.reminders("c1")
    expect("to", "Müller & Söhne KG", mail["To"].addresses[0].display_name)
    expect("id", f"<{reminder['reminder']}.1@acme.test>", mail["Message-ID"])
    text = mail.get_content()
    for part in ("Müller & Söhne KG", "I-1", "1,000.50 EUR", "10 January 2024", "acme/c1"):
        assert part in text, f"{part} is not in\n{text}"
    assert "I-2" not in text, "another currency has a ladder of its own, and 0.07 USD is worth no letter"


def scene_the_credit_band_picks_the_tone(scene):
    issued = scene.events(DUNNING, "acme/c1")[0]["reminderIssued"]
    states = [json.loads(row)["event"] for row in scene.line.arrears(
        "events", "tail", CREDIT, "--from", "start", "--until-end", "--key", "acme/c1").stdout.splitlines()]
    before = [one for one in states if one["state"]["day"] < day(1)][-1]
    expect("band", before["state"]["band"], issued["creditBand"])
    expect("tone", TONES.get(issued["creditBand"], "plain"), issued["tone"])


def scene_who_cannot_be_written_to_needs_a_person(scene):
    expect("no contact, and an address that is refused", {"c2": "no_contact"}, scene.persons())
    expect("said", ["reminderIssued", "reminderFailed"], scene.kinds(DUNNING, "acme/c3"))
    scene.play(day(2))
    expect("the day after", {"c2": "no_contact", "c3": "address_refused"}, scene.persons())
    expect("too little for a letter", [], scene.reminders("c5"))


def scene_a_payment_ends_it_and_a_contact_begins_it(scene):
    scene.send(contact("c2", "c2@post.test"), topic=CONTACTS)
    scene.send(payment("c4", "P-1", 70000, day(3), of="I-1"))
    scene.play(day(16))
    expect("paid", ["payment-reminder"], [row["level_name"] for row in scene.reminders("c4")])
    expect("levels of c1", [(1, day(1)), (2, day(15))],
           [(row["level"], row["issued_on"]) for row in scene.reminders("c1")])
    # Reached late: the first level at once, the second when it is due by age.
    expect("levels of c2", [(1, day(3)), (2, day(15))],
           [(row["level"], row["issued_on"]) for row in scene.reminders("c2")])
    assert "c2" not in scene.persons()


def scene_an_unreadable_contact_holds_the_customer(scene):
    producer = contract.producer(scene.broker)
    producer.produce(CONTACTS, key="acme/c2", value=b"\xff\xff")
    expect("records not sent", 0, producer.flush(30))
    scene.line.wait_quiet()
    hold, = scene.ask("hold", "list")["holds"]
    expect("hold", ("c2", CONTACTS), (hold["customer"], hold["topic"]))
    scene.play(day(30))
    expect("the third level waits", 2, len(scene.reminders("c2")))
    scene.line.arrears("hold", "clear", "acme/c2", CONTACTS, str(hold["partition"]), str(hold["offset"]),
                       "--reason", "the right contact was there before")
    scene.play(day(31))
    expect("holds", [], scene.ask("hold", "list")["holds"])
    expect("levels of c2", [(1, day(3)), (2, day(15)), (3, day(31))],
           [(row["level"], row["issued_on"]) for row in scene.reminders("c2")])


def scene_mails_wait_for_a_mail_server_that_is_away(scene):
    pid = int((scene.line.stack / "pids/smtp").read_text().split()[0])
    scene.send(contact("c6", "c6@post.test"), topic=CONTACTS)
    scene.send(invoice("c6", "I-1", 90000))
    os.kill(pid, signal.SIGTERM)
    try:
        scene.line.arrears("day", "close", day(32))
        dunning = scene.line.services[2]
        lines.wait_for("dunning says that its door is closed",
                       lambda: any(row.get("event.action") == "door_closed" for row in dunning.lines()))
        expect("not sent", ["issued"], [row["state"] for row in scene.reminders("c6")])
    finally:
        lines.run([lines.ROOT / "deploy/local/up", "--servers-only", "--dir", scene.line.stack])
    scene.line.wait_quiet()
    expect("sent once it is back", ["sent"], [row["state"] for row in scene.reminders("c6")])
    expect("one mail", 1, len(scene.mails("c6@post.test")))
    scene.line.arrears("day", "close", day(32), "--wait")


def scene_from_day_91_a_write_off_is_asked_for(scene):
    scene.play(day(90))
    expect("before", None, scene.request_of("c1"))
    scene.play(day(91))
    request = scene.request_of("c1")
    expect("evidence", (91, [(1, day(1), "sent"), (2, day(15), "sent"), (3, day(30), "sent")], "system"),
           (request["days_past_due"], [(row["level"], row["issued_on"], row["outcome"])
                                       for row in request["reminders"]], request["requester"]))
    expect("amount", {"currency": "EUR", "minor": 100050}, request["amount"])
    expect("too little for a letter, but old", 400, scene.request_of("c5")["amount"]["minor"])
    expect("nobody could be written to", [(1, "failed")],
           [(row["level"], row["outcome"]) for row in scene.request_of("c3")["reminders"]])


def scene_a_signed_write_off_is_posted_and_money_for_it_recovered(scene):
    scene.decide("approve", scene.request_of("c1")["request"])
    expect("ledger", "writtenOff", scene.kinds(LEDGER, "acme/c1")[-1])
    credit = scene.ask("credit", "show", "acme/c1")
    expect("credit", 1, credit["written_off_count"] if "written_off_count" in credit else
           credit["customer"]["written_off_count"])
    scene.send(payment("c1", "P-1", 100050, day(92), of="I-1"))
    expect("ledger", "recovered", scene.kinds(LEDGER, "acme/c1")[-1])
    scene.play(day(93))
    expect("no more letters", 3, len(scene.reminders("c1")))


def scene_a_rejected_one_is_left_to_a_person(scene):
    scene.decide("reject", scene.request_of("c3")["request"])
    expect("person", "write_off_rejected", scene.persons()["c3"])
    expect("said", "personNeeded", scene.kinds(DUNNING, "acme/c3")[-1])
    scene.play(day(100))
    expect("not asked again", 1, len([row for row in scene.ask("approvals", "list")["requests"]
                                      if row["customer"] == "c3"]))


def scene_what_changed_meanwhile_is_asked_for_again(scene):
    first = scene.request_of("c5")["request"]
    scene.send(payment("c5", "P-1", 100, day(101), of="I-1"))
    scene.decide("approve", first)
    expect("ledger", "writeOffRefused", scene.kinds(LEDGER, "acme/c5")[-1])
    scene.play(day(101))
    second = scene.request_of("c5")
    assert second["request"] != first
    expect("with what is open now", 300, second["amount"]["minor"])


def scene_a_person_proposes(scene):
    scene.send(invoice("c4", "I-2", 5000, due=DUE + datetime.timedelta(days=200)))
    scene.line.arrears("writeoff", "propose", "acme/c4", "I-2", "--reason", "went abroad", "--number", "W-1")
    scene.line.wait_quiet()
    request = scene.request_of("c4")
    expect("request", ("tester", "went abroad", 0),
           (request["requester"], request["reason"], request["days_past_due"]))
    scene.line.arrears("writeoff", "propose", "acme/c4", "I-2", "--reason", "again", "--number", "W-2")
    scene.line.wait_quiet()
    refused = scene.events(DUNNING, "acme/c4")[-1]["inputRefused"]
    expect("refused", ("REFUSAL_REASON_DOCUMENT_IN_USE", "W-2"), (refused["reason"], refused["number"]))


def scene_people_say_what_became_of_a_mail(scene):
    last = scene.reminders("c2")[-1]["reminder"]
    words = ("acme/c2", last)
    scene.line.arrears("dunning", "settle", *words, "not-sent", "--reason", "it came back")
    scene.line.wait_quiet()
    expect("state", ("failed", "tester"), tuple(scene.reminders("c2")[-1][name] for name in ("state", "said_by")))
    expect("an address that takes nothing", [], [one for one in (scene.persons().get("c2"),) if one == "no_contact"])
    scene.line.arrears("dunning", "resend", *words, "--reason", "their mail server works again")
    scene.line.wait_quiet()
    again = scene.ask("dunning", "show", "acme", last)
    expect("attempts", [(1, "done"), (2, "withdrawn")],
           [(row["attempt"], row["outcome"]) for row in again["attempts"]])


def about(customer, event, number, **more):
    """A billing event that a person or a bank sends about something."""
    return {event: {"creditor": "acme", "customer": customer, "number": number, "reason": "as agreed", **more}}


def scene_an_instalment_is_reminded_of_on_its_day(scene):
    parts = [{"amount": {"currency": "EUR", "minor": minor}, "dueOn": day(offset)} for minor, offset in ((30000, 102), (20000, 140))]
    whole = invoice("c7", "I-7", 50000)
    del whole["invoiceIssued"]["dueOn"]
    whole["invoiceIssued"]["instalments"] = parts
    scene.send(contact("c7", "c7@post.test"), topic=CONTACTS)
    scene.send(whole)
    scene.play(day(103))
    mail, = scene.mails("c7@post.test")
    text = mail.get_content()
    assert "I-7, instalment 1 of 2" in text and "instalment 2" not in text, text
    expect("asks for the instalment", 30000, scene.reminders("c7")[0]["total"]["minor"])


def scene_a_returned_debit_opens_the_instalment_and_the_fee_again(scene):
    scene.send(about("c7", "feeCharged", "F-1", invoiceNumber="I-7", chargedOn=day(104),
                     amount={"currency": "EUR", "minor": 500}),
               payment("c7", "P-1", 30500, day(104), of="I-7"))
    left = {(row["charge"], row["instalment"]): row["open"]["minor"]
            for row in scene.ask("account", "show", "acme/c7")["items"]}
    scene.send(about("c7", "paymentReversed", "RV-1", paymentNumber="P-1", kind="REVERSAL_KIND_RETURNED_DEBIT",
                     reversedOn=day(104)))
    again = {(row["charge"], row["instalment"]): row["open"]["minor"]
             for row in scene.ask("account", "show", "acme/c7")["items"]}
    expect("paid in all", 50500 - 30500, sum(left.values()))
    expect("open again", {("principal", 1): 30000, ("principal", 2): 20000, ("costs", 1): 500}, again)
    scene.play(day(117))
    expect("the ladder begins anew", [(1, day(103)), (1, day(104)), (2, day(117))],
           [(row["level"], row["issued_on"]) for row in scene.reminders("c7")])
    last = scene.ask("dunning", "show", "acme", scene.reminders("c7")[-1]["reminder"])
    expect("items", [("principal", 1), ("costs", 1)], [(row["charge"], row["instalment"]) for row in last["items"]])
    assert "late fee on I-7" in last["body"], last["body"]
    expect("exposure", 50500, scene.ask("credit", "show", "acme/c7")["exposures"][0]["open"]["minor"])


def scene_a_disputed_invoice_is_left_alone(scene):
    before = len(scene.reminders("c7"))
    scene.send(about("c7", "pauseStarted", "Z-1", invoiceNumber="I-7", kind="PAUSE_KIND_DISPUTE", startsOn=day(118),
                     actor={"id": "tester"}))
    expect("stands still", [("c7", "I-7", "Z-1")],
           [(row["customer"], row["invoice"], row["pause"]) for row in scene.ask("dunning", "list", "--paused")["pauses"]])
    assert all(row["paused"] for row in scene.reminders("c7"))
    scene.play(day(135))
    expect("nobody writes", before, len(scene.reminders("c7")))
    scene.line.arrears("writeoff", "propose", "acme/c7", "I-7", "--reason", "too long", "--number", "W-7")
    scene.line.wait_quiet()
    expect("nor writes it off", "REFUSAL_REASON_ON_HOLD", scene.events(DUNNING, "acme/c7")[-1]["inputRefused"]["reason"])
    scene.send(about("c7", "pauseEnded", "Z-2", pauseNumber="Z-1", endsOn=day(136), actor={"id": "tester"}))
    scene.play(day(136))
    expect("the next level", 3, scene.reminders("c7")[-1]["level"])


def scene_a_waiver_is_proposed_signed_and_posted(scene):
    def owed():
        return {row["charge"]: row["open"]["minor"] for row in scene.ask("account", "show", "acme/c7")["items"]
                if row["instalment"] == 1}
    before = owed()
    expect("the fee is owed", 500, before["costs"])
    scene.line.arrears("waiver", "propose", "acme/c7", "I-7", "--reason", "our bank was late", "--number", "WV-1")
    scene.line.wait_quiet()
    request = scene.request_of("c7")
    expect("request", ("waiver", 500, "our bank was late"), (request["kind"], request["amount"]["minor"], request["reason"]))
    expect("nothing is waived yet", before, owed())
    scene.decide("approve", request["request"])
    expect("only the fee is gone", {"principal": before["principal"]}, owed())
    expect("exposure", 50000, scene.ask("credit", "show", "acme/c7")["exposures"][0]["open"]["minor"])
    closing = scene.ask("report", "recovery", "--from", day(100), "--to", day(137))["closing"]
    expect("waived, not written off", [500], [row["amount"]["minor"] for row in closing if row["reason"] == "waived"])
    expect("the books tie", [], scene.ask("report", "tie-out")["differences"])
    scene.line.arrears("waiver", "propose", "acme/c7", "I-7", "--reason", "again", "--number", "WV-2")
    scene.line.wait_quiet()
    expect("nothing is left to waive", "inputRefused", scene.kinds(DUNNING, "acme/c7")[-1])


# ---- the same again

def size_and_day(note):
    name, size, _, day, *_ = note.splitlines()
    return " ".join((name, size, day))


def canonical(scene):
    """What was said, without numbers of records and without the wall clock, by account.

    A signed head says in which order the accounts of a task were booked: between topics that is nobody's promise.
    What it counts is: the entries of a day are the same ones.
    """
    said = []
    for topic in (LEDGER, DUNNING, REQUESTS):
        for record in contract.read_all(scene.broker, topic):
            message = scene.contract.read(topic, record.value())
            for name in ("origin", "cause"):
                message.ClearField(name)
            if topic == LEDGER and message.HasField("journal_sealed"):
                message.journal_sealed.note = size_and_day(message.journal_sealed.note)
            said.append((topic, (record.key() or b"").decode(), message.SerializeToString(deterministic=True)))
    return sorted(said)


def money_of_others(first):
    """Between what else happens to the same customers on the same days: money in suspense that is moved, payments for
    several customers, and both called back."""
    def on(offset):
        return (datetime.date.fromisoformat(first) + datetime.timedelta(days=offset)).isoformat()

    def shares(number):
        return [{"customer": f"c{(number * 7 + i) % 30 + 1:04}", "amount": {"currency": "EUR", "minor": 1500}} for i in (1, 2)]

    for number in range(12):
        payer = f"c{number % 30 + 1:04}"
        both = payment(payer, f"P-FOR-{number}", 4000, on(number + 8))
        both["paymentReceived"]["shares"] = shares(number + 1)
        yield on(number + 8), both
        yield on(number + 8), payment("~suspense", f"P-WHO-{number}", 3000, on(number + 8))
        yield on(number + 11), {"paymentMoved": {"creditor": "acme", "customer": "~suspense", "number": f"MV-{number}",
                                                 "paymentNumber": f"P-WHO-{number}", "reason": "matched",
                                                 "shares": shares(number)}}
        for customer, of in ((payer, "P-FOR"), ("~suspense", "P-WHO")):
            if number % 3 == 0:
                yield on(number + 20), about(customer, "paymentReversed", f"RV-{of}-{number}", paymentNumber=f"{of}-{number}",
                                             kind="REVERSAL_KIND_RETURNED_DEBIT", reversedOn=on(number + 20), reason="no cover")


def played(build, events, contacts):
    with lines.Line(build) as line:
        scene = Scene(line).start()
        scene._lines("send", contacts, "--topic", CONTACTS)
        scene._lines("play", events)
        line.wait_quiet()
        return canonical(scene)


def same_again(build):
    contacts, rows = pathlib.Path(tempfile.mkstemp()[1]), []
    try:
        done = lines.run([lines.ROOT / "deploy/local/seed.py", "--customers", "30", "--days", "50",
                          "--contacts", contacts])
        rows = [json.loads(row) for row in contacts.read_text().splitlines()]
    finally:
        contacts.unlink()
    events = [json.loads(row) for row in done.stdout.splitlines()]
    first = min(event["on"] for event in events)
    events = [{"on": on, "event": event} for on, event in money_of_others(first)] + events
    first, second = played(build, events, rows), played(build, events, rows)
    assert any(topic == DUNNING for topic, _, _ in first)
    assert sum(key == "acme/~suspense" for _, key, _ in first) > 20
    expect("what is different", [], [one for one in set(first) ^ set(second)][:3])
    expect("how much was said", len(first), len(second))


SCENES = [value for name, value in list(globals().items()) if name.startswith("scene_")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=lines.ROOT / "build/dev")
    parser.add_argument("--only-again", action="store_true", help="only the comparison of two lines")
    arguments = parser.parse_args()
    if not arguments.only_again:
        with lines.Line(arguments.build) as line:
            scene = Scene(line)
            scene.publish_policies()
            scene.start()
            line.arrears("day", "open", FIRST_DAY.isoformat(), "--simulated")
            for one in SCENES:
                one(scene)
                print(f"ok {one.__name__[len('scene_'):].replace('_', ' ')}", flush=True)
    same_again(arguments.build)
    print("ok the same input says the same on another line")


if __name__ == "__main__":
    lines.main(main)
