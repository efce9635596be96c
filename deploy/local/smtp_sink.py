#!/usr/bin/python3
"""SMTP server that delivers nothing: every accepted mail becomes a file DIR/NNNN.eml.

The numbers follow the order of acceptance. The envelope is kept as the headers that a delivering server
writes: Return-Path, and one Delivered-To for each recipient. A file appears whole or not at all, and it is
there before the sender is told 250.

Two domains let a test see the other answers: mail to anybody at "refused.test" is refused for good (550),
at "later.test" for now (451).
"""
import argparse
import asyncio
import os
import pathlib
import re
import signal

from aiosmtpd.smtp import SMTP

ANSWERS = {
    "refused.test": "550 5.1.1 no such mailbox",
    "later.test": "451 4.3.0 try again later",
}


class Mailbox:
    def __init__(self, folder):
        self.folder = folder
        numbers = (re.fullmatch(r"(\d+)\.eml", name) for name in os.listdir(folder))
        self.last = max((int(n[1]) for n in numbers if n), default=0)

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = ANSWERS.get(address.rpartition("@")[2].lower())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        # No await from here to the end: one mail is written at a time, so numbers are unique.
        number = self.last + 1
        head = [f"Return-Path: <{envelope.mail_from or ''}>"]
        head += [f"Delivered-To: {recipient}" for recipient in envelope.rcpt_tos]
        text = "".join(line + "\r\n" for line in head).encode("utf-8", "surrogateescape")
        part = self.folder / f".{number:04}.part"
        part.write_bytes(text + envelope.original_content)
        part.rename(self.folder / f"{number:04}.eml")
        self.last = number
        return f"250 2.0.0 kept as {number:04}.eml"


async def serve(port, folder):
    mailbox = Mailbox(folder)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    # A host name of our own: the default asks the resolver, which may take its time.
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="localhost", enable_SMTPUTF8=True, loop=loop),
        "127.0.0.1", port)
    print(f"listening on 127.0.0.1:{port}, keeping mail in {folder}", flush=True)
    await ended.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    os.umask(0o077)
    asyncio.run(serve(arguments.port, arguments.dir))


if __name__ == "__main__":
    main()
