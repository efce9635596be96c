#!/usr/bin/python3
"""Dunning's door to the mail server: what arrives is what was given, and the answer never guesses.

    tests/integration/smtp/smtp_test.py --driver build/dev/tests/smtp_driver

Against the local stack's sink, and against servers that break the dialogue at every place of it.
"""
import argparse
import datetime
import email
import email.header
import email.policy
import email.utils
import json
import pathlib
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from servers import CLOSE, HANG, RESET, Server, Sink, certificate_make  # noqa: E402

TIMEOUT_MS = 1500
MAIL = {"id": "R-3-17.1", "from_name": "Acme Receivables", "from": "dunning@acme.test", "reply_to": "help@acme.test",
        "to_name": "Jane Doe", "to": "jane@customer.test", "subject": "Reminder", "body": "Please pay.\n",
        "at": 1795319240_000000}
DRIVER = None


class Door:
    """The driver with one connection's settings; mails go one after the other."""

    def __init__(self, url, **settings):
        words = {"url": url, "tls": "none", "timeout_ms": TIMEOUT_MS, **settings}
        self.process = subprocess.Popen([DRIVER, json.dumps(words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        _, said = self.process.communicate()
        if kind is None and (self.process.returncode or said):
            raise AssertionError(f"the driver ended with {self.process.returncode}: {said}")

    def send(self, **fields):
        self.process.stdin.write(json.dumps({**MAIL, **fields}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the driver ended: {self.process.stderr.read()}")
        return json.loads(line)


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"{what}: expected {wanted!r}, got {got!r}")


def parsed(octets):
    for line in octets.split(b"\r\n"):
        if len(line) > 76 or not line.isascii():
            raise AssertionError(f"a line that is not made for mail: {line!r}")
    return email.message_from_bytes(octets, policy=email.policy.default)


def mailbox_of(octets, field):
    """Name and address. The old way: some versions of the new one put blanks between encoded words of a name."""
    raw = email.message_from_bytes(octets)[field]
    name, address = email.utils.parseaddr(raw.replace("\r\n", ""))
    return str(email.header.make_header(email.header.decode_header(name))), address


def text_of(mail):
    return mail.get_content().replace("\r\n", "\n")


# ---- what arrives

SENDER = "Grüne \"Energie\" GmbH & Co. KG"
RECEIVER = "Zoë Müller-Lüdenscheidt, Société Générale de l’Électricité du Süd-Ouest"
BODY = ("Sehr geehrte Frau Müller-Lüdenscheidt,\n"
        "\n"
        ".\n"
        "..two dots, and a line that ends in blanks  \n"
        "\ttab, = equals =3D, From the start\n"
        + "x" * 1200 + "\n"
        + "ä" * 300 + ".\n"
        + "word. " * 60 + "\n"
        "\n"
        "1 234,00 € \U0001f4b6\n")


def scene_text_arrives_as_written():
    subject = "Zahlungserinnerung: Rechnungen R-1, R-2 und weitere für die Geschäftsräume in Görlitz — bitte prüfen"
    with Sink() as sink, Door(sink.url) as door:
        answer = door.send(from_name=SENDER, to_name=RECEIVER, subject=subject, body=BODY)
        expect("answer", ("sent", 250), (answer["outcome"], answer["code"]))
        expect("the server's words", "250 2.0.0 kept as 0001.eml", answer["text"])
        octets, = sink.mails
        mail = parsed(octets)
        expect("body", BODY, text_of(mail))
        expect("subject", subject, mail["Subject"])
        expect("from", (SENDER, "dunning@acme.test"), mailbox_of(octets, "From"))
        expect("to", (RECEIVER, "jane@customer.test"), mailbox_of(octets, "To"))
        expect("envelope", ("<dunning@acme.test>", "jane@customer.test"), (mail["Return-Path"], mail["Delivered-To"]))
        expect("reply-to", "help@acme.test", mail["Reply-To"])
        expect("message-id", "<R-3-17.1@acme.test>", mail["Message-ID"])
        at = datetime.datetime.fromtimestamp(MAIL["at"] // 1000000, datetime.timezone.utc)
        expect("date", at, mail["Date"].datetime)
        expect("auto-submitted", "auto-generated", mail["Auto-Submitted"])
        expect("type", ("text/plain", "utf-8"), (mail.get_content_type(), mail.get_content_charset()))
        expect("defects", [], mail.defects)


def scene_headers_keep_their_words():
    """Names and subjects at the edges of what may stand plain, be quoted, or must be encoded."""
    texts = ["a", "Doe, Jane", "back\\slash \"quoted\"", "=?UTF-8?Q?not_encoded?=", "x" * 60, "x" * 61,
             "ü" * 50, "aü" * 33, "€" * 33, "two  blanks", "dot. at. end.", "(comment)", "a@b <c@d>"]
    with Sink() as sink, Door(sink.url) as door:
        for text in texts:
            expect(text, "sent", door.send(to_name=text, subject=text, reply_to="")["outcome"])
        for text, octets in zip(texts, sink.mails):
            mail = parsed(octets)
            expect("subject", text, str(mail["Subject"]))
            expect("to", (text, "jane@customer.test"), mailbox_of(octets, "To"))
            expect("reply-to", None, mail["Reply-To"])


def scene_bodies_end_where_they_end():
    bodies = ["", "\n", "no end of line", "a\n", "a\n\n\n", "crlf\r\nand lf\n", ".", ".\n", "a\n.\nb\n", "=\n", " \n",
              "x" * 71 + ".dot", *("x" * n + "\n" for n in range(70, 80)), "x" * 65536 + "\n", "ä" * 40000]
    with Sink() as sink, Door(sink.url) as door:
        for body in bodies:
            expect(body[:20], "sent", door.send(body=body)["outcome"])
        for body, octets in zip(bodies, sink.mails, strict=True):
            lines = body.replace("\r\n", "\n")
            expect("body", lines if not lines or lines.endswith("\n") else lines + "\n", text_of(parsed(octets)))


def scene_the_sinks_refusals():
    with Sink() as sink, Door(sink.url) as door:
        refused = door.send(to="jane@refused.test")
        expect("refused", ("refused", 550, False, "550 5.1.1 no such mailbox"), tuple(refused.values()))
        later = door.send(to="jane@later.test")
        expect("later", ("deferred", 451, False, "451 4.3.0 try again later"), tuple(later.values()))
        expect("after that", "sent", door.send()["outcome"])
        expect("mails", 1, len(sink.mails))


# ---- where the dialogue breaks

# What the server does, the outcome, the code of its answer, and whether that was about us rather than the mail.
BREAKS = [
    ({"greeting": CLOSE}, "deferred", 0, True),
    ({"greeting": "554 not you"}, "deferred", 554, True),
    ({"greeting": HANG}, "deferred", 0, True),
    ({"EHLO": CLOSE}, "deferred", 0, True),
    ({"MAIL": CLOSE}, "deferred", 0, False),
    ({"MAIL": "421 too busy"}, "deferred", 421, True),
    ({"MAIL": "530 log in first"}, "deferred", 530, True),
    ({"MAIL": "552 too large"}, "deferred", 552, True),
    ({"RCPT": "550 nobody"}, "refused", 550, False),
    ({"RCPT": "550-nobody\r\n550 of that name"}, "refused", 550, False),
    ({"RCPT": "450 not now"}, "deferred", 450, False),
    ({"RCPT": "550 5.7.1 relaying denied"}, "deferred", 550, False),
    ({"RCPT": "421 too busy"}, "deferred", 421, True),
    ({"RCPT": CLOSE}, "deferred", 0, False),
    ({"RCPT": HANG}, "deferred", 0, False),
    ({"DATA": "554 no"}, "deferred", 554, False),
    ({"DATA": "451 not now"}, "deferred", 451, False),
    ({"DATA": CLOSE}, "deferred", 0, False),
    ({"DATA": HANG}, "deferred", 0, False),
    ({"dot": "250-queued\r\n250 as 1"}, "sent", 250, False),
    ({"dot": "251 forwarded"}, "sent", 251, False),
    ({"dot": "451 not now"}, "deferred", 451, False),
    ({"dot": "554 spam"}, "deferred", 554, False),
    ({"dot": CLOSE}, "unknown", 0, False),
    ({"dot": RESET}, "unknown", 0, False),
    ({"dot": HANG}, "unknown", 0, False),
    ({"dot": "354 what"}, "unknown", 0, False),
]


def scene_breaks_have_their_outcome():
    for script, outcome, code, closed in BREAKS:
        with Server(**script) as server, Door(server.url) as door:
            answer = door.send()
            expect(str(script), (outcome, code, closed), (answer["outcome"], answer["code"], answer["closed"]))
            expect(f"{script}: connections", 1, server.connections)
            expect(f"{script}: mails", outcome == "sent", len(server.mails) == 1)
            expect(f"{script}: a text", True, 0 < len(answer["text"]) <= 300 and answer["text"].isascii())
            said = [c.split(" ")[0] for c in server.commands]
            expect(f"{script}: mails begun", True, said.count("MAIL") <= 1)


def scene_a_break_in_the_message_is_no_mail():
    """Far more than sockets hold, so that the server ends it while the client is still writing."""
    body = "ä" * (1 << 20)
    for what in [CLOSE, RESET, HANG]:
        with Server(body=what) as server, Door(server.url) as door:
            answer = door.send(body=body)
            expect("outcome", ("deferred", 0), (answer["outcome"], answer["code"]))
            expect("mails", 0, len(server.mails))


def scene_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with Door(f"smtp://127.0.0.1:{port}") as door:
        answer = door.send()
        expect("refused connection", ("deferred", 0), (answer["outcome"], answer["code"]))


def scene_after_a_break_a_fresh_connection():
    """The late answer to one mail is never read as an answer to the next."""
    rows = [("dot", HANG, "unknown"), ("dot", CLOSE, "unknown"), ("dot", "451 not now", "deferred"),
            ("RCPT", "550 nobody", "refused"), ("RCPT", HANG, "deferred")]
    for place, what, outcome in rows:
        with Server(**{place: [what, None]}) as server, Door(server.url) as door:
            expect("first", outcome, door.send(id="R-1.1")["outcome"])
            expect("second", "sent", door.send(id="R-2.1")["outcome"])
            expect("mails", [b"R-2.1"], [mail.split(b"Message-ID: <")[1][:5] for mail in server.mails])


def scene_a_connection_is_used_again():
    with Server() as server, Door(server.url) as door:
        for i in range(5):
            expect("mail", "sent", door.send(id=f"R-{i}.1")["outcome"])
        expect("connections", 1, server.connections)
        expect("mails", 5, len(server.mails))


def scene_an_idle_connection_is_closed():
    """Silently, or with a word: the next mail goes over a fresh connection, once."""
    for last_word in [CLOSE, RESET, "421 idle too long"]:
        with Server(idle=[last_word, None]) as server, Door(server.url) as door:
            expect("first", "sent", door.send(id="R-1.1")["outcome"])
            server.wait_closed()
            expect("second", "sent", door.send(id="R-2.1")["outcome"])
            expect("connections", 2, server.connections)
            expect("mails", 2, len(server.mails))


def scene_a_kept_connection_breaks():
    """It ends when the next mail begins: that mail was not taken, and nobody sends it a second time by himself."""
    with Server() as server, Door(server.url) as door:
        expect("first", "sent", door.send()["outcome"])
        server.script["MAIL"] = [CLOSE, None]
        expect("second", "deferred", door.send()["outcome"])
        expect("third", "sent", door.send()["outcome"])
        expect("mails", 2, len(server.mails))
        expect("mails begun", 3, sum(c.startswith("MAIL") for c in server.commands))


# ---- TLS and login

def scene_tls():
    with tempfile.TemporaryDirectory(prefix="arrears-smtp.", dir="/var/tmp") as folder:
        pathlib.Path(folder, "other").mkdir()
        certificate = certificate_make(folder)
        other, _ = certificate_make(pathlib.Path(folder, "other"))
        offer = "250-test\r\n250 STARTTLS"
        rows = [(offer, "require", certificate[0], "sent"), (offer, "try", certificate[0], "sent"),
                (offer, "require", other, "deferred"), (offer, "try", other, "deferred"),
                (None, "require", certificate[0], "deferred"), (None, "try", certificate[0], "sent")]
        for ehlo, tls, ca_file, outcome in rows:
            with Server(certificate, EHLO=ehlo) as server, Door(server.url, tls=tls, ca_file=str(ca_file)) as door:
                expect(f"{tls}, offered: {ehlo}", outcome, door.send()["outcome"])
                expect("a second one", outcome, door.send()["outcome"])
                secure = any(c == "STARTTLS" for c in server.commands)
                expect("secured", ehlo is not None, secure)


def scene_login():
    ehlo = "250-test\r\n250 AUTH PLAIN"
    for reply, outcome, code in [("235 welcome", "sent", 250), ("535 5.7.8 who are you", "deferred", 535)]:
        with Server(EHLO=ehlo, AUTH=reply) as server, Door(server.url, user="acme", password="secret") as door:
            answer = door.send()
            expect(reply, (outcome, code), (answer["outcome"], answer["code"]))
            expect("login", b"\0acme\0secret", server.login)


def scene_settings_are_checked():
    for settings in [{"url": "http://127.0.0.1"}, {"url": ""}, {"url": "smtp://127.0.0.1", "tls": "maybe"},
                     {"url": "smtp://127.0.0.1", "ca_file": "/nonexistent"}]:
        words = {"tls": "none", "timeout_ms": TIMEOUT_MS, **settings}
        done = subprocess.run([DRIVER, json.dumps(words)], capture_output=True, text=True)
        expect(str(settings), (2, True), (done.returncode, len(done.stderr) > 0))


def main():
    global DRIVER
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", required=True)
    parser.add_argument("scenes", nargs="*")
    arguments = parser.parse_args()
    DRIVER = arguments.driver
    for name, scene in list(globals().items()):
        if name.startswith("scene_") and (not arguments.scenes or name in arguments.scenes):
            scene()
            print(f"ok  {name[6:].replace('_', ' ')}", flush=True)


if __name__ == "__main__":
    main()
