#!/usr/bin/python3
"""Checks a proof of `arrears audit prove -o json` with nothing of Arrears: SHA-256, Ed25519, and the rules of docs/audit.md.

    docs/verify_proof.py proof.json journal.pub       (needs Debian's python3-cryptography)

Says what is proven and ends with 0, or what does not fit and ends with 1.
"""
import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = b"\x01"  # the kind of signature, c2sp.org/signed-note


class Unproven(Exception):
    """The message says what does not fit."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def public_keys(text):
    """Lines "id hex", as `arrears keys new` writes them."""
    return [bytes.fromhex(line.split()[1]) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def is_signed(text, name, signature, key):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], text.encode())
    except InvalidSignature:
        return False
    return signature[:4] == sha256(name.encode(), b"\n", ED25519, key)[:4]


def signed_text(note, keys):
    """The text of the note, if one of the keys has signed it in the name of its first line."""
    text, _, signatures = note.rpartition("\n\n")
    text, name = text + "\n", text.split("\n")[0]
    own = [line.rpartition(" ")[2] for line in signatures.splitlines() if line.startswith(f"\u2014 {name} ")]
    if not any(is_signed(text, name, base64.b64decode(blob, validate=True), key) for blob in own for key in keys):
        raise Unproven("no known key has signed the head")
    return text


def head_of(text):
    """task, size, root, day"""
    origin, size, root, day, _previous = text.splitlines()
    return origin.rpartition("/")[2], int(size), base64.b64decode(root, validate=True), day.partition(" ")[2]


def leaf_of(fields):
    """A line `name length text` for each field."""
    return sha256(b"\x00", "".join(f"{name} {len(text.encode())} {text}\n" for name, text in fields).encode())


def root_of(leaf, position, size, path):
    """RFC 9162, 2.1.3.2: the way from the leaf to the root."""
    at, last, root = position, size - 1, leaf
    for beside in path:
        if last == 0:
            raise Unproven("the path is too long")
        if at & 1 or at == last:
            root = sha256(b"\x01", beside, root)
            while not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = sha256(b"\x01", root, beside)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise Unproven("the path is too short")
    return root


def check(proof, keys):
    """A sentence for each entry."""
    task, size, root, day = head_of(signed_text(proof["note"], keys))
    for entry in proof["entries"]:
        fields, position = dict(entry["fields"]), entry["position"]
        where = f"position {position} of task {task}"
        if (fields.get("task"), fields.get("position")) != (task, str(position)) or not 0 <= position < size:
            raise Unproven(f"{where}: the entry says another place, or one that the head does not have")
        path = [base64.b64decode(text, validate=True) for text in entry["path"]]
        if root_of(leaf_of(entry["fields"]), position, size, path) != root:
            raise Unproven(f"{where}: the path does not lead from this entry to the signed root")
        yield (f"{where}: {fields['kind']} of {fields['amount']} minor units {fields['currency']}, "
               f"{fields['creditor']}/{fields['customer']}, stands in the journal that was signed for {day}")


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as proof_file, open(sys.argv[2], encoding="utf-8") as key_file:
            print("\n".join(check(json.load(proof_file), public_keys(key_file.read()))))
    except (Unproven, ValueError, KeyError) as fault:
        sys.exit(f"not proven: {fault}")
