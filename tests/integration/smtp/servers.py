"""Mail servers for tests: the local stack's sink, and one that misbehaves where it is told to.

All on loopback and free ports. Nothing here waits a fixed time.
"""
import base64
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]
DEADLINE_S = 30

CLOSE = object()  # hang up instead of answering
RESET = object()  # the same, and what was sent before may be lost (RST)
HANG = object()   # do not answer until the test is over


class Ended(Exception):
    """This connection is over."""


class Server:
    """One answer for each place of the dialogue; an entry of `script` replaces it: a reply, CLOSE, RESET or HANG.

    Places: greeting, EHLO, AUTH, MAIL, RCPT, DATA, body (once a little of the message has come), dot, idle (unasked,
    after a mail was taken). A list is for one connection after the other; its last entry stays.
    """

    REPLIES = {"greeting": "220 test ESMTP", "EHLO": "250-test\r\n250 SIZE 10000000", "MAIL": "250 sender ok",
               "RCPT": "250 recipient ok", "DATA": "354 go on", "dot": "250 queued", "QUIT": "221 bye",
               "STARTTLS": "220 go on", "AUTH": "235 welcome"}

    def __init__(self, certificate=None, **script):
        self.script, self.certificate = script, certificate
        self.mails, self.connections, self.commands, self.login = [], 0, [], None
        self.over = threading.Event()
        self.closed = threading.Semaphore(0)  # one for each connection that this side ended
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(DEADLINE_S)

    def _serve(self):
        while not self.over.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection, self.connections), daemon=True).start()

    def _talk(self, connection, number):
        try:
            Talk(self, connection, number).run()
        except (Ended, OSError):
            pass
        finally:
            self.closed.release()

    def wait_closed(self):
        if not self.closed.acquire(timeout=DEADLINE_S):
            raise AssertionError("the server's connection did not end")


class Talk:
    def __init__(self, server, connection, number):
        self.server, self.socket, self.number = server, connection, number
        self.socket.settimeout(DEADLINE_S)
        self.file = self.socket.makefile("rb")

    def run(self):
        try:
            self.answer("greeting")
            while True:
                line = self.file.readline()
                if not line:
                    return
                self.command(line.decode().strip())
        finally:
            self.file.close()
            self.socket.close()

    def answer(self, place, before=lambda what: None):
        """before: called with what is answered, before anybody can have read it."""
        scripted = self.server.script.get(place)
        if isinstance(scripted, list):
            scripted = scripted[min(self.number, len(scripted)) - 1]
        what = scripted or self.server.REPLIES.get(place)
        if what is CLOSE:
            raise Ended
        if what is RESET:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Ended
        if what is HANG:
            self.server.over.wait(DEADLINE_S)
            raise Ended
        if what:
            before(what)
            self.socket.sendall(what.encode() + b"\r\n")
        return what

    def command(self, line):
        verb = line.split(" ")[0].upper()
        self.server.commands.append(line)
        place = verb if verb in self.server.REPLIES else None
        if place is None:
            self.socket.sendall(b"502 unknown\r\n")
            return
        if verb == "AUTH":
            self.socket.sendall(b"334 \r\n")
            self.server.login = base64.b64decode(self.file.readline())
        said = self.answer(place)
        if verb == "STARTTLS":
            self.secure()
        elif verb == "QUIT":
            raise Ended
        elif verb == "DATA" and said.startswith("354"):
            self.take()

    def secure(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.server.certificate)
        self.file.close()
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.file = self.socket.makefile("rb")

    def take(self):
        lines = [self.file.readline()]
        if "body" in self.server.script:
            self.answer("body")
        while lines[-1] not in (b".\r\n", b""):
            lines.append(self.file.readline())
        if lines.pop() == b"":
            raise Ended
        mail = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        said = self.answer("dot", lambda what: self.server.mails.append(mail) if what.startswith("2") else None)
        if said.startswith("2") and "idle" in self.server.script:
            if self.answer("idle"):
                raise Ended


class Sink:
    """The sink as the local stack starts it."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="arrears-smtp.", dir="/var/tmp")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{port}"
        # Debian's own Python has aiosmtpd.
        self.process = subprocess.Popen(
            ["/usr/bin/python3", ROOT / "deploy/local/smtp_sink.py", "--port", str(port), "--dir", self.folder.name],
            stdout=subprocess.PIPE, text=True)
        if not self.process.stdout.readline().startswith("listening"):
            raise AssertionError("the sink does not start")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        self.process.stdout.close()
        self.folder.cleanup()

    @property
    def mails(self):
        return [path.read_bytes() for path in sorted(pathlib.Path(self.folder.name).glob("*.eml"))]


def certificate_make(folder):
    """A certificate for 127.0.0.1 that is its own authority: (certificate, key)."""
    paths = pathlib.Path(folder) / "cert.pem", pathlib.Path(folder) / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return paths


if __name__ == "__main__":
    sys.exit("a module of smtp_test.py")
