"""F15: somebody with the database in his hands changes the journal, with the triggers off.

Rows are changed, deleted, swapped, put in, the end is cut off, hashes are made to fit, balances and stored heads are changed:
each alone, on the journal of a whole line that has lived through several days. Every time `arrears audit verify`, which has
the public key and asks over HTTP and topics alone, has to say what was done and where; and nothing when all is put back.
"""
import tamper
from matrix import Case

DAYS = 4


def live(drill):
    drill.start_all()
    drill.begin()
    for _ in range(DAYS):
        drill.live_on()
    drill.line.wait_quiet()


def sentences(report):
    """The first ones, for people."""
    return "; ".join(finding["sentence"] for finding in report["findings"][:2]) or "nothing was found"


def look(drill, tampering, where):
    with tamper.tampered(drill.line, tampering, where):
        code, report = tamper.audit(drill.line)
    drill.expect(code == 1, f"{tampering.name}: the audit ended with {code}")
    found = tamper.located(report, tampering, where)
    drill.expect(found, f"{tampering.name}: not located, but {sentences(report)}")
    drill.say(f"{tampering.name}: {found['sentence']}")


def expect_clean(drill, when):
    code, report = tamper.audit(drill.line)
    drill.expect((code, report["findings"]) == (0, []), f"{when}: the audit ended with {code}, {sentences(report)}")
    return report


def play(drill):
    live(drill)
    report = expect_clean(drill, "before anything was done")
    where = tamper.places(drill.line)
    for tampering in tamper.TAMPERINGS:
        look(drill, tampering, where)
    expect_clean(drill, "when all is put back")
    drill.figure("entries, signed heads", f"{report['entries']}, {report['heads']}")
    drill.figure("ways to tamper, each located", len(tamper.TAMPERINGS))


CASES = [Case("F15", "rows of the journal changed, deleted, swapped, put in, cut off, by the database's owner with the triggers off",
              "the audit locates each, and finds nothing when all is put back", play, "no_leaf_check", seconds=40)]
