#!/usr/bin/python3
"""What deploy/local/seed.py invents: the same seed gives the same bytes, and the contacts are what the contract wants.

    tests/contract/seed_test.py build/dev/proto/arrears.binpb
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

SEED = pathlib.Path(__file__).resolve().parents[2] / "deploy/local/seed.py"
CUSTOMERS = 3000
# Half a year of 300 customers, seed 1: scripts and figures in documents count on it.
EVENTS_SHA256 = "0ca1565fa8466d7329cfaec31ce6ab3c593d8bb2eb8c0a26439acb786dcc224d"


def expect(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"{what}: expected {wanted!r}, got {got!r}")


def run(*words):
    return subprocess.run([sys.executable, SEED, *words], check=True, capture_output=True).stdout


def contacts_of(path, *words):
    run("--days", "1", "--contacts", path, *words)
    return pathlib.Path(path).read_bytes()


def reader(descriptors):
    """Parses a line as protobuf's canonical JSON of arrears.contacts.v1.ContactRecord."""
    files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(descriptors).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    descriptor = pool.FindMessageTypeByName("arrears.contacts.v1.ContactRecord")
    # The name of the function depends on the version of the library.
    make = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory(pool).GetPrototype
    record = make(descriptor)
    return lambda line: json_format.Parse(line, record()).contact


def scene_events_stay(folder, _):
    expect("events", EVENTS_SHA256, hashlib.sha256(run()).hexdigest())
    expect("events with contacts", EVENTS_SHA256,
           hashlib.sha256(run("--contacts", f"{folder}/contacts")).hexdigest())


def scene_contacts_repeat(folder, _):
    one = contacts_of(f"{folder}/one", "--seed", "3")
    expect("the same seed", one, contacts_of(f"{folder}/two", "--seed", "3"))
    expect("another seed", False, one == contacts_of(f"{folder}/two", "--seed", "4"))
    few = contacts_of(f"{folder}/two", "--seed", "3", "--customers", "10")
    expect("fewer customers", True, one.startswith(few) and 0 < len(few) < len(one))


def scene_contacts_are_lawful(folder, descriptors):
    lines = contacts_of(f"{folder}/many", "--customers", str(CUSTOMERS)).decode().splitlines()
    read = reader(descriptors)
    contacts = [read(line) for line in lines]
    for contact in contacts:
        local, _, domain = contact.email.partition("@")
        good = contact.email.isascii() and local.strip(".-") == local != "" and domain.endswith(".test")
        expect(f"{contact.email} of {contact.name}", True, good and ".." not in contact.email)
        expect("name", True, 1 <= len(contact.name.encode()) <= 100)
        expect("creditor", "acme", contact.creditor)
    expect("addresses, each once", len(contacts), len({contact.email for contact in contacts}))
    expect("names with other letters than ASCII", True,
           sum(not contact.name.isascii() for contact in contacts) > len(contacts) / 4)
    ends = [contact.email.partition("@")[2] for contact in contacts]
    for what, wanted, got in [("no contact", 4, CUSTOMERS - len(contacts)), ("refused", 2, ends.count("refused.test")),
                              ("later", 1, ends.count("later.test"))]:
        expect(f"{what}: {got} of {CUSTOMERS}", True, 0.5 * wanted < 100 * got / CUSTOMERS < 1.5 * wanted)
    expect("a line", ["contact"], list(json.loads(lines[0])))


def main():
    with tempfile.TemporaryDirectory(prefix="arrears-seed.") as folder:
        for name, scene in list(globals().items()):
            if name.startswith("scene_"):
                scene(folder, sys.argv[1])
                print(f"ok  {name[6:].replace('_', ' ')}", flush=True)


if __name__ == "__main__":
    main()
