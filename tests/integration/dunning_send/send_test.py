#!/usr/bin/python3
"""Dunning while a mail is under way: asked to end, killed, without its database, overtaken.

    tests/integration/dunning_send/send_test.py [--build build/dev]

The mail server answers the final dot of a mail only when it is told to. One line is started; the scenes run in order on it,
each on a day of its own with customers of its own.
"""
import argparse
import datetime
import pathlib
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "harness/py"), str(HERE.parent / "smtp")]
import contract  # noqa: E402
import line as lines  # noqa: E402
import servers  # noqa: E402

BILLING, CONTACTS = "arrears.billing.v1", "arrears.contacts.v1"
FIRST_DAY, OVERDUE = "2024-04-02", "2024-03-28"
MAILS = 3  # a day


class SlowTalk(servers.Talk):
    """Says that a mail is here, and answers when it may."""

    def answer(self, place, before=lambda what: None):
        if place != "dot":
            return super().answer(place, before)
        self.server.arrived.release()
        if not self.server.may_answer.wait(servers.DEADLINE_S):
            raise servers.Ended
        reply, self.server.reply = self.server.reply, self.server.REPLIES["dot"]
        before(reply)
        self.socket.sendall(reply.encode() + b"\r\n")
        return reply


class SlowServer(servers.Server):
    def __init__(self):
        self.begin()
        super().__init__()

    def begin(self, reply=servers.Server.REPLIES["dot"]):
        """The next mail waits for its answer, those after it do not."""
        self.arrived, self.may_answer, self.reply = threading.Semaphore(0), threading.Event(), reply

    def _talk(self, connection, number):
        try:
            SlowTalk(self, connection, number).run()
        except (servers.Ended, OSError):
            pass
        finally:
            self.closed.release()

    def wait_mail(self):
        if not self.arrived.acquire(timeout=servers.DEADLINE_S):
            raise lines.Trouble("no mail came to the server")

    def begun(self):
        return sum(command.startswith("MAIL") for command in self.commands)

    def ids(self):
        return [line for mail in self.mails for line in mail.splitlines() if line.startswith(b"Message-ID:")]


