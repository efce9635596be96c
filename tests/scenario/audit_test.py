#!/usr/bin/python3
"""What an auditor does: compares the journal with what was signed, and checks a proof with a program that is not ours.

    tests/scenario/audit_test.py [--build build/dev]
"""
import copy
import json
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "harness/py")]
import line as lines  # noqa: E402
import tamper  # noqa: E402

VERIFIER = lines.ROOT / "docs/verify_proof.py"
DAYS = ("2024-01-02", "2024-01-03", "2024-01-04")
CUSTOMERS = 40


def expect(what, wanted, got):
    if wanted != got:
        raise lines.Trouble(f"{what}: expected {wanted!r}, got {got!r}")


def invoice(customer, number):
    return {"invoiceIssued": {"creditor": "acme", "customer": customer, "number": number,
                              "amount": {"currency": "EUR", "minor": 1000}, "issuedOn": DAYS[0], "dueOn": "2024-02-01"}}


def payment(customer, number):
    return {"paymentReceived": {"creditor": "acme", "customer": customer, "number": number,
                                "amount": {"currency": "EUR", "minor": 600}, "receivedOn": DAYS[0]}}


def send(line, events):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)
        file.flush()
        line.arrears("events", "send", file.name)
    line.wait_quiet()


def live(line):
    line.arrears("day", "open", DAYS[0], "--simulated")
    for number, day in enumerate(DAYS):
        customers = [f"c{one}" for one in range(CUSTOMERS)]
        send(line, [event for one in customers for event in (invoice(one, f"I-{number}"), payment(one, f"P-{number}"))])
        line.arrears("day", "close", day, "--wait")
    line.wait_quiet()


def verifier(proof, key):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(proof, file)
        file.flush()
        return lines.run([VERIFIER, file.name, key], check=False)


# ---- scenes, in order

def scene_an_untouched_journal_is_as_signed(line):
    code, report = tamper.audit(line)
    expect("exit", 0, code)
    expect("findings", [], report["findings"])
    expect("heads", len(DAYS) * lines.PARTITIONS, report["heads"])
    expect("entries", line.sql("ledger", "SELECT count(*) FROM entry")[0][0], report["entries"])
    assert report["entries"] >= 2 * CUSTOMERS * len(DAYS), report


def scene_each_kind_of_tampering_is_located(line):
    where = tamper.places(line)
    for tampering in tamper.TAMPERINGS:
        with tamper.tampered(line, tampering, where):
            code, report = tamper.audit(line)
        expect(f"exit, {tampering.name}", 1, code)
        if not tamper.located(report, tampering, where):
            raise lines.Trouble(f"{tampering.name}: not located among {report['findings']}")
    expect("exit when all is put back", 0, tamper.audit(line)[0])


def scene_only_the_right_key_counts(line):
    line.arrears("keys", "new", "--out", str(line.dir / "stranger"))
    code, report = tamper.audit(line, "--key", str(line.dir / "stranger.pub"))
    expect("exit", 1, code)
    expect("kinds", {"forged"}, {finding["kind"] for finding in report["findings"]})
    expect("findings", len(DAYS) * lines.PARTITIONS, report["finding_count"])


def scene_a_proof_holds_and_an_altered_one_does_not(line):
    key = line.stack / "keys/journal.pub"
    proof = json.loads(line.arrears("audit", "prove", "acme/c7", "I-1", "-o", "json").stdout)
    done = verifier(proof, key)
    expect("a good proof", 0, done.returncode)
    assert "stands in the journal that was signed for 2024-01-04" in done.stdout, done.stdout
    assert len(proof["entries"]) >= 2, proof
    for name, alter in ALTERED.items():
        altered = copy.deepcopy(proof)
        alter(altered)
        done = verifier(altered, key)
        expect(f"exit, {name}", 1, done.returncode)
        assert "not proven" in done.stderr, done.stderr
    expect("another's key", 1, verifier(proof, line.dir / "stranger.pub").returncode)
    text = line.arrears("audit", "prove", "acme/c7", "I-1").stdout
    assert "kind           invoice" in text and "arrears/ledger/" in text, text


ALTERED = {
    "another amount": lambda proof: proof["entries"][0]["fields"].__setitem__(9, ["amount", "1001"]),
    "a field more": lambda proof: proof["entries"][0]["fields"].append(["request", "R"]),
    "another place": lambda proof: proof["entries"][0].__setitem__("position", proof["entries"][0]["position"] + 1),
    "a step less": lambda proof: proof["entries"][0]["path"].pop(),
    "a step twice": lambda proof: proof["entries"][0]["path"].append(proof["entries"][0]["path"][0]),
    "another day": lambda proof: proof.__setitem__("note", proof["note"].replace("2024-01-04", "2024-01-05")),
    "no signature": lambda proof: proof.__setitem__("note", proof["note"].split("\u2014")[0]),
}


def scene_what_is_not_signed_is_not_proven(line):
    send(line, [invoice("c7", "I-late")])
    done = line.arrears("audit", "prove", "acme/c7", "I-late", check=False)
    expect("exit", 1, done.returncode)
    assert "later than the last signed head" in done.stderr, done.stderr
    expect("unknown invoice", 1, line.arrears("audit", "prove", "acme/c7", "I-none", check=False).returncode)


SCENES = [value for name, value in list(globals().items()) if name.startswith("scene_")]


def main():
    build = lines.build_argument(__doc__)
    with lines.Line(build) as line:
        line.migrate("ledger")
        line.service("ledger").wait_ready()
        live(line)
        lines.play_scenes(SCENES, line)
    print(f"{len(SCENES)} passed, 0 failed")


if __name__ == "__main__":
    lines.main(main)