class Scene:
    def __init__(self, line, server):
        self.line, self.server = line, server
        self.contract = contract.Contract(line.descriptors)
        self.producer = contract.producer(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"])
        self.db = line.database("dunning").cursor()
        self.day, self.customers = FIRST_DAY, 0

    def rows(self, sql, *values):
        self.db.execute(sql, values)
        return self.db.fetchall()

    def start(self, **settings):
        return self.line.service("dunning", ARREARS_SMTP_URL=self.server.url, **settings).wait_ready()

    def states(self):
        """Of the reminders of the latest day: state -> how many."""
        return dict(self.rows("SELECT state, count(*) FROM reminder WHERE issued_on ="
                              " (SELECT max(issued_on) FROM reminder) GROUP BY state"))

    def wait_states(self, wanted):
        try:
            lines.wait_for("", lambda: self.states() == wanted)
        except lines.Trouble:
            raise lines.Trouble(f"reminders are {self.states()}, not {wanted}") from None

    def _debtor(self):
        self.customers += 1
        key = f"acme/c{self.customers}"
        invoice, contact = self.contract.new(BILLING), self.contract.new(CONTACTS)
        body = invoice.invoice_issued
        body.creditor, body.customer = contact.contact.creditor, contact.contact.customer = key.split("/")
        body.number, body.issued_on, body.due_on = f"INV-{self.customers}", OVERDUE, OVERDUE
        body.amount.currency, body.amount.minor = "EUR", 10000
        contact.contact.name, contact.contact.email = "Customer", f"c{self.customers}@example.test"
        for topic, message in ((BILLING, invoice), (CONTACTS, contact)):
            self.producer.produce(topic, key=key, value=message.SerializeToString())

    def start_and_wait(self, wanted, **settings):
        service = self.start(**settings)
        self.wait_states(wanted)
        return service

    def remind(self, **reply):
        """Reminders are decided; the first of them has come to the server, which does not answer yet."""
        self.server.begin(**reply)
        for _ in range(MAILS):
            self._debtor()
        assert self.producer.flush(30) == 0
        self.line.arrears("day", "close", self.day)
        self.day = (datetime.date.fromisoformat(self.day) + datetime.timedelta(1)).isoformat()
        self.server.wait_mail()

    def answer(self):
        self.server.may_answer.set()

    def end(self, service):
        service.signal(signal.SIGTERM)
        expect_clean_end(service)


def expect_clean_end(service):
    status = service.wait_death()
    assert status == 0, f"dunning ended with {status}\n{service.log.read_text()[-3000:]}"


def has_said(service, action):
    return any(row.get("event.action") == action for row in service.lines())


# ---- scenes, in order

def scene_asked_to_end_it_waits_for_its_mail(scene):
    service = scene.start()
    scene.remind()
    begun = scene.server.begun()
    service.signal(signal.SIGTERM)
    lines.wait_for("dunning says that it ends", lambda: has_said(service, "ending"))
    assert service.process.poll() is None, "dunning did not wait for its mail"
    scene.answer()
    expect_clean_end(service)
    assert scene.server.begun() == begun, "a mail was begun after the end was asked for"
    outcomes = scene.rows("SELECT outcome, count(*) FROM dispatch WHERE claimed_at IS NOT NULL GROUP BY outcome")
    assert outcomes == [("done", 1)], f"the outcome of the mail was not noted: {outcomes}"
    scene.end(scene.start_and_wait({"sent": MAILS}))


def scene_killed_it_does_not_know(scene):
    service = scene.start()
    scene.remind()
    service.signal(signal.SIGKILL)
    service.wait_death()
    scene.answer()
    scene.end(scene.start_and_wait({"sent": MAILS - 1, "uncertain": 1}, ARREARS_DISPATCH_UNCERTAIN_MS="1000"))


def scene_what_takes_longer_than_the_drain_is_uncertain(scene):
    service = scene.start(ARREARS_DRAIN_MS="100")
    scene.remind()
    service.signal(signal.SIGTERM)
    expect_clean_end(service)
    scene.answer()
    scene.end(scene.start_and_wait({"sent": MAILS - 1, "uncertain": 1}, ARREARS_DISPATCH_UNCERTAIN_MS="1000"))


def scene_an_outcome_outlives_the_database(scene):
    """It is away when the answer comes, and back some time later."""
    service = scene.start()
    scene.remind()
    refused = "database \"dunning\" is not currently accepting connections"
    log = next((scene.line.stack / "log").glob("postgres*"))
    admin = scene.line.database("postgres").cursor()
    admin.execute("ALTER DATABASE dunning WITH ALLOW_CONNECTIONS false")
    try:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'dunning'")
        scene.answer()
        lines.wait_for("dunning is refused again and again", lambda: log.read_text(errors="replace").count(refused) >= 20)
    finally:
        admin.execute("ALTER DATABASE dunning WITH ALLOW_CONNECTIONS true")
    scene.db = scene.line.database("dunning").cursor()
    scene.wait_states({"sent": MAILS})
    scene.end(service)


def scene_what_is_uncertain_is_not_repeated_by_itself(scene):
    """The server puts off an attempt that another process has given up waiting for meanwhile."""
    service = scene.start(ARREARS_DISPATCH_RETRY_MS="100")
    scene.remind(reply="451 later")
    (intent,), = scene.rows("UPDATE dispatch SET outcome = 'uncertain', ended_at = now()"
                            " WHERE claimed_at IS NOT NULL AND outcome IS NULL RETURNING intent")
    scene.answer()
    scene.wait_states({"sent": MAILS - 1, "uncertain": 1})
    assert scene.rows("SELECT count(*) FROM dispatch WHERE intent = %s", intent) == [(1,)], "it was repeated"
    scene.end(service)


SCENES = [value for name, value in globals().items() if name.startswith("scene_")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=lines.ROOT / "build/dev")
    arguments = parser.parse_args()
    with lines.Line(arguments.build) as line, SlowServer() as server:
        for name in ("ledger", "dunning"):
            line.migrate(name)
        line.service("ledger").wait_ready()
        scene = Scene(line, server)
        line.arrears("day", "open", FIRST_DAY, "--simulated")
        for play in SCENES:
            began = time.monotonic()
            play(scene)
            print(f"{play.__name__[6:].replace('_', ' ')}: passed  {time.monotonic() - began:.1f} s", flush=True)
        ids = server.ids()
        assert len(ids) == len(set(ids)), "a mail came twice"
    print(f"{len(SCENES)} scenes passed, 0 failed")


if __name__ == "__main__":
    lines.main(main)
